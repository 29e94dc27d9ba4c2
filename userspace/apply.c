// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "apply.h"
#include "diff.h"
#include "flows.h"
#include "guard.h"
#include "mem.h"
#include "parse.h"
#include "running.h"
#include "used.h"

extern char **environ;

/*
 * struct apply - a configuration while it is put into force
 * @history: locked, or NULL where nothing is kept
 * @have: ranges of the ruleset that was in force, of @n_have sets
 * @diff: refers to it
 */
struct apply {
	const struct config *config;
	struct history *history;
	char *who;
	const char *message;
	struct ranges *have;
	size_t n_have;
	struct diff diff;
};

static int parse_confirm(struct args *a, u32 *confirm, struct fault *f)
{
	const char *value;
	int code = args_value(a, "--confirm", &value, f);

	if (code)
		return code;
	if (*confirm)
		return fault_input(f, "\"--confirm\" is given twice");
	if (parse_number(value, strlen(value), CAMFENCE_MAX_CONFIRM, confirm) &&
	    *confirm)
		return 0;
	return fault_input(f, "--confirm \"%s\": expected seconds, from 1 to %d",
			   value, CAMFENCE_MAX_CONFIRM);
}

/**
 * apply_parse() - the words behind "apply", "rollback", "diff"
 * @a: the words
 * @w: where to; the message is to be freed
 * @changes: it changes something, so it may have a message
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int apply_parse(struct args *a, struct apply_words *w, bool changes,
		struct fault *f)
{
	const char *word;
	int code = 0;

	while (!code && (word = args_peek(a))) {
		if (guard_is_word(word)) {
			code = guard_word(args_next(a), &w->force, f);
		} else if (changes && !strcmp(word, "--message")) {
			args_next(a);
			code = args_text(a, "--message", &w->message, f);
		} else if (changes && !strcmp(word, "--confirm")) {
			args_next(a);
			code = parse_confirm(a, &w->confirm, f);
		} else if (!changes && !strcmp(word, "--live")) {
			args_next(a);
			w->live = true;
		} else if (!w->word && (*word != '-' || !word[1])) {
			w->word = args_next(a);
		} else {
			return args_end(a, f);
		}
	}
	return code;
}

static int load_module(struct fault *f)
{
	char *const argv[] = { "modprobe", "camfence", NULL };
	int status, err;
	pid_t pid;

	err = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (err)
		return fault_set(f, CODE_NO_MODULE,
				 "the kernel module is not loaded, and cannot be: modprobe: %s",
				 strerror(err));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fault_set(f, CODE_NO_MODULE, "modprobe camfence: %s",
					 strerror(errno));
	if (!status)
		return 0;
	fault_set(f, CODE_NO_MODULE,
		  "the kernel module is not loaded, and modprobe camfence has failed");
	fault_add(f, "put it in place: make install; what it said when it was loaded: dmesg");
	return CODE_NO_MODULE;
}

/**
 * apply_load_module() - have the kernel module loaded
 * @f: what is wrong
 *
 * Commands of any other kind leave the module where it is.
 *
 * Return: 0 or the exit code.
 */
int apply_load_module(struct fault *f)
{
	struct engine *e;
	int code = engine_open(&e, NULL, f);

	engine_close(e);
	if (code != CODE_NO_MODULE)
		return code;
	fault_clear(f);
	return load_module(f);
}

static bool is_empty(const struct ruleset *rs)
{
	enum objkind kind;

	for (kind = 0; kind < KINDS; kind++)
		if (rs->n[kind])
			return false;
	return !rs->settings.site && !rs->settings.n_nat64;
}

/*
 * Both go to disk before anything changes. What was put with other commands can
 * be gone back to as well; where it cannot be written down it is lost, for that
 * must not keep a configuration from being applied.
 */
static int stage(struct apply *x, const struct ruleset *now, struct fault *f)
{
	const struct config *c = x->config;
	struct history *h = x->history;
	struct fault ignored = {};

	history_unstage(h);
	if (!is_empty(now) && !history_has(h, now->generation)) {
		history_stage(h, now, x->have, NULL,
			      "was in force before, not by apply", &ignored);
		fault_clear(&ignored);
	}
	return history_stage(h, &c->want, c->ranges, x->who, x->message, f);
}

