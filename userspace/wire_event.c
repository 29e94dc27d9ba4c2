// SPDX-License-Identifier: GPL-2.0
/* An event from attributes to a struct, and a packet in its words either way. */
#include <string.h>

#include "uapi/camfence.h"
#include "wire.h"
#include "wire_attr.h"

/* Stays in the message. */
static int get_text(const struct nlattr *a, const char **text)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0)
		return -1;
	*text = mnl_attr_get_str(a);
	return 0;
}

static int get_bytes(const struct nlattr *a, void *to, size_t len)
{
	if (!a)
		return 0;
	if (mnl_attr_get_payload_len(a) != len)
		return -1;
	memcpy(to, mnl_attr_get_payload(a), len);
	return 0;
}

static int get_u8(const struct nlattr *a, int *v)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_U8) < 0)
		return -1;
	*v = mnl_attr_get_u8(a);
	return 0;
}

static int get_u16(const struct nlattr *a, int *v)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_U16) < 0)
		return -1;
	*v = mnl_attr_get_u16(a);
	return 0;
}

static int get_addrs(const struct nlattr **tb, struct event *e)
{
	bool v4 = tb[CAMFENCE_EVENT_A_SRC4] && tb[CAMFENCE_EVENT_A_DST4];
	bool v6 = tb[CAMFENCE_EVENT_A_SRC6] && tb[CAMFENCE_EVENT_A_DST6];

	if (v4)
		e->family = 4;
	else if (v6)
		e->family = 6;
	if (v4 && (get_bytes(tb[CAMFENCE_EVENT_A_SRC4], e->src, 4) ||
		   get_bytes(tb[CAMFENCE_EVENT_A_DST4], e->dst, 4)))
		return -1;
	if (v6 && (get_bytes(tb[CAMFENCE_EVENT_A_SRC6], e->src, 16) ||
		   get_bytes(tb[CAMFENCE_EVENT_A_DST6], e->dst, 16)))
		return -1;
	return 0;
}

static int get_header(const struct nlattr **tb, struct event *e)
{
	e->proto = -1;
	e->sport = -1;
	e->dport = -1;
	e->icmp_type = -1;
	if (get_addrs(tb, e) || get_u8(tb[CAMFENCE_EVENT_A_PROTO], &e->proto) ||
	    get_u16(tb[CAMFENCE_EVENT_A_SPORT], &e->sport) ||
	    get_u16(tb[CAMFENCE_EVENT_A_DPORT], &e->dport) ||
	    get_u8(tb[CAMFENCE_EVENT_A_ICMP_TYPE], &e->icmp_type) ||
	    get_bytes(tb[CAMFENCE_EVENT_A_SMAC], e->smac, sizeof(e->smac)))
		return -1;
	return get_bytes(tb[CAMFENCE_EVENT_A_DMAC], e->dmac, sizeof(e->dmac));
}

static int get_names(const struct nlattr **tb, struct event *e)
{
	if (get_text(tb[CAMFENCE_EVENT_A_CAMERA], &e->camera) ||
	    get_text(tb[CAMFENCE_EVENT_A_POLICY], &e->policy) ||
	    get_text(tb[CAMFENCE_EVENT_A_SET], &e->set) ||
	    get_text(tb[CAMFENCE_EVENT_A_EXEMPTION], &e->exemption) ||
	    get_text(tb[CAMFENCE_EVENT_A_IN], &e->in))
		return -1;
	return get_text(tb[CAMFENCE_EVENT_A_OUT], &e->out);
}

static int get_nest(const struct nlattr *nest, struct event *e)
{
	const struct nlattr *tb[CAMFENCE_EVENT_A_MAX + 1];

	*e = (struct event){};
	if (!nest)
		return -1;
	attr_index(nest, tb, CAMFENCE_EVENT_A_MAX);
	e->is_packet = tb[CAMFENCE_EVENT_A_REASON];
	if (attr_u32(tb[CAMFENCE_EVENT_A_TYPE], &e->type) ||
	    attr_u64(tb[CAMFENCE_EVENT_A_SEQ], &e->seq) ||
	    attr_u64(tb[CAMFENCE_EVENT_A_TIME], &e->time) ||
	    attr_u32(tb[CAMFENCE_EVENT_A_REASON], &e->reason) ||
	    attr_u32(tb[CAMFENCE_EVENT_A_HOOK], &e->hook) ||
	    attr_u32(tb[CAMFENCE_EVENT_A_LENGTH], &e->length) ||
	    attr_u32(tb[CAMFENCE_EVENT_A_SUPPRESSED], &e->suppressed) ||
	    attr_u64(tb[CAMFENCE_EVENT_A_GENERATION], &e->generation) ||
	    attr_u32(tb[CAMFENCE_EVENT_A_PORTID], &e->portid) ||
	    attr_u32(tb[CAMFENCE_EVENT_A_PID], &e->pid) || get_names(tb, e))
		return -1;
	return get_header(tb, e);
}

