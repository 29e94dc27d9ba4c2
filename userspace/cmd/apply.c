// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "apply.h"
#include "lockdown.h"

/* What may still be taken back is nothing to boot with. */
static int keep_lockdown(const struct options *o, const struct config *c,
			 const struct apply_words *w, struct fault *f)
{
	int code;

	if (o->netns || w->confirm)
		return 0;
	code = lockdown_write(LOCKDOWN_FILE, &c->lockdown, f);
	if (code)
		fault_prefix(f, code, "it is in force, but lockdown: is not for the next boot: ");
	return code;
}

static int load_and_apply(const struct options *o, const char *file,
			  const struct apply_words *w, struct fault *f)
{
	struct history history = {}, *h = o->netns ? NULL : &history;
	struct config c = {};
	int code;

	code = config_load(&c, file, o, f);
	if (code)
		fault_add(f, "nothing was changed");
	if (!code)
		code = apply_load_module(f);
	if (!code && h)
		code = history_lock(h, f);
	if (!code)
		code = apply_config(o, &c, h, w, f);
	if (!code)
		code = keep_lockdown(o, &c, w, f);
	history_free(&history);
	config_free(&c);
	return code;
}

static int run_apply(const struct options *o, struct args *a, struct fault *f)
{
	struct options mine = *o;
	struct apply_words w = {};
	int code;

	code = apply_parse(a, &w, true, f);
	mine.force |= w.force;
	if (!code && o->netns && !w.word)
		code = fault_input(f, "-n: name the file, for " CONFIG_FILE " is not for there");
	if (!code)
		code = load_and_apply(&mine, w.word ? w.word : CONFIG_FILE,
				      &w, f);
	free(w.message);
	return code;
}

static const struct command commands[] = {
	{ "apply", run_apply,
	  "[FILE] [--message M] [--confirm SECONDS] [--force=GUARD,…]",
	  "Puts the configuration, " CONFIG_FILE " where FILE is left out, into\n"
	  "force in one piece and says what has changed. What is in force and not in it\n"
	  "goes; what stays keeps its counters, and sets that stay are not sent again.\n"
	  "Says how many of the flows that run end; which, diff --live tells beforehand.\n"
	  "Loads the kernel module where it is not loaded, and writes what lockdown: names\n"
	  "to " LOCKDOWN_FILE ": closed from boot until a ruleset is in force.\n"
	  "--message M         why, which rollback list shows\n"
	  "--confirm SECONDS   what was in force before comes back after that time, by the\n"
	  "                    kernel, if nobody says camfence confirm until then: for\n"
	  "                    changes that may shut out who makes them", NULL },
	{}
};

const struct object object_apply = {
	"apply", "put the configuration into force", commands,
};
