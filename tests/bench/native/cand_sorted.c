// SPDX-License-Identifier: GPL-2.0
/* Sorted first addresses, searched by halves without a branch to guess. */
#include "bench.h"

static void *build(const struct pieces *p)
{
	struct pieces *t = bench_alloc(1, sizeof(*t));

	*t = *p;
	t->class = bench_alloc(p->n, sizeof(*t->class));
	memcpy(t->class, p->class, p->n * sizeof(*t->class));
	if (p->start4) {
		t->start4 = bench_alloc(p->n, sizeof(*t->start4));
		memcpy(t->start4, p->start4, p->n * sizeof(*t->start4));
	} else {
		t->start6 = bench_alloc(p->n, sizeof(*t->start6));
		memcpy(t->start6, p->start6, p->n * sizeof(*t->start6));
	}
	return t;
}

static void *build4(const struct list *l)
{
	return build(&l->of4);
}

static void *build6(const struct list *l)
{
	return build(&l->of6);
}

static inline u64 sorted4(const void *table, u32 addr)
{
	const struct pieces *t = table;
	const u32 *base = t->start4;
	u32 n = t->n;

	while (n > 1) {
		u32 half = n / 2;

		base += base[half] <= addr ? half : 0;
		n -= half;
	}
	return t->masks[t->class[base - t->start4]];
}

static inline bool not_above(struct cf_in6 a, struct cf_in6 b)
{
	return a.hi < b.hi || (a.hi == b.hi && a.lo <= b.lo);
}

static inline u64 sorted6(const void *table, struct cf_in6 addr)
{
	const struct pieces *t = table;
	const struct cf_in6 *base = t->start6;
	u32 n = t->n;

	while (n > 1) {
		u32 half = n / 2;

		base += not_above(base[half], addr) ? half : 0;
		n -= half;
	}
	return t->masks[t->class[base - t->start6]];
}

static size_t bytes(const void *table)
{
	const struct pieces *t = table;
	size_t start = t->start4 ? sizeof(*t->start4) : sizeof(*t->start6);

	return t->n * (start + sizeof(*t->class)) + masks_bytes(t);
}

static void discard(void *table)
{
	struct pieces *t = table;

	free(t->start4);
	free(t->start6);
	free(t->class);
	free(t);
}

BENCH_CANDIDATE(4, sorted, "sorted search", build4, sorted4, bytes, discard);
BENCH_CANDIDATE(6, sorted, "sorted search", build6, sorted6, bytes, discard);
