// SPDX-License-Identifier: GPL-2.0
#include "put.h"

static int take_site(struct put *p, struct cf_options *options)
{
	const struct nlattr *a = p->tb[CAMFENCE_OPTIONS_A_SITE];
	const struct cf_object *policy;
	int err;

	if (!a)
		return 0;
	err = cf_put_reference(p, options->site, a, CF_KIND_POLICY);
	if (err)
		return err;
	policy = cf_txn_object(p->txn, CF_KIND_POLICY, options->site);
	if (policy->policy.dflt != CAMFENCE_DEFAULT_PASS)
		return cf_put_fail(p, a, -EINVAL,
				   ": policy \"%s\" cannot be the site's: its default is not pass",
				   policy->name);
	return 0;
}

/* RFC 6052, section 2.2; bits 64 to 71 are zero in every address. */
static bool is_nat64(const struct cf_prefix *prefix)
{
	if (prefix->len == 96)
		return !(prefix->addr.v6.lo >> 56);
	return prefix->len >= 32 && prefix->len <= 64 && !(prefix->len % 8);
}

static int take_nat64_prefix(struct put *p, struct cf_options *options,
			     const struct nlattr *a)
{
	struct cf_prefix *to = &options->nat64[options->n_nat64];
	int err = cf_put_prefix(p, to, a);

	if (err)
		return err;
	if (!is_nat64(to))
		return cf_put_prefix_fail(p, a,
					  "is no NAT64 prefix: its length is 32, 40, 48, 56, 64 or 96, and its bits 64 to 71 are zero");
	options->n_nat64++;
	return 0;
}

static int take_nat64(struct put *p, struct cf_object *o)
{
	const struct nlattr *list = p->tb[CAMFENCE_OPTIONS_A_NAT64];
	struct cf_options *options = &o->options;
	int rem, err, n = cf_put_count(list);
	const struct nlattr *a;

	if (!n)
		return 0;
	if (n > CAMFENCE_MAX_NAT64)
		return cf_put_fail(p, list, -E2BIG,
				   ": there are more than %u NAT64 prefixes",
				   CAMFENCE_MAX_NAT64);
	options->nat64 = cf_object_array(o, n, sizeof(*options->nat64));
	if (!options->nat64)
		return -ENOMEM;
	nla_for_each_nested(a, list, rem) {
		err = take_nat64_prefix(p, options, a);
		if (err)
			return err;
	}
	return 0;
}

/**
 * cf_options_fill() - fill new options from a message
 * @p: the message
 * @o: the options, with their name
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_options_fill(struct put *p, struct cf_object *o)
{
	return take_site(p, &o->options) ?: take_nat64(p, o);
}
