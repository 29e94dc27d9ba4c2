// SPDX-License-Identifier: GPL-2.0
/*
 * From structs to attributes; wire_get.c goes the other way. What the nests
 * hold is drawn in uapi/camfence.h.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "times.h"
#include "uapi/camfence.h"
#include "wire.h"

static u16 kind_attr(enum objkind kind)
{
	static const u16 attrs[] = {
		[KIND_SET] = CAMFENCE_A_SET,
		[KIND_POLICY] = CAMFENCE_A_POLICY,
		[KIND_CAMERA] = CAMFENCE_A_CAMERA,
		[KIND_CATCH] = CAMFENCE_A_CAMERA,
		[KIND_EXEMPTION] = CAMFENCE_A_EXEMPTION,
	};

	return attrs[kind];
}

static bool put_text(struct nlmsghdr *nlh, size_t room, u16 attr,
		     const char *text)
{
	return !text || mnl_attr_put_strz_check(nlh, room, attr, text);
}

static struct nlattr *begin(struct nlmsghdr *nlh, size_t room, enum objkind kind,
			    const char *name)
{
	/* NAME is 1 or 2, not the same for all kinds. */
	static const u16 attrs[] = {
		[KIND_SET] = CAMFENCE_SET_A_NAME,
		[KIND_POLICY] = CAMFENCE_POLICY_A_NAME,
		[KIND_CAMERA] = CAMFENCE_CAMERA_A_NAME,
		[KIND_CATCH] = CAMFENCE_CAMERA_A_NAME,
		[KIND_EXEMPTION] = CAMFENCE_EXEMPTION_A_NAME,
	};
	struct nlattr *nest = mnl_attr_nest_start_check(nlh, room,
							kind_attr(kind));

	if (nest && !put_text(nlh, room, attrs[kind], name))
		return NULL;
	return nest;
}

