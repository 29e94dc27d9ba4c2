// SPDX-License-Identifier: GPL-2.0
/* A packet and its verdict, in the words of an event. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "show_packet.h"

static const struct {
	const char *name;
	const char *text;
} reasons[] = {
#define ROW(sym, name, verdict, text) { #name, text },
	CAMFENCE_REASONS(ROW)
#undef ROW
};

static const char *const hooks[] = {
	"forward", "local-in", "local-out", "egress", "bridge",
};

/* A newer module may have more of them. */
static const char *unknown(u32 i, char buf[PACKET_WORD])
{
	snprintf(buf, PACKET_WORD, "number-%u", i);
	return buf;
}

/**
 * reason_word() - a reason's name
 * @reason: its number
 * @buf: for one without a name
 *
 * Return: the word.
 */
const char *reason_word(u32 reason, char buf[PACKET_WORD])
{
	return reason < ARRAY_SIZE(reasons) ? reasons[reason].name :
	       unknown(reason, buf);
}

/**
 * reason_text() - what a reason means
 * @reason: one that is known
 *
 * Return: the text.
 */
const char *reason_text(enum camfence_reason reason)
{
	return reasons[reason].text;
}

/**
 * hook_word() - where a packet was met
 * @hook: the number
 * @buf: for one without a name
 *
 * Return: the word.
 */
const char *hook_word(u32 hook, char buf[PACKET_WORD])
{
	return hook < ARRAY_SIZE(hooks) ? hooks[hook] : unknown(hook, buf);
}

/**
 * addr_text() - an address of a packet
 * @e: the packet
 * @addr: one of its addresses
 * @buf: where to
 *
 * Return: @buf.
 */
const char *addr_text(const struct event *e, const u8 *addr,
		      char buf[INET6_ADDRSTRLEN])
{
	return inet_ntop(e->family == 4 ? AF_INET : AF_INET6, addr, buf,
			 INET6_ADDRSTRLEN);
}

/**
 * packet_addr() - an address of a packet
 * @e: the packet
 * @addr: one of its addresses
 *
 * Return: the address as a range.
 */
struct range packet_addr(const struct event *e, const u8 *addr)
{
	struct range r = { .family = e->family };
	int i;

	if (e->family == 6)
		r.v6.first = u128_from_bytes(addr);
	for (i = 0; i < 4 && e->family == 4; i++)
		r.v4.first = r.v4.first << 8 | addr[i];
	r.v4.last = r.v4.first;
	r.v6.last = r.v6.first;
	return r;
}

static bool has_mac(const u8 mac[6])
{
	static const u8 none[6];

	return memcmp(mac, none, sizeof(none));
}

static void add_name(FILE *to, const char *keyword, const char *name)
{
	char *safe;

	if (!name)
		return;
	safe = out_quoted(name);
	fprintf(to, " %s %s", keyword, safe);
	free(safe);
}

static void add_header(FILE *to, const struct event *e)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN], buf[4];
	char mac[2][MAC_TEXT];

	if (e->family)
		fprintf(to, " %s > %s", addr_text(e, e->src, src),
			addr_text(e, e->dst, dst));
	if (e->proto >= 0)
		fprintf(to, " %s", proto_text(e->proto, buf));
	if (e->sport >= 0 && e->dport >= 0)
		fprintf(to, " %d > %d", e->sport, e->dport);
	if (e->icmp_type >= 0)
		fprintf(to, " type %s",
			icmp_type_text(e->proto, e->icmp_type, buf));
	if (has_mac(e->smac))
		fprintf(to, " from %s", mac_text(e->smac, mac[0]));
	if (has_mac(e->dmac))
		fprintf(to, " to %s", mac_text(e->dmac, mac[1]));
}

static FILE *begin(char **text, size_t *len)
{
	FILE *to = open_memstream(text, len);

	if (!to)
		abort();
	return to;
}

/**
 * packet_text() - a packet on one line, as far as there is one
 * @e: the packet
 *
 * Return: the text with a blank before each word, to be freed.
 */
char *packet_text(const struct event *e)
{
	char buf[PACKET_WORD], *text;
	size_t len;
	FILE *to = begin(&text, &len);

	add_header(to, e);
	add_name(to, "in", e->in);
	add_name(to, "out", e->out);
	if (e->is_packet)
		fprintf(to, " %s", hook_word(e->hook, buf));
	fclose(to);
	return text;
}

/**
 * verdict_text() - a verdict's reason and names on one line, as far as there is
 * @e: the verdict
 *
 * Return: the text with a blank before each word, to be freed.
 */
char *verdict_text(const struct event *e)
{
	char buf[PACKET_WORD], *text;
	size_t len;
	FILE *to = begin(&text, &len);

	if (e->is_packet)
		fprintf(to, " %s", reason_word(e->reason, buf));
	add_name(to, "camera", e->camera);
	add_name(to, "policy", e->policy);
	add_name(to, "set", e->set);
	add_name(to, "exemption", e->exemption);
	fclose(to);
	return text;
}

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_text(text));
}

static void set_number(json_t *o, const char *key, int n)
{
	if (n >= 0)
		json_object_set_new(o, key, json_integer(n));
}

/**
 * json_packet() - a packet but for its hook, as far as there is one
 * @o: the object that it is written into
 * @e: the packet
 */
void json_packet(json_t *o, const struct event *e)
{
	char addr[INET6_ADDRSTRLEN], buf[4], mac[MAC_TEXT];

	if (e->family) {
		set_text(o, "src", addr_text(e, e->src, addr));
		set_text(o, "dst", addr_text(e, e->dst, addr));
	}
	if (e->proto >= 0)
		set_text(o, "proto", proto_text(e->proto, buf));
	set_number(o, "sport", e->sport);
	set_number(o, "dport", e->dport);
	if (e->icmp_type >= 0)
		set_text(o, "icmp-type",
			 icmp_type_text(e->proto, e->icmp_type, buf));
	if (has_mac(e->smac))
		set_text(o, "smac", mac_text(e->smac, mac));
	if (has_mac(e->dmac))
		set_text(o, "dmac", mac_text(e->dmac, mac));
	set_text(o, "in", e->in);
	set_text(o, "out", e->out);
}
