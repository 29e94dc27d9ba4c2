/* SPDX-License-Identifier: GPL-2.0 */
/* How many addresses ranges cover, in all and of the public ones. */
#ifndef CAMFENCE_COVER_H
#define CAMFENCE_COVER_H

#include "ranges.h"

/*
 * struct cover - numbers of addresses
 * @v6: of all that there are, one less than that
 */
struct cover {
	u64 v4;
	struct u128 v6;
};

struct cover cover_all(const struct ranges *r);
struct cover cover_public(const struct ranges *r);
bool cover_is_most(const struct cover *c);
bool cover_exceeds(const struct cover *c, unsigned int len4,
		   unsigned int len6);
bool cover_is_less(const struct cover *c, const struct cover *than,
		   unsigned int *family);
bool cover_is_public(const struct range *r);

#endif
