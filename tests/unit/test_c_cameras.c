// SPDX-License-Identifier: GPL-2.0
/* The table of cameras against a list that is looked through from its start. */
#include "libcameras.h"

static void no_cameras(void **state)
{
	struct list *l = list_new(0, 0);

	(void)state;
	list_build(l);
	list_expect(l, sel_mac(1));
	list_expect(l, sel_v4(0));
	list_expect(l, sel_v6(0, 0));
	list_expect(l, sel_iface("eth0"));
	list_check_all(l);
	list_free(l);
	cf_cameras_free(NULL);
}

/* One kind of selector alone: no other kind is looked for. */
static void one_kind_alone(void **state)
{
	static const char *const kinds[] = {
		"02:00:00:00:00:01", "ff:ff:ff:ff:ff:ff", "10.0.0.1", "0.0.0.0",
		"255.255.255.255", "0:0:0:1::2", "::",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "10.0.0.0/8",
		"128.0.0.0/1", "0.0.0.0/1", "10.0.0.1/32", "2001:db8::/32",
		"8000::/1", "2001:db8::/63", "2001:db8::/64",
		"2001:db8:0:0:8000::/65", "2001:db8::1/128", "oui=44:19:B6/24",
		"oui=44:19:B6:F/28", "oui=44:19:B6:F1:2/36", "iif=eth0", "iif=a",
		"iif=fifteen-letters",
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct list *l = list_new(3, 1);

		list_add(l, 1, core_selector(kinds[i]));
		list_build(l);
		list_check_all(l);
		list_free(l);
	}
}

/* What a selector's bits are must not matter, only whose they are. */
static void kinds_do_not_collide(void **state)
{
	struct list *l = list_new(18, 1);

	(void)state;
	list_add(l, 0, sel_v4(0x01020304));
	list_add(l, 1, sel_v6(0, 0x01020304));
	list_add(l, 2, sel_v6(0x01020304, 0));
	list_add(l, 3, sel_v6(0x0102030400000000, 0));
	list_add(l, 4, sel_mac(0x01020304));
	list_add(l, 5, sel_mac(0xffff01020304));
	list_add(l, 6, sel_v6(0x0064ff9b00000000, 1));
	list_add(l, 7, sel_v6(0, 0xfffe01020304));
	list_add(l, 8, core_selector("1.2.3.4/32"));
	list_add(l, 9, core_selector("::1.2.3.4/128"));
	list_add(l, 10, core_selector("0:0:102:304::/64"));
	/* Each is written as the number 0x010203 of 24 bits, or as its like. */
	list_add(l, 11, sel_oui(0x010203000000, 24));
	list_add(l, 12, sel_oui(0x000010203000, 36));
	list_add(l, 13, sel_oui(0x001020300000, 28));
	list_add(l, 14, sel_mac(0x000000010203));
	list_add(l, 15, sel_v4(0x00010203));
	list_add(l, 16, sel_v6(0x0403020100000000, 0));
	list_add(l, 17, sel_iface("\x01\x02\x03\x04"));
	list_build(l);
	list_check_all(l);
	list_expect(l, sel_iface("\x04\x03\x02\x01"));
	list_expect(l, sel_iface("\x01\x02\x03"));
	list_free(l);
}

static void names_of_interfaces(void **state)
{
	static const char *const names[] = {
		"e", "et", "eth1", "eth1.1", "eth1.10", "eth1.10a", "eth1.10ab",
		"eth1.100", "eth10", "eth11.10", "fifteen-letters",
		"fourteen-lette", "fifteen-lettera", "xifteen-letters",
		"\xc3\xa6\xc3\xb8\xc3\xa5", "\xc3\xa6\xc3\xb8", "abcdefgh",
		"abcdefghabcdefg", "abcdefgi",
	};
	struct list *l = list_new(ARRAY_SIZE(names), 1);
	unsigned int i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i += 2)
		list_add(l, i, sel_iface(names[i]));
	list_build(l);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		for (len = 0; len <= strlen(names[i]); len++) {
			char part[CAMFENCE_IFACE_LEN] = "";

			memcpy(part, names[i], len);
			list_expect_kind(l, 0, part);
			part[len ? len - 1 : 0] ^= 0x80;
			list_expect_kind(l, 0, part);
		}
	list_free(l);
}

