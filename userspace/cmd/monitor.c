// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "engine.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "times.h"
#include "tool.h"

#define NANO 1000000000ULL
#define STAMP (TIME_TEXT + 12)
#define WORD 24

struct word {
	const char *text;
};

static const struct word types[] = {
	{ "unspec" },
#define ROW(sym, name, text) { #name },
	CAMFENCE_EVENTS(ROW)
#undef ROW
};

static const struct word reasons[] = {
#define ROW(sym, name, verdict, text) { #name },
	CAMFENCE_REASONS(ROW)
#undef ROW
};

static const struct word hooks[] = {
	{ "forward" }, { "local-in" }, { "local-out" }, { "egress" },
	{ "bridge" },
};

/* A newer module may have more of them. */
static const char *word_of(const struct word *words, size_t n, u32 i,
			   char buf[WORD])
{
	if (i < n)
		return words[i].text;
	snprintf(buf, WORD, "number-%u", i);
	return buf;
}

static const char *type_text(const struct event *e, char buf[WORD])
{
	return word_of(types, ARRAY_SIZE(types), e->type, buf);
}

static const char *reason_text(const struct event *e, char buf[WORD])
{
	return word_of(reasons, ARRAY_SIZE(reasons), e->reason, buf);
}

static const char *hook_text(const struct event *e, char buf[WORD])
{
	return word_of(hooks, ARRAY_SIZE(hooks), e->hook, buf);
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

static const char *addr_text(const struct event *e, const u8 *addr,
			     char buf[INET6_ADDRSTRLEN])
{
	return inet_ntop(e->family == 4 ? AF_INET : AF_INET6, addr, buf,
			 INET6_ADDRSTRLEN);
}

static bool has_mac(const u8 mac[6])
{
	static const u8 none[6];

	return memcmp(mac, none, sizeof(none));
}

static void print_name(const char *keyword, const char *name)
{
	char *safe;

	if (!name)
		return;
	safe = out_quoted(name);
	printf(" %s %s", keyword, safe);
	free(safe);
}

static void print_header(const struct event *e)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN], buf[4];
	char mac[2][MAC_TEXT];

	if (e->family)
		printf(" %s > %s", addr_text(e, e->src, src),
		       addr_text(e, e->dst, dst));
	if (e->proto >= 0)
		printf(" %s", proto_text(e->proto, buf));
	if (e->sport >= 0 && e->dport >= 0)
		printf(" %d > %d", e->sport, e->dport);
	if (e->icmp_type >= 0)
		printf(" type %s", icmp_type_text(e->proto, e->icmp_type, buf));
	if (has_mac(e->smac))
		printf(" from %s", mac_text(e->smac, mac[0]));
	if (has_mac(e->dmac))
		printf(" to %s", mac_text(e->dmac, mac[1]));
}

static void print_event(const struct event *e)
{
	char time[STAMP], type[WORD], reason[WORD], hook[WORD];

	printf("%s %s", stamp(e->time, time), type_text(e, type));
	if (e->is_packet)
		printf(" %s", reason_text(e, reason));
	print_name("camera", e->camera);
	print_name("policy", e->policy);
	print_name("set", e->set);
	print_name("exemption", e->exemption);
	print_header(e);
	print_name("in", e->in);
	print_name("out", e->out);
	if (e->is_packet)
		printf(" %s length %u", hook_text(e, hook),
		       e->length);
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

static void set_header(json_t *o, const struct event *e)
{
	char addr[INET6_ADDRSTRLEN], buf[4], mac[MAC_TEXT];

	if (e->family) {
		set_text(o, "src", addr_text(e, e->src, addr));
		set_text(o, "dst", addr_text(e, e->dst, addr));
	}
	if (e->proto >= 0)
		set_text(o, "proto", proto_text(e->proto, buf));
	if (e->sport >= 0)
		set_number(o, "sport", e->sport);
	if (e->dport >= 0)
		set_number(o, "dport", e->dport);
	if (e->icmp_type >= 0)
		set_text(o, "icmp-type",
			 icmp_type_text(e->proto, e->icmp_type, buf));
	if (has_mac(e->smac))
		set_text(o, "smac", mac_text(e->smac, mac));
	if (has_mac(e->dmac))
		set_text(o, "dmac", mac_text(e->dmac, mac));
}

static void json_event(const struct options *o, const struct event *e)
{
	char time[STAMP], buf[WORD];
	json_t *root = json_head();

	set_text(root, "event", type_text(e, buf));
	set_number(root, "seq", e->seq);
	set_text(root, "time", stamp(e->time, time));
	if (e->is_packet) {
		set_text(root, "reason", reason_text(e, buf));
		set_text(root, "hook", hook_text(e, buf));
	}
	set_text(root, "camera", e->camera);
	set_text(root, "policy", e->policy);
	set_text(root, "set", e->set);
	set_text(root, "exemption", e->exemption);
	set_header(root, e);
	set_text(root, "in", e->in);
	set_text(root, "out", e->out);
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
