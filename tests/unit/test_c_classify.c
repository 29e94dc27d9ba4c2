// SPDX-License-Identifier: GPL-2.0
/*
 * The classifiers against a twin that looks at every range of every set. Both
 * families go through the same shapes: an IPv4 address is the low 32 bits.
 */
#include "libcore.h"

#define RANGES_MOST 48

struct model {
	enum cf_family family;
	unsigned int n_sets;
	struct cf_set sets[CAMFENCE_MAX_SETS];
	const struct cf_set *pointers[CAMFENCE_MAX_SETS];
	struct cf_classifier *c;
};

static struct cf_in6 last_of(enum cf_family family)
{
	if (family == CF_IPV4)
		return (struct cf_in6){ .lo = U32_MAX };
	return (struct cf_in6){ U64_MAX, U64_MAX };
}

static struct cf_in6 random_addr(enum cf_family family)
{
	if (family == CF_IPV4)
		return (struct cf_in6){ .lo = (u32)core_random() };
	return (struct cf_in6){ core_random(), core_random() };
}

/* ---- the twin ---- */

static u32 n_ranges(const struct model *m, unsigned int set)
{
	return m->family == CF_IPV4 ? m->sets[set].n4 : m->sets[set].n6;
}

static struct cf_range6 range_of(const struct model *m, unsigned int set, u32 i)
{
	struct cf_range6 r = { 0 };

	if (m->family == CF_IPV6)
		return m->sets[set].r6[i];
	r.first.lo = m->sets[set].r4[i].first;
	r.last.lo = m->sets[set].r4[i].last;
	return r;
}

static bool is_above(struct cf_in6 a, struct cf_in6 b)
{
	return a.hi > b.hi || (a.hi == b.hi && a.lo > b.lo);
}

static u64 naive(const struct model *m, struct cf_in6 addr)
{
	u64 mask = 0;
	unsigned int set;
	u32 i;

	for (set = 0; set < m->n_sets; set++)
		for (i = 0; i < n_ranges(m, set); i++) {
			struct cf_range6 r = range_of(m, set, i);

			if (!is_above(r.first, addr) && !is_above(addr, r.last))
				mask |= 1ULL << set;
		}
	return mask;
}

/* ---- models ---- */

static struct model *new_model(enum cf_family family, unsigned int n_sets)
{
	struct model *m = core_alloc(1, sizeof(*m));
	unsigned int i;

	m->family = family;
	m->n_sets = n_sets;
	for (i = 0; i < n_sets; i++)
		m->pointers[i] = &m->sets[i];
	return m;
}

static void free_model(struct model *m)
{
	unsigned int i;

	cf_classify_free(m->c);
	for (i = 0; i < m->n_sets; i++) {
		free(m->sets[i].r4);
		free(m->sets[i].r6);
	}
	free(m);
}

static void reserve(struct model *m, unsigned int set, u32 n)
{
	if (m->family == CF_IPV4)
		m->sets[set].r4 = core_alloc(n, sizeof(*m->sets[set].r4));
	else
		m->sets[set].r6 = core_alloc(n, sizeof(*m->sets[set].r6));
}

/* Where nothing was reserved, the set has this range alone. */
static void add(struct model *m, unsigned int set, struct cf_in6 first,
		struct cf_in6 last)
{
	struct cf_set *s = &m->sets[set];

	if (!s->r4 && !s->r6)
		reserve(m, set, 1);
	if (m->family == CF_IPV4)
		s->r4[s->n4++] = (struct cf_range4){ first.lo, last.lo };
	else
		s->r6[s->n6++] = (struct cf_range6){ first, last };
}

static int build(struct model *m)
{
	return cf_classify_build(&m->c, m->family, m->pointers, m->n_sets);
}

static void compare(const struct model *m, struct cf_in6 addr)
{
	u64 want = naive(m, addr), got;

	got = m->family == CF_IPV4 ? cf_classify4(m->c, addr.lo) :
				     cf_classify6(m->c, addr);
	if (got != want)
		fail_msg("%016llx%016llx: %016llx instead of %016llx",
			 (unsigned long long)addr.hi,
			 (unsigned long long)addr.lo, (unsigned long long)got,
			 (unsigned long long)want);
}

