// SPDX-License-Identifier: GPL-2.0
/*
 * What is saved goes into a file of the tool's own, which the configuration
 * includes; files that a hand has written are read and never written. The file
 * is made anew from what the configuration says it has and from the steps of
 * the plan, and the configuration is read with it in its place, all before the
 * commit. Behind the commit it gets its name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "guards.h"
#include "history.h"
#include "mem.h"
#include "newfile.h"
#include "runtime.h"
#include "save.h"
#include "services.h"

/*
 * struct saving - a change while it is made and saved
 * @edit, @arg: the change
 * @was: the configuration before it
 * @own: what the tool's own file will have
 * @ranges: of @own's sets; borrowed, but for the array
 * @meant: of @own's objects of each kind, guards to be passed for good
 * @file: the new one
 */
struct saving {
	const struct options *o;
	plan_edit edit;
	void *arg;
	struct config was;
	struct ruleset own;
	struct ranges *ranges;
	unsigned int *meant[KINDS];
	struct newfile file;
};

static int read_was(struct saving *s, struct fault *f)
{
	struct stand_in own = { .path = RUNTIME_FILE };
	int code;

	s->was.stand_in = &own;
	code = config_load(&s->was, CONFIG_FILE, s->o, f);
	s->was.stand_in = NULL;
	if (code) {
		fault_add(f, "nothing was changed");
		return code;
	}
	if (own.met)
		return 0;
	fault_input(f, CONFIG_FILE ": does not include " RUNTIME_FILE ", which --save writes");
	fault_add(f, "add the line: include: camfence.d/*.yaml");
	return CODE_INPUT;
}

static bool is_added(const struct config *c, enum objkind kind,
		     const char *name)
{
	return kind == KIND_POLICY && names_have(&c->added, name);
}

static bool is_own(const struct place *at)
{
	return !strcmp(at->file, RUNTIME_FILE);
}

/* What the file has had so far. */
static void take_own(struct saving *s)
{
	const struct ruleset *want = &s->was.want;
	enum objkind kind;
	size_t i;

	for (kind = 0; kind < KINDS; kind++) {
		for (i = 0; i < want->n[kind]; i++) {
			const void *object = ruleset_at(want, kind, i);

			/* The name is the first member of each. */
			if (is_own(&s->was.place[kind][i]) &&
			    !is_added(&s->was, kind,
				      *(char *const *)object) &&
			    (kind != KIND_EXEMPTION ||
			     !want->exemption[i].is_service))
				ruleset_put(&s->own, kind, object);
		}
	}
}

static int check_hand(const struct saving *s, enum objkind kind,
		      const char *name, struct fault *f)
{
	const struct ruleset *want = &s->was.want;
	size_t i = ruleset_index(want, kind, name);
	const struct place *at = &s->was.place[kind][i];
	char *place;

	if (i == want->n[kind] || is_added(&s->was, kind, name) || is_own(at))
		return 0;
	place = place_text(at);
	fault_input(f, "%s: %s \"%s\" stands here, where --save changes nothing",
		    place, kind_name(kind), name);
	fault_add(f, "change it there, then: camfence apply; or leave --save out");
	free(place);
	return CODE_INPUT;
}

/* A policy that was put anew has its services among the exemptions alone. */
static void find_services(struct policy *p, const struct ruleset *now)
{
	size_t i;

	names_free(&p->services);
	for (i = 0; i < now->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &now->exemption[i];

		if (e->is_service && !strcmp(e->policy, p->name) &&
		    !names_have(&p->services, e->comment))
			names_add(&p->services, e->comment, strlen(e->comment));
	}
}

static int take_step(struct saving *s, const struct plan *p,
		     const struct plan_step *step, struct fault *f)
{
	const void *object = ruleset_find(&p->now, step->kind, step->name);
	int code;

	if ((step->kind == KIND_EXEMPTION && is_service_name(step->name)) ||
	    (step->kind == KIND_POLICY && names_have(&p->staged, step->name)))
		return 0;
	code = check_hand(s, step->kind, step->name, f);
	if (code)
		return code;
	if (object)
		ruleset_put(&s->own, step->kind, object);
	else if (ruleset_find(&s->own, step->kind, step->name))
		ruleset_remove(&s->own, step->kind, step->name);
	if (object && step->kind == KIND_POLICY)
		find_services(ruleset_find(&s->own, KIND_POLICY, step->name),
			      &p->now);
	return 0;
}

/* The last that put the set, or else the configuration. */
static const struct ranges *ranges_of(const struct saving *s,
				      const struct plan *p, const char *name)
{
	size_t i;

	for (i = p->n; i-- > 0;)
		if (p->step[i].ranges && !strcmp(p->step[i].name, name))
			return p->step[i].ranges;
	return &s->was.ranges[ruleset_index(&s->was.want, KIND_SET, name)];
}

