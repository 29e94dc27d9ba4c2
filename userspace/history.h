/* SPDX-License-Identifier: GPL-2.0 */
/* The rulesets that were applied last, to go back to. */
#ifndef CAMFENCE_HISTORY_H
#define CAMFENCE_HISTORY_H

#include <jansson.h>

#include "newfile.h"
#include "ruleset.h"

#define HISTORY_DIR "/var/lib/camfence"
#define HISTORY_MOST 5

/*
 * struct applied - a ruleset that was in force
 * @number: of its file
 * @generation: in which it was, or began to be
 * @time: when it was kept, seconds since 1970
 * @boot: of the machine, for generations begin anew
 * @who: applied it, NULL where that is not known
 * @message: why, or NULL
 * @max_age: of its sets, seconds by name, or NULL
 * @forced: bit for each guard that refused it and was passed by force
 */
struct applied {
	u64 number;
	u64 generation;
	u64 time;
	char *boot;
	char *who;
	char *message;
	json_t *max_age;
	unsigned int forced;
};

/*
 * struct history - those that are kept, the latest first
 * @lock: file descriptor, 0 where it is not held
 * @staged: written, not kept yet: in the end the one that is applied, before it
 *	perhaps the one that it takes the place of
 */
struct history {
	struct applied v[HISTORY_MOST + 2];
	size_t n;
	int lock;
	struct {
		struct applied a;
		struct newfile file;
	} staged[2];
	size_t n_staged;
};

int history_read(struct history *h, struct fault *f);
int history_lock(struct history *h, struct fault *f);
bool history_has(const struct history *h, u64 generation);
bool history_is_of_this_boot(const struct history *h);
json_t *applied_forced(const struct applied *a);
u64 applied_max_age(const struct applied *a, const char *set);
char *history_path(const struct applied *a);
int history_stage(struct history *h, const struct ruleset *rs,
		  const struct ranges *ranges, const char *who,
		  const char *message, struct fault *f);
void history_unstage(struct history *h);
int history_keep(struct history *h, u64 generation, unsigned int forced,
		 struct fault *f);
int history_renew(struct history *h, const struct ruleset *rs, struct fault *f);
void history_free(struct history *h);
char *history_who(void);

#endif
