// SPDX-License-Identifier: GPL-2.0
/*
 * From a question to the packet that it means: a camera's name becomes the MAC
 * and the address that it is known by, what was left out becomes what is usual.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "question.h"
#include "suggest.h"

/* The first one that a system takes by itself, RFC 6335. */
#define SOME_PORT 49152

/* An end as the packet shows it. */
struct shown {
	struct range addr;
	u8 mac[6];
	const char *iface;
};

static int find_camera(const struct ruleset *rs, const char *name,
		       const struct camera **c, struct fault *f)
{
	char near[SUGGEST_TEXT];

	*c = ruleset_find(rs, KIND_CAMERA, name);
	if (!*c)
		*c = ruleset_find(rs, KIND_CATCH, name);
	if (*c)
		return 0;
	ruleset_suggest(rs, rs->n[KIND_CAMERA] ? KIND_CAMERA : KIND_CATCH, name,
			near);
	return fault_input(f, "there is no camera \"%s\"%s", name, near);
}

static const struct selector *first_of(const struct camera *c,
				       enum selector_type type, int family)
{
	size_t i;

	for (i = 0; i < c->n_selectors; i++)
		if (c->selector[i].type == type &&
		    (!family || c->selector[i].addr.family == family))
			return &c->selector[i];
	return NULL;
}

/* The first host of a subnet. */
static struct range host_of(const struct range *net)
{
	struct range r = *net;

	r.v4.first++;
	r.v4.last = r.v4.first;
	r.v6.first = u128_next(r.v6.first);
	r.v6.last = r.v6.first;
	return r;
}

/* As it is known most exactly; of the family that the other end has. */
static void show_camera(const struct camera *c, int family, struct shown *end)
{
	const struct selector *mac = first_of(c, SELECT_MAC, 0);
	const struct selector *addr = first_of(c, SELECT_ADDR, family);
	const struct selector *net = first_of(c, SELECT_NET, family);
	const struct selector *oui = first_of(c, SELECT_OUI, 0);
	const struct selector *iif = first_of(c, SELECT_IIF, 0);

	end->addr.family = family;
	if (mac)
		memcpy(end->mac, mac->mac, sizeof(end->mac));
	if (addr)
		end->addr = addr->addr;
	if (mac || addr)
		return;
	if (net) {
		end->addr = host_of(&net->addr);
	} else if (oui) {
		memcpy(end->mac, oui->mac, sizeof(end->mac));
		end->mac[5] |= 1;
	} else if (iif) {
		end->iface = iif->iif;
	}
}

static int show_end(const struct question_end *end, const struct ruleset *rs,
		    int family, struct shown *to, struct fault *f)
{
	const struct camera *c;
	int code;

	*to = (struct shown){ .addr.family = family };
	if (end->camera) {
		code = find_camera(rs, end->camera, &c, f);
		if (code)
			return code;
		show_camera(c, family, to);
	}
	if (end->addr.family)
		to->addr = end->addr;
	if (end->has_mac)
		memcpy(to->mac, end->mac, sizeof(to->mac));
	return 0;
}

/* Two cameras meet in a family that both are known by, IPv4 if in doubt. */
static int family_of(const struct question *q, const struct ruleset *rs)
{
	int i;

	for (i = 0; i < 2; i++)
		if (q->end[i].addr.family)
			return q->end[i].addr.family;
	for (i = 0; i < 2; i++) {
		const struct camera *c = ruleset_find(rs, KIND_CAMERA,
						      q->end[i].camera);

		if (c && !first_of(c, SELECT_ADDR, 4) &&
		    !first_of(c, SELECT_NET, 4) && first_of(c, SELECT_ADDR, 6))
			return 6;
	}
	return 4;
}

static void put_addr(u8 to[16], const struct range *r)
{
	int i;

	if (r->family == 6)
		u128_to_bytes(r->v6.first, to);
	for (i = 0; i < 4 && r->family == 4; i++)
		to[i] = r->v4.first >> (24 - 8 * i);
}

static int fill_transport(const struct question *q, int family,
			  struct event *p, struct fault *f)
{
	u8 type = family == 4 ? 8 : 128;
	int code = 0;
	size_t n = 0;

