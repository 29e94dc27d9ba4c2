/* SPDX-License-Identifier: GPL-2.0 */
/* What is in force, the ranges of all sets included. */
#ifndef CAMFENCE_RUNNING_H
#define CAMFENCE_RUNNING_H

#include "engine.h"
#include "ruleset.h"

int running_ranges(struct engine *e, const struct ruleset *rs,
		   struct ranges **ranges, struct fault *f);
int running_dump(struct engine *e, struct ruleset *rs, struct ranges **ranges,
		 struct fault *f);
void running_free_ranges(const struct ruleset *rs, struct ranges **ranges);

#endif
