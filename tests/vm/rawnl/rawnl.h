/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_TESTS_RAWNL_H
#define CF_TESTS_RAWNL_H

#include <linux/netlink.h>
#include <linux/types.h>
#include <stdbool.h>

extern __u16 family;		/* of the messages that are built */
extern const char *problem;

int fail(const char *what);
__u64 *var(const char *name);
int build(struct nlmsghdr *nlh, char *line, unsigned int *fail_at);

#endif
