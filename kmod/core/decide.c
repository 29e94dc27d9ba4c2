// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict. Which cameras does the packet concern, and for each, may it
 * exchange this packet with each of its remotes? The order of questions is
 * that of docs/semantics.md, section 4.
 */
#include "decide.h"

/* Cameras of one end: what the MAC names, or else names it alone; the address */
struct end {
	const struct cf_owner *of[2];
};

/* One camera at one end of one packet, or site at one end. */
struct party {
	const struct cf_rules *r;
	const struct cf_flow *f;
	u64 now;
	bool sends;
	u32 camera;			/* CF_NOTHING: site */
	u32 policy;
	struct cf_remotes remotes;
};

/* What an exemption is held against. */
struct query {
	struct cf_addr remote;
	u32 flags;			/* CF_FLOW_PORTS, CF_FLOW_ICMP */
	u16 port;			/* the remote's */
	u16 local_port;
	u8 proto;
	u8 icmp_type;
	u8 directions;			/* bits */
	bool router;			/* the remote is the router's */
	bool before;			/* ... and was not, before DNAT */
};

#define PASS false
#define DROP true
#define X(SYM, name, kind, text) kind,
static const bool drops[] = { CAMFENCE_REASONS(X) };

#undef X
#undef DROP
#undef PASS

/**
 * cf_reason_is_drop() - does a verdict of this reason drop the packet?
 * @reason: any
 *
 * Return: true if so.
 */
bool cf_reason_is_drop(enum camfence_reason reason)
{
	return drops[reason];
}

static const struct cf_rule_policy *policy_of(const struct party *p)
{
	return &p->r->policies[p->policy];
}

static bool port_in(const struct camfence_port_range *ports, u32 n, u16 port)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (port >= ports[i].first && port <= ports[i].last)
			return true;
	return false;
}

static bool ports_match(const struct cf_exemption *e, const struct query *q)
{
	if (!e->n_ports && !e->n_local_ports)
		return true;
	if (!(q->flags & CF_FLOW_PORTS))
		return false;
	return (!e->n_ports || port_in(e->ports, e->n_ports, q->port)) &&
	       (!e->n_local_ports ||
		port_in(e->local_ports, e->n_local_ports, q->local_port));
}

static bool icmp_matches(const struct cf_exemption *e, const struct query *q)
{
	return !e->n_icmp_types ||
	       (q->flags & CF_FLOW_ICMP &&
		memchr(e->icmp_types, q->icmp_type, e->n_icmp_types));
}

/* Without a clock (now is 0) only what has no date is live. */
static bool is_live(const struct cf_exemption *e, const struct party *p)
{
	if (!p->now)
		return !e->not_before && e->until == U64_MAX;
	return e->not_before <= p->now &&
	       (p->now < e->until || p->f->flags & CF_FLOW_ENDLESS);
}

static bool exemption_matches(const struct cf_exemption *e,
			      const struct query *q, const struct party *p)
{
	return (e->proto == CF_PROTO_ANY || e->proto == q->proto) &&
	       q->directions & 1 << e->direction && is_live(e, p) &&
	       ports_match(e, q) && icmp_matches(e, q);
}

static u64 sets_of(const struct cf_rules *r, const struct cf_addr *a)
{
	if (a->family == CF_IPV4)
		return cf_classify4(r->classify4, a->v4);
	if (a->family == CF_IPV6)
		return cf_classify6(r->classify6, a->v6);
	return 0;
}

/* Of those for prefixes the longest that the remote is in, then by name. */
static const struct cf_hole *search(const struct party *p,
				    const struct cf_exempted *of,
				    const struct query *q)
{
	const struct cf_hole *holes = p->r->holes, *hole;

	for (hole = cf_holes_find(holes, &of->holes, &q->remote); hole;
	     hole = cf_holes_next(holes, hole))
		if (exemption_matches(p->r->exemptions[hole->exemption], q, p))
			break;
	return hole;
}

