// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "guard.h"
#include "mem.h"
#include "suggest.h"

#define FORCE "--force"

static const char *const names[GUARDS] = {
	[GUARD_SHARED] = "shared",
	[GUARD_ONE_FAMILY] = "one-family",
};

static int one_guard(void *arg, const char *word, struct fault *f)
{
	unsigned int *force = arg;
	char near[SUGGEST_TEXT];
	size_t i;

	for (i = 0; i < GUARDS; i++) {
		if (!strcmp(word, names[i])) {
			*force |= 1 << i;
			return 0;
		}
	}
	fault_input(f, FORCE ": \"%s\" is no guard%s", word,
		    suggest(word, names, GUARDS, near));
	fault_add(f, "expected " FORCE "=shared or " FORCE "=one-family");
	return CODE_INPUT;
}

/**
 * guard_parse() - guards by name, separated by commas
 * @list: the names
 * @force: the guards, added to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int guard_parse(const char *list, unsigned int *force, struct fault *f)
{
	return args_each(list, one_guard, force, f);
}

/**
 * guard_is_word() - is it --force=…, where keywords stand?
 * @word: the word
 *
 * Return: whether it is.
 */
bool guard_is_word(const char *word)
{
	size_t len = strlen(FORCE);

	return !strncmp(word, FORCE, len) &&
	       (!word[len] || word[len] == '=');
}

/**
 * guard_word() - take --force=GUARD[,GUARD]
 * @word: a word that guard_is_word()
 * @force: the guards, added to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int guard_word(const char *word, unsigned int *force, struct fault *f)
{
	const char *list = strchr(word, '=');

	return guard_parse(list ? list + 1 : "", force, f);
}

/**
 * guard_forced() - was it said that this is meant?
 * @force: all that was said
 * @which: the guard
 *
 * Return: whether it was.
 */
bool guard_forced(unsigned int force, enum guard which)
{
	return force >> which & 1;
}

/**
 * guard_refuse() - say how one gets past a guard
 * @which: the guard
 * @f: what it found
 *
 * Return: the exit code.
 */
int guard_refuse(enum guard which, struct fault *f)
{
	fault_add(f, "if that is meant: " FORCE "=%s", names[which]);
	return CODE_INPUT;
}
