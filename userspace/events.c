// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "mem.h"
#include "parse.h"
#include "show.h"
#include "show_packet.h"
#include "times.h"

#define NANO 1000000000ULL

enum word { CAMERA, POLICY, REASON, TYPE, REMOTE, LOG, WORDS };

static const char *const keywords[WORDS] = {
	[CAMERA] = "camera", [POLICY] = "policy", [REASON] = "reason",
	[TYPE] = "type", [REMOTE] = "remote", [LOG] = "--log",
};

static const struct {
	const char *text;
} types[] = {
	{ "unspec" },
#define ROW(sym, name, text) { #name },
	CAMFENCE_EVENTS(ROW)
#undef ROW
};

/* A newer module may have more of them. */
static const char *type_word(u32 type, char buf[PACKET_WORD])
{
	if (type < ARRAY_SIZE(types))
		return types[type].text;
	snprintf(buf, PACKET_WORD, "number-%u", type);
	return buf;
}

/* Whose values are being taken. */
struct taking {
	struct args *a;
	struct event_filter *w;
};

static int take_reason(void *arg, const char *word, struct fault *f)
{
	const char *names[__CAMFENCE_REASON_MAX];
	struct taking *t = arg;
	size_t which = 0, i;
	int code;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		names[i] = reason_word(i, NULL);
	code = args_match(t->a, word, names, ARRAY_SIZE(names), &which, f);
	t->w->reasons |= 1ULL << which;
	return code;
}

static int take_type(void *arg, const char *word, struct fault *f)
{
	const char *names[__CAMFENCE_EVENT_MAX - 1];
	struct taking *t = arg;
	size_t which = 0, i;
	int code;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		names[i] = type_word(i + 1, NULL);
	code = args_match(t->a, word, names, ARRAY_SIZE(names), &which, f);
	t->w->types |= 1ULL << (which + 1);
	return code;
}

static int take_remote(void *arg, const char *word, struct fault *f)
{
	struct taking *t = arg;
	struct range r;
	bool host_bits;
	const char *wrong = parse_range(word, strlen(word), &r, &host_bits);

	if (wrong)
		return fault_input(f, "remote \"%s\": %s", word, wrong);
	ranges_push(&t->w->remotes, &r);
	return 0;
}

static int take(struct args *a, struct event_filter *w, size_t which,
		struct fault *f)
{
	static int (*const each[])(void *, const char *, struct fault *) = {
		[REASON] = take_reason, [TYPE] = take_type,
		[REMOTE] = take_remote,
	};
	struct taking t = { a, w };
	const char *value;
	int code;

	switch (which) {
	case CAMERA:
		return args_name(a, "camera", &w->camera, f);
	case POLICY:
		return args_name(a, "policy", &w->policy, f);
	case LOG:
		w->log = true;
		return 0;
	}
	code = args_value(a, keywords[which], &value, f);
	return code ? code : args_each(value, each[which], &t, f);
}

/**
 * events_parse() - the words behind "monitor"
 * @a: the words, to the end
 * @w: where to, zeroed; refers to the words
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int events_parse(struct args *a, struct event_filter *w, struct fault *f)
{
	const char *word;
	size_t which;
	int code;

	while ((word = args_next(a))) {
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (!code)
			code = take(a, w, which, f);
		if (code)
			return code;
	}
	ranges_merge(&w->remotes);
	return 0;
}

/**
 * events_free() - free what it holds
 * @w: the filter
 */
void events_free(struct event_filter *w)
{
	ranges_free(&w->remotes);
}

struct listening {
	const struct event_filter *w;
	event_tell tell;
	void *data;
	u64 next;		/* sequence number, 0 before the first */
};

static bool has_bit(u64 mask, u32 bit)
{
	return !mask || (bit < 64 && mask & 1ULL << bit);
}

static bool has_addr(const struct ranges *r, const struct event *e,
		     const u8 *addr)
{
	struct range one = packet_addr(e, addr);

	return e->family && ranges_overlap(r, &one);
}

/**
 * event_is_wanted() - is an event one of those that are asked for?
 * @w: the filter
 * @e: the event
 *
 * Return: whether it is.
 */
bool event_is_wanted(const struct event_filter *w, const struct event *e)
{
	const struct ranges *r = &w->remotes;

	return text_is(e->camera, w->camera) && text_is(e->policy, w->policy) &&
	       has_bit(w->types, e->type) &&
	       (!w->reasons || (e->is_packet && has_bit(w->reasons, e->reason))) &&
	       (!(r->n4 + r->n6) || has_addr(r, e, e->src) ||
		has_addr(r, e, e->dst));
}

