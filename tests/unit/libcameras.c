// SPDX-License-Identifier: GPL-2.0
/* Lists of cameras, looked through from their start: libcameras.h. */
#include "libcameras.h"

struct list *list_new(u32 n, u32 n_selectors)
{
	struct list *l = core_alloc(1, sizeof(*l));
	u32 i;

	l->n = n;
	l->n_selectors = n_selectors;
	l->cameras = core_alloc(n, sizeof(*l->cameras));
	l->pointers = core_alloc(n, sizeof(*l->pointers));
	for (i = 0; i < n; i++) {
		struct cf_camera *c = &l->cameras[i];

		c->selectors = core_alloc(n_selectors, sizeof(*c->selectors));
		l->pointers[i] = c;
	}
	return l;
}

void list_free(struct list *l)
{
	u32 i;

	cf_cameras_free(l->table);
	for (i = 0; i < l->n; i++)
		free(l->cameras[i].selectors);
	free(l->cameras);
	free(l->pointers);
	free(l);
}

void list_add(struct list *l, u32 camera, struct cf_selector s)
{
	struct cf_camera *c = &l->cameras[camera];

	assert_true(c->n_selectors < l->n_selectors);
	c->selectors[c->n_selectors++] = s;
}

/* ---- selectors ---- */

struct cf_selector sel_mac(u64 mac)
{
	return (struct cf_selector){ .type = CF_SEL_MAC, .mac = mac };
}

struct cf_addr sel_addr4(u32 addr)
{
	return (struct cf_addr){ .family = CF_IPV4, .v4 = addr };
}

struct cf_addr sel_addr6(u64 hi, u64 lo)
{
	return (struct cf_addr){ .family = CF_IPV6, .v6 = { hi, lo } };
}

struct cf_selector sel_v4(u32 addr)
{
	return (struct cf_selector){ .type = CF_SEL_ADDR, .addr = sel_addr4(addr) };
}

struct cf_selector sel_v6(u64 hi, u64 lo)
{
	return (struct cf_selector){
		.type = CF_SEL_ADDR,
		.addr = sel_addr6(hi, lo),
	};
}

struct cf_selector sel_oui(u64 mac, u8 len)
{
	return (struct cf_selector){ .type = CF_SEL_OUI, .len = len, .mac = mac };
}

struct cf_selector sel_iface(const char *name)
{
	struct cf_selector s = { .type = CF_SEL_IFACE };

	snprintf(s.iface, sizeof(s.iface), "%s", name);
	return s;
}

static bool is_same_addr(const struct cf_addr *a, const struct cf_addr *b)
{
	if (a->family != b->family)
		return false;
	if (a->family == CF_IPV4)
		return a->v4 == b->v4;
	return a->v6.hi == b->v6.hi && a->v6.lo == b->v6.lo;
}

static bool is_same(const struct cf_selector *a, const struct cf_selector *b)
{
	if (a->type != b->type || a->len != b->len)
		return false;
	switch (a->type) {
	case CF_SEL_MAC:
	case CF_SEL_OUI:
		return a->mac == b->mac;
	case CF_SEL_ADDR:
	case CF_SEL_PREFIX:
		return is_same_addr(&a->addr, &b->addr);
	case CF_SEL_IFACE:
		break;
	}
	return !strcmp(a->iface, b->iface);
}

/* ---- who has a selector, by the list ---- */

static bool has(const struct cf_camera *c, const struct cf_selector *s)
{
	u32 i;

	for (i = 0; i < c->n_selectors; i++)
		if (is_same(&c->selectors[i], s))
			return true;
	return false;
}

struct owners list_naive(const struct list *l, const struct cf_selector *s,
			 bool catch)
{
	struct owners o = { 0 };
	u32 i;

	for (i = 0; i < l->n; i++)
		if (l->cameras[i].catch == catch && has(&l->cameras[i], s)) {
			assert_true(o.n < OWNERS_MOST);
			o.of[o.n++] = i;
		}
	return o;
}

