/* SPDX-License-Identifier: GPL-2.0 */
/* What happens, as it happens: which of it, and in which words. */
#ifndef CAMFENCE_EVENTS_H
#define CAMFENCE_EVENTS_H

#include "args.h"
#include "engine.h"
#include "out.h"

/*
 * struct event_filter - which events are told
 * @camera, @policy: those of packets that they decided about; NULL: any
 * @types, @reasons: a bit for each, 0: any
 * @remotes: what has one of these addresses; none: any
 * @log: to the journal
 */
struct event_filter {
	const char *camera, *policy;
	u64 types, reasons;
	struct ranges remotes;
	bool log;
};

/*
 * An event; or NULL, where @lost events could not be told. More than 0: it was
 * enough.
 */
typedef int (*event_tell)(const struct event *e, u64 lost, void *data);

int events_parse(struct args *a, struct event_filter *w, struct fault *f);
void events_free(struct event_filter *w);
bool event_is_wanted(const struct event_filter *w, const struct event *e);
int events_listen(const char *netns, const struct event_filter *w,
		  event_tell tell, void *data, struct fault *f);
char *event_time(const struct event *e);
char *event_text(const struct event *e, u64 lost);
json_t *event_json(const struct event *e, u64 lost);

#endif
