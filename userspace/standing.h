/* SPDX-License-Identifier: GPL-2.0 */
/* How what is in force stands to what was applied, and to the configuration. */
#ifndef CAMFENCE_STANDING_H
#define CAMFENCE_STANDING_H

#include "config.h"
#include "diff.h"
#include "engine.h"
#include "history.h"
#include "out.h"

enum kept {
	KEPT_NOT_ASKED,		/* as it was applied, or nothing is in force */
	KEPT_READ,		/* what is not kept is in the differences */
	KEPT_WRONG,		/* a configuration that cannot be read */
	KEPT_NOWHERE,		/* there is no configuration */
};

/*
 * struct standing - where what is in force has come from
 * @history: what was applied
 * @last: the latest of this boot, NULL: none
 * @is_applied: it is what is in force
 * @kept: where it is not: what a reboot would leave of it
 * @now, @have, @config, @diff: what would become another
 */
struct standing {
	struct history history;
	const struct applied *last;
	bool is_applied;
	enum kept kept;
	struct ruleset now;
	struct ranges *have;
	struct config config;
	struct diff diff;
};

int standing_get(struct standing *s, struct engine *e,
		 const struct engine_info *info, struct fault *f);
void standing_free(struct standing *s);
void standing_print(const struct standing *s, const struct engine_info *info);
void standing_json(json_t *root, const struct standing *s);
u64 standing_max_age(const struct standing *s, const char *set);

#endif
