/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_DUMP_H
#define CF_DUMP_H

#include "netlink.h"
#include "wire.h"

u32 cf_dump_largest(const struct cf_ruleset *rs);
int cf_dump_object(struct sk_buff *msg, const struct cf_object *o, u32 *part);
int cf_dump_addr(struct sk_buff *msg, int attr4, int attr6,
		 const struct cf_addr *addr);
int cf_dump_object_stats(struct sk_buff *msg, const struct cf_object *o,
			 bool reset);

static inline int cf_dump_tally(struct sk_buff *msg, int packets, int bytes,
				struct cf_tally t)
{
	return nla_put_u64_64bit(msg, packets, t.packets,
				 CAMFENCE_STATS_A_PAD) ||
	       nla_put_u64_64bit(msg, bytes, t.bytes, CAMFENCE_STATS_A_PAD);
}

#endif /* CF_DUMP_H */
