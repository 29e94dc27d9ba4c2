// SPDX-License-Identifier: GPL-2.0
/* What a configuration becomes: objects, their order, their places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "config.h"
#include "guard.h"
#include "mem.h"
#include "services.h"
#include "times.h"

/* A directory of its own for each test: main.yaml in it, and what else. */
struct place_of_test {
	char dir[64];
	struct config c;
	struct fault f;
};

static int setup(void **state)
{
	struct place_of_test *t = mem_zalloc(sizeof(*t));

	strcpy(t->dir, "/tmp/camfence-config.XXXXXX");
	*state = t;
	return mkdtemp(t->dir) ? 0 : -1;
}

static int teardown(void **state)
{
	struct place_of_test *t = *state;
	char *command = mem_printf("rm -rf '%s'", t->dir);
	int failed = system(command);

	config_free(&t->c);
	fault_clear(&t->f);
	free(command);
	free(t);
	return failed;
}

static char *path(const struct place_of_test *t, const char *name)
{
	return mem_printf("%s/%s", t->dir, name);
}

static void put(const struct place_of_test *t, const char *name,
		const char *text)
{
	char *file = path(t, name);
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_int_equal(fputs(text, f) < 0, 0);
	assert_int_equal(fclose(f), 0);
	free(file);
}

static int load(struct place_of_test *t, unsigned int force)
{
	const struct options o = { .force = force };
	char *file = path(t, "main.yaml");
	int code = config_load(&t->c, file, &o, &t->f);

	free(file);
	return code;
}

static void is_at(const struct place *at, const char *name, unsigned int line,
		  unsigned int column)
{
	assert_non_null(strstr(at->file, name));
	assert_int_equal(at->line, line);
	assert_int_equal(at->column, column);
}

/* Sets keep their ranges and ages, however they are sorted. */
static void ranges_and_ages(void **state)
{
	struct place_of_test *t = *state;
	struct config *c = &t->c;

	put(t, "list", "192.0.2.0/25\n192.0.2.128/25\n2001:db8::/32\n");
	put(t, "main.yaml",
	    "version: 1\n"
	    "sets:\n"
	    "  z: {ranges: [10.0.0.1, 10.0.0.0]}\n"
	    "  m: {source: list, max-age: 2w}\n"
	    "  a: {ranges: 10.1.0.0/16, max-age: 1d}\n");
	assert_int_equal(load(t, 0), 0);
	assert_null(t->f.text);
	assert_int_equal(c->want.n[KIND_SET], 3);
	assert_string_equal(c->want.set[0].name, "a");
	assert_int_equal(c->want.set[0].max_age, 86400);
	assert_int_equal(c->ranges[0].v4[0].first, 0x0a010000);
	is_at(&c->place[KIND_SET][0], "main.yaml", 5, 3);
	assert_string_equal(c->want.set[1].name, "m");
	assert_int_equal(c->want.set[1].max_age, 14 * 86400);
	assert_int_equal(c->ranges[1].n4, 1);
	assert_int_equal(c->ranges[1].n6, 1);
	assert_int_equal(c->want.set[1].n4, 1);
	assert_int_equal(c->want.set[1].n6, 1);
	assert_non_null(strstr(c->want.set[1].source, "/list"));
	assert_int_not_equal(c->want.set[1].date, 0);
	assert_string_equal(c->want.set[2].name, "z");
	assert_int_equal(c->want.set[2].max_age, 0);
	assert_int_equal(c->ranges[2].n4, 1);
	assert_null(c->want.set[2].source);
}

static const char with_services[] =
	"version: 1\n"
	"sets: {cn: {ranges: 192.0.2.1}, nvr: {ranges: 192.0.2.2}}\n"
	"policies:\n"
	"  halls: {default: drop, services: [onvif@nvr, dhcp], comment: c}\n"
	"  isolate: {allow: nvr}\n"
	"catch: {zoo: {oui: 00005e, policy: audit}}\n"
	"exemptions:\n"
	"  a: {policy: halls, remote: router, until: 2031-12-31, by: b,\n"
	"      reason: r, proto: icmp, icmp-type: [8, echo-reply], dir: in}\n";

