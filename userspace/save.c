// SPDX-License-Identifier: GPL-2.0
/*
 * What is written says all that there is, also what a configuration may leave
 * out, so that templates and defaults of another version do not come in. The
 * ranges of a set stand in it: what is kept does not change with other files.
 */
#include <stdlib.h>
#include <string.h>

#include "cameras.h"
#include "guards.h"
#include "mem.h"
#include "parse.h"
#include "save.h"
#include "times.h"
#include "words.h"
#include "writer.h"

static void put_pair(struct writer *w, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	write_key(w, key);
	write_text(w, text);
}

/* A word of ours, that is no text. */
static void put_word(struct writer *w, const char *key, const char *word)
{
	write_key(w, key);
	write_word(w, word);
}

static void begin_list(struct writer *w, const char *key)
{
	write_key(w, key);
	write_open(w, '[');
}

static void put_names(struct writer *w, const char *key,
		      const struct names *names)
{
	size_t i;

	begin_list(w, key);
	for (i = 0; i < names->n; i++)
		write_item_text(w, names->v[i]);
	write_close(w, ']');
}

static void put_range(struct writer *w, const struct range *r)
{
	char buf[RANGE_TEXT];

	if (r->family == 4)
		write_item_word(w, range_text(r, buf));
	else
		write_item_text(w, range_text(r, buf));
}

static void put_time(struct writer *w, const char *key, u64 time)
{
	char buf[TIME_TEXT];

	put_pair(w, key, time_text(time, buf));
}

static void put_set(struct writer *w, const struct set *set,
		    const struct ranges *r)
{
	char age[SPAN_TEXT];
	size_t i;

	put_pair(w, "from", set->source);
	if (set->date)
		put_time(w, "date", set->date);
	put_pair(w, "checksum", set->checksum);
	if (set->max_age)
		put_word(w, "max-age", span_text(set->max_age, age));
	begin_list(w, "ranges");
	for (i = 0; i < r->n4; i++)
		put_range(w, &(struct range){ .family = 4, .v4 = r->v4[i] });
	for (i = 0; i < r->n6; i++)
		put_range(w, &(struct range){ .family = 6, .v6 = r->v6[i] });
	write_close(w, ']');
}

static void put_policy(struct writer *w, const struct policy *p)
{
	char buf[LOG_TEXT];

	put_pair(w, "default", default_text(p->default_));
	put_pair(w, "action", action_text(p->action));
	put_pair(w, "log", log_text(p->nflog, buf));
	put_names(w, "allow", &p->allow);
	put_names(w, "block", &p->block);
	put_names(w, "services", &p->services);
	put_pair(w, "comment", p->comment);
}

static void put_selectors(struct writer *w, const struct camera *c,
			  enum selector_type type)
{
	char buf[RANGE_TEXT];
	bool begun = false;
	size_t i;

	for (i = 0; i < c->n_selectors; i++) {
		if (c->selector[i].type != type)
			continue;
		if (!begun)
			begin_list(w, selector_word(type));
		begun = true;
		write_item_text(w, selector_text(&c->selector[i], buf));
	}
	if (begun)
		write_close(w, ']');
}

static void put_camera(struct writer *w, const struct camera *c,
		       enum objkind kind)
{
	struct fault ignored = {};
	enum selector_type type;

	for (type = 0; type < SELECTORS; type++)
		put_selectors(w, c, type);
	put_pair(w, "policy", c->policy);
	if (c->shared)
		put_word(w, "shared", "true");
	if (kind == KIND_CAMERA && camera_check_families(c, 0, &ignored))
		put_word(w, "one-family", "true");
	fault_clear(&ignored);
	put_pair(w, "key", c->key);
	put_pair(w, "comment", c->comment);
}

