// SPDX-License-Identifier: GPL-2.0
/* Exemptions' prefixes against a list that is looked through from its start. */
#include "libcore.h"

static struct cf_hole hole(const char *text, u32 exemption)
{
	return (struct cf_hole){ core_prefix(text), exemption };
}

static void print(const struct cf_hole *h, char *out, size_t len)
{
	if (h->prefix.addr.family == CF_IPV4)
		snprintf(out, len, "%x/%u %u", h->prefix.addr.v4,
			 h->prefix.len, h->exemption);
	else
		snprintf(out, len, "%llx:%llx/%u %u",
			 (unsigned long long)h->prefix.addr.v6.hi,
			 (unsigned long long)h->prefix.addr.v6.lo,
			 h->prefix.len, h->exemption);
}

static void expect_hole(const struct cf_hole *have, const struct cf_hole *want)
{
	char a[64], b[64];

	print(have, a, sizeof(a));
	print(want, b, sizeof(b));
	assert_string_equal(a, b);
}

/* The longest first; of one length IPv4, then IPv6; by address; by name. */
static void order(void **state)
{
	const struct cf_hole want[] = {
		hole("::1/128", 4), hole("8000::/128", 0),
		hole("2001:db8::/33", 1), hole("0.0.0.0/32", 7),
		hole("10.0.0.1/32", 0), hole("10.0.0.1/32", 2),
		hole("10.0.0.2/32", 1), hole("255.0.0.0/32", 0),
		hole("2001:db8::/32", 0), hole("10.0.0.0/31", 3),
		hole("128.0.0.0/1", 9), hole("::/1", 2), hole("8000::/1", 2),
		hole("0.0.0.0/0", 8), hole("::/0", 1), hole("::/0", 6),
	};
	struct cf_hole holes[ARRAY_SIZE(want)];
	u32 i, j, n;

	(void)state;
	for (n = 0; n < 100; n++) {
		memcpy(holes, want, sizeof(want));
		for (i = ARRAY_SIZE(holes); i > 1; i--) {
			struct cf_hole last = holes[i - 1];

			j = core_below(i);
			holes[i - 1] = holes[j];
			holes[j] = last;
		}
		cf_holes_sort(holes, ARRAY_SIZE(holes));
		for (i = 0; i < ARRAY_SIZE(holes); i++)
			expect_hole(&holes[i], &want[i]);
	}
	cf_holes_sort(holes, 0);
}

static void expect_group(const struct cf_group *g, enum cf_family family,
			 u8 len, u32 first, u32 n)
{
	assert_int_equal(g->family, family);
	assert_int_equal(g->len, len);
	assert_int_equal(g->holes.first, first);
	assert_int_equal(g->holes.n, n);
}

/* A group for each length of each family, in the order of the holes. */
static void groups(void **state)
{
	struct cf_hole holes[] = {
		hole("10.0.0.1/32", 0),		/* somebody else's */
		hole("10.0.0.2/32", 0), hole("10.0.0.2/32", 1),
		hole("10.0.0.3/32", 0), hole("2001:db8::/32", 1),
		hole("10.0.0.0/31", 0), hole("0.0.0.0/0", 0), hole("::/0", 0),
		hole("::/0", 1),		/* somebody else's */
	};
	const struct cf_span mine = { 1, 7 }, nobodys = { 3, 0 };
	struct cf_group g[6];

	(void)state;
	memset(g, 0xa5, sizeof(g));
	assert_int_equal(cf_holes_group(holes, nobodys, NULL), 0);
	assert_int_equal(cf_holes_group(holes, nobodys, g), 0);
	assert_int_equal(cf_holes_group(holes, mine, NULL), 5);
	assert_int_equal(cf_holes_group(holes, mine, g), 5);
	expect_group(&g[0], CF_IPV4, 32, 1, 3);
	expect_group(&g[1], CF_IPV6, 32, 4, 1);
	expect_group(&g[2], CF_IPV4, 31, 5, 1);
	expect_group(&g[3], CF_IPV4, 0, 6, 1);
	expect_group(&g[4], CF_IPV6, 0, 7, 1);
	assert_int_equal(g[5].len, 0xa5);
}

/* ---- find ---- */

#define HOLES_MOST 64

