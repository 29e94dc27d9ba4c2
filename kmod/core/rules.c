// SPDX-License-Identifier: GPL-2.0
/*
 * From a ruleset by name to what the packet path reads: names become indices,
 * lists of sets become masks, exemptions' prefixes are dealt to their owners.
 */
#include "rules.h"

/* One more than needed, so that nothing asked for is no failure. */
static void *alloc_array(u32 n, size_t size)
{
	return cf_alloc(array_size((size_t)n + 1, size));
}

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
	return CF_NOTHING;
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
			if (set == CF_NOTHING) {
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

static void print_addr(char *out, size_t len, const struct cf_addr *a)
{
	u64 hi = a->v6.hi, lo = a->v6.lo;

	if (a->family == CF_IPV4)
		scnprintf(out, len, "%u.%u.%u.%u", (u8)(a->v4 >> 24),
			  (u8)(a->v4 >> 16), (u8)(a->v4 >> 8), (u8)a->v4);
	else
		scnprintf(out, len, "%x:%x:%x:%x:%x:%x:%x:%x",
			  (u16)(hi >> 48), (u16)(hi >> 32), (u16)(hi >> 16),
			  (u16)hi, (u16)(lo >> 48), (u16)(lo >> 32),
			  (u16)(lo >> 16), (u16)lo);
}

static void print_selector(char *out, size_t len, const struct cf_selector *s)
{
	char addr[40];

	switch (s->type) {
	case CF_SEL_MAC:
	case CF_SEL_OUI:
		scnprintf(out, len, "%02x:%02x:%02x:%02x:%02x:%02x%s",
			  (u8)(s->mac >> 40), (u8)(s->mac >> 32),
			  (u8)(s->mac >> 24), (u8)(s->mac >> 16),
			  (u8)(s->mac >> 8), (u8)s->mac,
			  s->type == CF_SEL_MAC ? "" : " (an OUI)");
		break;
	case CF_SEL_ADDR:
		print_addr(out, len, &s->addr);
		break;
	case CF_SEL_PREFIX:
		print_addr(addr, sizeof(addr), &s->addr);
		scnprintf(out, len, "%s/%u", addr, s->len);
		break;
	case CF_SEL_IFACE:
		scnprintf(out, len, "interface %s", s->iface);
		break;
	}
}

static void tell_conflict(char *message, const struct cf_objects *in,
			  const struct cf_conflict *c)
{
	const struct cf_camera *second = in->cameras[c->second];
	const char *kind = second->catch ? "catch" : "camera";
	char selector[48];

	print_selector(selector, sizeof(selector), c->selector);
	if (c->first == c->second)
		scnprintf(message, CF_MESSAGE_LEN, "%s \"%s\" has %s twice",
			  kind, second->name, selector);
	else
		scnprintf(message, CF_MESSAGE_LEN,
			  "%s%s \"%s\" and \"%s\" both have %s", kind,
			  second->catch ? "es" : "s",
			  in->cameras[c->first]->name, second->name, selector);
}

static int build_cameras(struct cf_rules *r, const struct cf_objects *in,
			 char *message)
{
	struct cf_conflict conflict;
	u32 i, j;
	int err;

	for (i = 0; i < in->n_cameras; i++) {
		const struct cf_camera *from = in->cameras[i];

		for (j = 0; j < from->n_selectors; j++)
			if (from->selectors[j].type == CF_SEL_MAC)
				r->cameras[i].has_mac = true;
		r->cameras[i].policy = find_policy(in, from->policy);
		if (r->cameras[i].policy == CF_NOTHING) {
			scnprintf(message, CF_MESSAGE_LEN,
				  "policy \"%s\" is used by %s \"%s\", but does not exist or is to be deleted",
				  from->policy,
				  from->catch ? "catch" : "camera", from->name);
			return -EBUSY;
		}
	}
	err = cf_cameras_build(&r->table, in->cameras, in->n_cameras,
			       &conflict);
	if (err == -EEXIST)
		tell_conflict(message, in, &conflict);
	if (!err)
		r->by_mac = cf_cameras_want_mac(r->table);
	return err;
}

static struct cf_exempted *owner_of(struct cf_rules *r,
				    const struct cf_objects *in,
				    const struct cf_exemption *e)
{
	u32 i = e->camera[0] ? find_camera(in, e->camera) :
			       find_policy(in, e->policy);

	if (i == CF_NOTHING)
		return NULL;
	return e->camera[0] ? &r->cameras[i].exempted :
			      &r->policies[i].exempted;
}

static bool is_wide(const struct cf_exemption *e)
{
	return e->n_sets || e->router;
}

static int count_exemptions(struct cf_rules *r, const struct cf_objects *in,
			    char *message)
{
	u32 i;

	for (i = 0; i < in->n_exemptions; i++) {
		const struct cf_exemption *e = in->exemptions[i];
		struct cf_exempted *owner = owner_of(r, in, e);

		if (!owner) {
			scnprintf(message, CF_MESSAGE_LEN,
				  "%s \"%s\" is used by exemption \"%s\", but does not exist or is to be deleted",
				  e->camera[0] ? "camera" : "policy",
				  e->camera[0] ? e->camera : e->policy,
				  e->name);
			return -EBUSY;
		}
		owner->holes.n += e->n_prefixes;
		owner->wide.n += is_wide(e);
		r->router |= e->router;
	}
	return 0;
}

static void place(struct cf_span *span, u32 *first)
{
	span->first = *first;
	*first += span->n;
	span->n = 0;
}

/* The i-th of all owners: policies, then cameras. */
static struct cf_exempted *nth_owner(struct cf_rules *r,
				     const struct cf_objects *in, u32 i)
{
	return i < in->n_policies ? &r->policies[i].exempted :
				    &r->cameras[i - in->n_policies].exempted;
}

static int deal_sets(struct cf_wide *wide, const struct cf_objects *in,
		     const struct cf_exemption *e, char *message)
{
	u32 i, set;

	for (i = 0; i < e->n_sets; i++) {
		set = find_set(in, e->sets[i]);
		if (set == CF_NOTHING) {
			scnprintf(message, CF_MESSAGE_LEN,
				  "set \"%s\" is used by exemption \"%s\", but does not exist or is to be deleted",
				  e->sets[i], e->name);
			return -EBUSY;
		}
		wide->sets |= BIT_ULL(set);
	}
	return 0;
}

static int deal(struct cf_rules *r, const struct cf_objects *in, u32 exemption,
		char *message)
{
	const struct cf_exemption *e = in->exemptions[exemption];
	struct cf_exempted *owner = owner_of(r, in, e);
	struct cf_wide *wide;
	u32 i;

	for (i = 0; i < e->n_prefixes; i++)
		r->holes[owner->holes.first + owner->holes.n++] =
			(struct cf_hole){ e->prefixes[i], exemption };
	if (!is_wide(e))
		return 0;
	wide = &r->wide[owner->wide.first + owner->wide.n++];
	wide->exemption = exemption;
	return deal_sets(wide, in, e, message);
}

static int build_exemptions(struct cf_rules *r, const struct cf_objects *in,
			    char *message)
{
	u32 i, hole = 0, wide = 0, owners = in->n_policies + in->n_cameras;
	int err;

	for (i = 0; i < owners; i++) {
		place(&nth_owner(r, in, i)->holes, &hole);
		place(&nth_owner(r, in, i)->wide, &wide);
	}
	for (i = 0; i < in->n_exemptions; i++) {
		err = deal(r, in, i, message);
		if (err)
			return err;
		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
	}
	return 0;
}

static int build_groups(struct cf_rules *r, const struct cf_objects *in)
{
	u32 i, n, owners = in->n_policies + in->n_cameras;

	for (i = 0; i < owners; i++) {
		struct cf_exempted *owner = nth_owner(r, in, i);

		cf_holes_sort(r->holes + owner->holes.first, owner->holes.n);
		owner->groups.first = r->n_groups;
		owner->groups.n = cf_holes_group(r->holes, owner->holes, NULL);
		r->n_groups += owner->groups.n;
		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
	}
	r->groups = alloc_array(r->n_groups, sizeof(*r->groups));
	if (!r->groups)
		return -ENOMEM;
	for (i = 0, n = 0; i < owners; i++)
		n += cf_holes_group(r->holes, nth_owner(r, in, i)->holes,
				    r->groups + n);
	return 0;
}

static int by_length(const void *a, const void *b)
{
	const struct cf_prefix *x = a, *y = b;

	return y->len - x->len;
}

static int build_site(struct cf_rules *r, const struct cf_objects *in,
		      const char *site, char *message)
{
	r->site = find_policy(in, site);
	if (r->site == CF_NOTHING) {
		scnprintf(message, CF_MESSAGE_LEN,
			  "policy \"%s\" is used by the option site, but does not exist or is to be deleted",
			  site);
		return -EBUSY;
	}
	if (r->policies[r->site].dflt != CAMFENCE_DEFAULT_PASS) {
		scnprintf(message, CF_MESSAGE_LEN,
			  "policy \"%s\" is used by the option site, so its default must be pass: it judges what belongs to no camera",
			  site);
		return -EINVAL;
	}
	return 0;
}

static int build_options(struct cf_rules *r, const struct cf_objects *in,
			 char *message)
{
	const struct cf_options *o;

	r->site = CF_NOTHING;
	if (!in->n_options)
		return 0;
	o = in->options[0];
	r->nat64.prefixes = alloc_array(o->n_nat64, sizeof(*o->nat64));
	if (!r->nat64.prefixes)
		return -ENOMEM;
	for (; r->nat64.n < o->n_nat64; r->nat64.n++)
		r->nat64.prefixes[r->nat64.n] = o->nat64[r->nat64.n];
	sort(r->nat64.prefixes, r->nat64.n, sizeof(*o->nat64), by_length, NULL);
	return o->site[0] ? build_site(r, in, o->site, message) : 0;
}

static int alloc_rules(struct cf_rules *r, const struct cf_objects *in)
{
	u32 i;

	for (i = 0; i < in->n_policies; i++)
		r->n_order += in->policies[i]->n_allow +
			      in->policies[i]->n_block;
	for (i = 0; i < in->n_exemptions; i++) {
		r->n_holes += in->exemptions[i]->n_prefixes;
		r->n_wide += is_wide(in->exemptions[i]);
	}
	r->policies = alloc_array(in->n_policies, sizeof(*r->policies));
	r->cameras = alloc_array(in->n_cameras, sizeof(*r->cameras));
	r->holes = alloc_array(r->n_holes, sizeof(*r->holes));
	r->wide = alloc_array(r->n_wide, sizeof(*r->wide));
	r->order = alloc_array(r->n_order, sizeof(*r->order));
	r->exemptions = in->exemptions;
	return r->policies && r->cameras && r->holes && r->wide && r->order ?
	       0 : -ENOMEM;
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
 * is not there), -EEXIST (a selector used twice), -EINVAL (site's default),
 * -E2BIG (too many classes).
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
	err = count_exemptions(r, in, message);
	if (err)
		goto fail;
	err = build_exemptions(r, in, message);
	if (err)
		goto fail;
	err = build_groups(r, in);
	if (err)
		goto fail;
	err = build_options(r, in, message);
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
	cf_free(r->wide);
	cf_free(r->order);
	cf_free(r->nat64.prefixes);
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
	       (size_t)r->n_groups * sizeof(*r->groups) +
	       (size_t)r->n_wide * sizeof(*r->wide) + r->n_order +
	       r->nat64.n * sizeof(*r->nat64.prefixes);
}
