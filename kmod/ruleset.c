// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: built whole from a transaction, put in force by one pointer,
 * freed after a grace period.
 */
#include <linux/module.h>
#include <linux/rbtree.h>
#include <net/net_namespace.h>
#include "conntrack.h"
#include "egress.h"
#include "hook.h"
#include "lockdown.h"
#include "ruleset.h"
#include "txn.h"

/*
 * It has a rescuer: what was not confirmed goes back when there is no memory,
 * too. What that waits for must run in the like of it.
 */
struct workqueue_struct *cf_wq;

/**
 * cf_ruleset_init() - before any namespace is set up
 *
 * Return: 0 or -ENOMEM.
 */
int cf_ruleset_init(void)
{
	cf_wq = alloc_workqueue("camfence", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return cf_wq ? 0 : -ENOMEM;
}

/**
 * cf_ruleset_fini() - after the last namespace; waits until all is freed
 */
void cf_ruleset_fini(void)
{
	rcu_barrier();
	destroy_workqueue(cf_wq);
}

static void free_now(struct cf_ruleset *rs)
{
	unsigned int kind;
	u32 i;

	cf_rules_free(rs->rules);
	for (kind = 0; kind < CF_KINDS; kind++) {
		const void *const *array = rs->objects.of[kind];

		for (i = 0; i < rs->objects.n[kind]; i++) {
			cf_object_put(cf_object_of(array[i]));
			cond_resched();
		}
		cf_free(array);
	}
	cf_free(rs);
}

static void free_work(struct work_struct *work)
{
	free_now(container_of(to_rcu_work(work), struct cf_ruleset, rwork));
}

/**
 * cf_ruleset_get() - the ruleset in force
 * @cn: the namespace, its mutex held
 *
 * Return: it, with a reference, or NULL.
 */
struct cf_ruleset *cf_ruleset_get(struct cf_net *cn)
{
	struct cf_ruleset *rs = cf_ruleset_current(cn);

	if (rs)
		refcount_inc(&rs->refs);
	return rs;
}

/**
 * cf_ruleset_put() - give a reference back; the last one frees
 * @rs: the ruleset, or NULL; freed after a grace period
 *
 * Any context.
 */
void cf_ruleset_put(struct cf_ruleset *rs)
{
	if (rs && refcount_dec_and_test(&rs->refs))
		queue_rcu_work(cf_wq, &rs->rwork);
}

/**
 * cf_ruleset_find() - an object by name
 * @rs: the ruleset, or NULL
 * @kind: of the object
 * @name: its name
 *
 * Return: it, without a reference of its own, or NULL.
 */
struct cf_object *cf_ruleset_find(const struct cf_ruleset *rs,
				  enum cf_kind kind, const char *name)
{
	u32 i = rs ? cf_objects_find(&rs->objects, kind, name) : CF_NOTHING;

	return i == CF_NOTHING ? NULL : cf_object_of(rs->objects.of[kind][i]);
}

static void take(const void **array, u32 *n, struct cf_object *o)
{
	cf_object_get(o);
	array[(*n)++] = o->name;
}

/* What the base has and what was staged, both by name, become one array. */
static void merge(const void **array, u32 *n, const struct cf_txn *txn,
		  enum cf_kind kind)
{
	const void *const *base = txn->base ? txn->base->objects.of[kind] : NULL;
	u32 n_base = txn->base ? txn->base->objects.n[kind] : 0;
	struct rb_node *node;
	u32 i = 0;

	for (node = rb_first(&txn->staged[kind]); node; node = rb_next(node)) {
		struct cf_staged *s = rb_entry(node, struct cf_staged, node);

		while (i < n_base && strcmp(base[i], s->name) < 0)
			take(array, n, cf_object_of(base[i++]));
		if (i < n_base && !strcmp(base[i], s->name))
			i++;
		if (s->object)
			take(array, n, s->object);
	}
	while (i < n_base)
		take(array, n, cf_object_of(base[i++]));
}

static int collect(struct cf_ruleset *rs, const struct cf_txn *txn)
{
	unsigned int kind;

	for (kind = 0; kind < CF_KINDS; kind++) {
		size_t n = (size_t)txn->counts.of[kind] + 1;
		const void **array = cf_alloc(array_size(n, sizeof(void *)));

		if (!array)
			return -ENOMEM;
		rs->objects.of[kind] = array;
		merge(array, &rs->objects.n[kind], txn, kind);
	}
	rs->counts = txn->counts;
	return 0;
}

/* Sets and exemptions come in chunks. */
static int check_whole(const struct cf_ruleset *rs, enum cf_kind kind,
		       const char *parts, char *message)
{
	u32 i;

	for (i = 0; i < rs->objects.n[kind]; i++) {
		const struct cf_object *o =
			cf_object_of(rs->objects.of[kind][i]);
		u32 left = o->n_left4 + o->n_left6 + o->n_left;

		if (!left)
			continue;
		scnprintf(message, CF_MESSAGE_LEN,
			  "%s \"%s\" lacks %u %s of those announced",
			  cf_kind_names[kind], o->name, left, parts);
		return -EINVAL;
	}
	return 0;
}

static size_t bytes_of(const struct cf_ruleset *rs)
{
	size_t bytes = sizeof(*rs) + rs->rules->bytes;
	unsigned int kind;
	u32 i;

	for (kind = 0; kind < CF_KINDS; kind++) {
		const void *const *array = rs->objects.of[kind];

		bytes += rs->objects.n[kind] * sizeof(void *);
		for (i = 0; i < rs->objects.n[kind]; i++) {
			const struct cf_object *o = cf_object_of(array[i]);

			bytes += o->bytes;
			if (o->counters)
				bytes += sizeof(*o->counters);
			if (o->counters && o->counters->policy)
				bytes += num_possible_cpus() *
					 sizeof(*o->counters->policy);
		}
	}
	return bytes;
}

/**
 * cf_ruleset_build() - what a transaction asks for, ready to be published
 * @out: the ruleset, one reference on it; given back if it is not published
 * @txn: unchanged
 * @message: CF_MESSAGE_LEN bytes: the sentence where the ruleset is at fault
 *
 * May sleep, long.
 *
 * Return: 0, -EINVAL (a set or an exemption is not complete), or as
 * cf_rules_build().
 */
int cf_ruleset_build(struct cf_ruleset **out, const struct cf_txn *txn,
		     char *message)
{
	struct cf_ruleset *rs = cf_alloc(sizeof(*rs));
	int err;

	if (!rs)
		return -ENOMEM;
	refcount_set(&rs->refs, 1);
	INIT_RCU_WORK(&rs->rwork, free_work);
	err = collect(rs, txn);
	if (err)
		goto fail;
	err = check_whole(rs, CF_KIND_SET, "ranges", message) ?:
	      check_whole(rs, CF_KIND_EXEMPTION, "prefixes", message);
	if (err)
		goto fail;
	err = cf_rules_build(&rs->rules, &rs->objects,
			     txn->before ? txn->before->rules : NULL, message);
	if (err)
		goto fail;
	rs->bytes = bytes_of(rs);
	*out = rs;
	return 0;
fail:
	free_now(rs);	/* no packet has seen it */
	return err;
}

/*
 * Exemptions ask conntrack, if only about ICMP errors of what they let pass;
 * and so do allow sets that let pass what without them would not.
 */
static bool needs_conntrack(const struct cf_ruleset *rs)
{
	u32 i;

	for (i = 0; rs && i < rs->objects.n_policies; i++) {
		const struct cf_policy *p = rs->objects.policies[i];

		if (p->n_allow &&
		    (p->n_block || p->dflt == CAMFENCE_DEFAULT_DROP))
			return true;
	}
	return rs && rs->objects.n_exemptions;
}

static bool needs_egress(const struct cf_ruleset *rs)
{
	return rs && rs->rules->by_mac;
}

/* What a ruleset needs and is not there yet. */
static int prepare(struct cf_net *cn, const struct cf_ruleset *rs,
		   char *message)
{
	int err;

	err = cf_hook_register(cn);
	if (err) {
		scnprintf(message, CF_MESSAGE_LEN, "cannot register the hooks");
		return err;
	}
	if (needs_conntrack(rs) && !cn->conntrack) {
		err = cf_conntrack_get(cn->net);
		if (err) {
			scnprintf(message, CF_MESSAGE_LEN,
				  "exemptions and allow sets need connection tracking, which cannot be had here");
			return err;
		}
		cn->conntrack = true;
	}
	return needs_egress(rs) ? cf_egress_start(cn, message) : 0;
}

/* What neither the ruleset in force needs nor the one that may come back. */
static void give_back(struct cf_net *cn)
{
	const struct cf_ruleset *rs = cf_ruleset_current(cn);
	const struct cf_ruleset *before = cn->pending.before;

	if (cn->egress.on && !needs_egress(rs) && !needs_egress(before))
		cf_egress_stop(cn);
	if (cn->conntrack && !needs_conntrack(rs) && !needs_conntrack(before)) {
		cf_conntrack_put(cn->net);
		cn->conntrack = false;
	}
	if (!rs && !cf_lockdown_on(cn->net))
		cf_hook_unregister(cn);
}

/* From one snapshot to another, either of which may be none. Cannot fail. */
static void change(struct cf_net *cn, struct cf_ruleset *rs)
{
	struct cf_ruleset *old = cf_ruleset_current(cn);

	cn->generation++;
	cn->since = ktime_get_real_seconds();
	cn->drops_before = cf_stats_drops(cn);
	if (!old && !rs)
		return;
	rcu_assign_pointer(cn->ruleset, rs);
	give_back(cn);
	if (!rs)
		module_put(THIS_MODULE);
	cf_flowtable_clean(cn);
	cf_ruleset_put(old);
}

/* In steps, for timers are late: see flowtable.c's until_end(). */
static void await(struct cf_net *cn)
{
	unsigned long left = cf_pending_left(&cn->pending);

	mod_delayed_work(cf_wq, &cn->pending.work, left - left / 8);
}

static void pend(struct cf_net *cn, unsigned int seconds)
{
	cn->pending.on = true;
	cn->pending.before = cf_ruleset_get(cn);
	cn->pending.due = jiffies + seconds * HZ;
	await(cn);
}

/* Return: what would have come back, with its reference. */
static struct cf_ruleset *settle(struct cf_net *cn)
{
	struct cf_ruleset *before = cn->pending.before;

	cancel_delayed_work(&cn->pending.work);
	cn->pending.on = false;
	cn->pending.before = NULL;
	return before;
}

/* It may have run on when what it was queued for was settled. */
static void look(struct work_struct *work)
{
	struct cf_net *cn = container_of(to_delayed_work(work), struct cf_net,
					 pending.work);

	mutex_lock(&cn->lock);
	if (cn->pending.on && cf_pending_left(&cn->pending)) {
		await(cn);
	} else if (cn->pending.on) {
		change(cn, settle(cn));
		cf_event_change(cn, CAMFENCE_EVENT_TIMEOUT, 0);
	}
	mutex_unlock(&cn->lock);
}

/**
 * cf_ruleset_publish() - put a ruleset in force
 * @cn: the namespace, its mutex held; nothing is to be confirmed there
 * @rs: the caller's reference goes to the namespace on success
 * @confirm: seconds within which it is to be confirmed, or what was in force
 *	before comes back; 0: it stands at once
 * @message: CF_MESSAGE_LEN bytes: the sentence if it fails
 *
 * May sleep, but waits for no grace period; takes RTNL where the ruleset has
 * MACs or OUIs, or the one before had. What the ruleset needs besides is had
 * first, and stays if it was there before.
 *
 * Return: 0 or a negative error; then what was in force still is.
 */
int cf_ruleset_publish(struct cf_net *cn, struct cf_ruleset *rs,
		       unsigned int confirm, char *message)
{
	bool first = !cf_ruleset_current(cn);
	int err;

	if (first && !try_module_get(THIS_MODULE)) {
		scnprintf(message, CF_MESSAGE_LEN,
			  "the module is being unloaded");
		return -ENODEV;
	}
	err = prepare(cn, rs, message);
	if (err) {
		give_back(cn);
		if (first)
			module_put(THIS_MODULE);
		return err;
	}

	/* Cannot fail after this point. */
	if (confirm)
		pend(cn, confirm);
	change(cn, rs);
	return 0;
}

/**
 * cf_ruleset_confirm() - what is in force stands
 * @cn: the namespace, its mutex held; something is to be confirmed there
 *
 * May sleep; takes RTNL where the ruleset before had MACs or OUIs.
 */
void cf_ruleset_confirm(struct cf_net *cn)
{
	cf_ruleset_put(settle(cn));
	give_back(cn);
}

/**
 * cf_ruleset_flush() - nothing is in force afterwards, nor comes back
 * @cn: the namespace, its mutex held
 *
 * May sleep; takes RTNL where the ruleset had MACs or OUIs.
 */
void cf_ruleset_flush(struct cf_net *cn)
{
	cf_ruleset_put(settle(cn));
	change(cn, NULL);
}

/**
 * cf_ruleset_init_net() - before the namespace has a ruleset
 * @cn: the namespace
 */
void cf_ruleset_init_net(struct cf_net *cn)
{
	INIT_DELAYED_WORK(&cn->pending.work, look);
}

/**
 * cf_ruleset_pre_exit() - the namespace goes: no more packets
 * @cn: the namespace; a grace period follows before its memory goes
 *
 * The work takes the mutex, and is waited for without it: it may be the one
 * that has let go of the module.
 */
void cf_ruleset_pre_exit(struct cf_net *cn)
{
	mutex_lock(&cn->lock);
	cf_ruleset_flush(cn);
	cf_hook_unregister(cn);
	mutex_unlock(&cn->lock);
	cancel_delayed_work_sync(&cn->pending.work);
}

/**
 * cf_ruleset_exit() - the namespace goes: what is still staged goes too
 * @cn: the namespace
 */
void cf_ruleset_exit(struct cf_net *cn)
{
	mutex_lock(&cn->lock);
	cf_txn_end_all(cn, NULL);
	mutex_unlock(&cn->lock);
}
