// SPDX-License-Identifier: GPL-2.0
/* What an admin types: each row once right and, beside it, almost right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "parse.h"
#include "ruleset.h"
#include "suggest.h"
#include "times.h"

static void ranges(void **unused)
{
	static const struct {
		const char *typed;
		const char *text;	/* NULL: it is none */
		bool host_bits;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", false },
		{ "0.0.0.0", "0.0.0.0", false },
		{ "255.255.255.255", "255.255.255.255", false },
		{ "256.0.0.1", NULL, false },
		{ "192.0.2", NULL, false },
		{ "192.0.2.", NULL, false },
		{ "192.0.2.1.", NULL, false },
		{ "192.0.2.1.2", NULL, false },
		{ "192.0.2.01", NULL, false },
		{ "192.0.2.0001", NULL, false },
		{ "192.0.2.1 ", NULL, false },
		{ "192.0..1", NULL, false },
		{ "", NULL, false },
		{ ".", NULL, false },
		{ "0x7f.0.0.1", NULL, false },
		{ "192.0.2.0/24", "192.0.2.0/24", false },
		{ "10.1.2.3/8", "10.0.0.0/8", true },
		{ "10.1.2.3/32", "10.1.2.3", false },
		{ "10.1.2.3/0", "0.0.0.0/0", true },
		{ "10.1.2.3/33", NULL, false },
		{ "10.1.2.3/", NULL, false },
		{ "10.1.2.3/-1", NULL, false },
		{ "10.1.2.3/08", NULL, false },
		{ "10.1.2.3/24/8", NULL, false },
		{ "10.1.2/24", NULL, false },
		{ "10.0.0.0/99999999999", NULL, false },
		{ "192.0.2.1-192.0.2.9", "192.0.2.1-192.0.2.9", false },
		{ "192.0.2.1 - 192.0.2.9", "192.0.2.1-192.0.2.9", false },
		{ "192.0.2.0-192.0.2.255", "192.0.2.0/24", false },
		{ "192.0.2.9-192.0.2.1", NULL, false },
		{ "192.0.2.9-", NULL, false },
		{ "-192.0.2.9", NULL, false },
		{ "192.0.2.1-9", NULL, false },
		{ "192.0.2.1-2001:db8::1", NULL, false },
		{ "2001:db8::1", "2001:db8::1", false },
		{ "2001:DB8::/32", "2001:db8::/32", false },
		{ "2001:db8::1/32", "2001:db8::/32", true },
		{ "2001:db8::/64", "2001:db8::/64", false },
		{ "2001:db8::1/64", "2001:db8::/64", true },
		{ "2001:db8:0:1::/63", "2001:db8::/63", true },
		{ "2001:db8::/128", "2001:db8::", false },
		{ "2001:db8::/129", NULL, false },
		{ "::/0", "::/0", false },
		{ "2001:db8::1-2001:db8::9", "2001:db8::1-2001:db8::9", false },
		{ "2001:db8::9-2001:db8::1", NULL, false },
		{ "2001:db8:::1", NULL, false },
		{ "fe80::1%eth0", NULL, false },
		{ "2001:db8::1::2", NULL, false },
		{ "12345::", NULL, false },
		{ "1:2:3:4:5:6:7:8:9", NULL, false },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL,
		  false },
	};
	char buf[RANGE_TEXT];
	struct range r;
	bool host_bits;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *s = rows[i].typed;
		const char *wrong = parse_range(s, strlen(s), &r, &host_bits);

		if (!wrong != !!rows[i].text)
			fail_msg("\"%s\": %s", s, wrong ? wrong : "taken");
		if (wrong)
			continue;
		assert_string_equal(range_text(&r, buf), rows[i].text);
		assert_int_equal(host_bits, rows[i].host_bits);
	}
}

