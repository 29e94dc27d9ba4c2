// SPDX-License-Identifier: GPL-2.0
/*
 * A classifier is built from the pieces of all sets; classify.c tells of what.
 */
#include "classify_parts.h"
#include "pieces.h"

#define ROOT_PIECES	256	/* for fewer, 256 KiB of root are too much */
#define FEW_STARTS	7
#define LAST_DEPTH4	24	/* a slot behind so many bits is no node */
#define LAST_DEPTH6	48

static u32 make_slot(enum slot_kind kind, u32 value)
{
	return value << 2 | kind;
}

/*
 * All is put twice: first only counted, while the parts of the classifier are
 * NULL, then stored. Nodes are put level by level, each from left to right, so
 * that the number of one is known before it is put: nodes_promised.
 */
struct build {
	struct cf_classifier *c;
	const struct cf_pieces *p;
	unsigned int last_depth;
	u32 n_root;
	u32 n_nodes;
	u32 nodes_promised;
	u32 n_slots;
	u32 n_blocks;
	u32 n_wide;
	u32 asked;
};

static int may_go_on(struct build *b)
{
	return ++b->asked % 1024 ? 0 : cf_may_go_on();
}

/* Is an address the first of those that share as many bits with it? */
static bool is_first(struct cf_in6 addr, unsigned int depth)
{
	return !(addr.hi & ~cf_mask64(depth)) && !addr.lo;
}

/* Where those end of pieces from to to-1 whose starts share their first bits. */
static u32 end_of_region(const struct build *b, u32 from, u32 to,
			 unsigned int depth)
{
	const struct cf_in6 *starts = b->p->starts;
	u32 end = from + 1;

	while (end < to && !((starts[end].hi ^ starts[from].hi) >>
			     (64 - depth)))
		end++;
	return end;
}

static bool are_narrow(const struct build *b, u32 from, u32 to,
		       unsigned int depth)
{
	while (from < to && is_first(b->p->starts[from], depth + NARROW_BITS))
		from++;
	return from == to;
}

static u16 *put_double(u16 *at, u32 v)
{
	*at++ = v >> 16;
	*at++ = v;
	return at;
}

static u32 put_narrow(struct build *b, u32 from, u32 to, unsigned int depth)
{
	u32 i, n = to - from, block = b->n_blocks;
	u16 *at;

	b->n_blocks += 1 + n + n + 1;
	if (b->c->blocks) {
		at = b->c->blocks + block;
		*at++ = n;
		for (i = from; i < to; i++)
			*at++ = get_bits(b->p->starts[i], depth, NARROW_BITS);
		memcpy(at, b->p->classes + from - 1, (n + 1) * sizeof(*at));
	}
	return make_slot(SLOT_NARROW, block);
}

static u32 put_wide(struct build *b, u32 from, u32 to)
{
	u32 n = to - from, block = b->n_blocks, wide = b->n_wide;
	u16 *at;

	b->n_blocks += 4 + n + 1;
	b->n_wide += n;
	if (b->c->blocks) {
		at = put_double(b->c->blocks + block, n);
		at = put_double(at, wide);
		memcpy(at, b->p->classes + from - 1, (n + 1) * sizeof(*at));
		memcpy(b->c->wide + wide, b->p->starts + from,
		       n * sizeof(*b->c->wide));
	}
	return make_slot(SLOT_WIDE, block);
}

static u32 put_class(const struct build *b, u32 piece)
{
	return make_slot(SLOT_CLASS, b->p->classes[piece]);
}

/*
 * Is what shares depth bits a node? Where many starts are within a slot of it
 * rather than at its first address, each such slot has a block of its own: in
 * IPv4, one block of them all is then smaller and faster.
 */
static bool is_node(const struct build *b, u32 from, u32 to,
		    unsigned int depth)
{
	u32 i, within = 0;

	from += is_first(b->p->starts[from], depth);
	if (to - from <= FEW_STARTS)
		return false;
	if (b->last_depth == LAST_DEPTH6)
		return true;
	for (i = from; i < to; i++)
		within += !is_first(b->p->starts[i], depth + NODE_BITS);
	return within <= (to - from) / 2;
}

