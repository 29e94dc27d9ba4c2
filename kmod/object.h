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
#include "core/objects.h"
#include "stats.h"

enum cf_kind {
	CF_KIND_SET,
	CF_KIND_POLICY,
	CF_KIND_CAMERA,
	CF_KIND_EXEMPTION,
	CF_KIND_OPTIONS,	/* one or none, without counters */
	CF_KINDS
};

/* The texts of each kind, as indices of cf_object.texts. */
enum cf_text {
	CF_TEXT_SOURCE = 0,
	CF_TEXT_CHECKSUM = 1,
	CF_TEXT_COMMENT = 0,
	CF_TEXT_KEY = 1,
	CF_TEXT_BY = 1,
	CF_TEXT_REASON = 2,
	CF_TEXTS = 3
};

struct cf_object {
	refcount_t refs;
	enum cf_kind kind;
	u32 n_left4;		/* ranges of a set that are still to come */
	u32 n_left6;
	u32 n_left;		/* prefixes of an exemption that are */
	u64 date;
	size_t bytes;
	char *texts[CF_TEXTS];
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

static inline struct cf_object *cf_object_of(const void *name)
{
	return container_of((char (*)[CAMFENCE_NAME_LEN])name, struct cf_object,
			    name);
}

struct cf_object *cf_object_new(enum cf_kind kind);
void *cf_object_array(struct cf_object *o, u32 n, size_t size);
void cf_object_put(struct cf_object *o);

static inline struct cf_object *cf_object_get(struct cf_object *o)
{
	refcount_inc(&o->refs);
	return o;
}

extern const char *const cf_kind_names[CF_KINDS];

#endif /* CF_OBJECT_H */
