/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where kernels differ: probed from headers by Kbuild, met here and nowhere
 * else.
 */
#ifndef CF_COMPAT_H
#define CF_COMPAT_H

#include <net/dst.h>
#include <net/genetlink.h>

#ifdef CF_HAVE_LINUX_UNALIGNED
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/* Who may join a group; before there was a flag for it, the commands' one. */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define CF_MCAST_ADMIN GENL_MCAST_CAP_NET_ADMIN
#else
#define CF_MCAST_ADMIN GENL_UNS_ADMIN_PERM
#endif

static inline struct nlattr **cf_dump_attrs(struct netlink_callback *cb)
{
#ifdef CF_HAVE_GENL_INFO_DUMP
	return genl_dumpit_info(cb)->info.attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

static inline struct net_device *cf_dst_dev(const struct dst_entry *dst)
{
#ifdef CF_HAVE_DST_DEV_RCU
	return dst_dev_rcu(dst);
#else
	return dst->dev;
#endif
}

#endif /* CF_COMPAT_H */
