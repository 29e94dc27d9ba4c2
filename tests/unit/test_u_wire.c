// SPDX-License-Identifier: GPL-2.0
/*
 * Structs to attributes and back; attributes cut short and damaged, where
 * nothing may be read beyond the end (ASan watches); and the way from an offset
 * back to the keyword.
 */
#define _GNU_SOURCE
#include <linux/genetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "parse.h"
#include "plan.h"
#include "times.h"
#include "uapi/camfence.h"
#include "wire.h"

#define ROOM (128 * 1024)

static char message[ROOM];

static struct nlmsghdr *begin(void)
{
	struct nlmsghdr *nlh;

	memset(message, 0, sizeof(message));
	nlh = mnl_nlmsg_put_header(message);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	return nlh;
}

static int take(const struct nlmsghdr *nlh, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_A_MAX + 1];

	wire_top(nlh, tb);
	return wire_get_object(tb, rs);
}

static void add_selector(struct camera *c, const char *text)
{
	struct selector *s = camera_add_selector(c);

	if (!parse_mac(text, s->mac))
		s->is_mac = true;
	else
		assert_null(parse_camera_addr(text, &s->addr));
}

static void fill_camera(struct camera *c)
{
	*c = (struct camera){};
	c->name = mem_strdup("hall-1");
	c->policy = mem_strdup("geoblock");
	c->key = mem_strdup("K 1");
	c->comment = mem_strdup("k\xc3\xb8kken");
	add_selector(c, "00:00:5e:00:53:01");
	add_selector(c, "192.0.2.1");
	add_selector(c, "2001:db8::1");
}

static void fill_exemption(struct exemption *e)
{
	struct fault f = {};
	bool host_bits;

	*e = (struct exemption){ .proto = 6, .not_before = 5, .until = 1ULL << 40 };
	e->name = mem_strdup("fw");
	e->camera = mem_strdup("hall-1");
	e->by = mem_strdup("who");
	e->reason = mem_strdup("why");
	parse_prefix("203.0.113.0/24", exemption_add_remote(e), &host_bits);
	parse_prefix("0.0.0.0/0", exemption_add_remote(e), &host_bits);
	parse_prefix("2001:db8::/33", exemption_add_remote(e), &host_bits);
	parse_ports("443,8000-8099", e->port, &e->n_ports, &f);
}

static void camera_and_back(void **unused)
{
	struct nlmsghdr *nlh = begin();
	struct ruleset rs = {};
	struct camera c, *back;
	size_t i;

	(void)unused;
	fill_camera(&c);
	assert_true(wire_put_camera(nlh, ROOM, &c));
	assert_int_equal(take(nlh, &rs), 0);
	back = ruleset_find(&rs, KIND_CAMERA, "hall-1");
	assert_non_null(back);
	assert_string_equal(back->policy, c.policy);
	assert_string_equal(back->key, c.key);
	assert_string_equal(back->comment, c.comment);
	assert_int_equal(back->n_selectors, 3);
	for (i = 0; i < 3; i++)
		assert_true(selector_equal(&c.selector[i], &back->selector[i]));
	assert_false(selector_equal(&c.selector[0], &back->selector[1]));
	ruleset_free(&rs);
	camera_free(&c);
}

static void exemption_and_back(void **unused)
{
	struct nlmsghdr *nlh = begin();
	struct exemption e, *back;
	struct ruleset rs = {};
	size_t i;

	(void)unused;
	fill_exemption(&e);
	assert_true(wire_put_exemption(nlh, ROOM, &e));
	assert_int_equal(take(nlh, &rs), 0);
	back = ruleset_find(&rs, KIND_EXEMPTION, "fw");
	assert_non_null(back);
	assert_string_equal(back->camera, "hall-1");
	assert_null(back->policy);
	assert_null(back->comment);
	assert_int_equal(back->proto, 6);
	assert_int_equal(back->n_ports, 2);
	assert_memory_equal(back->port, e.port, 2 * sizeof(e.port[0]));
	assert_true(back->not_before == 5 && back->until == 1ULL << 40);
	assert_int_equal(back->n_remotes, 3);
	for (i = 0; i < 3; i++)
		assert_memory_equal(&back->remote[i], &e.remote[i],
				    sizeof(struct range));
	ruleset_free(&rs);

	nlh = begin();
	e.proto = -1;
	e.until = TIME_FOREVER;
	e.n_ports = 0;
	assert_true(wire_put_exemption(nlh, ROOM, &e));
	assert_int_equal(take(nlh, &rs), 0);
	assert_int_equal(rs.exemption->proto, -1);
	assert_int_equal(rs.exemption->n_ports, 0);
	assert_true(rs.exemption->until == TIME_FOREVER);
	ruleset_free(&rs);
	exemption_free(&e);
}

