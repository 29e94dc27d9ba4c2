// SPDX-License-Identifier: GPL-2.0
/* Protocols and their ports. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "ruleset.h"
#include "suggest.h"

static const struct proto {
	const char *name;
	u8 number;
	bool ports;
} protos[] = {
	{ "tcp", IPPROTO_TCP, true },
	{ "udp", IPPROTO_UDP, true },
	{ "sctp", IPPROTO_SCTP, true },
	{ "dccp", IPPROTO_DCCP, true },
	{ "icmp", IPPROTO_ICMP, false },
	{ "icmpv6", IPPROTO_ICMPV6, false },
};

#define N_PROTOS ARRAY_SIZE(protos)

/**
 * parse_proto() - an IP protocol by name or number
 * @s: the text
 * @proto: its number
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_proto(const char *s, u8 *proto, struct fault *f)
{
	const char *names[N_PROTOS];
	char near[SUGGEST_TEXT];
	u32 number;
	size_t i;

	for (i = 0; i < N_PROTOS; i++) {
		names[i] = protos[i].name;
		if (!strcmp(s, protos[i].name)) {
			*proto = protos[i].number;
			return 0;
		}
	}
	if (parse_number(s, strlen(s), 255, &number)) {
		*proto = number;
		return 0;
	}
	fault_input(f, "proto \"%s\": not known%s", s,
		    suggest(s, names, N_PROTOS, near));
	fault_add(f, "expected tcp, udp, sctp, dccp, icmp, icmpv6 or a number up to 255");
	return CODE_INPUT;
}

/**
 * proto_text() - write an IP protocol
 * @proto: its number
 * @buf: for one without a name
 *
 * Return: its name or number.
 */
const char *proto_text(u8 proto, char buf[4])
{
	size_t i;

	for (i = 0; i < N_PROTOS; i++)
		if (protos[i].number == proto)
			return protos[i].name;
	snprintf(buf, 4, "%u", proto);
	return buf;
}

/**
 * proto_has_ports() - may an exemption of this protocol name ports?
 * @proto: its number
 *
 * Return: whether it may.
 */
bool proto_has_ports(u8 proto)
{
	size_t i;

	for (i = 0; i < N_PROTOS; i++)
		if (protos[i].number == proto)
			return protos[i].ports;
	return false;
}

static bool one_port(const char *s, size_t len,
		     struct camfence_port_range *port)
{
	const char *dash = memchr(s, '-', len);
	size_t head = dash ? (size_t)(dash - s) : len;
	u32 first, last;

	if (!parse_number(s, head, 65535, &first))
		return false;
	last = first;
	if (dash && !parse_number(dash + 1, len - head - 1, 65535, &last))
		return false;
	port->first = first;
	port->last = last;
	return first && first <= last;
}

/**
 * parse_ports() - ports and ranges of ports: 80,8000-8099
 * @keyword: whose value it is
 * @s: the text
 * @ports: where they are added
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_ports(const char *keyword, const char *s, struct ports *ports,
		struct fault *f)
{
	for (;;) {
		size_t len = strcspn(s, ",");

		if (ports->n == CAMFENCE_MAX_PORTS)
			return fault_input(f, "%s: more than %d ports and ranges",
					   keyword, CAMFENCE_MAX_PORTS);
		if (!one_port(s, len, &ports->v[ports->n]))
			return fault_input(f, "%s \"%.*s\": expected such as 443 or 8000-8099",
					   keyword, (int)len, s);
		ports->n++;
		if (!s[len])
			return 0;
		s += len + 1;
	}
}
