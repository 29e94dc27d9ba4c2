// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict. Which cameras does the packet concern, and for each, may it
 * exchange this packet with each of its remotes? The order of questions is
 * that of docs/semantics.md, section 4.
 */
#include "decide.h"
#include "remote.h"

/* One camera at one end of one packet. */
struct party {
	const struct cf_rules *r;
	const struct cf_flow *f;
	u64 now;
	u32 camera;
	bool sends;
	const struct cf_rule_policy *policy;
};

/* What an exemption is held against. */
struct query {
	struct cf_addr remote;
	u16 port;
	u8 proto;
	bool ports;
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

static bool port_matches(const struct cf_exemption *e, u16 port)
{
	u32 i;

	for (i = 0; i < e->n_ports; i++)
		if (port >= e->ports[i].first && port <= e->ports[i].last)
			return true;
	return false;
}

/* Without a clock (now is 0) only what has no date is live. */
static bool is_live(const struct cf_exemption *e, u64 now)
{
	if (!now)
		return !e->not_before && e->until == U64_MAX;
	return e->not_before <= now && now < e->until;
}

static bool exemption_matches(const struct cf_exemption *e,
			      const struct query *q, u64 now)
{
	if (!is_live(e, now))
		return false;
	if (e->proto != CF_PROTO_ANY && e->proto != q->proto)
		return false;
	return !e->n_ports || (q->ports && port_matches(e, q->port));
}

/* The first hole of a group that is not below an address. */
static const struct cf_hole *lower_bound(const struct cf_hole *hole, u32 n,
					 const struct cf_addr *addr)
{
	while (n) {
		u32 half = n / 2;

		if (cf_addr_cmp(&hole[half].prefix.addr, addr) < 0) {
			hole += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return hole;
}

static const struct cf_hole *search_group(const struct party *p,
					  const struct cf_group *g,
					  const struct query *q)
{
	const struct cf_hole *hole = p->r->holes + g->holes.first;
	const struct cf_hole *end = hole + g->holes.n;
	struct cf_addr first = cf_addr_mask(q->remote, g->len);

	hole = lower_bound(hole, g->holes.n, &first);
	for (; hole < end && !cf_addr_cmp(&hole->prefix.addr, &first); hole++)
		if (exemption_matches(p->r->exemptions[hole->exemption], q,
				      p->now))
			return hole;
	return NULL;
}

/* One search for each prefix length in use, the longest first. */
static const struct cf_hole *search(const struct party *p,
				    const struct cf_span *groups,
				    const struct query *q)
{
	const struct cf_group *g = p->r->groups + groups->first;
	const struct cf_group *end = g + groups->n;

	for (; g < end; g++) {
		const struct cf_hole *hole;

		if (g->family != q->remote.family)
			continue;
		hole = search_group(p, g, q);
		if (hole)
			return hole;
	}
	return NULL;
}

/* The longest prefix of the camera's and the policy's, then by name. */
static u32 find_exemption(const struct party *p, const struct query *q)
{
	const struct cf_hole *a, *b;

	a = search(p, &p->r->cameras[p->camera].groups, q);
	b = search(p, &p->policy->groups, q);
	if (a && b)
		return a->prefix.len > b->prefix.len ||
		       (a->prefix.len == b->prefix.len &&
			a->exemption < b->exemption) ? a->exemption :
						       b->exemption;
	if (a || b)
		return a ? a->exemption : b->exemption;
	return CF_NOTHING;
}

static u64 sets_of(const struct cf_rules *r, const struct cf_addr *a)
{
	switch (a->family) {
	case CF_IPV4:
		return cf_classify4(r->classify4, a->v4);
	case CF_IPV6:
		return cf_classify6(r->classify6, a->v6);
	case CF_NONE:
		break;
	}
	return 0;
}

static u32 exempted(const struct party *p, const struct cf_addr *remote,
		    bool inner)
{
	struct query q = {
		.remote = *remote,
		.port = p->f->dport,
		.proto = p->f->proto,
		.ports = p->f->flags & CF_FLOW_PORTS && !inner,
	};

	/* An ICMP error has no direction of its own: its header is matched. */
	if (!p->sends || p->f->ct == CF_CT_NONE || p->f->ct == CF_CT_REPLY)
		return CF_NOTHING;
	return find_exemption(p, &q);
}

/* The exemption that lets the flow which conntrack knows out to a remote. */
static u32 original_exempted(const struct party *p,
			     const struct cf_addr *remote, bool ports)
{
	struct query q = {
		.remote = *remote,
		.port = p->f->original.dport,
		.proto = p->f->original.proto,
		.ports = p->f->original.ports && ports,
	};

	return find_exemption(p, &q);
}

/*
 * For the first remote that is the address which the flow began with. What it
 * hides must be exempted as well, by itself; an inner header has no ports.
 */
static u32 replies(const struct party *p, const struct cf_remotes *remotes,
		   unsigned int i)
{
	u16 flags = p->f->flags;
	bool ports = i < remotes->n_outer &&
		     !(flags & (CF_FLOW_MALFORMED | CF_FLOW_SOURCE_ROUTE));
	struct cf_addr remote = remotes->addr[i];

	if (p->sends || p->f->ct != CF_CT_REPLY ||
	    flags & CF_FLOW_LATER_FRAGMENT)
		return CF_NOTHING;
	if (!i)
		remote = cf_remote_plain(&p->f->original.dst);
	return original_exempted(p, &remote, ports);
}

static u32 first_of(const u8 *order, u32 n, u64 mask)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (mask & BIT_ULL(order[i]))
			return order[i];
	return CF_NOTHING;
}

static void judge_by_sets(const struct party *p, const struct cf_addr *remote,
			  struct cf_verdict *v)
{
	const struct cf_rule_policy *policy = p->policy;
	u64 mask = sets_of(p->r, remote);

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

/* Would a remote of the flow that conntrack knows pass, and why? */
static void judge_original(const struct party *p, const struct cf_addr *remote,
			   bool began, struct cf_verdict *v)
{
	v->exemption = began ? original_exempted(p, remote, true) : CF_NOTHING;
	if (v->exemption != CF_NOTHING)
		v->reason = CAMFENCE_REASON_EXEMPTION;
	else
		judge_by_sets(p, remote, v);
}

/* Is it an ICMP error about a flow of the camera's that may pass? */
static bool related(const struct party *p, struct cf_verdict *v)
{
	bool away = p->f->ct == CF_CT_RELATED;
	/* The camera began the flow, so that its other end is the remote? */
	bool began = p->sends == away;
	const struct cf_tuple *flow = &p->f->original;
	struct cf_addr none = { .family = CF_NONE };
	struct cf_verdict first = *v, next = *v;
	struct cf_remotes remotes;
	unsigned int i;

	if (!(p->f->flags & CF_FLOW_ICMP_ERROR) ||
	    (p->f->ct != CF_CT_RELATED && p->f->ct != CF_CT_RELATED_REPLY))
		return false;
	cf_remote_list(&remotes, began ? &flow->dst : &flow->src, &none);
	judge_original(p, &remotes.addr[0], began, &first);
	if (first.reason != CAMFENCE_REASON_EXEMPTION &&
	    first.reason != CAMFENCE_REASON_ALLOW)
		return false;
	for (i = 1; i < remotes.n; i++) {
		judge_original(p, &remotes.addr[i], began, &next);
		if (cf_reason_is_drop(next.reason))
			return false;
	}
	*v = first;
	return true;
}

static void judge(const struct party *p, const struct cf_remotes *remotes,
		  unsigned int i, struct cf_verdict *v)
{
	const struct cf_addr *remote = &remotes->addr[i];
	u16 flags = p->f->flags;

	if (p->sends && flags & CF_FLOW_MALFORMED) {
		v->reason = CAMFENCE_REASON_MALFORMED;
		return;
	}
	if (p->sends && flags & CF_FLOW_SOURCE_ROUTE) {
		v->reason = CAMFENCE_REASON_SOURCE_ROUTE;
		return;
	}
	v->exemption = exempted(p, remote, i >= remotes->n_outer);
	if (v->exemption != CF_NOTHING) {
		v->reason = CAMFENCE_REASON_EXEMPTION;
		return;
	}
	v->exemption = replies(p, remotes, i);
	if (v->exemption != CF_NOTHING) {
		v->reason = CAMFENCE_REASON_REPLY;
		return;
	}
	if (related(p, v)) {
		v->reason = CAMFENCE_REASON_ICMP_RELATED;
		return;
	}
	if (p->sends && flags & CF_FLOW_TUNNEL &&
	    p->policy->dflt == CAMFENCE_DEFAULT_DROP) {
		v->reason = CAMFENCE_REASON_TUNNEL;
		return;
	}
	judge_by_sets(p, remote, v);
}

static struct cf_verdict no_verdict(void)
{
	return (struct cf_verdict){
		.reason = CAMFENCE_REASON_NO_CAMERA,
		.camera = CF_NOTHING,
		.policy = CF_NOTHING,
		.set = CF_NOTHING,
		.exemption = CF_NOTHING,
		.senders = { CF_NOTHING, CF_NOTHING },
	};
}

/* A drop ends it; before that, the first audit counts, else the first of all. */
static bool judge_party(const struct party *p, const struct cf_remotes *remotes,
			struct cf_verdict *v)
{
	unsigned int i;

	for (i = 0; i < remotes->n; i++) {
		struct cf_verdict next = no_verdict();

		next.camera = p->camera;
		next.policy = p->r->cameras[p->camera].policy;
		judge(p, remotes, i, &next);
		if (cf_reason_is_drop(next.reason) &&
		    p->policy->action == CAMFENCE_ACTION_AUDIT)
			next.reason = CAMFENCE_REASON_AUDIT;
		if (v->reason == CAMFENCE_REASON_NO_CAMERA ||
		    cf_reason_is_drop(next.reason) ||
		    (next.reason == CAMFENCE_REASON_AUDIT &&
		     v->reason != CAMFENCE_REASON_AUDIT))
			*v = next;
		if (cf_reason_is_drop(v->reason))
			return true;
	}
	return false;
}

/* Return: true if the packet is dropped */
static bool judge_end(const struct cf_rules *r, const struct cf_flow *f,
		      u64 now, const u32 *cameras, bool sends,
		      struct cf_verdict *v)
{
	struct cf_remotes remotes;
	unsigned int i;

	cf_remote_list(&remotes, sends ? &f->dst : &f->src,
		       sends ? &f->inner_dst : &f->inner_src);
	for (i = 0; i < 2; i++) {
		struct party p = {
			.r = r, .f = f, .now = now, .camera = cameras[i],
			.sends = sends,
		};

		if (p.camera == CF_NO_CAMERA)
			continue;
		p.policy = &r->policies[r->cameras[p.camera].policy];
		if (judge_party(&p, &remotes, v))
			return true;
	}
	return false;
}

static u32 by_addr(const struct cf_rules *r, const struct cf_addr *a)
{
	struct cf_addr plain;

	if (a->family == CF_NONE)
		return CF_NO_CAMERA;
	plain = cf_remote_plain(a);
	return cf_cameras_by_addr(r->table, &plain);
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
	u32 from[2], to[2];

	*v = no_verdict();
	from[0] = f->smac ? cf_cameras_by_mac(r->table, f->smac) : CF_NO_CAMERA;
	from[1] = by_addr(r, &f->src);
	if (from[0] == from[1])
		from[1] = CF_NO_CAMERA;
	to[0] = CF_NO_CAMERA;
	to[1] = by_addr(r, &f->dst);
	if (!judge_end(r, f, now, from, true, v))
		judge_end(r, f, now, to, false, v);
	v->senders[0] = from[0];
	v->senders[1] = from[1];
}
