// SPDX-License-Identifier: GPL-2.0
/* Which sets have a remote, and what put it there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain_parts.h"
#include "load.h"
#include "mem.h"

/* The files, and behind them the countries, that load_source() has written. */
static char *find_place(const struct set *s, const struct range *one)
{
	char *words = mem_strdup(s->source), *rest, *word, *place;
	struct fault ignored = {};
	struct names files = {};
	struct load l = {};

	for (word = strtok_r(words, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		names_add(&files, word, strlen(word));
	if (!files.n || load_countries(&l, files.v[files.n - 1], &ignored))
		l.countries.n = 0;
	place = load_place(&l, files.v, files.n, one);
	fault_clear(&ignored);
	names_free(&files);
	load_free(&l);
	free(words);
	return place;
}

static void say_set(struct trace *t, size_t i, const struct range *one,
		    const struct range *in)
{
	const struct set *set = &t->x->rs->set[i];
	char *place = NULL, buf[RANGE_TEXT];
	struct step *s;

	if (set->source)
		place = find_place(set, one);
	if (!place && t->x->place)
		place = place_text(&t->x->place[i]);
	s = explain_say(t->x, "set", "%s has %s%s%s", set->name,
			range_text(in, buf), place ? ", by " :
			set->source ? ", from " : "",
			place ? place : set->source ? set->source : "");
	s->set = set->name;
	s->range = mem_strdup(buf);
	s->place = place;
}

/**
 * explain_sets() - all sets that have a remote
 * @t: the trace
 * @j: the remote
 */
void explain_sets(struct trace *t, const struct judged *j)
{
	struct range one, in;
	bool any = false;
	char buf[RANGE_TEXT];
	size_t i;

	if (j->remote.addr.family == CF_NONE)
		return;
	one = core_range_of(&j->remote.addr);
	for (i = 0; i < t->x->rs->n[KIND_SET]; i++) {
		if (!ranges_find(&t->x->ranges[i], &one, &in))
			continue;
		say_set(t, i, &one, &in);
		any = true;
	}
	if (!any)
		explain_say(t->x, "set", "%s is in none",
			    range_text(&one, buf));
}
