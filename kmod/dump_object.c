// SPDX-License-Identifier: GPL-2.0
/*
 * Objects as attributes: the nest that puts one, and the nest of its
 * statistics.
 */
#include <linux/etherdevice.h>
#include "dump.h"

static u32 remote_size(enum cf_family family)
{
	return nla_total_size(family == CF_IPV4 ?
			      sizeof(struct camfence_prefix4) :
			      sizeof(struct camfence_prefix6));
}

/* Of an exemption's remotes in a message; the rest go into further ones. */
static u32 remotes_size(const struct cf_exemption *e)
{
	u32 size = e->n_sets * nla_total_size(CAMFENCE_NAME_LEN) +
		   e->n_prefixes * remote_size(CF_IPV6);

	return min_t(u32, size, CAMFENCE_CHUNK_BYTES);
}

/**
 * cf_dump_largest() - how much larger than usual must a message be?
 * @rs: the ruleset to be dumped
 *
 * A message holds its object whole, or a chunk of it. Only what lists much can
 * be larger than a message is anyway.
 *
 * Return: bytes.
 */
u32 cf_dump_largest(const struct cf_ruleset *rs)
{
	u32 i, most = 0;

	for (i = 0; i < rs->objects.n_policies; i++) {
		const struct cf_policy *p = rs->objects.policies[i];
		u32 n = p->n_allow + p->n_block;

		most = max_t(u32, most, n * nla_total_size(CAMFENCE_NAME_LEN));
	}
	for (i = 0; i < rs->objects.n_exemptions; i++)
		most = max(most, remotes_size(rs->objects.exemptions[i]));
	return most;
}

static int put_set(struct sk_buff *msg, const struct cf_object *o)
{
	return nla_put_u32(msg, CAMFENCE_SET_A_COUNT4, o->set.n4) ||
	       nla_put_u32(msg, CAMFENCE_SET_A_COUNT6, o->set.n6) ||
	       (o->date && nla_put_u64_64bit(msg, CAMFENCE_SET_A_DATE, o->date,
					     CAMFENCE_SET_A_PAD));
}

