// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "cameras.h"
#include "inventory.h"
#include "mem.h"
#include "parse.h"
#include "reading.h"
#include "suggest.h"

/* What a column may be; the selectors' words are those of enum selector_type. */
enum role { NAME = SELECTORS, POLICY, KEY, COMMENT, OWNER, ROLES };

static const char *const roles[ROLES] = {
	[SELECT_MAC] = "mac", [SELECT_ADDR] = "addr", [SELECT_NET] = "net",
	[SELECT_OUI] = "oui", [SELECT_IIF] = "iif", [NAME] = "name",
	[POLICY] = "policy", [KEY] = "key", [COMMENT] = "comment",
	[OWNER] = "owner",
};

enum word { W_FILE, W_COLUMNS, W_POLICY, W_SHARED, W_ONE_FAMILY, WORDS };

static const char *const keys[WORDS] = {
	[W_FILE] = "file", [W_COLUMNS] = "columns", [W_POLICY] = "policy",
	[W_SHARED] = "shared", [W_ONE_FAMILY] = "one-family",
};

#define NO_COLUMN SIZE_MAX
#define CELL_MAX 1024

/*
 * struct entry - an inventory of the configuration
 * @header: of each role's column, NULL where none is named
 * @column: of each role, NO_COLUMN where there is none
 * @policy: of rows that name none
 * @shared: of all rows
 * @one_family: likewise
 */
struct entry {
	struct reading *r;
	char *file;
	struct node header[ROLES];
	size_t column[ROLES];
	char *policy;
	bool shared;
	bool one_family;
};

static void read_column(size_t which, struct node n, void *arg)
{
	struct entry *e = arg;

	if (node_text(n))
		e->header[which] = n;
}

static void read_key(size_t which, struct node n, void *arg)
{
	struct entry *e = arg;
	const char *text;

	switch (which) {
	case W_FILE:
		text = node_text(n);
		e->file = text ? reading_path(n, text) : NULL;
		return;
	case W_COLUMNS:
		node_keys(n, roles, ROLES, read_column, e);
		return;
	case W_POLICY:
		e->policy = node_copy(n, parse_name);
		return;
	case W_SHARED:
		e->shared = node_bool(n);
		return;
	case W_ONE_FAMILY:
		e->one_family = node_bool(n);
	}
}

static size_t find_column(const struct names *headers, const char *header)
{
	size_t i;

	for (i = 0; i < headers->n; i++)
		if (!strcmp(headers->v[i], header))
			return i;
	return NO_COLUMN;
}

/* A role that no column is named for has that of its own name. */
static bool find_columns(struct inventory *inv)
{
	const struct names *h = &inv->headers;
	struct entry *e = inv->arg;
	char near[SUGGEST_TEXT];
	bool good = true;
	size_t i;

	for (i = 0; i < ROLES; i++) {
		struct node n = e->header[i];
		const char *header = n.yaml ? node_text(n) : roles[i];

		e->column[i] = find_column(h, header);
		if (e->column[i] != NO_COLUMN || !n.yaml)
			continue;
		suggest(header, (const char *const *)h->v, h->n, near);
		node_wrong(n, "there is no column \"%s\" in %s%s", header,
			   inv->file, near);
		good = false;
	}
	return good;
}

static const char *cell(const struct entry *e, const struct names *fields,
			size_t role)
{
	size_t column = e->column[role];
	const char *text = column == NO_COLUMN ? "" : fields->v[column];

	return *text ? text : NULL;
}

/* Several values may stand in a cell. */
static void take_selectors(struct entry *e, const struct place *at,
			   struct camera *c, enum selector_type type,
			   const char *text)
{
	static const char marks[] = " \t\r\n,;";
	struct fault f = {};

	for (text += strspn(text, marks); *text;
	     text += strspn(text, marks)) {
		size_t len = strcspn(text, marks);
		char *value = mem_strndup(text, len);

		if (camera_take(c, KIND_CAMERA, type, value, &f))
			wrongs_take(&e->r->wrongs, at, &f);
		free(value);
		text += len;
	}
}

