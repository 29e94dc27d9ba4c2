// SPDX-License-Identifier: GPL-2.0
/*
 * The table of cameras at its limits. The file itself is included, under names
 * of its own, to see the slots.
 */
#define cf_cameras_build seen_build
#define cf_cameras_free seen_free
#define cf_cameras_bytes seen_bytes
#define cf_cameras_want_mac seen_want_mac
#define cf_cameras_next seen_next
#define cf_cameras_by_mac seen_by_mac
#define cf_cameras_by_addr seen_by_addr
#define cf_cameras_by_subnet seen_by_subnet
#define cf_cameras_by_kind seen_by_kind
#include "core/cameras.c"
#include "libcameras.h"

/* No key is further from home than find() looks, and none is lost. */
static void check_slots(const struct cf_cameras *c, u32 n_keys,
			const char *what)
{
	u32 i, n = 0, furthest = 0;

	for (i = 0; i < c->n_slots + PROBES_MOST - 1; i++) {
		u32 home;

		if (c->slots[i].owner.camera == NOBODY)
			continue;
		n++;
		home = home_of(c, &c->slots[i].key) - c->slots;
		assert_true(home <= i && home < c->n_slots);
		if (i - home > furthest)
			furthest = i - home;
	}
	assert_int_equal(n, n_keys);
	assert_true(furthest < PROBES_MOST);
	printf("# %s: %u keys, %u slots, furthest %u\n", what, n_keys,
	       c->n_slots, furthest);
	/* Memory: 32 bytes a slot; doubled now and then, but not for ever. */
	assert_true(c->n_slots <= 32 * n_keys);
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

/* The limit: 65,536 cameras, 262,144 selectors. */
static struct list *many(u32 n, bool crowded)
{
	struct list *l = list_new(n, 4);
	u32 i, from = core_random();

	for (i = 0; i < l->n; i++) {
		u32 r = crowded ? i + 1 : scatter(from + i);
		char name[CAMFENCE_IFACE_LEN];

		snprintf(name, sizeof(name), "eth%u.%u", i >> 8, i & 0xff);
		list_add(l, i, sel_mac(0x443700000000 + r));
		list_add(l, i, sel_v4(crowded ? 0x0a000000 + r : r));
		list_add(l, i, sel_v6(0x20010db800000000, crowded ? r :
				      (u64)scatter(~r) << 32 | r));
		list_add(l, i, sel_iface(name));
	}
	return l;
}

static void check_many(bool crowded)
{
	struct list *l = many(CAMFENCE_MAX_CAMERAS, crowded);
	struct cf_conflict conflict;
	struct cf_cameras *c;
	u32 i;

	assert_int_equal(seen_build(&c, l->pointers, l->n, &conflict), 0);
	check_slots(c, 4 * l->n, crowded ? "consecutive" : "random");
	for (i = 0; i < l->n; i++) {
		const struct cf_selector *s = l->cameras[i].selectors;

		assert_int_equal(seen_by_mac(c, s[0].mac)->camera, i);
		assert_int_equal(seen_by_addr(c, &s[1].addr)->camera, i);
		assert_int_equal(seen_by_addr(c, &s[2].addr)->camera, i);
		assert_int_equal(seen_by_kind(c, 1, s[3].iface,
					      false)->camera, i);
	}
	for (i = 0; i < 1000000; i++) {
		struct cf_addr a = sel_addr6(core_random(), core_random());

		/* One of 2^128 is not met by chance. */
		assert_null(seen_by_addr(c, &a));
	}
	assert_true(seen_bytes(c) >= sizeof(struct slot) * c->n_slots);
	seen_free(c);
	list_free(l);
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
			l->cameras[b + 1].selectors[0] = sel_mac(1);
		} else {
			l->cameras[b].selectors[1] = l->cameras[a].selectors[1];
			l->cameras[b + 1].selectors[1] =
				l->cameras[a - 1].selectors[1];
		}
		list_expect_conflict(l, a, b, &l->cameras[b].selectors[n / 2]);
	}
}

static void failing_memory(void **state)
{
	unsigned int n;
	int err = -ENOMEM;

	(void)state;
	for (n = 1; err; n++) {
		struct list *l = many(1000, true);
		struct cf_cameras *c = NULL;
		struct cf_conflict conflict;

		cf_alloc_fail_at = n;
		err = seen_build(&c, l->pointers, l->n, &conflict);
		assert_true(!err || err == -ENOMEM);
		assert_true(!err == !!c);
		seen_free(c);
		list_free(l);
		assert_true(n < 100);
	}
	cf_alloc_fail_at = 0;
	/* The table itself, its owners, its slots */
	assert_true(n > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_random),
		cmocka_unit_test(many_consecutive),
		cmocka_unit_test(conflict_of_many),
		cmocka_unit_test(failing_memory),
	};

	core_seed("cameras, many");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
