// SPDX-License-Identifier: GPL-2.0
/*
 * Which sets hold an address? One look-up answers for all sets at once.
 *
 * pieces.c cuts the address space into pieces, each with a class that stands
 * for a mask of sets. An address is in the last piece whose start is not above
 * it. IPv4 finds that in a trie, from the address's left to its right; IPv6,
 * and IPv4 where there are too few pieces for the trie's root, in a tree.
 *
 * Trie
 *
 *	root	an array of slots, one for each value of the first 16 bits
 *	node	slots for the 8 bits that follow, of which only those are stored
 *		that differ from their left neighbour, and a bitmap of where
 *		they are: slot i is the last one stored at or before i, so that
 *		counting bits finds it. The counts of whole words are ranks[].
 *	block	the starts within a slot, sorted, to be bisected: of each the 16
 *		bits behind the slot's
 *
 * A slot without a start in it, but perhaps at its first address, is a class.
 * One with up to seven is a block, and so is one with more unless it is of the
 * root and most of them are no finer than /24: then it is a node.
 *
 * Root and blocks are DXR (Zec, Rizzo, Mikuc: "DXR: towards a billion routing
 * lookups per second in software", ACM SIGCOMM CCR 42(5), 2012). The nodes are
 * for the few /16s in which registries crowd what they give out; bitmap and
 * population count are Poptrie's (Asai, Ohara: "Poptrie: a compressed trie with
 * population count for fast and scalable software IP routing table lookup",
 * SIGCOMM 2015).
 *
 * With the pieces of the example in pieces.c:
 *
 *	root[0.0]		class 0
 *	root[1.0]		block: class 1, 0.128 2, 1.0 3, 2.0 0
 *	root[1.1 to 8.255]	class 0
 *	root[9.0]		block: class 1, 0.10 0
 *	root[9.1 and on]	class 0
 *
 * 1.0.0.200: of the block's starts, one (0.128) is not above 0.200, and the
 * class behind it is 2. A node, if two starts were many and class 1 held
 * 8.8.16.0/20 and 8.8.32.240/28:
 *
 *	next 8 bits	0-15	16-31	32			33-255
 *	slot		class 0	class 1	block: class 0, 240 1	class 0
 *	changes		bit 0	bit 16	bit 32			bit 33
 *
 * 8.8.32.248: three bits are set up to 32, so it is the third slot stored.
 *
 * Tree
 *
 * Registries and who they give to crowd IPv6 at every depth, so that a trie is
 * a chain of loads whose length nobody can guess. A B-tree (Bayer, McCreight:
 * "Organization and maintenance of large ordered indexes", Acta Informatica 1,
 * 1972) has one length for all. This one holds the upper halves of addresses,
 * as entries, of which each ends where the next one begins. The parts:
 *
 *	leaf	seven entries: the last upper half of all but the seventh, and
 *		their classes
 *	line	the last upper half of all but the last of nine children
 *	top	up to three lines whose ends are counted together
 *
 * How many ends are below an address is the number of the child that it is in:
 * all are compared, without a branch to guess. Nothing points at a child: child
 * i of line n of a level is 9 * n + i of the next (such layouts, and what one
 * gains by them: Khuong, Morin: "Array layouts for comparison-based searching",
 * ACM Journal of Experimental Algorithmics 22, 2017).
 *
 * An entry in whose first upper half a piece starts, but at its first address,
 * is deep: all starts in it are bisected, as whole addresses. With lines of two
 * ends and leaves of one:
 *
 *	piece		class	entry			ends
 *	::		0	0: class 0		2001:db7:ffff:ffff
 *	2001:db8::	1	1: class 1		2001:db8:ffff:ffff
 *	2001:db9::	0	2: class 0		2400:0:ffff:ffff
 *	2400:1::	1	3: deep: :: 1, ::80 2	2400:1:ffff:ffff
 *	2400:1::80	2
 *	2400:2::	0	4: class 0
 *
 *	top	2001:db8:ffff:ffff, 2400:1:ffff:ffff
 *	leaves	0 2001:db7:ffff:ffff 1	2 2400:0:ffff:ffff 3	4
 *
 * 2400:1::90: one of the top's ends is below 2400:1:0:0, and so is the end in
 * leaf 1: it is in entry 3. The last start there that is not above it is ::80.
 */
