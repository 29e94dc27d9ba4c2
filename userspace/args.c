// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "guard.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "suggest.h"

static void hint(const struct args *a, struct fault *f)
{
	if (a->object)
		fault_add(f, "see: camfence %s help", a->object);
	else
		fault_add(f, "see: camfence help");
}

/**
 * args_next() - take the next word
 * @a: the words
 *
 * Return: the word, NULL at the end.
 */
const char *args_next(struct args *a)
{
	return a->at < a->n ? a->word[a->at++] : NULL;
}

/**
 * args_peek() - look at the next word
 * @a: the words
 *
 * Return: the word, NULL at the end.
 */
const char *args_peek(const struct args *a)
{
	return a->at < a->n ? a->word[a->at] : NULL;
}

/**
 * args_keyword() - take the next keyword
 * @a: the words
 * @word: the keyword, NULL at the end
 * @f: what is wrong
 *
 * Guards stand wherever a keyword may, and are taken on the way.
 *
 * Return: 0 or the exit code.
 */
int args_keyword(struct args *a, const char **word, struct fault *f)
{
	int code = 0;

	while ((*word = args_next(a)) && guard_is_word(*word) && !code)
		code = guard_word(*word, &a->force, f);
	return code;
}

/**
 * args_is_help() - does a word ask for help?
 * @word: the word
 *
 * Return: whether it does.
 */
bool args_is_help(const char *word)
{
	return !strcmp(word, "help") || !strcmp(word, "-h") ||
	       !strcmp(word, "--help");
}

/**
 * args_missing() - a word is missing
 * @a: the words
 * @what: what is missing
 * @f: where it is said
 *
 * Return: the exit code.
 */
int args_missing(const struct args *a, const char *what, struct fault *f)
{
	fault_input(f, "%s is missing", what);
	hint(a, f);
	return CODE_INPUT;
}

/**
 * args_name() - take the name of an object
 * @a: the words
 * @what: what kind of object
 * @name: the name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int args_name(struct args *a, const char *what, const char **name,
	      struct fault *f)
{
	const char *wrong;
	char *safe;

	*name = args_next(a);
	if (!*name) {
		fault_input(f, "the name of the %s is missing", what);
		hint(a, f);
		return CODE_INPUT;
	}
	wrong = parse_name(*name);
	if (!wrong)
		return 0;
	safe = out_text(*name);
	fault_input(f, "%s \"%s\": %s", what, safe, wrong);
	free(safe);
	return CODE_INPUT;
}

/**
 * args_value() - take the value of a keyword
 * @a: the words
 * @keyword: the keyword before it
 * @value: the value
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int args_value(struct args *a, const char *keyword, const char **value,
	       struct fault *f)
{
	*value = args_next(a);
	if (*value)
		return 0;
	fault_input(f, "\"%s\" has no value behind it", keyword);
	hint(a, f);
	return CODE_INPUT;
}

/**
 * args_text() - take the value of a keyword that may come once
 * @a: the words
 * @keyword: the keyword before it
 * @text: a copy of it, which must be NULL
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int args_text(struct args *a, const char *keyword, char **text,
	      struct fault *f)
{
	const char *value, *wrong;
	int code = args_value(a, keyword, &value, f);

	if (code)
		return code;
	if (*text)
		return fault_input(f, "\"%s\" is given twice", keyword);
	wrong = parse_text(value);
	if (wrong)
		return fault_input(f, "%s: %s", keyword, wrong);
	*text = mem_strdup(value);
	return 0;
}

static size_t find_short(const char *word, const char *const *known, size_t n,
			 size_t *which)
{
	size_t hits = 0, i;

	for (i = 0; i < n; i++) {
		if (strncmp(known[i], word, strlen(word)))
			continue;
		*which = i;
		hits++;
	}
	return hits;
}

/**
 * args_match() - which keyword is it?
 * @a: the words, which @word was taken from
 * @word: the word
 * @known: the keywords
 * @n: how many
 * @which: the index of the one that it is
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int args_match(const struct args *a, const char *word,
	       const char *const *known, size_t n, size_t *which,
	       struct fault *f)
{
	char near[SUGGEST_TEXT];
	size_t hits = 0, i;
	char *safe;

	for (i = 0; i < n; i++) {
		if (!strcmp(known[i], word)) {
			*which = i;
			return 0;
		}
	}
	if (a->abbreviate && *word)
		hits = find_short(word, known, n, which);
	if (hits == 1)
		return 0;

	safe = out_text(word);
	if (hits)
		fault_input(f, "\"%s\" is short for more than one keyword",
			    safe);
	else if (*word == '-' && word[1])
		fault_input(f, "\"%s\" stands before the object: camfence %s …",
			    safe, safe);
	else
		fault_input(f, "\"%s\" is no keyword here%s", safe,
			    suggest(word, known, n, near));
	free(safe);
	hint(a, f);
	return CODE_INPUT;
}

/**
 * args_each() - the words of a list, separated by commas
 * @list: the list; an empty word is one, too
 * @one: takes a word, which it does not keep
 * @arg: for @one
 * @f: what is wrong
 *
 * Return: 0 or the exit code of the first word that is wrong.
 */
int args_each(const char *list, int (*one)(void *arg, const char *word,
					   struct fault *f),
	      void *arg, struct fault *f)
{
	for (;;) {
		size_t len = strcspn(list, ",");
		char *word = mem_strndup(list, len);
		int code = one(arg, word, f);

		free(word);
		if (code || !list[len])
			return code;
		list += len + 1;
	}
}

/**
 * args_end() - nothing may follow
 * @a: the words
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int args_end(const struct args *a, struct fault *f)
{
	size_t ignored;

	if (!args_peek(a))
		return 0;
	return args_match(a, args_peek(a), NULL, 0, &ignored, f);
}

/**
 * args_end_forced() - nothing but guards may follow
 * @a: the words
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int args_end_forced(struct args *a, struct fault *f)
{
	const char *word;
	int code = args_keyword(a, &word, f);

	if (word)
		a->at--;
	return code ? code : args_end(a, f);
}
