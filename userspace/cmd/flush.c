// SPDX-License-Identifier: GPL-2.0
#include "args.h"
#include "engine.h"
#include "guard.h"
#include "history.h"
#include "tool.h"
#include "used.h"

/* With the counters goes when exemptions were used. */
static int keep_used(struct engine *e, struct fault *f)
{
	struct history h = {};
	int code = history_lock(&h, f);

	if (!code)
		code = used_keep(e, f);
	history_free(&h);
	return code;
}

/* Sets and policies alone protect nothing. */
static int guard(struct engine *e, struct fault *f)
{
	struct ruleset rs;
	int code = engine_dump(e, &rs, f);

	if (!code && (rs.n[KIND_CAMERA] || rs.n[KIND_CATCH] ||
		      rs.settings.site)) {
		fault_input(f, "%zu cameras, %zu catches and %s site would be protected no more",
			    rs.n[KIND_CAMERA], rs.n[KIND_CATCH],
			    rs.settings.site ? "a" : "no");
		code = guard_refuse(GUARD_FLUSH, f);
	}
	ruleset_free(&rs);
	return code;
}

static int run_flush(const struct options *o, struct args *a, struct fault *f)
{
	struct fault unkept = {};
	struct engine *e = NULL;
	int code, kept = 0;

	code = args_end_forced(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code && !guard_forced(o->force | a->force, GUARD_FLUSH))
		code = guard(e, f);
	if (!code && !o->netns)
		kept = keep_used(e, &unkept);
	if (!code)
		code = engine_flush(e, f);
	if (!code && kept) {
		code = fault_prefix(&unkept, kept,
				    "nothing is in force, but when exemptions were used is not kept: ");
		*f = unkept;
	} else {
		fault_clear(&unkept);
	}
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "flush", run_flush, "[--force=GUARD,…]",
	  "Takes all of the ruleset out of force: cameras talk to anybody again, and what\n"
	  "lockdown names is closed. Refused unless forced where anything is protected.",
	  NULL },
	{}
};

const struct object object_flush = {
	"flush", "take all of it out of force", commands,
};
