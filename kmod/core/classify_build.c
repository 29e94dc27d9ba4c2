// SPDX-License-Identifier: GPL-2.0
/*
 * A classifier is built from the pieces of all sets; classify.c tells of what.
 */
#include "classify_parts.h"
#include "pieces.h"

#define ROOT_PIECES	256	/* for fewer, 256 KiB of root are too much */
#define FEW_STARTS	7
#define TOP_CHILDREN	(3 * LINE_ENDS + 1)

static u32 make_slot(enum slot_kind kind, u32 value)
{
	return value << 2 | kind;
}

/*
 * All is put twice: first only counted, while the parts of the classifier are
 * NULL, then stored.
 */
struct build {
	struct cf_classifier *c;
	const struct cf_pieces *p;
	u32 n_root;
	u32 n_nodes;
	u32 n_slots;
	u32 n_blocks;
	u32 n_entries;
	u32 n_leaves;
	u32 n_deep;
	u32 asked;
};

static int may_go_on(struct build *b)
{
	return ++b->asked % 1024 ? 0 : cf_may_go_on();
}

/* ---- trie ---- */

static u32 start4(const struct build *b, u32 piece)
{
	return b->p->starts[piece].hi >> 32;
}

/* Is an address the first of those that share as many bits with it? */
static bool is_first(u32 addr, unsigned int depth)
{
	return !(addr & ~cf_mask32(depth));
}

/* Where those end of pieces from to to-1 whose starts share their first bits. */
static u32 end_of_region(const struct build *b, u32 from, u32 to,
			 unsigned int depth)
{
	u32 end = from + 1;

	while (end < to && !((start4(b, end) ^ start4(b, from)) >> (32 - depth)))
		end++;
	return end;
}

static u32 put_class(const struct build *b, u32 piece)
{
	return make_slot(SLOT_CLASS, b->p->classes[piece]);
}

/* The slot behind depth bits, no node, in which pieces from to to-1 start. */
static u32 put_block(struct build *b, u32 from, u32 to, unsigned int depth)
{
	u32 i, n, block = b->n_blocks;
	u16 *at;

	from += is_first(start4(b, from), depth);
	if (from == to)
		return put_class(b, to - 1);
	n = to - from;
	b->n_blocks += 1 + n + n + 1;
	if (b->c->blocks) {
		at = b->c->blocks + block;
		*at++ = n;
		for (i = from; i < to; i++)
			*at++ = get_bits(start4(b, i), depth, 16);
		memcpy(at, b->p->classes + from - 1, (n + 1) * sizeof(*at));
	}
	return make_slot(SLOT_BLOCK, block);
}

/* Slot i of the node that is being put, if it differs from its neighbour. */
static void put_change(struct build *b, struct cf_node *node, u32 i, u32 slot,
		       u32 *before)
{
	if (i && slot == *before)
		return;
	*before = slot;
	node->changes[i / 64] |= BIT_ULL(i % 64);
	if (b->c->slots)
		b->c->slots[b->n_slots] = slot;
	b->n_slots++;
}

static u32 put_node(struct build *b, u32 from, u32 to)
{
	const unsigned int depth = ROOT_BITS + NODE_BITS;
	struct cf_node node = { .first = b->n_slots };
	u32 end, i, before, next = 0;

	for (; from < to; from = end) {
		i = get_bits(start4(b, from), ROOT_BITS, NODE_BITS);
		end = end_of_region(b, from, to, depth);
		if (next < i)
			put_change(b, &node, next, put_class(b, from - 1),
				   &before);
		put_change(b, &node, i, put_block(b, from, end, depth), &before);
		next = i + 1;
	}
	if (next < NODE_SLOTS)
		put_change(b, &node, next, put_class(b, to - 1), &before);
	for (i = 1; i < NODE_WORDS; i++)
		node.ranks[i] = node.ranks[i - 1] +
				hweight64(node.changes[i - 1]);
	if (b->c->nodes)
		b->c->nodes[b->n_nodes] = node;
	return make_slot(SLOT_NODE, b->n_nodes++);
}

