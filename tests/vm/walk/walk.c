// SPDX-License-Identifier: GPL-2.0
/*
 * Sends the model's packets through a router's or a bridge's hooks, and looks
 * where they come out and what is counted.
 *
 *	walk CASES PLACE...
 *
 * A place is a tap or tun device of this namespace, or "input": LOCAL_IN as
 * the router's chains log it. CASES is made by tests/model/walks.py; of each
 * ruleset in it
 *
 *	ruleset
 *	nl MESSAGE...		what puts it into force, as rawnl reads it
 *	nft COMMAND		as nft does
 *	case=N now=SECONDS in=DEVICE|raw at=PLACE,... pass=PLACE,...|-
 *		want=COUNTER=N,...|- [ct=FLOW] [cold=ADDRESS,MAC] [fdb=MAC,PORT] frame=HEX
 *
 * every packet is sent twice. First nothing is in force: one that does not come
 * out everywhere it may is not counted as a case. Then the ruleset is, and it
 * has to come out where it shall, nowhere else, and to be counted as it shall.
 * A barrier follows every packet at each place, straight to the device or over
 * lo: what was there before it when nothing was in force has to be so again.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "walk.h"

#define MAX_CASES	128
#define PATIENCE_MS	60000
#define CLOCK_TRIES	10

struct kase {
	char *number, *want, *flow, *cold, *forwarding;
	time_t now;
	struct place *in;	/* NULL: the router itself sends it */
	struct place *at[MAX_PLACES];
	unsigned int nr_at;
	unsigned int pass;	/* bit: index in at */
	struct frame frame;
	bool counts;
};

static struct kase cases[MAX_CASES];
static int nr_cases;
static unsigned long passed, failed, idle;
static bool bridge;

void die(const char *fmt, ...)
{
	va_list ap;

	fputs("BROKEN ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	exit(1);
}

/* --- the file ------------------------------------------------------------------ */

static void read_frame(struct frame *frame, const char *hex)
{
	frame->len = 0;
	while (sscanf(hex, "%2hhx", &frame->bytes[frame->len]) == 1) {
		hex += 2;
		if (++frame->len == MAX_FRAME)
			die("a frame too long");
	}
}

static void read_places(struct kase *k, char *names)
{
	char *save, *name;

	for (name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save))
		k->at[k->nr_at++] = find_place(name);
}

static void read_pass(struct kase *k, char *names)
{
	char *save, *name;

	if (!strcmp(names, "-"))
		return;
	for (name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save))
		for (unsigned int i = 0; i < k->nr_at; i++)
			if (k->at[i] == find_place(name))
				k->pass |= 1U << i;
}

static void read_word(struct kase *k, const char *key, char *value)
{
	if (!strcmp(key, "case"))
		k->number = strdup(value);
	else if (!strcmp(key, "now"))
		k->now = atoll(value);
	else if (!strcmp(key, "in"))
		k->in = strcmp(value, "raw") ? find_place(value) : NULL;
	else if (!strcmp(key, "at"))
		read_places(k, value);
	else if (!strcmp(key, "pass"))
		read_pass(k, value);
	else if (!strcmp(key, "want"))
		k->want = strdup(value);
	else if (!strcmp(key, "ct"))
		k->flow = strdup(value);
	else if (!strcmp(key, "cold"))
		k->cold = strdup(value);
	else if (!strcmp(key, "fdb"))
		k->forwarding = strdup(value);
	else if (!strcmp(key, "frame"))
		read_frame(&k->frame, value);
	else
		die("no such word: %s", key);
}

