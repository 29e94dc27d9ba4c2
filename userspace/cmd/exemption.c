// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "mem.h"
#include "parse.h"
#include "plan.h"
#include "services.h"
#include "show.h"
#include "times.h"

enum word {
	CAMERA, POLICY, REMOTE, DIR, PROTO, PORT, LOCAL_PORT, ICMP_TYPE,
	NOT_BEFORE, UNTIL, REASON, BY, COMMENT, WORDS
};

static const char *const keywords[WORDS] = {
	[CAMERA] = "camera", [POLICY] = "policy", [REMOTE] = "remote",
	[DIR] = "dir", [PROTO] = "proto", [PORT] = "port",
	[LOCAL_PORT] = "local-port", [ICMP_TYPE] = "icmp-type",
	[NOT_BEFORE] = "not-before", [UNTIL] = "until", [REASON] = "reason",
	[BY] = "by", [COMMENT] = "comment",
};

/*
 * struct typed - an exemption as it is being typed
 * @given: bit for each keyword that was given
 * @icmp_types: their names, which are the protocol's, or NULL
 */
struct typed {
	struct exemption e;
	unsigned int given;
	const char *icmp_types;
};

static int add_prefix(struct exemption *e, const char *word, struct fault *f)
{
	char buf[RANGE_TEXT];
	const char *wrong;
	struct range r;
	bool host_bits;

	wrong = parse_prefix(word, &r, &host_bits);
	if (wrong)
		return fault_input(f, "remote \"%s\": %s", word, wrong);
	if (host_bits) {
		fault_input(f, "remote \"%s\": bits are set behind the prefix length",
			    word);
		fault_add(f, "for all of the prefix: %s; for one address leave the length out",
			  range_text(&r, buf));
		return CODE_INPUT;
	}
	*exemption_add_remote(e) = r;
	return 0;
}

static int add_set(void *arg, const char *name, struct fault *f)
{
	struct exemption *e = arg;
	const char *wrong = parse_name(name);

	if (wrong)
		return fault_input(f, "remote set \"%s\": %s", name, wrong);
	if (!names_have(&e->sets, name))
		names_add(&e->sets, name, strlen(name));
	return 0;
}

static int add_remote(void *arg, const char *word, struct fault *f)
{
	struct exemption *e = arg;

	if (strcmp(word, "router"))
		return add_prefix(e, word, f);
	e->router = true;
	return 0;
}

/* "remote R,…" or "remote set NAME,…" */
static int parse_remotes(struct args *a, struct exemption *e,
			 const char *value, struct fault *f)
{
	int code;

	if (strcmp(value, "set"))
		return args_each(value, add_remote, e, f);
	code = args_value(a, "remote set", &value, f);
	return code ? code : args_each(value, add_set, e, f);
}

static int parse_until(struct exemption *e, const char *value, u64 now,
		       struct fault *f)
{
	int code;

	if (!strcmp(value, "permanent")) {
		e->until = TIME_FOREVER;
		return 0;
	}
	code = parse_time(value, true, now, &e->until, f);
	if (code) {
		fault_add(f, "for one without end: until permanent");
		return code;
	}
	if (e->until <= now)
		return fault_input(f, "until \"%s\": is over already", value);
	return 0;
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

static int parse_dir(struct args *a, const char *value,
		     enum camfence_direction *dir, struct fault *f)
{
	static const char *const dirs[] = {
		[CAMFENCE_DIRECTION_OUT] = "out",
		[CAMFENCE_DIRECTION_IN] = "in",
		[CAMFENCE_DIRECTION_BOTH] = "both",
	};
	size_t which = 0;
	int code = args_match(a, value, dirs, ARRAY_SIZE(dirs), &which, f);

	*dir = which;
	return code;
}

static int parse_text_word(struct args *a, struct exemption *e, size_t which,
			   struct fault *f)
{
	switch (which) {
	case CAMERA:
		return parse_owner(a, "camera", &e->camera, f);
	case POLICY:
		return parse_owner(a, "policy", &e->policy, f);
	case REASON:
		return args_text(a, "reason", &e->reason, f);
	case BY:
		return args_text(a, "by", &e->by, f);
	default:
		return args_text(a, "comment", &e->comment, f);
	}
}

static int parse_value(struct args *a, struct typed *t, size_t which,
		       const char *value, struct fault *f)
{
	struct exemption *e = &t->e;
	u64 now = time_now();
	u8 proto = 0;
	int code;

	switch (which) {
	case REMOTE:
		return parse_remotes(a, e, value, f);
	case DIR:
		return parse_dir(a, value, &e->dir, f);
	case PROTO:
		code = parse_proto(value, &proto, f);
		e->proto = proto;
		return code;
	case PORT:
		return parse_ports("port", value, &e->ports, f);
	case LOCAL_PORT:
		return parse_ports("local-port", value, &e->local_ports, f);
	case ICMP_TYPE:
		t->icmp_types = value;
		return 0;
	case NOT_BEFORE:
		return parse_time(value, false, now, &e->not_before, f);
	default:
		return parse_until(e, value, now, f);
	}
}

static int parse_word(struct args *a, struct typed *t, size_t which,
		      struct fault *f)
{
	const char *value;
	int code;

