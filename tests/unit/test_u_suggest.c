// SPDX-License-Identifier: GPL-2.0
/* "Did you mean …?" beside a twin that computes all of each distance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "suggest.h"

#define LONGEST 63
#define WORDS 12
#define ROUNDS 20000

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* By the definition, from the ends of both words backwards. */
static size_t far(const char *a, size_t i, const char *b, size_t j,
		  size_t memo[LONGEST + 1][LONGEST + 1])
{
	size_t v;

	if (!i || !j)
		return i + j;
	if (memo[i][j])
		return memo[i][j] - 1;
	v = least(far(a, i - 1, b, j, memo), far(a, i, b, j - 1, memo)) + 1;
	v = least(v, far(a, i - 1, b, j - 1, memo) + (a[i - 1] != b[j - 1]));
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
		v = least(v, far(a, i - 2, b, j - 2, memo) + 1);
	memo[i][j] = v + 1;
	return v;
}

static const char *naive(const char *word, const char *const *known)
{
	size_t len = strlen(word), best = len < 4 ? 2 : 3, i;
	const char *near = NULL;

	for (i = 0; i < WORDS; i++) {
		size_t memo[LONGEST + 1][LONGEST + 1] = {};
		size_t k = strlen(known[i]);
		size_t d = far(word, len, known[i], k, memo);

		if (k > LONGEST || d >= best || d >= k)
			continue;
		best = d;
		near = known[i];
	}
	return near;
}

/* Few letters, so that words are near each other. */
static void make_word(char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		s[i] = "abc"[rand() % 3];
	s[len] = '\0';
}

static void as_naive(void **unused)
{
	char words[WORDS + 1][LONGEST + 1], buf[SUGGEST_TEXT];
	char expected[SUGGEST_TEXT];
	const char *known[WORDS], *near;
	size_t hits = 0, n, i;

	(void)unused;
	srand(1);
	for (n = 0; n < ROUNDS; n++) {
		size_t len = 1 + rand() % (n % 50 ? 9 : 60);

		for (i = 0; i <= WORDS; i++)
			make_word(words[i], 1 + (len + rand() % 4) % LONGEST);
		for (i = 0; i < WORDS; i++) {
			known[i] = words[i];
			/* What is the same word is nothing to be suggested. */
			if (!strcmp(words[i], words[WORDS]))
				known[i] = "x";
		}
		near = naive(words[WORDS], known);
		expected[0] = '\0';
		if (near)
			snprintf(expected, sizeof(expected),
				 "; did you mean \"%s\"?", near);
		hits += !!near;
		assert_string_equal(suggest(words[WORDS], known, WORDS, buf),
				    expected);
	}
	assert_in_range(hits, ROUNDS / 4, ROUNDS - ROUNDS / 20);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_naive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
