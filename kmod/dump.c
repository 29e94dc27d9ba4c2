// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps: of one snapshot, pinned at the start, however many messages it takes.
 * A message that does not fit is taken back and begins the next one.
 */
#include <linux/slab.h>
#include <net/sock.h>
#include "dump.h"

static const struct nla_policy name_policy[CAMFENCE_SET_A_MAX + 1] = {
	[CAMFENCE_SET_A_NAME] = { .type = NLA_NUL_STRING,
				  .len = CAMFENCE_NAME_LEN - 1 },
};

const struct nla_policy cf_range_get_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_SET] = NLA_POLICY_NESTED(name_policy),
};

const struct nla_policy cf_stats_get_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_RESET] = { .type = NLA_FLAG },
};

/* Where a dump stands. */
struct cursor {
	struct cf_ruleset *rs;		/* NULL: none in force */
	struct cf_object *set;		/* whose ranges are dumped */
	u64 generation;
	u32 kind;
	u32 index;
	u32 part;			/* of an object: how much of it is told */
	bool begun;
};

static struct cursor *cursor(const struct netlink_callback *cb)
{
	return (struct cursor *)cb->args[0];
}

/**
 * cf_dump_start() - pin the ruleset that is in force
 * @cb: of the dump
 *
 * May sleep. cf_dump_done() gives it back.
 *
 * Return: 0 or -ENOMEM.
 */
int cf_dump_start(struct netlink_callback *cb)
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

int cf_dump_start_ruleset(struct netlink_callback *cb)
{
	int err = cf_dump_start(cb);

	if (!err && cursor(cb)->rs)
		cb->min_dump_alloc = NLMSG_GOODSIZE +
				     cf_dump_largest(cursor(cb)->rs);
	return err;
}

/* Refusals wait for the first message: before, no sentence goes with them. */
static int check_allowed(struct netlink_callback *cb)
{
	return cf_netlink_allowed(sock_net(cb->skb->sk), cb->extack);
}

