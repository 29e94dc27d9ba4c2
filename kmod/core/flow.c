// SPDX-License-Identifier: GPL-2.0
/*
 * A packet that nobody has sent: asked about in words, and made whole here. The
 * packet path reads all of this from the packet, from routes and conntrack.
 */
#include "decide.h"

/* What the question was that this type of ICMP answers: RFC 792, RFC 4443. */
static u8 icmp_question(u8 proto, u8 type)
{
	if (proto != 1)
		return type == 129 ? 128 : type;
	switch (type) {
	case 0:
		return 8;
	case 14:
	case 16:
	case 18:
		return type - 1;
	}
	return type;
}

/* A flow of which nothing was translated. */
static struct cf_tuple original_of(const struct cf_flow *f)
{
	struct cf_tuple t = {
		.src = f->src,
		.dst = f->dst,
		.sport = f->sport,
		.dport = f->dport,
		.proto = f->proto,
		.icmp_type = f->icmp_type,
		.flags = f->flags & (CF_FLOW_PORTS | CF_FLOW_ICMP |
				     CF_FLOW_SRC_OWN | CF_FLOW_DST_OWN),
	};

	if (f->ct != CF_CT_REPLY)
		return t;
	t.src = f->dst;
	t.dst = f->src;
	t.sport = f->dport;
	t.dport = f->sport;
	t.icmp_type = icmp_question(f->proto, f->icmp_type);
	t.flags &= ~(CF_FLOW_SRC_OWN | CF_FLOW_DST_OWN);
	if (f->flags & CF_FLOW_SRC_OWN)
		t.flags |= CF_FLOW_DST_OWN;
	if (f->flags & CF_FLOW_DST_OWN)
		t.flags |= CF_FLOW_SRC_OWN;
	return t;
}

static u32 kind_of(const struct cf_flow *f)
{
	u32 flags = 0;

	if (cf_is_tunnel(f->proto, f->dport))
		flags |= CF_FLOW_TUNNEL;
	if (f->proto == 2 && f->src.family == CF_IPV4 &&
	    cf_addr_is_multicast(&f->dst))
		flags |= CF_FLOW_MEMBERSHIP;
	if (!(f->flags & CF_FLOW_ICMP))
		return flags;
	if (cf_is_icmp_error(f->proto, f->icmp_type))
		flags |= CF_FLOW_ICMP_ERROR;
	if (f->src.family == CF_IPV4)
		return flags;
	if (cf_is_nd(f->icmp_type))
		flags |= CF_FLOW_ND;
	if (cf_is_mld(f->icmp_type) && cf_addr_is_multicast(&f->dst))
		flags |= CF_FLOW_MEMBERSHIP;
	return flags;
}

/**
 * cf_flow_complete() - all that follows from what is known of a packet
 * @f: zeroed but for hook, addresses, MACs, interfaces, protocol, ports or ICMP
 *	type and their flags, and conntrack's direction
 *
 * Any context. The packet is whole, and has the hop limit that its kind asks
 * for; it goes to the router itself at LOCAL_IN, comes from it at LOCAL_OUT. A
 * bridge asks no conntrack: there an answer is known by TCP's ACK.
 */
void cf_flow_complete(struct cf_flow *f)
{
	f->flags |= kind_of(f);
	if (cf_addr_is_group(&f->dst))
		f->flags |= CF_FLOW_GROUP;
	else if (f->hook == CF_HOOK_LOCAL_IN)
		f->flags |= CF_FLOW_DST_OWN;
	if (f->hook == CF_HOOK_LOCAL_OUT)
		f->flags |= CF_FLOW_SRC_OWN;
	if (f->hook == CF_HOOK_BRIDGE) {
		if (f->proto == 6 && f->ct == CF_CT_REPLY)
			f->flags |= CF_FLOW_TCP_ACK;
		f->ct = CF_CT_NONE;
	}
	if (f->ct != CF_CT_NONE)
		f->original = original_of(f);
}
