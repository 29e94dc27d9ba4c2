// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ruleset.h"
#include "sharing.h"
#include "suggest.h"
#include "times.h"

/**
 * kind_name() - what a kind of object is called
 * @kind: the kind
 *
 * Return: the word.
 */
const char *kind_name(enum objkind kind)
{
	static const char *const names[] = {
		[KIND_SET] = "set",
		[KIND_POLICY] = "policy",
		[KIND_CAMERA] = "camera",
		[KIND_CATCH] = "catch",
		[KIND_EXEMPTION] = "exemption",
	};

	return names[kind];
}

static size_t object_size(enum objkind kind)
{
	static const size_t sizes[] = {
		[KIND_SET] = sizeof(struct set),
		[KIND_POLICY] = sizeof(struct policy),
		[KIND_CAMERA] = sizeof(struct camera),
		[KIND_CATCH] = sizeof(struct camera),
		[KIND_EXEMPTION] = sizeof(struct exemption),
	};

	return sizes[kind];
}

static void *array(const struct ruleset *rs, enum objkind kind)
{
	switch (kind) {
	case KIND_SET:
		return rs->set;
	case KIND_POLICY:
		return rs->policy;
	case KIND_CAMERA:
		return rs->camera;
	case KIND_CATCH:
		return rs->catch;
	default:
		return rs->exemption;
	}
}

/* So few are found by looking at each. */
#define FEW 64

/*
 * struct name_index - objects by name: an open hash, at most half full
 * @slot: an object's place and one, 0 for none
 * @slots: a power of two
 * @n: how many objects are in it, the first ones
 */
struct name_index {
	u32 *slot;
	size_t slots;
	size_t n;
};

static void forget_names(struct name_index *x)
{
	free(x->slot);
	*x = (struct name_index){};
}

/* Objects are at other places than they were. */
static void forget_places(struct ruleset *rs, enum objkind kind)
{
	if (rs->index[kind])
		forget_names(rs->index[kind]);
	sharing_forget(rs->sharing[kind]);
}

static void *add(struct ruleset *rs, enum objkind kind)
{
	size_t size = object_size(kind);
	char *objects = mem_grow(array(rs, kind), &rs->cap[kind],
				 rs->n[kind] + 1, size);

	memset(objects + rs->n[kind]++ * size, 0, size);
	if (!rs->index[kind])
		rs->index[kind] = mem_zalloc(sizeof(*rs->index[kind]));
	return objects;
}

/**
 * ruleset_add_set() - append a set
 * @rs: the ruleset; names must come in ascending order
 *
 * Return: the set, empty, until the next is appended.
 */
struct set *ruleset_add_set(struct ruleset *rs)
{
	rs->set = add(rs, KIND_SET);
	return &rs->set[rs->n[KIND_SET] - 1];
}

/**
 * ruleset_add_policy() - append a policy
 * @rs: the ruleset; names must come in ascending order
 *
 * Return: the policy, empty, until the next is appended.
 */
struct policy *ruleset_add_policy(struct ruleset *rs)
{
	rs->policy = add(rs, KIND_POLICY);
	return &rs->policy[rs->n[KIND_POLICY] - 1];
}

/**
 * ruleset_add_camera() - append a camera or a catch
 * @rs: the ruleset; names must come in ascending order
 * @kind: KIND_CAMERA or KIND_CATCH
 *
 * Return: the camera, empty, until the next is appended.
 */
struct camera *ruleset_add_camera(struct ruleset *rs, enum objkind kind)
{
	struct camera **cameras = kind == KIND_CATCH ? &rs->catch : &rs->camera;

	*cameras = add(rs, kind);
	return &(*cameras)[rs->n[kind] - 1];
}

/**
 * ruleset_add_exemption() - append an exemption
 * @rs: the ruleset; names must come in ascending order
 *
 * Return: the exemption, without limits, until the next is appended.
 */
struct exemption *ruleset_add_exemption(struct ruleset *rs)
{
	struct exemption *e;

	rs->exemption = add(rs, KIND_EXEMPTION);
	e = &rs->exemption[rs->n[KIND_EXEMPTION] - 1];
	e->proto = -1;
	e->until = TIME_FOREVER;
	return e;
}

/**
 * ruleset_at() - an object by number
 * @rs: the ruleset
 * @kind: what kind of object
 * @i: which
 *
 * Return: the object.
 */
void *ruleset_at(const struct ruleset *rs, enum objkind kind, size_t i)
{
	return (char *)array(rs, kind) + i * object_size(kind);
}

static const char *name_at(const char *objects, size_t size, size_t i)
{
	/* The name is the first member of each. */
	return *(const char *const *)(objects + i * size);
}

/* An object, while it is being put in order. */
struct order {
	const char *name;
	size_t was;
};

static int compare_order(const void *x, const void *y)
{
	const struct order *a = x, *b = y;
	int c = strcmp(a->name, b->name);

	return c ? c : (a->was > b->was) - (a->was < b->was);
}

