// SPDX-License-Identifier: GPL-2.0
/*
 * What is said to keep an exemption from matching, against the core, which knows
 * only that it does not: of random exemptions and packets each has a miss if and
 * only if the core does not take it. And that the core has all of a ruleset.
 */
#include <arpa/inet.h>
#include "libcore.h"

#include "explain_parts.h"
#include "mem.h"
#include "times.h"

#define NOW 1000
#define ROUNDS 20000

static u8 some_proto(void)
{
	static const u8 protos[] = { 6, 17, 1, 47 };

	return protos[core_below(ARRAY_SIZE(protos))];
}

static void some_ports(struct ports *p)
{
	p->n = core_below(3);
	p->v[0] = (struct camfence_port_range){ 1, 1 };
	p->v[1] = (struct camfence_port_range){ 3, 4 };
}

static u32 some_addr(void)
{
	return core_one_in(4) ? 0x0b000001 : 0x0a000001;
}

static void some_exemption(struct exemption *e)
{
	e->dir = core_below(3);
	e->proto = core_one_in(4) ? -1 : some_proto();
	e->until = core_one_in(2) ? TIME_FOREVER : NOW - 1 + core_below(3);
	e->not_before = core_one_in(2) ? 0 : NOW - 1 + core_below(3);
	e->router = core_one_in(3);
	e->n_icmp_types = 0;
	e->ports.n = 0;
	e->local_ports.n = 0;
	if (e->not_before >= e->until)
		e->not_before = 0;
	if (e->proto == 1 && core_one_in(2))
		e->icmp_type[e->n_icmp_types++] = core_one_in(2) ? 8 : 0;
	if (e->proto != 6 && e->proto != 17)
		return;
	some_ports(&e->ports);
	some_ports(&e->local_ports);
}

static void some_packet(struct event *p)
{
	static const u32 hooks[] = {
		CAMFENCE_HOOK_FORWARD, CAMFENCE_HOOK_LOCAL_IN,
		CAMFENCE_HOOK_LOCAL_OUT, CAMFENCE_HOOK_BRIDGE,
	};
	bool sends = core_one_in(2);
	u32 remote = htonl(some_addr()), camera = htonl(0x0a140001);

	*p = (struct event){ .is_packet = true, .family = 4, .sport = -1,
			     .dport = -1, .icmp_type = -1 };
	p->hook = hooks[core_below(ARRAY_SIZE(hooks))];
	/* The router is the remote there. */
	if (p->hook == CAMFENCE_HOOK_LOCAL_IN)
		sends = true;
	if (p->hook == CAMFENCE_HOOK_LOCAL_OUT)
		sends = false;
	memcpy(sends ? p->src : p->dst, &camera, 4);
	memcpy(sends ? p->dst : p->src, &remote, 4);
	p->proto = some_proto();
	p->ct = core_below(3);
	if (p->proto == 6 || p->proto == 17) {
		p->sport = 1 + core_below(5);
		p->dport = 1 + core_below(5);
	} else if (p->proto == 1) {
		p->icmp_type = core_one_in(2) ? 8 : 0;
	}
}

static void give(struct ruleset *rs)
{
	struct policy *p = ruleset_add_policy(rs);
	struct camera *c = ruleset_add_camera(rs, KIND_CAMERA);
	struct selector *s = camera_add_selector(c);
	struct exemption *e = ruleset_add_exemption(rs);
	struct range *r = exemption_add_remote(e);

	p->name = mem_strdup("p");
	p->default_ = CAMFENCE_DEFAULT_DROP;
	c->name = mem_strdup("c");
	c->policy = mem_strdup("p");
	s->type = SELECT_ADDR;
	s->addr = (struct range){ .family = 4, .v4 = { 0x0a140001, 0x0a140001 } };
	e->name = mem_strdup("e");
	*r = (struct range){ .family = 4, .v4 = { 0x0a000000, 0x0a0fffff } };
}

static bool exempts(const struct trace *t)
{
	return t->v.reason == CAMFENCE_REASON_EXEMPTION ||
	       t->v.reason == CAMFENCE_REASON_REPLY;
}

/* Return: did the core take it? */
static bool one_round(struct ruleset *rs)
{
	struct exemption *e = rs->exemption;
	struct event packet;
	struct explained x = {
		.rs = rs, .packet = &packet, .now = core_one_in(8) ? 0 : NOW,
	};
	struct fault f = {};
	struct trace t;
	bool has, taken;
	char *miss;

	some_exemption(e);
	some_packet(&packet);
	free(e->camera);
	free(e->policy);
	e->camera = core_one_in(2) ? mem_strdup("c") : NULL;
	e->policy = e->camera ? NULL : mem_strdup("p");
	assert_int_equal(trace_begin(&t, &x, &f), 0);
	assert_int_equal(t.n, 1);
	assert_true(exemption_is_of(&t, &t.judged[0], e));
	has = exemption_has_remote(&t, &t.judged[0], e);
	miss = exemption_misses(&t, &t.judged[0], e);
	taken = exempts(&t);
	assert_int_equal(taken, has && !miss);
	free(miss);
	trace_end(&t);
	return taken;
}

static void misses(void **unused)
{
	struct ruleset rs = {};
	unsigned int taken = 0, i;

	(void)unused;
	core_seed("misses");
	give(&rs);
	for (i = 0; i < ROUNDS; i++)
		taken += one_round(&rs);
	ruleset_free(&rs);
	/* Both happen often enough to be a test. */
	assert_in_range(taken, ROUNDS / 50, ROUNDS / 2);
}

/* The command that is proposed is one that the core takes. */
static void changes(void **unused)
{
	unsigned int proposed = 0, i;
	struct ruleset rs = {};

	(void)unused;
	core_seed("changes");
	give(&rs);
	rs.exemption->camera = mem_strdup("c");
	rs.exemption->until = NOW - 1;
	for (i = 0; i < ROUNDS / 20; i++) {
		struct fault f = {};
		struct event packet;
		struct explained x = { .rs = &rs, .packet = &packet, .now = NOW };

		some_packet(&packet);
		assert_int_equal(explain(&x, &f), 0);
		assert_true(verdict_is_drop(&x.verdict));
		/* One camera, one remote: a second one would mean no pass. */
		assert_string_equal(x.step[x.n - 1].what, "change");
		assert_string_not_equal(x.step[x.n - 2].what, "change");
		proposed += !!strstr(x.step[x.n - 1].text, " add ");
		explain_free(&x);
	}
	ruleset_free(&rs);
	assert_in_range(proposed, 1, ROUNDS / 20 - 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(misses),
		cmocka_unit_test(changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
