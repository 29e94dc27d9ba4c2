// SPDX-License-Identifier: GPL-2.0
/*
 * A generation that was applied is what the configuration was then. One that a
 * command has made is held to the configuration as it is now: that is what the
 * next boot begins with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "guard.h"
#include "running.h"
#include "standing.h"
#include "times.h"
#include "words.h"

static int compare(struct standing *s, struct engine *e, struct fault *f)
{
	const struct options all = { .force = ~0U };
	struct fault wrong = {};
	int code;

	s->kept = KEPT_NOWHERE;
	if (access(CONFIG_FILE, F_OK))
		return 0;
	s->kept = KEPT_WRONG;
	code = config_load(&s->config, CONFIG_FILE, &all, &wrong);
	fault_clear(&wrong);
	if (code)
		return 0;
	code = running_dump(e, &s->now, &s->have, f);
	if (code)
		return code;
	s->kept = KEPT_READ;
	diff_make(&s->diff, &s->now, s->have, &s->config.want,
		  s->config.ranges);
	return 0;
}

/**
 * standing_get() - find out where what is in force has come from
 * @s: where to, zeroed; to be freed in any case
 * @e: the engine, of the network namespace that configurations are for
 * @info: what it says of itself
 * @f: what is wrong
 *
 * What was kept and cannot be read is as if it were not there.
 *
 * Return: 0 or the exit code.
 */
int standing_get(struct standing *s, struct engine *e,
		 const struct engine_info *info, struct fault *f)
{
	struct fault ignored = {};

	if (history_read(&s->history, &ignored))
		fault_clear(&ignored);
	if (history_is_of_this_boot(&s->history))
		s->last = &s->history.v[0];
	s->is_applied = history_has(&s->history, info->generation);
	return info->in_force && !s->is_applied ? compare(s, e, f) : 0;
}

/**
 * standing_free() - let go of it
 * @s: what standing_get() filled
 */
void standing_free(struct standing *s)
{
	diff_free(&s->diff);
	running_free_ranges(&s->now, &s->have);
	ruleset_free(&s->now);
	config_free(&s->config);
	history_free(&s->history);
}

/**
 * standing_max_age() - how old a set may become
 * @s: where what is in force has come from
 * @set: the set's name
 *
 * Return: seconds behind its date, 0 where nothing was said.
 */
u64 standing_max_age(const struct standing *s, const char *set)
{
	return s->last ? applied_max_age(s->last, set) : 0;
}

static void print_applied(const struct applied *a)
{
	char buf[TIME_TEXT];
	char *who = out_text(a->who ? a->who : "nobody that is known");
	char *message = out_text(a->message ? a->message : "");

	printf("generation %llu was applied at %s by %s%s%s\n",
	       (unsigned long long)a->generation, time_text(a->time, buf), who,
	       *message ? ": " : "", message);
	free(who);
	free(message);
}

static void print_forced(const struct applied *a)
{
	struct words w = {};
	enum guard which;

	for (which = 0; which < GUARDS; which++)
		if (guard_forced(a->forced, which))
			words_add(&w, guard_name(which));
	if (w.text)
		printf("guards that were forced: %s\n", w.text);
	free(w.text);
}

static void print_kept(const struct standing *s)
{
	char *summary;

	switch (s->kept) {
	case KEPT_READ:
		if (diff_is_empty(&s->diff)) {
			puts("all of it is in the configuration");
			return;
		}
		summary = diff_summary(&s->diff);
		printf("NOT kept, gone at reboot; camfence apply would say: %s\n",
		       summary);
		free(summary);
		return;
	case KEPT_WRONG:
		puts("NOT kept: the configuration is wrong, see camfence check");
		return;
	case KEPT_NOWHERE:
		puts("NOT kept, gone at reboot: there is no configuration " CONFIG_FILE);
		return;
	default:
		return;
	}
}

/**
 * standing_print() - say where what is in force has come from
 * @s: that
 * @info: what the engine says of itself
 */
void standing_print(const struct standing *s, const struct engine_info *info)
{
	char buf[TIME_TEXT];

	if (s->last) {
		print_applied(s->last);
		print_forced(s->last);
	}
	if (!s->is_applied && info->since)
		printf("changed at run time%s, at %s\n",
		       s->last ? " since" : "", time_text(info->since, buf));
	print_kept(s);
}

static json_t *json_applied(const struct standing *s)
{
	const struct applied *a = s->last;
	json_t *o;

	if (!a)
		return json_null();
	o = json_object();
	json_object_set_new(o, "generation", json_integer(a->generation));
	json_object_set_new(o, "in-force", json_boolean(s->is_applied));
	json_object_set_new(o, "time", json_time(a->time));
	json_object_set_new(o, "who", a->who ? json_text(a->who) : json_null());
	json_object_set_new(o, "message", a->message ? json_text(a->message) :
							json_null());
	json_object_set_new(o, "forced", applied_forced(a));
	return o;
}

static json_t *json_kept(const struct standing *s)
{
	static const char *const texts[] = {
		[KEPT_READ] = "read", [KEPT_WRONG] = "wrong",
		[KEPT_NOWHERE] = "none",
	};
	json_t *o;

	if (s->kept == KEPT_NOT_ASKED)
		return json_null();
	o = json_object();
	json_object_set_new(o, "configuration", json_text(texts[s->kept]));
	json_object_set_new(o, "changes", s->kept == KEPT_READ ?
			    diff_json(&s->diff) : json_array());
	return o;
}

/**
 * standing_json() - where what is in force has come from
 * @root: where it is added
 * @s: that
 */
void standing_json(json_t *root, const struct standing *s)
{
	json_object_set_new(root, "applied", json_applied(s));
	json_object_set_new(root, "unsaved", json_kept(s));
}
