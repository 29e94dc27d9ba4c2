/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_RULES_H
#define CF_CORE_RULES_H

#include "cameras.h"
#include "classify.h"
#include "objects.h"

#define CF_MESSAGE_LEN 320

/* A whole ruleset by name; each array ascends by name (strcmp). */
struct cf_objects {
	const struct cf_set *const *sets;
	const struct cf_policy *const *policies;
	const struct cf_camera *const *cameras;
	const struct cf_exemption *const *exemptions;
	u32 n_sets;
	u32 n_policies;
	u32 n_cameras;
	u32 n_exemptions;
};

/* A remote prefix of an exemption. */
struct cf_hole {
	struct cf_prefix prefix;
	u32 exemption;
};

struct cf_span {
	u32 first;
	u32 n;
};

/* Holes of one owner, family and length, by address, then by name. */
struct cf_group {
	struct cf_span holes;
	enum cf_family family;
	u8 len;
};

struct cf_rule_policy {
	u64 allow;
	u64 block;
	struct cf_span holes;
	struct cf_span groups;		/* of them, the longest prefixes first */
	u8 dflt;
	u8 action;
	u8 n_allow;
	u8 n_block;
	u8 *order;		/* n_allow + n_block bits of the masks */
};

struct cf_rule_camera {
	u32 policy;
	struct cf_span holes;
	struct cf_span groups;
};

/* What the packet path reads. */
struct cf_rules {
	struct cf_classifier *classify4;
	struct cf_classifier *classify6;
	struct cf_cameras *table;
	struct cf_rule_policy *policies;
	struct cf_rule_camera *cameras;
	const struct cf_exemption *const *exemptions;
	struct cf_hole *holes;
	struct cf_group *groups;
	u8 *order;
	u32 n_holes;
	u32 n_groups;
	u32 n_order;
};

int cf_rules_build(struct cf_rules **out, const struct cf_objects *in,
		   char *message);
void cf_rules_free(struct cf_rules *r);
size_t cf_rules_bytes(const struct cf_rules *r, const struct cf_objects *in);

#endif /* CF_CORE_RULES_H */
