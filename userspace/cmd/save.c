// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "args.h"
#include "newfile.h"
#include "running.h"
#include "save.h"
#include "tool.h"

static int save_into(const char *path, const struct ruleset *rs,
		     const struct ranges *ranges, struct fault *f)
{
	struct newfile file = {};
	int code;

	if (!path || !strcmp(path, "-"))
		return save_ruleset(stdout, rs, ranges, f);
	code = newfile_open(&file, path, f);
	if (code)
		return code;
	code = save_ruleset(file.to, rs, ranges, f);
	if (!code)
		code = newfile_finish(&file, f);
	if (!code)
		code = newfile_keep(&file, f);
	newfile_drop(&file);
	return code;
}

static int run_save(const struct options *o, struct args *a, struct fault *f)
{
	const char *path = args_next(a);
	struct ranges *ranges = NULL;
	struct ruleset rs = {};
	struct engine *e = NULL;
	int code;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = running_dump(e, &rs, &ranges, f);
	if (!code)
		code = save_into(path, &rs, ranges, f);
	running_free_ranges(&rs, &ranges);
	ruleset_free(&rs);
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "save", run_save, "[FILE]",
	  "Writes what is in force as a configuration that leads to it: into FILE, which\n"
	  "it takes the place of, or to standard output. All of it is in there, also the\n"
	  "addresses of each set.", NULL },
	{}
};

const struct object object_save = {
	"save", "what is in force, as a configuration", commands,
};
