// SPDX-License-Identifier: GPL-2.0
/* What is written is what is read: every character, in every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "mem.h"
#include "parse.h"
#include "save.h"

static size_t put_utf8(char *to, u32 code)
{
	static const u8 first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n, i;

	n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (i = n; i-- > 1; code >>= 6)
		to[i] = 0x80 | (code & 0x3f);
	to[0] = first[n] | code;
	return n;
}

/* Of each that parse_text() takes, a camera with it in its key and its comment. */
static void add_characters(struct ruleset *rs, u32 from, u32 to)
{
	char text[16] = "", buf[16];
	u32 code;

	for (code = from; code < to; code++) {
		size_t n = put_utf8(text, code);
		struct camera c = { .policy = "p" };

		text[n] = '\0';
		if (parse_text(text))
			continue;
		snprintf(buf, sizeof(buf), "%06x", code);
		c.name = buf;
		c.key = text;
		c.comment = mem_printf(" %s%s\"%s ", text, text, text);
		camera_add_selector(&c)->type = SELECT_IIF;
		snprintf(c.selector->iif, sizeof(c.selector->iif), "e%06x",
			 code);
		ruleset_put(rs, KIND_CAMERA, &c);
		free(c.comment);
		free(c.selector);
	}
}

static void add_policy(struct ruleset *rs)
{
	ruleset_put(rs, KIND_POLICY, &(struct policy){ .name = "p" });
}

/* Writes @rs and reads it into @c. */
static void round_trip(const struct ruleset *rs, const struct ranges *ranges,
		       struct config *c)
{
	char name[] = "/tmp/camfence-save.XXXXXX";
	struct options o = { .force = ~0U };
	struct fault f = {};
	FILE *to = fdopen(mkstemp(name), "w");

	assert_non_null(to);
	assert_int_equal(save_ruleset(to, rs, ranges, &f), 0);
	assert_int_equal(fclose(to), 0);
	if (config_load(c, name, &o, &f))
		fail_msg("%s", f.text);
	unlink(name);
}

static void every_character(void **unused)
{
	struct ruleset rs = {};
	struct config c = {};
	size_t i;

	(void)unused;
	add_policy(&rs);
	add_characters(&rs, 0, 0x3100);
	add_characters(&rs, 0xd700, 0x10100);
	add_characters(&rs, 0x1f4f0, 0x1f500);
	add_characters(&rs, 0x10fff0, 0x110000);
	assert_true(rs.n[KIND_CAMERA] > 20000);
	round_trip(&rs, NULL, &c);
	assert_int_equal(c.want.n[KIND_CAMERA], rs.n[KIND_CAMERA]);
	for (i = 0; i < rs.n[KIND_CAMERA]; i++) {
		const struct camera *want = &rs.camera[i];
		const struct camera *have = ruleset_find(&c.want, KIND_CAMERA,
							 want->name);

		assert_non_null(have);
		assert_string_equal(have->key, want->key);
		assert_string_equal(have->comment, want->comment);
	}
	config_free(&c);
	ruleset_free(&rs);
}

/* What a reader of YAML might take for something else. */
static void every_word(void **unused)
{
	static char *const words[] = {
		"", "null", "~", "true", "No", "y", "on", "1", "0x1f", "1e3",
		".inf", "<<", "---", "...", "-", "?", "? ", "- a", " a", "a ",
		"=", "!!str", "&a", "*a", "%YAML 1.1", "#", "a #b", "'", "\"",
		"\\", "\\n", "{", "}", "[", "]", ",", "a, b", "|", ">", "@",
		"`", "a-b", "a_b", "A1", "version", "2031-12-31", "1.2.3.4",
	};
	struct ruleset rs = {};
	struct config c = {};
	size_t i;

	(void)unused;
	for (i = 1; i < ARRAY_SIZE(words); i++) {
		struct policy p = { .name = words[i], .comment = words[i] };

		ruleset_put(&rs, KIND_POLICY, &p);
	}
	round_trip(&rs, NULL, &c);
	assert_int_equal(c.want.n[KIND_POLICY], ARRAY_SIZE(words) - 1);
	for (i = 1; i < ARRAY_SIZE(words); i++) {
		const struct policy *p = ruleset_find(&c.want, KIND_POLICY,
						      words[i]);

		assert_non_null(p);
		assert_string_equal(p->comment, words[i]);
	}
	config_free(&c);
	ruleset_free(&rs);
}

/* Of every form, and more than stand on a line. */
static void every_range(void **unused)
{
	struct set set = { .name = "s", .source = "by hand", .date = 86400 };
	struct ruleset rs = {};
	struct ranges r = {};
	struct config c = {};
	u32 i;

	(void)unused;
	for (i = 0; i < 1000; i++) {
		u32 first = i * 4000037;

		ranges_push4(&r, (struct range4){ first, first + i });
		ranges_push6(&r, (struct range6){ { i, 0 }, { i, i } });
	}
	ranges_push4(&r, (struct range4){ ~0U - 255, ~0U });
	ranges_merge(&r);
	set.n4 = r.n4;
	set.n6 = r.n6;
	ruleset_put(&rs, KIND_SET, &set);
	round_trip(&rs, &r, &c);
	assert_int_equal(c.ranges[0].n4, 1001);
	assert_memory_equal(c.ranges[0].v4, r.v4, r.n4 * sizeof(*r.v4));
	assert_int_equal(c.ranges[0].n6, 1000);
	assert_memory_equal(c.ranges[0].v6, r.v6, r.n6 * sizeof(*r.v6));
	assert_string_equal(c.want.set[0].source, "by hand");
	assert_int_equal(c.want.set[0].date, 86400);
	config_free(&c);
	ruleset_free(&rs);
	ranges_free(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character),
		cmocka_unit_test(every_word),
		cmocka_unit_test(every_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
