// SPDX-License-Identifier: GPL-2.0
#include "args.h"
#include "engine.h"
#include "tool.h"

static int run_flush(const struct options *o, struct args *a, struct fault *f)
{
	struct engine *e = NULL;
	int code;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_flush(e, f);
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
