// SPDX-License-Identifier: GPL-2.0
/*
 * Events, for who has joined the group. The packet path copies what there is to
 * tell into its CPU's ring and allocates nothing; one work item takes it out,
 * numbers it and sends it. The rings are all namespaces' together.
 *
 * While somebody listens, what there is to tell is sent, or suppressed (one
 * camera's beyond CAMFENCE_EVENTS_PER_SECOND), or lost (the ring was full, or
 * there was no memory for the message, or no socket took it). What is sent and
 * what is lost has a number, so that a listener sees by a gap how much it
 * missed, on whichever side.
 *
 * Within the same limit, nfnetlink_log has copies of what a policy drops that
 * says so, whether anybody listens here or not.
 */
#include <linux/etherdevice.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>
#include <net/netfilter/nf_log.h>
#include "dump.h"
#include "event.h"
#include "hook.h"
#include "netlink.h"
#include "packet.h"
#include "ruleset.h"
#include "wire.h"

#define SLOTS		64	/* of a CPU; some 40 KiB */
#define MESSAGE_MOST	576	/* four names and all the rest are below 500 */

/* In the order in which a verdict's are copied. */
static const struct {
	enum cf_kind kind;
	int attr;
} names[] = {
	{ CF_KIND_CAMERA, CAMFENCE_EVENT_A_CAMERA },
	{ CF_KIND_POLICY, CAMFENCE_EVENT_A_POLICY },
	{ CF_KIND_SET, CAMFENCE_EVENT_A_SET },
	{ CF_KIND_EXEMPTION, CAMFENCE_EVENT_A_EXEMPTION },
};

/* What waits in a ring. Texts are empty where there is none. */
struct record {
	struct cf_net *cn;
	enum camfence_event type;
	u64 time;
	bool packet;
	enum camfence_reason reason;
	struct cf_flow flow;	/* but what it points to: in, out */
	char in[CAMFENCE_IFACE_LEN];
	char out[CAMFENCE_IFACE_LEN];
	char names[ARRAY_SIZE(names)][CAMFENCE_NAME_LEN];
	u32 length;
	u32 suppressed;
	u64 generation;		/* 0: no change */
	u32 portid;
	u32 pid;
};

/*
 * The lock keeps the work item and those who write apart, who on PREEMPT_RT may
 * be two on one CPU, or have moved to another.
 */
struct ring {
	spinlock_t lock;	/* see above */
	u32 first;
	u32 n;
	struct record *slots;
};

static struct ring __percpu *rings;
static struct workqueue_struct *wq;
static bool open;		/* the family is there */

/* They are the same, in the same order. */
static_assert((int)CF_HOOK_FORWARD == (int)CAMFENCE_HOOK_FORWARD);
static_assert((int)CF_HOOK_BRIDGE == (int)CAMFENCE_HOOK_BRIDGE);

static int put_text(struct sk_buff *msg, int attr, const char *text)
{
	return *text ? nla_put_string(msg, attr, text) : 0;
}

static int put_mac(struct sk_buff *msg, int attr, u64 mac)
{
	u8 bytes[ETH_ALEN];

	u64_to_ether_addr(mac, bytes);
	return mac ? nla_put(msg, attr, sizeof(bytes), bytes) : 0;
}

static int put_flow(struct sk_buff *msg, const struct cf_flow *f)
{
	return nla_put_u32(msg, CAMFENCE_EVENT_A_HOOK, f->hook) ||
	       cf_dump_addr(msg, CAMFENCE_EVENT_A_SRC4, CAMFENCE_EVENT_A_SRC6,
			    &f->src) ||
	       cf_dump_addr(msg, CAMFENCE_EVENT_A_DST4, CAMFENCE_EVENT_A_DST6,
			    &f->dst) ||
	       (f->src.family != CF_NONE &&
		nla_put_u8(msg, CAMFENCE_EVENT_A_PROTO, f->proto)) ||
	       (f->flags & CF_FLOW_PORTS &&
		(nla_put_u16(msg, CAMFENCE_EVENT_A_SPORT, f->sport) ||
		 nla_put_u16(msg, CAMFENCE_EVENT_A_DPORT, f->dport))) ||
	       (f->flags & CF_FLOW_ICMP &&
		nla_put_u8(msg, CAMFENCE_EVENT_A_ICMP_TYPE, f->icmp_type)) ||
	       put_mac(msg, CAMFENCE_EVENT_A_SMAC, f->smac) ||
	       put_mac(msg, CAMFENCE_EVENT_A_DMAC, f->dmac);
}

