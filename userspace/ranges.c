// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel wants of a set is the shortest list that covers the same
 * addresses: ascending, disjoint, neighbours joined. Sorted by first address,
 * one pass does it, for a range either reaches the one before (they become one)
 * or begins beyond it (all before it is final):
 *
 *	10-19 15-30 31-40 50-60    15 <= 19 + 1: 10-30;  31 <= 30 + 1: 10-40
 *	10-40 50-60                50 >  40 + 1: final
 *
 * Every function but ranges_push() and ranges_merge() relies on that form.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ranges.h"

/**
 * u128_from_bytes() - read an IPv6 address
 * @bytes: network byte order
 *
 * Return: the address as a number.
 */
struct u128 u128_from_bytes(const u8 bytes[16])
{
	struct u128 a = {};
	int i;

	for (i = 0; i < 8; i++) {
		a.hi = a.hi << 8 | bytes[i];
		a.lo = a.lo << 8 | bytes[i + 8];
	}
	return a;
}

/**
 * u128_to_bytes() - write an IPv6 address
 * @a: the address
 * @bytes: network byte order
 */
void u128_to_bytes(struct u128 a, u8 bytes[16])
{
	int i;

	for (i = 7; i >= 0; i--) {
		bytes[i] = a.hi;
		bytes[i + 8] = a.lo;
		a.hi >>= 8;
		a.lo >>= 8;
	}
}

/**
 * u128_hostmask() - the bits of an address behind a prefix
 * @len: length of the prefix, at most 128
 *
 * Return: the mask.
 */
struct u128 u128_hostmask(unsigned int len)
{
	struct u128 m = { UINT64_MAX, UINT64_MAX };

	if (len >= 64) {
		m.hi = 0;
		m.lo = len < 128 ? UINT64_MAX >> (len - 64) : 0;
	} else {
		m.hi = UINT64_MAX >> len;
	}
	return m;
}

static int compare4(const void *pa, const void *pb)
{
	const struct range4 *a = pa, *b = pb;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->last > b->last) - (a->last < b->last);
}

static int compare6(const void *pa, const void *pb)
{
	const struct range6 *a = pa, *b = pb;
	int c = u128_cmp(a->first, b->first);

	return c ? c : u128_cmp(a->last, b->last);
}

/**
 * ranges_push4() - append an IPv4 range
 * @r: the ranges, not merged afterwards
 * @one: first <= last
 */
void ranges_push4(struct ranges *r, struct range4 one)
{
	if (r->n4 && compare4(&one, &r->v4[r->n4 - 1]) < 0)
		r->unsorted4 = true;
	r->v4 = mem_grow(r->v4, &r->cap4, r->n4 + 1, sizeof(*r->v4));
	r->v4[r->n4++] = one;
}

/**
 * ranges_push6() - append an IPv6 range
 * @r: the ranges, not merged afterwards
 * @one: first <= last
 */
void ranges_push6(struct ranges *r, struct range6 one)
{
	if (r->n6 && compare6(&one, &r->v6[r->n6 - 1]) < 0)
		r->unsorted6 = true;
	r->v6 = mem_grow(r->v6, &r->cap6, r->n6 + 1, sizeof(*r->v6));
	r->v6[r->n6++] = one;
}

/**
 * ranges_push() - append a range of either family
 * @r: the ranges, not merged afterwards
 * @one: first <= last
 */
void ranges_push(struct ranges *r, const struct range *one)
{
	if (one->family == 4)
		ranges_push4(r, one->v4);
	else
		ranges_push6(r, one->v6);
}

static size_t merge4(struct range4 *v, size_t *n)
{
	struct range4 before = v[0];
	size_t i, out = 0, same = 0;

	for (i = 1; i < *n; i++) {
		struct range4 now = v[i];

		same += !compare4(&now, &before);
		before = now;
		/* last + 1 would wrap at the end of the address space */
		if (now.first && now.first - 1 > v[out].last)
			v[++out] = now;
		else if (now.last > v[out].last)
			v[out].last = now.last;
	}
	*n = out + 1;
	return same;
}

static size_t merge6(struct range6 *v, size_t *n)
{
	struct range6 before = v[0];
	size_t i, out = 0, same = 0;

	for (i = 1; i < *n; i++) {
		struct range6 now = v[i];

		same += !compare6(&now, &before);
		before = now;
		if ((now.first.hi || now.first.lo) &&
		    u128_cmp(u128_prev(now.first), v[out].last) > 0)
			v[++out] = now;
		else if (u128_cmp(now.last, v[out].last) > 0)
			v[out].last = now.last;
	}
	*n = out + 1;
	return same;
}

/**
 * ranges_add() - add many ranges
 * @r: where to
 * @more: the ranges
 */
