// SPDX-License-Identifier: GPL-2.0
/*
 * Where a function returns a const char *, it is NULL or the sentence that says
 * what is wrong and what was expected; lists are read line by line with it, so
 * nothing is formatted before it is known that somebody reads it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"

const char parse_written4[] =
	"an IPv4 address in IPv6 spelling, which would match nothing; write the IPv4 address";
const char parse_backwards[] =
	"the range ends before it starts, expected the lower address first";

static const char not_addr[] =
	"not an address, expected such as 192.0.2.1, 192.0.2.0/24, 192.0.2.1-192.0.2.9";
static const char not_range[] =
	"not a range of addresses, expected such as 192.0.2.1-192.0.2.9";
static const char two_families[] =
	"a range from one address family to the other, expected both ends of the same";
static const char not_prefix[] =
	"not an address before the /, expected such as 192.0.2.0/24 or 2001:db8::/32";
static const char not_one_prefix[] =
	"expected an address or a prefix such as 192.0.2.1, 192.0.2.0/24, 2001:db8::/32";
static const char no_net[] =
	"expected a subnet such as 192.0.2.0/24 or 2001:db8::/64; one host is written as addr";
static const char not_nat64[] =
	"expected an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits such as 2001:db8:64::/96";
static const char no_host[] =
	"expected the address of one host such as 192.0.2.10 or 2001:db8::10";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/**
 * parse_number() - a decimal number without sign and leading zeros
 * @s: the text
 * @len: its length
 * @max: the most it may be
 * @value: the number
 *
 * Return: whether it is one.
 */
bool parse_number(const char *s, size_t len, u32 max, u32 *value)
{
	u64 v = 0;
	size_t i;

	if (!len || len > 10 || (s[0] == '0' && len > 1))
		return false;
	for (i = 0; i < len; i++) {
		if (!is_digit(s[i]))
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*value = v;
	return v <= max;
}

/**
 * parse_addr4() - four decimal numbers
 * @s: the text
 * @len: its length
 * @addr: the address, host byte order
 *
 * Leading zeros are refused: some programs read them as octal.
 *
 * Return: whether it is an address.
 */
bool parse_addr4(const char *s, size_t len, u32 *addr)
{
	const char *end = s + len;
	u32 a = 0;
	int part;

	for (part = 0; part < 4; part++) {
		unsigned int v = 0;
		const char *from;

		if (part && (s == end || *s++ != '.'))
			return false;
		for (from = s; s < end && s - from < 3 && is_digit(*s); s++)
			v = v * 10 + (*s - '0');
		if (s == from || v > 255 || (*from == '0' && s - from > 1))
			return false;
		a = a << 8 | v;
	}
	*addr = a;
	return s == end;
}

/**
 * parse_addr6() - an IPv6 address
 * @s: the text
 * @len: its length
 * @addr: the address, host byte order
 *
 * Return: whether it is an address.
 */
bool parse_addr6(const char *s, size_t len, struct u128 *addr)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr a;

	if (len >= sizeof(text))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	if (inet_pton(AF_INET6, text, &a) != 1)
		return false;
	*addr = u128_from_bytes(a.s6_addr);
	return true;
}

static bool parse_addr(const char *s, size_t len, struct range *r)
{
	if (memchr(s, ':', len)) {
		r->family = 6;
		if (!parse_addr6(s, len, &r->v6.first))
			return false;
		r->v6.last = r->v6.first;
	} else {
		r->family = 4;
		if (!parse_addr4(s, len, &r->v4.first))
			return false;
		r->v4.last = r->v4.first;
	}
	return true;
}

