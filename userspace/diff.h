/* SPDX-License-Identifier: GPL-2.0 */
/* What leads from one ruleset to another, and how that is told. */
#ifndef CAMFENCE_DIFF_H
#define CAMFENCE_DIFF_H

#include "fields.h"
#include "out.h"
#include "plan.h"
#include "ruleset.h"

/*
 * struct difference - an object that comes, goes, or becomes another
 * @old: NULL: it comes
 * @new: NULL: it goes
 * @ranges: of @new, if it is a set
 * @more: of a set that becomes another: ranges that come
 * @fewer: likewise: that go
 */
struct difference {
	enum objkind kind;
	const void *old, *new;
	const struct ranges *ranges;
	size_t more, fewer;
};

/*
 * struct diff - all changes
 * @change: sets first, then as the kinds are; each kind by name
 * @old, @new: the settings, NULL where they stay
 */
struct diff {
	struct difference *change;
	size_t n, cap;
	const struct settings *old, *new;
};

void diff_make(struct diff *d, const struct ruleset *now,
	       const struct ranges *have, const struct ruleset *want,
	       const struct ranges *ranges);
bool diff_is_empty(const struct diff *d);
void diff_plan(const struct diff *d, struct plan *p);
void diff_free(struct diff *d);

void diff_print(const struct diff *d);
char *diff_summary(const struct diff *d);
json_t *diff_json(const struct diff *d);

#endif
