/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_REJECT_H
#define CF_REJECT_H

#include <linux/types.h>

struct net;
struct nf_hook_state;
struct sk_buff;

bool cf_reject_is_own(const struct sk_buff *skb);
/* Can it be asked for? On a kernel with half of it, half would be silent. */
#define CF_REJECT_IS_THERE						\
	(IS_ENABLED(CONFIG_NF_REJECT_IPV4) &&				\
	 (IS_ENABLED(CONFIG_NF_REJECT_IPV6) || !IS_ENABLED(CONFIG_IPV6)))

void cf_reject_send(struct net *net, struct sk_buff *skb,
		    const struct nf_hook_state *state);

#endif /* CF_REJECT_H */
