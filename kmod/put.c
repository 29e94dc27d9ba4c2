// SPDX-License-Identifier: GPL-2.0
/*
 * Puts and dels: from attributes to objects. Everything is checked here that a
 * packet will rely on; nothing is decided.
 */
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <net/ipv6.h>
#include "core/remote.h"
#include "netlink.h"

#define NAME_POLICY { .type = NLA_NUL_STRING, .len = CAMFENCE_NAME_LEN - 1 }
#define TEXT_POLICY { .type = NLA_NUL_STRING, .len = CAMFENCE_TEXT_LEN - 1 }

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
		NLA_POLICY_MAX(NLA_U8, CAMFENCE_ACTION_AUDIT),
	[CAMFENCE_POLICY_A_ALLOW] = NLA_POLICY_NESTED(list_policy),
	[CAMFENCE_POLICY_A_BLOCK] = NLA_POLICY_NESTED(list_policy),
	[CAMFENCE_POLICY_A_COMMENT] = TEXT_POLICY,
	[CAMFENCE_POLICY_A_STATS] = { .type = NLA_REJECT },
};

static const struct nla_policy selector_policy[CAMFENCE_SELECTOR_A_MAX + 1] = {
	[CAMFENCE_SELECTOR_A_MAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[CAMFENCE_SELECTOR_A_ADDR4] = NLA_POLICY_EXACT_LEN(4),
	[CAMFENCE_SELECTOR_A_ADDR6] = NLA_POLICY_EXACT_LEN(16),
};

static const struct nla_policy camera_policy[CAMFENCE_CAMERA_A_MAX + 1] = {
	[CAMFENCE_CAMERA_A_NAME] = NAME_POLICY,
	[CAMFENCE_CAMERA_A_POLICY] = NAME_POLICY,
	[CAMFENCE_CAMERA_A_SELECTORS] = NLA_POLICY_NESTED(selector_policy),
	[CAMFENCE_CAMERA_A_KEY] = TEXT_POLICY,
	[CAMFENCE_CAMERA_A_COMMENT] = TEXT_POLICY,
	[CAMFENCE_CAMERA_A_STATS] = { .type = NLA_REJECT },
};

static const struct nla_policy remote_policy[CAMFENCE_REMOTE_A_MAX + 1] = {
	[CAMFENCE_REMOTE_A_PREFIX4] =
		NLA_POLICY_EXACT_LEN(sizeof(struct camfence_prefix4)),
	[CAMFENCE_REMOTE_A_PREFIX6] =
		NLA_POLICY_EXACT_LEN(sizeof(struct camfence_prefix6)),
};

static const struct nla_policy
exemption_policy[CAMFENCE_EXEMPTION_A_MAX + 1] = {
	[CAMFENCE_EXEMPTION_A_NAME] = NAME_POLICY,
	[CAMFENCE_EXEMPTION_A_CAMERA] = NAME_POLICY,
	[CAMFENCE_EXEMPTION_A_POLICY] = NAME_POLICY,
	[CAMFENCE_EXEMPTION_A_REMOTES] = NLA_POLICY_NESTED(remote_policy),
	[CAMFENCE_EXEMPTION_A_PROTO] = { .type = NLA_U8 },
	[CAMFENCE_EXEMPTION_A_PORTS] = {
		.type = NLA_BINARY,
		.len = CAMFENCE_MAX_PORTS * sizeof(struct camfence_port_range),
	},
	[CAMFENCE_EXEMPTION_A_NOT_BEFORE] = { .type = NLA_U64 },
	[CAMFENCE_EXEMPTION_A_UNTIL] = { .type = NLA_U64 },
	[CAMFENCE_EXEMPTION_A_BY] = TEXT_POLICY,
	[CAMFENCE_EXEMPTION_A_REASON] = TEXT_POLICY,
	[CAMFENCE_EXEMPTION_A_COMMENT] = TEXT_POLICY,
	[CAMFENCE_EXEMPTION_A_STATS] = { .type = NLA_REJECT },
};

static const struct nla_policy set_name_policy[CAMFENCE_SET_A_MAX + 1] = {
	[CAMFENCE_SET_A_NAME] = NAME_POLICY,
};

static const struct nla_policy policy_name_policy[CAMFENCE_POLICY_A_MAX + 1] = {
	[CAMFENCE_POLICY_A_NAME] = NAME_POLICY,
};

static const struct nla_policy camera_name_policy[CAMFENCE_CAMERA_A_MAX + 1] = {
	[CAMFENCE_CAMERA_A_NAME] = NAME_POLICY,
};

static const struct nla_policy
exemption_name_policy[CAMFENCE_EXEMPTION_A_MAX + 1] = {
	[CAMFENCE_EXEMPTION_A_NAME] = NAME_POLICY,
};

const struct nla_policy cf_set_put_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_SET] = NLA_POLICY_NESTED(set_policy),
};

