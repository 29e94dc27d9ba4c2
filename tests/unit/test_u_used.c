// SPDX-License-Identifier: GPL-2.0
/* When exemptions were used: what is kept, what is counted, what is listed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "show.h"
#include "times.h"

#define DAY 86400

/* Three holes, and a part of a service. */
struct holes {
	struct ruleset rs;
	struct counter counter[4];
	struct stats stats;
	struct used used;
};

static void add_hole(struct holes *h, size_t i, char *name, u64 seen)
{
	struct exemption *e = ruleset_append(&h->rs, KIND_EXEMPTION);

	e->name = strdup(name);
	e->until = TIME_FOREVER;
	e->is_service = *name == 's';
	h->counter[i] = (struct counter){ .name = name, .seen = seen };
}

static int setup(void **state)
{
	static struct holes h;

	h = (struct holes){};
	add_hole(&h, 0, "a", 0);
	add_hole(&h, 1, "b", 500);
	add_hole(&h, 2, "c", 500);
	add_hole(&h, 3, "service:x", 500);
	h.stats.object[KIND_EXEMPTION] = h.counter;
	h.stats.n[KIND_EXEMPTION] = 4;
	h.used.of = json_pack("{s:{s:i, s:i}, s:{s:i, s:i}, s:{s:i, s:i}}",
			      "a", "since", 100, "used", 200,
			      "b", "since", 100, "used", 200,
			      "gone", "since", 50, "used", 900);
	*state = &h;
	return 0;
}

static int teardown(void **state)
{
	struct holes *h = *state;

	used_free(&h->used);
	ruleset_free(&h->rs);
	return 0;
}

static void is(const struct used *u, const char *name, u64 since, u64 last)
{
	struct use use = used_of(u, name);

	assert_int_equal(use.since, since);
	assert_int_equal(use.last, last);
}

static void later_of_both(void **state)
{
	struct holes *h = *state;

	used_take(&h->used, &h->rs, &h->stats, 300);
	is(&h->used, "a", 100, 200);
	is(&h->used, "b", 100, 500);
	is(&h->used, "c", 300, 500);
	is(&h->used, "gone", 0, 0);
	is(&h->used, "service:x", 0, 0);
	assert_int_equal(used_since(&h->used), 100);
	/* What was counted anew is not what is known. */
	h->counter[1].seen = 0;
	used_take(&h->used, &h->rs, &h->stats, 700);
	is(&h->used, "b", 100, 500);
	is(&h->used, "c", 300, 500);
}

static void counters_in_another_order(void **state)
{
	struct holes *h = *state;
	struct counter first = h->counter[0];

	h->counter[0] = h->counter[2];
	h->counter[2] = first;
	h->stats.n[KIND_EXEMPTION] = 3;
	used_take(&h->used, &h->rs, &h->stats, 300);
	is(&h->used, "a", 100, 200);
	is(&h->used, "b", 100, 500);
	is(&h->used, "c", 300, 500);
}

/* As many seconds ago, and neither used nor known for less. */
static void listed(void **state)
{
	struct filter filter = { .kind = KIND_EXEMPTION, .unused = DAY };
	struct holes *h = *state;
	u64 now = time_now();

	h->counter[0].seen = now - DAY - 5;
	h->counter[1].seen = now - DAY + 1000;
	h->counter[2].seen = 0;
	used_take(&h->used, &h->rs, &h->stats, now - 1000);
	filter.used = h->used;
	assert_true(filter_has(&filter, &h->rs, 0));
	assert_false(filter_has(&filter, &h->rs, 1));
	assert_false(filter_has(&filter, &h->rs, 2));
	assert_false(filter_has(&filter, &h->rs, 3));
	filter.unused = 900;
	assert_true(filter_has(&filter, &h->rs, 2));
	assert_false(filter_has(&filter, &h->rs, 3));
}

static void is_order(const struct shown *s, const char *names)
{
	char *const *name;
	size_t at = 0, i;

	for (i = 0; i < strlen(names); i++) {
		name = ruleset_at(&s->rs, KIND_EXEMPTION, i);
		assert_int_equal(**name, names[i]);
		/* Found at once, and its own. */
		assert_string_equal(shown_counter(s, KIND_EXEMPTION, *name,
						  &at)->name, *name);
		assert_int_equal(at, i + 1);
	}
}

static void put_in_order(struct holes *h, struct shown *s, enum sort_key key)
{
	struct filter filter = { .kind = KIND_EXEMPTION, .sort = key };
	const struct options o = {};
	struct fault f = {};

	assert_int_equal(filter_finish(&filter, s, &o, &f), 0);
	h->rs = s->rs;
}

/* The most first, then what ends soonest; of the same, as they were. */
static void sorted(void **state)
{
	struct holes *h = *state;
	struct shown s = { .rs = h->rs, .stats = h->stats, .counted = true };
	struct counter *c = mem_zalloc(sizeof(h->counter));

	memcpy(c, h->counter, sizeof(h->counter));
	c[2].packets = 7;
	c[3].packets = 9;
	s.stats.object[KIND_EXEMPTION] = c;
	s.rs.exemption[1].until = 800;
	is_order(&s, "abcs");
	put_in_order(h, &s, SORT_PASSED);
	is_order(&s, "scab");
	put_in_order(h, &s, SORT_UNTIL);
	is_order(&s, "bsca");
	put_in_order(h, &s, SORT_SEEN);
	is_order(&s, "bsca");
	free(s.stats.object[KIND_EXEMPTION]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(later_of_both, setup, teardown),
		cmocka_unit_test_setup_teardown(counters_in_another_order,
						setup, teardown),
		cmocka_unit_test_setup_teardown(listed, setup, teardown),
		cmocka_unit_test_setup_teardown(sorted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