struct holes {
	struct cf_hole of[HOLES_MOST];
	struct cf_span span;
	struct cf_group groups[HOLES_MOST];
	u32 n_groups;
};

static void expect_found(const struct holes *h, const struct cf_group *g,
			 const struct cf_addr *a)
{
	struct cf_span found = cf_group_find(h->of, g, a);
	u32 i, at = found.first;

	for (i = h->span.first; i < h->span.first + h->span.n; i++) {
		const struct cf_prefix *p = &h->of[i].prefix;

		if (p->len != g->len || p->addr.family != g->family ||
		    !core_covers(a, &p->addr, p->len))
			continue;
		assert_true(at < found.first + found.n);
		assert_int_equal(at++, i);
	}
	assert_int_equal(at, found.first + found.n);
}

static void expect_all_found(const struct holes *h, const struct cf_addr *a)
{
	u32 i;

	for (i = 0; i < h->n_groups; i++)
		expect_found(h, &h->groups[i], a);
}

static struct cf_addr random_addr(void)
{
	struct cf_addr a = { .family = core_below(3) };

	if (a.family == CF_IPV4)
		a.v4 = core_one_in(8) ? (u32)core_random() :
			0x0a000000 + core_below(8) + (core_below(4) << 20);
	else if (a.family == CF_IPV6)
		a.v6 = (struct cf_in6){
			core_one_in(8) ? core_random() :
				0x20010db800000000ULL + core_below(4),
			core_one_in(8) ? core_random() : core_below(4),
		};
	return a;
}

static struct cf_hole random_hole(void)
{
	static const u8 lens[] = { 0, 1, 8, 12, 29, 31, 32, 62, 63, 64, 65,
				   126, 127, 128 };
	struct cf_hole h = { .exemption = core_below(4) };

	do {
		h.prefix.addr = random_addr();
	} while (h.prefix.addr.family == CF_NONE);
	do {
		h.prefix.len = lens[core_below(ARRAY_SIZE(lens))];
	} while (h.prefix.addr.family == CF_IPV4 && h.prefix.len > 32);
	h.prefix.addr = cf_addr_mask(h.prefix.addr, h.prefix.len);
	return h;
}

static struct cf_addr last_of(const struct cf_prefix *p)
{
	struct cf_addr a = p->addr;

	if (a.family == CF_IPV4) {
		a.v4 |= ~cf_mask32(p->len);
	} else {
		a.v6.hi |= ~cf_mask64(p->len);
		a.v6.lo |= ~cf_mask64(p->len > 64 ? p->len - 64 : 0);
	}
	return a;
}

static struct cf_addr next_to(struct cf_addr a, int by)
{
	if (a.family == CF_IPV4)
		a.v4 += by;
	else
		a.v6 = core_in6_add(a.v6, by);
	return a;
}

/* The ends of each prefix, and what is beside them. */
static void expect_ends(const struct holes *h)
{
	u32 i;

	for (i = 0; i < HOLES_MOST; i++) {
		const struct cf_prefix *p = &h->of[i].prefix;
		struct cf_addr last = last_of(p), next = next_to(last, 1);
		struct cf_addr before = next_to(p->addr, -1);

		expect_all_found(h, &p->addr);
		expect_all_found(h, &last);
		expect_all_found(h, &next);
		expect_all_found(h, &before);
	}
}

static void random_holes(void **state)
{
	u32 n, i;

	(void)state;
	for (n = 0; n < 500; n++) {
		struct holes h = { 0 };

		for (i = 0; i < HOLES_MOST; i++)
			h.of[i] = random_hole();
		h.span.first = core_below(HOLES_MOST);
		h.span.n = core_below(HOLES_MOST - h.span.first + 1);
		cf_holes_sort(h.of + h.span.first, h.span.n);
		h.n_groups = cf_holes_group(h.of, h.span, h.groups);
		assert_int_equal(cf_holes_group(h.of, h.span, NULL),
				 h.n_groups);
		expect_ends(&h);
		for (i = 0; i < 100; i++) {
			struct cf_addr a = random_addr();

			expect_all_found(&h, &a);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order),
		cmocka_unit_test(groups),
		cmocka_unit_test(random_holes),
	};

	core_seed("holes");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
