// SPDX-License-Identifier: GPL-2.0
/*
 * A scalar is text until a getter types it: NO is a country, 010 a name and
 * 1e3 a comment.
 */
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "node.h"
#include "parse.h"
#include "suggest.h"
#include "words.h"

/* More than any value there is; paths have the most. */
#define TEXT_MAX 1024

/**
 * node_place() - where a node stands
 * @n: the node
 *
 * Return: the place of its first character.
 */
struct place node_place(struct node n)
{
	return (struct place){ n.doc->name, n.yaml->line, n.yaml->column };
}

/**
 * node_wrong() - a node is wrong
 * @n: the node
 * @fmt: what is wrong with it
 */
void node_wrong(struct node n, const char *fmt, ...)
{
	struct place at = node_place(n);
	struct fault f = {};
	va_list ap;

	va_start(ap, fmt);
	f.text = mem_vprintf(fmt, ap);
	va_end(ap);
	wrongs_take(n.doc->wrongs, &at, &f);
}

/**
 * node_take() - what a parser found wrong with a node's value
 * @n: the node
 * @f: what was found, empty afterwards
 */
void node_take(struct node n, struct fault *f)
{
	struct place at = node_place(n);

	wrongs_take(n.doc->wrongs, &at, f);
}

/* The children of a list or mapping. */
static struct node child(struct node n, u32 i)
{
	return (struct node){ n.doc, &n.doc->node[n.doc->child[n.yaml->first + i]] };
}

static const char *text_of(struct node n)
{
	return n.doc->text + n.yaml->first;
}

static bool has_tag(struct node n)
{
	if (n.yaml->tagged)
		node_wrong(n, "has a tag (!); leave it out, all values are text");
	return n.yaml->tagged;
}

/* What "key:" has without anything behind it. */
static bool is_nothing(struct node n)
{
	return n.yaml->type == NODE_TEXT && n.yaml->bare && !n.yaml->n;
}

/**
 * node_is_list() - is it a list?
 * @n: the node
 *
 * Return: whether it is.
 */
bool node_is_list(struct node n)
{
	return n.yaml->type == NODE_LIST;
}

/**
 * node_is_map() - is it a mapping?
 * @n: the node
 *
 * Return: whether it is.
 */
bool node_is_map(struct node n)
{
	return n.yaml->type == NODE_MAP;
}

/**
 * node_is_cut() - is it an address that YAML takes for something else?
 * @n: the node
 *
 * "- 2001:db8::" is a mapping of 2001:db8: to nothing.
 *
 * Return: whether it is.
 */
bool node_is_cut(struct node n)
{
	struct node key;

	if (!node_is_map(n) || n.yaml->n != 2)
		return false;
	key = child(n, 0);
	return is_nothing(child(n, 1)) && key.yaml->type == NODE_TEXT &&
	       key.yaml->n && key.yaml->n < INET6_ADDRSTRLEN &&
	       text_of(key)[key.yaml->n - 1] == ':';
}

static void say_no_scalar(struct node n)
{
	if (node_is_cut(n)) {
		const char *text = text_of(child(n, 0));

		node_wrong(n, "YAML takes %s: for something else\nquote it: \"%s:\"",
			   text, text);
	} else {
		node_wrong(n, "expected one value, not a %s",
			   node_is_map(n) ? "mapping" : "list");
	}
}

/**
 * node_text() - a scalar
 * @n: the node
 *
 * Return: the text, one line of it, good as long as the document is; NULL if
 * it is none.
 */
const char *node_text(struct node n)
{
	const char *text, *wrong;
	size_t len;

	if (n.yaml->type != NODE_TEXT) {
		say_no_scalar(n);
		return NULL;
	}
	if (has_tag(n))
		return NULL;
	if (is_nothing(n)) {
		node_wrong(n, "has no value; an empty one is written \"\"");
		return NULL;
	}
	text = text_of(n);
	len = n.yaml->n;
	if (len > TEXT_MAX) {
		node_wrong(n, "%zu bytes, expected at most %d", len, TEXT_MAX);
		return NULL;
	}
	wrong = parse_line(text, len);
	if (wrong) {
		node_wrong(n, "%s", wrong);
		return NULL;
	}
	return text;
}

/**
 * node_copy() - a scalar of a certain form
 * @n: the node
 * @parse: says what is wrong with a text, or NULL
 *
 * Return: a copy of the text, NULL if there is anything wrong.
 */
char *node_copy(struct node n, const char *(*parse)(const char *s))
{
	const char *text = node_text(n), *wrong;

	if (!text)
		return NULL;
	wrong = parse(text);
	if (!wrong)
		return mem_strdup(text);
	node_wrong(n, "\"%s\": %s", text, wrong);
	return NULL;
}

