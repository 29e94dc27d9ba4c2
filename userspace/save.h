/* SPDX-License-Identifier: GPL-2.0 */
/* A ruleset as the configuration that leads to it. */
#ifndef CAMFENCE_SAVE_H
#define CAMFENCE_SAVE_H

#include <stdio.h>

#include "fault.h"
#include "ruleset.h"

int save_ruleset(FILE *to, const struct ruleset *rs,
		 const struct ranges *ranges, struct fault *f);
int save_objects(FILE *to, const struct ruleset *rs,
		 const struct ranges *ranges, unsigned int *const *meant,
		 struct fault *f);

#endif
