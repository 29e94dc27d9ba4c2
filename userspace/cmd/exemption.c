// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "exemptions.h"
#include "mem.h"
#include "services.h"
#include "show.h"
#include "times.h"
#include "words.h"

/*
 * struct typing - an exemption as it is being typed
 * @a: the words
 * @which: whose values are being taken
 */
struct typing {
	struct args *a;
	struct exemption e;
	struct written w;
	enum exemption_word which;
};

static int take_set(void *arg, const char *name, struct fault *f)
{
	struct typing *t = arg;

	return exemption_take_set(&t->w, name, f);
}

static int take(void *arg, const char *value, struct fault *f)
{
	struct typing *t = arg;

	return exemption_take(&t->w, t->which, value, time_now(), f);
}

/* "remote R,…" or "remote set NAME,…" */
static int parse_remotes(struct typing *t, const char *value, struct fault *f)
{
	int code;

	if (strcmp(value, "set"))
		return args_each(value, take, t, f);
	code = args_value(t->a, "remote set", &value, f);
	return code ? code : args_each(value, take_set, t, f);
}

static int parse_dir(struct typing *t, const char *value, struct fault *f)
{
	size_t which = 0;
	int code = args_match(t->a, value, direction_words, DIRECTIONS, &which,
			      f);

	t->e.dir = which;
	return code;
}

static int parse_until(struct typing *t, const char *value, struct fault *f)
{
	int code = take(t, value, f);

	if (!code && t->e.until <= time_now())
		return fault_input(f, "until \"%s\": is over already", value);
	return code;
}

static int parse_owner(struct args *a, const char *keyword, char **owner,
		       struct fault *f)
{
	const char *value;
	int code = args_name(a, keyword, &value, f);

	if (!code)
		*owner = mem_strdup(value);
	return code;
}

static int parse_text_word(struct typing *t, char **text, struct fault *f)
{
	const char *keyword = exemption_words[t->which];

	if (t->which == EXEMPTION_CAMERA || t->which == EXEMPTION_POLICY)
		return parse_owner(t->a, keyword, text, f);
	return args_text(t->a, keyword, text, f);
}

static int parse_word(struct typing *t, struct fault *f)
{
	char **text = exemption_text(&t->e, t->which);
	const char *value;
	int code;

	if (text)
		return parse_text_word(t, text, f);
	code = args_value(t->a, exemption_words[t->which], &value, f);
	if (code)
		return code;
	switch (t->which) {
	case EXEMPTION_REMOTE:
		return parse_remotes(t, value, f);
	case EXEMPTION_DIR:
		return parse_dir(t, value, f);
	case EXEMPTION_UNTIL:
		return parse_until(t, value, f);
	default:
		return take(t, value, f);
	}
}

static bool adds_up(enum exemption_word which)
{
	return which == EXEMPTION_REMOTE || which == EXEMPTION_PORT ||
	       which == EXEMPTION_LOCAL_PORT;
}

static int parse_words(struct typing *t, struct fault *f)
{
	const char *word;
	size_t which;
	int code;

	code = args_name(t->a, "exemption", &word, f);
	if (code)
		return code;
	t->e.name = mem_strdup(word);
	for (;;) {
		code = args_keyword(t->a, &word, f);
		if (code || !word)
			return code;
		code = args_match(t->a, word, exemption_words, EXEMPTION_WORDS,
				  &which, f);
		if (code)
			return code;
		if (t->w.given & 1 << which && !adds_up(which))
			return fault_input(f, "\"%s\" is given twice",
					   exemption_words[which]);
		t->w.given |= 1 << which;
		t->which = which;
		code = parse_word(t, f);
		if (code)
			return code;
	}
}

static int parse_exemption(const struct options *o, struct args *a, void *arg,
			   struct fault *f)
{
	struct typing *t = arg;
	const char *missing;
	unsigned int which;
	int code;

	(void)o;
	t->a = a;
	t->w.e = &t->e;
	t->e.proto = -1;
	t->e.until = TIME_FOREVER;
	code = parse_words(t, f);
	if (code)
		return code;
	missing = exemption_missing(&t->w, 0, &which);
	if (missing)
		return args_missing(t->a, missing, f);
	return exemption_finish(&t->w, f);
}