static int put_packet(struct sk_buff *msg, const struct record *e)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (put_text(msg, names[i].attr, e->names[i]))
			return -EMSGSIZE;
	return nla_put_u32(msg, CAMFENCE_EVENT_A_REASON, e->reason) ||
	       put_flow(msg, &e->flow) ||
	       nla_put_u32(msg, CAMFENCE_EVENT_A_LENGTH, e->length) ||
	       (e->suppressed &&
		nla_put_u32(msg, CAMFENCE_EVENT_A_SUPPRESSED, e->suppressed));
}

static int put_change(struct sk_buff *msg, const struct record *e)
{
	return nla_put_u64_64bit(msg, CAMFENCE_EVENT_A_GENERATION,
				 e->generation, CAMFENCE_EVENT_A_PAD) ||
	       (e->portid &&
		(nla_put_u32(msg, CAMFENCE_EVENT_A_PORTID, e->portid) ||
		 nla_put_u32(msg, CAMFENCE_EVENT_A_PID, e->pid)));
}

static int put_event(struct sk_buff *msg, const struct record *e, u64 seq)
{
	struct nlattr *nest = nla_nest_start(msg, CAMFENCE_A_EVENT);

	if (!nest || nla_put_u32(msg, CAMFENCE_EVENT_A_TYPE, e->type) ||
	    nla_put_u64_64bit(msg, CAMFENCE_EVENT_A_SEQ, seq,
			      CAMFENCE_EVENT_A_PAD) ||
	    nla_put_u64_64bit(msg, CAMFENCE_EVENT_A_TIME, e->time,
			      CAMFENCE_EVENT_A_PAD) ||
	    (e->packet && put_packet(msg, e)) ||
	    (e->generation && put_change(msg, e)) ||
	    put_text(msg, CAMFENCE_EVENT_A_IN, e->in) ||
	    put_text(msg, CAMFENCE_EVENT_A_OUT, e->out))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int send(const struct record *e, u64 seq)
{
	struct sk_buff *msg;
	void *header;

	if (!READ_ONCE(open))
		return -ENODEV;
	msg = genlmsg_new(MESSAGE_MOST, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	header = genlmsg_put(msg, 0, 0, &cf_genl_family, 0, CAMFENCE_CMD_EVENT);
	if (!header || put_event(msg, e, seq)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return genlmsg_multicast_netns(&cf_genl_family, e->cn->net, msg, 0, 0,
				       GFP_KERNEL);
}

/**
 * cf_event_sums() - what became of a namespace's events
 * @cn: the namespace
 *
 * Any context. What is still in a ring is in none of them.
 *
 * Return: the sums.
 */
struct cf_event_sums cf_event_sums(const struct cf_net *cn)
{
	struct cf_event_sums sum = {
		.sent = READ_ONCE(cn->event.sent),
		.lost = READ_ONCE(cn->event.failed),
	};
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct cf_event_tally *t;

		t = &per_cpu_ptr(cn->tally, cpu)->events;
		sum.suppressed += READ_ONCE(t->suppressed);
		sum.lost += READ_ONCE(t->lost);
	}
	return sum;
}

/* All that was sent or lost before has had a number. */
static void deliver(const struct record *e)
{
	struct cf_event_sums sums = cf_event_sums(e->cn);
	struct cf_event *ev = &e->cn->event;

	if (send(e, sums.sent + sums.lost + 1))
		WRITE_ONCE(ev->failed, ev->failed + 1);
	else
		WRITE_ONCE(ev->sent, ev->sent + 1);
}

static bool take(struct ring *r, struct record *e)
{
	bool any;

	spin_lock_bh(&r->lock);
	any = r->n;
	if (any) {
		*e = r->slots[r->first];
		r->first = (r->first + 1) % SLOTS;
		r->n--;
	}
	spin_unlock_bh(&r->lock);
	return any;
}

/* Not more than there was at first: who has put more has queued it again. */
static void work_fn(struct work_struct *work)
{
	struct record e;
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu)
		for (i = 0; i < SLOTS && take(per_cpu_ptr(rings, cpu), &e); i++) {
			deliver(&e);
			cond_resched();
		}
}

static DECLARE_WORK(work, work_fn);

static struct record *begin(struct ring *r, struct cf_net *cn,
			    enum camfence_event type)
	__acquires(&r->lock)
{
	struct record *e;

	spin_lock_bh(&r->lock);
	if (r->n == SLOTS)
		return NULL;
	e = &r->slots[(r->first + r->n++) % SLOTS];
	memset(e, 0, sizeof(*e));
	e->cn = cn;
	e->type = type;
	e->time = ktime_get_real_ns();
	return e;
}

/* @e: what begin() returned, and is filled now */
static void end(struct ring *r, struct cf_net *cn, const struct record *e)
	__releases(&r->lock)
{
	spin_unlock_bh(&r->lock);
	if (e)
		queue_work(wq, &work);
	else
		this_cpu_inc(cn->tally->events.lost);
}

/* Return: the name, or NULL where the verdict has none */
static const char *name_of(const struct cf_ruleset *rs,
			   const struct cf_verdict *v, unsigned int i)
{
	const u32 which[] = { v->camera, v->policy, v->set, v->exemption };

	BUILD_BUG_ON(ARRAY_SIZE(which) != ARRAY_SIZE(names));
	return which[i] == CF_NOTHING ? NULL :
	       rs->objects.of[names[i].kind][which[i]];
}

static void fill_names(struct record *e, const struct cf_ruleset *rs,
		       const struct cf_verdict *v)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *name = name_of(rs, v, i);

		if (name)
			strscpy(e->names[i], name, CAMFENCE_NAME_LEN);
	}
}

