// SPDX-License-Identifier: GPL-2.0
/* How cameras are known: each row once right and, beside it, almost right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cameras.h"
#include "guard.h"
#include "parse.h"
#include "ruleset.h"

static void macs(void **unused)
{
	static const char *const good[] = {
		"00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5e00.5301",
		"00005e005301", "00005E005301",
	};
	static const char *const bad[] = {
		"", "00:00:5e:00:53", "00:00:5e:00:53:0", "00:00:5e:00:53:0g",
		"00:00:5e:00:53:01:", "00:00:5e-00:53:01", "0000:5e00:5301",
		"00.00.5e.00.53.01", "00005e00530", "00005e0053011",
		"0000.5e005301.", "00:00:00:00:00:00", "01:00:5e:00:00:01",
		"ff:ff:ff:ff:ff:ff", "0:0:5e:0:53:1", "::::::::::::",
		"00005e:005301", "00:005e:00:53:01", "00:00:5e:00:53:01:02",
		".0000.5e00.5301", "00:00:5e",
	};
	u8 mac[6], first[6];
	char buf[MAC_TEXT];
	size_t i;

	(void)unused;
	assert_null(parse_mac(good[0], first));
	assert_string_equal(mac_text(first, buf), good[0]);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		assert_null(parse_mac(good[i], mac));
		assert_memory_equal(mac, first, 6);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!parse_mac(bad[i], mac))
			fail_msg("\"%s\" was taken", bad[i]);
}

static void ouis(void **unused)
{
	static const struct {
		const char *typed;
		const char *text;	/* NULL: it is none */
		unsigned int len;
	} rows[] = {
		{ "00:00:5e", "00:00:5e", 24 },
		{ "00-00-5E", "00:00:5e", 24 },
		{ "00005e", "00:00:5e", 24 },
		{ "0000.5e", "00:00:5e", 24 },
		{ "00:00:5e:a", "00:00:5e:a", 28 },
		{ "00-00-5e-A", "00:00:5e:a", 28 },
		{ "00005ea", "00:00:5e:a", 28 },
		{ "0000.5ea", "00:00:5e:a", 28 },
		{ "00:00:5e:00:5", "00:00:5e:00:5", 36 },
		{ "0000.5e00.5", "00:00:5e:00:5", 36 },
		{ "00005e005", "00:00:5e:00:5", 36 },
		{ "00:00:00", "00:00:00", 24 },
		{ "00:00:5", NULL, 0 },
		{ "00:00:5e:", NULL, 0 },
		{ "00:00:5e:00", NULL, 0 },
		{ "00:00:5e:00:53", NULL, 0 },
		{ "00:00:5e:00:53:0", NULL, 0 },
		{ "00:00:5e:00:53:01", NULL, 0 },
		{ "0:000:5e", NULL, 0 },
		{ "00:00-5e", NULL, 0 },
		{ "00:00:5g", NULL, 0 },
		{ "01:00:5e", NULL, 0 },
		{ "00:00:5e/24", NULL, 0 },
		{ "hikvision", NULL, 0 },
		{ "", NULL, 0 },
	};
	char buf[MAC_TEXT];
	unsigned int len;
	u8 oui[6];
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *wrong = parse_oui(rows[i].typed, oui, &len);

		if (!wrong != !!rows[i].text)
			fail_msg("\"%s\": %s", rows[i].typed,
				 wrong ? wrong : "taken");
		if (wrong)
			continue;
		assert_int_equal(len, rows[i].len);
		assert_string_equal(oui_text(oui, len, buf), rows[i].text);
	}
	assert_non_null(strstr(parse_oui("00:00:5e:00:53:01", oui, &len),
			       "a whole MAC address"));
	/* What is behind the digits is zero: the kernel wants it so. */
	assert_null(parse_oui("00:00:5e:a", oui, &len));
	assert_memory_equal(oui, "\0\0\x5e\xa0\0\0", 6);
}

