// SPDX-License-Identifier: GPL-2.0
/*
 * Counting. Reasons and policies per CPU; a camera's drops and an exemption's
 * packets in atomics, which a packet that passes and meets no exemption never
 * touches. A camera's last-seen is written at most once a second.
 */
#include <linux/slab.h>
#include "core/decide.h"
#include "object.h"
#include "ruleset.h"
#include "stats.h"

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

static void see(struct cf_counters *c, u64 now)
{
	if (READ_ONCE(c->seen) != now)
		WRITE_ONCE(c->seen, now);
}

static void count_policy(struct cf_counters *c, bool drop, unsigned int bytes)
{
	if (drop) {
		this_cpu_inc(c->policy->dropped.packets);
		this_cpu_add(c->policy->dropped.bytes, bytes);
	} else {
		this_cpu_inc(c->policy->passed.packets);
		this_cpu_add(c->policy->passed.bytes, bytes);
	}
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
	unsigned int i;

	this_cpu_inc(cn->tally->of[v->reason].packets);
	this_cpu_add(cn->tally->of[v->reason].bytes, bytes);
	if (v->camera == CF_NOTHING)
		return;
	count_policy(cf_object_of(o->policies[v->policy])->counters, drop,
		     bytes);
	if (drop)
		count_atomic(cf_object_of(o->cameras[v->camera])->counters,
			     bytes);
	if (v->exemption != CF_NOTHING) {
		c = cf_object_of(o->exemptions[v->exemption])->counters;
		count_atomic(c, bytes);
		see(c, now);
	}
	for (i = 0; i < ARRAY_SIZE(v->senders); i++)
		if (v->senders[i] != CF_NOTHING)
			see(cf_object_of(o->cameras[v->senders[i]])->counters,
			    now);
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
	struct cf_tally sum = { 0 };
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct cf_tally *t;

		t = &per_cpu_ptr(cn->tally, cpu)->of[reason];
		sum.packets += READ_ONCE(t->packets);
		sum.bytes += READ_ONCE(t->bytes);
	}
	return sum;
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
	struct cf_policy_tally sum = { };
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct cf_policy_tally *t = per_cpu_ptr(c->policy, cpu);

		sum.passed.packets += READ_ONCE(t->passed.packets);
		sum.passed.bytes += READ_ONCE(t->passed.bytes);
		sum.dropped.packets += READ_ONCE(t->dropped.packets);
		sum.dropped.bytes += READ_ONCE(t->dropped.bytes);
	}
	return sum;
}