static void lengths_are_prefixes(void **unused)
{
	char typed[64];
	struct range r;
	bool host_bits;
	int len;

	(void)unused;
	for (len = 0; len <= 32; len++) {
		snprintf(typed, sizeof(typed), "255.255.255.255/%d", len);
		assert_null(parse_prefix(typed, &r, &host_bits));
		assert_int_equal(range_prefix_len(&r), len);
		assert_int_equal(host_bits, len < 32);
	}
	for (len = 0; len <= 128; len++) {
		snprintf(typed, sizeof(typed),
			 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/%d", len);
		assert_null(parse_prefix(typed, &r, &host_bits));
		assert_int_equal(range_prefix_len(&r), len);
		assert_int_equal(host_bits, len < 128);
	}
	assert_non_null(parse_prefix("192.0.2.1-192.0.2.2", &r, &host_bits));
	assert_non_null(parse_prefix("::ffff:192.0.2.1", &r, &host_bits));
	assert_non_null(parse_prefix("64:ff9b::/96", &r, &host_bits));
	assert_null(parse_prefix("64:ff9b::/95", &r, &host_bits));
}

static void written_forms(void **unused)
{
	static const struct {
		const char *typed;
		bool written;
	} rows[] = {
		{ "::ffff:0:0/96", true },
		{ "::ffff:192.0.2.1", true },
		{ "::ffff:0:0/95", false },
		{ "::fffe:ffff:ffff", false },
		{ "::1:0:0:0", false },
		{ "64:ff9b::/96", true },
		{ "64:ff9b::c000:201", true },
		{ "64:ff9b::1:0:0", false },
		{ "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", false },
		{ "192.0.2.1", false },
	};
	struct range r;
	bool host_bits;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *s = rows[i].typed;

		assert_null(parse_range(s, strlen(s), &r, &host_bits));
		if (range_is_written4(&r) != rows[i].written)
			fail_msg("%s", s);
	}
}

static void names_and_texts(void **unused)
{
	char longest[200];

	(void)unused;
	memset(longest, 'a', sizeof(longest));
	longest[63] = '\0';
	assert_null(parse_name(longest));
	longest[63] = 'a';
	longest[64] = '\0';
	assert_non_null(parse_name(longest));
	assert_null(parse_text(longest));
	longest[64] = 'a';
	longest[128] = '\0';
	assert_null(parse_text(longest));
	longest[128] = 'a';
	longest[129] = '\0';
	assert_non_null(parse_text(longest));

	assert_null(parse_name("k\xc3\xb8kken 1,2"));
	assert_non_null(parse_name(""));
	assert_non_null(parse_name("a:b"));
	assert_non_null(parse_name("a/b"));
	assert_non_null(parse_name("a\nb"));
	assert_non_null(parse_name("a\x1b[31m"));
	assert_non_null(parse_name("a\x7f"));
	assert_non_null(parse_name("a\302\23331m"));
	assert_null(parse_name("a\xc2\xa0"));
	assert_non_null(parse_name("a\xff"));
	assert_non_null(parse_name("a\xc3"));
	assert_null(parse_text("a:b/c"));
	assert_non_null(parse_text("a\tb"));
	assert_non_null(parse_text(""));
}

static void utf8(void **unused)
{
	static const struct {
		const char *s;
		size_t n;
	} rows[] = {
		{ "a", 1 }, { "\xc3\xb8", 2 }, { "\xe2\x82\xac", 3 },
		{ "\xf0\x9f\x93\xb7", 4 }, { "\x80", 0 }, { "\xc0\x80", 0 },
		{ "\xc1\xbf", 0 }, { "\xe0\x80\x80", 0 }, { "\xe0\xa0\x80", 3 },
		{ "\xed\x9f\xbf", 3 }, { "\xed\xa0\x80", 0 },
		{ "\xee\x80\x80", 3 }, { "\xf0\x80\x80\x80", 0 },
		{ "\xf4\x8f\xbf\xbf", 4 }, { "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 }, { "\xc3", 0 }, { "\xc3x", 0 },
		{ "\xe2\x82", 0 }, { "\xf0\x9f\x93", 0 },
	};
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (utf8_length(rows[i].s, strlen(rows[i].s)) != rows[i].n)
			fail_msg("row %zu", i);
}

static void protos_and_ports(void **unused)
{
	static const char *const bad[] = {
		"", ",", "80,", ",80", "0", "65536", "90-80", "80-", "-80",
		"80-90-100", "http", "80;81", "80, 81", "0-80",
	};
	struct ports p = {};
	struct fault f = {};
	char many[512] = "";
	size_t i;
	u8 proto;

	(void)unused;
	assert_int_equal(parse_proto("sctp", &proto, &f), 0);
	assert_int_equal(proto, 132);
	assert_int_equal(parse_proto("50", &proto, &f), 0);
	assert_int_equal(proto, 50);
	assert_false(proto_has_ports(50));
	assert_true(proto_has_ports(17));
	assert_int_equal(parse_proto("256", &proto, &f), CODE_INPUT);
	assert_int_equal(parse_proto("tpc", &proto, &f), CODE_INPUT);
	assert_non_null(strstr(f.text, "did you mean \"tcp\"?"));

	assert_int_equal(parse_ports("port", "1,80-90,65535", &p, &f), 0);
	assert_int_equal(p.n, 3);
	assert_int_equal(p.v[1].first, 80);
	assert_int_equal(p.v[1].last, 90);
	assert_int_equal(p.v[2].last, 65535);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		p.n = 0;
		if (!parse_ports("local-port", bad[i], &p, &f))
			fail_msg("\"%s\" was taken", bad[i]);
		assert_non_null(strstr(f.text, "local-port"));
	}
	for (i = 0; i < CAMFENCE_MAX_PORTS; i++)
		snprintf(many + strlen(many), 8, "%s%zu", i ? "," : "", i + 1);
	p.n = 0;
	assert_int_equal(parse_ports("port", many, &p, &f), 0);
	assert_int_equal(p.n, CAMFENCE_MAX_PORTS);
	assert_int_equal(parse_ports("port", "1", &p, &f), CODE_INPUT);
	fault_clear(&f);
}

