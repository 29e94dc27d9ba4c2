/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the probe know of each other; probe.c tells what it is.
 */
#ifndef CF_TESTS_PROBE_H
#define CF_TESTS_PROBE_H

#include <linux/types.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>

#define MAX_PORTS	32
#define MAX_FRAME	9014
#define MAX_LINE	2048
#define BARRIER_PORT	9

struct addr {
	int af;
	__u8 b[16];
};

struct nonce {
	__u8 magic[8];
	__u32 run;
	__u32 index;
};

#define NONCE_LEN	((int)sizeof(struct nonce))

struct port {
	char name[IFNAMSIZ];
	int netns;
	bool self;			/* the router: self.c */
	bool bare;			/* its packets have no Ethernet header */
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
	bool link;		/* straight to the other port, and its barrier */
	__u8 smac[ETH_ALEN], dmac[ETH_ALEN];
	__u8 eth[32];		/* instead of the EtherType */
	int eth_len;
	struct addr src, dst, isrc, idst;
	__u16 sport, dport, isport, idport;
	__u8 proto, iproto, flags;
	int type;		/* of ICMP; below 0: "needs fragmentation", echo request */
	bool error;
	__u8 raw[512];
	int raw_len, raw_at;	/* bytes, and where the nonce is */
	int pad;
	char tag[80];
};

struct sent {
	__u32 seen;			/* bit: index of a port that received it */
	bool barrier;
};

/* port.c */
extern struct port ports[MAX_PORTS];
extern int nr_ports, home_netns;
extern char problem[256];

int fail(const char *fmt, ...);
int find_home(void);
int parse_addr(const char *text, struct addr *addr);
int parse_mac(const char *text, __u8 *mac);
struct port *find_port(const char *name);
int netns_socket(const struct port *port, int family, int type, int proto);
int do_port(char *line);

/* frame.c */
extern const __u8 magic[8];
extern struct sent *sent;
extern __u32 nr_sent, run_id;

__u32 sum(__u32 acc, const void *data, size_t len);
__u16 fold(__u32 acc);
struct nonce new_nonce(bool barrier);
int send_frame(const struct spec *spec, bool barrier);

/* tap.c */
__s64 now_ms(void);
void received(const struct port *port, const __u8 *ip, size_t len);
void drain_tap(struct port *port);
int await_barrier(struct port *from, struct port *at, int af, bool link);
int settle(const struct spec *spec);

/* self.c */
int do_self(char *line);
void drain_self(struct port *port);
int send_self(struct port *port, const struct spec *spec, const __u8 *ip, size_t len,
	      bool barrier);

/* spec.c */
int parse_spec(char *line, struct spec *spec, bool server);

/* call.c */
void look_for_syn(const struct port *port, bool out, const __u8 *ip, size_t len);
socklen_t to_sockaddr(const struct addr *addr, __u16 port, struct sockaddr_storage *ss);
void tell(__u32 index, const struct spec *spec);
int do_call(char *line);

/* serve.c */
int watch(int fd, bool listener, bool datagram);
void pump(int timeout);
int do_serve(char *line);

#endif
