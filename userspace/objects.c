// SPDX-License-Identifier: GPL-2.0
/* What the objects of a ruleset hold, and how two of them compare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "ruleset.h"
#include "times.h"

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
 * names_copy() - append copies of names
 * @to: where to
 * @from: the names
 */
void names_copy(struct names *to, const struct names *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		names_add(to, from->v[i], strlen(from->v[i]));
}

/**
 * names_equal() - are they the same names in the same order?
 * @a: some
 * @b: others
 *
 * Return: whether they are.
 */
bool names_equal(const struct names *a, const struct names *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (strcmp(a->v[i], b->v[i]))
			return false;
	return true;
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
 * set_copy() - copy a set
 * @to: where to, zeroed
 * @from: the set
 */
void set_copy(struct set *to, const struct set *from)
{
	*to = *from;
	to->name = mem_strdup(from->name);
	to->source = mem_strdup(from->source);
	to->checksum = mem_strdup(from->checksum);
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
	names_free(&p->services);
	free(p->name);
	free(p->comment);
	*p = (struct policy){};
}

/**
 * policy_copy() - copy a policy
 * @to: where to; it has a name at most
 * @from: the policy
 */
void policy_copy(struct policy *to, const struct policy *from)
{
	free(to->name);
	to->name = mem_strdup(from->name);
	to->default_ = from->default_;
	to->action = from->action;
	to->nflog = from->nflog;
	names_copy(&to->allow, &from->allow);
	names_copy(&to->block, &from->block);
	names_copy(&to->services, &from->services);
	to->comment = mem_strdup(from->comment);
}

/**
 * camera_copy() - copy a camera or a catch
 * @to: where to, zeroed
 * @from: the camera
 */
void camera_copy(struct camera *to, const struct camera *from)
{
	size_t i;

	to->name = mem_strdup(from->name);
	to->policy = mem_strdup(from->policy);
	to->shared = from->shared;
	to->key = mem_strdup(from->key);
	to->comment = mem_strdup(from->comment);
	for (i = 0; i < from->n_selectors; i++)
		*camera_add_selector(to) = from->selector[i];
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
 * exemption_copy() - copy an exemption
 * @to: where to, zeroed
 * @from: the exemption
 */
void exemption_copy(struct exemption *to, const struct exemption *from)
{
	size_t size = from->n_remotes * sizeof(*from->remote);

	*to = *from;
	to->name = mem_strdup(from->name);
	to->camera = mem_strdup(from->camera);
	to->policy = mem_strdup(from->policy);
	to->by = mem_strdup(from->by);
	to->reason = mem_strdup(from->reason);
	to->comment = mem_strdup(from->comment);
	to->sets = (struct names){};
	names_copy(&to->sets, &from->sets);
	to->remote = NULL;
	to->cap = 0;
	if (!size)
		return;
	to->remote = mem_grow(NULL, &to->cap, from->n_remotes,
			      sizeof(*to->remote));
	memcpy(to->remote, from->remote, size);
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
	names_free(&e->sets);
	free(e->by);
	free(e->reason);
	free(e->comment);
	*e = (struct exemption){};
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

/* By family and first address, the longest prefix first. */
static int compare_ranges(const struct range *a, const struct range *b)
{
	int order = a->family - b->family;

	if (order)
		return order;
	if (a->family == 6) {
		order = u128_cmp(a->v6.first, b->v6.first);
		return order ? order : u128_cmp(a->v6.last, b->v6.last);
	}
	if (a->v4.first != b->v4.first)
		return a->v4.first < b->v4.first ? -1 : 1;
	return (a->v4.last > b->v4.last) - (a->v4.last < b->v4.last);
}

/**
 * selector_compare() - an order of selectors
 * @a: one
 * @b: other
 *
 * Return: less than, equal to or more than 0; 0 where they select the same.
 */
int selector_compare(const struct selector *a, const struct selector *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	switch (a->type) {
	case SELECT_OUI:
	case SELECT_MAC:
		if (a->len != b->len)
			return a->len < b->len ? -1 : 1;
		return memcmp(a->mac, b->mac, sizeof(a->mac));
	case SELECT_IIF:
		return strcmp(a->iif, b->iif);
	default:
		return compare_ranges(&a->addr, &b->addr);
	}
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
	return !selector_compare(a, b);
}

/**
 * camera_has() - is a selector one of a camera's?
 * @c: the camera
 * @s: the selector
 *
 * Return: the camera's, or NULL.
 */
const struct selector *camera_has(const struct camera *c,
				  const struct selector *s)
{
	size_t i;

	for (i = 0; i < c->n_selectors; i++)
		if (selector_equal(&c->selector[i], s))
			return &c->selector[i];
	return NULL;
}

/**
 * selector_word() - the keyword before a selector
 * @type: what kind of selector
 *
 * Return: the word.
 */
const char *selector_word(enum selector_type type)
{
	static const char *const words[] = {
		[SELECT_MAC] = "mac", [SELECT_ADDR] = "addr",
		[SELECT_NET] = "net", [SELECT_OUI] = "oui",
		[SELECT_IIF] = "iif",
	};

	return words[type];
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
	switch (s->type) {
	case SELECT_MAC:
		return mac_text(s->mac, buf);
	case SELECT_OUI:
		return oui_text(s->mac, s->len, buf);
	case SELECT_IIF:
		snprintf(buf, RANGE_TEXT, "%s", s->iif);
		return buf;
	default:
		return range_text(&s->addr, buf);
	}
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

static int compare_remotes(const void *x, const void *y)
{
	return compare_ranges(x, y);
}

/**
 * exemption_sort_remotes() - each prefix once, in order
 * @e: the exemption
 */
void exemption_sort_remotes(struct exemption *e)
{
	size_t n = 0, i;

	if (!e->n_remotes)
		return;
	qsort(e->remote, e->n_remotes, sizeof(*e->remote), compare_remotes);
	for (i = 1; i < e->n_remotes; i++)
		if (!range_equal(&e->remote[n], &e->remote[i]))
			e->remote[++n] = e->remote[i];
	e->n_remotes = n + 1;
}

static bool ports_equal(const struct ports *a, const struct ports *b)
{
	return a->n == b->n && !memcmp(a->v, b->v, a->n * sizeof(*a->v));
}

/**
 * exemption_same_hole() - do two exemptions let the same through?
 * @a: one, its remotes in order
 * @b: other, likewise
 *
 * Whose they are, their names and texts do not count.
 *
 * Return: whether they do.
 */
bool exemption_same_hole(const struct exemption *a, const struct exemption *b)
{
	size_t i;

	if (a->dir != b->dir || a->proto != b->proto ||
	    a->router != b->router || a->not_before != b->not_before ||
	    a->until != b->until || a->n_remotes != b->n_remotes ||
	    a->n_icmp_types != b->n_icmp_types)
		return false;
	for (i = 0; i < a->n_remotes; i++)
		if (!range_equal(&a->remote[i], &b->remote[i]))
			return false;
	return ports_equal(&a->ports, &b->ports) &&
	       ports_equal(&a->local_ports, &b->local_ports) &&
	       !memcmp(a->icmp_type, b->icmp_type, a->n_icmp_types) &&
	       names_equal(&a->sets, &b->sets);
}

/**
 * settings_copy() - copy settings
 * @to: where to; what it held is freed
 * @from: the settings
 */
void settings_copy(struct settings *to, const struct settings *from)
{
	free(to->site);
	*to = *from;
	to->site = mem_strdup(from->site);
}

/**
 * settings_add_nat64() - add a NAT64's prefix
 * @s: the settings
 * @word: the prefix
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int settings_add_nat64(struct settings *s, const char *word, struct fault *f)
{
	char buf[RANGE_TEXT];
	const char *wrong;
	struct range r;
	bool host_bits;
	size_t i;

	wrong = parse_nat64(word, &r, &host_bits);
	if (wrong)
		return fault_input(f, "nat64 \"%s\": %s", word, wrong);
	range_text(&r, buf);
	if (host_bits)
		return fault_input(f, "nat64 \"%s\": bits are set behind its length; that is %s",
				   word, buf);
	for (i = 0; i < s->n_nat64; i++)
		if (range_equal(&s->nat64[i], &r))
			return fault_input(f, "nat64 \"%s\": is given twice",
					   word);
	if (s->n_nat64 == CAMFENCE_MAX_NAT64)
		return fault_input(f, "nat64: more than %d prefixes",
				   CAMFENCE_MAX_NAT64);
	s->nat64[s->n_nat64++] = r;
	return 0;
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

/**
 * exemption_ends_soon() - will somebody have to think of an exemption?
 * @e: the exemption
 * @now: the point in time, seconds since 1970
 *
 * Return: whether it is live and ends within 14 days.
 */
bool exemption_ends_soon(const struct exemption *e, u64 now)
{
	return exemption_liveness(e, now) == LIVE && e->until != TIME_FOREVER &&
	       e->until - now <= 14 * 86400;
}
