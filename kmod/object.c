// SPDX-License-Identifier: GPL-2.0
#include "object.h"

const char *const cf_kind_names[CF_KINDS] = {
	[CF_KIND_SET] = "set",
	[CF_KIND_POLICY] = "policy",
	[CF_KIND_CAMERA] = "camera",
	[CF_KIND_EXEMPTION] = "exemption",
	[CF_KIND_OPTIONS] = "options",
};

/**
 * cf_object_new() - an object without a name, counters or parts
 * @kind: which
 *
 * May sleep.
 *
 * Return: the object, one reference on it, or NULL.
 */
struct cf_object *cf_object_new(enum cf_kind kind)
{
	struct cf_object *o = cf_alloc(sizeof(*o));

	if (!o)
		return NULL;
	refcount_set(&o->refs, 1);
	o->kind = kind;
	o->bytes = sizeof(*o);
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
	void *array = cf_alloc(array_size(max(n, 1U), size));

	if (array)
		o->bytes += array_size(n, size);
	return array;
}

static void free_arrays(struct cf_object *o)
{
	switch (o->kind) {
	case CF_KIND_SET:
		cf_free(o->set.r4);
		cf_free(o->set.r6);
		break;
	case CF_KIND_POLICY:
		cf_free(o->policy.sets);
		break;
	case CF_KIND_CAMERA:
		cf_free(o->camera.selectors);
		break;
	case CF_KIND_EXEMPTION:
		cf_free(o->exemption.prefixes);
		cf_free(o->exemption.sets);
		cf_free(o->exemption.ports);
		cf_free(o->exemption.local_ports);
		cf_free(o->exemption.icmp_types);
		break;
	case CF_KIND_OPTIONS:
		cf_free(o->options.nat64);
		break;
	case CF_KINDS:
		break;
	}
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
	free_arrays(o);
	for (i = 0; i < CF_TEXTS; i++)
		kfree(o->texts[i]);
	cf_counters_put(o->counters);
	cf_free(o);
}
