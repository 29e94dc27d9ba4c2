// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "mem.h"
#include "running.h"

#define TRIES 4

/**
 * running_ranges() - the ranges of all sets of a ruleset
 * @e: the engine
 * @rs: the ruleset as engine_dump() had it
 * @ranges: where to, an array as long as that of the sets
 * @f: what is wrong; ESTALE: another ruleset is in force by now
 *
 * Return: 0, or the exit code, and then there is no array.
 */
int running_ranges(struct engine *e, const struct ruleset *rs,
		   struct ranges **ranges, struct fault *f)
{
	size_t i;
	int code = 0;

	*ranges = mem_zalloc(rs->n[KIND_SET] * sizeof(**ranges));
	for (i = 0; i < rs->n[KIND_SET] && !code; i++)
		code = engine_dump_set(e, rs->set[i].name, rs->generation,
				       &(*ranges)[i], f);
	if (code)
		running_free_ranges(rs, ranges);
	return code;
}

/**
 * running_dump() - the ruleset in force and all its ranges
 * @e: the engine
 * @rs: where to
 * @ranges: where to, as running_ranges()
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int running_dump(struct engine *e, struct ruleset *rs, struct ranges **ranges,
		 struct fault *f)
{
	int code, tries = 0;

	*rs = (struct ruleset){};
	*ranges = NULL;
	do {
		ruleset_free(rs);
		fault_clear(f);
		code = engine_dump(e, rs, f);
		if (!code)
			code = running_ranges(e, rs, ranges, f);
	} while (code && f->err == ESTALE && ++tries < TRIES);
	return code;
}

/**
 * running_free_ranges() - free what running_ranges() had
 * @rs: the ruleset
 * @ranges: its ranges, or NULL; NULL afterwards
 */
void running_free_ranges(const struct ruleset *rs, struct ranges **ranges)
{
	size_t i;

	for (i = 0; *ranges && i < rs->n[KIND_SET]; i++)
		ranges_free(&(*ranges)[i]);
	free(*ranges);
	*ranges = NULL;
}