const struct nla_policy cf_policy_put_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_POLICY] = NLA_POLICY_NESTED(policy_policy),
};

const struct nla_policy cf_camera_put_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_CAMERA] = NLA_POLICY_NESTED(camera_policy),
};

const struct nla_policy cf_exemption_put_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_EXEMPTION] = NLA_POLICY_NESTED(exemption_policy),
};

const struct nla_policy cf_set_del_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_SET] = NLA_POLICY_NESTED(set_name_policy),
};

const struct nla_policy cf_policy_del_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_POLICY] = NLA_POLICY_NESTED(policy_name_policy),
};

const struct nla_policy cf_camera_del_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_CAMERA] = NLA_POLICY_NESTED(camera_name_policy),
};

const struct nla_policy cf_exemption_del_policy[CAMFENCE_A_MAX + 1] = {
	[CAMFENCE_A_TXN] = { .type = NLA_U64 },
	[CAMFENCE_A_EXEMPTION] = NLA_POLICY_NESTED(exemption_name_policy),
};

/* One message: its nest taken apart, and where its errors go. */
struct put {
	struct genl_info *info;
	struct cf_txn *txn;
	enum cf_kind kind;
	struct nlattr **tb;
	const char *name;
};

__printf(4, 5)
static int fail(struct put *p, const struct nlattr *attr, int err,
		const char *format, ...)
{
	va_list args;

	va_start(args, format);
	err = cf_netlink_vfail(p->txn, p->info, attr, err, format, args);
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

static bool is_name(const char *name)
{
	const u8 *s = (const u8 *)name;

	if (!*s)
		return false;
	while (*s) {
		s32 c = next_utf8(&s);

		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == ':' || c == '/')
			return false;
	}
	return true;
}

static int take_name(struct put *p, int attr)
{
	const struct nlattr *a = p->tb[attr];

	if (!a)
		return fail(p, NULL, -EINVAL,
				       "a %s needs a name",
				       cf_kind_names[p->kind]);
	p->name = nla_data(a);
	if (!is_name(p->name))
		return fail(p, a, -EINVAL,
			    "a %s's name has 1 to 63 bytes of UTF-8 without control characters, ':' and '/'",
			    cf_kind_names[p->kind]);
	return 0;
}

static int take_text(struct put *p, struct cf_object *o, enum cf_text text,
		     int attr)
{
	const struct nlattr *a = p->tb[attr];

	if (!a)
		return 0;
	o->texts[text] = nla_strdup(a, GFP_KERNEL_ACCOUNT);
	if (!o->texts[text])
		return -ENOMEM;
	o->bytes += strlen(o->texts[text]) + 1;
	return 0;
}

static u64 get_u64(const struct put *p, int attr, u64 otherwise)
{
	return p->tb[attr] ? nla_get_u64(p->tb[attr]) : otherwise;
}

/* What a name refers to must be there when the one who refers is put. */
static int check_reference(struct put *p, const struct nlattr *a,
			   enum cf_kind to)
{
	const char *name = nla_data(a);

