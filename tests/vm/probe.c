// SPDX-License-Identifier: GPL-2.0
/*
 * Sends packets from one network namespace and watches another one receive
 * them, in a single process: a socket stays in the namespace it was made in,
 * so one program holds a tap on every host's interface and no two processes
 * have to agree on what was sent and what was seen.
 *
 * Every packet carries a nonce: a magic number and the index of what was sent.
 * It stays readable behind NAT and inside an echo reply.
 *
 * Whether a packet did not arrive is known without waiting: a barrier is sent
 * behind it on the same path, from and to addresses and MACs that are nobody's.
 * The process is pinned to one CPU, veth hands packets on in order there, and
 * so whatever was not seen when the barrier is, is not going to be.
 *
 * Commands are read from standard input, a line each; each gets one line back:
 *	port NAME NETNS DEV GWMAC ADDR4 ADDR6 BMAC BADDR4 BADDR6 [PCAP]
 *		-> ok			a host: its tap, its barrier's addresses
 *	probe KEY=VALUE...	-> seen=0|1 reply=0|1	a frame made by hand
 *	call KEY=VALUE...	-> seen=0|1 reply=0|1	through the host's kernel
 *	batch FILE		-> ok SENT SEEN		a probe a line, one barrier;
 *						FILE.out gets TAG seen|absent
 *	serve at=PORT proto=tcp|udp dport=N -> ok	echoes what it gets
 *	count NAME		-> FRAMES BYTES BARRIERS	sent towards the router
 *
 * Keys: from= at= proto=tcp|udp|icmp|error src= dst= sport= dport= flags=
 * (of TCP, in hex) smac= tag=; error is "fragmentation needed" (IPv6: "packet
 * too big") about the packet isrc= idst= iproto= isport= idport=; raw=HEX is
 * the packet from its IP header to where the nonce goes, lengths included.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/types.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_PORTS	32
#define MAX_FDS		256
#define BARRIER_MS	20000	/* TCG on a busy machine; never waited out */
#define REPLY_MS	5000

struct addr {
	int af;
	__u8 b[16];
};

struct nonce {
	__u8 magic[8];
	__u32 run;
	__u32 index;
};

struct port {
	char name[IFNAMSIZ];
	int netns;
	int ifindex;
	int tap;
	int tx;
	__u8 mac[ETH_ALEN];
	__u8 gw[ETH_ALEN];
	struct addr addr[2];		/* 0: IPv4, 1: IPv6 */
	__u8 bmac[ETH_ALEN];		/* the barrier's: nobody's camera */
	struct addr baddr[2];
	__u64 frames;		/* IP towards the router, without barriers */
	__u64 bytes;
	__u64 barriers;
	FILE *pcap;
};

struct spec {
	struct port *from, *at;
	__u8 smac[ETH_ALEN];
	struct addr src, dst, isrc, idst;
	__u16 sport, dport, isport, idport;
	__u8 proto, iproto, flags;
	bool error;
	__u8 raw[256];
	int raw_len;
	char tag[80];
};

struct sent {
	__u32 seen;			/* bit: index of a port that received it */
	bool barrier;
};

/* The one TCP connection being opened: its SYN is known by its sequence number. */
static struct {
	struct port *from, *at;
	__u16 sport, dport;
	__u32 seq;
	bool left, seen;
} syn;

static const __u8 magic[8] = { 0xca, 0x3f, 'p', 'r', 'o', 'b', 'e', 0x5d };
static struct port ports[MAX_PORTS];
static int nr_ports;
static struct sent *sent;
static __u32 nr_sent, run_id;
static int home_netns;
static struct pollfd fds[MAX_FDS];	/* standard input, servers, connections */
static bool listening[MAX_FDS], datagrams[MAX_FDS];
static int nr_fds;
static char problem[256];

static int fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(problem, sizeof(problem), fmt, ap);
	va_end(ap);
	return -1;
}

static __s64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static int parse_addr(const char *text, struct addr *addr)
{
	addr->af = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(addr->af, text, addr->b) != 1)
		return fail("no address: %s", text);
	return 0;
}

