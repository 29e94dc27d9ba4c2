/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink: requests and answers. Prints nothing, decides nothing. */
#ifndef CAMFENCE_NL_H
#define CAMFENCE_NL_H

#include <libmnl/libmnl.h>
#include "types.h"

#define NL_MESSAGE_TEXT 256

struct nl;

/*
 * struct nl_error - what the kernel answered to a request
 * @err: errno, positive
 * @offset: of the attribute that is to blame, from the message's start, or 0
 * @message: the kernel's sentence, or empty
 */
struct nl_error {
	int err;
	u32 offset;
	char message[NL_MESSAGE_TEXT];
};

typedef int (*nl_answer)(const struct nlmsghdr *nlh, void *data);

struct nl *nl_open(const char *family, struct nl_error *e);
void nl_close(struct nl *nl);
struct nlmsghdr *nl_request(struct nl *nl, u8 cmd, bool dump);
size_t nl_room(const struct nl *nl);
int nl_join(struct nl *nl, const char *family, const char *group,
	    struct nl_error *e);
int nl_listen(struct nl *nl, nl_answer hear, void *data, struct nl_error *e);
int nl_talk(struct nl *nl, nl_answer answer, void *data, struct nl_error *e);

#endif
