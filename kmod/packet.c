// SPDX-License-Identifier: GPL-2.0
/*
 * From an skb to struct cf_flow: what a packet or frame says, and nothing
 * decided. Headers are read through skb_header_pointer(), and lengths are those
 * of the IP headers: a frame may be padded, paged, or lie.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/igmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ppp_defs.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/xfrm.h>
#include "packet.h"
#include "route.h"
#include "wire.h"

#define HEADERS_MOST		16
#define TAGS_MOST		2	/* beside one that was taken off */
#define PROTO_UNREADABLE	0xffff
#define LLC_SNAP		0xaa
#define PPPOE_LEN		6	/* RFC 2516 */
#define TCP_ACK			0x10

/* What is left of a packet: [at, end) in bytes from skb->data. */
struct reader {
	const struct sk_buff *skb;
	unsigned int at;
	unsigned int end;
	u8 hops;
	bool fragment;
	bool inner;
};

static const void *peek(const struct reader *r, unsigned int len, void *buf)
{
	if (r->end - r->at < len)
		return NULL;
	return skb_header_pointer(r->skb, r->at, len, buf);
}

/*
 * What reads headers returns false where they are malformed; what was read
 * before stays.
 */
static bool read_ip(struct cf_flow *f, struct reader *r, u16 proto);

/* How much of its header a transport must bring. */
static unsigned int header_len(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return 8;
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return 12;
	}
	return 0;
}

/* RFC 4861, section 4, and 6980: it never comes in fragments. */
static bool is_nd(const struct reader *r, const u8 *h)
{
	return cf_is_nd(h[0]) && !h[1] && r->hops == 255 && !r->fragment;
}

static void read_icmp(struct cf_flow *f, const struct reader *r, u8 proto,
		      const u8 *h)
{
	if (r->inner || !cf_is_icmp(f->src.family, proto))
		return;
	f->icmp_type = h[0];
	f->flags |= CF_FLOW_ICMP;
	if (cf_is_icmp_error(proto, h[0]))
		f->flags |= CF_FLOW_ICMP_ERROR;
	if (proto == IPPROTO_ICMP)
		return;
	if (is_nd(r, h))
		f->flags |= CF_FLOW_ND;
	if (cf_is_mld(h[0]) && r->hops == 1 && cf_addr_is_multicast(&f->dst))
		f->flags |= CF_FLOW_MEMBERSHIP;
}

/* Return: a transport's header, or NULL where it is not whole */
static const u8 *peek_transport(const struct reader *r, u8 proto, u8 *buf)
{
	const u8 *h = peek(r, header_len(proto), buf);

	return h && proto == IPPROTO_TCP && h[12] >> 4 < 5 ? NULL : h;
}

/* The ports stand first in each header that has them. */
static bool read_transport(struct cf_flow *f, const struct reader *r, u8 proto)
{
	const u8 *h;
	u8 buf[20];
	u16 dport;

	if (!header_len(proto))
		return true;
	h = peek_transport(r, proto, buf);
	if (!h)
		return false;
	if (proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6) {
		read_icmp(f, r, proto, h);
		return true;
	}
	dport = h[2] << 8 | h[3];
	if (cf_is_tunnel(proto, dport))
		f->flags |= CF_FLOW_TUNNEL;
	if (r->inner)
		return true;
	f->sport = h[0] << 8 | h[1];
	f->dport = dport;
	f->flags |= CF_FLOW_PORTS;
	if (proto == IPPROTO_TCP && h[13] & TCP_ACK)
		f->flags |= CF_FLOW_TCP_ACK;
	return true;
}

/* Of the outer header; an inner one's only tells of tunnels. */
static void keep_proto(struct cf_flow *f, const struct reader *r, u8 proto,
		       bool later_fragment)
{
	f->proto = proto;
	if (later_fragment)
		f->flags |= CF_FLOW_LATER_FRAGMENT;
	if (proto == IPPROTO_IGMP && f->src.family == CF_IPV4 && r->hops == 1 &&
	    cf_addr_is_multicast(&f->dst))
		f->flags |= CF_FLOW_MEMBERSHIP;
}

