// SPDX-License-Identifier: GPL-2.0
/*
 * A binary radix tree with the paths compressed, as most routing tables begin:
 * a node is a prefix, its two children are longer prefixes within it, told apart
 * by the first bit behind it. A node may only be where two others part (class
 * NONE). The last node with a class that holds the address is the answer.
 */
#include "bench.h"

#define NONE 0xffff

struct node {
	struct cf_in6 key;
	u32 child[2];		/* 0: none, for the root is no child */
	u16 class;
	u8 len;
};

struct radix {
	struct node *nodes;
	u32 n;
	const u64 *masks;
	size_t masks_bytes;
};

static inline u32 bit_at(struct cf_in6 a, unsigned int pos)
{
	return (pos < 64 ? a.hi >> (63 - pos) : a.lo >> (127 - pos)) & 1;
}

static bool holds(const struct node *node, struct cf_in6 addr)
{
	return !cf_in6_cmp(node->key, cf_in6_mask(addr, node->len));
}

static unsigned int common_bits(struct cf_in6 a, struct cf_in6 b)
{
	if (a.hi != b.hi)
		return __builtin_clzll(a.hi ^ b.hi);
	if (a.lo != b.lo)
		return 64 + __builtin_clzll(a.lo ^ b.lo);
	return 128;
}

static u32 add(struct radix *t, struct cf_in6 key, unsigned int len, u16 class)
{
	t->nodes[t->n] = (struct node){ .key = key, .len = len, .class = class };
	return t->n++;
}

static void insert(struct radix *t, const struct prefix *p)
{
	u32 at = 0, *link, child, parting;
	unsigned int len;

	for (;;) {
		if (t->nodes[at].len == p->len) {
			t->nodes[at].class = p->class;
			return;
		}
		link = &t->nodes[at].child[bit_at(p->addr, t->nodes[at].len)];
		child = *link;
		if (!child) {
			*link = add(t, p->addr, p->len, p->class);
			return;
		}
		if (t->nodes[child].len > p->len ||
		    !holds(&t->nodes[child], p->addr))
			break;
		at = child;
	}
	len = min(common_bits(t->nodes[child].key, p->addr),
		  (unsigned int)p->len);
	parting = add(t, cf_in6_mask(p->addr, len), len, NONE);
	*link = parting;
	t->nodes[parting].child[bit_at(t->nodes[child].key, len)] = child;
	if (len == p->len)
		t->nodes[parting].class = p->class;
	else
		t->nodes[parting].child[bit_at(p->addr, len)] =
			add(t, p->addr, p->len, p->class);
}

static void *build(const struct pieces *p, const struct prefix *prefixes, u32 n)
{
	struct radix *t = bench_alloc(1, sizeof(*t));
	struct node *nodes;
	u32 i;

	t->masks = p->masks;
	t->masks_bytes = masks_bytes(p);
	t->nodes = bench_alloc(2 * (size_t)n + 1, sizeof(*t->nodes));
	add(t, (struct cf_in6){ 0 }, 0, 0);
	for (i = 0; i < n; i++)
		insert(t, &prefixes[i]);
	nodes = realloc(t->nodes, t->n * sizeof(*t->nodes));
	t->nodes = nodes ? nodes : t->nodes;
	return t;
}

static void *build4(const struct list *l)
{
	return build(&l->of4, l->prefixes4, l->n_prefixes4);
}

static void *build6(const struct list *l)
{
	return build(&l->of6, l->prefixes6, l->n_prefixes6);
}

static inline u64 radix4(const void *table, u32 addr)
{
	const struct radix *t = table;
	u64 key = (u64)addr << 32;
	u16 class = 0;
	u32 at = 0;

	do {
		const struct node *node = &t->nodes[at];

		if ((key ^ node->key.hi) & cf_mask64(node->len))
			break;
		if (node->class != NONE)
			class = node->class;
		at = node->child[key << node->len >> 63];
	} while (at);
	return t->masks[class];
}

static inline u64 radix6(const void *table, struct cf_in6 addr)
{
	const struct radix *t = table;
	u16 class = 0;
	u32 at = 0;

	do {
		const struct node *node = &t->nodes[at];

		if (!holds(node, addr))
			break;
		if (node->class != NONE)
			class = node->class;
		if (node->len == 128)
			break;
		at = node->child[bit_at(addr, node->len)];
	} while (at);
	return t->masks[class];
}

static size_t bytes(const void *table)
{
	const struct radix *t = table;

	return t->n * sizeof(*t->nodes) + t->masks_bytes;
}

static void discard(void *table)
{
	struct radix *t = table;

	free(t->nodes);
	free(t);
}

BENCH_CANDIDATE(4, radix, "radix tree", build4, radix4, bytes, discard);
BENCH_CANDIDATE(6, radix, "radix tree", build6, radix6, bytes, discard);
