/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_VERDICT_H
#define CF_VERDICT_H

#include "netlink.h"

extern const struct nla_policy cf_verdict_policy[];

int cf_verdict_get(struct cf_net *cn, struct genl_info *info,
		   struct sk_buff *msg);

#endif /* CF_VERDICT_H */