static bool read_payload(struct cf_flow *f, struct reader *r, u8 proto,
			 bool later_fragment)
{
	if (!r->inner)
		keep_proto(f, r, proto, later_fragment);
	if (cf_is_tunnel(proto, 0))
		f->flags |= CF_FLOW_TUNNEL;
	if (later_fragment)
		return true;
	if (proto != IPPROTO_IPIP && proto != IPPROTO_IPV6)
		return read_transport(f, r, proto);
	if (r->inner)
		return false;
	r->inner = true;
	return read_ip(f, r, proto == IPPROTO_IPIP ? ETH_P_IP : ETH_P_IPV6);
}

/* RFC 791: a loose or strict source route, or a list without an end. */
static bool read_options4(struct cf_flow *f, const struct reader *r,
			  unsigned int len)
{
	u8 buf[60 - sizeof(struct iphdr)];
	const u8 *opt = peek(r, len, buf);
	unsigned int i = 0;

	if (!opt)
		return false;
	while (i < len && opt[i] != IPOPT_END) {
		if (opt[i] == IPOPT_NOOP) {
			i++;
			continue;
		}
		if (i + 1 >= len || opt[i + 1] < 2 || opt[i + 1] > len - i)
			return false;
		if (opt[i] == IPOPT_LSRR || opt[i] == IPOPT_SSRR)
			f->flags |= CF_FLOW_SOURCE_ROUTE;
		i += opt[i + 1];
	}
	return true;
}

static void keep_addrs(struct cf_flow *f, struct reader *r,
		       struct cf_addr src, struct cf_addr dst, u8 hops)
{
	if (r->inner) {
		f->inner_src = src;
		f->inner_dst = dst;
		return;
	}
	f->src = src;
	f->dst = dst;
	r->hops = hops;
	if (cf_addr_is_group(&dst))
		f->flags |= CF_FLOW_GROUP;
}

/* The packet ends where its header says. */
static bool cut(struct reader *r, unsigned int len)
{
	/* The kernel's own BIG TCP leaves it out; that is never on a wire. */
	if (!len && !r->inner && skb_is_gso(r->skb))
		return true;
	if (len > r->end - r->at)
		return false;
	r->end = r->at + len;
	return true;
}

static bool read_ip4(struct cf_flow *f, struct reader *r)
{
	const struct iphdr *ip;
	struct iphdr buf;
	unsigned int hlen;

	ip = peek(r, sizeof(*ip), &buf);
	if (!ip || ip->version != 4 || ip->ihl < 5)
		return false;
	keep_addrs(f, r, cf_addr4_of(ip->saddr), cf_addr4_of(ip->daddr),
		   ip->ttl);
	hlen = ip->ihl * 4;
	if (!cut(r, ntohs(ip->tot_len)) || r->end - r->at < hlen)
		return false;
	r->at += sizeof(*ip);
	if (hlen > sizeof(*ip) && !read_options4(f, r, hlen - sizeof(*ip)))
		return false;
	r->at += hlen - sizeof(*ip);
	return read_payload(f, r, ip->protocol,
			    ntohs(ip->frag_off) & IP_OFFSET);
}

static bool is_extension(u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING ||
	       proto == IPPROTO_FRAGMENT || proto == IPPROTO_DSTOPTS ||
	       proto == IPPROTO_MH || proto == 139 || proto == 140;
}

/*
 * A routing header with segments left. Where the router is a stop, the next one
 * is the end: of types 0 and 2 (RFC 6275) the list ends with the last one, of
 * type 4 (RFC 8754) it begins with it.
 */
static void read_routing(struct cf_flow *f, const struct reader *r,
			 const u8 *h)
{
	unsigned int n = h[1] / 2, left = h[3], i;
	struct reader stop = *r;
	const struct in6_addr *a;
	struct in6_addr buf;

	f->flags |= CF_FLOW_SOURCE_ROUTE;
	if (r->inner || f->hook != CF_HOOK_LOCAL_IN || left > n ||
	    (h[2] && h[2] != IPV6_SRCRT_TYPE_2 && h[2] != IPV6_SRCRT_TYPE_4))
		return;
	i = h[2] == IPV6_SRCRT_TYPE_4 ? left - 1 : n - left;
	stop.at += 8 + i * sizeof(*a);
	a = peek(&stop, sizeof(*a), &buf);
	if (a)
		f->dst = cf_addr6_of(a);
}