static void put_ports(struct writer *w, const char *key, const struct ports *p)
{
	char buf[PORT_TEXT];
	size_t i;

	if (!p->n)
		return;
	begin_list(w, key);
	for (i = 0; i < p->n; i++)
		write_item_word(w, port_text(&p->v[i], buf));
	write_close(w, ']');
}

static void put_icmp_types(struct writer *w, const struct exemption *e)
{
	char buf[4];
	size_t i;

	if (!e->n_icmp_types)
		return;
	begin_list(w, "icmp-type");
	for (i = 0; i < e->n_icmp_types; i++)
		write_item_word(w, icmp_type_text(e->proto,
						  e->icmp_type[i], buf));
	write_close(w, ']');
}

static void put_remotes(struct writer *w, const struct exemption *e)
{
	size_t i;

	begin_list(w, "remote");
	if (e->router)
		write_item_text(w, "router");
	for (i = 0; i < e->n_remotes; i++)
		put_range(w, &e->remote[i]);
	for (i = 0; i < e->sets.n; i++) {
		write_item_open(w, '{');
		put_pair(w, "set", e->sets.v[i]);
		write_close(w, '}');
	}
	write_close(w, ']');
}

static void put_exemption(struct writer *w, const struct exemption *e)
{
	char proto[4];

	put_pair(w, "camera", e->camera);
	put_pair(w, "policy", e->policy);
	put_remotes(w, e);
	put_pair(w, "dir", direction_text(e->dir));
	if (e->proto >= 0)
		put_word(w, "proto", proto_text(e->proto, proto));
	put_ports(w, "port", &e->ports);
	put_ports(w, "local-port", &e->local_ports);
	put_icmp_types(w, e);
	if (e->not_before)
		put_time(w, "not-before", e->not_before);
	if (e->until == TIME_FOREVER)
		put_pair(w, "until", "permanent");
	else
		put_time(w, "until", e->until);
	put_pair(w, "by", e->by);
	put_pair(w, "reason", e->reason);
	put_pair(w, "comment", e->comment);
}

static void put_object(struct writer *w, const struct ruleset *rs,
		       enum objkind kind, size_t i, const struct ranges *r)
{
	switch (kind) {
	case KIND_SET:
		put_set(w, &rs->set[i], &r[i]);
		break;
	case KIND_POLICY:
		put_policy(w, &rs->policy[i]);
		break;
	case KIND_CAMERA:
		put_camera(w, &rs->camera[i], kind);
		break;
	case KIND_CATCH:
		put_camera(w, &rs->catch[i], kind);
		break;
	default:
		put_exemption(w, &rs->exemption[i]);
	}
}

static bool is_service(const struct ruleset *rs, enum objkind kind, size_t i)
{
	return kind == KIND_EXEMPTION && rs->exemption[i].is_service;
}

static void put_force(struct writer *w, unsigned int meant)
{
	enum guard which;

	if (!meant)
		return;
	begin_list(w, "force");
	for (which = 0; which < GUARDS; which++)
		if (guard_forced(meant, which))
			write_item_text(w, guard_name(which));
	write_close(w, ']');
}

static void put_kind(struct writer *w, const struct ruleset *rs,
		     enum objkind kind, const struct ranges *ranges,
		     const unsigned int *meant)
{
	static const char *const sections[] = {
		[KIND_SET] = "sets", [KIND_POLICY] = "policies",
		[KIND_CAMERA] = "cameras", [KIND_CATCH] = "catch",
		[KIND_EXEMPTION] = "exemptions",
	};
	size_t i;

	if (!rs->n[kind])
		return;
	write_key(w, sections[kind]);
	w->depth++;
	for (i = 0; i < rs->n[kind]; i++) {
		if (is_service(rs, kind, i))
			continue;
		/* The name is the first member of each. */
		write_key(w, *(char *const *)ruleset_at(rs, kind, i));
		if (kind == KIND_SET)
			w->depth++;
		else
			write_open(w, '{');
		put_object(w, rs, kind, i, ranges);
		put_force(w, meant[i]);
		if (kind == KIND_SET)
			w->depth--;
		else
			write_close(w, '}');
	}
	w->depth--;
}

