/* SPDX-License-Identifier: GPL-2.0 */
/* What is refused unless it is meant: --force=GUARD[,GUARD]. */
#ifndef CAMFENCE_GUARD_H
#define CAMFENCE_GUARD_H

#include "fault.h"
#include "ruleset.h"
#include "types.h"

enum guard {
	GUARD_EMPTY,
	GUARD_SHRUNK,
	GUARD_COVERAGE,
	GUARD_OWN_ADDRESS,
	GUARD_CONNECTION,
	GUARD_BLOCKS_NOTHING,
	GUARD_ONE_FAMILY,
	GUARD_SHARED,
	GUARD_ALLOWED_BUT_CAUGHT,
	GUARD_WIDE,
	GUARD_ALL_PORTS,
	GUARD_UNREACHABLE,
	GUARD_FLUSH,
	GUARDS
};

const char *guard_name(enum guard which);
const char *guard_text(enum guard which);
bool guard_is_for_good(enum guard which, enum objkind kind);
int guard_parse(const char *list, unsigned int *force, struct fault *f);
int guard_parse_one(const char *word, enum objkind kind, unsigned int *force,
		    struct fault *f);
bool guard_is_word(const char *word);
int guard_word(const char *word, unsigned int *force, struct fault *f);
bool guard_forced(unsigned int force, enum guard which);
int guard_refuse(enum guard which, struct fault *f);

#endif
