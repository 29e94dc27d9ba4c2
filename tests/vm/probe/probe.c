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
 *	self NAME DEV ADDR4 ADDR6 BADDR4 BADDR6
 *		-> ok			the router, where the probe runs
 *	probe KEY=VALUE...	-> seen=0|1 reply=0|1	a frame made by hand
 *	call KEY=VALUE...	-> seen=0|1 reply=0|1	through the host's kernel
 *	batch FILE		-> ok SENT SEEN		a probe a line, one barrier;
 *						FILE.out gets TAG seen|absent
 *	patient FILE -> ok SENT SEEN		the same, and all must come: it waits
 *						for what waits for a neighbour
 *	serve at=PORT proto=tcp|udp dport=N -> ok	echoes what it gets
 *	count NAME		-> FRAMES BYTES BARRIERS	sent towards the router
 *	where probe		-> at NAME...		that the last probe came to
 *
 * Keys: from= at= proto=tcp|udp|icmp|error src= dst= sport= dport= flags=
 * (of TCP, in hex) type= (of ICMP) smac= dmac= tag= pad=; error is "fragmentation
 * needed" (IPv6: "packet too big", or type=N) about the packet isrc= idst= iproto=
 * isport= idport=; raw=HEX is the packet from its IP header on, lengths included;
 * an @ in it is where the nonce goes (without one: to its end), then come pad=
 * bytes of zero. Of IPv4 the header's checksum is put right. eth=HEX stands where
 * the EtherType does (tags, other types). With link=1 frame and barrier go to the
 * other port's MAC, not the gateway's (the frame to dmac= where that is given).
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
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "probe.h"

#define PATIENCE_MS	30000	/* never waited out where nothing is lost */

static __u32 last_probe;

void tell(__u32 index, const struct spec *spec)
{
	printf("seen=%d reply=%d\n", !!(sent[index].seen & 1u << (spec->at - ports)),
	       !!(sent[index].seen & 1u << (spec->from - ports)));
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
	last_probe = index;
	tell(index, &spec);
	return 0;
}

/* At which ports: a flooded frame comes to many. */
static int do_where(void)
{
	pump(0);
	printf("at");
	for (int i = 0; i < nr_ports; i++)
		if (sent[last_probe].seen & 1u << i)
			printf(" %s", ports[i].name);
	puts("");
	return 0;
}

static int send_batch(FILE *in, struct spec **specs, int **indices, int *nr)
{
	char line[MAX_LINE];
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
	bool done[MAX_PORTS][MAX_PORTS][2][2] = { 0 };

	for (int i = 0; i < nr; i++) {
		int six = specs[i].dst.af == AF_INET6;
		bool *mark = &done[specs[i].from - ports][specs[i].at - ports][six][specs[i].link];

		if (!*mark && await_barrier(specs[i].from, specs[i].at, specs[i].dst.af,
					    specs[i].link))
			return -1;
		*mark = true;
	}
	return 0;
}

/* What waits for its neighbour may come behind the barrier. */
static void await_all(const struct spec *specs, const int *indices, int nr)
{
	__s64 end = now_ms() + PATIENCE_MS;

	for (int i = 0; i < nr; i++)
		while (!(sent[indices[i]].seen & 1u << (specs[i].at - ports)) && now_ms() < end)
			pump(100);
}

static int do_batch(const char *path, bool patient)
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
	if (patient)
		await_all(specs, indices, nr);
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
	if (!strcmp(line, "self"))
		return do_self(rest);
	if (!strcmp(line, "probe"))
		return do_probe(rest);
	if (!strcmp(line, "call"))
		return do_call(rest);
	if (!strcmp(line, "batch"))
		return do_batch(rest, false);
	if (!strcmp(line, "patient"))
		return do_batch(rest, true);
	if (!strcmp(line, "serve"))
		return do_serve(rest);
	if (!strcmp(line, "count"))
		return do_count(rest);
	if (!strcmp(line, "where"))
		return do_where();
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
	char line[MAX_LINE];
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu))
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	run_id = getpid() ^ (__u32)time(NULL) << 8;
	if (find_home() || watch(STDIN_FILENO, false, false))
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
