/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_REJECT_H
#define CF_REJECT_H

#include <linux/types.h>

struct net;
struct nf_hook_state;
struct sk_buff;

bool cf_reject_is_own(const struct sk_buff *skb);
void cf_reject_send(struct net *net, struct sk_buff *skb,
		    const struct nf_hook_state *state);

#endif /* CF_REJECT_H */
