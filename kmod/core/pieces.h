/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_PIECES_H
#define CF_CORE_PIECES_H

#include "objects.h"

/*
 * The address space cut into pieces within which the answer to "which sets?"
 * does not change. Piece i begins at starts[i] and ends before the next one;
 * starts[0] is the first address there is; neighbours differ in class. An IPv4
 * address is in the upper 32 bits of a start, the rest of which is 0.
 *
 * A class is an index into masks[], in which bit s stands for set s.
 */
struct cf_pieces {
	u32 n;
	u32 n_masks;
	struct cf_in6 *starts;
	u16 *classes;
	u64 *masks;
};

int cf_pieces_init(struct cf_pieces *p, enum cf_family family,
		   const struct cf_set *const *sets, unsigned int n_sets);
void cf_pieces_fini(struct cf_pieces *p);

#endif /* CF_CORE_PIECES_H */
