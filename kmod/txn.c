// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions: what is to change, kept apart from what is in force until a
 * commit asks for all of it.
 */
#include <linux/pid.h>
#include <linux/random.h>
#include "txn.h"

static int name_cmp(const void *name, const struct rb_node *node)
{
	return strcmp(name, rb_entry(node, struct cf_staged, node)->name);
}

static bool is_before(struct rb_node *a, const struct rb_node *b)
{
	return name_cmp(rb_entry(a, struct cf_staged, node)->name, b) < 0;
}

static struct cf_staged *staged_find(const struct cf_txn *txn,
				     enum cf_kind kind, const char *name)
{
	return rb_entry_safe(rb_find(name, &txn->staged[kind], name_cmp),
			     struct cf_staged, node);
}

/* The entry of a name, made if there is none. */
static struct cf_staged *staged_entry(struct cf_txn *txn, enum cf_kind kind,
				      const char *name)
{
	struct cf_staged *s = staged_find(txn, kind, name);

	if (s)
		return s;
	s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);
	if (!s)
		return NULL;
	strscpy(s->name, name, sizeof(s->name));
	rb_add(&s->node, &txn->staged[kind], is_before);
	return s;
}

static void free_staged(struct cf_txn *txn)
{
	struct cf_staged *s, *next;
	unsigned int kind;

	for (kind = 0; kind < CF_KINDS; kind++) {
		rbtree_postorder_for_each_entry_safe(s, next,
						     &txn->staged[kind], node) {
			cf_object_put(s->object);
			kfree(s);
		}
	}
}

/**
 * cf_txn_begin() - begin a transaction
 * @out: it
 * @cn: the namespace, its mutex held
 * @portid: of the socket that it belongs to
 * @empty: from nothing rather than from what is in force
 *
 * May sleep.
 *
 * Return: 0, -EBUSY (too many) or -ENOMEM.
 */
int cf_txn_begin(struct cf_txn **out, struct cf_net *cn, u32 portid, bool empty)
{
	struct cf_txn *txn;

	if (cn->n_txns == CAMFENCE_MAX_TXNS)
		return -EBUSY;
	txn = kzalloc(sizeof(*txn), GFP_KERNEL_ACCOUNT);
	if (!txn)
		return -ENOMEM;
	do {
		txn->id = get_random_u64();
	} while (!txn->id);
	txn->portid = portid;
	txn->generation = cn->generation;
	txn->thread = get_task_pid(current, PIDTYPE_PID);
	txn->before = cf_ruleset_get(cn);
	if (!empty)
		txn->base = txn->before;
	if (txn->base)
		txn->counts = txn->base->counts;
	list_add(&txn->list, &cn->txns);
	cn->n_txns++;
	*out = txn;
	return 0;
}

/**
 * cf_txn_end() - forget a transaction and all that it has staged
 * @cn: the namespace, its mutex held
 * @txn: freed
 *
 * May sleep.
 */
void cf_txn_end(struct cf_net *cn, struct cf_txn *txn)
{
	list_del(&txn->list);
	cn->n_txns--;
	free_staged(txn);
	cf_ruleset_put(txn->before);
	put_pid(txn->thread);
	kfree(txn);
}

/**
 * cf_txn_end_all() - forget the transactions of one socket, or of all
 * @cn: the namespace, its mutex held
 * @portid: the socket's, NULL: of all
 *
 * May sleep.
 */
void cf_txn_end_all(struct cf_net *cn, const u32 *portid)
{
	struct cf_txn *txn, *next;

	list_for_each_entry_safe(txn, next, &cn->txns, list)
		if (!portid || txn->portid == *portid)
			cf_txn_end(cn, txn);
}

/**
 * cf_txn_find() - the open transaction of an id
 * @cn: the namespace, its mutex held
 * @id: as given at begin
 * @portid: of the socket that asks
 *
 * Return: it, or NULL where there is none or it is another socket's.
 */
struct cf_txn *cf_txn_find(struct cf_net *cn, u64 id, u32 portid)
{
	struct cf_txn *txn;

	list_for_each_entry(txn, &cn->txns, list)
		if (txn->id == id && txn->portid == portid)
			return txn;
	return NULL;
}

