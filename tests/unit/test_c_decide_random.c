// SPDX-License-Identifier: GPL-2.0
/*
 * cf_decide() against its twin: many small random rulesets, many packets each.
 * Both draw from a few addresses, so that everything meets everything.
 */
#include "libtwin.h"

#define RULESETS 4000
#define PACKETS 60

struct text {
	char s[8192];
	size_t len;
};

static void say(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->len += vsnprintf(t->s + t->len, sizeof(t->s) - t->len, format, args);
	va_end(args);
	assert_true(t->len < sizeof(t->s));
}

/* ---- the addresses that there are ---- */

#define CAMERAS 6
#define REMOTES 12

static u32 remote4(u32 n)
{
	/* Two nets; the rest of the Internet is what no set names. */
	return n < 4 ? 0xcb007100 + n : n < 8 ? 0xc0000200 + n :
	       0xc6336400 + n;
}

static struct cf_addr camera4(u32 n)
{
	return (struct cf_addr){ .family = CF_IPV4, .v4 = 0x0a000001 + n };
}

static struct cf_addr in6(u64 hi, u64 lo)
{
	return (struct cf_addr){ .family = CF_IPV6, .v6 = { hi, lo } };
}

/* Every form in which an IPv4 address travels within an IPv6 one. */
static struct cf_addr dress(u32 v4)
{
	switch (core_below(5)) {
	case 0:
		return in6(0x0064ff9b00000000, v4);
	case 1:
		return in6(0, 0xffff00000000 | v4);
	case 2:
	case 3:
		return in6(0x2002000000000000 | (u64)v4 << 16, core_below(3));
	default:
		return in6(0x2001000000000000, (u64)core_below(3) << 32 |
			   (u32)~v4);
	}
}

static struct cf_addr random_addr(bool is_6)
{
	struct cf_addr v4 = camera4(core_below(CAMERAS));
	bool is_camera = core_one_in(2);
	u32 n = core_below(REMOTES);

	if (!is_camera)
		v4.v4 = remote4(n);
	if (!is_6)
		return v4;
	if (core_one_in(3))
		return dress(v4.v4);
	if (is_camera)
		return in6(0x20010db800000000, 1 + core_below(CAMERAS));
	return in6(0x20010db800010000 + n / 4, n);
}

static u64 random_mac(void)
{
	return core_one_in(3) ? 0 : 0x020000000001 + core_below(CAMERAS + 2);
}

/* ---- rulesets ---- */

static const char *const set_names[] = { "s0", "s1", "s2", "s3" };

static void say_set(struct text *t, const char *name)
{
	static const char *const nets4[] = {
		"192.0.2.4-192.0.2.5", "192.0.2.6-192.0.2.7",
		"198.51.100.8/31", "203.0.113.0-203.0.113.1",
		"203.0.113.2/31",
	};
	static const char *const nets6[] = {
		"2001::/32", "2001:db8:1::/64", "2001:db8:1:1::/64",
		"2001:db8:1:2::/65", "2002::/16",
	};
	unsigned int i;

	say(t, "set %s", name);
	for (i = 0; i < ARRAY_SIZE(nets4); i++)
		if (core_one_in(3))
			say(t, " %s", nets4[i]);
	for (i = 0; i < ARRAY_SIZE(nets6); i++)
		if (core_one_in(3))
			say(t, " %s", nets6[i]);
	say(t, "\n");
}

static void say_sets(struct text *t, const char *key)
{
	u32 i, n = core_below(4);

	for (i = 0; i < n; i++)
		say(t, "%s%s", i ? "," : key,
		    set_names[core_below(ARRAY_SIZE(set_names))]);
}

static void say_policy(struct text *t, u32 n)
{
	say(t, "policy p%u %s%s", n, core_one_in(3) ? "pass" : "drop",
	    core_one_in(6) ? " audit" : "");
	say_sets(t, " allow=");
	say_sets(t, " block=");
	say(t, "\n");
}

static void say_camera(struct text *t, u32 n, u32 n_policies)
{
	say(t, "camera c%u p%u", n, core_below(n_policies));
	if (!core_one_in(4))
		say(t, " 02:00:00:00:00:0%u", n + 1);
	if (!core_one_in(6))
		say(t, " 10.0.0.%u", n + 1);
	if (!core_one_in(6))
		say(t, " 2001:db8::%u", n + 1);
	say(t, "\n");
}

