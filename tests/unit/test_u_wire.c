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

#include "cameras.h"
#include "mem.h"
#include "parse.h"
#include "times.h"
#include "uapi/camfence.h"
#include "wire.h"
#include "words.h"

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

static void add_selector(struct camera *c, enum selector_type type,
			 const char *text)
{
	struct fault f = {};

	assert_int_equal(parse_selector(type, text, camera_add_selector(c), &f),
			 0);
}

static void fill_camera(struct camera *c)
{
	*c = (struct camera){};
	c->name = mem_strdup("hall-1");
	c->policy = mem_strdup("geoblock");
	c->key = mem_strdup("K 1");
	c->comment = mem_strdup("k\xc3\xb8kken");
	add_selector(c, SELECT_MAC, "00:00:5e:00:53:01");
	add_selector(c, SELECT_ADDR, "192.0.2.1");
	add_selector(c, SELECT_ADDR, "2001:db8::1");
	add_selector(c, SELECT_NET, "198.51.100.0/26");
	add_selector(c, SELECT_NET, "2001:db8:1::/48");
	add_selector(c, SELECT_OUI, "00:00:5e");
	add_selector(c, SELECT_OUI, "00:00:5e:a");
	add_selector(c, SELECT_OUI, "00:00:5e:00:5");
	add_selector(c, SELECT_IIF, "0123456789abcde");
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
	names_add(&e->sets, "nvr", 3);
	e->router = true;
	e->dir = CAMFENCE_DIRECTION_BOTH;
	parse_ports("port", "443,8000-8099", &e->ports, &f);
	parse_ports("local-port", "554", &e->local_ports, &f);
	parse_icmp_types("8,0", 1, e->icmp_type, &e->n_icmp_types, &f);
}

static bool put_exemption(struct nlmsghdr *nlh, size_t room,
			  const struct exemption *e)
{
	size_t at = 0;

	return wire_put_exemption(nlh, room, e, &at) && at == e->n_remotes;
}

static void camera_and_back(void **unused)
{
	enum objkind kind;
	struct camera c;
	size_t i;

	(void)unused;
	fill_camera(&c);
	for (kind = KIND_CAMERA; kind <= KIND_CATCH; kind++) {
		struct nlmsghdr *nlh = begin();
		struct ruleset rs = {};
		struct camera *back;

		c.shared = kind == KIND_CATCH;
		assert_true(wire_put_camera(nlh, ROOM, kind, &c));
		assert_int_equal(take(nlh, &rs), 0);
		back = ruleset_find(&rs, kind, "hall-1");
		assert_non_null(back);
		assert_int_equal(rs.n[KIND_CAMERA] + rs.n[KIND_CATCH], 1);
		assert_string_equal(back->policy, c.policy);
		assert_string_equal(back->key, c.key);
		assert_string_equal(back->comment, c.comment);
		assert_int_equal(back->shared, c.shared);
		assert_int_equal(back->n_selectors, c.n_selectors);
		for (i = 0; i < c.n_selectors; i++)
			assert_ptr_equal(camera_has(back, &c.selector[i]),
					 &back->selector[i]);
		ruleset_free(&rs);
	}
	camera_free(&c);
}

static void exemption_and_back(void **unused)
{
	struct nlmsghdr *nlh = begin();
	struct exemption e, *back;
	struct ruleset rs = {};

	(void)unused;
	fill_exemption(&e);
	assert_true(put_exemption(nlh, ROOM, &e));
	assert_int_equal(take(nlh, &rs), 0);
	back = ruleset_find(&rs, KIND_EXEMPTION, "fw");
	assert_non_null(back);
	assert_string_equal(back->camera, "hall-1");
	assert_null(back->policy);
	assert_null(back->comment);
	assert_int_equal(back->n_remotes, 3);
	assert_int_equal(back->ports.n, 2);
	assert_int_equal(back->local_ports.n, 1);
	assert_int_equal(back->n_icmp_types, 2);
	assert_int_equal(back->not_before, 5);
	assert_true(exemption_same_hole(back, &e));
	ruleset_free(&rs);

	nlh = begin();
	e.proto = -1;
	e.until = TIME_FOREVER;
	e.ports.n = 0;
	assert_true(put_exemption(nlh, ROOM, &e));
	assert_int_equal(take(nlh, &rs), 0);
	assert_int_equal(rs.exemption->proto, -1);
	assert_int_equal(rs.exemption->ports.n, 0);
	assert_true(rs.exemption->until == TIME_FOREVER);
	ruleset_free(&rs);
	exemption_free(&e);
}

