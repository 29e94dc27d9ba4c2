// SPDX-License-Identifier: GPL-2.0
#include "core/remote.h"
#include "put.h"

static int take4(struct put *p, struct cf_prefix *to, const struct nlattr *a)
{
	const struct camfence_prefix4 *from = nla_data(a);
	u32 addr = ntohl(from->addr);

	if (from->len > 32 || addr & ~cf_mask32(from->len) ||
	    memchr_inv(from->pad, 0, sizeof(from->pad)))
		return cf_put_fail(p, a, -EINVAL,
				   "%s: %pI4/%u is no prefix: its length is at most 32, and the bits behind it are zero",
				   p->who, &from->addr, from->len);
	to->addr.family = CF_IPV4;
	to->addr.v4 = addr;
	to->len = from->len;
	return 0;
}

static int take6(struct put *p, struct cf_prefix *to, const struct nlattr *a)
{
	const struct camfence_prefix6 *from = nla_data(a);
	struct cf_in6 addr = cf_in6_of(from->addr);

	if (from->len > 128 ||
	    cf_in6_cmp(addr, cf_in6_mask(addr, from->len)) ||
	    memchr_inv(from->pad, 0, sizeof(from->pad)))
		return cf_put_fail(p, a, -EINVAL,
				   "%s: %pI6c/%u is no prefix: its length is at most 128, and the bits behind it are zero",
				   p->who, from->addr, from->len);
	to->addr.family = CF_IPV6;
	to->addr.v6 = addr;
	to->len = from->len;
	return 0;
}

/**
 * cf_put_prefix() - read a prefix of either family
 * @p: the message
 * @to: the prefix
 * @a: a struct camfence_prefix4 or camfence_prefix6, as its length tells
 *
 * Return: 0 or -EINVAL.
 */
int cf_put_prefix(struct put *p, struct cf_prefix *to, const struct nlattr *a)
{
	return nla_len(a) == sizeof(struct camfence_prefix4) ?
	       take4(p, to, a) : take6(p, to, a);
}

/**
 * cf_put_plain_prefix() - read a prefix that packets will be compared with
 * @p: as cf_put_prefix()
 * @to: as cf_put_prefix()
 * @a: as cf_put_prefix()
 *
 * Packets with an IPv4 address written as an IPv6 one are judged by the former.
 *
 * Return: 0, or -EINVAL also for such addresses.
 */
int cf_put_plain_prefix(struct put *p, struct cf_prefix *to,
			const struct nlattr *a)
{
	int err = cf_put_prefix(p, to, a);

	if (err || to->len < 96 ||
	    cf_remote_plain(&to->addr).family == to->addr.family)
		return err;
	return cf_put_fail(p, a, -EINVAL,
			   "%s: %pI6c/%u are IPv4 addresses; write those",
			   p->who, nla_data(a), to->len);
}
