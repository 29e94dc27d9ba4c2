// SPDX-License-Identifier: GPL-2.0
/*
 * The router as a port. It has no tap, which would see a packet before the
 * router decides: what it has received is what raw sockets are given, behind
 * LOCAL_IN, and what it sends goes through one that takes a whole packet, with
 * any source, by way of LOCAL_OUT.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "probe.h"

#define KINDS 6

static const struct {
	int af;
	__u8 proto;
} kinds[KINDS] = {
	{ AF_INET, IPPROTO_ICMP }, { AF_INET, IPPROTO_TCP }, { AF_INET, IPPROTO_UDP },
	{ AF_INET6, IPPROTO_ICMPV6 }, { AF_INET6, IPPROTO_TCP }, { AF_INET6, IPPROTO_UDP },
};

static int inlets[KINDS], outlets[2];

/* Barriers end here, and no kernel says that nobody listens. */
static int open_sink(struct port *port)
{
	struct addr any = { .af = AF_INET6 };
	struct sockaddr_storage ss;
	socklen_t size = to_sockaddr(&any, BARRIER_PORT, &ss);
	int fd = netns_socket(port, AF_INET6, SOCK_DGRAM, 0);

	return fd < 0 ? fd : bind(fd, (struct sockaddr *)&ss, size);
}

/* DHCPv6 servers listen to a group, and the router to what somebody joined. */
static int join_dhcp(int fd, int ifindex)
{
	struct ipv6_mreq group = { .ipv6mr_interface = ifindex };
	struct addr servers;

	parse_addr("ff02::1:2", &servers);
	memcpy(&group.ipv6mr_multiaddr, servers.b, 16);
	return setsockopt(fd, SOL_IPV6, IPV6_JOIN_GROUP, &group, sizeof(group));
}

static int open_sockets(struct port *port)
{
	struct epoll_event in = { .events = EPOLLIN };
	int on = 1;

	port->tap = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < KINDS; i++) {
		inlets[i] = netns_socket(port, kinds[i].af, SOCK_RAW, kinds[i].proto);
		if (inlets[i] < 0 || epoll_ctl(port->tap, EPOLL_CTL_ADD, inlets[i], &in))
			return fail("raw socket: %s", strerror(errno));
	}
	outlets[0] = netns_socket(port, AF_INET, SOCK_RAW, IPPROTO_RAW);
	outlets[1] = netns_socket(port, AF_INET6, SOCK_RAW, IPPROTO_RAW);
	if (outlets[0] < 0 || outlets[1] < 0 || open_sink(port) ||
	    setsockopt(outlets[0], SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) ||
	    join_dhcp(inlets[KINDS - 1], port->ifindex))
		return fail("raw socket: %s", strerror(errno));
	return 0;
}

int do_self(char *line)
{
	struct port *port = &ports[nr_ports];
	char name[IFNAMSIZ], dev[IFNAMSIZ], addr[4][64];

	if (sscanf(line, "%15s %15s %63s %63s %63s %63s", name, dev, addr[0], addr[1],
		   addr[2], addr[3]) != 6 || nr_ports == MAX_PORTS)
		return fail("self NAME DEV ADDR4 ADDR6 BADDR4 BADDR6");
	*port = (struct port){ .self = true, .netns = home_netns, .ifindex = if_nametoindex(dev) };
	strcpy(port->name, name);
	if (parse_addr(addr[0], &port->addr[0]) || parse_addr(addr[1], &port->addr[1]) ||
	    parse_addr(addr[2], &port->baddr[0]) || parse_addr(addr[3], &port->baddr[1]) ||
	    open_sockets(port))
		return -1;
	nr_ports++;
	puts("ok");
	return 0;
}

/* Of IPv6 a raw socket is given no IP header: an empty one takes its place. */
void drain_self(struct port *port)
{
	__u8 packet[65536];

	for (int i = 0; i < KINDS; i++) {
		size_t hdr = kinds[i].af == AF_INET6 ? 40 : 0;
		ssize_t len;

		for (;;) {
			memset(packet, 0, hdr);
			packet[0] = 6 << 4;
			packet[6] = kinds[i].proto;
			len = recv(inlets[i], packet + hdr, sizeof(packet) - hdr, 0);
			if (len < 0)
				break;
			received(port, packet, hdr + len);
		}
	}
}

/* DEV is where broadcasts go, and what has an address of the link alone. */
int send_self(struct port *port, const struct spec *spec, const __u8 *ip, size_t len,
	      bool barrier)
{
	bool six = spec->dst.af == AF_INET6;
	static const __u8 all[4] = { 255, 255, 255, 255 };
	int index = !six && !memcmp(spec->dst.b, all, 4) ? htonl(port->ifindex) : 0;
	struct sockaddr_storage ss;
	socklen_t size = to_sockaddr(&spec->dst, 0, &ss);

	if (six)
		((struct sockaddr_in6 *)&ss)->sin6_scope_id = port->ifindex;
	else
		setsockopt(outlets[0], SOL_IP, IP_UNICAST_IF, &index, sizeof(index));
	if (barrier) {
		port->barriers++;
	} else {
		port->frames++;
		port->bytes += len;
	}
	/* EPERM: dropped on its way out, which is an answer and no fault */
	if (sendto(outlets[six], ip, len, 0, (struct sockaddr *)&ss, size) < 0 && errno != EPERM)
		return fail("send from %s: %s", port->name, strerror(errno));
	return 0;
}