static void longest_subnet(void **state)
{
	static const char *const nets[] = {
		"10.0.0.0/8", "10.20.0.0/16", "10.20.4.0/24", "10.20.4.8/29",
		"10.20.4.9/32", "10.20.4.0/32", "10.0.0.0/9", "2000::/3",
		"2001:db8::/32", "2001:db8::/48", "2001:db8:0:1::/64",
		"2001:db8:0:1:8000::/65", "2001:db8:0:1::9/128",
		"2001:db8:0:1::8/127",
	};
	static const char *const addrs[] = {
		"10.20.4.9", "10.20.4.8", "10.20.4.10", "10.20.4.16", "10.20.4.0",
		"10.20.5.0", "10.21.0.0", "10.128.0.0", "11.0.0.0", "9.255.255.255",
		"2001:db8:0:1::9", "2001:db8:0:1::8", "2001:db8:0:1::a",
		"2001:db8:0:1:8000::9", "2001:db8:0:2::", "2001:db8:1::",
		"2001:db9::", "4000::", "1fff::", "::a14:409",
	};
	struct list *l = list_new(ARRAY_SIZE(nets), 1);
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(nets); i++)
		list_add(l, i, core_selector(nets[i]));
	list_build(l);
	for (i = 0; i < ARRAY_SIZE(addrs); i++)
		list_expect_addr(l, core_addr(addrs[i]));
	list_check_all(l);
	list_free(l);
}

/* Every length by itself, every bit of it. */
static void every_length_of_subnet(void **state)
{
	unsigned int len, bit;

	(void)state;
	for (len = 1; len <= 128; len++) {
		struct cf_selector s = { .type = CF_SEL_PREFIX, .len = len };
		struct list *l = list_new(2, 1);

		s.addr = sel_addr6(core_random(), core_random());
		s.addr = cf_addr_mask(s.addr, len);
		list_add(l, 0, s);
		if (len <= 32) {
			s.addr = sel_addr4((u32)core_random());
			s.addr = cf_addr_mask(s.addr, len);
			list_add(l, 1, s);
		}
		list_build(l);
		for (bit = 0; bit < 128; bit++) {
			struct cf_addr a = l->cameras[0].selectors[0].addr;

			if (bit < 64)
				a.v6.hi ^= 1ULL << (63 - bit);
			else
				a.v6.lo ^= 1ULL << (127 - bit);
			list_expect_addr(l, a);
			if (bit < 32)
				list_expect_addr(l, sel_addr4(s.addr.v4 ^ 1U << bit));
		}
		list_check_all(l);
		list_free(l);
	}
}

/* Each kind of OUI, the longest first, and each beside an interface. */
static void longest_oui(void **state)
{
	struct list *l = list_new(7, 2);
	unsigned int i;

	(void)state;
	list_add(l, 0, sel_oui(0x4419b6000000, 24));
	list_add(l, 1, sel_oui(0x4419b6100000, 28));
	list_add(l, 2, sel_oui(0x4419b6123000, 36));
	list_add(l, 3, sel_oui(0xc85c0e123000, 36));
	list_add(l, 4, sel_iface("eth0"));
	l->cameras[5].catch = true;
	list_add(l, 5, sel_oui(0x4419b6000000, 24));
	list_add(l, 5, sel_oui(0x3cef8c100000, 28));
	l->cameras[6].catch = true;
	list_add(l, 6, sel_iface("eth0"));
	list_add(l, 6, sel_iface("eth1"));
	list_build(l);
	list_check_all(l);
	for (i = 0; i < 4; i++) {
		list_expect_kind(l, 0x4419b6123456, i ? "eth0" : NULL);
		list_expect_kind(l, 0x4419b6124456, i ? "eth1" : NULL);
		list_expect_kind(l, 0x4419b6223456, i ? "eth2" : NULL);
		list_expect_kind(l, 0xc85c0e123456, i ? "eth0" : NULL);
		list_expect_kind(l, 0xc85c0e124456, i ? "eth0" : NULL);
		list_expect_kind(l, 0x3cef8c123456, i ? "eth1" : NULL);
		list_expect_kind(l, 0, i ? "eth1" : NULL);
	}
	list_free(l);
}

