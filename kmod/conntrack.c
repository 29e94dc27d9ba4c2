// SPDX-License-Identifier: GPL-2.0
/*
 * What conntrack knows of a packet: its direction, and its flow as FORWARD saw
 * it, before SNAT and after DNAT. That is written twice: what a direction's
 * packets bear at FORWARD as source is that direction's source in conntrack's
 * tuples, and as destination the other direction's source.
 */
#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include "conntrack.h"
#include "wire.h"

/**
 * cf_conntrack_get() - have connections tracked
 * @net: the namespace
 *
 * May sleep. Loads no module.
 *
 * Return: 0 or a negative error.
 */
int cf_conntrack_get(struct net *net)
{
	return nf_ct_netns_get(net, NFPROTO_INET);
}

/**
 * cf_conntrack_put() - no longer on our behalf
 * @net: the namespace
 *
 * May sleep.
 */
void cf_conntrack_put(struct net *net)
{
	nf_ct_netns_put(net, NFPROTO_INET);
}

static struct cf_addr addr_of(const struct nf_conntrack_tuple *t,
			      const union nf_inet_addr *a)
{
	return t->src.l3num == NFPROTO_IPV4 ? cf_addr4_of(a->ip) :
					      cf_addr6_of(&a->in6);
}

/* What a direction's packets are at FORWARD. */
static struct cf_tuple tuple_of(const struct nf_conn *ct,
				enum ip_conntrack_dir dir)
{
	const struct nf_conntrack_tuple *there = &ct->tuplehash[dir].tuple;
	const struct nf_conntrack_tuple *back = &ct->tuplehash[!dir].tuple;
	struct cf_tuple t = {
		.src = addr_of(there, &there->src.u3),
		.dst = addr_of(back, &back->src.u3),
		.proto = there->dst.protonum,
	};

	if (cf_has_ports(t.proto)) {
		t.sport = ntohs(there->src.u.all);
		t.dport = ntohs(back->src.u.all);
		t.flags = CF_FLOW_PORTS;
	} else if (cf_is_icmp(t.src.family, t.proto)) {
		t.icmp_type = there->dst.u.icmp.type;
		t.flags = CF_FLOW_ICMP;
	}
	return t;
}

/*
 * Conntrack marks as related what opens an expected connection, a flow of its
 * own, and every ICMP message that quotes a flow: of these, only errors count.
 */
static enum cf_ct direction_of(const struct cf_flow *f,
			       enum ip_conntrack_info info)
{
	bool reply = CTINFO2DIR(info) == IP_CT_DIR_REPLY;

	if (f->flags & CF_FLOW_ICMP_ERROR)
		return reply ? CF_CT_RELATED_REPLY : CF_CT_RELATED;
	if (info == IP_CT_RELATED_REPLY ||
	    (info == IP_CT_RELATED && cf_is_icmp(f->src.family, f->proto)))
		return CF_CT_NONE;
	return reply ? CF_CT_REPLY : CF_CT_ORIGINAL;
}

/* Where the flow was sent to, if DNAT has given it another address or port. */
static void read_before(struct cf_flow *f, const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *there, *back;

	there = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	back = &ct->tuplehash[IP_CT_DIR_REPLY].tuple;
	if (nf_inet_addr_cmp(&there->dst.u3, &back->src.u3) &&
	    (!cf_has_ports(there->dst.protonum) ||
	     there->dst.u.all == back->src.u.all))
		return;
	f->before = addr_of(there, &there->dst.u3);
	if (cf_has_ports(there->dst.protonum))
		f->before_port = ntohs(there->dst.u.all);
}

static void read(struct cf_flow *f, const struct nf_conn *ct,
		 enum ip_conntrack_info info)
{
	f->ct = direction_of(f, info);
	if (f->ct == CF_CT_NONE)
		return;
	f->original = tuple_of(ct, IP_CT_DIR_ORIGINAL);
	if (f->hook == CF_HOOK_LOCAL_IN && f->ct == CF_CT_ORIGINAL)
		read_before(f, ct);
}

/**
 * cf_conntrack_read() - what conntrack knows of a packet at an inet hook
 * @f: the packet, as read
 * @skb: unchanged
 *
 * Any context.
 */
void cf_conntrack_read(struct cf_flow *f, const struct sk_buff *skb)
{
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	if (ct && !nf_ct_is_template(ct))
		read(f, ct, info);
}

/* What NAT has changed since, and what a fragment no longer shows. */
static void as_forwarded(struct cf_flow *f, const struct nf_conn *ct,
			 enum ip_conntrack_info info)
{
	struct cf_tuple t;

	if (f->ct != CF_CT_ORIGINAL && f->ct != CF_CT_REPLY)
		return;
	t = tuple_of(ct, CTINFO2DIR(info));
	f->src = t.src;
	f->proto = t.proto;
	f->sport = t.sport;
	f->dport = t.dport;
	f->icmp_type = t.icmp_type;
	f->flags &= ~(CF_FLOW_LATER_FRAGMENT | CF_FLOW_PORTS | CF_FLOW_ICMP);
	f->flags |= t.flags;
}

/* A flowtable has sent it: its entry is found by what the answer would bear. */
static struct nf_conn *find_offloaded(const struct cf_flow *f, struct net *net,
				      const struct sk_buff *skb,
				      enum ip_conntrack_info *info)
{
	u16 l3num = f->src.family == CF_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	struct nf_conntrack_tuple tuple, inverse;
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;

	if (f->src.family == CF_NONE || !nf_conntrack_count(net) ||
	    !nf_ct_get_tuplepr(skb, skb_network_offset(skb), l3num, net,
			       &tuple) ||
	    !nf_ct_invert_tuple(&inverse, &tuple))
		return NULL;
	h = nf_conntrack_find_get(net, &nf_ct_zone_dflt, &inverse);
	if (!h)
		return NULL;
	ct = nf_ct_tuplehash_to_ctrack(h);
	if (!test_bit(IPS_OFFLOAD_BIT, &ct->status)) {
		nf_ct_put(ct);
		return NULL;
	}
	*info = NF_CT_DIRECTION(h) == IP_CT_DIR_REPLY ?
		IP_CT_ESTABLISHED : IP_CT_ESTABLISHED_REPLY;
	return ct;
}

/**
 * cf_conntrack_read_egress() - see a packet as FORWARD saw it
 * @f: the packet, as read
 * @net: the namespace
 * @skb: unchanged
 *
 * Any context. An ICMP error is as it is.
 *
 * Return: NULL, or the entry that the packet should carry but does not, with a
 * reference: to be given to cf_conntrack_leave().
 */
struct nf_conn *cf_conntrack_read_egress(struct cf_flow *f, struct net *net,
					 const struct sk_buff *skb)
{
	struct nf_conn *ct, *found = NULL;
	enum ip_conntrack_info info;

	ct = nf_ct_get(skb, &info);
	if (!ct) {
		found = find_offloaded(f, net, skb, &info);
		ct = found;
	}
	if (!ct || nf_ct_is_template(ct))
		return NULL;
	read(f, ct, info);
	as_forwarded(f, ct, info);
	return found;
}

/**
 * cf_conntrack_leave() - done with an entry
 * @ct: as cf_conntrack_read_egress() returned it
 * @kill: its flow may not go on: the flowtable gives it up
 *
 * Any context.
 */
void cf_conntrack_leave(struct nf_conn *ct, bool kill)
{
	if (!ct)
		return;
	if (kill)
		nf_ct_kill(ct);
	nf_ct_put(ct);
}
