// SPDX-License-Identifier: GPL-2.0
/*
 * DIR24-8 (Gupta, Lin, McKeown: Routing Lookups in Hardware at Memory Access
 * Speeds, 1998): an entry for each /24; where that is not enough, it names a
 * group of 256 entries.
 */
#include "bench.h"

#define GROUP	0x8000
#define GROUPS	0x8000

struct dir24 {
	u16 *of24;
	u16 *of8;
	u32 n_groups;
	const u64 *masks;
	size_t masks_bytes;
};

static void fill(u16 *entries, u32 first, u32 last, u16 class)
{
	u32 i;

	for (i = first; i <= last; i++)
		entries[i] = class;
}

/* What lies within one /24, without being all of it. */
static bool fill_part(struct dir24 *t, u32 first, u32 last, u16 class)
{
	u16 *entry = &t->of24[first >> 8];
	u32 group;

	if (!(*entry & GROUP)) {
		if (t->n_groups == GROUPS)
			return false;
		group = t->n_groups++;
		fill(t->of8, group << 8, group << 8 | 255, *entry);
		*entry = GROUP | group;
	}
	group = (*entry & ~GROUP) << 8;
	fill(t->of8, group | (first & 255), group | (last & 255), class);
	return true;
}

static bool fill_piece(struct dir24 *t, u32 first, u32 last, u16 class)
{
	u32 head = min(last, first | 255);

	if (first & 255 || head - first < 255) {
		if (!fill_part(t, first, head, class))
			return false;
		if (head == last)
			return true;
		first = head + 1;
	}
	if ((last & 255) != 255) {
		if (!fill_part(t, last & ~255, last, class))
			return false;
		if (last >> 8 == first >> 8)
			return true;
		last = (last & ~255) - 1;
	}
	fill(t->of24, first >> 8, last >> 8, class);
	return true;
}

static size_t bytes(const void *table)
{
	const struct dir24 *t = table;

	return sizeof(*t->of24) * ((1 << 24) + (size_t)t->n_groups * 256) +
	       t->masks_bytes;
}

static void discard(void *table)
{
	struct dir24 *t = table;

	free(t->of24);
	free(t->of8);
	free(t);
}

static void *build(const struct list *l)
{
	struct dir24 *t = bench_alloc(1, sizeof(*t));
	const struct pieces *p = &l->of4;
	u32 i;

	t->of24 = bench_alloc(1 << 24, sizeof(*t->of24));
	t->of8 = bench_alloc((size_t)GROUPS * 256, sizeof(*t->of8));
	t->masks = p->masks;
	t->masks_bytes = masks_bytes(p);
	for (i = 0; i < p->n; i++)
		if (!fill_piece(t, p->start4[i], piece_last4(p, i),
				p->class[i])) {
			discard(t);
			return NULL;
		}
	return t;
}

static inline u64 lookup(const void *table, u32 addr)
{
	const struct dir24 *t = table;
	u16 entry = t->of24[addr >> 8];

	if (entry & GROUP)
		entry = t->of8[(entry & ~GROUP) << 8 | (addr & 255)];
	return t->masks[entry];
}

BENCH_CANDIDATE(4, dir24, "DIR24-8", build, lookup, bytes, discard);
