// SPDX-License-Identifier: GPL-2.0
/*
 * The classifiers with as many ranges as there can be, and with real lists:
 * the countries of tor-geoipdb, dealt over all sets. Which sets an address
 * must be in is found in the list itself, or by arithmetic.
 */
#include <arpa/inet.h>
#include "libcore.h"

#define RANGES_MOST	(4 << 20)
#define SUBNETS		256

/* ---- a list: rows of one family, ascending and disjoint ---- */

struct row {
	struct cf_in6 first;	/* IPv4: the low 32 bits */
	struct cf_in6 last;
	unsigned int set;
};

struct list {
	enum cf_family family;
	u32 n;
	struct row *rows;
	struct cf_set sets[CAMFENCE_MAX_SETS];
	const struct cf_set *pointers[CAMFENCE_MAX_SETS];
	struct cf_classifier *c;
};

static bool read_number(struct cf_in6 *a, const char *text)
{
	struct cf_addr addr;

	if (!strchr(text, ':')) {
		*a = (struct cf_in6){ .lo = strtoul(text, NULL, 10) };
		return true;
	}
	if (!core_read_addr(&addr, text))
		return false;
	*a = addr.v6;
	return true;
}

/* Country XY is in a set by its letters; where one is asked for, it alone. */
static bool read_row(struct row *row, char *line, const char *country)
{
	char *rest, *first = strtok_r(line, ",", &rest);
	char *last = strtok_r(NULL, ",", &rest);
	char *code = strtok_r(NULL, ",\n", &rest);

	if (*first == '#' || !code || (country && strcmp(code, country)))
		return false;
	row->set = country ? 0 : (code[0] * 31 + code[1]) % CAMFENCE_MAX_SETS;
	return read_number(&row->first, first) && read_number(&row->last, last);
}

static struct list *read_list(enum cf_family family, const char *country)
{
	struct list *l = core_alloc(1, sizeof(*l));
	u32 room = 1 << 20;
	char line[256];
	FILE *f = fopen(family == CF_IPV4 ? "/usr/share/tor/geoip" :
					    "/usr/share/tor/geoip6", "r");

	if (!f) {
		free(l);
		return NULL;
	}
	l->family = family;
	l->rows = core_alloc(room, sizeof(*l->rows));
	while (l->n < room && fgets(line, sizeof(line), f))
		l->n += read_row(&l->rows[l->n], line, country);
	fclose(f);
	return l;
}

static void fill_sets(struct list *l)
{
	u32 i;

	for (i = 0; i < l->n; i++) {
		struct cf_set *s = &l->sets[l->rows[i].set];

		s->n4 += l->family == CF_IPV4;
		s->n6 += l->family == CF_IPV6;
	}
	for (i = 0; i < CAMFENCE_MAX_SETS; i++) {
		struct cf_set *s = &l->sets[i];

		l->pointers[i] = s;
		s->r4 = core_alloc(s->n4, sizeof(*s->r4));
		s->r6 = core_alloc(s->n6, sizeof(*s->r6));
		s->n4 = 0;
		s->n6 = 0;
	}
	for (i = 0; i < l->n; i++) {
		const struct row *r = &l->rows[i];
		struct cf_set *s = &l->sets[r->set];

		if (l->family == CF_IPV4)
			s->r4[s->n4++] = (struct cf_range4){ r->first.lo,
							     r->last.lo };
		else
			s->r6[s->n6++] = (struct cf_range6){ r->first,
							     r->last };
	}
}

static void free_list(struct list *l)
{
	unsigned int i;

	for (i = 0; i < CAMFENCE_MAX_SETS; i++) {
		free(l->sets[i].r4);
		free(l->sets[i].r6);
	}
	cf_classify_free(l->c);
	free(l->rows);
	free(l);
}

static bool is_below(struct cf_in6 a, struct cf_in6 b)
{
	return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}

static u64 sets_of(const struct list *l, struct cf_in6 a)
{
	u32 from = 0, to = l->n;

	while (from < to) {
		u32 mid = from + (to - from) / 2;

		if (is_below(l->rows[mid].last, a))
			from = mid + 1;
		else
			to = mid;
	}
	if (from == l->n || is_below(a, l->rows[from].first))
		return 0;
	return 1ULL << l->rows[from].set;
}

static void compare(const struct list *l, struct cf_in6 a)
{
	u64 got, want;

	if (l->family == CF_IPV4)
		a = (struct cf_in6){ .lo = (u32)a.lo };
	want = sets_of(l, a);
	got = l->family == CF_IPV4 ? cf_classify4(l->c, a.lo) :
				     cf_classify6(l->c, a);
	if (got != want)
		fail_msg("%016llx%016llx: %016llx instead of %016llx",
			 (unsigned long long)a.hi, (unsigned long long)a.lo,
			 (unsigned long long)got, (unsigned long long)want);
}

static void compare_near(const struct list *l, struct cf_in6 a)
{
	int by;

	for (by = -2; by <= 2; by++)
		compare(l, core_in6_add(a, by));
}