static void camera_addresses(void **unused)
{
	static const char *const bad[] = {
		"0.0.0.1", "224.0.0.1", "239.255.255.255", "255.255.255.255", "0.0.0.0",
		"127.0.0.1", "ff02::1", "::", "::1", "::ffff:192.0.2.1",
		"64:ff9b::c000:201", "192.0.2.0/24", "192.0.2.1/32",
		"192.0.2.1-192.0.2.2", "hall-1", "",
	};
	static const char *const good[] = {
		"192.0.2.1", "223.255.255.255", "2001:db8::1", "fe80::1",
		"126.255.255.255", "128.0.0.0", "::2",
	};
	struct range r;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!parse_camera_addr(bad[i], &r))
			fail_msg("\"%s\" was taken", bad[i]);
	for (i = 0; i < ARRAY_SIZE(good); i++)
		if (parse_camera_addr(good[i], &r))
			fail_msg("\"%s\": %s", good[i],
				 parse_camera_addr(good[i], &r));
}

static void subnets(void **unused)
{
	static const struct {
		const char *typed;
		const char *text;	/* NULL: it is none */
		bool host_bits;
	} rows[] = {
		{ "192.0.2.0/24", "192.0.2.0/24", false },
		{ "192.0.2.9/24", "192.0.2.0/24", true },
		{ "192.0.2.8/31", "192.0.2.8/31", false },
		{ "192.0.2.8/32", NULL, false },
		{ "192.0.2.8", NULL, false },
		{ "192.0.2.0-192.0.2.9", NULL, false },
		{ "0.0.0.0/0", NULL, false },
		{ "10.1.2.3/0", NULL, false },
		{ "0.0.0.0/1", "0.0.0.0/1", false },
		{ "224.0.0.0/4", NULL, false },
		{ "192.0.2.0/33", NULL, false },
		{ "127.0.0.0/8", NULL, false },
		{ "126.0.0.0/7", "126.0.0.0/7", false },
		{ "0.1.0.0/16", NULL, false },
		{ "::/127", NULL, false },
		{ "::/126", "::/126", false },
		{ "2001:db8::/64", "2001:db8::/64", false },
		{ "2001:db8::1/64", "2001:db8::/64", true },
		{ "2001:db8::/128", NULL, false },
		{ "ff02::/16", NULL, false },
		{ "::/0", NULL, false },
		{ "fe80::/10", "fe80::/10", false },
		{ "::ffff:10.0.0.0/104", NULL, false },
		{ "64:ff9b::/96", NULL, false },
		{ "hall", NULL, false },
		{ "/24", NULL, false },
		{ "", NULL, false },
	};
	char buf[RANGE_TEXT];
	struct range r;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		bool host_bits = false;
		const char *wrong = parse_camera_net(rows[i].typed, &r,
						     &host_bits);

		if (!wrong != !!rows[i].text)
			fail_msg("\"%s\": %s", rows[i].typed,
				 wrong ? wrong : "taken");
		if (wrong)
			continue;
		assert_string_equal(range_text(&r, buf), rows[i].text);
		assert_int_equal(host_bits, rows[i].host_bits);
	}
}

static void nat64_prefixes(void **unused)
{
	static const char *const good[] = {
		"2001:db8::/32", "2001:db8::/40", "2001:db8::/48",
		"2001:db8::/56", "2001:db8::/64", "2001:db8:64::/96",
		"64:ff9b::/96", "64:ff9b:1::/48",
	};
	static const char *const bad[] = {
		"2001:db8::/33", "2001:db8::/95", "2001:db8::/128", "::/0",
		"2001:db8::", "192.0.2.0/24", "10.0.0.0/32", "nat64", "",
		"2001:db8::ff00:0:0:0/96", "2001:db8::100:0:0:0/96",
		"2001:db8::1-2001:db8::2", "::/32", "::/64", "::ffff:0:0/96",
	};
	struct range r;
	bool host_bits;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		if (parse_nat64(good[i], &r, &host_bits) || host_bits)
			fail_msg("\"%s\"", good[i]);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!parse_nat64(bad[i], &r, &host_bits))
			fail_msg("\"%s\" was taken", bad[i]);
	assert_null(parse_nat64("2001:db8:64::1/96", &r, &host_bits));
	assert_true(host_bits);
	/* Bits 64 to 71 alone are reserved. */
	assert_null(parse_nat64("2001:db8::ff:0:0:0/96", &r, &host_bits));
}

