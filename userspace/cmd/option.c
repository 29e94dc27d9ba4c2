// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
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
 */
struct option_change {
	struct settings wanted;
	unsigned int given;
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

static int parse_change(const struct options *o, struct args *a, void *arg,
			struct fault *f)
{
	struct option_change *c = arg;
	const char *word;
	size_t which;
	int code;

	(void)o;
	for (;;) {
		code = args_keyword(a, &word, f);
		if (code)
			return code;
		if (!word)
			break;
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
	return plan_need_pass(policy, f);
}

/* The kernel replaces all of them: what is not given is kept. */
static int edit_set(struct plan *p, void *arg, struct fault *f)
{
	const struct option_change *c = arg;
	struct settings result = {};
	int code = 0;

	settings_copy(&result, &p->now.settings);
	if (c->given & 1 << SITE) {
		free(result.site);
		result.site = mem_strdup(c->wanted.site);
		if (result.site)
			code = check_site(p, result.site, f);
	}
	if (c->given & 1 << NAT64) {
		memcpy(result.nat64, c->wanted.nat64, sizeof(result.nat64));
		result.n_nat64 = c->wanted.n_nat64;
	}
	if (!code)
		plan_put_settings(p, &result);
	free(result.site);
	return code;
}

static void free_change(void *arg)
{
	struct option_change *c = arg;

	free(c->wanted.site);
}

static const struct change change_set = {
	.size = sizeof(struct option_change),
	.parse = parse_change,
	.edit = edit_set,
	.free = free_change,
};

static void print_options(const struct shown *shown, const void *arg)
{
	static const char *const heads[] = { "OPTION", "VALUE" };
	const struct settings *s = &shown->rs.settings;
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

static void json_options(json_t *root, const struct shown *s, const void *arg)
{
	(void)arg;
	json_object_set_new(root, "options", json_settings(&s->rs.settings));
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	static const struct view view = { print_options, json_options };

	return show_ruleset(o, a, &view, NULL, f);
}

static const struct command commands[] = {
	{ "set", NULL, "[site P|none] [nat64 PREFIX[,PREFIX…]|none] [--force=GUARD,…]",
	  "Changes what is given and keeps the rest.\n"
	  "site P         the policy of everything that is no camera's, the router\n"
	  "               included: the general geoblock. Its default is pass\n"
	  "nat64 PREFIX   IPv6 prefixes under which a NAT64 writes IPv4 addresses,\n"
	  "               besides 64:ff9b::/96, which is always one\n"
	  "  camfence option set site geoblock", &change_set },
	{ "list", run_list, "", NULL, NULL },
	{}
};

const struct object object_option = {
	"option", "what holds for all of the ruleset: the site's policy, NAT64",
	commands,
};
