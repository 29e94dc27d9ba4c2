// SPDX-License-Identifier: GPL-2.0
/*
 * Guards that ask: what is in force, the router, the connection. A ruleset is
 * read from a configuration, the router is made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "guards.h"
#include "mem.h"
#include "parse.h"
#include "typing.h"

/*
 * struct asked - a ruleset that is guarded
 * @g: first, for its callbacks
 * @had: what is in force of any set
 * @ranges_asked: how often ranges were wanted
 * @said: what was refused
 */
struct asked {
	struct guarded g;
	struct config c;
	struct router router;
	struct ranges had;
	unsigned int ranges_asked;
	char said[512];
};

static const struct ranges *ranges_of(struct guarded *g, size_t i)
{
	struct asked *a = (struct asked *)g;

	a->ranges_asked++;
	return &a->c.ranges[i];
}

static const struct ranges *had(struct guarded *g, const char *set)
{
	struct asked *a = (struct asked *)g;

	(void)set;
	return a->had.n4 || a->had.n6 ? &a->had : NULL;
}

static const struct router *router_of(struct guarded *g)
{
	return &((struct asked *)g)->router;
}

static void found(struct guarded *g, enum guard which, enum objkind kind,
		  size_t i, struct fault *f)
{
	struct asked *a = (struct asked *)g;
	size_t len = strlen(a->said);

	(void)kind;
	(void)i;
	snprintf(a->said + len, sizeof(a->said) - len, "%s: %s\n",
		 guard_name(which), f->text);
}

static struct range addr(const char *word)
{
	struct range r;
	bool host_bits;

	assert_null(parse_range(word, strlen(word), &r, &host_bits));
	return r;
}

static void begin(struct asked *a, const char *yaml)
{
	const struct options o = { .force = ~0U };
	char path[] = "/tmp/camfence-test-XXXXXX";
	int fd = mkstemp(path);
	struct fault f = {};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
	close(fd);
	*a = (struct asked){
		.g = { .rs = &a->c.want, .ranges = ranges_of, .had = had,
		       .router = router_of, .found = found },
	};
	if (config_load(&a->c, path, &o, &f))
		fail_msg("%s", f.text);
	unlink(path);
	a->router.own = mem_zalloc(sizeof(*a->router.own));
	a->router.own[0] = (struct own_address){ addr("10.20.0.1"), "lan0" };
	a->router.n_own = 1;
}

static void end(struct asked *a)
{
	ranges_free(&a->had);
	router_free(&a->router);
	config_free(&a->c);
}

/* What is said contains this; nothing where it is NULL. */
static void says(struct asked *a, const char *text)
{
	if (text ? !strstr(a->said, text) : *a->said)
		fail_msg("%s, want %s", a->said, text ? text : "nothing");
	a->said[0] = '\0';
}

static void shrunk(void **state)
{
	struct range one = addr("192.0.2.0/24");
	struct asked a;

	(void)state;
	begin(&a, "version: 1\nsets: {s: {ranges: 192.0.2.0/26}}\n");
	guards_ask(&a.g);
	says(&a, NULL);
	ranges_push(&a.had, &one);
	guards_ask(&a.g);
	says(&a, "set \"s\": would cover less than half of the IPv4");
	a.g.put[KIND_SET] = (bool[]){ false };
	guards_ask(&a.g);
	says(&a, NULL);
	a.g.put[KIND_SET] = NULL;
	a.g.force = 1 << GUARD_SHRUNK;
	guards_ask(&a.g);
	says(&a, NULL);
	assert_int_equal(a.g.passed, 1 << GUARD_SHRUNK);
	end(&a);
}

static void own_address(void **state)
{
	struct asked a;

	(void)state;
	begin(&a, "version: 1\n"
		  "sets: {s: {ranges: 10.20.0.0/24}}\n"
		  "policies: {p: {block: s}}\n");
	guards_ask(&a.g);
	says(&a, "set \"s\": has 10.20.0.1 in it, the router's own (lan0)");
	a.router.own[0].addr = addr("10.20.1.1");
	guards_ask(&a.g);
	says(&a, NULL);
	end(&a);
}

static const char caught[] =
	"version: 1\n"
	"sets: {nvr: {ranges: [10.20.9.10, 10.20.9.20]}}\n"
	"policies: {isolate: {allow: nvr}}\n"
	"catch: {maker: {oui: \"00:00:5e:00:5\", policy: isolate}}\n"
	"cameras: {c: {mac: \"00:00:5e:00:53:01\", policy: isolate}}\n";

