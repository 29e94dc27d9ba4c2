// SPDX-License-Identifier: GPL-2.0
/* From a ruleset by name to what the packet path reads. */
#include "libcore.h"

#define UNTOUCHED "untouched"

/*
 * Builds and expects an error with a sentence; UNTOUCHED: without. Whatever
 * the error, nothing is given back.
 */
static void expect_error(const char *text, int want, const char *sentence)
{
	struct core_ruleset *rs = core_parse(text);
	struct cf_rules *none = (void *)rs, *out = none;
	char message[CF_MESSAGE_LEN] = UNTOUCHED;

	assert_int_equal(cf_rules_build(&out, &rs->in, message), want);
	assert_string_equal(message, sentence);
	assert_ptr_equal(out, none);
	core_free(rs);
}

static struct cf_rules *build(const struct core_ruleset *rs)
{
	char message[CF_MESSAGE_LEN] = UNTOUCHED;
	struct cf_rules *r = NULL;

	assert_int_equal(cf_rules_build(&r, &rs->in, message), 0);
	assert_string_equal(message, UNTOUCHED);
	assert_non_null(r);
	assert_true(cf_rules_bytes(r, &rs->in) > sizeof(*r));
	return r;
}

static void nothing_at_all(void **state)
{
	struct core_ruleset *rs = core_parse("");
	struct cf_rules *r = build(rs);
	struct cf_addr a = core_addr("192.0.2.1");

	(void)state;
	assert_true(!cf_classify4(r->classify4, a.v4));
	assert_int_equal(cf_cameras_by_addr(r->table, &a), CF_NO_CAMERA);
	cf_rules_free(r);
	core_free(rs);
	cf_rules_free(NULL);
}

/* ---- what is not there ---- */

static void unknown_set(void **state)
{
	(void)state;
	expect_error("policy p pass block=cn\n", -EBUSY,
		     "set \"cn\" is used by policy \"p\", but does not exist or is to be deleted");
	expect_error("set a\nset c\npolicy p pass allow=a,b block=c\n", -EBUSY,
		     "set \"b\" is used by policy \"p\", but does not exist or is to be deleted");
	expect_error("set a\nset c\npolicy o pass\npolicy p pass allow=a block=c,d\n",
		     -EBUSY,
		     "set \"d\" is used by policy \"p\", but does not exist or is to be deleted");
	/* Half a name is another name. */
	expect_error("set cnx\nset c\npolicy p pass block=cn\n", -EBUSY,
		     "set \"cn\" is used by policy \"p\", but does not exist or is to be deleted");
}

static void unknown_policy(void **state)
{
	(void)state;
	expect_error("camera hall geoblock 10.0.0.1\n", -EBUSY,
		     "policy \"geoblock\" is used by camera \"hall\", but does not exist or is to be deleted");
	expect_error("policy a pass\npolicy c pass\n"
		     "camera x a 10.0.0.1\ncamera y b 10.0.0.2\n", -EBUSY,
		     "policy \"b\" is used by camera \"y\", but does not exist or is to be deleted");
	/* The names of one kind are not those of another. */
	expect_error("set p\ncamera p p 10.0.0.1\n", -EBUSY,
		     "policy \"p\" is used by camera \"p\", but does not exist or is to be deleted");
}

static void unknown_owner_of_exemption(void **state)
{
	(void)state;
	expect_error("policy p pass\nexempt e camera=p 192.0.2.1\n", -EBUSY,
		     "camera \"p\" is used by exemption \"e\", but does not exist or is to be deleted");
	expect_error("policy p pass\ncamera c p 10.0.0.1\n"
		     "exempt e policy=c 192.0.2.1\n", -EBUSY,
		     "policy \"c\" is used by exemption \"e\", but does not exist or is to be deleted");
	expect_error("policy p pass\ncamera c p 10.0.0.1\n"
		     "exempt d camera=c 192.0.2.1\n"
		     "exempt e camera=d 192.0.2.1\n", -EBUSY,
		     "camera \"d\" is used by exemption \"e\", but does not exist or is to be deleted");
}

static void longest_names_fit(void **state)
{
	char name[CAMFENCE_NAME_LEN], text[4 * CAMFENCE_NAME_LEN];
	char want[CF_MESSAGE_LEN];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	snprintf(text, sizeof(text), "policy p pass\nexempt %s policy=%s ::\n",
		 name, name);
	snprintf(want, sizeof(want),
		 "policy \"%s\" is used by exemption \"%s\", but does not exist or is to be deleted",
		 name, name);
	expect_error(text, -EBUSY, want);
}

/* ---- what is there twice ---- */

