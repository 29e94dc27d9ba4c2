/* SPDX-License-Identifier: GPL-2.0 */
/* What is refused unless it is meant: --force=GUARD[,GUARD]. */
#ifndef CAMFENCE_GUARD_H
#define CAMFENCE_GUARD_H

#include "fault.h"
#include "types.h"

enum guard {
	GUARD_SHARED,		/* a selector that another one has */
	GUARD_ONE_FAMILY,	/* nothing but addresses of one family */
	GUARDS
};

int guard_parse(const char *list, unsigned int *force, struct fault *f);
bool guard_is_word(const char *word);
int guard_word(const char *word, unsigned int *force, struct fault *f);
bool guard_forced(unsigned int force, enum guard which);
int guard_refuse(enum guard which, struct fault *f);

#endif
