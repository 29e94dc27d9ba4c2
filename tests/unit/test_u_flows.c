// SPDX-License-Identifier: GPL-2.0
/*
 * Which flows end: each line that camfence-flows may write, beside the one like
 * it that goes on. And how many of how many cameras that is told to be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "flows.h"
#include "guard.h"
#include "mem.h"
#include "show_packet.h"

#define HEAD "version: 1\n" \
	"sets:\n" \
	"  cn: {ranges: [1.2.4.0/24, \"2001:250::/32\"]}\n" \
	"  nvr: {ranges: [10.20.9.10]}\n" \
	"policies:\n" \
	"  isolate: {default: drop, allow: [nvr]}\n"

#define BY "until: permanent, by: t, reason: t"

static const char nothing[] = "version: 1\n";

/* gate by its address, vault alone, hall by its MAC, pole by its interface */
static const char all[] = HEAD
	"cameras:\n"
	"  gate: {addr: 10.20.0.12, policy: geoblock}\n"
	"  vault: {addr: 10.20.0.15, policy: isolate}\n"
	"  hall: {mac: \"02:ca:00:00:00:11\", policy: geoblock}\n"
	"  pole: {iif: ppp0, policy: isolate}\n"
	"exemptions:\n"
	"  out: {camera: gate, remote: 1.2.4.12, proto: udp, port: 443, " BY "}\n"
	"  in: {camera: gate, remote: 1.2.4.13, dir: in, proto: udp, local-port: 557, " BY "}\n"
	"  ask: {camera: gate, remote: 1.2.4.14, proto: icmp, icmp-type: echo-request, " BY "}\n";

/* No camera is known by its MAC. */
static const char by_addr[] = HEAD
	"cameras:\n"
	"  gate: {addr: 10.20.0.12, policy: geoblock}\n";

static const char site[] = HEAD
	"  site: {default: pass, block: [cn]}\n"
	"cameras:\n"
	"  gate: {addr: 10.20.0.12, policy: geoblock}\n";

/* struct rules - a configuration, loaded */
struct rules {
	struct config c;
	struct flows_rules r;
};

static void load(struct rules *to, const char *text)
{
	const struct options o = { .force = 1 << GUARD_ONE_FAMILY };
	char file[] = "/tmp/camfence-flows.XXXXXX";
	struct fault f = {};
	int fd = mkstemp(file);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	*to = (struct rules){};
	if (config_load(&to->c, file, &o, &f))
		fail_msg("%s", f.text);
	unlink(file);
	to->r = (struct flows_rules){ &to->c.want, to->c.ranges };
}

/* What becomes of these lines; the rulesets are to be freed behind it. */
static int look(struct flows *fl, const char *lines, const struct rules *now,
		const struct rules *want, struct fault *f)
{
	FILE *from = fmemopen((char *)lines, strlen(lines), "r");
	int code;

	assert_non_null(from);
	*fl = (struct flows){};
	code = flows_read(fl, from, &now->r, &want->r, f);
	fclose(from);
	return code;
}

/* "CAMERA REASON SET", and whether it is the answers that are dropped. */
static char *ending_text(const struct ending *e)
{
	const struct event *v = &e->verdict;
	char buf[PACKET_WORD];

	return mem_printf("%s %s %s%s", v->camera ? v->camera : "-",
			  reason_word(v->reason, buf), v->set ? v->set : "-",
			  e->answers ? " answers" : "");
}

/* One line, from @now to @want; what ends it, or "-". */
static void expect(const char *now, const char *want, const char *line,
		   const char *ends)
{
	struct rules old, new;
	struct fault f = {};
	struct flows fl;
	char *text;

	load(&old, now);
	load(&new, want);
	if (look(&fl, line, &old, &new, &f))
		fail_msg("%s: %s", line, f.text);
	text = fl.n ? ending_text(&fl.end[0]) : mem_strdup("-");
	if (strcmp(text, ends))
		fail_msg("%s: %s, not %s", line, text, ends);
	assert_int_equal(fl.running, 1);
	free(text);
	flows_free(&fl);
	config_free(&old.c);
	config_free(&new.c);
}

#define LAN " lan0 02:ca:00:00:00:99"
#define HALL " lan0 02:ca:00:00:00:11"
#define WAN " wan0 02:ca:00:00:02:02"
#define NONE " - -"
#define SAME " - - other\n"

