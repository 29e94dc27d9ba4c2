// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel is believed in what it says, not in how long it is: every length
 * is checked before anything is read.
 */
#include <linux/genetlink.h>
#include <string.h>

#include "mem.h"
#include "uapi/camfence.h"
#include "wire.h"
#include "wire_attr.h"

/**
 * attr_index() - a nest's attributes by number
 * @nest: the nest
 * @tb: room for @max + 1; the last of each, NULL for one that is not there
 * @max: the highest that is known; a newer one is skipped
 */
void attr_index(const struct nlattr *nest, const struct nlattr **tb, u16 max)
{
	const struct nlattr *a;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_for_each_nested(a, nest)
		if (mnl_attr_get_type(a) <= max)
			tb[mnl_attr_get_type(a)] = a;
}

/**
 * wire_top() - a message's attributes by number
 * @nlh: the message
 * @tb: room for CAMFENCE_A_MAX + 1
 */
void wire_top(const struct nlmsghdr *nlh, const struct nlattr **tb)
{
	const struct nlattr *a;

	memset(tb, 0, (CAMFENCE_A_MAX + 1) * sizeof(*tb));
	mnl_attr_for_each(a, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(a) <= CAMFENCE_A_MAX)
			tb[mnl_attr_get_type(a)] = a;
}

/**
 * attr_text() - a text that may lack
 * @a: the attribute, or NULL
 * @text: a copy, to be freed
 *
 * Return: 0 or -1.
 */
int attr_text(const struct nlattr *a, char **text)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0)
		return -1;
	*text = mem_strdup(mnl_attr_get_str(a));
	return 0;
}

/**
 * attr_u32() - a number that may lack
 * @a: the attribute, or NULL
 * @v: the number
 *
 * Return: 0 or -1.
 */
int attr_u32(const struct nlattr *a, u32 *v)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
		return -1;
	*v = mnl_attr_get_u32(a);
	return 0;
}

/**
 * attr_u64() - a number that may lack
 * @a: the attribute, or NULL
 * @v: the number
 *
 * Return: 0 or -1.
 */
int attr_u64(const struct nlattr *a, u64 *v)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_U64) < 0)
		return -1;
	*v = mnl_attr_get_u64(a);
	return 0;
}
