/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_EGRESS_H
#define CF_EGRESS_H

#include <linux/workqueue.h>
#include <linux/xarray.h>

struct cf_net;
struct sk_buff;

/* A namespace's part. RTNL guards it. */
struct cf_egress {
	bool on;			/* written under its mutex as well */
	struct xarray hooks;		/* by the device's index */
	bool unhooked;			/* a device has none yet */
	struct delayed_work retry;
};

int cf_egress_init(void);
void cf_egress_fini(void);
void cf_egress_init_net(struct cf_net *cn);
int cf_egress_start(struct cf_net *cn, char *message);
void cf_egress_stop(struct cf_net *cn);
int cf_egress_dump(struct cf_net *cn, struct sk_buff *msg);

#endif /* CF_EGRESS_H */
