// SPDX-License-Identifier: GPL-2.0
/*
 * Rules built from those before them, against rules built from nothing: they
 * decide alike, share what has not changed and nothing else, and what is still
 * read stays when others go.
 */
#include "libcore.h"

#define SLOTS 6		/* names of each kind */
#define TEXT 512
#define PROBES 200

/* One object, and what it was read from. */
struct version {
	struct core_ruleset *rs;	/* NULL: no such object */
	char v4[TEXT];			/* of a set */
	char v6[TEXT];
};

/* What is to be built: the newest version of each. */
static struct version now[CF_KINDS][SLOTS];

struct generation {
	struct cf_objects in;
	const void *of[CF_KINDS][SLOTS];
	char ranges[2][SLOTS * TEXT];	/* of all sets, in their order */
	struct cf_rules *rules;
	u64 digest;
};

/* All that was ever parsed: older generations read it. */
#define PARSED_MOST 4096
static struct core_ruleset *parsed[PARSED_MOST];
static unsigned int n_parsed;

static struct core_ruleset *parse(const char *text)
{
	assert_true(n_parsed < PARSED_MOST);
	parsed[n_parsed] = core_parse(text);
	return parsed[n_parsed++];
}

static void free_parsed(void)
{
	while (n_parsed)
		core_free(parsed[--n_parsed]);
	memset(now, 0, sizeof(now));
}

/* ---- change ---- */

static void random_ranges(char *out, const char *format)
{
	size_t len = 0;
	unsigned int i;

	*out = 0;
	for (i = 0; i < 16; i++)
		if (core_one_in(3))
			len += snprintf(out + len, TEXT - len, format, i);
}

/* One family's ranges, or both, or none: put again as it was. */
static void change_set(struct version *v, unsigned int slot)
{
	char text[2 * TEXT + 16];
	unsigned int what = core_below(4);

	if (what & 1)
		random_ranges(v->v4, " 10.%u.0.0/16");
	if (what & 2)
		random_ranges(v->v6, " 2001:db8:%x::/48");
	snprintf(text, sizeof(text), "set s%u%s%s", slot, v->v4, v->v6);
	v->rs = parse(text);
}

static void change_policy(struct version *v, unsigned int slot)
{
	char text[TEXT];

	snprintf(text, sizeof(text), "policy p%u %s allow=s%u block=s%u,s%u",
		 slot, core_one_in(2) ? "pass" : "drop", core_below(SLOTS),
		 core_below(SLOTS), core_below(SLOTS));
	v->rs = parse(text);
}

static void change_camera(struct version *v, unsigned int slot)
{
	char text[TEXT];

	snprintf(text, sizeof(text),
		 "camera c%u p%u shared 192.168.0.%u 02:00:00:00:00:%02x 2001:db8:cafe::%x",
		 slot, core_below(SLOTS), core_below(8), core_below(8),
		 core_below(8));
	v->rs = parse(text);
}

static void change_exemption(struct version *v, unsigned int slot)
{
	char text[TEXT];

	snprintf(text, sizeof(text),
		 "exempt e%u %s%u 10.%u.0.0/%u 2001:db8:%x::/48 set=s%u dir=both",
		 slot, core_one_in(2) ? "camera=c" : "policy=p",
		 core_below(SLOTS), core_below(8) * 2, 15 + core_below(2),
		 core_below(16), core_below(SLOTS));
	v->rs = parse(text);
}

static void change(enum cf_kind kind, unsigned int slot)
{
	struct version *v = &now[kind][slot];

	if (core_one_in(4)) {
		v->rs = NULL;
		return;
	}
	switch (kind) {
	case CF_KIND_SET:
		change_set(v, slot);
		break;
	case CF_KIND_POLICY:
		change_policy(v, slot);
		break;
	case CF_KIND_CAMERA:
		change_camera(v, slot);
		break;
	default:
		change_exemption(v, slot);
	}
}

/* ---- build ---- */

static struct generation *collect(void)
{
	struct generation *g = core_alloc(1, sizeof(*g));
	unsigned int kind, i;

	for (kind = 0; kind < CF_KINDS; kind++) {
		g->in.of[kind] = g->of[kind];
		for (i = 0; i < SLOTS; i++) {
			const struct version *v = &now[kind][i];

			if (!v->rs)
				continue;
			g->of[kind][g->in.n[kind]++] = v->rs->in.of[kind][0];
			if (kind != CF_KIND_SET)
				continue;
			strcat(strcat(g->ranges[0], v->v4), "|");
			strcat(strcat(g->ranges[1], v->v6), "|");
		}
	}
	return g;
}

static struct cf_rules *build(const struct generation *g,
			      const struct generation *before)
{
	char message[CF_MESSAGE_LEN];
	struct cf_rules *r = NULL;
	int err;

	err = cf_rules_build(&r, &g->in, before ? before->rules : NULL,
			     message);
	assert_true(!err || err == -EBUSY);	/* a name that is not there */
	assert_true(!err == !!r);
	return r;
}

static void free_generation(struct generation *g)
{
	if (g)
		cf_rules_free(g->rules);
	free(g);
}

/* ---- compare ---- */

static struct cf_addr random_addr(void)
{
	struct cf_addr a = core_addr("10.0.0.1");
	bool camera = core_one_in(2);

	if (core_one_in(2)) {
		a.v4 = camera ? 0xc0a80000 + core_below(9) :
				0x0a000001 + (core_below(17) << 16);
		return a;
	}
	a.family = CF_IPV6;
	a.v6.hi = camera ? 0x20010db8cafe0000 :
			   0x20010db800000000 + ((u64)core_below(17) << 16);
	a.v6.lo = core_below(9);
	return a;
}

