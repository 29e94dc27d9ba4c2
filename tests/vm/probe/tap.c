// SPDX-License-Identifier: GPL-2.0
/*
 * What the taps see, and when there is nothing more to come.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include "probe.h"

#define BARRIER_MS	20000	/* TCG on a busy machine; never waited out */

__s64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void write_pcap(FILE *file, const __u8 *frame, __u32 len)
{
	struct timespec ts;
	__u32 head[4];

	clock_gettime(CLOCK_REALTIME, &ts);
	head[0] = ts.tv_sec;
	head[1] = ts.tv_nsec / 1000;
	head[2] = len;
	head[3] = len;
	fwrite(head, sizeof(head), 1, file);
	fwrite(frame, len, 1, file);
}

static bool is_neighbour_discovery(const __u8 *ip, size_t len)
{
	return len > 40 && ip[0] >> 4 == 6 && ip[6] == IPPROTO_ICMPV6 &&
	       ip[40] >= 133 && ip[40] <= 137;
}

/* What of ours a packet is, or NULL. */
static struct sent *find_nonce(const __u8 *ip, size_t len)
{
	const __u8 *found = memmem(ip, len, magic, sizeof(magic));
	struct nonce nonce;

	if (!found || found + sizeof(nonce) > ip + len)
		return NULL;
	memcpy(&nonce, found, sizeof(nonce));
	return nonce.run == run_id && nonce.index < nr_sent ? &sent[nonce.index] : NULL;
}

static void arrived(const struct port *port, bool out, const __u8 *payload, size_t len)
{
	struct sent *ours = out ? NULL : find_nonce(payload, len);

	if (ours)
		ours->seen |= 1u << (port - ports);
}

void received(const struct port *port, const __u8 *ip, size_t len)
{
	look_for_syn(port, false, ip, len);
	arrived(port, false, ip, len);
}

static void left(struct port *port, const __u8 *frame, size_t len)
{
	const __u8 *ip = frame + ETH_HLEN;
	struct sent *ours = find_nonce(ip, len);

	look_for_syn(port, true, ip, len);
	if (memcmp(frame, port->gw, ETH_ALEN) || is_neighbour_discovery(ip, len))
		return;
	if (ours && ours->barrier) {
		port->barriers++;
		return;
	}
	port->frames++;
	port->bytes += len;
}

static void look_at(struct port *port, bool out, const __u8 *frame, size_t len)
{
	__u16 type = frame[12] << 8 | frame[13];

	if (len < ETH_HLEN + sizeof(struct nonce))
		return;
	if (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6)
		arrived(port, out, frame + ETH_HLEN, len - ETH_HLEN);
	else if (out)
		left(port, frame, len - ETH_HLEN);
	else
		received(port, frame + ETH_HLEN, len - ETH_HLEN);
}

void drain_tap(struct port *port)
{
	size_t bare = port->bare ? ETH_HLEN : 0;
	struct sockaddr_ll from;
	__u8 frame[65536];
	socklen_t size;
	ssize_t len;

	if (port->self) {
		drain_self(port);
		return;
	}
	memcpy(frame, port->gw, ETH_ALEN);
	for (;;) {
		size = sizeof(from);
		len = recvfrom(port->tap, frame + bare, sizeof(frame) - bare, 0,
			       (struct sockaddr *)&from, &size);
		if (len < 0)
			return;
		if (bare) {
			memcpy(frame + 2 * ETH_ALEN, &from.sll_protocol, 2);
			len += bare;
		}
		if (port->pcap)
			write_pcap(port->pcap, frame, len);
		look_at(port, from.sll_pkttype == PACKET_OUTGOING, frame, len);
	}
}

static int tap_losses(void)
{
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);

	for (int i = 0; i < nr_ports; i++) {
		if (ports[i].self)
			continue;
		if (getsockopt(ports[i].tap, SOL_PACKET, PACKET_STATISTICS, &stats, &size))
			return fail("tap of %s: %s", ports[i].name, strerror(errno));
		if (stats.tp_drops)
			return fail("tap of %s lost %u frames", ports[i].name, stats.tp_drops);
	}
	return 0;
}

/* Returns once everything sent before from one port to the other is decided. */
int await_barrier(struct port *from, struct port *at, int af, bool link)
{
	__s64 end = now_ms() + BARRIER_MS;
	int six = af == AF_INET6, index;
	struct spec spec = {
		.from = from, .at = at, .proto = IPPROTO_UDP,
		.sport = BARRIER_PORT, .dport = BARRIER_PORT,
		.src = from->baddr[six], .dst = at->baddr[six],
	};

	memcpy(spec.smac, from->bmac, ETH_ALEN);
	memcpy(spec.dmac, link ? at->bmac : from->gw, ETH_ALEN);
	if (link) {	/* IEEE 802.1X: nobody's at any selector */
		memcpy(spec.eth, "\x88\x8e", 2);
		spec.eth_len = 2;
	}
	index = send_frame(&spec, true);
	if (index < 0)
		return -1;
	while (!(sent[index].seen & 1u << (at - ports))) {
		if (now_ms() > end)
			return fail("barrier from %s lost on the way to %s", from->name,
				    at->name);
		pump(100);
	}
	return tap_losses();
}

/* The answer, if there is one, is on its way when the request has been seen. */
int settle(const struct spec *spec)
{
	if (await_barrier(spec->from, spec->at, spec->dst.af, spec->link))
		return -1;
	pump(0);
	return await_barrier(spec->at, spec->from, spec->dst.af, spec->link);
}
