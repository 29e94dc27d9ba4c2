// SPDX-License-Identifier: GPL-2.0
/* Selectors that more than one camera has: refused, or shared. */
#include "libcameras.h"

static const char *const kinds[] = {
	"02:00:00:00:00:01", "10.0.0.1", "2001:db8::1", "0.0.0.0", "::",
	"10.0.0.0/8", "10.0.0.1/32", "2001:db8::/32", "oui=44:19:B6/24",
	"oui=44:19:B6:1/28", "oui=44:19:B6:12:3/36", "iif=eth0",
	"iif=fifteen-letters",
};

/* Even if all share. */
static void same_camera_twice(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
		struct list *l = list_new(3, 4);

		l->cameras[0].shared = i % 2;
		l->cameras[1].shared = i % 2;
		list_add(l, 0, sel_mac(7));
		if (i % 2)
			list_add(l, 0, core_selector(kinds[i / 2]));
		list_add(l, 1, core_selector(kinds[i / 2]));
		list_add(l, 1, sel_v4(9));
		list_add(l, 1, core_selector(kinds[i / 2]));
		list_add(l, 2, sel_mac(8));
		list_expect_conflict(l, 1, 1, &l->cameras[1].selectors[2]);
	}
}

static struct list *two_with(const char *shared, u32 first,
			     u32 second)
{
	struct list *l = list_new(12, 3);
	u32 i;

	for (i = 0; i < l->n; i++) {
		list_add(l, i, sel_mac(100 + i));
		list_add(l, i, sel_v6(100 + i, 0));
	}
	list_add(l, first, core_selector(shared));
	list_add(l, second, core_selector(shared));
	return l;
}

static void two_cameras(void **state)
{
	const struct cf_selector *s;
	u32 i, first, second, shares;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		for (second = 1; second < 12; second++)
			for (first = 0; first < second; first++) {
				struct list *l = two_with(kinds[i], first,
							  second);

				/* That one of both shares does not help. */
				shares = (first + second) % 3;
				l->cameras[first].shared = shares == 1;
				l->cameras[second].shared = shares == 2;
				s = &l->cameras[second].selectors[2];
				list_expect_conflict(l, first, second, s);
			}
}

static void two_catches(void **state)
{
	struct list *l = list_new(3, 1);

	(void)state;
	l->cameras[1].catch = true;
	l->cameras[2].catch = true;
	list_add(l, 0, sel_oui(0x4419b6000000, 24));
	list_add(l, 1, sel_oui(0x4419b6000000, 24));
	list_add(l, 2, sel_oui(0x4419b6000000, 24));
	list_expect_conflict(l, 1, 2, &l->cameras[2].selectors[0]);
}

/* Who shares is told in order, whoever else shares what. */
static void shared_by_many(void **state)
{
	struct list *l = list_new(40, ARRAY_SIZE(kinds));
	u32 i, j;

	(void)state;
	for (i = 0; i < l->n; i++) {
		l->cameras[i].shared = true;
		for (j = 0; j < ARRAY_SIZE(kinds); j++)
			if (core_below(3))
				list_add(l, i, core_selector(kinds[j]));
	}
	list_build(l);
	for (j = 0; j < ARRAY_SIZE(kinds); j++)
		list_expect(l, core_selector(kinds[j]));
	list_check_all(l);
	list_free(l);
}

/* The third of three: the second is named, for it stands before it. */
static void third_does_not_share(void **state)
{
	struct list *l = list_new(5, 2);

	(void)state;
	l->cameras[0].shared = true;
	l->cameras[2].shared = true;
	l->cameras[4].shared = true;
	list_add(l, 0, sel_v4(5));
	list_add(l, 2, sel_v4(5));
	list_add(l, 3, sel_v4(5));
	list_add(l, 4, sel_v4(5));
	list_expect_conflict(l, 2, 3, &l->cameras[3].selectors[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_camera_twice),
		cmocka_unit_test(two_cameras),
		cmocka_unit_test(two_catches),
		cmocka_unit_test(shared_by_many),
		cmocka_unit_test(third_does_not_share),
	};

	core_seed("shared");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