static u64 mix(u64 digest, u64 v)
{
	return (digest ^ v) * 0x9e3779b97f4a7c15ULL;
}

/* All that is decided of some packets: the same ones at every call. */
static u64 digest_of(const struct cf_rules *r)
{
	static struct cf_flow flows[PROBES];
	struct cf_verdict v;
	u64 digest = 0;
	unsigned int i;

	for (i = 0; i < PROBES; i++) {
		struct cf_flow *f = &flows[i];

		if (!f->src.family) {
			f->src = random_addr();
			f->dst = random_addr();
			f->smac = core_below(2) * (0x020000000000 + core_below(9));
		}
		cf_decide(r, f, 1000, &v);
		digest = mix(digest, v.reason);
		digest = mix(digest, v.camera);
		digest = mix(digest, v.policy);
		digest = mix(digest, v.set);
		digest = mix(digest, v.exemption);
		digest = mix(digest, v.spoofed);
		digest = mix(digest, f->dst.family == CF_IPV4 ?
			     cf_classify4(r->classify4, f->dst.v4) :
			     cf_classify6(r->classify6, f->dst.v6));
	}
	return digest;
}

/* Return: how many classifiers are shared */
static unsigned int expect_shared(const struct generation *g,
				  const struct generation *before)
{
	unsigned int v6, n = 0;

	for (v6 = 0; v6 < 2; v6++) {
		bool same = !strcmp(g->ranges[v6], before->ranges[v6]);

		assert_int_equal(g->rules->shared[v6] ==
				 before->rules->shared[v6], same);
		n += same;
	}
	return n;
}

static void expect_same(const struct generation *g)
{
	struct cf_rules *scratch = build(g, NULL);

	assert_non_null(scratch);
	assert_true(digest_of(scratch) == g->digest);
	assert_int_equal(scratch->bytes, g->rules->bytes);
	cf_rules_free(scratch);
}

#define ALIVE 5

/* Some generations are still read; each goes when it likes. */
static void random_changes(void **state)
{
	struct generation *alive[ALIVE] = { NULL }, *g, *before = NULL;
	unsigned int n, i, built = 0, shared = 0;

	(void)state;
	for (n = 0; n < 2000; n++) {
		struct version was[CF_KINDS][SLOTS];

		memcpy(was, now, sizeof(was));
		for (i = core_one_in(2) ? 1 : core_below(4); i; i--)
			change(core_below(CF_KIND_OPTIONS), core_below(SLOTS));
		g = collect();
		g->rules = build(g, before);
		if (!g->rules) {
			free_generation(g);
			memcpy(now, was, sizeof(was));
			continue;
		}
		built++;
		g->digest = digest_of(g->rules);
		expect_same(g);
		if (before)
			shared += expect_shared(g, before);
		/* The one before may go at once, or long after. */
		i = core_below(ALIVE);
		if (alive[i])
			assert_true(digest_of(alive[i]->rules) ==
				    alive[i]->digest);
		free_generation(alive[i]);
		alive[i] = g;
		before = g;
	}
	printf("# %u built, %u classifiers shared\n", built, shared);
	assert_true(built > 300 && shared > built);
	for (i = 0; i < ALIVE; i++)
		free_generation(alive[i]);
	free_parsed();
}

/* ---- what fails leaves the rules before as they were ---- */

static struct generation *first_generation(void)
{
	struct generation *g;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		change_set(&now[CF_KIND_SET][i], i);
		change_policy(&now[CF_KIND_POLICY][i], i);
		change_camera(&now[CF_KIND_CAMERA][i], i);
		change_exemption(&now[CF_KIND_EXEMPTION][i], i);
	}
	g = collect();
	g->rules = build(g, NULL);
	assert_non_null(g->rules);
	g->digest = digest_of(g->rules);
	return g;
}

/* Fails at each place that there is, and shares nothing then. */
static unsigned int fail_everywhere(struct generation *before,
				    unsigned int *at, int want)
{
	struct generation *g = collect();
	char message[CF_MESSAGE_LEN] = "";
	unsigned int n, i;
	int err = want;

	for (n = 1; err; n++) {
		*at = n;
		err = cf_rules_build(&g->rules, &g->in, before->rules, message);
		*at = 0;
		assert_true(!err || err == want);
		for (i = 0; err && i < 2; i++)
			assert_int_equal(before->rules->shared[i]->refs, 1);
		assert_true(n < 100);
	}
	assert_string_equal(message, "");
	assert_true(digest_of(before->rules) == before->digest);
	free_generation(g);
	return n - 2;
}

static void failures(void **state)
{
	struct generation *g = first_generation();
	unsigned int camera, set;

	(void)state;
	change_camera(&now[CF_KIND_CAMERA][0], 0);
	camera = fail_everywhere(g, &cf_alloc_fail_at, -ENOMEM);
	now[CF_KIND_SET][2].rs = parse("set s2 10.17.0.0/24");
	set = fail_everywhere(g, &cf_alloc_fail_at, -ENOMEM);
	/* The rules, five arrays, the table of four; what is shared costs none */
	assert_int_equal(camera, 10);
	assert_true(set > camera);
	/* In the table, the exemptions and their order. */
	assert_int_equal(fail_everywhere(g, &cf_interrupt_at, -EINTR), 3);
	free_generation(g);
	free_parsed();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_changes),
		cmocka_unit_test(failures),
	};

	core_seed("rules, again");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
