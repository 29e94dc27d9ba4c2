// SPDX-License-Identifier: GPL-2.0
/*
 * Files become objects in the order in which they are met (config_*.c), each
 * with the place of its name; what only all of them together can get wrong is
 * looked at when they have been sorted (config_check.c). Nothing stops at what
 * is wrong: it is kept, and told at the end.
 */
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "guard.h"
#include "lockdown.h"
#include "mem.h"
#include "parse.h"
#include "reading.h"
#include "show.h"
#include "times.h"

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

	/* "-" is standard input to what opens it. */
	if (!strcmp(path, "-") && !slash)
		return mem_strdup("./-");
	if (*path == '/' || !slash)
		return mem_strdup(path);
	return mem_printf("%.*s/%s", (int)(slash - n.doc->name), n.doc->name,
			  path);
}

/**
 * reading_file() - a file that is read
 * @r: the reading
 * @name: its name
 *
 * Return: the name, good as long as the configuration is.
 */
const char *reading_file(struct reading *r, const char *name)
{
	struct names *files = &r->config->files;

	names_add(files, name, strlen(name));
	return files->v[files->n - 1];
}

/* To the kernel a catch is a camera, and they are counted together. */
static size_t how_many(const struct ruleset *rs, enum objkind kind)
{
	if (kind == KIND_CAMERA || kind == KIND_CATCH)
		return rs->n[KIND_CAMERA] + rs->n[KIND_CATCH];
	return rs->n[kind];
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

/* Said once; what would come behind it is not read. */
static void overflow(struct reading *r, enum objkind kind,
		     const struct place *at, size_t limit, const char *what)
{
	if (!(r->overfull >> kind & 1))
		wrongs_add(&r->wrongs, at, "more than %zu %s, which is all that there can be",
			   limit, what);
	r->overfull |= 1U << kind;
}

/**
 * reading_weigh() - count what an object consists of
 * @r: the reading
 * @kind: what kind of object
 * @n: how many ranges, selectors or prefixes it has
 * @at: where it stands
 *
 * An alias makes many of few, so that this cannot wait until all is read.
 */
void reading_weigh(struct reading *r, enum objkind kind, size_t n,
		   const struct place *at)
{
	static const struct {
		size_t limit;
		const char *what;
	} of[KINDS] = {
		[KIND_SET] = { CAMFENCE_MAX_RANGES, "ranges" },
		[KIND_CAMERA] = { CAMFENCE_MAX_ALL_SELECTORS, "selectors" },
		[KIND_CATCH] = { CAMFENCE_MAX_ALL_SELECTORS, "selectors" },
		[KIND_EXEMPTION] = { CAMFENCE_MAX_PREFIXES, "prefixes" },
	};
	enum objkind with = kind == KIND_CATCH ? KIND_CAMERA : kind;

	r->weight[with] += n;
	if (r->weight[with] > of[kind].limit)
		overflow(r, kind, at, of[kind].limit, of[kind].what);
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

	if (how_many(&c->want, kind) >= most(kind))
		overflow(r, kind, at, most(kind), kind_plural(kind));
	if (r->overfull >> kind & 1)
		return NULL;
	object = ruleset_append(&c->want, kind);
	*object = mem_strdup(name);
	c->place[kind] = mem_grow(c->place[kind], &r->cap_place[kind], i + 1,
				  sizeof(*c->place[kind]));
	c->place[kind][i] = *at;
	c->meant[kind] = mem_grow(c->meant[kind], &r->cap_meant[kind], i + 1,
				  sizeof(*c->meant[kind]));
	c->meant[kind][i] = 0;
	return object;
}

/*
 * struct forcing - guards while they are read
 * @force: those that are to be passed
 */
struct forcing {
	enum objkind kind;
	unsigned int *force;
};

static void read_guard(struct node n, void *arg)
{
	const char *text = node_text(n);
	struct forcing *x = arg;
	unsigned int one = 0;
	struct fault f = {};

	if (!text)
		return;
	if (guard_parse_one(text, x->kind, &one, &f))
		node_take(n, &f);
	*x->force |= one;
}

/**
 * read_force() - guards that are to be passed for good
 * @r: the reading
 * @kind: of the object, the last of its kind
 * @n: the value of its "force"
 */
void read_force(struct reading *r, enum objkind kind, struct node n)
{
	struct config *c = r->config;
	struct forcing x = { kind, &c->meant[kind][c->want.n[kind] - 1] };

	node_some(n, read_guard, &x);
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
	struct names *lockdown = &((struct reading *)arg)->config->lockdown;
	char *name = node_copy(n, parse_lockdown);

	if (!name || names_have(lockdown, name))
		;
	else if (lockdown->n < LOCKDOWN_MOST)
		names_add(lockdown, name, strlen(name));
	else
		node_wrong(n, "\"%s\": more than %u interfaces, which is all that can be closed",
			   name, LOCKDOWN_MOST);
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

static void read_max_validity(struct reading *r, struct node n)
{
	const char *text = node_text(n);
	struct fault f = {};

	if (r->validity.file) {
		char *first = place_text(&r->validity);

		node_wrong(n, "max-validity is said already, at %s", first);
		free(first);
	}
	r->validity = node_place(n);
	if (!text || !parse_span(text, &r->max_validity, &f))
		return;
	fault_prefix(&f, CODE_INPUT, "max-validity ");
	node_take(n, &f);
}

/* The same file again, by whatever name, would be a loop or all of it twice. */
static bool is_new(struct reading *r, struct node n, const char *name)
{
	struct stat st;
	size_t i;

	if (stat(name, &st))
		return true;
	for (i = 0; i < r->n_identities; i++) {
		const struct identity *id = &r->identity[i];

		if (id->dev != st.st_dev || id->ino != st.st_ino)
			continue;
		node_wrong(n, "include: %s is read already", name);
		return false;
	}
	return true;
}

static void remember(struct reading *r, const char *name)
{
	struct stat st;

	if (stat(name, &st))
		return;
	if (st.st_mtime > 0 && (u64)st.st_mtime > r->newest)
		r->newest = st.st_mtime;
	r->identity = mem_grow(r->identity, &r->cap_identities,
			       r->n_identities + 1, sizeof(*r->identity));
	r->identity[r->n_identities++] = (struct identity){
		st.st_dev, st.st_ino
	};
}

static void read_found(struct reading *r, struct node n, const char *name)
{
	const struct stand_in *s = r->config->stand_in;

	if (s && s->file && !strcmp(name, s->path))
		return;
	if (is_new(r, n, name))
		read_file(r, name, false);
}

static void read_stand_in(struct reading *r, const char *pattern)
{
	struct stand_in *s = r->config->stand_in;

	if (!s || s->met || fnmatch(pattern, s->path, FNM_PATHNAME))
		return;
	s->met = true;
	if (s->file)
		read_file(r, s->file, false);
}

static void read_include(struct node n, void *arg)
{
	const char *text = node_text(n);
	struct reading *r = arg;
	glob_t found = {};
	char *pattern;
	int failed;
	size_t i;

	if (!text)
		return;
	pattern = reading_path(n, text);
	failed = glob(pattern, 0, NULL, &found);
	for (i = 0; i < found.gl_pathc && !failed; i++)
		read_found(r, n, found.gl_pathv[i]);
	read_stand_in(r, pattern);
	/* A directory of parts may have none yet. */
	if (failed && (failed != GLOB_NOMATCH || !strpbrk(text, "*?[")))
		node_wrong(n, "include: %s: %s", pattern, strerror(errno));
	globfree(&found);
	free(pattern);
}

enum section {
	VERSION, INCLUDE, LOCKDOWN, NAT64, SITE, MAX_VALIDITY, SETS, POLICIES,
	CATCH, INVENTORY, CAMERAS, EXEMPTIONS, SECTIONS
};

static const char *const sections[SECTIONS] = {
	[VERSION] = "version", [INCLUDE] = "include",
	[LOCKDOWN] = "lockdown", [NAT64] = "nat64", [SITE] = "site",
	[MAX_VALIDITY] = "max-validity", [SETS] = "sets",
	[POLICIES] = "policies", [CATCH] = "catch",
	[INVENTORY] = "inventory", [CAMERAS] = "cameras",
	[EXEMPTIONS] = "exemptions",
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
	case MAX_VALIDITY:
		return read_max_validity(r, n);
	case SETS:
		return read_sets(r, n);
	case POLICIES:
		return read_policies(r, n);
	case CATCH:
		return read_catches(r, n);
	case INVENTORY:
		return read_inventory(r, n);
	case CAMERAS:
		return read_cameras(r, n);
	case EXEMPTIONS:
		return read_exemptions(r, n);
	}
}

static void read_file(struct reading *r, const char *name, bool first)
{
	unsigned int given;
	struct document d;
	struct node root;

	remember(r, name);
	if (document_open(&d, reading_file(r, name), &r->wrongs)) {
		root = document_root(&d);
		given = node_keys(root, sections, SECTIONS, read_section, r);
		if (first && !(given & 1 << VERSION))
			node_wrong(root, "\"version\" is missing, expected version: 1");
	}
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
	free(r.identity);
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
	for (kind = 0; kind < KINDS; kind++) {
		free(c->place[kind]);
		free(c->meant[kind]);
	}
	ruleset_free(&c->want);
	names_free(&c->added);
	names_free(&c->lockdown);
	names_free(&c->files);
	free(c->ranges);
	*c = (struct config){};
}
