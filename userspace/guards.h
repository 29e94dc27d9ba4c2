/* SPDX-License-Identifier: GPL-2.0 */
/* How guards look at a ruleset before it is in force. */
#ifndef CAMFENCE_GUARDS_H
#define CAMFENCE_GUARDS_H

#include "guard.h"
#include "router.h"
#include "ruleset.h"

/*
 * struct guarded - a ruleset that shall be
 * @rs: the ruleset; it is whole: what is referred to is there
 * @ranges: the ranges of @rs->set[i], merged; NULL where they cannot be had
 * @had: likewise of the set of this name that is in force, NULL if there is none
 * @put: of @rs's objects of each kind, which ones the change puts; NULL: all
 * @for_good: of @rs's objects of each kind, bit for each guard that the
 *	configuration says is meant; NULL: none
 * @force: guards that are to be passed
 * @passed: those of them that would have refused something
 * @router: the router that it is for; NULL where it cannot be had
 * @found: takes what a guard refuses, the sentence about the object in @f
 */
struct guarded {
	const struct ruleset *rs;
	const struct ranges *(*ranges)(struct guarded *g, size_t i);
	const struct ranges *(*had)(struct guarded *g, const char *set);
	bool *put[KINDS];
	const unsigned int *for_good[KINDS];
	unsigned int force, passed;
	const struct router *(*router)(struct guarded *g);
	void (*found)(struct guarded *g, enum guard which, enum objkind kind,
		      size_t i, struct fault *f);
};

void guards_find(struct guarded *g);
void guards_ask(struct guarded *g);
void guards_meant(const struct ruleset *rs, const struct ranges *ranges,
		  unsigned int *meant[KINDS]);
void guards_meant_free(unsigned int *meant[KINDS]);

void guard_found(struct guarded *g, enum guard which, enum objkind kind,
		 size_t i, const char *fmt, ...)
	__printf(5, 6);
bool guard_is_put(const struct guarded *g, enum objkind kind, size_t i);

void guard_empty(struct guarded *g);
void guard_shrunk(struct guarded *g);
void guard_coverage(struct guarded *g);
void guard_own_cameras(struct guarded *g);
void guard_own_router(struct guarded *g);
void guard_connection(struct guarded *g);
void guard_blocks_nothing(struct guarded *g);
void guard_caught(struct guarded *g);
void guard_caught_here(struct guarded *g);
void guard_wide(struct guarded *g);
void guard_all_ports(struct guarded *g);
void guard_unreachable(struct guarded *g);

#endif
