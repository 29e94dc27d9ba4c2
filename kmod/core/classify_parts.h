/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a classifier is made of. classify.c tells how it works and searches it,
 * classify_build.c builds it.
 */
#ifndef CF_CORE_CLASSIFY_PARTS_H
#define CF_CORE_CLASSIFY_PARTS_H

#include "classify.h"

/* ---- trie ---- */

#define ROOT_BITS	16
#define NODE_BITS	8
#define NODE_SLOTS	256
#define NODE_WORDS	(NODE_SLOTS / 64)

/* The lower two bits of a slot; above them a class or an index. */
enum slot_kind {
	SLOT_CLASS,
	SLOT_NODE,
	SLOT_BLOCK,
};

struct cf_node {
	u64 changes[NODE_WORDS];	/* bit 0 is set */
	u32 first;			/* in slots[] */
	u8 ranks[NODE_WORDS];		/* changes before each word */
};

/* ---- tree ---- */

#define LINE_ENDS	8
#define LINE_CHILDREN	(LINE_ENDS + 1)
#define LEAF_ENDS	6
#define LEAF_ENTRIES	(LEAF_ENDS + 1)
#define LEVELS_MOST	8	/* between the top and 2^32 / 7 leaves */

/* A line or leaf is one cache line; what is unused of its ends is U64_MAX. */
struct cf_line {
	u64 ends[LINE_ENDS];
};

struct cf_leaf {
	u64 ends[LEAF_ENDS];
	u16 classes[LEAF_ENTRIES];
	u16 deep;		/* bit i: entry i has its class in deep[] */
};

/**
 * struct cf_classifier - a trie, if it has a root, or else a tree
 * @root: the trie's slots of the first 16 bits
 * @nodes: its nodes
 * @slots: the nodes' slots
 * @blocks: of each block N, N starts and N + 1 classes, the first of which is
 *	that before the first start
 * @lines: the tree's levels, from that above the leaves to the top
 * @n_lines: how many
 * @top: the first line of the top
 * @levels: the first line of each level below it
 * @n_levels: how many
 * @leaves: its leaves
 * @deep: the starts in all deep entries, ascending
 * @deep_classes: their classes
 * @deep_from: where in deep[] each leaf's begin, and where the last one's end
 * @masks: the sets of each class
 * @bytes: what all this takes
 */
struct cf_classifier {
	u32 *root;
	struct cf_node *nodes;
	u32 *slots;
	u16 *blocks;
	struct cf_line *lines;
	u32 n_lines;
	u32 top;
	u32 levels[LEVELS_MOST];
	u32 n_levels;
	struct cf_leaf *leaves;
	struct cf_in6 *deep;
	u16 *deep_classes;
	u32 *deep_from;
	u64 *masks;
	size_t bytes;
};

static inline enum slot_kind kind_of(u32 slot)
{
	return slot % 4;
}

/* The n bits of an address behind the first depth ones. */
static inline u32 get_bits(u32 addr, unsigned int depth, unsigned int n)
{
	return addr << depth >> (32 - n);
}

#endif /* CF_CORE_CLASSIFY_PARTS_H */