/**
 * cf_event_put_verdict() - a verdict's reason and names, as events have them
 * @msg: the message, in a nest of CAMFENCE_EVENT_A_*
 * @rs: the ruleset, or NULL where the verdict names nothing of it
 * @v: the verdict
 *
 * Return: 0 or -EMSGSIZE.
 */
int cf_event_put_verdict(struct sk_buff *msg, const struct cf_ruleset *rs,
			 const struct cf_verdict *v)
{
	unsigned int i;

	if (nla_put_u32(msg, CAMFENCE_EVENT_A_REASON, v->reason))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *name = name_of(rs, v, i);

		if (name && nla_put_string(msg, names[i].attr, name))
			return -EMSGSIZE;
	}
	return 0;
}

static void fill_packet(struct record *e, const struct cf_flow *f,
			const struct cf_verdict *v, unsigned int bytes)
{
	e->packet = true;
	e->reason = v->reason;
	e->length = bytes;
	e->flow = *f;
	if (f->in)
		strscpy(e->in, f->in, sizeof(e->in));
	if (f->out)
		strscpy(e->out, f->out, sizeof(e->out));
}

static struct cf_limit *limit_of(struct cf_net *cn, const struct cf_ruleset *rs,
				 const struct cf_verdict *v)
{
	if (v->camera != CF_NOTHING)
		return &cf_object_of(rs->objects.cameras[v->camera])->counters->limit;
	if (v->policy != CF_NOTHING)
		return &cf_object_of(rs->objects.policies[v->policy])->counters->limit;
	return &cn->event.limit;
}

/* Return: an exemption, over now, that would have let it pass, or CF_NOTHING */
static u32 find_ended(const struct cf_ruleset *rs, const struct cf_flow *f)
{
	u64 now = cf_hook_time(ktime_get_real_seconds());
	struct cf_flow endless = *f;
	struct cf_verdict v;

	endless.flags |= CF_FLOW_ENDLESS;
	cf_decide(rs->rules, &endless, now, &v);
	if (v.exemption == CF_NOTHING ||
	    rs->rules->exemptions[v.exemption]->until > now)
		return CF_NOTHING;
	return v.exemption;
}

/**
 * cf_event_is_heard() - does anybody listen, in any namespace?
 * @cn: the namespace
 *
 * Any context.
 *
 * Return: false where there is nobody to tell.
 */
bool cf_event_is_heard(const struct cf_net *cn)
{
	return genl_has_listeners(&cf_genl_family, cn->net, 0);
}

static bool is_dropped(enum camfence_event type)
{
	return type == CAMFENCE_EVENT_DROP || type == CAMFENCE_EVENT_AUDIT;
}

/* Return: where a copy goes to, as in struct cf_policy */
static u32 nflog_of(const struct cf_ruleset *rs, enum camfence_event type,
		    const struct cf_verdict *v)
{
	const struct cf_policy *policy;

	if (!is_dropped(type) || v->policy == CF_NOTHING)
		return 0;
	policy = rs->objects.of[CF_KIND_POLICY][v->policy];
	return policy->nflog;
}

static void copy_packet(struct cf_net *cn, u32 nflog, const char *name,
			const struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	const struct nf_loginfo info = {
		.type = NF_LOG_TYPE_ULOG,
		.u.ulog.group = nflog - 1,
	};

	nf_log_packet(cn->net, state->pf, state->hook, skb, state->in,
		      state->out, &info, "camfence %s", name ?: "");
}

static void tell(struct cf_net *cn, const struct cf_ruleset *rs,
		 enum camfence_event type, const struct cf_flow *f,
		 const struct cf_verdict *v, unsigned int bytes)
{
	struct ring *r = raw_cpu_ptr(rings);	/* another's is as good */
	struct cf_verdict told = *v;
	struct record *e;

	if (rs && is_dropped(type))
		told.exemption = find_ended(rs, f);
	if (told.exemption != v->exemption)
		type = CAMFENCE_EVENT_EXPIRED;
	e = begin(r, cn, type);
	if (e) {
		fill_names(e, rs, &told);
		fill_packet(e, f, &told, bytes);
		e->suppressed = atomic_xchg(&limit_of(cn, rs, v)->suppressed, 0);
	}
	end(r, cn, e);
}

