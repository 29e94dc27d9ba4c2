/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_PACKET_H
#define CF_PACKET_H

#include <linux/netfilter.h>
#include "core/decide.h"

struct sk_buff;

void cf_packet_read(struct cf_flow *f, const struct sk_buff *skb,
		    const struct nf_hook_state *state);

#endif /* CF_PACKET_H */
