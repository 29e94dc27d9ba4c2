/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_RULES_H
#define CF_CORE_RULES_H

#include "cameras.h"
#include "classify.h"
#include "holes.h"
#include "objects.h"
#include "remote.h"

#define CF_MESSAGE_LEN 320
#define CF_NOTHING U32_MAX

/*
 * A whole ruleset by name; each array ascends by name (strcmp), with which
 * every object begins. The arrays are also found by their kind.
 */
struct cf_objects {
	union {
		struct {
			const struct cf_set *const *sets;
			const struct cf_policy *const *policies;
			const struct cf_camera *const *cameras;
			const struct cf_exemption *const *exemptions;
			const struct cf_options *const *options;
		};
		const void *const *of[CF_KINDS];
	};
	union {
		struct {
			u32 n_sets;
			u32 n_policies;
			u32 n_cameras;
			u32 n_exemptions;
			u32 n_options;		/* 0 or 1 */
		};
		u32 n[CF_KINDS];
	};
};

/* One owner's exemptions: by prefix, and those for sets or the router. */
struct cf_exempted {
	struct cf_holes holes;
	struct cf_span wide;		/* by name */
};

struct cf_rule_policy {
	struct cf_exempted exempted;
	u64 allow;
	u64 block;
	u8 dflt;
	u8 action;
	u8 n_allow;
	u8 n_block;
	u8 *order;		/* n_allow + n_block bits of the masks */
};

struct cf_rule_camera {
	struct cf_exempted exempted;
	u32 policy;
	bool has_mac;
};

/* An exemption for sets or the router. */
struct cf_wide {
	u32 exemption;
	u64 sets;
};

/* A classifier, of all rules whose sets have the same ranges of its family. */
struct cf_shared {
	refcount_t refs;
	struct cf_classifier *classifier;
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
	struct cf_wide *wide;
	u8 *order;
	struct cf_nat64 nat64;
	u32 site;		/* a policy, or CF_NOTHING */
	bool by_mac;		/* a receiver's MAC must be known */
	bool exact;		/* a MAC or an address names each camera */
	bool plain;		/* ... and strangers are not judged: no site */
	bool router;		/* an exemption is for the router's addresses */
	u32 n_holes;
	u32 n_wide;
	const struct cf_objects *in;	/* what they were built from */
	struct cf_shared *shared[2];	/* IPv4's, IPv6's */
	size_t bytes;		/* without the objects; what is shared counts */
};

extern const char *const cf_kind_names[CF_KINDS];

u32 cf_objects_find(const struct cf_objects *in, enum cf_kind kind,
		    const char *name);
int cf_rules_build(struct cf_rules **out, const struct cf_objects *in,
		   const struct cf_rules *before, char *message);
void cf_rules_free(struct cf_rules *r);

#endif /* CF_CORE_RULES_H */
