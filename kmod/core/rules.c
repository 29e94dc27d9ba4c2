// SPDX-License-Identifier: GPL-2.0
/*
 * From a ruleset by name to what the packet path reads: names become indices,
 * lists of sets become masks, exemptions' prefixes are dealt to their owners.
 */
#include "rules.h"

#ifdef __KERNEL__
#include <linux/sort.h>
#else
static void sort(void *base, size_t num, size_t size,
		 int (*cmp)(const void *, const void *), void *unused)
{
	(void)unused;
	if (num)
		qsort(base, num, size, cmp);
}
#endif

#define NOT_FOUND U32_MAX

/* Every object begins with its name. */
static u32 find(const void *const *objects, u32 n, const char *name)
{
	u32 low = 0;

	while (low < n) {
		u32 mid = low + (n - low) / 2;
		int cmp = strcmp((const char *)objects[mid], name);

		if (!cmp)
			return mid;
		if (cmp < 0)
			low = mid + 1;
		else
			n = mid;
	}
	return NOT_FOUND;
}

static u32 find_set(const struct cf_objects *in, const char *name)
{
	return find((const void *const *)in->sets, in->n_sets, name);
}

static u32 find_policy(const struct cf_objects *in, const char *name)
{
	return find((const void *const *)in->policies, in->n_policies, name);
}

static u32 find_camera(const struct cf_objects *in, const char *name)
{
	return find((const void *const *)in->cameras, in->n_cameras, name);
}

static int build_policies(struct cf_rules *r, const struct cf_objects *in,
			  char *message)
{
	u8 *order = r->order;
	u32 i, j, set;

	for (i = 0; i < in->n_policies; i++) {
		const struct cf_policy *from = in->policies[i];
		struct cf_rule_policy *p = &r->policies[i];

		p->dflt = from->dflt;
		p->action = from->action;
		p->n_allow = from->n_allow;
		p->n_block = from->n_block;
		p->order = order;
		for (j = 0; j < from->n_allow + from->n_block; j++) {
			set = find_set(in, from->sets[j]);
			if (set == NOT_FOUND) {
				scnprintf(message, CF_MESSAGE_LEN,
					  "set \"%s\" is used by policy \"%s\", but does not exist or is to be deleted",
					  from->sets[j], from->name);
				return -EBUSY;
			}
			*order++ = set;
			if (j < from->n_allow)
				p->allow |= BIT_ULL(set);
			else
				p->block |= BIT_ULL(set);
		}
	}
	return 0;
}

static void print_selector(char *out, size_t len, const struct cf_selector *s)
{
	u64 hi = s->addr.v6.hi, lo = s->addr.v6.lo;

	if (s->type == CF_SEL_MAC)
		scnprintf(out, len, "%02x:%02x:%02x:%02x:%02x:%02x",
			  (u8)(s->mac >> 40), (u8)(s->mac >> 32),
			  (u8)(s->mac >> 24), (u8)(s->mac >> 16),
			  (u8)(s->mac >> 8), (u8)s->mac);
	else if (s->addr.family == CF_IPV4)
		scnprintf(out, len, "%u.%u.%u.%u", (u8)(s->addr.v4 >> 24),
			  (u8)(s->addr.v4 >> 16), (u8)(s->addr.v4 >> 8),
			  (u8)s->addr.v4);
	else
		scnprintf(out, len, "%x:%x:%x:%x:%x:%x:%x:%x",
			  (u16)(hi >> 48), (u16)(hi >> 32), (u16)(hi >> 16),
			  (u16)hi, (u16)(lo >> 48), (u16)(lo >> 32),
			  (u16)(lo >> 16), (u16)lo);
}

static void tell_conflict(char *message, const struct cf_objects *in,
			  const struct cf_conflict *c)
{
	char selector[48];

	print_selector(selector, sizeof(selector), c->selector);
	if (c->first == c->second)
		scnprintf(message, CF_MESSAGE_LEN,
			  "camera \"%s\" has %s twice",
			  in->cameras[c->first]->name, selector);
	else
		scnprintf(message, CF_MESSAGE_LEN,
			  "cameras \"%s\" and \"%s\" both have %s",
			  in->cameras[c->first]->name,
			  in->cameras[c->second]->name, selector);
}

