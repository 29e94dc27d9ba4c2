/* SPDX-License-Identifier: GPL-2.0 */
/* Which cameras have a selector of another's, without a look at each. */
#ifndef CAMFENCE_SHARING_H
#define CAMFENCE_SHARING_H

#include "ruleset.h"

size_t sharing_find(struct sharing **x, const struct camera *v, size_t n,
		    const struct camera *c, size_t **found);
void sharing_put(struct sharing *x, const struct camera *v, size_t i);
void sharing_forget(struct sharing *x);

#endif
