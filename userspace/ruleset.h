/* SPDX-License-Identifier: GPL-2.0 */
/* A ruleset as structs: what is in force, or what shall be. */
#ifndef CAMFENCE_RULESET_H
#define CAMFENCE_RULESET_H

#include "fault.h"
#include "ranges.h"
#include "uapi/camfence.h"
#include "types.h"

/* A catch is a struct camera and, in the kernel, a camera with a flag. */
enum objkind {
	KIND_SET,
	KIND_POLICY,
	KIND_CAMERA,
	KIND_CATCH,
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
 * @max_age: of a configuration's, seconds behind @date, 0 for none; the kernel
 *	does not know it
 */
struct set {
	char *name;
	u32 n4, n6;
	char *source;
	char *checksum;
	u64 date;
	u64 max_age;
};

/*
 * struct policy - what decides
 * @nflog: one more than the group that has copies of what it drops, 0: none
 * @services: as they are typed (dhcp@nvr); the kernel has exemptions in their
 *	place, see services.h
 */
struct policy {
	char *name;
	enum camfence_default default_;
	enum camfence_action action;
	u32 nflog;
	struct names allow;
	struct names block;
	struct names services;
	char *comment;
};

enum selector_type {
	SELECT_MAC,
	SELECT_ADDR,
	SELECT_NET,
	SELECT_OUI,
	SELECT_IIF,
	SELECTORS
};

/*
 * struct selector - how packets are known to be a camera's
 * @len: bits of an OUI
 * @mac: of an OUI: what is behind @len is zero
 * @addr: an address, or a subnet
 */
struct selector {
	enum selector_type type;
	unsigned int len;
	u8 mac[6];
	struct range addr;
	char iif[CAMFENCE_IFACE_LEN];
};

/*
 * struct camera - a camera or a catch
 * @shared: others with this mark may have selectors of this one's
 */
struct camera {
	char *name;
	char *policy;
	struct selector *selector;
	size_t n_selectors, cap;
	bool shared;
	char *key;
	char *comment;
};

/*
 * struct ports - ports and ranges of ports; none is every port
 */
struct ports {
	struct camfence_port_range v[CAMFENCE_MAX_PORTS];
	size_t n;
};

/*
 * struct exemption - a hole
 * @camera: whose it is (a camera's or a catch's), or
 * @policy: whose it is
 * @remote: prefixes
 * @sets: remotes as well
 * @router: the router's own addresses are remotes as well
 * @proto: -1 for every protocol
 * @ports: the remote's
 * @local_ports: the camera's
 * @icmp_type: none is every type
 * @not_before: seconds since 1970, 0 for always
 * @until: seconds since 1970, TIME_FOREVER for permanent
 * @is_service: a part of one of its policy's services
 */
struct exemption {
	char *name;
	char *camera;
	char *policy;
	struct range *remote;
	size_t n_remotes, cap;
	struct names sets;
	bool router;
	enum camfence_direction dir;
	int proto;
	struct ports ports;
	struct ports local_ports;
	u8 icmp_type[CAMFENCE_MAX_ICMP_TYPES];
	size_t n_icmp_types;
	u64 not_before;
	u64 until;
	char *by;
	char *reason;
	char *comment;
	bool is_service;
};

/*
 * struct settings - what a ruleset has one of (the kernel's "options")
 * @site: the policy of what is no camera's, or NULL
 * @nat64: prefixes besides 64:ff9b::/96
 */
struct settings {
	char *site;
	struct range nat64[CAMFENCE_MAX_NAT64];
	size_t n_nat64;
};

/*
 * struct counts - how much there is of each
 */
struct counts {
	u32 sets, ranges, policies, cameras, exemptions, prefixes;
};

struct name_index;
struct sharing;

/*
 * struct ruleset - all objects of one generation, each kind sorted by name
 * @index: to find them, ruleset_find()'s own
 * @sharing: of cameras and catches, ruleset_sharing()'s own
 */
struct ruleset {
	u64 generation;
	struct set *set;
	struct policy *policy;
	struct camera *camera;
	struct camera *catch;
	struct exemption *exemption;
	struct settings settings;
	size_t n[KINDS], cap[KINDS];
	struct name_index *index[KINDS];
	struct sharing *sharing[KINDS];
};

const char *kind_name(enum objkind kind);

struct set *ruleset_add_set(struct ruleset *rs);
struct policy *ruleset_add_policy(struct ruleset *rs);
struct camera *ruleset_add_camera(struct ruleset *rs, enum objkind kind);
struct exemption *ruleset_add_exemption(struct ruleset *rs);
void *ruleset_append(struct ruleset *rs, enum objkind kind);
void ruleset_reorder(struct ruleset *rs, enum objkind kind, const size_t *was);
size_t *ruleset_sort(struct ruleset *rs, enum objkind kind);
void ruleset_free(struct ruleset *rs);

void ruleset_put(struct ruleset *rs, enum objkind kind, const void *object);
void ruleset_remove(struct ruleset *rs, enum objkind kind, const char *name);
size_t ruleset_index(const struct ruleset *rs, enum objkind kind,
		     const char *name);
void *ruleset_at(const struct ruleset *rs, enum objkind kind, size_t i);
void *ruleset_find(const struct ruleset *rs, enum objkind kind, const char *name);
const char *ruleset_suggest(const struct ruleset *rs, enum objkind kind,
			    const char *name, char *buf);
int ruleset_need(const struct ruleset *rs, enum objkind kind, const char *name,
		 struct fault *f);
size_t ruleset_sharing(struct ruleset *rs, enum objkind kind,
		       const struct camera *c, size_t **found);
size_t ruleset_service_parts(const struct ruleset *rs);
void ruleset_count(const struct ruleset *rs, struct counts *c);

void names_add(struct names *names, const char *name, size_t len);
void names_copy(struct names *to, const struct names *from);
bool names_equal(const struct names *a, const struct names *b);
bool names_have(const struct names *names, const char *name);
void names_free(struct names *names);
void set_copy(struct set *to, const struct set *from);
void policy_copy(struct policy *to, const struct policy *from);
void camera_copy(struct camera *to, const struct camera *from);
void exemption_copy(struct exemption *to, const struct exemption *from);
void policy_free(struct policy *p);
void camera_free(struct camera *c);
void exemption_free(struct exemption *e);
void set_free(struct set *s);
void settings_copy(struct settings *to, const struct settings *from);
int settings_add_nat64(struct settings *s, const char *word, struct fault *f);

struct selector *camera_add_selector(struct camera *c);
int selector_compare(const struct selector *a, const struct selector *b);
bool selector_equal(const struct selector *a, const struct selector *b);
const struct selector *camera_has(const struct camera *c,
				  const struct selector *s);
const char *selector_word(enum selector_type type);
const char *selector_text(const struct selector *s, char buf[RANGE_TEXT]);
struct range *exemption_add_remote(struct exemption *e);
void exemption_sort_remotes(struct exemption *e);
bool exemption_same_hole(const struct exemption *a, const struct exemption *b);

enum liveness {
	LIVE,
	OVER,
	NOT_YET,
};

enum liveness exemption_liveness(const struct exemption *e, u64 now);
bool exemption_ends_soon(const struct exemption *e, u64 now);

#endif
