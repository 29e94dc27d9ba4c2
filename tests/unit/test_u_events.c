// SPDX-License-Identifier: GPL-2.0
/* Events: which of them a filter asks for, and how they read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "events.h"
#include "mem.h"

#define WORDS_MAX 16

/* camera gate, block: 10.20.0.11 > 1.2.4.8 */
static struct event drop(void)
{
	return (struct event){
		.type = CAMFENCE_EVENT_DROP, .seq = 7, .is_packet = true,
		.time = 1796000000123456789ULL,
		.reason = CAMFENCE_REASON_BLOCK, .camera = "gate",
		.policy = "geoblock", .set = "cn", .family = 4,
		.src = { 10, 20, 0, 11 }, .dst = { 1, 2, 4, 8 },
		.proto = 17, .sport = 40000, .dport = 443, .icmp_type = -1,
		.length = 44,
	};
}

static struct event commit(void)
{
	return (struct event){
		.type = CAMFENCE_EVENT_COMMIT, .generation = 9, .pid = 77,
		.proto = -1, .sport = -1, .dport = -1, .icmp_type = -1,
	};
}

/* Of words with a blank between them. */
static bool wants(const char *words, const struct event *e)
{
	char *text = mem_strdup(words), *word[WORDS_MAX], *save = NULL, *s;
	struct args a = { .word = word, .object = "monitor" };
	struct event_filter w = {};
	struct fault f = {};
	bool wanted;

	for (s = strtok_r(text, " ", &save); s; s = strtok_r(NULL, " ", &save))
		word[a.n++] = s;
	assert_int_equal(events_parse(&a, &w, &f), 0);
	wanted = event_is_wanted(&w, e);
	events_free(&w);
	free(text);
	return wanted;
}

static void filters(void **unused)
{
	static const struct {
		const char *words;
		bool drop, commit;
	} rows[] = {
		{ "", true, true },
		{ "--log", true, true },
		{ "camera gate", true, false },
		{ "camera gat", false, false },
		{ "policy geoblock", true, false },
		{ "policy isolate", false, false },
		{ "reason block", true, false },
		{ "reason no_camera", false, false },
		{ "reason default_drop,block", true, false },
		{ "type drop", true, false },
		{ "type commit", false, true },
		{ "type commit,drop", true, true },
		{ "type flush,expired", false, false },
		{ "type commit reason block", false, false },
		{ "remote 1.2.4.8", true, false },
		{ "remote 1.2.4.9", false, false },
		{ "remote 1.2.4.0/29", false, false },
		{ "remote 1.2.4.8/29", true, false },
		{ "remote 10.20.0.0/16", true, false },
		{ "remote 1.2.4.0-1.2.4.7,::/0", false, false },
		{ "remote ::/0 remote 1.2.4.0-1.2.4.8", true, false },
		{ "camera gate policy geoblock type drop reason block remote 0.0.0.0/0",
		  true, false },
	};
	struct event d = drop(), c = commit();
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (wants(rows[i].words, &d) == rows[i].drop &&
		    wants(rows[i].words, &c) == rows[i].commit)
			continue;
		fail_msg("%s", rows[i].words);
	}
}

/* A newer module's types and reasons are nobody's but of who asks for all. */
static void unknown_numbers(void **unused)
{
	struct event d = drop();

	(void)unused;
	d.type = 64 + CAMFENCE_EVENT_DROP;
	assert_true(wants("camera gate", &d));
	assert_false(wants("type drop", &d));
	d.type = CAMFENCE_EVENT_DROP;
	d.reason = 64 + CAMFENCE_REASON_BLOCK;
	assert_true(wants("type drop", &d));
	assert_false(wants("reason block", &d));
}

static void ipv6(void **unused)
{
	struct event d = drop();
	u8 dst[16] = { 0x20, 0x01, 0x02, 0x50, [15] = 8 };

	(void)unused;
	d.family = 6;
	memcpy(d.dst, dst, sizeof(dst));
	assert_true(wants("remote 2001:250::/32", &d));
	assert_true(wants("remote 2001:250::8", &d));
	assert_false(wants("remote 2001:250::9", &d));
	assert_false(wants("remote 0.0.0.0/0", &d));
}

static void reads(const struct event *e, u64 lost, const char *line)
{
	char *text = event_text(e, lost);

	assert_string_equal(text, line);
	free(text);
}

static void texts(void **unused)
{
	struct event d = drop(), c = commit();
	char *time = event_time(&d);

	(void)unused;
	assert_string_equal(time, "2026-11-30T00:53:20.123456Z");
	free(time);
	d.policy = NULL;
	d.set = NULL;
	reads(&d, 0,
	      "drop block camera gate 10.20.0.11 > 1.2.4.8 udp 40000 > 443 forward length 44");
	d.suppressed = 5;
	d.sport = -1;
	d.dport = -1;
	reads(&d, 0,
	      "drop block camera gate 10.20.0.11 > 1.2.4.8 udp forward length 44 suppressed 5");
	reads(&c, 0, "commit generation 9 pid 77");
	reads(NULL, 3, "3 events lost");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters),
		cmocka_unit_test(unknown_numbers),
		cmocka_unit_test(ipv6),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
