// SPDX-License-Identifier: GPL-2.0
/*
 * One request at a time: every request asks for an acknowledgment, and the
 * next is not sent before it came. The kernel works on a request within
 * sendmsg(), so waiting costs one more system call and nothing else, and no
 * error can be overlooked.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "mem.h"
#include "nl.h"

/* A request holds one chunk of ranges and little else, or one object. */
#define REQUEST_BYTES (128 * 1024)
#define ANSWER_BYTES (128 * 1024)
/* What may wait to be heard. */
#define GROUP_BYTES (1024 * 1024)

struct nl {
	struct mnl_socket *sock;
	u16 family;
	u32 seq;
	u32 portid;
	bool interrupted;
	char request[REQUEST_BYTES];
	char answer[ANSWER_BYTES];
};

static int fail(struct nl_error *e, int err)
{
	*e = (struct nl_error){ .err = err };
	return -1;
}

/**
 * nl_request() - begin a request
 * @nl: the socket; a request begun before is forgotten
 * @cmd: command of the family
 * @dump: ask for all
 *
 * Return: the message, for attributes to be put into.
 */
struct nlmsghdr *nl_request(struct nl *nl, u8 cmd, bool dump)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(nl->request);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = nl->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | (dump ? NLM_F_DUMP : NLM_F_ACK);
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

/**
 * nl_room() - the longest that a request may become
 * @nl: the socket
 *
 * Return: bytes, for the _check functions of libmnl.
 */
size_t nl_room(const struct nl *nl)
{
	return sizeof(nl->request);
}

static void read_extack(const struct nlmsghdr *nlh, size_t skip,
			struct nl_error *e)
{
	const char *start = (const char *)mnl_nlmsg_get_payload(nlh) + skip;
	const char *end = (const char *)mnl_nlmsg_get_payload_tail(nlh);
	const struct nlattr *attr = (const struct nlattr *)start;
	size_t len;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	for (; start < end && mnl_attr_ok(attr, end - (const char *)attr);
	     attr = mnl_attr_next(attr)) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			len = strnlen(mnl_attr_get_payload(attr),
				      mnl_attr_get_payload_len(attr));
			if (len >= sizeof(e->message))
				len = sizeof(e->message) - 1;
			memcpy(e->message, mnl_attr_get_payload(attr), len);
			e->message[len] = '\0';
			break;
		case NLMSGERR_ATTR_OFFS:
			if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
				e->offset = mnl_attr_get_u32(attr);
			break;
		}
	}
}

static int read_error(const struct nlmsghdr *nlh, struct nl_error *e)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh), skip = sizeof(*err);

	if (len < sizeof(*err))
		return fail(e, EBADMSG);
	if (!err->error)
		return 0;
	fail(e, err->error < 0 ? -err->error : err->error);
	/* Without NLM_F_CAPPED all of our request stands before the rest. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - sizeof(err->msg);
	if (skip <= len)
		read_extack(nlh, MNL_ALIGN(skip), e);
	return -1;
}

/* A dump's end carries its result, and since 6.1 a sentence as well. */
static int read_done(const struct nlmsghdr *nlh, struct nl_error *e)
{
	const int *result = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*result) || *result >= 0)
		return 0;
	fail(e, -*result);
	read_extack(nlh, sizeof(*result), e);
	return -1;
}

/* One message: 1 when it was the last, 0 to go on, -1 when it went wrong. */
static int read_message(struct nl *nl, const struct nlmsghdr *nlh,
			nl_answer answer, void *data, struct nl_error *e)
{
	if (nlh->nlmsg_seq != nl->seq || nlh->nlmsg_pid != nl->portid)
		return 0;
	/* Read it to its end, or the kernel will not begin another. */
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		nl->interrupted = true;

	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		return read_error(nlh, e) ? -1 : 1;
	case NLMSG_DONE:
		return read_done(nlh, e) ? -1 : 1;
	case NLMSG_OVERRUN:
		return fail(e, ENOBUFS);
	case NLMSG_NOOP:
		return 0;
	}
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct genlmsghdr))
		return fail(e, EBADMSG);
	if (answer && answer(nlh, data) < 0)
		return fail(e, EBADMSG);
	return 0;
}

static int receive(struct nl *nl, nl_answer answer, void *data,
		   struct nl_error *e)
{
	int done = 0;

	while (!done) {
		const struct nlmsghdr *nlh = (void *)nl->answer;
		ssize_t n = mnl_socket_recvfrom(nl->sock, nl->answer,
						sizeof(nl->answer));
		int len;

		if (n < 0 && errno == EINTR)
			continue;
		/* ENOSPC is how libmnl says that a message was cut off. */
		if (n < 0)
			return fail(e, errno);
		len = n;
		for (; !done && mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len))
			done = read_message(nl, nlh, answer, data, e);
	}
	if (done < 0)
		return -1;
	return nl->interrupted ? fail(e, EINTR) : 0;
}

/**
 * nl_talk() - send the request that was begun and read all answers
 * @nl: the socket
 * @answer: called for each message, or NULL; less than 0: it made no sense
 * @data: for @answer
 * @e: what the kernel answered; EINTR: a dump got mixed with a change
 *
 * Return: 0, or -1 with @e filled.
 */
