// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of cameras against a list that is looked through from its start.
 * The file itself is included, under names of its own, to see the slots.
 */
#define cf_cameras_build seen_build
#define cf_cameras_free seen_free
#define cf_cameras_bytes seen_bytes
#define cf_cameras_by_mac seen_by_mac
#define cf_cameras_by_addr seen_by_addr
#include "core/cameras.c"
#include "libcore.h"

struct list {
	u32 n;
	u32 n_selectors;
	struct cf_camera *cameras;
	const struct cf_camera **pointers;
	struct cf_cameras *c;
};

static struct list *new_list(u32 n, u32 n_selectors)
{
	struct list *l = core_alloc(1, sizeof(*l));
	u32 i;

	l->n = n;
	l->n_selectors = n_selectors;
	l->cameras = core_alloc(n, sizeof(*l->cameras));
	l->pointers = core_alloc(n, sizeof(*l->pointers));
	for (i = 0; i < n; i++) {
		struct cf_camera *c = &l->cameras[i];

		c->selectors = core_alloc(n_selectors, sizeof(*c->selectors));
		l->pointers[i] = c;
	}
	return l;
}

static void free_list(struct list *l)
{
	u32 i;

	seen_free(l->c);
	for (i = 0; i < l->n; i++)
		free(l->cameras[i].selectors);
	free(l->cameras);
	free(l->pointers);
	free(l);
}

static void add(struct list *l, u32 camera, struct cf_selector s)
{
	struct cf_camera *c = &l->cameras[camera];

	assert_true(c->n_selectors < l->n_selectors);
	c->selectors[c->n_selectors++] = s;
}

static struct cf_selector mac(u64 mac)
{
	return (struct cf_selector){ .type = CF_SEL_MAC, .mac = mac };
}

static struct cf_selector v4(u32 addr)
{
	return (struct cf_selector){
		.type = CF_SEL_ADDR,
		.addr = { .family = CF_IPV4, .v4 = addr },
	};
}

static struct cf_selector v6(u64 hi, u64 lo)
{
	return (struct cf_selector){
		.type = CF_SEL_ADDR,
		.addr = { .family = CF_IPV6, .v6 = { hi, lo } },
	};
}

static bool is_same(const struct cf_selector *a, const struct cf_selector *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == CF_SEL_MAC)
		return a->mac == b->mac;
	if (a->addr.family != b->addr.family)
		return false;
	if (a->addr.family == CF_IPV4)
		return a->addr.v4 == b->addr.v4;
	return a->addr.v6.hi == b->addr.v6.hi && a->addr.v6.lo == b->addr.v6.lo;
}

static u32 naive(const struct list *l, const struct cf_selector *s)
{
	u32 i, j;

	for (i = 0; i < l->n; i++)
		for (j = 0; j < l->cameras[i].n_selectors; j++)
			if (is_same(&l->cameras[i].selectors[j], s))
				return i;
	return CF_NO_CAMERA;
}

static u32 lookup(const struct cf_cameras *c, const struct cf_selector *s)
{
	return s->type == CF_SEL_MAC ? seen_by_mac(c, s->mac) :
				       seen_by_addr(c, &s->addr);
}

static void expect(const struct list *l, struct cf_selector s)
{
	assert_int_equal(lookup(l->c, &s), naive(l, &s));
}

static void build_list(struct list *l)
{
	struct cf_conflict conflict;

	assert_int_equal(seen_build(&l->c, l->pointers, l->n, &conflict), 0);
}

/* All that is in it, and what is next to it or alike in half its bits. */
static void check_all(const struct list *l)
{
	u32 i, j;

	for (i = 0; i < l->n; i++)
		for (j = 0; j < l->cameras[i].n_selectors; j++) {
			struct cf_selector s = l->cameras[i].selectors[j];
			u64 hi = s.addr.v6.hi, lo = s.addr.v6.lo;

			assert_int_equal(lookup(l->c, &s), i);
			if (s.type == CF_SEL_MAC) {
				expect(l, mac(s.mac + 1));
				expect(l, mac(s.mac - 1));
				expect(l, v4((u32)s.mac));
				/* A v4-mapped address is the IPv4 address. */
				if (s.mac >> 32 != 0xffff)
					expect(l, v6(0, s.mac));
			} else if (s.addr.family == CF_IPV4) {
				expect(l, v4(s.addr.v4 + 1));
				expect(l, v4(s.addr.v4 - 1));
				expect(l, v6(0, s.addr.v4));
				expect(l, v6((u64)s.addr.v4 << 32, 0));
				expect(l, mac(s.addr.v4));
				expect(l, mac(0xffff00000000 | s.addr.v4));
			} else {
				expect(l, v6(hi, lo + 1));
				expect(l, v6(hi + 1, lo));
				expect(l, v6(lo, hi));
				expect(l, v6(0, lo));
				expect(l, v4((u32)lo));
				expect(l, mac(lo & 0xffffffffffff));
			}
		}
}

