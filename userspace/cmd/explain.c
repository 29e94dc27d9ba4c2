// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "explain.h"
#include "mem.h"
#include "question.h"
#include "show_packet.h"
#include "times.h"

#define NANO 1000000000ULL
#define TRIES 4

/*
 * struct answer - all that is known of the packet
 * @rs: the ruleset in force; @ranges: of its sets
 * @config: the configuration, if that is asked
 * @packet: the packet
 * @kernel: the kernel's verdict, if @asked
 */
struct answer {
	struct ruleset rs;
	struct ranges *ranges;
	struct config config;
	struct event packet;
	struct explained x;
	struct event kernel;
	bool asked;
};

static void answer_free(struct answer *n)
{
	size_t i;

	explain_free(&n->x);
	for (i = 0; n->ranges && i < n->rs.n[KIND_SET]; i++)
		ranges_free(&n->ranges[i]);
	free(n->ranges);
	ruleset_free(&n->rs);
	config_free(&n->config);
	*n = (struct answer){};
}

static bool is_own(const struct ifaddrs *all, int family, const u8 *addr)
{
	const struct ifaddrs *i;

	for (i = all; i; i = i->ifa_next) {
		const struct sockaddr_in6 *v6 = (void *)i->ifa_addr;
		const struct sockaddr_in *v4 = (void *)i->ifa_addr;

		if (!i->ifa_addr)
			continue;
		if (family == 4 && v4->sin_family == AF_INET &&
		    !memcmp(&v4->sin_addr, addr, 4))
			return true;
		if (family == 6 && v6->sin6_family == AF_INET6 &&
		    !memcmp(&v6->sin6_addr, addr, 16))
			return true;
	}
	return false;
}

/* What is for the router's own address, or from it, is met elsewhere. */
static int find_hook(struct question *q, const struct event *p)
{
	struct ifaddrs *all;

	if (q->hook >= 0 || getifaddrs(&all))
		return q->hook;
	/* Of a reply, what it answers. */
	if (is_own(all, p->family, q->ct == ASK_REPLY ? p->src : p->dst))
		q->hook = CAMFENCE_HOOK_LOCAL_IN;
	else if (is_own(all, p->family, q->ct == ASK_REPLY ? p->dst : p->src))
		q->hook = CAMFENCE_HOOK_LOCAL_OUT;
	freeifaddrs(all);
	return q->hook;
}

static int dump_ranges(struct engine *e, struct answer *n, struct fault *f)
{
	size_t sets = n->rs.n[KIND_SET], i;
	int code = 0;

	n->ranges = mem_zalloc((sets + 1) * sizeof(*n->ranges));
	for (i = 0; i < sets && !code; i++)
		code = engine_dump_set(e, n->rs.set[i].name, n->rs.generation,
				       &n->ranges[i], f);
	return code;
}

/* Of one generation, or ESTALE. */
static int ask_once(struct engine *e, struct question *q, struct answer *n,
		    struct fault *f)
{
	int code = engine_dump(e, &n->rs, f);

	if (!code)
		code = dump_ranges(e, n, f);
	if (!code)
		code = question_packet(q, &n->rs, &n->packet, f);
	if (!code && find_hook(q, &n->packet) > 0)
		code = question_packet(q, &n->rs, &n->packet, f);
	if (!code)
		code = engine_verdict(e, &n->packet, &n->kernel, f);
	if (code)
		return code;
	if (n->kernel.generation != n->rs.generation) {
		f->err = ESTALE;
		return fault_set(f, CODE_REFUSED,
				 "the ruleset is being changed all the time; try again");
	}
	n->asked = true;
	n->x = (struct explained){ .rs = &n->rs, .ranges = n->ranges,
				   .packet = &n->packet,
				   .now = n->kernel.time / NANO };
	code = explain(&n->x, f);
	/* Without a ruleset it is not the core that says no. */
	if (n->kernel.reason == CAMFENCE_REASON_LOCKDOWN)
		explain_lockdown(&n->x);
	return code;
}

static int ask_kernel(const struct options *o, struct question *q,
		      struct answer *n, struct engine **e, struct fault *f)
{
	int code = engine_open(e, o->netns, f), tries = 0;

	if (code)
		return code;
	for (;;) {
		code = ask_once(*e, q, n, f);
		if (!code || f->err != ESTALE || ++tries == TRIES)
			return code;
		fault_clear(f);
		answer_free(n);
	}
}

static int ask_config(const struct options *o, const struct question *q,
		      struct answer *n, struct fault *f)
{
	struct config *c = &n->config;
	struct options all = *o;
	int code;

	/* Nothing is changed. */
	all.force = ~0U;
	code = config_load(c, q->offline, &all, f);

	if (!code)
		code = question_packet(q, &c->want, &n->packet, f);
	if (code)
		return code;
	n->x = (struct explained){ .rs = &c->want, .ranges = c->ranges,
				   .packet = &n->packet, .now = time_now(),
				   .place = c->place[KIND_SET] };
	return explain(&n->x, f);
}

/* It cannot be, and would mislead: what the kernel says goes before it. */
static int differ(const struct answer *n, struct fault *f)
{
	char *kernel = verdict_text(&n->kernel);
	char *own = verdict_text(&n->x.verdict);

	fault_set(f, CODE_REFUSED,
		  "the kernel decides otherwise than its ruleset says: this explanation is wrong");
	fault_add(f, "the kernel:%s", kernel);
	fault_add(f, "the tool:  %s", own);
	fault_add(f, "are tool and module of one version? See: camfence status; please report it");
	free(kernel);
	free(own);
	return CODE_REFUSED;
}

