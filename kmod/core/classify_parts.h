/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a classifier is made of. classify.c tells how it works and searches it,
 * classify_build.c builds it.
 */
#ifndef CF_CORE_CLASSIFY_PARTS_H
#define CF_CORE_CLASSIFY_PARTS_H

#include "classify.h"

#define ROOT_BITS	16
#define NODE_BITS	8
#define NODE_SLOTS	256
#define NODE_WORDS	(NODE_SLOTS / 64)
#define NARROW_BITS	16

/* The lower two bits of a slot; above them a class or an index. */
enum slot_kind {
	SLOT_CLASS,
	SLOT_NODE,
	SLOT_NARROW,
	SLOT_WIDE,
};

struct cf_node {
	u64 changes[NODE_WORDS];	/* bit 0 is set */
	u32 first;			/* in slots[] */
	u8 ranks[NODE_WORDS];		/* changes before each word */
};

/*
 * In blocks[], N starts and N + 1 classes, the first of which is that before
 * the first start:
 *
 *	narrow	N, starts, classes
 *	wide	N (two words), index of its starts in wide[] (two), classes
 */
struct cf_classifier {
	u32 *root;
	unsigned int root_shift;
	struct cf_node *nodes;
	u32 *slots;
	u16 *blocks;
	struct cf_in6 *wide;
	u64 *masks;
	size_t bytes;
};

static inline enum slot_kind kind_of(u32 slot)
{
	return slot % 4;
}

/* The n bits of an address behind the first depth ones; they are of hi. */
static inline u32 get_bits(struct cf_in6 addr, unsigned int depth, unsigned int n)
{
	return addr.hi << depth >> (64 - n);
}

#endif /* CF_CORE_CLASSIFY_PARTS_H */
