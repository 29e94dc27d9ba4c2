/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_CORE_HOLES_H
#define CF_CORE_HOLES_H

#include "objects.h"

struct cf_span {
	u32 first;
	u32 n;
};

/* A remote prefix of an exemption. */
struct cf_hole {
	struct cf_in6 first;	/* an IPv4 address is the first 32 bits */
	u32 exemption;
	u32 outer;		/* of the next longest that holds it, or none */
	u8 len;
	bool more;		/* the one before has the same prefix */
};

/* Of one owner. */
struct cf_holes {
	struct cf_span ipv4;
	struct cf_span ipv6;
};

struct cf_hole cf_hole_of(const struct cf_prefix *prefix, u32 exemption);
void cf_holes_order(struct cf_hole *holes, struct cf_span span);
const struct cf_hole *cf_holes_find(const struct cf_hole *holes,
				    const struct cf_holes *of,
				    const struct cf_addr *addr);
const struct cf_hole *cf_holes_next(const struct cf_hole *holes,
				    const struct cf_hole *hole);

static inline struct cf_span *cf_holes_span(struct cf_holes *of,
					    enum cf_family family)
{
	return family == CF_IPV4 ? &of->ipv4 : &of->ipv6;
}

#endif /* CF_CORE_HOLES_H */
