// SPDX-License-Identifier: GPL-2.0
/*
 * Says to the module whatever it is told to say, right or wrong: the tool
 * would refuse most of it. A line of standard input is a message, one line of
 * standard output is what came back:
 *
 *	begun:= txn-begin empty
 *		ok txn=9f1c... gen=4
 *	set-put txn=$begun set{ name=cn count4=1 ranges4=1.0.1.0-1.0.3.255 }
 *		ok
 *	set-put txn=$begun set{ name=cn count4=@u8:1 }
 *		err ERANGE off=44 "integer out of range"
 *
 * COMMAND is a name or a number, .dump, .flags=N, .version=N, .cut=BYTES and
 * .more=BYTES change the message around it. An attribute is NAME=VALUE, NAME
 * alone (a flag), or NAME{ ... }; NAME may be #NUMBER, and NAME~N lies about
 * its length by N. A value is read as the attribute's own kind, or as
 * @KIND:VALUE; of a text, %41 is a byte. Kinds beyond the obvious: zero:N and
 * rep:N are N bytes, and seq:FIRST,COUNT,STEP is COUNT ranges of one address.
 * NAME*N=PREFIX is N attributes, each prefix's address one above that before.
 *
 * .fail=N lets the Nth of the things that may fail in the kernel on this
 * message's way do so; the answer's last word is then fault=used, or
 * fault=unused where there are fewer. What was not even sent, or has no answer,
 * is an error, too.
 *
 * "sock N" speaks through the Nth socket from there on, "close N" closes it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "camfence.h"
#include "rawnl.h"

#define MAX_SOCKS	16

struct answer {
	__u64 txn, gen;
	bool has_txn, has_gen;
	int messages;
	__u32 sum;	/* of all that came but the generation: has it changed? */
};

static struct mnl_socket *socks[MAX_SOCKS];
static int current = 1;
static int fail_nth = -1;

static struct mnl_socket *sock(int nr)
{
	struct timeval limit = { .tv_sec = 30 };
	int on = 1, size = 1 << 20;

	if (nr < 0 || nr >= MAX_SOCKS)
		return NULL;
	if (socks[nr])
		return socks[nr];
	socks[nr] = mnl_socket_open(NETLINK_GENERIC);
	if (!socks[nr] || mnl_socket_bind(socks[nr], 0, MNL_SOCKET_AUTOPID))
		return NULL;
	mnl_socket_setsockopt(socks[nr], NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(socks[nr], NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(mnl_socket_get_fd(socks[nr]), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(mnl_socket_get_fd(socks[nr]), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return socks[nr];
}

static void print_error(const struct nlmsghdr *nlh, int error)
{
	const char *name = strerrorname_np(error), *sentence = NULL;
	const struct nlattr *attr;

	printf("err %s", name ? name : "?");
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_for_each(attr, nlh, sizeof(struct nlmsgerr)) {
			int type = mnl_attr_get_type(attr);

			if (type == NLMSGERR_ATTR_OFFS)
				printf(" off=%u", mnl_attr_get_u32(attr));
			else if (type == NLMSGERR_ATTR_MSG)
				sentence = mnl_attr_get_str(attr);
		}
	if (sentence)
		printf(" \"%s\"", sentence);
}

static void add_to_sum(struct answer *answer, const __u8 *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		answer->sum = (answer->sum ^ p[i]) * 16777619;	/* FNV-1a */
}

static void read_data(const struct nlmsghdr *nlh, struct answer *answer)
{
	const struct nlattr *attr;

	answer->messages++;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case CAMFENCE_A_TXN:
			answer->txn = mnl_attr_get_u64(attr);
			answer->has_txn = true;
			break;
		case CAMFENCE_A_GENERATION:
			answer->gen = mnl_attr_get_u64(attr);
			answer->has_gen = true;
			continue;
		}
		add_to_sum(answer, (const __u8 *)attr, mnl_attr_get_len(attr));
	}
}

static void print_ok(const struct answer *answer)
{
	printf("ok");
	if (answer->has_txn)
		printf(" txn=%llu", answer->txn);
	if (answer->has_gen)
		printf(" gen=%llu", answer->gen);
	if (answer->messages > 1)
		printf(" messages=%d sum=%08x", answer->messages, answer->sum);
}

/* Until the ack, the error, or the end of the dump. */
static void receive(struct mnl_socket *nl, __u32 seq, struct answer *answer)
{
	static char buf[1 << 17];
	const struct nlmsghdr *nlh;
	int len, error;

	for (;;) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0) {
			printf("err %s no answer", strerrorname_np(errno));
			return;
		}
		for (nlh = (void *)buf; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_seq != seq)
				continue;
			if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE) {
				read_data(nlh, answer);
				continue;
			}
			/* DONE, too, carries an int: a dump's last error */
			error = -*(const int *)mnl_nlmsg_get_payload(nlh);
			if (error)
				print_error(nlh, error);
			else
				print_ok(answer);
			return;
		}
	}
}

