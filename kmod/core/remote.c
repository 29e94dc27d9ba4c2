// SPDX-License-Identifier: GPL-2.0
/*
 * One remote, several addresses: what may stand behind the one in the header.
 */
#include "remote.h"

#define NAT64_HI	0x0064ff9b00000000ULL	/* 64:ff9b::/96, RFC 6052 */
#define MAPPED_LO	0xffffULL		/* ::ffff:0:0/96, RFC 4291 */
#define SIX_TO_4	0x2002			/* 2002::/16, RFC 3056 */
#define TEREDO		0x20010000		/* 2001::/32, RFC 4380 */

static struct cf_addr v4(u32 addr)
{
	return (struct cf_addr){ .family = CF_IPV4, .v4 = addr };
}

/**
 * cf_remote_plain() - the IPv4 address where one is written as an IPv6 one
 * @a: any address
 *
 * The forms are NAT64's and v4-mapped. Any context.
 *
 * Return: that, or @a as it is.
 */
struct cf_addr cf_remote_plain(const struct cf_addr *a)
{
	if (a->family == CF_IPV6) {
		if (a->v6.hi == NAT64_HI && !(a->v6.lo >> 32))
			return v4((u32)a->v6.lo);
		if (!a->v6.hi && a->v6.lo >> 32 == MAPPED_LO)
			return v4((u32)a->v6.lo);
	}
	return *a;
}

/* RFC 6052, section 2.2: the address follows the prefix, but for bits 64-71. */
static u32 behind_prefix(const struct cf_in6 *a, unsigned int len)
{
	unsigned int below = len - 32;	/* bits of it in the lower half */

	if (len == 96)
		return (u32)a->lo;
	return (u32)(a->hi << below) |
	       (u32)(a->lo >> (56 - below) & ~(U64_MAX << below));
}

/**
 * cf_remote_written() - cf_remote_plain() and the ruleset's NAT64 prefixes
 * @nat64: the prefixes, of which the longest that fits counts
 * @a: any address
 *
 * Any context.
 *
 * Return: the IPv4 address that is written so, or @a as it is.
 */
struct cf_addr cf_remote_written(const struct cf_nat64 *nat64,
				 const struct cf_addr *a)
{
	struct cf_addr plain = cf_remote_plain(a);
	unsigned int i, len = 0;

	if (plain.family != CF_IPV6)
		return plain;
	for (i = 0; i < nat64->n; i++) {
		const struct cf_prefix *p = &nat64->prefixes[i];

		if (p->len > len &&
		    !cf_in6_cmp(cf_in6_mask(a->v6, p->len), p->addr.v6))
			len = p->len;
	}
	return len ? v4(behind_prefix(&a->v6, len)) : plain;
}

/**
 * cf_remote_hides() - does an address hide another one?
 * @a: as it is written
 *
 * Any context.
 *
 * Return: true if cf_remote_add() would list two.
 */
bool cf_remote_hides(const struct cf_addr *a)
{
	return a->family == CF_IPV6 &&
	       (a->v6.hi >> 48 == SIX_TO_4 || a->v6.hi >> 32 == TEREDO);
}

static void add(struct cf_remotes *out, struct cf_addr addr,
		enum cf_remote_kind kind, bool hidden)
{
	out->of[out->n++] = (struct cf_remote){ addr, kind, hidden };
}

/**
 * cf_remote_add() - list an address that has to pass, and what it hides
 * @out: room for two more
 * @nat64: the ruleset's prefixes
 * @addr: CF_NONE where the header could not be read: it is listed as such
 * @kind: where it was read
 *
 * Any context.
 */
void cf_remote_add(struct cf_remotes *out, const struct cf_nat64 *nat64,
		   const struct cf_addr *addr, enum cf_remote_kind kind)
{
	struct cf_addr a = cf_remote_written(nat64, addr);

	add(out, a, kind, false);
	if (cf_remote_hides(&a))
		add(out, v4(a.v6.hi >> 48 == SIX_TO_4 ? (u32)(a.v6.hi >> 16) :
						       ~(u32)a.v6.lo),
		    kind, true);
}