/**
 * wire_get_event() - what one message to the group tells
 * @nlh: the message
 * @e: where to; its texts stay in the message
 *
 * Return: 0 or -1.
 */
int wire_get_event(const struct nlmsghdr *nlh, struct event *e)
{
	const struct nlattr *top[CAMFENCE_A_MAX + 1];

	wire_top(nlh, top);
	return get_nest(top[CAMFENCE_A_EVENT], e);
}

/**
 * wire_get_verdict() - what would become of a packet
 * @nlh: the message
 * @e: where to; its texts stay in the message
 *
 * Return: 0 or -1.
 */
int wire_get_verdict(const struct nlmsghdr *nlh, struct event *e)
{
	const struct nlattr *top[CAMFENCE_A_MAX + 1];

	wire_top(nlh, top);
	if (get_nest(top[CAMFENCE_A_PACKET], e) || !e->is_packet)
		return -1;
	return attr_u64(top[CAMFENCE_A_GENERATION], &e->generation);
}

static bool put_mac(struct nlmsghdr *nlh, size_t room, u16 attr,
		    const u8 mac[6])
{
	static const u8 none[6];

	return !memcmp(mac, none, sizeof(none)) ||
	       mnl_attr_put_check(nlh, room, attr, 6, mac);
}

static bool put_addrs(struct nlmsghdr *nlh, size_t room, const struct event *e)
{
	bool v4 = e->family == 4;
	size_t len = v4 ? 4 : 16;

	return mnl_attr_put_check(nlh, room, v4 ? CAMFENCE_EVENT_A_SRC4 :
				  CAMFENCE_EVENT_A_SRC6, len, e->src) &&
	       mnl_attr_put_check(nlh, room, v4 ? CAMFENCE_EVENT_A_DST4 :
				  CAMFENCE_EVENT_A_DST6, len, e->dst);
}

static bool put_transport(struct nlmsghdr *nlh, size_t room,
			  const struct event *e)
{
	if (!mnl_attr_put_u8_check(nlh, room, CAMFENCE_EVENT_A_PROTO, e->proto))
		return false;
	if (e->sport >= 0)
		return mnl_attr_put_u16_check(nlh, room, CAMFENCE_EVENT_A_SPORT,
					      e->sport) &&
		       mnl_attr_put_u16_check(nlh, room, CAMFENCE_EVENT_A_DPORT,
					      e->dport);
	return e->icmp_type < 0 ||
	       mnl_attr_put_u8_check(nlh, room, CAMFENCE_EVENT_A_ICMP_TYPE,
				     e->icmp_type);
}

static bool put_text(struct nlmsghdr *nlh, size_t room, u16 attr,
		     const char *text)
{
	return !text || mnl_attr_put_strz_check(nlh, room, attr, text);
}

/**
 * wire_put_packet() - a packet that is asked about
 * @nlh: the message
 * @room: the longest that it may become
 * @e: the packet: addresses, protocol and hook, and what it has of the rest
 *
 * Return: whether there was room.
 */
bool wire_put_packet(struct nlmsghdr *nlh, size_t room, const struct event *e)
{
	struct nlattr *nest = mnl_attr_nest_start_check(nlh, room,
							CAMFENCE_A_PACKET);

	if (!nest || !put_addrs(nlh, room, e) || !put_transport(nlh, room, e) ||
	    !put_mac(nlh, room, CAMFENCE_EVENT_A_SMAC, e->smac) ||
	    !put_mac(nlh, room, CAMFENCE_EVENT_A_DMAC, e->dmac) ||
	    !put_text(nlh, room, CAMFENCE_EVENT_A_IN, e->in) ||
	    !put_text(nlh, room, CAMFENCE_EVENT_A_OUT, e->out) ||
	    !mnl_attr_put_u32_check(nlh, room, CAMFENCE_EVENT_A_HOOK, e->hook) ||
	    !mnl_attr_put_u32_check(nlh, room, CAMFENCE_EVENT_A_CT, e->ct))
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}