static const char *random_prefix(void)
{
	static const char *const prefixes[] = {
		"0.0.0.0/0", "::/0", "203.0.113.0/24", "203.0.113.0/31",
		"203.0.113.1", "203.0.113.2", "192.0.2.0/24", "192.0.2.4",
		"192.0.2.6/31", "198.51.100.0/24", "198.51.100.9",
		"10.0.0.0/29", "10.0.0.2", "2001:db8::/32",
		"2001:db8:1::/64", "2001:db8:1:1::/64", "2001:db8:1:1::b",
		"2001:db8::2", "2002::/16", "2002:cb00:7100::/40",
		"2001::/32", "2001::1:34ff:8efe", "2001:db8:1:1::8/126",
		"2001:db8:1:2::/65",
	};

	return prefixes[core_below(ARRAY_SIZE(prefixes))];
}

static void say_exemption(struct text *t, u32 n, u32 n_policies)
{
	static const u8 protos[] = { 6, 17, 17, 1, 58, 47, 4, 41 };
	u32 i, proto = protos[core_below(ARRAY_SIZE(protos))];

	say(t, "exempt e%u", n);
	if (core_one_in(2))
		say(t, " camera=c%u", core_below(CAMERAS));
	else
		say(t, " policy=p%u", core_below(n_policies));
	for (i = core_below(4); i < 4; i++)
		say(t, " %s", random_prefix());
	if (!core_one_in(3))
		say(t, " proto=%u", proto);
	else
		proto = 0;
	if ((proto == 6 || proto == 17) && !core_one_in(3))
		say(t, core_one_in(2) ? " port=80" : " port=1-79,443-444");
	if (core_one_in(4))
		say(t, " from=%u", 100 + 100 * core_below(2));
	if (core_one_in(4))
		say(t, " until=%u", 200 + 100 * core_below(2));
	say(t, "\n");
}

static void say_ruleset(struct text *t)
{
	u32 i, n_policies = 1 + core_below(4), n_exemptions = core_below(9);

	t->len = 0;
	for (i = 0; i < ARRAY_SIZE(set_names); i++)
		say_set(t, set_names[i]);
	for (i = 0; i < n_policies; i++)
		say_policy(t, i);
	for (i = 0; i < CAMERAS; i++)
		say_camera(t, i, n_policies);
	for (i = 0; i < n_exemptions; i++)
		say_exemption(t, i, n_policies);
}

/* ---- packets ---- */

static u16 random_port(void)
{
	static const u16 ports[] = { 1, 79, 80, 81, 443, 444, 445, 0, 65535 };

	return ports[core_below(ARRAY_SIZE(ports))];
}

static void add_ports(struct cf_flow *f)
{
	f->flags |= CF_FLOW_PORTS;
	f->sport = random_port();
	f->dport = random_port();
}

static void add_inner(struct cf_flow *f)
{
	bool is_6 = core_one_in(2);

	f->proto = is_6 ? 41 : 4;
	f->inner_src = random_addr(is_6);
	f->inner_dst = random_addr(is_6);
	if (core_one_in(6))
		f->flags |= CF_FLOW_TUNNEL;
	/* No such header comes with ports today; the core may rely on none. */
	if (core_one_in(2)) {
		f->proto = 17;
		add_ports(f);
	}
}

/* An ICMP error is about a flow of its destination's, with whomever. */
static void add_icmp_error(struct cf_flow *f, bool is_6)
{
	struct cf_addr other = core_one_in(2) ? f->src : random_addr(is_6);

	f->proto = is_6 ? 58 : 1;
	f->flags |= CF_FLOW_ICMP_ERROR;
	f->ct = core_one_in(8) ? CF_CT_NONE : core_one_in(2) ? CF_CT_RELATED :
		CF_CT_RELATED_REPLY;
	if (f->ct == CF_CT_NONE)
		return;
	f->original.src = f->ct == CF_CT_RELATED ? other : f->dst;
	f->original.dst = f->ct == CF_CT_RELATED ? f->dst : other;
	f->original.proto = core_one_in(2) ? 6 : core_one_in(2) ? 17 : 47;
	f->original.ports = f->original.proto != 47;
	f->original.dport = f->original.ports ? random_port() : 0;
}

static void add_conntrack(struct cf_flow *f)
{
	bool reply = core_one_in(2);

	if (core_one_in(8))
		return;
	f->ct = reply ? CF_CT_REPLY : CF_CT_ORIGINAL;
	f->original.src = reply ? f->dst : f->src;
	f->original.dst = reply ? f->src : f->dst;
	f->original.proto = f->proto;
	f->original.ports = f->proto == 6 || f->proto == 17;
	if (f->original.ports)
		f->original.dport = reply ? f->sport : f->dport;
}

/* What conntrack knew before the packet became unreadable stays known. */
static void damage(struct cf_flow *f)
{
	if (core_one_in(2)) {
		f->flags |= CF_FLOW_SOURCE_ROUTE;
		return;
	}
	f->flags |= CF_FLOW_MALFORMED;
	f->flags &= ~CF_FLOW_PORTS;
	if (core_one_in(4)) {
		f->src.family = CF_NONE;
		f->dst.family = CF_NONE;
		f->ct = CF_CT_NONE;
	}
}

