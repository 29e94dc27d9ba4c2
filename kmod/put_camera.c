// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <net/ipv6.h>
#include "core/remote.h"
#include "put.h"

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

	if (ipv4_is_zeronet(addr) || ipv4_is_multicast(addr) ||
	    ipv4_is_loopback(addr) || ipv4_is_lbcast(addr))
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
	if (ipv6_addr_any(&addr) || ipv6_addr_is_multicast(&addr) ||
	    ipv6_addr_loopback(&addr))
		return cf_put_fail(p, a, -EINVAL,
				   "camera \"%s\": %pI6c is no address of one host",
				   p->name, &addr);
	if (cf_remote_plain(&s->addr).family != CF_IPV6)
		return cf_put_fail(p, a, -EINVAL,
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
	const struct nlattr *list = p->tb[CAMFENCE_CAMERA_A_SELECTORS];
	struct cf_camera *camera = &o->camera;
	const struct nlattr *a;
	int rem, err, n = cf_put_count(list);

	if (!p->tb[CAMFENCE_CAMERA_A_POLICY])
		return cf_put_fail(p, NULL, -EINVAL,
				   "camera \"%s\" needs a policy", p->name);
	if (!n || n > CAMFENCE_MAX_SELECTORS)
		return cf_put_fail(p, NULL, -EINVAL,
				   "camera \"%s\" needs 1 to %u selectors: MACs or addresses",
				   p->name, CAMFENCE_MAX_SELECTORS);
	err = cf_put_reference(p, p->tb[CAMFENCE_CAMERA_A_POLICY],
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
	err = cf_put_text(p, o, CF_TEXT_KEY, CAMFENCE_CAMERA_A_KEY);
	if (err)
		return err;
	return cf_put_text(p, o, CF_TEXT_COMMENT, CAMFENCE_CAMERA_A_COMMENT);
}
