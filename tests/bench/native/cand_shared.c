// SPDX-License-Identifier: GPL-2.0
/*
 * A multibit trie, 16-8-8: an array of 65,536 words, then arrays of 256. Arrays
 * with the same contents are one, found by a hash while the trie is built.
 */
#include "bench.h"

#define LEAF 0x80000000U
#define WIDTH 256

struct shared {
	u32 *root;
	u32 *arrays;		/* WIDTH words each */
	u32 n;
	u32 room;
	const u64 *masks;
	size_t masks_bytes;
	/* while it is built */
	const struct pieces *p;
	u32 at;
	u32 *slots;		/* array + 1, open addressing */
	u32 n_slots;
};

static u32 hash(const u32 *array)
{
	u64 h = 0;
	u32 i;

	for (i = 0; i < WIDTH; i++)
		h = (h ^ array[i]) * 0x9e3779b97f4a7c15ULL;
	return h >> 32;
}

static u32 *slot_of(struct shared *t, const u32 *array)
{
	u32 i = hash(array) & (t->n_slots - 1);

	while (t->slots[i] && memcmp(t->arrays + (t->slots[i] - 1) * WIDTH,
				     array, WIDTH * sizeof(*array)))
		i = (i + 1) & (t->n_slots - 1);
	return &t->slots[i];
}

static void grow(struct shared *t)
{
	u32 i;

	t->room = 2 * t->room + 64;
	t->arrays = realloc(t->arrays, (size_t)t->room * WIDTH * sizeof(u32));
	if (!t->arrays)
		abort();
	free(t->slots);
	for (t->n_slots = 1; t->n_slots < 2 * t->room; t->n_slots *= 2)
		;
	t->slots = bench_alloc(t->n_slots, sizeof(*t->slots));
	for (i = 0; i < t->n; i++)
		*slot_of(t, t->arrays + i * WIDTH) = i + 1;
}

static u32 value_of(struct shared *t, u32 first, unsigned int len);

static u32 add_array(struct shared *t, u32 first, unsigned int len)
{
	u32 array[WIDTH], i;
	u32 *slot;

	for (i = 0; i < WIDTH; i++)
		array[i] = value_of(t, first | i << (24 - len), len + 8);
	if (t->n == t->room)
		grow(t);
	slot = slot_of(t, array);
	if (!*slot) {
		memcpy(t->arrays + t->n * WIDTH, array, sizeof(array));
		*slot = ++t->n;
	}
	return *slot - 1;
}

/* Of a prefix: the class of all of it, or the array that tells more. */
static u32 value_of(struct shared *t, u32 first, unsigned int len)
{
	const struct pieces *p = t->p;
	u32 last = first | ~cf_mask32(len);

	while (piece_last4(p, t->at) < first)
		t->at++;
	if (piece_last4(p, t->at) >= last)
		return LEAF | p->class[t->at];
	return add_array(t, first, len);
}

static void *build(const struct list *l)
{
	struct shared *t = bench_alloc(1, sizeof(*t));
	u32 i;

	t->p = &l->of4;
	t->masks = t->p->masks;
	t->masks_bytes = masks_bytes(t->p);
	t->root = bench_alloc(65536, sizeof(*t->root));
	for (i = 0; i < 65536; i++)
		t->root[i] = value_of(t, i << 16, 16);
	free(t->slots);
	return t;
}

static inline u64 lookup(const void *table, u32 addr)
{
	const struct shared *t = table;
	u32 value = t->root[addr >> 16];

	if (!(value & LEAF))
		value = t->arrays[value * WIDTH + (addr >> 8 & 255)];
	if (!(value & LEAF))
		value = t->arrays[value * WIDTH + (addr & 255)];
	return t->masks[value & ~LEAF];
}

static size_t bytes(const void *table)
{
	const struct shared *t = table;

	return sizeof(u32) * (65536 + (size_t)t->n * WIDTH) + t->masks_bytes;
}

static void discard(void *table)
{
	struct shared *t = table;

	free(t->root);
	free(t->arrays);
	free(t);
}

BENCH_CANDIDATE(4, shared, "16-8-8, shared arrays", build, lookup, bytes,
		discard);