static bool covers(const struct cf_selector *s, const struct cf_addr *a)
{
	unsigned int bit;

	if (s->addr.family != a->family)
		return false;
	for (bit = 0; bit < s->len; bit++) {
		u64 diff = s->addr.v6.hi ^ a->v6.hi;
		unsigned int shift = 63 - bit % 64;

		if (a->family == CF_IPV4) {
			diff = s->addr.v4 ^ a->v4;
			shift = 31 - bit;
		} else if (bit >= 64) {
			diff = s->addr.v6.lo ^ a->v6.lo;
		}
		if (diff >> shift & 1)
			return false;
	}
	return true;
}

/* The longest of a type that meets an address or a MAC. */
static struct owners naive_longest(const struct list *l, const struct cf_addr *a,
				   u64 mac, bool catch)
{
	const struct cf_selector *best = NULL;
	u32 i, j;

	for (i = 0; i < l->n; i++)
		for (j = 0; j < l->cameras[i].n_selectors; j++) {
			const struct cf_selector *s =
				&l->cameras[i].selectors[j];
			bool meets = a ? s->type == CF_SEL_PREFIX &&
					 covers(s, a) :
					 s->type == CF_SEL_OUI &&
					 s->mac >> (48 - s->len) ==
					 mac >> (48 - s->len);

			if (meets && l->cameras[i].catch == catch &&
			    (!best || s->len > best->len))
				best = s;
		}
	return best ? list_naive(l, best, catch) : (struct owners){ 0 };
}

static struct owners naive_kind(const struct list *l, u64 mac,
				const char *name, bool catch)
{
	struct owners o = { 0 };
	struct cf_selector s;

	if (mac)
		o = naive_longest(l, NULL, mac, catch);
	if (o.n || !name)
		return o;
	s = sel_iface(name);
	return list_naive(l, &s, catch);
}

/* ---- and by the table ---- */

static void expect_owners(const struct list *l, const struct cf_owner *o,
			  struct owners want)
{
	u32 i;

	for (i = 0; i < want.n; i++, o = cf_cameras_next(l->table, o)) {
		assert_non_null(o);
		assert_int_equal(o->camera, want.of[i]);
	}
	assert_null(o);
}

void list_expect_addr(const struct list *l, struct cf_addr a)
{
	struct cf_selector s = { .type = CF_SEL_ADDR, .addr = a };

	expect_owners(l, cf_cameras_by_addr(l->table, &a), list_naive(l, &s, false));
	expect_owners(l, cf_cameras_by_subnet(l->table, &a),
		      naive_longest(l, &a, 0, false));
}

void list_expect_kind(const struct list *l, u64 mac, const char *name)
{
	expect_owners(l, cf_cameras_by_kind(l->table, mac, name, false),
		      naive_kind(l, mac, name, false));
	expect_owners(l, cf_cameras_by_kind(l->table, mac, name, true),
		      naive_kind(l, mac, name, true));
}

void list_expect_mac(const struct list *l, u64 number)
{
	struct cf_selector s = sel_mac(number);

	expect_owners(l, cf_cameras_by_mac(l->table, number), list_naive(l, &s, false));
	list_expect_kind(l, number, NULL);
	list_expect_kind(l, number, "eth0");
}

/* All that the table can be asked with what the selector is made of. */
void list_expect(const struct list *l, struct cf_selector s)
{
	switch (s.type) {
	case CF_SEL_MAC:
	case CF_SEL_OUI:
		list_expect_mac(l, s.mac & 0xffffffffffff);
		break;
	case CF_SEL_ADDR:
	case CF_SEL_PREFIX:
		list_expect_addr(l, s.addr);
		break;
	case CF_SEL_IFACE:
		list_expect_kind(l, 0, s.iface);
		list_expect_kind(l, 0x020000000001, s.iface);
		break;
	}
}

