// SPDX-License-Identifier: GPL-2.0
/*
 * From a line of text to a message; rawnl.c tells how it is written.
 */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "camfence.h"
#include "rawnl.h"

#define MAX_VARS	64
#define MAX_DEPTH	8
#define MAX_VALUE	131072

struct name {
	const char *in;		/* the nest it is known in */
	const char *name;
	int type;
	const char *kind;	/* "{": a nest of the same name */
};

static const struct name attrs[] = {
	{ "", "txn", CAMFENCE_A_TXN, "u64" },
	{ "", "gen", CAMFENCE_A_GENERATION, "u64" },
	{ "", "empty", CAMFENCE_A_EMPTY, "flag" },
	{ "", "counts", CAMFENCE_A_COUNTS, "{" },
	{ "", "set", CAMFENCE_A_SET, "{" },
	{ "", "policy", CAMFENCE_A_POLICY, "{" },
	{ "", "camera", CAMFENCE_A_CAMERA, "{" },
	{ "", "exemption", CAMFENCE_A_EXEMPTION, "{" },
	{ "", "options", CAMFENCE_A_OPTIONS, "{" },
	{ "", "version", CAMFENCE_A_VERSION, "str" },
	{ "", "memory", CAMFENCE_A_MEMORY, "u64" },
	{ "", "confirm", CAMFENCE_A_CONFIRM, "u32" },
	{ "", "reset", CAMFENCE_A_RESET, "flag" },
	{ "counts", "sets", CAMFENCE_COUNTS_A_SETS, "u32" },
	{ "counts", "ranges", CAMFENCE_COUNTS_A_RANGES, "u32" },
	{ "counts", "policies", CAMFENCE_COUNTS_A_POLICIES, "u32" },
	{ "counts", "cameras", CAMFENCE_COUNTS_A_CAMERAS, "u32" },
	{ "counts", "exemptions", CAMFENCE_COUNTS_A_EXEMPTIONS, "u32" },
	{ "counts", "prefixes", CAMFENCE_COUNTS_A_PREFIXES, "u32" },
	{ "set", "name", CAMFENCE_SET_A_NAME, "str" },
	{ "set", "count4", CAMFENCE_SET_A_COUNT4, "u32" },
	{ "set", "count6", CAMFENCE_SET_A_COUNT6, "u32" },
	{ "set", "ranges4", CAMFENCE_SET_A_RANGES4, "ranges" },
	{ "set", "ranges6", CAMFENCE_SET_A_RANGES6, "ranges" },
	{ "set", "source", CAMFENCE_SET_A_SOURCE, "str" },
	{ "set", "date", CAMFENCE_SET_A_DATE, "u64" },
	{ "set", "checksum", CAMFENCE_SET_A_CHECKSUM, "str" },
	{ "policy", "name", CAMFENCE_POLICY_A_NAME, "str" },
	{ "policy", "default", CAMFENCE_POLICY_A_DEFAULT, "u8" },
	{ "policy", "action", CAMFENCE_POLICY_A_ACTION, "u8" },
	{ "policy", "allow", CAMFENCE_POLICY_A_ALLOW, "{" },
	{ "policy", "block", CAMFENCE_POLICY_A_BLOCK, "{" },
	{ "policy", "comment", CAMFENCE_POLICY_A_COMMENT, "str" },
	{ "policy", "stats", CAMFENCE_POLICY_A_STATS, "{" },
	{ "policy", "nflog", CAMFENCE_POLICY_A_NFLOG, "u16" },
	{ "allow", "name", CAMFENCE_LIST_A_NAME, "str" },
	{ "block", "name", CAMFENCE_LIST_A_NAME, "str" },
	{ "camera", "name", CAMFENCE_CAMERA_A_NAME, "str" },
	{ "camera", "policy", CAMFENCE_CAMERA_A_POLICY, "str" },
	{ "camera", "selectors", CAMFENCE_CAMERA_A_SELECTORS, "{" },
	{ "camera", "key", CAMFENCE_CAMERA_A_KEY, "str" },
	{ "camera", "comment", CAMFENCE_CAMERA_A_COMMENT, "str" },
	{ "camera", "catch", CAMFENCE_CAMERA_A_CATCH, "flag" },
	{ "camera", "shared", CAMFENCE_CAMERA_A_SHARED, "flag" },
	{ "selectors", "mac", CAMFENCE_SELECTOR_A_MAC, "mac" },
	{ "selectors", "addr4", CAMFENCE_SELECTOR_A_ADDR4, "addr" },
	{ "selectors", "addr6", CAMFENCE_SELECTOR_A_ADDR6, "addr" },
	{ "selectors", "prefix4", CAMFENCE_SELECTOR_A_PREFIX4, "prefix" },
	{ "selectors", "prefix6", CAMFENCE_SELECTOR_A_PREFIX6, "prefix" },
	{ "selectors", "oui", CAMFENCE_SELECTOR_A_OUI, "oui" },
	{ "selectors", "iface", CAMFENCE_SELECTOR_A_IFACE, "str" },
	{ "exemption", "name", CAMFENCE_EXEMPTION_A_NAME, "str" },
	{ "exemption", "camera", CAMFENCE_EXEMPTION_A_CAMERA, "str" },
	{ "exemption", "policy", CAMFENCE_EXEMPTION_A_POLICY, "str" },
	{ "exemption", "count", CAMFENCE_EXEMPTION_A_COUNT, "u32" },
	{ "exemption", "remotes", CAMFENCE_EXEMPTION_A_REMOTES, "{" },
	{ "exemption", "direction", CAMFENCE_EXEMPTION_A_DIRECTION, "u8" },
	{ "exemption", "proto", CAMFENCE_EXEMPTION_A_PROTO, "u8" },
	{ "exemption", "ports", CAMFENCE_EXEMPTION_A_PORTS, "ports" },
	{ "exemption", "local-ports", CAMFENCE_EXEMPTION_A_LOCAL_PORTS, "ports" },
	{ "exemption", "icmp-types", CAMFENCE_EXEMPTION_A_ICMP_TYPES, "bytes" },
	{ "exemption", "not-before", CAMFENCE_EXEMPTION_A_NOT_BEFORE, "u64" },
	{ "exemption", "until", CAMFENCE_EXEMPTION_A_UNTIL, "u64" },
	{ "exemption", "by", CAMFENCE_EXEMPTION_A_BY, "str" },
	{ "exemption", "reason", CAMFENCE_EXEMPTION_A_REASON, "str" },
	{ "exemption", "comment", CAMFENCE_EXEMPTION_A_COMMENT, "str" },
	{ "remotes", "prefix4", CAMFENCE_REMOTE_A_PREFIX4, "prefix" },
	{ "remotes", "prefix6", CAMFENCE_REMOTE_A_PREFIX6, "prefix" },
	{ "remotes", "set", CAMFENCE_REMOTE_A_SET, "str" },
	{ "remotes", "router", CAMFENCE_REMOTE_A_ROUTER, "flag" },
	{ "options", "site", CAMFENCE_OPTIONS_A_SITE, "str" },
	{ "options", "nat64", CAMFENCE_OPTIONS_A_NAT64, "{" },
	{ "nat64", "prefix6", CAMFENCE_REMOTE_A_PREFIX6, "prefix" },
};

