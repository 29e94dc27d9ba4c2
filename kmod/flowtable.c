// SPDX-License-Identifier: GPL-2.0
/*
 * A flowtable carries flows past every hook of ours. After each commit and at
 * each exemption's end all flows of the namespace are therefore taken out of
 * it; what is allowed comes back by itself.
 *
 * One work item a namespace. It waits a grace period: then no packet that the
 * old ruleset let pass is on its way to "flow add". Packets in NFQUEUE may be:
 * for their sake it cleans again after one second and after one minute. While
 * exemptions have dates it sleeps until the next one ends, but never longer
 * than a minute, for clocks jump. Otherwise, and where there are no flowtables,
 * nothing runs.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/timekeeping.h>
#include <net/netfilter/nf_flow_table.h>
#include "flowtable.h"
#include "lockdown.h"
#include "ruleset.h"

#define LOOK_SECONDS 60

/* Before the last cleaning, and the last but one, which follows the first. */
static const unsigned long waits[] = { 0, 60 * HZ, HZ };

struct dates {
	bool any;
	bool passed;		/* an end, or the clock was set back */
	u64 next;		/* end; U64_MAX: none */
};

static struct cf_ruleset *pin(struct cf_net *cn)
{
	struct cf_ruleset *rs;

	rcu_read_lock();
	rs = rcu_dereference(cn->ruleset);
	if (rs && !refcount_inc_not_zero(&rs->refs))
		rs = NULL;	/* who replaced it has queued us again */
	rcu_read_unlock();
	return rs;
}

static struct dates read_dates(const struct cf_ruleset *rs, u64 from, u64 to)
{
	struct dates d = { .next = U64_MAX };
	u32 i;

	for (i = 0; rs && i < rs->objects.n_exemptions; i++) {
		const struct cf_exemption *e = rs->objects.exemptions[i];

		cond_resched();
		if (!e->not_before && e->until == U64_MAX)
			continue;
		d.any = true;
		if (e->until > to)
			d.next = min(d.next, e->until);
		else if (e->until > from)
			d.passed = true;
	}
	if (to < from)
		d.passed = d.any;
	return d;
}

/* Every flow comes in by a device that is up: of each, in order of index. */
static struct net_device *next_device(struct net *net, int after)
{
	struct net_device *dev, *next = NULL;

	rcu_read_lock();
	for_each_netdev_rcu(net, dev)
		if (dev->flags & IFF_UP && dev->ifindex > after &&
		    (!next || dev->ifindex < next->ifindex))
			next = dev;
	if (next)
		dev_hold(next);
	rcu_read_unlock();
	return next;
}

/*
 * Whether there are flowtables at all. The device names the namespace, too:
 * without one, everybody's flows would go. Not under RTNL, which the works
 * that are waited for may want.
 */
static bool clean(struct net *net)
{
	void (*cleanup)(struct net_device *dev);
	struct net_device *dev;
	int after = 0;

	cleanup = symbol_get(nf_flow_table_cleanup);
	if (!cleanup)
		return false;
	synchronize_rcu_expedited();
	while ((dev = next_device(net, after))) {
		after = dev->ifindex;
		cleanup(dev);
		dev_put(dev);
	}
	symbol_put(nf_flow_table_cleanup);
	return true;
}

/*
 * A timer comes late by up to an eighth of its time: so seven eighths of what
 * is left, and again, until nothing is.
 */
static unsigned long until_end(u64 end)
{
	struct timespec64 now;
	unsigned int left;

	ktime_get_coarse_real_ts64(&now);
	if (end <= now.tv_sec)
		return 0;
	left = min_t(u64, end - now.tv_sec, LOOK_SECONDS) * MSEC_PER_SEC -
	       now.tv_nsec / NSEC_PER_MSEC;
	return msecs_to_jiffies(left - left / 8);
}

static void sleep(struct cf_flowtable *ft, const struct dates *d)
{
	unsigned long wait = MAX_JIFFY_OFFSET, now = jiffies;

	if (d->any)
		wait = until_end(d->next);
	if (ft->rounds)
		wait = min(wait, time_after(ft->due, now) ? ft->due - now : 0);
	if (wait != MAX_JIFFY_OFFSET)
		queue_delayed_work(system_long_wq, &ft->work, wait);
}

static void run(struct work_struct *work)
{
	struct cf_flowtable *ft = container_of(to_delayed_work(work),
					       struct cf_flowtable, work);
	struct cf_net *cn = container_of(ft, struct cf_net, flowtable);
	/* What changed before is what packets meet when it cleans. */
	unsigned int changes = smp_load_acquire(&ft->changes);
	struct cf_ruleset *rs = pin(cn);
	u64 now = ktime_get_real_seconds();
	struct dates d = read_dates(rs, ft->looked, now);

	cf_ruleset_put(rs);
	ft->looked = now;
	if (changes != ft->cleaned || d.passed) {
		ft->rounds = ARRAY_SIZE(waits);
		ft->due = jiffies;
	}
	ft->cleaned = changes;
	if (!rs && !cf_lockdown_on(cn->net))
		return;
	if (ft->rounds && time_after_eq(jiffies, ft->due)) {
		ft->rounds = clean(cn->net) ? ft->rounds - 1 : 0;
		ft->due = jiffies + waits[ft->rounds];
	}
	sleep(ft, &d);
}

/**
 * cf_flowtable_init() - make a namespace's work ready
 * @cn: the namespace, zeroed
 */
void cf_flowtable_init(struct cf_net *cn)
{
	INIT_DELAYED_WORK(&cn->flowtable.work, run);
}

/**
 * cf_flowtable_clean() - what packets meet has changed: clean soon
 * @cn: the namespace, its mutex held, or in its init
 *
 * To be called when the change stands: after a ruleset was published or
 * withdrawn, and after the hooks of a lockdown were registered.
 */
void cf_flowtable_clean(struct cf_net *cn)
{
	struct cf_flowtable *ft = &cn->flowtable;

	/* After the change itself: see run() */
	smp_store_release(&ft->changes, ft->changes + 1);
	mod_delayed_work(system_long_wq, &ft->work, 0);
}

/**
 * cf_flowtable_fini() - the namespace or the module goes: end the work
 * @cn: the namespace, for which cf_flowtable_clean() is not called any more
 *
 * May sleep, until the work has ended. In the namespace's pre_exit, after what
 * calls cf_flowtable_clean().
 */
void cf_flowtable_fini(struct cf_net *cn)
{
	cancel_delayed_work_sync(&cn->flowtable.work);
}
