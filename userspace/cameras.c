// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cameras.h"
#include "guard.h"
#include "mem.h"
#include "parse.h"
#include "plan.h"

/* The selectors' words are those of enum selector_type. */
enum word { POLICY = SELECTORS, KEY, COMMENT, WORDS };

static const char *const keywords[WORDS] = {
	[SELECT_MAC] = "mac", [SELECT_ADDR] = "addr", [SELECT_NET] = "net",
	[SELECT_OUI] = "oui", [SELECT_IIF] = "iif", [POLICY] = "policy",
	[KEY] = "key", [COMMENT] = "comment",
};

/*
 * struct camera_change - a camera or catch that is added, replaced or changed
 * @c: what was given
 * @set: it is changed: what is not given stays
 * @given: bit for each keyword that was given
 * @none: bit for each of them that is to be taken away ("mac none")
 * @force: guards that are to be passed
 */
struct camera_change {
	enum objkind kind;
	struct camera c;
	bool set;
	unsigned int given, none;
	unsigned int force;
};

#define SELECTOR_BITS ((1 << SELECTORS) - 1)

static int fault_host_bits(const char *value, const struct range *r,
			   struct fault *f)
{
	char buf[RANGE_TEXT];

	fault_input(f, "net \"%s\": bits are set behind its length; the subnet is %s",
		    value, range_text(r, buf));
	fault_add(f, "for one host write its address, without the length: addr %.*s",
		  (int)strcspn(value, "/"), value);
	return CODE_INPUT;
}

/**
 * parse_selector() - how packets are known to be a camera's
 * @type: what kind of selector
 * @value: its value
 * @s: the selector
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_selector(enum selector_type type, const char *value,
		   struct selector *s, struct fault *f)
{
	const char *wrong = NULL;
	bool host_bits = false;

	*s = (struct selector){ .type = type };
	switch (type) {
	case SELECT_MAC:
		wrong = parse_mac(value, s->mac);
		break;
	case SELECT_ADDR:
		wrong = parse_camera_addr(value, &s->addr);
		break;
	case SELECT_NET:
		wrong = parse_camera_net(value, &s->addr, &host_bits);
		break;
	case SELECT_OUI:
		wrong = parse_oui(value, s->mac, &s->len);
		break;
	default:
		wrong = parse_iface(value);
		if (!wrong)
			snprintf(s->iif, sizeof(s->iif), "%s", value);
	}
	if (wrong)
		return fault_input(f, "%s \"%s\": %s", selector_word(type),
				   value, wrong);
	return host_bits ? fault_host_bits(value, &s->addr, f) : 0;
}

static int fault_registered(const struct camera *c, enum selector_type type,
			    const char *value, struct fault *f)
{
	fault_input(f, "catch \"%s\": known by oui and iif only, \"%s\" is for cameras",
		    c->name, selector_word(type));
	fault_add(f, "register it: camfence camera add NAME %s %s policy P",
		  selector_word(type), value);
	return CODE_INPUT;
}

/**
 * camera_take() - one more selector
 * @c: the camera or catch
 * @kind: which of the two it is
 * @type: what kind of selector
 * @value: its value
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int camera_take(struct camera *c, enum objkind kind, enum selector_type type,
		const char *value, struct fault *f)
{
	struct selector s;
	int code;

	if (kind == KIND_CATCH && type != SELECT_OUI && type != SELECT_IIF)
		return fault_registered(c, type, value, f);
	code = parse_selector(type, value, &s, f);
	if (code)
		return code;
	if (camera_has(c, &s))
		return fault_input(f, "%s \"%s\": is given twice",
				   selector_word(type), value);
	if (c->n_selectors == CAMFENCE_MAX_SELECTORS)
		return fault_input(f, "%s \"%s\": more than %d selectors",
				   kind_name(kind), c->name,
				   CAMFENCE_MAX_SELECTORS);
	*camera_add_selector(c) = s;
	return 0;
}

static int parse_text_word(struct args *a, struct camera_change *x,
			   size_t which, char **text, struct fault *f)
{
	const char *value = args_peek(a);

	if (!x->set || !value || *value)
		return args_text(a, keywords[which], text, f);
	args_next(a);
	x->none |= 1 << which;
	return 0;
}

static int parse_policy_word(struct args *a, struct camera *c, struct fault *f)
{
	const char *value;
	int code;

	if (c->policy)
		return fault_input(f, "\"policy\" is given twice");
	code = args_name(a, "policy", &value, f);
	if (!code)
		c->policy = mem_strdup(value);
	return code;
}

static int parse_word(struct args *a, struct camera_change *x, size_t which,
		      struct fault *f)
{
	unsigned int bit = 1 << which, before = x->given & bit;
	const char *value;
	int code;

	x->given |= bit;
	switch (which) {
	case POLICY:
		return parse_policy_word(a, &x->c, f);
	case KEY:
		return parse_text_word(a, x, which, &x->c.key, f);
	case COMMENT:
		return parse_text_word(a, x, which, &x->c.comment, f);
	}
	code = args_value(a, keywords[which], &value, f);
	if (code)
		return code;
	if (x->set && !strcmp(value, "none")) {
		x->none |= bit;
		return before ? fault_input(f, "\"%s none\" is given beside another",
					    keywords[which]) : 0;
	}
	if (x->none & bit)
		return fault_input(f, "\"%s none\" is given beside another",
				   keywords[which]);
	return camera_take(&x->c, x->kind, which, value, f);
}

/**
 * camera_check_families() - is it known over both?
 * @c: the camera
 * @force: guards that are to be passed
 * @f: what is wrong
 *
 * With one family known, a camera talks to anybody over the other.
 *
 * Return: 0 or the exit code.
 */
