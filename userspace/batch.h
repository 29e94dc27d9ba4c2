/* SPDX-License-Identifier: GPL-2.0 */
/* Many commands from a file, in one transaction. */
#ifndef CAMFENCE_BATCH_H
#define CAMFENCE_BATCH_H

#include "args.h"
#include "fault.h"
#include "tool.h"

/* Takes OBJECT COMMAND off the words; no command: they ask for help. */
typedef int (*find_command)(struct args *a, const struct object **object,
			    const struct command **command, struct fault *f);

int batch_split(const char *line, struct args *a, const char **wrong);
int batch_run(const struct options *o, find_command find, struct fault *f);

#endif