	if (cf_txn_object(p->txn, to, name))
		return 0;
	return fail(p, a, -ENOENT, "%s \"%s\": there is no %s \"%s\"",
		    cf_kind_names[p->kind], p->name, cf_kind_names[to], name);
}

static int stage(struct put *p, struct cf_object *o)
{
	int err = cf_txn_put(p->txn, o);

	if (err == -E2BIG)
		return fail(p, NULL, err,
				       "%s \"%s\": a ruleset has at most %u %ss, %u ranges and %u exempted prefixes",
				       cf_kind_names[p->kind], p->name,
				       cf_txn_most(p->kind),
				       p->kind == CF_KIND_POLICY ? "policie" :
				       cf_kind_names[p->kind],
				       CAMFENCE_MAX_RANGES,
				       CAMFENCE_MAX_PREFIXES);
	return err;
}

/* Sets */

static int check_room(struct put *p, const struct nlattr *a, size_t size,
		      u32 left)
{
	if (nla_len(a) % size)
		return fail(p, a, -EINVAL,
			    "set \"%s\": %d bytes are no whole number of ranges",
			    p->name, nla_len(a));
	if (nla_len(a) / size > left)
		return fail(p, a, -EINVAL,
			    "set \"%s\": more ranges than were announced",
			    p->name);
	return 0;
}

static int take_ranges4(struct put *p, struct cf_set *set, u32 *left,
			const struct nlattr *a)
{
	const struct camfence_range4 *from = nla_data(a);
	u32 i, done = set->n4 - *left;
	u32 n = nla_len(a) / sizeof(*from);
	int err = check_room(p, a, sizeof(*from), *left);

	if (err)
		return err;
	for (i = 0; i < n; i++) {
		struct cf_range4 *r = &set->r4[done + i];

		r->first = ntohl(from[i].first);
		r->last = ntohl(from[i].last);
		if (r->last < r->first ||
		    (done + i && r->first <= r[-1].last))
			return fail(p, a, -EINVAL,
				    "set \"%s\": %pI4-%pI4 does not come after the range before it, or ends before it begins",
				    p->name, &from[i].first, &from[i].last);
	}
	*left -= n;
	return 0;
}

static struct cf_in6 in6_of(const u8 *a)
{
	return (struct cf_in6){ get_unaligned_be64(a),
				get_unaligned_be64(a + 8) };
}

static int take_ranges6(struct put *p, struct cf_set *set, u32 *left,
			const struct nlattr *a)
{
	const struct camfence_range6 *from = nla_data(a);
	u32 i, done = set->n6 - *left;
	u32 n = nla_len(a) / sizeof(*from);
	int err = check_room(p, a, sizeof(*from), *left);

	if (err)
		return err;
	for (i = 0; i < n; i++) {
		struct cf_range6 *r = &set->r6[done + i];

		r->first = in6_of(from[i].first);
		r->last = in6_of(from[i].last);
		if (cf_in6_cmp(r->last, r->first) < 0 ||
		    (done + i && cf_in6_cmp(r->first, r[-1].last) <= 0))
			return fail(p, a, -EINVAL,
				    "set \"%s\": %pI6c-%pI6c does not come after the range before it, or ends before it begins",
				    p->name, from[i].first, from[i].last);
	}
	*left -= n;
	return 0;
}

/* Both families or none, so that a message that fails has changed nothing. */
static int take_ranges(struct put *p, struct cf_object *o)
{
	const struct nlattr *a4 = p->tb[CAMFENCE_SET_A_RANGES4];
	const struct nlattr *a6 = p->tb[CAMFENCE_SET_A_RANGES6];
	u32 left4 = o->n_left4, left6 = o->n_left6;
	int err = 0;

	if (a4)
		err = take_ranges4(p, &o->set, &left4, a4);
	if (a6 && !err)
		err = take_ranges6(p, &o->set, &left6, a6);
	if (err)
		return err;
	o->n_left4 = left4;
	o->n_left6 = left6;
	return 0;
}

