/* SPDX-License-Identifier: GPL-2.0 */
/* The connection that a command is typed on. */
#ifndef CAMFENCE_TYPING_H
#define CAMFENCE_TYPING_H

#include "ranges.h"
#include "types.h"

/*
 * struct typing - an SSH connection to this machine
 * @client, @server: one address each, of the same family
 */
struct typing {
	struct range client, server;
	u16 client_port, server_port;
};

bool typing_parse(const char *text, struct typing *t);
bool typing_find(struct typing *t);

#endif