/*
 * A redirected query is the router's, if it goes where an exemption for the
 * router says so by its port.
 */
static bool router_matches(const struct cf_exemption *e, const struct query *q)
{
	return e->router && q->router && (!q->before || e->n_ports);
}

/* Of those for sets or the router the first by name. */
static u32 search_wide(const struct party *p, const struct cf_span *wide,
		       const struct query *q)
{
	u32 i;

	for (i = wide->first; i < wide->first + wide->n; i++) {
		const struct cf_wide *w = &p->r->wide[i];
		const struct cf_exemption *e = p->r->exemptions[w->exemption];

		if (exemption_matches(e, q, p) &&
		    (router_matches(e, q) ||
		     (w->sets && w->sets & sets_of(p->r, &q->remote))))
			return w->exemption;
	}
	return CF_NOTHING;
}

/*
 * The longest prefix of the camera's and the policy's, then by name; a set and
 * the router rank as a prefix of length 0.
 */
static u32 find_exemption(const struct party *p, const struct query *q)
{
	const struct cf_exempted *of[2] = { &policy_of(p)->exempted, NULL };
	u32 best = CF_NOTHING;
	unsigned int i;
	int len = 0;

	if (p->camera != CF_NOTHING)
		of[1] = &p->r->cameras[p->camera].exempted;
	for (i = 0; i < 2 && of[i]; i++) {
		const struct cf_hole *hole = search(p, of[i], q);

		if (!hole || hole->len < len ||
		    (hole->len == len && hole->exemption > best))
			continue;
		len = hole->len;
		best = hole->exemption;
	}
	for (i = 0; !len && i < 2 && of[i]; i++)
		best = min(best, search_wide(p, &of[i]->wide, q));
	return best;
}

/* The packet's own header, towards one of its remotes. */
static struct query header_query(const struct party *p,
				 const struct cf_remote *remote)
{
	const struct cf_flow *f = p->f;
	struct query q = {
		.remote = remote->addr,
		.flags = f->flags,
		.port = p->sends ? f->dport : f->sport,
		.local_port = p->sends ? f->sport : f->dport,
		.proto = f->proto,
		.icmp_type = f->icmp_type,
		.directions = 1 << CAMFENCE_DIRECTION_BOTH,
		.before = remote->kind == CF_REMOTE_BEFORE,
	};

	if (q.before)
		q.port = f->before_port;
	if (remote->kind == CF_REMOTE_INNER)
		q.flags = 0;
	else if (!remote->hidden)
		q.router = f->flags & (p->sends ? CF_FLOW_DST_OWN :
						  CF_FLOW_SRC_OWN);
	return q;
}

/* The flow that conntrack knows, as its first packet was, at FORWARD. */
static struct query original_query(const struct party *p, bool began)
{
	const struct cf_tuple *t = &p->f->original;

	return (struct query){
		.remote = cf_remote_written(&p->r->nat64,
					    began ? &t->dst : &t->src),
		.flags = t->flags,
		.port = began ? t->dport : t->sport,
		.local_port = began ? t->sport : t->dport,
		.proto = t->proto,
		.icmp_type = t->icmp_type,
		.directions = 1 << CAMFENCE_DIRECTION_BOTH |
			      1 << (began ? CAMFENCE_DIRECTION_OUT :
					    CAMFENCE_DIRECTION_IN),
		.router = t->flags & (began ? CF_FLOW_DST_OWN :
					      CF_FLOW_SRC_OWN),
	};
}

static u32 exempted(const struct party *p, const struct cf_remote *remote)
{
	struct query q = header_query(p, remote);

	/* An ICMP error has no direction of its own: its header is matched. */
	if (p->f->hook == CF_HOOK_BRIDGE ||
	    (p->f->ct != CF_CT_NONE && p->f->ct != CF_CT_REPLY))
		q.directions |= 1 << (p->sends ? CAMFENCE_DIRECTION_OUT :
						 CAMFENCE_DIRECTION_IN);
	return find_exemption(p, &q);
}

