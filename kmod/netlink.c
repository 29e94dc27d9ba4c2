// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: who may ask, transactions, and where each command
 * goes. The protocol is specified in uapi/camfence.h.
 */
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include "compat.h"
#include "event.h"
#include "netlink.h"
#include "verdict.h"

static bool userns;
module_param(userns, bool, 0444);
MODULE_PARM_DESC(userns, "let the root of another user namespace rule its own network namespaces (default: no)");

/**
 * cf_netlink_allowed() - may this namespace be ruled at all?
 * @net: where the socket is; that it has CAP_NET_ADMIN there is known
 * @extack: the sentence if not
 *
 * Return: 0 or -EPERM.
 */
int cf_netlink_allowed(const struct net *net, struct netlink_ext_ack *extack)
{
	if (userns || net->user_ns == &init_user_ns)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "this network namespace belongs to another user namespace; load the module with userns=1 to allow that");
	return -EPERM;
}

/**
 * cf_netlink_txn() - the transaction that a message names
 * @cn: the namespace, its mutex held
 * @info: of the message
 *
 * A transaction is its thread's as well as its socket's, for netlink reads its
 * sentence after the mutex was given back: until then the thread ends nothing,
 * and keeps the socket open.
 *
 * Return: the transaction or an ERR_PTR.
 */
struct cf_txn *cf_netlink_txn(struct cf_net *cn, struct genl_info *info)
{
	struct cf_txn *txn;

	if (!info->attrs[CAMFENCE_A_TXN]) {
		NL_SET_ERR_MSG(info->extack, "no transaction is named; begin one");
		return ERR_PTR(-EINVAL);
	}
	txn = cf_txn_find(cn, nla_get_u64(info->attrs[CAMFENCE_A_TXN]),
			  info->snd_portid);
	if (txn && txn->thread == task_pid(current))
		return txn;
	if (txn) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[CAMFENCE_A_TXN],
				    "another thread has begun this transaction, and only that one may go on");
		return ERR_PTR(-EBUSY);
	}
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[CAMFENCE_A_TXN],
			    "this socket has no such transaction; begin one");
	return ERR_PTR(-ENOENT);
}

/**
 * cf_netlink_fail() - an error and its sentence
 * @txn: which keeps the sentence until netlink has sent it
 * @info: of the message
 * @attr: the attribute that is at fault, or NULL
 * @err: the error
 * @format: of the sentence
 *
 * Return: @err.
 */
int cf_netlink_fail(struct cf_txn *txn, struct genl_info *info,
		    const struct nlattr *attr, int err, const char *format,
		    ...)
{
	va_list args;

	va_start(args, format);
	vscnprintf(txn->message, CF_MESSAGE_LEN, format, args);
	va_end(args);
	if (info->extack) {
		info->extack->_msg = txn->message;
		info->extack->bad_attr = attr;
	}
	return err;
}

static int check_generation(struct cf_net *cn, struct genl_info *info)
{
	const struct nlattr *a = info->attrs[CAMFENCE_A_GENERATION];

	if (!a || nla_get_u64(a) == cn->generation)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, a,
			    "another generation is in force; read the ruleset again");
	return -ESTALE;
}

static int check_settled(const struct cf_net *cn, struct genl_info *info)
{
	if (!cn->pending.on)
		return 0;
	NL_SET_ERR_MSG(info->extack,
		       "a commit is to be confirmed first: confirm it, wait until what was before is back, or flush");
	return -EBUSY;
}

static int put_begun(struct sk_buff *msg, const struct cf_txn *txn)
{
	return nla_put_u64_64bit(msg, CAMFENCE_A_TXN, txn->id, CAMFENCE_A_PAD) ||
	       nla_put_u64_64bit(msg, CAMFENCE_A_GENERATION, txn->generation,
				 CAMFENCE_A_PAD);
}

static int txn_begin(struct cf_net *cn, struct genl_info *info,
		     struct sk_buff *msg)
{
	struct cf_txn *txn;
	int err;

