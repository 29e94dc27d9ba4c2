// SPDX-License-Identifier: GPL-2.0
/* Lists as they are found in the world, and as somebody hostile writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "load.h"

/*
 * One reading of a list of bytes.
 */
struct reading {
	struct load load;
	struct load_stats stats;
	struct fault f;
	char name[32];
	int code;
};

static void read_bytes(struct reading *r, const char *bytes, size_t len,
		       const char *countries, const char *format)
{
	char *file = r->name;
	u64 date;
	int fd;

	*r = (struct reading){};
	strcpy(r->name, "/tmp/camfence-list.XXXXXX");
	fd = mkstemp(r->name);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);

	if (countries)
		assert_int_equal(load_countries(&r->load, countries, &r->f), 0);
	r->code = load_files(&r->load, &file, 1,
			     format ? format_find(format) : NULL, &date, &r->f);
	if (!r->code)
		r->code = load_finish(&r->load, 0, &r->stats, &r->f);
	unlink(r->name);
}

static void read_text(struct reading *r, const char *text,
		      const char *countries)
{
	read_bytes(r, text, strlen(text), countries, NULL);
}

static void done(struct reading *r)
{
	load_free(&r->load);
	fault_clear(&r->f);
}

static void refused(const char *text, const char *countries, const char *why)
{
	struct reading r;

	read_text(&r, text, countries);
	if (r.code != CODE_INPUT)
		fail_msg("\"%s\" was taken", text);
	if (!strstr(r.f.text, why))
		fail_msg("\"%s\": %s", text, r.f.text);
	done(&r);
}

static void plain_as_it_comes(void **unused)
{
	struct reading r;

	(void)unused;
	read_text(&r,
		  "\xef\xbb\xbf# a list\r\n"
		  "\r\n"
		  "192.0.2.0/25\r\n"
		  "  192.0.2.128/25\t# the other half\n"
		  "192.0.2.7;inside\n"
		  "192.0.2.7\n"
		  "\t\n"
		  "; 203.0.113.0/24\n"
		  "10.1.2.3/8\n"
		  "198.51.100.1 - 198.51.100.2\n"
		  "2001:db8::/33\n"
		  "2001:db8:8000::/33", NULL);
	assert_int_equal(r.code, 0);
	assert_int_equal(r.load.entries, 8);
	assert_int_equal(r.load.host_bits, 1);
	assert_int_equal(r.load.ranges.n4, 3);
	assert_int_equal(r.load.ranges.n6, 1);
	assert_int_equal(r.stats.duplicate, 1);
	assert_int_equal(r.stats.merged, 3);
	assert_int_equal(r.load.ranges.v4[1].first, 0xc0000200);
	assert_int_equal(r.load.ranges.v4[1].last, 0xc00002ff);
	done(&r);
}

static void geoip_as_it_comes(void **unused)
{
	struct reading r;

	(void)unused;
	read_text(&r,
		  "# a list\n"
		  "16777216,16777471,AU\n"
		  "16777472,16778239,CN\r\n"
		  "1.0.4.0,1.0.7.255,AU\n"
		  "1.0.8.0,1.0.15.255,CN\n"
		  "4294967295,4294967295,??\n"
		  "2001:250::,2001:253:ffff:ffff:ffff:ffff:ffff:ffff,CN\n"
		  "2001:254::,2001:254::ffff,HK\n", "cn,HK,cn");
	assert_int_equal(r.code, 0);
	assert_int_equal(r.load.countries.n, 2);
	assert_int_equal(r.load.entries, 4);
	assert_int_equal(r.load.countries.found[0], 3);
	assert_int_equal(r.load.ranges.n4, 2);
	/* Neighbours of two countries become one. */
	assert_int_equal(r.load.ranges.n6, 1);
	assert_int_equal(r.stats.merged, 1);
	assert_int_equal(r.load.ranges.v4[0].first, 0x01000100);
	assert_int_equal(r.load.ranges.v4[0].last, 0x010003ff);
	done(&r);
}