static void interfaces(void **unused)
{
	static const char *const good[] = {
		"e", "eth1", "eth1.10", "br-lan", "0123456789abcde", "k\xc3\xb8",
	};
	static const char *const bad[] = {
		"", "0123456789abcdef", ".", "..", "a b", "a/b", "a:b", "a\tb",
		"a\x7f", "lo",
	};
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		if (parse_iface(good[i]))
			fail_msg("\"%s\": %s", good[i], parse_iface(good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!parse_iface(bad[i]))
			fail_msg("\"%s\" was taken", bad[i]);
}

/* Every pair of these differs, and each is equal to itself. */
static void selectors(void **unused)
{
	static const struct {
		enum selector_type type;
		const char *typed;
	} rows[] = {
		{ SELECT_MAC, "00:00:5e:00:53:01" },
		{ SELECT_MAC, "00:00:5e:00:53:02" },
		{ SELECT_ADDR, "192.0.2.0" },
		{ SELECT_ADDR, "192.0.2.1" },
		{ SELECT_ADDR, "2001:db8::" },
		{ SELECT_NET, "192.0.2.0/24" },
		{ SELECT_NET, "192.0.2.0/25" },
		{ SELECT_NET, "2001:db8::/32" },
		{ SELECT_NET, "2001:db8::/64" },
		{ SELECT_OUI, "00:00:5e" },
		{ SELECT_OUI, "00:00:5e:0" },
		{ SELECT_OUI, "00:00:5e:00:0" },
		{ SELECT_IIF, "eth1" },
		{ SELECT_IIF, "eth1.10" },
	};
	struct selector s[ARRAY_SIZE(rows)];
	char buf[RANGE_TEXT];
	struct fault f = {};
	size_t i, k;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(parse_selector(rows[i].type, rows[i].typed,
						&s[i], &f), 0);
		assert_string_equal(selector_text(&s[i], buf), rows[i].typed);
		for (k = 0; k <= i; k++)
			assert_int_equal(selector_equal(&s[i], &s[k]), i == k);
	}
	assert_int_equal(parse_selector(SELECT_NET, "10.1.2.3/8", &s[0], &f),
			 CODE_INPUT);
	assert_non_null(strstr(f.text, "the subnet is 10.0.0.0/8"));
	assert_non_null(strstr(f.text, "addr 10.1.2.3"));
	fault_clear(&f);
}

static void guards(void **unused)
{
	unsigned int force = 0;
	struct fault f = {};

	(void)unused;
	assert_int_equal(guard_parse("one-family", &force, &f), 0);
	assert_true(guard_forced(force, GUARD_ONE_FAMILY));
	assert_false(guard_forced(force, GUARD_SHARED));
	assert_int_equal(guard_word("--force=shared,one-family", &force, &f), 0);
	assert_true(guard_forced(force, GUARD_SHARED));
	assert_int_equal(guard_parse("shard", &force, &f), CODE_INPUT);
	assert_non_null(strstr(f.text, "did you mean \"shared\"?"));
	assert_int_equal(guard_parse("", &force, &f), CODE_INPUT);
	assert_int_equal(guard_parse("shared,", &force, &f), CODE_INPUT);
	assert_int_equal(guard_word("--force", &force, &f), CODE_INPUT);
	assert_true(guard_is_word("--force"));
	assert_true(guard_is_word("--force="));
	assert_false(guard_is_word("--forced"));
	assert_false(guard_is_word("-f"));
	fault_clear(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(macs),
		cmocka_unit_test(ouis),
		cmocka_unit_test(camera_addresses),
		cmocka_unit_test(subnets),
		cmocka_unit_test(nat64_prefixes),
		cmocka_unit_test(interfaces),
		cmocka_unit_test(selectors),
		cmocka_unit_test(guards),
	};

	return cmocka_run_group_tests_name("u_selectors", tests, NULL, NULL);
}
