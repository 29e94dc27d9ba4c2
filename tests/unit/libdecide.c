// SPDX-License-Identifier: GPL-2.0
/* Runs cases of cf_decide(); libdecide.h. */
#include "libdecide.h"

static const char *common_rules;

/* A policy comes with the camera; alone it is site's. */
static void check_policy(const struct cf_rules *r, const struct cf_verdict *v)
{
	if (v->camera != CF_NOTHING)
		assert_int_equal(v->policy, r->cameras[v->camera].policy);
	else if (v->policy != CF_NOTHING)
		assert_int_equal(v->policy, r->site);
}

const char *decide(const char *rules, const char *more_rules,
		   const char *packet, u64 now)
{
	static char text[256];
	char message[CF_MESSAGE_LEN] = "", all[4096];
	struct cf_flow f = core_flow(packet);
	struct core_ruleset *rs;
	struct cf_verdict v;
	struct cf_rules *r;

	snprintf(all, sizeof(all), "%s%s", rules, more_rules);
	rs = core_parse(all);
	if (cf_rules_build(&r, &rs->in, NULL, message))
		fail_msg("%s: %s", more_rules, message);
	memset(&v, 0xa5, sizeof(v));
	cf_decide(r, &f, now, &v);
	core_print_verdict(&rs->in, &v, text, sizeof(text));
	check_policy(r, &v);
	cf_rules_free(r);
	core_free(rs);
	return text;
}

static void one_decision(void **state)
{
	const struct decision *d = *state;

	assert_string_equal(decide(common_rules, d->more_rules, d->packet, 1000),
			    d->verdict);
}

int decide_all(const char *rules, const struct decision *decisions, size_t n,
	       const struct CMUnitTest *others, size_t n_others)
{
	struct CMUnitTest *tests = core_alloc(n + n_others, sizeof(*tests));
	size_t i;
	int status;

	common_rules = rules;
	for (i = 0; i < n; i++) {
		tests[i].name = decisions[i].proves;
		tests[i].test_func = one_decision;
		tests[i].initial_state = (void *)&decisions[i];
	}
	for (i = 0; i < n_others; i++)
		tests[n + i] = others[i];
	status = _cmocka_run_group_tests("decide", tests, n + n_others, NULL,
					 NULL);
	free(tests);
	return status;
}