/* RFC 8200, section 4. 139 and 140 are HIP's and Shim6's, of the same form. */
static bool read_extensions(struct cf_flow *f, struct reader *r, u8 proto)
{
	unsigned int n;

	for (n = 0; is_extension(proto); n++) {
		unsigned int len;
		const u8 *h;
		u8 buf[8];

		h = peek(r, sizeof(buf), buf);
		len = !h || proto == IPPROTO_FRAGMENT ? 8 : (h[1] + 1) * 8;
		if (!h || n == HEADERS_MOST || len > r->end - r->at)
			return false;
		if (proto == IPPROTO_ROUTING && h[3])
			read_routing(f, r, h);
		r->fragment |= proto == IPPROTO_FRAGMENT;
		r->at += len;
		if (proto == IPPROTO_FRAGMENT && (h[2] << 8 | h[3]) & 0xfff8)
			return read_payload(f, r, h[0], true);
		proto = h[0];
	}
	return read_payload(f, r, proto, false);
}

static bool read_ip6(struct cf_flow *f, struct reader *r)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr buf;

	ip = peek(r, sizeof(*ip), &buf);
	if (!ip || ip->version != 6)
		return false;
	keep_addrs(f, r, cf_addr6_of(&ip->saddr),
		   cf_addr6_of(&ip->daddr), ip->hop_limit);
	r->at += sizeof(*ip);
	/* Of a jumbogram (RFC 2675) that leaves nothing, not even its option. */
	if (!cut(r, ntohs(ip->payload_len)))
		return false;
	return read_extensions(f, r, ip->nexthdr);
}

static bool read_ip(struct cf_flow *f, struct reader *r, u16 proto)
{
	return proto == ETH_P_IP ? read_ip4(f, r) : read_ip6(f, r);
}

static void read_packet(struct cf_flow *f, struct reader *r, u16 proto)
{
	if (!read_ip(f, r, proto))
		f->flags |= CF_FLOW_MALFORMED;
}

/* The sender's MAC, where the header is Ethernet's and as it was received. */
static u64 source_mac(const struct sk_buff *skb, const struct net_device *in)
{
	if (!in || in->type != ARPHRD_ETHER || !skb_mac_header_was_set(skb) ||
	    skb_mac_offset(skb) > -ETH_HLEN || secpath_exists(skb))
		return 0;
	return ether_addr_to_u64(eth_hdr(skb)->h_source);
}

/**
 * cf_packet_received_by() - the device that a packet came in by
 * @skb: at an inet hook
 * @state: of the hook
 *
 * Any context, under RCU.
 *
 * Return: it, or NULL; in a VRF the enslaved one, not the VRF's own.
 */
const struct net_device *
cf_packet_received_by(const struct sk_buff *skb,
		      const struct nf_hook_state *state)
{
	const struct net_device *in = state->in;

	if (!in || !netif_is_l3_master(in))
		return in;
	in = dev_get_by_index_rcu(state->net, state->pf == NFPROTO_IPV4 ?
				  IPCB(skb)->iif : IP6CB(skb)->iif);
	return in ?: state->in;
}

/*
 * Return: the protocol whose header follows; 0 where what follows is not plain;
 * less than 0 where it takes more to see who is at the ends
 */
static int read_ends4(struct cf_addr *src, struct cf_addr *dst,
		      struct reader *r)
{
	const struct iphdr *ip;
	struct iphdr buf;

	ip = peek(r, sizeof(*ip), &buf);
	if (!ip || ip->version != 4 || ip->ihl != 5)
		return -EINVAL;
	/* Written where they stay: a copy waits for what it is made from. */
	src->family = CF_IPV4;
	src->v4 = ntohl(ip->saddr);
	dst->family = CF_IPV4;
	dst->v4 = ntohl(ip->daddr);
	if (ip->frag_off & htons(IP_OFFSET) || !cut(r, ntohs(ip->tot_len)) ||
	    r->end - r->at < sizeof(*ip))
		return 0;
	r->at += sizeof(*ip);
	return ip->protocol;
}