static int parse_mac(const char *text, __u8 *mac)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5]) != ETH_ALEN)
		return fail("no MAC: %s", text);
	return 0;
}

static struct port *find_port(const char *name)
{
	for (int i = 0; i < nr_ports; i++)
		if (!strcmp(ports[i].name, name))
			return &ports[i];
	fail("no port: %s", name);
	return NULL;
}

static int netns_socket(const struct port *port, int family, int type, int proto)
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

static __u32 sum(__u32 acc, const void *data, size_t len)
{
	const __u8 *p = data;

	for (size_t i = 0; i < len; i++)
		acc += i & 1 ? p[i] : p[i] << 8;
	return acc;
}

static __u16 fold(__u32 acc)
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
		return sizeof(icmp);
	}
	memset(p, 0, 8);
	p[0] = ip6 ? ICMP6_PACKET_TOO_BIG : ICMP_DEST_UNREACH;
	p[1] = ip6 ? 0 : ICMP_FRAG_NEEDED;
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

static size_t build_raw(__u8 *frame, const struct spec *spec, const struct nonce *nonce)
{
	__u16 type = htons(spec->raw[0] >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);

	memcpy(frame, spec->from->gw, ETH_ALEN);
	memcpy(frame + ETH_ALEN, spec->smac, ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, &type, 2);
	memcpy(frame + ETH_HLEN, spec->raw, spec->raw_len);
	memcpy(frame + ETH_HLEN + spec->raw_len, nonce, sizeof(*nonce));
	return ETH_HLEN + spec->raw_len + sizeof(*nonce);
}

static size_t build(__u8 *frame, const struct spec *spec, const struct nonce *nonce)
{
	bool ip6 = spec->dst.af == AF_INET6;
	size_t ip_len = ip6 ? sizeof(struct ip6_hdr) : sizeof(struct iphdr);
	__u8 *l4 = frame + ETH_HLEN + ip_len;
	size_t len = put_transport(l4, spec, sizeof(*nonce));
	__u16 check, type = htons(ip6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	__u32 acc = 0;
	int at = 2;

	memcpy(l4 + len, nonce, sizeof(*nonce));
	len += sizeof(*nonce);
	memcpy(frame, spec->from->gw, ETH_ALEN);
	memcpy(frame + ETH_ALEN, spec->smac, ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, &type, 2);
	put_ip(frame + ETH_HLEN, &spec->src, &spec->dst, spec->proto, len);

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
	return ETH_HLEN + ip_len + len;
}

static struct nonce new_nonce(bool barrier)
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

static int send_frame(const struct spec *spec, bool barrier)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = ETH_ALEN,
				  .sll_ifindex = spec->from->ifindex };
	struct nonce nonce = new_nonce(barrier);
	__u8 frame[512];
	size_t len = (spec->raw_len ? build_raw : build)(frame, spec, &nonce);

	if (sendto(spec->from->tx, frame, len, 0, (struct sockaddr *)&to,
		   sizeof(to)) != (ssize_t)len)
		return fail("send from %s: %s", spec->from->name, strerror(errno));
	return nonce.index;
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

static void look_for_syn(const struct port *port, bool out, const __u8 *ip, size_t len)
{
	size_t hdr = ip[0] >> 4 == 6 ? 40 : 20;
	__u8 proto = ip[0] >> 4 == 6 ? ip[6] : ip[9];
	struct tcphdr tcp;

	if (proto != IPPROTO_TCP || len < hdr + sizeof(tcp))
		return;
	memcpy(&tcp, ip + hdr, sizeof(tcp));
	if (!tcp.syn || tcp.ack || ntohs(tcp.dest) != syn.dport)
		return;
	if (out && port == syn.from && ntohs(tcp.source) == syn.sport) {
		syn.seq = tcp.seq;
		syn.left = true;
	}
	if (!out && port == syn.at && syn.left && tcp.seq == syn.seq)
		syn.seen = true;
}

