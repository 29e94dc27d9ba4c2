// SPDX-License-Identifier: GPL-2.0
#include "put.h"
#include "reject.h"

/**
 * cf_policy_fill() - fill a new policy from a message
 * @p: the message
 * @o: the policy, with its name
 *
 * May sleep.
 *
 * Return: 0 or a negative error.
 */
int cf_policy_fill(struct put *p, struct cf_object *o)
{
	const struct nlattr *allow = p->tb[CAMFENCE_POLICY_A_ALLOW];
	const struct nlattr *block = p->tb[CAMFENCE_POLICY_A_BLOCK];
	int n_allow = cf_put_count(allow), n_block = cf_put_count(block);
	struct cf_policy *policy = &o->policy;

	if (!p->tb[CAMFENCE_POLICY_A_DEFAULT] ||
	    !p->tb[CAMFENCE_POLICY_A_ACTION])
		return cf_put_fail(p, NULL, -EINVAL,
				   " needs a default and an action");
	if (n_allow > CAMFENCE_MAX_SETS || n_block > CAMFENCE_MAX_SETS)
		return cf_put_fail(p, NULL, -E2BIG, " names more than %u sets",
				   CAMFENCE_MAX_SETS);
	policy->dflt = nla_get_u8(p->tb[CAMFENCE_POLICY_A_DEFAULT]);
	policy->action = nla_get_u8(p->tb[CAMFENCE_POLICY_A_ACTION]);
	if (p->tb[CAMFENCE_POLICY_A_NFLOG])
		policy->nflog = nla_get_u16(p->tb[CAMFENCE_POLICY_A_NFLOG]) + 1;
	if (policy->action == CAMFENCE_ACTION_REJECT && !CF_REJECT_IS_THERE)
		return cf_put_fail(p, p->tb[CAMFENCE_POLICY_A_ACTION],
				   -EOPNOTSUPP,
				   " rejects, for which the kernel needs CONFIG_NF_REJECT_IPV4 and CONFIG_NF_REJECT_IPV6");
	policy->sets = cf_object_array(o, n_allow + n_block,
				       sizeof(*policy->sets));
	if (!policy->sets)
		return -ENOMEM;
	return cf_put_set_names(p, policy->sets, &policy->n_allow, allow,
				CAMFENCE_LIST_A_NAME) ?:
	       cf_put_set_names(p, policy->sets + n_allow, &policy->n_block,
				block, CAMFENCE_LIST_A_NAME);
}
