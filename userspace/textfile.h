/* SPDX-License-Identifier: GPL-2.0 */
/* Text files: opened, recognized, read as a whole. */
#ifndef CAMFENCE_TEXTFILE_H
#define CAMFENCE_TEXTFILE_H

#include <stdio.h>

#include "fault.h"
#include "types.h"

/*
 * struct textfile - a file that was read as a whole
 * @text: what is in it, with a zero behind it
 * @len: bytes; it may have zeros of its own
 */
struct textfile {
	char *text;
	size_t len;
};

FILE *textfile_open(const char *name, u64 *mtime, struct fault *f);
int textfile_check(const char *name, const char *s, size_t len,
		   struct fault *f);
int textfile_read(struct textfile *t, const char *name, struct fault *f);
void textfile_free(struct textfile *t);

#endif