static void no_cameras(void **state)
{
	struct list *l = new_list(0, 0);

	(void)state;
	build_list(l);
	expect(l, mac(1));
	expect(l, v4(0));
	expect(l, v6(0, 0));
	free_list(l);
}

/* One kind of selector alone: the other kinds' table may not even be there. */
static void one_kind_alone(void **state)
{
	const struct cf_selector kinds[] = {
		mac(0x020000000001), v4(0x0a000001), v6(1, 2), v4(0), v6(0, 0),
		v4(U32_MAX), v6(U64_MAX, U64_MAX), mac(0xffffffffffff),
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct list *l = new_list(3, 1);

		add(l, 1, kinds[i]);
		build_list(l);
		check_all(l);
		free_list(l);
	}
}

static struct cf_selector random_selector(bool crowded)
{
	u64 r = crowded ? core_below(512) : core_random();

	switch (core_below(crowded ? 5 : 3)) {
	case 0:
		return mac((crowded ? 0x443719000000 : 0) |
			   ((r & 0xffffffffffff) + 1));
	case 1:
		return v4(crowded ? 0x0a000000 + r : r);
	case 2:
		return v6(0x20010db800000000, crowded ? r : core_random());
	case 3:
		return v6(0x20010db800000000 + r, 1);
	default:
		return v6(r << 32, r << 32);
	}
}

static void random_cameras(void **state)
{
	unsigned int i, j, n;

	(void)state;
	for (n = 0; n < 60; n++) {
		bool crowded = n % 2;
		struct list *l = new_list(1 + core_below(80), 6);

		for (i = 0; i < l->n; i++)
			for (j = core_below(7); j; j--) {
				struct cf_selector s = random_selector(crowded);

				if (naive(l, &s) == CF_NO_CAMERA)
					add(l, i, s);
			}
		build_list(l);
		check_all(l);
		for (i = 0; i < 200; i++)
			expect(l, random_selector(crowded));
		free_list(l);
	}
}

/* What a selector's bits are must not matter, only whose they are. */
static void families_do_not_collide(void **state)
{
	struct list *l = new_list(8, 1);

	(void)state;
	add(l, 0, v4(0x01020304));
	add(l, 1, v6(0, 0x01020304));
	add(l, 2, v6(0x01020304, 0));
	add(l, 3, v6(0x0102030400000000, 0));
	add(l, 4, mac(0x01020304));
	add(l, 5, mac(0xffff01020304));
	add(l, 6, v6(0x0064ff9b00000000, 1));
	add(l, 7, v6(0, 0xfffe01020304));
	build_list(l);
	check_all(l);
	free_list(l);
}

/* ---- many ---- */

/* No key is further from home than find() looks, and none is lost. */
static void check_slots(const struct table *t, u32 n_keys, const char *what)
{
	u32 i, n = 0, furthest = 0;

	for (i = 0; i < t->n_slots + PROBES_MOST - 1; i++) {
		u32 home;

		if (t->slots[i].camera == CF_NO_CAMERA)
			continue;
		n++;
		home = home_of(t, t->slots[i].key);
		assert_true(home <= i && home < t->n_slots);
		if (i - home > furthest)
			furthest = i - home;
	}
	assert_int_equal(n, n_keys);
	assert_int_equal(t->n_keys, n_keys);
	assert_true(furthest < PROBES_MOST);
	printf("# %s: %u keys, %u slots, furthest %u\n", what, n_keys,
	       t->n_slots, furthest);
	/* Memory: 24 bytes a slot; doubled now and then, but not for ever. */
	assert_true(t->n_slots <= 32 * n_keys);
}

/* MurmurHash3's last step: looks random, and no two n give the same. */
static u32 scatter(u32 n)
{
	n ^= n >> 16;
	n *= 0x85ebca6b;
	n ^= n >> 13;
	n *= 0xc2b2ae35;
	return n ^ n >> 16;
}

static struct list *many(u32 n, bool crowded)
{
	struct list *l = new_list(n, 3);
	u32 i, from = core_random();

	for (i = 0; i < l->n; i++) {
		u32 r = crowded ? i + 1 : scatter(from + i);

		add(l, i, mac(0x443700000000 + r));
		add(l, i, v4(crowded ? 0x0a000000 + r : r));
		add(l, i, v6(0x20010db800000000,
			     crowded ? r : (u64)scatter(~r) << 32 | r));
	}
	return l;
}

