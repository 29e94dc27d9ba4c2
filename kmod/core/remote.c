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

static void add(struct cf_remotes *out, struct cf_addr a)
{
	a = cf_remote_plain(&a);
	out->addr[out->n++] = a;
	if (a.family != CF_IPV6)
		return;
	if (a.v6.hi >> 48 == SIX_TO_4)
		out->addr[out->n++] = v4((u32)(a.v6.hi >> 16));
	else if (a.v6.hi >> 32 == TEREDO)
		out->addr[out->n++] = v4(~(u32)a.v6.lo);
}

/**
 * cf_remote_list() - all addresses that have to pass for one remote
 * @out: the remote itself first
 * @remote: CF_NONE where the header could not be read: it is listed as such
 * @inner: the remote's side of an inner header, CF_NONE where there is none
 *
 * Any context.
 */
void cf_remote_list(struct cf_remotes *out, const struct cf_addr *remote,
		    const struct cf_addr *inner)
{
	out->n = 0;
	add(out, *remote);
	out->n_outer = out->n;
	if (inner->family != CF_NONE)
		add(out, *inner);
}