	err = check_settled(cn, info);
	if (!err)
		err = check_generation(cn, info);
	if (err)
		return err;
	err = cf_txn_begin(&txn, cn, info->snd_portid,
			   info->attrs[CAMFENCE_A_EMPTY]);
	if (err == -EBUSY)
		NL_SET_ERR_MSG(info->extack,
			       "8 transactions are open in this namespace already; wait, or end one");
	if (err)
		return err;
	if (put_begun(msg, txn)) {
		cf_txn_end(cn, txn);
		return -EMSGSIZE;
	}
	return 0;
}

static int txn_abort(struct cf_net *cn, struct genl_info *info,
		     struct sk_buff *msg)
{
	struct cf_txn *txn = cf_netlink_txn(cn, info);

	if (IS_ERR(txn))
		return PTR_ERR(txn);
	cf_txn_end(cn, txn);
	return 0;
}

/* In the order of enum camfence_counts_attr. */
static const char *const count_names[] = {
	NULL, "sets", "ranges", "policies", "cameras", "exemptions", "prefixes",
};

static int check_counts(struct cf_txn *txn, struct genl_info *info)
{
	const struct cf_counts *c = &txn->counts;
	const u32 have[] = {
		0, c->of[CF_KIND_SET], c->ranges, c->of[CF_KIND_POLICY],
		c->of[CF_KIND_CAMERA], c->of[CF_KIND_EXEMPTION], c->prefixes,
	};
	const struct nlattr *a;
	int rem;

	BUILD_BUG_ON(ARRAY_SIZE(have) != __CAMFENCE_COUNTS_A_MAX);
	BUILD_BUG_ON(ARRAY_SIZE(count_names) != __CAMFENCE_COUNTS_A_MAX);
	if (!info->attrs[CAMFENCE_A_COUNTS])
		return 0;
	nla_for_each_nested(a, info->attrs[CAMFENCE_A_COUNTS], rem) {
		if (nla_get_u32(a) == have[nla_type(a)])
			continue;
		return cf_netlink_fail(txn, info, a, -EINVAL,
				       "%u %s would be in force, %u are expected",
				       have[nla_type(a)],
				       count_names[nla_type(a)],
				       nla_get_u32(a));
	}
	return 0;
}

static int txn_commit(struct cf_net *cn, struct genl_info *info,
		      struct sk_buff *msg)
{
	const struct nlattr *confirm = info->attrs[CAMFENCE_A_CONFIRM];
	struct cf_txn *txn = cf_netlink_txn(cn, info);
	struct cf_ruleset *rs;
	int err;

	if (IS_ERR(txn))
		return PTR_ERR(txn);
	err = check_settled(cn, info);
	if (err)
		return err;
	if (txn->generation != cn->generation)
		return cf_netlink_fail(txn, info, NULL, -ESTALE,
				       "generation %llu is in force, the transaction began at %llu; read the ruleset again",
				       cn->generation, txn->generation);
	err = check_counts(txn, info);
	if (err)
		return err;
	if (nla_put_u64_64bit(msg, CAMFENCE_A_GENERATION, cn->generation + 1,
			      CAMFENCE_A_PAD))
		return -EMSGSIZE;
	txn->message[0] = '\0';
	err = cf_ruleset_build(&rs, txn, txn->message);
	if (!err) {
		err = cf_ruleset_publish(cn, rs,
					 confirm ? nla_get_u32(confirm) : 0,
					 txn->message);
		if (err)
			cf_ruleset_put(rs);
	}
	if (err && txn->message[0] && info->extack)
		info->extack->_msg = txn->message;
	if (!err) {
		cf_txn_end(cn, txn);
		cf_event_change(cn, CAMFENCE_EVENT_COMMIT, info->snd_portid);
	}
	return err;
}

static int txn_confirm(struct cf_net *cn, struct genl_info *info,
		       struct sk_buff *msg)
{
	int err;

	if (!cn->pending.on) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing is to be confirmed, or not any more");
		return -ENOENT;
	}
	err = check_generation(cn, info);
	if (err)
		return err;
	cf_ruleset_confirm(cn);
	cf_event_change(cn, CAMFENCE_EVENT_CONFIRM, info->snd_portid);
	return 0;
}

