// SPDX-License-Identifier: GPL-2.0
/*
 * Files become objects in the order in which they are met (config_*.c), each
 * with the place of its name; what only all of them together can get wrong is
 * looked at when they have been sorted (config_check.c). Nothing stops at what
 * is wrong: it is kept, and told at the end.
 */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "parse.h"
#include "reading.h"

static void read_file(struct reading *r, const char *name, bool first);

/**
 * reading_wrongs() - how much is wrong so far?
 * @r: the reading
 *
 * Return: the number.
 */
size_t reading_wrongs(const struct reading *r)
{
	return r->wrongs.n + r->wrongs.more;
}

/**
 * reading_path() - a path as a configuration has it
 * @n: the node that it is from: it is relative to this node's file
 * @path: the path
 *
 * Return: the path as it is opened, to be freed.
 */
char *reading_path(struct node n, const char *path)
{
	const char *slash = strrchr(n.doc->name, '/');

	if (*path == '/' || !slash)
		return mem_strdup(path);
	return mem_printf("%.*s/%s", (int)(slash - n.doc->name), n.doc->name,
			  path);
}

static size_t most(enum objkind kind)
{
	static const size_t limits[] = {
		[KIND_SET] = CAMFENCE_MAX_SETS,
		[KIND_POLICY] = CAMFENCE_MAX_POLICIES,
		[KIND_CAMERA] = CAMFENCE_MAX_CAMERAS,
		[KIND_CATCH] = CAMFENCE_MAX_CAMERAS,
		[KIND_EXEMPTION] = CAMFENCE_MAX_EXEMPTIONS,
	};

	return limits[kind];
}

static void *append(struct ruleset *rs, enum objkind kind)
{
	switch (kind) {
	case KIND_SET:
		return ruleset_add_set(rs);
	case KIND_POLICY:
		return ruleset_add_policy(rs);
	case KIND_CAMERA:
	case KIND_CATCH:
		return ruleset_add_camera(rs, kind);
	default:
		return ruleset_add_exemption(rs);
	}
}

/**
 * reading_add() - a new object
 * @r: the reading
 * @kind: what kind of object
 * @name: its name
 * @at: where it stands
 *
 * Return: the object, good until the next of its kind; NULL if there are too
 * many, which is said.
 */
void *reading_add(struct reading *r, enum objkind kind, const char *name,
		  const struct place *at)
{
	struct config *c = r->config;
	size_t i = c->want.n[kind];
	char **object;

	if (i == most(kind)) {
		if (!(r->overfull >> kind & 1))
			wrongs_add(&r->wrongs, at,
				   "%s \"%s\": there are %zu already, which is all that there can be",
				   kind_name(kind), name, i);
		r->overfull |= 1U << kind;
		return NULL;
	}
	object = append(&c->want, kind);
	*object = mem_strdup(name);
	c->place[kind] = mem_grow(c->place[kind], &r->cap_place[kind], i + 1,
				  sizeof(*c->place[kind]));
	c->place[kind][i] = *at;
	return object;
}

static void read_version(struct node n)
{
	const char *text = node_text(n);

	if (text && strcmp(text, "1"))
		node_wrong(n, "version \"%s\": expected 1, the only one that there is",
			   text);
}

static void read_interface(struct node n, void *arg)
{
	struct reading *r = arg;
	char *name = node_copy(n, parse_iface);

	if (name && !names_have(&r->config->lockdown, name))
		names_add(&r->config->lockdown, name, strlen(name));
	free(name);
}

static void read_nat64(struct node n, void *arg)
{
	struct reading *r = arg;
	const char *text = node_text(n);
	struct fault f = {};

	if (text && settings_add_nat64(&r->config->want.settings, text, &f))
		node_take(n, &f);
}

static void read_site(struct reading *r, struct node n)
{
	char *name = node_copy(n, parse_name);

	if (!name)
		return;
	if (r->site.file) {
		char *first = place_text(&r->site);

		node_wrong(n, "the site's policy is named already, at %s", first);
		free(first);
	}
	r->site = node_place(n);
	r->no_site = !strcmp(name, "none");
	free(r->config->want.settings.site);
	r->config->want.settings.site = r->no_site ? NULL : mem_strdup(name);
	free(name);
}

static void read_include(struct node n, void *arg)
{
	const char *text = node_text(n);
	struct reading *r = arg;
	glob_t found = {};
	char *pattern;
	size_t i;

	if (!text)
		return;
	pattern = reading_path(n, text);
	switch (glob(pattern, 0, NULL, &found)) {
	case 0:
		for (i = 0; i < found.gl_pathc; i++)
			read_file(r, found.gl_pathv[i], false);
		break;
	case GLOB_NOMATCH:
		if (!strpbrk(text, "*?["))
			node_wrong(n, "include \"%s\": %s", text,
				   strerror(ENOENT));
		break;
	default:
		node_wrong(n, "include \"%s\": %s", text, strerror(errno));
	}
	globfree(&found);
	free(pattern);
}

enum section {
	VERSION, INCLUDE, LOCKDOWN, NAT64, SITE, SETS, POLICIES, CATCH,
	CAMERAS, SECTIONS
};

static const char *const sections[SECTIONS] = {
	[VERSION] = "version", [INCLUDE] = "include",
	[LOCKDOWN] = "lockdown", [NAT64] = "nat64", [SITE] = "site",
	[SETS] = "sets", [POLICIES] = "policies", [CATCH] = "catch",
	[CAMERAS] = "cameras",
};

static void read_section(size_t which, struct node n, void *arg)
{
	struct reading *r = arg;

	switch (which) {
	case VERSION:
		return read_version(n);
	case INCLUDE:
		return node_each(n, read_include, r);
	case LOCKDOWN:
		return node_each(n, read_interface, r);
	case NAT64:
		return node_each(n, read_nat64, r);
	case SITE:
		return read_site(r, n);
	case SETS:
		return read_sets(r, n);
	case POLICIES:
		return read_policies(r, n);
	case CATCH:
		return read_catches(r, n);
	case CAMERAS:
		return read_cameras(r, n);
	}
}

static void read_file(struct reading *r, const char *name, bool first)
{
	struct names *files = &r->config->files;
	struct document d;
	struct node root;

	names_add(files, name, strlen(name));
	if (!document_open(&d, files->v[files->n - 1], &r->wrongs))
		return;
	root = document_root(&d);
	if (!(node_keys(root, sections, SECTIONS, read_section, r) &
	      1 << VERSION) && first)
		node_wrong(root, "\"version\" is missing, expected version: 1");
	document_close(&d);
}

/**
 * config_load() - read a configuration
 * @c: where to, zeroed; to be freed in any case
 * @file: its file, "-" is standard input
 * @o: which guards are to be passed
 * @f: all that is wrong, each at its place
 *
 * Needs no kernel.
 *
 * Return: 0 or the exit code.
 */
int config_load(struct config *c, const char *file, const struct options *o,
		struct fault *f)
{
	struct reading r = { .config = c, .force = o->force };

	read_file(&r, file, true);
	reading_finish(&r);
	return wrongs_end(&r.wrongs, f);
}

/**
 * config_free() - free what was read
 * @c: the configuration, empty afterwards
 */
void config_free(struct config *c)
{
	enum objkind kind;
	size_t i;

	for (i = 0; i < c->want.n[KIND_SET]; i++)
		ranges_free(&c->ranges[i]);
	for (kind = 0; kind < KINDS; kind++)
		free(c->place[kind]);
	ruleset_free(&c->want);
	names_free(&c->lockdown);
	names_free(&c->files);
	free(c->ranges);
	free(c->max_age);
	*c = (struct config){};
}
