// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps: of one snapshot, pinned at the start, however many messages it takes.
 * A message that does not fit is taken back and begins the next one.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include <net/sock.h>
#include "compat.h"
#include "netlink.h"

static const struct nla_policy name_policy[CAMFENCE_SET_A_MAX + 1] = {
	[CAMFENCE_SET_A_NAME] = { .type = NLA_NUL_STRING,
				  .len = CAMFENCE_NAME_LEN - 1 },
};

const struct nla_policy cf_range_get_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_SET] = NLA_POLICY_NESTED(name_policy),
};

/* Where a dump stands. */
struct cursor {
	struct cf_ruleset *rs;		/* NULL: none in force */
	struct cf_object *set;		/* whose ranges are dumped */
	u64 generation;
	u32 kind;
	u32 index;
	bool begun;
};

static struct cursor *cursor(const struct netlink_callback *cb)
{
	return (struct cursor *)cb->args[0];
}

static int start(struct netlink_callback *cb)
{
	struct cf_net *cn = cf_net(sock_net(cb->skb->sk));
	struct cursor *c;

	c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (!c)
		return -ENOMEM;
	mutex_lock(&cn->lock);
	c->rs = cf_ruleset_get(cn);
	c->generation = cn->generation;
	mutex_unlock(&cn->lock);
	cb->args[0] = (long)c;
	return 0;
}

/**
 * cf_dump_done() - a dump is over, complete or not
 * @cb: of the dump
 *
 * Return: 0.
 */
int cf_dump_done(struct netlink_callback *cb)
{
	struct cursor *c = cursor(cb);

	if (!c)
		return 0;
	cf_ruleset_put(c->rs);
	kfree(c);
	cb->args[0] = 0;
	return 0;
}

/*
 * A message holds its object whole: ask for the size of the largest. Only what
 * lists much can be larger than a message is anyway.
 */
static u32 largest_object(const struct cf_ruleset *rs)
{
	u32 i, most = 0;

	for (i = 0; i < rs->objects.n_policies; i++) {
		const struct cf_policy *p = rs->objects.policies[i];
		u32 n = p->n_allow + p->n_block;

		most = max_t(u32, most, n * nla_total_size(CAMFENCE_NAME_LEN));
	}
	for (i = 0; i < rs->objects.n_exemptions; i++) {
		u32 n = rs->objects.exemptions[i]->n_prefixes;

		most = max_t(u32, most, n * nla_total_size(sizeof(struct camfence_prefix6)));
	}
	return most;
}

int cf_dump_start_ruleset(struct netlink_callback *cb)
{
	int err = start(cb);

	if (!err && cursor(cb)->rs)
		cb->min_dump_alloc = NLMSG_GOODSIZE +
				     largest_object(cursor(cb)->rs);
	return err;
}

int cf_dump_start_stats(struct netlink_callback *cb)
{
	return start(cb);
}

int cf_dump_start_ranges(struct netlink_callback *cb)
{
	return start(cb);
}

/* Refusals wait for the first message: before, no sentence goes with them. */
static int check_allowed(struct netlink_callback *cb)
{
	return cf_netlink_allowed(sock_net(cb->skb->sk), cb->extack);
}

static int find_set(struct netlink_callback *cb)
{
	struct nlattr *tb[CAMFENCE_SET_A_MAX + 1], *set, *name;
	struct cursor *c = cursor(cb);
	int err;

	set = cf_dump_attrs(cb)[CAMFENCE_A_SET];
	if (!set) {
		NL_SET_ERR_MSG(cb->extack, "the set is missing");
		return -EINVAL;
	}
	err = nla_parse_nested(tb, CAMFENCE_SET_A_MAX, set, NULL, cb->extack);
	if (err)
		return err;
	name = tb[CAMFENCE_SET_A_NAME];
	if (!name) {
		NL_SET_ERR_MSG_ATTR(cb->extack, set, "a set needs a name");
		return -EINVAL;
	}
	c->set = cf_ruleset_find(c->rs, CF_KIND_SET, nla_data(name));
	if (!c->set) {
		NL_SET_ERR_MSG_ATTR(cb->extack, name,
				    "there is no set of that name");
		return -ENOENT;
	}
	return 0;
}

