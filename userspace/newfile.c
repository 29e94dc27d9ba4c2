// SPDX-License-Identifier: GPL-2.0
/*
 * A file is written under another name beside its own, is on the disk, and gets
 * its name in one step: whoever looks, at any time, power failures included,
 * finds the old one or the new one. Only its owner may read it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "newfile.h"

static int fail(struct newfile *n, struct fault *f)
{
	int code = fault_input(f, "%s: %s", n->path, strerror(errno));

	newfile_drop(n);
	return code;
}

/* A device or a pipe is nothing to put a file in the place of. */
static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) || S_ISREG(st.st_mode);
}

/**
 * newfile_open() - begin a file
 * @n: the file, zeroed; nothing is to be dropped where this fails
 * @path: what it shall be called
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int newfile_open(struct newfile *n, const char *path, struct fault *f)
{
	int fd;

	if (!is_file(path))
		return fault_input(f, "%s: is there and is no file", path);
	n->path = mem_strdup(path);
	n->temp = mem_printf("%s.XXXXXX", path);
	fd = mkostemp(n->temp, O_CLOEXEC);
	if (fd < 0) {
		free(n->temp);
		n->temp = NULL;
		return fail(n, f);
	}
	n->to = fdopen(fd, "w");
	if (n->to)
		return 0;
	close(fd);
	return fail(n, f);
}

/**
 * newfile_finish() - have all of it on the disk
 * @n: the file; dropped where this fails
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int newfile_finish(struct newfile *n, struct fault *f)
{
	FILE *to = n->to;

	if (fflush(to) || ferror(to) || fsync(fileno(to)))
		return fail(n, f);
	n->to = NULL;
	return fclose(to) ? fail(n, f) : 0;
}

/**
 * newfile_keep() - give the file its name
 * @n: the file, finished; forgotten in any case
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int newfile_keep(struct newfile *n, struct fault *f)
{
	if (rename(n->temp, n->path))
		return fail(n, f);
	free(n->temp);
	n->temp = NULL;
	newfile_drop(n);
	return 0;
}

/**
 * newfile_drop() - forget the file; what was there before stays
 * @n: the file, or one that was never begun
 */
void newfile_drop(struct newfile *n)
{
	if (n->to)
		fclose(n->to);
	if (n->temp)
		unlink(n->temp);
	free(n->temp);
	free(n->path);
	*n = (struct newfile){};
}

/**
 * newfile_json() - a file of one JSON value
 * @path: the file
 * @root: the value
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int newfile_json(const char *path, const json_t *root, struct fault *f)
{
	struct newfile file = {};
	int code;

	code = newfile_open(&file, path, f);
	if (code)
		return code;
	json_dumpf(root, file.to, JSON_INDENT(2) | JSON_SORT_KEYS);
	fputc('\n', file.to);
	code = newfile_finish(&file, f);
	return code ? code : newfile_keep(&file, f);
}