/**
 * cf_txn_object() - the object of a name as a commit would leave it
 * @txn: the transaction
 * @kind: of the object
 * @name: its name
 *
 * Return: it, the reference staying where it is, or NULL.
 */
struct cf_object *cf_txn_object(const struct cf_txn *txn, enum cf_kind kind,
				const char *name)
{
	struct cf_staged *s = staged_find(txn, kind, name);

	return s ? s->object : cf_ruleset_find(txn->base, kind, name);
}

/**
 * cf_txn_begun() - the object of a name, if it was put by this transaction
 * @txn: the transaction
 * @kind: of the object
 * @name: its name
 *
 * Return: as cf_txn_object(); nobody else has seen it, so it may be changed.
 */
struct cf_object *cf_txn_begun(const struct cf_txn *txn, enum cf_kind kind,
			       const char *name)
{
	struct cf_staged *s = staged_find(txn, kind, name);

	return s ? s->object : NULL;
}

/* An object comes (sign 1) or goes (-1). */
static void count(struct cf_counts *c, const struct cf_object *o, int sign)
{
	if (!o)
		return;
	c->of[o->kind] += sign;
	if (o->kind == CF_KIND_SET)
		c->ranges += sign * (o->set.n4 + o->set.n6);
	else if (o->kind == CF_KIND_CAMERA)
		c->selectors += sign * o->camera.n_selectors;
	else if (o->kind == CF_KIND_EXEMPTION)
		c->prefixes += sign * o->exemption.n_prefixes;
}

static int take_counters(const struct cf_txn *txn, struct cf_object *o)
{
	struct cf_object *old = cf_ruleset_find(txn->before, o->kind, o->name);

	if (o->kind == CF_KIND_SET || o->kind == CF_KIND_OPTIONS)
		return 0;
	o->counters = old ? cf_counters_get(old->counters) :
			    cf_counters_new(o->kind == CF_KIND_POLICY);
	return o->counters ? 0 : -ENOMEM;
}

/**
 * cf_txn_put() - stage an object in place of the one of that name, if any
 * @txn: the transaction
 * @o: the object; the caller's reference goes to the transaction on success.
 *	It takes over the counters of the one in force.
 *
 * May sleep. Fails without a change.
 *
 * Return: 0, -ENOMEM, or -E2BIG: more than a ruleset may have.
 */
int cf_txn_put(struct cf_txn *txn, struct cf_object *o)
{
	struct cf_object *before = cf_txn_object(txn, o->kind, o->name);
	struct cf_counts counts = txn->counts;
	struct cf_staged *s;
	int err;

	count(&counts, before, -1);
	count(&counts, o, 1);
	if (counts.of[o->kind] > cf_kinds[o->kind].most ||
	    counts.ranges > CAMFENCE_MAX_RANGES ||
	    counts.prefixes > CAMFENCE_MAX_PREFIXES ||
	    counts.selectors > CAMFENCE_MAX_ALL_SELECTORS)
		return -E2BIG;
	err = take_counters(txn, o);
	if (err)
		return err;
	s = staged_entry(txn, o->kind, o->name);
	if (!s)
		return -ENOMEM;
	cf_object_put(s->object);
	s->object = o;
	txn->counts = counts;
	return 0;
}

/**
 * cf_txn_del() - stage that an object goes
 * @txn: the transaction
 * @kind: of the object
 * @name: its name
 *
 * May sleep. That nothing refers to it is seen at commit.
 *
 * Return: 0, -ENOENT or -ENOMEM.
 */
int cf_txn_del(struct cf_txn *txn, enum cf_kind kind, const char *name)
{
	struct cf_object *o = cf_txn_object(txn, kind, name);
	struct cf_staged *s;

	if (!o)
		return -ENOENT;
	s = staged_entry(txn, kind, name);
	if (!s)
		return -ENOMEM;
	count(&txn->counts, o, -1);
	cf_object_put(s->object);
	s->object = NULL;
	/* Only what the base has needs to be remembered as gone. */
	if (!cf_ruleset_find(txn->base, kind, name)) {
		rb_erase(&s->node, &txn->staged[kind]);
		kfree(s);
	}
	return 0;
}