static bool widen(struct range *r, unsigned int len)
{
	struct u128 m;

	if (r->family == 4) {
		u32 m4 = len ? (1ULL << (32 - len)) - 1 : UINT32_MAX;
		bool host_bits = r->v4.first & m4;

		r->v4.first &= ~m4;
		r->v4.last = r->v4.first | m4;
		return host_bits;
	}
	m = u128_hostmask(len);
	r->v6.last.hi = r->v6.first.hi | m.hi;
	r->v6.last.lo = r->v6.first.lo | m.lo;
	if (!(r->v6.first.hi & m.hi) && !(r->v6.first.lo & m.lo))
		return false;
	r->v6.first.hi &= ~m.hi;
	r->v6.first.lo &= ~m.lo;
	return true;
}

static const char *to_range(const char *s, const char *dash, size_t len,
			    struct range *r)
{
	const char *from = dash + 1, *end = s + len;
	struct range last = {};

	while (dash > s && (dash[-1] == ' ' || dash[-1] == '\t'))
		dash--;
	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	if (!parse_addr(s, dash - s, r) || !parse_addr(from, end - from, &last))
		return not_range;
	if (r->family != last.family)
		return two_families;
	r->v4.last = last.v4.first;
	r->v6.last = last.v6.first;
	if (r->v4.first > r->v4.last ||
	    u128_cmp(r->v6.first, r->v6.last) > 0)
		return parse_backwards;
	return NULL;
}

static const char *to_prefix(const char *s, const char *slash, size_t len,
			     struct range *r, bool *host_bits)
{
	u32 bits;

	if (!parse_addr(s, slash - s, r))
		return not_prefix;
	if (!parse_number(slash + 1, s + len - slash - 1,
			  r->family == 4 ? 32 : 128, &bits))
		return r->family == 4 ?
			"not a prefix length, expected 0 to 32 after the /" :
			"not a prefix length, expected 0 to 128 after the /";
	*host_bits = widen(r, bits);
	return NULL;
}

/**
 * parse_range() - an address, a prefix or a range a-b
 * @s: the text
 * @len: its length
 * @r: the range
 * @host_bits: a prefix had bits set behind its length, now cleared
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_range(const char *s, size_t len, struct range *r,
			bool *host_bits)
{
	const char *mark;

	*r = (struct range){};
	*host_bits = false;

	mark = memchr(s, '/', len);
	if (mark)
		return to_prefix(s, mark, len, r, host_bits);
	mark = memchr(s, '-', len);
	if (mark)
		return to_range(s, mark, len, r);
	if (!parse_addr(s, len, r))
		return not_addr;
	return NULL;
}

/**
 * range_is_written4() - is it an IPv4 range written as IPv6?
 * @r: the range
 *
 * v4-mapped and NAT64 addresses: the kernel puts the IPv4 address in their
 * place before it looks, so that a range inside them would never match.
 *
 * Return: whether it lies wholly in ::ffff:0:0/96 or 64:ff9b::/96.
 */
bool range_is_written4(const struct range *r)
{
	static const struct u128 first[] = {
		{ 0, 0xffff00000000ULL },
		{ 0x0064ff9b00000000ULL, 0 },
	};
	size_t i;

	if (r->family != 6)
		return false;
	for (i = 0; i < 2; i++) {
		struct u128 last = { first[i].hi, first[i].lo | UINT32_MAX };

		if (u128_cmp(r->v6.first, first[i]) >= 0 &&
		    u128_cmp(r->v6.last, last) <= 0)
			return true;
	}
	return false;
}

/**
 * range_prefix_len() - the length of the prefix that a range is
 * @r: the range, parsed as address or prefix
 *
 * Return: the length.
 */
int range_prefix_len(const struct range *r)
{
	u64 hi = r->v6.first.hi ^ r->v6.last.hi;
	u64 lo = r->v6.first.lo ^ r->v6.last.lo;
	u32 host = r->v4.first ^ r->v4.last;

	if (r->family == 4)
		return host ? __builtin_clz(host) : 32;
	if (hi)
		return __builtin_clzll(hi);
	return lo ? 64 + __builtin_clzll(lo) : 128;
}

