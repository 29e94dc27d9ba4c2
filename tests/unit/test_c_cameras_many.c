// SPDX-License-Identifier: GPL-2.0
/*
 * The table of cameras at its limits. The file itself is included, under names
 * of its own, to see the chains.
 */
#define cf_cameras_build seen_build
#define cf_cameras_free seen_free
#define cf_cameras_bytes seen_bytes
#define cf_cameras_want_mac seen_want_mac
#define cf_cameras_are_exact seen_are_exact
#define cf_cameras_next seen_next
#define cf_cameras_by_mac seen_by_mac
#define cf_cameras_by_addr seen_by_addr
#define cf_cameras_by_subnet seen_by_subnet
#define cf_cameras_by_kind seen_by_kind
#include "libcameras.h"

/* So many seeds from now on are the worst that there are: all are 1. */
static unsigned int bad_seeds;

static u64 seen_random(void)
{
	static unsigned int n;

	if (!bad_seeds)
		return core_random();
	if (++n % 3 == 0)
		bad_seeds--;
	return 0;
}

#define cf_random seen_random
#include "core/cameras.c"

/*
 * No chain is longer than said, none is lost, and the filter knows no more.
 *
 * Return: how long the longest is
 */
static u32 check_chains(const struct cf_cameras *c, u32 n_keys,
			const char *what)
{
	u32 n_buckets = 1U << (64 - c->shift), i, e, n = 0, longest = 0;
	u32 n_bits = 0;
	u64 bit;

	for (i = 0; i < n_buckets; i++) {
		u32 len = 0;

		for (e = c->buckets[i]; e != NOBODY; e = c->entries[e].next) {
			struct cf_key key = {
				c->entries[e].value, c->entries[e].kind
			};

			assert_int_equal(hash_of(c, &key) >> c->shift, i);
			assert_true(*word_of(c, hash_of(c, &key), &bit) & bit);
			len++;
		}
		n += len;
		if (len > longest)
			longest = len;
	}
	assert_int_equal(n, n_keys);
	assert_true(longest <= CHAIN_MOST);
	for (i = 0; i < filter_bytes(c) / 8; i++)
		n_bits += __builtin_popcountll(c->filter[i]);
	assert_true(n_bits <= n_keys);
	printf("# %s: %u keys, %u buckets, longest chain %u, %zu bytes\n", what,
	       n_keys, n_buckets, longest, seen_bytes(c));
	/* 32 bytes an entry, 4 a bucket and half a byte of its filter. */
	assert_true(n_buckets <= 128 || n_buckets <= 8 * n_keys);
	assert_int_equal(seen_bytes(c),
			 sizeof(*c) + 32 * n_keys + 4.5 * n_buckets);
	return longest;
}

