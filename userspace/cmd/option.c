// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "engine.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "plan.h"
#include "show.h"
#include "words.h"

enum word { SITE, NAT64, WORDS };

static const char *const keywords[WORDS] = {
	[SITE] = "site", [NAT64] = "nat64",
};

/*
 * struct option_change - what "option set" shall change
 * @wanted: the new values
 * @given: bit for each keyword that was given
 * @result: the settings as they become
 */
struct option_change {
	struct settings wanted;
	unsigned int given;
	struct settings result;
};

static int parse_site(struct args *a, struct settings *s, struct fault *f)
{
	const char *name;
	int code = args_name(a, "policy", &name, f);

	if (!code && strcmp(name, "none"))
		s->site = mem_strdup(name);
	return code;
}

static int add_nat64(void *arg, const char *word, struct fault *f)
{
	return settings_add_nat64(arg, word, f);
}

static int parse_prefixes(struct settings *s, const char *list,
			  struct fault *f)
{
	if (!strcmp(list, "none"))
		return 0;
	return args_each(list, add_nat64, s, f);
}

static int parse_word(struct args *a, struct option_change *c, size_t which,
		      struct fault *f)
{
	const char *value;
	int code;

	if (c->given & 1 << which)
		return fault_input(f, "\"%s\" is given twice", keywords[which]);
	c->given |= 1 << which;
	if (which == SITE)
		return parse_site(a, &c->wanted, f);
	code = args_value(a, "nat64", &value, f);
	return code ? code : parse_prefixes(&c->wanted, value, f);
}

static int parse_change(struct args *a, struct option_change *c,
			struct fault *f)
{
	const char *word;
	size_t which;
	int code;

	while ((word = args_next(a))) {
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (!code)
			code = parse_word(a, c, which, f);
		if (code)
			return code;
	}
	if (!c->given)
		return args_missing(a, "the option (site P, nat64 PREFIX)", f);
	return 0;
}

static int check_site(struct plan *p, const char *site, struct fault *f)
{
	const struct policy *policy;
	int code = plan_need_policy(p, site, f);

	if (code)
		return code;
	policy = ruleset_find(&p->now, KIND_POLICY, site);
	if (!policy)
		policy = template_find(site);
	return plan_need_pass(policy, f);
}

/* The kernel replaces all of them: what is not given is kept. */
static int edit_set(struct plan *p, void *arg, struct fault *f)
{
	struct option_change *c = arg;
	struct settings *r = &c->result;
	int code = 0;

	settings_copy(r, &p->now.settings);
	if (c->given & 1 << SITE) {
		free(r->site);
		r->site = mem_strdup(c->wanted.site);
		if (r->site)
			code = check_site(p, r->site, f);
	}
	if (c->given & 1 << NAT64) {
		memcpy(r->nat64, c->wanted.nat64, sizeof(r->nat64));
		r->n_nat64 = c->wanted.n_nat64;
	}
	if (!code)
		plan_put_settings(p, r);
	return code;
}

static int run_set(const struct options *o, struct args *a, struct fault *f)
{
	struct option_change c = {};
	int code;

	code = parse_change(a, &c, f);
	if (!code)
		code = plan_change(o, edit_set, &c, f);
	free(c.wanted.site);
	free(c.result.site);
	return code;
}

static void print_options(const struct ruleset *rs, const void *arg)
{
	static const char *const heads[] = { "OPTION", "VALUE" };
	const struct settings *s = &rs->settings;
	char *nat64 = join_ranges(s->nat64, s->n_nat64);
	struct table t;

	(void)arg;
	table_init(&t, heads, 2, 0);
	table_cell(&t, "site");
	table_text(&t, s->site ? s->site : "none");
	table_cell(&t, "nat64");
	table_text(&t, *nat64 ? nat64 : "none");
	table_print(&t);
	free(nat64);
}

static void json_options(json_t *root, const struct ruleset *rs,
			 const void *arg)
{
	(void)arg;
	json_object_set_new(root, "options", json_settings(&rs->settings));
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	static const struct view view = { print_options, json_options };

	return show_ruleset(o, a, &view, NULL, f);
}

static const struct command commands[] = {
	{ "set", run_set, "[site P|none] [nat64 PREFIX[,PREFIX…]|none]",
	  "Changes what is given and keeps the rest.\n"
	  "site P         the policy of everything that is no camera's, the router\n"
	  "               included: the general geoblock. Its default is pass\n"
	  "nat64 PREFIX   IPv6 prefixes under which a NAT64 writes IPv4 addresses,\n"
	  "               besides 64:ff9b::/96, which is always one\n"
	  "  camfence option set site geoblock" },
	{ "list", run_list, "", NULL },
	{}
};

const struct object object_option = {
	"option", "what holds for all of the ruleset: the site's policy, NAT64",
	commands,
};
