// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <net/net_namespace.h>
#include "egress.h"
#include "event.h"
#include "flowtable.h"
#include "hook.h"
#include "lockdown.h"
#include "netlink.h"
#include "ruleset.h"
#include "selftest.h"

unsigned int cf_net_id __read_mostly;

static int __net_init net_init(struct net *net)
{
	struct cf_net *cn = cf_net(net);
	int err;

	cn->net = net;
	mutex_init(&cn->lock);
	INIT_LIST_HEAD(&cn->txns);
	cf_ruleset_init_net(cn);
	cf_hook_init(cn);
	cf_egress_init_net(cn);
	cf_flowtable_init(cn);
	cn->tally = alloc_percpu(struct cf_reason_tally);
	if (!cn->tally)
		return -ENOMEM;
	if (!cf_lockdown_on(net))
		return 0;
	err = cf_hook_register(cn);
	if (err) {
		free_percpu(cn->tally);
		return err;
	}
	cf_flowtable_clean(cn);
	return 0;
}

static void __net_exit net_pre_exit(struct net *net)
{
	struct cf_net *cn = cf_net(net);

	cf_ruleset_pre_exit(cn);
	cf_flowtable_fini(cn);
}

static void __net_exit net_exit(struct net *net)
{
	struct cf_net *cn = cf_net(net);

	cf_ruleset_exit(cn);
	cf_event_drain();
	free_percpu(cn->tally);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &cf_net_id,
	.size = sizeof(struct cf_net),
};

static int __init init(void)
{
	int err;

	err = cf_selftest();
	if (err)
		return err;
	err = cf_lockdown_init();
	if (err)
		return err;
	err = cf_ruleset_init();
	if (err)
		return err;
	err = cf_event_init();
	if (err)
		goto no_event;
	err = register_pernet_subsys(&net_ops);
	if (err)
		goto no_net;
	err = cf_egress_init();
	if (err)
		goto no_egress;
	err = cf_netlink_init();
	if (err)
		goto no_netlink;
	return 0;

no_netlink:
	cf_egress_fini();
no_egress:
	unregister_pernet_subsys(&net_ops);
no_net:
	cf_event_fini();
no_event:
	cf_ruleset_fini();
	return err;
}

static void __exit fini(void)
{
	cf_netlink_fini();
	cf_egress_fini();
	unregister_pernet_subsys(&net_ops);
	cf_event_fini();
	cf_ruleset_fini();
}

module_init(init);
module_exit(fini);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The camfence authors");
MODULE_DESCRIPTION("Keeps cameras from talking to address ranges their owner does not trust");
MODULE_VERSION(CF_VERSION);