static int need_sets(struct plan *p, const struct exemption *e,
		     struct fault *f)
{
	size_t i;
	int code = 0;

	for (i = 0; i < e->sets.n && !code; i++)
		code = plan_need(p, KIND_SET, e->sets.v[i], f);
	if (code)
		fault_add(f, "load it: camfence set load '%s' FILE…",
			  e->sets.v[i - 1]);
	return code;
}

static int edit_replace(struct plan *p, void *arg, struct fault *f)
{
	const struct exemption *e = &((const struct typing *)arg)->e;
	int code = 0;

	if (e->policy)
		code = plan_need_policy(p, e->policy, f);
	else if (!ruleset_find(&p->now, KIND_CATCH, e->camera))
		code = plan_need(p, KIND_CAMERA, e->camera, f);
	if (!code)
		code = need_sets(p, e, f);
	if (!code)
		plan_put(p, KIND_EXEMPTION, e);
	return code;
}

static int edit_add(struct plan *p, void *arg, struct fault *f)
{
	const struct typing *t = arg;
	int code = plan_need_new(p, KIND_EXEMPTION, t->e.name, f);

	if (!code)
		return edit_replace(p, arg, f);
	fault_add(f, "or put this in its place: write replace for add");
	return code;
}

static void free_exemption(void *arg)
{
	struct typing *t = arg;

	names_free(&t->w.icmp_types);
	exemption_free(&t->e);
}

static const struct change change_add = {
	.size = sizeof(struct typing),
	.parse = parse_exemption,
	.edit = edit_add,
	.free = free_exemption,
};

static const struct change change_replace = {
	.size = sizeof(struct typing),
	.parse = parse_exemption,
	.edit = edit_replace,
	.free = free_exemption,
};

static int not_service(const struct args *a, struct fault *f)
{
	const char *name = args_peek(a);

	if (!name || !is_service_name(name))
		return 0;
	fault_input(f, "exemption \"%s\": is a part of a service of its policy",
		    name);
	fault_add(f, "say which it shall have: camfence policy set P service S,…|none");
	return CODE_INPUT;
}

/*
 * struct extension - of an exemption
 * @until: its new end
 */
struct extension {
	const char *name;
	u64 until;
};

static int parse_extension(const struct options *o, struct args *a, void *arg,
			   struct fault *f)
{
	const char *const *until = &exemption_words[EXEMPTION_UNTIL];
	struct typing t = { .which = EXEMPTION_UNTIL };
	struct extension *x = arg;
	const char *word;
	size_t which;
	int code;

	(void)o;
	t.w.e = &t.e;
	code = not_service(a, f);
	if (!code)
		code = args_name(a, "exemption", &x->name, f);
	if (code)
		return code;
	word = args_next(a);
	if (!word)
		return args_missing(a, "\"until\"", f);
	code = args_match(a, word, until, 1, &which, f);
	if (!code)
		code = args_value(a, "until", &word, f);
	if (!code)
		code = parse_until(&t, word, f);
	if (!code)
		code = args_end_forced(a, f);
	x->until = t.e.until;
	return code;
}

/* Less time is no extension, and is said in another way. */
static int edit_extend(struct plan *p, void *arg, struct fault *f)
{
	const struct extension *x = arg;
	const struct exemption *old;
	struct exemption longer = {};
	char buf[TIME_TEXT];
	int code = plan_need(p, KIND_EXEMPTION, x->name, f);

	if (code)
		return code;
	old = ruleset_find(&p->now, KIND_EXEMPTION, x->name);
	if (x->until <= old->until) {
		if (old->until == TIME_FOREVER)
			fault_input(f, "exemption \"%s\": has no end",
				    x->name);
		else
			fault_input(f, "exemption \"%s\": ends at %s, which is no earlier",
				    x->name, time_text(old->until, buf));
		fault_add(f, "to give it another end: camfence exemption replace '%s' …",
			  x->name);
		return CODE_INPUT;
	}
	exemption_copy(&longer, old);
	longer.until = x->until;
	plan_put(p, KIND_EXEMPTION, &longer);
	exemption_free(&longer);
	return 0;
}

