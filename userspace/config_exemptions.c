// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "exemptions.h"
#include "parse.h"
#include "reading.h"
#include "words.h"

/* The keys are the words of a command and this one. */
#define FORCE EXEMPTION_WORDS

/*
 * struct exemption_reading - an exemption while it is read
 * @which: whose values are being read
 */
struct exemption_reading {
	struct reading *r;
	struct written w;
	enum exemption_word which;
};

static void take(struct node n, void *arg)
{
	struct exemption_reading *x = arg;
	const char *text = node_text(n);
	struct fault f = {};

	if (text && exemption_take(&x->w, x->which, text, 0, &f))
		node_take(n, &f);
}

static void take_set(struct node n, void *arg)
{
	struct exemption_reading *x = arg;
	const char *text = node_text(n);
	struct fault f = {};

	if (text && exemption_take_set(&x->w, text, &f))
		node_take(n, &f);
}

static void take_sets(size_t which, struct node n, void *arg)
{
	(void)which;
	node_some(n, take_set, arg);
}

/* An address, a prefix, "router", or {set: NAME} */
static void read_remote(struct node n, void *arg)
{
	static const char *const keys[] = { "set" };

	if (node_is_map(n) && !node_is_cut(n))
		node_keys(n, keys, 1, take_sets, arg);
	else
		take(n, arg);
}

/* "+30d" would begin anew each time that the configuration is applied. */
static void read_time(struct node n, struct exemption_reading *x)
{
	const char *text = node_text(n);

	if (text && *text == '+')
		node_wrong(n, "%s \"%s\": from when on? expected a day such as 2031-12-31",
			   exemption_words[x->which], text);
	else if (text)
		take(n, x);
}

static void read_dir(struct node n, struct exemption *e)
{
	size_t which;

	if (node_choice(n, direction_words, DIRECTIONS, &which))
		e->dir = which;
}

static void read_key(size_t which, struct node n, void *arg)
{
	struct exemption_reading *x = arg;
	char **text = exemption_text(x->w.e, which);

	if (which == FORCE)
		return read_force(x->r, KIND_EXEMPTION, n);

	x->which = which;
	switch (which) {
	case EXEMPTION_CAMERA:
	case EXEMPTION_POLICY:
		*text = node_copy(n, parse_name);
		return;
	case EXEMPTION_REMOTE:
		return node_some(n, read_remote, x);
	case EXEMPTION_DIR:
		return read_dir(n, x->w.e);
	case EXEMPTION_PROTO:
		return take(n, x);
	case EXEMPTION_NOT_BEFORE:
	case EXEMPTION_UNTIL:
		return read_time(n, x);
	case EXEMPTION_REASON:
	case EXEMPTION_BY:
	case EXEMPTION_COMMENT:
		*text = node_copy(n, parse_text);
		return;
	default:
		return node_some(n, take, x);
	}
}

static void say_missing(struct node key, const char *name,
			const struct written *w)
{
	const char *missing;
	unsigned int which;

	for (missing = exemption_missing(w, 0, &which); missing;
	     missing = exemption_missing(w, which + 1, &which))
		node_wrong(key, "exemption \"%s\": %s is missing", name,
			   missing);
}

static void read_exemption(const char *name, struct node key,
			   struct node value, void *arg)
{
	const char *keys[EXEMPTION_WORDS + 1];
	struct reading *r = arg;
	struct place at = node_place(key);
	struct exemption_reading x = {
		.r = r,
		.w.e = reading_add(r, KIND_EXEMPTION, name, &at),
	};
	size_t before = reading_wrongs(r);
	struct fault f = {};

	if (!x.w.e)
		return;
	memcpy(keys, exemption_words, sizeof(exemption_words));
	keys[FORCE] = "force";
	x.w.given = node_keys(value, keys, EXEMPTION_WORDS + 1, read_key, &x);
	say_missing(key, name, &x.w);
	if (reading_wrongs(r) == before && exemption_finish(&x.w, &f)) {
		fault_prefix(&f, CODE_INPUT, "exemption \"%s\": ", name);
		node_take(key, &f);
	}
	names_free(&x.w.icmp_types);
	reading_weigh(r, KIND_EXEMPTION, x.w.e->n_remotes, &at);
}

/**
 * read_exemptions() - the section "exemptions"
 * @r: the reading
 * @n: what is in it
 */
void read_exemptions(struct reading *r, struct node n)
{
	node_names(n, read_exemption, r);
}
