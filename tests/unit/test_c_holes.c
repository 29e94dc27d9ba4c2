// SPDX-License-Identifier: GPL-2.0
/* Exemptions' prefixes against a list that is looked through from its start. */
#include "libcore.h"

#define HOLES_MOST 64

/* One owner's between others', and what they were made of. */
struct holes {
	struct cf_hole of[HOLES_MOST];
	struct cf_prefix prefixes[HOLES_MOST];
	u32 exemptions[HOLES_MOST];
	struct cf_holes spans;
};

/* Both families of an owner are dealt and put in order. */
static void make(struct holes *h, u32 n)
{
	struct cf_span *ipv4 = &h->spans.ipv4, *ipv6 = &h->spans.ipv6;
	u32 i, n4 = 0;

	for (i = 0; i < n; i++)
		n4 += h->prefixes[i].addr.family == CF_IPV4;
	*ipv4 = (struct cf_span){ .first = core_below(HOLES_MOST - n + 1) };
	*ipv6 = (struct cf_span){ .first = ipv4->first + n4 };
	memset(h->of, 0xa5, sizeof(h->of));
	for (i = 0; i < n; i++) {
		struct cf_span *span =
			cf_holes_span(&h->spans, h->prefixes[i].addr.family);

		h->of[span->first + span->n++] =
			cf_hole_of(&h->prefixes[i], h->exemptions[i]);
	}
	cf_holes_order(h->of, *ipv4);
	cf_holes_order(h->of, *ipv6);
}

static bool comes_before(const struct holes *h, u32 a, u32 b)
{
	if (h->prefixes[a].len != h->prefixes[b].len)
		return h->prefixes[a].len > h->prefixes[b].len;
	return h->exemptions[a] < h->exemptions[b];
}

/* All that hold the address, the longest first, then by name; none besides. */
static void expect_found(const struct holes *h, u32 n, const struct cf_addr *a)
{
	const struct cf_hole *hole = cf_holes_find(h->of, &h->spans, a);
	bool told[HOLES_MOST] = { false };
	u32 i, best;

	for (;;) {
		best = n;
		for (i = 0; i < n; i++)
			if (!told[i] &&
			    core_covers(a, &h->prefixes[i].addr,
					h->prefixes[i].len) &&
			    (best == n || comes_before(h, i, best)))
				best = i;
		if (best == n)
			break;
		told[best] = true;
		assert_non_null(hole);
		assert_int_equal(hole->len, h->prefixes[best].len);
		assert_int_equal(hole->exemption, h->exemptions[best]);
		hole = cf_holes_next(h->of, hole);
	}
	assert_null(hole);
}

static void expect_example(const char *addr, const char *want)
{
	static const struct {
		const char *prefix;
		u32 exemption;
	} example[] = {
		{ "10.0.0.0/8", 1 }, { "10.1.0.0/16", 2 }, { "10.1.0.0/16", 0 },
		{ "10.1.2.0/24", 1 }, { "10.4.0.0/16", 2 }, { "a01::/16", 3 },
		{ "::/0", 4 },
	};
	const struct cf_hole *hole;
	struct holes h = { 0 };
	struct cf_addr a = core_addr(addr);
	char got[64] = "";
	u32 i;

	for (i = 0; i < ARRAY_SIZE(example); i++) {
		h.prefixes[i] = core_prefix(example[i].prefix);
		h.exemptions[i] = example[i].exemption;
	}
	make(&h, ARRAY_SIZE(example));
	for (hole = cf_holes_find(h.of, &h.spans, &a); hole;
	     hole = cf_holes_next(h.of, hole)) {
		size_t len = strlen(got);

		snprintf(got + len, sizeof(got) - len, "%u/%u ",
			 hole->exemption, hole->len);
	}
	assert_string_equal(got, want);
}

/* That of the file itself, and what looks alike in the other family. */
static void worked_example(void **state)
{
	(void)state;
	expect_example("10.1.9.9", "0/16 2/16 1/8 ");
	expect_example("10.1.2.255", "1/24 0/16 2/16 1/8 ");
	expect_example("10.1.3.0", "0/16 2/16 1/8 ");
	expect_example("10.4.0.0", "2/16 1/8 ");
	expect_example("10.255.255.255", "1/8 ");
	expect_example("11.0.0.0", "");
	expect_example("9.255.255.255", "");
	expect_example("none", "");
	expect_example("a01:203::", "3/16 4/0 ");
	expect_example("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4/0 ");
}