/* Two to either side; beyond an end of the space is its other end. */
static void compare_near(const struct model *m, struct cf_in6 addr)
{
	int by;

	for (by = -2; by <= 2; by++) {
		struct cf_in6 a = core_in6_add(addr, by);

		if (m->family == CF_IPV4)
			a = (struct cf_in6){ .lo = (u32)a.lo };
		compare(m, a);
	}
}

/* Builds the model, asks all that could matter, and frees it. */
static void check(struct model *m)
{
	unsigned int set, n;
	u32 i;

	assert_int_equal(build(m), 0);
	assert_true(cf_classify_bytes(m->c) > 0);
	compare_near(m, (struct cf_in6){ 0 });
	for (set = 0; set < m->n_sets; set++)
		for (i = 0; i < n_ranges(m, set); i++) {
			struct cf_range6 r = range_of(m, set, i);

			compare_near(m, r.first);
			compare_near(m, r.last);
		}
	for (n = 0; n < 32; n++)
		compare(m, random_addr(m->family));
	free_model(m);
}

/* ---- shapes ---- */

static void no_sets(enum cf_family family)
{
	check(new_model(family, 0));
}

static void empty_sets(enum cf_family family)
{
	check(new_model(family, 1));
	check(new_model(family, CAMFENCE_MAX_SETS));
}

/* A set without ranges of this family may have some of the other. */
static void other_family(enum cf_family family)
{
	struct model *m = new_model(family, 2);
	struct cf_set *s = &m->sets[0];

	if (family == CF_IPV4) {
		s->r6 = core_alloc(1, sizeof(*s->r6));
		s->r6[0].last = last_of(CF_IPV6);
		s->n6 = 1;
	} else {
		s->r4 = core_alloc(1, sizeof(*s->r4));
		s->r4[0].last = U32_MAX;
		s->n4 = 1;
	}
	add(m, 1, (struct cf_in6){ .lo = 5 }, (struct cf_in6){ .lo = 9 });
	check(m);
}

static void everything(enum cf_family family)
{
	unsigned int n, i;

	for (n = 1; n <= CAMFENCE_MAX_SETS; n += 31) {
		struct model *m = new_model(family, n);

		for (i = 0; i < n; i++)
			add(m, i, (struct cf_in6){ 0 }, last_of(family));
		check(m);
	}
}

/* The ends of the space as single addresses, of one set and of two. */
static void ends_of_space(enum cf_family family)
{
	struct cf_in6 first = { 0 }, last = last_of(family);
	struct model *m = new_model(family, 4);

	reserve(m, 0, 2);
	add(m, 0, first, first);
	add(m, 0, last, last);
	add(m, 1, first, first);
	add(m, 2, last, last);
	add(m, 3, core_in6_add(first, 1), core_in6_add(last, -1));
	check(m);
}

static void single_addresses(enum cf_family family)
{
	struct model *m = new_model(family, CAMFENCE_MAX_SETS);
	unsigned int i;

	for (i = 0; i < m->n_sets; i++) {
		struct cf_in6 a = random_addr(family);

		add(m, i, a, a);
	}
	check(m);
}

static void nested(enum cf_family family)
{
	struct model *m = new_model(family, CAMFENCE_MAX_SETS);
	struct cf_in6 first = { 0 }, last = last_of(family);
	unsigned int i;

	for (i = 0; i < m->n_sets; i++) {
		add(m, i, first, last);
		first = core_in6_add(first, 1 + core_below(1000));
		last = core_in6_add(last, -1 - (int)core_below(1000));
	}
	check(m);
}

/* Touching ranges: of one set they are one piece, of two sets they are not. */
static void adjacent(enum cf_family family)
{
	struct model *m = new_model(family, 3);
	struct cf_in6 at = random_addr(family);
	unsigned int i;

	at.lo &= 0x7fffffff;
	for (i = 0; i < m->n_sets; i++)
		reserve(m, i, RANGES_MOST);
	for (i = 0; i < RANGES_MOST; i++) {
		struct cf_in6 last = core_in6_add(at, core_below(3));

		add(m, 0, at, last);
		add(m, 1 + i % 2, at, last);
		at = core_in6_add(last, 1);
	}
	check(m);
}

static int by_addr(const void *a, const void *b)
{
	return cf_in6_cmp(*(const struct cf_in6 *)a,
			  *(const struct cf_in6 *)b);
}

