// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <net/ipv6.h>
#include "core/remote.h"
#include "put.h"

static_assert(CAMFENCE_IFACE_LEN == IFNAMSIZ);

static bool is_host4(__be32 addr)
{
	return !ipv4_is_zeronet(addr) && !ipv4_is_multicast(addr) &&
	       !ipv4_is_loopback(addr) && !ipv4_is_lbcast(addr);
}

static bool is_host6(const struct in6_addr *addr)
{
	return !ipv6_addr_any(addr) && !ipv6_addr_is_multicast(addr) &&
	       !ipv6_addr_loopback(addr);
}

static int take_mac(struct put *p, struct cf_selector *s,
		    const struct nlattr *a)
{
	if (!is_valid_ether_addr(nla_data(a)))
		return cf_put_fail(p, a, -EINVAL,
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

	if (!is_host4(addr))
		return cf_put_fail(p, a, -EINVAL,
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
	s->addr.v6 = cf_in6_of(addr.s6_addr);
	if (!is_host6(&addr))
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": %pI6c is no address of one host",
				   p->name, &addr);
	if (cf_remote_plain(&s->addr).family != CF_IPV6)
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": %pI6c is an IPv4 address; write that",
				   p->name, &addr);
	return 0;
}

static int take_prefix(struct put *p, struct cf_selector *s,
		       const struct nlattr *a)
{
	struct cf_prefix prefix;
	int err = cf_put_plain_prefix(p, &prefix, a);

	if (err)
		return err;
	if (!prefix.len)
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": a prefix of length 0 is everybody's",
				   p->name);
	s->type = CF_SEL_PREFIX;
	s->len = prefix.len;
	s->addr = prefix.addr;
	return 0;
}

/* A prefix may have more than hosts (128.0.0.0/1 does), but not no host. */
static int take_prefix4(struct put *p, struct cf_selector *s,
			const struct nlattr *a)
{
	const struct camfence_prefix4 *from = nla_data(a);
	int err = take_prefix(p, s, a);

	if (err)
		return err;
	if (ipv4_is_multicast(from->addr) ||
	    (from->len >= 8 && !is_host4(from->addr)))
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": no host has an address of %pI4/%u",
				   p->name, &from->addr, from->len);
	return 0;
}

static int take_prefix6(struct put *p, struct cf_selector *s,
			const struct nlattr *a)
{
	const struct in6_addr *addr = nla_data(a);
	int err = take_prefix(p, s, a);

	if (err)
		return err;
	if (ipv6_addr_is_multicast(addr) || (s->len >= 127 && !is_host6(addr)))
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": no host has an address of %pI6c/%u",
				   p->name, addr, s->len);
	return 0;
}

static int take_oui(struct put *p, struct cf_selector *s,
		    const struct nlattr *a)
{
	const struct camfence_oui *from = nla_data(a);
	u8 mac[ETH_ALEN] = { };

	memcpy(mac, from->oui, sizeof(from->oui));
	s->type = CF_SEL_OUI;
	s->len = from->len;
	s->mac = ether_addr_to_u64(mac);
	if ((s->len != 24 && s->len != 28 && s->len != 36) ||
	    s->mac << (16 + s->len))
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": %*phC/%u is no OUI: its length is 24, 28 or 36, and the bits behind it are zero",
				   p->name, (int)sizeof(from->oui), from->oui,
				   from->len);
	if (is_multicast_ether_addr(from->oui))
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": OUI %*phC is of multicast addresses",
				   p->name, (int)sizeof(from->oui), from->oui);
	return 0;
}

static int take_iface(struct put *p, struct cf_selector *s,
		      const struct nlattr *a)
{
	if (!dev_valid_name(nla_data(a)))
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": no interface can be called \"%s\"",
				   p->name, (const char *)nla_data(a));
	s->type = CF_SEL_IFACE;
	nla_strscpy(s->iface, a, sizeof(s->iface));
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
	case CAMFENCE_SELECTOR_A_ADDR6:
		return take_addr6(p, s, a);
	case CAMFENCE_SELECTOR_A_PREFIX4:
		return take_prefix4(p, s, a);
	case CAMFENCE_SELECTOR_A_PREFIX6:
		return take_prefix6(p, s, a);
	case CAMFENCE_SELECTOR_A_OUI:
		return take_oui(p, s, a);
	}
	return take_iface(p, s, a);
}

static int take_selectors(struct put *p, struct cf_object *o)
{
	const struct nlattr *list = p->tb[CAMFENCE_CAMERA_A_SELECTORS];
	struct cf_camera *camera = &o->camera;
	int rem, err, n = cf_put_count(list);
	const struct nlattr *a;

	if (!n || n > CAMFENCE_MAX_SELECTORS)
		return cf_put_fail(p, NULL, -EINVAL,
				   "camera \"%s\" needs 1 to %u selectors",
				   p->name, CAMFENCE_MAX_SELECTORS);
	camera->selectors = cf_object_array(o, n, sizeof(*camera->selectors));
	if (!camera->selectors)
		return -ENOMEM;
	nla_for_each_nested(a, list, rem) {
		struct cf_selector *s;

		s = &camera->selectors[camera->n_selectors++];
		err = take_selector(p, s, a);
		if (err)
			return err;
		if (camera->catch && s->type != CF_SEL_OUI &&
		    s->type != CF_SEL_IFACE)
			return cf_put_fail(p, a, -EINVAL,
					   "camera \"%s\" is a catch: its selectors are OUIs and interfaces only",
					   p->name);
	}
	return 0;
}

/**
 * cf_camera_fill() - fill a new camera from a message
 * @p: the message
 * @o: the camera, with its name
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_camera_fill(struct put *p, struct cf_object *o)
{
	struct cf_camera *camera = &o->camera;
	int err;

	if (!p->tb[CAMFENCE_CAMERA_A_POLICY])
		return cf_put_fail(p, NULL, -EINVAL,
				   "camera \"%s\" needs a policy", p->name);
	err = cf_put_reference(p, p->tb[CAMFENCE_CAMERA_A_POLICY],
			       CF_KIND_POLICY);
	if (err)
		return err;
	nla_strscpy(camera->policy, p->tb[CAMFENCE_CAMERA_A_POLICY],
		    sizeof(camera->policy));
	camera->catch = p->tb[CAMFENCE_CAMERA_A_CATCH];
	camera->shared = p->tb[CAMFENCE_CAMERA_A_SHARED];
	err = take_selectors(p, o);
	if (err)
		return err;
	err = cf_put_text(p, o, CF_TEXT_KEY, CAMFENCE_CAMERA_A_KEY);
	if (err)
		return err;
	return cf_put_text(p, o, CF_TEXT_COMMENT, CAMFENCE_CAMERA_A_COMMENT);
}
