// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: a host's namespace, its tap, and the addresses that are its barrier's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "probe.h"

struct port ports[MAX_PORTS];
int nr_ports;
int home_netns;
char problem[256];

int fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(problem, sizeof(problem), fmt, ap);
	va_end(ap);
	return -1;
}

int parse_addr(const char *text, struct addr *addr)
{
	addr->af = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(addr->af, text, addr->b) != 1)
		return fail("no address: %s", text);
	return 0;
}

int parse_mac(const char *text, __u8 *mac)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5]) != ETH_ALEN)
		return fail("no MAC: %s", text);
	return 0;
}

struct port *find_port(const char *name)
{
	for (int i = 0; i < nr_ports; i++)
		if (!strcmp(ports[i].name, name))
			return &ports[i];
	fail("no port: %s", name);
	return NULL;
}

int netns_socket(const struct port *port, int family, int type, int proto)
{
	int fd;

	if (setns(port->netns, CLONE_NEWNET))
		return fail("setns: %s", strerror(errno));
	fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, proto);
	if (fd < 0)
		fail("socket: %s", strerror(errno));
	if (setns(home_netns, CLONE_NEWNET))
		return fail("setns home: %s", strerror(errno));
	return fd;
}

int find_home(void)
{
	home_netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return home_netns < 0 ? -1 : 0;
}

static FILE *open_pcap(const char *path)
{
	const __u32 head[6] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65536, 1 };
	FILE *file = fopen(path, "w");

	if (!file)
		fail("%s: %s", path, strerror(errno));
	else
		fwrite(head, sizeof(head), 1, file);
	return file;
}

static int open_taps(struct port *port, const char *dev)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq ifr = { .ifr_ifindex = 0 };
	int size = 16 << 20;

	/* Protocol 0 receives nothing; the tap then also sees what we send. */
	port->tx = netns_socket(port, AF_PACKET, SOCK_RAW, 0);
	port->tap = netns_socket(port, AF_PACKET, SOCK_RAW, 0);
	if (port->tx < 0 || port->tap < 0)
		return -1;
	/* Where the kernel has not come to what was sent, it waits for room. */
	if (fcntl(port->tx, F_SETFL, 0))
		return fail("fcntl: %s", strerror(errno));
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	if (ioctl(port->tx, SIOCGIFHWADDR, &ifr))
		return fail("%s of %s: %s", dev, port->name, strerror(errno));
	port->bare = ifr.ifr_hwaddr.sa_family != ARPHRD_ETHER;
	memcpy(port->mac, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
	if (ioctl(port->tx, SIOCGIFINDEX, &ifr))
		return fail("%s of %s: %s", dev, port->name, strerror(errno));
	port->ifindex = ifr.ifr_ifindex;
	ll.sll_ifindex = port->ifindex;
	setsockopt(port->tap, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(port->tap, (struct sockaddr *)&ll, sizeof(ll)))
		return fail("bind to %s of %s: %s", dev, port->name, strerror(errno));
	return 0;
}

int do_port(char *line)
{
	struct port *port = &ports[nr_ports];
	char *word[10] = { NULL }, *save, path[128];
	int nr = 0;

	for (char *w = strtok_r(line, " ", &save); w && nr < 10; w = strtok_r(NULL, " ", &save))
		word[nr++] = w;
	if (nr < 9 || nr_ports == MAX_PORTS)
		return fail("port NAME NETNS DEV GWMAC ADDR4 ADDR6 BMAC BADDR4 BADDR6 [PCAP]");
	memset(port, 0, sizeof(*port));
	snprintf(port->name, sizeof(port->name), "%s", word[0]);
	snprintf(path, sizeof(path), "/run/netns/%s", word[1]);
	port->netns = open(path, O_RDONLY | O_CLOEXEC);
	if (port->netns < 0)
		return fail("%s: %s", path, strerror(errno));
	if (parse_mac(word[3], port->gw) || parse_addr(word[4], &port->addr[0]) ||
	    parse_addr(word[5], &port->addr[1]) || parse_mac(word[6], port->bmac) ||
	    parse_addr(word[7], &port->baddr[0]) || parse_addr(word[8], &port->baddr[1]) ||
	    open_taps(port, word[2]))
		return -1;
	if (word[9]) {
		port->pcap = open_pcap(word[9]);
		if (!port->pcap)
			return -1;
	}
	nr_ports++;
	puts("ok");
	return 0;
}
