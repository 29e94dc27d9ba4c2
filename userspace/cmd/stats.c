// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "engine.h"
#include "mem.h"
#include "out.h"
#include "services.h"
#include "show.h"
#include "tool.h"
#include "words.h"

/*
 * struct hole - counters of an exemption, or of all that a service stands for
 * @policy: whose service it is; NULL for an exemption
 * @c: their sums
 */
struct hole {
	const char *name;
	const char *policy;
	struct counter c;
};

/*
 * struct tally - counters as an admin thinks of them: catches are no cameras
 * and services no exemptions. Names are borrowed.
 */
struct tally {
	struct counter *camera, *catch;
	struct hole *exemption, *service;
	size_t n_cameras, n_catches, n_exemptions, n_services;
};

static struct hole *find_service(struct tally *t, const struct exemption *e)
{
	struct hole *h = t->service;
	size_t i;

	for (i = 0; i < t->n_services; i++, h++)
		if (!strcmp(h->name, e->comment) &&
		    !strcmp(h->policy, e->policy))
			return h;
	t->n_services++;
	h->name = e->comment;
	h->policy = e->policy;
	return h;
}

static void tally_hole(struct tally *t, const struct counter *c,
		       const struct ruleset *rs)
{
	const struct exemption *e = NULL;
	struct hole *h;

	if (is_service_name(c->name))
		e = ruleset_find(rs, KIND_EXEMPTION, c->name);
	if (e && e->is_service) {
		h = find_service(t, e);
	} else {
		h = &t->exemption[t->n_exemptions++];
		h->name = c->name;
	}
	h->c.packets += c->packets;
	h->c.bytes += c->bytes;
	if (c->seen > h->c.seen)
		h->c.seen = c->seen;
}

static void tally(struct tally *t, const struct stats *s,
		  const struct ruleset *rs)
{
	size_t cameras = s->n[KIND_CAMERA], holes = s->n[KIND_EXEMPTION], i;

	t->camera = mem_zalloc(cameras * sizeof(*t->camera));
	t->catch = mem_zalloc(cameras * sizeof(*t->catch));
	t->exemption = mem_zalloc(holes * sizeof(*t->exemption));
	t->service = mem_zalloc(holes * sizeof(*t->service));
	for (i = 0; i < cameras; i++) {
		const struct counter *c = &s->object[KIND_CAMERA][i];

		if (ruleset_find(rs, KIND_CATCH, c->name))
			t->catch[t->n_catches++] = *c;
		else
			t->camera[t->n_cameras++] = *c;
	}
	for (i = 0; i < holes; i++)
		tally_hole(t, &s->object[KIND_EXEMPTION][i], rs);
}

static void tally_free(struct tally *t)
{
	free(t->camera);
	free(t->catch);
	free(t->exemption);
	free(t->service);
}

static json_t *json_reasons(const struct stats *s)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < s->n_reasons; i++) {
		const struct counter *c = &s->reason[i];
		char *name = reason_name(c->reason);
		json_t *o = json_object();

		json_object_set_new(o, "reason", json_text(name));
		json_object_set_new(o, "verdict",
				    json_text(reason_verdict(c->reason)));
		json_object_set_new(o, "packets", json_integer(c->packets));
		json_object_set_new(o, "bytes", json_integer(c->bytes));
		json_array_append_new(list, o);
		free(name);
	}
	return list;
}

