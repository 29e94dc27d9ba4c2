/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses as the core sees them: numbers in host order, so that nothing in
 * here depends on the machine's byte order.
 */
#ifndef CF_CORE_ADDR_H
#define CF_CORE_ADDR_H

#include "port.h"

enum cf_family {
	CF_NONE,
	CF_IPV4,
	CF_IPV6,
};

struct cf_in6 {
	u64 hi;
	u64 lo;
};

struct cf_addr {
	enum cf_family family;
	union {
		u32 v4;
		struct cf_in6 v6;
	};
};

static inline int cf_in6_cmp(struct cf_in6 a, struct cf_in6 b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	if (a.lo != b.lo)
		return a.lo < b.lo ? -1 : 1;
	return 0;
}

static inline struct cf_in6 cf_in6_next(struct cf_in6 a)
{
	a.lo++;
	if (!a.lo)
		a.hi++;
	return a;
}

static inline bool cf_in6_is_last(struct cf_in6 a)
{
	return a.hi == U64_MAX && a.lo == U64_MAX;
}

/* The mask of a prefix's length within one 64-bit half of an address. */
static inline u64 cf_mask64(unsigned int len)
{
	if (len >= 64)
		return U64_MAX;
	return len ? U64_MAX << (64 - len) : 0;
}

static inline struct cf_in6 cf_in6_mask(struct cf_in6 a, unsigned int len)
{
	a.hi &= cf_mask64(len);
	a.lo &= cf_mask64(len > 64 ? len - 64 : 0);
	return a;
}

static inline u32 cf_mask32(unsigned int len)
{
	return len ? U32_MAX << (32 - len) : 0;
}

/* The first address of the prefix of a length that an address is in. */
static inline struct cf_addr cf_addr_mask(struct cf_addr a, unsigned int len)
{
	if (a.family == CF_IPV4)
		a.v4 &= cf_mask32(len);
	else
		a.v6 = cf_in6_mask(a.v6, len);
	return a;
}

static inline bool cf_addr_is_multicast(const struct cf_addr *a)
{
	return a->family == CF_IPV4 ? a->v4 >> 28 == 0xe :
	       a->family == CF_IPV6 && a->v6.hi >> 56 == 0xff;
}

/* ... or to all */
static inline bool cf_addr_is_group(const struct cf_addr *a)
{
	return cf_addr_is_multicast(a) ||
	       (a->family == CF_IPV4 && a->v4 == U32_MAX);
}

/* Of one family. */
static inline int cf_addr_cmp(const struct cf_addr *a, const struct cf_addr *b)
{
	if (a->family == CF_IPV4)
		return a->v4 < b->v4 ? -1 : a->v4 > b->v4;
	return cf_in6_cmp(a->v6, b->v6);
}

#endif /* CF_CORE_ADDR_H */