/* Of what is asked for and not there, the filter stops the most. */
static void check_filter(const struct cf_cameras *c, const char *what)
{
	u32 i, n = 0;
	u64 bit;

	for (i = 0; i < 1000000; i++) {
		struct cf_addr a = sel_addr6(core_random(), core_random());
		struct cf_key key = key_of_addr(&a);

		n += !!(*word_of(c, hash_of(c, &key), &bit) & bit);
		/* One of 2^128 is not met by chance. */
		assert_null(seen_by_addr(c, &a));
	}
	printf("# %s: the filter lets %u of 1000000 pass\n", what, n);
	assert_true(n < 130000);	/* a bit of eight, and chance */
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
	const char *what = crowded ? "consecutive" : "random";
	struct list *l = many(CAMFENCE_MAX_CAMERAS, crowded);
	struct cf_conflict conflict;
	struct cf_cameras *c;
	u32 i;

	assert_int_equal(seen_build(&c, l->pointers, l->n, &conflict), 0);
	check_chains(c, 4 * l->n, what);
	for (i = 0; i < l->n; i++) {
		const struct cf_selector *s = l->cameras[i].selectors;

		assert_int_equal(seen_by_mac(c, s[0].mac)->camera, i);
		assert_int_equal(seen_by_addr(c, &s[1].addr)->camera, i);
		assert_int_equal(seen_by_addr(c, &s[2].addr)->camera, i);
		assert_int_equal(seen_by_kind(c, 1, s[3].iface,
					      false)->camera, i);
	}
	check_filter(c, what);
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

/* What the filter does not know is not looked for. */
static void filter_is_asked_first(void **state)
{
	struct list *l = many(10, true);
	const struct cf_selector *s = l->cameras[5].selectors;
	struct cf_conflict conflict;
	struct cf_cameras *c;

	(void)state;
	assert_int_equal(seen_build(&c, l->pointers, l->n, &conflict), 0);
	assert_int_equal(seen_by_mac(c, s[0].mac)->camera, 5);
	memset(c->filter, 0, filter_bytes(c));
	assert_null(seen_by_mac(c, s[0].mac));
	assert_null(seen_by_addr(c, &s[1].addr));
	seen_free(c);
	list_free(l);
}

static struct cf_cameras *build_after(u32 bad, const struct list *l)
{
	struct cf_conflict conflict;
	struct cf_cameras *c;

	bad_seeds = bad;
	assert_int_equal(seen_build(&c, l->pointers, l->n, &conflict), 0);
	return c;
}

/* With bad seeds all addresses are in one bucket; the table is doubled then. */
static void bad_luck(void **state)
{
	static const u32 bad[] = { 0, SEEDS_MOST - 1, SEEDS_MOST };
	struct list *l = many(100, true);
	u32 n_buckets[3], i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct cf_cameras *c = build_after(bad[i], l);

		assert_int_equal(bad_seeds, 0);
		n_buckets[i] = 1U << (64 - c->shift);
		check_chains(c, 4 * l->n, "after bad seeds");
		seen_free(c);
	}
	assert_int_equal(n_buckets[1], n_buckets[0]);
	assert_int_equal(n_buckets[2], 2 * n_buckets[0]);
	list_free(l);
}

static u32 chain_of(u32 n)
{
	struct list *l = list_new(n, 1);
	struct cf_cameras *c;
	u32 i, longest;

	for (i = 0; i < n; i++)
		list_add(l, i, sel_v4(i));
	c = build_after(1, l);
	longest = check_chains(c, n, "one bad seed");
	seen_free(c);
	list_free(l);
	return longest;
}

/* What is long enough still, and what is too long. */
static void longest_chain(void **state)
{
	(void)state;
	assert_int_equal(chain_of(CHAIN_MOST), CHAIN_MOST);
	assert_true(chain_of(CHAIN_MOST + 1) < CHAIN_MOST);
}

/* Return: at how many places it was refused for @want */
static unsigned int refuse_everywhere(unsigned int *at, int want)
{
	struct list *l = many(5000, true);
	struct cf_conflict conflict;
	unsigned int n;
	int err = want;

	for (n = 1; err; n++) {
		struct cf_cameras *c = NULL;

		*at = n;
		err = seen_build(&c, l->pointers, l->n, &conflict);
		*at = 0;
		assert_true(!err || err == want);
		assert_true(!err == !!c);
		seen_free(c);
		assert_true(n < 100);
	}
	list_free(l);
	return n - 2;
}

static void failing_memory(void **state)
{
	(void)state;
	/* The table itself, its entries, its buckets, its filter */
	assert_true(refuse_everywhere(&cf_alloc_fail_at, -ENOMEM) >= 4);
}

static void fatal_signal(void **state)
{
	(void)state;
	assert_true(refuse_everywhere(&cf_interrupt_at, -EINTR) >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_random),
		cmocka_unit_test(many_consecutive),
		cmocka_unit_test(conflict_of_many),
		cmocka_unit_test(filter_is_asked_first),
		cmocka_unit_test(bad_luck),
		cmocka_unit_test(longest_chain),
		cmocka_unit_test(failing_memory),
		cmocka_unit_test(fatal_signal),
	};

	core_seed("cameras, many");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
