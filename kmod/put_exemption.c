// SPDX-License-Identifier: GPL-2.0
/*
 * An exemption comes in one message, or in several where it has more prefixes
 * than one holds: the first announces how many there are, the others have
 * nothing but prefixes.
 */
#include <linux/in.h>
#include "put.h"

static bool is_prefix(const struct nlattr *remote)
{
	return nla_type(remote) == CAMFENCE_REMOTE_A_PREFIX4 ||
	       nla_type(remote) == CAMFENCE_REMOTE_A_PREFIX6;
}

/* A message that fails has changed nothing: what it wrote is still to come. */
static int take_prefixes(struct put *p, struct cf_object *o)
{
	const struct nlattr *list = p->tb[CAMFENCE_EXEMPTION_A_REMOTES];
	struct cf_exemption *e = &o->exemption;
	const struct nlattr *a;
	u32 left = o->n_left;
	int rem, err;

	if (!list)
		return 0;
	if (nla_len(list) > CAMFENCE_CHUNK_BYTES)
		return cf_put_fail(p, list, -E2BIG,
				   " has too many remotes for one message; divide it");
	nla_for_each_nested(a, list, rem) {
		if (!is_prefix(a))
			continue;
		if (!left)
			return cf_put_fail(p, a, -EINVAL,
					   ": more prefixes than were announced");
		err = cf_put_plain_prefix(p, &e->prefixes[e->n_prefixes - left],
					  a);
		if (err)
			return err;
		left--;
	}
	o->n_left = left;
	return 0;
}

static int take_sets(struct put *p, struct cf_object *o, u32 n)
{
	const struct nlattr *list = p->tb[CAMFENCE_EXEMPTION_A_REMOTES];
	struct cf_exemption *e = &o->exemption;

	if (!n)
		return 0;
	if (n > CAMFENCE_MAX_SETS)
		return cf_put_fail(p, list, -E2BIG, " names more than %u sets",
				   CAMFENCE_MAX_SETS);
	e->sets = cf_object_array(o, n, sizeof(*e->sets));
	if (!e->sets)
		return -ENOMEM;
	return cf_put_set_names(p, e->sets, &e->n_sets, list,
				CAMFENCE_REMOTE_A_SET);
}

static int announce_prefixes(struct put *p, struct cf_object *o, u32 n)
{
	struct cf_exemption *e = &o->exemption;

	if (n > CAMFENCE_MAX_PREFIXES)
		return cf_put_fail(p, p->tb[CAMFENCE_EXEMPTION_A_COUNT], -E2BIG,
				   ": a ruleset has at most %u exempted prefixes",
				   CAMFENCE_MAX_PREFIXES);
	if (!n)
		return 0;
	e->prefixes = cf_object_array(o, n, sizeof(*e->prefixes));
	if (!e->prefixes)
		return -ENOMEM;
	e->n_prefixes = n;
	o->n_left = n;
	return 0;
}

static int take_remotes(struct put *p, struct cf_object *o)
{
	const struct nlattr *list = p->tb[CAMFENCE_EXEMPTION_A_REMOTES];
	const struct nlattr *count = p->tb[CAMFENCE_EXEMPTION_A_COUNT];
	struct cf_exemption *e = &o->exemption;
	u32 n_prefixes = 0, n_sets = 0;
	const struct nlattr *a;
	int rem;

	if (list)
		nla_for_each_nested(a, list, rem) {
			n_prefixes += is_prefix(a);
			n_sets += nla_type(a) == CAMFENCE_REMOTE_A_SET;
			e->router |= nla_type(a) == CAMFENCE_REMOTE_A_ROUTER;
		}
	if (count)
		n_prefixes = nla_get_u32(count);
	if (!n_prefixes && !n_sets && !e->router)
		return cf_put_fail(p, NULL, -EINVAL, " needs a remote");
	return take_sets(p, o, n_sets) ?:
	       announce_prefixes(p, o, n_prefixes) ?:
	       take_prefixes(p, o);
}

static int take_ports(struct put *p, struct cf_object *o, int attr,
		      struct camfence_port_range **ports, u8 *n)
{
	const struct nlattr *a = p->tb[attr];
	struct camfence_port_range *range;

	if (!a)
		return 0;
	if (!cf_has_ports(o->exemption.proto))
		return cf_put_fail(p, a, -EINVAL,
				   ": ports go with tcp, udp, sctp and dccp only");
	if (!nla_len(a) || nla_len(a) % sizeof(*range))
		return cf_put_fail(p, a, -EINVAL,
				   ": %d bytes are no whole number of port ranges",
				   nla_len(a));
	*ports = cf_object_array(o, nla_len(a) / sizeof(*range),
				 sizeof(*range));
	if (!*ports)
		return -ENOMEM;
	memcpy(*ports, nla_data(a), nla_len(a));
	*n = nla_len(a) / sizeof(*range);
	for (range = *ports; range < *ports + *n; range++)
		if (range->last < range->first)
			return cf_put_fail(p, a, -EINVAL,
					   ": ports %u-%u end before they begin",
					   range->first, range->last);
	return 0;
}

