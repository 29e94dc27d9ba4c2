// SPDX-License-Identifier: GPL-2.0
#include <linux/in.h>
#include "core/remote.h"
#include "put.h"

static int take_prefix4(struct put *p, struct cf_prefix *to,
			const struct nlattr *a)
{
	const struct camfence_prefix4 *from = nla_data(a);
	u32 addr = ntohl(from->addr);

	if (from->len > 32 || addr & ~cf_mask32(from->len) || from->pad[0] ||
	    from->pad[1] || from->pad[2])
		return cf_put_fail(p, a, -EINVAL,
				   "exemption \"%s\": %pI4/%u is no prefix: its length is at most 32, and the bits behind it are zero",
				   p->name, &from->addr, from->len);
	to->addr.family = CF_IPV4;
	to->addr.v4 = addr;
	to->len = from->len;
	return 0;
}

static int take_prefix6(struct put *p, struct cf_prefix *to,
			const struct nlattr *a)
{
	const struct camfence_prefix6 *from = nla_data(a);
	struct cf_in6 addr = cf_in6_of(from->addr);

	if (from->len > 128 ||
	    cf_in6_cmp(addr, cf_in6_mask(addr, from->len)) || from->pad[0] ||
	    from->pad[1] || from->pad[2])
		return cf_put_fail(p, a, -EINVAL,
				   "exemption \"%s\": %pI6c/%u is no prefix: its length is at most 128, and the bits behind it are zero",
				   p->name, from->addr, from->len);
	to->addr.family = CF_IPV6;
	to->addr.v6 = addr;
	to->len = from->len;
	if (from->len >= 96 && cf_remote_plain(&to->addr).family != CF_IPV6)
		return cf_put_fail(p, a, -EINVAL,
				   "exemption \"%s\": %pI6c is an IPv4 address; write that",
				   p->name, from->addr);
	return 0;
}

static int take_remotes(struct put *p, struct cf_object *o)
{
	const struct nlattr *list = p->tb[CAMFENCE_EXEMPTION_A_REMOTES];
	struct cf_exemption *e = &o->exemption;
	const struct nlattr *a;
	int rem, err, n = cf_put_count(list);

	if (!n)
		return cf_put_fail(p, NULL, -EINVAL,
				   "exemption \"%s\" needs a remote",
				   p->name);
	e->prefixes = cf_object_array(o, n, sizeof(*e->prefixes));
	if (!e->prefixes)
		return -ENOMEM;
	nla_for_each_nested(a, list, rem) {
		struct cf_prefix *to = &e->prefixes[e->n_prefixes++];

		err = nla_type(a) == CAMFENCE_REMOTE_A_PREFIX4 ?
		      take_prefix4(p, to, a) : take_prefix6(p, to, a);
		if (err)
			return err;
	}
	return 0;
}

static bool has_ports(u16 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

static int take_ports(struct put *p, struct cf_object *o)
{
	const struct nlattr *proto = p->tb[CAMFENCE_EXEMPTION_A_PROTO];
	const struct nlattr *a = p->tb[CAMFENCE_EXEMPTION_A_PORTS];
	struct cf_exemption *e = &o->exemption;
	u16 i;

	e->proto = proto ? nla_get_u8(proto) : CF_PROTO_ANY;
	if (!a)
		return 0;
	if (!has_ports(e->proto))
		return cf_put_fail(p, a, -EINVAL,
				   "exemption \"%s\": ports go with tcp, udp, sctp and dccp only",
				   p->name);
	if (!nla_len(a) || nla_len(a) % sizeof(*e->ports))
		return cf_put_fail(p, a, -EINVAL,
				   "exemption \"%s\": %d bytes are no whole number of port ranges",
				   p->name, nla_len(a));
	e->n_ports = nla_len(a) / sizeof(*e->ports);
	e->ports = cf_object_array(o, e->n_ports, sizeof(*e->ports));
	if (!e->ports)
		return -ENOMEM;
	memcpy(e->ports, nla_data(a), nla_len(a));
	for (i = 0; i < e->n_ports; i++)
		if (e->ports[i].last < e->ports[i].first)
			return cf_put_fail(p, a, -EINVAL,
					   "exemption \"%s\": ports %u-%u end before they begin",
					   p->name, e->ports[i].first,
					   e->ports[i].last);
	return 0;
}

static int take_owner(struct put *p, struct cf_exemption *e)
{
	const struct nlattr *camera = p->tb[CAMFENCE_EXEMPTION_A_CAMERA];
	const struct nlattr *policy = p->tb[CAMFENCE_EXEMPTION_A_POLICY];

	if (!camera == !policy)
		return cf_put_fail(p, NULL, -EINVAL,
				   "exemption \"%s\" needs a camera or a policy whose it is, and not both",
				   p->name);
	if (camera) {
		nla_strscpy(e->camera, camera, sizeof(e->camera));
		return cf_put_reference(p, camera, CF_KIND_CAMERA);
	}
	nla_strscpy(e->policy, policy, sizeof(e->policy));
	return cf_put_reference(p, policy, CF_KIND_POLICY);
}

static int take_dates(struct put *p, struct cf_exemption *e)
{
	e->not_before = cf_put_u64(p, CAMFENCE_EXEMPTION_A_NOT_BEFORE, 0);
	e->until = cf_put_u64(p, CAMFENCE_EXEMPTION_A_UNTIL, U64_MAX);
	if (e->not_before < e->until)
		return 0;
	return cf_put_fail(p, NULL, -EINVAL,
			   "exemption \"%s\" would end before it begins",
			   p->name);
}

/**
 * cf_exemption_fill() - fill a new exemption from a message
 * @p: the message
 * @o: the exemption, with its name
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_exemption_fill(struct put *p, struct cf_object *o)
{
	int err;

	if (nla_len(p->info->attrs[CAMFENCE_A_EXEMPTION]) > CAMFENCE_CHUNK_BYTES)
		return cf_put_fail(p, NULL, -E2BIG,
				   "exemption \"%s\" has too many remotes for one message; divide it",
				   p->name);
	err = take_owner(p, &o->exemption);
	if (err)
		return err;
	err = take_remotes(p, o);
	if (err)
		return err;
	err = take_ports(p, o);
	if (err)
		return err;
	err = take_dates(p, &o->exemption);
	if (err)
		return err;
	err = cf_put_text(p, o, CF_TEXT_BY, CAMFENCE_EXEMPTION_A_BY);
	if (err)
		return err;
	err = cf_put_text(p, o, CF_TEXT_REASON, CAMFENCE_EXEMPTION_A_REASON);
	if (err)
		return err;
	return cf_put_text(p, o, CF_TEXT_COMMENT, CAMFENCE_EXEMPTION_A_COMMENT);
}