/* Documentation/fault-injection of the kernel; 0: nothing fails. */
static int set_fault(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (fail_nth < 0)
		fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0 || (pwrite(fail_nth, text, len, 0) != len && nth))
		return fail("no fault injection in this kernel");
	return 0;
}

/* What is left of N is 0 once it has happened; reading it may be what fails. */
static bool is_fault_used(void)
{
	char text[16];

	return pread(fail_nth, text, sizeof(text), 0) > 0 && *text == '0';
}

/* A dump goes on being made while it is received. */
static void exchange(struct mnl_socket *nl, struct nlmsghdr *nlh, unsigned int fail_at,
		     struct answer *answer)
{
	bool dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP, used = false;
	ssize_t len = mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
	int error = errno;

	if (fail_at && (!dump || len < 0)) {
		used = is_fault_used();
		set_fault(0);
	}
	if (len < 0)
		printf("err %s not sent", strerrorname_np(error));
	else
		receive(nl, nlh->nlmsg_seq, answer);
	if (fail_at && dump && len >= 0) {
		used = is_fault_used();
		set_fault(0);
	}
	puts(!fail_at ? "" : used ? " fault=used" : " fault=unused");
}

static int obey(char *line)
{
	static char buf[1 << 18];
	static __u32 seq;
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct answer answer = { .sum = 2166136261u };
	char *to = strstr(line, ":= "), *name = line;
	struct mnl_socket *nl;
	unsigned int fail_at = 0;

	if (to) {
		*to = 0;
		line = to + 3;
	}
	if (!strncmp(line, "close ", 6)) {
		nl = sock(atoi(line + 6));
		if (!nl)
			return fail("no such socket");
		mnl_socket_close(nl);
		socks[atoi(line + 6)] = NULL;
		puts("ok");
		return 0;
	}
	if (!strncmp(line, "sock ", 5)) {
		current = atoi(line + 5);
		return sock(current) ? puts("ok") < 0 : fail("no such socket");
	}
	nl = sock(current);
	if (!nl)
		return fail("no socket");
	nlh->nlmsg_seq = ++seq;
	if (build(nlh, line, &fail_at) || (fail_at && set_fault(fail_at)))
		return -1;
	exchange(nl, nlh, fail_at, &answer);
	if (to)
		*var(name) = answer.txn;
	return 0;
}

/* Asks for the family by hand: build() knows only camfence's attributes. */
static int find_family(void)
{
	char buf[MNL_SOCKET_BUFFER_SIZE * 4];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct mnl_socket *nl = sock(0);
	struct genlmsghdr *genl;
	const struct nlattr *attr;
	int len;

	if (!nl)
		return -1;
	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, CAMFENCE_GENL_NAME);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -1;
	len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (len < 0 || nlh->nlmsg_type == NLMSG_ERROR)
		return -1;
	mnl_attr_for_each(attr, nlh, sizeof(*genl))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			family = mnl_attr_get_u16(attr);
	return 0;
}

int main(void)
{
	static char line[1 << 16];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (find_family()) {
		puts("err no family camfence");
		return 3;
	}
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		if (*line && *line != '#' && obey(line))
			printf("broken %s\n", problem);
	}
	return 0;
}
