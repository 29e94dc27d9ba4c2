// SPDX-License-Identifier: GPL-2.0
/* The policies that come with the tool; the kernel knows none of them. */
#include <string.h>

#include "plan.h"
#include "suggest.h"

static char *china[] = { "cn" };

static const struct policy templates[] = {
	{
		.name = "geoblock",
		.default_ = CAMFENCE_DEFAULT_PASS,
		.block = { .v = china, .n = 1 },
	},
	{
		.name = "isolate",
		.default_ = CAMFENCE_DEFAULT_DROP,
	},
	{
		.name = "approve",
		.default_ = CAMFENCE_DEFAULT_DROP,
	},
	{
		.name = "audit",
		.default_ = CAMFENCE_DEFAULT_PASS,
		.action = CAMFENCE_ACTION_AUDIT,
		.block = { .v = china, .n = 1 },
	},
};

/**
 * template_at() - the templates, one after the other
 * @i: which
 *
 * Return: the policy, NULL after the last.
 */
const struct policy *template_at(size_t i)
{
	return i < ARRAY_SIZE(templates) ?
		&templates[i] : NULL;
}

/**
 * template_find() - a template by name
 * @name: its name
 *
 * Return: the policy, or NULL.
 */
const struct policy *template_find(const char *name)
{
	const struct policy *p;
	size_t i;

	for (i = 0; (p = template_at(i)); i++)
		if (!strcmp(p->name, name))
			return p;
	return NULL;
}

/**
 * policy_suggest() - the policy that may have been meant
 * @rs: the ruleset
 * @name: what was typed
 * @buf: room for SUGGEST_TEXT
 *
 * Return: @buf, see suggest(); a template is one, too.
 */
const char *policy_suggest(const struct ruleset *rs, const char *name,
			   char *buf)
{
	const char *known[ARRAY_SIZE(templates)];
	size_t i;

	ruleset_suggest(rs, KIND_POLICY, name, buf);
	if (*buf)
		return buf;
	for (i = 0; i < ARRAY_SIZE(templates); i++)
		known[i] = templates[i].name;
	return suggest(name, known, i, buf);
}

/**
 * policy_check_site() - a site's policy must pass what it does not block
 * @p: the policy
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int policy_check_site(const struct policy *p, struct fault *f)
{
	if (p->default_ == CAMFENCE_DEFAULT_PASS)
		return 0;
	return fault_input(f,
			   "policy \"%s\": default drop is not for a site, which would have no network",
			   p->name);
}