static const struct name cmds[] = {
	{ "", "info-get", CAMFENCE_CMD_INFO_GET, "" },
	{ "", "txn-begin", CAMFENCE_CMD_TXN_BEGIN, "" },
	{ "", "txn-commit", CAMFENCE_CMD_TXN_COMMIT, "" },
	{ "", "txn-abort", CAMFENCE_CMD_TXN_ABORT, "" },
	{ "", "set-put", CAMFENCE_CMD_SET_PUT, "" },
	{ "", "set-del", CAMFENCE_CMD_SET_DEL, "" },
	{ "", "policy-put", CAMFENCE_CMD_POLICY_PUT, "" },
	{ "", "policy-del", CAMFENCE_CMD_POLICY_DEL, "" },
	{ "", "camera-put", CAMFENCE_CMD_CAMERA_PUT, "" },
	{ "", "camera-del", CAMFENCE_CMD_CAMERA_DEL, "" },
	{ "", "exemption-put", CAMFENCE_CMD_EXEMPTION_PUT, "" },
	{ "", "exemption-del", CAMFENCE_CMD_EXEMPTION_DEL, "" },
	{ "", "options-put", CAMFENCE_CMD_OPTIONS_PUT, "" },
	{ "", "txn-confirm", CAMFENCE_CMD_TXN_CONFIRM, "" },
	{ "", "ruleset-flush", CAMFENCE_CMD_RULESET_FLUSH, "" },
	{ "", "ruleset-get", CAMFENCE_CMD_RULESET_GET, "" },
	{ "", "set-range-get", CAMFENCE_CMD_SET_RANGE_GET, "" },
	{ "", "stats-get", CAMFENCE_CMD_STATS_GET, "" },
};

static struct {
	char name[32];
	__u64 value;
} vars[MAX_VARS];

static int nr_vars;
__u16 family = GENL_ID_CTRL;
const char *problem;

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

int fail(const char *what)
{
	problem = what;
	return -1;
}