static const struct event *verdict_of(const struct answer *n)
{
	return n->asked ? &n->kernel : &n->x.verdict;
}

static const char *pass_or_drop(const struct event *verdict)
{
	return verdict_is_drop(verdict) ? "drop" : "pass";
}

static const char *ct_word(const struct event *p)
{
	static const char *const words[] = { "untracked", "new", "reply" };

	return p->hook == CAMFENCE_HOOK_BRIDGE &&
	       p->ct != CAMFENCE_CT_REPLY ? "" : words[p->ct];
}

static void print_answer(const struct answer *n)
{
	const struct event *v = verdict_of(n);
	char *verdict = verdict_text(v), *packet = packet_text(&n->packet);
	size_t i;

	printf("%s%s\n", pass_or_drop(v), verdict);
	printf("  %-10s%s%s%s\n", "packet", packet,
	       *ct_word(&n->packet) ? " " : "", ct_word(&n->packet));
	for (i = 0; i < n->x.n; i++) {
		const struct step *s = &n->x.step[i];
		char *safe = out_text(s->text);

		printf("  %-10s %s\n", s->what, safe);
		free(safe);
	}
	free(verdict);
	free(packet);
}

static void set_or_null(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, text ? json_text(text) : json_null());
}

static void set_if(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_text(text));
}

static json_t *json_step(const struct step *s)
{
	json_t *o = json_object();

	set_if(o, "step", s->what);
	set_if(o, s->command ? "command" : "text", s->text);
	set_if(o, "camera", s->camera);
	set_if(o, "policy", s->policy);
	set_if(o, "set", s->set);
	set_if(o, "range", s->range);
	set_if(o, "place", s->place);
	set_if(o, "exemption", s->exemption);
	return o;
}

static void json_answer(const struct options *o, const struct answer *n)
{
	json_t *root = json_head(), *packet = json_object(), *steps;
	const struct event *v = verdict_of(n);
	char buf[PACKET_WORD];
	size_t i;

	set_or_null(root, "verdict", pass_or_drop(v));
	set_or_null(root, "reason", reason_word(v->reason, buf));
	set_or_null(root, "camera", v->camera);
	set_or_null(root, "policy", v->policy);
	set_or_null(root, "set", v->set);
	set_or_null(root, "exemption", v->exemption);
	json_object_set_new(root, "generation",
			    n->asked ? json_integer(v->generation) :
				       json_null());
	json_packet(packet, &n->packet);
	set_if(packet, "hook", hook_word(n->packet.hook, buf));
	if (*ct_word(&n->packet))
		set_if(packet, "conntrack", ct_word(&n->packet));
	json_object_set_new(root, "packet", packet);
	steps = json_array();
	for (i = 0; i < n->x.n; i++)
		json_array_append_new(steps, json_step(&n->x.step[i]));
	json_object_set_new(root, "steps", steps);
	out_json(o, root);
}

static int run_explain(const struct options *o, struct args *a,
		       struct fault *f)
{
	struct engine *e = NULL;
	struct answer n = {};
	struct question q;
	int code;

	code = question_parse(&q, a, f);
	if (!code)
		code = q.offline ? ask_config(o, &q, &n, f) :
				   ask_kernel(o, &q, &n, &e, f);
	if (!code && o->json)
		json_answer(o, &n);
	else if (!code)
		print_answer(&n);
	if (!code && n.asked && !verdict_equal(&n.kernel, &n.x.verdict))
		code = differ(&n, f);
	answer_free(&n);
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "explain", run_explain,
	  "[camera NAME] [from END] [to END]\n"
	  "tcp|udp|sctp|dccp PORT|icmp|icmpv6 [TYPE]|proto NUMBER [source-port N]\n"
	  "[mac M] [addr A] [iif I] [oif O] [at forward|local-in|local-out|bridge]\n"
	  "[new|reply|untracked] [--offline FILE]",
	  "Whether such a packet passes, and why: the verdict of the kernel, each step that\n"
	  "led there, and what to type for the other one. Nothing is sent.\n"
	  "END        an address, or \"camera NAME\"; NAME before both is the end left out\n"
	  "mac M      of the end before it; a camera has its own, and its address; addr A\n"
	  "           is another one of its addresses\n"
	  "PORT       where the packet goes to, whichever end that is\n"
	  "at         where it is met; to the router's own address it is local-in\n"
	  "reply      the answer to what is described\n"
	  "untracked  no flow that conntrack knows\n"
	  "--offline FILE  what the configuration would do; needs no module and no root\n"
	  "  camfence explain camera hall-1 to 1.2.4.8 tcp 443\n"
	  "  camfence explain camera hall-1 from 192.0.2.9 tcp 554\n"
	  "  camfence explain camera hall-1 to 1.2.4.8 tcp 443 reply\n"
	  "  camfence explain from 10.20.0.14 mac 00:00:5e:00:53:01 to 1.2.4.8 icmp", NULL },
	{}
};

const struct object object_explain = {
	"explain", "why a packet passes or is dropped", commands,
};