/* Ranges between random points, which make each set's ascend. */
static void add_random(struct model *m, unsigned int set, struct cf_in6 base,
		       u32 spread)
{
	struct cf_in6 points[2 * RANGES_MOST];
	u32 i, n = core_below(ARRAY_SIZE(points) + 1);

	for (i = 0; i < n; i++)
		points[i] = spread ? core_in6_add(base, core_below(spread)) :
				     random_addr(m->family);
	qsort(points, n, sizeof(*points), by_addr);
	reserve(m, set, RANGES_MOST);
	for (i = 0; i + 1 < n; i += 2) {
		u32 had = n_ranges(m, set);

		if (had) {
			struct cf_in6 end = range_of(m, set, had - 1).last;

			if (!is_above(points[i + 1], end))
				continue;
			if (!is_above(points[i], end))
				points[i] = core_in6_add(end, 1);
		}
		add(m, set, points[i], points[i + 1]);
	}
}

static void random_sets(enum cf_family family)
{
	unsigned int i, set;

	for (i = 0; i < 12; i++) {
		struct model *m = new_model(family, 1 + core_below(6));

		for (set = 0; set < m->n_sets; set++)
			add_random(m, set, (struct cf_in6){ 0 }, 0);
		check(m);
	}
}

/* Crowded ranges in a small part of the space: all overlaps there can be. */
static void crowded(enum cf_family family)
{
	const struct cf_in6 bases[] = {
		{ 0 },
		{ .lo = 0x7fffffff - 30 },
		family == CF_IPV4 ? (struct cf_in6){ .lo = 0x0a000000 } :
				    (struct cf_in6){ 5, U64_MAX - 30 },
		core_in6_add(last_of(family), -59),
	};
	unsigned int i, set;

	for (i = 0; i < 200; i++) {
		struct model *m = new_model(family, 1 + core_below(8));
		struct cf_in6 base = bases[i % ARRAY_SIZE(bases)];

		for (set = 0; set < m->n_sets; set++)
			add_random(m, set, base, 8 + core_below(53));
		check(m);
	}
}

/* ---- enough pieces for a root, nodes and blocks, or levels of a tree ---- */

/*
 * Points that share their first bits with others: where they crowd there are
 * nodes and long blocks; the fewer bits they have, the more of them are the
 * first address of a slot.
 */
static void fill_points(enum cf_family family, struct cf_in6 *points, u32 n)
{
	const unsigned int width = family == CF_IPV4 ? 32 : 128;
	struct cf_in6 crowd = { 0 }, noise;
	unsigned int shared = 0, grain = width;
	u32 i;

	for (i = 0; i < n; i++) {
		if (i % 40 == 0) {
			crowd = random_addr(family);
			shared = core_below(width - 8);
			grain = core_one_in(3) ? width :
				min(shared + 4 + core_below(20), width);
		}
		noise = random_addr(family);
		if (family == CF_IPV4) {
			u32 keep = cf_mask32(shared);

			points[i].hi = 0;
			points[i].lo = (crowd.lo & keep) | (noise.lo & ~keep);
			points[i].lo &= cf_mask32(grain);
			continue;
		}
		points[i] = cf_in6_mask(crowd, shared);
		points[i].hi |= noise.hi & ~cf_mask64(shared);
		points[i].lo |= noise.lo &
				~cf_mask64(shared > 64 ? shared - 64 : 0);
		points[i] = cf_in6_mask(points[i], grain);
	}
}

/* Ranges that begin at points and end before others, some of them touching. */
static void add_crowds(struct model *m, unsigned int set, u32 n_points)
{
	struct cf_in6 *points = core_alloc(n_points, sizeof(*points));
	u32 i, at = 0;

	fill_points(m->family, points, n_points);
	qsort(points, n_points, sizeof(*points), by_addr);
	reserve(m, set, n_points);
	for (i = 1; i < n_points; i++) {
		if (!cf_in6_cmp(points[at], points[i]))
			continue;
		add(m, set, points[at], core_in6_add(points[i], -1));
		i += core_below(2);
		at = i;
	}
	free(points);
}

static struct cf_in6 first_of(const struct model *m, struct cf_in6 a,
			      unsigned int len)
{
	if (m->family == CF_IPV4)
		return (struct cf_in6){ .lo = a.lo & cf_mask32(len) };
	return cf_in6_mask(a, len);
}

