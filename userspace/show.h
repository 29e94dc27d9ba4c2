/* SPDX-License-Identifier: GPL-2.0 */
/* A ruleset's objects as tables, as JSON, and as they would be typed. */
#ifndef CAMFENCE_SHOW_H
#define CAMFENCE_SHOW_H

#include "args.h"
#include "out.h"
#include "ruleset.h"
#include "tool.h"

int show_kind(const struct options *o, struct args *a, enum objkind kind,
	      struct fault *f);
const char *kind_plural(enum objkind kind);

json_t *json_objects(const struct ruleset *rs, enum objkind kind);
json_t *json_settings(const struct settings *s);

void print_typed(const struct ruleset *rs, enum objkind kind);
void print_typed_settings(const struct settings *s);

#endif
