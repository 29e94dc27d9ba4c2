// SPDX-License-Identifier: GPL-2.0
/* Addresses, and what may stand behind one: docs/semantics.md, section 3. */
#include "libcore.h"

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

struct list {
	const char *remote;
	const char *inner;
	unsigned int n_outer;
	const char *want[CF_REMOTES_MOST + 1];
};

static const struct list lists[] = {
	{ "192.0.2.1", "none", 1, { "192.0.2.1" } },
	{ "2001:db8::1", "none", 1, { "2001:db8::1" } },
	{ "none", "none", 1, { "none" } },
	{ "64:ff9b::192.0.2.1", "none", 1, { "192.0.2.1" } },
	{ "::ffff:192.0.2.1", "none", 1, { "192.0.2.1" } },

	/* 6to4, all of 2002::/16; bits 16 to 47 are the address */
	{ "2002:c000:201:fff:ff::1", "none", 2,
	  { "2002:c000:201:fff:ff::1", "192.0.2.1" } },
	{ "2002::", "none", 2, { "2002::", "0.0.0.0" } },
	{ "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "none", 2,
	  { "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "255.255.255.255" } },
	{ "2001:ffff:ffff::", "none", 1, { "2001:ffff:ffff::" } },
	{ "2003::", "none", 1, { "2003::" } },

	/* Teredo, 2001::/32; the last 32 bits, inverted, are the client's */
	{ "2001:0:1:2:3:4:3fff:fdfe", "none", 2,
	  { "2001:0:1:2:3:4:3fff:fdfe", "192.0.2.1" } },
	{ "2001::", "none", 2, { "2001::", "255.255.255.255" } },
	{ "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "none", 2,
	  { "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0" } },
	{ "2001:1::", "none", 1, { "2001:1::" } },
	{ "2000:ffff:ffff::", "none", 1, { "2000:ffff:ffff::" } },

	/* inner headers, and what theirs hide */
	{ "192.0.2.1", "198.51.100.1", 1, { "192.0.2.1", "198.51.100.1" } },
	{ "192.0.2.1", "2001:db8::1", 1, { "192.0.2.1", "2001:db8::1" } },
	{ "192.0.2.1", "::ffff:198.51.100.1", 1,
	  { "192.0.2.1", "198.51.100.1" } },
	{ "192.0.2.1", "64:ff9b::198.51.100.1", 1,
	  { "192.0.2.1", "198.51.100.1" } },
	{ "192.0.2.1", "2002:c633:6401::", 1,
	  { "192.0.2.1", "2002:c633:6401::", "198.51.100.1" } },
	{ "192.0.2.1", "2001::39cc:9bfe", 1,
	  { "192.0.2.1", "2001::39cc:9bfe", "198.51.100.1" } },
	{ "2002:c000:201::", "2002:c633:6401::", 2,
	  { "2002:c000:201::", "192.0.2.1", "2002:c633:6401::",
	    "198.51.100.1" } },
	{ "2001::3fff:fdfe", "2001::39cc:9bfe", 2,
	  { "2001::3fff:fdfe", "192.0.2.1", "2001::39cc:9bfe",
	    "198.51.100.1" } },
};

static void all_remotes(void **state)
{
	unsigned int i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct list *l = &lists[i];
		struct cf_addr remote = core_addr(l->remote);
		struct cf_addr inner = core_addr(l->inner);
		struct cf_remotes got;

		memset(&got, 0xff, sizeof(got));
		cf_remote_list(&got, &remote, &inner);
		for (j = 0; l->want[j]; j++) {
			struct cf_addr want = core_addr(l->want[j]);

			if (j >= got.n || !is_same(&got.addr[j], &want))
				fail_msg("%s, %s: remote %u is not %s",
					 l->remote, l->inner, j, l->want[j]);
		}
		if (got.n != j || got.n_outer != l->n_outer)
			fail_msg("%s, %s: %u remotes, %u of them outer",
				 l->remote, l->inner, got.n, got.n_outer);
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
		cmocka_unit_test(all_remotes),
		cmocka_unit_test(random_written_forms),
	};

	core_seed("remote");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
