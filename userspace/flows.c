// SPDX-License-Identifier: GPL-2.0
/*
 * camfence-flows tells what conntrack knows; the core judges the packets of each
 * flow, under the ruleset in force and under another. A flow ends if it runs
 * under the one and not under the other, and it runs if what begins it passes
 * and, where there were answers, they do.
 *
 * That is what the hooks would make of its next packets, as far as conntrack and
 * routes tell what these are like: an estimate.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "external.h"
#include "flows.h"
#include "mem.h"
#include "parse.h"
#include "question.h"
#include "show_packet.h"
#include "times.h"

/* Its first line is how many there are in this namespace. */
#define COUNT_FILE "/proc/sys/net/netfilter/nf_conntrack_count"

/*
 * struct flow - a flow that conntrack knows
 * @packet: what begins it, as the hook sees it
 * @answered: it had answers
 * @no_mac: an end should have a MAC, and it is not known
 * @before: where it was sent to, if DNAT has changed that; it is of @packet's
 *	family
 */
struct flow {
	struct event packet;
	bool answered, no_mac;
	bool has_before, before_own;
	u8 before[16];
	int before_port;
};

/* A ruleset, built where it is first asked, and when that is. */
struct side {
	const struct flows_rules *of;
	struct core_rules core;
	u64 time;
};

/* ---- a line of camfence-flows ---- */

static bool read_addr(const char *word, struct event *p, u8 to[16])
{
	int family = strchr(word, ':') ? 6 : 4;

	if (p->family && p->family != family)
		return false;
	p->family = family;
	return inet_pton(family == 4 ? AF_INET : AF_INET6, word, to) == 1;
}

static bool is_none(const char *word)
{
	return !strcmp(word, "-");
}

static bool read_number(const char *word, u32 max, int *to)
{
	u32 v;

	*to = -1;
	if (is_none(word))
		return true;
	if (!parse_number(word, strlen(word), max, &v))
		return false;
	*to = v;
	return true;
}

static bool read_hook(const char *word, u32 *hook)
{
	char buf[PACKET_WORD];
	u32 i;

	for (i = CAMFENCE_HOOK_FORWARD; i <= CAMFENCE_HOOK_LOCAL_OUT; i++) {
		if (!strcmp(word, hook_word(i, buf))) {
			*hook = i;
			return true;
		}
	}
	return false;
}

/* They are few, and many flows have the same. */
static const char *iface(struct flows *fl, const char *word)
{
	size_t i;

	if (is_none(word))
		return NULL;
	for (i = 0; i < fl->iface.n; i++)
		if (!strcmp(fl->iface.v[i], word))
			return fl->iface.v[i];
	names_add(&fl->iface, word, strlen(word));
	return fl->iface.v[i];
}

static bool read_mac(const char *word, struct flow *to, u8 mac[6])
{
	if (!strcmp(word, "?"))
		to->no_mac = true;
	else if (!is_none(word) && parse_mac(word, mac))
		return false;
	return true;
}

static bool read_before(const char *const *word, struct flow *to)
{
	to->has_before = !is_none(word[0]);
	to->before_own = !strcmp(word[2], "own");
	return (!to->has_before ||
		read_addr(word[0], &to->packet, to->before)) &&
	       read_number(word[1], 65535, &to->before_port);
}

enum word {
	HOOK, PROTO, ANSWERED, SRC, SPORT, DST, DPORT, IN, SMAC, OUT, DMAC,
	BEFORE, BEFORE_PORT, BEFORE_OWN, WORDS
};

static bool read_words(struct flows *fl, const char *const word[WORDS],
		       struct flow *to)
{
	struct event *p = &to->packet;

	*to = (struct flow){ .packet = { .is_packet = true, .icmp_type = -1,
					 .ct = CAMFENCE_CT_ORIGINAL } };
	to->answered = !strcmp(word[ANSWERED], "answered");
	p->in = iface(fl, word[IN]);
	p->out = iface(fl, word[OUT]);
	if (!read_hook(word[HOOK], &p->hook) ||
	    !read_number(word[PROTO], 255, &p->proto) || p->proto < 0 ||
	    !read_addr(word[SRC], p, p->src) ||
	    !read_addr(word[DST], p, p->dst) ||
	    !read_number(word[SPORT], 65535, &p->sport) ||
	    !read_number(word[DPORT], 65535, &p->dport) ||
	    !read_mac(word[SMAC], to, p->smac) ||
	    !read_mac(word[DMAC], to, p->dmac) ||
	    !read_before(word + BEFORE, to))
		return false;
	if (p->proto == IPPROTO_ICMP || p->proto == IPPROTO_ICMPV6)
		p->icmp_type = p->sport;
	/* Conntrack has a port for more of them: GRE's key. */
	if (!proto_has_ports(p->proto)) {
		p->sport = -1;
		p->dport = -1;
	}
	return true;
}