static int hear(const struct event *e, void *data)
{
	struct listening *l = data;
	int ret = 0;

	if (l->next && e->seq > l->next)
		ret = l->tell(NULL, e->seq - l->next, l->data);
	l->next = e->seq + 1;
	return ret || !event_is_wanted(l->w, e) ? ret : l->tell(e, 0, l->data);
}

/* As with lists: a name that is not there is a mistake. */
static int check_names(struct engine *e, const struct event_filter *w,
		       struct fault *f)
{
	struct filter named = { .camera = w->camera, .policy = w->policy };
	struct ruleset rs = {};
	int code;

	if (!w->camera && !w->policy)
		return 0;
	code = engine_dump(e, &rs, f);
	if (!code)
		code = filter_check(&rs, &named, f);
	ruleset_free(&rs);
	return code;
}

/**
 * events_listen() - hear of what happens from now on
 * @netns: network namespace, by name or path, or NULL
 * @w: what of it; that something was lost is always told
 * @tell: called for each event
 * @data: for @tell
 * @f: what is wrong
 *
 * Return: 0 once @tell had enough, or the exit code.
 */
int events_listen(const char *netns, const struct event_filter *w,
		  event_tell tell, void *data, struct fault *f)
{
	struct listening l = { .w = w, .tell = tell, .data = data };
	struct engine *e = NULL;
	int code;

	code = engine_open(&e, netns, f);
	if (!code)
		code = check_names(e, w, f);
	if (!code)
		code = engine_listen(e, hear, &l, f);
	engine_close(e);
	return code;
}

/**
 * event_time() - when it was
 * @e: the event
 *
 * Return: the time with its microseconds, to be freed.
 */
char *event_time(const struct event *e)
{
	char second[TIME_TEXT];
	size_t len;

	time_text(e->time / NANO, second);
	len = strlen(second);
	return mem_printf("%.*s.%06u%s", (int)len - 1, second,
			  (unsigned int)(e->time % NANO / 1000),
			  second + len - 1);
}

/**
 * event_text() - an event on one line, without its time
 * @e: the event, or NULL
 * @lost: how many were lost, where there is none
 *
 * Return: the text, to be freed.
 */
char *event_text(const struct event *e, u64 lost)
{
	char *verdict, *packet, *text, type[PACKET_WORD];
	size_t len;
	FILE *to;

	if (!e)
		return mem_printf("%llu events lost", (unsigned long long)lost);
	to = open_memstream(&text, &len);
	if (!to)
		abort();
	verdict = verdict_text(e);
	packet = packet_text(e);
	fprintf(to, "%s%s%s", type_word(e->type, type), verdict, packet);
	free(verdict);
	free(packet);
	if (e->is_packet)
		fprintf(to, " length %u", e->length);
	if (e->suppressed)
		fprintf(to, " suppressed %u", e->suppressed);
	if (e->generation)
		fprintf(to, " generation %llu",
			(unsigned long long)e->generation);
	if (e->pid)
		fprintf(to, " pid %u", e->pid);
	fclose(to);
	return text;
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

static void set_packet(json_t *o, const struct event *e)
{
	char buf[PACKET_WORD];

	if (e->is_packet) {
		set_text(o, "reason", reason_word(e->reason, buf));
		set_text(o, "hook", hook_word(e->hook, buf));
	}
	set_text(o, "camera", e->camera);
	set_text(o, "policy", e->policy);
	set_text(o, "set", e->set);
	set_text(o, "exemption", e->exemption);
	json_packet(o, e);
	if (e->is_packet) {
		set_number(o, "length", e->length);
		set_number(o, "suppressed", e->suppressed);
	}
}

/**
 * event_json() - an event as monitor.json of docs/schema
 * @e: the event, or NULL
 * @lost: how many were lost, where there is none
 *
 * Return: the object.
 */
json_t *event_json(const struct event *e, u64 lost)
{
	char buf[PACKET_WORD], *time;
	json_t *o = json_head();

	if (!e) {
		set_text(o, "event", "lost");
		set_number(o, "events", lost);
		return o;
	}
	time = event_time(e);
	set_text(o, "event", type_word(e->type, buf));
	set_number(o, "seq", e->seq);
	set_text(o, "time", time);
	free(time);
	set_packet(o, e);
	if (e->generation)
		set_number(o, "generation", e->generation);
	if (e->pid) {
		set_number(o, "portid", e->portid);
		set_number(o, "pid", e->pid);
	}
	return o;
}