static void set_array(struct ruleset *rs, enum objkind kind, void *objects)
{
	switch (kind) {
	case KIND_SET:
		rs->set = objects;
		break;
	case KIND_POLICY:
		rs->policy = objects;
		break;
	case KIND_CAMERA:
		rs->camera = objects;
		break;
	case KIND_CATCH:
		rs->catch = objects;
		break;
	default:
		rs->exemption = objects;
	}
}

/**
 * ruleset_reorder() - put the objects of a kind in another order
 * @rs: the ruleset
 * @kind: what kind of object
 * @was: for each place the one that its object has had
 */
void ruleset_reorder(struct ruleset *rs, enum objkind kind, const size_t *was)
{
	size_t size = object_size(kind), n = rs->n[kind], i;
	char *from = array(rs, kind), *to = mem_zalloc(n * size);

	for (i = 0; i < n; i++)
		memcpy(to + i * size, from + was[i] * size, size);
	free(from);
	set_array(rs, kind, to);
	rs->cap[kind] = n;
	forget_places(rs, kind);
}

/**
 * ruleset_sort() - put the objects of a kind in the order of their names
 * @rs: the ruleset
 * @kind: what kind of object; of the same name they stay in order
 *
 * Return: for each object where it was, to be freed.
 */
size_t *ruleset_sort(struct ruleset *rs, enum objkind kind)
{
	size_t size = object_size(kind), n = rs->n[kind], i;
	struct order *order = mem_zalloc(n * sizeof(*order));
	size_t *was = mem_zalloc(n * sizeof(*was));
	const char *objects = array(rs, kind);

	for (i = 0; i < n; i++)
		order[i] = (struct order){ name_at(objects, size, i), i };
	qsort(order, n, sizeof(*order), compare_order);
	for (i = 0; i < n; i++)
		was[i] = order[i].was;
	free(order);
	ruleset_reorder(rs, kind, was);
	return was;
}

/* FNV-1a */
static size_t hash(const char *name)
{
	u32 h = 2166136261U;

	for (; *name; name++)
		h = (h ^ (u8)*name) * 16777619U;
	return h;
}

/* Takes in what was appended since, or all where there is too little room. */
static void index_names(struct name_index *x, const char *objects, size_t size,
			size_t n)
{
	if (2 * n > x->slots) {
		free(x->slot);
		x->slots = 256;
		while (x->slots < 4 * n)
			x->slots *= 2;
		x->slot = mem_zalloc(x->slots * sizeof(*x->slot));
		x->n = 0;
	}
	for (; x->n < n; x->n++) {
		size_t h = hash(name_at(objects, size, x->n));

		while (x->slot[h & (x->slots - 1)])
			h++;
		x->slot[h & (x->slots - 1)] = x->n + 1;
	}
}

/**
 * ruleset_index() - where an object is among those of its kind
 * @rs: the ruleset
 * @kind: what kind of object
 * @name: its name
 *
 * Return: its place, or how many there are.
 */
size_t ruleset_index(const struct ruleset *rs, enum objkind kind,
		     const char *name)
{
	const char *objects = array(rs, kind);
	struct name_index *x = rs->index[kind];
	size_t size = object_size(kind), n = rs->n[kind], h, i;

	if (n < FEW) {
		for (i = 0; i < n; i++)
			if (!strcmp(name_at(objects, size, i), name))
				break;
		return i;
	}
	index_names(x, objects, size, n);
	for (h = hash(name); (i = x->slot[h & (x->slots - 1)]); h++)
		if (!strcmp(name_at(objects, size, i - 1), name))
			return i - 1;
	return n;
}

/**
 * ruleset_find() - an object by name
 * @rs: the ruleset
 * @kind: what kind of object
 * @name: its name
 *
 * Return: the object, or NULL.
 */
void *ruleset_find(const struct ruleset *rs, enum objkind kind, const char *name)
{
	char *objects = array(rs, kind);
	size_t i = ruleset_index(rs, kind, name);

	return i < rs->n[kind] ? objects + i * object_size(kind) : NULL;
}

static void free_object(enum objkind kind, void *object)
{
	switch (kind) {
	case KIND_SET:
		set_free(object);
		break;
	case KIND_POLICY:
		policy_free(object);
		break;
	case KIND_CAMERA:
	case KIND_CATCH:
		camera_free(object);
		break;
	default:
		exemption_free(object);
	}
}

static void copy_object(enum objkind kind, void *to, const void *from)
{
	switch (kind) {
	case KIND_SET:
		set_copy(to, from);
		break;
	case KIND_POLICY:
		policy_copy(to, from);
		break;
	case KIND_CAMERA:
	case KIND_CATCH:
		camera_copy(to, from);
		break;
	default:
		exemption_copy(to, from);
	}
}

/**
 * ruleset_append() - append an object of whichever kind
 * @rs: the ruleset
 * @kind: what kind of object
 *
 * Return: the object, as the function of its kind appends it.
 */
