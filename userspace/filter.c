// SPDX-License-Identifier: GPL-2.0
/* Which objects of a kind are listed. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "show.h"
#include "times.h"
#include "words.h"

/**
 * text_is() - is a text the one that is asked for?
 * @text: the text, or NULL
 * @wanted: which; NULL: any, or none
 *
 * Return: whether it is.
 */
bool text_is(const char *text, const char *wanted)
{
	return !wanted || (text && !strcmp(text, wanted));
}

/* Neither seen to be used since then, nor here for less. */
static bool is_unused(const struct exemption *e, const struct filter *filter)
{
	struct use use = used_of(&filter->used, e->name);
	u64 last = use.last ? use.last : use.since;

	return last + filter->unused <= time_now();
}

static bool exemption_is(const struct exemption *e, const struct filter *filter)
{
	return !e->is_service && text_is(e->policy, filter->policy) &&
	       text_is(e->camera, filter->camera) &&
	       text_is(liveness_text(exemption_liveness(e, time_now())),
		       filter->state) &&
	       (!filter->soon || exemption_ends_soon(e, time_now())) &&
	       (!filter->unused || is_unused(e, filter));
}

/**
 * filter_has() - is an object one of those that are shown?
 * @filter: which are; what a service stands for is none
 * @rs: the ruleset
 * @i: which object of the filter's kind
 *
 * Return: whether it is.
 */
bool filter_has(const struct filter *filter, const struct ruleset *rs, size_t i)
{
	switch (filter->kind) {
	case KIND_CAMERA:
		return text_is(rs->camera[i].policy, filter->policy);
	case KIND_CATCH:
		return text_is(rs->catch[i].policy, filter->policy);
	case KIND_EXEMPTION:
		return exemption_is(&rs->exemption[i], filter);
	default:
		return true;
	}
}

static int parse_unused(struct args *a, u64 *seconds, struct fault *f)
{
	const char *value;
	int code = args_value(a, "--unused", &value, f);

	if (!code && parse_span(value, seconds, f))
		code = fault_prefix(f, CODE_INPUT, "--unused ");
	return code;
}

static int parse_sort(struct args *a, struct filter *filter, struct fault *f)
{
	/* Of cameras and catches the first two, of exemptions all but the first. */
	static const char *const keys[] = {
		"dropped", "seen", "passed", "until"
	};
	bool hole = filter->kind == KIND_EXEMPTION;
	const char *value;
	size_t which = 0;
	int code = args_value(a, "sort", &value, f);

	if (!code)
		code = args_match(a, value, keys + hole, hole ? 3 : 2, &which,
				  f);
	filter->sort = SORT_DROPPED + hole + which;
	return code;
}

static const char *const words[] = {
	"policy", "sort", "camera", "--unused", "expiring", "live", "expired",
	"not-yet"
};

static int parse_word(struct args *a, size_t which, struct filter *filter,
		      struct fault *f)
{
	switch (which) {
	case 0:
		return args_name(a, "policy", &filter->policy, f);
	case 1:
		return parse_sort(a, filter, f);
	case 2:
		return args_name(a, "camera", &filter->camera, f);
	case 3:
		return parse_unused(a, &filter->unused, f);
	case 4:
		filter->soon = true;
		return 0;
	default:
		filter->state = words[which];
		return 0;
	}
}

/**
 * filter_parse() - the words behind "OBJECT list"
 * @a: the words
 * @filter: where to; its kind is set
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int filter_parse(struct args *a, struct filter *filter, struct fault *f)
{
	bool camera = filter->kind == KIND_CAMERA || filter->kind == KIND_CATCH;
	size_t n = filter->kind == KIND_EXEMPTION ? ARRAY_SIZE(words) :
		   camera ? 2 : 0;
	const char *word;
	size_t which;
	int code = 0;

	while (!code && (word = args_next(a))) {
		code = args_match(a, word, words, n, &which, f);
		if (!code)
			code = parse_word(a, which, filter, f);
	}
	return code;
}

/**
 * filter_counts() - does it need what was counted?
 * @filter: which objects are shown
 *
 * Return: whether it does.
 */
bool filter_counts(const struct filter *filter)
{
	return filter->unused || (filter->sort && filter->sort != SORT_UNTIL);
}