static void policy_and_back(void **unused)
{
	struct nlmsghdr *nlh = begin();
	struct ruleset rs = {};
	struct policy p = {
		.name = "p", .default_ = CAMFENCE_DEFAULT_DROP,
		.action = CAMFENCE_ACTION_AUDIT, .comment = "c",
	};

	(void)unused;
	names_add(&p.allow, "one", 3);
	names_add(&p.allow, "twox", 3);
	assert_true(wire_put_policy(nlh, ROOM, &p));
	assert_int_equal(take(nlh, &rs), 0);
	assert_int_equal(rs.policy->default_, CAMFENCE_DEFAULT_DROP);
	assert_int_equal(rs.policy->action, CAMFENCE_ACTION_AUDIT);
	assert_int_equal(rs.policy->allow.n, 2);
	assert_string_equal(rs.policy->allow.v[1], "two");
	assert_int_equal(rs.policy->block.n, 0);
	ruleset_free(&rs);
	names_free(&p.allow);
}

/* Chunks as the protocol wants them, and all ranges in them, in order. */
static void set_in_chunks(void **unused)
{
	struct set s = { .name = "cn", .source = "here", .date = 7 };
	struct ranges r = {}, back = {};
	struct wire_cursor at = {};
	size_t messages = 0;
	u32 i;

	(void)unused;
	for (i = 0; i < 20000; i++) {
		ranges_push4(&r, (struct range4){ i * 4, i * 4 + 1 });
		ranges_push6(&r, (struct range6){ { i, 1 }, { i, 9 } });
	}
	s.n4 = r.n4;
	s.n6 = r.n6;
	do {
		const struct nlattr *tb[CAMFENCE_A_MAX + 1], *a;
		struct nlmsghdr *nlh = begin();
		struct ruleset rs = {};

		assert_true(wire_put_set(nlh, ROOM, &s, &r, &at));
		wire_top(nlh, tb);
		mnl_attr_for_each_nested(a, tb[CAMFENCE_A_SET])
			assert_true(mnl_attr_get_payload_len(a) <=
				    CAMFENCE_CHUNK_BYTES);
		assert_int_equal(wire_get_ranges(tb[CAMFENCE_A_SET], &back), 0);
		assert_int_equal(take(nlh, &rs), 0);
		assert_int_equal(rs.set->n4, messages ? 0 : 20000);
		assert_int_equal(rs.set->n6, messages ? 0 : 20000);
		assert_int_equal(!!rs.set->source, !messages);
		ruleset_free(&rs);
		messages++;
	} while (at.at4 < r.n4 || at.at6 < r.n6);
	assert_true(messages < 20);
	assert_int_equal(back.n4, r.n4);
	assert_int_equal(back.n6, r.n6);
	assert_memory_equal(back.v4, r.v4, r.n4 * sizeof(*r.v4));
	assert_memory_equal(back.v6, r.v6, r.n6 * sizeof(*r.v6));
	ranges_free(&r);
	ranges_free(&back);
}

static void one_family_is_enough(void **unused)
{
	struct set s = { .name = "six" };
	struct nlmsghdr *nlh = begin();
	struct wire_cursor at = {};
	struct ranges r = {};
	struct ruleset rs = {};

	(void)unused;
	ranges_push6(&r, (struct range6){ { 1, 1 }, { 1, 9 } });
	assert_true(wire_put_set(nlh, ROOM, &s, &r, &at));
	assert_int_equal(at.at6, 1);
	assert_int_equal(take(nlh, &rs), 0);
	assert_int_equal(rs.set->n4, 0);
	assert_int_equal(rs.set->n6, 1);
	ruleset_free(&rs);
	ranges_free(&r);
}

static void too_much_is_refused(void **unused)
{
	struct exemption e;
	struct range *r;
	u32 i;

	(void)unused;
	fill_exemption(&e);
	/* 12 bytes each: their nest would be longer than 16 bits can say. */
	for (i = 0; i < 6000; i++) {
		r = exemption_add_remote(&e);
		r->family = 4;
		r->v4.first = i;
		r->v4.last = i;
	}
	assert_false(wire_put_exemption(begin(), ROOM, &e));
	e.n_remotes = 5000;
	assert_true(wire_put_exemption(begin(), ROOM, &e));
	assert_false(wire_put_exemption(begin(), 30000, &e));
	exemption_free(&e);
}

