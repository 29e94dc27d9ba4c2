// SPDX-License-Identifier: GPL-2.0
/* Addresses to look up, the same for all candidates of a list and family. */
#include "bench.h"

/* splitmix64 (Steele, Lea, Flood 2014); begins the same in every run. */
u64 bench_random(void)
{
	static u64 state = BENCH_SEED;
	u64 z = state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static unsigned __int128 key_of(const struct pieces *p, u32 i)
{
	struct cf_in6 key = piece_key(p, i);

	return (unsigned __int128)key.hi << 64 | key.lo;
}

/* Addresses are numbers of 128 bits here, left-aligned, and wrap around. */
static unsigned __int128 draw(const struct pieces *p)
{
	unsigned __int128 wide = (unsigned __int128)bench_random() << 64 |
				 bench_random();
	unsigned __int128 size;
	u32 i;

	if (p->start4)
		return wide;
	i = bench_random() % p->n;
	size = (i + 1 < p->n ? key_of(p, i + 1) : 0) - key_of(p, i);
	return key_of(p, i) + (size ? wide % size : wide);
}

static unsigned __int128 one(const struct pieces *p)
{
	return p->start4 ? (unsigned __int128)1 << 96 : 1;
}

static unsigned __int128 draw_edge(const struct pieces *p)
{
	return key_of(p, bench_random() % p->n);
}

static void put(const struct pieces *p, void *vector, size_t i,
		unsigned __int128 addr)
{
	if (p->start4)
		((u32 *)vector)[i] = addr >> 96;
	else
		((struct cf_in6 *)vector)[i] =
			(struct cf_in6){ addr >> 64, addr };
}

/**
 * vectors_draw() - draw the addresses for a list and family
 * @p: the list's pieces
 *
 * Return: the addresses.
 */
struct vectors *vectors_draw(const struct pieces *p)
{
	size_t size = p->start4 ? sizeof(u32) : sizeof(struct cf_in6), i;
	struct vectors *v = bench_alloc(1, sizeof(*v));
	unsigned __int128 hot[1000];

	v->random = bench_alloc(VECTOR, size);
	v->hot = bench_alloc(VECTOR, size);
	v->edge = bench_alloc(VECTOR, size);
	v->mixed = bench_alloc(MIXED, size);
	for (i = 0; i < ARRAY_SIZE(hot); i++)
		hot[i] = draw(p);
	for (i = 0; i < VECTOR; i++) {
		put(p, v->random, i, draw(p));
		put(p, v->hot, i, hot[bench_random() % ARRAY_SIZE(hot)]);
		put(p, v->edge, i, draw_edge(p) - bench_random() % 2 * one(p));
	}
	for (i = 0; i < MIXED; i += 4) {
		unsigned __int128 edge = draw_edge(p);

		put(p, v->mixed, i, draw(p));
		put(p, v->mixed, i + 1, edge - one(p));
		put(p, v->mixed, i + 2, edge);
		put(p, v->mixed, i + 3, edge + one(p));
	}
	return v;
}

/**
 * vectors_free() - free the addresses
 * @v: the addresses
 */
void vectors_free(struct vectors *v)
{
	free(v->random);
	free(v->hot);
	free(v->edge);
	free(v->mixed);
	free(v);
}
