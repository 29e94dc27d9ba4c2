// SPDX-License-Identifier: GPL-2.0
/*
 * DPDK's rte_fib (DIR24-8) and rte_fib6 (a trie of 24 and further 8 bits),
 * called as a user calls them: one by one, and in bulk. A next hop is a class.
 */
#include <endian.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_malloc.h>

#include "bench.h"

#define BULK 64
#define TBL8_LEAST 4096
#define TBL8_MOST 0x100000	/* of 256 entries with 4 bytes */

struct rte {
	struct rte_fib *fib4;
	struct rte_fib6 *fib6;
	size_t bytes;
	const u64 *masks;
};

/* Groups are allocated beforehand: what sufficed for a list is kept in mind. */
static struct {
	const struct list *list;
	u32 groups;
} sufficed[2];

static bool init(void)
{
	static const char *const args[] = {
		"bench", "--no-huge", "--no-pci", "--no-shconf",
		"--no-telemetry", "--log-level=alert", "-m", "3072",
		"--lcores", "0"
	};
	static int result = -2;
	char *argv[ARRAY_SIZE(args) + 1] = { NULL };

	/* It writes into the array. */
	memcpy(argv, args, sizeof(args));
	if (result == -2)
		result = rte_eal_init(ARRAY_SIZE(args), argv);
	return result >= 0;
}

static size_t allocated(void)
{
	struct rte_malloc_socket_stats stats;

	return rte_malloc_get_socket_stats(0, &stats) ? 0 :
	       stats.heap_allocsz_bytes;
}

static void to_network(u8 out[16], struct cf_in6 addr)
{
	u64 halves[] = { htobe64(addr.hi), htobe64(addr.lo) };

	memcpy(out, halves, sizeof(halves));
}

static void discard(void *table)
{
	struct rte *t = table;

	rte_fib_free(t->fib4);
	rte_fib6_free(t->fib6);
	free(t);
}

static bool fill4(struct rte *t, const struct list *l, u32 groups)
{
	struct rte_fib_conf conf = {
		.type = RTE_FIB_DIR24_8,
		.max_routes = l->n_prefixes4 + 1,
		.dir24_8 = {
			.nh_sz = groups < 1 << 15 ? RTE_FIB_DIR24_8_2B :
				 RTE_FIB_DIR24_8_4B,
			.num_tbl8 = groups,
		},
	};
	u32 i;

	t->fib4 = rte_fib_create("bench4", 0, &conf);
	if (!t->fib4)
		return false;
	for (i = 0; i < l->n_prefixes4; i++) {
		const struct prefix *p = &l->prefixes4[i];

		if (rte_fib_add(t->fib4, p->addr.hi >> 32, p->len, p->class))
			return false;
	}
	return true;
}

static bool fill6(struct rte *t, const struct list *l, u32 groups)
{
	struct rte_fib6_conf conf = {
		.type = RTE_FIB6_TRIE,
		.max_routes = l->n_prefixes6 + 1,
		.trie = {
			.nh_sz = groups < 1 << 15 ? RTE_FIB6_TRIE_2B :
				 RTE_FIB6_TRIE_4B,
			.num_tbl8 = groups,
		},
	};
	u8 addr[16];
	u32 i;

	t->fib6 = rte_fib6_create("bench6", 0, &conf);
	if (!t->fib6)
		return false;
	for (i = 0; i < l->n_prefixes6; i++) {
		const struct prefix *p = &l->prefixes6[i];

		to_network(addr, p->addr);
		if (rte_fib6_add(t->fib6, addr, p->len, p->class))
			return false;
	}
	return true;
}

static struct rte *build(const struct list *l, bool is6)
{
	u32 groups = sufficed[is6].list == l ? sufficed[is6].groups : TBL8_LEAST;

	if (!init())
		return NULL;
	for (; groups <= TBL8_MOST; groups *= 4) {
		struct rte *t = bench_alloc(1, sizeof(*t));
		size_t before = allocated();

		t->masks = is6 ? l->of6.masks : l->of4.masks;
		if (is6 ? fill6(t, l, groups) : fill4(t, l, groups)) {
			t->bytes = allocated() - before;
			sufficed[is6].list = l;
			sufficed[is6].groups = groups;
			return t;
		}
		discard(t);
	}
	return NULL;
}

static void *build4(const struct list *l)
{
	return build(l, false);
}

static void *build6(const struct list *l)
{
	return build(l, true);
}

static size_t bytes(const void *table)
{
	return ((const struct rte *)table)->bytes;
}

static inline u64 fib4(const void *table, u32 addr)
{
	const struct rte *t = table;
	u64 class;

	rte_fib_lookup_bulk(t->fib4, &addr, &class, 1);
	return t->masks[class];
}

static inline u64 fib6(const void *table, struct cf_in6 addr)
{
	const struct rte *t = table;
	u8 bytes[1][16];
	u64 class;

	to_network(bytes[0], addr);
	rte_fib6_lookup_bulk(t->fib6, bytes, &class, 1);
	return t->masks[class];
}

BENCH_CANDIDATE(4, fib, "rte_fib, one by one", build4, fib4, bytes, discard);
BENCH_CANDIDATE(6, fib, "rte_fib6, one by one", build6, fib6, bytes, discard);

static u64 sum_of(const struct rte *t, const u64 *classes, size_t n)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += t->masks[classes[i]];
	return sum;
}

static u64 bulk4(const void *table, const void *addrs, size_t n,
		 bool dependent)
{
	const struct rte *t = table;
	const u32 *a = addrs;
	u64 classes[BULK], sum = 0;
	size_t i;

	(void)dependent;
	for (i = 0; i < n; i += BULK) {
		size_t part = min(n - i, (size_t)BULK);

		rte_fib_lookup_bulk(t->fib4, (u32 *)a + i, classes, part);
		sum += sum_of(t, classes, part);
	}
	return sum;
}

static u64 bulk6(const void *table, const void *addrs, size_t n,
		 bool dependent)
{
	const struct rte *t = table;
	const struct cf_in6 *a = addrs;
	u64 classes[BULK], sum = 0;
	u8 bytes[BULK][16];
	size_t i, j;

	(void)dependent;
	for (i = 0; i < n; i += BULK) {
		size_t part = min(n - i, (size_t)BULK);

		for (j = 0; j < part; j++)
			to_network(bytes[j], a[i + j]);
		rte_fib6_lookup_bulk(t->fib6, bytes, classes, part);
		sum += sum_of(t, classes, part);
	}
	return sum;
}

const struct candidate candidate_bulk4 = {
	.key = "bulk",
	.name = "rte_fib, in bulk",
	.family = CF_IPV4,
	.table_of = &candidate_fib4,
	.ask = bulk4,
};

const struct candidate candidate_bulk6 = {
	.key = "bulk",
	.name = "rte_fib6, in bulk",
	.family = CF_IPV6,
	.table_of = &candidate_fib6,
	.ask = bulk6,
};