__u64 *var(const char *name)
{
	for (int i = 0; i < nr_vars; i++)
		if (!strcmp(vars[i].name, name))
			return &vars[i].value;
	if (nr_vars == MAX_VARS)
		exit(1);
	snprintf(vars[nr_vars].name, sizeof(vars[0].name), "%s", name);
	return &vars[nr_vars++].value;
}

static __u64 number(const char *text)
{
	return *text == '$' ? *var(text + 1) : strtoull(text, NULL, 0);
}

/* Four bytes or sixteen, by the text. */
static int put_addr(__u8 *out, const char *text)
{
	int af = strchr(text, ':') ? AF_INET6 : AF_INET;

	if (inet_pton(af, text, out) != 1)
		return fail("no address");
	return af == AF_INET6 ? 16 : 4;
}

static int put_text(__u8 *out, const char *text)
{
	__u8 *p = out;

	while (*text) {
		if (*text == '%' && sscanf(text + 1, "%2hhx", p) == 1) {
			p++;
			text += 3;
		} else {
			*p++ = *text++;
		}
	}
	*p++ = 0;
	return p - out;
}

static int put_ranges(__u8 *out, char *text)
{
	__u8 *p = out;
	char *save, *one, *last;

	for (one = strtok_r(text, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
		last = strchr(one, '-');
		if (last)
			*last++ = 0;
		for (int i = 0; i < 2; i++) {
			int len = put_addr(p, i && last ? last : one);

			if (len < 0)
				return -1;
			p += len;
		}
	}
	return p - out;
}

/* FIRST,COUNT,STEP: that many ranges of one address, STEP apart */
static int put_sequence(__u8 *out, char *text)
{
	char *count = strchr(text, ','), *step = count ? strchr(count + 1, ',') : NULL;
	__u8 *p = out;
	__u32 low;
	int len;

	if (!step)
		return fail("seq:FIRST,COUNT,STEP");
	*count++ = 0;
	*step++ = 0;
	for (__u32 i = 0; i < number(count); i++) {
		len = put_addr(p, text);
		if (len < 0 || p + 2 * len > out + MAX_VALUE)
			return fail("seq");
		memcpy(&low, p + len - 4, 4);
		low = htonl(ntohl(low) + i * number(step));
		memcpy(p + len - 4, &low, 4);
		memcpy(p + len, p, len);
		p += 2 * len;
	}
	return p - out;
}

static int put_prefix(__u8 *out, char *text)
{
	char *slash = strchr(text, '/');
	int len;

	if (slash)
		*slash++ = 0;
	len = put_addr(out, text);
	if (len < 0)
		return -1;
	memset(out + len, 0, 4);
	out[len] = slash ? number(slash) : (__u64)len * 8;
	return len + 4;
}

/* 44:19:b6/24: five bytes, those not given are zero, and the length */
static int put_oui(__u8 *out, const char *text)
{
	const char *slash = strchr(text, '/');

	memset(out, 0, 5);
	if (!slash || sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx", &out[0], &out[1], &out[2],
			     &out[3], &out[4]) < 3)
		return fail("no OUI");
	out[5] = number(slash + 1);
	return 6;
}

static int put_bytes(__u8 *out, char *text)
{
	__u8 *p = out;
	char *save, *one;

	for (one = strtok_r(text, ",", &save); one; one = strtok_r(NULL, ",", &save))
		*p++ = number(one);
	return p - out;
}

static int put_ports(__u8 *out, char *text)
{
	__u8 *p = out;
	char *save, *one, *last;

	for (one = strtok_r(text, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
		struct camfence_port_range range;

		last = strchr(one, '-');
		range.first = number(one);
		range.last = number(last ? last + 1 : one);
		memcpy(p, &range, sizeof(range));
		p += sizeof(range);
	}
	return p - out;
}

static int put_value(__u8 *out, const char *kind, char *text)
{
	__u64 n = number(text);

	if (!strcmp(kind, "flag"))
		return 0;
	/* little endian, as is everything this test runs on */
	if (*kind == 'u') {
		memcpy(out, &n, sizeof(n));
		return atoi(kind + 1) / 8;
	}
	if (!strcmp(kind, "str"))
		return put_text(out, text);
	if (!strcmp(kind, "hex"))
		return put_text(out, text) - 1;
	if (!strcmp(kind, "mac"))
		return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &out[0], &out[1], &out[2],
			      &out[3], &out[4], &out[5]);
	if (!strcmp(kind, "addr"))
		return put_addr(out, text);
	if (!strcmp(kind, "ranges"))
		return put_ranges(out, text);
	if (!strcmp(kind, "seq"))
		return put_sequence(out, text);
	if (!strcmp(kind, "prefix"))
		return put_prefix(out, text);
	if (!strcmp(kind, "ports"))
		return put_ports(out, text);
	if (!strcmp(kind, "oui"))
		return put_oui(out, text);
	if (!strcmp(kind, "bytes"))
		return put_bytes(out, text);
	if (n >= MAX_VALUE)
		return fail("too long");
	memset(out, *kind == 'r' ? 'x' : 0, n);
	out[n] = 0;
	if (!strcmp(kind, "rep"))
		return n + 1;
	if (!strcmp(kind, "zero"))
		return n;
	return fail("no such kind");
}

