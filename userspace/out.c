// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "out.h"
#include "parse.h"
#include "times.h"

/*
 * Comments come from the kernel, and anybody with a socket may have put them
 * there. What could move a cursor or turn the direction of writing is shown as
 * a number: C0 and C1 controls, and the invisible marks U+200B to U+200F,
 * U+2028 to U+202E, U+2060 to U+206F, U+FEFF.
 */
static bool is_harmless(const char *s, size_t n)
{
	const u8 *c = (const u8 *)s;

	if (!n || c[0] < 0x20 || c[0] == 0x7f)
		return false;
	if (n == 2)
		return c[0] != 0xc2 || c[1] >= 0xa0;
	if (n != 3)
		return true;
	if (c[0] == 0xe2 && c[1] == 0x80)
		return c[2] < 0x8b || (c[2] > 0x8f && c[2] < 0xa8) ||
		       c[2] > 0xae;
	if (c[0] == 0xe2 && c[1] == 0x81)
		return c[2] < 0xa0 || c[2] > 0xaf;
	return c[0] != 0xef || c[1] != 0xbb || c[2] != 0xbf;
}

static char *escape(const char *s, size_t len, bool quotes)
{
	/* Each byte becomes at most \xNN. */
	char *text = mem_zalloc(len * 4 + 3), *out = text;
	size_t i, n, k;

	if (quotes)
		*out++ = '"';
	for (i = 0; i < len; i += n) {
		n = utf8_length(s + i, len - i);
		if (is_harmless(s + i, n)) {
			if (quotes && (s[i] == '"' || s[i] == '\\'))
				*out++ = '\\';
			out = mempcpy(out, s + i, n);
			continue;
		}
		n = n ? n : 1;
		for (k = 0; k < n; k++)
			out += sprintf(out, "\\x%02x", (u8)s[i + k]);
	}
	if (quotes)
		*out++ = '"';
	*out = '\0';
	return text;
}

/**
 * out_text_n() - text that cannot play with the terminal
 * @s: the text, of whatever bytes
 * @len: its length
 *
 * Return: a copy, to be freed.
 */
char *out_text_n(const char *s, size_t len)
{
	return escape(s, len, false);
}

/**
 * out_text() - text that cannot play with the terminal
 * @s: the text, NULL is empty
 *
 * Return: a copy, to be freed.
 */
char *out_text(const char *s)
{
	return escape(s ? s : "", s ? strlen(s) : 0, false);
}

/**
 * out_quoted() - text as it is typed: in quotes where it needs them
 * @s: the text
 *
 * Return: a copy, to be freed.
 */
char *out_quoted(const char *s)
{
	return escape(s, strlen(s), !*s || strpbrk(s, " \t\"'\\$`&|<>*?~#!(){}[]"));
}

/**
 * table_init() - begin a table
 * @t: the table
 * @headings: of its columns
 * @columns: how many
 * @right: bit for each column that is aligned to the right
 */
void table_init(struct table *t, const char *const *headings, size_t columns,
		unsigned int right)
{
	size_t i;

	*t = (struct table){ .columns = columns, .right = right };
	for (i = 0; i < columns; i++)
		table_cell(t, "%s", headings[i]);
}

static void add_cell(struct table *t, char *text)
{
	t->cell = mem_grow(t->cell, &t->cap, t->n + 1, sizeof(*t->cell));
	t->cell[t->n++] = text;
}

/**
 * table_cell() - the next cell
 * @t: the table
 * @fmt: text of our own making
 */
void table_cell(struct table *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_cell(t, mem_vprintf(fmt, ap));
	va_end(ap);
}

/**
 * table_text() - the next cell, of text from elsewhere
 * @t: the table
 * @text: the text, NULL is empty
 */
void table_text(struct table *t, const char *text)
{
	add_cell(t, out_text(text));
}

/**
 * table_count() - the next cell, a counter
 * @t: the table
 * @n: the counter
 */
void table_count(struct table *t, u64 n)
{
	table_cell(t, "%llu", (unsigned long long)n);
}

/**
 * table_seen() - the next cell, when something was seen
 * @t: the table
 * @seen: seconds since 1970, 0 for never
 */
void table_seen(struct table *t, u64 seen)
{
	char buf[TIME_TEXT];

	table_cell(t, "%s", seen ? time_text(seen, buf) : "never");
}

/* Characters, near enough to columns for the names people give. */
static size_t width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void print_row(const struct table *t, size_t row, const size_t *widths)
{
	char *const *cell = t->cell + row * t->columns;
	size_t last = t->columns, i;

	/* No blanks at the end of a line. */
	while (last > 1 && (!widths[last - 1] || !*cell[last - 1]))
		last--;
	for (i = 0; i < last; i++) {
		int pad = widths[i] - width(cell[i]);

		if (!widths[i])
			continue;
		if (t->right >> i & 1)
			printf("%*s%s", pad, "", cell[i]);
		else
			printf("%s%*s", cell[i], i + 1 < last ? pad : 0, "");
		fputs(i + 1 < last ? "  " : "\n", stdout);
	}
}

/* 0 for a column that has nothing below its heading. */
static size_t column_width(const struct table *t, size_t column)
{
	size_t most = 0, i;

	for (i = t->columns + column; i < t->n; i += t->columns) {
		size_t w = width(t->cell[i]);

		if (w > most)
			most = w;
	}
	if (most && width(t->cell[column]) > most)
		most = width(t->cell[column]);
	return most;
}

/**
 * table_print() - print a table and free it
 * @t: the table, all of its rows complete; where there is none, nothing is
 *	printed, and an empty column is left out
 */
void table_print(struct table *t)
{
	size_t widths[TABLE_COLUMNS], i;

	for (i = 0; i < t->columns; i++)
		widths[i] = column_width(t, i);
	if (t->n > t->columns)
		for (i = 0; i < t->n / t->columns; i++)
			print_row(t, i, widths);
	for (i = 0; i < t->n; i++)
		free(t->cell[i]);
	free(t->cell);
}

/**
 * json_text() - a string, whatever its bytes are
 * @s: the text
 *
 * Return: the string, with U+FFFD in place of each byte that is not UTF-8.
 */
json_t *json_text(const char *s)
{
	size_t len = strlen(s), i, n;
	char *text, *out;
	json_t *string;

	text = mem_zalloc(len * 3 + 1);
	out = text;
	for (i = 0; i < len; i += n) {
		n = utf8_length(s + i, len - i);
		if (n)
			out = mempcpy(out, s + i, n);
		else
			out = mempcpy(out, "\xef\xbf\xbd", 3);
		n = n ? n : 1;
	}
	string = json_string(text);
	free(text);
	return string;
}

/**
 * json_time() - a point in time
 * @time: seconds since 1970
 *
 * Return: the string.
 */
json_t *json_time(u64 time)
{
	char buf[TIME_TEXT];

	return json_string(time_text(time, buf));
}

/**
 * json_head() - what every answer begins with
 *
 * Return: an object with the version of the schema.
 */
json_t *json_head(void)
{
	json_t *root = json_object();

	json_object_set_new(root, "version", json_integer(1));
	return root;
}

/**
 * out_json() - print an answer and free it
 * @o: whether with line breaks
 * @root: the answer
 */
void out_json(const struct options *o, json_t *root)
{
	json_dumpf(root, stdout, o->pretty ? JSON_INDENT(2) : JSON_COMPACT);
	putchar('\n');
	json_decref(root);
}
