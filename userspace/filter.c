// SPDX-License-Identifier: GPL-2.0
/* Which objects of a kind are listed. */
#include <string.h>

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
	static const char *const words[] = {
		"policy", "camera", "--unused", "expiring", "live", "expired",
		"not-yet"
	};
	size_t n = filter->kind == KIND_EXEMPTION ? ARRAY_SIZE(words) :
		   filter->kind == KIND_CAMERA || filter->kind == KIND_CATCH;
	const char *word;
	size_t which;
	int code = 0;

	while (!code && (word = args_next(a))) {
		code = args_match(a, word, words, n, &which, f);
		if (code)
			return code;
		if (which == 0)
			code = args_name(a, "policy", &filter->policy, f);
		else if (which == 1)
			code = args_name(a, "camera", &filter->camera, f);
		else if (which == 2)
			code = parse_unused(a, &filter->unused, f);
		else if (which == 3)
			filter->soon = true;
		else
			filter->state = words[which];
	}
	return code;
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

/**
 * filter_finish() - what a filter needs of what is in force
 * @filter: as it was parsed; what it holds is to be freed in any case
 * @s: what is in force, counted if @filter->unused
 * @o: where
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int filter_finish(struct filter *filter, const struct shown *s,
		  const struct options *o, struct fault *f)
{
	int code = filter_check(&s->rs, filter, f);

	return code || !filter->unused ? code : find_used(filter, s, o, f);
}
