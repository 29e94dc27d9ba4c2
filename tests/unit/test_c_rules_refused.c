// SPDX-License-Identifier: GPL-2.0
/* Rulesets that cannot be built: what is said, and that nothing stays behind. */
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

	assert_int_equal(cf_rules_build(&out, &rs->in, NULL, message), want);
	assert_string_equal(message, sentence);
	assert_ptr_equal(out, none);
	core_free(rs);
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

static void unknown_set_of_exemption(void **state)
{
	(void)state;
	expect_error("set a\npolicy p pass\nexempt e policy=p set=a set=b\n",
		     -EBUSY,
		     "set \"b\" is used by exemption \"e\", but does not exist or is to be deleted");
}

static void unknown_site(void **state)
{
	(void)state;
	expect_error("policy p pass\nsite q\n", -EBUSY,
		     "policy \"q\" is used by option \"site\", but does not exist or is to be deleted");
}

static void site_that_drops(void **state)
{
	(void)state;
	expect_error("policy p pass\npolicy q drop audit\nsite q\n", -EINVAL,
		     "policy \"q\" is used by option \"site\", so its default must be pass: it judges what belongs to no camera");
}

static void unknown_policy_of_catch(void **state)
{
	(void)state;
	expect_error("policy p pass\ncatch eth q iif=eth0\n", -EBUSY,
		     "policy \"q\" is used by catch \"eth\", but does not exist or is to be deleted");
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
	expect_error("policy p pass\n"
		     "camera a p shared 10.0.0.0/8 10.0.0.0/8\n",
		     -EEXIST, "camera \"a\" has 10.0.0.0/8 twice");
	expect_error("policy p pass\n"
		     "catch a p iif=eth0 oui=3C:EF:8C/24 iif=eth0\n",
		     -EEXIST, "catch \"a\" has interface eth0 twice");
}

/* Every kind is told as an admin would know it. */
static void selectors_in_words(void **state)
{
	(void)state;
	expect_error("policy p pass\n"
		     "camera a p 2001:db8:ff00::/40\n"
		     "camera b p 2001:db8:ff00::/40\n", -EEXIST,
		     "cameras \"a\" and \"b\" both have 2001:db8:ff00:0:0:0:0:0/40");
	expect_error("policy p pass\n"
		     "camera a p ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128\n"
		     "camera b p ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128\n",
		     -EEXIST,
		     "cameras \"a\" and \"b\" both have ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
	expect_error("policy p pass\n"
		     "camera a p oui=44:19:B6:12:3/36\n"
		     "camera b p oui=44:19:B6:12:3/36\n", -EEXIST,
		     "cameras \"a\" and \"b\" both have 44:19:b6:12:30:00 (an OUI)");
	expect_error("policy p pass\n"
		     "camera a p iif=fifteen-letters\n"
		     "camera b p iif=fifteen-letters\n", -EEXIST,
		     "cameras \"a\" and \"b\" both have interface fifteen-letters");
	expect_error("policy p pass\n"
		     "catch a p oui=44:19:B6/24\ncatch b p oui=44:19:B6/24\n",
		     -EEXIST,
		     "catches \"a\" and \"b\" both have 44:19:b6:00:00:00 (an OUI)");
}

/* Refused where one of the two does not share. */
static void one_of_two_shares(void **state)
{
	(void)state;
	expect_error("policy p pass\n"
		     "camera a p shared 10.0.0.1\ncamera b p 10.0.0.1\n",
		     -EEXIST, "cameras \"a\" and \"b\" both have 10.0.0.1");
	expect_error("policy p pass\n"
		     "camera a p 10.0.0.1\ncamera b p shared 10.0.0.1\n",
		     -EEXIST, "cameras \"a\" and \"b\" both have 10.0.0.1");
	expect_error("policy p pass\n"
		     "camera a p shared 10.0.0.1\ncamera b p shared 10.0.0.1\n"
		     "camera c p 10.0.0.1\n",
		     -EEXIST, "cameras \"b\" and \"c\" both have 10.0.0.1");
}

static void longest_conflict_fits(void **state)
{
	static const char addr[] = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128";
	char a[CAMFENCE_NAME_LEN], b[CAMFENCE_NAME_LEN];
	char text[512], want[CF_MESSAGE_LEN];

	(void)state;
	memset(a, 'a', sizeof(a) - 1);
	a[sizeof(a) - 1] = 0;
	memset(b, 'b', sizeof(b) - 1);
	b[sizeof(b) - 1] = 0;
	snprintf(text, sizeof(text),
		 "policy p pass\ncamera %s p %s\ncamera %s p %s\n", a, addr, b,
		 addr);
	snprintf(want, sizeof(want),
		 "cameras \"%s\" and \"%s\" both have %s", a, b, addr);
	expect_error(text, -EEXIST, want);
}

/* ---- memory ---- */

static const char full[] =
	"set cn 203.0.113.0/24 2001:db8:bad::/48\nset nvr 192.0.2.1\n"
	"policy geoblock pass block=cn\npolicy isolate drop allow=nvr\n"
	"camera hall geoblock shared 02:00:00:00:00:01 10.0.0.1 2001:db8::1\n"
	"camera yard isolate shared 02:00:00:00:00:02 10.0.0.1 10.1.0.0/16\n"
	"catch brand isolate oui=44:19:B6/24 iif=eth3\n"
	"exempt ntp policy=isolate 198.51.100.1 proto=17 port=123\n"
	"exempt service:dhcp:1 policy=isolate router set=nvr proto=17\n"
	"exempt update camera=hall 203.0.113.7 until=1000\n"
	"site geoblock\nnat64 2001:db8:64::/96\n";

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
		err = cf_rules_build(&r, &rs->in, NULL, message);
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
	/* The rules, five arrays, the table of four, two classifiers */
	assert_true(n > 24);
	core_free(rs);
}

