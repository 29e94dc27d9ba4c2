/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_PACKET_H
#define CF_PACKET_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include "core/decide.h"

struct net_device;

/* From the IP header on. */
static inline unsigned int cf_packet_bytes(const struct sk_buff *skb)
{
	return skb->len - skb_network_offset(skb);
}

const struct net_device *
cf_packet_received_by(const struct sk_buff *skb,
		      const struct nf_hook_state *state);
bool cf_packet_decide_plainly(struct cf_verdict *v,
			      const struct cf_rules *rules,
			      const struct sk_buff *skb,
			      const struct nf_hook_state *state);
void cf_packet_read(struct cf_flow *f, enum cf_hook hook,
		    const struct sk_buff *skb,
		    const struct nf_hook_state *state);
bool cf_packet_read_egress(struct cf_flow *f, const struct sk_buff *skb,
			   const struct nf_hook_state *state);
bool cf_packet_read_frame(struct cf_flow *f, const struct sk_buff *skb,
			  const struct nf_hook_state *state);

#endif /* CF_PACKET_H */