/* As what comes back from the kernel: services in the order of their parts. */
static void services(void **state)
{
	struct place_of_test *t = *state;
	struct ruleset *want = &t->c.want;
	const struct exemption *e;
	const struct policy *p;
	size_t i;

	put(t, "main.yaml", with_services);
	assert_int_equal(load(t, 0), 0);
	p = ruleset_find(want, KIND_POLICY, "halls");
	assert_int_equal(p->services.n, 2);
	assert_string_equal(p->services.v[0], "dhcp");
	assert_string_equal(p->services.v[1], "onvif@nvr");
	assert_int_equal(want->n[KIND_EXEMPTION], 1 + 4 + 3);
	assert_int_equal(ruleset_service_parts(want), 7);
	for (i = 1; i < want->n[KIND_EXEMPTION]; i++) {
		e = &want->exemption[i];
		assert_true(strcmp(e[-1].name, e->name) < 0);
		assert_true(e->is_service);
		is_at(&t->c.place[KIND_EXEMPTION][i], "main.yaml", 4, 3);
	}
	e = &want->exemption[0];
	assert_string_equal(e->name, "a");
	assert_true(e->router);
	assert_int_equal(e->dir, CAMFENCE_DIRECTION_IN);
	assert_int_equal(e->proto, 1);
	assert_int_equal(e->n_icmp_types, 2);
	assert_int_equal(e->icmp_type[0], 8);
	assert_int_equal(e->icmp_type[1], 0);
	/* To the end of the day */
	assert_int_equal(e->until, 1956528000);
}

/* A template is added where it is named, and completed where it is written. */
static void templates(void **state)
{
	struct place_of_test *t = *state;
	struct ruleset *want = &t->c.want;
	const struct policy *p;

	put(t, "main.yaml", with_services);
	assert_int_equal(load(t, 0), 0);
	assert_int_equal(want->n[KIND_POLICY], 3);
	p = ruleset_find(want, KIND_POLICY, "audit");
	assert_int_equal(p->action, CAMFENCE_ACTION_AUDIT);
	assert_string_equal(p->block.v[0], "cn");
	is_at(&t->c.place[KIND_POLICY][p - want->policy], "main.yaml", 6, 9);
	p = ruleset_find(want, KIND_POLICY, "isolate");
	assert_int_equal(p->default_, CAMFENCE_DEFAULT_DROP);
	assert_string_equal(p->allow.v[0], "nvr");
	assert_null(want->settings.site);
}

/* Cameras of all files are sorted together; each keeps its place. */
static void places(void **state)
{
	struct place_of_test *t = *state;
	struct config *c = &t->c;

	put(t, "list.csv", "name,iif,key\nm,eth3,K1\na,\"eth4, eth5\",\n");
	put(t, "more.yaml", "cameras: {k: {iif: eth2, policy: p}}\n");
	put(t, "main.yaml",
	    "version: 1\n"
	    "include: m*re.yaml\n"
	    "policies: {p: {default: drop}}\n"
	    "inventory: {file: list.csv, policy: p}\n"
	    "cameras: {z: {iif: eth1, policy: p}}\n");
	assert_int_equal(load(t, 0), 0);
	assert_int_equal(c->want.n[KIND_CAMERA], 4);
	assert_string_equal(c->want.camera[0].name, "a");
	assert_int_equal(c->want.camera[0].n_selectors, 2);
	assert_null(c->want.camera[0].key);
	is_at(&c->place[KIND_CAMERA][0], "list.csv", 3, 0);
	assert_string_equal(c->want.camera[1].name, "k");
	is_at(&c->place[KIND_CAMERA][1], "more.yaml", 1, 11);
	assert_string_equal(c->want.camera[2].name, "m");
	assert_string_equal(c->want.camera[2].key, "K1");
	is_at(&c->place[KIND_CAMERA][2], "list.csv", 2, 0);
	assert_string_equal(c->want.camera[3].name, "z");
	is_at(&c->place[KIND_CAMERA][3], "main.yaml", 5, 11);
	assert_int_equal(c->files.n, 3);
}

