/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are there whole or not at all. */
#ifndef CAMFENCE_NEWFILE_H
#define CAMFENCE_NEWFILE_H

#include <jansson.h>
#include <stdio.h>

#include "fault.h"

/*
 * struct newfile - a file while it is written
 * @to: where to write
 * @path: what it will be called
 * @temp: what it is called until then, in the same directory
 */
struct newfile {
	FILE *to;
	char *path;
	char *temp;
};

int newfile_open(struct newfile *n, const char *path, struct fault *f);
int newfile_finish(struct newfile *n, struct fault *f);
int newfile_keep(struct newfile *n, struct fault *f);
void newfile_drop(struct newfile *n);
int newfile_json(const char *path, const json_t *root, struct fault *f);

#endif