	p->sport = -1;
	p->dport = -1;
	p->icmp_type = -1;
	p->proto = q->proto;
	if (q->port >= 0) {
		p->sport = q->source_port >= 0 ? q->source_port : SOME_PORT;
		p->dport = q->port;
	}
	if (q->proto != IPPROTO_ICMP && q->proto != IPPROTO_ICMPV6)
		return 0;
	/* Either word means the family's own: nothing else is on the wire. */
	p->proto = family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	if (q->icmp_type && strchr(q->icmp_type, ','))
		return fault_input(f, "icmp-type \"%s\": expected one type",
				   q->icmp_type);
	if (q->icmp_type)
		code = parse_icmp_types(q->icmp_type, p->proto, &type, &n, f);
	p->icmp_type = type;
	return code;
}

/* As conntrack has it: of ICMP a question begins a flow, and nothing else. */
static bool begins_flow(const struct event *p)
{
	static const u8 questions4[] = { 8, 13, 15, 17 };

	if (p->icmp_type < 0)
		return true;
	if (p->family == 4)
		return memchr(questions4, p->icmp_type, sizeof(questions4));
	return p->icmp_type == 128 || p->icmp_type == 139;
}

static void swap(void *a, void *b, size_t len)
{
	u8 *x = a, *y = b, t;

	while (len--) {
		t = *x;
		*x++ = *y;
		*y++ = t;
	}
}

/**
 * packet_turn() - from a packet to its answer
 * @p: the packet
 *
 * Return: false where nothing answers it; @p is as it was.
 */
bool packet_turn(struct event *p)
{
	if (!begins_flow(p))
		return false;
	swap(p->src, p->dst, sizeof(p->src));
	swap(p->smac, p->dmac, sizeof(p->smac));
	swap(&p->sport, &p->dport, sizeof(p->sport));
	swap(&p->in, &p->out, sizeof(p->in));
	if (p->icmp_type == 8)
		p->icmp_type = 0;
	else if (p->icmp_type >= 0)
		p->icmp_type++;
	if (p->hook == CAMFENCE_HOOK_LOCAL_IN)
		p->hook = CAMFENCE_HOOK_LOCAL_OUT;
	else if (p->hook == CAMFENCE_HOOK_LOCAL_OUT)
		p->hook = CAMFENCE_HOOK_LOCAL_IN;
	p->ct = CAMFENCE_CT_REPLY;
	return true;
}

/* The router has neither MAC nor interface at its own end. */
static void hide_router(struct event *p)
{
	if (p->hook == CAMFENCE_HOOK_LOCAL_IN) {
		memset(p->dmac, 0, sizeof(p->dmac));
		p->out = NULL;
	} else if (p->hook == CAMFENCE_HOOK_LOCAL_OUT) {
		memset(p->smac, 0, sizeof(p->smac));
		p->in = NULL;
	}
}

/**
 * question_packet() - the packet that is meant
 * @q: the question
 * @rs: the ruleset, which knows the cameras
 * @packet: where to; it points into @q and @rs
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int question_packet(const struct question *q, const struct ruleset *rs,
		    struct event *packet, struct fault *f)
{
	int family = family_of(q, rs), code;
	struct shown from, to;
	char buf[4];

	code = show_end(&q->end[0], rs, family, &from, f);
	if (!code)
		code = show_end(&q->end[1], rs, family, &to, f);
	if (code)
		return code;
	if (from.addr.family != to.addr.family)
		return fault_input(f, "one end is IPv4, the other IPv6");
	*packet = (struct event){
		.is_packet = true,
		.family = family,
		.hook = q->hook < 0 ? CAMFENCE_HOOK_FORWARD : q->hook,
		.in = q->in ? q->in : from.iface,
		.out = q->out ? q->out : to.iface,
	};
	put_addr(packet->src, &from.addr);
	put_addr(packet->dst, &to.addr);
	memcpy(packet->smac, from.mac, sizeof(from.mac));
	memcpy(packet->dmac, to.mac, sizeof(to.mac));
	code = fill_transport(q, family, packet, f);
	packet->ct = q->ct == ASK_NEW && begins_flow(packet) ?
		     CAMFENCE_CT_ORIGINAL : CAMFENCE_CT_UNTRACKED;
	if (!code && q->ct == ASK_REPLY && !packet_turn(packet))
		code = fault_input(f, "icmp-type %s: nothing answers it",
				   icmp_type_text(packet->proto,
						  packet->icmp_type, buf));
	hide_router(packet);
	return code;
}
