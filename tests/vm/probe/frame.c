// SPDX-License-Identifier: GPL-2.0
/*
 * Frames made by hand, and the nonce that each of them carries.
 */
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/if_packet.h>
#include "probe.h"

const __u8 magic[8] = { 0xca, 0x3f, 'p', 'r', 'o', 'b', 'e', 0x5d };
struct sent *sent;
__u32 nr_sent, run_id;

__u32 sum(__u32 acc, const void *data, size_t len)
{
	const __u8 *p = data;

	for (size_t i = 0; i < len; i++)
		acc += i & 1 ? p[i] : p[i] << 8;
	return acc;
}

__u16 fold(__u32 acc)
{
	while (acc >> 16)
		acc = (acc & 0xffff) + (acc >> 16);
	return htons(~acc);
}

static size_t put_ip(__u8 *p, const struct addr *src, const struct addr *dst,
		     __u8 proto, size_t payload)
{
	struct ip6_hdr ip6 = { .ip6_ctlun.ip6_un1 = {
		.ip6_un1_flow = htonl(6u << 28),
		.ip6_un1_plen = htons(payload),
		.ip6_un1_nxt = proto,
		.ip6_un1_hlim = 64,
	} };
	struct iphdr ip4 = {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = proto,
		.tot_len = htons(sizeof(ip4) + payload),
		.id = htons(nr_sent),
	};

	if (dst->af == AF_INET6) {
		memcpy(&ip6.ip6_src, src->b, 16);
		memcpy(&ip6.ip6_dst, dst->b, 16);
		memcpy(p, &ip6, sizeof(ip6));
		return sizeof(ip6);
	}
	memcpy(&ip4.saddr, src->b, 4);
	memcpy(&ip4.daddr, dst->b, 4);
	ip4.check = fold(sum(0, &ip4, sizeof(ip4)));
	memcpy(p, &ip4, sizeof(ip4));
	return sizeof(ip4);
}

/* The transport header; its checksum is put in once the payload is there. */
static size_t put_transport(__u8 *p, const struct spec *spec, size_t payload)
{
	bool ip6 = spec->dst.af == AF_INET6;
	struct tcphdr tcp = {
		.source = htons(spec->sport), .dest = htons(spec->dport),
		.seq = htonl(1000), .ack_seq = htonl(spec->flags & TH_ACK ? 1001 : 0),
		.doff = 5, .window = htons(8192),
	};
	struct udphdr udp = {
		.source = htons(spec->sport), .dest = htons(spec->dport),
		.len = htons(sizeof(udp) + payload),
	};
	__u8 icmp[8] = { ip6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO, 0, 0, 0,
			    spec->sport >> 8, spec->sport & 0xff, 0, 1 };
	__u16 mtu = htons(1400);
	size_t len = 8;

	switch (spec->proto) {
	case IPPROTO_TCP:
		memcpy(p, &tcp, sizeof(tcp));
		p[13] = spec->flags;
		return sizeof(tcp);
	case IPPROTO_UDP:
		memcpy(p, &udp, sizeof(udp));
		return sizeof(udp);
	}
	if (!spec->error) {
		memcpy(p, icmp, sizeof(icmp));
		if (spec->type >= 0)
			p[0] = spec->type;
		return sizeof(icmp);
	}
	memset(p, 0, 8);
	p[0] = ip6 ? ICMP6_PACKET_TOO_BIG : ICMP_DEST_UNREACH;
	p[1] = ip6 ? 0 : ICMP_FRAG_NEEDED;
	if (spec->type >= 0) {
		p[0] = spec->type;
		p[1] = 0;
	}
	memcpy(p + 6, &mtu, 2);
	/* The packet it is about: its IP header and eight bytes are quoted. */
	len += put_ip(p + len, &spec->isrc, &spec->idst, spec->iproto, 8 + payload);
	memset(p + len, 0, 8);
	p[len] = spec->isport >> 8;
	p[len + 1] = spec->isport & 0xff;
	p[len + 2] = spec->idport >> 8;
	p[len + 3] = spec->idport & 0xff;
	return len + 8;
}

