// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges against a twin too simple to be wrong: a bitmap of 256 addresses, put
 * where arithmetic is hardest: at both ends of the address space and across the
 * middle of an IPv6 address.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ranges.h"

#define SIZE 256
#define ROUNDS 400

/* Where the 256 addresses lie. */
struct window {
	int family;
	u32 v4;
	struct u128 v6;
};

static const struct window windows[] = {
	{ 4, 0, {} },
	{ 4, 0xffffff00, {} },
	{ 4, 0x7fffff80, {} },
	{ 6, 0, { 0, 0 } },
	{ 6, 0, { 5, UINT64_MAX - 127 } },
	{ 6, 0, { UINT64_MAX, UINT64_MAX - 255 } },
};

static u32 state;

static u32 draw(u32 below)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % below;
}

static struct u128 plus(struct u128 a, unsigned int n)
{
	while (n--)
		a = u128_next(a);
	return a;
}

static struct range make(const struct window *w, unsigned int first,
			 unsigned int last)
{
	struct range r = { .family = w->family };

	if (w->family == 4) {
		r.v4.first = w->v4 + first;
		r.v4.last = w->v4 + last;
	} else {
		r.v6.first = plus(w->v6, first);
		r.v6.last = plus(w->v6, last);
	}
	return r;
}

static size_t count(const struct ranges *r)
{
	return r->n4 + r->n6;
}

static struct range get(const struct ranges *r, size_t i)
{
	struct range one = { .family = r->n4 ? 4 : 6 };

	if (r->n4)
		one.v4 = r->v4[i];
	else
		one.v6 = r->v6[i];
	return one;
}

static bool has(const struct range *r, const struct window *w, unsigned int i)
{
	struct range a = make(w, i, i);

	if (r->family == 4)
		return r->v4.first <= a.v4.first && a.v4.first <= r->v4.last;
	return u128_cmp(r->v6.first, a.v6.first) <= 0 &&
	       u128_cmp(a.v6.first, r->v6.last) <= 0;
}

/* Same addresses, and as few ranges as there are runs in the bitmap. */
static void check(const struct ranges *r, const struct window *w,
		  const bool *map, u32 seed)
{
	size_t runs = 0, i, k;

	for (i = 0; i < SIZE; i++) {
		bool in = false;

		runs += map[i] && (!i || !map[i - 1]);
		for (k = 0; k < count(r); k++) {
			struct range one = get(r, k);

			in = in || has(&one, w, i);
		}
		if (in != map[i])
			fail_msg("seed %u: address %zu is %d", seed, i, in);
	}
	if (runs != count(r))
		fail_msg("seed %u: %zu ranges for %zu runs", seed, count(r),
			 runs);
	for (k = 1; k < count(r); k++) {
		struct range a = get(r, k - 1), b = get(r, k);

		if (a.family == 4 ? a.v4.last >= b.v4.first :
				    u128_cmp(a.v6.last, b.v6.first) >= 0)
			fail_msg("seed %u: not ascending at %zu", seed, k);
	}
}

/* Random ranges, some of them twice; returns how many are like another. */
static size_t fill(struct ranges *r, const struct window *w, bool *map,
		   bool sorted)
{
	unsigned int first[40], last[40];
	size_t n = 1 + draw(40), same = 0, i, k;

	memset(map, 0, SIZE);
	for (i = 0; i < n; i++) {
		struct range one;

		first[i] = sorted ? i * 6 : draw(SIZE);
		last[i] = first[i] + draw(sorted ? 9 : 12);
		if (last[i] >= SIZE)
			last[i] = SIZE - 1;
		if (i && !draw(5)) {
			first[i] = first[i - 1];
			last[i] = last[i - 1];
		}
		for (k = 0; k < i; k++)
			if (first[k] == first[i] && last[k] == last[i])
				break;
		same += k < i;
		one = make(w, first[i], last[i]);
		ranges_push(r, &one);
		memset(map + first[i], 1, last[i] - first[i] + 1);
	}
	return same;
}

static void merge_like_a_bitmap(void **unused)
{
	size_t i;
	u32 seed;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		for (seed = 1; seed <= ROUNDS; seed++) {
			struct ranges r = {};
			bool map[SIZE];
			size_t same;

			state = seed;
			same = fill(&r, &windows[i], map, seed % 4 == 0);
			if (ranges_merge(&r) != same)
				fail_msg("seed %u: duplicates", seed);
			check(&r, &windows[i], map, seed);
			assert_int_equal(ranges_merge(&r), 0);
			check(&r, &windows[i], map, seed);
			ranges_free(&r);
		}
	}
}

static void find_one(const struct ranges *r, const struct window *w,
		     const bool *map, u32 seed)
{
	unsigned int first = draw(SIZE), last = first + draw(SIZE - first), i;
	struct range what = make(w, first, last), in;
	bool all = true, any = false;

	for (i = first; i <= last; i++) {
		all = all && map[i];
		any = any || map[i];
	}
	if (ranges_find(r, &what, &in) != all)
		fail_msg("seed %u: find %u-%u", seed, first, last);
	if (all)
		assert_true(has(&in, w, first) && has(&in, w, last));
	if (ranges_overlap(r, &what) != any)
		fail_msg("seed %u: overlap %u-%u", seed, first, last);
}

static void find_like_a_bitmap(void **unused)
{
	size_t i, k;
	u32 seed;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		for (seed = 1; seed <= ROUNDS / 4; seed++) {
			struct ranges r = {};
			bool map[SIZE];

			state = seed;
			fill(&r, &windows[i], map, false);
			ranges_merge(&r);
			for (k = 0; k < 200; k++)
				find_one(&r, &windows[i], map, seed);
			ranges_free(&r);
		}
	}
}

