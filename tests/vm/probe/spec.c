// SPDX-License-Identifier: GPL-2.0
/*
 * What a line of standard input asks to be sent.
 */
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "probe.h"

static int parse_proto(const char *text, struct spec *spec, bool inner)
{
	__u8 proto = 0;

	if (!strcmp(text, "tcp"))
		proto = IPPROTO_TCP;
	else if (!strcmp(text, "udp"))
		proto = IPPROTO_UDP;
	else if (strcmp(text, "icmp") && strcmp(text, "error"))
		return fail("no protocol: %s", text);
	if (inner)
		spec->iproto = proto;
	else
		spec->proto = proto;
	spec->error |= !strcmp(text, "error");
	return 0;
}

static int parse_hex(const char *text, struct spec *spec)
{
	int n;

	spec->raw_at = -1;
	for (; *text; text += 2) {
		if (spec->raw_len > (int)sizeof(spec->raw) - NONCE_LEN)
			return fail("raw is too long");
		if (*text == '@') {
			spec->raw_at = spec->raw_len;
			spec->raw_len += NONCE_LEN;
			text++;
		}
		if (sscanf(text, "%2hhx%n", &spec->raw[spec->raw_len], &n) != 1 || n != 2)
			break;
		spec->raw_len++;
	}
	if (spec->raw_at < 0) {
		spec->raw_at = spec->raw_len;
		spec->raw_len += NONCE_LEN;
	}
	return *text || (spec->raw_at < 20 && !spec->eth_len) ?
		fail("no IP packet: %s", text) : 0;
}

static int parse_eth(const char *text, struct spec *spec)
{
	int n;

	for (; *text; text += 2) {
		if (spec->eth_len == sizeof(spec->eth) ||
		    sscanf(text, "%2hhx%n", &spec->eth[spec->eth_len], &n) != 1 || n != 2)
			return fail("no hex, or too long: %s", text);
		spec->eth_len++;
	}
	return 0;
}

static int parse_pair(const char *key, const char *value, struct spec *spec)
{
	if (!strcmp(key, "from"))
		return (spec->from = find_port(value)) ? 0 : -1;
	if (!strcmp(key, "at"))
		return (spec->at = find_port(value)) ? 0 : -1;
	if (!strcmp(key, "proto"))
		return parse_proto(value, spec, false);
	if (!strcmp(key, "iproto"))
		return parse_proto(value, spec, true);
	if (!strcmp(key, "src"))
		return parse_addr(value, &spec->src);
	if (!strcmp(key, "dst"))
		return parse_addr(value, &spec->dst);
	if (!strcmp(key, "isrc"))
		return parse_addr(value, &spec->isrc);
	if (!strcmp(key, "idst"))
		return parse_addr(value, &spec->idst);
	if (!strcmp(key, "raw"))
		return parse_hex(value, spec);
	if (!strcmp(key, "smac"))
		return parse_mac(value, spec->smac);
	if (!strcmp(key, "eth"))
		return parse_eth(value, spec);
	if (!strcmp(key, "dmac"))
		return parse_mac(value, spec->dmac);
	if (!strcmp(key, "sport"))
		spec->sport = atoi(value);
	else if (!strcmp(key, "dport"))
		spec->dport = atoi(value);
	else if (!strcmp(key, "isport"))
		spec->isport = atoi(value);
	else if (!strcmp(key, "idport"))
		spec->idport = atoi(value);
	else if (!strcmp(key, "type"))
		spec->type = atoi(value);
	else if (!strcmp(key, "link"))
		spec->link = atoi(value);
	else if (!strcmp(key, "pad"))
		spec->pad = atoi(value);
	else if (!strcmp(key, "flags"))
		spec->flags = strtoul(value, NULL, 16);
	else if (!strcmp(key, "tag"))
		snprintf(spec->tag, sizeof(spec->tag), "%s", value);
	else
		return fail("no key: %s", key);
	return 0;
}

int parse_spec(char *line, struct spec *spec, bool server)
{
	static const __u8 none[ETH_ALEN];
	char *save, *word, *value;

	*spec = (struct spec){ .sport = 40000, .dport = 443, .flags = TH_SYN, .type = -1 };
	for (word = strtok_r(line, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		value = strchr(word, '=');
		if (!value)
			return fail("no value: %s", word);
		*value++ = 0;
		if (parse_pair(word, value, spec))
			return -1;
	}
	if (!spec->at)
		return fail("no at");
	if (server)
		return 0;
	if (!spec->from || !spec->dst.af)
		return fail("no from or no dst");
	if (!memcmp(spec->smac, none, ETH_ALEN))
		memcpy(spec->smac, spec->from->mac, ETH_ALEN);
	if (!memcmp(spec->dmac, none, ETH_ALEN))
		memcpy(spec->dmac, spec->link ? spec->at->mac : spec->from->gw, ETH_ALEN);
	if (!spec->src.af)
		spec->src = spec->from->addr[spec->dst.af == AF_INET6];
	if (spec->raw_len + spec->pad + spec->eth_len > MAX_FRAME - ETH_HLEN)
		return fail("longer than a frame");
	if (spec->src.af != spec->dst.af)
		return fail("src and dst of two families");
	if (!spec->proto)
		spec->proto = spec->dst.af == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	if (!spec->iproto)
		spec->iproto = spec->proto;
	return 0;
}