static void geoip_lines_that_are_none(void **unused)
{
	static const char *const lines[] = {
		"1,2", "1,2,", "1,2,CHN", "1,2,cn", "1,2,CN,", ",2,CN", "1,,CN",
		"2,1,CN", "1.0.4.0,2001:250::,CN", "0,::1,CN", "::,1,CN",
		"2001:251::,2001:250::,CN",
		"1,4294967296,CN", "-1,2,CN", "1, 2,CN", "01,2,CN", "x,2,CN",
		"1,2,CN # comment", ",,", "2001:250::/32,,CN",
		"::ffff:1.2.3.4,::ffff:1.2.3.5,CN",
	};
	char text[128];
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		snprintf(text, sizeof(text), "1,2,CN\n%s\n", lines[i]);
		refused(text, "CN", ":2: \"");
	}
}

static void plain_lines_that_are_none(void **unused)
{
	static const char *const lines[] = {
		"192.0.2.0/33", "192.0.2", "hello", "192.0.2.1 192.0.2.2",
		"192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::1", "/24", "-",
		"::ffff:192.0.2.1", "64:ff9b::/96", "2001:db8::/129",
		"192.0.2.1,192.0.2.2", "\x1b[31mred", "192.0.2.1\v",
	};
	char text[128];
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		snprintf(text, sizeof(text), "192.0.2.1\n\n%s\n192.0.2.2\n",
			 lines[i]);
		refused(text, NULL, ":3: \"");
	}
}

static void nothing_hidden_reaches_a_terminal(void **unused)
{
	struct reading r;
	const char *c;

	(void)unused;
	read_text(&r, "192.0.2.1\n\x1b]0;x\x07\xc2\x9b\xe2\x80\xae\xff\n", NULL);
	assert_int_equal(r.code, CODE_INPUT);
	for (c = r.f.text; *c; c++)
		assert_true(*c == '\n' || (*c >= ' ' && *c < 0x7f));
	done(&r);
}

static void ten_wrong_lines_are_shown(void **unused)
{
	char text[256] = "192.0.2.1\n";
	struct reading r;
	size_t lines = 1, i;
	const char *c;

	(void)unused;
	for (i = 0; i < 13; i++)
		strcat(text, "wrong\n");
	read_text(&r, text, NULL);
	assert_int_equal(r.code, CODE_INPUT);
	assert_true(r.f.placed);
	assert_non_null(strstr(r.f.text, ":11: \"wrong\""));
	assert_null(strstr(r.f.text, ":12: "));
	assert_non_null(strstr(r.f.text, "and 3 more"));
	for (c = r.f.text; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 11);
	done(&r);
}

static void countries_and_formats_must_fit(void **unused)
{
	struct reading r;

	(void)unused;
	refused("1,2,CN\n", NULL, "country CN");
	refused("192.0.2.1\n", "CN", "plain text");
	refused("1,2,CN\n", "CN,KP", "country KP: no range");
	refused("# only this\n", NULL, "no address");
	refused("", NULL, "no address");
	read_bytes(&r, "192.0.2.1\n", 10, "CN", "geoip");
	assert_int_equal(r.code, CODE_INPUT);
	assert_non_null(strstr(r.f.text, ":1: "));
	done(&r);
	read_bytes(&r, "1,2,CN\n", 7, NULL, "plain");
	assert_int_equal(r.code, CODE_INPUT);
	assert_non_null(strstr(r.f.text, ":1: "));
	done(&r);
	/* A comma in a comment makes no geoip list. */
	read_text(&r, "192.0.2.1 # a, b\n", NULL);
	assert_int_equal(r.code, 0);
	done(&r);
}

static void country_codes(void **unused)
{
	static const char *const bad[] = {
		"", "C", "CHN", "CN,", ",CN", "CN;HK", "CN, HK", "\xc3\xb8",
	};
	struct fault f = {};
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct load l = {};

		if (!load_countries(&l, bad[i], &f))
			fail_msg("\"%s\" was taken", bad[i]);
	}
	fault_clear(&f);
}

