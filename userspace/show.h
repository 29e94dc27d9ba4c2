/* SPDX-License-Identifier: GPL-2.0 */
/* A ruleset's objects as tables, as JSON, and as they would be typed. */
#ifndef CAMFENCE_SHOW_H
#define CAMFENCE_SHOW_H

#include "args.h"
#include "engine.h"
#include "out.h"
#include "ruleset.h"
#include "tool.h"
#include "used.h"

/*
 * struct shown - what is in force
 * @stats: its counters, if @counted
 */
struct shown {
	struct ruleset rs;
	struct stats stats;
	bool counted;
};

/* In which order objects are shown; the most first, but what ends soonest. */
enum sort_key {
	SORT_NAME,
	SORT_DROPPED,
	SORT_SEEN,
	SORT_PASSED,
	SORT_UNTIL,
	SORT_KEYS
};

/*
 * struct filter - which objects of a kind are shown; NULL is whatever
 * @policy: that they are under, or for
 * @camera: that they are for
 * @state: of an exemption, see liveness_text()
 * @sort: in which order
 * @soon: that end soon
 * @unused: that were not used for as many seconds, 0: whatever
 * @used: what is known of that, if @unused
 */
struct filter {
	enum objkind kind;
	const char *policy;
	const char *camera;
	const char *state;
	enum sort_key sort;
	bool soon;
	u64 unused;
	struct used used;
};

/* How a ruleset is shown, or a part of it; @arg is the caller's. */
struct view {
	void (*print)(const struct shown *s, const void *arg);
	void (*json)(json_t *root, const struct shown *s, const void *arg);
};

int shown_get(struct shown *s, const struct options *o, bool counted,
	      struct fault *f);
void shown_free(struct shown *s);
const struct counter *shown_counter(const struct shown *s, enum objkind kind,
				    const char *name, size_t *at);
int show_ruleset(const struct options *o, struct args *a, const struct view *v,
		 const void *arg, struct fault *f);
int show_kind(const struct options *o, struct args *a, enum objkind kind,
	      struct fault *f);
int show_one(const struct options *o, struct args *a, enum objkind kind,
	     struct fault *f);
const char *kind_plural(enum objkind kind);
bool text_is(const char *text, const char *wanted);
int filter_check(const struct ruleset *rs, const struct filter *filter,
		 struct fault *f);
bool filter_has(const struct filter *filter, const struct ruleset *rs,
		size_t i);
int filter_parse(struct args *a, struct filter *filter, struct fault *f);
bool filter_counts(const struct filter *filter);
int filter_finish(struct filter *filter, struct shown *s,
		  const struct options *o, struct fault *f);
void table_exemptions(const struct shown *s, const struct filter *filter);

json_t *json_object_of(const struct ruleset *rs, enum objkind kind, size_t i);
json_t *json_objects(const struct shown *s, const struct filter *filter);
json_t *json_names(const struct names *names);
json_t *json_settings(const struct settings *s);
void json_counters(json_t *o, enum objkind kind, const struct counter *c);

void print_typed(const struct ruleset *rs, enum objkind kind);
void print_typed_settings(const struct settings *s);

#endif
