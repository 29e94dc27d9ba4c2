// SPDX-License-Identifier: GPL-2.0
/* Guards look at a configuration, of which nothing else is wrong. */
#include "guards.h"
#include "reading.h"

/*
 * struct watch - a configuration as guards see it
 * @g: first, for its callbacks
 */
struct watch {
	struct guarded g;
	struct reading *r;
};

static const struct ranges *ranges_of(struct guarded *g, size_t i)
{
	return &((struct watch *)g)->r->config->ranges[i];
}

static void found(struct guarded *g, enum guard which, enum objkind kind,
		  size_t i, struct fault *f)
{
	struct reading *r = ((struct watch *)g)->r;

	if (guard_is_for_good(which, kind))
		fault_add(f, "or for good: force: %s", guard_name(which));
	wrongs_take(&r->wrongs, &r->config->place[kind][i], f);
}

/**
 * config_guard() - is all that is written meant?
 * @r: the reading, finished, with nothing wrong
 */
void config_guard(struct reading *r)
{
	struct config *c = r->config;
	struct watch w = {
		.g = { .rs = &c->want, .ranges = ranges_of, .found = found,
		       .force = r->force },
		.r = r,
	};
	enum objkind kind;

	for (kind = 0; kind < KINDS; kind++)
		w.g.for_good[kind] = c->meant[kind];
	guards_find(&w.g);
	c->passed |= w.g.passed;
}
