/* SPDX-License-Identifier: GPL-2.0 */
/* A ruleset's objects as tables, as JSON, and as they would be typed. */
#ifndef CAMFENCE_SHOW_H
#define CAMFENCE_SHOW_H

#include "args.h"
#include "out.h"
#include "ruleset.h"
#include "tool.h"

/* How a ruleset is shown, or a part of it; @arg is the caller's. */
struct view {
	void (*print)(const struct ruleset *rs, const void *arg);
	void (*json)(json_t *root, const struct ruleset *rs, const void *arg);
};

int show_ruleset(const struct options *o, struct args *a, const struct view *v,
		 const void *arg, struct fault *f);
int show_kind(const struct options *o, struct args *a, enum objkind kind,
	      struct fault *f);
const char *kind_plural(enum objkind kind);

json_t *json_objects(const struct ruleset *rs, enum objkind kind);
json_t *json_settings(const struct settings *s);

void print_typed(const struct ruleset *rs, enum objkind kind);
void print_typed_settings(const struct settings *s);

#endif