static int ruleset_flush(struct cf_net *cn, struct genl_info *info,
			 struct sk_buff *msg)
{
	int err = check_generation(cn, info);

	if (err)
		return err;
	cf_ruleset_flush(cn);
	cf_event_change(cn, CAMFENCE_EVENT_FLUSH, info->snd_portid);
	return 0;
}

/* Who obeys each command, under the namespace's mutex, and may answer. */
static const struct {
	int (*obey)(struct cf_net *cn, struct genl_info *info,
		    struct sk_buff *msg);
	bool answers;
} commands[] = {
	[CAMFENCE_CMD_INFO_GET] = { cf_info_get, true },
	[CAMFENCE_CMD_VERDICT_GET] = { cf_verdict_get, true },
	[CAMFENCE_CMD_TXN_BEGIN] = { txn_begin, true },
	[CAMFENCE_CMD_TXN_COMMIT] = { txn_commit, true },
	[CAMFENCE_CMD_TXN_CONFIRM] = { txn_confirm },
	[CAMFENCE_CMD_TXN_ABORT] = { txn_abort },
	[CAMFENCE_CMD_SET_PUT] = { cf_put },
	[CAMFENCE_CMD_SET_DEL] = { cf_del },
	[CAMFENCE_CMD_POLICY_PUT] = { cf_put },
	[CAMFENCE_CMD_POLICY_DEL] = { cf_del },
	[CAMFENCE_CMD_CAMERA_PUT] = { cf_put },
	[CAMFENCE_CMD_CAMERA_DEL] = { cf_del },
	[CAMFENCE_CMD_EXEMPTION_PUT] = { cf_put },
	[CAMFENCE_CMD_EXEMPTION_DEL] = { cf_del },
	[CAMFENCE_CMD_OPTIONS_PUT] = { cf_put },
	[CAMFENCE_CMD_RULESET_FLUSH] = { ruleset_flush },
};

static int obey(struct genl_info *info, struct sk_buff *msg)
{
	struct cf_net *cn = cf_net(genl_info_net(info));
	int err;

	mutex_lock(&cn->lock);
	err = commands[info->genlhdr->cmd].obey(cn, info, msg);
	mutex_unlock(&cn->lock);
	return err;
}

/* What was obeyed stays so, whether the answer arrives or not. */
static int answer(struct genl_info *info)
{
	struct sk_buff *msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *header;
	int err;

	if (!msg)
		return -ENOMEM;
	header = genlmsg_put_reply(msg, info, &cf_genl_family, 0,
				   info->genlhdr->cmd);
	err = header ? obey(info, msg) : -EMSGSIZE;
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, header);
	genlmsg_reply(msg, info);
	return 0;
}

static int doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = cf_netlink_allowed(genl_info_net(info), info->extack);

	if (err)
		return err;
	return commands[info->genlhdr->cmd].answers ? answer(info) :
						      obey(info, NULL);
}

static const struct nla_policy counts_policy[CAMFENCE_COUNTS_A_MAX + 1] = {
	[CAMFENCE_COUNTS_A_SETS] = { .type = NLA_U32 },
	[CAMFENCE_COUNTS_A_RANGES] = { .type = NLA_U32 },
	[CAMFENCE_COUNTS_A_POLICIES] = { .type = NLA_U32 },
	[CAMFENCE_COUNTS_A_CAMERAS] = { .type = NLA_U32 },
	[CAMFENCE_COUNTS_A_EXEMPTIONS] = { .type = NLA_U32 },
	[CAMFENCE_COUNTS_A_PREFIXES] = { .type = NLA_U32 },
};

static const struct nla_policy begin_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_GENERATION] = { .type = NLA_U64 },
	[CAMFENCE_A_EMPTY] = { .type = NLA_FLAG },
};

static struct netlink_range_validation confirm_range = {
	.min = 1,
	.max = CAMFENCE_MAX_CONFIRM,
};

