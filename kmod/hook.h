/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_HOOK_H
#define CF_HOOK_H

#include <linux/types.h>

struct cf_net;
struct nf_hook_state;
struct sk_buff;

u64 cf_hook_time(u64 now);
void cf_hook_init(struct cf_net *cn);
int cf_hook_register(struct cf_net *cn);
void cf_hook_unregister(struct cf_net *cn);
unsigned int cf_hook_egress(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state);

#endif /* CF_HOOK_H */
