// SPDX-License-Identifier: GPL-2.0
/*
 * From an skb to struct cf_flow: everything that the verdict may depend on, and
 * nothing decided. Headers are read through skb_header_pointer(), and lengths
 * are those of the IP headers: a frame may be padded, paged, or lie.
 */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/xfrm.h>
#include "compat.h"
#include "packet.h"

#define HEADERS_MOST		16
#define IPPROTO_ETHERIP		97	/* RFC 3378 */
#define PORT_VXLAN		4789	/* RFC 7348 */
#define PORT_VXLAN_LINUX	8472
#define PORT_GENEVE		6081	/* RFC 8926 */

/* What is left of a packet: [at, end) in bytes from skb->data. */
struct reader {
	const struct sk_buff *skb;
	unsigned int at;
	unsigned int end;
	bool inner;
};

static const void *peek(const struct reader *r, unsigned int len, void *buf)
{
	if (r->end - r->at < len)
		return NULL;
	return skb_header_pointer(r->skb, r->at, len, buf);
}

static void malformed(struct cf_flow *f)
{
	f->flags |= CF_FLOW_MALFORMED;
}

static struct cf_addr addr4(__be32 a)
{
	return (struct cf_addr){ .family = CF_IPV4, .v4 = ntohl(a) };
}

static struct cf_addr addr6(const struct in6_addr *a)
{
	return (struct cf_addr){
		.family = CF_IPV6,
		.v6 = {
			.hi = (u64)ntohl(a->s6_addr32[0]) << 32 |
			      ntohl(a->s6_addr32[1]),
			.lo = (u64)ntohl(a->s6_addr32[2]) << 32 |
			      ntohl(a->s6_addr32[3]),
		},
	};
}

static void read_ip(struct cf_flow *f, struct reader *r, u8 version);

static bool is_tunnel(u8 proto)
{
	return proto == IPPROTO_GRE || proto == IPPROTO_ESP ||
	       proto == IPPROTO_AH || proto == IPPROTO_L2TP ||
	       proto == IPPROTO_ETHERIP;
}

static bool is_tunnel_port(u16 port)
{
	return port == PORT_VXLAN || port == PORT_VXLAN_LINUX ||
	       port == PORT_GENEVE;
}

static bool is_icmp(const struct cf_flow *f, u8 proto)
{
	return proto == (f->src.family == CF_IPV4 ? IPPROTO_ICMP :
						    IPPROTO_ICMPV6);
}

/* Those that tell of a flow's fate; a redirect or a source quench does not. */
static bool is_icmp_error(u8 proto, u8 type)
{
	if (proto == IPPROTO_ICMP)
		return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
		       type == ICMP_PARAMETERPROB;
	return type == ICMPV6_DEST_UNREACH || type == ICMPV6_PKT_TOOBIG ||
	       type == ICMPV6_TIME_EXCEED || type == ICMPV6_PARAMPROB;
}

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

/* The ports stand first in each header that has them. */
static void read_transport(struct cf_flow *f, const struct reader *r, u8 proto)
{
	unsigned int len = header_len(proto);
	const u8 *h;
	u8 buf[20];
	u16 dport;

	if (!len)
		return;
	h = peek(r, len, buf);
	if (!h || (proto == IPPROTO_TCP && h[12] >> 4 < 5)) {
		malformed(f);
		return;
	}
	if (proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6) {
		if (!r->inner && is_icmp(f, proto) && is_icmp_error(proto, h[0]))
			f->flags |= CF_FLOW_ICMP_ERROR;
		return;
	}
	dport = h[2] << 8 | h[3];
	if (proto == IPPROTO_UDP && is_tunnel_port(dport))
		f->flags |= CF_FLOW_TUNNEL;
	if (r->inner)
		return;
	f->sport = h[0] << 8 | h[1];
	f->dport = dport;
	f->flags |= CF_FLOW_PORTS;
}

