// SPDX-License-Identifier: GPL-2.0
/*
 * DXR (Zec, Rizzo, Mikuc: DXR: Towards a Billion Routing Lookups per Second in
 * Software, 2012): 16 bits of the address choose a chunk, and what begins within
 * the chunk is searched by halves. IPv4 chunks are /16; IPv6's are the /19 of
 * 2000::/3, what lies below that and what lies above.
 *
 * A chunk's word is 2 * (the piece that covers its first address) + (whether
 * that piece begins right there), so that the next word tells where this
 * chunk's pieces end: before the next one's if that begins right there.
 */
#include "bench.h"

#define CHUNKS4 65536
#define CHUNKS6 (65536 + 2)

struct fragment {
	u16 low;
	u16 class;
};

struct dxr {
	u32 *chunks;
	u32 n_chunks;
	u32 n;
	struct fragment *fragments;	/* IPv4 */
	struct cf_in6 *starts;		/* IPv6 */
	u16 *classes;
	const u64 *masks;
	size_t masks_bytes;
};

static inline u32 chunk6(u64 hi)
{
	if (hi >> 61 == 1)
		return 1 + (hi >> 45 & 0xffff);
	return hi >> 61 ? CHUNKS6 - 1 : 0;
}

static struct cf_in6 chunk_key(const struct pieces *p, u32 i)
{
	if (!p->start6)
		return (struct cf_in6){ .hi = (u64)i << 48 };
	if (!i)
		return (struct cf_in6){ 0 };
	return (struct cf_in6){ .hi = (1ULL << 61) + ((u64)(i - 1) << 45) };
}

static struct dxr *build_chunks(const struct pieces *p, u32 n_chunks)
{
	struct dxr *t = bench_alloc(1, sizeof(*t));
	u32 i, at = 0;

	t->n = p->n;
	t->n_chunks = n_chunks;
	t->masks = p->masks;
	t->masks_bytes = masks_bytes(p);
	t->chunks = bench_alloc(n_chunks + 1, sizeof(*t->chunks));
	for (i = 0; i < n_chunks; i++) {
		struct cf_in6 key = chunk_key(p, i);

		while (at + 1 < p->n && cf_in6_cmp(piece_key(p, at + 1), key) <= 0)
			at++;
		t->chunks[i] = 2 * at + !cf_in6_cmp(piece_key(p, at), key);
	}
	t->chunks[n_chunks] = 2 * p->n + 1;
	return t;
}

static void *build4(const struct list *l)
{
	const struct pieces *p = &l->of4;
	struct dxr *t = build_chunks(p, CHUNKS4);
	u32 i;

	t->fragments = bench_alloc(p->n, sizeof(*t->fragments));
	for (i = 0; i < p->n; i++) {
		t->fragments[i].low = p->start4[i];
		t->fragments[i].class = p->class[i];
	}
	return t;
}

static void *build6(const struct list *l)
{
	const struct pieces *p = &l->of6;
	struct dxr *t = build_chunks(p, CHUNKS6);

	t->starts = bench_alloc(p->n, sizeof(*t->starts));
	t->classes = bench_alloc(p->n, sizeof(*t->classes));
	memcpy(t->starts, p->start6, p->n * sizeof(*t->starts));
	memcpy(t->classes, p->class, p->n * sizeof(*t->classes));
	return t;
}

/* Pieces to search in: the covering one and those that begin in the chunk. */
static inline u32 chunk_size(const struct dxr *t, u32 chunk)
{
	u32 next = t->chunks[chunk + 1];

	return next / 2 + !(next & 1) - t->chunks[chunk] / 2;
}

static inline u64 dxr4(const void *table, u32 addr)
{
	const struct dxr *t = table;
	u32 chunk = addr >> 16;
	u32 n = chunk_size(t, chunk);
	const struct fragment *base = &t->fragments[t->chunks[chunk] / 2];

	while (n > 1) {
		u32 half = n / 2;

		base += base[half].low <= (addr & 0xffff) ? half : 0;
		n -= half;
	}
	return t->masks[base->class];
}

static inline u64 dxr6(const void *table, struct cf_in6 addr)
{
	const struct dxr *t = table;
	u32 chunk = chunk6(addr.hi);
	u32 n = chunk_size(t, chunk);
	u32 base = t->chunks[chunk] / 2;

	while (n > 1) {
		u32 half = n / 2;

		base += cf_in6_cmp(t->starts[base + half], addr) <= 0 ? half : 0;
		n -= half;
	}
	return t->masks[t->classes[base]];
}

static size_t bytes(const void *table)
{
	const struct dxr *t = table;
	size_t piece = t->fragments ? sizeof(*t->fragments) :
		       sizeof(*t->starts) + sizeof(*t->classes);

	return (t->n_chunks + 1) * sizeof(*t->chunks) + t->n * piece +
	       t->masks_bytes;
}

static void discard(void *table)
{
	struct dxr *t = table;

	free(t->chunks);
	free(t->fragments);
	free(t->starts);
	free(t->classes);
	free(t);
}

BENCH_CANDIDATE(4, dxr, "DXR", build4, dxr4, bytes, discard);
BENCH_CANDIDATE(6, dxr, "DXR", build6, dxr6, bytes, discard);