static int begin_set(struct put *p)
{
	struct cf_object *o = cf_object_new(CF_KIND_SET);
	const struct nlattr *n4 = p->tb[CAMFENCE_SET_A_COUNT4];
	const struct nlattr *n6 = p->tb[CAMFENCE_SET_A_COUNT6];
	int err = -ENOMEM;

	if (!o)
		return err;
	strscpy(o->name, p->name, sizeof(o->name));
	o->set.n4 = n4 ? nla_get_u32(n4) : 0;
	o->set.n6 = n6 ? nla_get_u32(n6) : 0;
	o->n_left4 = o->set.n4;
	o->n_left6 = o->set.n6;
	o->date = get_u64(p, CAMFENCE_SET_A_DATE, 0);
	if ((u64)o->set.n4 + o->set.n6 > CAMFENCE_MAX_RANGES) {
		err = fail(p, n4 ? n4 : n6, -E2BIG,
			   "set \"%s\": a ruleset has at most %u ranges",
			   p->name, CAMFENCE_MAX_RANGES);
		goto fail;
	}
	o->set.r4 = cf_object_array(o, o->set.n4, sizeof(*o->set.r4));
	o->set.r6 = cf_object_array(o, o->set.n6, sizeof(*o->set.r6));
	if (!o->set.r4 || !o->set.r6)
		goto fail;
	err = take_text(p, o, CF_TEXT_SOURCE, CAMFENCE_SET_A_SOURCE);
	if (!err)
		err = take_text(p, o, CF_TEXT_CHECKSUM,
				CAMFENCE_SET_A_CHECKSUM);
	if (!err)
		err = take_ranges(p, o);
	if (!err)
		err = stage(p, o);
	if (!err)
		return 0;
fail:
	cf_object_put(o);
	return err;
}

static int go_on_with_set(struct put *p)
{
	struct cf_object *o = cf_txn_begun(p->txn, CF_KIND_SET, p->name);

	if (!o)
		return fail(p, p->tb[CAMFENCE_SET_A_NAME], -ENOENT,
			    "set \"%s\" was not begun by this transaction: announce how many ranges it has",
			    p->name);
	if (p->tb[CAMFENCE_SET_A_SOURCE] || p->tb[CAMFENCE_SET_A_DATE] ||
	    p->tb[CAMFENCE_SET_A_CHECKSUM])
		return fail(p, NULL, -EINVAL,
				       "set \"%s\": source, date and checksum go where it is begun",
				       p->name);
	return take_ranges(p, o);
}

static int put_set(struct put *p)
{
	int err = take_name(p, CAMFENCE_SET_A_NAME);

	if (err)
		return err;
	if (!p->tb[CAMFENCE_SET_A_COUNT4] && !p->tb[CAMFENCE_SET_A_COUNT6])
		return go_on_with_set(p);
	return begin_set(p);
}

/* Policies */

static int count_list(const struct nlattr *list)
{
	const struct nlattr *a;
	int rem, n = 0;

	if (list)
		nla_for_each_nested(a, list, rem)
			n++;
	return n;
}

static int take_list(struct put *p, struct cf_policy *policy, u8 *n,
		     const struct nlattr *list)
{
	char (*sets)[CAMFENCE_NAME_LEN] = policy->sets + policy->n_allow;
	const struct nlattr *a;
	int rem, err, i;

	if (!list)
		return 0;
	nla_for_each_nested(a, list, rem) {
		err = check_reference(p, a, CF_KIND_SET);
		if (err)
			return err;
		for (i = 0; i < *n; i++)
			if (!strcmp(sets[i], nla_data(a)))
				return fail(p, a, -EINVAL,
					    "policy \"%s\" names set \"%s\" twice",
					    p->name, sets[i]);
		strscpy(sets[*n], nla_data(a), CAMFENCE_NAME_LEN);
		++*n;
	}
	return 0;
}