static void read_payload(struct cf_flow *f, struct reader *r, u8 proto,
			 bool later_fragment)
{
	if (!r->inner)
		f->proto = proto;
	if (is_tunnel(proto))
		f->flags |= CF_FLOW_TUNNEL;
	if (later_fragment) {
		if (!r->inner)
			f->flags |= CF_FLOW_LATER_FRAGMENT;
		return;
	}
	if (proto != IPPROTO_IPIP && proto != IPPROTO_IPV6) {
		read_transport(f, r, proto);
		return;
	}
	if (r->inner) {
		malformed(f);
		return;
	}
	r->inner = true;
	read_ip(f, r, proto == IPPROTO_IPIP ? 4 : 6);
}

/* RFC 791: a loose or strict source route, or a list without an end. */
static void read_options4(struct cf_flow *f, const struct reader *r,
			  unsigned int len)
{
	u8 buf[60 - sizeof(struct iphdr)];
	const u8 *opt = peek(r, len, buf);
	unsigned int i = 0;

	if (!opt) {
		malformed(f);
		return;
	}
	while (i < len && opt[i] != IPOPT_END) {
		if (opt[i] == IPOPT_NOOP) {
			i++;
			continue;
		}
		if (i + 1 >= len || opt[i + 1] < 2 || opt[i + 1] > len - i) {
			malformed(f);
			return;
		}
		if (opt[i] == IPOPT_LSRR || opt[i] == IPOPT_SSRR)
			f->flags |= CF_FLOW_SOURCE_ROUTE;
		i += opt[i + 1];
	}
}

static void keep_addrs(struct cf_flow *f, const struct reader *r,
		       struct cf_addr src, struct cf_addr dst)
{
	if (r->inner) {
		f->inner_src = src;
		f->inner_dst = dst;
	} else {
		f->src = src;
		f->dst = dst;
	}
}

/* The kernel's own BIG TCP leaves the length out; it is never on a wire. */
static bool is_big_tcp(const struct reader *r)
{
	return !r->inner && skb_is_gso(r->skb);
}

static void read_ip4(struct cf_flow *f, struct reader *r)
{
	const struct iphdr *ip;
	struct iphdr buf;
	unsigned int len, hlen;

	ip = peek(r, sizeof(*ip), &buf);
	if (!ip || ip->version != 4 || ip->ihl < 5) {
		malformed(f);
		return;
	}
	keep_addrs(f, r, addr4(ip->saddr), addr4(ip->daddr));
	hlen = ip->ihl * 4;
	len = ntohs(ip->tot_len);
	if (!len && is_big_tcp(r))
		len = r->end - r->at;
	if (len < hlen || len > r->end - r->at) {
		malformed(f);
		return;
	}
	r->end = r->at + len;
	r->at += sizeof(*ip);
	if (hlen > sizeof(*ip))
		read_options4(f, r, hlen - sizeof(*ip));
	r->at += hlen - sizeof(*ip);
	if (f->flags & CF_FLOW_MALFORMED)
		return;
	read_payload(f, r, ip->protocol, ntohs(ip->frag_off) & IP_OFFSET);
}

static bool is_extension(u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING ||
	       proto == IPPROTO_FRAGMENT || proto == IPPROTO_DSTOPTS ||
	       proto == IPPROTO_MH || proto == 139 || proto == 140;
}

/* RFC 8200, section 4. 139 and 140 are HIP's and Shim6's, of the same form. */
static void read_extensions(struct cf_flow *f, struct reader *r, u8 proto)
{
	unsigned int n;

	for (n = 0; is_extension(proto); n++) {
		unsigned int len;
		const u8 *h;
		u8 buf[8];

		h = peek(r, sizeof(buf), buf);
		len = !h || proto == IPPROTO_FRAGMENT ? 8 : (h[1] + 1) * 8;
		if (!h || n == HEADERS_MOST || len > r->end - r->at) {
			malformed(f);
			return;
		}
		if (proto == IPPROTO_ROUTING && h[3])
			f->flags |= CF_FLOW_SOURCE_ROUTE;
		r->at += len;
		if (proto == IPPROTO_FRAGMENT && (h[2] << 8 | h[3]) & 0xfff8) {
			read_payload(f, r, h[0], true);
			return;
		}
		proto = h[0];
	}
	read_payload(f, r, proto, false);
}

