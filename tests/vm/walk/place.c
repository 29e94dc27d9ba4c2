// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets are put in and come out: tap devices, a tun device, sockets of
 * the router's own, and nfnetlink_log for what LOCAL_IN has let through.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "walk.h"

#define GROUP		7		/* of nfnetlink_log, in the runner's chains */
#define OURS		0x10000		/* the mark of what the router is told to send */
#define ROUTE_BITS	0xff
#define BARRIER_PORT	9

struct place places[MAX_PLACES];
int nr_places;

static struct {
	__u8 ethernet[16];	/* and two bytes more */
	char magic[16];
	__u32 number;
	__u8 pad[64];
} barrier = {
	.ethernet = { [0] = 2, [6] = 2, [12] = 0x88, [13] = 0xb6 },
	.magic = "camfence barrier",
};

static struct mnl_socket *log_nl;

struct place *find_place(const char *name)
{
	for (int i = 0; i < nr_places; i++)
		if (!strcmp(places[i].name, name))
			return &places[i];
	die("no place %s", name);
}

static void open_device(struct place *place)
{
	struct ifreq req = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	memcpy(req.ifr_name, place->name, IFNAMSIZ);
	place->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (place->fd >= 0 && ioctl(place->fd, TUNSETIFF, &req)) {
		req.ifr_flags = IFF_TUN | IFF_NO_PI;
		place->bare = true;
		if (ioctl(place->fd, TUNSETIFF, &req))
			die("%s: %s", place->name, strerror(errno));
	}
	place->ifindex = if_nametoindex(place->name);
	if (place->fd < 0 || !place->ifindex)
		die("%s: no such device", place->name);
}

static void config(struct nlmsghdr *nlh)
{
	struct nfgenmsg *nfg;

	mnl_nlmsg_put_header(nlh);
	nlh->nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = AF_UNSPEC;
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons(GROUP);
}

static void open_log(struct place *place)
{
	struct nfulnl_msg_config_mode mode = {
		.copy_range = htonl(MAX_FRAME), .copy_mode = NFULNL_COPY_PACKET,
	};
	struct nfulnl_msg_config_cmd cmd = { .command = NFULNL_CFG_CMD_BIND };
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = (void *)buf;

	log_nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_NONBLOCK);
	if (!log_nl || mnl_socket_bind(log_nl, 0, MNL_SOCKET_AUTOPID))
		die("nfnetlink_log: %s", strerror(errno));
	config(nlh);
	mnl_attr_put(nlh, NFULA_CFG_CMD, sizeof(cmd), &cmd);
	mnl_attr_put(nlh, NFULA_CFG_MODE, sizeof(mode), &mode);
	mnl_attr_put_u32(nlh, NFULA_CFG_QTHRESH, htonl(1));
	if (mnl_socket_sendto(log_nl, nlh, nlh->nlmsg_len) < 0)
		die("nfnetlink_log: %s", strerror(errno));
	place->fd = mnl_socket_get_fd(log_nl);
	place->bare = true;
}

void open_place(const char *name)
{
	struct place *place = &places[nr_places++];

	if (nr_places > MAX_PLACES || strlen(name) >= IFNAMSIZ)
		die("%s: one place too many", name);
	strcpy(place->name, name);
	if (strcmp(name, "input"))
		open_device(place);
	else
		open_log(place);
}

static int receive_logged(struct frame *frame)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	int len = mnl_socket_recvfrom(log_nl, buf, sizeof(buf));
	const struct nlmsghdr *nlh = (void *)buf;
	const struct nlattr *attr;

	if (len < 0)
		return -1;
	frame->len = 0;
	if (!mnl_nlmsg_ok(nlh, len) ||
	    nlh->nlmsg_type != (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET))
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) != NFULA_PAYLOAD)
			continue;
		frame->len = mnl_attr_get_payload_len(attr);
		if (frame->len > MAX_FRAME)
			die("a packet of %d bytes", frame->len);
		memcpy(frame->bytes, mnl_attr_get_payload(attr), frame->len);
	}
	return 0;
}

/* Below 0: there is nothing now. */
int receive(struct place *place, struct frame *frame)
{
	if (!place->ifindex)
		return receive_logged(frame);
	frame->len = read(place->fd, frame->bytes, sizeof(frame->bytes));
	return frame->len < 0 ? -1 : 0;
}

/* Straight to the device, or over lo: camfence judges neither. */
void send_barrier(const struct place *place)
{
	static int packets = -1, datagrams = -1;
	struct sockaddr_ll device = {
		.sll_family = AF_PACKET, .sll_ifindex = place->ifindex,
		.sll_protocol = htons(0x88b6),
	};
	struct sockaddr_in self = {
		.sin_family = AF_INET, .sin_port = htons(BARRIER_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int mark = OURS;
	ssize_t sent;

	if (packets < 0) {
		packets = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
		datagrams = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		setsockopt(datagrams, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
	}
	barrier.number++;
	if (place->ifindex)
		sent = sendto(packets, &barrier, sizeof(barrier), 0, (void *)&device,
			      sizeof(device));
	else
		sent = sendto(datagrams, &barrier, sizeof(barrier), 0, (void *)&self, sizeof(self));
	if (sent != sizeof(barrier))
		die("barrier at %s: %s", place->name, strerror(errno));
}

bool is_barrier(const struct frame *frame)
{
	const size_t size = sizeof(barrier);

	return frame->len >= (int)size &&
	       !memcmp(frame->bytes + frame->len - size, &barrier, size);
}

void send_to(const struct place *place, const struct frame *frame)
{
	if (write(place->fd, frame->bytes, frame->len) != frame->len)
		die("%s: %s", place->name, strerror(errno));
}

static int raw_socket(int family)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW), on = 1, off = 0;

	if (fd < 0)
		die("raw socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof(off));
	else
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof(off));
	return fd;
}

/* The packet brings the number of its route, as those that come in do. */
void send_raw(const struct frame *packet, const struct place *out)
{
	static int fd4 = -1, fd6 = -1;
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	bool v4 = packet->bytes[0] >> 4 == 4;
	int mark = OURS | (packet->bytes[v4 ? 5 : 3] & ROUTE_BITS), fd;

	if (fd4 < 0) {
		fd4 = raw_socket(AF_INET);
		fd6 = raw_socket(AF_INET6);
	}
	memcpy(&to4.sin_addr, packet->bytes + 16, 4);
	memcpy(&to6.sin6_addr, packet->bytes + 24, 16);
	if (IN6_IS_ADDR_LINKLOCAL(&to6.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&to6.sin6_addr))
		to6.sin6_scope_id = out->ifindex;
	fd = v4 ? fd4 : fd6;
	setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
	/* A packet that is dropped is an error to who sends it. */
	if (v4)
		sendto(fd, packet->bytes, packet->len, 0, (void *)&to4, sizeof(to4));
	else
		sendto(fd, packet->bytes, packet->len, 0, (void *)&to6, sizeof(to6));
}
