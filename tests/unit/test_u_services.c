// SPDX-License-Identifier: GPL-2.0
/* Services: what each stands for, and how it is known again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "services.h"
#include "times.h"
#include "words.h"

/* A part of a service as one would type it. */
static char *part_text(const struct exemption *e)
{
	char *remotes = join_ranges(e->remote, e->n_remotes);
	char *sets = join_names(&e->sets, "-");
	char *ports = join_ports(&e->ports);
	char *locals = join_ports(&e->local_ports);
	char *text;

	text = mem_printf("%s %d %s:%s %s %s %s", direction_text(e->dir),
			  e->proto, locals, ports, remotes, sets,
			  e->router ? "router" : "-");
	free(remotes);
	free(sets);
	free(ports);
	free(locals);
	return text;
}

#define NO_TUNNELS "0-4788,4790-6080,6082-8471,8473-65535"

static void expansion(void **unused)
{
	static const struct {
		const char *service;
		const char *part[5];
	} rows[] = {
		{ "dhcp", {
			"out 17 68:67 255.255.255.255 - router",
			"in 17 68:67  - router",
			"out 17 546:547 fe80::/10,ff02::1:2 - router",
			"in 17 546:547 fe80::/10 - router",
		} },
		{ "dhcp@nvr", {
			"out 17 68:67 255.255.255.255 nvr router",
			"in 17 68:67  nvr router",
			"out 17 546:547 fe80::/10,ff02::1:2 nvr router",
			"in 17 546:547 fe80::/10 nvr router",
		} },
		{ "ntp", { "out 17 :123  - router" } },
		{ "ntp@time", { "out 17 :123  time -" } },
		{ "dns", {
			"out 17 :53  - router", "out 6 :53  - router",
		} },
		{ "dns@a@b", { "out 17 :53  a@b -", "out 6 :53  a@b -" } },
		{ "onvif@nvr", {
			"in 6 80,443,554:  nvr -",
			"in 17 3702:  nvr -",
			"out 17 :" NO_TUNNELS "  nvr -",
		} },
	};
	struct fault f = {};
	size_t i, k;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct service s = {};

		assert_int_equal(service_expand(&s, "isolate", rows[i].service,
						&f), 0);
		for (k = 0; k < s.n; k++) {
			char *text = part_text(&s.part[k]);

			assert_non_null(rows[i].part[k]);
			assert_string_equal(text, rows[i].part[k]);
			assert_string_equal(s.part[k].policy, "isolate");
			assert_string_equal(s.part[k].comment,
					    rows[i].service);
			assert_true(s.part[k].until == TIME_FOREVER);
			free(text);
		}
		assert_null(rows[i].part[k]);
		service_free(&s);
	}
}

/* service:KIND:HASH.N, of policy and service, and short enough. */
static void part_names(void **unused)
{
	static const char *const policies[] = { "a", "b", "ab", "" };
	static const char *const services[] = { "dhcp", "dhcp@b", "dhcp@ab" };
	char names[ARRAY_SIZE(policies) * ARRAY_SIZE(services)][64];
	struct service one = {};
	struct fault f = {};
	size_t n = 0, i, k;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		for (k = 0; k < ARRAY_SIZE(services); k++) {
			struct service s = {};
			const char *name;
			size_t m;

			assert_int_equal(service_expand(&s, policies[i],
							services[k], &f), 0);
			name = s.part[3].name;
			assert_true(is_service_name(name));
			assert_memory_equal(name, "service:dhcp:", 13);
			assert_int_equal(strspn(name + 13, "0123456789abcdef"),
					 8);
			assert_string_equal(name + 21, ".3");
			for (m = 0; m < n; m++)
				assert_string_not_equal(names[m], name);
			strcpy(names[n++], name);
			service_free(&s);
		}
	}
	/* Another hash would not know again what is in force. */
	assert_int_equal(service_expand(&one, "isolate", "ntp", &f), 0);
	assert_string_equal(one.part->name, "service:ntp:30a5b084.0");
	service_free(&one);
	assert_false(is_service_name("service"));
	assert_false(is_service_name("services:dhcp"));
}

