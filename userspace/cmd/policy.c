// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "services.h"
#include "show.h"
#include "words.h"

enum word { DEFAULT, ACTION, ALLOW, BLOCK, SERVICE, LOG, COMMENT, WORDS };

static const char *const keywords[WORDS] = {
	[DEFAULT] = "default", [ACTION] = "action", [ALLOW] = "allow",
	[BLOCK] = "block", [SERVICE] = "service", [LOG] = "log",
	[COMMENT] = "comment",
};

/*
 * struct policy_change - what "policy set" and "policy replace" shall change
 * @wanted: the new values
 * @service_sets: the sets that its services are towards
 * @given: bit for each keyword that was given
 */
struct policy_change {
	struct policy wanted;
	struct names service_sets;
	unsigned int given;
};

/* Where the sets of a keyword go. */
struct set_list {
	const char *keyword;
	struct names *names;
};

static int add_set(void *arg, const char *name, struct fault *f)
{
	struct set_list *l = arg;
	const char *wrong = parse_name(name);

	if (wrong)
		return fault_input(f, "%s \"%s\": %s; expected SET[,SET…] or none",
				   l->keyword, name, wrong);
	if (names_have(l->names, name))
		return fault_input(f, "%s: set \"%s\" is given twice",
				   l->keyword, name);
	names_add(l->names, name, strlen(name));
	return 0;
}

static int parse_sets(const char *keyword, const char *list,
		      struct names *names, struct fault *f)
{
	struct set_list l = { keyword, names };

	return strcmp(list, "none") ? args_each(list, add_set, &l, f) : 0;
}

static int parse_word(struct args *a, struct policy_change *c, size_t which,
		      struct fault *f)
{
	const char *value, *wrong;
	size_t choice = 0;
	int code;

	if (c->given & 1 << which)
		return fault_input(f, "\"%s\" is given twice", keywords[which]);
	c->given |= 1 << which;
	if (which == COMMENT)
		return args_text(a, "comment", &c->wanted.comment, f);
	code = args_value(a, keywords[which], &value, f);
	if (code)
		return code;

	switch (which) {
	case DEFAULT:
		code = args_match(a, value, default_words, DEFAULTS, &choice,
				  f);
		c->wanted.default_ = choice;
		return code;
	case ACTION:
		code = args_match(a, value, action_words, ACTIONS, &choice, f);
		c->wanted.action = choice;
		return code;
	case LOG:
		wrong = parse_log(value, &c->wanted.nflog);
		return wrong ? fault_input(f, "log \"%s\": %s", value, wrong) : 0;
	case ALLOW:
		return parse_sets("allow", value, &c->wanted.allow, f);
	case SERVICE:
		return parse_services(value, &c->wanted.services,
				      &c->service_sets, f);
	default:
		return parse_sets("block", value, &c->wanted.block, f);
	}
}

static int parse_policy(const struct options *o, struct args *a, void *arg,
			struct fault *f)
{
	struct policy_change *c = arg;
	const char *word;
	size_t which;
	int code;

	(void)o;
	code = args_name(a, "policy", &word, f);
	if (code)
		return code;
	c->wanted.name = mem_strdup(word);
	for (;;) {
		code = args_keyword(a, &word, f);
		if (code || !word)
			return code;
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (!code)
			code = parse_word(a, c, which, f);
		if (code)
			return code;
	}
}

/* What was given goes before what is there, and that before a template. */
static void make_result(struct policy *r, const struct policy_change *c,
			const struct policy *old)
{
	const struct policy *w = &c->wanted;

	r->name = mem_strdup(w->name);
	r->default_ = c->given & 1 << DEFAULT ? w->default_ : old->default_;
	r->action = c->given & 1 << ACTION ? w->action : old->action;
	r->nflog = c->given & 1 << LOG ? w->nflog : old->nflog;
	r->comment = mem_strdup(c->given & 1 << COMMENT ? w->comment :
				old->comment);
	names_copy(&r->allow, c->given & 1 << ALLOW ? &w->allow : &old->allow);
	names_copy(&r->block, c->given & 1 << BLOCK ? &w->block : &old->block);
}

