/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_TXN_H
#define CF_TXN_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include "ruleset.h"

/* A name's fate in a transaction: what it becomes, or NULL where deleted. */
struct cf_staged {
	struct rb_node node;
	struct cf_object *object;
	char name[CAMFENCE_NAME_LEN];
};

/*
 * What one socket has put and deleted since it began. The base stays as it is,
 * so beginning costs nothing, and a put as much as a search.
 */
struct cf_txn {
	struct list_head list;
	u64 id;
	u32 portid;
	struct pid *thread;		/* which alone ends it, or its socket */
	u64 generation;			/* what it started from */
	struct cf_ruleset *before;	/* what is in force, NULL: nothing */
	struct cf_ruleset *base;	/* that, or NULL: from nothing */
	struct rb_root staged[CF_KINDS];
	struct cf_counts counts;	/* as a commit would make them */
	char message[CF_MESSAGE_LEN];	/* netlink reads it after the handler */
};

int cf_txn_begin(struct cf_txn **out, struct cf_net *cn, u32 portid,
		 bool empty);
void cf_txn_end(struct cf_net *cn, struct cf_txn *txn);
void cf_txn_end_all(struct cf_net *cn, const u32 *portid);
struct cf_txn *cf_txn_find(struct cf_net *cn, u64 id, u32 portid);

struct cf_object *cf_txn_object(const struct cf_txn *txn, enum cf_kind kind,
				const char *name);
struct cf_object *cf_txn_begun(const struct cf_txn *txn, enum cf_kind kind,
			       const char *name);
int cf_txn_put(struct cf_txn *txn, struct cf_object *o);
int cf_txn_del(struct cf_txn *txn, enum cf_kind kind, const char *name);

#endif /* CF_TXN_H */
