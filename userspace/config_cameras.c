// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "cameras.h"
#include "guard.h"
#include "mem.h"
#include "parse.h"
#include "reading.h"

/* The selectors' words are those of enum selector_type. */
enum word { POLICY = SELECTORS, KEY, COMMENT, SHARED, ONE_FAMILY, WORDS };

static const char *const camera_keys[WORDS] = {
	[SELECT_MAC] = "mac", [SELECT_ADDR] = "addr", [SELECT_NET] = "net",
	[SELECT_OUI] = "oui", [SELECT_IIF] = "iif", [POLICY] = "policy",
	[KEY] = "key", [COMMENT] = "comment", [SHARED] = "shared",
	[ONE_FAMILY] = "one-family",
};

enum catch_word {
	CATCH_OUI, CATCH_IIF, CATCH_BRAND, CATCH_POLICY, CATCH_KEY,
	CATCH_COMMENT, CATCH_SHARED, CATCH_WORDS
};

static const char *const catch_keys[CATCH_WORDS] = {
	[CATCH_OUI] = "oui", [CATCH_IIF] = "iif", [CATCH_BRAND] = "brand",
	[CATCH_POLICY] = "policy", [CATCH_KEY] = "key",
	[CATCH_COMMENT] = "comment", [CATCH_SHARED] = "shared",
};

static const char no_brands[] =
	"brand: there is no table of brands yet\n"
	"write the first digits of their MAC addresses: oui: [00:00:5e]";

/*
 * struct camera_reading - a camera or catch while it is read
 * @type: of the selectors that are being read
 * @one_family: it may be known over one family only
 */
struct camera_reading {
	enum objkind kind;
	struct camera *camera;
	enum selector_type type;
	bool one_family;
};

static void read_selector(struct node n, void *arg)
{
	struct camera_reading *x = arg;
	const char *text = node_text(n);
	struct fault f = {};

	if (text && camera_take(x->camera, x->kind, x->type, text, &f))
		node_take(n, &f);
}

static void read_key(size_t which, struct node n, void *arg)
{
	struct camera_reading *x = arg;
	struct camera *c = x->camera;

	switch (which) {
	case POLICY:
		c->policy = node_copy(n, parse_name);
		return;
	case KEY:
		c->key = node_copy(n, parse_text);
		return;
	case COMMENT:
		c->comment = node_copy(n, parse_text);
		return;
	case SHARED:
		c->shared = node_bool(n);
		return;
	case ONE_FAMILY:
		x->one_family = node_bool(n);
		return;
	}
	x->type = which;
	node_some(n, read_selector, x);
}

static void read_catch_key(size_t which, struct node n, void *arg)
{
	static const size_t as_camera[CATCH_WORDS] = {
		[CATCH_OUI] = SELECT_OUI, [CATCH_IIF] = SELECT_IIF,
		[CATCH_POLICY] = POLICY, [CATCH_KEY] = KEY,
		[CATCH_COMMENT] = COMMENT, [CATCH_SHARED] = SHARED,
	};

	if (which == CATCH_BRAND)
		node_wrong(n, "%s", no_brands);
	else
		read_key(as_camera[which], n, arg);
}

/**
 * camera_read() - what only all of a camera can get wrong
 * @r: the reading
 * @kind: KIND_CAMERA or KIND_CATCH
 * @i: which one
 * @one_family: it may be known over one family only
 */
void camera_read(struct reading *r, enum objkind kind, size_t i,
		 bool one_family)
{
	const struct camera *c = kind == KIND_CATCH ?
		&r->config->want.catch[i] : &r->config->want.camera[i];
	const struct place *at = &r->config->place[kind][i];
	struct fault f = {};

	reading_weigh(r, kind, c->n_selectors, at);
	if (!c->n_selectors)
		wrongs_add(&r->wrongs, at, "%s \"%s\": nothing that it is known by, expected %s",
			   kind_name(kind), c->name, kind == KIND_CATCH ?
			   "oui or iif" : "mac, addr, net, oui or iif");
	if (!c->policy)
		wrongs_add(&r->wrongs, at,
			   "%s \"%s\": \"policy\" is missing, such as policy: geoblock",
			   kind_name(kind), c->name);
	if (one_family || !camera_check_families(c, 0, &f))
		return;
	if (guard_forced(r->force, GUARD_ONE_FAMILY)) {
		r->config->passed |= 1 << GUARD_ONE_FAMILY;
		fault_clear(&f);
		return;
	}
	fault_add(&f, "or for good: one-family: true");
	wrongs_take(&r->wrongs, at, &f);
}

static void read_one(struct reading *r, enum objkind kind, const char *name,
		     struct node key, struct node value)
{
	struct place at = node_place(key);
	struct camera_reading x = {
		.kind = kind, .camera = reading_add(r, kind, name, &at),
	};
	size_t before = reading_wrongs(r);

	if (!x.camera)
		return;
	if (kind == KIND_CATCH)
		node_keys(value, catch_keys, CATCH_WORDS, read_catch_key, &x);
	else
		node_keys(value, camera_keys, WORDS, read_key, &x);
	if (reading_wrongs(r) == before)
		camera_read(r, kind, r->config->want.n[kind] - 1,
			    x.one_family);
}

static void read_camera(const char *name, struct node key, struct node value,
			void *arg)
{
	read_one(arg, KIND_CAMERA, name, key, value);
}

static void read_catch(const char *name, struct node key, struct node value,
		       void *arg)
{
	read_one(arg, KIND_CATCH, name, key, value);
}

/**
 * read_cameras() - the section "cameras"
 * @r: the reading
 * @n: what is in it
 */
void read_cameras(struct reading *r, struct node n)
{
	node_names(n, read_camera, r);
}

/**
 * read_catches() - the section "catch"
 * @r: the reading
 * @n: what is in it
 */
void read_catches(struct reading *r, struct node n)
{
	node_names(n, read_catch, r);
}