void ranges_add(struct ranges *r, const struct ranges *more)
{
	size_t i;

	for (i = 0; i < more->n4; i++)
		ranges_push4(r, more->v4[i]);
	for (i = 0; i < more->n6; i++)
		ranges_push6(r, more->v6[i]);
}

/**
 * ranges_merge() - the shortest list that covers the same addresses
 * @r: the ranges
 *
 * Return: how many were exactly like one before.
 */
size_t ranges_merge(struct ranges *r)
{
	size_t same = 0;

	if (r->unsorted4)
		qsort(r->v4, r->n4, sizeof(*r->v4), compare4);
	if (r->unsorted6)
		qsort(r->v6, r->n6, sizeof(*r->v6), compare6);
	r->unsorted4 = false;
	r->unsorted6 = false;

	if (r->n4)
		same += merge4(r->v4, &r->n4);
	if (r->n6)
		same += merge6(r->v6, &r->n6);
	return same;
}

static void subtract4(struct ranges *out, const struct ranges *r,
		      const struct ranges *minus)
{
	size_t i, k = 0;

	for (i = 0; i < r->n4; i++) {
		struct range4 rest = r->v4[i];
		bool gone = false;

		while (k < minus->n4 && minus->v4[k].last < rest.first)
			k++;
		/* The last one that bites may reach into the next range, too. */
		for (; k < minus->n4 && minus->v4[k].first <= rest.last; k++) {
			struct range4 cut = minus->v4[k];

			if (cut.first > rest.first)
				ranges_push4(out, (struct range4){
					rest.first, cut.first - 1 });
			if (cut.last >= rest.last) {
				gone = true;
				break;
			}
			rest.first = cut.last + 1;
		}
		if (!gone)
			ranges_push4(out, rest);
	}
}

static void subtract6(struct ranges *out, const struct ranges *r,
		      const struct ranges *minus)
{
	size_t i, k = 0;

	for (i = 0; i < r->n6; i++) {
		struct range6 rest = r->v6[i];
		bool gone = false;

		while (k < minus->n6 &&
		       u128_cmp(minus->v6[k].last, rest.first) < 0)
			k++;
		for (; k < minus->n6 &&
		     u128_cmp(minus->v6[k].first, rest.last) <= 0; k++) {
			struct range6 cut = minus->v6[k];

			if (u128_cmp(cut.first, rest.first) > 0)
				ranges_push6(out, (struct range6){
					rest.first, u128_prev(cut.first) });
			if (u128_cmp(cut.last, rest.last) >= 0) {
				gone = true;
				break;
			}
			rest.first = u128_next(cut.last);
		}
		if (!gone)
			ranges_push6(out, rest);
	}
}

/**
 * ranges_subtract() - take addresses out
 * @r: merged
 * @minus: merged; what of it is not in @r does not matter
 */
void ranges_subtract(struct ranges *r, const struct ranges *minus)
{
	struct ranges out = {};

	subtract4(&out, r, minus);
	subtract6(&out, r, minus);
	ranges_free(r);
	*r = out;
}

/* The last range that begins at or before first: -1 if there is none. */
static ptrdiff_t search4(const struct ranges *r, u32 first)
{
	size_t lo = 0, hi = r->n4;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->v4[mid].first <= first)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (ptrdiff_t)lo - 1;
}

