// SPDX-License-Identifier: GPL-2.0
/*
 * Which packets does cf_decide_plainly() answer for, and that it answers as
 * cf_decide() does where it does.
 */
#include "libdecide.h"

static const char rules[] =
	"set cn 203.0.113.0/24 2001:db8:bad::/48\n"
	"set nvr 203.0.113.9/32\n"
	"policy block pass block=cn\n"
	"policy open pass allow=nvr block=cn\n"
	"policy closed drop\n"
	"policy told pass reject block=cn\n"
	"policy watched pass audit block=cn\n"
	"policy served drop\n"
	"exempt e policy=served 8.8.8.8\n"
	"exempt h camera=holed 8.8.8.8\n"
	"camera cam block 10.0.0.1 2001:db8:c::1\n"
	"camera own open 10.0.0.2 02:00:00:00:00:02\n"
	"camera shut closed 10.0.0.3\n"
	"camera loud told 10.0.0.4\n"
	"camera seen watched 10.0.0.5\n"
	"camera serv served 10.0.0.6\n"
	"camera holed block 10.0.0.7\n"
	"camera sh-a block shared 10.0.0.8\n"
	"camera sh-b closed shared 10.0.0.8\n"
	"camera sh-c block shared 02:00:00:00:00:08\n"
	"camera sh-d closed shared 02:00:00:00:00:08\n";

#define ASK "to be asked"

static const struct decision decisions[] = {
	{ "nobody's", "", "10.1.0.1>203.0.113.1", "no_camera - - -" },
	{ "to a blocked remote", "", "10.0.0.1>203.0.113.1", "block cam cn -" },
	{ "from a blocked remote", "", "203.0.113.1>10.0.0.1",
	  "block cam cn -" },
	{ "to any other", "", "10.0.0.1>8.8.8.8", "default_pass cam - -" },
	{ "IPv6", "", "2001:db8:c::1>2001:db8:bad::1", "block cam cn -" },
	{ "a written form is the IPv4 address", "",
	  "10.0.0.1>64:ff9b::203.0.113.1", "block cam cn -" },
	{ "a written form by the ruleset's prefix",
	  "nat64 2001:db8:64::/96\n",
	  "10.0.0.1>2001:db8:64::203.0.113.1", "block cam cn -" },
	{ "allow before block", "",
	  "10.0.0.2>203.0.113.9 mac=02:00:00:00:00:02", "allow own nvr -" },
	{ "by its MAC alone", "", "10.9.9.9>203.0.113.1 mac=02:00:00:00:00:02",
	  "block own cn -" },
	{ "by the receiver's MAC", "",
	  "203.0.113.1>10.9.9.9 dmac=02:00:00:00:00:02", "block own cn -" },
	{ "by default", "", "10.0.0.3>8.8.8.8", "default_drop shut - -" },
	{ "reject answers", "", "10.0.0.4>203.0.113.1", ASK },
	{ "audit tells", "", "10.0.0.5>203.0.113.1", ASK },
	{ "its policy has exemptions", "", "10.0.0.6>9.9.9.9", ASK },
	{ "it has exemptions", "", "10.0.0.7>9.9.9.9", ASK },
	{ "a shared address", "", "10.0.0.8>8.8.8.8", ASK },
	{ "a shared MAC", "", "10.9.9.9>8.8.8.8 mac=02:00:00:00:00:08", ASK },
	{ "cameras at both ends", "", "10.0.0.1>10.0.0.3", ASK },
	{ "MAC and address of two cameras", "",
	  "10.0.0.1>8.8.8.8 mac=02:00:00:00:00:02", ASK },
	{ "its address from another MAC", "",
	  "10.0.0.2>8.8.8.8 mac=02:00:00:00:00:99", ASK },
	{ "6to4 hides another remote", "", "2001:db8:c::1>2002:cb00:7101::1",
	  ASK },
	{ "Teredo hides another remote", "", "2001:db8:c::1>2001:0:1::1", ASK },
	{ "a stranger's remote hides nothing that counts", "",
	  "2001:db8:d::1>2002:cb00:7101::1", "no_camera - - -" },
	{ "site judges strangers", "site block\n", "10.1.0.1>203.0.113.1", ASK },
	{ "a subnet's camera", "camera net block 10.2.0.0/16\n",
	  "10.0.0.1>203.0.113.1", ASK },
	{ "an interface's catch", "catch port block iif=eth3\n",
	  "10.0.0.1>203.0.113.1", ASK },
};

static void one(const struct decision *d)
{
	char all[4096], text[256] = ASK, whole[256], message[CF_MESSAGE_LEN];
	struct cf_flow f = core_flow(d->packet);
	struct core_ruleset *rs;
	struct cf_verdict v, w;
	struct cf_rules *r;

	snprintf(all, sizeof(all), "%s%s", rules, d->more_rules);
	rs = core_parse(all);
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), 0);
	memset(&v, 0xa5, sizeof(v));
	if (cf_decide_plainly(r, f.smac, f.dmac, &f.src, &f.dst, &v)) {
		core_print_verdict(&rs->in, &v, text, sizeof(text));
		cf_decide(r, &f, 1000, &w);
		core_print_verdict(&rs->in, &w, whole, sizeof(whole));
		if (strcmp(text, whole))
			fail_msg("%s: %s, but in full %s", d->proves, text,
				 whole);
		assert_ptr_equal(v.senders[0], w.senders[0]);
		assert_ptr_equal(v.senders[1], w.senders[1]);
	}
	if (strcmp(text, d->verdict))
		fail_msg("%s: %s", d->proves, text);
	cf_rules_free(r);
	core_free(rs);
}

static void each(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(decisions); i++)
		one(&decisions[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
