/* SPDX-License-Identifier: GPL-2.0 */
/* What the main program and its commands know of each other. */
#ifndef CAMFENCE_TOOL_H
#define CAMFENCE_TOOL_H

#include "fault.h"
#include "types.h"

struct args;
struct change;

/*
 * struct options - what stands before the object
 * @json: print JSON
 * @pretty: with line breaks
 * @stats: counters beside what is listed
 * @batch: file of commands, "-" for standard input, or NULL
 * @netns: network namespace by name or path, or NULL
 * @force: guards that are to be passed, see guard.h
 * @save: a change is to be kept, see runtime.h
 */
struct options {
	bool json;
	bool pretty;
	bool stats;
	const char *batch;
	const char *netns;
	unsigned int force;
	bool save;
};

/*
 * struct command - one command of an object
 * @name: as typed
 * @run: does it; returns 0 or the exit code; NULL where there is @change
 * @usage: what may follow, on one line or more
 * @text: what one must know, or NULL
 * @change: what it changes
 */
struct command {
	const char *name;
	int (*run)(const struct options *o, struct args *a, struct fault *f);
	const char *usage;
	const char *text;
	const struct change *change;
};

/*
 * struct object - an object and its commands
 * @name: as typed
 * @text: what it is, on one line
 * @commands: ended by one without a name; an object that is a command itself
 *	has a single one, named like the object
 */
struct object {
	const char *name;
	const char *text;
	const struct command *commands;
};

extern const struct object object_set;
extern const struct object object_camera;
extern const struct object object_catch;
extern const struct object object_policy;
extern const struct object object_exemption;
extern const struct object object_option;
extern const struct object object_list;
extern const struct object object_status;
extern const struct object object_stats;
extern const struct object object_monitor;
extern const struct object object_confirm;
extern const struct object object_flush;
extern const struct object object_check;
extern const struct object object_explain;
extern const struct object object_diff;
extern const struct object object_apply;
extern const struct object object_rollback;
extern const struct object object_save;

#endif