static const struct nla_policy commit_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_COUNTS] = NLA_POLICY_NESTED(counts_policy),
	[CAMFENCE_A_CONFIRM] = NLA_POLICY_FULL_RANGE(NLA_U32, &confirm_range),
};

static const struct nla_policy abort_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
};

/* Of a confirmation and a flush. */
static const struct nla_policy generation_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_GENERATION] = { .type = NLA_U64 },
};

#define DO(_cmd, _policy) {						\
	.cmd = CAMFENCE_CMD_##_cmd,					\
	.doit = doit,							\
	.policy = _policy,						\
	.maxattr = CAMFENCE_A_MAX,					\
	.flags = GENL_UNS_ADMIN_PERM,					\
}

#define DUMP(_cmd, _start, _dumpit, _policy) {				\
	.cmd = CAMFENCE_CMD_##_cmd,					\
	.start = _start,						\
	.dumpit = _dumpit,						\
	.done = cf_dump_done,						\
	.policy = _policy,						\
	.maxattr = CAMFENCE_A_MAX,					\
	.flags = GENL_UNS_ADMIN_PERM,					\
}

/* Accepts no attribute: all are NLA_UNSPEC, which strict validation refuses. */
static const struct nla_policy none_policy[CAMFENCE_A_MAX + 1];

static const struct genl_ops ops[] = {
	DO(INFO_GET, none_policy),
	DO(TXN_BEGIN, begin_policy),
	DO(TXN_COMMIT, commit_policy),
	DO(TXN_CONFIRM, generation_policy),
	DO(TXN_ABORT, abort_policy),
	DO(SET_PUT, cf_set_put_policy),
	DO(SET_DEL, cf_set_del_policy),
	DO(POLICY_PUT, cf_policy_put_policy),
	DO(POLICY_DEL, cf_policy_del_policy),
	DO(CAMERA_PUT, cf_camera_put_policy),
	DO(CAMERA_DEL, cf_camera_del_policy),
	DO(EXEMPTION_PUT, cf_exemption_put_policy),
	DO(EXEMPTION_DEL, cf_exemption_del_policy),
	DO(OPTIONS_PUT, cf_options_put_policy),
	DO(RULESET_FLUSH, generation_policy),
	DUMP(RULESET_GET, cf_dump_start_ruleset, cf_dump_ruleset, none_policy),
	DUMP(SET_RANGE_GET, cf_dump_start, cf_dump_ranges,
	     cf_range_get_policy),
	DUMP(STATS_GET, cf_dump_start, cf_dump_stats, cf_stats_get_policy),
	DO(VERDICT_GET, cf_verdict_policy),
};

static const struct genl_multicast_group groups[] = {
	{ .name = CAMFENCE_GENL_EVENTS, .flags = CF_MCAST_ADMIN },
};

struct genl_family cf_genl_family __ro_after_init = {
	.name = CAMFENCE_GENL_NAME,
	.version = CAMFENCE_GENL_VERSION,
	.maxattr = CAMFENCE_A_MAX,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

/* A socket is closed: so are its transactions. */
static int released(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct netlink_notify *n = data;
	struct cf_net *cn;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	cn = cf_net(n->net);
	mutex_lock(&cn->lock);
	cf_txn_end_all(cn, &n->portid);
	mutex_unlock(&cn->lock);
	return NOTIFY_DONE;
}

static struct notifier_block release_notifier = {
	.notifier_call = released,
};

/**
 * cf_netlink_init() - open the family
 *
 * Return: 0 or a negative error.
 */
int __init cf_netlink_init(void)
{
	int err;

	err = netlink_register_notifier(&release_notifier);
	if (err)
		return err;
	err = genl_register_family(&cf_genl_family);
	if (err) {
		netlink_unregister_notifier(&release_notifier);
		return err;
	}
	cf_event_open(true);
	return 0;
}

/**
 * cf_netlink_fini() - close it; no handler runs afterwards
 */
void cf_netlink_fini(void)
{
	cf_event_open(false);
	genl_unregister_family(&cf_genl_family);
	netlink_unregister_notifier(&release_notifier);
}
