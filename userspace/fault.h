/* SPDX-License-Identifier: GPL-2.0 */
/* Errors as values: what went wrong, carried up to the one place that prints. */
#ifndef CAMFENCE_FAULT_H
#define CAMFENCE_FAULT_H

#include "types.h"

/* What the program exits with; a function that fails returns one of them. */
enum {
	CODE_DONE = 0,
	CODE_INPUT = 1,		/* wrong usage or input, not found */
	CODE_REFUSED = 2,	/* the kernel refused */
	CODE_NO_MODULE = 3,
	CODE_NO = 4,		/* a question answered "no" */
};

/*
 * struct fault - what went wrong
 * @text: one sentence a line, or NULL
 * @err: errno where the kernel gave one, else 0
 * @placed: the lines begin with a place of their own (file:line:)
 */
struct fault {
	char *text;
	int err;
	bool placed;
};

int fault_set(struct fault *f, int code, const char *fmt, ...)
	__printf(3, 4);
void fault_add(struct fault *f, const char *fmt, ...)
	__printf(2, 3);
int fault_prefix(struct fault *f, int code, const char *fmt, ...)
	__printf(3, 4);
void fault_print(const struct fault *f);
void fault_clear(struct fault *f);

#define fault_input(f, ...) fault_set(f, CODE_INPUT, __VA_ARGS__)

#endif
