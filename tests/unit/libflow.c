// SPDX-License-Identifier: GPL-2.0
/* Packets from text and to it; libcore.h tells its form. */
#include <arpa/inet.h>
#include "libcore.h"

static const char *const ct_names[] = {
	[CF_CT_NONE] = "untracked",
	[CF_CT_ORIGINAL] = "original",
	[CF_CT_REPLY] = "reply",
	[CF_CT_RELATED] = "related",
	[CF_CT_RELATED_REPLY] = "related_reply",
};

static const char *const flag_names[] = {
	"ports", "later", "icmp_error", "malformed", "source_route", "tunnel",
};

static void read_pair(struct cf_addr *a, struct cf_addr *b, const char *text)
{
	char buf[128], *to;

	snprintf(buf, sizeof(buf), "%s", text);
	to = strchr(buf, '>');
	if (!to)
		core_cannot_read("pair of addresses", text);
	*to = 0;
	*a = core_addr(buf);
	*b = core_addr(to + 1);
}

static void read_ports_of(struct cf_flow *f, const char *text)
{
	char *end;

	f->sport = strtoul(text, &end, 10);
	if (*end != '>')
		core_cannot_read("pair of ports", text);
	f->dport = strtoul(end + 1, NULL, 10);
	f->flags |= CF_FLOW_PORTS;
}

/* How conntrack sees the flow of a packet that is no ICMP error. */
static void take_original(struct cf_flow *f)
{
	bool reply = f->ct == CF_CT_REPLY;

	f->original.src = reply ? f->dst : f->src;
	f->original.dst = reply ? f->src : f->dst;
	f->original.proto = f->proto;
	f->original.ports = f->flags & CF_FLOW_PORTS;
	f->original.dport = reply ? f->sport : f->dport;
}

static bool read_ct(struct cf_flow *f, const char *word)
{
	const char *value;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ct_names); i++) {
		bool has_value = core_value_of(word, ct_names[i], &value);

		if (!has_value && strcmp(word, ct_names[i]))
			continue;
		f->ct = i;
		take_original(f);
		if (has_value)
			read_pair(&f->original.src, &f->original.dst, value);
		return true;
	}
	return false;
}

static bool read_flag(struct cf_flow *f, const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (!strcmp(word, flag_names[i])) {
			f->flags |= 1 << i;
			return true;
		}
	return false;
}

static void read_tuple(struct cf_tuple *t, const char *text)
{
	char *end;

	t->proto = strtoul(text, &end, 10);
	t->ports = *end == '>';
	t->dport = t->ports ? strtoul(end + 1, NULL, 10) : 0;
}

struct cf_flow core_flow(const char *text)
{
	struct cf_flow f = { 0 };
	char *copy = strdup(text), *word, *rest;
	const char *value;

	if (!copy)
		abort();
	word = strtok_r(copy, " ", &rest);
	read_pair(&f.src, &f.dst, word);
	while ((word = core_next_word(&rest))) {
		if (core_value_of(word, "mac", &value))
			f.smac = core_mac(value);
		else if (core_value_of(word, "inner", &value))
			read_pair(&f.inner_src, &f.inner_dst, value);
		else if (core_value_of(word, "proto", &value))
			f.proto = strtoul(value, NULL, 10);
		else if (core_value_of(word, "port", &value))
			read_ports_of(&f, value);
		else if (core_value_of(word, "flow", &value))
			read_tuple(&f.original, value);
		else if (!read_ct(&f, word) && !read_flag(&f, word))
			core_cannot_read("packet", word);
	}
	free(copy);
	return f;
}

static void print_addr(const char *before, const struct cf_addr *a)
{
	char text[INET6_ADDRSTRLEN] = "none";
	u8 b[16];
	int i;

	for (i = 0; i < 8; i++) {
		b[i] = a->v6.hi >> (56 - 8 * i);
		b[8 + i] = a->v6.lo >> (56 - 8 * i);
	}
	if (a->family == CF_IPV4)
		snprintf(text, sizeof(text), "%u.%u.%u.%u", a->v4 >> 24,
			 a->v4 >> 16 & 255, a->v4 >> 8 & 255, a->v4 & 255);
	else if (a->family == CF_IPV6)
		inet_ntop(AF_INET6, b, text, sizeof(text));
	fprintf(stderr, "%s%s", before, text);
}

/* In the form that core_flow() reads, so that it can become a test's case. */
void core_print_flow(const struct cf_flow *f)
{
	unsigned int i;

	print_addr("", &f->src);
	print_addr(">", &f->dst);
	if (f->smac) {
		fprintf(stderr, " mac=");
		for (i = 0; i < 6; i++)
			fprintf(stderr, i ? ":%02x" : "%02x",
				(u8)(f->smac >> (40 - 8 * i)));
	}
	if (f->inner_src.family || f->inner_dst.family) {
		print_addr(" inner=", &f->inner_src);
		print_addr(">", &f->inner_dst);
	}
	fprintf(stderr, " proto=%u", f->proto);
	if (f->flags & CF_FLOW_PORTS)
		fprintf(stderr, " port=%u>%u", f->sport, f->dport);
	for (i = 1; i < ARRAY_SIZE(flag_names); i++)
		if (f->flags & 1 << i)
			fprintf(stderr, " %s", flag_names[i]);
	fprintf(stderr, " %s", ct_names[f->ct]);
	if (f->ct != CF_CT_NONE) {
		print_addr("=", &f->original.src);
		print_addr(">", &f->original.dst);
		fprintf(stderr, " flow=%u", f->original.proto);
		if (f->original.ports)
			fprintf(stderr, ">%u", f->original.dport);
	}
	fprintf(stderr, "\n");
}
