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
 * struct addition - a camera or catch that is to be added
 * @force: guards that are to be passed
 */
struct addition {
	enum objkind kind;
	struct camera c;
	unsigned int force;
};

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

static int parse_word(struct args *a, struct addition *x, size_t which,
		      struct fault *f)
{
	struct camera *c = &x->c;
	const char *value;
	int code;

	switch (which) {
	case POLICY:
		if (c->policy)
			return fault_input(f, "\"policy\" is given twice");
		code = args_name(a, "policy", &value, f);
		if (!code)
			c->policy = mem_strdup(value);
		return code;
	case KEY:
		return args_text(a, "key", &c->key, f);
	case COMMENT:
		return args_text(a, "comment", &c->comment, f);
	}
	code = args_value(a, keywords[which], &value, f);
	return code ? code : camera_take(c, x->kind, which, value, f);
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

static int check_addition(const struct args *a, const struct addition *x,
			  struct fault *f)
{
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

static int parse_addition(struct args *a, struct addition *x, struct fault *f)
{
	const char *word;
	size_t which;
	int code;

	code = args_name(a, kind_name(x->kind), &word, f);
	if (code)
		return code;
	x->c.name = mem_strdup(word);
	while ((word = args_next(a))) {
		if (guard_is_word(word)) {
			code = guard_word(word, &x->force, f);
		} else {
			code = args_match(a, word, keywords, WORDS, &which, f);
			if (!code)
				code = parse_word(a, x, which, f);
		}
		if (code)
			return code;
	}
	return check_addition(a, x, f);
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
static int share(struct plan *p, struct addition *x, struct camera *other,
		 struct fault *f)
{
	bool was_shared = other->shared;
	int code = camera_share(&x->c, other, x->kind, x->force, f);

	if (!code && other->shared && !was_shared)
		plan_put(p, x->kind, other);
	return code;
}

static int edit_add(struct plan *p, void *arg, struct fault *f)
{
	struct addition *x = arg;
	struct camera *others = x->kind == KIND_CATCH ? p->now.catch :
							p->now.camera;
	size_t i;
	int code;

	x->c.shared = false;
	/* To the kernel both are cameras and have one space of names. */
	code = plan_need_new(p, KIND_CAMERA, x->c.name, f);
	if (!code)
		code = plan_need_new(p, KIND_CATCH, x->c.name, f);
	for (i = 0; i < p->now.n[x->kind] && !code; i++)
		code = share(p, x, &others[i], f);
	if (!code)
		code = plan_need_policy(p, x->c.policy, f);
	if (!code)
		plan_put(p, x->kind, &x->c);
	return code;
}

/**
 * cameras_add() - what "camera add" and "catch add" do
 * @o: where and how
 * @a: the name, selectors and the rest
 * @kind: KIND_CAMERA or KIND_CATCH
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int cameras_add(const struct options *o, struct args *a, enum objkind kind,
		struct fault *f)
{
	struct addition x = { .kind = kind, .force = o->force };
	int code;

	code = parse_addition(a, &x, f);
	if (!code)
		code = plan_change(o, edit_add, &x, f);
	camera_free(&x.c);
	return code;
}

static int delete_one(struct plan *p, enum objkind kind, const char *name,
		      struct fault *f)
{
	enum objkind other = kind == KIND_CAMERA ? KIND_CATCH : KIND_CAMERA;
	int code = plan_need(p, kind, name, f);
	size_t i;

	if (code && ruleset_find(&p->now, other, name))
		fault_add(f, "it is a %s: camfence %s delete '%s'",
			  kind_name(other), kind_name(other), name);
	if (code)
		return code;
	for (i = 0; i < p->now.n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &p->now.exemption[i];

		if (e->camera && !strcmp(e->camera, name))
			return fault_in_use(f, kind, name, KIND_EXEMPTION,
					    e->name);
	}
	plan_delete(p, kind, name);
	return 0;
}

static int edit_delete_camera(struct plan *p, void *arg, struct fault *f)
{
	return delete_one(p, KIND_CAMERA, arg, f);
}

static int edit_delete_catch(struct plan *p, void *arg, struct fault *f)
{
	return delete_one(p, KIND_CATCH, arg, f);
}

/**
 * cameras_delete() - what "camera delete" and "catch delete" do
 * @o: where and how
 * @a: the name, and nothing behind it
 * @kind: KIND_CAMERA or KIND_CATCH
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int cameras_delete(const struct options *o, struct args *a, enum objkind kind,
		   struct fault *f)
{
	return plan_run_delete(o, a, kind_name(kind), kind == KIND_CATCH ?
			       edit_delete_catch : edit_delete_camera, f);
}
