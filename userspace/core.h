/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ruleset as kmod/core reads it, so that a packet can be held against it: the
 * very code of the kernel decides, and no kernel is asked.
 */
#ifndef CAMFENCE_CORE_H
#define CAMFENCE_CORE_H

#include "core/decide.h"
#include "engine.h"
#include "fault.h"
#include "ruleset.h"

/*
 * struct core_rules - a ruleset, converted and built
 * @in: its objects, by name; what a verdict's indices mean
 * @rules: for cf_decide()
 * @own: what @in points to, for each kind
 */
struct core_rules {
	struct cf_objects in;
	struct cf_rules *rules;
	void *own[CF_KINDS];
};

int core_rules_build(struct core_rules *c, const struct ruleset *rs,
		     const struct ranges *ranges, struct fault *f);
void core_rules_free(struct core_rules *c);
bool core_rules_with(struct core_rules *with, const struct core_rules *c,
		     const struct exemption *more, size_t n);
void core_rules_without(struct core_rules *with, size_t n);

struct cf_addr core_addr_of(const struct range *r);
struct range core_range_of(const struct cf_addr *a);
u64 core_mac_of(const u8 mac[6]);
struct cf_addr core_addr_in(const struct event *p, const u8 *bytes);
struct cf_flow core_flow_of(const struct event *p);
const char *core_name(const struct core_rules *c, const struct ruleset *rs,
		      enum cf_kind kind, u32 i);
void core_verdict_of(const struct core_rules *c, const struct ruleset *rs,
		     const struct cf_verdict *v, struct event *to);

#endif
