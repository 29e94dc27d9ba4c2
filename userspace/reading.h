/* SPDX-License-Identifier: GPL-2.0 */
/* Between the parts of config_load(): a configuration while it is read. */
#ifndef CAMFENCE_READING_H
#define CAMFENCE_READING_H

#include <sys/types.h>

#include "config.h"
#include "node.h"

/* Which file it is, whatever its name. */
struct identity {
	dev_t dev;
	ino_t ino;
};

/*
 * struct reading - a configuration while it is read
 * @config: what was read so far, nothing sorted
 * @force: guards that are to be passed
 * @wrongs: all that is wrong
 * @site: where the site's policy is named, file NULL if nowhere
 * @no_site: "site: none"
 * @identity: of the YAML files
 * @newest: of them, when it was written, seconds since 1970
 * @max_validity: how long an exemption may last from now on, seconds, 0: for ever
 * @validity: where that is said
 * @overfull: bit for each kind of which there are too many
 * @weight: how many ranges, selectors and prefixes there are
 * @cap_ranges: of @config->ranges
 * @cap_place, @cap_meant: likewise
 */
struct reading {
	struct config *config;
	unsigned int force;
	struct wrongs wrongs;
	struct place site;
	bool no_site;
	struct identity *identity;
	size_t n_identities, cap_identities;
	u64 newest, max_validity;
	struct place validity;
	unsigned int overfull;
	size_t weight[KINDS];
	size_t cap_ranges;
	size_t cap_place[KINDS], cap_meant[KINDS];
};

void *reading_add(struct reading *r, enum objkind kind, const char *name,
		  const struct place *at);
size_t reading_wrongs(const struct reading *r);
char *reading_path(struct node n, const char *path);
const char *reading_file(struct reading *r, const char *name);
void reading_weigh(struct reading *r, enum objkind kind, size_t n,
		   const struct place *at);

void read_sets(struct reading *r, struct node n);
void read_policies(struct reading *r, struct node n);
void read_cameras(struct reading *r, struct node n);
void read_catches(struct reading *r, struct node n);
void read_inventory(struct reading *r, struct node n);
void read_exemptions(struct reading *r, struct node n);
void camera_read(struct reading *r, enum objkind kind, size_t i,
		 bool one_family);
void read_force(struct reading *r, enum objkind kind, struct node n);

void config_guard(struct reading *r);
void reading_finish(struct reading *r);

#endif
