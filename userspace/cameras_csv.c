// SPDX-License-Identifier: GPL-2.0
/*
 * Cameras as CSV: a row for each, a column for each keyword of "camera add",
 * several values of one keyword separated by spaces. What is exported is what
 * can be imported, but for what has to be forced.
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cameras.h"
#include "guard.h"
#include "inventory.h"
#include "mem.h"
#include "out.h"
#include "show.h"
#include "suggest.h"

/* The selectors' columns are those of enum selector_type. */
enum column { POLICY = SELECTORS, KEY, COMMENT, NAME, COLUMNS };

static const char *const headers[COLUMNS] = {
	[SELECT_MAC] = "mac", [SELECT_ADDR] = "addr", [SELECT_NET] = "net",
	[SELECT_OUI] = "oui", [SELECT_IIF] = "iif", [POLICY] = "policy",
	[KEY] = "key", [COMMENT] = "comment", [NAME] = "name",
};

#define KNOWN "name, mac, addr, net, oui, iif, policy, key, comment"

/*
 * struct row - a camera that is imported
 * @arg: what its words became
 */
struct row {
	struct place at;
	void *arg;
};

/*
 * struct import - a file of cameras
 * @o: where, and the guards that are to be passed
 * @change: what is done with each
 * @column: which one of @headers each column is
 * @seen: the names so far, in the order of @row
 */
struct import {
	const char *file;
	struct options o;
	const struct change *change;
	size_t column[COLUMNS];
	size_t n_columns;
	struct row *row;
	size_t n, cap;
	struct ruleset seen;
	struct wrongs wrongs;
};

static bool find_header(struct import *x, const char *text)
{
	const struct place at = { .file = x->file, .line = 1 };
	char near[SUGGEST_TEXT];
	size_t which, i;

	for (which = 0; which < COLUMNS; which++)
		if (!strcmp(headers[which], text))
			break;
	if (which == COLUMNS) {
		wrongs_add(&x->wrongs, &at, "\"%s\" is no column here%s\nexpected some of " KNOWN,
			   text, suggest(text, headers, COLUMNS, near));
		return false;
	}
	for (i = 0; i < x->n_columns; i++) {
		if (x->column[i] != which)
			continue;
		wrongs_add(&x->wrongs, &at, "column \"%s\" is there twice",
			   text);
		return false;
	}
	x->column[x->n_columns++] = which;
	return true;
}

static bool take_headers(struct inventory *inv)
{
	struct import *x = inv->arg;
	const struct place at = { .file = x->file, .line = 1 };
	bool good = true, named = false;
	size_t i;

	for (i = 0; i < inv->headers.n; i++) {
		good &= find_header(x, inv->headers.v[i]);
		named |= !strcmp(inv->headers.v[i], "name");
	}
	if (good && !named)
		wrongs_add(&x->wrongs, &at, "there is no column \"name\"");
	return good && named;
}

static void add_word(struct args *a, size_t *cap, const char *word, size_t len)
{
	a->word = mem_grow(a->word, cap, a->n + 1, sizeof(*a->word));
	a->word[a->n++] = mem_strndup(word, len);
}

/* Text is one word; of selectors there may be several. */
static void add_cell(struct args *a, size_t *cap, size_t which,
		     const char *text)
{
	static const char marks[] = " \t\r\n,;";
	const char *keyword = headers[which];
	size_t len = strlen(text);

	if (which >= SELECTORS && len) {
		add_word(a, cap, keyword, strlen(keyword));
		add_word(a, cap, text, len);
		return;
	}
	for (text += strspn(text, marks); *text; text += strspn(text, marks)) {
		len = strcspn(text, marks);
		add_word(a, cap, keyword, strlen(keyword));
		add_word(a, cap, text, len);
		text += len;
	}
}

/* A row as it would be typed behind "camera add". */
static void make_words(struct args *a, const struct import *x,
		       const struct names *fields)
{
	size_t cap = 0, i;

	a->object = kind_name(KIND_CAMERA);
	for (i = 0; i < fields->n; i++)
		if (x->column[i] == NAME)
			add_word(a, &cap, fields->v[i], strlen(fields->v[i]));
	for (i = 0; i < fields->n; i++)
		if (x->column[i] != NAME)
			add_cell(a, &cap, x->column[i], fields->v[i]);
}

static void free_words(struct args *a)
{
	while (a->n)
		free(a->word[--a->n]);
	free(a->word);
}

/* Twice the same name would be one camera that replaces the other. */
static bool is_new(struct import *x, const struct place *at, const char *name)
{
	const struct camera c = { .name = (char *)name };
	size_t i = ruleset_index(&x->seen, KIND_CAMERA, name);

	if (i < x->seen.n[KIND_CAMERA]) {
		wrongs_add(&x->wrongs, at, "camera \"%s\": is on line %u already",
			   name, x->row[i].at.line);
		return false;
	}
	ruleset_put(&x->seen, KIND_CAMERA, &c);
	return true;
}

