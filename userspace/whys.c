// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whys.h"
#include "words.h"

static bool never_seen(const struct whys *w, const struct camera *c,
		       size_t *at)
{
	return !shown_counter(w->s, KIND_CAMERA, c->name, at)->seen;
}

static bool under_audit(const struct ruleset *rs, const struct camera *c)
{
	const struct policy *p = ruleset_find(rs, KIND_POLICY, c->policy);

	return p && p->action == CAMFENCE_ACTION_AUDIT;
}

/* Why it is not in force, @name being of a device or a camera, or NULL. */
typedef void (*take_why)(void *to, const char *why, const char *name);

/*
 * In force is what is in the kernel, with all of its hooks, and keeps something
 * apart: a camera that was never seen here may be behind another router, and
 * one under audit is only counted.
 */
static void each_why(const struct whys *w, take_why take, void *to)
{
	const struct ruleset *rs = &w->s->rs;
	size_t at = 0, i;

	if (!w->info->in_force) {
		take(to, "no-ruleset", NULL);
		return;
	}
	if (!rs->n[KIND_CAMERA] && !rs->n[KIND_CATCH] && !rs->settings.site)
		take(to, "no-camera", NULL);
	for (i = 0; i < w->info->unhooked.n; i++)
		take(to, "unhooked", w->info->unhooked.v[i]);
	for (i = 0; i < rs->n[KIND_CAMERA]; i++) {
		const struct camera *c = &rs->camera[i];

		if (never_seen(w, c, &at))
			take(to, "never-seen", c->name);
		if (under_audit(rs, c))
			take(to, "audit", c->name);
	}
}

static void why_json(void *to, const char *why, const char *name)
{
	json_t *o = json_object();

	json_object_set_new(o, "why", json_text(why));
	json_object_set_new(o, "name", name ? json_text(name) : json_null());
	json_array_append_new(to, o);
}

/**
 * whys_json() - why it is not in force
 * @w: what is asked about
 *
 * Return: the array, empty where it is.
 */
json_t *whys_json(const struct whys *w)
{
	json_t *list = json_array();

	each_why(w, why_json, list);
	return list;
}

static const struct {
	const char *why;
	const char *text;
} texts[] = {
	{ "no-ruleset", "NOT in force: there is no ruleset in this network namespace" },
	{ "no-camera", "NOT in force: no camera, no catch and no site is under a policy" },
	{ "unhooked",
	  "NOT looked at: what is sent by %s (no egress hook; tried again each second)" },
	{ "never-seen", "never seen here (behind another router? another MAC address?): %s" },
	{ "audit", "only counted, by a policy with action audit: %s" },
};

#define WHYS ARRAY_SIZE(texts)

static void why_some(void *to, const char *why, const char *name)
{
	struct some *some = to;
	size_t i;

	for (i = 0; i < WHYS; i++)
		if (!strcmp(texts[i].why, why))
			some_add(&some[i], name ? name : "");
}

/**
 * whys_print() - say why it is not in force
 * @w: what is asked about
 *
 * Return: how many reasons there are.
 */
size_t whys_print(const struct whys *w)
{
	struct some some[WHYS] = {};
	size_t n = 0, i;

	each_why(w, why_some, some);
	for (i = 0; i < WHYS; i++) {
		char *names = some_end(&some[i], "");
		char *safe = out_text(names);
		const char *text = texts[i].text, *gap = strstr(text, "%s");

		if (some[i].n)
			printf("%.*s%s%s\n",
			       (int)(gap ? gap - text : (long)strlen(text)),
			       text, gap ? safe : "", gap ? gap + 2 : "");
		n += some[i].n;
		free(safe);
		free(names);
	}
	return n;
}

static void why_count(void *to, const char *why, const char *name)
{
	(void)why;
	(void)name;
	++*(size_t *)to;
}

/**
 * whys_count() - how many reasons are there that it is not in force?
 * @w: what is asked about
 *
 * Return: as many.
 */
size_t whys_count(const struct whys *w)
{
	size_t n = 0;

	each_why(w, why_count, &n);
	return n;
}