static void look_at(struct port *port, bool out, const __u8 *frame, size_t len)
{
	const __u8 *ip = frame + ETH_HLEN, *found;
	__u16 type = frame[12] << 8 | frame[13];
	struct nonce nonce = { .index = 0 };
	bool known = false;

	if (len < ETH_HLEN + 20 || (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6))
		return;
	found = memmem(ip, len - ETH_HLEN, magic, sizeof(magic));
	if (found && found + sizeof(nonce) <= frame + len) {
		memcpy(&nonce, found, sizeof(nonce));
		known = nonce.run == run_id && nonce.index < nr_sent;
	}
	if (syn.from)
		look_for_syn(port, out, ip, len - ETH_HLEN);
	if (known && !out)
		sent[nonce.index].seen |= 1u << (port - ports);
	if (!out || memcmp(frame, port->gw, ETH_ALEN) ||
	    is_neighbour_discovery(ip, len - ETH_HLEN))
		return;
	if (known && sent[nonce.index].barrier) {
		port->barriers++;
		return;
	}
	port->frames++;
	port->bytes += len - ETH_HLEN;
}

static void drain_tap(struct port *port)
{
	struct sockaddr_ll from;
	__u8 frame[65536];
	socklen_t size;
	ssize_t len;

	for (;;) {
		size = sizeof(from);
		len = recvfrom(port->tap, frame, sizeof(frame), 0,
			       (struct sockaddr *)&from, &size);
		if (len < 0)
			return;
		if (port->pcap)
			write_pcap(port->pcap, frame, len);
		look_at(port, from.sll_pkttype == PACKET_OUTGOING, frame, len);
	}
}

static int watch(int fd, bool listener, bool datagram)
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
static void pump(int timeout)
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

static int tap_losses(void)
{
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);

	for (int i = 0; i < nr_ports; i++) {
		if (getsockopt(ports[i].tap, SOL_PACKET, PACKET_STATISTICS, &stats, &size))
			return fail("tap of %s: %s", ports[i].name, strerror(errno));
		if (stats.tp_drops)
			return fail("tap of %s lost %u frames", ports[i].name, stats.tp_drops);
	}
	return 0;
}