/* All addresses of some /24s; in IPv6, where they cannot be, 256 of some /48s. */
static void compare_subnets(const struct list *l)
{
	u32 n, i;

	for (n = 0; n < SUBNETS; n++) {
		const struct row *r = &l->rows[core_below(l->n)];
		struct cf_in6 a = core_one_in(2) ? r->first : r->last;

		for (i = 0; i < 256; i++) {
			if (l->family == CF_IPV4)
				a.lo = (a.lo & 0xffffff00) | i;
			else
				a.hi = cf_in6_mask(a, 48).hi |
				       (core_random() & 0xffff);
			compare(l, a);
		}
	}
}

static void real_list(enum cf_family family, const char *country,
		      size_t bytes_most)
{
	struct list *l = read_list(family, country);
	u32 i;

	if (!l) {
		skip();
		return;
	}
	assert_true(l->n > 1000);
	fill_sets(l);
	assert_int_equal(cf_classify_build(&l->c, family, l->pointers,
					   CAMFENCE_MAX_SETS), 0);
	assert_in_range(cf_classify_bytes(l->c), 1, bytes_most);
	for (i = 0; i < l->n; i++) {
		compare_near(l, l->rows[i].first);
		compare_near(l, l->rows[i].last);
	}
	compare_subnets(l);
	free_list(l);
}

static void china4(void **state)
{
	(void)state;
	real_list(CF_IPV4, "CN", 400 << 10);
}

static void china6(void **state)
{
	(void)state;
	real_list(CF_IPV6, "CN", 400 << 10);
}

static void world4(void **state)
{
	(void)state;
	real_list(CF_IPV4, NULL, 2500000);
}

static void world6(void **state)
{
	(void)state;
	real_list(CF_IPV6, NULL, 4000000);
}

/* ---- 4 Mi ranges: the addresses from 100 to 199 of each 1,024 ---- */

static bool is_listed(u64 a)
{
	return a % 1024 >= 100 && a % 1024 < 200;
}

static void many4(void **state)
{
	struct cf_set set = { .n4 = RANGES_MOST };
	const struct cf_set *sets = &set;
	struct cf_classifier *c;
	u32 i;

	(void)state;
	set.r4 = core_alloc(set.n4, sizeof(*set.r4));
	for (i = 0; i < set.n4; i++)
		set.r4[i] = (struct cf_range4){ i * 1024 + 100, i * 1024 + 199 };
	assert_int_equal(cf_classify_build(&c, CF_IPV4, &sets, 1), 0);
	for (i = 0; i < 1000000; i++) {
		u32 a = core_random();

		assert_true(cf_classify4(c, a) == is_listed(a));
	}
	for (i = 0; i < set.n4; i += 7) {
		assert_false(cf_classify4(c, i * 1024 + 99));
		assert_true(cf_classify4(c, i * 1024 + 100));
		assert_true(cf_classify4(c, i * 1024 + 199));
		assert_false(cf_classify4(c, i * 1024 + 200));
	}
	cf_classify_free(c);
	free(set.r4);
}

/* The bits that tell them apart are high, or low: all of them in one /64. */
static void many6(unsigned int shift)
{
	struct cf_set set = { .n6 = RANGES_MOST };
	const struct cf_set *sets = &set;
	struct cf_classifier *c;
	u32 i;

	set.r6 = core_alloc(set.n6, sizeof(*set.r6));
	for (i = 0; i < set.n6; i++) {
		const u64 at = 1024ULL * i;
		struct cf_range6 *r = &set.r6[i];

		if (shift < 64) {
			r->first = (struct cf_in6){ at + 100, 0 };
			r->last = (struct cf_in6){ at + 199, U64_MAX };
			r->first.hi <<= shift;
			r->last.hi <<= shift;
			r->last.hi |= (1ULL << shift) - 1;
		} else {
			r->first = (struct cf_in6){ 1, at + 100 };
			r->last = (struct cf_in6){ 1, at + 199 };
		}
	}
	assert_int_equal(cf_classify_build(&c, CF_IPV6, &sets, 1), 0);
	for (i = 0; i < 1000000; i++) {
		const u64 n = core_random() >> 32;
		struct cf_in6 a = { 1, n };

		if (shift < 64)
			a = (struct cf_in6){ n << shift, core_random() };
		assert_true(cf_classify6(c, a) == is_listed(n));
	}
	for (i = 0; i < set.n6; i += 7) {
		const struct cf_range6 *r = &set.r6[i];

		assert_false(cf_classify6(c, core_in6_add(r->first, -1)));
		assert_true(cf_classify6(c, r->first));
		assert_true(cf_classify6(c, r->last));
		assert_false(cf_classify6(c, core_in6_add(r->last, 1)));
	}
	cf_classify_free(c);
	free(set.r6);
}

static void many6_high(void **state)
{
	(void)state;
	many6(24);
}

static void many6_low(void **state)
{
	(void)state;
	many6(64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(china4),
		cmocka_unit_test(china6),
		cmocka_unit_test(world4),
		cmocka_unit_test(world6),
		cmocka_unit_test(many4),
		cmocka_unit_test(many6_high),
		cmocka_unit_test(many6_low),
	};

	core_seed("classify_many");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