/* Two to either side of where each slot begins that a range begins in. */
static void compare_slots(const struct model *m)
{
	const unsigned int last = m->family == CF_IPV4 ? 24 : 64;
	unsigned int set, len;
	u32 i;

	for (set = 0; set < m->n_sets; set++)
		for (i = 0; i < n_ranges(m, set); i += 3)
			for (len = 16; len <= last; len += 8) {
				struct cf_range6 r = range_of(m, set, i);

				compare_near(m, first_of(m, r.first, len));
			}
}

static void crowds(enum cf_family family)
{
	unsigned int i, set;

	for (i = 0; i < 24; i++) {
		struct model *m = new_model(family, i % 4 ? 1 + core_below(4) :
							    63);
		u32 n = i % 4 ? 80 + core_below(400) : 12;

		for (set = 0; set < m->n_sets; set++)
			add_crowds(m, set, n);
		assert_int_equal(build(m), 0);
		compare_slots(m);
		cf_classify_free(m->c);
		m->c = NULL;
		check(m);
	}
}

/* All first and last addresses of a /16, each of which its range crosses. */
static void crossing(enum cf_family family)
{
	const unsigned int up = family == CF_IPV4 ? 16 : 48;
	struct model *m = new_model(family, 2);
	u32 i;

	reserve(m, 0, 300);
	reserve(m, 1, 300);
	for (i = 1; i < 300; i++) {
		struct cf_in6 a = { 0 };

		*(family == CF_IPV4 ? &a.lo : &a.hi) = (u64)i * 217 << up;
		add(m, i % 2, core_in6_add(a, -1 - (int)(i % 3)),
		    core_in6_add(a, i % 4));
	}
	check(m);
}

/* As many pieces as fill a tree's leaves, lines and top, one less and more. */
static void sizes(enum cf_family family)
{
	const unsigned int up = family == CF_IPV4 ? 16 : 48;
	u32 n, i;

	for (n = 1; n < 790; n += n == 130 ? 655 : 1) {
		struct model *m = new_model(family, 1);

		reserve(m, 0, n);
		for (i = 0; i < n; i++) {
			const u64 at = 2 * i + n % 2;
			struct cf_in6 first = { 0 }, end = { 0 };

			*(family == CF_IPV4 ? &first.lo : &first.hi) = at << up;
			*(family == CF_IPV4 ? &end.lo : &end.hi) = (at + 1) << up;
			add(m, 0, first, core_in6_add(end, -1));
		}
		check(m);
	}
}

/* The most starts that a block of 16-bit starts can have: one for each. */
static void full_block(enum cf_family family)
{
	struct model *m = new_model(family, 1);
	struct cf_in6 a = { 0 };
	u64 *part = family == CF_IPV4 ? &a.lo : &a.hi;
	const u64 base = family == CF_IPV4 ? 0x0a090000 : 0x200109ffffff0000;
	u32 i;

	reserve(m, 0, 32768);
	for (i = 0; i < 65536; i += 2) {
		struct cf_in6 last;

		*part = base + i;
		last = a;
		if (family == CF_IPV6)
			last.lo = U64_MAX;
		add(m, 0, a, last);
	}
	assert_int_equal(build(m), 0);
	for (i = 0; i < 65540; i++) {
		*part = base - 2 + i;
		assert_true((family == CF_IPV4 ? cf_classify4(m->c, a.lo) :
						 cf_classify6(m->c, a)) ==
			    (i >= 2 && i < 65538 && i % 2 == 0));
	}
	free_model(m);
}

/* A family without ranges, or with few, needs no 256 KiB of root. */
static void little_memory(enum cf_family family)
{
	unsigned int n;

	for (n = 0; n <= 100; n += 50) {
		struct model *m = new_model(family, 1);
		u32 i;

		reserve(m, 0, n);
		for (i = 0; i < n; i++)
			add(m, 0, (struct cf_in6){ .lo = 1000 * i },
			    (struct cf_in6){ .lo = 1000 * i + 9 });
		assert_int_equal(build(m), 0);
		assert_in_range(cf_classify_bytes(m->c), 1, 256 + 40 * n);
		free_model(m);
	}
}

