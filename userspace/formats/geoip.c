// SPDX-License-Identifier: GPL-2.0
/*
 * The files of Debian's tor-geoipdb, and others of the same form: first and
 * last address and a country a line. IPv4 as numbers or with dots.
 *
 *	16777216,16777471,AU
 *	1.0.1.0,1.0.3.255,CN
 *	2001:250::,2001:253:ffff:ffff:ffff:ffff:ffff:ffff,CN
 */
#include <string.h>

#include "formats/formats.h"
#include "parse.h"

static bool read_addr(const char *s, size_t len, struct range *r, bool last)
{
	struct u128 v6 = {};
	u32 v4 = 0;
	int family = 4;

	if (memchr(s, ':', len)) {
		family = 6;
		if (!parse_addr6(s, len, &v6))
			return false;
	} else if (!parse_number(s, len, UINT32_MAX, &v4) &&
		   !parse_addr4(s, len, &v4)) {
		return false;
	}
	if (last) {
		r->v4.last = v4;
		r->v6.last = v6;
		return r->family == family;
	}
	r->family = family;
	r->v4.first = v4;
	r->v6.first = v6;
	return true;
}

static bool is_code(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		bool letter = s[i] >= 'A' && s[i] <= 'Z';
		bool digit = s[i] >= '0' && s[i] <= '9';

		if (!letter && !digit && s[i] != '?')
			return false;
	}
	return len == 2;
}

static const char expected[] =
	"not a line of a geoip list, expected FIRST,LAST,CC such as 16777216,16777471,AU";

static const char *geoip_line(struct load *l, const char *s, size_t len)
{
	const char *comma, *second, *wrong;
	struct range r = {};
	size_t i, n;

	while (len && (s[len - 1] == '\r' || s[len - 1] == ' '))
		len--;
	comma = memchr(s, ',', len);
	if (!comma || !read_addr(s, comma - s, &r, false))
		return expected;
	n = len - (comma + 1 - s);
	second = memchr(comma + 1, ',', n);
	if (!second || !read_addr(comma + 1, second - comma - 1, &r, true))
		return expected;
	n = len - (second + 1 - s);
	if (!is_code(second + 1, n))
		return expected;
	if (r.v4.first > r.v4.last || u128_cmp(r.v6.first, r.v6.last) > 0)
		return parse_backwards;

	for (i = 0; i < l->countries.n; i++) {
		if (memcmp(l->countries.code[i], second + 1, 2))
			continue;
		wrong = load_range(l, &r, false);
		l->countries.found[i] += !wrong;
		return wrong;
	}
	return NULL;
}

const struct format format_geoip = {
	.name = "geoip",
	.countries = true,
	.line = geoip_line,
};
