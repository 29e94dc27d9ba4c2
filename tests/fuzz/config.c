// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a configuration: it is taken, with its objects in order and
 * found by their names, or there is something said about it, each line of which
 * has a place or belongs to the one above. ASan sees what is read beyond its
 * end, LSan what is forgotten.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config.h"

static void check_order(const struct ruleset *rs)
{
	size_t i;

	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &rs->exemption[i];

		if (i && strcmp(e[-1].name, e->name) >= 0)
			abort();
		if (ruleset_find(rs, KIND_EXEMPTION, e->name) != e)
			abort();
		if (e->policy && !ruleset_find(rs, KIND_POLICY, e->policy))
			abort();
	}
	for (i = 0; i < rs->n[KIND_CAMERA]; i++)
		if (!rs->camera[i].n_selectors ||
		    !ruleset_find(rs, KIND_POLICY, rs->camera[i].policy))
			abort();
}

static void check_text(const char *line)
{
	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (*line != '/' && strncmp(line, "  ", 2) &&
		    strncmp(line, "…", strlen("…")))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	int fd = memfd_create("config", 0), code;
	const struct options o = {};
	struct config c = {};
	struct fault f = {};
	char name[32];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	code = config_load(&c, name, &o, &f);
	if (!code == !!f.text)
		abort();
	if (!code)
		check_order(&c.want);
	check_text(f.text);
	config_free(&c);
	fault_clear(&f);
	close(fd);
	return 0;
}
