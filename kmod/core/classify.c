// SPDX-License-Identifier: GPL-2.0
/*
 * Which sets hold an address? One search answers for all sets at once.
 *
 * The ends of all ranges cut the address space into pieces within which the
 * answer does not change. The pieces' first addresses are kept sorted; each has
 * a class, and each class a mask with a bit for every set. With the sets
 *
 *	0: 1.0.0.0-1.0.0.255, 9.0.0.0-9.0.0.9      1: 1.0.0.128-1.0.1.255
 *
 *	start		class	mask
 *	0.0.0.0		0	-
 *	1.0.0.0		1	set 0
 *	1.0.0.128	2	sets 0, 1
 *	1.0.1.0		3	set 1
 *	1.0.2.0		0	-
 *	9.0.0.0		1	set 0
 *	9.0.0.10	0	-
 *
 * 1.0.0.200 lies behind the last start that is not above it, 1.0.0.128: class
 * 2, so it is in both. Class 0 is always the empty mask.
 */
#include "classify.h"

#define CLASSES_MOST 65536	/* what a u16 can name */

struct cf_classifier {
	u32 n_pieces;
	u32 n_classes;
	u64 *masks;
	u16 *classes;
	u32 *start4;
	struct cf_in6 *start6;
	size_t bytes;
};

/* A walk over the pieces of one family; IPv4 addresses are in next.lo. */
struct sweep {
	enum cf_family family;
	const struct cf_set *const *sets;
	unsigned int n_sets;
	u32 at[CAMFENCE_MAX_SETS];	/* the set's first range not yet passed */
	struct cf_in6 pos;
	u64 mask;
	u32 steps;
	bool ended;
};

static bool get_range(const struct sweep *s, unsigned int set,
		      struct cf_range6 *range)
{
	const struct cf_set *from = s->sets[set];
	u32 at = s->at[set];

	if (s->family == CF_IPV6) {
		if (at >= from->n6)
			return false;
		*range = from->r6[at];
		return true;
	}
	if (at >= from->n4)
		return false;
	range->first = (struct cf_in6){ .lo = from->r4[at].first };
	range->last = (struct cf_in6){ .lo = from->r4[at].last };
	return true;
}

static bool is_last(const struct sweep *s, struct cf_in6 addr)
{
	return s->family == CF_IPV4 ? addr.lo == U32_MAX : cf_in6_is_last(addr);
}

/*
 * Read the piece that begins at s->pos: its mask into s->mask; s->pos moves to
 * where the next one begins, or s->ended is set. Neighbours may have one mask.
 *
 * Return: 0 or -EINTR.
 */
static int take_piece(struct sweep *s)
{
	struct cf_in6 pos = s->pos, next = { 0 };
	bool found = false;
	unsigned int i;

	if (!(++s->steps % 1024) && cf_may_go_on())
		return -EINTR;
	s->mask = 0;
	for (i = 0; i < s->n_sets; i++) {
		struct cf_range6 range;
		struct cf_in6 edge;

		while (get_range(s, i, &range) &&
		       cf_in6_cmp(range.last, pos) < 0)
			s->at[i]++;
		if (!get_range(s, i, &range))
			continue;
		edge = range.first;
		if (cf_in6_cmp(range.first, pos) <= 0) {
			s->mask |= BIT_ULL(i);
			if (is_last(s, range.last))
				continue;
			edge = cf_in6_next(range.last);
		}
		if (!found || cf_in6_cmp(edge, next) < 0)
			next = edge;
		found = true;
	}
	s->pos = next;
	s->ended = !found;
	return 0;
}

/* Masks seen so far, found by open addressing; slot: class + 1, 0 if free. */
struct mask_table {
	u32 *slots;
	u32 n_slots;
	u64 *masks;
	u32 n;
};

static int class_of(struct mask_table *t, u64 mask)
{
	u32 i = (mask * 0x9e3779b97f4a7c15ULL >> 32) & (t->n_slots - 1);

	while (t->slots[i]) {
		if (t->masks[t->slots[i] - 1] == mask)
			return t->slots[i] - 1;
		i = (i + 1) & (t->n_slots - 1);
	}
	if (t->n == CLASSES_MOST)
		return -E2BIG;
	t->masks[t->n] = mask;
	t->slots[i] = ++t->n;
	return t->n - 1;
}

static void sweep_begin(struct sweep *s, enum cf_family family,
			const struct cf_set *const *sets, unsigned int n_sets)
{
	memset(s, 0, sizeof(*s));
	s->family = family;
	s->sets = sets;
	s->n_sets = n_sets;
}

static int count_pieces(struct sweep *s, u32 *n)
{
	u64 before = U64_MAX;

	for (*n = 0; !s->ended; before = s->mask) {
		if (take_piece(s))
			return -EINTR;
		*n += s->mask != before;
	}
	return 0;
}

static int fill_pieces(struct cf_classifier *c, struct sweep *s,
		       struct mask_table *t)
{
	u64 before = U64_MAX;
	int class = class_of(t, 0);
	u32 n = 0;

	for (; !s->ended; before = s->mask) {
		struct cf_in6 start = s->pos;

		if (take_piece(s))
			return -EINTR;
		if (s->mask == before)
			continue;
		class = class_of(t, s->mask);
		if (class < 0)
			return class;
		c->classes[n] = class;
		if (c->start4)
			c->start4[n] = start.lo;
		else
			c->start6[n] = start;
		n++;
	}
	return 0;
}

