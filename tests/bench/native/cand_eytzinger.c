// SPDX-License-Identifier: GPL-2.0
/*
 * First addresses in the order of a binary heap, so that a search's first steps
 * share cache lines. Beside each is the class of the piece before it: the search
 * ends at the first one above the address, at 0 where there is none.
 */
#include "bench.h"

struct eytzinger {
	u32 n;
	u32 *start;
	u16 *before;
	const u64 *masks;
	size_t masks_bytes;
};

static u32 place(struct eytzinger *t, const struct pieces *p, u32 i, u32 k)
{
	if (k > t->n)
		return i;
	i = place(t, p, i, 2 * k);
	t->start[k] = p->start4[i];
	t->before[k] = p->class[i ? i - 1 : 0];
	return place(t, p, i + 1, 2 * k + 1);
}

static void *build(const struct list *l)
{
	struct eytzinger *t = bench_alloc(1, sizeof(*t));
	const struct pieces *p = &l->of4;

	t->n = p->n;
	t->start = bench_alloc(t->n + 1, sizeof(*t->start));
	t->before = bench_alloc(t->n + 1, sizeof(*t->before));
	t->before[0] = p->class[p->n - 1];
	t->masks = p->masks;
	t->masks_bytes = masks_bytes(p);
	place(t, p, 0, 1);
	return t;
}

static inline u64 lookup(const void *table, u32 addr)
{
	const struct eytzinger *t = table;
	u32 k = 1;

	while (k <= t->n)
		k = 2 * k + (t->start[k] <= addr);
	k >>= __builtin_ffs(~k);
	return t->masks[t->before[k]];
}

static size_t bytes(const void *table)
{
	const struct eytzinger *t = table;

	return (t->n + 1) * (sizeof(*t->start) + sizeof(*t->before)) +
	       t->masks_bytes;
}

static void discard(void *table)
{
	struct eytzinger *t = table;

	free(t->start);
	free(t->before);
	free(t);
}

BENCH_CANDIDATE(4, eytzinger, "Eytzinger", build, lookup, bytes, discard);