/*
 * Is a slot of the root a node? Where many starts are within a slot of it rather
 * than at its first address, each such slot has a block of its own: one block of
 * them all is then smaller and faster.
 */
static bool is_node(const struct build *b, u32 from, u32 to)
{
	u32 i, within = 0;

	from += is_first(start4(b, from), ROOT_BITS);
	if (to - from <= FEW_STARTS)
		return false;
	for (i = from; i < to; i++)
		within += !is_first(start4(b, i), ROOT_BITS + NODE_BITS);
	return within <= (to - from) / 2;
}

static int put_trie(struct build *b)
{
	u32 from = 0, to, i, next = 0;

	for (; from < b->p->n; from = to) {
		u32 slot, at = get_bits(start4(b, from), 0, ROOT_BITS);

		if (may_go_on(b))
			return -EINTR;
		to = end_of_region(b, from, b->p->n, ROOT_BITS);
		slot = is_node(b, from, to) ? put_node(b, from, to) :
		       put_block(b, from, to, ROOT_BITS);
		if (!b->c->root)
			continue;
		for (; next < at; next++)
			b->c->root[next] = put_class(b, from - 1);
		b->c->root[next++] = slot;
	}
	for (i = next; b->c->root && i < b->n_root; i++)
		b->c->root[i] = put_class(b, b->p->n - 1);
	return 0;
}

/* ---- tree ---- */

/* Into its leaf, or where it is a leaf's last one into what is above. */
static void put_end(const struct cf_classifier *c, u32 entry, u64 end)
{
	u32 i, at = entry / LEAF_ENTRIES;

	if (entry % LEAF_ENTRIES < LEAF_ENDS) {
		c->leaves[at].ends[entry % LEAF_ENTRIES] = end;
		return;
	}
	for (i = 0; i < c->n_levels; i++, at /= LINE_CHILDREN) {
		struct cf_line *line = c->lines + c->levels[i] +
				       at / LINE_CHILDREN;

		if (at % LINE_CHILDREN < LINE_ENDS) {
			line->ends[at % LINE_CHILDREN] = end;
			return;
		}
	}
	c->lines[c->top + at / LINE_ENDS].ends[at % LINE_ENDS] = end;
}

static void put_entry(struct build *b, u64 hi, u16 class, bool is_deep)
{
	u32 entry = b->n_entries++, i = entry % LEAF_ENTRIES;
	u32 at = entry / LEAF_ENTRIES;

	if (!b->c->leaves)
		return;
	if (entry)
		put_end(b->c, entry - 1, hi - 1);
	b->c->leaves[at].classes[i] = class;
	b->c->leaves[at].deep |= is_deep << i;
	if (!i)
		b->c->deep_from[at] = b->n_deep;
}

static void put_deep(struct build *b, struct cf_in6 start, u16 class)
{
	if (b->c->deep) {
		b->c->deep[b->n_deep] = start;
		b->c->deep_classes[b->n_deep] = class;
	}
	b->n_deep++;
}

static void put_piece(struct build *b, u32 piece)
{
	const struct cf_in6 *start = b->p->starts + piece;
	u16 class = b->p->classes[piece];
	bool is_deep = start->lo || (piece + 1 < b->p->n &&
				     start[1].hi == start->hi);

	if (!piece || start[-1].hi != start->hi) {
		put_entry(b, start->hi, class, is_deep);
		if (start->lo)
			put_deep(b, (struct cf_in6){ start->hi, 0 },
				 b->p->classes[piece - 1]);
	}
	if (is_deep)
		put_deep(b, *start, class);
}

static int put_tree(struct build *b)
{
	const struct cf_classifier *c = b->c;
	u32 i;

	if (c->lines)
		memset(c->lines, 0xff, c->n_lines * sizeof(*c->lines));
	for (i = 0; i < b->p->n; i++) {
		put_piece(b, i);
		if (may_go_on(b))
			return -EINTR;
	}
	b->n_leaves = (b->n_entries - 1) / LEAF_ENTRIES + 1;
	if (!c->leaves)
		return 0;
	for (i = b->n_entries - 1; i % LEAF_ENTRIES < LEAF_ENDS; i++)
		put_end(c, i, U64_MAX);
	c->deep_from[b->n_leaves] = b->n_deep;
	return 0;
}

