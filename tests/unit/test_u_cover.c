// SPDX-License-Identifier: GPL-2.0
/*
 * How many addresses are covered, beside a twin that counts them one by one, or
 * where these are too many, /24 by /24.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cover.h"
#include "parse.h"

static void push(struct ranges *r, const char *word)
{
	struct range one;
	bool host_bits;

	assert_null(parse_range(word, strlen(word), &one, &host_bits));
	ranges_push(r, &one);
}

/* Every word of the list, merged. */
static struct ranges of(const char *list)
{
	struct ranges r = {};
	char *copy = strdup(list), *rest = copy, *word;

	while ((word = strsep(&rest, " ")))
		push(&r, word);
	free(copy);
	ranges_merge(&r);
	return r;
}

/* As IANA's registry is read, an address at a time. */
static bool is_special(u32 a)
{
	u8 b0 = a >> 24, b1 = a >> 16, b2 = a >> 8;

	return b0 == 0 || b0 == 10 || b0 == 127 || b0 >= 224 ||
	       (b0 == 100 && b1 >= 64 && b1 <= 127) ||
	       (b0 == 169 && b1 == 254) ||
	       (b0 == 172 && b1 >= 16 && b1 <= 31) ||
	       (b0 == 192 && b1 == 0 && (b2 == 0 || b2 == 2)) ||
	       (b0 == 192 && b1 == 88 && b2 == 99) ||
	       (b0 == 192 && b1 == 168) ||
	       (b0 == 198 && (b1 == 18 || b1 == 19)) ||
	       (b0 == 198 && b1 == 51 && b2 == 100) ||
	       (b0 == 203 && b1 == 0 && b2 == 113);
}

static u64 count_public(const struct ranges *r)
{
	u64 n = 0, a;
	size_t i;

	for (i = 0; i < r->n4; i++)
		for (a = r->v4[i].first; a <= r->v4[i].last; a++)
			n += !is_special(a);
	return n;
}

static u64 count_all(const struct ranges *r)
{
	u64 n = 0;
	size_t i;

	for (i = 0; i < r->n4; i++)
		n += (u64)r->v4[i].last - r->v4[i].first + 1;
	return n;
}

/* Ranges at random around every border. */
static void ipv4(void **state)
{
	static const u32 borders[] = {
		0, 0x01000000, 0x0a000000, 0x0b000000, 0x64400000, 0x64800000,
		0x7f000000, 0x80000000, 0xa9fe0000, 0xa9ff0000, 0xac100000,
		0xac200000, 0xc0000000, 0xc0000100, 0xc0000200, 0xc0000300,
		0xc0586300, 0xc0586400, 0xc0a80000, 0xc0a90000, 0xc6120000,
		0xc6140000, 0xc6336400, 0xc6336500, 0xcb007100, 0xcb007200,
		0xe0000000, 0xffffffff,
	};
	int i, k;

	(void)state;
	srand(1);
	for (i = 0; i < 300; i++) {
		struct ranges r = {};

		for (k = 0; k < 4; k++) {
			u32 first = borders[rand() % ARRAY_SIZE(borders)] +
				    rand() % 2048 - 1024;
			const struct range4 one = {
				first, first + rand() % 2048
			};

			if (one.last >= one.first)
				ranges_push4(&r, one);
		}
		ranges_merge(&r);
		assert_int_equal(cover_public(&r).v4, count_public(&r));
		assert_int_equal(cover_all(&r).v4, count_all(&r));
		ranges_free(&r);
	}
}

/* No special range is part of a /24. */
static u64 public4(void)
{
	u64 n = 0;
	u32 i;

	for (i = 0; i < 1 << 24; i++)
		n += is_special(i << 8) ? 0 : 256;
	return n;
}

static void all_of_it(void **state)
{
	static const struct u128 most6 = { UINT64_MAX, UINT64_MAX };
	struct ranges r = of("0.0.0.0/1 128.0.0.0/1 ::/0");
	struct cover c = cover_public(&r), all = cover_all(&r);

	(void)state;
	assert_int_equal(c.v4, public4());
	assert_true(!u128_cmp(c.v6, (struct u128){ (u64)1 << 61, 0 }));
	assert_int_equal(all.v4, (u64)1 << 32);
	assert_true(!u128_cmp(all.v6, most6));
	ranges_free(&r);
}

static bool is_most(const char *list)
{
	struct ranges r = of(list);
	struct cover c = cover_public(&r);

	ranges_free(&r);
	return cover_is_most(&c);
}

/* Half and one more, in one family alone. */
static void most(void **state)
{
	u64 left = public4() / 2;
	struct ranges r = {};
	struct cover c;
	u64 a;

	(void)state;
	assert_true(is_most("0.0.0.0/1 128.0.0.0/1"));
	assert_false(is_most("0.0.0.0/2"));
	assert_false(is_most("224.0.0.0/3 10.0.0.0/8"));
	assert_false(is_most("2000::/4"));
	assert_true(is_most("2000::/4 3000::"));
	assert_false(is_most("2000::/4 4000::/2 8000::/1"));
	assert_true(is_most("2000::/3 1.0.0.0"));
	for (a = 0; is_special(a) || left >= 256; a += 256)
		left -= is_special(a) ? 0 : 256;
	ranges_push4(&r, (struct range4){ 0, a + left - 1 });
	c = cover_public(&r);
	assert_int_equal(c.v4, public4() / 2);
	assert_false(cover_is_most(&c));
	c.v4++;
	assert_true(cover_is_most(&c));
	ranges_free(&r);
}

static bool exceeds(const char *list)
{
	struct ranges r = of(list);
	struct cover c = cover_public(&r);

	ranges_free(&r);
	return cover_exceeds(&c, 8, 19);
}

static void wide(void **state)
{
	(void)state;
	assert_false(exceeds("1.0.0.0/8"));
	assert_true(exceeds("1.0.0.0/8 2.0.0.0"));
	assert_false(exceeds("10.0.0.0/7"));
	assert_true(exceeds("8.0.0.0/7"));
	assert_false(exceeds("2a00::/19 fc00::/7"));
	assert_true(exceeds("2a00::/19 2b00::1"));
}

static int less(const char *before, const char *after)
{
	struct ranges b = of(before), a = of(after);
	struct cover had = cover_all(&b), has = cover_all(&a);
	unsigned int family;
	bool is = cover_is_less(&has, &had, &family);

	ranges_free(&a);
	ranges_free(&b);
	return is ? (int)family : 0;
}

static void shrunk(void **state)
{
	(void)state;
	assert_int_equal(less("192.0.2.0/24", "192.0.2.0/25"), 0);
	assert_int_equal(less("192.0.2.0/24", "192.0.2.0-192.0.2.126"), 4);
	assert_int_equal(less("192.0.2.0/24", "198.51.100.0/24"), 0);
	assert_int_equal(less("192.0.2.1", "192.0.2.0/24"), 0);
	assert_int_equal(less("192.0.2.1 2001:db8::/32", "192.0.2.1"), 6);
	assert_int_equal(less("2001:db8::/32", "2001:db8::/33"), 0);
	assert_int_equal(less("2001:db8::/32", "2001:db8::/34 192.0.2.1"), 6);
	assert_int_equal(less("::/0", "::/1"), 0);
	assert_int_equal(less("::/0", "::/2"), 6);
	assert_int_equal(less("0.0.0.0/0", "0.0.0.0/1"), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4),
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(most),
		cmocka_unit_test(wide),
		cmocka_unit_test(shrunk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
