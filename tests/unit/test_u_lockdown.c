// SPDX-License-Identifier: GPL-2.0
/* What is closed at boot, written where modprobe finds it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lockdown.h"
#include "mem.h"
#include "parse.h"
#include "textfile.h"

#define ETH1 "options camfence lockdown=eth1\n"
#define BOTH "options camfence lockdown=eth1,br-lan.7\n"

/* A directory of its own for each test, with PATH in it. */
struct place {
	char dir[32];
	char *path;
};

static int set_up(void **state)
{
	struct place *p = mem_zalloc(sizeof(*p));

	strcpy(p->dir, "/tmp/camfence-lock.XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	p->path = mem_printf("%s/camfence.conf", p->dir);
	*state = p;
	return 0;
}

/* That the directory goes says that nothing else was left in it. */
static int tear_down(void **state)
{
	struct place *p = *state;
	int left;

	unlink(p->path);
	left = rmdir(p->dir);
	free(p->path);
	free(p);
	return left;
}

static void write_names(const struct place *p, const char *list)
{
	struct names names = {};
	struct fault f = {};

	while (*list) {
		size_t len = strcspn(list, ",");

		names_add(&names, list, len);
		list += len + !!list[len];
	}
	assert_int_equal(lockdown_write(p->path, &names, &f), 0);
	assert_null(f.text);
	names_free(&names);
}

/* What modprobe reads: all but comments. */
static void expect(const struct place *p, const char *want)
{
	struct textfile t = {};
	struct fault f = {};
	struct stat st;
	char *s;

	assert_int_equal(textfile_read(&t, p->path, &f), 0);
	for (s = t.text; *s == '#'; s += strcspn(s, "\n") + 1)
		;
	assert_string_equal(s, want);
	textfile_free(&t);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

static ino_t inode(const struct place *p)
{
	struct stat st;

	assert_int_equal(stat(p->path, &st), 0);
	return st.st_ino;
}

static void put(const struct place *p, const char *text)
{
	FILE *file = fopen(p->path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void written(void **state)
{
	write_names(*state, "eth1");
	expect(*state, ETH1);
	write_names(*state, "eth1,br-lan.7");
	expect(*state, BOTH);
}

/* A name in the directory is not the file: a second link shows which was made. */
static void not_again(void **state)
{
	const struct place *p = *state;
	char *link_path = mem_printf("%s/link", p->dir);
	ino_t first;

	write_names(p, "eth1");
	first = inode(p);
	assert_int_equal(link(p->path, link_path), 0);
	write_names(p, "eth1");
	assert_int_equal(inode(p), first);
	write_names(p, "eth1,br-lan.7");
	assert_int_not_equal(inode(p), first);
	unlink(link_path);
	free(link_path);
}

static void none(void **state)
{
	const struct place *p = *state;

	write_names(p, "");
	assert_int_not_equal(access(p->path, F_OK), 0);
	write_names(p, "eth1");
	write_names(p, "");
	assert_int_not_equal(access(p->path, F_OK), 0);
}

static void of_others(void **state)
{
	const struct place *p = *state;
	struct names names = {};
	struct fault f = {};

	names_add(&names, "eth1", 4);
	put(p, BOTH);
	assert_int_equal(lockdown_write(p->path, &names, &f), CODE_INPUT);
	assert_non_null(strstr(f.text, p->path));
	assert_non_null(strstr(f.text, "mv "));
	expect(p, BOTH);
	fault_clear(&f);
	names_free(&names);
	assert_int_equal(lockdown_write(p->path, &names, &f), CODE_INPUT);
	expect(p, BOTH);
	fault_clear(&f);
}

static void no_directory(void **state)
{
	struct names names = {};
	struct fault f = {};

	(void)state;
	names_add(&names, "eth1", 4);
	assert_int_equal(lockdown_write("/nonexistent/x", &names, &f),
			 CODE_INPUT);
	assert_non_null(strstr(f.text, "/nonexistent/x"));
	fault_clear(&f);
	names_free(&names);
}

static void names_taken(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} rows[] = {
		{ "eth1", true }, { "br-lan.7@x", true }, { "k\xc3\xa6lder", true },
		{ "abcdefghijklmno", true }, { "abcdefghijklmnop", false },
		{ "", false }, { "lo", false }, { "..", false },
		{ "eth/1", false }, { "eth 1", false }, { "eth:1", false },
		{ "eth1,eth2", false }, { "eth*", false }, { "et\"h", false },
		{ "eth\\", false }, { "k\xc3\xa0", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!parse_lockdown(rows[i].name) != rows[i].good)
			fail_msg("\"%s\"", rows[i].name);
	assert_null(parse_iface("eth*"));
	assert_non_null(parse_iface("k\xc3\xa0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_others, set_up, tear_down),
		cmocka_unit_test(no_directory),
		cmocka_unit_test(names_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
