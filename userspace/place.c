// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "place.h"

#define WRONGS_KEPT 50

/**
 * place_text() - write a place
 * @at: the place
 *
 * Return: FILE:LINE:COLUMN, without what it has not, to be freed.
 */
char *place_text(const struct place *at)
{
	if (!at->line)
		return mem_strdup(at->file);
	if (!at->column)
		return mem_printf("%s:%u", at->file, at->line);
	return mem_printf("%s:%u:%u", at->file, at->line, at->column);
}

/**
 * wrongs_full() - is it in vain to say what else is wrong?
 * @w: what is wrong
 *
 * Return: whether another one would only be counted.
 */
bool wrongs_full(const struct wrongs *w)
{
	return w->n == WRONGS_KEPT;
}

static void keep(struct wrongs *w, const struct place *at, char *text)
{
	w->v = mem_grow(w->v, &w->cap, w->n + 1, sizeof(*w->v));
	w->v[w->n] = (struct wrong){ .at = *at, .text = text };
	w->n++;
}

/**
 * wrongs_add() - something is wrong
 * @w: where it is kept
 * @at: its place
 * @fmt: a sentence; a remedy may follow on a line of its own
 */
void wrongs_add(struct wrongs *w, const struct place *at, const char *fmt, ...)
{
	va_list ap;

	if (wrongs_full(w)) {
		w->more++;
		return;
	}
	va_start(ap, fmt);
	keep(w, at, mem_vprintf(fmt, ap));
	va_end(ap);
}

/**
 * wrongs_take() - what a parser found wrong
 * @w: where it is kept
 * @at: its place
 * @f: what was found, empty afterwards
 */
void wrongs_take(struct wrongs *w, const struct place *at, struct fault *f)
{
	wrongs_add(w, at, "%s", f->text);
	fault_clear(f);
}

/* As one reads: the lines of a file in order, files as they were met. */
static int compare_wrongs(const void *x, const void *y)
{
	const struct wrong *a = x, *b = y;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	if (a->at.column != b->at.column)
		return a->at.column < b->at.column ? -1 : 1;
	return a->nth < b->nth ? -1 : 1;
}

static void sort_wrongs(struct wrongs *w)
{
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		for (k = 0; strcmp(w->v[k].at.file, w->v[i].at.file); k++)
			;
		w->v[i].nth = i;
		w->v[i].group = k;
	}
	if (w->n)
		qsort(w->v, w->n, sizeof(*w->v), compare_wrongs);
}

/* The first line behind the place, further ones below it, set in. */
static void say(const struct wrong *one, struct fault *f)
{
	const char *line = one->text;
	char *place = place_text(&one->at);

	for (;;) {
		int len = strcspn(line, "\n");

		if (line == one->text)
			fault_add(f, "%s: %.*s", place, len, line);
		else
			fault_add(f, "  %.*s", len, line);
		if (!line[len])
			break;
		line += len + 1;
	}
	free(place);
}

/**
 * wrongs_end() - say all that is wrong, in the order of the files
 * @w: what is wrong, empty afterwards
 * @f: where it is said
 *
 * Return: 0 where nothing is, or the exit code.
 */
int wrongs_end(struct wrongs *w, struct fault *f)
{
	int code = w->n ? CODE_INPUT : 0;
	size_t i;

	sort_wrongs(w);
	for (i = 0; i < w->n; i++) {
		say(&w->v[i], f);
		free(w->v[i].text);
	}
	if (w->more)
		fault_add(f, "… and %zu more", w->more);
	f->placed = !!code;
	free(w->v);
	*w = (struct wrongs){};
	return code;
}