static int find_set(struct netlink_callback *cb)
{
	const struct nlattr *set = cf_dump_attrs(cb)[CAMFENCE_A_SET];
	const struct nlattr *name = NULL;
	struct cursor *c = cursor(cb);

	if (set)
		name = nla_find(nla_data(set), nla_len(set),
				CAMFENCE_SET_A_NAME);
	if (!name) {
		NL_SET_ERR_MSG_ATTR(cb->extack, set, "the set's name is missing");
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

typedef int put_fn(struct sk_buff *msg, struct netlink_callback *cb);

/* One message; @put writes it, and moves the cursor on if it can. */
static int put_message(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd,
		       put_fn *put)
{
	void *header = genlmsg_put(msg, NETLINK_CB(cb->skb).portid,
				   cb->nlh->nlmsg_seq, &cf_genl_family,
				   NLM_F_MULTI, cmd);

	if (!header)
		return -EMSGSIZE;
	if (put(msg, cb)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/* From the cursor on, up to @n of what it counts. */
static int put_up_to(u32 n, struct sk_buff *msg, struct netlink_callback *cb,
		     u8 cmd, put_fn *put)
{
	int err = 0;

	while (cursor(cb)->index < n && !err)
		err = put_message(msg, cb, cmd, put);
	return err;
}

/* What a dump returns: an error where not even one message has found room. */
static int result(const struct sk_buff *msg, int err)
{
	return err && !msg->len ? err : msg->len;
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

static int put_generation(struct sk_buff *msg, const struct cursor *c)
{
	return nla_put_u64_64bit(msg, CAMFENCE_A_GENERATION, c->generation,
				 CAMFENCE_A_PAD);
}

static int put_head(struct sk_buff *msg, struct netlink_callback *cb)
{
	static const struct cf_counts none;
	struct cursor *c = cursor(cb);

	if (put_generation(msg, c) ||
	    cf_dump_counts(msg, CAMFENCE_A_COUNTS,
			   c->rs ? &c->rs->counts : &none))
		return -EMSGSIZE;
	c->begun = true;
	return 0;
}

static const struct cf_object *object(const struct cursor *c)
{
	return cf_object_of(c->rs->objects.of[c->kind][c->index]);
}

static int put_object(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cursor *c = cursor(cb);
	u32 part = c->part;

	if (cf_dump_object(msg, object(c), &part))
		return -EMSGSIZE;
	c->part = part;
	c->index += !part;
	return 0;
}

static bool resets(struct netlink_callback *cb)
{
	return cf_dump_attrs(cb)[CAMFENCE_A_RESET];
}

static int put_object_stats(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cursor *c = cursor(cb);

	if (cf_dump_object_stats(msg, object(c), resets(cb)))
		return -EMSGSIZE;
	c->index++;
	return 0;
}

/* All objects from the cursor to the last kind. */
static int put_objects(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd,
		       put_fn *put, enum cf_kind last)
{
	struct cursor *c = cursor(cb);
	int err;

	for (; c->rs && c->kind <= last; c->kind++, c->index = 0) {
		err = put_up_to(c->rs->objects.n[c->kind], msg, cb, cmd, put);
		if (err)
			return err;
	}
	return 0;
}

int cf_dump_ruleset(struct sk_buff *msg, struct netlink_callback *cb)
{
	int err = check_allowed(cb);

	if (err)
		return err;
	if (!cursor(cb)->begun)
		err = put_message(msg, cb, CAMFENCE_CMD_RULESET_GET, put_head);
	if (!err)
		err = put_objects(msg, cb, CAMFENCE_CMD_RULESET_GET, put_object,
				  CF_KIND_OPTIONS);
	return result(msg, err);
}

static int put_reason(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct nlattr *nest = nla_nest_start(msg, CAMFENCE_A_REASON_STATS);
	struct cf_net *cn = cf_net(sock_net(cb->skb->sk));
	struct cursor *c = cursor(cb);
	struct cf_tally sum = cf_stats_reason(cn, c->index);

	if (!nest || nla_put_u32(msg, CAMFENCE_STATS_A_REASON, c->index) ||
	    cf_dump_tally(msg, CAMFENCE_STATS_A_PACKETS, CAMFENCE_STATS_A_BYTES,
			  sum))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	if (resets(cb))
		cf_stats_reset_reason(cn, c->index, sum);
	c->index++;
	return 0;
}

static int put_reasons(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cursor *c = cursor(cb);
	int err = put_up_to(__CAMFENCE_REASON_MAX, msg, cb,
			    CAMFENCE_CMD_STATS_GET, put_reason);

	if (err)
		return err;
	c->begun = true;
	c->kind = CF_KIND_POLICY;
	c->index = 0;
	return 0;
}

/* Under the mutex, or two would take the same off. */
int cf_dump_stats(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cf_net *cn = cf_net(sock_net(cb->skb->sk));
	int err = check_allowed(cb);

	if (err)
		return err;
	mutex_lock(&cn->lock);
	if (!cursor(cb)->begun)
		err = put_reasons(msg, cb);
	if (!err)
		err = put_objects(msg, cb, CAMFENCE_CMD_STATS_GET,
				  put_object_stats, CF_KIND_EXEMPTION);
	mutex_unlock(&cn->lock);
	return result(msg, err);
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

	cf_in6_write(r->first, set->r6[i].first);
	cf_in6_write(r->last, set->r6[i].last);
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

static int put_chunk(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cursor *c = cursor(cb);
	struct nlattr *nest;

	if (put_generation(msg, c))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, CAMFENCE_A_SET);
	if (!nest || put_ranges(msg, &c->set->set, c->kind, &c->index))
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
		err = put_up_to(c->kind ? set->n6 : set->n4, msg, cb,
				CAMFENCE_CMD_SET_RANGE_GET, put_chunk);
		if (err)
			return result(msg, err);
	}
	return msg->len;
}