static void read_ip6(struct cf_flow *f, struct reader *r)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr buf;
	unsigned int len;

	ip = peek(r, sizeof(*ip), &buf);
	if (!ip || ip->version != 6) {
		malformed(f);
		return;
	}
	keep_addrs(f, r, addr6(&ip->saddr), addr6(&ip->daddr));
	r->at += sizeof(*ip);
	len = ntohs(ip->payload_len);
	if (!len && is_big_tcp(r))
		len = r->end - r->at;
	/* Of a jumbogram (RFC 2675) that leaves nothing, not even its option. */
	if (len > r->end - r->at) {
		malformed(f);
		return;
	}
	r->end = r->at + len;
	read_extensions(f, r, ip->nexthdr);
}

static void read_ip(struct cf_flow *f, struct reader *r, u8 version)
{
	if (version == 4)
		read_ip4(f, r);
	else
		read_ip6(f, r);
}

/* The sender's MAC, where the header is Ethernet's and as it was received. */
static u64 source_mac(const struct sk_buff *skb, const struct net_device *in)
{
	if (!in || in->type != ARPHRD_ETHER || !skb_mac_header_was_set(skb) ||
	    skb_mac_offset(skb) > -ETH_HLEN || secpath_exists(skb))
		return 0;
	return ether_addr_to_u64(eth_hdr(skb)->h_source);
}

#if IS_ENABLED(CONFIG_NF_CONNTRACK)

static struct cf_addr tuple_addr(const struct nf_conntrack_tuple *t,
				 const union nf_inet_addr *a)
{
	return t->src.l3num == NFPROTO_IPV4 ? addr4(a->ip) : addr6(&a->in6);
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
	    (info == IP_CT_RELATED && is_icmp(f, f->proto)))
		return CF_CT_NONE;
	return reply ? CF_CT_REPLY : CF_CT_ORIGINAL;
}

static void read_conntrack(struct cf_flow *f, const struct sk_buff *skb)
{
	const struct nf_conntrack_tuple *there, *back;
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	if (!ct || nf_ct_is_template(ct))
		return;
	there = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	back = &ct->tuplehash[IP_CT_DIR_REPLY].tuple;
	f->ct = direction_of(f, info);
	f->original.src = tuple_addr(there, &there->src.u3);
	f->original.dst = tuple_addr(back, &back->src.u3);
	f->original.proto = there->dst.protonum;
	f->original.ports = f->original.proto == IPPROTO_TCP ||
			    f->original.proto == IPPROTO_UDP ||
			    f->original.proto == IPPROTO_SCTP ||
			    f->original.proto == IPPROTO_DCCP;
	f->original.dport = ntohs(back->src.u.all);
}

#else

static void read_conntrack(struct cf_flow *f, const struct sk_buff *skb)
{
}

#endif /* CONFIG_NF_CONNTRACK */

/**
 * cf_packet_read() - read a packet at an inet hook
 * @f: the packet as the core sees it
 * @skb: unchanged; nothing in it needs to be linear
 * @state: of the hook
 *
 * Any context. What cannot be read is marked CF_FLOW_MALFORMED, and what was
 * read before stays, but no ports.
 */
void cf_packet_read(struct cf_flow *f, const struct sk_buff *skb,
		    const struct nf_hook_state *state)
{
	struct reader r = {
		.skb = skb,
		.at = skb_network_offset(skb),
		.end = skb->len,
	};

	memset(f, 0, sizeof(*f));
	f->smac = source_mac(skb, state->in);
	read_ip(f, &r, state->pf == NFPROTO_IPV4 ? 4 : 6);
	/* The router is a stop on a source route: its next one is the end. */
	if (state->pf == NFPROTO_IPV4 && IPCB(skb)->opt.srr_is_hit)
		f->dst = addr4(IPCB(skb)->opt.nexthop);
	read_conntrack(f, skb);
}
