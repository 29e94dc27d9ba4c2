/* SPDX-License-Identifier: GPL-2.0 */
/* What an object holds, as words: to be compared and to be shown. */
#ifndef CAMFENCE_FIELDS_H
#define CAMFENCE_FIELDS_H

#include "ruleset.h"

#define FIELDS_MAX 16

/*
 * struct field - one thing that an object holds
 * @word: what it is called
 * @values: what it is; of a list each once, in the order of strcmp(), so that
 *	what means the same is the same. None: it is not given.
 */
struct field {
	const char *word;
	struct names values;
};

/*
 * struct fields - all that an object holds, but its name and a set's ranges
 */
struct fields {
	struct field v[FIELDS_MAX];
	size_t n;
};

void fields_of(struct fields *f, enum objkind kind, const void *object);
void fields_of_settings(struct fields *f, const struct settings *s);
bool fields_equal(const struct fields *a, const struct fields *b);
void fields_free(struct fields *f);

#endif
