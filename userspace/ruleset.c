// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "ruleset.h"
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
	default:
		return rs->exemption;
	}
}

static void *add(struct ruleset *rs, enum objkind kind)
{
	size_t size = object_size(kind);
	char *objects = mem_grow(array(rs, kind), &rs->cap[kind],
				 rs->n[kind] + 1, size);

	memset(objects + rs->n[kind]++ * size, 0, size);
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
 * ruleset_add_camera() - append a camera
 * @rs: the ruleset; names must come in ascending order
 *
 * Return: the camera, empty, until the next is appended.
 */
struct camera *ruleset_add_camera(struct ruleset *rs)
{
	rs->camera = add(rs, KIND_CAMERA);
	return &rs->camera[rs->n[KIND_CAMERA] - 1];
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

static const char *name_at(const char *objects, size_t size, size_t i)
{
	/* The name is the first member of each. */
	return *(const char *const *)(objects + i * size);
}

/**
 * ruleset_find() - an object by name
 * @rs: the ruleset
 * @kind: what kind of object
 * @name: its name
 *
 * Searched from the end to the start: the kernel sorts by name, but that is
 * not ours to rely on.
 *
 * Return: the object, or NULL.
 */
void *ruleset_find(const struct ruleset *rs, enum objkind kind, const char *name)
{
	char *objects = array(rs, kind);
	size_t size = object_size(kind), i;

	for (i = rs->n[kind]; i-- > 0;)
		if (!strcmp(name_at(objects, size, i), name))
			return objects + i * size;
	return NULL;
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
		.cameras = rs->n[KIND_CAMERA],
		.exemptions = rs->n[KIND_EXEMPTION],
	};
	for (i = 0; i < rs->n[KIND_SET]; i++)
		c->ranges += rs->set[i].n4 + rs->set[i].n6;
	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++)
		c->prefixes += rs->exemption[i].n_remotes;
}

/**
 * names_add() - append a name
 * @names: the names
 * @name: the name
 * @len: its length
 */
void names_add(struct names *names, const char *name, size_t len)
{
	names->v = mem_grow(names->v, &names->cap, names->n + 1,
			    sizeof(*names->v));
	names->v[names->n++] = mem_strndup(name, len);
}

/**
 * names_have() - is a name among them?
 * @names: the names
 * @name: the name
 *
 * Return: whether it is.
 */
bool names_have(const struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		if (!strcmp(names->v[i], name))
			return true;
	return false;
}

/**
 * names_free() - free all names
 * @names: the names, none afterwards
 */
void names_free(struct names *names)
{
	while (names->n)
		free(names->v[--names->n]);
	free(names->v);
	*names = (struct names){};
}

/**
 * set_free() - free what a set holds
 * @s: the set
 */
void set_free(struct set *s)
{
	free(s->name);
	free(s->source);
	free(s->checksum);
	*s = (struct set){};
}

/**
 * policy_free() - free what a policy holds
 * @p: the policy
 */
void policy_free(struct policy *p)
{
	names_free(&p->allow);
	names_free(&p->block);
	free(p->name);
	free(p->comment);
	*p = (struct policy){};
}

/**
 * camera_free() - free what a camera holds
 * @c: the camera
 */
void camera_free(struct camera *c)
{
	free(c->name);
	free(c->policy);
	free(c->selector);
	free(c->key);
	free(c->comment);
	*c = (struct camera){};
}

/**
 * exemption_free() - free what an exemption holds
 * @e: the exemption
 */
void exemption_free(struct exemption *e)
{
	free(e->name);
	free(e->camera);
	free(e->policy);
	free(e->remote);
	free(e->by);
	free(e->reason);
	free(e->comment);
	*e = (struct exemption){};
}

/**
 * ruleset_free() - free all objects
 * @rs: the ruleset, empty afterwards
 */
void ruleset_free(struct ruleset *rs)
{
	size_t i;

	for (i = 0; i < rs->n[KIND_SET]; i++)
		set_free(&rs->set[i]);
	for (i = 0; i < rs->n[KIND_POLICY]; i++)
		policy_free(&rs->policy[i]);
	for (i = 0; i < rs->n[KIND_CAMERA]; i++)
		camera_free(&rs->camera[i]);
	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++)
		exemption_free(&rs->exemption[i]);
	free(rs->set);
	free(rs->policy);
	free(rs->camera);
	free(rs->exemption);
	*rs = (struct ruleset){};
}

/**
 * camera_add_selector() - append a selector
 * @c: the camera
 *
 * Return: the selector, empty, until the next is appended.
 */
struct selector *camera_add_selector(struct camera *c)
{
	c->selector = mem_grow(c->selector, &c->cap, c->n_selectors + 1,
			       sizeof(*c->selector));
	memset(&c->selector[c->n_selectors], 0, sizeof(*c->selector));
	return &c->selector[c->n_selectors++];
}

/**
 * selector_equal() - do two selectors select the same?
 * @a: one
 * @b: other
 *
 * Return: whether they do.
 */
bool selector_equal(const struct selector *a, const struct selector *b)
{
	if (a->is_mac != b->is_mac)
		return false;
	if (a->is_mac)
		return !memcmp(a->mac, b->mac, sizeof(a->mac));
	if (a->addr.family != b->addr.family)
		return false;
	if (a->addr.family == 4)
		return a->addr.v4.first == b->addr.v4.first;
	return !u128_cmp(a->addr.v6.first, b->addr.v6.first);
}

/**
 * selector_text() - write a selector's value
 * @s: the selector
 * @buf: where to
 *
 * Return: @buf.
 */
const char *selector_text(const struct selector *s, char buf[RANGE_TEXT])
{
	return s->is_mac ? mac_text(s->mac, buf) : range_text(&s->addr, buf);
}

/**
 * exemption_add_remote() - append a remote
 * @e: the exemption
 *
 * Return: the remote, empty, until the next is appended.
 */
struct range *exemption_add_remote(struct exemption *e)
{
	e->remote = mem_grow(e->remote, &e->cap, e->n_remotes + 1,
			     sizeof(*e->remote));
	memset(&e->remote[e->n_remotes], 0, sizeof(*e->remote));
	return &e->remote[e->n_remotes++];
}

/**
 * exemption_liveness() - does an exemption hold at a point in time?
 * @e: the exemption
 * @now: seconds since 1970
 *
 * Return: whether it does, or why not.
 */
enum liveness exemption_liveness(const struct exemption *e, u64 now)
{
	if (e->until != TIME_FOREVER && now >= e->until)
		return OVER;
	return now < e->not_before ? NOT_YET : LIVE;
}
