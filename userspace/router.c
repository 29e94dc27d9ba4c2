// SPDX-License-Identifier: GPL-2.0
/* Addresses and neighbours by rtnetlink, two dumps in the tool's namespace. */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "mem.h"
#include "router.h"

#define TRIES 4
#define ANSWER_BYTES 32768

static bool take_addr(const struct nlattr *a, int family, struct range *r)
{
	const u8 *bytes = mnl_attr_get_payload(a);
	size_t len = mnl_attr_get_payload_len(a), i;

	*r = (struct range){};
	if (family == AF_INET && len == 4) {
		r->family = 4;
		for (i = 0; i < 4; i++)
			r->v4.first = r->v4.first << 8 | bytes[i];
		r->v4.last = r->v4.first;
	} else if (family == AF_INET6 && len == 16) {
		r->family = 6;
		r->v6.first = u128_from_bytes(bytes);
		r->v6.last = r->v6.first;
	}
	return r->family;
}

/* A name of a device that has gone meanwhile is empty. */
static void take_dev(unsigned int index, char dev[CAMFENCE_IFACE_LEN])
{
	char name[IF_NAMESIZE] = "";

	if_indextoname(index, name);
	memcpy(dev, name, sizeof(name));
}

/* IFA_LOCAL is the own one of a point-to-point link, where there is one. */
static int read_own(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a, *local = NULL;
	struct router *r = data;
	struct own_address own;

	if (m->ifa_scope == RT_SCOPE_HOST)
		return MNL_CB_OK;
	mnl_attr_for_each(a, nlh, sizeof(*m))
		if (mnl_attr_get_type(a) == IFA_LOCAL ||
		    (mnl_attr_get_type(a) == IFA_ADDRESS && !local))
			local = a;
	if (!local || !take_addr(local, m->ifa_family, &own.addr))
		return MNL_CB_OK;
	take_dev(m->ifa_index, own.dev);
	r->own = mem_grow(r->own, &r->cap_own, r->n_own + 1, sizeof(own));
	r->own[r->n_own++] = own;
	return MNL_CB_OK;
}

static int read_neighbour(const struct nlmsghdr *nlh, void *data)
{
	const struct ndmsg *m = mnl_nlmsg_get_payload(nlh);
	struct neighbour n = {};
	struct router *r = data;
	const struct nlattr *a;
	bool has_mac = false;

	if (m->ndm_state & (NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP))
		return MNL_CB_OK;
	mnl_attr_for_each(a, nlh, sizeof(*m)) {
		if (mnl_attr_get_type(a) == NDA_DST)
			take_addr(a, m->ndm_family, &n.addr);
		if (mnl_attr_get_type(a) != NDA_LLADDR ||
		    mnl_attr_get_payload_len(a) != sizeof(n.mac))
			continue;
		memcpy(n.mac, mnl_attr_get_payload(a), sizeof(n.mac));
		has_mac = true;
	}
	if (!n.addr.family || !has_mac)
		return MNL_CB_OK;
	take_dev(m->ndm_ifindex, n.dev);
	r->neighbour = mem_grow(r->neighbour, &r->cap_neighbours,
				r->n_neighbours + 1, sizeof(n));
	r->neighbour[r->n_neighbours++] = n;
	return MNL_CB_OK;
}

static int talk(struct mnl_socket *sock, u16 type, size_t header, mnl_cb_t cb,
		struct router *r)
{
	char buf[ANSWER_BYTES];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	int ret = MNL_CB_OK;
	ssize_t len;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = 1;
	mnl_nlmsg_put_extra_header(nlh, header);
	if (mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		return -1;
	while (ret > MNL_CB_STOP) {
		len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (len < 0)
			return -1;
		ret = mnl_cb_run(buf, len, 1, mnl_socket_get_portid(sock), cb,
				 r);
	}
	return ret;
}

/* What changes while it is told is told again; in the end some of it will do. */
static int dump(u16 type, size_t header, mnl_cb_t cb, struct router *r,
		struct fault *f)
{
	struct mnl_socket *sock;
	int ret, code = 0, tries = 0;

	do {
		sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
		ret = sock ? talk(sock, type, header, cb, r) : -1;
		if (ret && (!sock || errno != EINTR))
			code = fault_set(f, CODE_REFUSED,
					 "cannot ask for the router's addresses: %s",
					 strerror(errno));
		if (sock)
			mnl_socket_close(sock);
	} while (ret && !code && ++tries < TRIES);
	return code;
}

/**
 * router_read() - ask for the router's addresses and neighbours
 * @r: where to, zeroed; to be freed in any case
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int router_read(struct router *r, struct fault *f)
{
	int code = dump(RTM_GETADDR, sizeof(struct ifaddrmsg), read_own, r, f);

	return code ? code : dump(RTM_GETNEIGH, sizeof(struct ndmsg),
				  read_neighbour, r, f);
}

/**
 * router_has() - is it an address of the router's own?
 * @r: the router
 * @addr: the address
 *
 * Return: whether it is.
 */
bool router_has(const struct router *r, const struct range *addr)
{
	size_t i;

	for (i = 0; i < r->n_own; i++)
		if (range_equal(&r->own[i].addr, addr))
			return true;
	return false;
}

/* The device, and the gateway where there is one. */
static int read_route(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(nlh);
	struct neighbour *next = data;
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, sizeof(*m)) {
		if (mnl_attr_get_type(a) == RTA_GATEWAY)
			take_addr(a, m->rtm_family, &next->addr);
		if (mnl_attr_get_type(a) == RTA_OIF)
			take_dev(mnl_attr_get_u32(a), next->dev);
	}
	return MNL_CB_STOP;
}

static void ask_route(struct mnl_socket *sock, const struct range *to,
		      struct neighbour *next)
{
	char buf[MNL_NLMSG_HDRLEN + 256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(nlh, sizeof(*m));
	char answer[ANSWER_BYTES];
	u8 bytes[16];
	ssize_t len;

	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	m->rtm_family = to->family == 4 ? AF_INET : AF_INET6;
	m->rtm_dst_len = to->family == 4 ? 32 : 128;
	if (to->family == 4)
		mnl_attr_put_u32(nlh, RTA_DST, htonl(to->v4.first));
	else
		u128_to_bytes(to->v6.first, bytes);
	if (to->family == 6)
		mnl_attr_put(nlh, RTA_DST, sizeof(bytes), bytes);
	if (mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		return;
	len = mnl_socket_recvfrom(sock, answer, sizeof(answer));
	if (len > 0)
		mnl_cb_run(answer, len, 0, 0, read_route, next);
}

/**
 * router_way() - how packets reach an address
 * @r: the router
 * @to: the address
 * @w: where to, zeroed
 *
 * Some of it may not be known: then it is as if nobody could see it.
 */
void router_way(const struct router *r, const struct range *to, struct way *w)
{
	struct mnl_socket *sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	struct neighbour next = { .addr = *to };
	size_t i;

	if (!sock)
		return;
	ask_route(sock, to, &next);
	mnl_socket_close(sock);
	memcpy(w->dev, next.dev, sizeof(w->dev));
	for (i = 0; i < r->n_neighbours; i++) {
		const struct neighbour *n = &r->neighbour[i];

		if (range_equal(&n->addr, &next.addr) &&
		    !strcmp(n->dev, next.dev))
			memcpy(w->mac, n->mac, sizeof(w->mac));
	}
}

/**
 * router_free() - free what was read
 * @r: the router, nothing is known of it afterwards
 */
void router_free(struct router *r)
{
	free(r->own);
	free(r->neighbour);
	*r = (struct router){};
}
