/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CONNTRACK_H
#define CF_CONNTRACK_H

#include "core/decide.h"

struct net;
struct nf_conn;
struct sk_buff;

#if IS_ENABLED(CONFIG_NF_CONNTRACK)

int cf_conntrack_get(struct net *net);
void cf_conntrack_put(struct net *net);
void cf_conntrack_read(struct cf_flow *f, const struct sk_buff *skb);
struct nf_conn *cf_conntrack_read_egress(struct cf_flow *f, struct net *net,
					 const struct sk_buff *skb);
void cf_conntrack_leave(struct nf_conn *ct, bool kill);

#else

static inline int cf_conntrack_get(struct net *net)
{
	return -EOPNOTSUPP;
}

static inline void cf_conntrack_put(struct net *net)
{
}

static inline void cf_conntrack_read(struct cf_flow *f,
				     const struct sk_buff *skb)
{
}

static inline struct nf_conn *
cf_conntrack_read_egress(struct cf_flow *f, struct net *net,
			 const struct sk_buff *skb)
{
	return NULL;
}

static inline void cf_conntrack_leave(struct nf_conn *ct, bool kill)
{
}

#endif /* CONFIG_NF_CONNTRACK */

#endif /* CF_CONNTRACK_H */