/* A bridge knows no flows: only TCP shows by itself that it is an answer. */
static u32 replies_bridged(const struct party *p,
			   const struct cf_remote *remote)
{
	struct query q = header_query(p, remote);

	if (!(p->f->flags & CF_FLOW_TCP_ACK))
		return CF_NOTHING;
	q.directions = 1 << (p->sends ? CAMFENCE_DIRECTION_IN :
					CAMFENCE_DIRECTION_OUT);
	return find_exemption(p, &q);
}

/*
 * Held against the flow's own remote and what that hides; an inner header is
 * matched by its address, without ports.
 */
static u32 replies(const struct party *p, const struct cf_remote *remote)
{
	struct cf_remotes flow = { .n = 0 };
	struct query q;

	if (p->f->flags & CF_FLOW_LATER_FRAGMENT)
		return CF_NOTHING;
	if (p->f->hook == CF_HOOK_BRIDGE)
		return replies_bridged(p, remote);
	if (p->f->ct != CF_CT_REPLY)
		return CF_NOTHING;
	q = original_query(p, !p->sends);
	q.directions &= ~(1 << CAMFENCE_DIRECTION_BOTH);
	cf_remote_add(&flow, &p->r->nat64, &q.remote, CF_REMOTE_HEADER);
	if (remote->kind == CF_REMOTE_INNER) {
		q.remote = remote->addr;
		q.router = false;
		q.flags = 0;
	} else if (remote->hidden) {
		if (flow.n < 2)
			return CF_NOTHING;
		q.remote = flow.of[1].addr;
		q.router = false;
	}
	if (p->f->flags & (CF_FLOW_MALFORMED | CF_FLOW_SOURCE_ROUTE))
		q.flags &= ~CF_FLOW_PORTS;
	return find_exemption(p, &q);
}

static u32 first_of(const u8 *order, u32 n, u64 mask)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (mask & BIT_ULL(order[i]))
			return order[i];
	return CF_NOTHING;
}

static void judge_by_sets(const struct cf_rules *r,
			  const struct cf_rule_policy *policy,
			  const struct cf_addr *remote, struct cf_verdict *v)
{
	u64 mask = sets_of(r, remote);

	if (mask & policy->allow) {
		v->reason = CAMFENCE_REASON_ALLOW;
		v->set = first_of(policy->order, policy->n_allow, mask);
	} else if (mask & policy->block) {
		v->reason = CAMFENCE_REASON_BLOCK;
		v->set = first_of(policy->order + policy->n_allow,
				  policy->n_block, mask);
	} else {
		v->reason = policy->dflt == CAMFENCE_DEFAULT_DROP ?
			    CAMFENCE_REASON_DEFAULT_DROP :
			    CAMFENCE_REASON_DEFAULT_PASS;
	}
}

/* Does a remote of the flow that conntrack knows pass by exemption or allow? */
static bool judge_original(const struct party *p, const struct query *q,
			   bool tunnel, struct cf_verdict *v)
{
	v->exemption = find_exemption(p, q);
	if (v->exemption != CF_NOTHING)
		return true;
	if (tunnel)
		return false;
	judge_by_sets(p->r, policy_of(p), &q->remote, v);
	return v->reason == CAMFENCE_REASON_ALLOW;
}

/* Does a tunnel from one end, perhaps to the router, need an exemption? */
static bool stops_tunnels(const struct party *p, bool from, bool to_router)
{
	return from && p->camera != CF_NOTHING &&
	       (to_router || policy_of(p)->dflt == CAMFENCE_DEFAULT_DROP);
}

