// SPDX-License-Identifier: GPL-2.0
/*
 * What would become of a packet that is told in words: the ruleset in force is
 * asked as the hooks ask it, and nobody counts.
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/timekeeping.h>
#include "event.h"
#include "hook.h"
#include "lockdown.h"
#include "ruleset.h"
#include "verdict.h"
#include "wire.h"

static const struct nla_policy packet_policy[CAMFENCE_EVENT_A_MAX + 1] = {
	[CAMFENCE_EVENT_A_HOOK] = NLA_POLICY_MAX(NLA_U32, CAMFENCE_HOOK_BRIDGE),
	[CAMFENCE_EVENT_A_SRC4] = NLA_POLICY_EXACT_LEN(4),
	[CAMFENCE_EVENT_A_DST4] = NLA_POLICY_EXACT_LEN(4),
	[CAMFENCE_EVENT_A_SRC6] = NLA_POLICY_EXACT_LEN(16),
	[CAMFENCE_EVENT_A_DST6] = NLA_POLICY_EXACT_LEN(16),
	[CAMFENCE_EVENT_A_PROTO] = { .type = NLA_U8 },
	[CAMFENCE_EVENT_A_SPORT] = { .type = NLA_U16 },
	[CAMFENCE_EVENT_A_DPORT] = { .type = NLA_U16 },
	[CAMFENCE_EVENT_A_ICMP_TYPE] = { .type = NLA_U8 },
	[CAMFENCE_EVENT_A_SMAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[CAMFENCE_EVENT_A_DMAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[CAMFENCE_EVENT_A_IN] = { .type = NLA_NUL_STRING,
				  .len = CAMFENCE_IFACE_LEN - 1 },
	[CAMFENCE_EVENT_A_OUT] = { .type = NLA_NUL_STRING,
				   .len = CAMFENCE_IFACE_LEN - 1 },
	[CAMFENCE_EVENT_A_CT] = NLA_POLICY_MAX(NLA_U32, CAMFENCE_CT_REPLY),
};

const struct nla_policy cf_verdict_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_PACKET] = NLA_POLICY_NESTED(packet_policy),
};

/* They are the same, in the same order. */
static_assert((int)CF_CT_NONE == (int)CAMFENCE_CT_UNTRACKED);
static_assert((int)CF_CT_REPLY == (int)CAMFENCE_CT_REPLY);

static struct cf_addr addr_of(const struct nlattr *v4, const struct nlattr *v6)
{
	return v4 ? cf_addr4_of(nla_get_in_addr(v4)) : cf_addr6_of(nla_data(v6));
}

static u64 mac_of(const struct nlattr *a)
{
	return a ? ether_addr_to_u64(nla_data(a)) : 0;
}

/* Return: NULL, or what is wrong */
static const char *read_header(struct cf_flow *f, struct nlattr **tb)
{
	bool v4 = tb[CAMFENCE_EVENT_A_SRC4] && tb[CAMFENCE_EVENT_A_DST4];
	bool v6 = tb[CAMFENCE_EVENT_A_SRC6] && tb[CAMFENCE_EVENT_A_DST6];
	bool ports = tb[CAMFENCE_EVENT_A_SPORT] && tb[CAMFENCE_EVENT_A_DPORT];

	if (v4 == v6)
		return "a packet has a source and a destination, both IPv4 or both IPv6";
	f->src = addr_of(tb[CAMFENCE_EVENT_A_SRC4], tb[CAMFENCE_EVENT_A_SRC6]);
	f->dst = addr_of(tb[CAMFENCE_EVENT_A_DST4], tb[CAMFENCE_EVENT_A_DST6]);
	if (f->src.family != f->dst.family || !tb[CAMFENCE_EVENT_A_PROTO])
		return "a packet has addresses of one family and a protocol";
	f->proto = nla_get_u8(tb[CAMFENCE_EVENT_A_PROTO]);
	if (ports != cf_has_ports(f->proto))
		return "both ports go with tcp, udp, sctp and dccp, and with nothing else";
	if (!tb[CAMFENCE_EVENT_A_ICMP_TYPE] ==
	    cf_is_icmp(f->src.family, f->proto))
		return "an ICMP type goes with the family's ICMP, and with nothing else";
	return NULL;
}

