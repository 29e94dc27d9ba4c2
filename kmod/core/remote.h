/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_REMOTE_H
#define CF_CORE_REMOTE_H

#include "objects.h"

/* NAT64's prefixes besides 64:ff9b::/96. */
struct cf_nat64 {
	const struct cf_prefix *prefixes;
	u32 n;
};

/*
 * One address that must pass by itself. The header's own comes first and leads
 * what it hides; then conntrack's, then an inner header's, which have no ports.
 */
enum cf_remote_kind {
	CF_REMOTE_HEADER,
	CF_REMOTE_BEFORE,	/* the destination before DNAT to the router */
	CF_REMOTE_INNER,
};

struct cf_remote {
	struct cf_addr addr;
	enum cf_remote_kind kind;
	bool hidden;		/* by 6to4 or Teredo in the one before it */
};

#define CF_REMOTES_MOST 6

struct cf_remotes {
	struct cf_remote of[CF_REMOTES_MOST];
	unsigned int n;
};

struct cf_addr cf_remote_plain(const struct cf_addr *a);
struct cf_addr cf_remote_written(const struct cf_nat64 *nat64,
				 const struct cf_addr *a);
bool cf_remote_hides(const struct cf_addr *a);
void cf_remote_add(struct cf_remotes *out, const struct cf_nat64 *nat64,
		   const struct cf_addr *addr, enum cf_remote_kind kind);

#endif /* CF_CORE_REMOTE_H */
