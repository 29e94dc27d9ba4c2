/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A set, policy, camera, exemption or the options as the kernel keeps them: the
 * core's own structure, what an auditor wants to see beside it, and its
 * counters. Shared by all snapshots that have it; immutable from the commit on
 * (a set and an exemption grow by chunks until then).
 */
#ifndef CF_OBJECT_H
#define CF_OBJECT_H

#include <linux/refcount.h>
#include "core/rules.h"
#include "stats.h"

#define CF_TEXTS 3
#define CF_ARRAYS 8	/* an exemption's: five, and its texts */

struct cf_object {
	refcount_t refs;
	enum cf_kind kind;
	u32 n_left4;		/* ranges of a set that are still to come */
	u32 n_left6;
	u32 n_left;		/* prefixes of an exemption that are */
	u32 n_arrays;
	void *arrays[CF_ARRAYS];	/* all that is freed with it */
	const char *texts[CF_TEXTS];	/* in the order of cf_kinds */
	u64 date;
	size_t bytes;
	struct cf_counters *counters;	/* not of a set, nor of the options */
	union {				/* each begins with its name */
		char name[CAMFENCE_NAME_LEN];
		struct cf_set set;
		struct cf_policy policy;
		struct cf_camera camera;
		struct cf_exemption exemption;
		struct cf_options options;
	};
};

/*
 * What is known of each kind: how many a ruleset may have, and the attributes
 * of its nest (0: it has none).
 */
struct cf_kind_attrs {
	u32 most;
	int nest;
	int last;
	int name;
	int stats;
	int texts[CF_TEXTS];
};

extern const struct cf_kind_attrs cf_kinds[CF_KINDS];

static inline struct cf_object *cf_object_of(const void *name)
{
	return container_of((char (*)[CAMFENCE_NAME_LEN])name, struct cf_object,
			    name);
}

struct cf_object *cf_object_new(enum cf_kind kind, const char *name);
void *cf_object_array(struct cf_object *o, u32 n, size_t size);
void cf_object_put(struct cf_object *o);

static inline struct cf_object *cf_object_get(struct cf_object *o)
{
	refcount_inc(&o->refs);
	return o;
}

#endif /* CF_OBJECT_H */
