/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel knows of the router itself and of who is next to it. */
#ifndef CAMFENCE_ROUTER_H
#define CAMFENCE_ROUTER_H

#include "fault.h"
#include "ranges.h"
#include "types.h"
#include "uapi/camfence.h"

/*
 * struct own_address - an address of the router's
 * @addr: it alone
 * @dev: the device that has it
 */
struct own_address {
	struct range addr;
	char dev[CAMFENCE_IFACE_LEN];
};

/*
 * struct neighbour - who is known on a link
 * @dev: the link
 */
struct neighbour {
	struct range addr;
	u8 mac[6];
	char dev[CAMFENCE_IFACE_LEN];
};

/*
 * struct router - the router in its network namespace
 */
struct router {
	struct own_address *own;
	struct neighbour *neighbour;
	size_t n_own, cap_own, n_neighbours, cap_neighbours;
};

/*
 * struct way - how packets reach an address
 * @mac: of who takes them, zero where that is not known
 * @dev: the device, empty likewise
 */
struct way {
	u8 mac[6];
	char dev[CAMFENCE_IFACE_LEN];
};

int router_read(struct router *r, struct fault *f);
bool router_has(const struct router *r, const struct range *addr);
void router_way(const struct router *r, const struct range *to,
		struct way *w);
void router_free(struct router *r);

#endif
