// SPDX-License-Identifier: GPL-2.0
/*
 * Calls: by the host's own kernel, which does with the answer what it does.
 */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "probe.h"

#define REPLY_MS	5000

/* The one TCP connection being opened: its SYN is known by its sequence number. */
static struct {
	struct port *from, *at;
	__u16 sport, dport;
	__u32 seq;
	bool left, seen;
} syn;

void look_for_syn(const struct port *port, bool out, const __u8 *ip, size_t len)
{
	size_t hdr = ip[0] >> 4 == 6 ? 40 : 20;
	__u8 proto = ip[0] >> 4 == 6 ? ip[6] : ip[9];
	struct tcphdr tcp;

	if (!syn.from || proto != IPPROTO_TCP || len < hdr + sizeof(tcp))
		return;
	memcpy(&tcp, ip + hdr, sizeof(tcp));
	if (!tcp.syn || tcp.ack)
		return;
	if (out && port == syn.from && ntohs(tcp.source) == syn.sport &&
	    ntohs(tcp.dest) == syn.dport) {
		syn.seq = tcp.seq;
		syn.left = true;
	}
	if (!out && port == syn.at && syn.left && tcp.seq == syn.seq)
		syn.seen = true;
}

socklen_t to_sockaddr(const struct addr *addr, __u16 port,
		      struct sockaddr_storage *ss)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *four = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	ss->ss_family = addr->af;
	if (addr->af == AF_INET6) {
		six->sin6_port = htons(port);
		memcpy(&six->sin6_addr, addr->b, 16);
		return sizeof(*six);
	}
	four->sin_port = htons(port);
	memcpy(&four->sin_addr, addr->b, 4);
	return sizeof(*four);
}

/* A socket in the caller's namespace, bound to its own address. */
static int call_socket(const struct spec *spec, int type, int proto)
{
	int fd = netns_socket(spec->from, spec->dst.af, type, proto);
	struct sockaddr_storage ss;
	socklen_t size = to_sockaddr(&spec->src, 0, &ss);
	int on = 1;

	/* The internet's host calls from any address. */
	setsockopt(fd, SOL_IP, IP_FREEBIND, &on, sizeof(on));
	setsockopt(fd, SOL_IPV6, IPV6_FREEBIND, &on, sizeof(on));
	if (fd >= 0 && bind(fd, (struct sockaddr *)&ss, size)) {
		fail("bind: %s", strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static int call_datagram(const struct spec *spec)
{
	bool icmp = spec->proto != IPPROTO_UDP;
	int fd = call_socket(spec, icmp ? SOCK_RAW : SOCK_DGRAM, spec->proto);
	struct sockaddr_storage ss;
	socklen_t size = to_sockaddr(&spec->dst, icmp ? 0 : spec->dport, &ss);
	struct nonce nonce;
	__u8 data[8 + sizeof(nonce)] = {
		spec->dst.af == AF_INET6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO,
		0, 0, 0, 0x12, 0x34, 0, 1
	};
	size_t skip = icmp ? 0 : 8;
	__u16 check;
	int ret = -1;

	if (fd < 0)
		return -1;
	nonce = new_nonce(false);
	memcpy(data + 8, &nonce, sizeof(nonce));
	check = fold(sum(0, data, sizeof(data)));
	if (spec->proto == IPPROTO_ICMP)
		memcpy(data + 2, &check, 2);
	if (sendto(fd, data + skip, sizeof(data) - skip, 0, (struct sockaddr *)&ss, size) < 0)
		fail("sendto: %s", strerror(errno));
	else
		ret = settle(spec);
	if (!ret)
		tell(nonce.index, spec);
	close(fd);
	return ret;
}

/* The nonce there and back over a connection that is open. */
static bool talk(int fd)
{
	struct nonce nonce = new_nonce(false), back;
	__s64 end = now_ms() + REPLY_MS;

	if (write(fd, &nonce, sizeof(nonce)) != sizeof(nonce))
		return false;
	while (now_ms() < end) {
		if (read(fd, &back, sizeof(back)) == sizeof(back))
			return !memcmp(&nonce, &back, sizeof(back));
		pump(20);
	}
	return false;
}

static int call_tcp(const struct spec *spec)
{
	struct linger abort_it = { .l_onoff = 1 };
	struct sockaddr_storage ss;
	socklen_t size = sizeof(ss);
	struct pollfd out;
	bool reply = false;
	int fd = call_socket(spec, SOCK_STREAM, 0), ret;

	if (fd < 0)
		return -1;
	getsockname(fd, (struct sockaddr *)&ss, &size);
	memset(&syn, 0, sizeof(syn));
	syn.from = spec->from;
	syn.at = spec->at;
	/* sin_port and sin6_port lie at the same place */
	syn.sport = ntohs(((struct sockaddr_in *)&ss)->sin_port);
	syn.dport = spec->dport;
	size = to_sockaddr(&spec->dst, spec->dport, &ss);
	if (connect(fd, (struct sockaddr *)&ss, size) && errno != EINPROGRESS) {
		ret = fail("connect: %s", strerror(errno));
		goto out;
	}
	drain_tap(spec->from);	/* the receiver's tap may come first in a turn */
	ret = settle(spec);
	if (ret)
		goto out;
	if (!syn.left) {
		ret = fail("no SYN left %s", spec->from->name);
		goto out;
	}
	out = (struct pollfd){ .fd = fd, .events = POLLOUT };
	if (syn.seen && poll(&out, 1, 0) == 1 && !(out.revents & (POLLERR | POLLHUP)))
		reply = talk(fd);
out:
	/* A reset, so that no FIN is sent again later; the barriers tell that it was judged. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort_it, sizeof(abort_it));
	close(fd);
	if (!ret)
		ret = settle(spec);
	if (!ret)
		printf("seen=%d reply=%d\n", syn.seen, reply);
	syn.from = NULL;
	return ret;
}

int do_call(char *line)
{
	struct spec spec;

	if (parse_spec(line, &spec, false))
		return -1;
	return spec.proto == IPPROTO_TCP ? call_tcp(&spec) : call_datagram(&spec);
}
