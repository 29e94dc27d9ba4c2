// SPDX-License-Identifier: GPL-2.0
/*
 * How far a word is from another: insertions, deletions, substitutions and
 * swaps of neighbours (Damerau's and Levenshtein's distance, in its simple
 * form, where a swapped pair is not edited again). d[i][j] is the distance of
 * the first i letters of one from the first j of the other.
 */
#include <stdio.h>
#include <string.h>

#include "suggest.h"

#define LONGEST 63

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Only what lies so near the diagonal can be below the limit. */
static size_t distance(const char *a, size_t la, const char *b, size_t lb,
		       size_t limit)
{
	size_t d[LONGEST + 2][LONGEST + 2];
	size_t i, j;

	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		size_t from = i > limit ? i - limit : 1;
		size_t to = least(i + limit, lb);

		if (from > 1)
			d[i][from - 1] = limit;
		for (j = from; j <= to; j++) {
			size_t v = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			v = least(v, least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				v = least(v, d[i - 2][j - 2] + 1);
			d[i][j] = v;
		}
		d[i][to + 1] = limit;
	}
	return d[la][lb];
}

/**
 * suggest() - the word that may have been meant
 * @word: what was typed
 * @known: what there is
 * @n: how many there are
 * @buf: where to
 *
 * Return: @buf with ``; did you mean "WORD"?``, empty if nothing is near.
 */
const char *suggest(const char *word, const char *const *known, size_t n,
		    char buf[SUGGEST_TEXT])
{
	size_t len = strlen(word), best = len < 4 ? 2 : 3, i;
	const char *near = NULL;

	buf[0] = '\0';
	if (!len || len > LONGEST)
		return buf;
	for (i = 0; i < n && best > 1; i++) {
		size_t k = strlen(known[i]), d;

		if (k > LONGEST || k + 2 < len || len + 2 < k)
			continue;
		d = distance(word, len, known[i], k, best);
		if (d < best && d < k) {
			best = d;
			near = known[i];
		}
	}
	if (near)
		snprintf(buf, SUGGEST_TEXT, "; did you mean \"%s\"?", near);
	return buf;
}