/* Is it an ICMP error about a flow of the camera's that may pass? */
static bool related(const struct party *p, struct cf_verdict *v)
{
	bool away = p->f->ct == CF_CT_RELATED;
	/* The camera began the flow, so that its other end is the remote? */
	bool began = p->sends == away;
	struct cf_verdict first = *v, next = *v;
	struct cf_remotes remotes = { .n = 0 };
	bool tunnel;
	struct query q;
	unsigned int i;

	if (!(p->f->flags & CF_FLOW_ICMP_ERROR) ||
	    (p->f->ct != CF_CT_RELATED && p->f->ct != CF_CT_RELATED_REPLY))
		return false;
	q = original_query(p, began);
	tunnel = cf_is_tunnel(q.proto, q.port) &&
		 stops_tunnels(p, began, p->f->original.flags & CF_FLOW_DST_OWN);
	if (!judge_original(p, &q, tunnel, &first))
		return false;
	cf_remote_add(&remotes, &p->r->nat64, &q.remote, CF_REMOTE_HEADER);
	q.router = false;
	for (i = 1; i < remotes.n; i++) {
		q.remote = remotes.of[i].addr;
		if (!judge_original(p, &q, tunnel, &next))
			return false;
	}
	*v = first;
	return true;
}

static void judge(const struct party *p, unsigned int i, struct cf_verdict *v)
{
	const struct cf_remote *remote = &p->remotes.of[i];

	v->exemption = exempted(p, remote);
	if (v->exemption != CF_NOTHING) {
		v->reason = CAMFENCE_REASON_EXEMPTION;
		return;
	}
	v->exemption = replies(p, remote);
	if (v->exemption != CF_NOTHING)
		v->reason = CAMFENCE_REASON_REPLY;
	else if (related(p, v))
		v->reason = CAMFENCE_REASON_ICMP_RELATED;
	else if (p->f->flags & CF_FLOW_TUNNEL &&
		 stops_tunnels(p, p->sends, p->f->hook == CF_HOOK_LOCAL_IN))
		v->reason = CAMFENCE_REASON_TUNNEL;
	else
		judge_by_sets(p->r, policy_of(p), &remote->addr, v);
}

/* Is it what keeps a link going, at a hook where that is nobody's business? */
static bool is_l2_control(const struct cf_flow *f)
{
	if (f->hook == CF_HOOK_FORWARD)
		return false;
	if (f->hook == CF_HOOK_EGRESS)
		return f->flags & CF_FLOW_ND;
	return f->flags & (CF_FLOW_ND | CF_FLOW_MEMBERSHIP);
}

/* From or to a camera not where neighbour discovery could carry data away. */
static bool is_plain_l2_control(const struct party *p)
{
	const struct cf_addr *remote = &p->remotes.of[0].addr;

	if (!is_l2_control(p->f))
		return false;
	if (p->f->flags & CF_FLOW_MEMBERSHIP)
		return true;
	return p->remotes.n == 1 && remote->family == CF_IPV6 &&
	       !(sets_of(p->r, remote) & policy_of(p)->block);
}

/* Step 0: what no exemption is asked about. */
static bool judge_packet(const struct party *p, struct cf_verdict *v)
{
	u32 flags = p->f->flags;

	if (p->camera == CF_NOTHING)
		return false;
	if (p->sends && flags & CF_FLOW_MALFORMED)
		v->reason = CAMFENCE_REASON_MALFORMED;
	else if (p->sends && flags & CF_FLOW_SOURCE_ROUTE)
		v->reason = CAMFENCE_REASON_SOURCE_ROUTE;
	else if (flags & CF_FLOW_ETHERTYPE)
		v->reason = CAMFENCE_REASON_ETHERTYPE;
	else if (is_plain_l2_control(p))
		v->reason = CAMFENCE_REASON_L2_CONTROL;
	else
		return false;
	return true;
}

