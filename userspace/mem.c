// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "mem.h"

static void *check(void *p)
{
	if (!p) {
		fputs("camfence: out of memory, nothing was changed\n", stderr);
		exit(CODE_REFUSED);
	}
	return p;
}

/**
 * mem_zalloc() - zeroed memory
 * @size: in bytes
 *
 * Return: never NULL.
 */
void *mem_zalloc(size_t size)
{
	return check(calloc(1, size ? size : 1));
}

/* Bytes that an array has at first: there are many, of which most stay short. */
#define FIRST_BYTES 64

/**
 * mem_grow() - make room in an array, doubling it
 * @array: the array or NULL
 * @cap: elements it has room for, updated
 * @need: elements it must have room for
 * @size: of an element
 *
 * Return: the array, perhaps elsewhere; never NULL.
 */
void *mem_grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap;

	if (array && need <= *cap)
		return array;
	if (!n)
		n = size < FIRST_BYTES ? FIRST_BYTES / size : 1;
	while (n < need)
		n *= 2;
	*cap = n;
	return check(reallocarray(array, n, size));
}

/**
 * mem_strdup() - copy a string
 * @s: the string, or NULL
 *
 * Return: the copy; NULL for NULL only.
 */
char *mem_strdup(const char *s)
{
	return s ? check(strdup(s)) : NULL;
}

/**
 * mem_strndup() - copy the beginning of a string
 * @s: the string
 * @len: the most bytes to copy
 *
 * Return: the copy, ended by a NUL.
 */
char *mem_strndup(const char *s, size_t len)
{
	return check(strndup(s, len));
}

/**
 * mem_vprintf() - format into new memory
 * @fmt: as printf()
 * @ap: its arguments
 *
 * Return: the text, to be freed.
 */
char *mem_vprintf(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	return check(text);
}

/**
 * mem_printf() - format into new memory
 * @fmt: as printf()
 *
 * Return: the text, to be freed.
 */
char *mem_printf(const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	return text;
}
