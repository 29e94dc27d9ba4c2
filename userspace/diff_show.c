// SPDX-License-Identifier: GPL-2.0
/*
 * Changes as a person would write them down:
 *
 *	~ set cn: 12 ranges more, 3 fewer (8,900 → 8,909)
 *	~ policy isolate: allow nvr → nvr,nvr-north
 *	+ camera hall-2: mac 00:00:5e:00:53:02, policy isolate
 *	- exemption hall-1-fw
 *
 * and as JSON. What a service stands for is told as its policy's service.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "mem.h"
#include "show.h"
#include "words.h"

/* Of a long list, what a line has room for. */
#define MOST_VALUES 6

enum change_type { ADDED, CHANGED, REMOVED, CHANGE_TYPES };

static enum change_type type_of(const struct difference *c)
{
	return !c->old ? ADDED : c->new ? CHANGED : REMOVED;
}

static const char *type_text(enum change_type type)
{
	static const char *const texts[] = {
		[ADDED] = "added", [CHANGED] = "changed", [REMOVED] = "removed",
	};

	return texts[type];
}

static bool is_service(const struct exemption *e)
{
	return !e || e->is_service;
}

static bool is_told(const struct difference *c)
{
	return c->kind != KIND_EXEMPTION || !is_service(c->old) ||
	       !is_service(c->new);
}

static const char *change_name(const struct difference *c)
{
	/* The name is the first member of each. */
	return *(char *const *)(c->new ? c->new : c->old);
}

static size_t set_size(const void *set)
{
	const struct set *s = set;

	return (size_t)s->n4 + s->n6;
}

/* A number with commas: 1,048,576. */
static void number_text(size_t n, char buf[RANGE_TEXT])
{
	char digits[24];
	size_t len = snprintf(digits, sizeof(digits), "%zu", n), i;

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*buf++ = ',';
		*buf++ = digits[i];
	}
	*buf = '\0';
}

static void print_quoted(const char *text)
{
	char *quoted = out_quoted(text);

	fputs(quoted, stdout);
	free(quoted);
}

static void print_values(const struct names *values)
{
	size_t n = values->n, i;

	if (n > MOST_VALUES)
		n = MOST_VALUES - 1;
	for (i = 0; i < n; i++) {
		if (i)
			putchar(',');
		print_quoted(values->v[i]);
	}
	if (n < values->n)
		printf(" and %zu more", values->n - n);
	if (!values->n)
		fputs("none", stdout);
}

/* Those of @a that @b has not; both are in order. */
static void subtract(const struct names *a, const struct names *b,
		     struct names *rest)
{
	size_t i, k = 0;

	for (i = 0; i < a->n; i++) {
		while (k < b->n && strcmp(b->v[k], a->v[i]) < 0)
			k++;
		if (k == b->n || strcmp(b->v[k], a->v[i]))
			names_add(rest, a->v[i], strlen(a->v[i]));
	}
}

static void print_more(const struct names *a, const struct names *b,
		       const char *what, const char **between)
{
	struct names rest = {};

	subtract(a, b, &rest);
	if (rest.n) {
		printf("%s%zu %s: ", *between, rest.n, what);
		print_values(&rest);
		*between = ", ";
	}
	names_free(&rest);
}

/* A list that is short in whole, of a long one what comes and what goes. */
static void print_changed(const struct field *old, const struct field *new)
{
	const char *between = " ";

	fputs(old->word, stdout);
	if (old->values.n <= MOST_VALUES && new->values.n <= MOST_VALUES) {
		putchar(' ');
		print_values(&old->values);
		fputs(" → ", stdout);
		print_values(&new->values);
		return;
	}
	print_more(&new->values, &old->values, "more", &between);
	print_more(&old->values, &new->values, "fewer", &between);
}

static void print_fields_changed(const struct fields *old,
				 const struct fields *new, const char *between)
{
	size_t i;

	for (i = 0; i < old->n; i++) {
		if (names_equal(&old->v[i].values, &new->v[i].values))
			continue;
		fputs(between, stdout);
		print_changed(&old->v[i], &new->v[i]);
		between = "; ";
	}
}

static void print_fields(const struct fields *f, const char *between)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (!f->v[i].values.n)
			continue;
		printf("%s%s ", between, f->v[i].word);
		print_values(&f->v[i].values);
		between = ", ";
	}
}

/* What goes between this and the fields. */
static const char *print_ranges(const struct difference *c)
{
	char old[RANGE_TEXT], new[RANGE_TEXT], n[RANGE_TEXT];
	const char *between = ": ";

	number_text(set_size(c->new), new);
	if (!c->old) {
		printf(": %s range%s", new, set_size(c->new) == 1 ? "" : "s");
		return ", ";
	}
	number_text(set_size(c->old), old);
	if (c->more) {
		number_text(c->more, n);
		printf(": %s range%s more", n, c->more == 1 ? "" : "s");
		between = ", ";
	}
	if (c->fewer) {
		number_text(c->fewer, n);
		printf("%s%s%s fewer", between, n,
		       c->more ? "" : c->fewer == 1 ? " range" : " ranges");
	}
	if (!c->more && !c->fewer)
		return ": ";
	printf(" (%s → %s)", old, new);
	return "; ";
}