static void act(const struct party *p, struct cf_verdict *v)
{
	bool answered = v->reason == CAMFENCE_REASON_BLOCK ||
			v->reason == CAMFENCE_REASON_DEFAULT_DROP;

	if (v->reason == CAMFENCE_REASON_L2_CONTROL)
		return;
	v->camera = p->camera;
	v->policy = p->policy;
	if (!cf_reason_is_drop(v->reason))
		return;
	if (policy_of(p)->action == CAMFENCE_ACTION_AUDIT)
		v->reason = CAMFENCE_REASON_AUDIT;
	else if (policy_of(p)->action == CAMFENCE_ACTION_REJECT)
		v->reject = answered && p->sends && p->camera != CF_NOTHING &&
			    (p->f->hook == CF_HOOK_FORWARD ||
			     p->f->hook == CF_HOOK_LOCAL_IN);
}

/*
 * A drop ends it; before that, the first audit counts, else the first of all.
 *
 * Return: true if the packet is dropped
 */
static bool keep(const struct party *p, const struct cf_remote *remote,
		 struct cf_verdict next, struct cf_verdict *v)
{
	bool first = v->reason == CAMFENCE_REASON_NO_CAMERA;
	const struct cf_judgement step = {
		p->sends, p->camera, p->policy, remote, &next,
	};

	act(p, &next);
	cf_observe(&step);
	if (first || cf_reason_is_drop(next.reason) ||
	    (next.reason == CAMFENCE_REASON_AUDIT &&
	     v->reason != CAMFENCE_REASON_AUDIT))
		*v = next;
	return cf_reason_is_drop(v->reason);
}

static bool judge_party(const struct party *p, struct cf_verdict *v)
{
	struct cf_verdict next = cf_verdict_none();
	unsigned int i;

	if (judge_packet(p, &next))
		return keep(p, NULL, next, v);
	for (i = 0; i < p->remotes.n; i++) {
		next = cf_verdict_none();
		judge(p, i, &next);
		if (keep(p, &p->remotes.of[i], next, v))
			return true;
	}
	return false;
}

static void list_remotes(struct party *p)
{
	const struct cf_flow *f = p->f;
	const struct cf_addr *inner = p->sends ? &f->inner_dst : &f->inner_src;
	/* What a stranger sends to the router itself is nobody's business. */
	bool site = p->camera == CF_NOTHING && p->sends &&
		    f->hook == CF_HOOK_LOCAL_IN;

	p->remotes.n = 0;
	if (!site || !(f->flags & CF_FLOW_DST_OWN))
		cf_remote_add(&p->remotes, &p->r->nat64,
			      p->sends ? &f->dst : &f->src, CF_REMOTE_HEADER);
	if (p->sends && f->before.family != CF_NONE &&
	    (!site || !(f->flags & CF_FLOW_BEFORE_OWN)))
		cf_remote_add(&p->remotes, &p->r->nat64, &f->before,
			      CF_REMOTE_BEFORE);
	if (inner->family != CF_NONE)
		cf_remote_add(&p->remotes, &p->r->nat64, inner,
			      CF_REMOTE_INNER);
}

static bool has(const struct cf_rules *r, const struct cf_owner *o, u32 camera)
{
	while (o && o->camera != camera)
		o = cf_cameras_next(r->table, o);
	return o;
}

/* Of some cameras of an end, all but @others. Return: true if it is dropped */
static bool judge_cameras(struct party *p, const struct cf_owner *o,
			  const struct cf_owner *others, struct cf_verdict *v)
{
	const struct cf_rules *r = p->r;

	for (; o; o = cf_cameras_next(r->table, o)) {
		if (has(r, others, o->camera))
			continue;
		p->camera = o->camera;
		p->policy = r->cameras[o->camera].policy;
		if (judge_party(p, v))
			return true;
	}
	return false;
}

/* Return: true if the packet is dropped */
static bool judge_end(struct party *p, const struct end *e,
		      struct cf_verdict *v)
{
	if (!e->of[0] && !e->of[1])
		return false;
	list_remotes(p);
	/* At egress, whom the address names has been judged before. */
	if (p->f->hook == CF_HOOK_EGRESS)
		return judge_cameras(p, e->of[0], e->of[1], v);
	return judge_cameras(p, e->of[0], NULL, v) ||
	       judge_cameras(p, e->of[1], e->of[0], v);
}