static int read_ends6(struct cf_addr *src, struct cf_addr *dst,
		      struct reader *r)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr buf;

	ip = peek(r, sizeof(*ip), &buf);
	if (!ip || ip->version != 6)
		return -EINVAL;
	src->family = CF_IPV6;
	src->v6 = cf_in6_of(&ip->saddr);
	dst->family = CF_IPV6;
	dst->v6 = cf_in6_of(&ip->daddr);
	r->at += sizeof(*ip);
	return cut(r, ntohs(ip->payload_len)) ? ip->nexthdr : 0;
}

/* TCP or UDP that is whole and no tunnel: of it nothing but the ends matters. */
static bool is_plain(const struct reader *r, int proto)
{
	const u8 *h;
	u8 buf[20];

	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return false;
	h = peek_transport(r, proto, buf);
	return h && !cf_is_tunnel(proto, h[2] << 8 | h[3]);
}

/**
 * cf_packet_decide_plainly() - the short way of a packet at FORWARD
 * @v: the verdict
 * @rules: in force
 * @skb: unchanged; nothing in it needs to be linear
 * @state: of the hook
 *
 * As few looks as it takes for what most packets are. IPv4's options may have
 * a source route, whose next stop is the receiver. Any context, under RCU.
 *
 * Return: true if @v is that; false if the packet is to be read and judged.
 */
bool cf_packet_decide_plainly(struct cf_verdict *v,
			      const struct cf_rules *rules,
			      const struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct reader r = {
		.skb = skb,
		.at = skb_network_offset(skb),
		.end = skb->len,
	};
	u64 smac = 0, dmac = 0;
	struct cf_addr src, dst;
	int proto;

	if (!rules->plain)
		return false;
	proto = state->pf == NFPROTO_IPV4 ? read_ends4(&src, &dst, &r) :
					    read_ends6(&src, &dst, &r);
	if (proto < 0)
		return false;
	if (rules->by_mac) {
		if (cf_addr_is_multicast(&dst))
			return false;
		smac = source_mac(skb, cf_packet_received_by(skb, state));
		dmac = cf_route_mac(skb, state);
	}
	return cf_decide_plainly(rules, smac, dmac, &src, &dst, v) &&
	       (v->camera == CF_NOTHING || is_plain(&r, proto));
}

/* The original tuple is written where there is one. */
static void begin(struct cf_flow *f, enum cf_hook hook)
{
	memset(f, 0, offsetof(struct cf_flow, original));
	f->before.family = CF_NONE;
	f->before_port = 0;
	f->hook = hook;
}

/**
 * cf_packet_read() - read a packet at an inet hook
 * @f: the packet as the core sees it, but for what routes and conntrack say
 * @hook: which
 * @skb: unchanged; nothing in it needs to be linear
 * @state: of the hook
 *
 * Any context, under RCU. What cannot be read is marked CF_FLOW_MALFORMED, and
 * what was read before stays, but no ports.
 */
void cf_packet_read(struct cf_flow *f, enum cf_hook hook,
		    const struct sk_buff *skb,
		    const struct nf_hook_state *state)
{
	const struct net_device *in = cf_packet_received_by(skb, state);
	const struct net_device *out = state->out;
	bool ipv4 = state->pf == NFPROTO_IPV4;
	struct reader r = {
		.skb = skb,
		.at = skb_network_offset(skb),
		.end = skb->len,
	};

	/* What re-routes a packet at LOCAL_OUT leaves the state as it was. */
	if (hook == CF_HOOK_LOCAL_OUT && skb_valid_dst(skb))
		out = cf_dst_dev(skb_dst(skb));
	begin(f, hook);
	f->in = in ? in->name : NULL;
	f->out = out ? out->name : NULL;
	f->smac = source_mac(skb, in);
	read_packet(f, &r, ipv4 ? ETH_P_IP : ETH_P_IPV6);
	/* The router is a stop on a source route: its next one is the end. */
	if (hook == CF_HOOK_FORWARD && ipv4 && IPCB(skb)->opt.srr_is_hit)
		f->dst = cf_addr4_of(IPCB(skb)->opt.nexthop);
}

/**
 * cf_packet_read_egress() - read a packet that is about to be sent
 * @f: as cf_packet_read()
 * @skb: begins with its Ethernet header; unchanged
 * @state: of the hook
 *
 * Any context, under RCU.
 *
 * Return: false where it is not an IP packet.
 */