static int build_cameras(struct cf_rules *r, const struct cf_objects *in,
			 char *message)
{
	struct cf_conflict conflict;
	u32 i;
	int err;

	for (i = 0; i < in->n_cameras; i++) {
		const struct cf_camera *from = in->cameras[i];

		r->cameras[i].policy = find_policy(in, from->policy);
		if (r->cameras[i].policy == NOT_FOUND) {
			scnprintf(message, CF_MESSAGE_LEN,
				  "policy \"%s\" is used by camera \"%s\", but does not exist or is to be deleted",
				  from->policy, from->name);
			return -EBUSY;
		}
	}
	err = cf_cameras_build(&r->table, in->cameras, in->n_cameras,
			       &conflict);
	if (err == -EEXIST)
		tell_conflict(message, in, &conflict);
	return err;
}

static struct cf_span *span_of(struct cf_rules *r, const struct cf_objects *in,
			       const struct cf_exemption *e)
{
	u32 i = e->camera[0] ? find_camera(in, e->camera) :
			       find_policy(in, e->policy);

	if (i == NOT_FOUND)
		return NULL;
	return e->camera[0] ? &r->cameras[i].holes : &r->policies[i].holes;
}

static int count_holes(struct cf_rules *r, const struct cf_objects *in,
		       char *message)
{
	u32 i;

	for (i = 0; i < in->n_exemptions; i++) {
		const struct cf_exemption *e = in->exemptions[i];
		struct cf_span *span = span_of(r, in, e);

		if (!span) {
			scnprintf(message, CF_MESSAGE_LEN,
				  "%s \"%s\" is used by exemption \"%s\", but does not exist or is to be deleted",
				  e->camera[0] ? "camera" : "policy",
				  e->camera[0] ? e->camera : e->policy,
				  e->name);
			return -EBUSY;
		}
		span->n += e->n_prefixes;
	}
	return 0;
}

static void place(struct cf_span *span, u32 *first)
{
	span->first = *first;
	*first += span->n;
	span->n = 0;
}

static int by_rank(const void *a, const void *b)
{
	const struct cf_hole *x = a, *y = b;
	int cmp;

	if (x->prefix.len != y->prefix.len)
		return x->prefix.len > y->prefix.len ? -1 : 1;
	if (x->prefix.addr.family != y->prefix.addr.family)
		return x->prefix.addr.family < y->prefix.addr.family ? -1 : 1;
	cmp = cf_addr_cmp(&x->prefix.addr, &y->prefix.addr);
	if (cmp)
		return cmp;
	if (x->exemption != y->exemption)
		return x->exemption < y->exemption ? -1 : 1;
	return 0;
}

/* Sort an owner's holes, and count the groups they fall into. */
static void rank(struct cf_rules *r, const struct cf_span *holes,
		 struct cf_span *groups)
{
	const struct cf_hole *h = r->holes + holes->first;
	u32 i;

	sort(r->holes + holes->first, holes->n, sizeof(*r->holes), by_rank,
	     NULL);
	for (i = 0; i < holes->n; i++)
		groups->n += !i || h[i].prefix.len != h[i - 1].prefix.len ||
			     h[i].prefix.addr.family !=
			     h[i - 1].prefix.addr.family;
	r->n_groups += groups->n;
}

static void group(struct cf_rules *r, const struct cf_span *holes,
		  struct cf_span *groups, u32 *first)
{
	struct cf_group *g = r->groups + *first;
	u32 i;

	groups->first = *first;
	*first += groups->n;
	for (i = holes->first; i < holes->first + holes->n; i++) {
		const struct cf_prefix *p = &r->holes[i].prefix;

		if (g->holes.n && (g->len != p->len ||
				   g->family != p->addr.family))
			g++;
		if (!g->holes.n++) {
			g->holes.first = i;
			g->len = p->len;
			g->family = p->addr.family;
		}
	}
}

static int build_holes(struct cf_rules *r, const struct cf_objects *in)
{
	u32 i, j, first = 0;

	for (i = 0; i < in->n_policies; i++)
		place(&r->policies[i].holes, &first);
	for (i = 0; i < in->n_cameras; i++)
		place(&r->cameras[i].holes, &first);
	for (i = 0; i < in->n_exemptions; i++) {
		const struct cf_exemption *e = in->exemptions[i];
		struct cf_span *span = span_of(r, in, e);

		for (j = 0; j < e->n_prefixes; j++) {
			struct cf_hole *hole;

			hole = &r->holes[span->first + span->n++];
			hole->prefix = e->prefixes[j];
			hole->exemption = i;
		}
		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
	}
	return 0;
}

/* One more than needed, so that nothing asked for is no failure. */
static void *alloc_array(u32 n, size_t size)
{
	return cf_alloc(array_size((size_t)n + 1, size));
}

