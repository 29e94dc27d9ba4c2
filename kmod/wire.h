/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses as they are on the wire and in messages, and as the core sees them.
 */
#ifndef CF_WIRE_H
#define CF_WIRE_H

#include "compat.h"
#include "core/addr.h"

static inline struct cf_addr cf_addr4_of(__be32 a)
{
	return (struct cf_addr){ .family = CF_IPV4, .v4 = ntohl(a) };
}

static inline struct cf_in6 cf_in6_of(const void *a)
{
	return (struct cf_in6){ get_unaligned_be64(a),
				get_unaligned_be64(a + 8) };
}

static inline struct cf_addr cf_addr6_of(const void *a)
{
	return (struct cf_addr){ .family = CF_IPV6, .v6 = cf_in6_of(a) };
}

/* To 16 bytes. */
static inline void cf_in6_write(void *to, struct cf_in6 a)
{
	put_unaligned_be64(a.hi, to);
	put_unaligned_be64(a.lo, to + 8);
}

#endif /* CF_WIRE_H */