/* Put what is not there yet. */
static int put_service(struct plan *p, const struct exemption *e,
		       struct fault *f)
{
	const struct exemption *old = ruleset_find(&p->now, KIND_EXEMPTION,
						   e->name);

	if (old && (!old->policy || strcmp(old->policy, e->policy))) {
		fault_input(f, "service \"%s\": another policy has its exemption \"%s\"",
			    e->comment, e->name);
		fault_add(f, "choose another name for policy \"%s\"",
			  e->policy);
		return CODE_INPUT;
	}
	if (!old || !old->is_service)
		plan_put(p, KIND_EXEMPTION, e);
	return 0;
}

static bool is_wanted(const struct service *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!strcmp(s->part[i].name, name))
			return true;
	return false;
}

/* The services given take the place of those that are there. */
static int set_services(struct plan *p, const struct policy_change *c,
			struct fault *f)
{
	struct service s = {};
	size_t i;
	int code = 0;

	for (i = 0; i < c->wanted.services.n && !code; i++)
		code = service_expand(&s, c->wanted.name,
				      c->wanted.services.v[i], f);
	for (i = 0; i < s.n && !code; i++)
		code = put_service(p, &s.part[i], f);
	for (i = p->now.n[KIND_EXEMPTION]; i-- > 0 && !code;) {
		const struct exemption *e = &p->now.exemption[i];

		if (is_service_name(e->name) && e->policy &&
		    !strcmp(e->policy, c->wanted.name) &&
		    !is_wanted(&s, e->name))
			plan_delete(p, KIND_EXEMPTION, e->name);
	}
	service_free(&s);
	return code;
}

static int put_policy(struct plan *p, const struct policy_change *c,
		      const struct policy *result, struct fault *f)
{
	const char *site = p->now.settings.site, *name = result->name;
	int code;

	code = plan_need_sets(p, name, &result->allow, f);
	if (!code)
		code = plan_need_sets(p, name, &result->block, f);
	if (!code)
		code = plan_need_sets(p, name, &c->service_sets, f);
	if (!code && site && !strcmp(site, name))
		code = plan_need_pass(result, f);
	if (!code)
		plan_put(p, KIND_POLICY, result);
	return code;
}

static int change_policy(struct plan *p, const struct policy_change *c,
			 const struct policy *old, bool services,
			 struct fault *f)
{
	static const struct policy empty;
	struct policy result = {};
	int code;

	if (!old)
		old = template_find(c->wanted.name);
	make_result(&result, c, old ? old : &empty);
	code = put_policy(p, c, &result, f);
	if (!code && services)
		code = set_services(p, c, f);
	policy_free(&result);
	return code;
}

static int edit_set(struct plan *p, void *arg, struct fault *f)
{
	const struct policy_change *c = arg;

	return change_policy(p, c, ruleset_find(&p->now, KIND_POLICY,
						c->wanted.name),
			     c->given & 1 << SERVICE, f);
}

static int edit_replace(struct plan *p, void *arg, struct fault *f)
{
	return change_policy(p, arg, NULL, true, f);
}

static void free_policy(void *arg)
{
	struct policy_change *c = arg;

	policy_free(&c->wanted);
	names_free(&c->service_sets);
}

static const struct change change_set = {
	.size = sizeof(struct policy_change),
	.parse = parse_policy,
	.edit = edit_set,
	.free = free_policy,
};

static const struct change change_replace = {
	.size = sizeof(struct policy_change),
	.parse = parse_policy,
	.edit = edit_replace,
	.free = free_policy,
};

static int check_cameras(const struct camera *cameras, size_t n,
			 enum objkind kind, const char *policy,
			 struct fault *f)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(cameras[i].policy, policy))
			return fault_in_use(f, KIND_POLICY, policy, kind,
					    cameras[i].name);
	return 0;
}

/* Its services go with it. */
static int delete_exemptions(struct plan *p, const char *policy,
			     struct fault *f)
{
	size_t i;