/**
 * parse_prefix() - an address or a prefix, as an exemption's remote
 * @s: the text
 * @r: the range it is
 * @host_bits: bits were set behind its length, now cleared
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_prefix(const char *s, struct range *r, bool *host_bits)
{
	const char *wrong;

	if (strchr(s, '-'))
		return not_one_prefix;
	wrong = parse_range(s, strlen(s), r, host_bits);
	if (wrong && !strchr(s, '/'))
		return not_one_prefix;
	if (!wrong && range_is_written4(r))
		return parse_written4;
	return wrong;
}

static const char *not_unicast(const struct range *r)
{
	if (r->family == 4 && r->v4.first >= 0xe0000000) {
		if (r->v4.first == UINT32_MAX)
			return "the broadcast address, expected the address of one host";
		if (r->v4.first < 0xf0000000)
			return "a multicast address, expected the address of one host";
	}
	if (r->family == 6 && r->v6.first.hi >> 56 == 0xff)
		return "a multicast address, expected the address of one host";
	return NULL;
}

/**
 * parse_camera_addr() - the address of one host
 * @s: the text
 * @r: the address
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_camera_addr(const char *s, struct range *r)
{
	const char *wrong;
	size_t len = strlen(s);

	*r = (struct range){};
	if (strchr(s, '/'))
		return no_host;
	if (!parse_addr(s, len, r))
		return no_host;
	if (range_is_written4(r))
		return parse_written4;
	wrong = not_unicast(r);
	if (wrong)
		return wrong;
	if (r->family == 4 ? !(r->v4.first >> 24) :
			     !r->v6.first.hi && !r->v6.first.lo)
		return "an address that means \"none\", expected the address of one host";
	if (r->family == 4 ? r->v4.first >> 24 == 127 :
			     !r->v6.first.hi && r->v6.first.lo == 1)
		return "a loopback address, expected the address of one host";
	return NULL;
}

/* A subnet that has nothing but what means "none" and loopback. */
static bool is_nobodys(const struct range *r, int len)
{
	if (r->family == 4)
		return len >= 8 && (r->v4.first >> 24 == 0 ||
				    r->v4.first >> 24 == 127);
	return len >= 127 && !r->v6.first.hi && r->v6.first.lo <= 1;
}

/**
 * parse_camera_net() - a subnet whose hosts are cameras
 * @s: the text
 * @r: the subnet
 * @host_bits: bits were set behind its length, now cleared
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_camera_net(const char *s, struct range *r, bool *host_bits)
{
	const char *wrong;
	int len;

	if (!strchr(s, '/'))
		return no_net;
	wrong = parse_prefix(s, r, host_bits);
	if (wrong)
		return wrong;
	len = range_prefix_len(r);
	if (!len)
		return "all addresses there are, expected a subnet of your own";
	if (len == (r->family == 4 ? 32 : 128))
		return "one address, which is written as addr, without the length";
	if (not_unicast(r) || is_nobodys(r, len))
		return "no host has an address there, expected a subnet of your own";
	return NULL;
}

/**
 * parse_nat64() - a prefix of RFC 6052, section 2.2
 * @s: the text
 * @r: the prefix
 * @host_bits: bits were set behind its length, now cleared
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_nat64(const char *s, struct range *r, bool *host_bits)
{
	const char *slash = strchr(s, '/'), *wrong;
	int len;

	if (!slash)
		return not_nat64;
	wrong = parse_range(s, strlen(s), r, host_bits);
	if (wrong)
		return wrong;
	len = range_prefix_len(r);
	if (r->family != 6 ||
	    (len != 32 && len != 40 && len != 48 && len != 56 && len != 64 &&
	     len != 96))
		return not_nat64;
	if (len == 96 && r->v6.first.lo >> 56)
		return "bits 64 to 71 are set, which RFC 6052 wants to be zero";
	if (!r->v6.first.hi && (len < 96 || r->v6.first.lo >> 32 == 0xffff))
		return "has the v4-mapped addresses, which are no NAT64's";
	return NULL;
}

/**
 * parse_iface() - the name of a network interface, which need not exist
 * @s: the text
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_iface(const char *s)
{
	const char *c;

	if (!*s || strlen(s) >= CAMFENCE_IFACE_LEN)
		return "expected the name of an interface, 1 to 15 bytes such as eth1";
	if (!strcmp(s, ".") || !strcmp(s, ".."))
		return "no interface has this name";
	/* 0xa0 is a blank to the kernel, wherever in a character it stands. */
	for (c = s; *c; c++)
		if ((u8)*c <= ' ' || *c == 0x7f || (u8)*c == 0xa0 ||
		    *c == '/' || *c == ':')
			return "no interface has blanks, / or : in its name";
	if (!strcmp(s, "lo"))
		return "the router talks to itself there, and that is not judged";
	return NULL;
}