static void subtract_like_a_bitmap(void **unused)
{
	size_t i, k;
	u32 seed;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		for (seed = 1; seed <= ROUNDS; seed++) {
			struct ranges r = {}, minus = {};
			bool map[SIZE], away[SIZE];

			state = seed;
			fill(&r, &windows[i], map, seed % 4 == 0);
			fill(&minus, &windows[i], away, seed % 3 == 0);
			ranges_merge(&r);
			ranges_merge(&minus);
			ranges_subtract(&r, &minus);
			for (k = 0; k < SIZE; k++)
				map[k] = map[k] && !away[k];
			check(&r, &windows[i], map, seed);
			ranges_free(&r);
			ranges_free(&minus);
		}
	}
}

static void both_families_at_once(void **unused)
{
	struct range v4 = make(&windows[0], 5, 9), v6 = make(&windows[3], 5, 9);
	struct ranges r = {};
	struct range in;

	(void)unused;
	assert_false(ranges_find(&r, &v4, &in));
	assert_false(ranges_overlap(&r, &v6));
	assert_int_equal(ranges_merge(&r), 0);
	ranges_push(&r, &v4);
	assert_false(ranges_find(&r, &v6, &in));
	ranges_push(&r, &v6);
	ranges_merge(&r);
	assert_int_equal(r.n4, 1);
	assert_int_equal(r.n6, 1);
	assert_true(ranges_find(&r, &v6, &in));
	assert_int_equal(in.family, 6);
	ranges_free(&r);
}

static void text_is_what_one_types(void **unused)
{
	static const struct {
		struct range r;
		const char *text;
	} rows[] = {
		{ { 4, { 0, UINT32_MAX }, {} }, "0.0.0.0/0" },
		{ { 4, { 0xc0000201, 0xc0000201 }, {} }, "192.0.2.1" },
		{ { 4, { 0xc0000200, 0xc00002ff }, {} }, "192.0.2.0/24" },
		{ { 4, { 0xc0000201, 0xc0000202 }, {} }, "192.0.2.1-192.0.2.2" },
		{ { 4, { 0xc0000200, 0xc0000202 }, {} }, "192.0.2.0-192.0.2.2" },
		{ { 4, { UINT32_MAX, UINT32_MAX }, {} }, "255.255.255.255" },
		{ { 6, {}, { { 0, 0 }, { UINT64_MAX, UINT64_MAX } } }, "::/0" },
		{ { 6, {}, { { 0, 1 }, { 0, 1 } } }, "::1" },
		{ { 6, {}, { { 0x20010db8ULL << 32, 0 },
			     { (0x20010db8ULL << 32) | UINT32_MAX, UINT64_MAX } } },
		  "2001:db8::/32" },
		{ { 6, {}, { { 0x20010db8ULL << 32, 0 },
			     { 0x20010db8ULL << 32, UINT64_MAX } } },
		  "2001:db8::/64" },
		{ { 6, {}, { { 0, 1 }, { 0, 2 } } }, "::1-::2" },
	};
	char buf[RANGE_TEXT];
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(range_text(&rows[i].r, buf), rows[i].text);
}

/* Prefixes, one behind the other, that cover a range and no more. */
static void prefixes_cover_a_range(void **unused)
{
	static const struct {
		struct range r;
		size_t n;
	} rows[] = {
		{ { 4, { 0, UINT32_MAX }, {} }, 1 },
		{ { 4, { 1, UINT32_MAX }, {} }, 32 },
		{ { 4, { 0, UINT32_MAX - 1 }, {} }, 32 },
		{ { 4, { 0xc0000201, 0xc0000201 }, {} }, 1 },
		{ { 4, { 0xc0000201, 0xc0000206 }, {} }, 4 },
		{ { 6, {}, { { 0, 0 }, { UINT64_MAX, UINT64_MAX } } }, 1 },
		{ { 6, {}, { { 0, 1 }, { UINT64_MAX, UINT64_MAX } } }, 128 },
		{ { 6, {}, { { 0, 1 }, { 0, 6 } } }, 4 },
		{ { 6, {}, { { 0, UINT64_MAX }, { 1, 0 } } }, 2 },
	};
	struct range rest, prefix;
	char buf[RANGE_TEXT];
	size_t i, n;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ranges all = {};
		bool more;

		rest = rows[i].r;
		n = 0;
		do {
			more = range_take_prefix(&rest, &prefix);
			assert_null(strchr(range_text(&prefix, buf), '-'));
			ranges_push(&all, &prefix);
			n++;
		} while (more);
		assert_int_equal(n, rows[i].n);
		ranges_merge(&all);
		assert_int_equal(all.n4 + all.n6, 1);
		prefix = ranges_at(&all, 0);
		assert_true(range_equal(&prefix, &rows[i].r));
		ranges_free(&all);
	}
}

static void bytes_and_back(void **unused)
{
	static const u8 bytes[16] = {
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255
	};
	struct u128 a = u128_from_bytes(bytes);
	u8 out[16];

	(void)unused;
	assert_true(a.hi == 0x0102030405060708ULL);
	assert_true(a.lo == 0x090a0b0c0d0e0fffULL);
	u128_to_bytes(a, out);
	assert_memory_equal(bytes, out, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merge_like_a_bitmap),
		cmocka_unit_test(find_like_a_bitmap),
		cmocka_unit_test(subtract_like_a_bitmap),
		cmocka_unit_test(both_families_at_once),
		cmocka_unit_test(text_is_what_one_types),
		cmocka_unit_test(prefixes_cover_a_range),
		cmocka_unit_test(bytes_and_back),
	};

	return cmocka_run_group_tests_name("u_ranges", tests, NULL, NULL);
}