static const struct name *find(const struct name *table, size_t nr, const char *in,
			       const char *name)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(table[i].in, in) && !strcmp(table[i].name, name))
			return &table[i];
	return NULL;
}

/* As many attributes, each a prefix one above that before, if several. */
static int put_times(struct nlmsghdr *nlh, int times, int type, const char *kind, __u8 *value,
		     int len, int by)
{
	struct nlattr *attr;
	__u32 low;

	if (times > 1 && (strcmp(kind, "prefix") || times > MAX_VALUE / (len + 4)))
		return fail("so many of these");
	while (times--) {
		attr = mnl_nlmsg_get_payload_tail(nlh);
		mnl_attr_put(nlh, type, len, value);
		attr->nla_len += by;
		if (!times)
			break;
		/* Behind the address come its length and padding: 4 bytes. */
		memcpy(&low, value + len - 8, sizeof(low));
		low = htonl(ntohl(low) + 1);
		memcpy(value + len - 8, &low, sizeof(low));
	}
	return 0;
}

/* One of NAME, NAME=VALUE, NAME{ and what closes it; nests are remembered. */
static int put_attr(struct nlmsghdr *nlh, char *word, int *depth, const char **in,
		    struct nlattr **nest, int *lie)
{
	static __u8 value[MAX_VALUE + 64];
	char *text = strchr(word, '='), *end = word + strcspn(word, "*~{=");
	bool opens = !text && word[strlen(word) - 1] == '{';
	const char *kind = "flag";
	const struct name *known;
	int type, len, by = 0, times = 1;

	if (*end == '~')
		by = atoi(end + 1);
	if (*end == '*')
		times = atoi(end + 1);
	*end = 0;
	if (text)
		text++;
	known = find(attrs, SIZE(attrs), in[*depth], word);
	if (!known && *word != '#')
		return fail("no such attribute here");
	type = known ? known->type : atoi(word + 1);
	if (opens) {
		if (*depth == MAX_DEPTH - 1)
			return fail("too deep");
		nest[*depth] = mnl_attr_nest_start(nlh, type);
		lie[*depth] = by;
		in[++*depth] = known ? known->name : "";
		return 0;
	}
	if (known)
		kind = known->kind;
	if (text && *text == '@') {
		kind = text + 1;
		text = strchr(text, ':');
		if (!text)
			return fail("@KIND:VALUE");
		*text++ = 0;
	}
	len = put_value(value, kind, text ? text : (char *)"");
	if (len < 0)
		return -1;
	return put_times(nlh, times, type, kind, value, len, by);
}

int build(struct nlmsghdr *nlh, char *line, unsigned int *fail_at)
{
	const char *in[MAX_DEPTH] = { "" };
	struct nlattr *nest[MAX_DEPTH];
	int lie[MAX_DEPTH], depth = 0, more = 0;
	struct genlmsghdr *genl;
	const struct name *cmd;
	char *save, *word = strtok_r(line, " ", &save);

	if (!word)
		return fail("no command");
	cmd = find(cmds, SIZE(cmds), "", word);
	if (!cmd && (*word < '0' || *word > '9'))
		return fail("no such command");
	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd ? cmd->type : atoi(word);
	genl->version = CAMFENCE_GENL_VERSION;

	while ((word = strtok_r(NULL, " ", &save))) {
		if (!strcmp(word, ".dump")) {
			nlh->nlmsg_flags |= NLM_F_DUMP;
		} else if (!strncmp(word, ".flags=", 7)) {
			nlh->nlmsg_flags |= number(word + 7);
		} else if (!strncmp(word, ".version=", 9)) {
			genl->version = number(word + 9);
		} else if (!strncmp(word, ".cut=", 5)) {
			more = -(int)number(word + 5);
		} else if (!strncmp(word, ".more=", 6)) {
			more = number(word + 6);
		} else if (!strncmp(word, ".fail=", 6)) {
			*fail_at = number(word + 6);
		} else if (strcmp(word, "}")) {
			if (put_attr(nlh, word, &depth, in, nest, lie))
				return -1;
		} else {
			if (!depth--)
				return fail("nothing to close");
			mnl_attr_nest_end(nlh, nest[depth]);
			nest[depth]->nla_len += lie[depth];
		}
	}
	if (depth)
		return fail("not closed");
	nlh->nlmsg_len += more;
	return 0;
}