static void take_row(struct inventory *inv, unsigned int line,
		     const struct names *fields)
{
	struct import *x = inv->arg;
	struct row row = { .at = { .file = x->file, .line = line } };
	struct args a = {};
	struct fault f = {};

	make_words(&a, x, fields);
	row.arg = mem_zalloc(x->change->size);
	if (x->change->parse(&x->o, &a, row.arg, &f))
		wrongs_take(&x->wrongs, &row.at, &f);
	if (is_new(x, &row.at, a.word[0])) {
		x->row = mem_grow(x->row, &x->cap, x->n + 1, sizeof(*x->row));
		x->row[x->n++] = row;
	} else {
		x->change->free(row.arg);
		free(row.arg);
	}
	free_words(&a);
}

static int parse_words(struct import *x, struct args *a, struct fault *f)
{
	static const char *const words[] = { "replace" };
	const char *word;
	size_t which;
	int code = 0;

	x->file = args_next(a);
	if (!x->file)
		return args_missing(a, "the file (\"-\" is standard input)", f);
	for (;;) {
		code = args_keyword(a, &word, f);
		if (!code && word)
			code = args_match(a, word, words, 1, &which, f);
		if (code || !word)
			break;
		x->change = &cameras_replace;
	}
	x->o.force |= a->force;
	return code;
}

static int parse_import(const struct options *o, struct args *a, void *arg,
			struct fault *f)
{
	struct import *x = arg;
	struct inventory inv = {
		.begin = take_headers, .row = take_row, .arg = x,
		.wrongs = &x->wrongs,
	};
	int code;

	x->o = *o;
	x->change = &cameras_add;
	code = parse_words(x, a, f);
	if (code)
		return code;
	inv.file = x->file;
	inventory_read(&inv);
	if (!x->n && !x->wrongs.n)
		return fault_input(f, "%s: no camera is in it", x->file);
	return wrongs_end(&x->wrongs, f);
}

static int edit_import(struct plan *p, void *arg, struct fault *f)
{
	struct import *x = arg;
	size_t i;

	for (i = 0; i < x->n && !wrongs_full(&x->wrongs); i++) {
		int code = x->change->edit(p, x->row[i].arg, f);

		/* What the kernel says is not the row's fault. */
		if (code && (code != CODE_INPUT || f->err))
			return code;
		if (code)
			wrongs_take(&x->wrongs, &x->row[i].at, f);
	}
	return wrongs_end(&x->wrongs, f);
}

static void say_imported(const struct options *o, const struct plan *p,
			 const void *arg)
{
	const struct import *x = arg;

	plan_done(p, o);
	if (!o->json)
		printf("%zu cameras, generation %llu\n", x->n,
		       (unsigned long long)p->generation);
}

static void free_import(void *arg)
{
	struct import *x = arg;
	struct fault f = {};

	while (x->n) {
		x->change->free(x->row[--x->n].arg);
		free(x->row[x->n].arg);
	}
	free(x->row);
	ruleset_free(&x->seen);
	wrongs_end(&x->wrongs, &f);
	fault_clear(&f);
}

const struct change cameras_import = {
	.size = sizeof(struct import),
	.parse = parse_import,
	.edit = edit_import,
	.done = say_imported,
	.free = free_import,
};

/* As it is into a file; a terminal is not to be played with. */
static void put_cell(size_t column, const char *text)
{
	char *safe = text && isatty(STDOUT_FILENO) ? out_text(text) : NULL;

	if (column)
		putchar(',');
	if (safe)
		text = safe;
	if (text && *text)
		csv_fwrite(stdout, text, strlen(text));
	free(safe);
}

static char *join_column(const struct camera *c, enum selector_type type)
{
	char buf[RANGE_TEXT], *text = mem_strdup(""), *longer;
	size_t i;

	for (i = 0; i < c->n_selectors; i++) {
		if (c->selector[i].type != type)
			continue;
		longer = mem_printf("%s%s%s", text, *text ? " " : "",
				    selector_text(&c->selector[i], buf));
		free(text);
		text = longer;
	}
	return text;
}

static void put_camera(const struct camera *c)
{
	enum selector_type type;

	put_cell(0, c->name);
	for (type = 0; type < SELECTORS; type++) {
		char *text = join_column(c, type);

		put_cell(1, text);
		free(text);
	}
	put_cell(1, c->policy);
	put_cell(1, c->key);
	put_cell(1, c->comment);
	putchar('\n');
}

/**
 * cameras_export() - the command "camera export"
 * @o: where
 * @a: nothing may follow
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int cameras_export(const struct options *o, struct args *a, struct fault *f)
{
	struct shown s = {};
	int code = args_end(a, f);
	size_t i;

	if (!code && o->json) {
		fault_input(f, "what is exported is CSV");
		fault_add(f, "for JSON: camfence -j camera list");
		return CODE_INPUT;
	}
	if (!code)
		code = shown_get(&s, o, false, f);
	if (!code) {
		puts("name,mac,addr,net,oui,iif,policy,key,comment");
		for (i = 0; i < s.rs.n[KIND_CAMERA]; i++)
			put_camera(&s.rs.camera[i]);
	}
	shown_free(&s);
	return code;
}
