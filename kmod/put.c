// SPDX-License-Identifier: GPL-2.0
/*
 * Puts and dels: from attributes to objects. Everything is checked here that a
 * packet will rely on; nothing is decided.
 */
#include <linux/etherdevice.h>
#include "put.h"

#define NAME_POLICY { .type = NLA_NUL_STRING, .len = CAMFENCE_NAME_LEN - 1 }
#define TEXT_POLICY { .type = NLA_NUL_STRING, .len = CAMFENCE_TEXT_LEN - 1 }

/* A nest that has a name and nothing else. */
#define NAME_ONLY(attr)							\
	NLA_POLICY_NESTED(((const struct nla_policy[]){ [attr] = NAME_POLICY }))

#define PREFIX4_POLICY							\
	NLA_POLICY_EXACT_LEN(sizeof(struct camfence_prefix4))
#define PREFIX6_POLICY							\
	NLA_POLICY_EXACT_LEN(sizeof(struct camfence_prefix6))

#define PORTS_POLICY {							\
	.type = NLA_BINARY,						\
	.len = CAMFENCE_MAX_PORTS * sizeof(struct camfence_port_range),	\
}

#define SERVICE "service:"

static const struct nla_policy set_policy[CAMFENCE_SET_A_MAX + 1] = {
	[CAMFENCE_SET_A_NAME] = NAME_POLICY,
	[CAMFENCE_SET_A_COUNT4] = { .type = NLA_U32 },
	[CAMFENCE_SET_A_COUNT6] = { .type = NLA_U32 },
	[CAMFENCE_SET_A_RANGES4] = { .type = NLA_BINARY,
				     .len = CAMFENCE_CHUNK_BYTES },
	[CAMFENCE_SET_A_RANGES6] = { .type = NLA_BINARY,
				     .len = CAMFENCE_CHUNK_BYTES },
	[CAMFENCE_SET_A_SOURCE] = TEXT_POLICY,
	[CAMFENCE_SET_A_DATE] = { .type = NLA_U64 },
	[CAMFENCE_SET_A_CHECKSUM] = TEXT_POLICY,
};

static const struct nla_policy list_policy[CAMFENCE_LIST_A_MAX + 1] = {
	[CAMFENCE_LIST_A_NAME] = NAME_POLICY,
};

static const struct nla_policy policy_policy[CAMFENCE_POLICY_A_MAX + 1] = {
	[CAMFENCE_POLICY_A_NAME] = NAME_POLICY,
	[CAMFENCE_POLICY_A_DEFAULT] =
		NLA_POLICY_MAX(NLA_U8, CAMFENCE_DEFAULT_DROP),
	[CAMFENCE_POLICY_A_ACTION] =
		NLA_POLICY_MAX(NLA_U8, CAMFENCE_ACTION_REJECT),
	[CAMFENCE_POLICY_A_ALLOW] = NLA_POLICY_NESTED(list_policy),
	[CAMFENCE_POLICY_A_BLOCK] = NLA_POLICY_NESTED(list_policy),
	[CAMFENCE_POLICY_A_COMMENT] = TEXT_POLICY,
	[CAMFENCE_POLICY_A_STATS] = { .type = NLA_REJECT },
	[CAMFENCE_POLICY_A_NFLOG] = { .type = NLA_U16 },
};

