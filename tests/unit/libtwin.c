// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict a second time: docs/semantics.md read aloud, slowly, by name and
 * byte by byte, with nothing of the core but its types.
 */
#include "libtwin.h"

/* An address as it is on the wire. */
struct bytes {
	u8 len;		/* 4, 16, or 0: not known */
	u8 b[16];
};

struct remote {
	struct bytes addr;
	bool inner;
};

struct remotes {
	struct remote list[8];
	u32 n;
};

/* What an exemption is asked about. */
struct traffic {
	struct bytes remote;
	u16 proto;
	bool ports;
	u16 port;
};

/* A camera and a packet that it sends or receives. */
struct side {
	const struct cf_objects *in;
	const struct cf_flow *f;
	u64 now;
	const struct cf_camera *camera;
	const struct cf_policy *policy;
	bool sends;
};

/* Section 3: written forms of an IPv4 address are that address. */
static struct bytes plain(const struct bytes *a)
{
	static const u8 nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct bytes out = *a;

	if (a->len == 16 &&
	    (!memcmp(a->b, nat64, 12) || !memcmp(a->b, mapped, 12))) {
		memset(&out, 0, sizeof(out));
		out.len = 4;
		memcpy(out.b, a->b + 12, 4);
	}
	return out;
}

static struct bytes bytes_of(const struct cf_addr *a)
{
	struct bytes out = { 0 };
	u32 i;

	if (a->family == CF_IPV4) {
		out.len = 4;
		for (i = 0; i < 4; i++)
			out.b[i] = a->v4 >> (24 - 8 * i);
	} else if (a->family == CF_IPV6) {
		out.len = 16;
		for (i = 0; i < 8; i++) {
			out.b[i] = a->v6.hi >> (56 - 8 * i);
			out.b[8 + i] = a->v6.lo >> (56 - 8 * i);
		}
	}
	return plain(&out);
}

static bool is_equal(const struct bytes *a, const struct bytes *b)
{
	return a->len == b->len && !memcmp(a->b, b->b, a->len);
}

