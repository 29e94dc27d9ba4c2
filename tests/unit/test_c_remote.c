// SPDX-License-Identifier: GPL-2.0
/* Addresses, and what may stand behind one: docs/semantics.md, section 3. */
#include "libcore.h"

static const struct cf_nat64 no_nat64;

static bool is_same(const struct cf_addr *a, const struct cf_addr *b)
{
	if (a->family != b->family)
		return false;
	if (a->family == CF_IPV4)
		return a->v4 == b->v4;
	return a->family == CF_NONE || !cf_in6_cmp(a->v6, b->v6);
}

static void expect_plain(const char *written, const char *plain)
{
	struct cf_addr a = core_addr(written), want = core_addr(plain);
	struct cf_addr got = cf_remote_plain(&a);

	if (!is_same(&got, &want))
		fail_msg("%s is not %s", written, plain);
	got = cf_remote_written(&no_nat64, &a);
	if (!is_same(&got, &want))
		fail_msg("%s, without prefixes, is not %s", written, plain);
}

static void written_forms(void **state)
{
	(void)state;
	expect_plain("64:ff9b::192.0.2.1", "192.0.2.1");
	expect_plain("64:ff9b::", "0.0.0.0");
	expect_plain("64:ff9b::ffff:ffff", "255.255.255.255");
	expect_plain("::ffff:192.0.2.1", "192.0.2.1");
	expect_plain("::ffff:0.0.0.0", "0.0.0.0");
	expect_plain("::ffff:255.255.255.255", "255.255.255.255");
}

static void what_is_no_written_form(void **state)
{
	static const char *const plain[] = {
		"none", "0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1",
		"64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", "64:ff9b::1:0:0",
		"64:ff9b:0:0:1::", "64:ff9b:0:1::1", "64:ff9b:1::1",
		"64:ff9c::", "::fffe:ffff:ffff", "::1:0:0:0", "::1:ffff:1:1",
		"0:0:0:1:0:ffff:1:1", "::192.0.2.1", "::ffff:0:192.0.2.1",
		"2002:c000:201::1", "2001:0:1:1:1:1:1:1",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(plain); i++)
		expect_plain(plain[i], plain[i]);
}

static void flip(struct cf_addr *a, unsigned int bit)
{
	if (a->family == CF_IPV4)
		a->v4 ^= 1U << (31 - bit);
	else if (bit < 64)
		a->v6.hi ^= 1ULL << (63 - bit);
	else
		a->v6.lo ^= 1ULL << (127 - bit);
}

/* Every bit of a prefix counts, and none behind it, at every length. */
static void prefixes(enum cf_family family, unsigned int bits)
{
	unsigned int len, bit;

	for (len = 0; len <= bits; len++) {
		struct cf_addr prefix = { .family = family };

		for (bit = 0; bit < len; bit++)
			if (core_one_in(2))
				flip(&prefix, bit);
		for (bit = 0; bit < bits; bit++) {
			struct cf_addr a = prefix;
			bool covers = bit >= len;

			assert_true(core_covers(&a, &prefix, len));
			flip(&a, bit);
			if (core_covers(&a, &prefix, len) != covers)
				fail_msg("bit %u of /%u", bit, len);
			a.family = family == CF_IPV4 ? CF_IPV6 : CF_IPV4;
			assert_false(core_covers(&a, &prefix, len));
			a.family = CF_NONE;
			assert_false(core_covers(&a, &prefix, len));
		}
	}
}

static void every_length_of_prefix(void **state)
{
	(void)state;
	prefixes(CF_IPV4, 32);
	prefixes(CF_IPV6, 128);
}

/* ---- NAT64 ---- */

