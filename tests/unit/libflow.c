// SPDX-License-Identifier: GPL-2.0
/* Packets from text; libcore.h tells its form. */
#include "libcore.h"

static const char *const ct_names[] = {
	[CF_CT_NONE] = "untracked",
	[CF_CT_ORIGINAL] = "original",
	[CF_CT_REPLY] = "reply",
	[CF_CT_RELATED] = "related",
	[CF_CT_RELATED_REPLY] = "related_reply",
};

static const char *const hook_names[] = {
	[CF_HOOK_FORWARD] = "forward",
	[CF_HOOK_LOCAL_IN] = "local_in",
	[CF_HOOK_LOCAL_OUT] = "local_out",
	[CF_HOOK_EGRESS] = "egress",
	[CF_HOOK_BRIDGE] = "bridge",
};

/* In the order of enum cf_flow_flags. */
static const char *const flag_names[] = {
	"ports", "later", "icmp", "icmp_error", "malformed", "source_route",
	"tunnel", "ethertype", "membership", "nd", "ack", "group", "src_own",
	"dst_own", "mac_later", "before_own",
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

static void read_icmp(struct cf_flow *f, const char *text)
{
	f->icmp_type = strtoul(text, NULL, 10);
	f->flags |= CF_FLOW_ICMP;
}

/* How conntrack sees the flow of a packet that is no ICMP error. */
static void take_original(struct cf_flow *f)
{
	bool reply = f->ct == CF_CT_REPLY;

	f->original.src = reply ? f->dst : f->src;
	f->original.dst = reply ? f->src : f->dst;
	f->original.proto = f->proto;
	f->original.flags |= f->flags & (CF_FLOW_PORTS | CF_FLOW_ICMP);
	f->original.sport = reply ? f->dport : f->sport;
	f->original.dport = reply ? f->sport : f->dport;
	f->original.icmp_type = f->icmp_type;
}

static bool read_own(struct cf_flow *f, const char *word)
{
	if (!strcmp(word, "flow_src_own"))
		f->original.flags |= CF_FLOW_SRC_OWN;
	else if (!strcmp(word, "flow_dst_own"))
		f->original.flags |= CF_FLOW_DST_OWN;
	else
		return false;
	return true;
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

	t->flags &= CF_FLOW_SRC_OWN | CF_FLOW_DST_OWN;
	t->proto = strtoul(text, &end, 10);
	if (*end == ':' || *end == '>')
		t->flags |= CF_FLOW_PORTS;
	t->sport = *end == ':' ? strtoul(end + 1, &end, 10) : 0;
	t->dport = *end == '>' ? strtoul(end + 1, &end, 10) : 0;
	if (*end != '/')
		return;
	t->flags |= CF_FLOW_ICMP;
	t->icmp_type = strtoul(end + 1, NULL, 10);
}

static void read_before(struct cf_flow *f, const char *text)
{
	char buf[64], *port;

	snprintf(buf, sizeof(buf), "%s", text);
	port = strchr(buf, '>');
	if (port)
		*port++ = 0;
	f->before = core_addr(buf);
	f->before_port = port ? strtoul(port, NULL, 10) : f->dport;
}

static void read_hook(struct cf_flow *f, const char *text)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hook_names); i++)
		if (!strcmp(text, hook_names[i])) {
			f->hook = i;
			return;
		}
	core_cannot_read("hook", text);
}

static const char *copy_of(const char *text)
{
	static char names[16][CAMFENCE_IFACE_LEN];
	static unsigned int next;
	char *copy = names[next++ % ARRAY_SIZE(names)];

	snprintf(copy, CAMFENCE_IFACE_LEN, "%s", text);
	return copy;
}

/* Return: true if it was where the packet is met */
static bool read_place(struct cf_flow *f, const char *word)
{
	const char *value;

	if (core_value_of(word, "hook", &value))
		read_hook(f, value);
	else if (core_value_of(word, "in", &value))
		f->in = copy_of(value);
	else if (core_value_of(word, "out", &value))
		f->out = copy_of(value);
	else if (core_value_of(word, "mac", &value))
		f->smac = core_mac(value);
	else if (core_value_of(word, "before", &value))
		read_before(f, value);
	else if (!core_value_of(word, "dmac", &value))
		return false;
	else if (!strcmp(value, "later"))
		f->flags |= CF_FLOW_MAC_LATER;
	else
		f->dmac = core_mac(value);
	return true;
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
		if (read_place(&f, word) || read_own(&f, word))
			continue;
		else if (core_value_of(word, "inner", &value))
			read_pair(&f.inner_src, &f.inner_dst, value);
		else if (core_value_of(word, "proto", &value))
			f.proto = strtoul(value, NULL, 10);
		else if (core_value_of(word, "port", &value))
			read_ports_of(&f, value);
		else if (core_value_of(word, "icmp", &value))
			read_icmp(&f, value);
		else if (core_value_of(word, "flow", &value))
			read_tuple(&f.original, value);
		else if (!read_ct(&f, word) && !read_flag(&f, word))
			core_cannot_read("packet", word);
	}
	free(copy);
	if (f.flags & CF_FLOW_DST_OWN && f.before.family == f.dst.family &&
	    !cf_addr_cmp(&f.before, &f.dst))
		f.flags |= CF_FLOW_BEFORE_OWN;
	return f;
}
