// SPDX-License-Identifier: GPL-2.0
/*
 * What only all of a configuration's objects together can get wrong: names that
 * are there twice or not at all, guards between cameras, limits. Objects are
 * sorted first, so that each look-up is a binary search.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cameras.h"
#include "guard.h"
#include "mem.h"
#include "plan.h"
#include "reading.h"
#include "services.h"
#include "suggest.h"
#include "times.h"

/* Elements of an array into the order that the objects have now. */
static void *reorder(void *array, const size_t *was, size_t n, size_t size)
{
	char *from = array, *to = mem_zalloc(n * size);
	size_t i;

	for (i = 0; i < n; i++)
		memcpy(to + i * size, from + was[i] * size, size);
	free(from);
	return to;
}

static void sort_kind(struct reading *r, enum objkind kind)
{
	struct config *c = r->config;
	size_t n = c->want.n[kind];
	size_t *was = ruleset_sort(&c->want, kind);

	c->place[kind] = reorder(c->place[kind], was, n,
				 sizeof(*c->place[kind]));
	r->cap_place[kind] = n;
	c->meant[kind] = reorder(c->meant[kind], was, n,
				 sizeof(*c->meant[kind]));
	r->cap_meant[kind] = n;
	if (kind == KIND_SET)
		c->ranges = reorder(c->ranges, was, n, sizeof(*c->ranges));
	free(was);
}

static const char *name_of(const struct config *c, enum objkind kind, size_t i)
{
	const struct ruleset *rs = &c->want;

	switch (kind) {
	case KIND_SET:
		return rs->set[i].name;
	case KIND_POLICY:
		return rs->policy[i].name;
	case KIND_CAMERA:
		return rs->camera[i].name;
	case KIND_CATCH:
		return rs->catch[i].name;
	default:
		return rs->exemption[i].name;
	}
}

static void say_twice(struct reading *r, enum objkind kind, const char *name,
		      const struct place *at, enum objkind first_kind,
		      const struct place *first)
{
	char *place = place_text(first);

	wrongs_add(&r->wrongs, at, "%s \"%s\": there is a %s of this name already, at %s",
		   kind_name(kind), name, kind_name(first_kind), place);
	free(place);
}

/* A name that is there again stands behind the first. */
static void check_twice(struct reading *r, enum objkind kind)
{
	const struct config *c = r->config;
	const struct place *at = c->place[kind];
	size_t first = 0, i;

	for (i = 1; i < c->want.n[kind]; i++) {
		if (strcmp(name_of(c, kind, first), name_of(c, kind, i)))
			first = i;
		else
			say_twice(r, kind, name_of(c, kind, i), &at[i], kind,
				  &at[first]);
	}
}

/* To the kernel both are cameras and have one space of names. */
static void check_catch_names(struct reading *r)
{
	const struct config *c = r->config;
	const struct camera *camera;
	size_t i;

	for (i = 0; i < c->want.n[KIND_CATCH]; i++) {
		const char *name = c->want.catch[i].name;

		camera = ruleset_find(&c->want, KIND_CAMERA, name);
		if (camera)
			say_twice(r, KIND_CATCH, name, &c->place[KIND_CATCH][i],
				  KIND_CAMERA, &c->place[KIND_CAMERA]
				  [camera - c->want.camera]);
	}
}

/*
 * struct user - what names objects, for what is said about them
 * @what: what kind of object
 * @name: its name, or NULL
 */
struct user {
	const char *what;
	const char *name;
	const struct place *at;
};

static void say_none(struct reading *r, const struct user *u, enum objkind kind,
		     const char *name, const char *remedy)
{
	char *user = u->name ? mem_printf("%s \"%s\"", u->what, u->name) :
			       mem_strdup(u->what);

	wrongs_add(&r->wrongs, u->at, "%s: there is no %s \"%s\"%s", user,
		   kind_name(kind), name, remedy);
	free(user);
}

static void need_set(struct reading *r, const struct user *u, const char *set)
{
	const struct ruleset *want = &r->config->want;
	char near[SUGGEST_TEXT];
	const char *remedy;

	if (ruleset_find(want, KIND_SET, set) || wrongs_full(&r->wrongs))
		return;
	remedy = ruleset_suggest(want, KIND_SET, set, near);
	if (!strcmp(set, "cn") && !*near)
		remedy = "\nwrite under sets: cn: {source: tor-geoipdb, country: [CN, HK, MO]}";
	say_none(r, u, KIND_SET, set, remedy);
}

