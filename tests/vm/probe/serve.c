// SPDX-License-Identifier: GPL-2.0
/*
 * Servers that echo, and the loop that everything else is waited for in.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "probe.h"

#define MAX_FDS		256

static struct pollfd fds[MAX_FDS];	/* standard input, servers, connections */
static bool listening[MAX_FDS], datagrams[MAX_FDS];
static int nr_fds;

int watch(int fd, bool listener, bool datagram)
{
	if (nr_fds == MAX_FDS) {
		close(fd);
		return fail("too many sockets");
	}
	fds[nr_fds] = (struct pollfd){ .fd = fd, .events = POLLIN };
	listening[nr_fds] = listener;
	datagrams[nr_fds++] = datagram;
	return 0;
}

/* Answers from the address that was asked: the host has every address. */
static void echo_datagram(int fd)
{
	char data[2048], control[128];
	struct sockaddr_in6 peer;
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = { .msg_name = &peer, .msg_namelen = sizeof(peer),
			      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t len = recvmsg(fd, &msg, 0);

	if (len < 0)
		return;
	iov.iov_len = len;
	if (sendmsg(fd, &msg, 0) < 0)
		fprintf(stderr, "probe: echo: %s\n", strerror(errno));
}

static void serve_one(int i)
{
	char data[2048];
	ssize_t len;
	int fd;

	if (datagrams[i]) {
		echo_datagram(fds[i].fd);
		return;
	}
	if (listening[i]) {
		fd = accept4(fds[i].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			watch(fd, false, false);
		return;
	}
	len = read(fds[i].fd, data, sizeof(data));
	if (len > 0 && write(fds[i].fd, data, len) == len)
		return;
	close(fds[i].fd);
	fds[i] = fds[--nr_fds];
	listening[i] = listening[nr_fds];
	datagrams[i] = datagrams[nr_fds];
}

/* One turn: what came in at any tap, what any server has to answer. */
void pump(int timeout)
{
	struct pollfd all[MAX_PORTS + MAX_FDS];
	int servers = nr_fds;

	for (int i = 0; i < nr_ports; i++)
		all[i] = (struct pollfd){ .fd = ports[i].tap, .events = POLLIN };
	memcpy(all + nr_ports, fds, nr_fds * sizeof(*fds));
	if (poll(all, nr_ports + nr_fds, timeout) <= 0)
		return;
	for (int i = 0; i < nr_ports; i++)
		if (all[i].revents)
			drain_tap(&ports[i]);
	for (int i = servers - 1; i > 0; i--)
		if (all[nr_ports + i].revents)
			serve_one(i);
}

static int listen_on(const struct spec *spec, int af)
{
	bool udp = spec->proto == IPPROTO_UDP;
	struct addr any = { .af = af };
	struct sockaddr_storage ss;
	socklen_t size = to_sockaddr(&any, spec->dport, &ss);
	int fd, on = 1;

	fd = netns_socket(spec->at, af, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_IP, IP_FREEBIND, &on, sizeof(on));
	/* What TPROXY gives it came for another address. */
	setsockopt(fd, SOL_IP, IP_TRANSPARENT, &on, sizeof(on));
	setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &on, sizeof(on));
	if (af == AF_INET6) {
		setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on));
		setsockopt(fd, SOL_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	} else {
		setsockopt(fd, SOL_IP, IP_PKTINFO, &on, sizeof(on));
	}
	if (bind(fd, (struct sockaddr *)&ss, size) || (!udp && listen(fd, 64))) {
		fail("port %u at %s: %s", spec->dport, spec->at->name, strerror(errno));
		close(fd);
		return -1;
	}
	return watch(fd, !udp, udp);
}

int do_serve(char *line)
{
	struct spec spec;

	if (parse_spec(line, &spec, true))
		return -1;
	if (listen_on(&spec, AF_INET) || listen_on(&spec, AF_INET6))
		return -1;
	puts("ok");
	return 0;
}