static void hurt(const struct nlmsghdr *nlh, size_t len, size_t byte, u8 value)
{
	/* Of its own length, so that ASan sees the first byte too many. */
	u8 *copy = malloc(len);
	struct ruleset rs = {};
	const struct nlattr *tb[CAMFENCE_A_MAX + 1];
	struct engine_info info = {};
	struct ranges r = {};
	struct stats s = {};

	memcpy(copy, nlh, len);
	((struct nlmsghdr *)copy)->nlmsg_len = len;
	if (byte < len)
		copy[byte] = value;
	wire_top((void *)copy, tb);
	wire_get_object(tb, &rs);
	wire_get_stats(tb, &s);
	wire_get_info((void *)copy, &info);
	if (tb[CAMFENCE_A_SET])
		wire_get_ranges(tb[CAMFENCE_A_SET], &r);
	ranges_free(&r);
	engine_info_free(&info);
	engine_stats_free(&s);
	ruleset_free(&rs);
	free(copy);
}

static void damage(const struct nlmsghdr *nlh)
{
	static const u8 values[] = { 0, 1, 2, 3, 4, 5, 8, 0x7f, 0x80, 0xff };
	size_t start = NLMSG_HDRLEN + GENL_HDRLEN, i, k;

	for (i = start; i <= nlh->nlmsg_len; i += 4)
		hurt(nlh, i, SIZE_MAX, 0);
	for (i = start; i < nlh->nlmsg_len; i++)
		for (k = 0; k < ARRAY_SIZE(values); k++)
			hurt(nlh, nlh->nlmsg_len, i, values[k]);
}

static void damaged_messages(void **unused)
{
	struct set s = { .name = "cn", .source = "here", .date = 7 };
	struct wire_cursor at = {};
	struct ranges r = {};
	struct nlmsghdr *nlh;
	struct exemption e;
	struct camera c;

	(void)unused;
	fill_camera(&c);
	nlh = begin();
	assert_true(wire_put_camera(nlh, ROOM, &c));
	damage(nlh);
	camera_free(&c);

	fill_exemption(&e);
	nlh = begin();
	assert_true(wire_put_exemption(nlh, ROOM, &e));
	damage(nlh);
	exemption_free(&e);

	ranges_push4(&r, (struct range4){ 1, 2 });
	ranges_push6(&r, (struct range6){ { 1, 1 }, { 1, 9 } });
	nlh = begin();
	wire_put_set(nlh, ROOM, &s, &r, &at);
	damage(nlh);
	nlh = begin();
	wire_put_set(nlh, ROOM, &s, &r, &at);
	damage(nlh);
	ranges_free(&r);
}

/* One attribute of each length but its own, within a nest that is whole. */
static int take_length(u16 object, u16 list, u16 attr, size_t len)
{
	static const char zeros[1024];
	struct nlmsghdr *nlh = begin();
	struct ruleset rs = {};
	struct nlattr *nest, *inner = NULL;
	int code;

	nest = mnl_attr_nest_start(nlh, object);
	mnl_attr_put_strz(nlh, object == CAMFENCE_A_CAMERA ?
			  CAMFENCE_CAMERA_A_NAME : CAMFENCE_EXEMPTION_A_NAME,
			  "name");
	if (object == CAMFENCE_A_CAMERA)
		mnl_attr_put_strz(nlh, CAMFENCE_CAMERA_A_POLICY, "p");
	if (list)
		inner = mnl_attr_nest_start(nlh, list);
	mnl_attr_put(nlh, attr, len, zeros);
	if (inner)
		mnl_attr_nest_end(nlh, inner);
	mnl_attr_nest_end(nlh, nest);
	code = take(nlh, &rs);
	ruleset_free(&rs);
	return code;
}

static void lengths_must_fit(void **unused)
{
	static const struct {
		u16 object, list, attr;
		size_t len;
	} rows[] = {
		{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_SELECTORS,
		  CAMFENCE_SELECTOR_A_MAC, 6 },
		{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_SELECTORS,
		  CAMFENCE_SELECTOR_A_ADDR4, 4 },
		{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_SELECTORS,
		  CAMFENCE_SELECTOR_A_ADDR6, 16 },
		{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_REMOTES,
		  CAMFENCE_REMOTE_A_PREFIX4, 8 },
		{ CAMFENCE_A_EXEMPTION, CAMFENCE_EXEMPTION_A_REMOTES,
		  CAMFENCE_REMOTE_A_PREFIX6, 20 },
	};
	size_t ports = sizeof(struct camfence_port_range), i, len;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (len = 0; len < 40; len++) {
			int code = take_length(rows[i].object, rows[i].list,
					       rows[i].attr, len);

			if (code ? len == rows[i].len : len != rows[i].len)
				fail_msg("row %zu, %zu bytes: %d", i, len,
					 code);
		}
	}
	for (len = 0; len <= 2 * ports * CAMFENCE_MAX_PORTS; len++) {
		bool fits = !(len % ports) && len <= ports * CAMFENCE_MAX_PORTS;

		assert_int_equal(!take_length(CAMFENCE_A_EXEMPTION, 0,
					      CAMFENCE_EXEMPTION_A_PORTS, len),
				 fits);
	}
}

