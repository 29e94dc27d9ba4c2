/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_ROUTE_H
#define CF_ROUTE_H

#include "core/decide.h"

struct net;
struct net_device;
struct nf_hook_state;
struct sk_buff;

void cf_route_read(struct cf_flow *f, const struct cf_rules *rules,
		   const struct sk_buff *skb,
		   const struct nf_hook_state *state);
u64 cf_route_mac(const struct sk_buff *skb, const struct nf_hook_state *state);
bool cf_route_sends_mac(const struct sk_buff *skb,
			const struct net_device *dev);
bool cf_route_is_on_link(struct net *net, const struct cf_addr *addr,
			 const struct net_device *dev);
void cf_route_resolve(struct sk_buff *skb);

#endif /* CF_ROUTE_H */