/* A name for what has none: 00-00-5e-00-53-01 */
static char *make_name(const struct entry *e, const struct names *fields)
{
	const char *text = cell(e, fields, NAME);
	char *name, *c;
	size_t type;

	if (text)
		return mem_strdup(text);
	for (type = 0; type < SELECTORS && !text; type++)
		text = cell(e, fields, type);
	if (!text)
		return NULL;
	name = mem_strndup(text, strcspn(text, " \t\r\n,;"));
	for (c = name; *c; c++)
		if (*c == ':' || *c == '/')
			*c = '-';
	return name;
}

static void fill(struct entry *e, const struct place *at, struct camera *c,
		 const struct names *fields)
{
	const struct {
		size_t role;
		char **to;
		const char *(*parse)(const char *s);
	} texts[] = {
		{ POLICY, &c->policy, parse_name },
		{ KEY, &c->key, parse_text },
		{ COMMENT, &c->comment, parse_text },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *text = cell(e, fields, texts[i].role);
		const char *wrong = text ? texts[i].parse(text) : NULL;

		if (wrong)
			wrongs_add(&e->r->wrongs, at, "%s \"%s\": %s",
				   roles[texts[i].role], text, wrong);
		else
			*texts[i].to = mem_strdup(text);
	}
	if (!c->policy)
		c->policy = mem_strdup(e->policy);
	c->shared = e->shared;
	for (i = 0; i < SELECTORS; i++)
		if (cell(e, fields, i))
			take_selectors(e, at, c, i, cell(e, fields, i));
}

static bool is_short(const struct entry *e, const struct place *at,
		     const struct names *fields)
{
	size_t i;

	for (i = 0; i < ROLES; i++) {
		const char *text = cell(e, fields, i);

		if (!text || strlen(text) <= CELL_MAX)
			continue;
		wrongs_add(&e->r->wrongs, at, "%s: %zu bytes, expected at most %d",
			   roles[i], strlen(text), CELL_MAX);
		return false;
	}
	return true;
}

static void take_row(struct inventory *inv, unsigned int line,
		     const struct names *fields)
{
	struct place at = { .file = inv->file, .line = line };
	struct entry *e = inv->arg;
	size_t before = reading_wrongs(e->r);
	struct camera *c = NULL;
	const char *wrong;
	char *name;

	if (!is_short(e, &at, fields))
		return;
	name = make_name(e, fields);
	wrong = name ? parse_name(name) : NULL;
	if (!name)
		wrongs_add(inv->wrongs, &at, "no name, nor anything that the camera is known by");
	else if (wrong)
		wrongs_add(inv->wrongs, &at, "name \"%s\": %s", name, wrong);
	else
		c = reading_add(e->r, KIND_CAMERA, name, &at);
	free(name);
	if (!c)
		return;
	fill(e, &at, c, fields);
	if (reading_wrongs(e->r) == before)
		camera_read(e->r, KIND_CAMERA,
			    e->r->config->want.n[KIND_CAMERA] - 1,
			    e->one_family);
}

static void read_entry(struct node n, void *arg)
{
	struct reading *r = arg;
	struct entry e = { .r = r };
	struct inventory inv = {
		.begin = find_columns, .row = take_row, .arg = &e,
		.wrongs = &r->wrongs,
	};
	unsigned int given = node_keys(n, keys, WORDS, read_key, &e);

	if (!(given & 1 << W_FILE))
		node_wrong(n, "inventory: \"file\" is missing");
	if (e.file) {
		inv.file = reading_file(r, e.file);
		inventory_read(&inv);
	}
	free(e.file);
	free(e.policy);
}

/**
 * read_inventory() - the section "inventory"
 * @r: the reading
 * @n: what is in it: one file, or a list of them
 */
void read_inventory(struct reading *r, struct node n)
{
	node_each(n, read_entry, r);
}
