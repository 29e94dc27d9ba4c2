// SPDX-License-Identifier: GPL-2.0
/*
 * Where executables of their own are, as git finds its commands: below libexec,
 * beside the tool in the build tree (build/camfence), and beside the tool's
 * directory where it is installed (/usr/sbin/camfence). So nothing has to be
 * compiled for a prefix.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "external.h"
#include "mem.h"

#define PLACE_ENV "CAMFENCE_LIBEXEC"

static bool is_at(char **path, char *candidate)
{
	free(*path);
	*path = candidate;
	return !access(candidate, X_OK);
}

/**
 * external_find() - where is an executable?
 * @name: as in camfence-NAME
 * @path: its path, to be freed; NULL if there is none
 * @f: what is wrong, and what brings it
 *
 * $CAMFENCE_LIBEXEC is the one directory to look in, where it is set.
 *
 * Return: 0 or the exit code.
 */
int external_find(const char *name, char **path, struct fault *f)
{
	const char *place = secure_getenv(PLACE_ENV);
	char self[PATH_MAX] = "", *slash;

	*path = NULL;
	if (place) {
		if (is_at(path, mem_printf("%s/camfence-%s", place, name)))
			return 0;
	} else if (readlink("/proc/self/exe", self, sizeof(self) - 1) > 0) {
		slash = strrchr(self, '/');
		*slash = '\0';
		if (is_at(path, mem_printf("%s/libexec/camfence/camfence-%s",
					   self, name)) ||
		    is_at(path, mem_printf("%s/../libexec/camfence/camfence-%s",
					   self, name)))
			return 0;
	}
	fault_input(f, "camfence-%s, which does this, is not installed: %s%s",
		    name, *path ? *path : "", *path ? "" : "no /proc is mounted");
	fault_add(f, "make install brings it; " PLACE_ENV " names another directory to find it in");
	free(*path);
	*path = NULL;
	return CODE_INPUT;
}

/**
 * external_exec() - become an executable
 * @name: as in camfence-NAME
 * @words: what stands behind its name
 * @n: how many
 * @f: what is wrong
 *
 * Return: the exit code, if it does return.
 */
int external_exec(const char *name, const char *const *words, size_t n,
		  struct fault *f)
{
	const char **argv = mem_zalloc((n + 2) * sizeof(*argv));
	char *path;
	int code = external_find(name, &path, f);

	if (!code) {
		argv[0] = path;
		memcpy(argv + 1, words, n * sizeof(*argv));
		fflush(stdout);
		execv(path, (char **)argv);
		code = fault_input(f, "%s: %s", path, strerror(errno));
	}
	free(path);
	free(argv);
	return code;
}