static void read_case(char *line)
{
	struct kase *k = &cases[nr_cases++];
	char *save, *word, *value;

	if (nr_cases > MAX_CASES)
		die("a ruleset with too many packets");
	memset(k, 0, sizeof(*k));
	for (word = strtok_r(line, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		value = strchr(word, '=');
		if (!value)
			die("no value: %s", word);
		*value++ = 0;
		read_word(k, word, value);
	}
	if (!k->number || !k->want || !k->nr_at || !k->frame.len)
		die("half a case");
}

static void forget_case(struct kase *k)
{
	free(k->number);
	free(k->want);
	free(k->flow);
	free(k->cold);
	free(k->forwarding);
}

/* --- one packet ---------------------------------------------------------------- */

/*
 * A router changes a packet, but neither an IPv4 header's identification nor an
 * IPv6 header's flow label and length; a bridge changes nothing.
 */
static bool is_same(const struct kase *k, const struct place *place, const struct frame *frame)
{
	int at = k->in && !k->in->bare ? 14 : 0, from = place->bare ? 0 : 14;
	const __u8 *sent = k->frame.bytes + at, *seen = frame->bytes + from;

	if (bridge)
		return frame->len >= k->frame.len &&
		       !memcmp(frame->bytes, k->frame.bytes, k->frame.len);
	if (frame->len - from < 20 || seen[0] >> 4 != sent[0] >> 4)
		return false;
	if (sent[0] >> 4 == 4)
		return !memcmp(seen + 4, sent + 4, 2) && seen[9] == sent[9];
	return !memcmp(seen, sent, 6);
}

static void drain(void)
{
	struct frame frame;

	for (int i = 0; i < nr_places; i++)
		while (!receive(&places[i], &frame))
			;
}

/* Was the packet among what came out before the barrier? */
static bool comes_out(const struct kase *k, struct place *place)
{
	struct pollfd fd = { .fd = place->fd, .events = POLLIN };
	struct frame frame;
	bool seen = false;

	send_barrier(place);
	for (;;) {
		while (!receive(place, &frame)) {
			if (is_barrier(&frame))
				return seen;
			seen = seen || is_same(k, place, &frame);
		}
		if (poll(&fd, 1, PATIENCE_MS) != 1)
			die("case %s: the barrier does not come to %s", k->number, place->name);
	}
}

static void set_clock(time_t now)
{
	struct timespec time = { .tv_sec = now };

	if (clock_settime(CLOCK_REALTIME, &time))
		die("the clock");
}

/* Return: bit i: it came out at the ith of its places */
static unsigned int send_case(const struct kase *k)
{
	unsigned int seen = 0;

	flow_clear();
	if (k->flow)
		flow_add(k->flow);
	if (k->forwarding)
		forwarding_set(k->forwarding);
	if (k->cold)
		neighbour_forget(k->cold, k->at[0]);
	drain();
	set_clock(k->now);
	if (k->in)
		send_to(k->in, &k->frame);
	else
		send_raw(&k->frame, k->at[0]);
	if (k->cold)
		neighbour_tell(k->cold, k->at[0]);
	for (unsigned int i = 0; i < k->nr_at; i++)
		if (comes_out(k, k->at[i]))
			seen |= 1U << i;
	return seen;
}

/* A machine that stood still let the second pass in which it was to be judged. */
static unsigned int send_in_time(const struct kase *k)
{
	unsigned int seen;
	struct timespec time;

	for (int i = 0; i < CLOCK_TRIES; i++) {
		stats_take();
		seen = send_case(k);
		clock_gettime(CLOCK_REALTIME, &time);
		stats_take();
		if (time.tv_sec == k->now)
			return seen;
	}
	die("case %s: a packet takes a second", k->number);
}

static void check_case(const struct kase *k)
{
	unsigned int seen = send_in_time(k);
	const char *have = stats_since();

	if (seen == k->pass && !strcmp(have, k->want)) {
		passed++;
		printf("ok %s\n", k->number);
		return;
	}
	failed++;
	printf("FAIL %s comes out %x, want %x; counted %s, want %s\n", k->number, seen, k->pass,
	       have, k->want);
}

/* --- one ruleset --------------------------------------------------------------- */

static void without_ruleset(void)
{
	for (struct kase *k = cases; k < cases + nr_cases; k++) {
		k->counts = send_case(k) == (1U << k->nr_at) - 1;
		if (!k->counts) {
			idle++;
			printf("idle %s\n", k->number);
		}
	}
}

static void with_ruleset(char *messages)
{
	char *save, *line;

	for (line = strtok_r(messages, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		module_say(line);
	for (struct kase *k = cases; k < cases + nr_cases; k++) {
		if (k->counts)
			check_case(k);
		forget_case(k);
	}
	module_say("ruleset-flush");
	nr_cases = 0;
}

static void run_nft(const char *commands)
{
	FILE *pipe;

	if (!*commands)
		return;
	pipe = popen("nft -f -", "w");
	if (!pipe || fputs(commands, pipe) < 0 || pclose(pipe))
		die("nft: %s", commands);
}

static void end_ruleset(char **messages, char **commands)
{
	if (nr_cases) {
		run_nft(*commands);
		without_ruleset();
		with_ruleset(*messages);
	}
	free(*messages);
	free(*commands);
	*messages = strdup("");
	*commands = strdup("");
}

static void append(char **to, const char *line)
{
	char *longer;

	if (asprintf(&longer, "%s%s\n", *to, line) < 0)
		die("memory");
	free(*to);
	*to = longer;
}

static void obey(FILE *file)
{
	char *line = NULL, *messages = strdup(""), *commands = strdup("");
	size_t room = 0;

	while (getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = 0;
		if (!strcmp(line, "ruleset"))
			end_ruleset(&messages, &commands);
		else if (!strncmp(line, "nl ", 3))
			append(&messages, line + 3);
		else if (!strncmp(line, "nft ", 4))
			append(&commands, line + 4);
		else
			read_case(line);
	}
	end_ruleset(&messages, &commands);
}

int main(int argc, char **argv)
{
	FILE *file = argc > 2 ? fopen(argv[1], "r") : NULL;

	if (!file)
		die("walk CASES PLACE...");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 2; i < argc; i++)
		open_place(argv[i]);
	bridge = strcmp(argv[argc - 1], "input");
	module_find();
	obey(file);
	printf("%lu passed, %lu failed, %lu idle\n", passed, failed, idle);
	return failed || !passed;
}
