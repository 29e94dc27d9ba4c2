// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "mem.h"
#include "parse.h"
#include "plan.h"
#include "show.h"

enum word { MAC, ADDR, POLICY, KEY, COMMENT, WORDS };

static const char *const keywords[WORDS] = {
	[MAC] = "mac", [ADDR] = "addr", [POLICY] = "policy", [KEY] = "key",
	[COMMENT] = "comment",
};

static int add_selector(struct camera *c, bool is_mac, const char *value,
			struct fault *f)
{
	struct selector s = { .is_mac = is_mac };
	const char *wrong;
	size_t i;

	if (is_mac)
		wrong = parse_mac(value, s.mac);
	else
		wrong = parse_camera_addr(value, &s.addr);
	if (wrong)
		return fault_input(f, "%s \"%s\": %s", is_mac ? "mac" : "addr",
				   value, wrong);
	for (i = 0; i < c->n_selectors; i++)
		if (selector_equal(&c->selector[i], &s))
			return fault_input(f, "%s \"%s\": is given twice",
					   is_mac ? "mac" : "addr", value);
	if (c->n_selectors == CAMFENCE_MAX_SELECTORS)
		return fault_input(f, "camera \"%s\": more than %d MAC and other addresses",
				   c->name, CAMFENCE_MAX_SELECTORS);
	*camera_add_selector(c) = s;
	return 0;
}

static int parse_word(struct args *a, struct camera *c, size_t which,
		      struct fault *f)
{
	const char *value;
	int code;

	switch (which) {
	case POLICY:
		if (c->policy)
			return fault_input(f, "\"policy\" is given twice");
		code = args_name(a, "policy", &value, f);
		if (!code)
			c->policy = mem_strdup(value);
		return code;
	case KEY:
		return args_text(a, "key", &c->key, f);
	case COMMENT:
		return args_text(a, "comment", &c->comment, f);
	}
	code = args_value(a, keywords[which], &value, f);
	return code ? code : add_selector(c, which == MAC, value, f);
}

static int parse_camera(struct args *a, struct camera *c, struct fault *f)
{
	const char *word;
	size_t which;
	int code;

	code = args_name(a, "camera", &word, f);
	if (code)
		return code;
	c->name = mem_strdup(word);
	while ((word = args_next(a))) {
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (!code)
			code = parse_word(a, c, which, f);
		if (code)
			return code;
	}
	if (!c->n_selectors)
		return args_missing(a, "what the camera is known by (mac M, addr A)",
				    f);
	if (!c->policy)
		return args_missing(a, "\"policy\", such as policy geoblock,",
				    f);
	return 0;
}

static int check_unused(const struct ruleset *now, const struct camera *c,
			struct fault *f)
{
	char buf[RANGE_TEXT];
	size_t i, k, m;

	for (i = 0; i < now->n[KIND_CAMERA]; i++) {
		const struct camera *other = &now->camera[i];

		for (k = 0; k < other->n_selectors; k++) {
			for (m = 0; m < c->n_selectors; m++) {
				if (!selector_equal(&other->selector[k],
						    &c->selector[m]))
					continue;
				return fault_input(f, "camera \"%s\": %s is camera \"%s\" already",
						   c->name,
						   selector_text(&c->selector[m],
								 buf),
						   other->name);
			}
		}
	}
	return 0;
}

static int edit_add(struct plan *p, void *arg, struct fault *f)
{
	const struct camera *c = arg;
	int code;

	code = plan_need_new(p, KIND_CAMERA, c->name, f);
	if (!code)
		code = check_unused(&p->now, c, f);
	if (!code)
		code = plan_need_policy(p, c->policy, f);
	if (!code)
		plan_put(p, KIND_CAMERA, c);
	return code;
}

static int run_add(const struct options *o, struct args *a, struct fault *f)
{
	struct camera c = {};
	struct plan p = {};
	int code;

	code = parse_camera(a, &c, f);
	if (!code)
		code = plan_run(&p, o, edit_add, &c, f);
	if (!code)
		plan_done(&p, o);
	plan_free(&p);
	camera_free(&c);
	return code;
}

static int edit_delete(struct plan *p, void *arg, struct fault *f)
{
	const char *name = arg;
	int code = plan_need(p, KIND_CAMERA, name, f);
	size_t i;

	if (code)
		return code;
	for (i = 0; i < p->now.n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &p->now.exemption[i];

		if (e->camera && !strcmp(e->camera, name))
			return fault_in_use(f, KIND_CAMERA, name,
					    KIND_EXEMPTION, e->name);
	}
	plan_delete(p, KIND_CAMERA, name);
	return 0;
}

static int run_delete(const struct options *o, struct args *a, struct fault *f)
{
	return plan_run_delete(o, a, "camera", edit_delete, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_CAMERA, f);
}

static const struct command commands[] = {
	{ "add", run_add,
	  "NAME [mac M]… [addr A]… policy P [key K] [comment C]",
	  "mac M      its MAC address, in any usual spelling\n"
	  "addr A     its IPv4 or IPv6 address\n"
	  "policy P   what decides: geoblock, isolate, approve, audit or one of your own\n"
	  "key K      what it is called in your inventory\n"
	  "  camfence camera add hall-1 mac 00:00:5e:00:53:01 policy geoblock" },
	{ "delete", run_delete, "NAME", "No exemption may be for it." },
	{ "list", run_list, "", NULL },
	{}
};

const struct object object_camera = {
	"camera", "registered cameras, recorders, intercoms", commands,
};
