/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that is there or ends the program. A command that dies half way has
 * changed nothing: the kernel aborts the transaction when the socket closes.
 */
#ifndef CAMFENCE_MEM_H
#define CAMFENCE_MEM_H

#include <stdarg.h>
#include "types.h"

void *mem_zalloc(size_t size);
void *mem_grow(void *array, size_t *cap, size_t need, size_t size);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len);
char *mem_printf(const char *fmt, ...) __printf(1, 2);
char *mem_vprintf(const char *fmt, va_list ap)
	__printf(1, 0);

#endif
