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
				   "set \"%s\": %d bytes are no whole number of ranges",
				   p->name, nla_len(a));
	if (nla_len(a) / size > left)
		return cf_put_fail(p, a, -EINVAL,
				   "set \"%s\": more ranges than were announced",
				   p->name);
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
					   "set \"%s\": %pI4-%pI4 does not come after the range before it, or ends before it begins",
					   p->name, &from[i].first, &from[i].last);
	}
	*left -= n;
	return 0;
}

/* Packets with such an address are judged by the IPv4 address in it. */
static bool is_ipv4(const struct cf_range6 *r)
{
	const struct cf_addr first = { .family = CF_IPV6, .v6 = r->first };
	const struct cf_addr last = { .family = CF_IPV6, .v6 = r->last };

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
		if (is_ipv4(r))
			return cf_put_fail(p, a, -EINVAL,
					   "set \"%s\": %pI6c-%pI6c are IPv4 addresses; write those",
					   p->name, from[i].first,
					   from[i].last);
		if (cf_in6_cmp(r->last, r->first) < 0 ||
		    (done + i && cf_in6_cmp(r->first, r[-1].last) <= 0))
			return cf_put_fail(p, a, -EINVAL,
					   "set \"%s\": %pI6c-%pI6c does not come after the range before it, or ends before it begins",
					   p->name, from[i].first, from[i].last);
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

static int begin_set(struct put *p)
{
	struct cf_object *o = cf_object_new(CF_KIND_SET);
	const struct nlattr *n4 = p->tb[CAMFENCE_SET_A_COUNT4];
	const struct nlattr *n6 = p->tb[CAMFENCE_SET_A_COUNT6];
	int err = -ENOMEM;

	if (!o)
		return err;
	strscpy(o->name, p->name, sizeof(o->name));
	o->set.n4 = n4 ? nla_get_u32(n4) : 0;
	o->set.n6 = n6 ? nla_get_u32(n6) : 0;
	o->n_left4 = o->set.n4;
	o->n_left6 = o->set.n6;
	o->date = cf_put_u64(p, CAMFENCE_SET_A_DATE, 0);
	if ((u64)o->set.n4 + o->set.n6 > CAMFENCE_MAX_RANGES) {
		err = cf_put_fail(p, n4 ? n4 : n6, -E2BIG,
				  "set \"%s\": a ruleset has at most %u ranges",
				  p->name, CAMFENCE_MAX_RANGES);
		goto fail;
	}
	o->set.r4 = cf_object_array(o, o->set.n4, sizeof(*o->set.r4));
	o->set.r6 = cf_object_array(o, o->set.n6, sizeof(*o->set.r6));
	if (!o->set.r4 || !o->set.r6)
		goto fail;
	err = cf_put_text(p, o, CF_TEXT_SOURCE, CAMFENCE_SET_A_SOURCE);
	if (!err)
		err = cf_put_text(p, o, CF_TEXT_CHECKSUM,
				  CAMFENCE_SET_A_CHECKSUM);
	if (!err)
		err = take_ranges(p, o);
	if (!err)
		err = cf_put_stage(p, o);
	if (!err)
		return 0;
fail:
	cf_object_put(o);
	return err;
}

static int go_on_with_set(struct put *p)
{
	struct cf_object *o = cf_txn_begun(p->txn, CF_KIND_SET, p->name);

	if (!o)
		return cf_put_fail(p, p->tb[CAMFENCE_SET_A_NAME], -ENOENT,
				   "set \"%s\" was not begun by this transaction: announce how many ranges it has",
				   p->name);
	if (p->tb[CAMFENCE_SET_A_SOURCE] || p->tb[CAMFENCE_SET_A_DATE] ||
	    p->tb[CAMFENCE_SET_A_CHECKSUM])
		return cf_put_fail(p, NULL, -EINVAL,
				   "set \"%s\": source, date and checksum go where it is begun",
				   p->name);
	return take_ranges(p, o);
}

/**
 * cf_set_take() - begin a set, or go on with one
 * @p: the message
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_set_take(struct put *p)
{
	if (!p->tb[CAMFENCE_SET_A_COUNT4] && !p->tb[CAMFENCE_SET_A_COUNT6])
		return go_on_with_set(p);
	return begin_set(p);
}