static void need_sets(struct reading *r, const struct user *u,
		      const struct names *sets)
{
	size_t i;

	for (i = 0; i < sets->n; i++)
		need_set(r, u, sets->v[i]);
}

/* A template is added where it is first named. */
static void add_template(struct reading *r, const struct user *u,
			 const struct policy *template)
{
	struct policy *p = reading_add(r, KIND_POLICY, template->name, u->at);

	if (p)
		policy_copy(p, template);
	names_add(&r->config->added, template->name, strlen(template->name));
	sort_kind(r, KIND_POLICY);
}

static void need_policy(struct reading *r, const struct user *u,
			const char *name)
{
	const struct ruleset *want = &r->config->want;
	char near[SUGGEST_TEXT];

	if (ruleset_find(want, KIND_POLICY, name))
		return;
	if (template_find(name))
		add_template(r, u, template_find(name));
	else if (!wrongs_full(&r->wrongs))
		say_none(r, u, KIND_POLICY, name,
			 policy_suggest(want, name, near));
}

static void need_camera(struct reading *r, const struct user *u,
			const char *name)
{
	const struct ruleset *want = &r->config->want;
	char near[SUGGEST_TEXT];

	if (ruleset_find(want, KIND_CAMERA, name) ||
	    ruleset_find(want, KIND_CATCH, name) || wrongs_full(&r->wrongs))
		return;
	ruleset_suggest(want, KIND_CAMERA, name, near);
	if (!*near)
		ruleset_suggest(want, KIND_CATCH, name, near);
	say_none(r, u, KIND_CAMERA, name, near);
}

static void need_policies_of_cameras(struct reading *r, enum objkind kind,
				     const struct camera *cameras)
{
	size_t n = r->config->want.n[kind], i;

	for (i = 0; i < n; i++) {
		struct user u = { kind_name(kind), cameras[i].name,
				  &r->config->place[kind][i] };

		if (cameras[i].policy)
			need_policy(r, &u, cameras[i].policy);
	}
}

static void check_exemptions(struct reading *r)
{
	const struct ruleset *want = &r->config->want;
	size_t i;

	for (i = 0; i < want->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &want->exemption[i];
		struct user u = { "exemption", e->name,
				  &r->config->place[KIND_EXEMPTION][i] };

		if (e->policy)
			need_policy(r, &u, e->policy);
		if (e->camera)
			need_camera(r, &u, e->camera);
		need_sets(r, &u, &e->sets);
	}
}

/*
 * Held to when the files were written where the clock is behind that: a router
 * without a clock must boot. One that shall have no end says so: permanent.
 */
static void check_validity(struct reading *r)
{
	u64 last = (time_now() > r->newest ? time_now() : r->newest) +
		   r->max_validity;
	char until[TIME_TEXT], latest[TIME_TEXT], span[SPAN_TEXT];
	const struct config *c = r->config;
	size_t i;

	for (i = 0; r->max_validity && i < c->want.n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &c->want.exemption[i];

		if (e->until == TIME_FOREVER || e->until <= last)
			continue;
		wrongs_add(&r->wrongs, &c->place[KIND_EXEMPTION][i],
			   "exemption \"%s\": lasts until %s, longer than max-validity %s\n"
			   "expected %s at the latest, or until: permanent for one without end",
			   e->name, time_text(e->until, until),
			   span_text(r->max_validity, span),
			   time_text(last, latest));
	}
}

static void check_policies(struct reading *r)
{
	const struct ruleset *want = &r->config->want;
	size_t i;

	for (i = 0; i < want->n[KIND_POLICY]; i++) {
		const struct policy *p = &want->policy[i];
		struct user u = { "policy", p->name,
				  &r->config->place[KIND_POLICY][i] };

		need_sets(r, &u, &p->allow);
		need_sets(r, &u, &p->block);
	}
}

