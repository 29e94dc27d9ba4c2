// SPDX-License-Identifier: GPL-2.0
/* The guards of policies, and of who is under them. */
#include <stdlib.h>

#include "guards.h"
#include "mem.h"

/* The first under each policy, and whether the change concerns it. */
struct under {
	enum objkind kind;
	const char *name;
	bool put;
};

static void find_under(const struct guarded *g, enum objkind kind,
		       const struct camera *cameras, struct under *under)
{
	const struct ruleset *rs = g->rs;
	size_t i;

	for (i = 0; i < rs->n[kind]; i++) {
		const struct policy *p = ruleset_find(rs, KIND_POLICY,
						      cameras[i].policy);
		struct under *u = &under[p - rs->policy];
		bool put = guard_is_put(g, kind, i);

		if (!u->name || (put && !u->put))
			*u = (struct under){ kind, cameras[i].name, put };
	}
}

/**
 * guard_blocks_nothing() - a camera is registered to be kept from something
 * @g: the ruleset
 */
void guard_blocks_nothing(struct guarded *g)
{
	const struct ruleset *rs = g->rs;
	struct under *under = mem_zalloc(rs->n[KIND_POLICY] * sizeof(*under));
	size_t i;

	find_under(g, KIND_CAMERA, rs->camera, under);
	find_under(g, KIND_CATCH, rs->catch, under);
	for (i = 0; i < rs->n[KIND_POLICY]; i++) {
		const struct policy *p = &rs->policy[i];
		const struct under *u = &under[i];

		if (p->default_ == CAMFENCE_DEFAULT_DROP || p->block.n ||
		    !u->name ||
		    !(u->put || guard_is_put(g, KIND_POLICY, i)))
			continue;
		guard_found(g, GUARD_BLOCKS_NOTHING, KIND_POLICY, i,
			    "passes everything, and %s \"%s\" is under it",
			    kind_name(u->kind), u->name);
	}
	free(under);
}
