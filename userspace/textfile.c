// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "textfile.h"
#include "times.h"

/* A device without an end is no file that anybody wrote. */
#define SIZE_LIMIT (64U << 20)

/**
 * textfile_open() - open a file for reading
 * @name: its name, "-" is standard input
 * @mtime: when it was written, seconds since 1970; the present for what is no
 *	regular file
 * @f: what is wrong with it
 *
 * Return: the file, which may be stdin; or NULL.
 */
FILE *textfile_open(const char *name, u64 *mtime, struct fault *f)
{
	struct stat st;
	FILE *file;

	if (!strcmp(name, "-")) {
		*mtime = time_now();
		return stdin;
	}
	file = fopen(name, "re");
	if (!file || fstat(fileno(file), &st)) {
		fault_input(f, "%s", strerror(errno));
		if (file)
			fclose(file);
		return NULL;
	}
	if (S_ISDIR(st.st_mode)) {
		fault_input(f, "is a directory, expected a file");
		fclose(file);
		return NULL;
	}
	*mtime = S_ISREG(st.st_mode) ? (u64)st.st_mtime : time_now();
	return file;
}

/**
 * textfile_check() - what is no text is better named than shown line by line
 * @name: the file's
 * @s: its first bytes
 * @len: how many
 * @f: what it is instead
 *
 * Return: 0 or the exit code.
 */
int textfile_check(const char *name, const char *s, size_t len,
		   struct fault *f)
{
	static const struct {
		const char *begin;
		const char *what;
		const char *remedy;
	} known[] = {
		{ "\xff\xfe", "UTF-16", "iconv -f UTF-16 -t UTF-8" },
		{ "\xfe\xff", "UTF-16", "iconv -f UTF-16 -t UTF-8" },
		{ "\x1f\x8b", "compressed", "zcat" },
		{ "\xfd\x37", "compressed", "xzcat" },
		{ "\x28\xb5", "compressed", "zstdcat" },
		{ "PK", "a ZIP archive", "unzip -p" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (len < 2 || memcmp(s, known[i].begin, 2))
			continue;
		fault_input(f, "is %s, expected text", known[i].what);
		fault_add(f, "make it text: %s '%s' >FILE", known[i].remedy,
			  name);
		return CODE_INPUT;
	}
	return 0;
}

static int read_all(struct textfile *t, FILE *file, struct fault *f)
{
	size_t cap = 0, n;

	do {
		t->text = mem_grow(t->text, &cap, t->len + (64 << 10), 1);
		n = fread(t->text + t->len, 1, cap - t->len - 1, file);
		t->len += n;
		if (t->len > SIZE_LIMIT)
			return fault_input(f, "larger than %u MiB, expected what somebody wrote",
					   SIZE_LIMIT >> 20);
	} while (n);
	t->text[t->len] = '\0';
	if (ferror(file))
		return fault_input(f, "%s", strerror(errno));
	return 0;
}

/**
 * textfile_read() - read a file as a whole
 * @t: where to, zeroed; to be freed in any case
 * @name: its name, "-" is standard input
 * @f: what is wrong with it
 *
 * Return: 0 or the exit code.
 */
int textfile_read(struct textfile *t, const char *name, struct fault *f)
{
	u64 ignored;
	FILE *file = textfile_open(name, &ignored, f);
	int code;

	if (!file)
		return CODE_INPUT;
	code = read_all(t, file, f);
	if (file != stdin)
		fclose(file);
	return code ? code : textfile_check(name, t->text, t->len, f);
}

/**
 * textfile_free() - free what was read
 * @t: the file
 */
void textfile_free(struct textfile *t)
{
	free(t->text);
	*t = (struct textfile){};
}