static void parsing(void **unused)
{
	static const char *const bad[] = {
		"", ",", "dhcp,", "dhpc", "DHCP", "dhcp@", "onvif", "dhcp,dhcp",
		"dhcp@a/b", "dhcp@a:b", "@nvr", "none,dhcp", "onvif@",
	};
	struct names services = {}, sets = {};
	struct fault f = {};
	size_t i;

	(void)unused;
	assert_int_equal(parse_services("none", &services, &sets, &f), 0);
	assert_int_equal(services.n, 0);
	assert_int_equal(parse_services("dhcp,onvif@nvr,dhcp@nvr,dns@up",
					&services, &sets, &f), 0);
	assert_int_equal(services.n, 4);
	assert_string_equal(services.v[2], "dhcp@nvr");
	assert_int_equal(sets.n, 2);
	assert_string_equal(sets.v[1], "up");
	names_free(&services);
	names_free(&sets);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		if (!parse_services(bad[i], &services, &sets, &f))
			fail_msg("\"%s\" was taken", bad[i]);
		names_free(&services);
		names_free(&sets);
	}
	parse_services("dhpc@nvr", &services, &sets, &f);
	assert_non_null(strstr(f.text, "did you mean \"dhcp\"?"));
	parse_services("onvif", &services, &sets, &f);
	assert_non_null(strstr(f.text, "an @: onvif@nvr"));
	fault_clear(&f);
}

static void add_service(struct ruleset *rs, const char *policy,
			const char *text)
{
	struct service s = {};
	struct fault f = {};
	size_t i;

	assert_int_equal(service_expand(&s, policy, text, &f), 0);
	for (i = 0; i < s.n; i++) {
		s.part[i].is_service = false;
		*ruleset_add_exemption(rs) = s.part[i];
	}
	free(s.part);
}

static void add_policy(struct ruleset *rs, const char *name)
{
	ruleset_add_policy(rs)->name = mem_strdup(name);
}

static void known_again(void **unused)
{
	struct ruleset rs = {};

	(void)unused;
	add_policy(&rs, "a");
	add_policy(&rs, "b");
	add_service(&rs, "a", "dhcp");
	add_service(&rs, "b", "onvif@nvr");
	add_service(&rs, "a", "dhcp@nvr");
	services_find(&rs);
	assert_int_equal(rs.policy[0].services.n, 2);
	assert_string_equal(rs.policy[0].services.v[0], "dhcp");
	assert_string_equal(rs.policy[0].services.v[1], "dhcp@nvr");
	assert_int_equal(rs.policy[1].services.n, 1);
	assert_int_equal(ruleset_service_parts(&rs), rs.n[KIND_EXEMPTION]);
	ruleset_free(&rs);
}

static void widen(struct exemption *e)
{
	e->proto = -1;
}

static void turn(struct exemption *e)
{
	e->dir = CAMFENCE_DIRECTION_BOTH;
}

static void add_router(struct exemption *e)
{
	e->router = true;
}

static void add_port(struct exemption *e)
{
	e->local_ports.n = 0;
}

static void add_remote(struct exemption *e)
{
	struct range *r = exemption_add_remote(e);

	r->family = 4;
	r->v4.last = UINT32_MAX;
}

static void add_set(struct exemption *e)
{
	names_add(&e->sets, "world", 5);
}

static void rename_comment(struct exemption *e)
{
	e->comment[0] = 'n';
}

static void no_comment(struct exemption *e)
{
	free(e->comment);
	e->comment = NULL;
}

static void other_policy(struct exemption *e)
{
	e->policy[0] = 'b';
}

static void lose(struct exemption *e)
{
	e->name[strlen(e->name) - 1] = '9';
}

/* A hole that only looks like a service is not hidden behind its name. */
static void strangers_are_shown(void **unused)
{
	static void (*const change[])(struct exemption *) = {
		widen, turn, add_router, add_port, add_remote, add_set,
		rename_comment, no_comment, other_policy, lose,
	};
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(change); i++) {
		struct ruleset rs = {};

		add_policy(&rs, "a");
		add_policy(&rs, "b");
		add_service(&rs, "a", "onvif@nvr");
		change[i](&rs.exemption[0]);
		services_find(&rs);
		if (rs.policy[0].services.n || rs.policy[1].services.n ||
		    ruleset_service_parts(&rs))
			fail_msg("change %zu", i);
		ruleset_free(&rs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expansion),
		cmocka_unit_test(part_names),
		cmocka_unit_test(parsing),
		cmocka_unit_test(known_again),
		cmocka_unit_test(strangers_are_shown),
	};

	return cmocka_run_group_tests_name("u_services", tests, NULL, NULL);
}
