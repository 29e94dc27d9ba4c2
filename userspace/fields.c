// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "mem.h"
#include "parse.h"
#include "times.h"
#include "words.h"

static struct names *begin(struct fields *f, const char *word)
{
	f->v[f->n].word = word;
	return &f->v[f->n++].values;
}

static void add(struct names *values, const char *text)
{
	if (text && *text)
		names_add(values, text, strlen(text));
}

static void one(struct fields *f, const char *word, const char *text)
{
	add(begin(f, word), text);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A list says the same in any order, and no more if it says it twice. */
static void end(struct names *values)
{
	size_t n = 0, i;

	if (!values->n)
		return;
	qsort(values->v, values->n, sizeof(*values->v), compare);
	for (i = 1; i < values->n; i++) {
		if (strcmp(values->v[n], values->v[i]))
			values->v[++n] = values->v[i];
		else
			free(values->v[i]);
	}
	values->n = n + 1;
}

static void list(struct fields *f, const char *word, const struct names *names)
{
	struct names *values = begin(f, word);

	names_copy(values, names);
	end(values);
}

static void add_ranges(struct names *values, const struct range *r, size_t n)
{
	char buf[RANGE_TEXT];
	size_t i;

	for (i = 0; i < n; i++)
		add(values, range_text(&r[i], buf));
}

static void fields_set(struct fields *f, const struct set *s)
{
	char buf[TIME_TEXT];

	one(f, "source", s->source);
	one(f, "date", s->date ? time_text(s->date, buf) : NULL);
	one(f, "checksum", s->checksum);
}

static void fields_policy(struct fields *f, const struct policy *p)
{
	char buf[LOG_TEXT];

	one(f, "default", default_text(p->default_));
	one(f, "action", action_text(p->action));
	one(f, "log", log_text(p->nflog, buf));
	list(f, "allow", &p->allow);
	list(f, "block", &p->block);
	list(f, "services", &p->services);
	one(f, "comment", p->comment);
}

static void fields_camera(struct fields *f, const struct camera *c)
{
	enum selector_type type;
	char buf[RANGE_TEXT];
	size_t i;

	for (type = 0; type < SELECTORS; type++) {
		struct names *values = begin(f, selector_word(type));

		for (i = 0; i < c->n_selectors; i++)
			if (c->selector[i].type == type)
				add(values, selector_text(&c->selector[i],
							  buf));
		end(values);
	}
	one(f, "policy", c->policy);
	one(f, "shared", c->shared ? "yes" : NULL);
	one(f, "key", c->key);
	one(f, "comment", c->comment);
}

static void remotes(struct fields *f, const struct exemption *e)
{
	struct names *values = begin(f, "remote");
	size_t i;

	add_ranges(values, e->remote, e->n_remotes);
	for (i = 0; i < e->sets.n; i++) {
		char *text = mem_printf("set %s", e->sets.v[i]);

		add(values, text);
		free(text);
	}
	if (e->router)
		add(values, "router");
	end(values);
}

static void ports(struct fields *f, const char *word, const struct ports *p)
{
	struct names *values = begin(f, word);
	char buf[PORT_TEXT];
	size_t i;

	for (i = 0; i < p->n; i++)
		add(values, port_text(&p->v[i], buf));
	end(values);
}

static void icmp_types(struct fields *f, const struct exemption *e)
{
	struct names *values = begin(f, "icmp-type");
	char buf[4];
	size_t i;

	for (i = 0; i < e->n_icmp_types; i++)
		add(values, icmp_type_text(e->proto, e->icmp_type[i], buf));
	end(values);
}

static void fields_exemption(struct fields *f, const struct exemption *e)
{
	char buf[TIME_TEXT], proto[4];

	one(f, "camera", e->camera);
	one(f, "policy", e->policy);
	remotes(f, e);
	one(f, "dir", direction_text(e->dir));
	one(f, "proto", e->proto < 0 ? NULL : proto_text(e->proto, proto));
	ports(f, "port", &e->ports);
	ports(f, "local-port", &e->local_ports);
	icmp_types(f, e);
	one(f, "not-before", e->not_before ? time_text(e->not_before, buf) :
					     NULL);
	one(f, "until", e->until == TIME_FOREVER ? "permanent" :
						   time_text(e->until, buf));
	one(f, "by", e->by);
	one(f, "reason", e->reason);
	one(f, "comment", e->comment);
}

/**
 * fields_of() - all that an object holds
 * @f: where to, zeroed; two objects of a kind have the same words
 * @kind: what kind of object
 * @object: the object
 */
void fields_of(struct fields *f, enum objkind kind, const void *object)
{
	switch (kind) {
	case KIND_SET:
		fields_set(f, object);
		break;
	case KIND_POLICY:
		fields_policy(f, object);
		break;
	case KIND_CAMERA:
	case KIND_CATCH:
		fields_camera(f, object);
		break;
	default:
		fields_exemption(f, object);
	}
}

/**
 * fields_of_settings() - all that settings hold
 * @f: where to, zeroed
 * @s: the settings
 */
void fields_of_settings(struct fields *f, const struct settings *s)
{
	struct names *values;

	one(f, "site", s->site);
	values = begin(f, "nat64");
	add_ranges(values, s->nat64, s->n_nat64);
	end(values);
}

/**
 * fields_equal() - do two objects hold the same?
 * @a: all that the one holds
 * @b: all that the other of its kind holds
 *
 * Return: whether they do.
 */
bool fields_equal(const struct fields *a, const struct fields *b)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (!names_equal(&a->v[i].values, &b->v[i].values))
			return false;
	return true;
}

/**
 * fields_free() - free all of them
 * @f: the fields, none afterwards
 */
void fields_free(struct fields *f)
{
	while (f->n)
		names_free(&f->v[--f->n].values);
}
