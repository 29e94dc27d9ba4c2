// SPDX-License-Identifier: GPL-2.0
/*
 * What most lists are: an address, a prefix or a range a line, both families,
 * with comments after # or ; also behind an entry:
 *
 *	192.0.2.0/24		# office
 *	198.51.100.1-198.51.100.9
 *	2001:db8::/32
 */
#include <string.h>

#include "formats/formats.h"
#include "parse.h"

static const char *plain_line(struct load *l, const char *s, size_t len)
{
	const char *wrong;
	struct range r;
	bool host_bits;
	size_t i;

	for (i = 0; i < len && s[i] != '#' && s[i] != ';'; i++)
		;
	len = i;
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t' ||
		       s[len - 1] == '\r'))
		len--;
	while (len && (*s == ' ' || *s == '\t')) {
		s++;
		len--;
	}

	wrong = parse_range(s, len, &r, &host_bits);
	return wrong ? wrong : load_range(l, &r, host_bits);
}

const struct format format_plain = {
	.name = "plain",
	.line = plain_line,
};