static int fill_policy(struct put *p, struct cf_object *o)
{
	const struct nlattr *allow = p->tb[CAMFENCE_POLICY_A_ALLOW];
	const struct nlattr *block = p->tb[CAMFENCE_POLICY_A_BLOCK];
	struct cf_policy *policy = &o->policy;
	u8 n_allow = 0, n_block = 0;
	int err;

	if (count_list(allow) > CAMFENCE_MAX_SETS ||
	    count_list(block) > CAMFENCE_MAX_SETS)
		return fail(p, NULL, -E2BIG,
				       "policy \"%s\" names more than %u sets",
				       p->name, CAMFENCE_MAX_SETS);
	policy->dflt = nla_get_u8(p->tb[CAMFENCE_POLICY_A_DEFAULT]);
	policy->action = nla_get_u8(p->tb[CAMFENCE_POLICY_A_ACTION]);
	policy->sets = cf_object_array(o, count_list(allow) + count_list(block),
				       sizeof(*policy->sets));
	if (!policy->sets)
		return -ENOMEM;
	err = take_list(p, policy, &n_allow, allow);
	if (err)
		return err;
	policy->n_allow = n_allow;
	err = take_list(p, policy, &n_block, block);
	if (err)
		return err;
	policy->n_block = n_block;
	return take_text(p, o, CF_TEXT_COMMENT, CAMFENCE_POLICY_A_COMMENT);
}

/* Cameras */

static int take_mac(struct put *p, struct cf_selector *s,
		    const struct nlattr *a)
{
	if (!is_valid_ether_addr(nla_data(a)))
		return fail(p, a, -EINVAL,
			    "camera \"%s\": MAC %pM is zero or a multicast address",
			    p->name, nla_data(a));
	s->type = CF_SEL_MAC;
	s->mac = ether_addr_to_u64(nla_data(a));
	return 0;
}

static int take_addr4(struct put *p, struct cf_selector *s,
		      const struct nlattr *a)
{
	__be32 addr = nla_get_in_addr(a);

	if (ipv4_is_zeronet(addr) || ipv4_is_multicast(addr) ||
	    ipv4_is_loopback(addr) || ipv4_is_lbcast(addr))
		return fail(p, a, -EINVAL,
			    "camera \"%s\": %pI4 is no address of one host",
			    p->name, &addr);
	s->type = CF_SEL_ADDR;
	s->addr.family = CF_IPV4;
	s->addr.v4 = ntohl(addr);
	return 0;
}

static int take_addr6(struct put *p, struct cf_selector *s,
		      const struct nlattr *a)
{
	const struct in6_addr addr = nla_get_in6_addr(a);

	s->type = CF_SEL_ADDR;
	s->addr.family = CF_IPV6;
	s->addr.v6 = in6_of(addr.s6_addr);
	if (ipv6_addr_any(&addr) || ipv6_addr_is_multicast(&addr) ||
	    ipv6_addr_loopback(&addr))
		return fail(p, a, -EINVAL,
			    "camera \"%s\": %pI6c is no address of one host",
			    p->name, &addr);
	if (cf_remote_plain(&s->addr).family != CF_IPV6)
		return fail(p, a, -EINVAL,
			    "camera \"%s\": %pI6c is an IPv4 address; write that",
			    p->name, &addr);
	return 0;
}

static int take_selector(struct put *p, struct cf_selector *s,
			 const struct nlattr *a)
{
	switch (nla_type(a)) {
	case CAMFENCE_SELECTOR_A_MAC:
		return take_mac(p, s, a);
	case CAMFENCE_SELECTOR_A_ADDR4:
		return take_addr4(p, s, a);
	}
	return take_addr6(p, s, a);
}

