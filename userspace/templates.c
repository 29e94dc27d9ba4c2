// SPDX-License-Identifier: GPL-2.0
/* The policies that come with the tool; the kernel knows none of them. */
#include <string.h>

#include "plan.h"

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