static void put_settings(struct writer *w, const struct settings *settings)
{
	size_t i;

	/* A policy called "site" would be the site's. */
	put_pair(w, "site", settings->site ? settings->site : "none");
	if (!settings->n_nat64)
		return;
	begin_list(w, "nat64");
	for (i = 0; i < settings->n_nat64; i++)
		put_range(w, &settings->nat64[i]);
	write_close(w, ']');
}

static void texts_of(enum objkind kind, const void *object,
		     const char *text[3])
{
	const struct exemption *e = object;
	const struct policy *p = object;
	const struct camera *c = object;
	const struct set *s = object;

	switch (kind) {
	case KIND_SET:
		text[0] = s->source;
		text[1] = s->checksum;
		break;
	case KIND_POLICY:
		text[0] = p->comment;
		break;
	case KIND_CAMERA:
	case KIND_CATCH:
		text[0] = c->key;
		text[1] = c->comment;
		break;
	default:
		text[0] = e->by;
		text[1] = e->reason;
		text[2] = e->comment;
	}
}

/* Over netlink one may put what the tool takes from nobody. */
static int check_object(const struct ruleset *rs, enum objkind kind, size_t i,
			struct fault *f)
{
	const void *object = ruleset_at(rs, kind, i);
	const char *text[3] = {}, *name, *wrong;
	size_t k;

	/* The name is the first member of each. */
	name = *(char *const *)object;
	wrong = parse_name(name);
	texts_of(kind, object, text);
	for (k = 0; k < 3 && !wrong; k++)
		if (text[k] && *text[k])
			wrong = parse_text(text[k]);
	if (!wrong)
		return 0;
	fault_input(f, "%s \"%s\": cannot be written into a configuration: %s",
		    kind_name(kind), name, wrong);
	fault_add(f, "another program has put it; delete it first");
	return CODE_INPUT;
}

static int save(FILE *to, const struct ruleset *rs, const struct ranges *ranges,
		unsigned int *const *meant, bool settings, struct fault *f)
{
	struct writer w = { .to = to };
	enum objkind kind;
	size_t i;

	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < rs->n[kind]; i++)
			if (!is_service(rs, kind, i) &&
			    check_object(rs, kind, i, f))
				return CODE_INPUT;
	put_word(&w, "version", "1");
	if (settings)
		put_settings(&w, &rs->settings);
	for (kind = 0; kind < KINDS; kind++)
		put_kind(&w, rs, kind, ranges, meant[kind]);
	write_end(&w);
	return 0;
}

/**
 * save_ruleset() - write a ruleset as the configuration that leads to it
 * @to: where to
 * @rs: the ruleset
 * @ranges: of its sets
 * @f: what is wrong; then nothing has been written
 *
 * Whether all of it could be written is for the caller to see.
 *
 * Return: 0 or the exit code.
 */
int save_ruleset(FILE *to, const struct ruleset *rs,
		 const struct ranges *ranges, struct fault *f)
{
	unsigned int *meant[KINDS];
	int code;

	/* What is in force has been meant. */
	guards_meant(rs, ranges, meant);
	code = save(to, rs, ranges, meant, true, f);
	guards_meant_free(meant);
	return code;
}

/**
 * save_objects() - write objects as a part of a configuration
 * @to: where to
 * @rs: the objects; its options are left out
 * @ranges: of its sets
 * @meant: of the objects of each kind, bit for each guard to be passed for good
 * @f: as of save_ruleset()
 *
 * Return: 0 or the exit code.
 */
int save_objects(FILE *to, const struct ruleset *rs,
		 const struct ranges *ranges, unsigned int *const *meant,
		 struct fault *f)
{
	return save(to, rs, ranges, meant, false, f);
}