/* Set i holds the numbers below 65,536 that have bit i: every mask occurs. */
static struct model *all_masks(enum cf_family family, unsigned int n_sets)
{
	struct model *m = new_model(family, n_sets);
	unsigned int i;
	u32 n;

	for (i = 0; i < 16; i++) {
		reserve(m, i, 32768 >> i);
		for (n = 1U << i; n < 65536; n += 2U << i)
			add(m, i, (struct cf_in6){ .lo = n },
			    (struct cf_in6){ .lo = n + (1U << i) - 1 });
	}
	return m;
}

static void too_many_classes(enum cf_family family)
{
	struct model *m = all_masks(family, 17);
	struct cf_in6 a = { .lo = 65536 };
	struct cf_classifier *none = (void *)m;
	u32 n;

	/* 65,536 masks can be named ... */
	assert_int_equal(build(m), 0);
	for (n = 0; n < 70000; n++) {
		u64 mask = n < 65536 ? n : 0;

		a.lo = n;
		if (family == CF_IPV4)
			assert_true(cf_classify4(m->c, n) == mask);
		else
			assert_true(cf_classify6(m->c, a) == mask);
	}
	cf_classify_free(m->c);

	/* ... and one more cannot. */
	m->c = none;
	a.lo = 65536;
	add(m, 16, a, a);
	assert_int_equal(build(m), -E2BIG);
	assert_ptr_equal(m->c, none);
	m->c = NULL;
	free_model(m);
}

/* With and without a root; so many ranges that all parts are there. */
static void failing_memory(enum cf_family family)
{
	unsigned int points, n;

	for (points = 9; points <= 900; points *= 10) {
		struct model *m = new_model(family, 2);
		int err = -ENOMEM;

		add_crowds(m, 0, points);
		add_crowds(m, 1, points);
		for (n = 1; err; n++) {
			cf_alloc_fail_at = n;
			err = build(m);
			cf_alloc_fail_at = 0;
			if (err) {
				assert_int_equal(err, -ENOMEM);
				assert_null(m->c);
			}
			assert_true(n < 20);
		}
		assert_true(n > 9);
		free_model(m);
	}
}

/* It asks in the merge as well as in the two rounds of the build. */
static void stopped(enum cf_family family)
{
	struct model *m = new_model(family, 1);
	int err = -EINTR;
	unsigned int n;

	add_crowds(m, 0, 9000);
	for (n = 1; err; n++) {
		cf_interrupt_at = n;
		err = build(m);
		cf_interrupt_at = 0;
		if (err) {
			assert_int_equal(err, -EINTR);
			assert_null(m->c);
		}
	}
	assert_true(n > 8);
	free_model(m);
}

static void run4(void **state)
{
	((void (*)(enum cf_family))*state)(CF_IPV4);
}

static void run6(void **state)
{
	((void (*)(enum cf_family))*state)(CF_IPV6);
}

int main(void)
{
	const struct {
		const char *name;
		void (*shape)(enum cf_family family);
	} shapes[] = {
		{ "no sets", no_sets },
		{ "empty sets", empty_sets },
		{ "sets of the other family", other_family },
		{ "sets of everything, 63 at once", everything },
		{ "both ends of the space", ends_of_space },
		{ "single addresses", single_addresses },
		{ "nested", nested },
		{ "adjacent", adjacent },
		{ "random", random_sets },
		{ "crowded", crowded },
		{ "crowds", crowds },
		{ "ranges that cross /16s", crossing },
		{ "as many pieces as fill a tree", sizes },
		{ "65,535 starts in a block", full_block },
		{ "few ranges take little memory", little_memory },
		{ "65,536 classes, and one more", too_many_classes },
		{ "each allocation fails once", failing_memory },
		{ "stopped by a signal", stopped },
	};
	struct CMUnitTest tests[2 * ARRAY_SIZE(shapes)];
	char names[ARRAY_SIZE(tests)][48];
	unsigned int i;

	core_seed("classify");
	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		bool is_6 = i % 2;

		snprintf(names[i], sizeof(names[i]), "%s, IPv%c",
			 shapes[i / 2].name, is_6 ? '6' : '4');
		tests[i] = (struct CMUnitTest){
			.name = names[i],
			.test_func = is_6 ? run6 : run4,
			.initial_state = (void *)shapes[i / 2].shape,
		};
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
