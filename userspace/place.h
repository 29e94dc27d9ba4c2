/* SPDX-License-Identifier: GPL-2.0 */
/* Where in a file something stands, and what is wrong there. */
#ifndef CAMFENCE_PLACE_H
#define CAMFENCE_PLACE_H

#include "fault.h"
#include "types.h"

/*
 * struct place - where something stands
 * @file: borrowed
 * @line: from 1, 0 for all of the file
 * @column: characters, from 1, 0 for all of the line
 */
struct place {
	const char *file;
	unsigned int line, column;
};

/*
 * struct wrong - what is wrong at one place
 * @text: a line, and more where there is a remedy
 * @group: of its file
 * @nth: in the order in which they were found
 */
struct wrong {
	struct place at;
	char *text;
	size_t group, nth;
};

/*
 * struct wrongs - all that is wrong
 * @more: how many are not kept, for nobody reads so many
 */
struct wrongs {
	struct wrong *v;
	size_t n, cap;
	size_t more;
};

void wrongs_add(struct wrongs *w, const struct place *at, const char *fmt, ...)
	__printf(3, 4);
void wrongs_take(struct wrongs *w, const struct place *at, struct fault *f);
bool wrongs_full(const struct wrongs *w);
int wrongs_end(struct wrongs *w, struct fault *f);
char *place_text(const struct place *at);

#endif