static int put_list(struct sk_buff *msg, int attr,
		    char (*names)[CAMFENCE_NAME_LEN], u32 n)
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < n; i++)
		if (nla_put_string(msg, CAMFENCE_LIST_A_NAME, names[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_policy(struct sk_buff *msg, const struct cf_object *o)
{
	const struct cf_policy *p = &o->policy;

	return nla_put_u8(msg, CAMFENCE_POLICY_A_DEFAULT, p->dflt) ||
	       nla_put_u8(msg, CAMFENCE_POLICY_A_ACTION, p->action) ||
	       put_list(msg, CAMFENCE_POLICY_A_ALLOW, p->sets, p->n_allow) ||
	       put_list(msg, CAMFENCE_POLICY_A_BLOCK, p->sets + p->n_allow,
			p->n_block) ||
	       (p->nflog && nla_put_u16(msg, CAMFENCE_POLICY_A_NFLOG,
					p->nflog - 1));
}

/**
 * cf_dump_addr() - write an address
 * @msg: the message
 * @attr4: what an IPv4 address is written as
 * @attr6: what an IPv6 address is written as
 * @addr: of neither family: nothing is written
 *
 * Return: 0 or -EMSGSIZE.
 */
int cf_dump_addr(struct sk_buff *msg, int attr4, int attr6,
		 const struct cf_addr *addr)
{
	u8 bytes[16];

	if (addr->family == CF_NONE)
		return 0;
	if (addr->family == CF_IPV4)
		return nla_put_in_addr(msg, attr4, htonl(addr->v4));
	cf_in6_write(bytes, addr->v6);
	return nla_put(msg, attr6, sizeof(bytes), bytes);
}

/* As @attr4 or @attr6, by its family. */
static int put_prefix(struct sk_buff *msg, int attr4, int attr6,
		      const struct cf_addr *addr, u8 len)
{
	struct camfence_prefix4 v4 = { .len = len };
	struct camfence_prefix6 v6 = { .len = len };

	if (addr->family == CF_IPV4) {
		v4.addr = htonl(addr->v4);
		return nla_put(msg, attr4, sizeof(v4), &v4);
	}
	cf_in6_write(v6.addr, addr->v6);
	return nla_put(msg, attr6, sizeof(v6), &v6);
}

static int put_oui(struct sk_buff *msg, const struct cf_selector *s)
{
	struct camfence_oui oui = { .len = s->len };
	u8 mac[ETH_ALEN];

	u64_to_ether_addr(s->mac, mac);
	memcpy(oui.oui, mac, sizeof(oui.oui));
	return nla_put(msg, CAMFENCE_SELECTOR_A_OUI, sizeof(oui), &oui);
}

static int put_selector(struct sk_buff *msg, const struct cf_selector *s)
{
	u8 mac[ETH_ALEN];

	switch (s->type) {
	case CF_SEL_MAC:
		u64_to_ether_addr(s->mac, mac);
		return nla_put(msg, CAMFENCE_SELECTOR_A_MAC, ETH_ALEN, mac);
	case CF_SEL_ADDR:
		return cf_dump_addr(msg, CAMFENCE_SELECTOR_A_ADDR4,
				    CAMFENCE_SELECTOR_A_ADDR6, &s->addr);
	case CF_SEL_PREFIX:
		return put_prefix(msg, CAMFENCE_SELECTOR_A_PREFIX4,
				  CAMFENCE_SELECTOR_A_PREFIX6, &s->addr,
				  s->len);
	case CF_SEL_OUI:
		return put_oui(msg, s);
	case CF_SEL_IFACE:
		return nla_put_string(msg, CAMFENCE_SELECTOR_A_IFACE, s->iface);
	}
	return 0;
}

static int put_camera(struct sk_buff *msg, const struct cf_object *o)
{
	const struct cf_camera *c = &o->camera;
	struct nlattr *nest;
	u32 i;

	if (nla_put_string(msg, CAMFENCE_CAMERA_A_POLICY, c->policy))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, CAMFENCE_CAMERA_A_SELECTORS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < c->n_selectors; i++)
		if (put_selector(msg, &c->selectors[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return (c->catch && nla_put_flag(msg, CAMFENCE_CAMERA_A_CATCH)) ||
	       (c->shared && nla_put_flag(msg, CAMFENCE_CAMERA_A_SHARED));
}

static int put_remote_prefix(struct sk_buff *msg, const struct cf_prefix *p)
{
	return put_prefix(msg, CAMFENCE_REMOTE_A_PREFIX4,
			  CAMFENCE_REMOTE_A_PREFIX6, &p->addr, p->len);
}

/* As many prefixes from *from on as a chunk holds behind what the nest has. */
static int put_remote_prefixes(struct sk_buff *msg, const struct nlattr *nest,
			       const struct cf_exemption *e, u32 *from)
{
	for (; *from < e->n_prefixes; ++*from) {
		const struct cf_prefix *p = &e->prefixes[*from];

		if (skb_tail_pointer(msg) - (u8 *)nla_data(nest) +
		    remote_size(p->addr.family) > CAMFENCE_CHUNK_BYTES)
			return 0;
		if (put_remote_prefix(msg, p))
			return -EMSGSIZE;
	}
	return 0;
}

/*
 * An exemption's remotes, or what is left of them. Where they need several
 * messages, the first announces how many prefixes come. *part is how many of
 * these are told, 0 before the first message and again after the last.
 */
static int put_remotes(struct sk_buff *msg, const struct cf_exemption *e,
		       u32 *part)
{
	struct nlattr *nest = nla_nest_start(msg, CAMFENCE_EXEMPTION_A_REMOTES);
	bool first = !*part;
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; first && i < e->n_sets; i++)
		if (nla_put_string(msg, CAMFENCE_REMOTE_A_SET, e->sets[i]))
			return -EMSGSIZE;
	if (first && e->router && nla_put_flag(msg, CAMFENCE_REMOTE_A_ROUTER))
		return -EMSGSIZE;
	if (put_remote_prefixes(msg, nest, e, part))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	if (*part == e->n_prefixes)
		*part = 0;
	else if (first)
		return nla_put_u32(msg, CAMFENCE_EXEMPTION_A_COUNT,
				   e->n_prefixes);
	return 0;
}

static int put_ports(struct sk_buff *msg, int attr,
		     const struct camfence_port_range *ports, u32 n)
{
	return n ? nla_put(msg, attr, n * sizeof(*ports), ports) : 0;
}

/* All but the remotes. */
static int put_exemption(struct sk_buff *msg, const struct cf_object *o)
{
	const struct cf_exemption *e = &o->exemption;

	return (e->camera[0] ?
		nla_put_string(msg, CAMFENCE_EXEMPTION_A_CAMERA, e->camera) :
		nla_put_string(msg, CAMFENCE_EXEMPTION_A_POLICY, e->policy)) ||
	       nla_put_u8(msg, CAMFENCE_EXEMPTION_A_DIRECTION, e->direction) ||
	       (e->proto != CF_PROTO_ANY &&
		nla_put_u8(msg, CAMFENCE_EXEMPTION_A_PROTO, e->proto)) ||
	       put_ports(msg, CAMFENCE_EXEMPTION_A_PORTS, e->ports,
			 e->n_ports) ||
	       put_ports(msg, CAMFENCE_EXEMPTION_A_LOCAL_PORTS, e->local_ports,
			 e->n_local_ports) ||
	       (e->n_icmp_types &&
		nla_put(msg, CAMFENCE_EXEMPTION_A_ICMP_TYPES, e->n_icmp_types,
			e->icmp_types)) ||
	       (e->not_before &&
		nla_put_u64_64bit(msg, CAMFENCE_EXEMPTION_A_NOT_BEFORE,
				  e->not_before, CAMFENCE_EXEMPTION_A_PAD)) ||
	       (e->until != U64_MAX &&
		nla_put_u64_64bit(msg, CAMFENCE_EXEMPTION_A_UNTIL, e->until,
				  CAMFENCE_EXEMPTION_A_PAD));
}

static int put_options(struct sk_buff *msg, const struct cf_object *o)
{
	const struct cf_options *options = &o->options;
	struct nlattr *nest;
	u32 i;

	if (options->site[0] &&
	    nla_put_string(msg, CAMFENCE_OPTIONS_A_SITE, options->site))
		return -EMSGSIZE;
	if (!options->n_nat64)
		return 0;
	nest = nla_nest_start(msg, CAMFENCE_OPTIONS_A_NAT64);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < options->n_nat64; i++)
		if (put_remote_prefix(msg, &options->nat64[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* All but the name and the texts, and an exemption's remotes. */
static int (*const puts[CF_KINDS])(struct sk_buff *msg,
				   const struct cf_object *o) = {
	[CF_KIND_SET] = put_set,
	[CF_KIND_POLICY] = put_policy,
	[CF_KIND_CAMERA] = put_camera,
	[CF_KIND_EXEMPTION] = put_exemption,
	[CF_KIND_OPTIONS] = put_options,
};

static int put_texts(struct sk_buff *msg, const struct cf_object *o)
{
	unsigned int i;

	for (i = 0; i < CF_TEXTS; i++)
		if (o->texts[i] &&
		    nla_put_string(msg, cf_kinds[o->kind].texts[i], o->texts[i]))
			return -EMSGSIZE;
	return 0;
}

static struct nlattr *begin(struct sk_buff *msg, const struct cf_object *o)
{
	struct nlattr *nest = nla_nest_start(msg, cf_kinds[o->kind].nest);

	if (nest && cf_kinds[o->kind].name &&
	    nla_put_string(msg, cf_kinds[o->kind].name, o->name))
		return NULL;
	return nest;
}

/**
 * cf_dump_object() - write an object in the form in which it is put
 * @msg: the message
 * @o: the object
 * @part: 0 at first; where it is not 0 afterwards, the object goes on in a
 *	further message, for which it stays as it is
 *
 * Return: 0 or -EMSGSIZE.
 */
int cf_dump_object(struct sk_buff *msg, const struct cf_object *o, u32 *part)
{
	struct nlattr *nest = begin(msg, o);

	if (!nest)
		return -EMSGSIZE;
	if (!*part && (puts[o->kind](msg, o) || put_texts(msg, o)))
		return -EMSGSIZE;
	if (o->kind == CF_KIND_EXEMPTION &&
	    put_remotes(msg, &o->exemption, part))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_policy_counters(struct sk_buff *msg, struct cf_counters *c,
			       bool reset)
{
	struct cf_policy_tally sum = cf_stats_policy(c);

	if (cf_dump_tally(msg, CAMFENCE_STATS_A_PACKETS, CAMFENCE_STATS_A_BYTES,
			  sum.passed) ||
	    cf_dump_tally(msg, CAMFENCE_STATS_A_DROPS,
			  CAMFENCE_STATS_A_DROP_BYTES, sum.dropped))
		return -EMSGSIZE;
	if (reset)
		cf_stats_reset_policy(c, &sum);
	return 0;
}

/* Nothing may fail behind a reset: what it has taken off would not be told. */
static int put_counters(struct sk_buff *msg, const struct cf_object *o,
			bool reset)
{
	struct cf_counters *c = o->counters;
	u64 spoofs = atomic64_read(&c->spoofs);
	struct cf_tally t = {
		.packets = atomic64_read(&c->packets),
		.bytes = atomic64_read(&c->bytes),
	};
	bool hole = o->kind == CF_KIND_EXEMPTION;

	if (o->kind == CF_KIND_POLICY)
		return put_policy_counters(msg, c, reset);
	if (nla_put_u64_64bit(msg, CAMFENCE_STATS_A_SEEN, READ_ONCE(c->seen),
			      CAMFENCE_STATS_A_PAD) ||
	    cf_dump_tally(msg, hole ? CAMFENCE_STATS_A_PACKETS :
				      CAMFENCE_STATS_A_DROPS,
			  hole ? CAMFENCE_STATS_A_BYTES :
				 CAMFENCE_STATS_A_DROP_BYTES, t) ||
	    (!hole && nla_put_u64_64bit(msg, CAMFENCE_STATS_A_SPOOFS, spoofs,
					CAMFENCE_STATS_A_PAD)))
		return -EMSGSIZE;
	if (!reset)
		return 0;
	atomic64_sub(t.packets, &c->packets);
	atomic64_sub(t.bytes, &c->bytes);
	atomic64_sub(spoofs, &c->spoofs);
	return 0;
}

/**
 * cf_dump_object_stats() - write an object's name and statistics
 * @msg: the message
 * @o: the object; neither a set nor the options
 * @reset: what is written is taken off the counters; the namespace's mutex held
 *
 * Return: 0 or -EMSGSIZE; then nothing was taken off.
 */
int cf_dump_object_stats(struct sk_buff *msg, const struct cf_object *o,
			 bool reset)
{
	struct nlattr *stats, *nest = begin(msg, o);

	if (!nest)
		return -EMSGSIZE;
	stats = nla_nest_start(msg, cf_kinds[o->kind].stats);
	if (!stats || put_counters(msg, o, reset))
		return -EMSGSIZE;
	nla_nest_end(msg, stats);
	nla_nest_end(msg, nest);
	return 0;
}