/**
 * parse_lockdown() - the name of an interface that is closed at boot
 * @s: the text
 *
 * modprobe hands it to the module in a list with commas, and nft has it in
 * quotes, where nothing can be escaped.
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_lockdown(const char *s)
{
	const char *wrong = parse_iface(s);

	if (!wrong && strpbrk(s, ",*\"\\"))
		wrong = "an interface with , * \" or \\ in its name cannot be closed at boot";
	return wrong;
}

/**
 * utf8_length() - the character at the beginning of a text
 * @s: the text
 * @len: its length, at least 1
 *
 * Overlong forms, surrogates and what lies beyond U+10FFFF are no characters.
 *
 * Return: its bytes, 0 if it is none.
 */
size_t utf8_length(const char *s, size_t len)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	u8 c = s[0];
	u32 v;
	size_t n, i;

	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c < 0xe0)
		n = 2;
	else if (c >= 0xe0 && c < 0xf0)
		n = 3;
	else if (c >= 0xf0 && c < 0xf5)
		n = 4;
	else
		return 0;
	if (n > len)
		return 0;

	v = c & (0xff >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s[i] & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 0;
	return n;
}

/**
 * parse_line() - one line of text
 * @s: the text, of whatever bytes
 * @len: its length
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_line(const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += n) {
		u8 c = s[i];

		n = utf8_length(s + i, len - i);
		if (!n)
			return "not UTF-8";
		/* C1 controls, U+0080 to U+009F, begin escapes as well. */
		if (c < 0x20 || c == 0x7f ||
		    (c == 0xc2 && (u8)s[i + 1] < 0xa0))
			return "has control characters, expected one line of text";
	}
	return NULL;
}

/**
 * parse_log() - read where copies of what a policy drops shall go to
 * @s: the text
 * @nflog: see struct policy
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_log(const char *s, u32 *nflog)
{
	size_t len = strlen(PARSE_NFLOG);

	*nflog = 0;
	if (!strcmp(s, "none"))
		return NULL;
	if (strncmp(s, PARSE_NFLOG, len) ||
	    !parse_number(s + len, strlen(s + len), UINT16_MAX, nflog))
		return "expected nflog:GROUP, GROUP from 0 to 65535, or none";
	++*nflog;
	return NULL;
}

/**
 * parse_name() - the name of an object
 * @s: the text
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_name(const char *s)
{
	size_t len = strlen(s);

	if (!len)
		return "an empty name";
	if (len >= CAMFENCE_NAME_LEN)
		return "a name longer than 63 bytes";
	if (strpbrk(s, ":/"))
		return "a name cannot have : or / in it";
	return parse_line(s, len);
}

/**
 * parse_text() - a comment, a reason, a key
 * @s: the text
 *
 * Return: NULL, or what is wrong.
 */
const char *parse_text(const char *s)
{
	size_t len = strlen(s);

	if (!len)
		return "empty";
	if (len >= CAMFENCE_TEXT_LEN)
		return "longer than 128 bytes";
	return parse_line(s, len);
}
