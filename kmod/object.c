// SPDX-License-Identifier: GPL-2.0
#include "object.h"

const struct cf_kind_attrs cf_kinds[CF_KINDS] = {
	[CF_KIND_SET] = {
		.most = CAMFENCE_MAX_SETS,
		.nest = CAMFENCE_A_SET,
		.last = CAMFENCE_SET_A_MAX,
		.name = CAMFENCE_SET_A_NAME,
		.texts = { CAMFENCE_SET_A_SOURCE, CAMFENCE_SET_A_CHECKSUM },
	},
	[CF_KIND_POLICY] = {
		.most = CAMFENCE_MAX_POLICIES,
		.nest = CAMFENCE_A_POLICY,
		.last = CAMFENCE_POLICY_A_MAX,
		.name = CAMFENCE_POLICY_A_NAME,
		.stats = CAMFENCE_POLICY_A_STATS,
		.texts = { CAMFENCE_POLICY_A_COMMENT },
	},
	[CF_KIND_CAMERA] = {
		.most = CAMFENCE_MAX_CAMERAS,
		.nest = CAMFENCE_A_CAMERA,
		.last = CAMFENCE_CAMERA_A_MAX,
		.name = CAMFENCE_CAMERA_A_NAME,
		.stats = CAMFENCE_CAMERA_A_STATS,
		.texts = { CAMFENCE_CAMERA_A_KEY, CAMFENCE_CAMERA_A_COMMENT },
	},
	[CF_KIND_EXEMPTION] = {
		.most = CAMFENCE_MAX_EXEMPTIONS,
		.nest = CAMFENCE_A_EXEMPTION,
		.last = CAMFENCE_EXEMPTION_A_MAX,
		.name = CAMFENCE_EXEMPTION_A_NAME,
		.stats = CAMFENCE_EXEMPTION_A_STATS,
		.texts = { CAMFENCE_EXEMPTION_A_BY, CAMFENCE_EXEMPTION_A_REASON,
			   CAMFENCE_EXEMPTION_A_COMMENT },
	},
	[CF_KIND_OPTIONS] = {
		.most = 1,
		.nest = CAMFENCE_A_OPTIONS,
		.last = CAMFENCE_OPTIONS_A_MAX,
	},
};

/**
 * cf_object_new() - an object without counters or parts
 * @kind: which
 * @name: of it
 *
 * May sleep.
 *
 * Return: the object, one reference on it, or NULL.
 */
struct cf_object *cf_object_new(enum cf_kind kind, const char *name)
{
	struct cf_object *o = cf_alloc(sizeof(*o));

	if (!o)
		return NULL;
	refcount_set(&o->refs, 1);
	o->kind = kind;
	o->bytes = sizeof(*o);
	strscpy(o->name, name, sizeof(o->name));
	return o;
}

/**
 * cf_object_array() - an array that the object's own structure will point to
 * @o: the object, on whose account it goes
 * @n: elements, may be 0
 * @size: bytes of one
 *
 * May sleep. Freed with the object.
 *
 * Return: the array, or NULL.
 */
void *cf_object_array(struct cf_object *o, u32 n, size_t size)
{
	void *array;

	if (WARN_ON_ONCE(o->n_arrays == CF_ARRAYS))
		return NULL;
	array = cf_alloc(array_size(max(n, 1U), size));
	if (!array)
		return NULL;
	o->arrays[o->n_arrays++] = array;
	o->bytes += array_size(n, size);
	return array;
}

/**
 * cf_object_put() - give a reference back; the last one frees
 * @o: the object, or NULL
 *
 * May sleep. No packet may still read it through the last reference: a
 * snapshot gives its references back after a grace period.
 */
void cf_object_put(struct cf_object *o)
{
	unsigned int i;

	if (!o || !refcount_dec_and_test(&o->refs))
		return;
	for (i = 0; i < o->n_arrays; i++)
		cf_free(o->arrays[i]);
	cf_counters_put(o->counters);
	cf_free(o);
}
