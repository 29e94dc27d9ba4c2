// SPDX-License-Identifier: GPL-2.0
/*
 * The egress hooks: one a device of the namespace, but lo, while a ruleset in
 * force has MACs or OUIs. Which devices carry MACs, and which packets on them
 * are routed, may change with time and is asked of each packet.
 *
 * RTNL guards it all: the notifier of devices that come, go, or move between
 * namespaces runs under it. A commit takes RTNL under its namespace's mutex,
 * and so the locks' order is cb_lock (netlink's), the namespace's mutex, RTNL:
 * whoever holds RTNL must not take that mutex. The notifier does not, and the
 * host's RTNL is not held while a ruleset is built.
 */
#include <linux/netdevice.h>
#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include "egress.h"
#include "event.h"
#include "hook.h"
#include "ruleset.h"

struct egress_hook {
	struct nf_hook_ops ops;
	struct rcu_head rcu;
};

/* What is written to frames there is done then, as far as netfilter goes. */
#define PRIORITY INT_MAX

#define UNHOOKED_MOST 32	/* devices that info-get names */

static bool lacks_hook(struct cf_net *cn, const struct net_device *dev)
{
	return !(dev->flags & IFF_LOOPBACK) &&
	       !xa_load(&cn->egress.hooks, dev->ifindex);
}

static int hook(struct cf_net *cn, struct net_device *dev)
{
	struct egress_hook *h;
	int err;

	if (!lacks_hook(cn, dev))
		return 0;
	h = kzalloc(sizeof(*h), GFP_KERNEL_ACCOUNT);
	if (!h)
		return -ENOMEM;
	h->ops = (struct nf_hook_ops){
		.hook = cf_hook_egress,
		.dev = dev,
		.priv = cn,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_EGRESS,
		.priority = PRIORITY,
	};
	err = xa_insert(&cn->egress.hooks, dev->ifindex, h, GFP_KERNEL_ACCOUNT);
	if (err)
		goto no_place;
	err = nf_register_net_hook(cn->net, &h->ops);
	if (err)
		goto no_hook;
	return 0;

no_hook:
	xa_erase(&cn->egress.hooks, dev->ifindex);
no_place:
	kfree(h);
	return err;
}

/* Who lists hooks reads them under RCU. */
static void unhook(struct cf_net *cn, const struct net_device *dev)
{
	struct egress_hook *h = xa_load(&cn->egress.hooks, dev->ifindex);

	if (!h || h->ops.dev != dev)
		return;
	xa_erase(&cn->egress.hooks, dev->ifindex);
	nf_unregister_net_hook(cn->net, &h->ops);
	kfree_rcu(h, rcu);
}

/* Return: 0, or the error of the last device that has no hook, in *bad */
static int hook_all(struct cf_net *cn, struct net_device **bad)
{
	struct net_device *dev;
	int err, last = 0;

	ASSERT_RTNL();
	for_each_netdev(cn->net, dev) {
		err = hook(cn, dev);
		if (!err)
			continue;
		last = err;
		*bad = dev;
	}
	cn->egress.unhooked = last;
	return last;
}

static void unhook_all(struct cf_net *cn)
{
	struct egress_hook *h;
	unsigned long ifindex;

	ASSERT_RTNL();
	xa_for_each(&cn->egress.hooks, ifindex, h)
		unhook(cn, h->ops.dev);
	cn->egress.unhooked = false;
}

static void hook_late(struct cf_net *cn)
{
	struct net_device *bad, *dev;

	if (!hook_all(cn, &bad))
		return;
	for_each_netdev(cn->net, dev)
		if (lacks_hook(cn, dev))
			cf_event_unhooked(cn, dev->name);
	queue_delayed_work(cf_wq, &cn->egress.retry, HZ);
}

static void retry(struct work_struct *work)
{
	struct cf_net *cn = container_of(to_delayed_work(work), struct cf_net,
					 egress.retry);

	rtnl_lock();
	if (cn->egress.on)
		hook_late(cn);
	rtnl_unlock();
}