static int fill_camera(struct put *p, struct cf_object *o)
{
	const struct nlattr *list = p->tb[CAMFENCE_CAMERA_A_SELECTORS];
	struct cf_camera *camera = &o->camera;
	const struct nlattr *a;
	int rem, err, n = count_list(list);

	if (!n || n > CAMFENCE_MAX_SELECTORS)
		return fail(p, NULL, -EINVAL,
				       "camera \"%s\" needs 1 to %u selectors: MACs or addresses",
				       p->name, CAMFENCE_MAX_SELECTORS);
	err = check_reference(p, p->tb[CAMFENCE_CAMERA_A_POLICY],
			      CF_KIND_POLICY);
	if (err)
		return err;
	nla_strscpy(camera->policy, p->tb[CAMFENCE_CAMERA_A_POLICY],
		    sizeof(camera->policy));
	camera->selectors = cf_object_array(o, n, sizeof(*camera->selectors));
	if (!camera->selectors)
		return -ENOMEM;
	nla_for_each_nested(a, list, rem) {
		err = take_selector(p,
				    &camera->selectors[camera->n_selectors++],
				    a);
		if (err)
			return err;
	}
	err = take_text(p, o, CF_TEXT_KEY, CAMFENCE_CAMERA_A_KEY);
	if (err)
		return err;
	return take_text(p, o, CF_TEXT_COMMENT, CAMFENCE_CAMERA_A_COMMENT);
}

/* Exemptions */

static int take_prefix4(struct put *p, struct cf_prefix *to,
			const struct nlattr *a)
{
	const struct camfence_prefix4 *from = nla_data(a);
	u32 addr = ntohl(from->addr);

	if (from->len > 32 || addr & ~cf_mask32(from->len) || from->pad[0] ||
	    from->pad[1] || from->pad[2])
		return fail(p, a, -EINVAL,
			    "exemption \"%s\": %pI4/%u is no prefix: its length is at most 32, and the bits behind it are zero",
			    p->name, &from->addr, from->len);
	to->addr.family = CF_IPV4;
	to->addr.v4 = addr;
	to->len = from->len;
	return 0;
}

static int take_prefix6(struct put *p, struct cf_prefix *to,
			const struct nlattr *a)
{
	const struct camfence_prefix6 *from = nla_data(a);
	struct cf_in6 addr = in6_of(from->addr);

	if (from->len > 128 ||
	    cf_in6_cmp(addr, cf_in6_mask(addr, from->len)) || from->pad[0] ||
	    from->pad[1] || from->pad[2])
		return fail(p, a, -EINVAL,
			    "exemption \"%s\": %pI6c/%u is no prefix: its length is at most 128, and the bits behind it are zero",
			    p->name, from->addr, from->len);
	to->addr.family = CF_IPV6;
	to->addr.v6 = addr;
	to->len = from->len;
	if (from->len >= 96 && cf_remote_plain(&to->addr).family != CF_IPV6)
		return fail(p, a, -EINVAL,
			    "exemption \"%s\": %pI6c is an IPv4 address; write that",
			    p->name, from->addr);
	return 0;
}

static int take_remotes(struct put *p, struct cf_object *o)
{
	const struct nlattr *list = p->tb[CAMFENCE_EXEMPTION_A_REMOTES];
	struct cf_exemption *e = &o->exemption;
	const struct nlattr *a;
	int rem, err, n = count_list(list);

	if (!n)
		return fail(p, NULL, -EINVAL,
				       "exemption \"%s\" needs a remote",
				       p->name);
	e->prefixes = cf_object_array(o, n, sizeof(*e->prefixes));
	if (!e->prefixes)
		return -ENOMEM;
	nla_for_each_nested(a, list, rem) {
		struct cf_prefix *to = &e->prefixes[e->n_prefixes++];

		err = nla_type(a) == CAMFENCE_REMOTE_A_PREFIX4 ?
		      take_prefix4(p, to, a) : take_prefix6(p, to, a);
		if (err)
			return err;
	}
	return 0;
}