	if (which <= POLICY || which >= REASON)
		return parse_text_word(a, &t->e, which, f);
	code = args_value(a, keywords[which], &value, f);
	return code ? code : parse_value(a, t, which, value, f);
}

static int check_needed(const struct args *a, const struct typed *t,
			struct fault *f)
{
	static const enum word needed[] = { REMOTE, UNTIL, REASON, BY };
	char *what;
	size_t i;

	if (!t->e.camera && !t->e.policy)
		return args_missing(a, "whose it is (camera C or policy P)", f);
	if (t->e.camera && t->e.policy)
		return fault_input(f, "it is for a camera or for a policy, not for both");
	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		if (t->given & 1 << needed[i])
			continue;
		what = mem_printf("\"%s\"", keywords[needed[i]]);
		args_missing(a, what, f);
		free(what);
		return CODE_INPUT;
	}
	return 0;
}

/* What only all of the words together can get wrong. */
static int check_exemption(const struct args *a, struct typed *t,
			   struct fault *f)
{
	struct exemption *e = &t->e;
	bool has_ports = e->proto >= 0 && proto_has_ports(e->proto);
	int code = check_needed(a, t, f);

	if (code)
		return code;
	if (!has_ports && (e->ports.n || e->local_ports.n))
		return fault_input(f, "%s: only with proto tcp, udp, sctp or dccp",
				   keywords[e->ports.n ? PORT : LOCAL_PORT]);
	if (t->icmp_types)
		code = parse_icmp_types(t->icmp_types, e->proto, e->icmp_type,
					&e->n_icmp_types, f);
	if (code)
		return code;
	if (e->not_before >= e->until)
		return fault_input(f, "it would be over (until) before it begins (not-before)");
	exemption_sort_remotes(e);
	return 0;
}

static bool adds_up(size_t which)
{
	return which == REMOTE || which == PORT || which == LOCAL_PORT;
}

static int parse_exemption(struct args *a, struct typed *t, struct fault *f)
{
	const char *word;
	size_t which;
	int code;

	code = args_name(a, "exemption", &word, f);
	if (code)
		return code;
	t->e.name = mem_strdup(word);
	while ((word = args_next(a))) {
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (code)
			return code;
		if (t->given & 1 << which && !adds_up(which))
			return fault_input(f, "\"%s\" is given twice",
					   keywords[which]);
		t->given |= 1 << which;
		code = parse_word(a, t, which, f);
		if (code)
			return code;
	}
	return check_exemption(a, t, f);
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

static int edit_add(struct plan *p, void *arg, struct fault *f)
{
	const struct exemption *e = arg;
	int code;

	code = plan_need_new(p, KIND_EXEMPTION, e->name, f);
	if (!code && e->policy)
		code = plan_need_policy(p, e->policy, f);
	else if (!code && !ruleset_find(&p->now, KIND_CATCH, e->camera))
		code = plan_need(p, KIND_CAMERA, e->camera, f);
	if (!code)
		code = need_sets(p, e, f);
	if (!code)
		plan_put(p, KIND_EXEMPTION, e);
	return code;
}

static int run_add(const struct options *o, struct args *a, struct fault *f)
{
	struct typed t = { .e = { .proto = -1, .until = TIME_FOREVER } };
	int code;

	code = parse_exemption(a, &t, f);
	if (!code)
		code = plan_change(o, edit_add, &t.e, f);
	exemption_free(&t.e);
	return code;
}

static int edit_delete(struct plan *p, void *arg, struct fault *f)
{
	int code = plan_need(p, KIND_EXEMPTION, arg, f);

	if (!code)
		plan_delete(p, KIND_EXEMPTION, arg);
	return code;
}

static int run_delete(const struct options *o, struct args *a, struct fault *f)
{
	const char *name = args_peek(a);

	if (name && is_service_name(name)) {
		fault_input(f, "exemption \"%s\": is a part of a service of its policy",
			    name);
		fault_add(f, "say which it shall have: camfence policy set P service S,…|none");
		return CODE_INPUT;
	}
	return plan_run_delete(o, a, "exemption", edit_delete, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_EXEMPTION, f);
}

static const struct command commands[] = {
	{ "add", run_add,
	  "NAME camera C|policy P remote R[,R…]|set SET[,SET…]… [dir out|in|both]\n"
	  "[proto tcp|udp|sctp|dccp|icmp|icmpv6|NUMBER\n"
	  "  [port N|A-B[,…]] [local-port N|A-B[,…]] [icmp-type T[,T…]]]\n"
	  "[not-before T] until T|+30d|permanent reason \"…\" by WHO [comment C]",
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
	  "      local-port 554 until permanent reason \"recording\" by security-office" },
	{ "delete", run_delete, "NAME", NULL },
	{ "list", run_list, "", NULL },
	{}
};

const struct object object_exemption = {
	"exemption", "named holes, with an end, a reason and an approver",
	commands,
};