static void name_exactly(const struct cf_rules *r, struct end *e, u64 mac,
			 const struct cf_addr *written)
{
	e->of[0] = mac ? cf_cameras_by_mac(r->table, mac) : NULL;
	e->of[1] = cf_cameras_by_addr(r->table, written);
}

/* Whose end it is; @exact: by MAC or address alone, or else nobody's. */
static void name_end(const struct cf_rules *r, struct end *e, u64 mac,
		     const struct cf_addr *addr, const char *iface, bool exact)
{
	struct cf_addr a = cf_remote_written(&r->nat64, addr);

	name_exactly(r, e, mac, &a);
	if (exact || r->exact || e->of[0] || e->of[1])
		return;
	e->of[0] = cf_cameras_by_subnet(r->table, &a);
	if (!e->of[0])
		e->of[0] = cf_cameras_by_kind(r->table, mac, iface, false);
	if (!e->of[0])
		e->of[0] = cf_cameras_by_kind(r->table, mac, iface, true);
}

static void name_ends(const struct cf_rules *r, const struct cf_flow *f,
		      struct end *from, struct end *to)
{
	static const struct cf_addr nobody = { .family = CF_NONE };
	bool out = f->hook == CF_HOOK_LOCAL_OUT;
	bool in = f->hook == CF_HOOK_LOCAL_IN;
	bool exact = f->flags & (CF_FLOW_GROUP | CF_FLOW_MAC_LATER);

	*from = (struct end){ { NULL, NULL } };
	if (f->hook != CF_HOOK_EGRESS)
		name_end(r, from, out ? 0 : f->smac,
			 f->flags & CF_FLOW_SRC_OWN ? &nobody : &f->src,
			 out ? NULL : f->in, false);
	name_end(r, to, in || exact ? 0 : f->dmac,
		 f->flags & CF_FLOW_DST_OWN ? &nobody : &f->dst,
		 in ? NULL : f->out, exact);
}

/* Does somebody else use the address of a camera whose MAC is known? */
static void suspect(const struct cf_rules *r, u64 smac, enum cf_hook hook,
		    const struct end *from, struct cf_verdict *v)
{
	const struct cf_owner *o;

	if (!smac)
		return;
	for (o = from->of[1]; o; o = cf_cameras_next(r->table, o))
		if (has(r, from->of[0], o->camera))
			return;
	for (o = from->of[1]; o; o = cf_cameras_next(r->table, o))
		if (from->of[0] || r->cameras[o->camera].has_mac) {
			v->spoofed = o->camera;
			v->spoof_if_on_link = !from->of[0] &&
					      hook != CF_HOOK_BRIDGE;
			return;
		}
}

/* Where no camera is: the destination, then the source. */
static void judge_site(struct party *p, struct cf_verdict *v)
{
	enum cf_hook hook = p->f->hook;

	if (p->r->site == CF_NOTHING || hook == CF_HOOK_EGRESS ||
	    p->f->flags & CF_FLOW_ETHERTYPE)
		return;
	p->camera = CF_NOTHING;
	p->policy = p->r->site;
	p->sends = true;
	list_remotes(p);
	if (judge_party(p, v) || hook == CF_HOOK_LOCAL_OUT)
		return;
	p->sends = false;
	list_remotes(p);
	judge_party(p, v);
}

/* Does an owner name this camera alone, or nobody? */
static bool is_alone(const struct cf_rules *r, const struct cf_owner *o,
		     u32 camera)
{
	return !o || (o->camera == camera && !cf_cameras_next(r->table, o));
}

static bool has_any(const struct cf_exempted *of)
{
	return of->holes.ipv4.n || of->holes.ipv6.n || of->wide.n;
}