int camera_check_families(const struct camera *c, unsigned int force,
			  struct fault *f)
{
	bool has4 = false, has6 = false;
	size_t i;

	for (i = 0; i < c->n_selectors; i++) {
		const struct selector *s = &c->selector[i];

		if (s->type != SELECT_ADDR && s->type != SELECT_NET)
			return 0;
		if (s->addr.family == 4)
			has4 = true;
		else
			has6 = true;
	}
	if (has4 == has6 || guard_forced(force, GUARD_ONE_FAMILY))
		return 0;
	fault_input(f, "camera \"%s\": is not known by its %s packets: they would go anywhere",
		    c->name, has4 ? "IPv6" : "IPv4");
	fault_add(f, "give its MAC address (mac M) or its %s address as well (addr A)",
		  has4 ? "IPv6" : "IPv4");
	return guard_refuse(GUARD_ONE_FAMILY, f);
}

static int check_words(const struct args *a, const struct camera_change *x,
		       struct fault *f)
{
	if (x->set)
		return x->given ? 0 :
			args_missing(a, "what shall change", f);
	if (!x->c.n_selectors)
		return args_missing(a, x->kind == KIND_CATCH ?
				    "what the catch knows them by (oui O, iif I)" :
				    "what the camera is known by (mac M, addr A, net P, oui O, iif I)",
				    f);
	if (!x->c.policy)
		return args_missing(a, "\"policy\", such as policy geoblock,",
				    f);
	return camera_check_families(&x->c, x->force, f);
}

/* Commands of two objects come here: "camera", "catch". */
static enum objkind kind_of(const struct args *a)
{
	return strcmp(a->object, kind_name(KIND_CATCH)) ? KIND_CAMERA :
							  KIND_CATCH;
}

static int parse_camera(const struct options *o, struct args *a, void *arg,
			struct fault *f)
{
	struct camera_change *x = arg;
	const char *word;
	size_t which;
	int code;

	x->kind = kind_of(a);
	code = args_name(a, a->object, &word, f);
	if (code)
		return code;
	x->c.name = mem_strdup(word);
	for (;;) {
		code = args_keyword(a, &word, f);
		if (code || !word)
			break;
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (!code)
			code = parse_word(a, x, which, f);
		if (code)
			return code;
	}
	x->force = o->force | a->force;
	return code ? code : check_words(a, x, f);
}

static int parse_set(const struct options *o, struct args *a, void *arg,
		     struct fault *f)
{
	struct camera_change *x = arg;

	x->set = true;
	return parse_camera(o, a, arg, f);
}

/*
 * What was given in place of what is there. A selector takes the place of those
 * of its type; the others stay.
 */
static void make_result(struct camera *r, const struct camera_change *x,
			const struct camera *old)
{
	const struct camera *c = &x->c;
	size_t i;

	r->name = mem_strdup(c->name);
	r->policy = mem_strdup(x->given & 1 << POLICY ? c->policy :
							old->policy);
	r->key = mem_strdup(x->given & 1 << KEY ? c->key : old->key);
	r->comment = mem_strdup(x->given & 1 << COMMENT ? c->comment :
							  old->comment);
	r->shared = old->shared;
	for (i = 0; i < old->n_selectors; i++)
		if (!(x->given & 1 << old->selector[i].type))
			*camera_add_selector(r) = old->selector[i];
	for (i = 0; i < c->n_selectors; i++)
		*camera_add_selector(r) = c->selector[i];
}

static int check_result(const struct camera_change *x, const struct camera *r,
			struct fault *f)
{
	if (!(x->given & SELECTOR_BITS))
		return 0;
	if (!r->n_selectors)
		return fault_input(f, "%s \"%s\": would be known by nothing",
				   kind_name(x->kind), r->name);
	if (r->n_selectors > CAMFENCE_MAX_SELECTORS)
		return fault_input(f, "%s \"%s\": more than %d selectors",
				   kind_name(x->kind), r->name,
				   CAMFENCE_MAX_SELECTORS);
	return camera_check_families(r, x->force, f);
}

static const struct selector *common_selector(const struct camera *a,
					      const struct camera *b)
{
	size_t i;

	for (i = 0; i < a->n_selectors; i++)
		if (camera_has(b, &a->selector[i]))
			return &a->selector[i];
	return NULL;
}

