// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include "core/remote.h"
#include "put.h"

static_assert(CAMFENCE_IFACE_LEN == IFNAMSIZ);

static int take_mac(struct put *p, struct cf_selector *s,
		    const struct nlattr *a)
{
	if (!is_valid_ether_addr(nla_data(a)))
		return cf_put_fail(p, a, -EINVAL,
				   ": MAC %pM is zero or a multicast address",
				   nla_data(a));
	s->type = CF_SEL_MAC;
	s->mac = ether_addr_to_u64(nla_data(a));
	return 0;
}

static int take_addr4(struct put *p, struct cf_selector *s,
		      const struct nlattr *a)
{
	s->type = CF_SEL_ADDR;
	s->addr = cf_addr4_of(nla_get_in_addr(a));
	return 0;
}

static int take_addr6(struct put *p, struct cf_selector *s,
		      const struct nlattr *a)
{
	s->type = CF_SEL_ADDR;
	s->addr = cf_addr6_of(nla_data(a));
	if (cf_remote_plain(&s->addr).family == CF_IPV6)
		return 0;
	return cf_put_fail(p, a, -EINVAL,
			   ": %pI6c is an IPv4 address; write that",
			   nla_data(a));
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
				   ": a prefix of length 0 is everybody's");
	s->type = CF_SEL_PREFIX;
	s->len = prefix.len;
	s->addr = prefix.addr;
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
				   ": %*phC/%u is no OUI: its length is 24, 28 or 36, and the bits behind it are zero",
				   (int)sizeof(from->oui), from->oui,
				   from->len);
	return 0;
}

static int take_iface(struct put *p, struct cf_selector *s,
		      const struct nlattr *a)
{
	if (!dev_valid_name(nla_data(a)))
		return cf_put_fail(p, a, -EINVAL,
				   ": no interface can be called \"%s\"",
				   (const char *)nla_data(a));
	s->type = CF_SEL_IFACE;
	nla_strscpy(s->iface, a, sizeof(s->iface));
	return 0;
}

static int (*const takes[])(struct put *p, struct cf_selector *s,
			    const struct nlattr *a) = {
	[CAMFENCE_SELECTOR_A_MAC] = take_mac,
	[CAMFENCE_SELECTOR_A_ADDR4] = take_addr4,
	[CAMFENCE_SELECTOR_A_ADDR6] = take_addr6,
	[CAMFENCE_SELECTOR_A_PREFIX4] = take_prefix,
	[CAMFENCE_SELECTOR_A_PREFIX6] = take_prefix,
	[CAMFENCE_SELECTOR_A_OUI] = take_oui,
	[CAMFENCE_SELECTOR_A_IFACE] = take_iface,
};

static_assert(ARRAY_SIZE(takes) == CAMFENCE_SELECTOR_A_MAX + 1);

static int take_selectors(struct put *p, struct cf_object *o)
{
	const struct nlattr *list = p->tb[CAMFENCE_CAMERA_A_SELECTORS];
	struct cf_camera *camera = &o->camera;
	int rem, err, n = cf_put_count(list);
	const struct nlattr *a;

	if (!n || n > CAMFENCE_MAX_SELECTORS)
		return cf_put_fail(p, NULL, -EINVAL,
				   " needs 1 to %u selectors",
				   CAMFENCE_MAX_SELECTORS);
	camera->selectors = cf_object_array(o, n, sizeof(*camera->selectors));
	if (!camera->selectors)
		return -ENOMEM;
	nla_for_each_nested(a, list, rem) {
		struct cf_selector *s;

		s = &camera->selectors[camera->n_selectors++];
		err = takes[nla_type(a)](p, s, a);
		if (err)
			return err;
		if (camera->catch && s->type != CF_SEL_OUI &&
		    s->type != CF_SEL_IFACE)
			return cf_put_fail(p, a, -EINVAL,
					   " is a catch: its selectors are OUIs and interfaces only");
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
	const struct nlattr *policy = p->tb[CAMFENCE_CAMERA_A_POLICY];

	if (!policy)
		return cf_put_fail(p, NULL, -EINVAL, " needs a policy");
	o->camera.catch = p->tb[CAMFENCE_CAMERA_A_CATCH];
	o->camera.shared = p->tb[CAMFENCE_CAMERA_A_SHARED];
	return cf_put_reference(p, o->camera.policy, policy, CF_KIND_POLICY) ?:
	       take_selectors(p, o);
}
