// SPDX-License-Identifier: GPL-2.0
/*
 * All sets' ranges merged into one list of pieces.
 *
 * A range has two edges, its first address and the one behind its last; at each
 * of them its set's bit of the mask is toggled. Each set's edges ascend, so that
 * a binary heap with the next edge of every set brings all of them in order, in
 * O(edges * log(sets)): Knuth, The Art of Computer Programming 3, 5.4.1. With
 *
 *	0: 1.0.0.0-1.0.0.255, 9.0.0.0-9.0.0.9      1: 1.0.0.128-1.0.1.255
 *
 *	edge		toggles		mask		class
 *	0.0.0.0		-		-		0
 *	1.0.0.0		0		set 0		1
 *	1.0.0.128	1		sets 0, 1	2
 *	1.0.1.0		0		set 1		3
 *	1.0.2.0		1		-		0
 *	9.0.0.0		0		set 0		1
 *	9.0.0.10	0		-		0
 *
 * each line is a piece. The edges of two ranges that touch cancel out where
 * they are of one set.
 */
#include "pieces.h"

#define CLASSES_MOST 65536	/* what a u16 can name */

struct edge {
	struct cf_in6 addr;
	unsigned int set;
};

struct merge {
	enum cf_family family;
	const struct cf_set *const *sets;
	u32 passed[CAMFENCE_MAX_SETS];	/* edges of the set: two a range */
	struct edge heap[CAMFENCE_MAX_SETS];
	unsigned int n;
};

/* The set's next edge, if it has one; behind the last address is none. */
static bool get_edge(const struct merge *m, unsigned int set,
		     struct cf_in6 *edge)
{
	const struct cf_set *from = m->sets[set];
	u32 at = m->passed[set] / 2;
	bool behind = m->passed[set] % 2;

	if (m->family == CF_IPV4) {
		if (at >= from->n4)
			return false;
		edge->hi = (u64)from->r4[at].first << 32;
		edge->lo = 0;
		if (behind)
			edge->hi = ((u64)from->r4[at].last + 1) << 32;
		return !behind || edge->hi;
	}
	if (at >= from->n6)
		return false;
	*edge = from->r6[at].first;
	if (behind)
		*edge = cf_in6_next(from->r6[at].last);
	return !behind || edge->hi || edge->lo;
}

/* Let the edge in this place of the heap, which may have grown, sink. */
static void sink(struct merge *m, unsigned int at)
{
	struct edge edge = m->heap[at];
	unsigned int child;

	while ((child = 2 * at + 1) < m->n) {
		if (child + 1 < m->n && cf_in6_cmp(m->heap[child + 1].addr,
						   m->heap[child].addr) < 0)
			child++;
		if (cf_in6_cmp(edge.addr, m->heap[child].addr) <= 0)
			break;
		m->heap[at] = m->heap[child];
		at = child;
	}
	m->heap[at] = edge;
}

static void merge_begin(struct merge *m, enum cf_family family,
			const struct cf_set *const *sets, unsigned int n_sets)
{
	unsigned int i;

	m->family = family;
	m->sets = sets;
	for (i = 0; i < n_sets; i++) {
		m->heap[m->n].set = i;
		m->n += get_edge(m, i, &m->heap[m->n].addr);
	}
	for (i = m->n / 2; i--;)
		sink(m, i);
}

/* Take the first of all edges that are left. Return: its set. */
static unsigned int take_edge(struct merge *m)
{
	unsigned int set = m->heap[0].set;

	m->passed[set]++;
	if (!get_edge(m, set, &m->heap[0].addr))
		m->heap[0] = m->heap[--m->n];
	sink(m, 0);
	return set;
}

/* Masks seen so far, found by open addressing; slot: class + 1, 0 if free. */
struct classes {
	u32 n_slots;
	u32 *slots;
};

static int class_of(struct cf_pieces *p, const struct classes *c, u64 mask)
{
	u32 i = (mask * 0x9e3779b97f4a7c15ULL >> 32) & (c->n_slots - 1);

	while (c->slots[i]) {
		if (p->masks[c->slots[i] - 1] == mask)
			return c->slots[i] - 1;
		i = (i + 1) & (c->n_slots - 1);
	}
	if (p->n_masks == CLASSES_MOST)
		return -E2BIG;
	p->masks[p->n_masks] = mask;
	c->slots[i] = ++p->n_masks;
	return p->n_masks - 1;
}

static int merge_all(struct cf_pieces *p, struct merge *m,
		     const struct classes *c)
{
	struct cf_in6 start = { 0 };
	u64 mask = 0;
	int class = class_of(p, c, mask);
	u32 edges = 0;

	for (;;) {
		while (m->n && !cf_in6_cmp(m->heap[0].addr, start)) {
			mask ^= BIT_ULL(take_edge(m));
			if (!(++edges % 1024) && cf_may_go_on())
				return -EINTR;
		}
		if (!p->n || p->masks[class] != mask) {
			class = class_of(p, c, mask);
			if (class < 0)
				return class;
			p->starts[p->n] = start;
			p->classes[p->n++] = class;
		}
		if (!m->n)
			return 0;
		start = m->heap[0].addr;
	}
}

static u32 most_pieces(enum cf_family family, const struct cf_set *const *sets,
		       unsigned int n_sets)
{
	unsigned int i;
	u32 ranges = 0;

	for (i = 0; i < n_sets; i++)
		ranges += family == CF_IPV4 ? sets[i]->n4 : sets[i]->n6;
	return 2 * ranges + 1;
}

static int alloc_pieces(struct cf_pieces *p, struct classes *c, u32 most)
{
	/* The empty mask is always there, and may be no piece's. */
	u32 masks = min(most + 1, (u32)CLASSES_MOST);

	p->starts = cf_alloc(array_size(most, sizeof(*p->starts)));
	p->classes = cf_alloc(array_size(most, sizeof(*p->classes)));
	p->masks = cf_alloc(array_size(masks, sizeof(*p->masks)));
	for (c->n_slots = 4; c->n_slots < 2 * masks;)
		c->n_slots *= 2;
	c->slots = cf_alloc(array_size(c->n_slots, sizeof(*c->slots)));
	return p->starts && p->classes && p->masks && c->slots ? 0 : -ENOMEM;
}

/**
 * cf_pieces_init() - merge the ranges of sets into pieces
 * @p: zeroed; cf_pieces_fini() frees what is in it, also after an error
 * @family: the ranges to merge
 * @sets: their ranges ascend and are disjoint; set i is bit i of a mask
 * @n_sets: at most CAMFENCE_MAX_SETS
 *
 * May sleep.
 *
 * Return: 0, -ENOMEM, -EINTR (fatal signal), or -E2BIG: the sets overlap in
 * more than 65,536 different ways.
 */
int cf_pieces_init(struct cf_pieces *p, enum cf_family family,
		   const struct cf_set *const *sets, unsigned int n_sets)
{
	struct merge *m = cf_alloc(sizeof(*m));
	struct classes c = { 0 };
	int err = -ENOMEM;

	if (!m)
		return err;
	err = alloc_pieces(p, &c, most_pieces(family, sets, n_sets));
	if (!err) {
		merge_begin(m, family, sets, n_sets);
		err = merge_all(p, m, &c);
	}
	cf_free(c.slots);
	cf_free(m);
	return err;
}

/**
 * cf_pieces_fini() - free what is in the pieces
 * @p: as cf_pieces_init() left it
 */
void cf_pieces_fini(struct cf_pieces *p)
{
	cf_free(p->starts);
	cf_free(p->classes);
	cf_free(p->masks);
}
