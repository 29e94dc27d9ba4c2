// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's tables that a packet meets: conntrack's, neighbours, a bridge's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/neighbour.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "walk.h"

#define FLOW_TIMEOUT	600

static struct mnl_socket *nfnl, *rtnl;
static char buf[4096];

/* Return: 0, or the error that the kernel answers with */
static int ask(struct mnl_socket **nl, int bus, struct nlmsghdr *nlh)
{
	char answer[MNL_SOCKET_BUFFER_SIZE];
	int len;

	if (!*nl) {
		*nl = mnl_socket_open(bus);
		if (!*nl || mnl_socket_bind(*nl, 0, MNL_SOCKET_AUTOPID))
			die("netlink: %s", strerror(errno));
	}
	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (mnl_socket_sendto(*nl, nlh, nlh->nlmsg_len) < 0)
		die("netlink: %s", strerror(errno));
	len = mnl_socket_recvfrom(*nl, answer, sizeof(answer));
	if (len < 0)
		die("netlink: %s", strerror(errno));
	return mnl_cb_run(answer, len, 0, 0, NULL, NULL) < 0 ? errno : 0;
}

/* --- conntrack --------------------------------------------------------------- */

static struct nlmsghdr *flow_message(int type, int family)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | type;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = family;
	nfg->version = NFNETLINK_V0;
	return nlh;
}

void flow_clear(void)
{
	int err = ask(&nfnl, NETLINK_NETFILTER, flow_message(IPCTNL_MSG_CT_DELETE, AF_UNSPEC));

	if (err)
		die("conntrack, to forget: %s", strerror(err));
}

struct flow {
	int proto, family;
	__u8 src[16], dst[16];
	int sport, dport;	/* type and identifier of ICMP; below 0: none */
};

static int answer_of(int type)
{
	switch (type) {
	case 8: return 0;
	case 13: return 14;
	default: return type + 1;
	}
}

static void put_tuple(struct nlmsghdr *nlh, int name, const struct flow *f, bool reply)
{
	bool v4 = f->family == AF_INET;
	const __u8 *src = reply ? f->dst : f->src, *dst = reply ? f->src : f->dst;
	struct nlattr *tuple = mnl_attr_nest_start(nlh, name), *nest;

	nest = mnl_attr_nest_start(nlh, CTA_TUPLE_IP);
	mnl_attr_put(nlh, v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, v4 ? 4 : 16, src);
	mnl_attr_put(nlh, v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, v4 ? 4 : 16, dst);
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(nlh, CTA_PROTO_NUM, f->proto);
	if (f->proto == IPPROTO_ICMP || f->proto == IPPROTO_ICMPV6) {
		mnl_attr_put_u8(nlh, v4 ? CTA_PROTO_ICMP_TYPE : CTA_PROTO_ICMPV6_TYPE,
				reply ? answer_of(f->sport) : f->sport);
		mnl_attr_put_u8(nlh, v4 ? CTA_PROTO_ICMP_CODE : CTA_PROTO_ICMPV6_CODE, 0);
		mnl_attr_put_u16(nlh, v4 ? CTA_PROTO_ICMP_ID : CTA_PROTO_ICMPV6_ID,
				 htons(f->dport));
	} else {
		mnl_attr_put_u16(nlh, CTA_PROTO_SRC_PORT, htons(reply ? f->dport : f->sport));
		mnl_attr_put_u16(nlh, CTA_PROTO_DST_PORT, htons(reply ? f->sport : f->dport));
	}
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_nest_end(nlh, tuple);
}

/* As all flows have it where a chain of NAT looks at them: what they had before. */
static void put_nat(struct nlmsghdr *nlh, int name, const struct flow *f, const __u8 *address)
{
	bool v4 = f->family == AF_INET;
	struct nlattr *nest = mnl_attr_nest_start(nlh, name);

	mnl_attr_put(nlh, v4 ? CTA_NAT_V4_MINIP : CTA_NAT_V6_MINIP, v4 ? 4 : 16, address);
	mnl_attr_put(nlh, v4 ? CTA_NAT_V4_MAXIP : CTA_NAT_V6_MAXIP, v4 ? 4 : 16, address);
	mnl_attr_nest_end(nlh, nest);
}

static struct flow read_flow(const char *text)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	struct flow f = { 0 };

	if (sscanf(text, "%d,%45[^,],%45[^,],%d,%d", &f.proto, src, dst, &f.sport, &f.dport) < 3)
		die("no flow: %s", text);
	f.family = strchr(src, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(f.family, src, f.src) != 1 || inet_pton(f.family, dst, f.dst) != 1)
		die("no flow: %s", text);
	return f;
}

