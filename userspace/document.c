// SPDX-License-Identifier: GPL-2.0
/*
 * From a file to libyaml's document, or to a sentence that says why not. The
 * file is read as a whole: libyaml does not tell the line of every error, and
 * what it says is not always what an admin has done wrong.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "node.h"
#include "textfile.h"

/* Where libyaml stopped; it counts bytes where it could not read characters. */
static struct place error_place(const struct document *d,
				const yaml_parser_t *p,
				const struct textfile *t)
{
	struct place at = { d->name, 1, 1 };
	size_t i;

	if (p->error != YAML_READER_ERROR) {
		at.line = p->problem_mark.line + 1;
		at.column = p->problem_mark.column + 1;
		return at;
	}
	for (i = 0; i < p->problem_offset && i < t->len; i++) {
		if (t->text[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if ((t->text[i] & 0xc0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

static const char *line_at(const struct textfile *t, unsigned int line)
{
	const char *s = t->text;

	while (--line && s) {
		s = strchr(s, '\n');
		s += !!s;
	}
	return s ? s : "";
}

/* An address that YAML takes for something else: 2001:db8:: in a list. */
static void hint_quotes(const struct document *d, const struct place *at,
			const char *line)
{
	static const char digits[] = "0123456789abcdefABCDEF:./";
	size_t len = strcspn(line, "\r\n"), i = 0, n;

	for (; i < len; i += n ? n : 1) {
		n = strspn(line + i, digits);
		if (n < 2 || (strncmp(line + i, "::", 2) &&
			      strncmp(line + i + n - 2, "::", 2)))
			continue;
		wrongs_add(d->wrongs, at,
			   "YAML takes %.*s for something else\nquote it: \"%.*s\"",
			   (int)n, line + i, (int)n, line + i);
		return;
	}
}

static void say_syntax(const struct document *d, const yaml_parser_t *p,
		       const struct textfile *t)
{
	struct place at = error_place(d, p, t);
	const char *line = line_at(t, at.line);
	size_t before = d->wrongs->n + d->wrongs->more;

	if (p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR)
		hint_quotes(d, &at, line);
	if (d->wrongs->n + d->wrongs->more > before)
		return;
	if (p->error == YAML_MEMORY_ERROR)
		wrongs_add(d->wrongs, &at, "too much to be read");
	else if (p->context && p->context_mark.line)
		wrongs_add(d->wrongs, &at, "not YAML: %s, %s from line %zu on",
			   p->problem, p->context, p->context_mark.line + 1);
	else
		wrongs_add(d->wrongs, &at, "not YAML: %s", p->problem);
}

static bool is_empty(yaml_document_t *y)
{
	return !yaml_document_get_root_node(y);
}

/* A second document would be ignored, and nobody would know. */
static bool check_end(struct document *d, yaml_parser_t *p,
		      const struct textfile *t)
{
	yaml_document_t next;
	struct place at;
	bool good;

	if (!yaml_parser_load(p, &next)) {
		say_syntax(d, p, t);
		return false;
	}
	good = is_empty(&next);
	if (!good) {
		at = (struct place){ d->name, next.start_mark.line + 1,
				     next.start_mark.column + 1 };
		wrongs_add(d->wrongs, &at,
			   "a second document begins here, expected one in a file");
	}
	yaml_document_delete(&next);
	return good;
}

static bool load(struct document *d, const struct textfile *t)
{
	struct place whole = { .file = d->name };
	yaml_parser_t p;
	bool good;

	if (!yaml_parser_initialize(&p)) {
		wrongs_add(d->wrongs, &whole, "too much to be read");
		return false;
	}
	yaml_parser_set_input_string(&p, (const yaml_char_t *)t->text, t->len);
	good = yaml_parser_load(&p, &d->yaml);
	if (!good) {
		say_syntax(d, &p, t);
	} else if (is_empty(&d->yaml)) {
		wrongs_add(d->wrongs, &whole,
			   "is empty, expected a configuration; it begins with version: 1");
		good = false;
	} else {
		good = check_end(d, &p, t);
	}
	if (!good)
		document_close(d);
	yaml_parser_delete(&p);
	return good;
}

/**
 * document_open() - read a YAML file
 * @d: the document; to be closed if it could be read
 * @name: the file's, "-" is standard input
 * @w: where all is said that is wrong with it
 *
 * Return: whether it could be read.
 */
bool document_open(struct document *d, const char *name, struct wrongs *w)
{
	struct place whole = { .file = name };
	struct textfile t = {};
	struct fault f = {};
	bool good;

	*d = (struct document){ .name = name, .wrongs = w };
	if (textfile_read(&t, name, &f)) {
		wrongs_take(w, &whole, &f);
		return false;
	}
	good = load(d, &t);
	textfile_free(&t);
	return good;
}

/**
 * document_root() - the node that all others are in
 * @d: the document
 *
 * Return: the node.
 */
struct node document_root(struct document *d)
{
	return (struct node){ d, yaml_document_get_root_node(&d->yaml) };
}

/**
 * document_close() - free all nodes
 * @d: the document
 */
void document_close(struct document *d)
{
	yaml_document_delete(&d->yaml);
}
