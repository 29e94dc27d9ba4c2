// SPDX-License-Identifier: GPL-2.0
/*
 * From a ruleset by name to what the packet path reads: names become indices,
 * lists of sets become masks, exemptions' prefixes are dealt to their owners.
 *
 * The classifiers, which take long to build, are taken from the rules before
 * where each set has the ranges of their family that it had. So one camera, or a
 * set put again as it was, builds neither, and a set whose IPv4 ranges alone are
 * others builds one.
 */
#include "rules.h"

/* One more than needed, so that nothing asked for is no failure. */
static void *alloc_array(struct cf_rules *r, u32 n, size_t size)
{
	r->bytes += (size_t)n * size;
	return cf_alloc(array_size((size_t)n + 1, size));
}

const char *const cf_kind_names[CF_KINDS] = {
	[CF_KIND_SET] = "set",
	[CF_KIND_POLICY] = "policy",
	[CF_KIND_CAMERA] = "camera",
	[CF_KIND_EXEMPTION] = "exemption",
	[CF_KIND_OPTIONS] = "options",
};

/* What a build works on. */
struct build {
	struct cf_rules *r;
	const struct cf_objects *in;
	const struct cf_rules *before;
	char *message;		/* CF_MESSAGE_LEN bytes */
};

/**
 * cf_objects_find() - an object by name
 * @in: the ruleset by name
 * @kind: of the object
 * @name: its name
 *
 * Any context.
 *
 * Return: its index among those of its kind, or CF_NOTHING.
 */
u32 cf_objects_find(const struct cf_objects *in, enum cf_kind kind,
		    const char *name)
{
	u32 low = 0, n = in->n[kind];

	while (low < n) {
		u32 mid = low + (n - low) / 2;
		int cmp = strcmp((const char *)in->of[kind][mid], name);

		if (!cmp)
			return mid;
		if (cmp < 0)
			low = mid + 1;
		else
			n = mid;
	}
	return CF_NOTHING;
}

/* The index of what @user refers to by name, or CF_NOTHING and a sentence. */
static u32 resolve(const struct build *b, enum cf_kind kind, const char *name,
		   const char *user_kind, const char *user)
{
	u32 i = cf_objects_find(b->in, kind, name);

	if (i == CF_NOTHING)
		scnprintf(b->message, CF_MESSAGE_LEN,
			  "%s \"%s\" is used by %s \"%s\", but does not exist or is to be deleted",
			  cf_kind_names[kind], name, user_kind, user);
	return i;
}