static void allowed_but_caught(void **state)
{
	struct neighbour *n;
	struct asked a;

	(void)state;
	begin(&a, caught);
	n = mem_zalloc(sizeof(*n));
	*n = (struct neighbour){ addr("10.20.9.20"),
				 { 0, 0, 0x5e, 0, 0x53, 9 }, "lan9" };
	a.router.neighbour = n;
	a.router.n_neighbours = 1;
	guards_ask(&a.g);
	says(&a, "allows 10.20.9.20, which catch \"maker\" takes for a camera");
	n->mac[4] = 0x63;
	guards_ask(&a.g);
	says(&a, NULL);
	n->mac[4] = 0x53;
	n->mac[5] = 1;
	guards_ask(&a.g);
	says(&a, NULL);
	n->mac[5] = 9;
	n->addr = addr("10.20.9.21");
	guards_ask(&a.g);
	says(&a, NULL);
	end(&a);
}

static const char site[] =
	"version: 1\n"
	"site: s\n"
	"sets:\n"
	"  bad: {ranges: 10.20.0.9}\n"
	"  good: {ranges: 10.20.0.8}\n"
	"policies:\n"
	"  s: {allow: good, block: bad}\n"
	"  cams: {default: drop}\n"
	"cameras: {c: {addr: 10.20.0.7, policy: cams}}\n";

static void typed_from(struct asked *a, const char *client, const char *text)
{
	char *value = mem_printf("%s 50000 10.20.0.1 22", client);

	setenv("SSH_CONNECTION", value, 1);
	guards_ask(&a->g);
	says(a, text);
	free(value);
}

static void typed_on(void **state)
{
	struct asked a;

	(void)state;
	begin(&a, site);
	a.g.put[KIND_SET] = (bool[]){ false, false };
	typed_from(&a, "10.20.0.9",
		   "policy \"s\": would drop the SSH connection from 10.20.0.9");
	typed_from(&a, "10.20.0.8", NULL);
	typed_from(&a, "10.20.0.6", NULL);
	typed_from(&a, "10.20.0.7", "is typed on: it is of camera c");
	/* It does not end here. */
	a.router.own[0].addr = addr("10.20.0.2");
	typed_from(&a, "10.20.0.9", NULL);
	end(&a);
}

/* Where nobody judges it, no range is asked for. */
static void strangers(void **state)
{
	struct asked a;

	(void)state;
	begin(&a, "version: 1\n"
		  "sets: {bad: {ranges: 10.20.0.9}}\n"
		  "policies: {p: {block: bad}}\n"
		  "cameras: {c: {addr: 10.20.0.7, policy: p}}\n");
	a.g.put[KIND_SET] = (bool[]){ false };
	a.g.put[KIND_POLICY] = (bool[]){ false };
	typed_from(&a, "10.20.0.9", NULL);
	assert_int_equal(a.ranges_asked, 0);
	typed_from(&a, "10.20.0.7", NULL);
	assert_int_equal(a.ranges_asked, 1);
	end(&a);
}

static void words(void **state)
{
	static const char *const wrong[] = {
		"", "192.0.2.1", "192.0.2.1 1 192.0.2.2", "a 1 b 2",
		"192.0.2.1 1 192.0.2.2 65536", "192.0.2.1 1 2001:db8::1 22",
		"192.0.2.1 1 192.0.2.2 22 3", "192.0.2.0/24 1 192.0.2.2 22",
		"192.0.2.1-192.0.2.3 1 192.0.2.2 22", " 1 192.0.2.2 22",
	};
	struct typing t;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(typing_parse(wrong[i], &t));
	assert_true(typing_parse("192.0.2.1 50000 192.0.2.2 22", &t));
	assert_int_equal(t.client.v4.first, 0xc0000201);
	assert_int_equal(t.client_port, 50000);
	assert_int_equal(t.server_port, 22);
	assert_true(typing_parse("fe80::1%eth0 50000 fe80::2%eth0 22", &t));
	assert_int_equal(t.server.v6.first.lo, 2);
}

static int run_with(char *const env[])
{
	char *const argv[] = { "test_u_guard", NULL };
	pid_t pid = fork();
	int status;

	if (!pid) {
		execve("/proc/self/exe", argv, env);
		_exit(2);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* One below the other, each with nothing but this; the last one looks up. */
static int below(const char *depth)
{
	char *const env[] = { *depth == '3' ? "CF_BELOW=2" : "CF_BELOW=1",
			      NULL };
	struct typing t;

	if (*depth == '1')
		return !typing_find(&t) || t.client_port != 50001;
	return run_with(env);
}

/* The process above all began with it, or did not. */
static void above(void **state)
{
	char *const with[] = { "SSH_CONNECTION=192.0.2.1 50001 192.0.2.2 22",
			       "CF_BELOW=3", NULL };

	(void)state;
	assert_int_equal(run_with(with), 0);
	assert_int_equal(run_with(with + 1), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(shrunk),
		cmocka_unit_test(own_address),
		cmocka_unit_test(allowed_but_caught),
		cmocka_unit_test(typed_on),
		cmocka_unit_test(strangers),
		cmocka_unit_test(words),
		cmocka_unit_test(above),
	};

	if (getenv("CF_BELOW"))
		return below(getenv("CF_BELOW"));
	unsetenv("SSH_CONNECTION");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
