// SPDX-License-Identifier: GPL-2.0
/*
 * 16-8-8 with bitmaps: 16 bits of the address choose a word, each further 8 one
 * of a node's 256 slots. A bit of the node says that a slot's value is not that
 * of the slot before, so the bits up to a slot count where its value is. What
 * the 64-bit words before hold is counted beforehand, in four bytes.
 */
#include "bench.h"

#define LEAF 0x80000000U

struct node {
	u64 changes[4];
	u8 rank[4];
	u32 first;
};

struct rank {
	u32 *root;
	struct node *nodes;
	u32 *values;
	u32 n_nodes;
	u32 n_values;
	size_t nodes_room;
	size_t values_room;
	const u64 *masks;
	size_t masks_bytes;
	const struct pieces *p;		/* while it is built */
	u32 at;				/* the piece that was reached */
};

static u32 value_of(struct rank *t, u32 first, unsigned int len);

static u32 add_node(struct rank *t, u32 first, unsigned int len)
{
	u32 values[256], n = 0, i, which;
	struct node node = { 0 };

	for (i = 0; i < 256; i++) {
		u32 value = value_of(t, first | i << (24 - len), len + 8);

		if (!(i % 64))
			node.rank[i / 64] = n;
		if (n && value == values[n - 1])
			continue;
		node.changes[i / 64] |= BIT_ULL(i % 64);
		values[n++] = value;
	}
	t->values = bench_grown(t->values, &t->values_room, t->n_values + n,
				sizeof(*t->values));
	memcpy(t->values + t->n_values, values, n * sizeof(*values));
	node.first = t->n_values;
	t->n_values += n;
	which = t->n_nodes++;
	t->nodes = bench_grown(t->nodes, &t->nodes_room, t->n_nodes,
			       sizeof(*t->nodes));
	t->nodes[which] = node;
	return which;
}

/* Of a prefix: the class of all of it, or the node that tells more. */
static u32 value_of(struct rank *t, u32 first, unsigned int len)
{
	const struct pieces *p = t->p;
	u32 last = first | ~cf_mask32(len);

	while (piece_last4(p, t->at) < first)
		t->at++;
	if (piece_last4(p, t->at) >= last)
		return LEAF | p->class[t->at];
	return add_node(t, first, len);
}

static void *build(const struct list *l)
{
	struct rank *t = bench_alloc(1, sizeof(*t));
	u32 i;

	t->p = &l->of4;
	t->masks = t->p->masks;
	t->masks_bytes = masks_bytes(t->p);
	t->root = bench_alloc(65536, sizeof(*t->root));
	for (i = 0; i < 65536; i++)
		t->root[i] = value_of(t, i << 16, 16);
	return t;
}

static inline u32 step(const struct rank *t, u32 which, u32 slot)
{
	const struct node *node = &t->nodes[which];
	u64 up_to = node->changes[slot / 64] &
		    (U64_MAX >> (63 - slot % 64));

	return t->values[node->first + node->rank[slot / 64] +
			 __builtin_popcountll(up_to) - 1];
}

static inline u64 lookup(const void *table, u32 addr)
{
	const struct rank *t = table;
	u32 value = t->root[addr >> 16];

	if (!(value & LEAF))
		value = step(t, value, addr >> 8 & 255);
	if (!(value & LEAF))
		value = step(t, value, addr & 255);
	return t->masks[value & ~LEAF];
}

static size_t bytes(const void *table)
{
	const struct rank *t = table;

	return sizeof(*t->root) * 65536 + sizeof(*t->nodes) * t->n_nodes +
	       sizeof(*t->values) * t->n_values + t->masks_bytes;
}

static void discard(void *table)
{
	struct rank *t = table;

	free(t->root);
	free(t->nodes);
	free(t->values);
	free(t);
}

BENCH_CANDIDATE(4, rank, "16-8-8 bitmap + rank", build, lookup, bytes, discard);