static ptrdiff_t search6(const struct ranges *r, struct u128 first)
{
	size_t lo = 0, hi = r->n6;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (u128_cmp(r->v6[mid].first, first) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (ptrdiff_t)lo - 1;
}

/**
 * ranges_find() - is a range wholly covered?
 * @r: merged
 * @what: the range
 * @in: the one range that covers it
 *
 * Return: whether it is.
 */
bool ranges_find(const struct ranges *r, const struct range *what,
		 struct range *in)
{
	ptrdiff_t i;

	*in = (struct range){ .family = what->family };
	if (what->family == 4) {
		i = search4(r, what->v4.first);
		if (i < 0 || r->v4[i].last < what->v4.last)
			return false;
		in->v4 = r->v4[i];
	} else {
		i = search6(r, what->v6.first);
		if (i < 0 || u128_cmp(r->v6[i].last, what->v6.last) < 0)
			return false;
		in->v6 = r->v6[i];
	}
	return true;
}

/**
 * ranges_overlap() - is any address of a range covered?
 * @r: merged
 * @what: the range
 *
 * Return: whether one is.
 */
bool ranges_overlap(const struct ranges *r, const struct range *what)
{
	ptrdiff_t i;

	/* Of all that begin before its end the last reaches farthest. */
	if (what->family == 4) {
		i = search4(r, what->v4.last);
		return i >= 0 && r->v4[i].last >= what->v4.first;
	}
	i = search6(r, what->v6.last);
	return i >= 0 && u128_cmp(r->v6[i].last, what->v6.first) >= 0;
}

/**
 * range_equal() - do two ranges cover the same?
 * @a: one
 * @b: other
 *
 * Return: whether they do.
 */
bool range_equal(const struct range *a, const struct range *b)
{
	return a->family == b->family &&
	       a->v4.first == b->v4.first && a->v4.last == b->v4.last &&
	       !u128_cmp(a->v6.first, b->v6.first) &&
	       !u128_cmp(a->v6.last, b->v6.last);
}

static bool take_prefix4(struct range4 *r, struct range4 *prefix)
{
	unsigned int len;
	u32 host = 0;

	for (len = 0; len <= 32; len++) {
		host = len ? (u32)((1ULL << (32 - len)) - 1) : UINT32_MAX;
		if (!(r->first & host) && host <= r->last - r->first)
			break;
	}
	prefix->first = r->first;
	prefix->last = r->first | host;
	r->first = prefix->last + 1;
	return prefix->last != r->last;
}

static bool take_prefix6(struct range6 *r, struct range6 *prefix)
{
	unsigned int len;

	for (len = 0; len <= 128; len++) {
		struct u128 host = u128_hostmask(len);

		prefix->last.hi = r->first.hi | host.hi;
		prefix->last.lo = r->first.lo | host.lo;
		if (!(r->first.hi & host.hi) && !(r->first.lo & host.lo) &&
		    u128_cmp(prefix->last, r->last) <= 0)
			break;
	}
	prefix->first = r->first;
	r->first = u128_next(prefix->last);
	return u128_cmp(prefix->last, r->last);
}

/**
 * range_take_prefix() - take the largest prefix that a range begins with
 * @r: the range, without the prefix afterwards
 * @prefix: the prefix
 *
 * Return: whether something is left of the range.
 */
bool range_take_prefix(struct range *r, struct range *prefix)
{
	*prefix = (struct range){ .family = r->family };
	return r->family == 4 ? take_prefix4(&r->v4, &prefix->v4) :
				take_prefix6(&r->v6, &prefix->v6);
}

/**
 * ranges_free() - free all
 * @r: the ranges, empty afterwards
 */
void ranges_free(struct ranges *r)
{
	free(r->v4);
	free(r->v6);
	*r = (struct ranges){};
}

/* inet_ntop() is a printf() inside, and lists are long. */
static char *put_number(char *to, unsigned int n)
{
	if (n >= 100)
		*to++ = '0' + n / 100;
	if (n >= 10)
		*to++ = '0' + n / 10 % 10;
	*to++ = '0' + n % 10;
	return to;
}

static char *put_addr4(char *to, u32 addr)
{
	int shift;

	for (shift = 24; shift > 0; shift -= 8) {
		to = put_number(to, addr >> shift & 0xff);
		*to++ = '.';
	}
	return put_number(to, addr & 0xff);
}

static const char *text4(const struct range4 *r, char buf[RANGE_TEXT])
{
	char *end = put_addr4(buf, r->first);
	u32 host = r->first ^ r->last;

	if (host && !(host & (host + 1)) && !(r->first & host)) {
		*end++ = '/';
		end = put_number(end, __builtin_clz(host));
	} else if (host) {
		*end++ = '-';
		end = put_addr4(end, r->last);
	}
	*end = '\0';
	return buf;
}

static const char *text6(const struct range6 *r, char buf[RANGE_TEXT])
{
	char last[INET6_ADDRSTRLEN];
	u8 bytes[16];
	unsigned int bits;
	size_t len;

	u128_to_bytes(r->first, bytes);
	inet_ntop(AF_INET6, bytes, buf, RANGE_TEXT);
	len = strlen(buf);

	for (bits = 0; bits <= 128; bits++) {
		struct u128 m = u128_hostmask(bits);

		if ((r->first.hi ^ r->last.hi) == m.hi &&
		    (r->first.lo ^ r->last.lo) == m.lo &&
		    !(r->first.hi & m.hi) && !(r->first.lo & m.lo))
			break;
	}
	if (bits == 128)
		return buf;
	if (bits < 128) {
		snprintf(buf + len, RANGE_TEXT - len, "/%u", bits);
		return buf;
	}
	u128_to_bytes(r->last, bytes);
	inet_ntop(AF_INET6, bytes, last, sizeof(last));
	snprintf(buf + len, RANGE_TEXT - len, "-%s", last);
	return buf;
}

/**
 * range_text() - write a range as one would: address, prefix or a-b
 * @r: the range
 * @buf: where to
 *
 * Return: @buf.
 */
const char *range_text(const struct range *r, char buf[RANGE_TEXT])
{
	return r->family == 4 ? text4(&r->v4, buf) : text6(&r->v6, buf);
}