static void check_many(bool crowded)
{
	struct list *l = many(CAMFENCE_MAX_CAMERAS, crowded);
	u32 i, j;

	build_list(l);
	check_slots(&l->c->macs, l->n, crowded ? "consecutive MACs" :
						 "random MACs");
	check_slots(&l->c->addrs, 2 * l->n, crowded ? "consecutive addresses" :
						      "random addresses");
	for (i = 0; i < l->n; i++)
		for (j = 0; j < l->n_selectors; j++)
			assert_int_equal(lookup(l->c,
						&l->cameras[i].selectors[j]), i);
	for (i = 0; i < 100; i++)
		expect(l, random_selector(i % 2));
	for (i = 0; i < 1000000; i++) {
		struct cf_in6 a = { core_random(), core_random() };
		struct cf_selector s = v6(a.hi, a.lo);

		/* One of 2^128 is not met by chance. */
		assert_int_equal(lookup(l->c, &s), CF_NO_CAMERA);
	}
	assert_true(seen_bytes(l->c) >=
		    sizeof(struct slot) * l->c->macs.n_slots);
	free_list(l);
}

static void many_random(void **state)
{
	(void)state;
	check_many(false);
}

static void many_consecutive(void **state)
{
	(void)state;
	check_many(true);
}

/* ---- conflicts ---- */

static void expect_conflict(struct list *l, u32 first, u32 second,
			    const struct cf_selector *selector)
{
	struct cf_conflict conflict = { 0 };
	struct cf_cameras *none = (void *)l, *out = none;

	assert_int_equal(seen_build(&out, l->pointers, l->n, &conflict),
			 -EEXIST);
	assert_ptr_equal(out, none);
	assert_int_equal(conflict.first, first);
	assert_int_equal(conflict.second, second);
	assert_ptr_equal(conflict.selector, selector);
	free_list(l);
}

static void same_camera_twice(void **state)
{
	const struct cf_selector kinds[] = {
		mac(0x020000000001), v4(0x0a000001), v6(1, 2),
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct list *l = new_list(3, 4);

		add(l, 0, mac(7));
		add(l, 1, kinds[i]);
		add(l, 1, v4(9));
		add(l, 1, kinds[i]);
		add(l, 2, mac(8));
		expect_conflict(l, 1, 1, &l->cameras[1].selectors[2]);
	}
}

static void two_cameras(void **state)
{
	const struct cf_selector kinds[] = {
		mac(0x020000000001), v4(0x0a000001), v6(1, 2), v4(0), v6(0, 0),
	};
	unsigned int i;
	u32 first, second;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		for (second = 1; second < 20; second++)
			for (first = 0; first < second; first++) {
				struct list *l = new_list(20, 3);
				u32 j;

				for (j = 0; j < l->n; j++)
					add(l, j, mac(100 + j));
				for (j = 0; j < l->n; j++)
					add(l, j, v6(100 + j, 0));
				add(l, first, kinds[i]);
				add(l, second, kinds[i]);
				expect_conflict(l, first, second,
						&l->cameras[second].selectors[2]);
			}
}

/* A conflict is found whatever the size, and the first of all is named. */
static void conflict_of_many(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; n < 4; n++) {
		struct list *l = many(CAMFENCE_MAX_CAMERAS, n % 2);
		u32 a = 1 + core_below(30000), b = 30001 + core_below(30000);

		if (n < 2) {
			l->cameras[b].selectors[0] = l->cameras[a].selectors[0];
			l->cameras[b + 1].selectors[0] = mac(1);
		} else {
			l->cameras[b].selectors[1] = l->cameras[a].selectors[1];
			l->cameras[b + 1].selectors[1] =
				l->cameras[a - 1].selectors[1];
		}
		expect_conflict(l, a, b, &l->cameras[b].selectors[n / 2]);
	}
}

static void failing_memory(void **state)
{
	unsigned int n;
	int err = -ENOMEM;

	(void)state;
	for (n = 1; err; n++) {
		struct list *l = many(1000, true);
		struct cf_conflict conflict;

		cf_alloc_fail_at = n;
		err = seen_build(&l->c, l->pointers, l->n, &conflict);
		assert_true(!err || err == -ENOMEM);
		assert_true(!err == !!l->c);
		free_list(l);
		assert_true(n < 100);
	}
	cf_alloc_fail_at = 0;
	assert_true(n > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_cameras),
		cmocka_unit_test(one_kind_alone),
		cmocka_unit_test(random_cameras),
		cmocka_unit_test(families_do_not_collide),
		cmocka_unit_test(many_random),
		cmocka_unit_test(many_consecutive),
		cmocka_unit_test(same_camera_twice),
		cmocka_unit_test(two_cameras),
		cmocka_unit_test(conflict_of_many),
		cmocka_unit_test(failing_memory),
	};

	core_seed("cameras");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
