/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a ruleset is made of, by name, as an admin wrote it. rules_build()
 * turns a whole ruleset of these into what the packet path reads. Immutable
 * once built from; the one who made them frees them.
 */
#ifndef CF_CORE_OBJECTS_H
#define CF_CORE_OBJECTS_H

#include "addr.h"
#include <camfence.h>

enum cf_kind {
	CF_KIND_SET,
	CF_KIND_POLICY,
	CF_KIND_CAMERA,
	CF_KIND_EXEMPTION,
	CF_KIND_OPTIONS,	/* one or none */
	CF_KINDS
};

/* Both ends belong to the range. */
struct cf_range4 {
	u32 first;
	u32 last;
};

struct cf_range6 {
	struct cf_in6 first;
	struct cf_in6 last;
};

/* Ranges ascend and are disjoint (they may touch). */
struct cf_set {
	char name[CAMFENCE_NAME_LEN];
	u32 n4;
	u32 n6;
	struct cf_range4 *r4;
	struct cf_range6 *r6;
};

/* sets[]: the n_allow allow sets, then the n_block block sets, each in order */
struct cf_policy {
	char name[CAMFENCE_NAME_LEN];
	enum camfence_default dflt;
	enum camfence_action action;
	u32 nflog;			/* group + 1, 0: none */
	u8 n_allow;
	u8 n_block;
	char (*sets)[CAMFENCE_NAME_LEN];
};

enum cf_selector_type {
	CF_SEL_MAC,
	CF_SEL_ADDR,
	CF_SEL_PREFIX,
	CF_SEL_OUI,
	CF_SEL_IFACE,
};

struct cf_selector {
	enum cf_selector_type type;
	u8 len;				/* bits of a prefix or an OUI */
	union {
		u64 mac;		/* the lower 48 bits; never 0 */
		struct cf_addr addr;	/* of a prefix: host bits zero */
		char iface[CAMFENCE_IFACE_LEN];
	};
};

/* A catch is one whose selectors count only where no camera's does. */
struct cf_camera {
	char name[CAMFENCE_NAME_LEN];
	char policy[CAMFENCE_NAME_LEN];
	bool catch;
	bool shared;			/* its selectors may be another's too */
	u32 n_selectors;
	struct cf_selector *selectors;
};

struct cf_prefix {
	struct cf_addr addr;		/* host bits zero */
	u8 len;
};

#define CF_PROTO_ANY 256

/* Protocols by number: their names are not the same in every world. */
static inline bool cf_has_ports(u16 proto)
{
	return proto == 6 || proto == 17 || proto == 33 || proto == 132;
}

static inline bool cf_is_icmp(enum cf_family family, u16 proto)
{
	return proto == (family == CF_IPV4 ? 1 : 58);
}

/*
 * Live while not_before <= now < until; 0 and U64_MAX where no date is given.
 * Exactly one of camera and policy is not empty. The remote is one of the
 * prefixes', the sets', or the router's own where that is set.
 */
struct cf_exemption {
	char name[CAMFENCE_NAME_LEN];
	char camera[CAMFENCE_NAME_LEN];
	char policy[CAMFENCE_NAME_LEN];
	u64 not_before;
	u64 until;
	u16 proto;			/* or CF_PROTO_ANY */
	enum camfence_direction direction;
	bool router;
	u8 n_sets;
	u8 n_ports;			/* 0: every port, of the remote */
	u8 n_local_ports;		/* 0: every port, of the camera */
	u8 n_icmp_types;		/* 0: every type */
	u32 n_prefixes;
	struct camfence_port_range *ports;
	struct camfence_port_range *local_ports;
	u8 *icmp_types;
	char (*sets)[CAMFENCE_NAME_LEN];
	struct cf_prefix *prefixes;
};

/* Of a ruleset as a whole; there is one or none. */
struct cf_options {
	char name[CAMFENCE_NAME_LEN];	/* "options" */
	char site[CAMFENCE_NAME_LEN];	/* a policy, or empty */
	u32 n_nat64;
	struct cf_prefix *nat64;	/* IPv6; RFC 6052, section 2.2 */
};

#endif /* CF_CORE_OBJECTS_H */
