/* SPDX-License-Identifier: GPL-2.0 */
/* When exemptions were used last, beyond what the kernel has counted. */
#ifndef CAMFENCE_USED_H
#define CAMFENCE_USED_H

#include <jansson.h>

#include "engine.h"
#include "fault.h"
#include "ruleset.h"

/*
 * struct used - what is known of exemptions' use
 * @of: by name, since when, and when last
 */
struct used {
	json_t *of;
};

/*
 * struct use - of one exemption
 * @since: from when on its use is known, seconds since 1970
 * @last: when it was used, 0: not since then
 */
struct use {
	u64 since, last;
};

int used_read(struct used *u, struct fault *f);
void used_take(struct used *u, const struct ruleset *rs,
	       const struct stats *stats, u64 since);
struct use used_of(const struct used *u, const char *name);
u64 used_since(const struct used *u);
int used_keep(struct engine *e, struct fault *f);
void used_free(struct used *u);

#endif
