// SPDX-License-Identifier: GPL-2.0
/*
 * Counting. Reasons and policies per CPU; a camera's drops and an exemption's
 * packets in atomics, which a packet that passes and meets no exemption never
 * touches. A camera's last-seen is written at most once a second.
 */
#include <linux/bottom_half.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include "core/decide.h"
#include "object.h"
#include "ruleset.h"
#include "stats.h"

#define ANSWERS_PER_SECOND 100	/* of one camera: a tenth of reject.c's */

/**
 * cf_rate_allows() - may it happen once more in this second?
 * @r: how often it has
 * @most: how often it may
 *
 * Any context.
 *
 * Return: true if so.
 */
bool cf_rate_allows(struct cf_rate *r, int most)
{
	u32 now = ktime_get_seconds();
	u32 second = READ_ONCE(r->second);

	if (second != now && cmpxchg(&r->second, second, now) == second)
		atomic_set(&r->n, 0);
	return atomic_inc_return(&r->n) <= most;
}

/**
 * cf_counters_new() - counters that start at zero
 * @policy: a policy's, per CPU
 *
 * May sleep.
 *
 * Return: the counters, one reference on them, or NULL.
 */
struct cf_counters *cf_counters_new(bool policy)
{
	struct cf_counters *c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);

	if (!c)
		return NULL;
	refcount_set(&c->refs, 1);
	if (policy) {
		c->policy = alloc_percpu_gfp(struct cf_policy_tally,
					     GFP_KERNEL_ACCOUNT);
		if (!c->policy) {
			kfree(c);
			return NULL;
		}
	}
	return c;
}

/**
 * cf_counters_put() - give a reference back; the last one frees
 * @c: the counters, or NULL
 *
 * May sleep.
 */
void cf_counters_put(struct cf_counters *c)
{
	if (!c || !refcount_dec_and_test(&c->refs))
		return;
	free_percpu(c->policy);
	kfree(c);
}

static void count_atomic(struct cf_counters *c, unsigned int bytes)
{
	atomic64_inc(&c->packets);
	atomic64_add(bytes, &c->bytes);
}

static void see(struct cf_counters *c, u32 now)
{
	if (READ_ONCE(c->seen) != now)
		WRITE_ONCE(c->seen, now);
}

static void add(struct cf_tally __percpu *t, u64 packets, u64 bytes)
{
	struct cf_tally *here;

	local_bh_disable();
	here = this_cpu_ptr(t);
	here->packets += packets;
	here->bytes += bytes;
	local_bh_enable();
}

static struct cf_counters *camera_counters(const struct cf_ruleset *rs,
					   u32 camera)
{
	return cf_object_of(rs->objects.cameras[camera])->counters;
}

/**
 * cf_stats_count_alone() - count what comes without camera and policy
 * @cn: the namespace
 * @reason: of the verdict
 * @bytes: of the packet
 * @dropped: seconds since 1970 where it is dropped, otherwise 0
 *
 * Any context.
 */
void cf_stats_count_alone(struct cf_net *cn, enum camfence_reason reason,
			  unsigned int bytes, u64 dropped)
{
	if (dropped && this_cpu_read(cn->tally->dropped) != dropped)
		this_cpu_write(cn->tally->dropped, dropped);
	add(&cn->tally->of[reason], 1, bytes);
}

static void see_senders(const struct cf_ruleset *rs,
			const struct cf_verdict *v, u64 now)
{
	const struct cf_owner *o;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v->senders); i++)
		for (o = v->senders[i]; o;
		     o = cf_cameras_next(rs->rules->table, o))
			see(camera_counters(rs, o->camera), now);
}

/**
 * cf_stats_count() - count one verdict
 * @cn: the namespace
 * @rs: the ruleset that gave it
 * @v: the verdict
 * @bytes: of the packet
 * @now: seconds since 1970
 *
 * Any context, under RCU.
 */
void cf_stats_count(struct cf_net *cn, const struct cf_ruleset *rs,
		    const struct cf_verdict *v, unsigned int bytes, u64 now)
{
	const struct cf_objects *o = &rs->objects;
	bool drop = cf_reason_is_drop(v->reason);
	struct cf_counters *c;

	cf_stats_count_alone(cn, v->reason, bytes, drop ? now : 0);
	see_senders(rs, v, now);
	if (v->policy == CF_NOTHING)
		return;
	c = cf_object_of(o->policies[v->policy])->counters;
	add(drop ? &c->policy->dropped : &c->policy->passed, 1, bytes);
	if (drop && v->camera != CF_NOTHING)
		count_atomic(camera_counters(rs, v->camera), bytes);
	if (v->exemption != CF_NOTHING) {
		c = cf_object_of(o->exemptions[v->exemption])->counters;
		count_atomic(c, bytes);
		see(c, now);
	}
}

