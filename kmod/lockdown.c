// SPDX-License-Identifier: GPL-2.0
/*
 * Interfaces that forward nothing while the initial namespace has no ruleset:
 * between boot and the first commit, and after a flush.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/moduleparam.h>
#include <linux/netdevice.h>
#include <net/net_namespace.h>
#include "lockdown.h"

#define NAMES_MOST 64

static char *names[NAMES_MOST];
static unsigned int n_names;

module_param_array_named(lockdown, names, charp, &n_names, 0444);
MODULE_PARM_DESC(lockdown, "interfaces that forward nothing until a ruleset is in force");

/**
 * cf_lockdown_init() - check the module's parameter; before any hook
 *
 * Return: 0, or -EINVAL, said in the kernel's log.
 */
int __init cf_lockdown_init(void)
{
	unsigned int i;

	for (i = 0; i < n_names; i++) {
		if (dev_valid_name(names[i]))
			continue;
		pr_err("lockdown: \"%*pE\" cannot be the name of an interface\n",
		       (int)strlen(names[i]), names[i]);
		return -EINVAL;
	}
	return 0;
}

/**
 * cf_lockdown_on() - is anything locked while there is no ruleset?
 * @net: the namespace
 *
 * Any context.
 *
 * Return: true in the initial namespace, where the parameter names interfaces.
 */
bool cf_lockdown_on(const struct net *net)
{
	return n_names && net_eq(net, &init_net);
}

/* The names need not exist, and may come to others: compared each time. */
static int is_named(struct net_device *dev, struct netdev_nested_priv *priv)
{
	unsigned int i;

	for (i = 0; i < n_names; i++)
		if (!strncmp(dev->name, names[i], IFNAMSIZ))
			return 1;
	return 0;
}

static bool is_locked(struct net_device *dev)
{
	struct netdev_nested_priv priv = { };
	struct net_device *master;

	if (!dev)
		return false;
	master = netdev_master_upper_dev_get_rcu(dev);
	return is_named(dev, &priv) || (master && is_named(master, &priv)) ||
	       netdev_walk_all_lower_dev_rcu(dev, is_named, &priv);
}

/**
 * cf_lockdown_drops() - is a packet or frame locked in?
 * @in: where it came from, or NULL
 * @out: where it goes to, or NULL
 *
 * Any context, under RCU. To be asked on FORWARD of both families and of the
 * bridge, while cf_lockdown_on() a namespace without a ruleset.
 *
 * Return: true where one of them is named, or above one that is, or enslaved to
 * one: eth1 locks eth1.10, and what is routed from and to the bridge of which it
 * is a port; br0 what is bridged between its ports, and what is routed.
 */
bool cf_lockdown_drops(struct net_device *in, struct net_device *out)
{
	return is_locked(in) || is_locked(out);
}
