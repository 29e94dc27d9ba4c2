/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where kernels differ: probed from headers by Kbuild, met here and nowhere
 * else.
 */
#ifndef CF_COMPAT_H
#define CF_COMPAT_H

#include <linux/netfilter.h>
#include <net/genetlink.h>

#ifdef CF_HAVE_LINUX_UNALIGNED
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

static inline struct nlattr **cf_dump_attrs(struct netlink_callback *cb)
{
#ifdef CF_HAVE_GENL_INFO_DUMP
	return genl_dumpit_info(cb)->info.attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#if IS_ENABLED(CONFIG_NF_CONNTRACK)

#include <net/netfilter/nf_conntrack.h>

static inline int cf_conntrack_get(struct net *net)
{
	return nf_ct_netns_get(net, NFPROTO_INET);
}

static inline void cf_conntrack_put(struct net *net)
{
	nf_ct_netns_put(net, NFPROTO_INET);
}

#else

static inline int cf_conntrack_get(struct net *net)
{
	return -EOPNOTSUPP;
}

static inline void cf_conntrack_put(struct net *net)
{
}

#endif /* CONFIG_NF_CONNTRACK */

#endif /* CF_COMPAT_H */