/* Some words, for a sentence: a, b, c */
static char *join(const char *const *words, size_t n)
{
	char *text = mem_strdup(words[0]), *longer;
	size_t i;

	for (i = 1; i < n; i++) {
		longer = mem_printf("%s, %s", text, words[i]);
		free(text);
		text = longer;
	}
	return text;
}

static bool find_word(struct node n, const char *text, const char *what,
		      const char *const *words, size_t n_words, size_t *which)
{
	char near[SUGGEST_TEXT];
	char *all;
	size_t i;

	for (i = 0; i < n_words; i++) {
		if (!strcmp(words[i], text)) {
			*which = i;
			return true;
		}
	}
	all = join(words, n_words);
	node_wrong(n, "\"%s\"%s%s\nexpected %s", text, what,
		   suggest(text, words, n_words, near), all);
	free(all);
	return false;
}

/**
 * node_choice() - a scalar that is one of some words
 * @n: the node
 * @words: the words
 * @n_words: how many
 * @which: the index of the one that it is
 *
 * Return: whether it is one of them.
 */
bool node_choice(struct node n, const char *const *words, size_t n_words,
		 size_t *which)
{
	const char *text = node_text(n);

	return text && find_word(n, text, " is not known here", words, n_words,
				 which);
}

/**
 * node_bool() - true or false
 * @n: the node
 *
 * Return: which; false as well if it is neither.
 */
bool node_bool(struct node n)
{
	static const char *const words[] = { "false", "true" };
	size_t which;

	return node_choice(n, words, 2, &which) && which;
}

/**
 * node_items() - the items of a list
 * @n: the node
 * @one: takes an item
 * @arg: for @one
 */
void node_items(struct node n, node_one one, void *arg)
{
	u32 i;

	if (is_nothing(n))
		return;
	if (!node_is_list(n)) {
		node_wrong(n, "expected a list");
		return;
	}
	if (has_tag(n))
		return;
	for (i = 0; i < n.yaml->n; i++)
		one(child(n, i), arg);
}

/**
 * node_each() - one value, or those of a list
 * @n: the node
 * @one: takes a value
 * @arg: for @one
 */
void node_each(struct node n, node_one one, void *arg)
{
	if (node_is_list(n))
		node_items(n, one, arg);
	else
		one(n, arg);
}

/**
 * node_some() - one value, or those of a list that is not empty
 * @n: the node
 * @one: takes a value
 * @arg: for @one
 */
void node_some(struct node n, node_one one, void *arg)
{
	if (node_is_list(n) && !n.yaml->n)
		node_wrong(n, "an empty list, expected at least one value");
	else
		node_each(n, one, arg);
}

static bool expect_map(struct node n)
{
	if (is_nothing(n))
		return false;
	if (node_is_map(n))
		return !has_tag(n);
	node_wrong(n, "expected a mapping, such as {key: value}");
	return false;
}

/**
 * node_names() - what a mapping has under the names of objects
 * @n: the node
 * @one: takes a name, the node that it is, and what is under it
 * @arg: for @one
 */
void node_names(struct node n, node_named one, void *arg)
{
	u32 i;

	if (!expect_map(n))
		return;
	for (i = 0; i < n.yaml->n; i += 2) {
		struct node key = child(n, i);
		const char *name = node_text(key), *wrong;

		if (!name)
			continue;
		wrong = parse_name(name);
		if (wrong)
			node_wrong(key, "\"%s\": %s", name, wrong);
		else
			one(name, key, child(n, i + 1), arg);
	}
}

/**
 * node_keys() - what a mapping has under the keys of a schema
 * @n: the node
 * @keys: the keys that it may have, at most 32
 * @n_keys: how many
 * @one: takes the index of a key, and what is under it
 * @arg: for @one
 *
 * Return: bit for each key that is there.
 */
unsigned int node_keys(struct node n, const char *const *keys, size_t n_keys,
		       node_keyed one, void *arg)
{
	unsigned int given = 0;
	u32 i;

	if (!expect_map(n))
		return 0;
	for (i = 0; i < n.yaml->n; i += 2) {
		struct node key = child(n, i);
		const char *word = node_text(key);
		size_t which;

		if (!word || !find_word(key, word, " is no key here", keys,
					n_keys, &which))
			continue;
		if (given >> which & 1)
			node_wrong(key, "\"%s\" is given twice", word);
		else
			one(which, child(n, i + 1), arg);
		given |= 1U << which;
	}
	return given;
}