void list_build(struct list *l)
{
	struct cf_conflict conflict;
	bool wants = false, exact = true;
	u32 i, j;

	assert_int_equal(cf_cameras_build(&l->table, l->pointers, l->n, &conflict), 0);
	for (i = 0; i < l->n; i++)
		for (j = 0; j < l->cameras[i].n_selectors; j++) {
			enum cf_selector_type type =
				l->cameras[i].selectors[j].type;

			wants |= type == CF_SEL_MAC || type == CF_SEL_OUI;
			exact &= type == CF_SEL_MAC || type == CF_SEL_ADDR;
		}
	assert_int_equal(cf_cameras_want_mac(l->table), wants);
	assert_int_equal(cf_cameras_are_exact(l->table), exact);
}

void list_expect_conflict(struct list *l, u32 first, u32 second,
			  const struct cf_selector *selector)
{
	struct cf_conflict conflict = { 0 };
	struct cf_cameras *none = (void *)l, *out = none;

	assert_int_equal(cf_cameras_build(&out, l->pointers, l->n, &conflict),
			 -EEXIST);
	assert_ptr_equal(out, none);
	assert_int_equal(conflict.first, first);
	assert_int_equal(conflict.second, second);
	assert_ptr_equal(conflict.selector, selector);
	list_free(l);
}

static void check_near_mac(const struct list *l, u64 number)
{
	list_expect_mac(l, number + 1);
	list_expect_mac(l, (number - 1) & 0xffffffffffff);
	list_expect_mac(l, number ^ 0x000000000fff);
	list_expect_mac(l, number ^ 0x000000001000);
	list_expect_mac(l, number ^ 0x000000100000);
	list_expect_mac(l, number ^ 0x000001000000);
	list_expect_mac(l, number >> 12);
	list_expect_mac(l, number >> 24);
	list_expect_addr(l, sel_addr4((u32)number));
	list_expect_addr(l, sel_addr6(0, number));
}

static void check_near_addr(const struct list *l, const struct cf_addr *a)
{
	u64 hi = a->v6.hi, lo = a->v6.lo;

	if (a->family == CF_IPV4) {
		list_expect_addr(l, sel_addr4(a->v4 + 1));
		list_expect_addr(l, sel_addr4(a->v4 - 1));
		list_expect_addr(l, sel_addr4(a->v4 | 0xff));
		list_expect_addr(l, sel_addr6(0, a->v4));
		list_expect_addr(l, sel_addr6((u64)a->v4 << 32, 0));
		list_expect_mac(l, a->v4);
		list_expect_mac(l, 0xffff00000000 | a->v4);
		return;
	}
	list_expect_addr(l, sel_addr6(hi, lo + 1));
	list_expect_addr(l, sel_addr6(hi + 1, lo));
	list_expect_addr(l, sel_addr6(lo, hi));
	list_expect_addr(l, sel_addr6(hi, ~lo));
	list_expect_addr(l, sel_addr6(0, lo));
	list_expect_addr(l, sel_addr4((u32)lo));
	list_expect_mac(l, lo & 0xffffffffffff);
}

/* All that is in it, and what is next to it or alike in half its bits. */
void list_check_all(const struct list *l)
{
	struct cf_addr nowhere = { .family = CF_NONE };
	u32 i, j;

	assert_null(cf_cameras_by_addr(l->table, &nowhere));
	assert_null(cf_cameras_by_subnet(l->table, &nowhere));
	list_expect_kind(l, 0, NULL);
	for (i = 0; i < l->n; i++)
		for (j = 0; j < l->cameras[i].n_selectors; j++) {
			struct cf_selector s = l->cameras[i].selectors[j];

			list_expect(l, s);
			if (s.type == CF_SEL_MAC || s.type == CF_SEL_OUI)
				check_near_mac(l, s.mac);
			else if (s.type != CF_SEL_IFACE)
				check_near_addr(l, &s.addr);
		}
}