/* One that both ends have seen. PROTO,SOURCE,DESTINATION[,PORT,PORT], ICMP: TYPE,ID */
void flow_add(const char *text)
{
	struct flow f = read_flow(text);
	struct nlmsghdr *nlh = flow_message(IPCTNL_MSG_CT_NEW, f.family);
	struct nlattr *info, *tcp;
	int err;

	nlh->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	put_tuple(nlh, CTA_TUPLE_ORIG, &f, false);
	put_tuple(nlh, CTA_TUPLE_REPLY, &f, true);
	put_nat(nlh, CTA_NAT_SRC, &f, f.src);
	put_nat(nlh, CTA_NAT_DST, &f, f.dst);
	mnl_attr_put_u32(nlh, CTA_TIMEOUT, htonl(FLOW_TIMEOUT));
	mnl_attr_put_u32(nlh, CTA_STATUS,
			 htonl(IPS_CONFIRMED | IPS_SEEN_REPLY | IPS_ASSURED));
	if (f.proto == IPPROTO_TCP) {
		info = mnl_attr_nest_start(nlh, CTA_PROTOINFO);
		tcp = mnl_attr_nest_start(nlh, CTA_PROTOINFO_TCP);
		mnl_attr_put_u8(nlh, CTA_PROTOINFO_TCP_STATE, TCP_CONNTRACK_ESTABLISHED);
		mnl_attr_nest_end(nlh, tcp);
		mnl_attr_nest_end(nlh, info);
	}
	err = ask(&nfnl, NETLINK_NETFILTER, nlh);
	if (err)
		die("conntrack, %s: %s", text, strerror(err));
}

/* --- neighbours and forwarding ----------------------------------------------- */

static struct nlmsghdr *neighbour(int type, int family, int ifindex, int state, int flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *ndm;

	nlh->nlmsg_type = type;
	ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
	ndm->ndm_family = family;
	ndm->ndm_ifindex = ifindex;
	ndm->ndm_state = state;
	ndm->ndm_flags = flags;
	if (type == RTM_NEWNEIGH)
		nlh->nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE;
	return nlh;
}

static void read_mac(const char *text, __u8 *mac)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
		   &mac[4], &mac[5]) != ETH_ALEN)
		die("no MAC: %s", text);
}

/* ADDRESS,MAC */
static int tell_neighbour(int type, const char *text, const struct place *place)
{
	char address[INET6_ADDRSTRLEN];
	__u8 mac[ETH_ALEN], addr[16];
	struct nlmsghdr *nlh;
	int family;

	if (sscanf(text, "%45[^,]", address) != 1 || !strchr(text, ','))
		die("no neighbour: %s", text);
	family = strchr(address, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(family, address, addr) != 1)
		die("no neighbour: %s", text);
	read_mac(strchr(text, ',') + 1, mac);
	nlh = neighbour(type, family, place->ifindex, NUD_PERMANENT, 0);
	mnl_attr_put(nlh, NDA_DST, family == AF_INET ? 4 : 16, addr);
	if (type == RTM_NEWNEIGH)
		mnl_attr_put(nlh, NDA_LLADDR, sizeof(mac), mac);
	return ask(&rtnl, NETLINK_ROUTE, nlh);
}

void neighbour_forget(const char *text, const struct place *place)
{
	int err = tell_neighbour(RTM_DELNEIGH, text, place);

	if (err && err != ENOENT)
		die("neighbour %s, to forget: %s", text, strerror(err));
}

void neighbour_tell(const char *text, const struct place *place)
{
	int err = tell_neighbour(RTM_NEWNEIGH, text, place);

	if (err)
		die("neighbour %s: %s", text, strerror(err));
}

/* MAC,PORT */
void forwarding_set(const char *text)
{
	const char *comma = strchr(text, ',');
	struct nlmsghdr *nlh;
	__u8 mac[ETH_ALEN];
	int err;

	if (!comma)
		die("no port: %s", text);
	read_mac(text, mac);
	nlh = neighbour(RTM_NEWNEIGH, AF_BRIDGE, find_place(comma + 1)->ifindex, NUD_NOARP,
			NTF_MASTER);
	mnl_attr_put(nlh, NDA_LLADDR, sizeof(mac), mac);
	err = ask(&rtnl, NETLINK_ROUTE, nlh);
	if (err)
		die("forwarding %s: %s", text, strerror(err));
}
