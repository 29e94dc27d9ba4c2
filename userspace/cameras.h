/* SPDX-License-Identifier: GPL-2.0 */
/* What cameras and catches have in common: words, guards, changes. */
#ifndef CAMFENCE_CAMERAS_H
#define CAMFENCE_CAMERAS_H

#include "change.h"
#include "ruleset.h"

/* Of a camera or a catch, whichever object the command is of. */
extern const struct change cameras_add;
extern const struct change cameras_replace;
extern const struct change cameras_set;
extern const struct change cameras_delete;
extern const struct change cameras_import;

int cameras_export(const struct options *o, struct args *a, struct fault *f);

int parse_selector(enum selector_type type, const char *value,
		   struct selector *s, struct fault *f);
int camera_take(struct camera *c, enum objkind kind, enum selector_type type,
		const char *value, struct fault *f);
int camera_check_families(const struct camera *c, unsigned int force,
			  struct fault *f);
int camera_share(struct camera *c, struct camera *other, enum objkind kind,
		 unsigned int force, struct fault *f);

#endif