static json_t *json_policies(const struct stats *s)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < s->n[KIND_POLICY]; i++) {
		const struct counter *c = &s->object[KIND_POLICY][i];
		json_t *o = json_object();

		json_object_set_new(o, "name", json_text(c->name));
		json_counters(o, KIND_POLICY, c);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *json_cameras(const struct counter *c, size_t n)
{
	json_t *list = json_array();

	for (; n; n--, c++) {
		json_t *o = json_object();

		json_object_set_new(o, "name", json_text(c->name));
		json_counters(o, KIND_CAMERA, c);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *json_holes(const struct hole *h, size_t n)
{
	json_t *list = json_array();

	for (; n; n--, h++) {
		json_t *o = json_object();

		json_object_set_new(o, "name", json_text(h->name));
		if (h->policy)
			json_object_set_new(o, "policy", json_text(h->policy));
		json_counters(o, KIND_EXEMPTION, &h->c);
		json_array_append_new(list, o);
	}
	return list;
}

static void print_reasons(const struct stats *s)
{
	static const char *const heads[] = {
		"REASON", "VERDICT", "PACKETS", "BYTES"
	};
	struct table t;
	size_t i;

	table_init(&t, heads, 4, 1 << 2 | 1 << 3);
	for (i = 0; i < s->n_reasons; i++) {
		const struct counter *c = &s->reason[i];
		char *name;

		if (!c->packets)
			continue;
		name = reason_name(c->reason);
		table_text(&t, name);
		table_cell(&t, "%s", reason_verdict(c->reason));
		table_count(&t, c->packets);
		table_count(&t, c->bytes);
		free(name);
	}
	if (t.n == t.columns)
		puts("no packet has been counted yet");
	table_print(&t);
}

static void print_policies(const struct stats *s)
{
	static const char *const heads[] = {
		"POLICY", "PASSED", "BYTES", "DROPPED", "BYTES"
	};
	struct table t;
	size_t i;

	table_init(&t, heads, 5, 0x1e);
	for (i = 0; i < s->n[KIND_POLICY]; i++) {
		const struct counter *c = &s->object[KIND_POLICY][i];

		table_text(&t, c->name);
		table_count(&t, c->packets);
		table_count(&t, c->bytes);
		table_count(&t, c->drops);
		table_count(&t, c->drop_bytes);
	}
	if (i)
		putchar('\n');
	table_print(&t);
}

static void print_cameras(const struct counter *c, size_t n, const char *head)
{
	const char *const heads[] = {
		head, "DROPPED", "BYTES", "SPOOFED", "SEEN"
	};
	struct table t;

	if (n)
		putchar('\n');
	table_init(&t, heads, 5, 0xe);
	for (; n; n--, c++) {
		table_text(&t, c->name);
		table_count(&t, c->drops);
		table_count(&t, c->drop_bytes);
		if (c->spoofs)
			table_count(&t, c->spoofs);
		else
			table_cell(&t, "%s", "");
		table_seen(&t, c->seen);
	}
	table_print(&t);
}

/* Services have a column more: whose they are. */
static void print_holes(const struct hole *h, size_t n, const char *head)
{
	const char *const heads[] = {
		head, "POLICY", "PASSED", "BYTES", "SEEN"
	};
	struct table t;

	if (n)
		putchar('\n');
	table_init(&t, heads, 5, 0xc);
	for (; n; n--, h++) {
		table_text(&t, h->name);
		table_text(&t, h->policy);
		table_count(&t, h->c.packets);
		table_count(&t, h->c.bytes);
		table_seen(&t, h->c.seen);
	}
	table_print(&t);
}

static void print_tally(const struct options *o, const struct stats *s,
			const struct tally *t)
{
	json_t *root;

	if (!o->json) {
		print_reasons(s);
		print_policies(s);
		print_cameras(t->camera, t->n_cameras, "CAMERA");
		print_cameras(t->catch, t->n_catches, "CATCH");
		print_holes(t->exemption, t->n_exemptions, "EXEMPTION");
		print_holes(t->service, t->n_services, "SERVICE");
		return;
	}
	root = json_head();
	json_object_set_new(root, "reasons", json_reasons(s));
	json_object_set_new(root, "policies", json_policies(s));
	json_object_set_new(root, "cameras",
			    json_cameras(t->camera, t->n_cameras));
	json_object_set_new(root, "catches",
			    json_cameras(t->catch, t->n_catches));
	json_object_set_new(root, "exemptions",
			    json_holes(t->exemption, t->n_exemptions));
	json_object_set_new(root, "services",
			    json_holes(t->service, t->n_services));
	out_json(o, root);
}

static int parse(struct args *a, bool *reset, struct fault *f)
{
	static const char *const words[] = { "reset" };
	const char *word = args_next(a);
	size_t which;
	int code = 0;

	*reset = word;
	if (word)
		code = args_match(a, word, words, 1, &which, f);
	return code ? code : args_end(a, f);
}

static int run_stats(const struct options *o, struct args *a, struct fault *f)
{
	struct ruleset rs = {};
	struct engine *e = NULL;
	struct tally t = {};
	struct stats s = {};
	bool reset;
	int code;

	code = parse(a, &reset, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_dump(e, &rs, f);
	if (!code)
		code = engine_stats(e, reset, &s, f);
	if (!code) {
		tally(&t, &s, &rs);
		print_tally(o, &s, &t);
	}
	tally_free(&t);
	engine_stats_free(&s);
	ruleset_free(&rs);
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "stats", run_stats, "[reset]",
	  "What was counted: by reason, policy, camera, catch, exemption and service.\n"
	  "SPOOFED are packets that another device may have sent in a camera's name.\n"
	  "With \"reset\" what is printed is counted from zero again, and nothing is lost\n"
	  "between; SEEN stays.", NULL },
	{}
};

const struct object object_stats = {
	"stats", "what was counted", commands,
};