#include "classify_parts.h"

static u32 search_block(const u16 *block, u16 addr)
{
	const u16 *starts = block + 1;
	u32 n = *block, at = 0;

	while (n > 1) {
		u32 half = n / 2;

		at += starts[at + half - 1] <= addr ? half : 0;
		n -= half;
	}
	at += starts[at] <= addr;
	return starts[*block + at];
}

static u32 search_node(const struct cf_node *node, u32 i)
{
	u64 up_to_i = node->changes[i / 64] << (63 - i % 64);

	return node->first + node->ranks[i / 64] + hweight64(up_to_i) - 1;
}

static u32 search_trie(const struct cf_classifier *c, u32 addr)
{
	u32 slot = c->root[get_bits(addr, 0, ROOT_BITS)];
	unsigned int depth = ROOT_BITS;

	if (kind_of(slot) == SLOT_NODE) {
		slot = c->slots[search_node(c->nodes + slot / 4,
					    get_bits(addr, depth, NODE_BITS))];
		depth += NODE_BITS;
	}
	if (kind_of(slot) == SLOT_BLOCK)
		return search_block(c->blocks + slot / 4,
				    get_bits(addr, depth, 16));
	return slot / 4;
}

static u32 below4(const u64 *ends, u64 hi)
{
	return (ends[0] < hi) + (ends[1] < hi) + (ends[2] < hi) +
	       (ends[3] < hi);
}

static u32 below_in_line(const struct cf_line *line, u64 hi)
{
	return below4(line->ends, hi) + below4(line->ends + 4, hi);
}

static u32 search_deep(const struct cf_classifier *c, u32 leaf,
		       struct cf_in6 addr)
{
	u32 at = c->deep_from[leaf];
	u32 n = c->deep_from[leaf + 1] - at;

	while (n > 1) {
		u32 half = n / 2;

		at += cf_in6_cmp(c->deep[at + half], addr) <= 0 ? half : 0;
		n -= half;
	}
	return c->deep_classes[at];
}

static u32 search_tree(const struct cf_classifier *c, struct cf_in6 addr)
{
	const struct cf_leaf *leaf;
	u32 i, at = 0;

	for (i = c->top; i < c->n_lines; i++)
		at += below_in_line(c->lines + i, addr.hi);
	for (i = c->n_levels; i--;)
		at = LINE_CHILDREN * at +
		     below_in_line(c->lines + c->levels[i] + at, addr.hi);
	leaf = c->leaves + at;
	i = below4(leaf->ends, addr.hi) + (leaf->ends[4] < addr.hi) +
	    (leaf->ends[5] < addr.hi);
	if (unlikely(leaf->deep >> i & 1))
		return search_deep(c, at, addr);
	return leaf->classes[i];
}

/**
 * cf_classify4() - which sets hold an IPv4 address?
 * @c: built by cf_classify_build() for CF_IPV4
 * @addr: host order
 *
 * Any context; the caller holds @c, in the kernel by RCU.
 *
 * Return: bit i for set i.
 */
u64 cf_classify4(const struct cf_classifier *c, u32 addr)
{
	if (c->root)
		return c->masks[search_trie(c, addr)];
	return c->masks[search_tree(c, (struct cf_in6){ (u64)addr << 32, 0 })];
}

/**
 * cf_classify6() - which sets hold an IPv6 address?
 * @c: built by cf_classify_build() for CF_IPV6
 * @addr: the address
 *
 * Context and return as cf_classify4().
 */
u64 cf_classify6(const struct cf_classifier *c, struct cf_in6 addr)
{
	return c->masks[search_tree(c, addr)];
}

/**
 * cf_classify_free() - free a classifier, or NULL
 * @c: no reader may be left
 */
void cf_classify_free(struct cf_classifier *c)
{
	if (!c)
		return;
	cf_free(c->root);
	cf_free(c->nodes);
	cf_free(c->slots);
	cf_free(c->blocks);
	cf_free(c->lines);
	cf_free(c->leaves);
	cf_free(c->deep);
	cf_free(c->deep_classes);
	cf_free(c->deep_from);
	cf_free(c->masks);
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