static void icmp_types(void **unused)
{
	static const struct {
		int proto;
		const char *typed;
		int type;	/* -1: it is none */
	} rows[] = {
		{ 1, "echo-request", 8 }, { 58, "echo-request", 128 },
		{ 1, "0", 0 }, { 58, "255", 255 }, { 1, "256", -1 },
		{ 58, "nd-neighbor-solicit", 135 },
		{ 1, "nd-neighbor-solicit", -1 }, { 1, "", -1 }, { 1, "8,", -1 },
		{ 1, "08", -1 }, { 6, "8", -1 }, { -1, "8", -1 },
	};
	u8 types[CAMFENCE_MAX_ICMP_TYPES];
	struct fault f = {};
	char buf[4];
	size_t n, i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		int code;

		n = 0;
		code = parse_icmp_types(rows[i].typed, rows[i].proto, types,
					&n, &f);
		if (code ? rows[i].type != -1 : types[0] != rows[i].type)
			fail_msg("\"%s\"", rows[i].typed);
	}
	assert_int_equal(parse_icmp_types("echo-requst", 1, types, &n, &f),
			 CODE_INPUT);
	assert_non_null(strstr(f.text, "did you mean \"echo-request\"?"));
	n = 0;
	assert_int_equal(parse_icmp_types("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
					  1, types, &n, &f), 0);
	assert_int_equal(n, CAMFENCE_MAX_ICMP_TYPES);
	assert_int_equal(parse_icmp_types("17", 1, types, &n, &f), CODE_INPUT);
	assert_string_equal(icmp_type_text(58, 128, buf), "echo-request");
	assert_string_equal(icmp_type_text(1, 128, buf), "128");
	assert_string_equal(icmp_type_text(-1, 8, buf), "8");
	fault_clear(&f);
}

static void times(void **unused)
{
	static const struct {
		const char *typed;
		bool end_of_day;
		u64 time;	/* 0: it is none */
	} rows[] = {
		{ "2031-12-31", false, 1956441600 },
		{ "2031-12-31", true, 1956528000 },
		{ "2024-02-29", false, 1709164800 },
		{ "2023-02-29", false, 0 },
		{ "2100-02-28", true, 4107542400 },
		{ "2100-02-29", false, 0 },
		{ "2000-02-29", false, 951782400 },
		{ "2000-03-01", false, 951868800 },
		{ "9999-12-31", true, 253402300800 },
		{ "1970-01-02", false, 86400 },
		{ "1969-12-31", false, 0 },
		{ "2031-04-31", false, 0 },
		{ "2031-00-10", false, 0 },
		{ "2031-13-10", false, 0 },
		{ "2031-12-00", false, 0 },
		{ "2031-1-1", false, 0 },
		{ "2031-12-31T08:30Z", true, 1956472200 },
		{ "2031-12-31T08:30:05Z", false, 1956472205 },
		{ "2031-12-31T08:30", false, 0 },
		{ "2031-12-31T24:00Z", false, 0 },
		{ "2031-12-31T08:60Z", false, 0 },
		{ "2031-12-31T08:30:60Z", false, 0 },
		{ "2031-12-31T08:30Zx", false, 0 },
		{ "2031-12-31T08:30+01:00", false, 0 },
		{ "2031-12-31 08:30Z", false, 0 },
		{ "2031-12-31T", false, 0 },
		{ "+30d", true, 1000 + 30 * 86400 },
		{ "+2w", false, 1000 + 14 * 86400 },
		{ "+12h", false, 1000 + 12 * 3600 },
		{ "+45m", false, 1000 + 45 * 60 },
		{ "+30", false, 0 },
		{ "+d", false, 0 },
		{ "+0d", false, 0 },
		{ "+-1d", false, 0 },
		{ "+1y", false, 0 },
		{ "+9999999d", false, 0 },
		{ "+", false, 0 },
		{ "", false, 0 },
		{ "tomorrow", false, 0 },
	};
	struct fault f = {};
	size_t i;
	u64 t;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		int code = parse_time(rows[i].typed, rows[i].end_of_day, 1000,
				      &t, &f);

		if (!code != !!rows[i].time)
			fail_msg("\"%s\": %s", rows[i].typed,
				 code ? f.text : "taken");
		if (!code && t != rows[i].time)
			fail_msg("\"%s\" is %llu", rows[i].typed,
				 (unsigned long long)t);
	}
	fault_clear(&f);
}