static void nuls(void **unused)
{
	static const char bytes[] = "192.0.2.1\n192.0.2.2\0 junk\n";
	static const char comment[] = "192.0.2.1\n# \0\n";
	struct reading r;

	(void)unused;
	read_bytes(&r, bytes, sizeof(bytes) - 1, NULL, NULL);
	assert_int_equal(r.code, CODE_INPUT);
	assert_non_null(strstr(r.f.text, ":2: "));
	assert_non_null(strstr(r.f.text, "NUL"));
	done(&r);
	read_bytes(&r, comment, sizeof(comment) - 1, NULL, NULL);
	assert_int_equal(r.code, 0);
	done(&r);
}

static void what_is_no_text(void **unused)
{
	static const char utf16[] = "\377\3761\0.\0";
	struct reading r;

	(void)unused;
	refused("\x1f\x8b\x08junk", NULL, "zcat");
	refused("PK\x03\x04junk", NULL, "unzip");
	read_bytes(&r, utf16, sizeof(utf16) - 1, NULL, NULL);
	assert_int_equal(r.code, CODE_INPUT);
	assert_non_null(strstr(r.f.text, "iconv"));
	done(&r);
}

static void lines_of_a_megabyte(void **unused)
{
	size_t len = 1 << 20, i;
	char *bytes = malloc(len + 16);
	static const char fill[] = { ' ', '#', '1', ',', ':', '.', '/', '-' };
	struct reading r;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(fill); i++) {
		memset(bytes, fill[i], len);
		memcpy(bytes + len, "\n192.0.2.1", 10);
		read_bytes(&r, bytes, len + 10, NULL, NULL);
		assert_int_equal(r.code, fill[i] == ' ' || fill[i] == '#' ?
				 0 : CODE_INPUT);
		assert_true(r.code == 0 || strlen(r.f.text) < 512);
		done(&r);
	}
	free(bytes);
}

static void files_that_are_none(void **unused)
{
	char missing[] = "/nonexistent", directory[] = "/tmp";
	char *file = missing;
	struct load l = {};
	struct fault f = {};
	u64 date;

	(void)unused;
	assert_int_equal(load_files(&l, &file, 1, NULL, &date, &f), CODE_INPUT);
	assert_non_null(strstr(f.text, "/nonexistent: No such file"));
	file = directory;
	assert_int_equal(load_files(&l, &file, 1, NULL, &date, &f), CODE_INPUT);
	assert_non_null(strstr(f.text, "/tmp: is a directory"));
	fault_clear(&f);
	load_free(&l);
}

/* Bytes drawn from what lists are made of: nothing may crash, ASan watches. */
static void noise(void **unused)
{
	static const char letters[] = "0123456789abf.:/-,#; \t\r\n\0CN\xff";
	char bytes[200];
	u32 state = 1;
	int round;
	size_t i;

	(void)unused;
	for (round = 0; round < 3000; round++) {
		struct reading r;

		for (i = 0; i < sizeof(bytes); i++) {
			state = state * 1664525 + 1013904223;
			bytes[i] = letters[(state >> 8) %
					   (sizeof(letters) - 1)];
		}
		read_bytes(&r, bytes, sizeof(bytes), round % 2 ? "CN" : NULL,
			   round % 3 ? "plain" : "geoip");
		done(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_as_it_comes),
		cmocka_unit_test(geoip_as_it_comes),
		cmocka_unit_test(geoip_lines_that_are_none),
		cmocka_unit_test(plain_lines_that_are_none),
		cmocka_unit_test(nothing_hidden_reaches_a_terminal),
		cmocka_unit_test(ten_wrong_lines_are_shown),
		cmocka_unit_test(countries_and_formats_must_fit),
		cmocka_unit_test(country_codes),
		cmocka_unit_test(nuls),
		cmocka_unit_test(what_is_no_text),
		cmocka_unit_test(lines_of_a_megabyte),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests_name("u_formats", tests, NULL, NULL);
}
