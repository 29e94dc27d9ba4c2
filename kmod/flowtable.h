/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_FLOWTABLE_H
#define CF_FLOWTABLE_H

#include <linux/workqueue.h>

struct cf_net;

/* A namespace's part, read and written by its work alone, but for what says so. */
struct cf_flowtable {
	struct delayed_work work;
	unsigned int changes;	/* told by cf_flowtable_clean() */
	unsigned int cleaned;	/* of them, those that it has begun with */
	u64 looked;		/* seconds since 1970, at exemptions' dates */
	unsigned int rounds;	/* cleanings still to come */
	unsigned long due;	/* jiffies, of the next one */
};

void cf_flowtable_init(struct cf_net *cn);
void cf_flowtable_clean(struct cf_net *cn);
void cf_flowtable_fini(struct cf_net *cn);

#endif /* CF_FLOWTABLE_H */
