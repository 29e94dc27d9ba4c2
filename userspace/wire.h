/* SPDX-License-Identifier: GPL-2.0 */
/* Objects as attributes of netlink messages, and back. */
#ifndef CAMFENCE_WIRE_H
#define CAMFENCE_WIRE_H

#include <libmnl/libmnl.h>

#include "engine.h"
#include "ruleset.h"
#include "types.h"

#define WIRE_PLACE 160

/*
 * struct wire_cursor - how much of a set has been put into messages
 */
struct wire_cursor {
	size_t at4, at6;
};

/* All return false where the message has no room left. */
bool wire_put_name(struct nlmsghdr *nlh, size_t room, enum objkind kind,
		   const char *name);
bool wire_put_set(struct nlmsghdr *nlh, size_t room, const struct set *s,
		  const struct ranges *r, struct wire_cursor *at);
bool wire_put_policy(struct nlmsghdr *nlh, size_t room, const struct policy *p);
bool wire_put_camera(struct nlmsghdr *nlh, size_t room, enum objkind kind,
		     const struct camera *c);
bool wire_put_exemption(struct nlmsghdr *nlh, size_t room,
			const struct exemption *e, size_t *at);
bool wire_put_settings(struct nlmsghdr *nlh, size_t room,
		       const struct settings *s);
bool wire_put_packet(struct nlmsghdr *nlh, size_t room, const struct event *e);
bool wire_put_counts(struct nlmsghdr *nlh, size_t room, const struct counts *c);

/* All return -1 where what the kernel said makes no sense. */
void wire_top(const struct nlmsghdr *nlh, const struct nlattr **tb);
int wire_get_object(const struct nlattr **tb, struct ruleset *rs);
int wire_get_ranges(const struct nlattr *nest, struct ranges *r);
int wire_get_counts(const struct nlattr *nest, struct counts *c);
int wire_get_selector(const struct nlattr *a, struct camera *c);
int wire_get_remote(const struct nlattr *a, struct exemption *e);
int wire_get_info(const struct nlmsghdr *nlh, struct engine_info *info);
int wire_get_event(const struct nlmsghdr *nlh, struct event *e);
int wire_get_verdict(const struct nlmsghdr *nlh, struct event *e);
int wire_get_txn(const struct nlmsghdr *nlh, u64 *txn,
		 u64 *generation);
int wire_get_stats(const struct nlattr **tb, struct stats *s);

void wire_locate(const struct nlmsghdr *nlh, u32 offset,
		 char place[WIRE_PLACE]);

#endif
