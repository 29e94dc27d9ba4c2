/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_NETLINK_H
#define CF_NETLINK_H

#include <net/genetlink.h>
#include "txn.h"

int cf_netlink_init(void);
void cf_netlink_fini(void);

extern struct genl_family cf_genl_family;

int cf_netlink_allowed(const struct net *net, struct netlink_ext_ack *extack);
struct cf_txn *cf_netlink_txn(struct cf_net *cn, struct genl_info *info);
__printf(5, 6)
int cf_netlink_fail(struct cf_txn *txn, struct genl_info *info,
		    const struct nlattr *attr, int err, const char *format,
		    ...);

/* info.c */
int cf_info_get(struct cf_net *cn, struct genl_info *info, struct sk_buff *msg);

/* put.c */
extern const struct nla_policy cf_set_put_policy[];
extern const struct nla_policy cf_policy_put_policy[];
extern const struct nla_policy cf_camera_put_policy[];
extern const struct nla_policy cf_exemption_put_policy[];
extern const struct nla_policy cf_options_put_policy[];
extern const struct nla_policy cf_set_del_policy[];
extern const struct nla_policy cf_policy_del_policy[];
extern const struct nla_policy cf_camera_del_policy[];
extern const struct nla_policy cf_exemption_del_policy[];

int cf_put(struct cf_net *cn, struct genl_info *info, struct sk_buff *msg);
int cf_del(struct cf_net *cn, struct genl_info *info, struct sk_buff *msg);

/* dump.c */
extern const struct nla_policy cf_range_get_policy[];
extern const struct nla_policy cf_stats_get_policy[];

int cf_dump_counts(struct sk_buff *msg, int attr, const struct cf_counts *c);
int cf_dump_start(struct netlink_callback *cb);
int cf_dump_start_ruleset(struct netlink_callback *cb);
int cf_dump_ruleset(struct sk_buff *msg, struct netlink_callback *cb);
int cf_dump_ranges(struct sk_buff *msg, struct netlink_callback *cb);
int cf_dump_stats(struct sk_buff *msg, struct netlink_callback *cb);
int cf_dump_done(struct netlink_callback *cb);

#endif /* CF_NETLINK_H */