static const struct nla_policy selector_policy[CAMFENCE_SELECTOR_A_MAX + 1] = {
	[CAMFENCE_SELECTOR_A_MAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[CAMFENCE_SELECTOR_A_ADDR4] = NLA_POLICY_EXACT_LEN(4),
	[CAMFENCE_SELECTOR_A_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[CAMFENCE_SELECTOR_A_PREFIX4] = PREFIX4_POLICY,
	[CAMFENCE_SELECTOR_A_PREFIX6] = PREFIX6_POLICY,
	[CAMFENCE_SELECTOR_A_OUI] =
		NLA_POLICY_EXACT_LEN(sizeof(struct camfence_oui)),
	[CAMFENCE_SELECTOR_A_IFACE] = { .type = NLA_NUL_STRING,
					.len = CAMFENCE_IFACE_LEN - 1 },
};

static const struct nla_policy camera_policy[CAMFENCE_CAMERA_A_MAX + 1] = {
	[CAMFENCE_CAMERA_A_NAME] = NAME_POLICY,
	[CAMFENCE_CAMERA_A_POLICY] = NAME_POLICY,
	[CAMFENCE_CAMERA_A_SELECTORS] = NLA_POLICY_NESTED(selector_policy),
	[CAMFENCE_CAMERA_A_KEY] = TEXT_POLICY,
	[CAMFENCE_CAMERA_A_COMMENT] = TEXT_POLICY,
	[CAMFENCE_CAMERA_A_STATS] = { .type = NLA_REJECT },
	[CAMFENCE_CAMERA_A_CATCH] = { .type = NLA_FLAG },
	[CAMFENCE_CAMERA_A_SHARED] = { .type = NLA_FLAG },
};

static const struct nla_policy remote_policy[CAMFENCE_REMOTE_A_MAX + 1] = {
	[CAMFENCE_REMOTE_A_PREFIX4] = PREFIX4_POLICY,
	[CAMFENCE_REMOTE_A_PREFIX6] = PREFIX6_POLICY,
	[CAMFENCE_REMOTE_A_SET] = NAME_POLICY,
	[CAMFENCE_REMOTE_A_ROUTER] = { .type = NLA_FLAG },
};

static const struct nla_policy
exemption_policy[CAMFENCE_EXEMPTION_A_MAX + 1] = {
	[CAMFENCE_EXEMPTION_A_NAME] = NAME_POLICY,
	[CAMFENCE_EXEMPTION_A_CAMERA] = NAME_POLICY,
	[CAMFENCE_EXEMPTION_A_POLICY] = NAME_POLICY,
	[CAMFENCE_EXEMPTION_A_REMOTES] = NLA_POLICY_NESTED(remote_policy),
	[CAMFENCE_EXEMPTION_A_PROTO] = { .type = NLA_U8 },
	[CAMFENCE_EXEMPTION_A_PORTS] = PORTS_POLICY,
	[CAMFENCE_EXEMPTION_A_NOT_BEFORE] = { .type = NLA_U64 },
	[CAMFENCE_EXEMPTION_A_UNTIL] = { .type = NLA_U64 },
	[CAMFENCE_EXEMPTION_A_BY] = TEXT_POLICY,
	[CAMFENCE_EXEMPTION_A_REASON] = TEXT_POLICY,
	[CAMFENCE_EXEMPTION_A_COMMENT] = TEXT_POLICY,
	[CAMFENCE_EXEMPTION_A_STATS] = { .type = NLA_REJECT },
	[CAMFENCE_EXEMPTION_A_COUNT] = { .type = NLA_U32 },
	[CAMFENCE_EXEMPTION_A_DIRECTION] =
		NLA_POLICY_MAX(NLA_U8, CAMFENCE_DIRECTION_BOTH),
	[CAMFENCE_EXEMPTION_A_LOCAL_PORTS] = PORTS_POLICY,
	[CAMFENCE_EXEMPTION_A_ICMP_TYPES] = { .type = NLA_BINARY,
					      .len = CAMFENCE_MAX_ICMP_TYPES },
};

static const struct nla_policy nat64_policy[CAMFENCE_REMOTE_A_MAX + 1] = {
	[CAMFENCE_REMOTE_A_PREFIX6] = PREFIX6_POLICY,
};

static const struct nla_policy options_policy[CAMFENCE_OPTIONS_A_MAX + 1] = {
	[CAMFENCE_OPTIONS_A_SITE] = NAME_POLICY,
	[CAMFENCE_OPTIONS_A_NAT64] = NLA_POLICY_NESTED(nat64_policy),
};

/* What goes into a transaction. */
#define IN_TXN(_nest, _policy) {					\
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },				\
	[_nest] = _policy,						\
}

