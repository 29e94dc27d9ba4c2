// SPDX-License-Identifier: GPL-2.0
/*
 * Flows that end, as a person would tell it:
 *
 *	ends now: 14 flows of 6 cameras
 *	  gate: tcp 10.20.0.14:40000 → 1.2.4.8:443 (block cn)
 *	  gate: 11 more
 *
 * and all of them as JSON.
 */
#include <stdlib.h>

#include "flows.h"
#include "mem.h"
#include "parse.h"
#include "show_packet.h"

/* Of one camera, and of how many cameras: what a screen has room for. */
#define MOST_FLOWS 3
#define MOST_CAMERAS 10

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static size_t of_nobody(const struct flows *fl)
{
	size_t n = 0, i;

	for (i = 0; i < fl->n; i++)
		n += !fl->end[i].verdict.camera;
	return n;
}

static char *count_text(const struct flows *fl)
{
	size_t nobody = of_nobody(fl);

	if (!fl->n)
		return mem_printf("none of %zu flow%s", fl->running,
				  plural(fl->running));
	if (!fl->cameras)
		return mem_printf("%zu flow%s of no camera", fl->n,
				  plural(fl->n));
	return mem_printf(nobody ? "%zu flow%s of %zu camera%s, %zu of no camera" :
				   "%zu flow%s of %zu camera%s",
			  fl->n - nobody, plural(fl->n - nobody), fl->cameras,
			  plural(fl->cameras), nobody);
}

/**
 * flows_summary() - how many flows end
 * @fl: the flows
 *
 * Return: such as "ends now: 14 flows of 6 cameras", to be freed.
 */
char *flows_summary(const struct flows *fl)
{
	char *count, *text;

	if (fl->unknown)
		return mem_printf("%s: running flows are not known",
				  fl->unknown);
	count = count_text(fl);
	if (fl->no_mac)
		text = mem_printf("ends now: %s; %zu flow%s whose MAC is not known %s not judged",
				  count, fl->no_mac, plural(fl->no_mac),
				  fl->no_mac == 1 ? "is" : "are");
	else
		text = mem_printf("ends now: %s", count);
	free(count);
	return text;
}

static void print_end(const struct event *p, const u8 *addr, int port)
{
	char buf[INET6_ADDRSTRLEN];

	addr_text(p, addr, buf);
	if (port < 0)
		fputs(buf, stdout);
	else
		printf(p->family == 4 ? "%s:%d" : "[%s]:%d", buf, port);
}

static void print_name(const char *name)
{
	char *safe = out_quoted(name);

	fputs(safe, stdout);
	free(safe);
}

/* What one looks at first: the list that it is in, or whose default it is. */
static const char *decided_by(const struct event *verdict)
{
	return verdict->set ? verdict->set : verdict->policy;
}

static void print_ending(const struct ending *e)
{
	const struct event *p = &e->packet;
	char buf[PACKET_WORD];

	printf("%s ", proto_text(p->proto, buf));
	print_end(p, p->src, p->sport);
	fputs(" → ", stdout);
	print_end(p, p->dst, p->dport);
	if (p->icmp_type >= 0)
		printf(" type %s",
		       icmp_type_text(p->proto, p->icmp_type, buf));
	printf(" (%s%s ", e->answers ? "answers: " : "",
	       reason_word(e->verdict.reason, buf));
	print_name(decided_by(&e->verdict));
	puts(")");
}

static void print_camera(const char *camera)
{
	fputs("  ", stdout);
	if (camera)
		print_name(camera);
	else
		fputs("no camera", stdout);
	fputs(": ", stdout);
}

/* Return: how many are this one's. */
static size_t print_of_camera(const struct ending *e, size_t n)
{
	const char *camera = e->verdict.camera;
	size_t all = 0, i;

	/* They are of the same ruleset, which has a name once. */
	while (all < n && e[all].verdict.camera == camera)
		all++;
	for (i = 0; i < all && i < MOST_FLOWS; i++) {
		print_camera(camera);
		print_ending(&e[i]);
	}
	if (i < all) {
		print_camera(camera);
		printf("%zu more\n", all - i);
	}
	return all;
}

/**
 * flows_print() - print how many flows end, and which
 * @fl: the flows
 */
void flows_print(const struct flows *fl)
{
	char *summary = flows_summary(fl);
	size_t i = 0, cameras;

	puts(summary);
	free(summary);
	for (cameras = 0; i < fl->n && cameras < MOST_CAMERAS; cameras++)
		i += print_of_camera(&fl->end[i], fl->n - i);
	if (i < fl->n)
		printf("  %zu more of other cameras\n", fl->n - i);
}

static void set_or_null(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, text ? json_text(text) : json_null());
}

static json_t *json_ending(const struct ending *e)
{
	json_t *o = json_object(), *packet = json_object();
	char buf[PACKET_WORD];

	set_or_null(o, "camera", e->verdict.camera);
	set_or_null(o, "policy", e->verdict.policy);
	set_or_null(o, "reason", reason_word(e->verdict.reason, buf));
	set_or_null(o, "set", e->verdict.set);
	json_object_set_new(o, "answers", json_boolean(e->answers));
	json_packet(packet, &e->packet);
	set_or_null(packet, "hook", hook_word(e->packet.hook, buf));
	json_object_set_new(o, "packet", packet);
	return o;
}

/**
 * flows_json() - the flows that end
 * @fl: the flows
 *
 * Return: an object; null where nothing is known.
 */
json_t *flows_json(const struct flows *fl)
{
	json_t *o, *end;
	size_t i;

	if (fl->unknown)
		return json_null();
	o = json_object();
	end = json_array();
	json_object_set_new(o, "running", json_integer(fl->running));
	json_object_set_new(o, "not-judged", json_integer(fl->no_mac));
	json_object_set_new(o, "cameras", json_integer(fl->cameras));
	for (i = 0; i < fl->n; i++)
		json_array_append_new(end, json_ending(&fl->end[i]));
	json_object_set_new(o, "end", end);
	return o;
}