/**
 * camera_share() - both that have a selector must have said that they share it
 * @c: a camera or catch, which is marked where it is forced to
 * @other: one of the same kind
 * @kind: what kind they are
 * @force: guards that are to be passed
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int camera_share(struct camera *c, struct camera *other, enum objkind kind,
		 unsigned int force, struct fault *f)
{
	const struct selector *s = common_selector(c, other);
	char buf[RANGE_TEXT];

	if (!s || (c->shared && other->shared))
		return 0;
	if (!guard_forced(force, GUARD_SHARED)) {
		fault_input(f, "%s \"%s\": %s %s is %s \"%s\" already",
			    kind_name(kind), c->name, selector_word(s->type),
			    selector_text(s, buf), kind_name(kind),
			    other->name);
		fault_add(f, "a packet would have to pass for both of them");
		return guard_refuse(GUARD_SHARED, f);
	}
	c->shared = true;
	other->shared = true;
	return 0;
}

/* What is there already has to be marked, too. */
static int share(struct plan *p, const struct camera_change *x,
		 struct camera *r, const struct camera *other, struct fault *f)
{
	struct camera sharing = {};
	int code;

	camera_copy(&sharing, other);
	code = camera_share(r, &sharing, x->kind, x->force, f);
	if (!code && !other->shared)
		plan_put(p, x->kind, &sharing);
	camera_free(&sharing);
	return code;
}

static int put_camera(struct plan *p, const struct camera_change *x,
		      struct camera *r, struct fault *f)
{
	int code = check_result(x, r, f);
	size_t *found, n, i;

	n = ruleset_sharing(&p->now, x->kind, r, &found);
	for (i = 0; i < n && !code; i++) {
		const struct camera *other = ruleset_at(&p->now, x->kind,
							found[i]);

		if (strcmp(other->name, r->name))
			code = share(p, x, r, other, f);
	}
	free(found);
	if (!code)
		code = plan_need_policy(p, r->policy, f);
	if (!code)
		plan_put(p, x->kind, r);
	return code;
}

static enum objkind other_kind(enum objkind kind)
{
	return kind == KIND_CAMERA ? KIND_CATCH : KIND_CAMERA;
}

static int need_camera(struct plan *p, enum objkind kind, const char *name,
		       const char *command, struct fault *f)
{
	enum objkind other = other_kind(kind);
	int code = plan_need(p, kind, name, f);

	if (code && ruleset_find(&p->now, other, name))
		fault_add(f, "it is a %s: camfence %s %s '%s'",
			  kind_name(other), kind_name(other), command, name);
	return code;
}

static int edit_result(struct plan *p, const struct camera_change *x,
		       const struct camera *old, struct fault *f)
{
	struct camera result = {};
	int code;

	make_result(&result, x, old);
	code = put_camera(p, x, &result, f);
	camera_free(&result);
	return code;
}

static int edit_set(struct plan *p, void *arg, struct fault *f)
{
	const struct camera_change *x = arg;
	int code = need_camera(p, x->kind, x->c.name, "set", f);

	return code ? code : edit_result(p, x, ruleset_find(&p->now, x->kind,
							    x->c.name), f);
}

/* To the kernel both kinds are cameras and have one space of names. */
static int edit_replace(struct plan *p, void *arg, struct fault *f)
{
	static const struct camera nothing;
	const struct camera_change *x = arg;
	int code = plan_need_new(p, other_kind(x->kind), x->c.name, f);

	return code ? code : edit_result(p, x, &nothing, f);
}

static int edit_add(struct plan *p, void *arg, struct fault *f)
{
	const struct camera_change *x = arg;
	int code = plan_need_new(p, x->kind, x->c.name, f);

	if (!code)
		return edit_replace(p, arg, f);
	fault_add(f, "or put this in its place: write replace for add");
	return code;
}

static void free_camera(void *arg)
{
	struct camera_change *x = arg;

	camera_free(&x->c);
}

const struct change cameras_add = {
	.size = sizeof(struct camera_change),
	.parse = parse_camera,
	.edit = edit_add,
	.free = free_camera,
};

const struct change cameras_replace = {
	.size = sizeof(struct camera_change),
	.parse = parse_camera,
	.edit = edit_replace,
	.free = free_camera,
};

const struct change cameras_set = {
	.size = sizeof(struct camera_change),
	.parse = parse_set,
	.edit = edit_set,
	.free = free_camera,
};

struct camera_deletion {
	struct named named;
	enum objkind kind;
};

static int parse_delete(const struct options *o, struct args *a, void *arg,
			struct fault *f)
{
	struct camera_deletion *d = arg;

	d->kind = kind_of(a);
	return parse_named(o, a, &d->named, f);
}

static int edit_delete(struct plan *p, void *arg, struct fault *f)
{
	const struct camera_deletion *d = arg;
	const char *name = d->named.name;
	int code = need_camera(p, d->kind, name, "delete", f);
	size_t i;

	if (code)
		return code;
	for (i = 0; i < p->now.n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &p->now.exemption[i];

		if (e->camera && !strcmp(e->camera, name))
			return fault_in_use(f, d->kind, name, KIND_EXEMPTION,
					    e->name);
	}
	plan_delete(p, d->kind, name);
	return 0;
}

const struct change cameras_delete = {
	.size = sizeof(struct camera_deletion),
	.parse = parse_delete,
	.edit = edit_delete,
	.free = free_named,
};
