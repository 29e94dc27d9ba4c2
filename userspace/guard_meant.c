// SPDX-License-Identifier: GPL-2.0
/* What guards would refuse of what is in force: it has been meant. */
#include <stdlib.h>

#include "guards.h"
#include "mem.h"

/*
 * struct watch - a ruleset in force as guards see it
 * @g: first, for its callbacks
 * @all: ranges of its sets
 * @meant: what they would refuse of its objects
 */
struct watch {
	struct guarded g;
	const struct ranges *all;
	unsigned int **meant;
	struct router router;
	bool has_router;
};

static const struct ranges *ranges_of(struct guarded *g, size_t i)
{
	return &((struct watch *)g)->all[i];
}

static const struct ranges *had(struct guarded *g, const char *set)
{
	(void)g;
	(void)set;
	return NULL;
}

/* Where nothing is known of it, there is nothing to be said of it. */
static const struct router *router_of(struct guarded *g)
{
	struct watch *w = (struct watch *)g;
	struct fault ignored = {};

	if (!w->has_router && router_read(&w->router, &ignored))
		router_free(&w->router);
	w->has_router = true;
	fault_clear(&ignored);
	return &w->router;
}

static void found(struct guarded *g, enum guard which, enum objkind kind,
		  size_t i, struct fault *f)
{
	(void)f;
	if (guard_is_for_good(which, kind))
		((struct watch *)g)->meant[kind][i] |= 1 << which;
}

/**
 * guards_meant() - what of a ruleset is to be said to be meant for good
 * @rs: the ruleset
 * @ranges: of its sets, merged
 * @meant: where to: of the objects of each kind, bit for each guard
 */
void guards_meant(const struct ruleset *rs, const struct ranges *ranges,
		  unsigned int *meant[KINDS])
{
	struct watch w = {
		.g = { .rs = rs, .ranges = ranges_of, .had = had,
		       .router = router_of, .found = found },
		.all = ranges, .meant = meant,
	};
	enum objkind kind;

	for (kind = 0; kind < KINDS; kind++)
		meant[kind] = mem_zalloc((rs->n[kind] + 1) *
					 sizeof(*meant[kind]));
	guards_find(&w.g);
	guards_ask(&w.g);
	router_free(&w.router);
}

/**
 * guards_meant_free() - forget it
 * @meant: what guards_meant() has filled; nothing afterwards
 */
void guards_meant_free(unsigned int *meant[KINDS])
{
	enum objkind kind;

	for (kind = 0; kind < KINDS; kind++) {
		free(meant[kind]);
		meant[kind] = NULL;
	}
}