/* An error beside the memory's: what was built before it is freed, too. */
static void late_errors_leak_nothing(void **state)
{
	struct core_ruleset *rs = core_parse(full);
	struct cf_rules *none = (void *)rs, *r = none;
	char message[CF_MESSAGE_LEN];

	(void)state;
	rs->cameras[1]->shared = false;
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), -EEXIST);
	rs->cameras[1]->shared = true;
	rs->exemptions[2]->camera[0] = 'b';
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), -EBUSY);
	rs->exemptions[2]->camera[0] = 'h';
	rs->exemptions[1]->sets[0][0] = 'x';
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), -EBUSY);
	rs->exemptions[1]->sets[0][0] = 'n';
	rs->options->site[0] = 'x';
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), -EBUSY);
	rs->options->site[0] = 'g';
	rs->policies[0]->dflt = CAMFENCE_DEFAULT_DROP;
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), -EINVAL);
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
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), -E2BIG);
	assert_ptr_equal(r, none);
	assert_string_equal(message,
			    "the sets overlap in more than 65536 different ways; merge some of them");
	core_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_set),
		cmocka_unit_test(unknown_policy),
		cmocka_unit_test(unknown_owner_of_exemption),
		cmocka_unit_test(unknown_set_of_exemption),
		cmocka_unit_test(unknown_site),
		cmocka_unit_test(site_that_drops),
		cmocka_unit_test(unknown_policy_of_catch),
		cmocka_unit_test(longest_names_fit),
		cmocka_unit_test(selector_of_two_cameras),
		cmocka_unit_test(selector_of_one_camera_twice),
		cmocka_unit_test(selectors_in_words),
		cmocka_unit_test(one_of_two_shares),
		cmocka_unit_test(longest_conflict_fits),
		cmocka_unit_test(each_allocation_fails_once),
		cmocka_unit_test(late_errors_leak_nothing),
		cmocka_unit_test(too_many_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