static void expect_written(const char *prefixes, const char *written,
			   const char *plain)
{
	struct cf_prefix p[4];
	struct cf_nat64 nat64 = { .prefixes = p };
	struct cf_addr a = core_addr(written), want = core_addr(plain), got;
	char buf[128], *word, *rest;

	snprintf(buf, sizeof(buf), "%s", prefixes);
	for (word = strtok_r(buf, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		p[nat64.n++] = core_prefix(word);
	got = cf_remote_written(&nat64, &a);
	if (!is_same(&got, &want))
		fail_msg("%s in %s is not %s", written, prefixes, plain);
}

/* RFC 6052, section 2.4: table 2, then table 3. */
static void examples_of_the_rfc(void **state)
{
	(void)state;
	expect_written("2001:db8::/32", "2001:db8:c000:221::", "192.0.2.33");
	expect_written("2001:db8:100::/40", "2001:db8:1c0:2:21::",
		       "192.0.2.33");
	expect_written("2001:db8:122::/48", "2001:db8:122:c000:2:2100::",
		       "192.0.2.33");
	expect_written("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::",
		       "192.0.2.33");
	expect_written("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::",
		       "192.0.2.33");
	expect_written("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33",
		       "192.0.2.33");
	expect_written("", "64:ff9b::192.0.2.33", "192.0.2.33");
}

/* What is not the prefix's is not its own to read. */
static void outside_of_prefixes(void **state)
{
	(void)state;
	expect_written("2001:db8::/32", "2001:db9:c000:221::",
		       "2001:db9:c000:221::");
	expect_written("2001:db8:100::/40", "2001:db8:2c0:2:21::",
		       "2001:db8:2c0:2:21::");
	expect_written("2001:db8:122:344::/64", "2001:db8:122:345:c0:2:2100::",
		       "2001:db8:122:345:c0:2:2100::");
	expect_written("2001:db8:122:344::/96", "2001:db8:122:344:0:1:c000:221",
		       "2001:db8:122:344:0:1:c000:221");
	expect_written("2001:db8::/32", "192.0.2.33", "192.0.2.33");
	expect_written("2001:db8::/32", "none", "none");
	expect_written("2001:db8::/32", "::ffff:192.0.2.1", "192.0.2.1");
	expect_written("2001:db8::/32", "64:ff9b::192.0.2.1", "192.0.2.1");
}

/* They come with the longest first. */
static void longest_prefix_that_fits(void **state)
{
	static const char both[] = "2001:db8:64::1:0:0/96 2001:db8:64::/48 2001:db8::/32";

	(void)state;
	expect_written(both, "2001:db8:64::1:c000:221", "192.0.2.33");
	expect_written(both, "2001:db8:64:c000:2:2101:c000:221", "192.0.2.33");
	expect_written(both, "2001:db8:c000:221::", "192.0.2.33");
	expect_written(both, "2001:db7:c000:221::", "2001:db7:c000:221::");
	/* 64:ff9b::/96 is longer than what it is in. */
	expect_written("64:ff9b::/32", "64:ff9b::c000:221", "192.0.2.33");
	expect_written("64:ff9b::/32", "64:ff9b:c000:221::", "192.0.2.33");
	expect_written("64:ff9b:1::/48", "64:ff9b:1:c000:2:2100::",
		       "192.0.2.33");
}

/* Bit by bit, as the RFC's figure 1 draws it: bits 64 to 71 are left out. */
static struct cf_addr embed(struct cf_addr a, unsigned int len, u32 v4)
{
	unsigned int bit = len, i;

	for (i = 0; i < 32; i++, bit++) {
		u64 *half, mask;

		if (bit == 64)
			bit = 72;
		half = bit < 64 ? &a.v6.hi : &a.v6.lo;
		mask = 1ULL << (63 - bit % 64);
		*half = v4 >> (31 - i) & 1 ? *half | mask : *half & ~mask;
	}
	return a;
}

/* Neither bits 64 to 71 nor what follows the address is read. */
static void random_nat64(void **state)
{
	static const u8 lens[] = { 32, 40, 48, 56, 64, 96 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		struct cf_addr a = { .family = CF_IPV6 }, got;
		struct cf_prefix p = { .len = lens[core_below(6)] };
		struct cf_nat64 nat64 = { .prefixes = &p, .n = 1 };
		u32 v4 = core_random();

		a.v6 = (struct cf_in6){ core_random(), core_random() };
		a.v6.hi |= 1ULL << 63;
		p.addr = cf_addr_mask(a, p.len);
		a = embed(a, p.len, v4);
		got = cf_remote_written(&nat64, &a);
		assert_int_equal(got.family, CF_IPV4);
		assert_int_equal(got.v4, v4);
		flip(&a, core_below(p.len));
		got = cf_remote_written(&nat64, &a);
		assert_true(is_same(&got, &a));
	}
}

/* ---- which remotes there are ---- */

struct list {
	const char *remotes[3];		/* header's, before DNAT, inner */
	/* "KIND ADDRESS", KIND h, b or i, in capitals if hidden */
	const char *want[CF_REMOTES_MOST + 1];
};

static const struct list lists[] = {
	{ { "192.0.2.1" }, { "h 192.0.2.1" } },
	{ { "2001:db8::1" }, { "h 2001:db8::1" } },
	{ { "none" }, { "h none" } },
	{ { "64:ff9b::192.0.2.1" }, { "h 192.0.2.1" } },
	{ { "::ffff:192.0.2.1" }, { "h 192.0.2.1" } },

	/* NAT64's own prefix, 2001:db8:64::/48 */
	{ { "2001:db8:64:c000:2:100::" }, { "h 192.0.2.1" } },
	{ { NULL, NULL, "2001:db8:64:c000:2:100::" }, { "i 192.0.2.1" } },
	/* ... and one within 6to4: what is written so hides nothing more */
	{ { "2002:a01:64:c000:2:100::" }, { "h 192.0.2.1" } },
	{ { "2002:a01:65:c000:2:100::" },
	  { "h 2002:a01:65:c000:2:100::", "H 10.1.0.101" } },

	/* 6to4, all of 2002::/16; bits 16 to 47 are the address */
	{ { "2002:c000:201:fff:ff::1" },
	  { "h 2002:c000:201:fff:ff::1", "H 192.0.2.1" } },
	{ { "2002::" }, { "h 2002::", "H 0.0.0.0" } },
	{ { "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	  { "h 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "H 255.255.255.255" } },
	{ { "2001:ffff:ffff::" }, { "h 2001:ffff:ffff::" } },
	{ { "2003::" }, { "h 2003::" } },

	/* Teredo, 2001::/32; the last 32 bits, inverted, are the client's */
	{ { "2001:0:1:2:3:4:3fff:fdfe" },
	  { "h 2001:0:1:2:3:4:3fff:fdfe", "H 192.0.2.1" } },
	{ { "2001::" }, { "h 2001::", "H 255.255.255.255" } },
	{ { "2001:0:ffff:ffff:ffff:ffff:ffff:ffff" },
	  { "h 2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "H 0.0.0.0" } },
	{ { "2001:1::" }, { "h 2001:1::" } },
	{ { "2000:ffff:ffff::" }, { "h 2000:ffff:ffff::" } },

	/* the header's, then conntrack's, then an inner header's */
	{ { "192.0.2.1", NULL, "198.51.100.1" },
	  { "h 192.0.2.1", "i 198.51.100.1" } },
	{ { "192.0.2.1", NULL, "2001:db8::1" },
	  { "h 192.0.2.1", "i 2001:db8::1" } },
	{ { "192.0.2.1", NULL, "::ffff:198.51.100.1" },
	  { "h 192.0.2.1", "i 198.51.100.1" } },
	{ { "192.0.2.1", NULL, "2002:c633:6401::" },
	  { "h 192.0.2.1", "i 2002:c633:6401::", "I 198.51.100.1" } },
	{ { "192.0.2.1", "203.0.113.1", NULL },
	  { "h 192.0.2.1", "b 203.0.113.1" } },
	{ { "2001::3fff:fdfe", "2002:cb00:7101::", "2001::39cc:9bfe" },
	  { "h 2001::3fff:fdfe", "H 192.0.2.1", "b 2002:cb00:7101::",
	    "B 203.0.113.1", "i 2001::39cc:9bfe", "I 198.51.100.1" } },
};

static void expect_remote(const struct cf_remote *r, const char *want)
{
	static const char kinds[2][3] = { "hbi", "HBI" };
	struct cf_addr addr = core_addr(want + 2);

	assert_true(r->kind <= CF_REMOTE_INNER);
	assert_int_equal(kinds[r->hidden][r->kind], want[0]);
	assert_true(is_same(&r->addr, &addr));
}

static void all_remotes(void **state)
{
	struct cf_prefix p[] = {
		core_prefix("2001:db8:64::/48"), core_prefix("2002:a01:64::/48"),
	};
	const struct cf_nat64 nat64 = { p, ARRAY_SIZE(p) };
	unsigned int i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct list *l = &lists[i];
		struct cf_remotes got;

		memset(&got, 0xff, sizeof(got));
		got.n = 0;
		for (j = 0; j < 3; j++)
			if (l->remotes[j]) {
				struct cf_addr a = core_addr(l->remotes[j]);

				cf_remote_add(&got, &nat64, &a, j);
			}
		for (j = 0; j < CF_REMOTES_MOST && l->want[j]; j++)
			expect_remote(&got.of[j], l->want[j]);
		assert_int_equal(got.n, j);
	}
}

/* The written forms read nothing but their prefix. */
static void random_written_forms(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		struct cf_addr a = { .family = CF_IPV6 }, plain;
		u32 v4 = core_random();
		bool mapped = core_one_in(2), broken = core_one_in(2);

		a.v6.hi = mapped ? 0 : 0x0064ff9b00000000ULL;
		a.v6.lo = (mapped ? 0xffff00000000ULL : 0) | v4;
		if (broken && core_one_in(2))
			a.v6.hi ^= 1ULL << core_below(64);
		else if (broken)
			a.v6.lo ^= 1ULL << (32 + core_below(32));
		plain = cf_remote_plain(&a);
		assert_int_equal(plain.family, broken ? CF_IPV6 : CF_IPV4);
		if (broken)
			assert_true(is_same(&plain, &a));
		else
			assert_int_equal(plain.v4, v4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_forms),
		cmocka_unit_test(what_is_no_written_form),
		cmocka_unit_test(every_length_of_prefix),
		cmocka_unit_test(examples_of_the_rfc),
		cmocka_unit_test(outside_of_prefixes),
		cmocka_unit_test(longest_prefix_that_fits),
		cmocka_unit_test(random_nat64),
		cmocka_unit_test(all_remotes),
		cmocka_unit_test(random_written_forms),
	};

	core_seed("remote");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
