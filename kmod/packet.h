/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_PACKET_H
#define CF_PACKET_H

#include <linux/in6.h>
#include <linux/netfilter.h>
#include "core/decide.h"

struct net_device;
struct sk_buff;

static inline struct cf_addr cf_packet_addr4(__be32 a)
{
	return (struct cf_addr){ .family = CF_IPV4, .v4 = ntohl(a) };
}

static inline struct cf_addr cf_packet_addr6(const struct in6_addr *a)
{
	return (struct cf_addr){
		.family = CF_IPV6,
		.v6 = {
			.hi = (u64)ntohl(a->s6_addr32[0]) << 32 |
			      ntohl(a->s6_addr32[1]),
			.lo = (u64)ntohl(a->s6_addr32[2]) << 32 |
			      ntohl(a->s6_addr32[3]),
		},
	};
}

const struct net_device *
cf_packet_received_by(const struct sk_buff *skb,
		      const struct nf_hook_state *state);
void cf_packet_read(struct cf_flow *f, enum cf_hook hook,
		    const struct sk_buff *skb,
		    const struct nf_hook_state *state);
bool cf_packet_read_egress(struct cf_flow *f, const struct sk_buff *skb,
			   const struct nf_hook_state *state);
bool cf_packet_read_frame(struct cf_flow *f, const struct sk_buff *skb,
			  const struct nf_hook_state *state);

#endif /* CF_PACKET_H */