/* Returns once everything sent before from one port to the other is decided. */
static int await_barrier(struct port *from, struct port *at, int af)
{
	__s64 end = now_ms() + BARRIER_MS;
	int six = af == AF_INET6, index;
	struct spec spec = {
		.from = from, .at = at, .proto = IPPROTO_UDP, .sport = 9, .dport = 9,
		.src = from->baddr[six], .dst = at->baddr[six],
	};

	memcpy(spec.smac, from->bmac, ETH_ALEN);
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

static int parse_proto(const char *text, struct spec *spec, bool inner)
{
	__u8 proto = 0;

	if (!strcmp(text, "tcp"))
		proto = IPPROTO_TCP;
	else if (!strcmp(text, "udp"))
		proto = IPPROTO_UDP;
	else if (strcmp(text, "icmp") && strcmp(text, "error"))
		return fail("no protocol: %s", text);
	if (inner)
		spec->iproto = proto;
	else
		spec->proto = proto;
	spec->error |= !strcmp(text, "error");
	return 0;
}

static int parse_hex(const char *text, struct spec *spec)
{
	while (sscanf(text, "%2hhx", &spec->raw[spec->raw_len]) == 1) {
		text += 2;
		if (++spec->raw_len == sizeof(spec->raw))
			return fail("raw is too long");
	}
	return *text || spec->raw_len < 20 ? fail("no IP packet: %s", text) : 0;
}

static int parse_pair(const char *key, const char *value, struct spec *spec)
{
	if (!strcmp(key, "from"))
		return (spec->from = find_port(value)) ? 0 : -1;
	if (!strcmp(key, "at"))
		return (spec->at = find_port(value)) ? 0 : -1;
	if (!strcmp(key, "proto"))
		return parse_proto(value, spec, false);
	if (!strcmp(key, "iproto"))
		return parse_proto(value, spec, true);
	if (!strcmp(key, "src"))
		return parse_addr(value, &spec->src);
	if (!strcmp(key, "dst"))
		return parse_addr(value, &spec->dst);
	if (!strcmp(key, "isrc"))
		return parse_addr(value, &spec->isrc);
	if (!strcmp(key, "idst"))
		return parse_addr(value, &spec->idst);
	if (!strcmp(key, "raw"))
		return parse_hex(value, spec);
	if (!strcmp(key, "smac"))
		return parse_mac(value, spec->smac);
	if (!strcmp(key, "sport"))
		spec->sport = atoi(value);
	else if (!strcmp(key, "dport"))
		spec->dport = atoi(value);
	else if (!strcmp(key, "isport"))
		spec->isport = atoi(value);
	else if (!strcmp(key, "idport"))
		spec->idport = atoi(value);
	else if (!strcmp(key, "flags"))
		spec->flags = strtoul(value, NULL, 16);
	else if (!strcmp(key, "tag"))
		snprintf(spec->tag, sizeof(spec->tag), "%s", value);
	else
		return fail("no key: %s", key);
	return 0;
}

static int parse_spec(char *line, struct spec *spec, bool server)
{
	static const __u8 none[ETH_ALEN];
	char *save, *word, *value;

	*spec = (struct spec){ .sport = 40000, .dport = 443, .flags = TH_SYN };
	for (word = strtok_r(line, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		value = strchr(word, '=');
		if (!value)
			return fail("no value: %s", word);
		*value++ = 0;
		if (parse_pair(word, value, spec))
			return -1;
	}
	if (!spec->at)
		return fail("no at");
	if (server)
		return 0;
	if (!spec->from || !spec->dst.af)
		return fail("no from or no dst");
	if (!memcmp(spec->smac, none, ETH_ALEN))
		memcpy(spec->smac, spec->from->mac, ETH_ALEN);
	if (!spec->src.af)
		spec->src = spec->from->addr[spec->dst.af == AF_INET6];
	if (spec->src.af != spec->dst.af)
		return fail("src and dst of two families");
	if (!spec->proto)
		spec->proto = spec->dst.af == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	if (!spec->iproto)
		spec->iproto = spec->proto;
	return 0;
}

static void tell(__u32 index, const struct spec *spec)
{
	printf("seen=%d reply=%d\n", !!(sent[index].seen & 1u << (spec->at - ports)),
	       !!(sent[index].seen & 1u << (spec->from - ports)));
}

/* The answer, if there is one, is on its way when the request has been seen. */
static int settle(const struct spec *spec)
{
	if (await_barrier(spec->from, spec->at, spec->dst.af))
		return -1;
	pump(0);
	return await_barrier(spec->at, spec->from, spec->dst.af);
}

static int do_probe(char *line)
{
	struct spec spec;
	int index;

	if (parse_spec(line, &spec, false))
		return -1;
	index = send_frame(&spec, false);
	if (index < 0 || settle(&spec))
		return -1;
	tell(index, &spec);
	return 0;
}

static socklen_t to_sockaddr(const struct addr *addr, __u16 port,
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
	printf("seen=%d reply=%d\n", syn.seen, reply);
out:
	/* A reset, so that no FIN is sent again later. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort_it, sizeof(abort_it));
	close(fd);
	pump(0);
	syn.from = NULL;
	return ret;
}

static int do_call(char *line)
{
	struct spec spec;

	if (parse_spec(line, &spec, false))
		return -1;
	return spec.proto == IPPROTO_TCP ? call_tcp(&spec) : call_datagram(&spec);
}

static int send_batch(FILE *in, struct spec **specs, int **indices, int *nr)
{
	char line[512];
	int ret = 0;

	for (*nr = 0; !ret && fgets(line, sizeof(line), in); (*nr)++) {
		line[strcspn(line, "\n")] = 0;
		if (!(*nr & 255)) {
			*specs = realloc(*specs, (*nr + 256) * sizeof(**specs));
			*indices = realloc(*indices, (*nr + 256) * sizeof(**indices));
			if (!*specs || !*indices)
				exit(1);
		}
		ret = parse_spec(line, &(*specs)[*nr], false);
		if (ret)
			break;
		(*indices)[*nr] = send_frame(&(*specs)[*nr], false);
		if ((*indices)[*nr] < 0)
			ret = -1;
		pump(0);
	}
	return ret;
}

/* A barrier for each path and family that the batch has used. */
static int close_batch(const struct spec *specs, int nr)
{
	bool done[MAX_PORTS][MAX_PORTS][2] = { 0 };

	for (int i = 0; i < nr; i++) {
		int six = specs[i].dst.af == AF_INET6;
		bool *mark = &done[specs[i].from - ports][specs[i].at - ports][six];

		if (!*mark && await_barrier(specs[i].from, specs[i].at, specs[i].dst.af))
			return -1;
		*mark = true;
	}
	return 0;
}

static int do_batch(const char *path)
{
	struct spec *specs = NULL;
	int *indices = NULL, nr, seen = 0, ret = -1;
	FILE *in, *out = NULL;
	char name[512];

	snprintf(name, sizeof(name), "%s.out", path);
	in = fopen(path, "r");
	if (!in)
		return fail("%s: %s", path, strerror(errno));
	if (send_batch(in, &specs, &indices, &nr) || close_batch(specs, nr))
		goto done;
	out = fopen(name, "w");
	if (!out) {
		fail("%s: %s", name, strerror(errno));
		goto done;
	}
	for (int i = 0; i < nr; i++) {
		bool hit = sent[indices[i]].seen & 1u << (specs[i].at - ports);

		seen += hit;
		fprintf(out, "%s %s\n", specs[i].tag, hit ? "seen" : "absent");
	}
	ret = fclose(out) ? fail("%s: %s", name, strerror(errno)) : 0;
	if (!ret)
		printf("ok %d %d\n", nr, seen);
done:
	fclose(in);
	free(specs);
	free(indices);
	return ret;
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

static int do_serve(char *line)
{
	struct spec spec;

	if (parse_spec(line, &spec, true))
		return -1;
	if (listen_on(&spec, AF_INET) || listen_on(&spec, AF_INET6))
		return -1;
	puts("ok");
	return 0;
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
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	if (ioctl(port->tx, SIOCGIFHWADDR, &ifr))
		return fail("%s of %s: %s", dev, port->name, strerror(errno));
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

static int do_port(char *line)
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

static int do_count(const char *name)
{
	struct port *port = find_port(name);

	if (!port)
		return -1;
	pump(0);
	printf("%llu %llu %llu\n", port->frames, port->bytes, port->barriers);
	return 0;
}

static int obey(char *line)
{
	char *rest = strchr(line, ' ');

	if (!rest)
		return fail("no argument: %s", line);
	*rest++ = 0;
	if (!strcmp(line, "port"))
		return do_port(rest);
	if (!strcmp(line, "probe"))
		return do_probe(rest);
	if (!strcmp(line, "call"))
		return do_call(rest);
	if (!strcmp(line, "batch"))
		return do_batch(rest);
	if (!strcmp(line, "serve"))
		return do_serve(rest);
	if (!strcmp(line, "count"))
		return do_count(rest);
	return fail("no command: %s", line);
}

/* One command at a time: the next is read when the last has been answered. */
static bool read_line(char *line, size_t size)
{
	size_t have = 0;
	char c;

	for (;;) {
		struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

		pump(-1);
		if (poll(&in, 1, 0) != 1)
			continue;
		do {
			if (read(STDIN_FILENO, &c, 1) != 1)
				return false;
			if (have < size - 1)
				line[have++] = c;
		} while (c != '\n');
		line[have - 1] = 0;
		return true;
	}
}

int main(void)
{
	char line[1024];
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu))
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	run_id = getpid() ^ (__u32)time(NULL) << 8;
	home_netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home_netns < 0 || watch(STDIN_FILENO, false, false))
		return 1;
	while (read_line(line, sizeof(line)))
		if (obey(line))
			printf("error %s\n", problem);
	for (int i = 0; i < nr_ports; i++) {
		drain_tap(&ports[i]);
		if (ports[i].pcap)
			fclose(ports[i].pcap);
	}
	return 0;
}