/**
 * cf_event_packet() - tell of a packet, if anybody listens, and copy it, if its
 * policy says so
 * @cn: the namespace
 * @rs: the ruleset, or NULL where the verdict names nothing of it
 * @type: of the event
 * @f: the packet
 * @v: its verdict
 * @skb: the packet
 * @state: of the hook
 *
 * Any context, under RCU. Allocates nothing, which nfnetlink_log does.
 */
void cf_event_packet(struct cf_net *cn, const struct cf_ruleset *rs,
		     enum camfence_event type, const struct cf_flow *f,
		     const struct cf_verdict *v, const struct sk_buff *skb,
		     const struct nf_hook_state *state)
{
	u32 nflog = nflog_of(rs, type, v);
	bool heard = cf_event_is_heard(cn);
	struct cf_limit *limit;

	if (!heard && !nflog)
		return;
	limit = limit_of(cn, rs, v);
	if (cf_rate_allows(&limit->told, CAMFENCE_EVENTS_PER_SECOND)) {
		if (nflog)
			copy_packet(cn, nflog, name_of(rs, v, 0), skb, state);
		if (heard)
			tell(cn, rs, type, f, v, cf_packet_bytes(skb));
	} else if (heard) {
		atomic_inc(&limit->suppressed);
		this_cpu_inc(cn->tally->events.suppressed);
	}
}

/**
 * cf_event_change() - tell that another generation is in force, or none, or that
 * it stands
 * @cn: the namespace, its mutex held
 * @type: CAMFENCE_EVENT_COMMIT, _FLUSH, _CONFIRM or _TIMEOUT
 * @portid: of the socket that asked for it, 0: nobody did
 *
 * May sleep: what was told before is sent before, which also makes room.
 */
void cf_event_change(struct cf_net *cn, enum camfence_event type, u32 portid)
{
	struct ring *r = raw_cpu_ptr(rings);
	struct record *e;

	if (!cf_event_is_heard(cn))
		return;
	flush_work(&work);
	e = begin(r, cn, type);
	if (e) {
		e->generation = cn->generation;
		e->portid = portid;
		e->pid = task_tgid_nr(current);
	}
	end(r, cn, e);
}

/**
 * cf_event_unhooked() - tell of a device that has no egress hook
 * @cn: the namespace
 * @device: its name
 *
 * Any context.
 */
void cf_event_unhooked(struct cf_net *cn, const char *device)
{
	struct ring *r = raw_cpu_ptr(rings);
	struct record *e;

	if (!cf_event_is_heard(cn))
		return;
	e = begin(r, cn, CAMFENCE_EVENT_UNHOOKED);
	if (e)
		strscpy(e->out, device, sizeof(e->out));
	end(r, cn, e);
}

/**
 * cf_event_drain() - what was told by now is sent or lost afterwards
 *
 * May sleep. Of a namespace whose hooks were unregistered a grace period ago
 * nothing is left in a ring.
 */
void cf_event_drain(void)
{
	flush_work(&work);
}

/**
 * cf_event_open() - may anything be sent?
 * @yes: the family is registered; or its group may soon be another's, and
 *	nothing is sent from the return on
 *
 * May sleep.
 */
void cf_event_open(bool yes)
{
	WRITE_ONCE(open, yes);
	flush_work(&work);
}

static void free_rings(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(per_cpu_ptr(rings, cpu)->slots);
	free_percpu(rings);
}

/**
 * cf_event_init() - before any namespace is set up
 *
 * May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int __init cf_event_init(void)
{
	int cpu;

	wq = alloc_workqueue("camfence_events", WQ_UNBOUND | WQ_MEM_RECLAIM, 1);
	if (!wq)
		return -ENOMEM;
	rings = alloc_percpu(struct ring);
	if (!rings)
		goto no_rings;
	for_each_possible_cpu(cpu) {
		struct ring *r = per_cpu_ptr(rings, cpu);

		spin_lock_init(&r->lock);
		r->slots = kvzalloc_node(array_size(SLOTS, sizeof(*r->slots)),
					 GFP_KERNEL, cpu_to_node(cpu));
		if (!r->slots)
			goto no_slots;
	}
	return 0;

no_slots:
	free_rings();
no_rings:
	destroy_workqueue(wq);
	return -ENOMEM;
}

/**
 * cf_event_fini() - after the last namespace
 *
 * May sleep.
 */
void cf_event_fini(void)
{
	destroy_workqueue(wq);
	free_rings();
}