/* Every day of eight centuries, there and back. */
static void times_and_back(void **unused)
{
	char buf[TIME_TEXT], day[16];
	struct fault f = {};
	u64 t, back;

	(void)unused;
	for (t = 0; t < 800ULL * 365 * 86400; t += 86400) {
		memcpy(day, time_text(t, buf), 10);
		day[10] = '\0';
		assert_int_equal(parse_time(day, false, 0, &back, &f), 0);
		if (back != t)
			fail_msg("%s", day);
	}
	assert_string_equal(time_text(1956472205, buf), "2031-12-31T08:30:05Z");
	assert_string_equal(time_text(253402300799, buf),
			    "9999-12-31T23:59:59Z");
	assert_string_equal(time_text(253402300800, buf), "@253402300800");
	assert_string_equal(time_text(UINT64_MAX, buf),
			    "@18446744073709551615");
}

static void spans(void **unused)
{
	static const struct {
		const char *typed;
		u64 seconds;
		const char *written;	/* NULL: it is none */
	} rows[] = {
		{ "45m", 2700, "45m" },
		{ "60m", 3600, "1h" },
		{ "36h", 129600, "36h" },
		{ "120d", 10368000, "120d" },
		{ "14d", 1209600, "2w" },
		{ "1000000w", 604800000000, "1000000w" },
		{ "1000001w", 0, NULL },
		{ "0d", 0, NULL },
		{ "120", 0, NULL },
		{ "d", 0, NULL },
		{ "1y", 0, NULL },
	};
	char buf[SPAN_TEXT];
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fault f = {};
		u64 seconds = 0;
		int code = parse_span(rows[i].typed, &seconds, &f);

		assert_int_equal(code, rows[i].written ? 0 : CODE_INPUT);
		assert_int_equal(seconds, rows[i].seconds);
		if (rows[i].written)
			assert_string_equal(span_text(seconds, buf),
					    rows[i].written);
		fault_clear(&f);
	}
}

static void suggestions(void **unused)
{
	static const char *const known[] = { "load", "add", "remove", "list" };
	char buf[SUGGEST_TEXT];
	char name[300];

	(void)unused;
	assert_string_equal(suggest("laod", known, 4, buf),
			    "; did you mean \"load\"?");
	assert_string_equal(suggest("remov", known, 4, buf),
			    "; did you mean \"remove\"?");
	assert_string_equal(suggest("banana", known, 4, buf), "");
	assert_string_equal(suggest("", known, 4, buf), "");
	assert_string_equal(suggest("add", known, 0, buf), "");
	memset(name, 'x', sizeof(name));
	name[299] = '\0';
	assert_string_equal(suggest(name, known, 4, buf), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges),
		cmocka_unit_test(lengths_are_prefixes),
		cmocka_unit_test(written_forms),
		cmocka_unit_test(names_and_texts),
		cmocka_unit_test(utf8),
		cmocka_unit_test(protos_and_ports),
		cmocka_unit_test(icmp_types),
		cmocka_unit_test(times),
		cmocka_unit_test(times_and_back),
		cmocka_unit_test(spans),
		cmocka_unit_test(suggestions),
	};

	return cmocka_run_group_tests_name("u_parse", tests, NULL, NULL);
}