const struct nla_policy cf_set_put_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_SET, NLA_POLICY_NESTED(set_policy));
const struct nla_policy cf_policy_put_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_POLICY, NLA_POLICY_NESTED(policy_policy));
const struct nla_policy cf_camera_put_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_CAMERA, NLA_POLICY_NESTED(camera_policy));
const struct nla_policy cf_exemption_put_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_EXEMPTION, NLA_POLICY_NESTED(exemption_policy));
const struct nla_policy cf_options_put_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_OPTIONS, NLA_POLICY_NESTED(options_policy));
const struct nla_policy cf_set_del_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_SET, NAME_ONLY(CAMFENCE_SET_A_NAME));
const struct nla_policy cf_policy_del_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_POLICY, NAME_ONLY(CAMFENCE_POLICY_A_NAME));
const struct nla_policy cf_camera_del_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_CAMERA, NAME_ONLY(CAMFENCE_CAMERA_A_NAME));
const struct nla_policy cf_exemption_del_policy[CAMFENCE_A_MAX + 1] =
	IN_TXN(CAMFENCE_A_EXEMPTION, NAME_ONLY(CAMFENCE_EXEMPTION_A_NAME));

static const enum cf_kind kind_of[] = {
	[CAMFENCE_CMD_SET_PUT] = CF_KIND_SET,
	[CAMFENCE_CMD_SET_DEL] = CF_KIND_SET,
	[CAMFENCE_CMD_POLICY_PUT] = CF_KIND_POLICY,
	[CAMFENCE_CMD_POLICY_DEL] = CF_KIND_POLICY,
	[CAMFENCE_CMD_CAMERA_PUT] = CF_KIND_CAMERA,
	[CAMFENCE_CMD_CAMERA_DEL] = CF_KIND_CAMERA,
	[CAMFENCE_CMD_EXEMPTION_PUT] = CF_KIND_EXEMPTION,
	[CAMFENCE_CMD_EXEMPTION_DEL] = CF_KIND_EXEMPTION,
	[CAMFENCE_CMD_OPTIONS_PUT] = CF_KIND_OPTIONS,
};

/* The highest of the nests' attributes. */
#define TB_MOST CAMFENCE_EXEMPTION_A_MAX

static_assert(TB_MOST - CAMFENCE_SET_A_MAX >= 0);
static_assert(TB_MOST - CAMFENCE_POLICY_A_MAX >= 0);
static_assert(TB_MOST - CAMFENCE_CAMERA_A_MAX >= 0);
static_assert(TB_MOST - CAMFENCE_OPTIONS_A_MAX >= 0);

/**
 * cf_put_fail() - an error and its sentence
 * @p: the message
 * @attr: what is at fault, or NULL
 * @err: the error
 * @format: of the sentence, which begins with the object's kind and name
 *
 * Return: @err.
 */
int cf_put_fail(struct put *p, const struct nlattr *attr, int err,
		const char *format, ...)
{
	struct va_format sentence = { .fmt = format };
	va_list args;

	va_start(args, format);
	sentence.va = &args;
	cf_netlink_fail(p->txn, p->info, attr, err, "%s%pV", p->who, &sentence);
	va_end(args);
	return err;
}

