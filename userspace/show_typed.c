// SPDX-License-Identifier: GPL-2.0
/* A ruleset's objects as they would be typed, a line each. */
#include <stdio.h>
#include <stdlib.h>

#include "parse.h"
#include "show.h"
#include "times.h"
#include "words.h"

/* A keyword and its value, after others. */
static void print_word(const char *keyword, const char *text)
{
	char *quoted;

	if (!text)
		return;
	quoted = out_quoted(text);
	printf(" %s %s", keyword, quoted);
	free(quoted);
}

static void print_owned(const char *keyword, char *text)
{
	if (*text)
		print_word(keyword, text);
	free(text);
}

static void print_first(enum objkind kind, const char *name)
{
	char *quoted = out_quoted(name);

	printf("%s %s", kind_name(kind), quoted);
	free(quoted);
}

static void typed_set(const struct set *s)
{
	char buf[TIME_TEXT];

	print_first(KIND_SET, s->name);
	printf(" ranges4 %u ranges6 %u", s->n4, s->n6);
	print_word("source", s->source);
	if (s->date)
		printf(" date %s", time_text(s->date, buf));
}

static void typed_policy(const struct policy *p)
{
	char buf[LOG_TEXT];

	print_first(KIND_POLICY, p->name);
	printf(" default %s action %s", default_text(p->default_),
	       action_text(p->action));
	print_word("log", log_text(p->nflog, buf));
	print_owned("allow", join_names(&p->allow, "none"));
	print_owned("block", join_names(&p->block, "none"));
	print_owned("service", join_names(&p->services, ""));
	print_word("comment", p->comment);
}

static void typed_camera(const struct camera *c, enum objkind kind)
{
	char buf[RANGE_TEXT];
	size_t i;

	print_first(kind, c->name);
	for (i = 0; i < c->n_selectors; i++)
		print_word(selector_word(c->selector[i].type),
			   selector_text(&c->selector[i], buf));
	print_word("policy", c->policy);
	print_word("key", c->key);
	print_word("comment", c->comment);
	if (c->shared)
		fputs(" --force=shared", stdout);
}

static void typed_limits(const struct exemption *e)
{
	char proto[4];

	if (e->dir != CAMFENCE_DIRECTION_OUT)
		print_word("dir", direction_text(e->dir));
	if (e->proto >= 0)
		print_word("proto", proto_text(e->proto, proto));
	print_owned("port", join_ports(&e->ports));
	print_owned("local-port", join_ports(&e->local_ports));
	print_owned("icmp-type", join_icmp_types(e));
}

static void typed_exemption(const struct exemption *e)
{
	char buf[TIME_TEXT];

	print_first(KIND_EXEMPTION, e->name);
	print_word("camera", e->camera);
	print_word("policy", e->policy);
	print_owned("remote", join_ranges(e->remote, e->n_remotes));
	print_owned("remote set", join_names(&e->sets, ""));
	if (e->router)
		fputs(" remote router", stdout);
	typed_limits(e);
	if (e->not_before)
		print_word("not-before", time_text(e->not_before, buf));
	print_word("until", e->until == TIME_FOREVER ? "permanent" :
		   time_text(e->until, buf));
	print_word("reason", e->reason);
	print_word("by", e->by);
	print_word("comment", e->comment);
}

static void typed_object(const struct ruleset *rs, enum objkind kind, size_t i)
{
	switch (kind) {
	case KIND_SET:
		typed_set(&rs->set[i]);
		break;
	case KIND_POLICY:
		typed_policy(&rs->policy[i]);
		break;
	case KIND_CAMERA:
		typed_camera(&rs->camera[i], kind);
		break;
	case KIND_CATCH:
		typed_camera(&rs->catch[i], kind);
		break;
	default:
		typed_exemption(&rs->exemption[i]);
	}
	putchar('\n');
}

/**
 * print_typed() - objects as they would be typed, a line each
 * @rs: the ruleset
 * @kind: what kind of object; what a service stands for is left out
 */
void print_typed(const struct ruleset *rs, enum objkind kind)
{
	size_t i;

	for (i = 0; i < rs->n[kind]; i++)
		if (kind != KIND_EXEMPTION || !rs->exemption[i].is_service)
			typed_object(rs, kind, i);
}

/**
 * print_typed_settings() - the ruleset's options as they would be typed
 * @s: the settings; nothing is printed where none is set
 */
void print_typed_settings(const struct settings *s)
{
	if (!s->site && !s->n_nat64)
		return;
	fputs("option", stdout);
	print_word("site", s->site);
	print_owned("nat64", join_ranges(s->nat64, s->n_nat64));
	putchar('\n');
}