/* What a catch has is no camera's, and the other way round. */
static void catches_apart(void **state)
{
	const struct cf_selector kinds[] = {
		sel_oui(0x4419b6000000, 24), sel_oui(0x4419b6100000, 28),
		sel_oui(0x4419b6123000, 36), sel_iface("eth0"),
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
		struct list *l = list_new(3, 1);

		l->cameras[1].catch = true;
		list_add(l, i % 2, kinds[i / 2]);
		list_build(l);
		list_check_all(l);
		list_add(l, 1 - i % 2, kinds[i / 2]);
		cf_cameras_free(l->table);
		list_build(l);
		list_check_all(l);
		list_free(l);
	}
}

/* ---- at random ---- */

static struct cf_selector random_name(void)
{
	static const char letters[] = "ab.";
	char name[CAMFENCE_IFACE_LEN] = "";
	u32 len = 1 + core_below(sizeof(name) - 1);

	while (len--)
		name[len] = letters[core_below(3)];
	if (core_one_in(2))
		name[1] = 0;
	return sel_iface(name);
}

static struct cf_selector random_net(u64 r)
{
	struct cf_selector s = { .type = CF_SEL_PREFIX };

	s.len = 1 + core_below(32);
	s.addr = sel_addr4(0x0a000000 + (u32)r);
	if (core_one_in(2)) {
		s.len = 1 + core_below(128);
		s.addr = sel_addr6(0x20010db800000000 + (r & 3), r);
	}
	s.addr = cf_addr_mask(s.addr, s.len);
	return s;
}

static struct cf_selector random_oui(u64 r)
{
	static const u8 lens[] = { 24, 28, 36 };
	u8 len = lens[core_below(ARRAY_SIZE(lens))];
	u64 number = 0x4419b6000000 + ((r & 7) << 21) + ((r & 3) << 12);

	return sel_oui(number >> (48 - len) << (48 - len), len);
}

static struct cf_selector random_selector(bool crowded)
{
	u64 r = crowded ? core_below(64) : core_random();

	switch (core_below(8)) {
	case 0:
		return sel_mac((crowded ? 0x4419b6000000 : 0) |
			   ((r & 0xffffff) + 1));
	case 1:
		return sel_v4(crowded ? 0x0a000000 + r : r);
	case 2:
		return sel_v6(0x20010db800000000, crowded ? r : core_random());
	case 3:
		return sel_v6(0x20010db800000000 + r, 1);
	case 4:
		return random_name();
	case 5:
		return random_oui(r);
	default:
		return random_net(r);
	}
}

static bool may_be_catch(const struct cf_selector *s)
{
	return s->type == CF_SEL_OUI || s->type == CF_SEL_IFACE;
}

/* Whether the selector may be added without a conflict. */
static bool may_have(const struct list *l, u32 i, const struct cf_selector *s)
{
	struct owners o = list_naive(l, s, l->cameras[i].catch);
	u32 j;

	for (j = 0; j < o.n; j++)
		if (o.of[j] == i || !l->cameras[i].shared ||
		    !l->cameras[o.of[j]].shared)
			return false;
	return !l->cameras[i].catch || may_be_catch(s);
}

static void random_cameras(void **state)
{
	unsigned int i, j, n;

	(void)state;
	for (n = 0; n < 100; n++) {
		bool crowded = n % 4;
		struct list *l = list_new(1 + core_below(60), 6);

		for (i = 0; i < l->n; i++) {
			l->cameras[i].shared = core_below(3);
			l->cameras[i].catch = core_one_in(4);
		}
		for (i = 0; i < l->n; i++)
			for (j = core_below(7); j; j--) {
				struct cf_selector s = random_selector(crowded);

				if (may_have(l, i, &s))
					list_add(l, i, s);
			}
		list_build(l);
		list_check_all(l);
		for (i = 0; i < 100; i++) {
			struct cf_selector s = random_selector(crowded);

			list_expect(l, s);
			list_expect_kind(l, random_oui(core_random()).mac | 5,
					 random_name().iface);
		}
		list_free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_cameras),
		cmocka_unit_test(one_kind_alone),
		cmocka_unit_test(kinds_do_not_collide),
		cmocka_unit_test(names_of_interfaces),
		cmocka_unit_test(longest_subnet),
		cmocka_unit_test(every_length_of_subnet),
		cmocka_unit_test(longest_oui),
		cmocka_unit_test(catches_apart),
		cmocka_unit_test(random_cameras),
	};

	core_seed("cameras");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