static void read_rest(struct cf_flow *f, struct nlattr **tb)
{
	if (cf_has_ports(f->proto)) {
		f->sport = nla_get_u16(tb[CAMFENCE_EVENT_A_SPORT]);
		f->dport = nla_get_u16(tb[CAMFENCE_EVENT_A_DPORT]);
		f->flags = CF_FLOW_PORTS;
	} else if (tb[CAMFENCE_EVENT_A_ICMP_TYPE]) {
		f->icmp_type = nla_get_u8(tb[CAMFENCE_EVENT_A_ICMP_TYPE]);
		f->flags = CF_FLOW_ICMP;
	}
	f->smac = mac_of(tb[CAMFENCE_EVENT_A_SMAC]);
	f->dmac = mac_of(tb[CAMFENCE_EVENT_A_DMAC]);
	if (tb[CAMFENCE_EVENT_A_IN])
		f->in = nla_data(tb[CAMFENCE_EVENT_A_IN]);
	if (tb[CAMFENCE_EVENT_A_OUT])
		f->out = nla_data(tb[CAMFENCE_EVENT_A_OUT]);
	if (tb[CAMFENCE_EVENT_A_HOOK])
		f->hook = nla_get_u32(tb[CAMFENCE_EVENT_A_HOOK]);
	if (tb[CAMFENCE_EVENT_A_CT])
		f->ct = nla_get_u32(tb[CAMFENCE_EVENT_A_CT]);
}

/* What @f points to is in the message. */
static int read_packet(struct cf_flow *f, struct genl_info *info)
{
	const struct nlattr *nest = info->attrs[CAMFENCE_A_PACKET];
	struct nlattr *tb[CAMFENCE_EVENT_A_MAX + 1];
	const char *wrong;
	int err;

	memset(f, 0, sizeof(*f));
	if (!nest) {
		NL_SET_ERR_MSG(info->extack, "the packet is missing");
		return -EINVAL;
	}
	err = nla_parse_nested(tb, CAMFENCE_EVENT_A_MAX, nest, NULL,
			       info->extack);
	if (err)
		return err;
	wrong = read_header(f, tb);
	if (wrong) {
		info->extack->_msg = wrong;
		NL_SET_BAD_ATTR(info->extack, nest);
		return -EINVAL;
	}
	read_rest(f, tb);
	cf_flow_complete(f);
	return 0;
}

/* Where no ruleset is in force. */
static enum camfence_reason reason_without(struct net *net,
					   const struct cf_flow *f)
{
	struct net_device *in, *out;
	bool locked;

	if (!cf_lockdown_on(net) ||
	    (f->hook != CF_HOOK_FORWARD && f->hook != CF_HOOK_BRIDGE))
		return CAMFENCE_REASON_NO_CAMERA;
	rcu_read_lock();
	in = f->in ? dev_get_by_name_rcu(net, f->in) : NULL;
	out = f->out ? dev_get_by_name_rcu(net, f->out) : NULL;
	locked = cf_lockdown_drops(in, out);
	rcu_read_unlock();
	return locked ? CAMFENCE_REASON_LOCKDOWN : CAMFENCE_REASON_NO_CAMERA;
}

static int put_verdict(struct sk_buff *msg, struct cf_net *cn,
		       const struct cf_flow *f)
{
	const struct cf_ruleset *rs = cf_ruleset_current(cn);
	u64 now = cf_hook_time(ktime_get_real_seconds());
	struct cf_verdict v = cf_verdict_none();
	struct nlattr *nest;

	if (rs)
		cf_decide(rs->rules, f, now, &v);
	else
		v.reason = reason_without(cn->net, f);
	if (nla_put_u64_64bit(msg, CAMFENCE_A_GENERATION, cn->generation,
			      CAMFENCE_A_PAD))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, CAMFENCE_A_PACKET);
	if (!nest || cf_event_put_verdict(msg, rs, &v) ||
	    nla_put_u64_64bit(msg, CAMFENCE_EVENT_A_TIME, now * NSEC_PER_SEC,
			      CAMFENCE_EVENT_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * cf_verdict_get() - what would become of a packet
 * @cn: the namespace, its mutex held
 * @info: of the message, which has the packet
 * @msg: the answer
 *
 * Return: 0, -EINVAL or -EMSGSIZE.
 */
int cf_verdict_get(struct cf_net *cn, struct genl_info *info,
		   struct sk_buff *msg)
{
	struct cf_flow f;
	int err = read_packet(&f, info);

	return err ? err : put_verdict(msg, cn, &f);
}