static int build_policies(const struct build *b)
{
	u8 *order = b->r->order;
	u32 i, j, set;

	for (i = 0; i < b->in->n_policies; i++) {
		const struct cf_policy *from = b->in->policies[i];
		struct cf_rule_policy *p = &b->r->policies[i];

		p->dflt = from->dflt;
		p->action = from->action;
		p->n_allow = from->n_allow;
		p->n_block = from->n_block;
		p->order = order;
		for (j = 0; j < from->n_allow + from->n_block; j++) {
			set = resolve(b, CF_KIND_SET, from->sets[j], "policy",
				      from->name);
			if (set == CF_NOTHING)
				return -EBUSY;
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

static const char *kind_of(const struct cf_camera *camera)
{
	return camera->catch ? "catch" : "camera";
}

static void tell_conflict(const struct build *b, const struct cf_conflict *c)
{
	const struct cf_camera *second = b->in->cameras[c->second];
	char selector[48];

	print_selector(selector, sizeof(selector), c->selector);
	if (c->first == c->second)
		scnprintf(b->message, CF_MESSAGE_LEN, "%s \"%s\" has %s twice",
			  kind_of(second), second->name, selector);
	else
		scnprintf(b->message, CF_MESSAGE_LEN,
			  "%s%s \"%s\" and \"%s\" both have %s",
			  kind_of(second), second->catch ? "es" : "s",
			  b->in->cameras[c->first]->name, second->name,
			  selector);
}

static int build_cameras(const struct build *b)
{
	struct cf_rules *r = b->r;
	struct cf_conflict conflict;
	u32 i, j;
	int err;

	for (i = 0; i < b->in->n_cameras; i++) {
		const struct cf_camera *from = b->in->cameras[i];

		for (j = 0; j < from->n_selectors; j++)
			if (from->selectors[j].type == CF_SEL_MAC)
				r->cameras[i].has_mac = true;
		r->cameras[i].policy = resolve(b, CF_KIND_POLICY, from->policy,
					       kind_of(from), from->name);
		if (r->cameras[i].policy == CF_NOTHING)
			return -EBUSY;
	}
	err = cf_cameras_build(&r->table, b->in->cameras, b->in->n_cameras,
			       &conflict);
	if (err == -EEXIST)
		tell_conflict(b, &conflict);
	if (err)
		return err;
	r->by_mac = cf_cameras_want_mac(r->table);
	r->exact = cf_cameras_are_exact(r->table);
	return 0;
}

/* NULL and a sentence where there is none. */
static struct cf_exempted *owner_of(const struct build *b,
				    const struct cf_exemption *e)
{
	bool camera = e->camera[0];
	u32 i = resolve(b, camera ? CF_KIND_CAMERA : CF_KIND_POLICY,
			camera ? e->camera : e->policy, "exemption", e->name);

	if (i == CF_NOTHING)
		return NULL;
	return camera ? &b->r->cameras[i].exempted :
			&b->r->policies[i].exempted;
}

static bool is_wide(const struct cf_exemption *e)
{
	return e->n_sets || e->router;
}

static int count_exemptions(const struct build *b)
{
	u32 i, j;

	for (i = 0; i < b->in->n_exemptions; i++) {
		const struct cf_exemption *e = b->in->exemptions[i];
		struct cf_exempted *owner = owner_of(b, e);

		if (!owner)
			return -EBUSY;
		for (j = 0; j < e->n_prefixes; j++)
			cf_holes_span(&owner->holes,
				      e->prefixes[j].addr.family)->n++;
		owner->wide.n += is_wide(e);
		b->r->router |= e->router;
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
static struct cf_exempted *nth_owner(const struct build *b, u32 i)
{
	u32 n = b->in->n_policies;

	return i < n ? &b->r->policies[i].exempted :
		       &b->r->cameras[i - n].exempted;
}

static int deal(const struct build *b, u32 exemption)
{
	const struct cf_exemption *e = b->in->exemptions[exemption];
	struct cf_exempted *owner = owner_of(b, e);
	struct cf_wide *wide;
	u32 i, set;

	for (i = 0; i < e->n_prefixes; i++) {
		const struct cf_prefix *p = &e->prefixes[i];
		struct cf_span *span = cf_holes_span(&owner->holes,
						     p->addr.family);

		b->r->holes[span->first + span->n++] = cf_hole_of(p, exemption);
	}
	if (!is_wide(e))
		return 0;
	wide = &b->r->wide[owner->wide.first + owner->wide.n++];
	wide->exemption = exemption;
	for (i = 0; i < e->n_sets; i++) {
		set = resolve(b, CF_KIND_SET, e->sets[i], "exemption", e->name);
		if (set == CF_NOTHING)
			return -EBUSY;
		wide->sets |= BIT_ULL(set);
	}
	return 0;
}

static int build_exemptions(const struct build *b)
{
	u32 i, hole = 0, wide = 0;
	u32 owners = b->in->n_policies + b->in->n_cameras;
	int err;

	for (i = 0; i < owners; i++) {
		place(&nth_owner(b, i)->holes.ipv4, &hole);
		place(&nth_owner(b, i)->holes.ipv6, &hole);
		place(&nth_owner(b, i)->wide, &wide);
	}
	for (i = 0; i < b->in->n_exemptions; i++) {
		err = deal(b, i);
		if (err)
			return err;
		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
	}
	return 0;
}

static int order_exemptions(const struct build *b)
{
	u32 i, owners = b->in->n_policies + b->in->n_cameras;

	for (i = 0; i < owners; i++) {
		struct cf_exempted *owner = nth_owner(b, i);

		cf_holes_order(b->r->holes, owner->holes.ipv4);
		cf_holes_order(b->r->holes, owner->holes.ipv6);
		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
	}
	return 0;
}

static int build_options(const struct build *b)
{
	const struct cf_options *o;
	struct cf_rules *r = b->r;

	r->site = CF_NOTHING;
	if (!b->in->n_options)
		return 0;
	o = b->in->options[0];
	r->nat64.prefixes = o->nat64;
	r->nat64.n = o->n_nat64;
	if (!o->site[0])
		return 0;
	r->site = resolve(b, CF_KIND_POLICY, o->site, "option", "site");
	if (r->site == CF_NOTHING)
		return -EBUSY;
	if (r->policies[r->site].dflt == CAMFENCE_DEFAULT_PASS)
		return 0;
	scnprintf(b->message, CF_MESSAGE_LEN,
		  "policy \"%s\" is used by option \"site\", so its default must be pass: it judges what belongs to no camera",
		  o->site);
	return -EINVAL;
}

static int alloc_rules(const struct build *b)
{
	const struct cf_objects *in = b->in;
	struct cf_rules *r = b->r;
	u32 i, n_order = 0;

	for (i = 0; i < in->n_policies; i++)
		n_order += in->policies[i]->n_allow + in->policies[i]->n_block;
	for (i = 0; i < in->n_exemptions; i++) {
		r->n_holes += in->exemptions[i]->n_prefixes;
		r->n_wide += is_wide(in->exemptions[i]);
	}
	r->policies = alloc_array(r, in->n_policies, sizeof(*r->policies));
	r->cameras = alloc_array(r, in->n_cameras, sizeof(*r->cameras));
	r->holes = alloc_array(r, r->n_holes, sizeof(*r->holes));
	r->wide = alloc_array(r, r->n_wide, sizeof(*r->wide));
	r->order = alloc_array(r, n_order, sizeof(*r->order));
	r->exemptions = in->exemptions;
	return r->policies && r->cameras && r->holes && r->wide && r->order ?
	       0 : -ENOMEM;
}

static bool is_same(const void *a, u32 n_a, const void *b, u32 n_b,
		    size_t size)
{
	return n_a == n_b &&
	       (a == b || !memcmp(a, b, array_size(n_a, size)));
}

/* Have all sets the same ranges of a family, in their order: set i is bit i? */
static bool are_same(const struct cf_objects *a, const struct cf_objects *b,
		     bool v6)
{
	u32 i;

	if (a->n_sets != b->n_sets)
		return false;
	for (i = 0; i < a->n_sets; i++) {
		const struct cf_set *x = a->sets[i], *y = b->sets[i];
		bool same = v6 ?
			is_same(x->r6, x->n6, y->r6, y->n6, sizeof(*x->r6)) :
			is_same(x->r4, x->n4, y->r4, y->n4, sizeof(*x->r4));

		if (!same || cf_may_go_on())
			return false;
	}
	return true;
}

static int build_classifier(const struct build *b, bool v6)
{
	const struct cf_objects *in = b->in;
	struct cf_shared **s = &b->r->shared[v6];
	int err;

	if (b->before && are_same(b->before->in, in, v6)) {
		*s = b->before->shared[v6];
		refcount_inc(&(*s)->refs);
		return 0;
	}
	*s = cf_alloc(sizeof(**s));
	if (!*s)
		return -ENOMEM;
	refcount_set(&(*s)->refs, 1);
	err = cf_classify_build(&(*s)->classifier, v6 ? CF_IPV6 : CF_IPV4,
				in->sets, in->n_sets);
	if (err == -E2BIG)
		scnprintf(b->message, CF_MESSAGE_LEN,
			  "the sets overlap in more than 65536 different ways; merge some of them");
	return err;
}

static int build_classifiers(const struct build *b)
{
	struct cf_rules *r = b->r;
	int err = build_classifier(b, false);

	if (!err)
		err = build_classifier(b, true);
	if (err)
		return err;
	r->classify4 = r->shared[0]->classifier;
	r->classify6 = r->shared[1]->classifier;
	return 0;
}

static void put_shared(struct cf_shared *s)
{
	if (!s || !refcount_dec_and_test(&s->refs))
		return;
	cf_classify_free(s->classifier);
	cf_free(s);
}

/* In this order; the first that fails ends it. */
static int (*const steps[])(const struct build *b) = {
	alloc_rules,
	build_policies,
	build_cameras,
	count_exemptions,
	build_exemptions,
	order_exemptions,
	build_options,
	build_classifiers,
};

/**
 * cf_rules_build() - build what the packet path reads
 * @out: the rules, freed by cf_rules_free()
 * @in: the ruleset by name; it lives as long as the rules
 * @before: rules to share with, or NULL; they live until this returns
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
		   const struct cf_rules *before, char *message)
{
	struct build b = { cf_alloc(sizeof(*b.r)), in, before, message };
	unsigned int i;
	int err = 0;

	if (!b.r)
		return -ENOMEM;
	b.r->in = in;
	for (i = 0; i < ARRAY_SIZE(steps) && !err; i++)
		err = steps[i](&b);
	if (err) {
		cf_rules_free(b.r);
		return err;
	}
	b.r->plain = b.r->exact && b.r->site == CF_NOTHING;
	b.r->bytes += sizeof(*b.r) + 2 * sizeof(**b.r->shared) +
		      cf_classify_bytes(b.r->classify4) +
		      cf_classify_bytes(b.r->classify6) +
		      cf_cameras_bytes(b.r->table);
	*out = b.r;
	return 0;
}

/**
 * cf_rules_free() - free rules, or NULL
 * @r: no reader may be left. What others share stays.
 */
void cf_rules_free(struct cf_rules *r)
{
	if (!r)
		return;
	put_shared(r->shared[0]);
	put_shared(r->shared[1]);
	cf_cameras_free(r->table);
	cf_free(r->policies);
	cf_free(r->cameras);
	cf_free(r->holes);
	cf_free(r->wide);
	cf_free(r->order);
	cf_free(r);
}
