/* SPDX-License-Identifier: GPL-2.0 */
/* What the guards' files know of each other. */
#ifndef CAMFENCE_GUARD_PARTS_H
#define CAMFENCE_GUARD_PARTS_H

#include "guards.h"

bool guard_looks_at(const struct guarded *g, size_t exemption);
bool guard_remotes(struct guarded *g, const struct exemption *e,
		   struct ranges *r);

#endif
