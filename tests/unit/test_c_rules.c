// SPDX-License-Identifier: GPL-2.0
/* From a ruleset by name to what the packet path reads. */
#include "libcore.h"

#define UNTOUCHED "untouched"

static struct cf_rules *build(const struct core_ruleset *rs)
{
	char message[CF_MESSAGE_LEN] = UNTOUCHED;
	struct cf_rules *r = NULL;

	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), 0);
	assert_string_equal(message, UNTOUCHED);
	assert_non_null(r);
	assert_true(r->bytes > sizeof(*r));
	return r;
}

static void nothing_at_all(void **state)
{
	struct core_ruleset *rs = core_parse("");
	struct cf_rules *r = build(rs);
	struct cf_addr a = core_addr("192.0.2.1");

	(void)state;
	assert_true(!cf_classify4(r->classify4, a.v4));
	assert_null(cf_cameras_by_addr(r->table, &a));
	cf_rules_free(r);
	core_free(rs);
	cf_rules_free(NULL);
}

/* ---- what is made of it ---- */

static u32 set_number(const struct core_ruleset *rs, const char *name)
{
	u32 i;

	for (i = 0; strcmp(rs->sets[i]->name, name); i++)
		;
	return i;
}

static void expect_order(const struct core_ruleset *rs, const u8 *order,
			 u32 n, const char *names)
{
	char buf[64], *name, *rest;
	u32 i = 0;

	snprintf(buf, sizeof(buf), "%s", names);
	for (name = strtok_r(buf, ",", &rest); name;
	     name = strtok_r(NULL, ",", &rest)) {
		assert_true(i < n);
		assert_int_equal(order[i++], set_number(rs, name));
	}
	assert_int_equal(i, n);
}

/* As the policy lists them, not as they are sorted. */
static void order_of_sets(void **state)
{
	struct core_ruleset *rs = core_parse("set a\nset b\nset c\nset d\n"
		"policy none drop audit\n"
		"policy one pass allow=d,a,c block=b,a\n"
		"policy two drop block=c,b,d\n");
	struct cf_rules *r = build(rs);
	struct cf_rule_policy *p = r->policies;

	(void)state;
	assert_int_equal(p[0].n_allow + p[0].n_block, 0);
	assert_true(!p[0].allow && !p[0].block);
	assert_int_equal(p[0].dflt, CAMFENCE_DEFAULT_DROP);
	assert_int_equal(p[0].action, CAMFENCE_ACTION_AUDIT);

	expect_order(rs, p[1].order, p[1].n_allow, "d,a,c");
	expect_order(rs, p[1].order + p[1].n_allow, p[1].n_block, "b,a");
	assert_true(p[1].allow == 0xd && p[1].block == 0x3);
	assert_int_equal(p[1].dflt, CAMFENCE_DEFAULT_PASS);
	assert_int_equal(p[1].action, CAMFENCE_ACTION_DROP);

	assert_int_equal(p[2].n_allow, 0);
	expect_order(rs, p[2].order, p[2].n_block, "c,b,d");
	assert_true(!p[2].allow && p[2].block == 0xe);
	cf_rules_free(r);
	core_free(rs);
}

static void sixty_three_sets(void **state)
{
	char text[2048] = "", list[512] = "";
	struct core_ruleset *rs;
	struct cf_rules *r;
	unsigned int i;

	(void)state;
	for (i = 0; i < CAMFENCE_MAX_SETS; i++) {
		size_t len = strlen(text), list_len = strlen(list);

		snprintf(text + len, sizeof(text) - len,
			 "set s%02u 0.0.0.0/0 ::/0\n", i);
		snprintf(list + list_len, sizeof(list) - list_len, "%ss%02u",
			 i ? "," : "", CAMFENCE_MAX_SETS - 1 - i);
	}
	i = strlen(text);
	snprintf(text + i, sizeof(text) - i, "policy p pass block=%s\n", list);
	rs = core_parse(text);
	r = build(rs);
	assert_true(r->policies[0].block == U64_MAX >> 1);
	for (i = 0; i < CAMFENCE_MAX_SETS; i++)
		assert_int_equal(r->policies[0].order[i],
				 CAMFENCE_MAX_SETS - 1 - i);
	assert_true(cf_classify4(r->classify4, 1) == U64_MAX >> 1);
	cf_rules_free(r);
	core_free(rs);
}