static int alloc_table(struct mask_table *t, u32 n_pieces)
{
	u32 most = min(n_pieces + 1, (u32)CLASSES_MOST);

	t->n_slots = 4;
	while (t->n_slots < 2 * most)
		t->n_slots *= 2;
	t->slots = cf_alloc(array_size(t->n_slots, sizeof(*t->slots)));
	t->masks = cf_alloc(array_size(most, sizeof(*t->masks)));
	return t->slots && t->masks ? 0 : -ENOMEM;
}

static int alloc_pieces(struct cf_classifier *c, enum cf_family family, u32 n)
{
	c->n_pieces = n;
	c->classes = cf_alloc(array_size(n, sizeof(*c->classes)));
	if (family == CF_IPV4)
		c->start4 = cf_alloc(array_size(n, sizeof(*c->start4)));
	else
		c->start6 = cf_alloc(array_size(n, sizeof(*c->start6)));
	return c->classes && (c->start4 || c->start6) ? 0 : -ENOMEM;
}

static int keep_masks(struct cf_classifier *c, const struct mask_table *t)
{
	size_t bytes = array_size(t->n, sizeof(*c->masks));

	c->masks = cf_alloc(bytes);
	if (!c->masks)
		return -ENOMEM;
	memcpy(c->masks, t->masks, bytes);
	c->n_classes = t->n;
	c->bytes = sizeof(*c) + bytes +
		   (size_t)c->n_pieces * (sizeof(*c->classes) +
		   (c->start4 ? sizeof(*c->start4) : sizeof(*c->start6)));
	return 0;
}

static int build(struct cf_classifier **out, enum cf_family family,
		 const struct cf_set *const *sets, unsigned int n_sets)
{
	struct cf_classifier *c = cf_alloc(sizeof(*c));
	struct sweep *s = cf_alloc(sizeof(*s));
	struct mask_table t = { 0 };
	u32 n;
	int err = -ENOMEM;

	if (!c || !s)
		goto out;
	sweep_begin(s, family, sets, n_sets);
	err = count_pieces(s, &n);
	if (err)
		goto out;
	err = alloc_pieces(c, family, n);
	if (err)
		goto out;
	err = alloc_table(&t, n);
	if (err)
		goto out;
	sweep_begin(s, family, sets, n_sets);
	err = fill_pieces(c, s, &t);
	if (err)
		goto out;
	err = keep_masks(c, &t);
	if (err)
		goto out;
	*out = c;
	c = NULL;
out:
	cf_free(t.slots);
	cf_free(t.masks);
	cf_free(s);
	cf_classify_free(c);
	return err;
}

/**
 * cf_classify_build4() - build the IPv4 classifier of a ruleset's sets
 * @out: the classifier, freed by cf_classify_free()
 * @sets: their ranges ascend and are disjoint; set i is bit i of a mask
 * @n_sets: at most CAMFENCE_MAX_SETS
 *
 * May sleep. Keeps no reference to the sets.
 *
 * Return: 0, -ENOMEM, -EINTR (fatal signal), or -E2BIG: the sets overlap in
 * more than 65,536 different ways.
 */
int cf_classify_build4(struct cf_classifier **out,
		       const struct cf_set *const *sets, unsigned int n_sets)
{
	return build(out, CF_IPV4, sets, n_sets);
}

/**
 * cf_classify_build6() - build the IPv6 classifier of a ruleset's sets
 * @out: as cf_classify_build4()
 * @sets: as cf_classify_build4()
 * @n_sets: as cf_classify_build4()
 *
 * Return: as cf_classify_build4()
 */
int cf_classify_build6(struct cf_classifier **out,
		       const struct cf_set *const *sets, unsigned int n_sets)
{
	return build(out, CF_IPV6, sets, n_sets);
}

/**
 * cf_classify_free() - free a classifier, or NULL
 * @c: no reader may be left
 */
void cf_classify_free(struct cf_classifier *c)
{
	if (!c)
		return;
	cf_free(c->masks);
	cf_free(c->classes);
	cf_free(c->start4);
	cf_free(c->start6);
	cf_free(c);
}

/**
 * cf_classify_bytes() - what a classifier takes
 * @c: the classifier
 *
 * Return: bytes.
 */
size_t cf_classify_bytes(const struct cf_classifier *c)
{
	return c->bytes;
}

/**
 * cf_classify4() - which sets hold an IPv4 address?
 * @c: built by cf_classify_build4()
 * @addr: host order
 *
 * Any context; the caller holds @c, in the kernel by RCU.
 *
 * Return: bit i for set i.
 */
u64 cf_classify4(const struct cf_classifier *c, u32 addr)
{
	const u32 *base = c->start4;
	u32 n = c->n_pieces;

	while (n > 1) {
		u32 half = n / 2;

		base += base[half] <= addr ? half : 0;
		n -= half;
	}
	return c->masks[c->classes[base - c->start4]];
}

/**
 * cf_classify6() - which sets hold an IPv6 address?
 * @c: built by cf_classify_build6()
 * @addr: the address
 *
 * Context and return as cf_classify4().
 */
u64 cf_classify6(const struct cf_classifier *c, struct cf_in6 addr)
{
	const struct cf_in6 *base = c->start6;
	u32 n = c->n_pieces;

	while (n > 1) {
		u32 half = n / 2;

		base += cf_in6_cmp(base[half], addr) <= 0 ? half : 0;
		n -= half;
	}
	return c->masks[c->classes[base - c->start6]];
}