static u32 offset_of(const struct nlmsghdr *nlh, const void *bytes, size_t len)
{
	const char *at = memmem(nlh, nlh->nlmsg_len, bytes, len);

	assert_non_null(at);
	return at - (const char *)nlh;
}

static void offsets_become_keywords(void **unused)
{
	static const u8 mac[] = { 0, 0, 0x5e, 0, 0x53, 1 };
	struct nlmsghdr *nlh = begin();
	char place[WIRE_PLACE];
	struct exemption e;
	struct camera c;

	(void)unused;
	fill_camera(&c);
	mnl_attr_put_u64(nlh, CAMFENCE_A_TXN, 0x1122334455667788ULL);
	assert_true(wire_put_camera(nlh, ROOM, &c));
	/* The kernel points at the attribute, four bytes before its value. */
	wire_locate(nlh, offset_of(nlh, mac, 6) - 4, place);
	assert_string_equal(place, "mac 00:00:5e:00:53:01");
	wire_locate(nlh, offset_of(nlh, "\xc0\0\2\1", 4) - 4, place);
	assert_string_equal(place, "addr 192.0.2.1");
	wire_locate(nlh, offset_of(nlh, "geoblock", 9) - 4, place);
	assert_string_equal(place, "policy");
	wire_locate(nlh, offset_of(nlh, "hall-1", 7) - 4, place);
	assert_string_equal(place, "");
	wire_locate(nlh, NLMSG_HDRLEN + GENL_HDRLEN, place);
	assert_string_equal(place, "");
	wire_locate(nlh, 100000, place);
	assert_string_equal(place, "");
	camera_free(&c);

	fill_exemption(&e);
	nlh = begin();
	assert_true(wire_put_exemption(nlh, ROOM, &e));
	wire_locate(nlh, offset_of(nlh, "\xcb\0\x71\0\x18", 5) - 4, place);
	assert_string_equal(place, "remote 203.0.113.0/24");
	exemption_free(&e);
}

static struct exemption *add_exemption(struct ruleset *rs, const char *name,
				       size_t remotes)
{
	struct exemption *e = ruleset_add_exemption(rs);

	e->name = mem_strdup(name);
	while (remotes--)
		exemption_add_remote(e);
	return e;
}

static void counts_after_a_plan(void **unused)
{
	struct set bigger = { .name = "cn", .n4 = 10, .n6 = 20 };
	struct set more = { .name = "more", .n4 = 1 };
	struct exemption x = { .name = "x", .n_remotes = 9 };
	struct policy fresh = { .name = "fresh" };
	struct plan p = {};
	struct counts c;
	struct set *s;

	(void)unused;
	s = ruleset_add_set(&p.now);
	s->name = mem_strdup("cn");
	s->n4 = 3;
	s->n6 = 4;
	add_exemption(&p.now, "x", 2);
	add_exemption(&p.now, "y", 5);
	plan_count(&p, &c);
	assert_int_equal(c.ranges, 7);
	assert_int_equal(c.prefixes, 7);

	plan_put_set(&p, &bigger, NULL);
	plan_put_set(&p, &more, NULL);
	plan_put(&p, KIND_EXEMPTION, &x);
	plan_put(&p, KIND_POLICY, &fresh);
	plan_delete(&p, KIND_EXEMPTION, "y");
	plan_count(&p, &c);
	assert_int_equal(c.sets, 2);
	assert_int_equal(c.ranges, 31);
	assert_int_equal(c.exemptions, 1);
	assert_int_equal(c.prefixes, 9);
	assert_int_equal(c.policies, 1);
	assert_int_equal(c.cameras, 0);
	plan_free(&p);
}

static void liveness(void **unused)
{
	struct exemption e = { .not_before = 10, .until = 20 };

	(void)unused;
	assert_int_equal(exemption_liveness(&e, 9), NOT_YET);
	assert_int_equal(exemption_liveness(&e, 10), LIVE);
	assert_int_equal(exemption_liveness(&e, 19), LIVE);
	assert_int_equal(exemption_liveness(&e, 20), OVER);
	e.until = TIME_FOREVER;
	assert_int_equal(exemption_liveness(&e, UINT64_MAX), LIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(camera_and_back),
		cmocka_unit_test(exemption_and_back),
		cmocka_unit_test(policy_and_back),
		cmocka_unit_test(set_in_chunks),
		cmocka_unit_test(one_family_is_enough),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(damaged_messages),
		cmocka_unit_test(lengths_must_fit),
		cmocka_unit_test(offsets_become_keywords),
		cmocka_unit_test(counts_after_a_plan),
		cmocka_unit_test(liveness),
	};

	return cmocka_run_group_tests_name("u_wire", tests, NULL, NULL);
}