/* A policy called "site" is the site's unless something else is said. */
static void check_site(struct reading *r)
{
	struct settings *s = &r->config->want.settings;
	const struct ruleset *want = &r->config->want;
	const struct policy *p = ruleset_find(want, KIND_POLICY, "site");
	struct user u = { .what = "site", .at = &r->site };
	struct fault f = {};

	if (!r->site.file && p) {
		s->site = mem_strdup(p->name);
		r->site = r->config->place[KIND_POLICY][p - want->policy];
	}
	if (!s->site)
		return;
	need_policy(r, &u, s->site);
	p = ruleset_find(want, KIND_POLICY, s->site);
	if (p && policy_check_site(p, &f))
		wrongs_take(&r->wrongs, u.at, &f);
}

/* The parts of a policy's services are exemptions of its own. */
static void expand_services(struct reading *r, size_t nth)
{
	struct config *c = r->config;
	struct policy *p = &c->want.policy[nth];
	struct place at = c->place[KIND_POLICY][nth];
	struct user u = { "policy", p->name, &at };
	struct fault f = {};
	size_t i, k;

	for (i = 0; i < p->services.n; i++) {
		struct service s = {};

		if (service_expand(&s, p->name, p->services.v[i], &f))
			wrongs_take(&r->wrongs, &at, &f);
		if (s.n)
			need_sets(r, &u, &s.part[0].sets);
		for (k = 0; k < s.n; k++) {
			struct exemption *e = reading_add(r, KIND_EXEMPTION,
							  s.part[k].name, &at);

			if (!e)
				break;
			free(e->name);
			*e = s.part[k];
			/* Read back as the service in the end. */
			e->is_service = false;
			s.part[k] = (struct exemption){};
		}
		service_free(&s);
	}
	names_free(&p->services);
}

static void check_services(struct reading *r)
{
	size_t i;

	for (i = 0; i < r->config->want.n[KIND_POLICY]; i++)
		expand_services(r, i);
}

/* A selector of a camera, while all of them are put in order. */
struct owned {
	const struct selector *selector;
	size_t owner;
};

static int compare_owned(const void *x, const void *y)
{
	const struct owned *a = x, *b = y;
	int c = selector_compare(a->selector, b->selector);

	return c ? c : (a->owner > b->owner) - (a->owner < b->owner);
}

static struct owned *sort_selectors(const struct camera *cameras, size_t n,
				    size_t *total)
{
	struct owned *v;
	size_t i, k;

	*total = 0;
	for (i = 0; i < n; i++)
		*total += cameras[i].n_selectors;
	v = mem_zalloc(*total * sizeof(*v));
	*total = 0;
	for (i = 0; i < n; i++)
		for (k = 0; k < cameras[i].n_selectors; k++)
			v[(*total)++] = (struct owned){
				&cameras[i].selector[k], i
			};
	qsort(v, *total, sizeof(*v), compare_owned);
	return v;
}

/* All that have the same selector stand side by side. */
static void check_shared(struct reading *r, enum objkind kind,
			 struct camera *cameras)
{
	size_t n = r->config->want.n[kind], total, first = 0, i;
	struct owned *v = sort_selectors(cameras, n, &total);
	struct fault f = {};

	for (i = 1; i < total; i++) {
		struct camera *c = &cameras[v[i].owner];
		bool shared = c->shared;

		if (!selector_equal(v[first].selector, v[i].selector)) {
			first = i;
			continue;
		}
		if (!camera_share(c, &cameras[v[first].owner], kind, r->force,
				  &f)) {
			if (c->shared && !shared)
				r->config->passed |= 1 << GUARD_SHARED;
			continue;
		}
		fault_add(&f, "or for good, at both: shared: true");
		wrongs_take(&r->wrongs, &r->config->place[kind][v[i].owner],
			    &f);
	}
	free(v);
}

/**
 * reading_finish() - all that has to be done when all files have been read
 * @r: the reading
 */
void reading_finish(struct reading *r)
{
	struct ruleset *want = &r->config->want;
	enum objkind kind;

	for (kind = 0; kind < KINDS; kind++) {
		sort_kind(r, kind);
		check_twice(r, kind);
	}
	check_catch_names(r);
	check_site(r);
	need_policies_of_cameras(r, KIND_CAMERA, want->camera);
	need_policies_of_cameras(r, KIND_CATCH, want->catch);
	check_shared(r, KIND_CAMERA, want->camera);
	check_shared(r, KIND_CATCH, want->catch);
	check_exemptions(r);
	check_validity(r);
	check_policies(r);
	check_services(r);
	sort_kind(r, KIND_EXEMPTION);
	services_find(want);
	if (!reading_wrongs(r))
		config_guard(r);
}