/* Forced to share, both are marked, and nobody else is. */
static void forced(void **state)
{
	struct place_of_test *t = *state;
	struct ruleset *want = &t->c.want;

	put(t, "main.yaml",
	    "version: 1\n"
	    "policies: {p: {default: drop}}\n"
	    "cameras:\n"
	    "  a: {iif: eth1, policy: p}\n"
	    "  b: {iif: eth2, policy: p}\n"
	    "  c: {iif: eth1, policy: p}\n");
	assert_int_equal(load(t, 0), CODE_INPUT);
	assert_true(t->f.placed);
	config_free(&t->c);
	fault_clear(&t->f);
	assert_int_equal(load(t, 1 << GUARD_SHARED), 0);
	assert_true(want->camera[0].shared);
	assert_false(want->camera[1].shared);
	assert_true(want->camera[2].shared);
}

static const char includes[] =
	"version: 1\n"
	"include: parts/*.yaml\n"
	"policies: {p: {default: drop}}\n";

/*
 * Loads main.yaml with parts/90.yaml read from @file; how many cameras there
 * are, or -1.
 */
static int load_with(struct place_of_test *t, const char *file, bool *met)
{
	char *own = path(t, "parts/90.yaml");
	char *instead = file ? path(t, file) : NULL;
	struct stand_in s = { .path = own, .file = instead };
	int code;

	t->c.stand_in = &s;
	code = load(t, 0);
	*met = s.met;
	free(instead);
	free(own);
	return code ? -1 : (int)t->c.want.n[KIND_CAMERA];
}

static void again(struct place_of_test *t)
{
	config_free(&t->c);
	fault_clear(&t->f);
}

/* The tool's own file is read from another one, whether it is there or not. */
static void stands_in(void **state)
{
	struct place_of_test *t = *state;
	char *parts = path(t, "parts");
	bool met;

	assert_int_equal(mkdir(parts, 0700), 0);
	free(parts);
	put(t, "main.yaml", includes);
	put(t, "new", "cameras: {a: {iif: eth1, policy: p}}\n");
	put(t, "parts/10.yaml", "cameras: {b: {iif: eth2, policy: p}}\n");
	assert_int_equal(load_with(t, NULL, &met), 1);
	assert_true(met);
	again(t);
	assert_int_equal(load_with(t, "new", &met), 2);
	assert_non_null(strstr(t->c.place[KIND_CAMERA][0].file, "/new"));
	again(t);
	put(t, "parts/90.yaml",
	    "cameras: {a: {iif: eth3, policy: p}, c: {iif: eth4, policy: p}}\n");
	assert_int_equal(load_with(t, NULL, &met), 3);
	again(t);
	assert_int_equal(load_with(t, "new", &met), 2);
	again(t);
	put(t, "new", "cameras: {b: {iif: eth1, policy: p}}\n");
	assert_int_equal(load_with(t, "new", &met), -1);
	assert_non_null(strstr(t->f.text, "there is a camera of this name"));
	again(t);
	put(t, "main.yaml",
	    "version: 1\ninclude: parts/1*.yaml\npolicies: {p: {default: drop}}\n");
	assert_int_equal(load_with(t, "new", &met), 1);
	assert_false(met);
}

/* A file may be ahead of a clock that is wrong, and is its clock then. */
static void valid_from_when_written(void **state)
{
	struct place_of_test *t = *state;
	const u64 then = 4102444800;	/* 2100 */
	struct utimbuf times = { .modtime = then };
	char *file = path(t, "main.yaml"), until[2][TIME_TEXT], *text;
	int i;

	for (i = 0; i < 2; i++) {
		text = mem_printf("version: 1\n"
				  "max-validity: 30d\n"
				  "cameras: {a: {iif: eth1, policy: p}}\n"
				  "policies: {p: {default: drop}}\n"
				  "exemptions:\n"
				  "  x: {camera: a, remote: router, by: b, reason: r,\n"
				  "      until: \"%s\"}\n",
				  time_text(then + 30 * 86400 + i, until[i]));
		put(t, "main.yaml", text);
		free(text);
		assert_int_equal(utime(file, &times), 0);
		assert_int_equal(load(t, ~0), i ? CODE_INPUT : 0);
		again(t);
	}
	free(file);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ranges_and_ages,
						setup, teardown),
		cmocka_unit_test_setup_teardown(services, setup, teardown),
		cmocka_unit_test_setup_teardown(templates, setup, teardown),
		cmocka_unit_test_setup_teardown(places, setup, teardown),
		cmocka_unit_test_setup_teardown(forced, setup, teardown),
		cmocka_unit_test_setup_teardown(stands_in, setup, teardown),
		cmocka_unit_test_setup_teardown(valid_from_when_written,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