static void plan_lines(struct cf_classifier *c, u32 n_children)
{
	while (n_children > TOP_CHILDREN) {
		n_children = (n_children - 1) / LINE_CHILDREN + 1;
		c->levels[c->n_levels++] = c->n_lines;
		c->n_lines += n_children;
	}
	c->top = c->n_lines;
	c->n_lines += (n_children - 1 + LINE_ENDS - 1) / LINE_ENDS;
}

/* ---- both ---- */

static int put_all(struct build *b)
{
	b->n_nodes = 0;
	b->n_slots = 0;
	b->n_blocks = 0;
	b->n_entries = 0;
	b->n_deep = 0;
	return b->n_root ? put_trie(b) : put_tree(b);
}

/* NULL where there is nothing to allocate, or no memory: *err tells. */
static void *alloc_part(struct build *b, size_t n, size_t size, int *err)
{
	void *part;

	if (!n)
		return NULL;
	part = cf_alloc(array_size(n, size));
	if (!part)
		*err = -ENOMEM;
	b->c->bytes += n * size;
	return part;
}

static int alloc_parts(struct build *b)
{
	struct cf_classifier *c = b->c;
	int err = 0;

	if (b->n_leaves) {
		plan_lines(c, b->n_leaves);
		c->deep_from = alloc_part(b, b->n_leaves + 1,
					  sizeof(*c->deep_from), &err);
	}
	c->lines = alloc_part(b, c->n_lines, sizeof(*c->lines), &err);
	c->leaves = alloc_part(b, b->n_leaves, sizeof(*c->leaves), &err);
	c->deep = alloc_part(b, b->n_deep, sizeof(*c->deep), &err);
	c->deep_classes = alloc_part(b, b->n_deep, sizeof(*c->deep_classes),
				     &err);
	c->root = alloc_part(b, b->n_root, sizeof(*c->root), &err);
	c->nodes = alloc_part(b, b->n_nodes, sizeof(*c->nodes), &err);
	c->slots = alloc_part(b, b->n_slots, sizeof(*c->slots), &err);
	c->blocks = alloc_part(b, b->n_blocks, sizeof(*c->blocks), &err);
	c->masks = alloc_part(b, b->p->n_masks, sizeof(*c->masks), &err);
	return err;
}

static int build(struct build *b, enum cf_family family)
{
	struct cf_classifier *c = b->c;
	int err;

	if (family == CF_IPV4 && b->p->n >= ROOT_PIECES)
		b->n_root = 1 << ROOT_BITS;
	c->bytes = sizeof(*c);
	err = put_all(b);
	if (!err)
		err = alloc_parts(b);
	if (!err)
		err = put_all(b);
	if (!err)
		memcpy(c->masks, b->p->masks,
		       b->p->n_masks * sizeof(*c->masks));
	return err;
}

/**
 * cf_classify_build() - build the classifier of a ruleset's sets
 * @out: the classifier, freed by cf_classify_free()
 * @family: of addresses that it will be asked for
 * @sets: their ranges ascend and are disjoint; set i is bit i of a mask
 * @n_sets: at most CAMFENCE_MAX_SETS
 *
 * May sleep. Keeps no reference to the sets.
 *
 * Return: 0, -ENOMEM, -EINTR (fatal signal), or -E2BIG: the sets overlap in
 * more than 65,536 different ways.
 */
int cf_classify_build(struct cf_classifier **out, enum cf_family family,
		      const struct cf_set *const *sets, unsigned int n_sets)
{
	struct cf_pieces p = { 0 };
	struct build b = { .c = cf_alloc(sizeof(*b.c)), .p = &p };
	int err = -ENOMEM;

	if (!b.c)
		return err;
	err = cf_pieces_init(&p, family, sets, n_sets);
	if (!err)
		err = build(&b, family);
	cf_pieces_fini(&p);
	if (err)
		cf_classify_free(b.c);
	else
		*out = b.c;
	return err;
}
