/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_REMOTE_H
#define CF_CORE_REMOTE_H

#include "addr.h"

/* The address, what 6to4 or Teredo hide in it, and both of an inner header's. */
#define CF_REMOTES_MOST 4

struct cf_remotes {
	struct cf_addr addr[CF_REMOTES_MOST];
	unsigned int n;
	unsigned int n_outer;		/* the rest are of the inner header */
};

struct cf_addr cf_remote_plain(const struct cf_addr *a);
void cf_remote_list(struct cf_remotes *out, const struct cf_addr *remote,
		    const struct cf_addr *inner);

#endif /* CF_CORE_REMOTE_H */
