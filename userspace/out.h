/* SPDX-License-Identifier: GPL-2.0 */
/* What is printed: tables with aligned columns, JSON, text made harmless. */
#ifndef CAMFENCE_OUT_H
#define CAMFENCE_OUT_H

#include <jansson.h>

#include "tool.h"
#include "types.h"

#define TABLE_COLUMNS 16

/*
 * struct table - rows of text, printed when all widths are known
 * @columns: how many
 * @right: bit for each column that is aligned to the right
 * @cell: all cells, row by row, the headings first
 */
struct table {
	size_t columns;
	unsigned int right;
	char **cell;
	size_t n, cap;
};

void table_init(struct table *t, const char *const *headings, size_t columns,
		unsigned int right);
void table_cell(struct table *t, const char *fmt, ...)
	__printf(2, 3);
void table_text(struct table *t, const char *text);
void table_count(struct table *t, u64 n);
void table_seen(struct table *t, u64 seen);
void table_print(struct table *t);

char *out_text(const char *s);
char *out_text_n(const char *s, size_t len);
char *out_quoted(const char *s);

json_t *json_text(const char *s);
json_t *json_time(u64 time);
json_t *json_head(void);
void out_json(const struct options *o, json_t *root);

#endif
