// SPDX-License-Identifier: GPL-2.0
/* ICMP types by the names that nft has for them. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "suggest.h"

#define NAMES_MAX 16

static const struct type {
	const char *name;
	u8 number;
} types4[] = {
	{ "echo-request", 8 },
	{ "echo-reply", 0 },
	{ "destination-unreachable", 3 },
	{ "source-quench", 4 },
	{ "redirect", 5 },
	{ "router-advertisement", 9 },
	{ "router-solicitation", 10 },
	{ "time-exceeded", 11 },
	{ "parameter-problem", 12 },
	{ "timestamp-request", 13 },
	{ "timestamp-reply", 14 },
	{}
}, types6[] = {
	{ "echo-request", 128 },
	{ "echo-reply", 129 },
	{ "destination-unreachable", 1 },
	{ "packet-too-big", 2 },
	{ "time-exceeded", 3 },
	{ "parameter-problem", 4 },
	{ "mld-listener-query", 130 },
	{ "mld-listener-report", 131 },
	{ "mld-listener-done", 132 },
	{ "mld2-listener-report", 143 },
	{ "nd-router-solicit", 133 },
	{ "nd-router-advert", 134 },
	{ "nd-neighbor-solicit", 135 },
	{ "nd-neighbor-advert", 136 },
	{ "nd-redirect", 137 },
	{}
};

static const struct type *types_of(int proto)
{
	if (proto == IPPROTO_ICMP)
		return types4;
	return proto == IPPROTO_ICMPV6 ? types6 : NULL;
}

static int one_type(const char *s, size_t len, const struct type *known,
		    u8 *type, struct fault *f)
{
	const char *names[NAMES_MAX];
	char near[SUGGEST_TEXT], word[64];
	u32 number;
	size_t n;

	if (parse_number(s, len, 255, &number)) {
		*type = number;
		return 0;
	}
	snprintf(word, sizeof(word), "%.*s", (int)len, s);
	for (n = 0; known[n].name; n++) {
		names[n] = known[n].name;
		if (!strcmp(word, known[n].name)) {
			*type = known[n].number;
			return 0;
		}
	}
	fault_input(f, "icmp-type \"%s\": not known%s", word,
		    suggest(word, names, n, near));
	fault_add(f, "expected such as %s, %s or a number up to 255",
		  known[0].name, known[1].name);
	return CODE_INPUT;
}

/**
 * parse_icmp_types() - ICMP types by name or number, separated by commas
 * @s: the text
 * @proto: the protocol that they are of, -1 for any
 * @types: room for CAMFENCE_MAX_ICMP_TYPES
 * @n: how many there are, added to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_icmp_types(const char *s, int proto, u8 *types, size_t *n,
		     struct fault *f)
{
	const struct type *known = types_of(proto);
	int code;

	if (!known)
		return fault_input(f, "icmp-type: only with proto icmp or icmpv6");
	for (;;) {
		size_t len = strcspn(s, ",");

		if (*n == CAMFENCE_MAX_ICMP_TYPES)
			return fault_input(f, "icmp-type: more than %d types",
					   CAMFENCE_MAX_ICMP_TYPES);
		code = one_type(s, len, known, &types[*n], f);
		if (code)
			return code;
		++*n;
		if (!s[len])
			return 0;
		s += len + 1;
	}
}

/**
 * icmp_type_text() - write an ICMP type
 * @proto: the protocol that it is of
 * @type: the type
 * @buf: for one without a name
 *
 * Return: its name or number.
 */
const char *icmp_type_text(int proto, u8 type, char buf[4])
{
	const struct type *known = types_of(proto);

	for (; known && known->name; known++)
		if (known->number == type)
			return known->name;
	snprintf(buf, 4, "%u", type);
	return buf;
}