static void cameras_know_their_policy(void **state)
{
	struct core_ruleset *rs = core_parse("policy p pass\npolicy q pass\n"
		"policy r pass\n"
		"camera a r 10.0.0.1 02:00:00:00:00:01\n"
		"camera b p 10.0.0.2\ncamera c q 10.0.0.3\n");
	struct cf_rules *r = build(rs);
	struct cf_addr a = core_addr("10.0.0.3");

	(void)state;
	assert_int_equal(r->cameras[0].policy, 2);
	assert_int_equal(r->cameras[1].policy, 0);
	assert_int_equal(r->cameras[2].policy, 1);
	assert_int_equal(cf_cameras_by_mac(r->table,
					   0x020000000001)->camera, 0);
	assert_int_equal(cf_cameras_by_addr(r->table, &a)->camera, 2);
	cf_rules_free(r);
	core_free(rs);
}

static void print_holes(const struct cf_rules *r,
			const struct core_ruleset *rs, struct cf_span span,
			char *got, size_t size)
{
	u32 i;

	for (i = span.first; i < span.first + span.n; i++) {
		size_t len = strlen(got);

		snprintf(got + len, size - len, "%s/%u ",
			 rs->exemptions[r->holes[i].exemption]->name,
			 r->holes[i].len);
	}
}

/* IPv4's, then IPv6's. */
static void expect_holes(const struct cf_rules *r,
			 const struct core_ruleset *rs, struct cf_holes of,
			 const char *want)
{
	char got[512] = "";

	print_holes(r, rs, of.ipv4, got, sizeof(got));
	print_holes(r, rs, of.ipv6, got, sizeof(got));
	assert_string_equal(got, want);
}

/* Each owner has its own, by family, address and length, the last name first. */
static void order_of_holes(void **state)
{
	struct core_ruleset *rs = core_parse("policy p pass\npolicy q pass\n"
		"camera a p 10.0.0.1\ncamera b p 10.0.0.2\n"
		"exempt z camera=b 192.0.2.1 192.0.2.0/24\n"
		"exempt y camera=b 192.0.2.2 2001:db8::/32 192.0.2.0/31\n"
		"exempt x policy=q 0.0.0.0/0 ::/0\n"
		"exempt w camera=b 2001:db8::1 192.0.2.0/24 192.0.2.2\n"
		"exempt v policy=p\n"
		"exempt u policy=p 192.0.2.0/25 192.0.2.128/25\n");
	struct cf_rules *r = build(rs);

	(void)state;
	assert_int_equal(r->n_holes, 12);
	expect_holes(r, rs, r->cameras[0].exempted.holes, "");
	expect_holes(r, rs, r->cameras[1].exempted.holes,
		     "z/24 w/24 y/31 z/32 y/32 w/32 y/32 w/128 ");
	expect_holes(r, rs, r->policies[0].exempted.holes, "u/25 u/25 ");
	expect_holes(r, rs, r->policies[1].exempted.holes, "x/0 x/0 ");
	cf_rules_free(r);
	core_free(rs);
}

static void expect_wide(const struct cf_rules *r, const struct core_ruleset *rs,
			struct cf_span span, const char *want)
{
	char got[512] = "";
	u32 i;

	for (i = span.first; i < span.first + span.n; i++) {
		size_t len = strlen(got);

		snprintf(got + len, sizeof(got) - len, "%s/%llx ",
			 rs->exemptions[r->wide[i].exemption]->name,
			 (unsigned long long)r->wide[i].sets);
	}
	assert_string_equal(got, want);
}

/* Those for sets and the router, by name; those for prefixes are none. */
static void wide_exemptions(void **state)
{
	struct core_ruleset *rs = core_parse("set a\nset b\nset c\nset d\n"
		"policy p pass\npolicy q pass\n"
		"camera a p 10.0.0.1\ncamera b p 10.0.0.2\n"
		"exempt z camera=b set=d set=a\n"
		"exempt y camera=b 192.0.2.2\n"
		"exempt x camera=b router\n"
		"exempt w policy=q 192.0.2.1 set=b router\n"
		"exempt v camera=b set=c 192.0.2.3\n");
	struct cf_rules *r = build(rs);

	(void)state;
	assert_int_equal(r->n_wide, 4);
	expect_wide(r, rs, r->cameras[0].exempted.wide, "");
	expect_wide(r, rs, r->cameras[1].exempted.wide, "v/4 x/0 z/9 ");
	expect_wide(r, rs, r->policies[0].exempted.wide, "");
	expect_wide(r, rs, r->policies[1].exempted.wide, "w/2 ");
	expect_holes(r, rs, r->cameras[1].exempted.holes, "y/32 v/32 ");
	expect_holes(r, rs, r->policies[1].exempted.holes, "w/32 ");
	assert_true(r->router);
	cf_rules_free(r);
	core_free(rs);
}