static const struct {
	const char *line, *ends;
} rows[] = {
	/* out, and come from outside */
	{ "forward 6 answered 10.20.0.12 4000 1.2.4.8 443" LAN WAN SAME,
	  "gate block cn" },
	{ "forward 6 answered 10.20.0.12 4000 1.2.5.8 443" LAN WAN SAME, "-" },
	{ "forward 6 answered 1.2.4.8 4000 10.20.0.12 554" WAN LAN SAME,
	  "gate block cn" },
	{ "forward 6 answered 10.20.0.16 4000 1.2.4.8 443" LAN WAN SAME, "-" },
	/* where DNAT sent it to is what counts, and where it was sent to is not */
	{ "forward 6 answered 10.20.0.12 4000 1.2.4.8 443" LAN WAN
	  " 1.2.5.8 7001 other\n", "gate block cn" },
	{ "forward 6 answered 10.20.0.12 4000 1.2.5.8 443" LAN WAN
	  " 1.2.4.8 7001 other\n", "-" },
	/* but for what was redirected to the router, where both do */
	{ "local-in 17 answered 10.20.0.12 4000 10.20.0.1 123" LAN NONE
	  " 1.2.4.8 123 other\n", "gate block cn" },
	{ "local-in 17 answered 10.20.0.12 4000 10.20.0.1 123" LAN NONE
	  " 1.2.5.8 123 other\n", "-" },
	/* to the router and from it */
	{ "local-in 17 answered 10.20.0.15 4000 10.20.0.1 123" LAN NONE SAME,
	  "vault default_drop -" },
	{ "local-in 17 answered 10.20.0.12 4000 10.20.0.1 123" LAN NONE SAME,
	  "-" },
	{ "local-out 6 answered 10.20.0.1 4000 10.20.0.15 554 - -" LAN SAME,
	  "vault default_drop -" },
	{ "local-out 6 answered 10.20.0.1 4000 10.20.0.12 554 - -" LAN SAME,
	  "-" },
	/* by its MAC, at either end; and another's */
	{ "forward 17 answered 10.20.0.11 4000 1.2.4.8 443" HALL WAN SAME,
	  "hall block cn" },
	{ "forward 17 answered 1.2.4.8 4000 10.20.0.11 554" WAN HALL SAME,
	  "hall block cn" },
	{ "forward 17 answered 10.20.0.11 4000 1.2.4.8 443" LAN WAN SAME, "-" },
	/* by its interface, which has no MACs */
	{ "forward 17 answered 10.20.7.1 4000 1.2.5.8 443 ppp0 -" WAN SAME,
	  "pole default_drop -" },
	{ "forward 17 answered 10.20.7.1 4000 1.2.5.8 443 ppp1 -" WAN SAME, "-" },
	/* an exemption is for who began; its answers are */
	{ "forward 17 answered 10.20.0.12 4000 1.2.4.12 443" LAN WAN SAME, "-" },
	{ "forward 17 answered 1.2.4.12 443 10.20.0.12 4000" WAN LAN SAME,
	  "gate block cn" },
	{ "forward 17 answered 1.2.4.13 4000 10.20.0.12 557" WAN LAN SAME, "-" },
	{ "forward 17 answered 10.20.0.12 557 1.2.4.13 4000" LAN WAN SAME,
	  "gate block cn" },
	/* answers alone are dropped: a tunnel's port, which allow does not open */
	{ "forward 17 answered 10.20.9.10 4789 10.20.0.15 6000" WAN LAN SAME,
	  "vault tunnel - answers" },
	{ "forward 17 one-way 10.20.9.10 4789 10.20.0.15 6000" WAN LAN SAME,
	  "-" },
	{ "forward 17 answered 10.20.9.10 4788 10.20.0.15 6000" WAN LAN SAME,
	  "-" },
	/* ICMP: the first port is the type; GRE has none, whatever is there */
	{ "forward 1 answered 10.20.0.12 8 1.2.4.14 -" LAN WAN SAME, "-" },
	{ "forward 1 answered 10.20.0.12 13 1.2.4.14 -" LAN WAN SAME,
	  "gate block cn" },
	{ "forward 47 answered 10.20.0.12 1 1.2.4.8 2" LAN WAN SAME,
	  "gate block cn" },
	{ "forward 6 answered fd00:20::11 4000 2001:250::8 443" HALL WAN SAME,
	  "hall block cn" },
};

static void lines(void **unused)
{
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		expect(nothing, all, rows[i].line, rows[i].ends);
}

static void old_ruleset(void **unused)
{
	const char *line = "forward 6 answered 10.20.0.12 4000 1.2.4.8 443"
			   LAN WAN SAME;
	const char *stranger = "forward 6 answered 10.20.0.16 4000 1.2.4.8 443"
			       LAN WAN SAME;

	(void)unused;
	expect(nothing, by_addr, line, "gate block cn");
	/* What was blocked before runs no more. */
	expect(all, by_addr, line, "-");
	expect(by_addr, nothing, line, "-");
	expect(by_addr, site, stranger, "- block cn");
	expect(site, site, stranger, "-");
}

