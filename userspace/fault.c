// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "mem.h"
#include "out.h"

/**
 * fault_clear() - forget what went wrong
 * @f: the fault
 */
void fault_clear(struct fault *f)
{
	free(f->text);
	*f = (struct fault){};
}

/**
 * fault_set() - say what went wrong
 * @f: where it is kept; what it held is replaced
 * @code: what the program shall exit with
 * @fmt: one sentence, no newline at its end
 *
 * Return: @code, so that callers can return the call itself.
 */
int fault_set(struct fault *f, int code, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);

	fault_clear(f);
	f->text = text;
	return code;
}

/**
 * fault_add() - add a line to what went wrong
 * @f: where it is kept
 * @fmt: one more sentence: another place, or the remedy
 */
void fault_add(struct fault *f, const char *fmt, ...)
{
	char *line, *text;
	va_list ap;

	va_start(ap, fmt);
	line = mem_vprintf(fmt, ap);
	va_end(ap);

	if (!f->text) {
		f->text = line;
		return;
	}
	text = mem_printf("%s\n%s", f->text, line);
	free(line);
	free(f->text);
	f->text = text;
}

/**
 * fault_prefix() - say what it is about
 * @f: what went wrong
 * @code: what the program shall exit with
 * @fmt: goes before its first line
 *
 * Return: @code.
 */
int fault_prefix(struct fault *f, int code, const char *fmt, ...)
{
	char *head, *text;
	va_list ap;

	va_start(ap, fmt);
	head = mem_vprintf(fmt, ap);
	va_end(ap);

	text = mem_printf("%s%s", head, f->text);
	free(head);
	free(f->text);
	f->text = text;
	return code;
}

/**
 * fault_print() - print what went wrong, if anything did
 * @f: the fault
 */
void fault_print(const struct fault *f)
{
	const char *line = f->text;
	char *safe;

	while (line) {
		size_t len = strcspn(line, "\n");

		safe = out_text_n(line, len);
		fprintf(stderr, "%s%s\n",
			f->placed ? "" : line == f->text ? "camfence: " : "  ",
			safe);
		free(safe);
		line = line[len] ? line + len + 1 : NULL;
	}
}
