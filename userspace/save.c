// SPDX-License-Identifier: GPL-2.0
/*
 * What is written says all that there is, also what a configuration may leave
 * out, so that templates and defaults of another version do not come in. The
 * ranges of a set stand in it: what is kept does not change with other files.
 */
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "cameras.h"
#include "mem.h"
#include "parse.h"
#include "save.h"
#include "times.h"
#include "words.h"

#define WIDTH 100

/*
 * struct saver - a configuration while it is written
 * @failed: what comes is not written any more
 */
struct saver {
	yaml_emitter_t emitter;
	bool failed;
};

static void emit(struct saver *s, yaml_event_t *event, int made)
{
	if (s->failed && made)
		yaml_event_delete(event);
	else if (!s->failed)
		s->failed = !made || !yaml_emitter_emit(&s->emitter, event);
}

/*
 * What no reader takes for anything but text needs no quotes. A letter and
 * letters, digits, dashes behind it, but no word of YAML's own; or an IPv4
 * address, alone, as a prefix, or as a range.
 */
static bool is_plain(const char *text)
{
	static const char *const words[] = {
		"y", "n", "yes", "no", "true", "false", "on", "off", "null",
	};
	static const char digits[] = "0123456789./-";
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *s = text;
	size_t i;

	if (*s >= '0' && *s <= '9' && strchr(s, '.') != strrchr(s, '.'))
		return !s[strspn(s, digits)];
	if (!*s || !strchr(letters, *s))
		return false;
	while (*s && strchr(letters, *s))
		s += 1 + strspn(s + 1, "0123456789-_");
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(text, words[i]))
			return false;
	return !*s;
}

static void put_scalar(struct saver *s, const char *text,
		       yaml_scalar_style_t style)
{
	yaml_event_t event;
	int made = yaml_scalar_event_initialize(&event, NULL, NULL,
						(const yaml_char_t *)text,
						strlen(text), 1, 1, style);

	emit(s, &event, made);
}

static void put(struct saver *s, const char *text)
{
	put_scalar(s, text, is_plain(text) ? YAML_PLAIN_SCALAR_STYLE :
					     YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

/* A word of ours, that is no text. */
static void put_word(struct saver *s, const char *key, const char *word)
{
	put(s, key);
	put_scalar(s, word, YAML_PLAIN_SCALAR_STYLE);
}

static void put_pair(struct saver *s, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	put(s, key);
	put(s, text);
}

static void begin_map(struct saver *s, yaml_mapping_style_t style)
{
	yaml_event_t event;

	emit(s, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL,
							    1, style));
}

static void end_map(struct saver *s)
{
	yaml_event_t event;

	emit(s, &event, yaml_mapping_end_event_initialize(&event));
}

static void begin_list(struct saver *s, const char *key)
{
	yaml_event_t event;
	int made = yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
							YAML_FLOW_SEQUENCE_STYLE);

	put(s, key);
	emit(s, &event, made);
}

static void end_list(struct saver *s)
{
	yaml_event_t event;

	emit(s, &event, yaml_sequence_end_event_initialize(&event));
}

static void put_names(struct saver *s, const char *key,
		      const struct names *names)
{
	size_t i;

	begin_list(s, key);
	for (i = 0; i < names->n; i++)
		put(s, names->v[i]);
	end_list(s);
}

static void put_range(struct saver *s, const struct range *r)
{
	char buf[RANGE_TEXT];

	put(s, range_text(r, buf));
}

static void put_time(struct saver *s, const char *key, u64 time)
{
	char buf[TIME_TEXT];

	put_pair(s, key, time_text(time, buf));
}

