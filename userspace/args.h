/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a command line, taken one after the other. */
#ifndef CAMFENCE_ARGS_H
#define CAMFENCE_ARGS_H

#include "fault.h"
#include "types.h"

/*
 * struct args - what is left of a command line
 * @word: all words
 * @n: how many
 * @at: the next one
 * @abbreviate: keywords may be shortened: somebody sits at a terminal
 * @object: for the hint where help is
 * @force: guards that words so far said are to be passed
 */
struct args {
	char **word;
	size_t n, at;
	bool abbreviate;
	const char *object;
	unsigned int force;
};

const char *args_next(struct args *a);
const char *args_peek(const struct args *a);
int args_keyword(struct args *a, const char **word, struct fault *f);
int args_name(struct args *a, const char *what, const char **name,
	      struct fault *f);
int args_value(struct args *a, const char *keyword, const char **value,
	       struct fault *f);
int args_text(struct args *a, const char *keyword, char **text,
	      struct fault *f);
int args_match(const struct args *a, const char *word,
	       const char *const *known, size_t n, size_t *which,
	       struct fault *f);
int args_each(const char *list, int (*one)(void *arg, const char *word,
					   struct fault *f),
	      void *arg, struct fault *f);
int args_end(const struct args *a, struct fault *f);
int args_end_forced(struct args *a, struct fault *f);
int args_missing(const struct args *a, const char *what, struct fault *f);
bool args_is_help(const char *word);

#endif
