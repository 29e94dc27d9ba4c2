// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel points at an error by its offset in our request. Here that becomes
 * the keyword and value that somebody typed.
 */
#include <linux/genetlink.h>
#include <stdio.h>

#include "uapi/camfence.h"
#include "wire.h"

/*
 * struct word - what an attribute is called where it is typed
 */
struct word {
	u16 kind;
	u16 attr;
	const char *word;
};

static const struct word words[] = {
	{ CAMFENCE_A_SET, CAMFENCE_SET_A_RANGES4, "IPv4 ranges" },
	{ CAMFENCE_A_SET, CAMFENCE_SET_A_RANGES6, "IPv6 ranges" },
	{ CAMFENCE_A_SET, CAMFENCE_SET_A_SOURCE, "source" },
	{ CAMFENCE_A_POLICY, CAMFENCE_POLICY_A_DEFAULT, "default" },
	{ CAMFENCE_A_POLICY, CAMFENCE_POLICY_A_ACTION, "action" },
	{ CAMFENCE_A_POLICY, CAMFENCE_POLICY_A_ALLOW, "allow" },
	{ CAMFENCE_A_POLICY, CAMFENCE_POLICY_A_BLOCK, "block" },
	{ CAMFENCE_A_POLICY, CAMFENCE_POLICY_A_COMMENT, "comment" },
	{ CAMFENCE_A_POLICY, CAMFENCE_POLICY_A_NFLOG, "log" },
	{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_POLICY, "policy" },
	{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_SELECTORS, "selector" },
	{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_KEY, "key" },
	{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_COMMENT, "comment" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_CAMERA, "camera" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_POLICY, "policy" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_REMOTES, "remote" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_COUNT, "remote" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_DIRECTION, "dir" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_PROTO, "proto" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_PORTS, "port" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_LOCAL_PORTS,
	  "local-port" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_ICMP_TYPES, "icmp-type" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_NOT_BEFORE, "not-before" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_UNTIL, "until" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_BY, "by" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_REASON, "reason" },
	{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_COMMENT, "comment" },
	{ CAMFENCE_A_OPTIONS, CAMFENCE_OPTIONS_A_SITE, "site" },
	{ CAMFENCE_A_OPTIONS, CAMFENCE_OPTIONS_A_NAT64, "nat64" },
};

static bool covers(const struct nlmsghdr *nlh, const struct nlattr *a,
		   u32 offset)
{
	u32 start = (const char *)a - (const char *)nlh;

	return offset >= start && offset < start + a->nla_len;
}

static const struct nlattr *find_inside(const struct nlmsghdr *nlh,
					const struct nlattr *nest,
					u32 offset)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		if (covers(nlh, a, offset))
			return a;
	return NULL;
}

static void place_selector(const struct nlattr *a, char place[WIRE_PLACE])
{
	char buf[RANGE_TEXT];
	struct camera c = {};

	if (!wire_get_selector(a, &c) && c.n_selectors)
		snprintf(place, WIRE_PLACE, "%s %s",
			 selector_word(c.selector->type),
			 selector_text(c.selector, buf));
	camera_free(&c);
}

static void place_remote(const char *word, const struct nlattr *a,
			 char place[WIRE_PLACE])
{
	struct exemption e = {};
	char buf[RANGE_TEXT];

	if (wire_get_remote(a, &e))
		goto out;
	if (e.n_remotes)
		snprintf(place, WIRE_PLACE, "%s %s", word,
			 range_text(e.remote, buf));
	else if (e.sets.n)
		snprintf(place, WIRE_PLACE, "%s set \"%s\"", word,
			 e.sets.v[0]);
	else if (e.router)
		snprintf(place, WIRE_PLACE, "%s router", word);
out:
	exemption_free(&e);
}

/* The value that is to blame, of a list: its keyword and text. */
static void place_value(u16 kind, const char *word,
			const struct nlattr *a, char place[WIRE_PLACE])
{
	if (kind == CAMFENCE_A_CAMERA)
		place_selector(a, place);
	else if (kind == CAMFENCE_A_EXEMPTION || kind == CAMFENCE_A_OPTIONS)
		place_remote(word, a, place);
	else if (kind == CAMFENCE_A_POLICY)
		snprintf(place, WIRE_PLACE, "%s \"%s\"", word,
			 mnl_attr_get_str(a));
}

/**
 * wire_locate() - what the kernel points at
 * @nlh: our own request
 * @offset: where in it
 * @place: the keyword, with its value where there are several; empty if it is
 *	the whole object or nothing that anybody typed
 */
void wire_locate(const struct nlmsghdr *nlh, u32 offset,
		 char place[WIRE_PLACE])
{
	const struct nlattr *top, *a = NULL, *value;
	u16 kind = 0;
	size_t i;

	place[0] = '\0';
	mnl_attr_for_each(top, nlh, sizeof(struct genlmsghdr)) {
		if (!covers(nlh, top, offset))
			continue;
		kind = mnl_attr_get_type(top);
		if ((kind >= CAMFENCE_A_SET && kind <= CAMFENCE_A_EXEMPTION) ||
		    kind == CAMFENCE_A_OPTIONS)
			a = find_inside(nlh, top, offset);
	}
	if (!a)
		return;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i].kind != kind ||
		    words[i].attr != mnl_attr_get_type(a))
			continue;
		snprintf(place, WIRE_PLACE, "%s", words[i].word);
		value = a->nla_type & NLA_F_NESTED ?
			find_inside(nlh, a, offset) : NULL;
		if (value)
			place_value(kind, words[i].word, value, place);
	}
}