/**
 * filter_check() - are those there that a filter names?
 * @rs: the ruleset
 * @filter: which objects are asked for
 * @f: what is wrong
 *
 * A name that is not there is a mistake, and no empty result.
 *
 * Return: 0 or the exit code.
 */
int filter_check(const struct ruleset *rs, const struct filter *filter,
		 struct fault *f)
{
	int code = 0;

	if (filter->policy)
		code = ruleset_need(rs, KIND_POLICY, filter->policy, f);
	if (!code && filter->camera &&
	    !ruleset_find(rs, KIND_CATCH, filter->camera))
		code = ruleset_need(rs, KIND_CAMERA, filter->camera, f);
	return code;
}

/* What is kept of it is of the network namespace that has no name. */
static int find_used(struct filter *filter, const struct shown *s,
		     const struct options *o, struct fault *f)
{
	struct engine_info info = {};
	struct engine *e = NULL;
	int code = o->netns ? 0 : used_read(&filter->used, f);

	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_info(e, &info, f);
	if (!code)
		used_take(&filter->used, &s->rs, &s->stats, info.since);
	engine_info_free(&info);
	engine_close(e);
	return code;
}

/*
 * struct row - an object, while it is being put in order
 * @counter: its own, or one of nobody's
 */
struct row {
	u64 key;
	size_t was;
	const struct counter *counter;
};

static int compare_rows(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? 1 : -1;
	return (a->was > b->was) - (a->was < b->was);
}

static u64 key_of(const struct shown *s, enum sort_key key,
		  const struct row *row)
{
	switch (key) {
	case SORT_DROPPED:
		return row->counter->drops;
	case SORT_SEEN:
		return row->counter->seen;
	case SORT_PASSED:
		return row->counter->packets;
	default:
		return ~s->rs.exemption[row->was].until;
	}
}

static struct row *rows_of(const struct shown *s, const struct filter *filter)
{
	size_t n = s->rs.n[filter->kind], at = 0, i;
	struct row *rows = mem_zalloc(n * sizeof(*rows));

	for (i = 0; i < n; i++) {
		/* The name is the first member of each. */
		const char *const *object = ruleset_at(&s->rs, filter->kind, i);

		rows[i].was = i;
		rows[i].counter = shown_counter(s, filter->kind, *object, &at);
		rows[i].key = key_of(s, filter->sort, &rows[i]);
	}
	qsort(rows, n, sizeof(*rows), compare_rows);
	return rows;
}

/* Into the order of their objects, or each would be looked for far away. */
static void sort_counters(struct shown *s, enum objkind kind,
			  const struct row *rows)
{
	enum objkind with = kind == KIND_CATCH ? KIND_CAMERA : kind;
	struct counter *from = s->stats.object[with], *to;
	size_t all = s->stats.n[with], n = 0, i;
	bool *moved = mem_zalloc(all * sizeof(*moved));

	to = mem_zalloc(all * sizeof(*to));
	for (i = 0; i < s->rs.n[kind]; i++) {
		const struct counter *c = rows[i].counter;

		if (c >= from && c < from + all) {
			moved[c - from] = true;
			to[n++] = *c;
		}
	}
	for (i = 0; i < all; i++)
		if (!moved[i])
			to[n++] = from[i];
	free(moved);
	free(from);
	s->stats.object[with] = to;
	s->stats.cap[with] = all;
}

static void put_in_order(struct shown *s, const struct filter *filter)
{
	size_t n = s->rs.n[filter->kind], i;
	struct row *rows = rows_of(s, filter);
	size_t *was = mem_zalloc(n * sizeof(*was));

	for (i = 0; i < n; i++)
		was[i] = rows[i].was;
	ruleset_reorder(&s->rs, filter->kind, was);
	sort_counters(s, filter->kind, rows);
	free(was);
	free(rows);
}

/**
 * filter_finish() - what a filter needs of what is in force, and its order
 * @filter: as it was parsed; what it holds is to be freed in any case
 * @s: what is in force, counted if filter_counts()
 * @o: where
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int filter_finish(struct filter *filter, struct shown *s,
		  const struct options *o, struct fault *f)
{
	int code = filter_check(&s->rs, filter, f);

	if (!code && filter->unused)
		code = find_used(filter, s, o, f);
	if (!code && filter->sort)
		put_in_order(s, filter);
	return code;
}