	for (i = p->now.n[KIND_EXEMPTION]; i-- > 0;) {
		const struct exemption *e = &p->now.exemption[i];

		if (!e->policy || strcmp(e->policy, policy))
			continue;
		if (!is_service_name(e->name))
			return fault_in_use(f, KIND_POLICY, policy,
					    KIND_EXEMPTION, e->name);
		plan_delete(p, KIND_EXEMPTION, e->name);
	}
	return 0;
}

static int edit_delete(struct plan *p, void *arg, struct fault *f)
{
	const char *name = ((const struct named *)arg)->name;
	const struct ruleset *now = &p->now;
	int code = plan_need(p, KIND_POLICY, name, f);

	if (!code && now->settings.site && !strcmp(now->settings.site, name)) {
		fault_input(f, "policy \"%s\": it is the site's", name);
		fault_add(f, "take it from the site first: camfence option set site none");
		return CODE_INPUT;
	}
	if (!code)
		code = check_cameras(now->camera, now->n[KIND_CAMERA],
				     KIND_CAMERA, name, f);
	if (!code)
		code = check_cameras(now->catch, now->n[KIND_CATCH],
				     KIND_CATCH, name, f);
	if (!code)
		code = delete_exemptions(p, name, f);
	if (!code)
		plan_delete(p, KIND_POLICY, name);
	return code;
}

static const struct change change_delete = {
	.size = sizeof(struct named),
	.parse = parse_named,
	.edit = edit_delete,
	.free = free_named,
};

static int run_show(const struct options *o, struct args *a, struct fault *f)
{
	return show_one(o, a, KIND_POLICY, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_POLICY, f);
}

static const struct command commands[] = {
	{ "set", NULL,
	  "NAME [default pass|drop] [action drop|audit|reject]\n"
	  "[allow SET,…] [block SET,…] [service S,…] [log L|none] [comment C]\n"
	  "[--force=GUARD,…]",
	  "Creates the policy, or changes what is given and keeps the rest.\n"
	  "\"allow none\", \"block none\" and \"service none\" empty the list. Looked at in\n"
	  "this order: exemptions and services, allow, block, default.\n"
	  "action audit   counts what would be dropped, and lets it pass\n"
	  "action reject  drops, and answers the camera, so that it need not wait\n"
	  "log nflog:N    copies what is dropped, or would be, 20 packets a second of a\n"
	  "               camera, to group N of nfnetlink_log (modprobe it), for tcpdump\n"
	  "               -i nflog:N or ulogd; log none ends it\n"
	  "S is what a camera needs on the LAN:\n"
	  "dhcp           an address, from the router; dhcp@SET: from servers in SET, too\n"
	  "ntp, ntp@SET   the time, from the router, or from SET instead\n"
	  "dns, dns@SET   names, likewise; they are a way out\n"
	  "onvif@SET      recorders in SET may ask the camera and be sent video\n"
	  "These come with camfence and are added when first named:\n"
	  "geoblock       default pass, block cn\n"
	  "isolate        default drop; allow what you name\n"
	  "approve        default drop; exemptions only\n"
	  "audit          default pass, block cn, action audit\n"
	  "  camfence policy set isolate allow nvr service dhcp,ntp", &change_set },
	{ "replace", NULL,
	  "NAME [default pass|drop] [action drop|audit|reject]\n"
	  "[allow SET,…] [block SET,…] [service S,…] [log L|none] [comment C]\n"
	  "[--force=GUARD,…]",
	  "As \"set\", but what is not given is as if the policy were new, services too.",
	  &change_replace },
	{ "list", run_list, "", NULL, NULL },
	{ "show", run_show, "NAME",
	  "All that is known of it: who is under it, its exemptions, its counters.",
	  NULL },
	{ "delete", NULL, "NAME",
	  "No camera, catch, exemption or site may use it. Its services go with it.",
	  &change_delete },
	{}
};

const struct object object_policy = {
	"policy", "what decides about a camera's packets", commands,
};
