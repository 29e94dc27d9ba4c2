/* SPDX-License-Identifier: GPL-2.0 */
/* A packet as an admin describes it, and what a ruleset makes of that. */
#ifndef CAMFENCE_QUESTION_H
#define CAMFENCE_QUESTION_H

#include "args.h"
#include "engine.h"
#include "fault.h"
#include "ruleset.h"

/*
 * struct question_end - one end of the packet
 * @camera: its name, or NULL
 * @addr: family 0 where none was typed
 * @has_mac: @mac was typed
 */
struct question_end {
	const char *camera;
	struct range addr;
	bool has_mac;
	u8 mac[6];
};

enum question_ct {
	ASK_NEW,		/* it begins a flow, if its kind can */
	ASK_REPLY,		/* the answer to what is described */
	ASK_UNTRACKED,
};

/*
 * struct question - a packet in words
 * @end: where it comes from, where it goes to
 * @proto: -1 where none was typed
 * @port: where it goes to, -1 where none was typed
 * @source_port: likewise
 * @icmp_type: as typed, or NULL
 * @in, @out: interfaces, or NULL
 * @hook: enum camfence_hook, -1 where none was typed
 * @offline: the configuration's file, or NULL: what is in force
 */
struct question {
	struct question_end end[2];
	int proto, port, source_port;
	const char *icmp_type;
	const char *in, *out;
	int hook;
	enum question_ct ct;
	const char *offline;
};

int question_parse(struct question *q, struct args *a, struct fault *f);
int question_packet(const struct question *q, const struct ruleset *rs,
		    struct event *packet, struct fault *f);
bool packet_turn(struct event *p);

#endif
