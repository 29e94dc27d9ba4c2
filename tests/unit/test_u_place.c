// SPDX-License-Identifier: GPL-2.0
/* What the engine refuses is told by its place in the configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"
#include "mem.h"

/* Line is the number of the camera, catches have 100 more. */
static void make(struct config *c)
{
	static const char *const names[] = {
		"a", "a\"b", "a\": b", "\xe2\x80\xae", "aa",
	};
	enum objkind kind;
	size_t i;

	for (kind = KIND_CAMERA; kind <= KIND_CATCH; kind++) {
		c->place[kind] = mem_zalloc(5 * sizeof(struct place));
		for (i = 0; i < 5; i++) {
			struct camera *camera;

			camera = ruleset_add_camera(&c->want, kind);
			camera->name = mem_printf("%s%s", kind == KIND_CATCH ?
						  "catch " : "", names[i]);
			c->place[kind][i] = (struct place){
				"f", kind == KIND_CATCH ? 101 + i : 1 + i, 7
			};
		}
	}
}

static void placed(void **unused)
{
	static const struct {
		const char *said;
		const char *place;
	} rows[] = {
		{ "camera \"a\": is x", "f:1:7: " },
		{ "camera \"a\", mac 00:00:5e:00:53:01: is x", "f:1:7: " },
		{ "camera \"a\"b\": is x", "f:2:7: " },
		{ "camera \"a\": b\": is x", "f:3:7: " },
		{ "camera \"\\xe2\\x80\\xae\": is x", "f:4:7: " },
		{ "camera \"aa\" and camera \"a\": x", "f:5:7: " },
		{ "catch \"catch a\": is x", "f:101:7: " },
		{ "camera \"catch aa\": is x", "f:105:7: " },
		{ "camera \"b\": is x", "" },
		{ "cameras \"a\"", "" },
		{ "policy \"a\": is x", "" },
		{ "camera a: is x", "" },
		{ "camera", "" },
		{ "needs root (CAP_NET_ADMIN)", "" },
	};
	struct config c = {};
	size_t i;

	(void)unused;
	make(&c);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		char *want = mem_printf("%s%s", rows[i].place, rows[i].said);
		struct fault f = {};

		fault_set(&f, CODE_REFUSED, "%s", rows[i].said);
		config_add_place(&c, CODE_REFUSED, &f);
		assert_string_equal(f.text, want);
		assert_int_equal(f.placed, !!*rows[i].place);
		fault_clear(&f);
		free(want);
	}
	config_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(placed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
