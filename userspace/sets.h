/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked of a set. */
#ifndef CAMFENCE_SETS_H
#define CAMFENCE_SETS_H

#include "args.h"
#include "ranges.h"
#include "tool.h"

int typed_ranges(struct args *a, struct ranges *r, struct fault *f);
int sets_export(const struct options *o, struct args *a, struct fault *f);
int sets_test(const struct options *o, struct args *a, struct fault *f);

#endif
