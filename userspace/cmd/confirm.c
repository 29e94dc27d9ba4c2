// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "engine.h"
#include "out.h"
#include "parse.h"
#include "tool.h"

/* The first generation is 1. */
static int parse(struct args *a, u32 *generation, struct fault *f)
{
	const char *word = args_next(a);
	char *safe;

	*generation = 0;
	if (!word)
		return 0;
	if (parse_number(word, strlen(word), UINT32_MAX, generation) &&
	    *generation)
		return args_end(a, f);
	safe = out_text(word);
	fault_input(f, "\"%s\" is no generation, which \"camfence status\" shows",
		    safe);
	free(safe);
	return CODE_INPUT;
}

static int run_confirm(const struct options *o, struct args *a, struct fault *f)
{
	struct engine *e = NULL;
	u32 generation;
	int code;

	code = parse(a, &generation, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_confirm(e, generation, f);
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "confirm", run_confirm, "[GENERATION]",
	  "What was put in force for a time only stays: by its generation, or whatever\n"
	  "waits for it. Unconfirmed, what was in force before comes back.", NULL },
	{}
};

const struct object object_confirm = {
	"confirm", "keep what is in force for a time only", commands,
};
