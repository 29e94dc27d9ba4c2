// SPDX-License-Identifier: GPL-2.0
/*
 * camfence-flows: the flows that conntrack knows in this network namespace, as
 * the hooks see their packets; for camfence, which judges them.
 *
 * A line each, words with a blank between, "-" for what there is not:
 *
 *	HOOK PROTOCOL answered|one-way SOURCE PORT DESTINATION PORT
 *	IN MAC OUT MAC BEFORE PORT own|other
 *
 * HOOK is where what begins the flow is met. Source and destination are those
 * before SNAT and behind DNAT: in conntrack's tuples, the source of either
 * direction; of ICMP, the first port is the type. A MAC is the next hop's, "?"
 * where it is not known. BEFORE is where the flow was sent to, if DNAT has given
 * it another address or port, and whether that is an address of the router's.
 *
 * Conntrack knows neither interfaces nor MACs: they are those of the route to
 * each end, so a flow whose packets come in by another way is not told rightly.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <search.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>

#include "parse.h"
#include "uapi/camfence.h"
#include "show_packet.h"

/* Who waits for the answer must not wait for ever. */
#define SECONDS 10

#define NUD_VALID (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | \
		   NUD_STALE | NUD_DELAY)

struct addr {
	int family;
	u8 bytes[16];
};

/*
 * struct end - an address, and the way to it
 * @own: it is the router's
 * @dev: by which device, or empty
 * @mac: of the next hop there; as text, "-" where the device has none, "?"
 */
struct end {
	struct addr addr;
	bool own;
	char dev[IF_NAMESIZE];
	char mac[MAC_TEXT];
};

static struct mnl_socket *rtnl;
static int devices;
static void *ends;

static noreturn void die(const char *what)
{
	fprintf(stderr, "camfence-flows: %s: %s\n", what, strerror(errno));
	exit(1);
}

static size_t addr_len(const struct addr *a)
{
	return a->family == AF_INET ? 4 : 16;
}

/* ---- the way to an address ---- */

/* Return: the answer, in the request's buffer, or NULL. */
static struct nlmsghdr *ask(struct nlmsghdr *nlh)
{
	static unsigned int seq;
	ssize_t len;

	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = ++seq;
	if (mnl_socket_sendto(rtnl, nlh, nlh->nlmsg_len) < 0)
		die("rtnetlink");
	len = mnl_socket_recvfrom(rtnl, nlh, MNL_SOCKET_BUFFER_SIZE);
	if (len < 0)
		die("rtnetlink");
	if (!mnl_nlmsg_ok(nlh, len) || nlh->nlmsg_seq != seq ||
	    nlh->nlmsg_type == NLMSG_ERROR)
		return NULL;
	return nlh;
}

static void read_addr(struct addr *a, int family, const struct nlattr *attr,
		      size_t skip)
{
	struct addr to = { .family = family };
	size_t len = addr_len(&to);

	if (mnl_attr_get_payload_len(attr) < skip + len)
		return;
	memcpy(to.bytes, (char *)mnl_attr_get_payload(attr) + skip, len);
	*a = to;
}

/* The next hop of an address that is no hop away is itself. */
static bool find_route(struct end *e, struct addr *hop, int *ifindex)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	const struct nlattr *attr;
	struct rtmsg *rt;

	nlh->nlmsg_type = RTM_GETROUTE;
	rt = mnl_nlmsg_put_extra_header(nlh, sizeof(*rt));
	rt->rtm_family = e->addr.family;
	rt->rtm_dst_len = addr_len(&e->addr) * 8;
	mnl_attr_put(nlh, RTA_DST, addr_len(&e->addr), e->addr.bytes);
	nlh = ask(nlh);
	if (!nlh)
		return false;
	rt = mnl_nlmsg_get_payload(nlh);
	e->own = rt->rtm_type == RTN_LOCAL || rt->rtm_type == RTN_BROADCAST ||
		 rt->rtm_type == RTN_ANYCAST;
	*hop = e->addr;
	*ifindex = 0;
	mnl_attr_for_each(attr, nlh, sizeof(*rt)) {
		switch (mnl_attr_get_type(attr)) {
		case RTA_OIF:
			*ifindex = mnl_attr_get_u32(attr);
			break;
		case RTA_GATEWAY:
			read_addr(hop, rt->rtm_family, attr, 0);
			break;
		case RTA_VIA:
			read_addr(hop, AF_INET6, attr,
				  offsetof(struct rtvia, rtvia_addr));
			break;
		}
	}
	return !e->own && *ifindex;
}

static bool has_macs(const char *dev)
{
	struct ifreq r = {};

	memcpy(r.ifr_name, dev, IF_NAMESIZE);
	if (ioctl(devices, SIOCGIFHWADDR, &r) ||
	    r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return false;
	return !ioctl(devices, SIOCGIFFLAGS, &r) &&
	       !(r.ifr_flags & IFF_NOARP);
}

static void find_mac(struct end *e, const struct addr *hop, int ifindex)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	const struct nlattr *attr;
	struct ndmsg *n;

	strcpy(e->mac, "?");
	nlh->nlmsg_type = RTM_GETNEIGH;
	n = mnl_nlmsg_put_extra_header(nlh, sizeof(*n));
	n->ndm_family = hop->family;
	n->ndm_ifindex = ifindex;
	mnl_attr_put(nlh, NDA_DST, addr_len(hop), hop->bytes);
	nlh = ask(nlh);
	if (!nlh)
		return;
	n = mnl_nlmsg_get_payload(nlh);
	if (!(n->ndm_state & NUD_VALID))
		return;
	mnl_attr_for_each(attr, nlh, sizeof(*n)) {
		if (mnl_attr_get_type(attr) != NDA_LLADDR ||
		    mnl_attr_get_payload_len(attr) != 6)
			continue;
		mac_text(mnl_attr_get_payload(attr), e->mac);
	}
}

