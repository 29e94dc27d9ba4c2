// SPDX-License-Identifier: GPL-2.0
/* A ruleset that is changed step by step, before anything is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "plan.h"
#include "times.h"

#define MANY 1000

static void put_set(struct plan *p, const char *name, u32 n4, u32 n6)
{
	struct set s = { .name = (char *)name, .n4 = n4, .n6 = n6 };

	plan_put_set(p, &s, NULL);
}

static void put_exemption(struct plan *p, const char *name, size_t remotes)
{
	struct exemption e = { .name = (char *)name, .until = TIME_FOREVER };

	while (remotes--)
		exemption_add_remote(&e);
	plan_put(p, KIND_EXEMPTION, &e);
	free(e.remote);
}

static void counts_after_a_plan(void **unused)
{
	struct policy fresh = { .name = "fresh" };
	struct camera hall = { .name = "hall" }, any = { .name = "any" };
	struct plan p = {};
	struct counts c;

	(void)unused;
	put_set(&p, "cn", 3, 4);
	put_exemption(&p, "x", 2);
	put_exemption(&p, "y", 5);
	ruleset_count(&p.now, &c);
	assert_int_equal(c.ranges, 7);
	assert_int_equal(c.prefixes, 7);

	put_set(&p, "cn", 10, 20);
	put_set(&p, "more", 1, 0);
	put_exemption(&p, "x", 9);
	plan_put(&p, KIND_POLICY, &fresh);
	plan_put(&p, KIND_CAMERA, &hall);
	plan_put(&p, KIND_CATCH, &any);
	plan_delete(&p, KIND_EXEMPTION, "y");
	ruleset_count(&p.now, &c);
	assert_int_equal(c.sets, 2);
	assert_int_equal(c.ranges, 31);
	assert_int_equal(c.exemptions, 1);
	assert_int_equal(c.prefixes, 9);
	assert_int_equal(c.policies, 1);
	/* To the kernel a catch is a camera. */
	assert_int_equal(c.cameras, 2);
	plan_free(&p);
}

/* What a step sees is what the steps before it left. */
static void steps_see_each_other(void **unused)
{
	static const struct range4 range = { 10, 20 };
	struct set s = { .name = "nvr", .n4 = 1 };
	struct ranges r = {}, read = {};
	struct fault f = {};
	struct plan p = {};

	(void)unused;
	ranges_push4(&r, range);
	assert_int_equal(plan_need(&p, KIND_SET, "nvr", &f), CODE_INPUT);
	plan_put_set(&p, &s, &r);
	assert_int_equal(plan_need(&p, KIND_SET, "nvr", &f), 0);
	assert_int_equal(plan_need_new(&p, KIND_SET, "nvr", &f), CODE_INPUT);
	assert_int_equal(plan_set_ranges(&p, "nvr", &read, &f), 0);
	assert_int_equal(read.n4, 1);
	assert_memory_equal(read.v4, &range, sizeof(range));
	plan_delete(&p, KIND_SET, "nvr");
	assert_int_equal(plan_need_new(&p, KIND_SET, "nvr", &f), 0);
	fault_clear(&f);
	ranges_free(&r);
	ranges_free(&read);
	plan_free(&p);
}

/* The plan's objects are its own, whatever becomes of what was put. */
static void objects_are_copied(void **unused)
{
	struct camera c = { .name = mem_strdup("hall"),
			    .policy = mem_strdup("p") };
	const struct camera *found;
	struct plan p = {};

	(void)unused;
	camera_add_selector(&c)->type = SELECT_MAC;
	plan_put(&p, KIND_CAMERA, &c);
	camera_free(&c);
	found = ruleset_find(&p.now, KIND_CAMERA, "hall");
	assert_non_null(found);
	assert_string_equal(found->policy, "p");
	assert_int_equal(found->n_selectors, 1);
	plan_free(&p);
}

static const char *name_of(size_t i, char buf[32])
{
	snprintf(buf, 32, "camera-%zu", i * 7919 % MANY);
	return buf;
}

/* Names by the index are those that a look at each would find. */
static void many_are_found(void **unused)
{
	struct ruleset rs = {};
	struct camera c = {};
	char buf[32];
	size_t i, k;

	(void)unused;
	for (i = 0; i < MANY; i++) {
		assert_null(ruleset_find(&rs, KIND_CAMERA, name_of(i, buf)));
		c.name = buf;
		ruleset_put(&rs, KIND_CAMERA, &c);
		assert_int_equal(ruleset_index(&rs, KIND_CAMERA, buf), i);
	}
	for (i = 0; i < MANY; i += 3)
		ruleset_remove(&rs, KIND_CAMERA, name_of(i, buf));
	for (i = 0; i < MANY; i++) {
		const struct camera *found, *there = NULL;

		name_of(i, buf);
		for (k = 0; k < rs.n[KIND_CAMERA]; k++)
			if (!strcmp(rs.camera[k].name, buf))
				there = &rs.camera[k];
		found = ruleset_find(&rs, KIND_CAMERA, buf);
		assert_ptr_equal(found, there);
		assert_int_equal(!found, i % 3 == 0);
	}
	ruleset_free(&rs);
}

/* One of so few that cameras share them, of each kind. */
static void draw_selectors(struct camera *c)
{
	size_t n = random() % 3;

	while (n--) {
		struct selector *s = camera_add_selector(c);
		u32 which = random() % (MANY / 2);

		s->type = random() % SELECTORS;
		if (s->type == SELECT_IIF)
			snprintf(s->iif, sizeof(s->iif), "e%u", which);
		else if (s->type == SELECT_MAC || s->type == SELECT_OUI)
			memcpy(s->mac, &which, sizeof(which));
		else if (which % 2)
			s->addr = (struct range){ .family = 4,
						  .v4 = { which, which } };
		else
			s->addr = (struct range){ .family = 6,
						  .v6.last.lo = which };
	}
}

static bool shares(const struct camera *a, const struct camera *b)
{
	size_t i;

	for (i = 0; i < a->n_selectors; i++)
		if (camera_has(b, &a->selector[i]))
			return true;
	return false;
}

/* The index of selectors finds whom a look at each would find. */
static void who_shares(void **unused)
{
	size_t turn, i, k, n, *found, sum = 0;
	struct ruleset rs = {};
	struct camera c = {};
	char buf[32];

	(void)unused;
	for (turn = 0; turn < 4 * MANY; turn++) {
		name_of(random() % MANY, buf);
		if (turn % 16 == 15) {
			ruleset_remove(&rs, KIND_CAMERA, buf);
			continue;
		}
		c.name = buf;
		draw_selectors(&c);
		n = ruleset_sharing(&rs, KIND_CAMERA, &c, &found);
		for (i = 0, k = 0; i < rs.n[KIND_CAMERA]; i++) {
			assert_int_equal(shares(&c, &rs.camera[i]),
					 k < n && found[k] == i);
			while (k < n && found[k] == i)
				k++;
		}
		assert_int_equal(k, n);
		sum += n;
		free(found);
		ruleset_put(&rs, KIND_CAMERA, &c);
		free(c.selector);
		c = (struct camera){};
	}
	assert_true(sum > MANY);
	ruleset_free(&rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_after_a_plan),
		cmocka_unit_test(steps_see_each_other),
		cmocka_unit_test(objects_are_copied),
		cmocka_unit_test(many_are_found),
		cmocka_unit_test(who_shares),
	};

	return cmocka_run_group_tests_name("u_plan", tests, NULL, NULL);
}