static bool read_flow(struct flows *fl, char *line, struct flow *to)
{
	const char *word[WORDS];
	char *next = NULL;
	size_t i;

	for (i = 0; i < WORDS; i++) {
		word[i] = strtok_r(i ? NULL : line, "\n ", &next);
		if (!word[i])
			return false;
	}
	return read_words(fl, word, to);
}

/* ---- is it to end? ---- */

static bool passes(const struct side *s, const struct flow *flow, bool answers,
		   struct cf_verdict *v)
{
	struct event packet = flow->packet;
	struct cf_flow f;

	if (answers && !packet_turn(&packet))
		return true;
	f = core_flow_of(&packet);
	/* As conntrack is asked at LOCAL_IN. */
	if (flow->has_before && !answers && f.hook == CF_HOOK_LOCAL_IN) {
		f.before = core_addr_in(&packet, flow->before);
		f.before_port = flow->before_port < 0 ? 0 : flow->before_port;
		if (flow->before_own)
			f.flags |= CF_FLOW_BEFORE_OWN;
	}
	cf_decide(s->core.rules, &f, s->time, v);
	return !cf_reason_is_drop(v->reason);
}

/* Return: does it run? Where it does not, @v is why, and @answers which way. */
static bool runs(const struct side *s, const struct flow *flow, bool *answers,
		 struct cf_verdict *v)
{
	*answers = false;
	if (!passes(s, flow, false, v))
		return false;
	*answers = flow->answered;
	return !*answers || passes(s, flow, true, v);
}

static int build(struct side *s, struct fault *f)
{
	if (s->core.rules)
		return 0;
	return core_rules_build(&s->core, s->of->rs, s->of->ranges, f);
}

/* Most run under the new ruleset, and the old one is not asked. */
static int judge(struct flows *fl, const struct flow *flow, struct side *now,
		 struct side *want, struct fault *f)
{
	struct cf_verdict v, before;
	struct ending *e;
	bool answers, any;
	int code = build(want, f);

	if (code)
		return code;
	if (flow->no_mac && want->core.rules->by_mac) {
		fl->no_mac++;
		return 0;
	}
	if (runs(want, flow, &answers, &v))
		return 0;
	code = build(now, f);
	if (code || !runs(now, flow, &any, &before))
		return code;
	fl->end = mem_grow(fl->end, &fl->cap, fl->n + 1, sizeof(*fl->end));
	e = &fl->end[fl->n++];
	*e = (struct ending){ .packet = flow->packet, .answers = answers };
	core_verdict_of(&want->core, want->of->rs, &v, &e->verdict);
	return 0;
}

/* ---- in order ---- */

static int compare_names(const char *a, const char *b)
{
	if (!a || !b)
		return !a - !b;
	return strcmp(a, b);
}

static int by_camera(const void *a, const void *b)
{
	const struct ending *x = a, *y = b;

	return compare_names(x->verdict.camera, y->verdict.camera);
}

/* An ending's place: the more of its camera, the sooner. */
struct rank {
	const struct ending *e;
	size_t of_camera;
};

static int by_rank(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->of_camera != y->of_camera)
		return x->of_camera < y->of_camera ? 1 : -1;
	/* As they came, camera by camera. */
	return (x->e > y->e) - (x->e < y->e);
}

