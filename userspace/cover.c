// SPDX-License-Identifier: GPL-2.0
/*
 * Public is what may be anybody's on the internet. Of IPv4 that is what is
 * neither in IANA's registry of special-purpose addresses (RFC 6890) as not
 * globally reachable nor multicast (RFC 5771); of IPv6 it is 2000::/3, the only
 * part of it that is given to anybody (RFC 4291).
 *
 * Both lists ascend and are disjoint, so what they have in common is found by
 * going through them side by side.
 */
#include <string.h>

#include "cover.h"

static const struct range4 special4[] = {
	{ 0x00000000, 0x00ffffff },	/* 0.0.0.0/8: "this network" */
	{ 0x0a000000, 0x0affffff },	/* 10.0.0.0/8: private use */
	{ 0x64400000, 0x647fffff },	/* 100.64.0.0/10: behind a provider's NAT */
	{ 0x7f000000, 0x7fffffff },	/* 127.0.0.0/8: loopback */
	{ 0xa9fe0000, 0xa9feffff },	/* 169.254.0.0/16: link local */
	{ 0xac100000, 0xac1fffff },	/* 172.16.0.0/12: private use */
	{ 0xc0000000, 0xc00000ff },	/* 192.0.0.0/24: protocols */
	{ 0xc0000200, 0xc00002ff },	/* 192.0.2.0/24: documentation */
	{ 0xc0586300, 0xc05863ff },	/* 192.88.99.0/24: 6to4 relays, as they were */
	{ 0xc0a80000, 0xc0a8ffff },	/* 192.168.0.0/16: private use */
	{ 0xc6120000, 0xc613ffff },	/* 198.18.0.0/15: benchmarks */
	{ 0xc6336400, 0xc63364ff },	/* 198.51.100.0/24: documentation */
	{ 0xcb007100, 0xcb0071ff },	/* 203.0.113.0/24: documentation */
	{ 0xe0000000, UINT32_MAX },	/* multicast, reserved, broadcast */
};

static const struct range6 global6 = {
	{ 0x2000000000000000, 0 }, { 0x3fffffffffffffff, UINT64_MAX }
};

static struct u128 add(struct u128 a, struct u128 b)
{
	struct u128 sum = { a.hi + b.hi, a.lo + b.lo };

	sum.hi += sum.lo < a.lo;
	return sum;
}

static struct u128 subtract(struct u128 a, struct u128 b)
{
	return (struct u128){ a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo };
}

static u64 common4(const struct range4 *a, size_t n_a, const struct range4 *b,
		   size_t n_b)
{
	size_t i = 0, k = 0;
	u64 n = 0;

	while (i < n_a && k < n_b) {
		u32 first = a[i].first > b[k].first ? a[i].first : b[k].first;
		u32 last = a[i].last < b[k].last ? a[i].last : b[k].last;

		if (first <= last)
			n += (u64)last - first + 1;
		if (a[i].last <= b[k].last)
			i++;
		else
			k++;
	}
	return n;
}

static struct u128 common6(const struct range6 *r, size_t n_r,
			   const struct range6 *within)
{
	struct u128 n = {}, size;
	size_t i;

	for (i = 0; i < n_r; i++) {
		struct u128 first = r[i].first, last = r[i].last;

		if (u128_cmp(first, within->first) < 0)
			first = within->first;
		if (u128_cmp(last, within->last) > 0)
			last = within->last;
		if (u128_cmp(first, last) > 0)
			continue;
		size = subtract(last, first);
		n = add(n, size);
		/* Only all addresses are too many. */
		if (size.hi != UINT64_MAX || size.lo != UINT64_MAX)
			n = u128_next(n);
	}
	return n;
}

/**
 * cover_all() - how many addresses are covered
 * @r: merged
 *
 * Return: the numbers.
 */
struct cover cover_all(const struct ranges *r)
{
	static const struct range4 all4 = { 0, UINT32_MAX };
	static const struct range6 all6 = {
		{}, { UINT64_MAX, UINT64_MAX }
	};

	return (struct cover){ common4(r->v4, r->n4, &all4, 1),
			       common6(r->v6, r->n6, &all6) };
}

/**
 * cover_public() - how many public addresses are covered
 * @r: merged
 *
 * Return: the numbers.
 */
struct cover cover_public(const struct ranges *r)
{
	struct cover c = cover_all(r);

	c.v4 -= common4(r->v4, r->n4, special4, ARRAY_SIZE(special4));
	c.v6 = common6(r->v6, r->n6, &global6);
	return c;
}

/**
 * cover_is_most() - are they more than half of all public addresses?
 * @c: numbers of public addresses
 *
 * Return: whether they are, in one of the families.
 */
bool cover_is_most(const struct cover *c)
{
	static const size_t n = ARRAY_SIZE(special4);
	u64 public4 = ((u64)1 << 32) - common4(special4, n, special4, n);
	/* Half of a /3. */
	struct u128 half6 = u128_next(u128_hostmask(4));

	return c->v4 > public4 / 2 || u128_cmp(c->v6, half6) > 0;
}

/**
 * cover_exceeds() - are they more than a prefix has?
 * @c: numbers of addresses
 * @len4: length of an IPv4 prefix
 * @len6: length of an IPv6 prefix
 *
 * Return: whether they are, in one of the families.
 */
bool cover_exceeds(const struct cover *c, unsigned int len4, unsigned int len6)
{
	struct u128 most6 = u128_next(u128_hostmask(len6));

	return c->v4 > (u64)1 << (32 - len4) || u128_cmp(c->v6, most6) > 0;
}

/**
 * cover_is_less() - are they less than half of others?
 * @c: numbers of addresses
 * @than: others
 * @family: 4 or 6: of which family
 *
 * Return: whether they are, in one of the families.
 */
bool cover_is_less(const struct cover *c, const struct cover *than,
		   unsigned int *family)
{
	struct u128 rest = subtract(than->v6, c->v6);

	*family = 4;
	if (c->v4 < than->v4 && c->v4 < than->v4 - c->v4)
		return true;
	*family = 6;
	return u128_cmp(c->v6, than->v6) < 0 && u128_cmp(c->v6, rest) < 0;
}

/**
 * cover_is_public() - is one of its addresses public?
 * @r: a range
 *
 * Return: whether one is.
 */
bool cover_is_public(const struct range *r)
{
	struct range one = *r;
	const struct ranges ranges = {
		.v4 = &one.v4, .v6 = &one.v6,
		.n4 = r->family == 4, .n6 = r->family == 6,
	};
	struct cover c = cover_public(&ranges);

	return c.v4 || c.v6.hi || c.v6.lo;
}
