/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_RULESET_H
#define CF_RULESET_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>
#include <net/netns/generic.h>
#include "core/rules.h"
#include "egress.h"
#include "event.h"
#include "flowtable.h"
#include "object.h"

struct cf_txn;
struct netlink_ext_ack;

#define CF_HOOKS (6 + IS_ENABLED(CONFIG_NETFILTER_FAMILY_BRIDGE))

struct cf_counts {
	u32 of[CF_KINDS];
	u32 ranges;
	u32 prefixes;
	u32 selectors;
};

/*
 * Immutable. Read by packets under RCU; by dumps and transactions through a
 * reference.
 */
struct cf_ruleset {
	refcount_t refs;
	struct rcu_work rwork;
	struct cf_objects objects;	/* a reference on each */
	struct cf_rules *rules;
	struct cf_counts counts;
	size_t bytes;
};

/*
 * A commit that is to be confirmed. Until then all that @before needs stays, so
 * that going back cannot fail. Its clock stands still while the machine sleeps,
 * which routers do not.
 */
struct cf_pending {
	bool on;
	struct cf_ruleset *before;	/* comes back; NULL: nothing does */
	unsigned long due;		/* jiffies */
	struct delayed_work work;
};

static inline unsigned long cf_pending_left(const struct cf_pending *p)
{
	return time_after(p->due, jiffies) ? p->due - jiffies : 0;
}

/*
 * A network namespace. Its mutex guards everything in here but what packets
 * read: ruleset (RCU) and tally (per CPU).
 */
struct cf_net {
	struct net *net;
	struct cf_ruleset __rcu *ruleset;	/* NULL: none in force */
	struct cf_reason_tally __percpu *tally;
	struct mutex lock;			/* see above */
	u64 generation;
	u64 since;				/* ... seconds since 1970 */
	u64 drops_before;			/* ... modulo 2^64 */
	struct cf_pending pending;
	bool conntrack;				/* we have asked for it */
	bool hooked;
	struct cf_egress egress;		/* see there */
	struct cf_event event;			/* see there */
	struct nf_hook_ops hooks[CF_HOOKS];
	struct list_head txns;
	unsigned int n_txns;
	struct cf_flowtable flowtable;		/* see there */
};

extern unsigned int cf_net_id;
extern struct workqueue_struct *cf_wq;

static inline struct cf_net *cf_net(const struct net *net)
{
	return net_generic(net, cf_net_id);
}

/* Its mutex is held. */
static inline struct cf_ruleset *cf_ruleset_current(const struct cf_net *cn)
{
	return rcu_dereference_protected(cn->ruleset,
					 lockdep_is_held(&cn->lock));
}

int cf_ruleset_init(void);
void cf_ruleset_fini(void);

struct cf_ruleset *cf_ruleset_get(struct cf_net *cn);
void cf_ruleset_put(struct cf_ruleset *rs);
struct cf_object *cf_ruleset_find(const struct cf_ruleset *rs,
				  enum cf_kind kind, const char *name);

int cf_ruleset_build(struct cf_ruleset **out, const struct cf_txn *txn,
		     char *message);
int cf_ruleset_publish(struct cf_net *cn, struct cf_ruleset *rs,
		       unsigned int confirm, char *message);
void cf_ruleset_confirm(struct cf_net *cn);
void cf_ruleset_flush(struct cf_net *cn);
void cf_ruleset_init_net(struct cf_net *cn);
void cf_ruleset_pre_exit(struct cf_net *cn);
void cf_ruleset_exit(struct cf_net *cn);

#endif /* CF_RULESET_H */
