/* SPDX-License-Identifier: GPL-2.0 */
/* Whether what is there is in force, and why not. */
#ifndef CAMFENCE_WHYS_H
#define CAMFENCE_WHYS_H

#include "engine.h"
#include "out.h"
#include "show.h"

/*
 * struct whys - what is asked about
 * @info: what the engine says of itself
 * @s: what is in force, with counters
 */
struct whys {
	const struct engine_info *info;
	const struct shown *s;
};

json_t *whys_json(const struct whys *w);
size_t whys_print(const struct whys *w);
size_t whys_count(const struct whys *w);

#endif