static const struct change change_extend = {
	.size = sizeof(struct extension),
	.parse = parse_extension,
	.edit = edit_extend,
	.free = free_named,
};

static int edit_delete(struct plan *p, void *arg, struct fault *f)
{
	const struct named *n = arg;
	int code = plan_need(p, KIND_EXEMPTION, n->name, f);

	if (!code)
		plan_delete(p, KIND_EXEMPTION, n->name);
	return code;
}

static int parse_delete(const struct options *o, struct args *a, void *arg,
			struct fault *f)
{
	int code = not_service(a, f);

	return code ? code : parse_named(o, a, arg, f);
}

static const struct change change_delete = {
	.size = sizeof(struct named),
	.parse = parse_delete,
	.edit = edit_delete,
	.free = free_named,
};

static int run_show(const struct options *o, struct args *a, struct fault *f)
{
	return show_one(o, a, KIND_EXEMPTION, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_EXEMPTION, f);
}

#define HOLE \
	"NAME camera C|policy P remote R[,R…]|set SET[,SET…]… [dir out|in|both]\n" \
	"[proto tcp|udp|sctp|dccp|icmp|icmpv6|NUMBER\n" \
	"  [port N|A-B[,…]] [local-port N|A-B[,…]] [icmp-type T[,T…]]]\n" \
	"[not-before T] until T|+30d|permanent reason \"…\" by WHO [comment C]\n" \
	"[--force=GUARD,…]"

static const struct command commands[] = {
	{ "add", NULL, HOLE,
	  "Opens a hole for one camera or catch, or for all that is under a policy.\n"
	  "R is an address, a prefix, or \"router\": the router's own addresses.\n"
	  "dir out     flows that the camera begins, and what answers them\n"
	  "dir in      flows that the remote begins, and what answers them\n"
	  "dir both    each packet by itself, whoever began: for UDP and ICMP on a bridge\n"
	  "port        the remote's; local-port: the camera's\n"
	  "icmp-type   a number or a name such as echo-request\n"
	  "T is a day (as \"until\": to its end) or a time, in UTC: 2031-12-31,\n"
	  "2031-12-31T08:30Z, or from now: +30d, +2w, +12h, +45m.\n"
	  "Without \"proto\" every protocol passes, tunnels as well.\n"
	  "  camfence exemption add hall-1-fw camera hall-1 remote 203.0.113.7 proto tcp \\\n"
	  "      port 443 until +30d reason \"firmware update\" by security-office\n"
	  "  camfence exemption add nvr-pull policy isolate remote set nvr dir in proto tcp \\\n"
	  "      local-port 554 until permanent reason \"recording\" by security-office",
	  &change_add },
	{ "replace", NULL, HOLE,
	  "As \"add\", but takes the place of the exemption of this name, if there is one.",
	  &change_replace },
	{ "extend", NULL, "NAME until T|+30d|permanent [--force=GUARD,…]",
	  "Gives it a later end, counted from now where it begins with +; one that is over\n"
	  "opens again.\n"
	  "  camfence exemption extend hall-1-fw until +30d", &change_extend },
	{ "delete", NULL, "NAME", NULL, &change_delete },
	{ "list", run_list, "[camera C] [policy P] [live|expired|not-yet|expiring]\n"
	  "[--unused SPAN] [sort passed|seen|until]",
	  "expiring        live, and over within 14 days\n"
	  "--unused SPAN   not used for as long, such as 90d. When one was used last survives\n"
	  "                commits, and reboots behind an apply or the unit's stop; a power\n"
	  "                failure loses what came after them. KNOWN-SINCE says from when on\n"
	  "                it is known: one that is newer than SPAN is not listed.\n"
	  "sort            the most passed, the latest, or what ends soonest comes first",
	  NULL },
	{ "show", run_show, "NAME",
	  "All that is known of it, and how much has passed by it.",
	  NULL },
	{}
};

const struct object object_exemption = {
	"exemption", "named holes, with an end, a reason and an approver",
	commands,
};
