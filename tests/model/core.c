// SPDX-License-Identifier: GPL-2.0
/*
 * Holds kmod/core to the model: reads rulesets, packets and the verdicts that
 * the model gives them (verdicts.txt tells their form) from standard input,
 * asks the core, and prints each difference as one line that can be read back.
 * A ruleset that the core refuses is one failure; its packets are skipped.
 */
#include <netinet/in.h>
#include "libcore.h"

#define FAILURES_SHOWN 20

struct run {
	char *text;		/* of the ruleset */
	struct core_ruleset *rs;
	struct cf_rules *rules;
	u64 now;
	unsigned long cases;
	unsigned long failures;
	unsigned long told;	/* of a camera, by the short way */
};

/* Every object begins with its name. */
static const char *name_of(u32 i, const void *const *objects)
{
	return i == CF_NOTHING ? "-" : objects[i];
}

static void print(const struct cf_objects *in, const struct cf_verdict *v,
		  char *out, size_t len)
{
	snprintf(out, len, "%s %s %s %s %s%s", core_reason(v->reason),
		 name_of(v->camera, (const void *const *)in->cameras),
		 name_of(v->policy, (const void *const *)in->policies),
		 name_of(v->set, (const void *const *)in->sets),
		 name_of(v->exemption, (const void *const *)in->exemptions),
		 v->reject ? " reject" : "");
}

static void end_ruleset(struct run *r)
{
	cf_rules_free(r->rules);
	if (r->rs)
		core_free(r->rs);
	free(r->text);
	r->rules = NULL;
	r->rs = NULL;
	r->text = NULL;
}

static void print_ruleset(const struct run *r)
{
	const char *c;

	for (c = r->text; *c; c++)
		if (*c == '\n')
			fputs("; ", stdout);
		else
			putchar(*c);
	putchar('\n');
}

static void tell(struct run *r, const char *packet, const char *want,
		 const char *have)
{
	if (r->failures++ >= FAILURES_SHOWN)
		return;
	printf("FAIL want %s have %s: now %llu; packet %s ruleset ", want, have,
	       (unsigned long long)r->now, packet);
	print_ruleset(r);
}

static void begin_ruleset(struct run *r)
{
	char *line = NULL, message[CF_MESSAGE_LEN] = "";
	size_t room = 0, len = 0;
	FILE *text;

	end_ruleset(r);
	text = open_memstream(&r->text, &len);
	while (getline(&line, &room, stdin) > 0 && strcmp(line, "end\n"))
		fputs(line, text);
	free(line);
	fclose(text);
	r->rs = core_parse(r->text);
	if (!cf_rules_build(&r->rules, &r->rs->in, NULL, message))
		return;
	r->rules = NULL;
	r->cases++;
	r->failures++;
	printf("FAIL refused, %s: ruleset ", message);
	print_ruleset(r);
}

static bool are_same(const struct cf_verdict *a, const struct cf_verdict *b)
{
	return a->reason == b->reason && a->camera == b->camera &&
	       a->policy == b->policy && a->set == b->set &&
	       a->exemption == b->exemption && a->reject == b->reject &&
	       a->spoofed == b->spoofed && a->senders[0] == b->senders[0] &&
	       a->senders[1] == b->senders[1];
}

/* The packet at FORWARD, whatever it was. */
static struct cf_flow forwarded(const struct cf_flow *f)
{
	struct cf_flow g = *f;

	g.hook = CF_HOOK_FORWARD;
	g.before.family = CF_NONE;
	g.flags &= ~(CF_FLOW_SRC_OWN | CF_FLOW_DST_OWN | CF_FLOW_ETHERTYPE);
	return g;
}

/* Between the same ends, TCP that is nothing special. */
static struct cf_flow as_tcp(const struct cf_flow *f)
{
	struct cf_flow g = *f;

	g.proto = IPPROTO_TCP;
	g.flags &= CF_FLOW_GROUP | CF_FLOW_MAC_LATER;
	g.flags |= CF_FLOW_PORTS;
	g.inner_src.family = CF_NONE;
	g.inner_dst.family = CF_NONE;
	return g;
}

/*
 * Does the short way give the whole decision's verdict, and of each packet of
 * no camera at all?
 */
static bool is_told_alike(struct run *r, const struct cf_flow *of)
{
	struct cf_flow f = forwarded(of), tcp = as_tcp(&f);
	bool later = f.flags & (CF_FLOW_GROUP | CF_FLOW_MAC_LATER);
	struct cf_verdict plain, whole;

	cf_decide(r->rules, &f, r->now, &whole);
	if (!cf_decide_plainly(r->rules, f.smac, later ? 0 : f.dmac, &f.src,
			       &f.dst, &plain))
		return !r->rules->plain ||
		       whole.reason != CAMFENCE_REASON_NO_CAMERA;
	if (plain.reason != CAMFENCE_REASON_NO_CAMERA) {
		cf_decide(r->rules, &tcp, r->now, &whole);
		r->told++;
	}
	return are_same(&plain, &whole);
}

static void judge(struct run *r, char *packet)
{
	char *want = strstr(packet, " => ");
	struct cf_verdict v;
	struct cf_flow f;
	char have[512];

	if (!want || !r->rs)
		core_cannot_read("packet", packet);
	if (!r->rules)
		return;
	*want = 0;
	want += 4;
	want[strcspn(want, "\n")] = 0;
	f = core_flow(packet);
	cf_decide(r->rules, &f, r->now, &v);
	print(&r->rs->in, &v, have, sizeof(have));
	r->cases++;
	if (strcmp(have, want))
		tell(r, packet, want, have);
	else if (!is_told_alike(r, &f))
		tell(r, packet, want, "another verdict by the short way");
}

int main(void)
{
	struct run r = { .now = 0 };
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		if (!strcmp(line, "ruleset\n"))
			begin_ruleset(&r);
		else if (!strncmp(line, "now ", 4))
			r.now = strtoull(line + 4, NULL, 10);
		else if (!strncmp(line, "packet ", 7))
			judge(&r, line + 7);
		else if (line[0] != '#' && line[0] != '\n' &&
			 strncmp(line, "packet-level:", 13))
			core_cannot_read("line", line);
	}
	end_ruleset(&r);
	free(line);
	printf("# short way %lu\n", r.told);
	printf("%lu passed, %lu failed\n", r.cases - r.failures, r.failures);
	return !r.cases || r.failures;
}