/**
 * cf_egress_start() - a hook for each device there is and will be
 * @cn: the namespace, its mutex held
 * @message: CF_MESSAGE_LEN bytes: the sentence if it fails
 *
 * May sleep; takes RTNL. Where the hooks are, it is the devices that came later
 * and have none which it asks for again.
 *
 * Return: 0 or a negative error; then there are the hooks that there were.
 */
int cf_egress_start(struct cf_net *cn, char *message)
{
	struct net_device *bad;
	int err;

	if (!IS_ENABLED(CONFIG_NETFILTER_EGRESS)) {
		scnprintf(message, CF_MESSAGE_LEN,
			  "MACs and OUIs need a kernel that has CONFIG_NETFILTER_EGRESS");
		return -EOPNOTSUPP;
	}
	rtnl_lock();
	err = hook_all(cn, &bad);
	if (err)
		scnprintf(message, CF_MESSAGE_LEN,
			  "what is sent by interface \"%s\" cannot be looked at, which MACs and OUIs need: no egress hook",
			  bad->name);
	if (!err)
		cn->egress.on = true;
	else if (!cn->egress.on)
		unhook_all(cn);
	rtnl_unlock();
	return err;
}

/**
 * cf_egress_stop() - none any more
 * @cn: the namespace, its mutex held, or in its pre_exit
 *
 * May sleep; takes RTNL.
 */
void cf_egress_stop(struct cf_net *cn)
{
	rtnl_lock();
	cn->egress.on = false;
	unhook_all(cn);
	rtnl_unlock();
	cancel_delayed_work_sync(&cn->egress.retry);
}

/**
 * cf_egress_dump() - name the devices that should have a hook and have none
 * @cn: the namespace
 * @msg: the answer to info-get
 *
 * May sleep; takes RTNL if there is one.
 *
 * Return: 0 or -EMSGSIZE.
 */
int cf_egress_dump(struct cf_net *cn, struct sk_buff *msg)
{
	struct net_device *dev;
	unsigned int n = 0;
	int err = 0;

	if (!READ_ONCE(cn->egress.unhooked))
		return 0;
	rtnl_lock();
	for_each_netdev(cn->net, dev) {
		if (!cn->egress.on || n == UNHOOKED_MOST || err)
			break;
		if (!lacks_hook(cn, dev))
			continue;
		n++;
		err = nla_put_string(msg, CAMFENCE_A_UNHOOKED, dev->name);
	}
	rtnl_unlock();
	return err;
}

/*
 * A device that moves goes from its old namespace and comes to its new one. An
 * error would keep it from coming.
 */
static int changed(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct cf_net *cn = cf_net(dev_net(dev));

	if (!cn->egress.on)
		return NOTIFY_DONE;
	if (event == NETDEV_UNREGISTER)
		unhook(cn, dev);
	/* The one that goes may be the one that had none. */
	if ((event == NETDEV_REGISTER && hook(cn, dev)) ||
	    (event == NETDEV_UNREGISTER && cn->egress.unhooked))
		hook_late(cn);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {
	.notifier_call = changed,
};

/**
 * cf_egress_init_net() - before the namespace has a ruleset
 * @cn: the namespace
 */
void cf_egress_init_net(struct cf_net *cn)
{
	xa_init(&cn->egress.hooks);
	INIT_DELAYED_WORK(&cn->egress.retry, retry);
}

/**
 * cf_egress_init() - hear of devices, once the namespaces are set up
 *
 * May sleep; takes RTNL.
 *
 * Return: 0 or a negative error.
 */
int __init cf_egress_init(void)
{
	return register_netdevice_notifier(&notifier);
}

/**
 * cf_egress_fini() - and no more, while they still are
 *
 * May sleep; takes RTNL.
 */
void cf_egress_fini(void)
{
	unregister_netdevice_notifier(&notifier);
}