static void no_mac(void **unused)
{
	const char *line = "forward 6 answered 10.20.0.12 4000 1.2.4.8 443 lan0 ?"
			   WAN SAME;
	struct rules old, new;
	struct fault f = {};
	struct flows fl;
	char *text;

	(void)unused;
	load(&old, nothing);
	load(&new, all);
	assert_int_equal(look(&fl, line, &old, &new, &f), 0);
	assert_int_equal(fl.n, 0);
	text = flows_summary(&fl);
	assert_string_equal(strstr(text, "; "), "; 1 flow whose MAC is not known is not judged");
	free(text);
	flows_free(&fl);
	config_free(&new.c);
	/* Where no ruleset asks for it, it is not missed. */
	load(&new, by_addr);
	assert_int_equal(look(&fl, line, &old, &new, &f), 0);
	assert_int_equal(fl.n, 1);
	flows_free(&fl);
	config_free(&old.c);
	config_free(&new.c);
}

#define FLOW_OF(addr, port) "forward 6 answered " addr " " #port \
	" 1.2.4.8 443" LAN WAN SAME

static void order(void **unused)
{
	static const char lines[] =
		FLOW_OF("10.20.0.16", 1) FLOW_OF("10.20.0.12", 2)
		FLOW_OF("10.20.0.15", 3) FLOW_OF("10.20.0.16", 4)
		FLOW_OF("10.20.0.15", 5) FLOW_OF("10.20.0.15", 6)
		"forward 6 answered 10.20.0.17 1 1.2.5.8 443" LAN WAN SAME;
	static const int ports[] = { 3, 5, 6, 1, 4, 2 };
	char *config = mem_printf("%s%s", site,
				  "  vault: {addr: 10.20.0.15, policy: isolate}\n");
	struct rules old, new;
	struct fault f = {};
	struct flows fl;
	char *text;
	size_t i;

	(void)unused;
	load(&old, nothing);
	load(&new, config);
	assert_int_equal(look(&fl, lines, &old, &new, &f), 0);
	assert_int_equal(fl.n, ARRAY_SIZE(ports));
	for (i = 0; i < fl.n; i++)
		assert_int_equal(fl.end[i].packet.sport, ports[i]);
	text = flows_summary(&fl);
	assert_string_equal(text, "ends now: 4 flows of 2 cameras, 2 of no camera");
	free(text);
	flows_free(&fl);
	assert_int_equal(look(&fl, FLOW_OF("10.20.0.12", 2), &old, &new, &f), 0);
	text = flows_summary(&fl);
	assert_string_equal(text, "ends now: 1 flow of 1 camera");
	free(text);
	flows_free(&fl);
	assert_int_equal(look(&fl, FLOW_OF("10.20.0.16", 2), &old, &new, &f), 0);
	text = flows_summary(&fl);
	assert_string_equal(text, "ends now: 1 flow of no camera");
	free(text);
	flows_free(&fl);
	config_free(&old.c);
	config_free(&new.c);
	free(config);
}

static void not_understood(void **unused)
{
	static const char *const wrong[] = {
		"forward\n",
		"bridge 6 answered 10.20.0.12 1 1.2.4.8 443" LAN WAN SAME,
		"forward - answered 10.20.0.12 1 1.2.4.8 443" LAN WAN SAME,
		"forward 256 answered 10.20.0.12 1 1.2.4.8 443" LAN WAN SAME,
		"forward 6 answered 10.20.0.12 1 fd00::8 443" LAN WAN SAME,
		"forward 6 answered 10.20.0.12 65536 1.2.4.8 443" LAN WAN SAME,
		"forward 6 answered 10.20.0.12 1 1.2.4.8 443 lan0 02:ca" WAN SAME,
		"forward 6 answered 10.20.0.12 1 1.2.4.8 443" LAN WAN " x - own\n",
	};
	struct rules none;
	size_t i;

	(void)unused;
	load(&none, nothing);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct fault f = {};
		struct flows fl;

		assert_int_equal(look(&fl, wrong[i], &none, &none, &f),
				 CODE_INPUT);
		assert_non_null(strstr(f.text, "version: line 1"));
		fault_clear(&f);
		flows_free(&fl);
	}
	config_free(&none.c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(old_ruleset),
		cmocka_unit_test(no_mac),
		cmocka_unit_test(order),
		cmocka_unit_test(not_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