static void find_way(struct end *e)
{
	struct addr hop;
	int ifindex;

	strcpy(e->mac, "-");
	if (!find_route(e, &hop, &ifindex) || !if_indextoname(ifindex, e->dev))
		return;
	if (has_macs(e->dev))
		find_mac(e, &hop, ifindex);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct addr));
}

/* Each address is asked about once. */
static const struct end *end_of(const struct addr *addr)
{
	struct end *e, **found = tfind(addr, &ends, compare);

	if (found)
		return *found;
	e = calloc(1, sizeof(*e));
	if (!e)
		die("memory");
	e->addr = *addr;
	find_way(e);
	if (!tsearch(e, &ends, compare))
		die("memory");
	return e;
}

/* ---- a flow ---- */

static struct addr addr_of(const struct nf_conntrack *ct,
			   enum nf_conntrack_attr v4, enum nf_conntrack_attr v6)
{
	struct addr a = { .family = nfct_get_attr_u8(ct, ATTR_ORIG_L3PROTO) };

	memcpy(a.bytes,
	       nfct_get_attr(ct, a.family == AF_INET ? v4 : v6), addr_len(&a));
	return a;
}

static void print_addr(const struct addr *a)
{
	char buf[INET6_ADDRSTRLEN];

	printf(" %s", inet_ntop(a->family, a->bytes, buf, sizeof(buf)));
}

static void print_port(const struct nf_conntrack *ct,
		       enum nf_conntrack_attr port)
{
	if (nfct_attr_is_set(ct, port) > 0)
		printf(" %u", ntohs(nfct_get_attr_u16(ct, port)));
	else
		fputs(" -", stdout);
}

/* The router is at its own end without interface and MAC. */
static void print_way(const struct end *e)
{
	printf(" %s %s", *e->dev ? e->dev : "-", e->mac);
}

static void print_before(const struct nf_conntrack *ct,
			 const struct addr *behind)
{
	struct addr a = addr_of(ct, ATTR_ORIG_IPV4_DST, ATTR_ORIG_IPV6_DST);

	if (!compare(&a, behind) &&
	    (nfct_attr_is_set(ct, ATTR_ORIG_PORT_DST) <= 0 ||
	     nfct_get_attr_u16(ct, ATTR_ORIG_PORT_DST) ==
	     nfct_get_attr_u16(ct, ATTR_REPL_PORT_SRC))) {
		fputs(" - - other\n", stdout);
		return;
	}
	print_addr(&a);
	print_port(ct, ATTR_ORIG_PORT_DST);
	puts(end_of(&a)->own ? " own" : " other");
}

static bool is_over(const struct nf_conntrack *ct)
{
	u8 state;

	if (nfct_attr_is_set(ct, ATTR_TCP_STATE) <= 0)
		return false;
	state = nfct_get_attr_u8(ct, ATTR_TCP_STATE);
	return state == TCP_CONNTRACK_TIME_WAIT || state == TCP_CONNTRACK_CLOSE;
}

static enum camfence_hook hook_of(const struct end *from, const struct end *to)
{
	if (to->own)
		return CAMFENCE_HOOK_LOCAL_IN;
	return from->own ? CAMFENCE_HOOK_LOCAL_OUT : CAMFENCE_HOOK_FORWARD;
}

static void print_flow(const struct nf_conntrack *ct)
{
	struct addr src = addr_of(ct, ATTR_ORIG_IPV4_SRC, ATTR_ORIG_IPV6_SRC);
	struct addr dst = addr_of(ct, ATTR_REPL_IPV4_SRC, ATTR_REPL_IPV6_SRC);
	const struct end *from = end_of(&src), *to = end_of(&dst);
	char buf[PACKET_WORD];

	if (from->own && to->own)
		return;
	printf("%s %u %s", hook_word(hook_of(from, to), buf),
	       nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO),
	       nfct_get_attr_u32(ct, ATTR_STATUS) & IPS_SEEN_REPLY ?
	       "answered" : "one-way");
	print_addr(&src);
	if (nfct_attr_is_set(ct, ATTR_ICMP_TYPE) > 0)
		printf(" %u", nfct_get_attr_u8(ct, ATTR_ICMP_TYPE));
	else
		print_port(ct, ATTR_ORIG_PORT_SRC);
	print_addr(&dst);
	print_port(ct, ATTR_REPL_PORT_SRC);
	print_way(from);
	print_way(to);
	print_before(ct, &dst);
}

static int each(enum nf_conntrack_msg_type type, struct nf_conntrack *ct,
		void *data)
{
	u8 family = nfct_get_attr_u8(ct, ATTR_ORIG_L3PROTO);

	(void)type;
	(void)data;
	if ((family == AF_INET || family == AF_INET6) && !is_over(ct))
		print_flow(ct);
	return NFCT_CB_CONTINUE;
}

int main(void)
{
	u32 family = AF_UNSPEC;
	struct nfct_handle *h;

	alarm(SECONDS);
	devices = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	rtnl = mnl_socket_open(NETLINK_ROUTE);
	if (devices < 0 || !rtnl || mnl_socket_bind(rtnl, 0, 0) < 0)
		die("sockets");
	h = nfct_open(CONNTRACK, 0);
	if (!h || nfct_callback_register(h, NFCT_T_ALL, each, NULL) ||
	    nfct_query(h, NFCT_Q_DUMP, &family))
		die("conntrack");
	nfct_close(h);
	if (fflush(stdout) || ferror(stdout))
		die("standard output");
	return 0;
}
