// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "engine.h"
#include "mem.h"
#include "out.h"
#include "times.h"
#include "tool.h"

#define PASS false
#define DROP true

static const struct {
	const char *name;
	bool drop;
} reasons[] = {
#define ROW(sym, name, verdict, text) { #name, verdict },
	CAMFENCE_REASONS(ROW)
#undef ROW
};

static char *reason_name(u32 reason)
{
	if (reason < ARRAY_SIZE(reasons))
		return mem_strdup(reasons[reason].name);
	return mem_printf("reason-%u", reason);
}

static const char *reason_verdict(u32 reason)
{
	if (reason >= ARRAY_SIZE(reasons))
		return "unknown";
	return reasons[reason].drop ? "drop" : "pass";
}

static void set_count(json_t *o, const char *key, u64 value)
{
	json_object_set_new(o, key, json_integer(value));
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
		set_count(o, "packets", c->packets);
		set_count(o, "bytes", c->bytes);
		json_array_append_new(list, o);
		free(name);
	}
	return list;
}

static json_t *json_kind(const struct stats *s, enum objkind kind)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < s->n[kind]; i++) {
		const struct counter *c = &s->object[kind][i];
		json_t *o = json_object();

		json_object_set_new(o, "name", json_text(c->name));
		if (kind != KIND_CAMERA) {
			set_count(o, "packets", c->packets);
			set_count(o, "bytes", c->bytes);
		}
		if (kind != KIND_EXEMPTION) {
			set_count(o, "drops", c->drops);
			set_count(o, "drop-bytes", c->drop_bytes);
		}
		if (kind != KIND_POLICY)
			json_object_set_new(o, "seen", c->seen ?
					    json_time(c->seen) : json_null());
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
		table_cell(&t, "%llu", (unsigned long long)c->packets);
		table_cell(&t, "%llu", (unsigned long long)c->bytes);
		free(name);
	}
	if (t.n == t.columns)
		puts("no packet has been counted yet");
	table_print(&t);
}

/* What there is of a counter depends on the kind of object. */
static void print_kind(const struct stats *s, enum objkind kind)
{
	static const char *const heads[][5] = {
		[KIND_POLICY] = {
			"POLICY", "PASSED", "BYTES", "DROPPED", "BYTES"
		},
		[KIND_CAMERA] = { "CAMERA", "DROPPED", "BYTES", "SEEN" },
		[KIND_EXEMPTION] = { "EXEMPTION", "PASSED", "BYTES", "SEEN" },
	};
	size_t columns = kind == KIND_POLICY ? 5 : 4, i;
	char buf[TIME_TEXT];
	struct table t;

	if (!s->n[kind])
		return;
	putchar('\n');
	table_init(&t, heads[kind], columns, kind == KIND_POLICY ? 0x1e : 0x6);
	for (i = 0; i < s->n[kind]; i++) {
		const struct counter *c = &s->object[kind][i];

		table_text(&t, c->name);
		if (kind != KIND_CAMERA) {
			table_cell(&t, "%llu", (unsigned long long)c->packets);
			table_cell(&t, "%llu", (unsigned long long)c->bytes);
		}
		if (kind != KIND_EXEMPTION) {
			table_cell(&t, "%llu", (unsigned long long)c->drops);
			table_cell(&t, "%llu", (unsigned long long)c->drop_bytes);
		}
		if (kind != KIND_POLICY)
			table_cell(&t, "%s", c->seen ?
				   time_text(c->seen, buf) : "never");
	}
	table_print(&t);
}

static void print_stats(const struct options *o, const struct stats *s)
{
	json_t *root;

	if (!o->json) {
		print_reasons(s);
		print_kind(s, KIND_POLICY);
		print_kind(s, KIND_CAMERA);
		print_kind(s, KIND_EXEMPTION);
		return;
	}
	root = json_head();
	json_object_set_new(root, "reasons", json_reasons(s));
	json_object_set_new(root, "policies", json_kind(s, KIND_POLICY));
	json_object_set_new(root, "cameras", json_kind(s, KIND_CAMERA));
	json_object_set_new(root, "exemptions", json_kind(s, KIND_EXEMPTION));
	out_json(o, root);
}

static int run_stats(const struct options *o, struct args *a, struct fault *f)
{
	struct engine *e = NULL;
	struct stats s = {};
	int code;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_stats(e, &s, f);
	if (!code)
		print_stats(o, &s);
	engine_stats_free(&s);
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "stats", run_stats, "",
	  "What was counted: by reason, policy, camera and exemption." },
	{}
};

const struct object object_stats = {
	"stats", "what was counted", commands,
};