static void put_set(struct saver *s, const struct set *set,
		    const struct ranges *r)
{
	size_t i;

	put_pair(s, "from", set->source);
	if (set->date)
		put_time(s, "date", set->date);
	put_pair(s, "checksum", set->checksum);
	begin_list(s, "ranges");
	for (i = 0; i < r->n4; i++)
		put_range(s, &(struct range){ .family = 4, .v4 = r->v4[i] });
	for (i = 0; i < r->n6; i++)
		put_range(s, &(struct range){ .family = 6, .v6 = r->v6[i] });
	end_list(s);
}

static void put_policy(struct saver *s, const struct policy *p)
{
	char buf[LOG_TEXT];

	put_pair(s, "default", default_text(p->default_));
	put_pair(s, "action", action_text(p->action));
	put_pair(s, "log", log_text(p->nflog, buf));
	put_names(s, "allow", &p->allow);
	put_names(s, "block", &p->block);
	put_names(s, "services", &p->services);
	put_pair(s, "comment", p->comment);
}

static void put_selectors(struct saver *s, const struct camera *c,
			  enum selector_type type)
{
	char buf[RANGE_TEXT];
	bool begun = false;
	size_t i;

	for (i = 0; i < c->n_selectors; i++) {
		if (c->selector[i].type != type)
			continue;
		if (!begun)
			begin_list(s, selector_word(type));
		begun = true;
		put(s, selector_text(&c->selector[i], buf));
	}
	if (begun)
		end_list(s);
}

/* Guards are passed for good: what is in force has been meant. */
static void put_camera(struct saver *s, const struct camera *c,
		       enum objkind kind)
{
	struct fault ignored = {};
	enum selector_type type;

	for (type = 0; type < SELECTORS; type++)
		put_selectors(s, c, type);
	put_pair(s, "policy", c->policy);
	if (c->shared)
		put_word(s, "shared", "true");
	if (kind == KIND_CAMERA && camera_check_families(c, 0, &ignored))
		put_word(s, "one-family", "true");
	fault_clear(&ignored);
	put_pair(s, "key", c->key);
	put_pair(s, "comment", c->comment);
}

static void put_ports(struct saver *s, const char *key, const struct ports *p)
{
	char buf[PORT_TEXT];
	size_t i;

	if (!p->n)
		return;
	begin_list(s, key);
	for (i = 0; i < p->n; i++)
		put_scalar(s, port_text(&p->v[i], buf),
			   YAML_PLAIN_SCALAR_STYLE);
	end_list(s);
}

static void put_icmp_types(struct saver *s, const struct exemption *e)
{
	char buf[4];
	size_t i;

	if (!e->n_icmp_types)
		return;
	begin_list(s, "icmp-type");
	for (i = 0; i < e->n_icmp_types; i++)
		put_scalar(s, icmp_type_text(e->proto, e->icmp_type[i], buf),
			   YAML_PLAIN_SCALAR_STYLE);
	end_list(s);
}

static void put_remotes(struct saver *s, const struct exemption *e)
{
	size_t i;

	begin_list(s, "remote");
	if (e->router)
		put(s, "router");
	for (i = 0; i < e->n_remotes; i++)
		put_range(s, &e->remote[i]);
	for (i = 0; i < e->sets.n; i++) {
		begin_map(s, YAML_FLOW_MAPPING_STYLE);
		put_pair(s, "set", e->sets.v[i]);
		end_map(s);
	}
	end_list(s);
}

static void put_exemption(struct saver *s, const struct exemption *e)
{
	char proto[4];

	put_pair(s, "camera", e->camera);
	put_pair(s, "policy", e->policy);
	put_remotes(s, e);
	put_pair(s, "dir", direction_text(e->dir));
	if (e->proto >= 0)
		put_word(s, "proto", proto_text(e->proto, proto));
	put_ports(s, "port", &e->ports);
	put_ports(s, "local-port", &e->local_ports);
	put_icmp_types(s, e);
	if (e->not_before)
		put_time(s, "not-before", e->not_before);
	if (e->until == TIME_FOREVER)
		put_pair(s, "until", "permanent");
	else
		put_time(s, "until", e->until);
	put_pair(s, "by", e->by);
	put_pair(s, "reason", e->reason);
	put_pair(s, "comment", e->comment);
}