/**
 * cf_stats_spoof() - count a packet that another device may have sent
 * @rs: the ruleset
 * @camera: in whose name
 *
 * Any context, under RCU.
 */
void cf_stats_spoof(const struct cf_ruleset *rs, u32 camera)
{
	atomic64_inc(&camera_counters(rs, camera)->spoofs);
}

/**
 * cf_stats_look() - is it time to look a camera's route up?
 * @rs: the ruleset
 * @camera: whose
 * @now: seconds since 1970
 *
 * Any context, under RCU.
 *
 * Return: true to one who asks in each second.
 */
bool cf_stats_look(const struct cf_ruleset *rs, u32 camera, u32 now)
{
	struct cf_counters *c = camera_counters(rs, camera);
	u32 looked = READ_ONCE(c->looked);

	return looked != now && cmpxchg(&c->looked, looked, now) == looked;
}

/**
 * cf_stats_answer() - may a camera be told once more that it was refused?
 * @rs: the ruleset
 * @camera: which
 *
 * Any context, under RCU.
 *
 * Return: true if so; it counts as told.
 */
bool cf_stats_answer(const struct cf_ruleset *rs, u32 camera)
{
	return cf_rate_allows(&camera_counters(rs, camera)->answered,
			      ANSWERS_PER_SECOND);
}

static struct cf_tally sum(const struct cf_tally __percpu *t)
{
	struct cf_tally sum = { 0 };
	int cpu;

	for_each_possible_cpu(cpu) {
		sum.packets += READ_ONCE(per_cpu_ptr(t, cpu)->packets);
		sum.bytes += READ_ONCE(per_cpu_ptr(t, cpu)->bytes);
	}
	return sum;
}

/**
 * cf_stats_reason() - all verdicts of one reason so far
 * @cn: the namespace
 * @reason: which
 *
 * Any context.
 *
 * Return: the sum over all CPUs.
 */
struct cf_tally cf_stats_reason(const struct cf_net *cn,
				enum camfence_reason reason)
{
	return sum(&cn->tally->of[reason]);
}

/**
 * cf_stats_drops() - all packets that were dropped so far
 * @cn: the namespace
 *
 * Any context.
 *
 * Return: the sum over all reasons.
 */
u64 cf_stats_drops(const struct cf_net *cn)
{
	enum camfence_reason reason;
	u64 packets = 0;

	for (reason = 0; reason < __CAMFENCE_REASON_MAX; reason++)
		if (cf_reason_is_drop(reason))
			packets += cf_stats_reason(cn, reason).packets;
	return packets;
}

/**
 * cf_stats_dropped() - when was a packet dropped last?
 * @cn: the namespace
 *
 * Any context.
 *
 * Return: seconds since 1970, 0: never.
 */
u64 cf_stats_dropped(const struct cf_net *cn)
{
	u64 last = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		last = max(last,
			   READ_ONCE(per_cpu_ptr(cn->tally, cpu)->dropped));
	return last;
}

/**
 * cf_stats_policy() - all verdicts of one policy so far
 * @c: the policy's counters
 *
 * Any context.
 *
 * Return: the sums over all CPUs.
 */
struct cf_policy_tally cf_stats_policy(const struct cf_counters *c)
{
	return (struct cf_policy_tally){
		.passed = sum(&c->policy->passed),
		.dropped = sum(&c->policy->dropped),
	};
}

static void reset(struct cf_tally __percpu *t, struct cf_tally told)
{
	add(t, -told.packets, -told.bytes);
}

/**
 * cf_stats_reset_reason() - take what was told off a reason's counters
 * @cn: the namespace, its mutex held since cf_stats_reason()
 * @reason: which
 * @told: what that returned; what came after it stays counted
 */
void cf_stats_reset_reason(struct cf_net *cn, enum camfence_reason reason,
			   struct cf_tally told)
{
	reset(&cn->tally->of[reason], told);
	if (cf_reason_is_drop(reason))
		cn->drops_before -= told.packets;
}

/**
 * cf_stats_reset_policy() - take what was told off a policy's counters
 * @c: the policy's counters; their namespace's mutex held since
 *	cf_stats_policy()
 * @told: what that returned; what came after it stays counted
 */
void cf_stats_reset_policy(struct cf_counters *c,
			   const struct cf_policy_tally *told)
{
	reset(&c->policy->passed, told->passed);
	reset(&c->policy->dropped, told->dropped);
}
