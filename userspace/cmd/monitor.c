// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "engine.h"
#include "out.h"
#include "show_packet.h"
#include "times.h"
#include "tool.h"

#define NANO 1000000000ULL
#define STAMP (TIME_TEXT + 12)

static const struct {
	const char *text;
} types[] = {
	{ "unspec" },
#define ROW(sym, name, text) { #name },
	CAMFENCE_EVENTS(ROW)
#undef ROW
};

/* A newer module may have more of them. */
static const char *type_text(const struct event *e, char buf[PACKET_WORD])
{
	if (e->type < ARRAY_SIZE(types))
		return types[e->type].text;
	snprintf(buf, PACKET_WORD, "number-%u", e->type);
	return buf;
}

static const char *stamp(u64 time, char buf[STAMP])
{
	char second[TIME_TEXT];
	size_t len;

	time_text(time / NANO, second);
	len = strlen(second);
	snprintf(buf, STAMP, "%.*s.%06u%s", (int)len - 1, second,
		 (unsigned int)(time % NANO / 1000), second + len - 1);
	return buf;
}

static void print_event(const struct event *e)
{
	char *verdict = verdict_text(e), *packet = packet_text(e);
	char time[STAMP], type[PACKET_WORD];

	printf("%s %s%s%s", stamp(e->time, time), type_text(e, type), verdict,
	       packet);
	free(verdict);
	free(packet);
	if (e->is_packet)
		printf(" length %u", e->length);
	if (e->suppressed)
		printf(" suppressed %u", e->suppressed);
	if (e->generation)
		printf(" generation %llu", (unsigned long long)e->generation);
	if (e->pid)
		printf(" pid %u", e->pid);
	putchar('\n');
}

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_text(text));
}

static void set_number(json_t *o, const char *key, json_int_t n)
{
	json_object_set_new(o, key, json_integer(n));
}

static void json_event(const struct options *o, const struct event *e)
{
	char time[STAMP], buf[PACKET_WORD];
	json_t *root = json_head();

	set_text(root, "event", type_text(e, buf));
	set_number(root, "seq", e->seq);
	set_text(root, "time", stamp(e->time, time));
	if (e->is_packet) {
		set_text(root, "reason", reason_word(e->reason, buf));
		set_text(root, "hook", hook_word(e->hook, buf));
	}
	set_text(root, "camera", e->camera);
	set_text(root, "policy", e->policy);
	set_text(root, "set", e->set);
	set_text(root, "exemption", e->exemption);
	json_packet(root, e);
	if (e->is_packet) {
		set_number(root, "length", e->length);
		set_number(root, "suppressed", e->suppressed);
	}
	if (e->generation)
		set_number(root, "generation", e->generation);
	if (e->pid) {
		set_number(root, "portid", e->portid);
		set_number(root, "pid", e->pid);
	}
	out_json(o, root);
}

static void tell_lost(const struct options *o, u64 n)
{
	json_t *root;

	if (!o->json) {
		printf("%llu events lost\n", (unsigned long long)n);
		return;
	}
	root = json_head();
	set_text(root, "event", "lost");
	set_number(root, "events", n);
	out_json(o, root);
}

struct monitor {
	const struct options *o;
	u64 next;		/* sequence number, 0 before the first */
};

static int hear(const struct event *e, void *data)
{
	struct monitor *m = data;

	if (m->next && e->seq > m->next)
		tell_lost(m->o, e->seq - m->next);
	m->next = e->seq + 1;
	if (m->o->json)
		json_event(m->o, e);
	else
		print_event(e);
	return fflush(stdout) || ferror(stdout);
}

static int run_monitor(const struct options *o, struct args *a, struct fault *f)
{
	struct monitor m = { .o = o };
	struct engine *e = NULL;
	int code;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_listen(e, hear, &m, f);
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "monitor", run_monitor, "",
	  "A line for each packet that is dropped, would be but for an audit policy, may be\n"
	  "another device's in a camera's name, or is a camera's tunnel that passes; for\n"
	  "each commit and flush; and for a device whose packets cannot be looked at. Of one\n"
	  "camera 20 packets a second at most: the next one says how many were suppressed.", NULL },
	{}
};

const struct object object_monitor = {
	"monitor", "what happens, as it happens", commands,
};