int nl_talk(struct nl *nl, nl_answer answer, void *data, struct nl_error *e)
{
	struct nlmsghdr *nlh = (void *)nl->request;

	nlh->nlmsg_seq = ++nl->seq;
	nlh->nlmsg_pid = nl->portid;
	nl->interrupted = false;
	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0)
		return fail(e, errno);
	return receive(nl, answer, data, e);
}

static int read_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;
	u16 *family = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != CTRL_ATTR_FAMILY_ID)
			continue;
		if (mnl_attr_validate(attr, MNL_TYPE_U16) < 0)
			return -1;
		*family = mnl_attr_get_u16(attr);
	}
	return 0;
}

static int find_family(struct nl *nl, const char *name, struct nl_error *e)
{
	struct nlmsghdr *nlh;
	u16 family = 0;

	nl->family = GENL_ID_CTRL;
	nlh = nl_request(nl, CTRL_CMD_GETFAMILY, false);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, name);
	if (nl_talk(nl, read_family, &family, e))
		return -1;
	if (!family)
		return fail(e, ENOENT);
	nl->family = family;
	return 0;
}

/**
 * nl_open() - open a socket in the current network namespace
 * @family: name of the generic netlink family
 * @e: why not; ENOENT: the kernel has no such family
 *
 * Return: the socket, or NULL.
 */
struct nl *nl_open(const char *family, struct nl_error *e)
{
	struct nl *nl = mem_zalloc(sizeof(*nl));
	int on = 1;

	nl->seq = time(NULL);
	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		fail(e, errno);
		goto err;
	}
	nl->portid = mnl_socket_get_portid(nl->sock);
	/* Kernels without these say less; that is no reason to give up. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_GET_STRICT_CHK, &on,
			      sizeof(on));

	if (find_family(nl, family, e))
		goto err;
	return nl;

err:
	nl_close(nl);
	return NULL;
}

struct group {
	const char *name;
	u32 id;
};

static int read_group(const struct nlattr *nest, struct group *group)
{
	const struct nlattr *attr, *name = NULL, *id = NULL;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
			name = attr;
		else if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
			id = attr;
	}
	if (!name || mnl_attr_validate(name, MNL_TYPE_NUL_STRING) < 0 ||
	    !id || mnl_attr_validate(id, MNL_TYPE_U32) < 0)
		return -1;
	if (!strcmp(mnl_attr_get_str(name), group->name))
		group->id = mnl_attr_get_u32(id);
	return 0;
}

static int read_groups(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr, *nest;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(nest, attr)
			if (read_group(nest, data))
				return -1;
	}
	return 0;
}

/**
 * nl_join() - hear what is told to a group
 * @nl: the socket; nothing is asked through it afterwards
 * @family: name of the generic netlink family
 * @group: name of its group
 * @e: why not; EOPNOTSUPP: there is no such group
 *
 * Return: 0, or -1 with @e filled.
 */
int nl_join(struct nl *nl, const char *family, const char *group,
	    struct nl_error *e)
{
	struct group wanted = { .name = group };
	int bytes = GROUP_BYTES, fd = mnl_socket_get_fd(nl->sock);
	u16 own = nl->family;
	struct nlmsghdr *nlh;
	int ret;

	nl->family = GENL_ID_CTRL;
	nlh = nl_request(nl, CTRL_CMD_GETFAMILY, false);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, family);
	ret = nl_talk(nl, read_groups, &wanted, e);
	nl->family = own;
	if (ret)
		return ret;
	if (!wanted.id)
		return fail(e, EOPNOTSUPP);
	/* With less room more is lost, which is told. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	if (mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &wanted.id,
				  sizeof(wanted.id)) < 0)
		return fail(e, errno);
	return 0;
}

/**
 * nl_listen() - hear what is told to the group that was joined
 * @nl: the socket
 * @hear: called for each message; less than 0: it made no sense, more: enough
 * @data: for @hear
 * @e: what went wrong
 *
 * What there was no room for is missing, and nothing else tells so.
 *
 * Return: 0 after enough, or -1 with @e filled.
 */
int nl_listen(struct nl *nl, nl_answer hear, void *data, struct nl_error *e)
{
	int ret = 0;

	while (!ret) {
		const struct nlmsghdr *nlh = (void *)nl->answer;
		ssize_t n = mnl_socket_recvfrom(nl->sock, nl->answer,
						sizeof(nl->answer));
		int len = n;

		if (n < 0 && errno != EINTR && errno != ENOBUFS)
			return fail(e, errno);
		for (; !ret && n > 0 && mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len))
			if (nlh->nlmsg_type == nl->family &&
			    mnl_nlmsg_get_payload_len(nlh) >=
			    sizeof(struct genlmsghdr))
				ret = hear(nlh, data);
	}
	return ret < 0 ? fail(e, EBADMSG) : 0;
}

/**
 * nl_close() - close the socket; the kernel aborts what it had not committed
 * @nl: the socket, or NULL
 */
void nl_close(struct nl *nl)
{
	if (!nl)
		return;
	if (nl->sock)
		mnl_socket_close(nl->sock);
	free(nl);
}
