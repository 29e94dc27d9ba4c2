// SPDX-License-Identifier: GPL-2.0
/*
 * The module: what is put into force, and what it has counted.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../rawnl/rawnl.h"
#include "camfence.h"
#include "walk.h"

#define MAX_COUNTS	256

struct count {
	char name[CAMFENCE_NAME_LEN + 2];
	__u64 packets;
};

static struct mnl_socket *nl;
static struct count counts[MAX_COUNTS], before[MAX_COUNTS];
static int nr_counts, nr_before;
static char buf[1 << 18];

static const struct {
	const char *name;
} reasons[] = {
#define ROW(sym, name, verdict, text) { #name },
	CAMFENCE_REASONS(ROW)
#undef ROW
};

/* Until the ack or the end of the dump; extended errors are off. */
static int ask(struct nlmsghdr *nlh, mnl_cb_t read, void *data)
{
	static __u32 seq;
	int len, more = 1;

	nlh->nlmsg_seq = ++seq;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("netlink: %s", strerror(errno));
	while (more > 0) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0)
			die("netlink: %s", strerror(errno));
		more = mnl_cb_run(buf, len, seq, 0, read, data);
	}
	return more < 0 ? errno : 0;
}

static int read_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

void module_find(void)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nl = mnl_socket_open(NETLINK_GENERIC);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		die("netlink: %s", strerror(errno));
	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, CAMFENCE_GENL_NAME);
	if (ask(nlh, read_family, NULL))
		die("no family camfence");
}

static int read_txn(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (data && mnl_attr_get_type(attr) == CAMFENCE_A_TXN)
			*(__u64 *)data = mnl_attr_get_u64(attr);
	return MNL_CB_OK;
}

/* A line as rawnl reads it, which the kernel has to accept. */
void module_say(const char *line)
{
	char *text = strdup(line), *to = strstr(text, ":= "), *message = to ? to + 3 : text;
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	unsigned int fail_at = 0;
	int err;

	if (to)
		*to = 0;
	if (build(nlh, message, &fail_at))
		die("%s: %s", problem, line);
	err = ask(nlh, read_txn, to ? var(text) : NULL);
	if (err)
		die("the module answers %s: %s", strerror(err), line);
	free(text);
}

static void add_count(char kind, const char *name, __u64 packets)
{
	struct count *c = &counts[nr_counts++];

	if (nr_counts > MAX_COUNTS)
		die("too many counters");
	snprintf(c->name, sizeof(c->name), "%c:%s", kind, name);
	c->packets = packets;
}

static __u64 sum_of(const struct nlattr *stats)
{
	const struct nlattr *attr;
	__u64 sum = 0;

	mnl_attr_for_each_nested(attr, stats) {
		int type = mnl_attr_get_type(attr);

		if (type == CAMFENCE_STATS_A_PACKETS || type == CAMFENCE_STATS_A_DROPS)
			sum += mnl_attr_get_u64(attr);
	}
	return sum;
}

static void read_object(char kind, const struct nlattr *object, int name_type, int stats_type)
{
	const struct nlattr *attr;
	const char *name = "?";
	__u64 sum = 0;

	mnl_attr_for_each_nested(attr, object) {
		if (mnl_attr_get_type(attr) == name_type)
			name = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == stats_type)
			sum = sum_of(attr);
	}
	add_count(kind, name, sum);
}

static void read_reason(const struct nlattr *stats)
{
	const struct nlattr *attr;
	__u32 reason = 0;

	mnl_attr_for_each_nested(attr, stats)
		if (mnl_attr_get_type(attr) == CAMFENCE_STATS_A_REASON)
			reason = mnl_attr_get_u32(attr);
	if (reason >= __CAMFENCE_REASON_MAX)
		die("reason %u", reason);
	add_count('r', reasons[reason].name, sum_of(stats));
}

static int read_stats(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case CAMFENCE_A_REASON_STATS:
			read_reason(attr);
			break;
		case CAMFENCE_A_POLICY:
			read_object('p', attr, CAMFENCE_POLICY_A_NAME, CAMFENCE_POLICY_A_STATS);
			break;
		case CAMFENCE_A_CAMERA:
			read_object('c', attr, CAMFENCE_CAMERA_A_NAME, CAMFENCE_CAMERA_A_STATS);
			break;
		case CAMFENCE_A_EXEMPTION:
			read_object('e', attr, CAMFENCE_EXEMPTION_A_NAME,
				    CAMFENCE_EXEMPTION_A_STATS);
			break;
		}
	}
	return MNL_CB_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct count *left = a, *right = b;

	return strcmp(left->name, right->name);
}

void stats_take(void)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	memcpy(before, counts, sizeof(before));
	nr_before = nr_counts;
	nr_counts = 0;
	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CAMFENCE_CMD_STATS_GET;
	genl->version = CAMFENCE_GENL_VERSION;
	if (ask(nlh, read_stats, NULL))
		die("stats");
	qsort(counts, nr_counts, sizeof(counts[0]), by_name);
}

/* "c:hall-1=1,p:geoblock=1,r:block=1", or "-" */
const char *stats_since(void)
{
	static char text[4096];
	int len = 0;

	if (nr_counts != nr_before)
		die("counters come and go");
	strcpy(text, "-");
	for (int i = 0; i < nr_counts; i++) {
		__u64 grown = counts[i].packets - before[i].packets;

		if (grown)
			len += snprintf(text + len, sizeof(text) - len, "%s%s=%llu",
					len ? "," : "", counts[i].name, grown);
	}
	return text;
}