/* Return: where what is behind the Ethernet header begins. */
static __u8 *put_head(__u8 *frame, const struct spec *spec, __u16 type)
{
	__u8 *p = frame + 2 * ETH_ALEN;

	memcpy(frame, spec->dmac, ETH_ALEN);
	memcpy(frame + ETH_ALEN, spec->smac, ETH_ALEN);
	if (spec->eth_len) {
		memcpy(p, spec->eth, spec->eth_len);
		return p + spec->eth_len;
	}
	type = htons(type);
	memcpy(p, &type, sizeof(type));
	return p + sizeof(type);
}

static size_t build_raw(__u8 *frame, const struct spec *spec, const struct nonce *nonce)
{
	bool ip6 = spec->raw[0] >> 4 == 6;
	__u8 *ip = put_head(frame, spec, ip6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	__u16 check;

	memcpy(ip, spec->raw, spec->raw_len);
	memcpy(ip + spec->raw_at, nonce, sizeof(*nonce));
	memset(ip + spec->raw_len, 0, spec->pad);
	if (ip[0] >> 4 == 4) {
		memset(ip + 10, 0, 2);
		check = fold(sum(0, ip, (ip[0] & 15) * 4));
		memcpy(ip + 10, &check, 2);
	}
	return ip + spec->raw_len + spec->pad - frame;
}

static size_t build(__u8 *frame, const struct spec *spec, const struct nonce *nonce)
{
	bool ip6 = spec->dst.af == AF_INET6;
	size_t ip_len = ip6 ? sizeof(struct ip6_hdr) : sizeof(struct iphdr);
	__u8 *ip = put_head(frame, spec, ip6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	__u8 *l4 = ip + ip_len;
	size_t len = put_transport(l4, spec, sizeof(*nonce));
	__u16 check;
	__u32 acc = 0;
	int at = 2;

	memcpy(l4 + len, nonce, sizeof(*nonce));
	len += sizeof(*nonce);
	put_ip(ip, &spec->src, &spec->dst, spec->proto, len);

	if (spec->proto == IPPROTO_TCP)
		at = 16;
	else if (spec->proto == IPPROTO_UDP)
		at = 6;
	if (spec->proto != IPPROTO_ICMP) {
		acc = sum(acc, spec->src.b, ip6 ? 16 : 4);
		acc = sum(acc, spec->dst.b, ip6 ? 16 : 4);
		acc += spec->proto + len;
	}
	check = fold(sum(acc, l4, len));
	if (!check)
		check = 0xffff;	/* 0 says "none" in UDP, and elsewhere both are zero */
	memcpy(l4 + at, &check, 2);
	return l4 + len - frame;
}

struct nonce new_nonce(bool barrier)
{
	struct nonce nonce = { .run = run_id, .index = nr_sent };

	if (!(nr_sent & 1023)) {
		sent = realloc(sent, (nr_sent + 1024) * sizeof(*sent));
		if (!sent)
			exit(1);
	}
	sent[nr_sent++] = (struct sent){ .barrier = barrier };
	memcpy(nonce.magic, magic, sizeof(magic));
	return nonce;
}

int send_frame(const struct spec *spec, bool barrier)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = ETH_ALEN,
				  .sll_ifindex = spec->from->ifindex };
	struct nonce nonce = new_nonce(barrier);
	__u8 frame[MAX_FRAME], *start = frame;
	size_t len = (spec->raw_len ? build_raw : build)(frame, spec, &nonce);

	if (spec->from->self)
		return send_self(spec->from, spec, frame + ETH_HLEN, len - ETH_HLEN, barrier) ?
			-1 : (int)nonce.index;
	if (spec->from->bare) {
		memcpy(&to.sll_protocol, frame + 2 * ETH_ALEN, 2);
		start += ETH_HLEN;
		len -= ETH_HLEN;
	}
	if (sendto(spec->from->tx, start, len, 0, (struct sockaddr *)&to,
		   sizeof(to)) != (ssize_t)len)
		return fail("send from %s: %s", spec->from->name, strerror(errno));
	return nonce.index;
}