static int take_icmp_types(struct put *p, struct cf_object *o)
{
	const struct nlattr *a = p->tb[CAMFENCE_EXEMPTION_A_ICMP_TYPES];
	struct cf_exemption *e = &o->exemption;

	if (!a)
		return 0;
	if (e->proto != IPPROTO_ICMP && e->proto != IPPROTO_ICMPV6)
		return cf_put_fail(p, a, -EINVAL,
				   ": ICMP types go with icmp and icmpv6 only");
	if (!nla_len(a))
		return cf_put_fail(p, a, -EINVAL,
				   ": the list of ICMP types is empty");
	e->icmp_types = cf_object_array(o, nla_len(a), 1);
	if (!e->icmp_types)
		return -ENOMEM;
	memcpy(e->icmp_types, nla_data(a), nla_len(a));
	e->n_icmp_types = nla_len(a);
	return 0;
}

static int take_protocol(struct put *p, struct cf_object *o)
{
	const struct nlattr *proto = p->tb[CAMFENCE_EXEMPTION_A_PROTO];
	struct cf_exemption *e = &o->exemption;

	e->proto = proto ? nla_get_u8(proto) : CF_PROTO_ANY;
	return take_ports(p, o, CAMFENCE_EXEMPTION_A_PORTS, &e->ports,
			  &e->n_ports) ?:
	       take_ports(p, o, CAMFENCE_EXEMPTION_A_LOCAL_PORTS,
			  &e->local_ports, &e->n_local_ports) ?:
	       take_icmp_types(p, o);
}

static int take_owner(struct put *p, struct cf_exemption *e)
{
	const struct nlattr *camera = p->tb[CAMFENCE_EXEMPTION_A_CAMERA];
	const struct nlattr *policy = p->tb[CAMFENCE_EXEMPTION_A_POLICY];

	if (!camera == !policy)
		return cf_put_fail(p, NULL, -EINVAL,
				   " needs a camera or a policy whose it is, and not both");
	if (camera && cf_put_is_service(p->name))
		return cf_put_fail(p, p->tb[CAMFENCE_EXEMPTION_A_NAME], -EINVAL,
				   " is a camera's; only a policy's may be called so");
	if (camera)
		return cf_put_reference(p, e->camera, camera, CF_KIND_CAMERA);
	return cf_put_reference(p, e->policy, policy, CF_KIND_POLICY);
}

static int take_dates(struct put *p, struct cf_exemption *e)
{
	e->not_before = cf_put_u64(p, CAMFENCE_EXEMPTION_A_NOT_BEFORE, 0);
	e->until = cf_put_u64(p, CAMFENCE_EXEMPTION_A_UNTIL, U64_MAX);
	if (e->not_before < e->until)
		return 0;
	return cf_put_fail(p, NULL, -EINVAL, " would end before it begins");
}

/**
 * cf_exemption_fill() - begin an exemption
 * @p: the message
 * @o: the exemption, with its name
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_exemption_fill(struct put *p, struct cf_object *o)
{
	const struct nlattr *direction = p->tb[CAMFENCE_EXEMPTION_A_DIRECTION];

	o->exemption.direction = direction ? nla_get_u8(direction) :
					     CAMFENCE_DIRECTION_OUT;
	return take_owner(p, &o->exemption) ?: take_remotes(p, o) ?:
	       take_protocol(p, o) ?: take_dates(p, &o->exemption);
}

/**
 * cf_exemption_go_on() - go on with an exemption
 * @p: the message
 * @o: the exemption, as this transaction has begun it
 *
 * Return: 0 or a negative error; then nothing has changed.
 */
int cf_exemption_go_on(struct put *p, struct cf_object *o)
{
	const struct nlattr *a, *list = p->tb[CAMFENCE_EXEMPTION_A_REMOTES];
	int i, rem;

	for (i = 0; i <= CAMFENCE_EXEMPTION_A_MAX; i++)
		if (p->tb[i] && i != CAMFENCE_EXEMPTION_A_NAME &&
		    i != CAMFENCE_EXEMPTION_A_REMOTES)
			return cf_put_fail(p, p->tb[i], -EINVAL,
					   ": what is more than a name and prefixes goes where it is begun");
	if (!cf_put_count(list))
		return cf_put_fail(p, NULL, -EINVAL,
				   " goes on without a prefix");
	nla_for_each_nested(a, list, rem)
		if (!is_prefix(a))
			return cf_put_fail(p, a, -EINVAL,
					   ": sets and the router go where it is begun");
	return take_prefixes(p, o);
}