static void *message_begin(struct sk_buff *msg, struct netlink_callback *cb,
			   u8 cmd)
{
	return genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &cf_genl_family, NLM_F_MULTI, cmd);
}

static int put_u64(struct sk_buff *msg, int attr, u64 value, int pad)
{
	return nla_put_u64_64bit(msg, attr, value, pad);
}

static int put_text(struct sk_buff *msg, int attr, const char *text)
{
	return text ? nla_put_string(msg, attr, text) : 0;
}

/**
 * cf_dump_counts() - write a nest of counts
 * @msg: the message
 * @attr: the nest's attribute
 * @c: the counts
 *
 * Return: 0 or -EMSGSIZE.
 */
int cf_dump_counts(struct sk_buff *msg, int attr, const struct cf_counts *c)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest ||
	    nla_put_u32(msg, CAMFENCE_COUNTS_A_SETS, c->of[CF_KIND_SET]) ||
	    nla_put_u32(msg, CAMFENCE_COUNTS_A_RANGES, c->ranges) ||
	    nla_put_u32(msg, CAMFENCE_COUNTS_A_POLICIES,
			c->of[CF_KIND_POLICY]) ||
	    nla_put_u32(msg, CAMFENCE_COUNTS_A_CAMERAS,
			c->of[CF_KIND_CAMERA]) ||
	    nla_put_u32(msg, CAMFENCE_COUNTS_A_EXEMPTIONS,
			c->of[CF_KIND_EXEMPTION]) ||
	    nla_put_u32(msg, CAMFENCE_COUNTS_A_PREFIXES, c->prefixes))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_set(struct sk_buff *msg, const struct cf_object *o)
{
	return nla_put_string(msg, CAMFENCE_SET_A_NAME, o->name) ||
	       nla_put_u32(msg, CAMFENCE_SET_A_COUNT4, o->set.n4) ||
	       nla_put_u32(msg, CAMFENCE_SET_A_COUNT6, o->set.n6) ||
	       put_text(msg, CAMFENCE_SET_A_SOURCE, o->texts[CF_TEXT_SOURCE]) ||
	       (o->date && put_u64(msg, CAMFENCE_SET_A_DATE, o->date,
				   CAMFENCE_SET_A_PAD)) ||
	       put_text(msg, CAMFENCE_SET_A_CHECKSUM,
			o->texts[CF_TEXT_CHECKSUM]);
}

