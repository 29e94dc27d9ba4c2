/* SPDX-License-Identifier: GPL-2.0 */
/* From files to ranges. */
#ifndef CAMFENCE_LOAD_H
#define CAMFENCE_LOAD_H

#include "fault.h"
#include "formats/formats.h"
#include "types.h"

/*
 * struct load_stats - what became of what was read
 * @merged: entries that others covered or touched
 * @duplicate: entries exactly like another
 */
struct load_stats {
	size_t merged;
	size_t duplicate;
};

int load_countries(struct load *l, const char *list, struct fault *f);
int load_files(struct load *l, char *const *files, size_t n,
	       const struct format *format, u64 *date, struct fault *f);
int load_finish(struct load *l, unsigned int force, struct load_stats *stats,
		struct fault *f);
char *load_source(char *const *files, size_t n, const struct countries *c);
char *load_place(struct load *l, char *const *files, size_t n,
		 const struct range *wanted);
void load_free(struct load *l);

#endif