/* One of a hole's limits after the other made different. */
static void holes_differ(void **unused)
{
	struct exemption a, b;
	size_t i;

	(void)unused;
	for (i = 0; i < 12; i++) {
		fill_exemption(&a);
		fill_exemption(&b);
		assert_true(exemption_same_hole(&a, &b));
		b.proto += i == 0;
		b.dir -= i == 1;
		b.router ^= i == 2;
		b.not_before += i == 3;
		b.until += i == 4;
		b.ports.v[1].last += i == 5;
		b.ports.n -= i == 6;
		b.local_ports.v[0].first -= i == 7;
		b.icmp_type[1] += i == 8;
		b.n_icmp_types -= i == 9;
		b.remote[2].v6.last.lo -= i == 10;
		b.sets.v[0][0] += i == 11;
		assert_false(exemption_same_hole(&a, &b));
		exemption_free(&a);
		exemption_free(&b);
	}
}

static void settings_and_back(void **unused)
{
	struct settings s = { .site = "geoblock" };
	struct nlmsghdr *nlh = begin();
	struct ruleset rs = {};
	bool host_bits;

	(void)unused;
	parse_nat64("2001:db8:64::/96", &s.nat64[s.n_nat64++], &host_bits);
	parse_nat64("2001:db8::/40", &s.nat64[s.n_nat64++], &host_bits);
	assert_true(wire_put_settings(nlh, ROOM, &s));
	assert_int_equal(take(nlh, &rs), 0);
	assert_string_equal(rs.settings.site, "geoblock");
	assert_int_equal(rs.settings.n_nat64, 2);
	assert_true(range_equal(&rs.settings.nat64[1], &s.nat64[1]));

	/* None at all is an empty nest, and takes the place of what was. */
	nlh = begin();
	s = (struct settings){};
	assert_true(wire_put_settings(nlh, ROOM, &s));
	assert_int_equal(take(nlh, &rs), 0);
	assert_null(rs.settings.site);
	assert_int_equal(rs.settings.n_nat64, 0);
	ruleset_free(&rs);
}

static void policy_and_back(void **unused)
{
	struct nlmsghdr *nlh = begin();
	struct ruleset rs = {};
	struct policy p = {
		.name = "p", .default_ = CAMFENCE_DEFAULT_DROP,
		.action = CAMFENCE_ACTION_AUDIT, .comment = "c",
		.nflog = 65536,
	};

	(void)unused;
	names_add(&p.allow, "one", 3);
	names_add(&p.allow, "twox", 3);
	assert_true(wire_put_policy(nlh, ROOM, &p));
	assert_int_equal(take(nlh, &rs), 0);
	assert_int_equal(rs.policy->default_, CAMFENCE_DEFAULT_DROP);
	assert_int_equal(rs.policy->action, CAMFENCE_ACTION_AUDIT);
	assert_int_equal(rs.policy->nflog, 65536);
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

static void fill_remotes(struct exemption *e, u32 n)
{
	bool host_bits;
	u32 i;

	e->n_remotes = 0;
	for (i = 0; i < n; i++) {
		struct range *r = exemption_add_remote(e);

		if (i % 3) {
			r->family = 4;
			r->v4.first = i << 8;
			r->v4.last = r->v4.first | 0xff;
			continue;
		}
		parse_prefix("2001:db8::/64", r, &host_bits);
		r->v6.first.hi += i;
		r->v6.last.hi += i;
	}
}

/* Each no longer than a chunk, the limits in the first alone. */
static void exemption_in_chunks(void **unused)
{
	static const u32 sizes[] = { 0, 1, 3800, 3850, 10000, 20000 };
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t at = 0, messages = 0;
		struct ruleset rs = {};
		struct exemption e;

		fill_exemption(&e);
		fill_remotes(&e, sizes[i]);
		do {
			const struct nlattr *tb[CAMFENCE_A_MAX + 1], *a;
			struct nlmsghdr *nlh = begin();
			size_t others = 0;

			assert_true(wire_put_exemption(nlh, ROOM, &e, &at));
			wire_top(nlh, tb);
			mnl_attr_for_each_nested(a, tb[CAMFENCE_A_EXEMPTION]) {
				others++;
				assert_true(mnl_attr_get_payload_len(a) <=
					    CAMFENCE_CHUNK_BYTES);
			}
			assert_int_equal(others, messages ? 2 : 13);
			assert_int_equal(take(nlh, &rs), 0);
			messages++;
		} while (at < e.n_remotes);
		assert_int_equal(rs.n[KIND_EXEMPTION], 1);
		assert_true(exemption_same_hole(rs.exemption, &e));
		assert_true(messages <= 1 + sizes[i] / 3800);
		ruleset_free(&rs);
		exemption_free(&e);
	}
}