static int put_list(struct sk_buff *msg, int attr,
		    char (*names)[CAMFENCE_NAME_LEN], u32 n)
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < n; i++)
		if (nla_put_string(msg, CAMFENCE_LIST_A_NAME, names[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_policy(struct sk_buff *msg, const struct cf_object *o)
{
	const struct cf_policy *p = &o->policy;

	return nla_put_string(msg, CAMFENCE_POLICY_A_NAME, o->name) ||
	       nla_put_u8(msg, CAMFENCE_POLICY_A_DEFAULT, p->dflt) ||
	       nla_put_u8(msg, CAMFENCE_POLICY_A_ACTION, p->action) ||
	       put_list(msg, CAMFENCE_POLICY_A_ALLOW, p->sets, p->n_allow) ||
	       put_list(msg, CAMFENCE_POLICY_A_BLOCK, p->sets + p->n_allow,
			p->n_block) ||
	       put_text(msg, CAMFENCE_POLICY_A_COMMENT,
			o->texts[CF_TEXT_COMMENT]);
}

static void in6_to(u8 *to, struct cf_in6 addr)
{
	put_unaligned_be64(addr.hi, to);
	put_unaligned_be64(addr.lo, to + 8);
}

static int put_selector(struct sk_buff *msg, const struct cf_selector *s)
{
	u8 bytes[16];

	if (s->type == CF_SEL_MAC) {
		u64_to_ether_addr(s->mac, bytes);
		return nla_put(msg, CAMFENCE_SELECTOR_A_MAC, ETH_ALEN, bytes);
	}
	if (s->addr.family == CF_IPV4)
		return nla_put_in_addr(msg, CAMFENCE_SELECTOR_A_ADDR4,
				       htonl(s->addr.v4));
	in6_to(bytes, s->addr.v6);
	return nla_put(msg, CAMFENCE_SELECTOR_A_ADDR6, sizeof(bytes), bytes);
}

static int put_camera(struct sk_buff *msg, const struct cf_object *o)
{
	const struct cf_camera *c = &o->camera;
	struct nlattr *nest;
	u32 i;

	if (nla_put_string(msg, CAMFENCE_CAMERA_A_NAME, o->name) ||
	    nla_put_string(msg, CAMFENCE_CAMERA_A_POLICY, c->policy))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, CAMFENCE_CAMERA_A_SELECTORS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < c->n_selectors; i++)
		if (put_selector(msg, &c->selectors[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return put_text(msg, CAMFENCE_CAMERA_A_KEY, o->texts[CF_TEXT_KEY]) ||
	       put_text(msg, CAMFENCE_CAMERA_A_COMMENT,
			o->texts[CF_TEXT_COMMENT]);
}

static int put_prefix(struct sk_buff *msg, const struct cf_prefix *p)
{
	struct camfence_prefix4 v4 = { .len = p->len };
	struct camfence_prefix6 v6 = { .len = p->len };

	if (p->addr.family == CF_IPV4) {
		v4.addr = htonl(p->addr.v4);
		return nla_put(msg, CAMFENCE_REMOTE_A_PREFIX4, sizeof(v4), &v4);
	}
	in6_to(v6.addr, p->addr.v6);
	return nla_put(msg, CAMFENCE_REMOTE_A_PREFIX6, sizeof(v6), &v6);
}

static int put_remotes(struct sk_buff *msg, const struct cf_exemption *e)
{
	struct nlattr *nest = nla_nest_start(msg, CAMFENCE_EXEMPTION_A_REMOTES);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < e->n_prefixes; i++)
		if (put_prefix(msg, &e->prefixes[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_exemption(struct sk_buff *msg, const struct cf_object *o)
{
	const struct cf_exemption *e = &o->exemption;

	return nla_put_string(msg, CAMFENCE_EXEMPTION_A_NAME, o->name) ||
	       (e->camera[0] ?
		nla_put_string(msg, CAMFENCE_EXEMPTION_A_CAMERA, e->camera) :
		nla_put_string(msg, CAMFENCE_EXEMPTION_A_POLICY, e->policy)) ||
	       put_remotes(msg, e) ||
	       (e->proto != CF_PROTO_ANY &&
		nla_put_u8(msg, CAMFENCE_EXEMPTION_A_PROTO, e->proto)) ||
	       (e->n_ports && nla_put(msg, CAMFENCE_EXEMPTION_A_PORTS,
				      e->n_ports * sizeof(*e->ports),
				      e->ports)) ||
	       (e->not_before &&
		put_u64(msg, CAMFENCE_EXEMPTION_A_NOT_BEFORE, e->not_before,
			CAMFENCE_EXEMPTION_A_PAD)) ||
	       (e->until != U64_MAX &&
		put_u64(msg, CAMFENCE_EXEMPTION_A_UNTIL, e->until,
			CAMFENCE_EXEMPTION_A_PAD)) ||
	       put_text(msg, CAMFENCE_EXEMPTION_A_BY, o->texts[CF_TEXT_BY]) ||
	       put_text(msg, CAMFENCE_EXEMPTION_A_REASON,
			o->texts[CF_TEXT_REASON]) ||
	       put_text(msg, CAMFENCE_EXEMPTION_A_COMMENT,
			o->texts[CF_TEXT_COMMENT]);
}

/* The nest of each kind, what is in it, and where its statistics go. */
static const struct {
	int attr;
	int name;
	int stats;
	int (*put)(struct sk_buff *msg, const struct cf_object *o);
} kinds[CF_KINDS] = {
	[CF_KIND_SET] = {
		CAMFENCE_A_SET, CAMFENCE_SET_A_NAME, 0, put_set },
	[CF_KIND_POLICY] = {
		CAMFENCE_A_POLICY, CAMFENCE_POLICY_A_NAME,
		CAMFENCE_POLICY_A_STATS, put_policy },
	[CF_KIND_CAMERA] = {
		CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_NAME,
		CAMFENCE_CAMERA_A_STATS, put_camera },
	[CF_KIND_EXEMPTION] = {
		CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_NAME,
		CAMFENCE_EXEMPTION_A_STATS, put_exemption },
};

static int put_object(struct sk_buff *msg, const struct cf_object *o)
{
	struct nlattr *nest = nla_nest_start(msg, kinds[o->kind].attr);

	if (!nest || kinds[o->kind].put(msg, o))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_tally(struct sk_buff *msg, int packets, int bytes,
		     struct cf_tally t)
{
	return put_u64(msg, packets, t.packets, CAMFENCE_STATS_A_PAD) ||
	       put_u64(msg, bytes, t.bytes, CAMFENCE_STATS_A_PAD);
}

static int put_counters(struct sk_buff *msg, const struct cf_object *o)
{
	const struct cf_counters *c = o->counters;
	struct cf_policy_tally sum;
	struct cf_tally t;

	if (o->kind == CF_KIND_POLICY) {
		sum = cf_stats_policy(c);
		return put_tally(msg, CAMFENCE_STATS_A_PACKETS,
				 CAMFENCE_STATS_A_BYTES, sum.passed) ||
		       put_tally(msg, CAMFENCE_STATS_A_DROPS,
				 CAMFENCE_STATS_A_DROP_BYTES, sum.dropped);
	}
	t.packets = atomic64_read(&c->packets);
	t.bytes = atomic64_read(&c->bytes);
	return (o->kind == CF_KIND_CAMERA ?
		put_tally(msg, CAMFENCE_STATS_A_DROPS,
			  CAMFENCE_STATS_A_DROP_BYTES, t) :
		put_tally(msg, CAMFENCE_STATS_A_PACKETS,
			  CAMFENCE_STATS_A_BYTES, t)) ||
	       put_u64(msg, CAMFENCE_STATS_A_SEEN, READ_ONCE(c->seen),
		       CAMFENCE_STATS_A_PAD);
}

static int put_object_stats(struct sk_buff *msg, const struct cf_object *o)
{
	struct nlattr *nest = nla_nest_start(msg, kinds[o->kind].attr);
	struct nlattr *stats;

	if (!nest || nla_put_string(msg, kinds[o->kind].name, o->name))
		return -EMSGSIZE;
	stats = nla_nest_start(msg, kinds[o->kind].stats);
	if (!stats || put_counters(msg, o))
		return -EMSGSIZE;
	nla_nest_end(msg, stats);
	nla_nest_end(msg, nest);
	return 0;
}

static int put_reason_stats(struct sk_buff *msg, const struct cf_net *cn,
			    u32 reason)
{
	struct nlattr *nest = nla_nest_start(msg, CAMFENCE_A_REASON_STATS);

	if (!nest || nla_put_u32(msg, CAMFENCE_STATS_A_REASON, reason) ||
	    put_tally(msg, CAMFENCE_STATS_A_PACKETS, CAMFENCE_STATS_A_BYTES,
		      cf_stats_reason(cn, reason)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

typedef int put_fn(struct sk_buff *msg, const struct cf_object *o);

static int dump_object(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd,
		       put_fn *put, const struct cf_object *o)
{
	void *header = message_begin(msg, cb, cmd);

	if (!header)
		return -EMSGSIZE;
	if (put(msg, o)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/* All objects from the cursor on. 0: there are no more. */
static int dump_objects(struct sk_buff *msg, struct netlink_callback *cb,
			u8 cmd, put_fn *put)
{
	struct cursor *c = cursor(cb);
	const void *const *array;

	if (!c->rs)
		return 0;
	for (; c->kind < CF_KINDS; c->kind++, c->index = 0) {
		array = cf_ruleset_array(c->rs, c->kind);
		for (; c->index < c->rs->counts.of[c->kind]; c->index++) {
			int err;

			err = dump_object(msg, cb, cmd, put,
					  cf_object_of(array[c->index]));
			if (err)
				return msg->len ? msg->len : err;
		}
	}
	return 0;
}

static int begin_ruleset(struct sk_buff *msg, struct netlink_callback *cb)
{
	static const struct cf_counts none;
	struct cursor *c = cursor(cb);
	void *header = message_begin(msg, cb, CAMFENCE_CMD_RULESET_GET);

	if (!header ||
	    put_u64(msg, CAMFENCE_A_GENERATION, c->generation,
		    CAMFENCE_A_PAD) ||
	    cf_dump_counts(msg, CAMFENCE_A_COUNTS,
			   c->rs ? &c->rs->counts : &none))
		return -EMSGSIZE;
	genlmsg_end(msg, header);
	c->begun = true;
	return 0;
}

int cf_dump_ruleset(struct sk_buff *msg, struct netlink_callback *cb)
{
	int err = check_allowed(cb);

	if (err)
		return err;
	if (!cursor(cb)->begun) {
		err = begin_ruleset(msg, cb);
		if (err)
			return err;
	}
	err = dump_objects(msg, cb, CAMFENCE_CMD_RULESET_GET, put_object);
	return err ? err : msg->len;
}

static int dump_reasons(struct sk_buff *msg, struct netlink_callback *cb)
{
	const struct cf_net *cn = cf_net(sock_net(cb->skb->sk));
	struct cursor *c = cursor(cb);

	for (; c->index < __CAMFENCE_REASON_MAX; c->index++) {
		void *header = message_begin(msg, cb, CAMFENCE_CMD_STATS_GET);

		if (!header)
			return msg->len;
		if (put_reason_stats(msg, cn, c->index)) {
			genlmsg_cancel(msg, header);
			return msg->len;
		}
		genlmsg_end(msg, header);
	}
	c->begun = true;
	c->kind = CF_KIND_POLICY;
	c->index = 0;
	return 0;
}

int cf_dump_stats(struct sk_buff *msg, struct netlink_callback *cb)
{
	int err = check_allowed(cb);

	if (err)
		return err;
	if (!cursor(cb)->begun) {
		err = dump_reasons(msg, cb);
		if (err)
			return err;
	}
	err = dump_objects(msg, cb, CAMFENCE_CMD_STATS_GET, put_object_stats);
	return err ? err : msg->len;
}

static void write_range4(void *to, const struct cf_set *set, u32 i)
{
	struct camfence_range4 *r = to;

	r->first = htonl(set->r4[i].first);
	r->last = htonl(set->r4[i].last);
}

static void write_range6(void *to, const struct cf_set *set, u32 i)
{
	struct camfence_range6 *r = to;

	in6_to(r->first, set->r6[i].first);
	in6_to(r->last, set->r6[i].last);
}

/* As many ranges from *index on as the message holds. */
static int put_ranges(struct sk_buff *msg, const struct cf_set *set, bool v6,
		      u32 *index)
{
	size_t size = v6 ? sizeof(struct camfence_range6) :
			   sizeof(struct camfence_range4);
	u32 n = (v6 ? set->n6 : set->n4) - *index;
	int room = skb_tailroom(msg) - NLA_HDRLEN;
	struct nlattr *a;
	u32 i;

	n = min_t(u32, n, CAMFENCE_CHUNK_BYTES / size);
	if (room < (int)size)
		return -EMSGSIZE;
	n = min_t(u32, n, room / size);
	a = nla_reserve(msg, v6 ? CAMFENCE_SET_A_RANGES6 :
				  CAMFENCE_SET_A_RANGES4, n * size);
	if (!a)
		return -EMSGSIZE;
	for (i = 0; i < n; i++)
		if (v6)
			write_range6(nla_data(a) + i * size, set, *index + i);
		else
			write_range4(nla_data(a) + i * size, set, *index + i);
	*index += n;
	return 0;
}

static int put_chunk(struct sk_buff *msg, struct cursor *c, u32 *index)
{
	const struct cf_set *set = &c->set->set;
	struct nlattr *nest;

	if (put_u64(msg, CAMFENCE_A_GENERATION, c->generation, CAMFENCE_A_PAD))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, CAMFENCE_A_SET);
	if (!nest || put_ranges(msg, set, c->kind, index))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* cursor.kind: 0 IPv4, 1 IPv6 */
int cf_dump_ranges(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cursor *c = cursor(cb);
	const struct cf_set *set;
	int err = check_allowed(cb);

	if (!err && !c->set)
		err = find_set(cb);
	if (err)
		return err;
	set = &c->set->set;
	for (; c->kind < 2; c->kind++, c->index = 0) {
		while (c->index < (c->kind ? set->n6 : set->n4)) {
			u32 index = c->index;
			void *header;

			header = message_begin(msg, cb,
					       CAMFENCE_CMD_SET_RANGE_GET);
			if (!header)
				return msg->len;
			if (put_chunk(msg, c, &index)) {
				genlmsg_cancel(msg, header);
				return msg->len;
			}
			genlmsg_end(msg, header);
			c->index = index;
		}
	}
	return msg->len;
}
