/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration: what shall be in force, as its files say it. */
#ifndef CAMFENCE_CONFIG_H
#define CAMFENCE_CONFIG_H

#include "fault.h"
#include "place.h"
#include "ruleset.h"
#include "tool.h"

#define CONFIG_FILE "/etc/camfence/camfence.yaml"

/*
 * struct stand_in - a file that is included is read from another one
 * @path: the name by which it is included
 * @file: what is read, also where there is no @path yet; NULL for @path itself
 * @met: it is included
 */
struct stand_in {
	const char *path;
	const char *file;
	bool met;
};

/*
 * struct config - a configuration as read
 * @want: its objects, each kind sorted by name; the parts of its policies'
 *	services are exemptions with @is_service, templates that are named but
 *	not written down are added; generation 0
 * @ranges: of @want.set[i], merged
 * @place: of @want's objects, place[KIND][i]; of a template and of a part of a
 *	service it is where it is named
 * @added: templates that are named and not written down
 * @meant: bit for each guard that is to be passed for good, like @place
 * @passed: guards that would have refused something and were forced
 * @lockdown: interfaces
 * @files: what was read, the configuration's file first; places refer to it
 * @stand_in: set before it is read, or NULL; borrowed
 */
struct config {
	struct ruleset want;
	struct ranges *ranges;
	struct place *place[KINDS];
	struct names added;
	unsigned int *meant[KINDS];
	unsigned int passed;
	struct names lockdown;
	struct names files;
	struct stand_in *stand_in;
};

int config_load(struct config *c, const char *file, const struct options *o,
		struct fault *f);
void config_free(struct config *c);
void config_add_place(const struct config *c, int code, struct fault *f);

#endif