static void print_change(const struct difference *c)
{
	const char *between = ": ";
	struct fields old = {}, new = {};

	printf("%c %s ", "+~-"[type_of(c)], kind_name(c->kind));
	print_quoted(change_name(c));
	if (c->old)
		fields_of(&old, c->kind, c->old);
	if (c->new)
		fields_of(&new, c->kind, c->new);
	if (c->new && c->kind == KIND_SET)
		between = print_ranges(c);
	if (!c->old)
		print_fields(&new, between);
	else if (c->new)
		print_fields_changed(&old, &new, between);
	putchar('\n');
	fields_free(&old);
	fields_free(&new);
}

/**
 * diff_print() - print all changes, a line each
 * @d: the changes
 */
void diff_print(const struct diff *d)
{
	struct fields old = {}, new = {};
	size_t i;

	for (i = 0; i < d->n; i++)
		if (is_told(&d->change[i]))
			print_change(&d->change[i]);
	if (!d->new)
		return;
	fputs("~ option", stdout);
	fields_of_settings(&old, d->old);
	fields_of_settings(&new, d->new);
	print_fields_changed(&old, &new, ": ");
	putchar('\n');
	fields_free(&old);
	fields_free(&new);
}

/**
 * diff_summary() - how many changes there are of each kind
 * @d: the changes
 *
 * Return: such as "2 cameras added, 1 policy changed", to be freed.
 */
char *diff_summary(const struct diff *d)
{
	size_t n[KINDS][CHANGE_TYPES] = {}, i;
	struct words w = {};
	enum objkind kind;

	for (i = 0; i < d->n; i++)
		if (is_told(&d->change[i]))
			n[d->change[i].kind][type_of(&d->change[i])]++;
	for (kind = 0; kind < KINDS; kind++) {
		for (i = 0; i < CHANGE_TYPES; i++) {
			char *text, number[RANGE_TEXT];

			if (!n[kind][i])
				continue;
			number_text(n[kind][i], number);
			text = mem_printf("%s%s %s %s", w.text ? " " : "",
					  number, n[kind][i] == 1 ?
					  kind_name(kind) : kind_plural(kind),
					  type_text(i));
			words_add(&w, text);
			free(text);
		}
	}
	if (d->new)
		words_add(&w, w.text ? " options changed" : "options changed");
	return words_end(&w, "");
}

static json_t *json_field(const struct field *old, const struct field *new)
{
	json_t *o = json_object();

	if (old)
		json_object_set_new(o, "from", json_names(&old->values));
	if (new)
		json_object_set_new(o, "to", json_names(&new->values));
	return o;
}

/* Of two what differs, of one all that there is. */
static json_t *json_fields(const struct fields *old, const struct fields *new)
{
	size_t i, n = old->n ? old->n : new->n;
	json_t *o = json_object();

	for (i = 0; i < n; i++) {
		const struct field *a = old->n ? &old->v[i] : NULL;
		const struct field *b = new->n ? &new->v[i] : NULL;

		if (a && b ? names_equal(&a->values, &b->values) :
			     !(a ? a : b)->values.n)
			continue;
		json_object_set_new(o, (a ? a : b)->word, json_field(a, b));
	}
	return o;
}

static json_t *json_ranges(const struct difference *c)
{
	json_t *o = json_object();

	if (c->old)
		json_object_set_new(o, "from", json_integer(set_size(c->old)));
	if (c->new)
		json_object_set_new(o, "to", json_integer(set_size(c->new)));
	if (c->old && c->new) {
		json_object_set_new(o, "more", json_integer(c->more));
		json_object_set_new(o, "fewer", json_integer(c->fewer));
	}
	return o;
}

static json_t *json_change(const struct difference *c)
{
	struct fields old = {}, new = {};
	json_t *o = json_object();

	if (c->old)
		fields_of(&old, c->kind, c->old);
	if (c->new)
		fields_of(&new, c->kind, c->new);
	json_object_set_new(o, "change", json_text(type_text(type_of(c))));
	json_object_set_new(o, "kind", json_text(kind_name(c->kind)));
	json_object_set_new(o, "name", json_text(change_name(c)));
	if (c->kind == KIND_SET)
		json_object_set_new(o, "ranges", json_ranges(c));
	json_object_set_new(o, "fields", json_fields(&old, &new));
	fields_free(&old);
	fields_free(&new);
	return o;
}

static json_t *json_settings_change(const struct diff *d)
{
	struct fields old = {}, new = {};
	json_t *o = json_object();

	fields_of_settings(&old, d->old);
	fields_of_settings(&new, d->new);
	json_object_set_new(o, "change", json_text(type_text(CHANGED)));
	json_object_set_new(o, "kind", json_text("option"));
	json_object_set_new(o, "fields", json_fields(&old, &new));
	fields_free(&old);
	fields_free(&new);
	return o;
}

/**
 * diff_json() - all changes
 * @d: the changes
 *
 * Return: the array.
 */
json_t *diff_json(const struct diff *d)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < d->n; i++)
		if (is_told(&d->change[i]))
			json_array_append_new(list, json_change(&d->change[i]));
	if (d->new)
		json_array_append_new(list, json_settings_change(d));
	return list;
}