static void selector_of_two_cameras(void **state)
{
	(void)state;
	expect_error("policy p pass\n"
		     "camera yard p 02:00:00:00:0a:ff\n"
		     "camera hall p 10.0.0.1 02:00:00:00:0a:ff\n", -EEXIST,
		     "cameras \"hall\" and \"yard\" both have 02:00:00:00:0a:ff");
	expect_error("policy p pass\npolicy q pass\n"
		     "camera a p 10.20.255.1\ncamera b p 10.20.255.2\n"
		     "camera c q 10.20.255.1\n", -EEXIST,
		     "cameras \"a\" and \"c\" both have 10.20.255.1");
	expect_error("policy p pass\n"
		     "camera a p 2001:db8::ff:1\ncamera b p 2001:db8::ff:1\n",
		     -EEXIST,
		     "cameras \"a\" and \"b\" both have 2001:db8:0:0:0:0:ff:1");
	expect_error("policy p pass\n"
		     "camera a p ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n"
		     "camera b p ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n",
		     -EEXIST,
		     "cameras \"a\" and \"b\" both have ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void selector_of_one_camera_twice(void **state)
{
	(void)state;
	expect_error("policy p pass\n"
		     "camera a p 255.255.255.255 10.0.0.1 255.255.255.255\n",
		     -EEXIST, "camera \"a\" has 255.255.255.255 twice");
	expect_error("policy p pass\n"
		     "camera a p fe:dc:ba:98:76:54 fe:dc:ba:98:76:54\n",
		     -EEXIST, "camera \"a\" has fe:dc:ba:98:76:54 twice");
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
	assert_int_equal(cf_cameras_by_mac(r->table, 0x020000000001), 0);
	assert_int_equal(cf_cameras_by_addr(r->table, &a), 2);
	cf_rules_free(r);
	core_free(rs);
}

static void expect_holes(const struct cf_rules *r,
			 const struct core_ruleset *rs, struct cf_span span,
			 const char *want)
{
	char got[512] = "";
	u32 i;

	for (i = span.first; i < span.first + span.n; i++) {
		size_t len = strlen(got);

		snprintf(got + len, sizeof(got) - len, "%s/%u ",
			 rs->exemptions[r->holes[i].exemption]->name,
			 r->holes[i].prefix.len);
	}
	assert_string_equal(got, want);
}

/* Each owner has its own, longest prefix first, then by address and name. */
static void rank_of_holes(void **state)
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
	expect_holes(r, rs, r->cameras[0].holes, "");
	expect_holes(r, rs, r->cameras[1].holes,
		     "w/128 z/32 w/32 y/32 y/32 y/31 w/24 z/24 ");
	expect_holes(r, rs, r->policies[0].holes, "u/25 u/25 ");
	expect_holes(r, rs, r->policies[1].holes, "x/0 x/0 ");
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

/* ---- memory ---- */

static const char full[] =
	"set cn 203.0.113.0/24 2001:db8:bad::/48\nset nvr 192.0.2.1\n"
	"policy geoblock pass block=cn\npolicy isolate drop allow=nvr\n"
	"camera hall geoblock 02:00:00:00:00:01 10.0.0.1 2001:db8::1\n"
	"camera yard isolate 02:00:00:00:00:02\n"
	"exempt ntp policy=isolate 198.51.100.1 proto=17 port=123\n"
	"exempt update camera=hall 203.0.113.7 until=1000\n";

/* What leaks, the sanitizer tells. */
static void each_allocation_fails_once(void **state)
{
	struct core_ruleset *rs = core_parse(full);
	struct cf_rules *none = (void *)rs;
	unsigned int n;
	int err = -ENOMEM;

	(void)state;
	for (n = 1; err; n++) {
		char message[CF_MESSAGE_LEN] = UNTOUCHED;
		struct cf_rules *r = none;

		cf_alloc_fail_at = n;
		err = cf_rules_build(&r, &rs->in, message);
		assert_string_equal(message, UNTOUCHED);
		if (err) {
			assert_int_equal(err, -ENOMEM);
			assert_ptr_equal(r, none);
			assert_int_equal(cf_alloc_fail_at, 0);
		} else {
			cf_rules_free(r);
		}
		assert_true(n < 100);
	}
	cf_alloc_fail_at = 0;
	/* The rules, their four arrays, three tables, two classifiers */
	assert_true(n > 20);
	core_free(rs);
}

/* An error beside the memory's: what was built before it is freed, too. */
static void late_errors_leak_nothing(void **state)
{
	struct core_ruleset *rs = core_parse(full);
	struct cf_rules *none = (void *)rs, *r = none;
	char message[CF_MESSAGE_LEN];

	(void)state;
	rs->cameras[1]->selectors[0].mac = 0x020000000001;
	assert_int_equal(cf_rules_build(&r, &rs->in, message), -EEXIST);
	rs->cameras[1]->selectors[0].mac = 2;
	rs->exemptions[1]->camera[0] = 'b';
	assert_int_equal(cf_rules_build(&r, &rs->in, message), -EBUSY);
	assert_ptr_equal(r, none);
	core_free(rs);
}

static void too_many_classes(void **state)
{
	struct core_ruleset *rs = core_parse("set a\nset b\nset c\nset d\n"
		"set e\nset f\nset g\nset h\nset i\nset j\nset k\nset l\n"
		"set m\nset n\nset o\nset p\nset q 10.1.0.0\n");
	struct cf_rules *none = (void *)rs, *r = none;
	char message[CF_MESSAGE_LEN] = UNTOUCHED;
	u32 i, n;

	(void)state;
	for (i = 0; i < 16; i++) {
		struct cf_set *set = rs->sets[i];

		set->r4 = core_alloc(32768 >> i, sizeof(*set->r4));
		for (n = 1U << i; n < 65536; n += 2U << i)
			set->r4[set->n4++] = (struct cf_range4){
				n, n + (1U << i) - 1
			};
	}
	assert_int_equal(cf_rules_build(&r, &rs->in, message), -E2BIG);
	assert_ptr_equal(r, none);
	assert_string_equal(message,
			    "the sets overlap in more than 65536 different ways; merge some of them");
	core_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(unknown_set),
		cmocka_unit_test(unknown_policy),
		cmocka_unit_test(unknown_owner_of_exemption),
		cmocka_unit_test(longest_names_fit),
		cmocka_unit_test(selector_of_two_cameras),
		cmocka_unit_test(selector_of_one_camera_twice),
		cmocka_unit_test(order_of_sets),
		cmocka_unit_test(sixty_three_sets),
		cmocka_unit_test(cameras_know_their_policy),
		cmocka_unit_test(rank_of_holes),
		cmocka_unit_test(set_of_each_family),
		cmocka_unit_test(each_allocation_fails_once),
		cmocka_unit_test(late_errors_leak_nothing),
		cmocka_unit_test(too_many_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