/* One camera and one remote, no exemption, nobody to be told: the sets decide. */
static bool judge_plainly(const struct cf_rules *r, const struct end *e,
			  const struct cf_addr *remote, struct cf_verdict *v)
{
	u32 camera = (e->of[0] ?: e->of[1])->camera;
	const struct cf_rule_camera *c = &r->cameras[camera];
	const struct cf_rule_policy *policy = &r->policies[c->policy];

	if (!is_alone(r, e->of[0], camera) || !is_alone(r, e->of[1], camera) ||
	    cf_remote_hides(remote) || has_any(&c->exempted) ||
	    has_any(&policy->exempted) ||
	    policy->action != CAMFENCE_ACTION_DROP ||
	    r->in->policies[c->policy]->nflog)
		return false;
	v->camera = camera;
	v->policy = c->policy;
	judge_by_sets(r, policy, remote, v);
	return true;
}

/* An address as it is written: in @room, or where it stands already. */
static const struct cf_addr *written(const struct cf_rules *r,
				     const struct cf_addr *addr,
				     struct cf_addr *room)
{
	if (addr->family == CF_IPV4)
		return addr;
	*room = cf_remote_written(&r->nat64, addr);
	return room;
}

/**
 * cf_decide_plainly() - the short way: what the ends alone decide at FORWARD
 * @r: the ruleset
 * @smac: the sender's MAC, or 0
 * @dmac: the receiver's, or 0
 * @src: the packet's source
 * @dst: its destination, which is no next stop of a source route
 * @v: the verdict
 *
 * Context as cf_decide(). @v is what that would answer: of no camera whatever
 * else the packet is like; of a camera if it is whole TCP or UDP right behind
 * its IP header and no tunnel. Conntrack's flow is asked about exemptions and
 * ICMP errors alone, of which there is none then.
 *
 * Return: false if cf_decide() has to be asked.
 */
bool cf_decide_plainly(const struct cf_rules *r, u64 smac, u64 dmac,
		       const struct cf_addr *src, const struct cf_addr *dst,
		       struct cf_verdict *v)
{
	struct cf_addr room_src, room_dst;
	struct end from, to;
	bool sends, receives;

	if (!r->plain)
		return false;
	src = written(r, src, &room_src);
	dst = written(r, dst, &room_dst);
	name_exactly(r, &from, smac, src);
	name_exactly(r, &to, dmac, dst);
	sends = from.of[0] || from.of[1];
	receives = to.of[0] || to.of[1];
	*v = cf_verdict_none();
	if (!sends)
		return !receives || judge_plainly(r, &to, src, v);
	v->senders[0] = from.of[0];
	v->senders[1] = from.of[1];
	suspect(r, smac, CF_HOOK_FORWARD, &from, v);
	return !receives && v->spoofed == CF_NOTHING &&
	       judge_plainly(r, &from, dst, v);
}

/**
 * cf_decide() - may a packet pass, and why?
 * @r: the ruleset
 * @f: the packet
 * @now: seconds since 1970, or 0 while the clock cannot be right: then no
 *	exemption with a date is live
 * @v: the verdict
 *
 * Any context; the caller holds @r, in the kernel by RCU. Allocates nothing,
 * writes nothing but @v.
 */
void cf_decide(const struct cf_rules *r, const struct cf_flow *f, u64 now,
	       struct cf_verdict *v)
{
	struct end from, to;
	struct party p;
	bool stranger;

	p.r = r;
	p.f = f;
	p.now = now;
	*v = cf_verdict_none();
	name_ends(r, f, &from, &to);
	stranger = !from.of[0] && !from.of[1] && !to.of[0] && !to.of[1];
	if (stranger && !is_l2_control(f))
		judge_site(&p, v);
	p.sends = true;
	if (!judge_end(&p, &from, v)) {
		p.sends = false;
		judge_end(&p, &to, v);
	}
	if (v->reason == CAMFENCE_REASON_NO_CAMERA && is_l2_control(f))
		v->reason = CAMFENCE_REASON_L2_CONTROL;
	v->senders[0] = from.of[0];
	v->senders[1] = from.of[1];
	suspect(r, f->smac, f->hook, &from, v);
}