void *ruleset_append(struct ruleset *rs, enum objkind kind)
{
	switch (kind) {
	case KIND_SET:
		return ruleset_add_set(rs);
	case KIND_POLICY:
		return ruleset_add_policy(rs);
	case KIND_CAMERA:
	case KIND_CATCH:
		return ruleset_add_camera(rs, kind);
	default:
		return ruleset_add_exemption(rs);
	}
}

/**
 * ruleset_put() - add an object, or replace the one of its name
 * @rs: the ruleset; what is added goes behind all others
 * @kind: what kind of object
 * @object: copied; not one of the ruleset's own
 */
void ruleset_put(struct ruleset *rs, enum objkind kind, const void *object)
{
	void *place = ruleset_find(rs, kind, name_at(object, 0, 0));

	if (place)
		free_object(kind, place);
	else
		place = ruleset_append(rs, kind);
	copy_object(kind, place, object);
	if (kind == KIND_CAMERA || kind == KIND_CATCH)
		sharing_put(rs->sharing[kind], array(rs, kind),
			    (struct camera *)place -
			    (struct camera *)array(rs, kind));
}

/**
 * ruleset_sharing() - who has a selector of a camera's?
 * @rs: the ruleset
 * @kind: KIND_CAMERA or KIND_CATCH
 * @c: the camera, which may be one of them
 * @found: their places, ascending, some perhaps twice; to be freed
 *
 * Return: how many were found, all that have one.
 */
size_t ruleset_sharing(struct ruleset *rs, enum objkind kind,
		       const struct camera *c, size_t **found)
{
	return sharing_find(&rs->sharing[kind], array(rs, kind), rs->n[kind],
			    c, found);
}

/**
 * ruleset_remove() - take an object out
 * @rs: the ruleset
 * @kind: what kind of object
 * @name: its name; whatever is not there need not be taken out
 */
void ruleset_remove(struct ruleset *rs, enum objkind kind, const char *name)
{
	char *object = ruleset_find(rs, kind, name);
	size_t size = object_size(kind);
	char *end = (char *)array(rs, kind) + rs->n[kind] * size;

	if (!object)
		return;
	free_object(kind, object);
	memmove(object, object + size, end - object - size);
	rs->n[kind]--;
	forget_places(rs, kind);
}

/**
 * ruleset_suggest() - the object that may have been meant
 * @rs: the ruleset
 * @kind: what kind of object
 * @name: what was typed
 * @buf: room for SUGGEST_TEXT
 *
 * Return: @buf, see suggest().
 */
const char *ruleset_suggest(const struct ruleset *rs, enum objkind kind,
			    const char *name, char *buf)
{
	size_t size = object_size(kind), n = rs->n[kind], i;
	const char **names = mem_zalloc(n * sizeof(*names));

	for (i = 0; i < n; i++)
		names[i] = name_at(array(rs, kind), size, i);
	suggest(name, names, n, buf);
	free(names);
	return buf;
}

/**
 * ruleset_need() - an object must be there
 * @rs: the ruleset
 * @kind: what kind of object
 * @name: its name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int ruleset_need(const struct ruleset *rs, enum objkind kind, const char *name,
		 struct fault *f)
{
	char near[SUGGEST_TEXT];

	if (ruleset_find(rs, kind, name))
		return 0;
	if (!rs->n[kind])
		return fault_input(f, "there is no %s \"%s\", nor any other",
				   kind_name(kind), name);
	return fault_input(f, "there is no %s \"%s\"%s", kind_name(kind), name,
			   ruleset_suggest(rs, kind, name, near));
}

/**
 * ruleset_service_parts() - how many exemptions stand for services
 * @rs: the ruleset
 *
 * Return: the number.
 */
size_t ruleset_service_parts(const struct ruleset *rs)
{
	size_t n = 0, i;

	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++)
		n += rs->exemption[i].is_service;
	return n;
}

/**
 * ruleset_count() - how much there is of each
 * @rs: the ruleset
 * @c: the counts
 */
void ruleset_count(const struct ruleset *rs, struct counts *c)
{
	size_t i;

	*c = (struct counts){
		.sets = rs->n[KIND_SET],
		.policies = rs->n[KIND_POLICY],
		.cameras = rs->n[KIND_CAMERA] + rs->n[KIND_CATCH],
		.exemptions = rs->n[KIND_EXEMPTION],
	};
	for (i = 0; i < rs->n[KIND_SET]; i++)
		c->ranges += rs->set[i].n4 + rs->set[i].n6;
	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++)
		c->prefixes += rs->exemption[i].n_remotes;
}

/**
 * ruleset_free() - free all objects
 * @rs: the ruleset, empty afterwards
 */
void ruleset_free(struct ruleset *rs)
{
	enum objkind kind;
	size_t i;

	for (kind = 0; kind < KINDS; kind++) {
		char *objects = array(rs, kind);

		for (i = 0; i < rs->n[kind]; i++)
			free_object(kind, objects + i * object_size(kind));
		free(objects);
		forget_places(rs, kind);
		free(rs->index[kind]);
		free(rs->sharing[kind]);
	}
	free(rs->settings.site);
	*rs = (struct ruleset){};
}
