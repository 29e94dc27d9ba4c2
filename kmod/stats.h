/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_STATS_H
#define CF_STATS_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <camfence.h>

struct cf_net;
struct cf_ruleset;
struct cf_verdict;

/*
 * On 32-bit machines a reader may once see half of an update. Of one CPU it may
 * be less than zero, from which others' were taken off: the sum is right.
 */
struct cf_tally {
	u64 packets;
	u64 bytes;
};

/* Of event.c: what was there to be told and was not. */
struct cf_event_tally {
	u64 suppressed;
	u64 lost;
};

/* Of a namespace. */
struct cf_reason_tally {
	struct cf_tally of[__CAMFENCE_REASON_MAX];
	u64 dropped;		/* one last: seconds since 1970, 0: never */
	struct cf_event_tally events;
};

/* How often something happens in a second. */
struct cf_rate {
	u32 second;		/* by a clock that is not set */
	atomic_t n;		/* in it, or would have been */
};

/* Of event.c: how many events there may be. */
struct cf_limit {
	struct cf_rate told;
	atomic_t suppressed;	/* since the last that was told */
};

struct cf_policy_tally {
	struct cf_tally passed;
	struct cf_tally dropped;
};

/*
 * Of one policy, camera or exemption, and of all snapshots that have one of
 * that name in a row. Cameras and exemptions have a cache line of atomics (a
 * counter per CPU would take 256 MiB for 65,536 cameras on 64 CPUs), policies
 * have one per CPU.
 */
struct cf_counters {
	refcount_t refs;
	struct cf_limit limit;
	struct cf_policy_tally __percpu *policy;	/* NULL: no policy's */
	atomic64_t packets;
	atomic64_t bytes;
	atomic64_t spoofs;
	u32 seen;		/* seconds since 1970, 0: never */
	u32 looked;		/* ... for a route to who may be another one */
	struct cf_rate answered;	/* by reject.c */
} ____cacheline_aligned;

bool cf_rate_allows(struct cf_rate *r, int most);

struct cf_counters *cf_counters_new(bool policy);
void cf_counters_put(struct cf_counters *c);

static inline struct cf_counters *cf_counters_get(struct cf_counters *c)
{
	refcount_inc(&c->refs);
	return c;
}

void cf_stats_count(struct cf_net *cn, const struct cf_ruleset *rs,
		    const struct cf_verdict *v, unsigned int bytes, u64 now);
void cf_stats_count_alone(struct cf_net *cn, enum camfence_reason reason,
			  unsigned int bytes, u64 dropped);
void cf_stats_spoof(const struct cf_ruleset *rs, u32 camera);
bool cf_stats_look(const struct cf_ruleset *rs, u32 camera, u32 now);
bool cf_stats_answer(const struct cf_ruleset *rs, u32 camera);
struct cf_tally cf_stats_reason(const struct cf_net *cn,
				enum camfence_reason reason);
u64 cf_stats_drops(const struct cf_net *cn);
u64 cf_stats_dropped(const struct cf_net *cn);
struct cf_policy_tally cf_stats_policy(const struct cf_counters *c);
void cf_stats_reset_reason(struct cf_net *cn, enum camfence_reason reason,
			   struct cf_tally told);
void cf_stats_reset_policy(struct cf_counters *c,
			   const struct cf_policy_tally *told);

#endif /* CF_STATS_H */
