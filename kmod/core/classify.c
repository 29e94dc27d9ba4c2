// SPDX-License-Identifier: GPL-2.0
/*
 * Which sets hold an address? One look-up answers for all sets at once.
 *
 * pieces.c cuts the address space into pieces, each with a class that stands
 * for a mask of sets. An address is in the last piece whose start is not above
 * it. Three structures find that, from the address's left to its right:
 *
 *	root	an array of slots, one for each value of the first 16 bits
 *	node	slots for the 8 bits that follow, of which only those are stored
 *		that differ from their left neighbour, and a bitmap of where
 *		they are: slot i is the last one stored at or before i, so that
 *		counting bits finds it. The counts of whole words are ranks[].
 *	block	the starts within a slot, sorted, to be bisected
 *
 * A slot without a start in it, but perhaps at its first address, is a class.
 * One with up to seven is a block, and one with more a node, but where depth
 * ends or, in IPv4, where most starts are finer than /24: there it is a block
 * of any length. IPv4 has nodes for the bits 16-23, IPv6 for 16-23 to 40-47.
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
 * 2001:1000::/20 and 2001:20f0::/28:
 *
 *	next 8 bits	00-0f	10-1f	20			21-ff
 *	slot		class 0	class 1	block: class 0, f0 1	class 0
 *	changes		bit 00	bit 10	bit 20			bit 21
 *
 * 2001:20f8::1: three bits are set up to 20, so it is the third slot stored.
 *
 * A narrow block's starts are the 16 bits behind its slot's; it needs those
 * behind them to be 0, as they are in IPv4. A wide block's are whole addresses.
 * All pieces are one wide block, and the root is one slot, where they are few.
 */
#include "classify_parts.h"

static u32 get_double(const u16 *words)
{
	return (u32)words[0] << 16 | words[1];
}

static u32 search_narrow(const u16 *block, u16 addr)
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

static u32 search_wide(const u16 *block, const struct cf_in6 *wide,
		       struct cf_in6 addr)
{
	const struct cf_in6 *starts = wide + get_double(block + 2);
	u32 n = get_double(block), at = 0;

	while (n > 1) {
		u32 half = n / 2;

		at += cf_in6_cmp(starts[at + half - 1], addr) <= 0 ? half : 0;
		n -= half;
	}
	at += cf_in6_cmp(starts[at], addr) <= 0;
	return block[4 + at];
}

static u32 search_node(const struct cf_node *node, u32 i)
{
	u64 up_to_i = node->changes[i / 64] << (63 - i % 64);

	return node->first + node->ranks[i / 64] + hweight64(up_to_i) - 1;
}

static inline u64 classify(const struct cf_classifier *c, struct cf_in6 addr)
{
	/* Two shifts, since one by 64 is undefined. */
	u32 slot = c->root[addr.hi >> 1 >> c->root_shift];
	unsigned int depth = ROOT_BITS;
	const u16 *block;
	u32 class;

	while (kind_of(slot) == SLOT_NODE) {
		slot = c->slots[search_node(c->nodes + slot / 4,
					    get_bits(addr, depth, NODE_BITS))];
		depth += NODE_BITS;
	}
	class = slot / 4;
	block = c->blocks + class;
	if (kind_of(slot) == SLOT_NARROW)
		class = search_narrow(block, get_bits(addr, depth, NARROW_BITS));
	else if (kind_of(slot) == SLOT_WIDE)
		class = search_wide(block, c->wide, addr);
	return c->masks[class];
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
	return classify(c, (struct cf_in6){ .hi = (u64)addr << 32 });
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
	return classify(c, addr);
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
	cf_free(c->wide);
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
