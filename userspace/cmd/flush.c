// SPDX-License-Identifier: GPL-2.0
#include "args.h"
#include "engine.h"
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

static int run_flush(const struct options *o, struct args *a, struct fault *f)
{
	struct fault unkept = {};
	struct engine *e = NULL;
	int code, kept = 0;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
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
	{ "flush", run_flush, "",
	  "Takes all of the ruleset out of force: cameras talk to anybody again.", NULL },
	{}
};

const struct object object_flush = {
	"flush", "take all of it out of force", commands,
};