/* ---- options, and what hooks must know ---- */

struct need {
	const char *text;
	bool by_mac;
	bool router;
	const char *site;
};

static const struct need needs[] = {
	{ "", false, false, NULL },
	{ "camera a p 10.0.0.1 10.0.0.0/8 2001:db8::1 iif=eth0\n", false,
	  false, NULL },
	{ "catch a p iif=eth0\n", false, false, NULL },
	{ "camera a p 10.0.0.1\ncamera b p 02:00:00:00:00:01\n", true, false,
	  NULL },
	{ "camera a p oui=44:19:B6/24\n", true, false, NULL },
	{ "camera a p oui=44:19:B6:1/28\n", true, false, NULL },
	{ "catch a p oui=44:19:B6:12:3/36\n", true, false, NULL },
	{ "set s\nexempt x policy=p set=s 10.0.0.1\n", false, false, NULL },
	{ "exempt x policy=p 10.0.0.1\nexempt y policy=q router\n", false,
	  true, NULL },
	{ "site q\n", false, false, "q" },
	{ "site p\nnat64 2001:db8::/96\n", false, false, "p" },
	{ "nat64 2001:db8::/96\n", false, false, NULL },
};

static void what_hooks_need(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(needs); i++) {
		const struct need *n = &needs[i];
		struct core_ruleset *rs;
		struct cf_rules *r;
		char text[256];

		snprintf(text, sizeof(text), "policy p pass\npolicy q pass\n%s",
			 n->text);
		rs = core_parse(text);
		r = build(rs);
		assert_int_equal(r->by_mac, n->by_mac);
		assert_int_equal(r->router, n->router);
		if (n->site)
			assert_string_equal(rs->policies[r->site]->name,
					    n->site);
		else
			assert_int_equal(r->site, CF_NOTHING);
		cf_rules_free(r);
		core_free(rs);
	}
}

/* The MAC is what a spoofed address is suspected by. */
static void cameras_that_have_a_mac(void **state)
{
	struct core_ruleset *rs = core_parse("policy p pass\n"
		"camera a p 10.0.0.1\n"
		"camera b p 10.0.0.2 02:00:00:00:00:01\n"
		"camera c p oui=44:19:B6/24\n");
	struct cf_rules *r = build(rs);

	(void)state;
	assert_false(r->cameras[0].has_mac);
	assert_true(r->cameras[1].has_mac);
	assert_false(r->cameras[2].has_mac);
	cf_rules_free(r);
	core_free(rs);
}

static void nat64_as_written(void **state)
{
	struct core_ruleset *rs = core_parse("nat64 2001:db8::/32 2001:db8::/96\n"
		"nat64 2001:db8:1::/48 2001:db8:2::/64 2001:db8:300::/40\n");
	struct cf_rules *r = build(rs);

	(void)state;
	assert_int_equal(r->nat64.n, 5);
	assert_ptr_equal(r->nat64.prefixes, rs->options->nat64);
	assert_int_equal(rs->options->nat64[0].len, 32);
	assert_int_equal(rs->options->nat64[1].len, 96);
	cf_rules_free(r);
	core_free(rs);
}

static void set_of_each_family(void **state)
{
	struct core_ruleset *rs = core_parse("set a 192.0.2.0/24\n"
		"set b 2001:db8::/32\nset c 192.0.2.128/25 2001:db8::1\n");
	struct cf_rules *r = build(rs);

	(void)state;
	assert_true(cf_classify4(r->classify4, 0xc0000201) == 1);
	assert_true(cf_classify4(r->classify4, 0xc0000281) == 5);
	assert_true(cf_classify6(r->classify6, core_addr("2001:db8::").v6) == 2);
	assert_true(cf_classify6(r->classify6, core_addr("2001:db8::1").v6) ==
		    6);
	assert_true(!cf_classify6(r->classify6, core_addr("2001:db9::").v6));
	cf_rules_free(r);
	core_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(order_of_sets),
		cmocka_unit_test(sixty_three_sets),
		cmocka_unit_test(cameras_know_their_policy),
		cmocka_unit_test(order_of_holes),
		cmocka_unit_test(wide_exemptions),
		cmocka_unit_test(what_hooks_need),
		cmocka_unit_test(cameras_that_have_a_mac),
		cmocka_unit_test(nat64_as_written),
		cmocka_unit_test(set_of_each_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
