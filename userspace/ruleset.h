/* SPDX-License-Identifier: GPL-2.0 */
/* A ruleset as structs: what is in force, or what shall be. */
#ifndef CAMFENCE_RULESET_H
#define CAMFENCE_RULESET_H

#include "ranges.h"
#include "uapi/camfence.h"
#include "types.h"

enum objkind {
	KIND_SET,
	KIND_POLICY,
	KIND_CAMERA,
	KIND_EXEMPTION,
	KINDS
};

/*
 * struct names - names in order
 */
struct names {
	char **v;
	size_t n, cap;
};

/*
 * struct set - a set without its ranges
 * @name: first member of every object, so that all are found alike
 * @n4: IPv4 ranges
 * @n6: IPv6 ranges
 * @source: where it came from, or NULL
 * @checksum: or NULL
 * @date: of the source, seconds since 1970, 0 for none
 */
struct set {
	char *name;
	u32 n4, n6;
	char *source;
	char *checksum;
	u64 date;
};

struct policy {
	char *name;
	enum camfence_default default_;
	enum camfence_action action;
	struct names allow;
	struct names block;
	char *comment;
};

/*
 * struct selector - how packets are known to be a camera's
 * @is_mac: it is @mac, otherwise @addr
 */
struct selector {
	bool is_mac;
	u8 mac[6];
	struct range addr;
};

struct camera {
	char *name;
	char *policy;
	struct selector *selector;
	size_t n_selectors, cap;
	char *key;
	char *comment;
};

/*
 * struct exemption - a hole
 * @camera: whose it is, or
 * @policy: whose it is
 * @remote: prefixes
 * @proto: -1 for every protocol
 * @not_before: seconds since 1970, 0 for always
 * @until: seconds since 1970, TIME_FOREVER for permanent
 */
struct exemption {
	char *name;
	char *camera;
	char *policy;
	struct range *remote;
	size_t n_remotes, cap;
	int proto;
	struct camfence_port_range port[CAMFENCE_MAX_PORTS];
	size_t n_ports;
	u64 not_before;
	u64 until;
	char *by;
	char *reason;
	char *comment;
};

/*
 * struct counts - how much there is of each
 */
struct counts {
	u32 sets, ranges, policies, cameras, exemptions, prefixes;
};

/*
 * struct ruleset - all objects of one generation, each kind sorted by name
 */
struct ruleset {
	u64 generation;
	struct set *set;
	struct policy *policy;
	struct camera *camera;
	struct exemption *exemption;
	size_t n[KINDS], cap[KINDS];
};

const char *kind_name(enum objkind kind);

struct set *ruleset_add_set(struct ruleset *rs);
struct policy *ruleset_add_policy(struct ruleset *rs);
struct camera *ruleset_add_camera(struct ruleset *rs);
struct exemption *ruleset_add_exemption(struct ruleset *rs);
void ruleset_free(struct ruleset *rs);

void *ruleset_find(const struct ruleset *rs, enum objkind kind, const char *name);
const char *ruleset_suggest(const struct ruleset *rs, enum objkind kind,
			    const char *name, char *buf);
void ruleset_count(const struct ruleset *rs, struct counts *c);

void names_add(struct names *names, const char *name, size_t len);
bool names_have(const struct names *names, const char *name);
void names_free(struct names *names);
void policy_free(struct policy *p);
void camera_free(struct camera *c);
void exemption_free(struct exemption *e);
void set_free(struct set *s);

struct selector *camera_add_selector(struct camera *c);
bool selector_equal(const struct selector *a, const struct selector *b);
const char *selector_text(const struct selector *s, char buf[RANGE_TEXT]);
struct range *exemption_add_remote(struct exemption *e);

enum liveness {
	LIVE,
	OVER,
	NOT_YET,
};

enum liveness exemption_liveness(const struct exemption *e, u64 now);

#endif
