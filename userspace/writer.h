/* SPDX-License-Identifier: GPL-2.0 */
/* A configuration while it is written. */
#ifndef CAMFENCE_WRITER_H
#define CAMFENCE_WRITER_H

#include <stdbool.h>
#include <stdio.h>

/*
 * struct writer - YAML: maps with a line for each key, and within them maps and
 * lists in brackets, which may be long
 * @to: where to
 * @depth: of the maps that have lines
 * @first: nothing stands in the innermost bracket yet
 * @brackets: that are open
 * @column: bytes that stand on the line
 */
struct writer {
	FILE *to;
	unsigned int depth;
	bool first;
	unsigned int brackets;
	size_t column;
};

void write_key(struct writer *w, const char *key);
void write_text(struct writer *w, const char *text);
void write_word(struct writer *w, const char *word);
void write_open(struct writer *w, char bracket);
void write_close(struct writer *w, char bracket);
void write_item_text(struct writer *w, const char *text);
void write_item_word(struct writer *w, const char *word);
void write_item_open(struct writer *w, char bracket);
void write_end(struct writer *w);

#endif
