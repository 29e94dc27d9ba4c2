/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_DECIDE_H
#define CF_CORE_DECIDE_H

#include "rules.h"

/* Where a packet is met. */
enum cf_hook {
	CF_HOOK_FORWARD,
	CF_HOOK_LOCAL_IN,
	CF_HOOK_LOCAL_OUT,
	CF_HOOK_EGRESS,		/* of the device that the route names */
	CF_HOOK_BRIDGE,
};

enum cf_flow_flags {
	CF_FLOW_PORTS		= 1 << 0,	/* sport and dport are known */
	CF_FLOW_LATER_FRAGMENT	= 1 << 1,
	CF_FLOW_ICMP		= 1 << 2,	/* icmp_type is known */
	CF_FLOW_ICMP_ERROR	= 1 << 3,	/* and no redirect */
	CF_FLOW_MALFORMED	= 1 << 4,
	CF_FLOW_SOURCE_ROUTE	= 1 << 5,
	CF_FLOW_TUNNEL		= 1 << 6,	/* semantics.md, section 5 */
	CF_FLOW_ETHERTYPE	= 1 << 7,	/* a frame of neither IP */
	CF_FLOW_MEMBERSHIP	= 1 << 8,	/* IGMP or MLD, hop limit 1 */
	CF_FLOW_ND		= 1 << 9,	/* neighbour discovery */
	CF_FLOW_TCP_ACK		= 1 << 10,
	CF_FLOW_GROUP		= 1 << 11,	/* to a group or to all */
	CF_FLOW_SRC_OWN		= 1 << 12,	/* the router's own address */
	CF_FLOW_DST_OWN		= 1 << 13,
	CF_FLOW_MAC_LATER	= 1 << 14,	/* it shows at egress, not here */
	CF_FLOW_BEFORE_OWN	= 1 << 15,
	CF_FLOW_ENDLESS		= 1 << 16,	/* as if no exemption ended */
};

/* What conntrack says of the packet. */
enum cf_ct {
	CF_CT_NONE,		/* untracked, invalid, a template, no conntrack */
	CF_CT_ORIGINAL,
	CF_CT_REPLY,
	CF_CT_RELATED,		/* an ICMP error on its way from origin's side */
	CF_CT_RELATED_REPLY,	/* ... on its way to it */
};

/* A connection as FORWARD saw its first packet: before SNAT, after DNAT. */
struct cf_tuple {
	struct cf_addr src;
	struct cf_addr dst;
	u16 sport;
	u16 dport;
	u8 proto;
	u8 icmp_type;
	u32 flags;		/* _PORTS, _ICMP, _SRC_OWN, _DST_OWN */
};

/* All that is read of a packet. What cannot be read is CF_NONE, NULL or 0. */
struct cf_flow {
	enum cf_hook hook;
	struct cf_addr src;
	struct cf_addr dst;
	struct cf_addr inner_src;	/* of an inner header, IP in IP */
	struct cf_addr inner_dst;
	u64 smac;
	u64 dmac;
	const char *in;			/* interfaces */
	const char *out;
	u32 flags;
	u16 sport;
	u16 dport;
	u8 proto;
	u8 icmp_type;
	enum cf_ct ct;
	struct cf_tuple original;	/* unless ct is CF_CT_NONE */
	/* LOCAL_IN: the destination before DNAT, where it was another one. */
	struct cf_addr before;
	u16 before_port;
};

/**
 * cf_is_tunnel() - is it of the tunnels of semantics.md, section 5?
 * @proto: of the packet
 * @dport: its destination port, 0 where it has none
 *
 * GRE, ESP, AH, L2TP, EtherIP (RFC 3378); UDP to VXLAN (RFC 7348, and Linux's
 * first port for it) and Geneve (RFC 8926).
 *
 * Return: true if so.
 */
static inline bool cf_is_tunnel(u8 proto, u16 dport)
{
	switch (proto) {
	case 47:
	case 50:
	case 51:
	case 97:
	case 115:
		return true;
	case 17:
		return dport == 4789 || dport == 8472 || dport == 6081;
	}
	return false;
}

/**
 * cf_is_icmp_error() - does it tell of a flow's fate?
 * @proto: ICMP or ICMPv6
 * @type: of the packet
 *
 * Unreachable, too big, time exceeded, parameter problem (RFC 792, RFC 4443); a
 * redirect or a source quench does not.
 *
 * Return: true if so.
 */
static inline bool cf_is_icmp_error(u8 proto, u8 type)
{
	if (proto == 1)
		return type == 3 || type == 11 || type == 12;
	return type >= 1 && type <= 4;
}

/* Neighbour discovery's types of ICMPv6: RFC 4861, section 4. */
static inline bool cf_is_nd(u8 type)
{
	return type >= 133 && type <= 137;
}

/* Group membership's: RFC 2710, section 3, and RFC 3810, section 5. */
static inline bool cf_is_mld(u8 type)
{
	return (type >= 130 && type <= 132) || type == 143;
}

/* The indices are those of the ruleset, or CF_NOTHING. */
struct cf_verdict {
	enum camfence_reason reason;
	u32 camera;
	u32 policy;
	u32 set;
	u32 exemption;
	const struct cf_owner *senders[2];	/* cameras that sent it */
	u32 spoofed;		/* whose name another device may have used */
	bool spoof_if_on_link;	/* ... if the route to the source is on-link */
	bool reject;		/* the sender is to be told */
};

/* Nobody's, and about nothing. */
static inline struct cf_verdict cf_verdict_none(void)
{
	return (struct cf_verdict){
		.reason = CAMFENCE_REASON_NO_CAMERA,
		.camera = CF_NOTHING,
		.policy = CF_NOTHING,
		.set = CF_NOTHING,
		.exemption = CF_NOTHING,
		.spoofed = CF_NOTHING,
	};
}

/* What one camera (or site: CF_NOTHING) made of one of its remotes. */
struct cf_judgement {
	bool sends;
	u32 camera;
	u32 policy;
	const struct cf_remote *remote;		/* NULL: of all at once */
	const struct cf_verdict *verdict;
};

bool cf_decide_plainly(const struct cf_rules *r, u64 smac, u64 dmac,
		       const struct cf_addr *src, const struct cf_addr *dst,
		       struct cf_verdict *v);
void cf_decide(const struct cf_rules *r, const struct cf_flow *f, u64 now,
	       struct cf_verdict *v);
bool cf_reason_is_drop(enum camfence_reason reason);
void cf_flow_complete(struct cf_flow *f);

#endif /* CF_CORE_DECIDE_H */