/* RFC 3629: the code point at *s, which moves on; -1: that is no UTF-8. */
static s32 next_utf8(const u8 **s)
{
	static const u32 least[] = { 0, 0x80, 0x800, 0x10000 };
	unsigned int n, i;
	u32 c = *(*s)++;

	if (c < 0x80)
		return c;
	if (c < 0xc2 || c > 0xf4)
		return -1;
	n = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	c &= 0x3f >> n;
	for (i = 0; i < n; i++, (*s)++) {
		if ((**s & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (**s & 0x3f);
	}
	return c < least[n] || c > 0x10ffff || (c & ~0x7ffU) == 0xd800 ? -1 : c;
}

/**
 * cf_put_is_service() - is it the name of what a service was expanded to?
 * @name: of an exemption; a camera's has no such name
 *
 * Return: whether.
 */
bool cf_put_is_service(const char *name)
{
	return strstarts(name, SERVICE);
}

static bool is_name(enum cf_kind kind, const char *name)
{
	bool service = kind == CF_KIND_EXEMPTION && cf_put_is_service(name);
	const u8 *s = (const u8 *)name;

	if (service)
		s += strlen(SERVICE);
	if (!*s)
		return false;
	while (*s) {
		s32 c = next_utf8(&s);

		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '/' ||
		    (c == ':' && !service))
			return false;
	}
	return true;
}

static int take_name(struct put *p)
{
	const char *kind = cf_kind_names[p->kind];
	const struct nlattr *a;

	if (!cf_kinds[p->kind].name) {
		p->name = kind;
		strscpy(p->who, kind, sizeof(p->who));
		return 0;
	}
	a = p->tb[cf_kinds[p->kind].name];
	if (!a)
		return cf_netlink_fail(p->txn, p->info, NULL, -EINVAL,
				       "a %s needs a name", kind);
	p->name = nla_data(a);
	if (!is_name(p->kind, p->name))
		return cf_netlink_fail(p->txn, p->info, a, -EINVAL,
				       "a %s's name has 1 to 63 bytes of UTF-8 without control characters, ':' and '/'",
				       kind);
	scnprintf(p->who, sizeof(p->who), "%s \"%s\"", kind, p->name);
	return 0;
}

static int take_texts(struct put *p, struct cf_object *o)
{
	unsigned int i;

	for (i = 0; i < CF_TEXTS; i++) {
		const struct nlattr *a = p->tb[cf_kinds[p->kind].texts[i]];
		char *text;

		if (!a)
			continue;
		text = cf_object_array(o, nla_len(a), 1);
		if (!text)
			return -ENOMEM;
		nla_strscpy(text, a, nla_len(a));
		o->texts[i] = text;
	}
	return 0;
}

/**
 * cf_put_u64() - read a number that may lack
 * @p: the message
 * @attr: where in the message
 * @otherwise: what it is if it lacks
 *
 * Return: the number.
 */
u64 cf_put_u64(const struct put *p, int attr, u64 otherwise)
{
	return p->tb[attr] ? nla_get_u64(p->tb[attr]) : otherwise;
}

/**
 * cf_put_reference() - read a name that refers to what must be there by now
 * @p: the message
 * @to: CAMFENCE_NAME_LEN bytes
 * @a: the name
 * @kind: what kind of object has it
 *
 * Return: 0 or -ENOENT.
 */
int cf_put_reference(struct put *p, char *to, const struct nlattr *a,
		     enum cf_kind kind)
{
	nla_strscpy(to, a, CAMFENCE_NAME_LEN);
	if (cf_txn_object(p->txn, kind, to))
		return 0;
	return cf_put_fail(p, a, -ENOENT, ": there is no %s \"%s\"",
			   cf_kind_names[kind], to);
}

static int take_set_name(struct put *p, char sets[][CAMFENCE_NAME_LEN], u8 n,
			 const struct nlattr *a)
{
	int i, err = cf_put_reference(p, sets[n], a, CF_KIND_SET);

	for (i = 0; i < n && !err; i++)
		if (!strcmp(sets[i], sets[n]))
			err = cf_put_fail(p, a, -EINVAL,
					  " names set \"%s\" twice", sets[i]);
	return err;
}

/**
 * cf_put_set_names() - read the names of sets that are in a nest
 * @p: the message
 * @sets: room for all of them
 * @n: 0 before; how many there are
 * @list: the nest, or NULL
 * @type: of the names' attributes; what else is in the nest is passed over
 *
 * Return: 0, -ENOENT (no such set) or -EINVAL (one of them twice).
 */
int cf_put_set_names(struct put *p, char sets[][CAMFENCE_NAME_LEN], u8 *n,
		     const struct nlattr *list, int type)
{
	const struct nlattr *a;
	int rem, err;

	if (!list)
		return 0;
	nla_for_each_nested(a, list, rem) {
		if (nla_type(a) != type)
			continue;
		err = take_set_name(p, sets, *n, a);
		if (err)
			return err;
		++*n;
	}
	return 0;
}

/**
 * cf_put_count() - how many attributes has a nest?
 * @list: the nest, or NULL
 *
 * Return: the number.
 */
int cf_put_count(const struct nlattr *list)
{
	const struct nlattr *a;
	int rem, n = 0;

	if (list)
		nla_for_each_nested(a, list, rem)
			n++;
	return n;
}

static int stage(struct put *p, struct cf_object *o)
{
	int err = cf_txn_put(p->txn, o);

	if (err == -E2BIG)
		return cf_put_fail(p, NULL, err,
				   " is too much: a ruleset has room for %u of its kind, %u ranges, %u selectors and %u exempted prefixes",
				   cf_kinds[p->kind].most, CAMFENCE_MAX_RANGES,
				   CAMFENCE_MAX_ALL_SELECTORS,
				   CAMFENCE_MAX_PREFIXES);
	return err;
}

/*
 * What takes an object, all but its texts, from a message into a new one that
 * has its name; and for kinds that come in several messages, what takes a
 * further one, which has neither attribute of those that begin it.
 */
static const struct {
	int (*fill)(struct put *p, struct cf_object *o);
	int (*go_on)(struct put *p, struct cf_object *o);
	int begin[2];
} takes[CF_KINDS] = {
	[CF_KIND_SET] = { cf_set_fill, cf_set_go_on, {
		CAMFENCE_SET_A_COUNT4, CAMFENCE_SET_A_COUNT6 } },
	[CF_KIND_POLICY] = { cf_policy_fill },
	[CF_KIND_CAMERA] = { cf_camera_fill },
	[CF_KIND_EXEMPTION] = { cf_exemption_fill, cf_exemption_go_on, {
		CAMFENCE_EXEMPTION_A_CAMERA, CAMFENCE_EXEMPTION_A_POLICY } },
	[CF_KIND_OPTIONS] = { cf_options_fill },
};

static bool goes_on(const struct put *p)
{
	const int *begin = takes[p->kind].begin;

	return takes[p->kind].go_on && !p->tb[begin[0]] && !p->tb[begin[1]];
}

static int put(struct put *p)
{
	struct cf_object *o = NULL;
	int err;

	if (goes_on(p))
		o = cf_txn_begun(p->txn, p->kind, p->name);
	if (o)
		return takes[p->kind].go_on(p, o);
	o = cf_object_new(p->kind, p->name);
	if (!o)
		return -ENOMEM;
	err = takes[p->kind].fill(p, o) ?: take_texts(p, o) ?: stage(p, o);
	if (err)
		cf_object_put(o);
	return err;
}

static int del(struct put *p)
{
	int err = cf_txn_del(p->txn, p->kind, p->name);

	if (err == -ENOENT)
		return cf_netlink_fail(p->txn, p->info,
				       p->tb[cf_kinds[p->kind].name], err,
				       "there is no %s", p->who);
	return err;
}

static int handle_nest(struct put *p)
{
	const struct nlattr *nest = p->info->attrs[cf_kinds[p->kind].nest];

	if (!nest)
		return cf_netlink_fail(p->txn, p->info, NULL, -EINVAL,
				       "the message has no %s",
				       cf_kind_names[p->kind]);
	/* It has been held to its policy already. */
	return nla_parse_nested(p->tb, cf_kinds[p->kind].last, nest, NULL,
				p->info->extack) ?: take_name(p);
}

static int handle(struct cf_net *cn, struct genl_info *info,
		  int (*verb)(struct put *p))
{
	struct nlattr *tb[TB_MOST + 1] = { };
	struct put p = {
		.info = info,
		.kind = kind_of[info->genlhdr->cmd],
		.tb = tb,
	};

	p.txn = cf_netlink_txn(cn, info);
	if (IS_ERR(p.txn))
		return PTR_ERR(p.txn);
	return handle_nest(&p) ?: verb(&p);
}

/**
 * cf_put() - add an object, or a chunk of it, or replace one
 * @cn: the namespace, its mutex held
 * @info: of the message
 * @msg: NULL
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_put(struct cf_net *cn, struct genl_info *info, struct sk_buff *msg)
{
	return handle(cn, info, put);
}

/**
 * cf_del() - delete an object
 * @cn: the namespace, its mutex held
 * @info: of the message
 * @msg: NULL
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_del(struct cf_net *cn, struct genl_info *info, struct sk_buff *msg)
{
	return handle(cn, info, del);
}
