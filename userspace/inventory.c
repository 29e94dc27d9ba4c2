// SPDX-License-Identifier: GPL-2.0
/*
 * What spreadsheets and inventory systems write: fields separated by commas,
 * semicolons (where the comma is the decimal point) or tabs, in quotes where
 * they have to be, headers in the first line. libcsv knows no lines, so it is
 * given one after the other, and a row is where its first one is.
 */
#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory.h"
#include "mem.h"
#include "parse.h"
#include "textfile.h"

/*
 * struct parsing - what lies between libcsv and an inventory
 * @line: that libcsv has got
 * @first: line of the row, 0 while none has begun
 * @fields: of the row, so far
 * @stop: the rest is in vain
 */
struct parsing {
	struct inventory *inv;
	struct csv_parser csv;
	unsigned int line, first;
	struct names fields;
	bool stop;
};

static void wrong(const struct parsing *p, unsigned int line, const char *text)
{
	struct place at = { .file = p->inv->file, .line = line };

	wrongs_add(p->inv->wrongs, &at, "%s", text);
}

static const char *trim(const char *s, size_t *len)
{
	while (*len && (*s == ' ' || *s == '\t')) {
		s++;
		--*len;
	}
	while (*len && (s[*len - 1] == ' ' || s[*len - 1] == '\t'))
		--*len;
	return s;
}

static void field(void *text, size_t len, void *arg)
{
	struct parsing *p = arg;
	const char *s = text;

	s = trim(s ? s : "", &len);
	names_add(&p->fields, s, memchr(s, '\0', len) ? 0 : len);
}

static bool is_blank(const struct names *fields)
{
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (*fields->v[i])
			return false;
	return true;
}

static void take_row(struct parsing *p)
{
	struct inventory *inv = p->inv;

	if (!inv->headers.n) {
		inv->headers = p->fields;
		p->fields = (struct names){};
		p->stop = !inv->begin(inv);
	} else if (p->fields.n != inv->headers.n) {
		struct place at = { .file = inv->file, .line = p->first };

		wrongs_add(inv->wrongs, &at, "%zu fields, expected %zu as in the first line",
			   p->fields.n, inv->headers.n);
	} else {
		inv->row(inv, p->first, &p->fields);
	}
}

static void row(int end, void *arg)
{
	struct parsing *p = arg;

	(void)end;
	if (!is_blank(&p->fields) && !p->stop)
		take_row(p);
	names_free(&p->fields);
	p->first = 0;
}

/* Which of the usual separators the line of headers has most of. */
static char find_separator(const char *s, size_t len)
{
	static const char known[] = { ',', ';', '\t' };
	size_t count[sizeof(known)] = {}, best = 0, i, k;
	bool quoted = false;

	for (i = 0; i < len; i++) {
		quoted ^= s[i] == '"';
		for (k = 0; k < sizeof(known) && !quoted; k++)
			count[k] += s[i] == known[k];
	}
	for (k = 1; k < sizeof(known); k++)
		if (count[k] > count[best])
			best = k;
	return known[best];
}

static bool check_line(struct parsing *p, const char *s, size_t len)
{
	struct fault f = {};
	const char *why = memchr(s, '\0', len) ? "has a NUL byte" : NULL;
	size_t i, n;

	if (p->line == 1 && textfile_check(p->inv->file, s, len, &f)) {
		wrong(p, 0, f.text);
		fault_clear(&f);
		return false;
	}
	for (i = 0; i < len && !why; i += n) {
		n = utf8_length(s + i, len - i);
		if (!n)
			why = "not UTF-8; make it so: iconv -f LATIN1 -t UTF-8";
	}
	if (why)
		wrong(p, p->line, why);
	return !why;
}

static void feed(struct parsing *p, const char *s, size_t len)
{
	if (!check_line(p, s, len)) {
		p->stop = true;
		return;
	}
	if (p->line == 1) {
		if (len >= 3 && !memcmp(s, "\xef\xbb\xbf", 3)) {
			s += 3;
			len -= 3;
		}
		csv_set_delim(&p->csv, find_separator(s, len));
	}
	if (!p->first && strspn(s, " \t\r\n") < len)
		p->first = p->line;
	if (csv_parse(&p->csv, s, len, field, row, p) == len)
		return;
	wrong(p, p->line, "a quote inside a field, expected two: \"\"");
	p->stop = true;
}

static void read_lines(struct parsing *p, FILE *file)
{
	size_t room = 0;
	char *line = NULL;
	ssize_t len;

	while (!p->stop && (len = getline(&line, &room, file)) >= 0) {
		p->line++;
		feed(p, line, len);
	}
	free(line);
	if (!p->stop && ferror(file))
		wrong(p, 0, strerror(errno));
	else if (!p->stop && csv_fini(&p->csv, field, row, p))
		wrong(p, p->first, "a quote begins here that does not end");
	else if (!p->stop && !p->inv->headers.n)
		wrong(p, 0, "is empty, expected a line with the columns' headers");
}

/**
 * inventory_read() - read a file
 * @inv: what is to be done with its rows; its headers are freed
 */
void inventory_read(struct inventory *inv)
{
	struct parsing p = { .inv = inv };
	struct fault f = {};
	u64 ignored;
	FILE *file = textfile_open(inv->file, &ignored, &f);

	if (!file || csv_init(&p.csv, CSV_STRICT | CSV_STRICT_FINI)) {
		wrong(&p, 0, file ? "too much to be read" : f.text);
		fault_clear(&f);
		return;
	}
	read_lines(&p, file);
	fclose(file);
	csv_free(&p.csv);
	names_free(&p.fields);
	names_free(&inv->headers);
}
