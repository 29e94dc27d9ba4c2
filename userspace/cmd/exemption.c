// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "mem.h"
#include "parse.h"
#include "plan.h"
#include "show.h"
#include "times.h"

enum word {
	CAMERA, POLICY, REMOTE, PROTO, PORT, NOT_BEFORE, UNTIL, REASON, BY,
	COMMENT, WORDS
};

static const char *const keywords[WORDS] = {
	[CAMERA] = "camera", [POLICY] = "policy", [REMOTE] = "remote",
	[PROTO] = "proto", [PORT] = "port", [NOT_BEFORE] = "not-before",
	[UNTIL] = "until", [REASON] = "reason", [BY] = "by",
	[COMMENT] = "comment",
};

static bool range_equal(const struct range *a, const struct range *b)
{
	return a->family == b->family &&
	       a->v4.first == b->v4.first && a->v4.last == b->v4.last &&
	       !u128_cmp(a->v6.first, b->v6.first) &&
	       !u128_cmp(a->v6.last, b->v6.last);
}

static int add_remote(struct exemption *e, const char *word, struct fault *f)
{
	char buf[RANGE_TEXT];
	const char *wrong;
	struct range r;
	bool host_bits;
	size_t i;

	wrong = parse_prefix(word, &r, &host_bits);
	if (wrong)
		return fault_input(f, "remote \"%s\": %s", word, wrong);
	if (host_bits)
		goto host_bits;
	for (i = 0; i < e->n_remotes; i++)
		if (range_equal(&e->remote[i], &r))
			return 0;
	*exemption_add_remote(e) = r;
	return 0;

host_bits:
	fault_input(f, "remote \"%s\": bits are set behind the prefix length",
		    word);
	fault_add(f, "for all of the prefix: %s; for one address leave the length out",
		  range_text(&r, buf));
	return CODE_INPUT;
}

static int parse_remotes(struct exemption *e, const char *list,
			 struct fault *f)
{
	int code;

	for (;;) {
		size_t len = strcspn(list, ",");
		char *word = mem_strndup(list, len);

		code = add_remote(e, word, f);
		free(word);
		if (code || !list[len])
			return code;
		list += len + 1;
	}
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

static int parse_word(struct args *a, struct exemption *e, size_t which,
		      u64 now, struct fault *f)
{
	const char *value;
	u8 proto = 0;
	int code;

	switch (which) {
	case CAMERA:
		return parse_owner(a, "camera", &e->camera, f);
	case POLICY:
		return parse_owner(a, "policy", &e->policy, f);
	case REASON:
		return args_text(a, "reason", &e->reason, f);
	case BY:
		return args_text(a, "by", &e->by, f);
	case COMMENT:
		return args_text(a, "comment", &e->comment, f);
	}
	code = args_value(a, keywords[which], &value, f);
	if (code)
		return code;

	switch (which) {
	case REMOTE:
		return parse_remotes(e, value, f);
	case PROTO:
		code = parse_proto(value, &proto, f);
		e->proto = proto;
		return code;
	case PORT:
		return parse_ports(value, e->port, &e->n_ports, f);
	case NOT_BEFORE:
		return parse_time(value, false, now, &e->not_before, f);
	default:
		return parse_until(e, value, now, f);
	}
}

/* What only all of the words together can get wrong. */
static int check_exemption(const struct args *a, const struct exemption *e,
			   unsigned int given, struct fault *f)
{
	static const enum word needed[] = { REMOTE, UNTIL, REASON, BY };
	char *what;
	size_t i;

	if (!e->camera && !e->policy)
		return args_missing(a, "whose it is (camera C or policy P)", f);
	if (e->camera && e->policy)
		return fault_input(f, "it is for a camera or for a policy, not for both");
	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		if (given & 1 << needed[i])
			continue;
		what = mem_printf("\"%s\"", keywords[needed[i]]);
		args_missing(a, what, f);
		free(what);
		return CODE_INPUT;
	}
	if (e->n_ports && (e->proto < 0 || !proto_has_ports(e->proto)))
		return fault_input(f, "port: only with proto tcp, udp, sctp or dccp");
	if (e->not_before >= e->until)
		return fault_input(f, "it would be over (until) before it begins (not-before)");
	return 0;
}

static int parse_exemption(struct args *a, struct exemption *e,
			   struct fault *f)
{
	u64 now = time_now();
	unsigned int given = 0;
	const char *word;
	size_t which;
	int code;

	code = args_name(a, "exemption", &word, f);
	if (code)
		return code;
	e->name = mem_strdup(word);
	while ((word = args_next(a))) {
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (code)
			return code;
		/* Remotes and ports add up. */
		if (given & 1 << which && which != REMOTE && which != PORT)
			return fault_input(f, "\"%s\" is given twice",
					   keywords[which]);
		given |= 1 << which;
		code = parse_word(a, e, which, now, f);
		if (code)
			return code;
	}
	return check_exemption(a, e, given, f);
}

static int edit_add(struct plan *p, void *arg, struct fault *f)
{
	const struct exemption *e = arg;
	int code;

	code = plan_need_new(p, KIND_EXEMPTION, e->name, f);
	if (!code && e->camera)
		code = plan_need(p, KIND_CAMERA, e->camera, f);
	else if (!code)
		code = plan_need_policy(p, e->policy, f);
	if (!code)
		plan_put(p, KIND_EXEMPTION, e);
	return code;
}

static int run_add(const struct options *o, struct args *a, struct fault *f)
{
	struct exemption e = { .proto = -1, .until = TIME_FOREVER };
	struct plan p = {};
	int code;

	code = parse_exemption(a, &e, f);
	if (!code)
		code = plan_run(&p, o, edit_add, &e, f);
	if (!code)
		plan_done(&p, o);
	plan_free(&p);
	exemption_free(&e);
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
	return plan_run_delete(o, a, "exemption", edit_delete, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_EXEMPTION, f);
}

static const struct command commands[] = {
	{ "add", run_add,
	  "NAME camera C|policy P remote R[,R…]\n"
	  "[proto tcp|udp|sctp|dccp|icmp|icmpv6|NUMBER [port N|A-B[,…]]]\n"
	  "[not-before T] until T|+30d|permanent reason \"…\" by WHO [comment C]",
	  "Opens a hole for flows that the camera, or any camera under the policy, begins;\n"
	  "answers may pass, too.\n"
	  "R is an address or a prefix. T is a day (as \"until\": to its end) or a time, in\n"
	  "UTC: 2031-12-31, 2031-12-31T08:30Z, or from now: +30d, +2w, +12h, +45m.\n"
	  "Without \"proto\" every protocol passes, tunnels as well.\n"
	  "  camfence exemption add hall-1-fw camera hall-1 remote 203.0.113.7 proto tcp \\\n"
	  "      port 443 until +30d reason \"firmware update\" by security-office" },
	{ "delete", run_delete, "NAME", NULL },
	{ "list", run_list, "", NULL },
	{}
};

const struct object object_exemption = {
	"exemption", "named holes, with an end, a reason and an approver",
	commands,
};