static void put_in_order(struct flows *fl)
{
	struct rank *rank = mem_zalloc(fl->n * sizeof(*rank));
	struct ending *to = mem_zalloc(fl->n * sizeof(*to));
	size_t first, i, k;

	if (fl->n)
		qsort(fl->end, fl->n, sizeof(*fl->end), by_camera);
	for (first = 0; first < fl->n; first = i) {
		for (i = first; i < fl->n; i++)
			if (by_camera(&fl->end[first], &fl->end[i]))
				break;
		for (k = first; k < i; k++)
			rank[k] = (struct rank){ &fl->end[k], i - first };
		fl->cameras += !!fl->end[first].verdict.camera;
	}
	if (fl->n)
		qsort(rank, fl->n, sizeof(*rank), by_rank);
	for (i = 0; i < fl->n; i++)
		to[i] = *rank[i].e;
	free(rank);
	free(fl->end);
	fl->end = to;
	fl->cap = fl->n;
}

/**
 * flows_read() - which flows end?
 * @fl: where to, zeroed
 * @from: flows, as camfence-flows writes them
 * @now: what is in force
 * @want: what shall be; its ruleset stays as long as @fl
 * @f: what is wrong
 *
 * Return: 0 or the exit code; flows_free() is due in either case.
 */
int flows_read(struct flows *fl, FILE *from, const struct flows_rules *now,
	       const struct flows_rules *want, struct fault *f)
{
	struct side old = { .of = now, .time = time_now() };
	struct side new = { .of = want, .time = old.time };
	char *line = NULL;
	size_t cap = 0;
	int code = 0;

	while (!code && getline(&line, &cap, from) > 0) {
		struct flow flow;

		fl->running++;
		if (read_flow(fl, line, &flow))
			code = judge(fl, &flow, &old, &new, f);
		else
			code = fault_input(f, "camfence-flows is of another version: line %zu",
					   fl->running);
	}
	put_in_order(fl);
	core_rules_free(&old.core);
	core_rules_free(&new.core);
	free(line);
	return code;
}

/* ---- whom to ask ---- */

static bool is_tracked(struct flows *fl)
{
	FILE *file = fopen(COUNT_FILE, "re");
	unsigned int n = 0;

	if (!file)
		fl->unknown = "conntrack is not in use here";
	else if (fscanf(file, "%u", &n) != 1 || !n)
		fl->unknown = "conntrack knows no flow here";
	if (file)
		fclose(file);
	return !fl->unknown;
}

static int start(const char *path, FILE **from, pid_t *pid, struct fault *f)
{
	char *const argv[] = { (char *)path, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return fault_input(f, "pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	err = posix_spawn(pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*from = err ? NULL : fdopen(ends[0], "r");
	if (*from)
		return 0;
	close(ends[0]);
	return fault_input(f, "%s: %s", path, strerror(err ? err : errno));
}

static int reap(const char *path, pid_t pid, struct fault *f)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fault_input(f, "%s: %s", path, strerror(errno));
	if (!status)
		return 0;
	if (WIFSIGNALED(status))
		return fault_input(f, "%s did not finish: %s", path,
				   strsignal(WTERMSIG(status)));
	return fault_input(f, "%s has failed", path);
}

static int run(struct flows *fl, const char *path,
	       const struct flows_rules *now, const struct flows_rules *want,
	       struct fault *f)
{
	struct fault ignored = {};
	FILE *from;
	pid_t pid;
	int code = start(path, &from, &pid, f);

	if (code)
		return code;
	code = flows_read(fl, from, now, want, f);
	fclose(from);
	/* What was not read to its end has failed to write. */
	if (code)
		reap(path, pid, &ignored);
	else
		code = reap(path, pid, f);
	fault_clear(&ignored);
	return code;
}

/**
 * flows_look() - which of the flows that run here end?
 * @fl: where to, zeroed
 * @now: what is in force
 * @want: what shall be; its ruleset stays as long as @fl
 * @f: what is wrong
 *
 * Nothing is loaded for it. Where conntrack is not in use, that is said.
 *
 * Return: 0 or the exit code; flows_free() is due in either case.
 */
int flows_look(struct flows *fl, const struct flows_rules *now,
	       const struct flows_rules *want, struct fault *f)
{
	char *path;
	int code;

	if (!is_tracked(fl))
		return 0;
	code = external_find("flows", &path, f);
	if (!code)
		code = run(fl, path, now, want, f);
	free(path);
	return code;
}

/**
 * flows_free() - forget the flows
 * @fl: the flows
 */
void flows_free(struct flows *fl)
{
	free(fl->end);
	names_free(&fl->iface);
	*fl = (struct flows){};
}