static struct cf_flow random_flow(void)
{
	bool is_6 = core_one_in(2);
	struct cf_flow f = {
		.src = random_addr(is_6),
		.dst = random_addr(is_6),
		.smac = random_mac(),
		.proto = core_one_in(2) ? 6 : 17,
	};

	switch (core_below(10)) {
	case 0:
	case 1:
		add_icmp_error(&f, is_6);
		return f;
	case 2:
		add_inner(&f);
		break;
	case 3:
		f.proto = 47;
		f.flags |= CF_FLOW_TUNNEL;
		break;
	case 4:
		f.flags |= CF_FLOW_LATER_FRAGMENT;
		break;
	case 5:
		f.proto = 17;
		add_ports(&f);
		f.flags |= CF_FLOW_TUNNEL;
		break;
	default:
		add_ports(&f);
	}
	add_conntrack(&f);
	if (core_one_in(12))
		damage(&f);
	return f;
}

static u64 random_time(void)
{
	static const u64 times[] = {
		0, 1, 99, 100, 101, 199, 200, 201, 299, 300, 301, U64_MAX - 1,
	};

	return times[core_below(ARRAY_SIZE(times))];
}

/* ---- the comparison ---- */

static bool is_same(const struct cf_verdict *a, const struct cf_verdict *b)
{
	return a->reason == b->reason && a->camera == b->camera &&
	       a->policy == b->policy && a->set == b->set &&
	       a->exemption == b->exemption &&
	       a->senders[0] == b->senders[0] && a->senders[1] == b->senders[1];
}

static void tell(const struct text *t, const struct cf_objects *in,
		 const struct cf_flow *f, u64 now, const struct cf_verdict *got,
		 const struct cf_verdict *want)
{
	char text[256];

	fprintf(stderr, "%snow %llu: ", t->s, (unsigned long long)now);
	core_print_flow(f);
	core_print_verdict(in, got, text, sizeof(text));
	fprintf(stderr, "core: %s\n", text);
	core_print_verdict(in, want, text, sizeof(text));
	fprintf(stderr, "twin: %s\n", text);
	fail_msg("core and twin differ");
}

static u32 histogram[__CAMFENCE_REASON_MAX];

static void core_is_its_twin(void **state)
{
	char message[CF_MESSAGE_LEN];
	struct text t;
	u32 i, j;

	(void)state;
	for (i = 0; i < RULESETS; i++) {
		struct core_ruleset *rs;
		struct cf_rules *r;

		say_ruleset(&t);
		rs = core_parse(t.s);
		assert_int_equal(cf_rules_build(&r, &rs->in, message), 0);
		for (j = 0; j < PACKETS; j++) {
			struct cf_flow f = random_flow();
			u64 now = random_time();
			struct cf_verdict got, want;

			memset(&got, 0xa5, sizeof(got));
			cf_decide(r, &f, now, &got);
			twin_decide(&rs->in, &f, now, &want);
			if (!is_same(&got, &want))
				tell(&t, &rs->in, &f, now, &got, &want);
			histogram[got.reason]++;
		}
		cf_rules_free(r);
		core_free(rs);
	}
}

/* A comparison that never met a reason has not compared it. */
static void every_reason_was_met(void **state)
{
	static const enum camfence_reason met[] = {
		CAMFENCE_REASON_NO_CAMERA, CAMFENCE_REASON_EXEMPTION,
		CAMFENCE_REASON_REPLY, CAMFENCE_REASON_ICMP_RELATED,
		CAMFENCE_REASON_ALLOW, CAMFENCE_REASON_DEFAULT_PASS,
		CAMFENCE_REASON_AUDIT, CAMFENCE_REASON_BLOCK,
		CAMFENCE_REASON_DEFAULT_DROP, CAMFENCE_REASON_MALFORMED,
		CAMFENCE_REASON_SOURCE_ROUTE, CAMFENCE_REASON_TUNNEL,
	};
	u32 i, passed = 0, all = 0;

	(void)state;
	for (i = 0; i < __CAMFENCE_REASON_MAX; i++) {
		all += histogram[i];
		if (!cf_reason_is_drop(i))
			passed += histogram[i];
		if (histogram[i])
			printf("# %6u %s\n", histogram[i], core_reason(i));
	}
	assert_int_equal(all, RULESETS * PACKETS);
	for (i = 0; i < ARRAY_SIZE(met); i++)
		if (histogram[met[i]] < 500)
			fail_msg("%s was met %u times", core_reason(met[i]),
				 histogram[met[i]]);
	assert_in_range(100 * passed / all, 30, 70);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(core_is_its_twin),
		cmocka_unit_test(every_reason_was_met),
	};

	core_seed("decide");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
