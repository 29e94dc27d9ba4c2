// SPDX-License-Identifier: GPL-2.0
#include "core/remote.h"
#include "put.h"

/**
 * cf_put_prefix_fail() - a prefix is wrong
 * @p: the message
 * @a: a struct camfence_prefix4 or camfence_prefix6, as its length tells
 * @sentence: the rest of it, behind the prefix
 *
 * Return: -EINVAL.
 */
int cf_put_prefix_fail(struct put *p, const struct nlattr *a,
		       const char *sentence)
{
	const struct camfence_prefix4 *v4 = nla_data(a);
	const struct camfence_prefix6 *v6 = nla_data(a);

	if (nla_len(a) == sizeof(*v4))
		return cf_put_fail(p, a, -EINVAL, ": %pI4/%u %s", &v4->addr,
				   v4->len, sentence);
	return cf_put_fail(p, a, -EINVAL, ": %pI6c/%u %s", v6->addr, v6->len,
			   sentence);
}

static bool is_prefix(const struct cf_prefix *prefix, const u8 pad[3])
{
	struct cf_addr first;

	if (prefix->len > (prefix->addr.family == CF_IPV4 ? 32 : 128))
		return false;
	first = cf_addr_mask(prefix->addr, prefix->len);
	return !cf_addr_cmp(&prefix->addr, &first) && !memchr_inv(pad, 0, 3);
}

/**
 * cf_put_prefix() - read a prefix of either family
 * @p: the message
 * @to: the prefix
 * @a: as cf_put_prefix_fail()
 *
 * Return: 0 or -EINVAL.
 */
int cf_put_prefix(struct put *p, struct cf_prefix *to, const struct nlattr *a)
{
	const struct camfence_prefix4 *v4 = nla_data(a);
	const struct camfence_prefix6 *v6 = nla_data(a);
	const u8 *pad = v6->pad;

	if (nla_len(a) == sizeof(*v4)) {
		*to = (struct cf_prefix){ cf_addr4_of(v4->addr), v4->len };
		pad = v4->pad;
	} else {
		*to = (struct cf_prefix){ cf_addr6_of(v6->addr), v6->len };
	}
	if (is_prefix(to, pad))
		return 0;
	if (to->addr.family == CF_IPV4)
		return cf_put_prefix_fail(p, a,
					  "is no prefix: its length is at most 32, and the bits behind it are zero");
	return cf_put_prefix_fail(p, a,
				  "is no prefix: its length is at most 128, and the bits behind it are zero");
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
	return cf_put_prefix_fail(p, a, "are IPv4 addresses; write those");
}