/* The slot behind depth bits in which the pieces from to to-1 start. */
static u32 put_slot(struct build *b, u32 from, u32 to, unsigned int depth)
{
	if (depth < b->last_depth && is_node(b, from, to, depth))
		return make_slot(SLOT_NODE, b->nodes_promised++);
	if (is_first(b->p->starts[from], depth))
		from++;
	if (from == to)
		return put_class(b, to - 1);
	if (are_narrow(b, from, to, depth))
		return put_narrow(b, from, to, depth);
	return put_wide(b, from, to);
}

static void put_root(struct build *b)
{
	u32 from = 0, to, i, next = 0;

	for (; from < b->p->n; from = to) {
		u32 slot, at = get_bits(b->p->starts[from], 0, ROOT_BITS);

		to = end_of_region(b, from, b->p->n, ROOT_BITS);
		slot = put_slot(b, from, to, ROOT_BITS);
		if (!b->c->root)
			continue;
		for (; next < at; next++)
			b->c->root[next] = put_class(b, from - 1);
		b->c->root[next++] = slot;
	}
	for (i = next; b->c->root && i < b->n_root; i++)
		b->c->root[i] = put_class(b, b->p->n - 1);
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

static void put_node(struct build *b, u32 from, u32 to, unsigned int depth)
{
	struct cf_node node = { .first = b->n_slots };
	u32 end, i, before, next = 0;

	for (; from < to; from = end) {
		i = get_bits(b->p->starts[from], depth, NODE_BITS);
		end = end_of_region(b, from, to, depth + NODE_BITS);
		if (next < i)
			put_change(b, &node, next, put_class(b, from - 1),
				   &before);
		put_change(b, &node, i,
			   put_slot(b, from, end, depth + NODE_BITS), &before);
		next = i + 1;
	}
	if (next < NODE_SLOTS)
		put_change(b, &node, next, put_class(b, to - 1), &before);
	for (i = 1; i < NODE_WORDS; i++)
		node.ranks[i] = node.ranks[i - 1] +
				hweight64(node.changes[i - 1]);
	if (b->c->nodes)
		b->c->nodes[b->n_nodes] = node;
	b->n_nodes++;
}

static int put_nodes(struct build *b, unsigned int depth)
{
	u32 from, to;

	for (from = 0; from < b->p->n; from = to) {
		to = end_of_region(b, from, b->p->n, depth);
		if (is_node(b, from, to, depth))
			put_node(b, from, to, depth);
		if (may_go_on(b))
			return -EINTR;
	}
	return 0;
}

static int put_all(struct build *b)
{
	unsigned int depth;
	int err = 0;

	b->n_nodes = 0;
	b->nodes_promised = 0;
	b->n_slots = 0;
	b->n_blocks = 0;
	b->n_wide = 0;
	if (b->n_root == 1) {
		u32 slot = b->p->n == 1 ? put_class(b, 0) : put_wide(b, 1, b->p->n);

		if (b->c->root)
			*b->c->root = slot;
		return 0;
	}
	put_root(b);
	for (depth = ROOT_BITS; depth < b->last_depth && !err; depth += NODE_BITS)
		err = put_nodes(b, depth);
	return err;
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

	c->root = alloc_part(b, b->n_root, sizeof(*c->root), &err);
	c->nodes = alloc_part(b, b->n_nodes, sizeof(*c->nodes), &err);
	c->slots = alloc_part(b, b->n_slots, sizeof(*c->slots), &err);
	c->blocks = alloc_part(b, b->n_blocks, sizeof(*c->blocks), &err);
	c->wide = alloc_part(b, b->n_wide, sizeof(*c->wide), &err);
	c->masks = alloc_part(b, b->p->n_masks, sizeof(*c->masks), &err);
	return err;
}

static int build(struct build *b)
{
	struct cf_classifier *c = b->c;
	bool is_small = b->p->n < ROOT_PIECES;
	int err;

	b->n_root = is_small ? 1 : 1 << ROOT_BITS;
	c->root_shift = is_small ? 63 : 63 - ROOT_BITS;
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
	struct build b = {
		.c = cf_alloc(sizeof(*b.c)),
		.p = &p,
		.last_depth = family == CF_IPV4 ? LAST_DEPTH4 : LAST_DEPTH6,
	};
	int err = -ENOMEM;

	if (!b.c)
		return err;
	err = cf_pieces_init(&p, family, sets, n_sets);
	if (!err)
		err = build(&b);
	cf_pieces_fini(&p);
	if (err)
		cf_classify_free(b.c);
	else
		*out = b.c;
	return err;
}