static bool has_ports(u16 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

static int take_ports(struct put *p, struct cf_object *o)
{
	const struct nlattr *proto = p->tb[CAMFENCE_EXEMPTION_A_PROTO];
	const struct nlattr *a = p->tb[CAMFENCE_EXEMPTION_A_PORTS];
	struct cf_exemption *e = &o->exemption;
	u16 i;

	e->proto = proto ? nla_get_u8(proto) : CF_PROTO_ANY;
	if (!a)
		return 0;
	if (!has_ports(e->proto))
		return fail(p, a, -EINVAL,
			    "exemption \"%s\": ports go with tcp, udp, sctp and dccp only",
			    p->name);
	if (!nla_len(a) || nla_len(a) % sizeof(*e->ports))
		return fail(p, a, -EINVAL,
			    "exemption \"%s\": %d bytes are no whole number of port ranges",
			    p->name, nla_len(a));
	e->n_ports = nla_len(a) / sizeof(*e->ports);
	e->ports = cf_object_array(o, e->n_ports, sizeof(*e->ports));
	if (!e->ports)
		return -ENOMEM;
	memcpy(e->ports, nla_data(a), nla_len(a));
	for (i = 0; i < e->n_ports; i++)
		if (e->ports[i].last < e->ports[i].first)
			return fail(p, a, -EINVAL,
				    "exemption \"%s\": ports %u-%u end before they begin",
				    p->name, e->ports[i].first,
				    e->ports[i].last);
	return 0;
}

static int take_owner(struct put *p, struct cf_exemption *e)
{
	const struct nlattr *camera = p->tb[CAMFENCE_EXEMPTION_A_CAMERA];
	const struct nlattr *policy = p->tb[CAMFENCE_EXEMPTION_A_POLICY];

	if (!camera == !policy)
		return fail(p, NULL, -EINVAL,
				       "exemption \"%s\" needs a camera or a policy whose it is, and not both",
				       p->name);
	if (camera) {
		nla_strscpy(e->camera, camera, sizeof(e->camera));
		return check_reference(p, camera, CF_KIND_CAMERA);
	}
	nla_strscpy(e->policy, policy, sizeof(e->policy));
	return check_reference(p, policy, CF_KIND_POLICY);
}

static int take_dates(struct put *p, struct cf_exemption *e)
{
	e->not_before = get_u64(p, CAMFENCE_EXEMPTION_A_NOT_BEFORE, 0);
	e->until = get_u64(p, CAMFENCE_EXEMPTION_A_UNTIL, U64_MAX);
	if (e->not_before < e->until)
		return 0;
	return fail(p, NULL, -EINVAL,
			       "exemption \"%s\" would end before it begins",
			       p->name);
}

static int fill_exemption(struct put *p, struct cf_object *o)
{
	int err;

	err = take_owner(p, &o->exemption);
	if (err)
		return err;
	err = take_remotes(p, o);
	if (err)
		return err;
	err = take_ports(p, o);
	if (err)
		return err;
	err = take_dates(p, &o->exemption);
	if (err)
		return err;
	err = take_text(p, o, CF_TEXT_BY, CAMFENCE_EXEMPTION_A_BY);
	if (err)
		return err;
	err = take_text(p, o, CF_TEXT_REASON, CAMFENCE_EXEMPTION_A_REASON);
	if (err)
		return err;
	return take_text(p, o, CF_TEXT_COMMENT, CAMFENCE_EXEMPTION_A_COMMENT);
}

/* An object that comes in one message. */
static int put_whole(struct put *p, int name,
		     int (*fill)(struct put *p, struct cf_object *o))
{
	struct cf_object *o;
	int err = take_name(p, name);

	if (err)
		return err;
	o = cf_object_new(p->kind);
	if (!o)
		return -ENOMEM;
	strscpy(o->name, p->name, sizeof(o->name));
	err = fill(p, o);
	if (!err)
		err = stage(p, o);
	if (err)
		cf_object_put(o);
	return err;
}

static int put_policy(struct put *p)
{
	if (!p->tb[CAMFENCE_POLICY_A_DEFAULT] ||
	    !p->tb[CAMFENCE_POLICY_A_ACTION])
		return fail(p, NULL, -EINVAL,
				       "a policy needs a default and an action");
	return put_whole(p, CAMFENCE_POLICY_A_NAME, fill_policy);
}

static int put_camera(struct put *p)
{
	if (!p->tb[CAMFENCE_CAMERA_A_POLICY])
		return fail(p, NULL, -EINVAL,
				       "a camera needs a policy");
	return put_whole(p, CAMFENCE_CAMERA_A_NAME, fill_camera);
}

static int put_exemption(struct put *p)
{
	return put_whole(p, CAMFENCE_EXEMPTION_A_NAME, fill_exemption);
}

static int del(struct put *p, int name)
{
	int err = take_name(p, name);

	if (err)
		return err;
	err = cf_txn_del(p->txn, p->kind, p->name);
	if (err == -ENOENT)
		return fail(p, p->tb[name], err, "there is no %s \"%s\"",
			    cf_kind_names[p->kind], p->name);
	return err;
}

static int del_set(struct put *p)
{
	return del(p, CAMFENCE_SET_A_NAME);
}

static int del_policy(struct put *p)
{
	return del(p, CAMFENCE_POLICY_A_NAME);
}

static int del_camera(struct put *p)
{
	return del(p, CAMFENCE_CAMERA_A_NAME);
}

static int del_exemption(struct put *p)
{
	return del(p, CAMFENCE_EXEMPTION_A_NAME);
}

/* The nest of one object, with the most attributes that any of them has. */
#define TB_MOST CAMFENCE_EXEMPTION_A_MAX

static int handle(struct genl_info *info, enum cf_kind kind, int attr, int most,
		  int (*verb)(struct put *p))
{
	struct nlattr *tb[TB_MOST + 1] = { };
	struct put p = { .info = info, .kind = kind, .tb = tb };
	int err;

	if (WARN_ON_ONCE(most > TB_MOST))
		return -EINVAL;
	p.txn = cf_netlink_enter(info);
	if (IS_ERR(p.txn))
		return PTR_ERR(p.txn);
	err = -EINVAL;
	if (!info->attrs[attr])
		cf_netlink_fail(p.txn, info, NULL, err, "the %s is missing",
				cf_kind_names[kind]);
	else	/* its policy has been held to it already */
		err = nla_parse_nested(tb, most, info->attrs[attr], NULL,
				       info->extack);
	if (!err)
		err = verb(&p);
	cf_netlink_leave(info);
	return err;
}

int cf_put_set(struct sk_buff *skb, struct genl_info *info)
{
	return handle(info, CF_KIND_SET, CAMFENCE_A_SET, CAMFENCE_SET_A_MAX,
		      put_set);
}

int cf_put_policy(struct sk_buff *skb, struct genl_info *info)
{
	return handle(info, CF_KIND_POLICY, CAMFENCE_A_POLICY,
		      CAMFENCE_POLICY_A_MAX, put_policy);
}

int cf_put_camera(struct sk_buff *skb, struct genl_info *info)
{
	return handle(info, CF_KIND_CAMERA, CAMFENCE_A_CAMERA,
		      CAMFENCE_CAMERA_A_MAX, put_camera);
}

int cf_put_exemption(struct sk_buff *skb, struct genl_info *info)
{
	return handle(info, CF_KIND_EXEMPTION, CAMFENCE_A_EXEMPTION,
		      CAMFENCE_EXEMPTION_A_MAX, put_exemption);
}

int cf_del_set(struct sk_buff *skb, struct genl_info *info)
{
	return handle(info, CF_KIND_SET, CAMFENCE_A_SET, CAMFENCE_SET_A_MAX,
		      del_set);
}

int cf_del_policy(struct sk_buff *skb, struct genl_info *info)
{
	return handle(info, CF_KIND_POLICY, CAMFENCE_A_POLICY,
		      CAMFENCE_POLICY_A_MAX, del_policy);
}

int cf_del_camera(struct sk_buff *skb, struct genl_info *info)
{
	return handle(info, CF_KIND_CAMERA, CAMFENCE_A_CAMERA,
		      CAMFENCE_CAMERA_A_MAX, del_camera);
}

int cf_del_exemption(struct sk_buff *skb, struct genl_info *info)
{
	return handle(info, CF_KIND_EXEMPTION, CAMFENCE_A_EXEMPTION,
		      CAMFENCE_EXEMPTION_A_MAX, del_exemption);
}