static void too_much_is_refused(void **unused)
{
	struct exemption e;
	size_t at = 0;

	(void)unused;
	fill_exemption(&e);
	fill_remotes(&e, 3000);
	assert_true(put_exemption(begin(), ROOM, &e));
	assert_false(wire_put_exemption(begin(), 30000, &e, &at));
	exemption_free(&e);
}

static void remotes_in_order(void **unused)
{
	static const char *const typed[] = {
		"2001:db8::/32", "10.1.0.0/16", "10.0.0.0/8", "10.1.0.0/16",
		"2001:db8::/64", "10.1.0.0", "2001:db8::/32", "9.0.0.0",
		"192.0.2.1", "9.0.0.0",
	};
	static const char sorted[] =
		"9.0.0.0,10.0.0.0/8,10.1.0.0,10.1.0.0/16,192.0.2.1,2001:db8::/64,2001:db8::/32";
	struct exemption e = {};
	bool host_bits;
	char *text;
	size_t i;

	(void)unused;
	exemption_sort_remotes(&e);
	assert_int_equal(e.n_remotes, 0);
	for (i = 0; i < ARRAY_SIZE(typed); i++)
		parse_prefix(typed[i], exemption_add_remote(&e), &host_bits);
	exemption_sort_remotes(&e);
	text = join_ranges(e.remote, e.n_remotes);
	assert_string_equal(text, sorted);
	free(text);
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
	struct event event;
	struct stats s = {};

	memcpy(copy, nlh, len);
	((struct nlmsghdr *)copy)->nlmsg_len = len;
	if (byte < len)
		copy[byte] = value;
	wire_top((void *)copy, tb);
	wire_get_object(tb, &rs);
	wire_get_stats(tb, &s);
	wire_get_info((void *)copy, &info);
	wire_get_event((void *)copy, &event);
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

static struct nlmsghdr *event_message(void)
{
	static const u8 mac[6] = { 2 }, addr6[16] = { 0xfd };
	struct nlmsghdr *nlh = begin();
	struct nlattr *nest = mnl_attr_nest_start(nlh, CAMFENCE_A_EVENT);

	mnl_attr_put_u32(nlh, CAMFENCE_EVENT_A_TYPE, CAMFENCE_EVENT_DROP);
	mnl_attr_put_u64(nlh, CAMFENCE_EVENT_A_SEQ, 7);
	mnl_attr_put_u32(nlh, CAMFENCE_EVENT_A_REASON, CAMFENCE_REASON_BLOCK);
	mnl_attr_put_strz(nlh, CAMFENCE_EVENT_A_CAMERA, "hall-1");
	mnl_attr_put(nlh, CAMFENCE_EVENT_A_SRC6, sizeof(addr6), addr6);
	mnl_attr_put(nlh, CAMFENCE_EVENT_A_DST6, sizeof(addr6), addr6);
	mnl_attr_put_u8(nlh, CAMFENCE_EVENT_A_PROTO, 17);
	mnl_attr_put_u16(nlh, CAMFENCE_EVENT_A_SPORT, 40000);
	mnl_attr_put(nlh, CAMFENCE_EVENT_A_SMAC, sizeof(mac), mac);
	mnl_attr_put_strz(nlh, CAMFENCE_EVENT_A_IN, "lan0");
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

static void events(void **unused)
{
	struct event e;

	(void)unused;
	assert_int_equal(wire_get_event(begin(), &e), -1);
	assert_int_equal(wire_get_event(event_message(), &e), 0);
	assert_int_equal(e.type, CAMFENCE_EVENT_DROP);
	assert_int_equal(e.seq, 7);
	assert_true(e.is_packet);
	assert_string_equal(e.camera, "hall-1");
	assert_null(e.policy);
	assert_int_equal(e.family, 6);
	assert_int_equal(e.src[0], 0xfd);
	assert_int_equal(e.proto, 17);
	assert_int_equal(e.sport, 40000);
	assert_int_equal(e.dport, -1);
	assert_int_equal(e.icmp_type, -1);
	assert_int_equal(e.smac[0], 2);
	assert_string_equal(e.in, "lan0");
}

static void info_of_what_is_to_be_confirmed(void **unused)
{
	struct nlmsghdr *nlh = begin();
	struct engine_info info = {};

	(void)unused;
	assert_int_equal(wire_get_info(nlh, &info), 0);
	assert_false(info.pending);
	/* The time is up this moment, and nothing was in force before. */
	mnl_attr_put_u32(nlh, CAMFENCE_A_CONFIRM, 0);
	assert_int_equal(wire_get_info(nlh, &info), 0);
	assert_true(info.pending);
	assert_int_equal(info.before, 0);
	mnl_attr_put_u64(nlh, CAMFENCE_A_BEFORE, 1ULL << 40);
	assert_int_equal(wire_get_info(nlh, &info), 0);
	assert_int_equal(info.before, 1ULL << 40);
	mnl_attr_put_u64(nlh, CAMFENCE_A_CONFIRM, 7);
	assert_int_equal(wire_get_info(nlh, &info), -1);
}

static void damaged_messages(void **unused)
{
	struct set s = { .name = "cn", .source = "here", .date = 7 };
	struct settings options = { .site = "geoblock" };
	struct wire_cursor at = {};
	struct ranges r = {};
	struct nlmsghdr *nlh;
	struct exemption e;
	bool host_bits;
	struct camera c;

	(void)unused;
	fill_camera(&c);
	nlh = begin();
	assert_true(wire_put_camera(nlh, ROOM, KIND_CATCH, &c));
	damage(nlh);
	camera_free(&c);

	fill_exemption(&e);
	nlh = begin();
	assert_true(put_exemption(nlh, ROOM, &e));
	damage(nlh);
	exemption_free(&e);

	parse_nat64("2001:db8::/40", &options.nat64[options.n_nat64++],
		    &host_bits);
	nlh = begin();
	assert_true(wire_put_settings(nlh, ROOM, &options));
	damage(nlh);

	damage(event_message());

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
		{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_SELECTORS,
		  CAMFENCE_SELECTOR_A_PREFIX4, 8 },
		{ CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_SELECTORS,
		  CAMFENCE_SELECTOR_A_PREFIX6, 20 },
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
		assert_int_equal(!take_length(CAMFENCE_A_EXEMPTION, 0,
					      CAMFENCE_EXEMPTION_A_LOCAL_PORTS,
					      len), fits);
	}
	for (len = 0; len < 40; len++)
		assert_int_equal(!take_length(CAMFENCE_A_EXEMPTION, 0,
					      CAMFENCE_EXEMPTION_A_ICMP_TYPES,
					      len),
				 len <= CAMFENCE_MAX_ICMP_TYPES);
}

/* Zero bits of a MAC are no OUI, and neither are 25. */
static void ouis_must_fit(void **unused)
{
	unsigned int len;

	(void)unused;
	for (len = 0; len < 256; len++) {
		struct camfence_oui oui = { .len = len };
		struct nlmsghdr *nlh = begin();
		struct camera c = {};
		bool fits = len == 24 || len == 28 || len == 36;
		const struct nlattr *a = mnl_nlmsg_get_payload_tail(nlh);

		mnl_attr_put(nlh, CAMFENCE_SELECTOR_A_OUI, sizeof(oui), &oui);
		assert_int_equal(!wire_get_selector(a, &c), fits);
		camera_free(&c);
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
	struct settings options = { .site = "there" };
	struct nlmsghdr *nlh = begin();
	char place[WIRE_PLACE];
	bool host_bits;
	struct exemption e;
	struct camera c;

	(void)unused;
	fill_camera(&c);
	mnl_attr_put_u64(nlh, CAMFENCE_A_TXN, 0x1122334455667788ULL);
	assert_true(wire_put_camera(nlh, ROOM, KIND_CAMERA, &c));
	/* The kernel points at the attribute, four bytes before its value. */
	wire_locate(nlh, offset_of(nlh, mac, 6) - 4, place);
	assert_string_equal(place, "mac 00:00:5e:00:53:01");
	wire_locate(nlh, offset_of(nlh, "\xc0\0\2\1", 4) - 4, place);
	assert_string_equal(place, "addr 192.0.2.1");
	wire_locate(nlh, offset_of(nlh, "\xc6\x33\x64\0\x1a", 5) - 4, place);
	assert_string_equal(place, "net 198.51.100.0/26");
	wire_locate(nlh, offset_of(nlh, "\0\0\x5e\xa0\0\x1c", 6) - 4, place);
	assert_string_equal(place, "oui 00:00:5e:a");
	wire_locate(nlh, offset_of(nlh, "0123456789abcde", 16) - 4, place);
	assert_string_equal(place, "iif 0123456789abcde");
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
	assert_true(put_exemption(nlh, ROOM, &e));
	wire_locate(nlh, offset_of(nlh, "\xcb\0\x71\0\x18", 5) - 4, place);
	assert_string_equal(place, "remote 203.0.113.0/24");
	wire_locate(nlh, offset_of(nlh, "nvr", 4) - 4, place);
	assert_string_equal(place, "remote set \"nvr\"");
	wire_locate(nlh, offset_of(nlh, "\x2a\2\x2a\2", 4) - 4, place);
	assert_string_equal(place, "local-port");
	exemption_free(&e);

	nlh = begin();
	parse_nat64("2001:db8::/40", &options.nat64[options.n_nat64++],
		    &host_bits);
	assert_true(wire_put_settings(nlh, ROOM, &options));
	wire_locate(nlh, offset_of(nlh, "there", 6) - 4, place);
	assert_string_equal(place, "site");
	wire_locate(nlh, offset_of(nlh, "\x20\1\xd\xb8", 4) - 4, place);
	assert_string_equal(place, "nat64 2001:db8::/40");
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
		cmocka_unit_test(holes_differ),
		cmocka_unit_test(settings_and_back),
		cmocka_unit_test(policy_and_back),
		cmocka_unit_test(set_in_chunks),
		cmocka_unit_test(one_family_is_enough),
		cmocka_unit_test(exemption_in_chunks),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(remotes_in_order),
		cmocka_unit_test(events),
		cmocka_unit_test(info_of_what_is_to_be_confirmed),
		cmocka_unit_test(damaged_messages),
		cmocka_unit_test(lengths_must_fit),
		cmocka_unit_test(ouis_must_fit),
		cmocka_unit_test(offsets_become_keywords),
		cmocka_unit_test(liveness),
	};

	return cmocka_run_group_tests_name("u_wire", tests, NULL, NULL);
}