bool cf_packet_read_egress(struct cf_flow *f, const struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	struct reader r = {
		.skb = skb,
		.at = skb_network_offset(skb),
		.end = skb->len,
	};
	u16 proto;

	/* Where a tag stands in the frame, skb->protocol may be the tag's. */
	if (skb_network_offset(skb) < ETH_HLEN)
		return false;
	proto = get_unaligned_be16(skb_network_header(skb) - sizeof(proto));
	if (proto != ETH_P_IP && proto != ETH_P_IPV6)
		return false;
	begin(f, CF_HOOK_EGRESS);
	f->out = state->out->name;
	f->dmac = ether_addr_to_u64(eth_hdr(skb)->h_dest);
	read_packet(f, &r, proto);
	return true;
}

static u16 read_pppoe(struct cf_flow *f, struct reader *r)
{
	u8 buf[PPPOE_LEN + 2];
	unsigned int len;
	const u8 *h;

	h = peek(r, sizeof(buf), buf);
	if (!h || h[0] != 0x11 || h[1])
		return PROTO_UNREADABLE;
	len = h[4] << 8 | h[5];
	if (len < 2 || len > r->end - r->at - PPPOE_LEN) {
		f->flags |= CF_FLOW_MALFORMED;
		return PROTO_UNREADABLE;
	}
	r->end = r->at + PPPOE_LEN + len;
	r->at += sizeof(buf);
	switch (h[6] << 8 | h[7]) {
	case PPP_IP:
		return ETH_P_IP;
	case PPP_IPV6:
		return ETH_P_IPV6;
	}
	return PROTO_UNREADABLE;
}

/*
 * Steps over VLAN tags and PPPoE.
 *
 * Return: the EtherType of what is inside, or PROTO_UNREADABLE
 */
static u16 unwrap(struct cf_flow *f, struct reader *r)
{
	u16 proto = ntohs(r->skb->protocol);
	unsigned int tags;

	for (tags = 0; proto == ETH_P_8021Q || proto == ETH_P_8021AD; tags++) {
		const u8 *h;
		u8 buf[4];

		if (tags == TAGS_MOST) {
			f->flags |= CF_FLOW_MALFORMED;
			return PROTO_UNREADABLE;
		}
		h = peek(r, sizeof(buf), buf);
		if (!h)
			return PROTO_UNREADABLE;
		proto = h[2] << 8 | h[3];
		r->at += sizeof(buf);
	}
	return proto == ETH_P_PPP_SES ? read_pppoe(f, r) : proto;
}

/* LLC, to where spanning tree is; what begins so but is SNAP or raw is not. */
static bool is_stp(const struct reader *r, u16 proto)
{
	const u8 *h;
	u8 buf[2];

	if (proto >= ETH_P_802_3_MIN ||
	    !ether_addr_equal(eth_hdr(r->skb)->h_dest, eth_stp_addr))
		return false;
	h = peek(r, sizeof(buf), buf);
	return h && h[0] != LLC_SNAP && (h[0] != 0xff || h[1] != 0xff);
}

/**
 * cf_packet_read_frame() - read a frame that is bridged
 * @f: the frame as the core sees it
 * @skb: unchanged; nothing in it needs to be linear, nothing was validated
 * @state: of the hook
 *
 * Any context, under RCU.
 *
 * Return: false where it is what keeps the link going, and nobody's business.
 */
bool cf_packet_read_frame(struct cf_flow *f, const struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	const struct ethhdr *eth = eth_hdr(skb);
	struct reader r = { .skb = skb, .end = skb->len };
	u16 proto;

	begin(f, CF_HOOK_BRIDGE);
	f->in = state->in->name;
	f->out = state->out->name;
	f->smac = ether_addr_to_u64(eth->h_source);
	f->dmac = ether_addr_to_u64(eth->h_dest);
	if (is_multicast_ether_addr(eth->h_dest))
		f->flags |= CF_FLOW_GROUP;
	proto = unwrap(f, &r);
	if (proto == ETH_P_ARP || proto == ETH_P_PAE || proto == ETH_P_LLDP ||
	    is_stp(&r, proto))
		return false;
	if (proto == ETH_P_IP || proto == ETH_P_IPV6)
		read_packet(f, &r, proto);
	else
		f->flags |= CF_FLOW_ETHERTYPE;
	return true;
}