/* Every length within the one before it: no walk loses its way. */
static void nested(void **state)
{
	static const char *const ends[] = {
		"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"5555:5555:5555:5555:5555:5555:5555:5555",
	};
	struct cf_hole holes[129];
	u32 end, len;

	(void)state;
	for (end = 0; end < ARRAY_SIZE(ends); end++) {
		struct cf_holes of = { .ipv6 = { 0, ARRAY_SIZE(holes) } };
		struct cf_addr a = core_addr(ends[end]);
		const struct cf_hole *hole;

		for (len = 0; len <= 128; len++) {
			struct cf_prefix p = { cf_addr_mask(a, len), len };

			holes[len] = cf_hole_of(&p, 128 - len);
		}
		cf_holes_order(holes, of.ipv6);
		hole = cf_holes_find(holes, &of, &a);
		for (len = 129; len; len--) {
			assert_non_null(hole);
			assert_int_equal(hole->len, len - 1);
			hole = cf_holes_next(holes, hole);
		}
		assert_null(hole);
	}
}

/* One prefix of many exemptions does not stand in the way of what is beside. */
static void many_of_one_prefix(void **state)
{
	const struct cf_prefix outer = core_prefix("10.0.0.0/8");
	const struct cf_prefix inner = core_prefix("10.1.0.0/16");
	struct cf_holes of = { .ipv4 = { 0, 1001 } };
	struct cf_hole holes[1001];
	struct cf_addr in = core_addr("10.1.2.3"), beside = core_addr("10.2.0.0");
	const struct cf_hole *hole;
	u32 i;

	(void)state;
	for (i = 0; i < 1000; i++)
		holes[i] = cf_hole_of(&inner, (i * 7) % 1000);
	holes[1000] = cf_hole_of(&outer, 1000);
	cf_holes_order(holes, of.ipv4);
	hole = cf_holes_find(holes, &of, &in);
	for (i = 0; i <= 1000; i++) {
		assert_non_null(hole);
		assert_int_equal(hole->exemption, i);
		hole = cf_holes_next(holes, hole);
	}
	assert_null(hole);
	assert_int_equal(cf_holes_find(holes, &of, &beside)->exemption, 1000);
	for (i = 1; i <= 1000; i++)
		assert_int_equal(holes[i].outer, 0);
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

static struct cf_prefix random_prefix(void)
{
	static const u8 lens[] = { 0, 1, 8, 12, 29, 31, 32, 62, 63, 64, 65,
				   126, 127, 128 };
	struct cf_prefix p;

	do {
		p.addr = random_addr();
	} while (p.addr.family == CF_NONE);
	do {
		p.len = lens[core_below(ARRAY_SIZE(lens))];
	} while (p.addr.family == CF_IPV4 && p.len > 32);
	p.addr = cf_addr_mask(p.addr, p.len);
	return p;
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
static void expect_ends(const struct holes *h, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		const struct cf_prefix *p = &h->prefixes[i];
		struct cf_addr last = last_of(p), next = next_to(last, 1);
		struct cf_addr before = next_to(p->addr, -1);

		expect_found(h, n, &p->addr);
		expect_found(h, n, &last);
		expect_found(h, n, &next);
		expect_found(h, n, &before);
	}
}

static void random_holes(void **state)
{
	u32 round, n, i;

	(void)state;
	for (round = 0; round < 1000; round++) {
		struct holes h = { 0 };

		n = core_below(HOLES_MOST + 1);
		for (i = 0; i < n; i++) {
			h.prefixes[i] = random_prefix();
			h.exemptions[i] = core_below(4);
		}
		make(&h, n);
		expect_ends(&h, n);
		for (i = 0; i < 50; i++) {
			struct cf_addr a = random_addr();

			expect_found(&h, n, &a);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_example),
		cmocka_unit_test(nested),
		cmocka_unit_test(many_of_one_prefix),
		cmocka_unit_test(random_holes),
	};

	core_seed("holes");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