static bool is_covered(const struct bytes *a, const struct cf_prefix *prefix)
{
	struct bytes p = bytes_of(&prefix->addr);
	u32 i;

	if (a->len != p.len)
		return false;
	for (i = 0; i < prefix->len; i++)
		if ((a->b[i / 8] ^ p.b[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

static bool is_in_set(const struct bytes *a, const struct cf_set *set)
{
	u32 i;

	for (i = 0; a->len == 4 && i < set->n4; i++) {
		struct cf_addr first = { CF_IPV4, .v4 = set->r4[i].first };
		struct cf_addr last = { CF_IPV4, .v4 = set->r4[i].last };

		if (memcmp(a->b, bytes_of(&first).b, 4) >= 0 &&
		    memcmp(a->b, bytes_of(&last).b, 4) <= 0)
			return true;
	}
	for (i = 0; a->len == 16 && i < set->n6; i++) {
		struct cf_addr first = { CF_IPV6, .v6 = set->r6[i].first };
		struct cf_addr last = { CF_IPV6, .v6 = set->r6[i].last };

		if (memcmp(a->b, bytes_of(&first).b, 16) >= 0 &&
		    memcmp(a->b, bytes_of(&last).b, 16) <= 0)
			return true;
	}
	return false;
}

static u32 set_by_name(const struct cf_objects *in, const char *name)
{
	u32 i = 0;

	while (strcmp(in->sets[i]->name, name))
		i++;
	return i;
}

/* "Named is the first matching set in the order of the policy's list." */
static u32 first_set(const struct cf_objects *in, const struct bytes *a,
		     const struct cf_policy *p, u32 from, u32 n)
{
	u32 i, set;

	for (i = from; i < from + n; i++) {
		set = set_by_name(in, p->sets[i]);
		if (is_in_set(a, in->sets[set]))
			return set;
	}
	return CF_NOTHING;
}

static u32 first_allow(const struct side *s, const struct bytes *a)
{
	return first_set(s->in, a, s->policy, 0, s->policy->n_allow);
}

static u32 first_block(const struct side *s, const struct bytes *a)
{
	return first_set(s->in, a, s->policy, s->policy->n_allow,
			 s->policy->n_block);
}

static void add_remote(struct remotes *out, struct bytes a, bool inner)
{
	struct bytes hidden = { .len = 4 };
	u32 i;

	out->list[out->n++] = (struct remote){ a, inner };
	if (a.len != 16)
		return;
	if (a.b[0] == 0x20 && a.b[1] == 0x02) {
		memcpy(hidden.b, a.b + 2, 4);
		add_remote(out, hidden, inner);
	} else if (a.b[0] == 0x20 && a.b[1] == 0x01 && !a.b[2] && !a.b[3]) {
		for (i = 0; i < 4; i++)
			hidden.b[i] = ~a.b[12 + i];
		add_remote(out, hidden, inner);
	}
}

/* "The destination on the way out, the source on the way in." */
static struct remotes remotes_of(const struct cf_flow *f, bool sends)
{
	struct remotes out = { .n = 0 };
	struct bytes inner = bytes_of(sends ? &f->inner_dst : &f->inner_src);

	add_remote(&out, bytes_of(sends ? &f->dst : &f->src), false);
	if (inner.len)
		add_remote(&out, inner, true);
	return out;
}

/* "Live while not-before <= now < until"; without a clock, no dated one is. */
static bool is_live(const struct cf_exemption *e, u64 now)
{
	bool dated = e->not_before != 0 || e->until != U64_MAX;

	if (!dated)
		return true;
	if (now == 0)
		return false;
	return now >= e->not_before && (e->until == U64_MAX || now < e->until);
}

static bool is_about(const struct cf_exemption *e, const struct traffic *t)
{
	u32 i;

	if (e->proto != CF_PROTO_ANY && e->proto != t->proto)
		return false;
	if (!e->n_ports)
		return true;
	for (i = 0; t->ports && i < e->n_ports; i++)
		if (t->port >= e->ports[i].first && t->port <= e->ports[i].last)
			return true;
	return false;
}

/* "of several exemptions the longest remote prefix, then by name" */
static u32 find_exemption(const struct side *s, const struct traffic *t)
{
	const struct cf_objects *in = s->in;
	u32 i, j, best = CF_NOTHING;
	int best_len = -1;

	for (i = 0; i < in->n_exemptions; i++) {
		const struct cf_exemption *e = in->exemptions[i];

		if (strcmp(e->camera, s->camera->name) &&
		    strcmp(e->policy, s->policy->name))
			continue;
		if (!is_live(e, s->now) || !is_about(e, t))
			continue;
		for (j = 0; j < e->n_prefixes; j++) {
			int len = e->prefixes[j].len;

			if (!is_covered(&t->remote, &e->prefixes[j]) ||
			    len < best_len)
				continue;
			if (len == best_len &&
			    strcmp(in->exemptions[best]->name, e->name) <= 0)
				continue;
			best = i;
			best_len = len;
		}
	}
	return best;
}

/* The packet's own header, by an exemption of direction out. */
static u32 by_own_header(const struct side *s, const struct remote *r)
{
	struct traffic t = {
		.remote = r->addr,
		.proto = s->f->proto,
		.ports = s->f->flags & CF_FLOW_PORTS && !r->inner,
		.port = s->f->dport,
	};

	/*
	 * "untracked, template and invalid packets match none"; "a packet in
	 * reply direction (ICMP errors are none)" is matched by both alone.
	 */
	if (!s->sends || s->f->ct == CF_CT_NONE || s->f->ct == CF_CT_REPLY)
		return CF_NOTHING;
	return find_exemption(s, &t);
}

/* A remote of the flow that conntrack knows, as the destination it had. */
static struct traffic outbound(const struct side *s, const struct remote *r)
{
	return (struct traffic){
		.remote = r->addr,
		.proto = s->f->original.proto,
		.ports = s->f->original.ports && !r->inner,
		.port = s->f->original.dport,
	};
}

/*
 * "A reply passes if conntrack says reply direction and a live exemption
 * matches the flow"; "later fragments ... are never a reply"; what is malformed
 * or source-routed is judged "without ports".
 */
static u32 by_reply(const struct side *s, const struct remote *r)
{
	struct traffic t = outbound(s, r);

	if (s->sends || s->f->ct != CF_CT_REPLY ||
	    s->f->flags & CF_FLOW_LATER_FRAGMENT)
		return CF_NOTHING;
	if (s->f->flags & (CF_FLOW_MALFORMED | CF_FLOW_SOURCE_ROUTE))
		t.ports = false;
	return find_exemption(s, &t);
}

/*
 * Does the flow that an ICMP error is about pass by exemption or allow? All
 * remotes of its other end have to pass.
 */
static bool flow_passes(const struct side *s, struct cf_verdict *v)
{
	bool to_origin = s->f->ct == CF_CT_RELATED_REPLY;
	bool camera_began = s->sends ? !to_origin : to_origin;
	struct remotes remotes = { .n = 0 };
	u32 i;

	add_remote(&remotes, bytes_of(camera_began ? &s->f->original.dst :
						     &s->f->original.src),
		   false);
	for (i = 0; i < remotes.n; i++) {
		struct traffic t = outbound(s, &remotes.list[i]);
		u32 exemption = CF_NOTHING, set = CF_NOTHING;

		if (camera_began)
			exemption = find_exemption(s, &t);
		if (exemption == CF_NOTHING)
			set = first_allow(s, &t.remote);
		if (!i) {
			if (exemption == CF_NOTHING && set == CF_NOTHING)
				return false;
			v->exemption = exemption;
			v->set = set;
		} else if (exemption == CF_NOTHING && set == CF_NOTHING &&
			   (first_block(s, &t.remote) != CF_NOTHING ||
			    s->policy->dflt == CAMFENCE_DEFAULT_DROP)) {
			return false;
		}
	}
	return true;
}

static bool is_related(const struct side *s, struct cf_verdict *v)
{
	if (!(s->f->flags & CF_FLOW_ICMP_ERROR))
		return false;
	if (s->f->ct != CF_CT_RELATED && s->f->ct != CF_CT_RELATED_REPLY)
		return false;
	if (flow_passes(s, v))
		return true;
	v->exemption = CF_NOTHING;
	v->set = CF_NOTHING;
	return false;
}

/* Section 4's steps, of which 0 leaves out what concerns bridges. */
static enum camfence_reason steps(const struct side *s, const struct remote *r,
				  struct cf_verdict *v)
{
	u16 flags = s->f->flags;

	if (s->sends && flags & CF_FLOW_MALFORMED)
		return CAMFENCE_REASON_MALFORMED;
	if (s->sends && flags & CF_FLOW_SOURCE_ROUTE)
		return CAMFENCE_REASON_SOURCE_ROUTE;

	v->exemption = by_own_header(s, r);
	if (v->exemption != CF_NOTHING)
		return CAMFENCE_REASON_EXEMPTION;
	v->exemption = by_reply(s, r);
	if (v->exemption != CF_NOTHING)
		return CAMFENCE_REASON_REPLY;
	if (is_related(s, v))
		return CAMFENCE_REASON_ICMP_RELATED;

	if (s->sends && flags & CF_FLOW_TUNNEL &&
	    s->policy->dflt == CAMFENCE_DEFAULT_DROP)
		return CAMFENCE_REASON_TUNNEL;

	v->set = first_allow(s, &r->addr);
	if (v->set != CF_NOTHING)
		return CAMFENCE_REASON_ALLOW;
	v->set = first_block(s, &r->addr);
	if (v->set != CF_NOTHING)
		return CAMFENCE_REASON_BLOCK;
	if (s->policy->dflt == CAMFENCE_DEFAULT_DROP)
		return CAMFENCE_REASON_DEFAULT_DROP;
	return CAMFENCE_REASON_DEFAULT_PASS;
}

static bool is_drop(enum camfence_reason reason)
{
	return reason == CAMFENCE_REASON_BLOCK ||
	       reason == CAMFENCE_REASON_DEFAULT_DROP ||
	       reason == CAMFENCE_REASON_MALFORMED ||
	       reason == CAMFENCE_REASON_SOURCE_ROUTE ||
	       reason == CAMFENCE_REASON_TUNNEL;
}

static u32 camera_by_mac(const struct cf_objects *in, u64 mac)
{
	u32 i, j;

	for (i = 0; mac && i < in->n_cameras; i++)
		for (j = 0; j < in->cameras[i]->n_selectors; j++) {
			const struct cf_selector *s;

			s = &in->cameras[i]->selectors[j];
			if (s->type == CF_SEL_MAC && s->mac == mac)
				return i;
		}
	return CF_NOTHING;
}

static u32 camera_by_addr(const struct cf_objects *in, const struct cf_addr *a)
{
	struct bytes want = bytes_of(a);
	u32 i, j;

	for (i = 0; want.len && i < in->n_cameras; i++)
		for (j = 0; j < in->cameras[i]->n_selectors; j++) {
			const struct cf_selector *s;
			struct bytes has;

			s = &in->cameras[i]->selectors[j];
			has = bytes_of(&s->addr);
			if (s->type == CF_SEL_ADDR && is_equal(&has, &want))
				return i;
		}
	return CF_NOTHING;
}

static struct cf_verdict nobody(void)
{
	return (struct cf_verdict){
		CAMFENCE_REASON_NO_CAMERA, CF_NOTHING, CF_NOTHING, CF_NOTHING,
		CF_NOTHING, { CF_NOTHING, CF_NOTHING },
	};
}

/* All answers, in the order of the questions; the choice comes after. */
struct answers {
	struct cf_verdict list[4 * 8];
	u32 n;
};

static void ask(struct answers *out, const struct cf_objects *in,
		const struct cf_flow *f, u64 now, u32 camera, bool sends)
{
	struct side s = { .in = in, .f = f, .now = now, .sends = sends };
	struct remotes remotes = remotes_of(f, sends);
	u32 policy = 0, i;

	if (camera == CF_NOTHING)
		return;
	s.camera = in->cameras[camera];
	while (strcmp(in->policies[policy]->name, s.camera->policy))
		policy++;
	s.policy = in->policies[policy];
	for (i = 0; i < remotes.n; i++) {
		struct cf_verdict *v = &out->list[out->n++];

		*v = nobody();
		v->camera = camera;
		v->policy = policy;
		v->reason = steps(&s, &remotes.list[i], v);
		if (is_drop(v->reason) &&
		    s.policy->action == CAMFENCE_ACTION_AUDIT)
			v->reason = CAMFENCE_REASON_AUDIT;
	}
}

/*
 * "The first that drops gives the verdict. If none drops: the first whose
 * reason is audit, otherwise the first camera's first remote."
 */
static struct cf_verdict choose(const struct answers *a)
{
	u32 i;

	for (i = 0; i < a->n; i++)
		if (is_drop(a->list[i].reason))
			return a->list[i];
	for (i = 0; i < a->n; i++)
		if (a->list[i].reason == CAMFENCE_REASON_AUDIT)
			return a->list[i];
	return a->n ? a->list[0] : nobody();
}

void twin_decide(const struct cf_objects *in, const struct cf_flow *f, u64 now,
		 struct cf_verdict *v)
{
	u32 mac = camera_by_mac(in, f->smac);
	u32 src = camera_by_addr(in, &f->src);
	u32 dst = camera_by_addr(in, &f->dst);
	struct answers answers = { .n = 0 };

	/* The same camera by MAC and by address is one. */
	if (mac == src)
		src = CF_NOTHING;
	ask(&answers, in, f, now, mac, true);
	ask(&answers, in, f, now, src, true);
	ask(&answers, in, f, now, dst, false);
	*v = choose(&answers);
	v->senders[0] = mac;
	v->senders[1] = src;
}
