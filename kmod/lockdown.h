/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_LOCKDOWN_H
#define CF_LOCKDOWN_H

#include <linux/types.h>

struct net;
struct net_device;

int cf_lockdown_init(void);
bool cf_lockdown_on(const struct net *net);
bool cf_lockdown_drops(struct net_device *in, struct net_device *out);

#endif /* CF_LOCKDOWN_H */