/* The length of an attribute, a nest's too, has 16 bits. */
static bool end(struct nlmsghdr *nlh, struct nlattr *nest)
{
	char *tail = mnl_nlmsg_get_payload_tail(nlh);

	if (tail - (char *)nest > UINT16_MAX)
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

/**
 * wire_put_name() - an object by its name alone
 * @nlh: the message
 * @room: the longest that it may become
 * @kind: what kind of object
 * @name: its name
 *
 * Return: whether there was room.
 */
bool wire_put_name(struct nlmsghdr *nlh, size_t room, enum objkind kind,
		   const char *name)
{
	struct nlattr *nest = begin(nlh, room, kind, name);

	return nest && end(nlh, nest);
}

static struct nlattr *reserve(struct nlmsghdr *nlh, size_t room, u16 attr,
			      size_t len)
{
	struct nlattr *a = mnl_nlmsg_get_payload_tail(nlh);

	if (nlh->nlmsg_len + MNL_ATTR_HDRLEN + MNL_ALIGN(len) > room)
		return NULL;
	a->nla_type = attr;
	a->nla_len = MNL_ATTR_HDRLEN + len;
	nlh->nlmsg_len += MNL_ATTR_HDRLEN + MNL_ALIGN(len);
	return a;
}

static bool put_ranges4(struct nlmsghdr *nlh, size_t room,
			const struct ranges *r, struct wire_cursor *at)
{
	size_t n = CAMFENCE_CHUNK_BYTES / sizeof(struct camfence_range4), i;
	struct camfence_range4 *out;
	struct nlattr *a;

	if (n > r->n4 - at->at4)
		n = r->n4 - at->at4;
	a = reserve(nlh, room, CAMFENCE_SET_A_RANGES4, n * sizeof(*out));
	if (!a)
		return false;
	out = mnl_attr_get_payload(a);
	for (i = 0; i < n; i++) {
		out[i].first = htonl(r->v4[at->at4 + i].first);
		out[i].last = htonl(r->v4[at->at4 + i].last);
	}
	at->at4 += n;
	return true;
}

static bool put_ranges6(struct nlmsghdr *nlh, size_t room,
			const struct ranges *r, struct wire_cursor *at)
{
	size_t n = CAMFENCE_CHUNK_BYTES / sizeof(struct camfence_range6), i;
	struct camfence_range6 *out;
	struct nlattr *a;

	if (n > r->n6 - at->at6)
		n = r->n6 - at->at6;
	a = reserve(nlh, room, CAMFENCE_SET_A_RANGES6, n * sizeof(*out));
	if (!a)
		return false;
	out = mnl_attr_get_payload(a);
	for (i = 0; i < n; i++) {
		u128_to_bytes(r->v6[at->at6 + i].first, out[i].first);
		u128_to_bytes(r->v6[at->at6 + i].last, out[i].last);
	}
	at->at6 += n;
	return true;
}

/**
 * wire_put_set() - the next part of a set
 * @nlh: the message
 * @room: the longest that it may become
 * @s: the set
 * @r: its ranges, merged
 * @at: zero in the beginning; all is put when both ends are reached
 *
 * One family at a time, so that no nest can outgrow its length.
 *
 * Return: whether there was room.
 */
bool wire_put_set(struct nlmsghdr *nlh, size_t room, const struct set *s,
		  const struct ranges *r, struct wire_cursor *at)
{
	struct nlattr *nest = begin(nlh, room, KIND_SET, s->name);
	bool ok = nest;

	if (ok && !at->at4 && !at->at6) {
		ok = mnl_attr_put_u32_check(nlh, room, CAMFENCE_SET_A_COUNT4,
					    r->n4) &&
		     mnl_attr_put_u32_check(nlh, room, CAMFENCE_SET_A_COUNT6,
					    r->n6) &&
		     put_text(nlh, room, CAMFENCE_SET_A_SOURCE, s->source) &&
		     put_text(nlh, room, CAMFENCE_SET_A_CHECKSUM, s->checksum);
		if (ok && s->date)
			ok = mnl_attr_put_u64_check(nlh, room,
						    CAMFENCE_SET_A_DATE,
						    s->date);
	}
	if (ok && at->at4 < r->n4)
		ok = put_ranges4(nlh, room, r, at);
	else if (ok && at->at6 < r->n6)
		ok = put_ranges6(nlh, room, r, at);
	return ok && end(nlh, nest);
}

static bool put_names(struct nlmsghdr *nlh, size_t room, u16 attr,
		      const struct names *names)
{
	struct nlattr *nest;
	size_t i;

	if (!names->n)
		return true;
	nest = mnl_attr_nest_start_check(nlh, room, attr);
	if (!nest)
		return false;
	for (i = 0; i < names->n; i++)
		if (!put_text(nlh, room, CAMFENCE_LIST_A_NAME, names->v[i]))
			return false;
	return end(nlh, nest);
}

/**
 * wire_put_policy() - a policy
 * @nlh: the message
 * @room: the longest that it may become
 * @p: the policy
 *
 * Return: whether there was room.
 */
bool wire_put_policy(struct nlmsghdr *nlh, size_t room, const struct policy *p)
{
	struct nlattr *nest = begin(nlh, room, KIND_POLICY, p->name);

	return nest &&
	       mnl_attr_put_u8_check(nlh, room, CAMFENCE_POLICY_A_DEFAULT,
				     p->default_) &&
	       mnl_attr_put_u8_check(nlh, room, CAMFENCE_POLICY_A_ACTION,
				     p->action) &&
	       (!p->nflog ||
		mnl_attr_put_u16_check(nlh, room, CAMFENCE_POLICY_A_NFLOG,
				       p->nflog - 1)) &&
	       put_names(nlh, room, CAMFENCE_POLICY_A_ALLOW, &p->allow) &&
	       put_names(nlh, room, CAMFENCE_POLICY_A_BLOCK, &p->block) &&
	       put_text(nlh, room, CAMFENCE_POLICY_A_COMMENT, p->comment) &&
	       end(nlh, nest);
}

static bool put_addr(struct nlmsghdr *nlh, size_t room, const struct range *r)
{
	u8 bytes[16];
	u32 addr;

	if (r->family == 4) {
		addr = htonl(r->v4.first);
		return mnl_attr_put_check(nlh, room, CAMFENCE_SELECTOR_A_ADDR4,
					  sizeof(addr), &addr);
	}
	u128_to_bytes(r->v6.first, bytes);
	return mnl_attr_put_check(nlh, room, CAMFENCE_SELECTOR_A_ADDR6,
				  sizeof(bytes), bytes);
}

static bool put_prefix(struct nlmsghdr *nlh, size_t room, u16 attr4, u16 attr6,
		       const struct range *r)
{
	struct camfence_prefix4 p4 = {};
	struct camfence_prefix6 p6 = {};

	if (r->family == 4) {
		p4.addr = htonl(r->v4.first);
		p4.len = range_prefix_len(r);
		return mnl_attr_put_check(nlh, room, attr4, sizeof(p4), &p4);
	}
	u128_to_bytes(r->v6.first, p6.addr);
	p6.len = range_prefix_len(r);
	return mnl_attr_put_check(nlh, room, attr6, sizeof(p6), &p6);
}

static bool put_oui(struct nlmsghdr *nlh, size_t room, const struct selector *s)
{
	struct camfence_oui oui = { .len = s->len };

	memcpy(oui.oui, s->mac, sizeof(oui.oui));
	return mnl_attr_put_check(nlh, room, CAMFENCE_SELECTOR_A_OUI,
				  sizeof(oui), &oui);
}

static bool put_selector(struct nlmsghdr *nlh, size_t room,
			 const struct selector *s)
{
	switch (s->type) {
	case SELECT_MAC:
		return mnl_attr_put_check(nlh, room, CAMFENCE_SELECTOR_A_MAC,
					  sizeof(s->mac), s->mac);
	case SELECT_ADDR:
		return put_addr(nlh, room, &s->addr);
	case SELECT_NET:
		return put_prefix(nlh, room, CAMFENCE_SELECTOR_A_PREFIX4,
				  CAMFENCE_SELECTOR_A_PREFIX6, &s->addr);
	case SELECT_OUI:
		return put_oui(nlh, room, s);
	default:
		return put_text(nlh, room, CAMFENCE_SELECTOR_A_IFACE, s->iif);
	}
}

static bool put_flag(struct nlmsghdr *nlh, size_t room, u16 attr, bool set)
{
	return !set || mnl_attr_put_check(nlh, room, attr, 0, NULL);
}

/**
 * wire_put_camera() - a camera or a catch
 * @nlh: the message
 * @room: the longest that it may become
 * @kind: KIND_CAMERA or KIND_CATCH
 * @c: the camera
 *
 * Return: whether there was room.
 */
bool wire_put_camera(struct nlmsghdr *nlh, size_t room, enum objkind kind,
		     const struct camera *c)
{
	struct nlattr *nest = begin(nlh, room, kind, c->name);
	struct nlattr *list;
	size_t i;

	if (!nest || !put_text(nlh, room, CAMFENCE_CAMERA_A_POLICY, c->policy))
		return false;
	list = mnl_attr_nest_start_check(nlh, room,
					 CAMFENCE_CAMERA_A_SELECTORS);
	if (!list)
		return false;
	for (i = 0; i < c->n_selectors; i++)
		if (!put_selector(nlh, room, &c->selector[i]))
			return false;
	return end(nlh, list) &&
	       put_flag(nlh, room, CAMFENCE_CAMERA_A_CATCH,
			kind == KIND_CATCH) &&
	       put_flag(nlh, room, CAMFENCE_CAMERA_A_SHARED, c->shared) &&
	       put_text(nlh, room, CAMFENCE_CAMERA_A_KEY, c->key) &&
	       put_text(nlh, room, CAMFENCE_CAMERA_A_COMMENT, c->comment) &&
	       end(nlh, nest);
}

/* Prefixes from *@at on, until the nest holds what one may hold. */
static bool put_remotes(struct nlmsghdr *nlh, size_t room,
			const struct exemption *e, size_t *at)
{
	size_t one = MNL_ATTR_HDRLEN + sizeof(struct camfence_prefix6), i;
	struct nlattr *list;
	char *most;

	list = mnl_attr_nest_start_check(nlh, room,
					 CAMFENCE_EXEMPTION_A_REMOTES);
	if (!list)
		return false;
	most = (char *)list + CAMFENCE_CHUNK_BYTES - one;
	if (!*at) {
		for (i = 0; i < e->sets.n; i++)
			if (!put_text(nlh, room, CAMFENCE_REMOTE_A_SET,
				      e->sets.v[i]))
				return false;
		if (!put_flag(nlh, room, CAMFENCE_REMOTE_A_ROUTER, e->router))
			return false;
	}
	for (; *at < e->n_remotes; ++*at) {
		if ((char *)mnl_nlmsg_get_payload_tail(nlh) > most)
			break;
		if (!put_prefix(nlh, room, CAMFENCE_REMOTE_A_PREFIX4,
				CAMFENCE_REMOTE_A_PREFIX6, &e->remote[*at]))
			return false;
	}
	return end(nlh, list);
}

static bool put_ports(struct nlmsghdr *nlh, size_t room, u16 attr,
		      const struct ports *ports)
{
	return !ports->n ||
	       mnl_attr_put_check(nlh, room, attr,
				  ports->n * sizeof(ports->v[0]), ports->v);
}

static bool put_limits(struct nlmsghdr *nlh, size_t room,
		       const struct exemption *e)
{
	if (!mnl_attr_put_u8_check(nlh, room, CAMFENCE_EXEMPTION_A_DIRECTION,
				   e->dir))
		return false;
	if (e->proto >= 0 &&
	    !mnl_attr_put_u8_check(nlh, room, CAMFENCE_EXEMPTION_A_PROTO,
				   e->proto))
		return false;
	if (!put_ports(nlh, room, CAMFENCE_EXEMPTION_A_PORTS, &e->ports) ||
	    !put_ports(nlh, room, CAMFENCE_EXEMPTION_A_LOCAL_PORTS,
		       &e->local_ports))
		return false;
	if (e->n_icmp_types &&
	    !mnl_attr_put_check(nlh, room, CAMFENCE_EXEMPTION_A_ICMP_TYPES,
				e->n_icmp_types, e->icmp_type))
		return false;
	if (e->not_before &&
	    !mnl_attr_put_u64_check(nlh, room, CAMFENCE_EXEMPTION_A_NOT_BEFORE,
				    e->not_before))
		return false;
	return e->until == TIME_FOREVER ||
	       mnl_attr_put_u64_check(nlh, room, CAMFENCE_EXEMPTION_A_UNTIL,
				      e->until);
}

/* What only the first message of an exemption has. */
static bool put_exemption_head(struct nlmsghdr *nlh, size_t room,
			       const struct exemption *e)
{
	return put_text(nlh, room, CAMFENCE_EXEMPTION_A_CAMERA, e->camera) &&
	       put_text(nlh, room, CAMFENCE_EXEMPTION_A_POLICY, e->policy) &&
	       mnl_attr_put_u32_check(nlh, room, CAMFENCE_EXEMPTION_A_COUNT,
				      e->n_remotes) &&
	       put_limits(nlh, room, e) &&
	       put_text(nlh, room, CAMFENCE_EXEMPTION_A_BY, e->by) &&
	       put_text(nlh, room, CAMFENCE_EXEMPTION_A_REASON, e->reason) &&
	       put_text(nlh, room, CAMFENCE_EXEMPTION_A_COMMENT, e->comment);
}

/**
 * wire_put_exemption() - the next part of an exemption
 * @nlh: the message
 * @room: the longest that it may become
 * @e: the exemption
 * @at: zero in the beginning; all is put when it has reached all remotes
 *
 * Return: whether there was room.
 */
bool wire_put_exemption(struct nlmsghdr *nlh, size_t room,
			const struct exemption *e, size_t *at)
{
	struct nlattr *nest = begin(nlh, room, KIND_EXEMPTION, e->name);

	if (!nest || (!*at && !put_exemption_head(nlh, room, e)))
		return false;
	return put_remotes(nlh, room, e, at) && end(nlh, nest);
}

/**
 * wire_put_settings() - the ruleset's options
 * @nlh: the message
 * @room: the longest that it may become
 * @s: the settings
 *
 * Return: whether there was room.
 */
bool wire_put_settings(struct nlmsghdr *nlh, size_t room,
		       const struct settings *s)
{
	struct nlattr *nest, *list;
	size_t i;

	nest = mnl_attr_nest_start_check(nlh, room, CAMFENCE_A_OPTIONS);
	if (!nest || !put_text(nlh, room, CAMFENCE_OPTIONS_A_SITE, s->site))
		return false;
	if (!s->n_nat64)
		return end(nlh, nest);
	list = mnl_attr_nest_start_check(nlh, room, CAMFENCE_OPTIONS_A_NAT64);
	if (!list)
		return false;
	for (i = 0; i < s->n_nat64; i++)
		if (!put_prefix(nlh, room, CAMFENCE_REMOTE_A_PREFIX4,
				CAMFENCE_REMOTE_A_PREFIX6, &s->nat64[i]))
			return false;
	return end(nlh, list) && end(nlh, nest);
}

/**
 * wire_put_counts() - what the ruleset shall have
 * @nlh: the message
 * @room: the longest that it may become
 * @c: the counts
 *
 * Return: whether there was room.
 */
bool wire_put_counts(struct nlmsghdr *nlh, size_t room, const struct counts *c)
{
	const struct {
		u16 attr;
		u32 value;
	} v[] = {
		{ CAMFENCE_COUNTS_A_SETS, c->sets },
		{ CAMFENCE_COUNTS_A_RANGES, c->ranges },
		{ CAMFENCE_COUNTS_A_POLICIES, c->policies },
		{ CAMFENCE_COUNTS_A_CAMERAS, c->cameras },
		{ CAMFENCE_COUNTS_A_EXEMPTIONS, c->exemptions },
		{ CAMFENCE_COUNTS_A_PREFIXES, c->prefixes },
	};
	struct nlattr *nest = mnl_attr_nest_start_check(nlh, room,
							CAMFENCE_A_COUNTS);
	size_t i;

	if (!nest)
		return false;
	for (i = 0; i < ARRAY_SIZE(v); i++)
		if (!mnl_attr_put_u32_check(nlh, room, v[i].attr, v[i].value))
			return false;
	return end(nlh, nest);
}
