/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_CLASSIFY_H
#define CF_CORE_CLASSIFY_H

#include "objects.h"

struct cf_classifier;

int cf_classify_build(struct cf_classifier **out, enum cf_family family,
		      const struct cf_set *const *sets, unsigned int n_sets);
void cf_classify_free(struct cf_classifier *c);
size_t cf_classify_bytes(const struct cf_classifier *c);

u64 cf_classify4(const struct cf_classifier *c, u32 addr);
u64 cf_classify6(const struct cf_classifier *c, struct cf_in6 addr);

#endif /* CF_CORE_CLASSIFY_H */
