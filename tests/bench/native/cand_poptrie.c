// SPDX-License-Identifier: GPL-2.0
/*
 * In the manner of Poptrie (Asai, Ohara: Poptrie: A Compressed Trie with
 * Population Count for Fast and Scalable Software IP Routing Table Lookup,
 * 2015): 16 bits of the address choose a word, each further 6 bits one of a
 * node's 64 slots. A bit of `nodes` says that the slot is a node, a bit of
 * `leaves` that its class is not that of the leaf before; both lie packed, and
 * the bits up to the slot count where.
 */
#include "bench.h"

#define ROOT_BITS 16
#define STRIDE 6
#define LEAF 0x80000000U

struct node {
	u64 nodes;
	u64 leaves;
	u32 first_node;
	u32 first_leaf;
};

struct poptrie {
	u32 *root;
	struct node *nodes;
	u16 *leaves;
	u32 n_nodes;
	u32 n_leaves;
	size_t nodes_room;
	size_t leaves_room;
	const u64 *masks;
	size_t masks_bytes;
	const struct pieces *p;		/* while it is built */
};

/* A bit position from 64 on is in the lower half; no stride lies in both. */
static inline u32 slot_at(struct cf_in6 addr, u32 pos)
{
	u64 half = pos < 64 ? addr.hi : addr.lo;

	return half << (pos & 63) >> (64 - STRIDE);
}

static struct cf_in6 with_slot(struct cf_in6 addr, u32 pos, u64 slot)
{
	u64 bits = slot << (64 - STRIDE) >> (pos & 63);

	if (pos < 64)
		addr.hi |= bits;
	else
		addr.lo |= bits;
	return addr;
}

static u32 add_nodes(struct poptrie *t, u32 n)
{
	t->nodes = bench_grown(t->nodes, &t->nodes_room, t->n_nodes + n,
			       sizeof(*t->nodes));
	t->n_nodes += n;
	return t->n_nodes - n;
}

static void add_leaf(struct poptrie *t, u16 class)
{
	t->leaves = bench_grown(t->leaves, &t->leaves_room, t->n_leaves + 1,
				sizeof(*t->leaves));
	t->leaves[t->n_leaves++] = class;
}

static struct cf_in6 last_below(struct cf_in6 first, u32 pos)
{
	struct cf_in6 host = {
		.hi = ~cf_mask64(min(pos, 64U)),
		.lo = pos > 64 ? ~cf_mask64(pos - 64) : U64_MAX,
	};

	return (struct cf_in6){ first.hi | host.hi, first.lo | host.lo };
}

/* The piece that covers an address, at @at or behind it. */
static u32 piece_of(const struct pieces *p, u32 at, struct cf_in6 addr)
{
	while (at + 1 < p->n && cf_in6_cmp(piece_key(p, at + 1), addr) <= 0)
		at++;
	return at;
}

static bool is_one_piece(const struct pieces *p, u32 at, struct cf_in6 last)
{
	return at + 1 == p->n || cf_in6_cmp(piece_key(p, at + 1), last) > 0;
}

struct slot {
	struct cf_in6 first;
	u32 piece;
};

/*
 * The last stride reaches behind the address's end. The slots that differ there
 * alone are of one class, so nothing is to be done about them.
 */
static void build_node(struct poptrie *t, u32 which, struct slot at, u32 pos)
{
	struct node node = { .first_leaf = t->n_leaves };
	const struct pieces *p = t->p;
	struct slot children[1 << STRIDE];
	u32 i, n = 0, class = U32_MAX;

	for (i = 0; i < 1 << STRIDE; i++) {
		struct cf_in6 first = with_slot(at.first, pos, i);

		at.piece = piece_of(p, at.piece, first);
		if (!is_one_piece(p, at.piece, last_below(first, pos + STRIDE))) {
			node.nodes |= BIT_ULL(i);
			children[n++] = (struct slot){ first, at.piece };
		} else if (p->class[at.piece] != class) {
			class = p->class[at.piece];
			node.leaves |= BIT_ULL(i);
			add_leaf(t, class);
		}
	}
	node.first_node = add_nodes(t, n);
	t->nodes[which] = node;
	for (i = 0; i < n; i++)
		build_node(t, node.first_node + i, children[i], pos + STRIDE);
}

static struct poptrie *build(const struct pieces *p)
{
	struct poptrie *t = bench_alloc(1, sizeof(*t));
	struct slot at = { 0 };
	u32 i;

	t->p = p;
	t->masks = p->masks;
	t->masks_bytes = masks_bytes(p);
	t->root = bench_alloc(1 << ROOT_BITS, sizeof(*t->root));
	for (i = 0; i < 1 << ROOT_BITS; i++) {
		at.first.hi = (u64)i << (64 - ROOT_BITS);
		at.piece = piece_of(p, at.piece, at.first);
		if (is_one_piece(p, at.piece, last_below(at.first, ROOT_BITS))) {
			t->root[i] = LEAF | p->class[at.piece];
			continue;
		}
		t->root[i] = add_nodes(t, 1);
		build_node(t, t->root[i], at, ROOT_BITS);
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

static inline u64 lookup(const struct poptrie *t, struct cf_in6 addr)
{
	u32 word = t->root[addr.hi >> (64 - ROOT_BITS)];
	u32 pos = ROOT_BITS;

	while (!(word & LEAF)) {
		const struct node *node = &t->nodes[word];
		u32 slot = slot_at(addr, pos);
		u64 up_to = U64_MAX >> (63 - slot);

		if (node->nodes >> slot & 1) {
			word = node->first_node +
			       __builtin_popcountll(node->nodes & up_to) - 1;
			pos += STRIDE;
		} else {
			word = LEAF | t->leaves[node->first_leaf +
			       __builtin_popcountll(node->leaves & up_to) - 1];
		}
	}
	return t->masks[word & ~LEAF];
}

static inline u64 poptrie4(const void *t, u32 addr)
{
	return lookup(t, (struct cf_in6){ .hi = (u64)addr << 32 });
}

static inline u64 poptrie6(const void *t, struct cf_in6 addr)
{
	return lookup(t, addr);
}

static size_t bytes(const void *table)
{
	const struct poptrie *t = table;

	return sizeof(*t->root) * (1 << ROOT_BITS) +
	       sizeof(*t->nodes) * t->n_nodes +
	       sizeof(*t->leaves) * t->n_leaves + t->masks_bytes;
}

static void discard(void *table)
{
	struct poptrie *t = table;

	free(t->root);
	free(t->nodes);
	free(t->leaves);
	free(t);
}

BENCH_CANDIDATE(4, poptrie, "poptrie", build4, poptrie4, bytes, discard);
BENCH_CANDIDATE(6, poptrie, "poptrie", build6, poptrie6, bytes, discard);
