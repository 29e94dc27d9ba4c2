/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_DECIDE_H
#define CF_CORE_DECIDE_H

#include "rules.h"

#define CF_NOTHING U32_MAX

enum cf_flow_flags {
	CF_FLOW_PORTS		= 1 << 0,	/* sport and dport are known */
	CF_FLOW_LATER_FRAGMENT	= 1 << 1,
	CF_FLOW_ICMP_ERROR	= 1 << 2,	/* and no redirect */
	CF_FLOW_MALFORMED	= 1 << 3,
	CF_FLOW_SOURCE_ROUTE	= 1 << 4,
	CF_FLOW_TUNNEL		= 1 << 5,	/* semantics.md, section 5 */
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
	u16 dport;
	u8 proto;
	bool ports;
};

/* All that is read of a packet. What cannot be read is CF_NONE or 0. */
struct cf_flow {
	struct cf_addr src;
	struct cf_addr dst;
	struct cf_addr inner_src;	/* of an inner header, IP in IP */
	struct cf_addr inner_dst;
	u64 smac;			/* 0: not known */
	u16 sport;
	u16 dport;
	u16 flags;
	u8 proto;
	enum cf_ct ct;
	struct cf_tuple original;	/* unless ct is CF_CT_NONE */
};

/* The indices are those of the ruleset, or CF_NOTHING. */
struct cf_verdict {
	enum camfence_reason reason;
	u32 camera;
	u32 policy;
	u32 set;
	u32 exemption;
	u32 senders[2];			/* cameras that sent it */
};

void cf_decide(const struct cf_rules *r, const struct cf_flow *f, u64 now,
	       struct cf_verdict *v);
bool cf_reason_is_drop(enum camfence_reason reason);

#endif /* CF_CORE_DECIDE_H */
