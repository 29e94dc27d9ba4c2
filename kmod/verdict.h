/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_VERDICT_H
#define CF_VERDICT_H

#include "netlink.h"
#include "core/decide.h"

extern const struct nla_policy cf_verdict_policy[];

int cf_verdict_read(struct cf_flow *f, struct genl_info *info);
int cf_verdict_put(struct sk_buff *msg, struct net *net,
		   const struct cf_flow *f);

#endif /* CF_VERDICT_H */
