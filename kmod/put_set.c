// SPDX-License-Identifier: GPL-2.0
/*
 * A set comes in chunks: the first message announces how many ranges there are,
 * and they must ascend across all messages.
 */
#include "core/remote.h"
#include "put.h"

static int check_room(struct put *p, const struct nlattr *a, size_t size,
		      u32 left)
{
	if (nla_len(a) % size)
		return cf_put_fail(p, a, -EINVAL,
				   ": %d bytes are no whole number of ranges",
				   nla_len(a));
	if (nla_len(a) / size > left)
		return cf_put_fail(p, a, -EINVAL,
				   ": more ranges than were announced");
	return 0;
}

static int take_ranges4(struct put *p, struct cf_set *set, u32 *left,
			const struct nlattr *a)
{
	const struct camfence_range4 *from = nla_data(a);
	u32 i, done = set->n4 - *left;
	u32 n = nla_len(a) / sizeof(*from);
	int err = check_room(p, a, sizeof(*from), *left);

	if (err)
		return err;
	for (i = 0; i < n; i++) {
		struct cf_range4 *r = &set->r4[done + i];

		r->first = ntohl(from[i].first);
		r->last = ntohl(from[i].last);
		if (r->last < r->first ||
		    (done + i && r->first <= r[-1].last))
			return cf_put_fail(p, a, -EINVAL,
					   ": %pI4-%pI4 does not come after the range before it, or ends before it begins",
					   &from[i].first, &from[i].last);
	}
	*left -= n;
	return 0;
}

/* Packets with such an address are judged by the IPv4 address in it. */
static bool is_ipv4(const struct camfence_range6 *r)
{
	const struct cf_addr first = cf_addr6_of(r->first);
	const struct cf_addr last = cf_addr6_of(r->last);

	return cf_remote_plain(&first).family == CF_IPV4 &&
	       cf_remote_plain(&last).family == CF_IPV4;
}

static int take_ranges6(struct put *p, struct cf_set *set, u32 *left,
			const struct nlattr *a)
{
	const struct camfence_range6 *from = nla_data(a);
	u32 i, done = set->n6 - *left;
	u32 n = nla_len(a) / sizeof(*from);
	int err = check_room(p, a, sizeof(*from), *left);

	if (err)
		return err;
	for (i = 0; i < n; i++) {
		struct cf_range6 *r = &set->r6[done + i];

		r->first = cf_in6_of(from[i].first);
		r->last = cf_in6_of(from[i].last);
		if (is_ipv4(&from[i]))
			return cf_put_fail(p, a, -EINVAL,
					   ": %pI6c-%pI6c are IPv4 addresses; write those",
					   from[i].first, from[i].last);
		if (cf_in6_cmp(r->last, r->first) < 0 ||
		    (done + i && cf_in6_cmp(r->first, r[-1].last) <= 0))
			return cf_put_fail(p, a, -EINVAL,
					   ": %pI6c-%pI6c does not come after the range before it, or ends before it begins",
					   from[i].first, from[i].last);
	}
	*left -= n;
	return 0;
}

/* Both families or none, so that a message that fails has changed nothing. */
static int take_ranges(struct put *p, struct cf_object *o)
{
	const struct nlattr *a4 = p->tb[CAMFENCE_SET_A_RANGES4];
	const struct nlattr *a6 = p->tb[CAMFENCE_SET_A_RANGES6];
	u32 left4 = o->n_left4, left6 = o->n_left6;
	int err = 0;

	if (a4)
		err = take_ranges4(p, &o->set, &left4, a4);
	if (a6 && !err)
		err = take_ranges6(p, &o->set, &left6, a6);
	if (err)
		return err;
	o->n_left4 = left4;
	o->n_left6 = left6;
	return 0;
}

/**
 * cf_set_fill() - begin a set
 * @p: the message
 * @o: the set, with its name
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_set_fill(struct put *p, struct cf_object *o)
{
	const struct nlattr *n4 = p->tb[CAMFENCE_SET_A_COUNT4];
	const struct nlattr *n6 = p->tb[CAMFENCE_SET_A_COUNT6];
	struct cf_set *set = &o->set;

	if (!n4 && !n6)
		return cf_put_fail(p, p->tb[CAMFENCE_SET_A_NAME], -ENOENT,
				   " was not begun by this transaction: announce how many ranges it has");
	set->n4 = n4 ? nla_get_u32(n4) : 0;
	set->n6 = n6 ? nla_get_u32(n6) : 0;
	o->n_left4 = set->n4;
	o->n_left6 = set->n6;
	o->date = cf_put_u64(p, CAMFENCE_SET_A_DATE, 0);
	if ((u64)set->n4 + set->n6 > CAMFENCE_MAX_RANGES)
		return cf_put_fail(p, n4 ? n4 : n6, -E2BIG,
				   ": a ruleset has at most %u ranges",
				   CAMFENCE_MAX_RANGES);
	set->r4 = cf_object_array(o, set->n4, sizeof(*set->r4));
	set->r6 = cf_object_array(o, set->n6, sizeof(*set->r6));
	if (!set->r4 || !set->r6)
		return -ENOMEM;
	return take_ranges(p, o);
}

/**
 * cf_set_go_on() - go on with a set
 * @p: the message
 * @o: the set, as this transaction has begun it
 *
 * Return: 0 or -EINVAL; then nothing has changed.
 */
int cf_set_go_on(struct put *p, struct cf_object *o)
{
	if (p->tb[CAMFENCE_SET_A_SOURCE] || p->tb[CAMFENCE_SET_A_DATE] ||
	    p->tb[CAMFENCE_SET_A_CHECKSUM])
		return cf_put_fail(p, NULL, -EINVAL,
				   ": source, date and checksum go where it is begun");
	return take_ranges(p, o);
}