static int build_groups(struct cf_rules *r, const struct cf_objects *in)
{
	u32 i, first = 0;

	for (i = 0; i < in->n_policies; i++)
		rank(r, &r->policies[i].holes, &r->policies[i].groups);
	for (i = 0; i < in->n_cameras; i++) {
		rank(r, &r->cameras[i].holes, &r->cameras[i].groups);
		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
	}
	r->groups = alloc_array(r->n_groups, sizeof(*r->groups));
	if (!r->groups)
		return -ENOMEM;
	for (i = 0; i < in->n_policies; i++)
		group(r, &r->policies[i].holes, &r->policies[i].groups, &first);
	for (i = 0; i < in->n_cameras; i++)
		group(r, &r->cameras[i].holes, &r->cameras[i].groups, &first);
	return 0;
}

static int alloc_rules(struct cf_rules *r, const struct cf_objects *in)
{
	u32 i;

	for (i = 0; i < in->n_policies; i++)
		r->n_order += in->policies[i]->n_allow +
			      in->policies[i]->n_block;
	for (i = 0; i < in->n_exemptions; i++)
		r->n_holes += in->exemptions[i]->n_prefixes;
	r->policies = alloc_array(in->n_policies, sizeof(*r->policies));
	r->cameras = alloc_array(in->n_cameras, sizeof(*r->cameras));
	r->holes = alloc_array(r->n_holes, sizeof(*r->holes));
	r->order = alloc_array(r->n_order, sizeof(*r->order));
	r->exemptions = in->exemptions;
	return r->policies && r->cameras && r->holes && r->order ? 0 : -ENOMEM;
}

static int build_classifiers(struct cf_rules *r, const struct cf_objects *in,
			     char *message)
{
	int err;

	err = cf_classify_build4(&r->classify4, in->sets, in->n_sets);
	if (!err)
		err = cf_classify_build6(&r->classify6, in->sets, in->n_sets);
	if (err == -E2BIG)
		scnprintf(message, CF_MESSAGE_LEN,
			  "the sets overlap in more than 65536 different ways; merge some of them");
	return err;
}

/**
 * cf_rules_build() - build what the packet path reads
 * @out: the rules, freed by cf_rules_free()
 * @in: the ruleset by name. Its exemptions, and the array of them, must live
 *	as long as the rules; the rest may go.
 * @message: CF_MESSAGE_LEN bytes; a sentence that names the objects where the
 *	ruleset is at fault, otherwise unchanged
 *
 * May sleep.
 *
 * Return: 0, -ENOMEM, -EINTR (fatal signal), -EBUSY (something refers to what
 * is not there), -EEXIST (a selector used twice), -E2BIG (too many classes).
 */
int cf_rules_build(struct cf_rules **out, const struct cf_objects *in,
		   char *message)
{
	struct cf_rules *r = cf_alloc(sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	err = alloc_rules(r, in);
	if (err)
		goto fail;
	err = build_policies(r, in, message);
	if (err)
		goto fail;
	err = build_cameras(r, in, message);
	if (err)
		goto fail;
	err = count_holes(r, in, message);
	if (err)
		goto fail;
	err = build_holes(r, in);
	if (err)
		goto fail;
	err = build_groups(r, in);
	if (err)
		goto fail;
	err = build_classifiers(r, in, message);
	if (err)
		goto fail;
	*out = r;
	return 0;
fail:
	cf_rules_free(r);
	return err;
}

/**
 * cf_rules_free() - free rules, or NULL
 * @r: no reader may be left
 */
void cf_rules_free(struct cf_rules *r)
{
	if (!r)
		return;
	cf_classify_free(r->classify4);
	cf_classify_free(r->classify6);
	cf_cameras_free(r->table);
	cf_free(r->policies);
	cf_free(r->cameras);
	cf_free(r->holes);
	cf_free(r->groups);
	cf_free(r->order);
	cf_free(r);
}

/**
 * cf_rules_bytes() - what rules take
 * @r: the rules
 * @in: what they were built from
 *
 * Return: bytes, without the objects.
 */
size_t cf_rules_bytes(const struct cf_rules *r, const struct cf_objects *in)
{
	return sizeof(*r) + cf_classify_bytes(r->classify4) +
	       cf_classify_bytes(r->classify6) + cf_cameras_bytes(r->table) +
	       (size_t)in->n_policies * sizeof(*r->policies) +
	       (size_t)in->n_cameras * sizeof(*r->cameras) +
	       (size_t)r->n_holes * sizeof(*r->holes) +
	       (size_t)r->n_groups * sizeof(*r->groups) + r->n_order;
}