static void forget_before(struct apply *x)
{
	diff_free(&x->diff);
	while (x->n_have)
		ranges_free(&x->have[--x->n_have]);
	free(x->have);
	x->have = NULL;
}

static int edit(struct plan *p, void *arg, struct fault *f)
{
	struct apply *x = arg;
	int code;

	forget_before(x);
	code = running_ranges(p->engine, &p->now, &x->have, f);
	if (code)
		return code;
	x->n_have = p->now.n[KIND_SET];
	diff_make(&x->diff, &p->now, x->have, &x->config->want,
		  x->config->ranges);
	if (x->history && !diff_is_empty(&x->diff))
		code = stage(x, &p->now, f);
	if (!code)
		diff_plan(&x->diff, p);
	return code;
}

static void say_generation(const struct apply *x, const struct plan *p)
{
	unsigned long long generation = p->generation;
	char *summary;

	if (diff_is_empty(&x->diff)) {
		puts("nothing to do");
		return;
	}
	summary = diff_summary(&x->diff);
	printf("generation %llu: %s\n", generation, summary);
	free(summary);
	if (p->confirm)
		printf("what was before comes back in %u s without camfence confirm %llu\n",
		       p->confirm, generation);
	fflush(stdout);
}

/* It is in force by now: where flows are not known, nothing is wrong. */
static void look_at_flows(struct flows *fl, const struct apply *x,
			  const struct plan *p)
{
	const struct flows_rules before = { &p->now, x->have };
	const struct flows_rules now = { p->want, x->config->ranges };
	struct fault ignored = {};

	if (flows_look(fl, &before, &now, &ignored))
		fl->unknown = "";
	fault_clear(&ignored);
}

static void say_applied(const struct options *o, const struct apply *x,
			const struct plan *p)
{
	bool changed = !diff_is_empty(&x->diff);
	struct flows fl = {};
	char *summary;
	json_t *root;

	if (!o->json)
		say_generation(x, p);
	if (changed)
		look_at_flows(&fl, x, p);
	if (o->json) {
		root = json_head();
		json_object_set_new(root, "generation",
				    json_integer(p->generation));
		json_object_set_new(root, "changes", diff_json(&x->diff));
		json_object_set_new(root, "flows", changed ? flows_json(&fl) :
							     json_null());
		out_json(o, root);
	} else if (changed && !fl.unknown) {
		summary = flows_summary(&fl);
		puts(summary);
		free(summary);
	}
	flows_free(&fl);
}

/* It is in force; only what is kept of it may have failed. */
static int keep(struct history *h, u64 generation, unsigned int forced,
		struct fault *f)
{
	int code = history_keep(h, generation, forced, f);

	if (code)
		fault_prefix(f, code,
			     "generation %llu is in force, but cannot be gone back to later: ",
			     (unsigned long long)generation);
	return code;
}

static int keep_used(const struct plan *p, struct fault *f)
{
	int code = used_keep(p->engine, f);

	if (code)
		fault_prefix(f, code,
			     "generation %llu is in force, but when exemptions were used is not kept: ",
			     (unsigned long long)p->generation);
	return code;
}

/**
 * apply_config() - put a configuration into force, and say what has changed
 * @o: where, and how to print
 * @c: the configuration
 * @h: what is kept, locked, or NULL: nothing is
 * @w: why it is done, and whether it is to be confirmed
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int apply_config(const struct options *o, const struct config *c,
		 struct history *h, const struct apply_words *w,
		 struct fault *f)
{
	struct apply x = { .config = c, .history = h, .message = w->message };
	struct plan p = { .confirm = w->confirm, .want = &c->want,
			  .place = c->place, .meant = c->meant };
	bool done;
	int code;

	x.who = history_who();
	code = plan_run(&p, o, edit, &x, f);
	if (code == CODE_REFUSED)
		config_add_place(c, code, f);
	done = !code;
	if (done && h && !diff_is_empty(&x.diff))
		code = keep(h, p.generation, c->passed | p.passed, f);
	else if (done && h && history_has(h, p.generation))
		code = history_renew(h, &c->want, f);
	if (!code && h)
		code = keep_used(&p, f);
	if (done)
		say_applied(o, &x, &p);
	forget_before(&x);
	plan_free(&p);
	free(x.who);
	return code;
}