static int make_own(struct saving *s, const struct plan *p, struct fault *f)
{
	enum objkind kind;
	size_t i;
	int code = 0;

	ruleset_free(&s->own);
	guards_meant_free(s->meant);
	take_own(s);
	for (i = 0; i < p->n && !code; i++)
		code = take_step(s, p, &p->step[i], f);
	if (code)
		return code;
	free(s->ranges);
	s->ranges = mem_zalloc(s->own.n[KIND_SET] * sizeof(*s->ranges));
	for (i = 0; i < s->own.n[KIND_SET]; i++)
		s->ranges[i] = *ranges_of(s, p, s->own.set[i].name);
	for (kind = 0; kind < KINDS; kind++)
		s->meant[kind] = mem_zalloc((s->own.n[kind] + 1) *
					    sizeof(*s->meant[kind]));
	return 0;
}

/* Whatever would be refused of the tool's own objects has been meant. */
static void take_meant(struct saving *s, const struct config *c)
{
	unsigned int *all[KINDS];
	enum objkind kind;
	size_t i, k;

	guards_meant(&c->want, c->ranges, all);
	for (kind = 0; kind < KINDS; kind++) {
		for (i = 0; i < s->own.n[kind]; i++) {
			/* The name is the first member of each. */
			k = ruleset_index(&c->want, kind, *(char *const *)
					  ruleset_at(&s->own, kind, i));
			s->meant[kind][i] = all[kind][k];
		}
	}
	guards_meant_free(all);
}

/* At boot nobody forces anything. */
static int read_whole(struct saving *s, unsigned int force, struct fault *f)
{
	struct stand_in own = { .path = RUNTIME_FILE, .file = s->file.temp };
	struct config c = { .stand_in = &own };
	struct options o = *s->o;
	int code;

	o.force = force;
	code = config_load(&c, CONFIG_FILE, &o, f);
	if (!code)
		take_meant(s, &c);
	config_free(&c);
	if (code)
		fault_add(f, "so it would be with --save; nothing was changed");
	return code;
}

static int write_own(struct saving *s, struct fault *f)
{
	int code;

	if (mkdir(RUNTIME_DIR, 0755) && errno != EEXIST)
		return fault_input(f, RUNTIME_DIR ": %s", strerror(errno));
	newfile_drop(&s->file);
	code = newfile_open(&s->file, RUNTIME_FILE, f);
	if (code)
		return code;
	fputs("# Written by camfence --save, and written anew each time.\n",
	      s->file.to);
	code = save_objects(s->file.to, &s->own, s->ranges, s->meant, f);
	return code ? code : newfile_finish(&s->file, f);
}

static int edit_saved(struct plan *p, void *arg, struct fault *f)
{
	struct saving *s = arg;
	int code = s->edit(p, s->arg, f);

	if (!code && p->settings) {
		fault_input(f, "--save keeps sets, policies, cameras, catches and exemptions");
		fault_add(f, "write site and nat64 into " CONFIG_FILE ": camfence apply");
		return CODE_INPUT;
	}
	if (!code)
		code = make_own(s, p, f);
	if (!code)
		code = write_own(s, f);
	/* Once to see what has to be said to be meant, and once with that. */
	if (!code)
		code = read_whole(s, ~0U, f);
	if (!code)
		code = write_own(s, f);
	return code ? code : read_whole(s, 0, f);
}

static int run(struct plan *p, struct saving *s, struct fault *f)
{
	struct history lock = {};
	int code = history_lock(&lock, f);

	if (!code)
		code = read_was(s, f);
	if (!code)
		code = plan_run(p, s->o, edit_saved, s, f);
	if (!code && newfile_keep(&s->file, f))
		code = fault_prefix(f, CODE_INPUT,
				    "it is in force, but gone at reboot: ");
	history_free(&lock);
	return code;
}

/**
 * runtime_run() - make a change that is not gone at reboot
 * @p: the plan, as plan_run() wants it
 * @o: where
 * @edit: likewise
 * @arg: likewise
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int runtime_run(struct plan *p, const struct options *o, plan_edit edit,
		void *arg, struct fault *f)
{
	struct saving s = { .o = o, .edit = edit, .arg = arg };
	int code;

	if (o->netns)
		return fault_input(f, "--save: the configuration is not for the namespace of -n");
	if (access(CONFIG_FILE, F_OK)) {
		fault_input(f, "--save: " CONFIG_FILE ": %s", strerror(errno));
		fault_add(f, "what is in force, as a configuration: camfence save " CONFIG_FILE);
		return CODE_INPUT;
	}
	code = run(p, &s, f);
	newfile_drop(&s.file);
	ruleset_free(&s.own);
	guards_meant_free(s.meant);
	free(s.ranges);
	config_free(&s.was);
	return code;
}

/**
 * runtime_note() - say that a change that was made is not kept
 * @p: the plan, that has been run
 * @o: where
 */
void runtime_note(const struct plan *p, const struct options *o)
{
	if (!o->json && !o->netns && p->n && !access(CONFIG_FILE, F_OK))
		fputs("gone at reboot; with --save it is kept\n", stderr);
}