static void put_object(struct saver *s, const struct ruleset *rs,
		       enum objkind kind, size_t i, const struct ranges *r)
{
	switch (kind) {
	case KIND_SET:
		put_set(s, &rs->set[i], &r[i]);
		break;
	case KIND_POLICY:
		put_policy(s, &rs->policy[i]);
		break;
	case KIND_CAMERA:
		put_camera(s, &rs->camera[i], kind);
		break;
	case KIND_CATCH:
		put_camera(s, &rs->catch[i], kind);
		break;
	default:
		put_exemption(s, &rs->exemption[i]);
	}
}

static bool is_service(const struct ruleset *rs, enum objkind kind, size_t i)
{
	return kind == KIND_EXEMPTION && rs->exemption[i].is_service;
}

static void put_kind(struct saver *s, const struct ruleset *rs,
		     enum objkind kind, const struct ranges *ranges)
{
	static const char *const sections[] = {
		[KIND_SET] = "sets", [KIND_POLICY] = "policies",
		[KIND_CAMERA] = "cameras", [KIND_CATCH] = "catch",
		[KIND_EXEMPTION] = "exemptions",
	};
	size_t i;

	if (!rs->n[kind])
		return;
	put(s, sections[kind]);
	begin_map(s, YAML_BLOCK_MAPPING_STYLE);
	for (i = 0; i < rs->n[kind]; i++) {
		if (is_service(rs, kind, i))
			continue;
		/* The name is the first member of each. */
		put(s, *(char *const *)ruleset_at(rs, kind, i));
		begin_map(s, kind == KIND_SET ? YAML_BLOCK_MAPPING_STYLE :
						YAML_FLOW_MAPPING_STYLE);
		put_object(s, rs, kind, i, ranges);
		end_map(s);
	}
	end_map(s);
}

static void put_settings(struct saver *s, const struct settings *settings)
{
	size_t i;

	/* A policy called "site" would be the site's. */
	put_pair(s, "site", settings->site ? settings->site : "none");
	if (!settings->n_nat64)
		return;
	begin_list(s, "nat64");
	for (i = 0; i < settings->n_nat64; i++)
		put_range(s, &settings->nat64[i]);
	end_list(s);
}

static void put_ruleset(struct saver *s, const struct ruleset *rs,
			const struct ranges *ranges)
{
	enum objkind kind;
	yaml_event_t event;

	emit(s, &event, yaml_stream_start_event_initialize(&event,
							   YAML_UTF8_ENCODING));
	emit(s, &event, yaml_document_start_event_initialize(&event, NULL, NULL,
							     NULL, 1));
	begin_map(s, YAML_BLOCK_MAPPING_STYLE);
	put_word(s, "version", "1");
	put_settings(s, &rs->settings);
	for (kind = 0; kind < KINDS; kind++)
		put_kind(s, rs, kind, ranges);
	end_map(s);
	emit(s, &event, yaml_document_end_event_initialize(&event, 1));
	emit(s, &event, yaml_stream_end_event_initialize(&event));
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
	struct saver s = {};
	enum objkind kind;
	size_t i;

	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < rs->n[kind]; i++)
			if (!is_service(rs, kind, i) &&
			    check_object(rs, kind, i, f))
				return CODE_INPUT;
	if (!yaml_emitter_initialize(&s.emitter))
		return fault_input(f, "out of memory");
	yaml_emitter_set_output_file(&s.emitter, to);
	yaml_emitter_set_width(&s.emitter, WIDTH);
	yaml_emitter_set_unicode(&s.emitter, 1);
	put_ruleset(&s, rs, ranges);
	yaml_emitter_delete(&s.emitter);
	return s.failed ? fault_input(f, "cannot write the configuration") : 0;
}
