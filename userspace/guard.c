// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "guards.h"
#include "mem.h"
#include "suggest.h"

#define FORCE "--force"

enum {
	FOR_SET = 1 << KIND_SET,
	FOR_POLICY = 1 << KIND_POLICY,
	FOR_EXEMPTION = 1 << KIND_EXEMPTION,
};

/*
 * struct known - a guard
 * @name: as it is forced
 * @text: what it refuses, a line
 * @for_good: bit for each kind of object that may name it under "force" in the
 *	configuration: not what is about a moment, nor what has a key of its own
 * @find: finds it in a ruleset; NULL where it is found as words are read
 * @ask: finds what depends on what is in force and on the router
 */
static const struct known {
	const char *name;
	const char *text;
	unsigned int for_good;
	void (*find)(struct guarded *g);
	void (*ask)(struct guarded *g);
} guards[GUARDS] = {
	[GUARD_EMPTY] = {
		.name = "empty",
		.text = "a set without an address",
		.for_good = FOR_SET,
		.find = guard_empty,
	},
	[GUARD_SHRUNK] = {
		.name = "shrunk",
		.text =
			"a set that would cover less than half of what it covers now, in one family",
		.for_good = FOR_SET,
		.ask = guard_shrunk,
	},
	[GUARD_COVERAGE] = {
		.name = "coverage",
		.text =
			"a set that covers more than half of all public addresses, in one family",
		.for_good = FOR_SET,
		.find = guard_coverage,
	},
	[GUARD_OWN_ADDRESS] = {
		.name = "own-address",
		.text =
			"a set that is blocked and has an address of the router or of a camera",
		.for_good = FOR_SET,
		.find = guard_own_cameras,
		.ask = guard_own_router,
	},
	[GUARD_CONNECTION] = {
		.name = "connection",
		.text =
			"what would drop packets of the SSH connection that it is typed on",
		.ask = guard_connection,
	},
	[GUARD_BLOCKS_NOTHING] = {
		.name = "blocks-nothing",
		.text = "a policy with cameras under it that passes everything",
		.for_good = FOR_POLICY,
		.find = guard_blocks_nothing,
	},
	[GUARD_ONE_FAMILY] = {
		.name = "one-family",
		.text =
			"a camera known by IPv4 addresses only, or by IPv6 addresses only",
	},
	[GUARD_SHARED] = {
		.name = "shared",
		.text = "a camera or catch that has a selector of another one",
	},
	[GUARD_ALLOWED_BUT_CAUGHT] = {
		.name = "allowed-but-caught",
		.text =
			"a set that is allowed and has an address that a subnet's or catch's policy drops",
		.for_good = FOR_SET,
		.find = guard_caught,
		.ask = guard_caught_here,
	},
	[GUARD_WIDE] = {
		.name = "wide",
		.text =
			"an exemption for more public addresses than a /8 has (IPv4), or a /19 (IPv6)",
		.for_good = FOR_EXEMPTION,
		.find = guard_wide,
	},
	[GUARD_ALL_PORTS] = {
		.name = "all-ports",
		.text = "an exemption for public addresses and all ports",
		.for_good = FOR_EXEMPTION,
		.find = guard_all_ports,
	},
	[GUARD_UNREACHABLE] = {
		.name = "unreachable",
		.text =
			"an exemption that opens nothing: it passes anyway, or by another one",
		.for_good = FOR_EXEMPTION,
		.find = guard_unreachable,
	},
	[GUARD_FLUSH] = {
		.name = "flush",
		.text =
			"to take a ruleset out of force that protects something",
	},
};

/**
 * guard_name() - how a guard is called
 * @which: the guard
 *
 * Return: its name.
 */
const char *guard_name(enum guard which)
{
	return guards[which].name;
}

/**
 * guard_text() - what a guard refuses
 * @which: the guard
 *
 * Return: it, a line.
 */
const char *guard_text(enum guard which)
{
	return guards[which].text;
}

/**
 * guard_is_for_good() - may a configuration say that it is meant?
 * @which: the guard
 * @kind: of the object that says so, under "force"
 *
 * Return: whether it may.
 */
bool guard_is_for_good(enum guard which, enum objkind kind)
{
	return guards[which].for_good >> kind & 1;
}

static bool is_known(size_t i, enum objkind kind)
{
	return kind == KINDS || guard_is_for_good(i, kind);
}

static void add_expected(enum objkind kind, struct fault *f)
{
	char *list = mem_strdup(""), *longer;
	size_t i;

	for (i = 0; i < GUARDS; i++) {
		if (!is_known(i, kind))
			continue;
		longer = mem_printf("%s%s%s", list, *list ? ", " : "",
				    guards[i].name);
		free(list);
		list = longer;
	}
	fault_add(f, "expected %s", list);
	free(list);
}

/**
 * guard_parse_one() - a guard by name
 * @word: the name
 * @kind: of the object in a configuration that names it, KINDS for a command
 * @force: the guards, added to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int guard_parse_one(const char *word, enum objkind kind, unsigned int *force,
		    struct fault *f)
{
	const char *names[GUARDS];
	char near[SUGGEST_TEXT];
	size_t i, n = 0;

	for (i = 0; i < GUARDS; i++) {
		if (!is_known(i, kind))
			continue;
		names[n++] = guards[i].name;
		if (strcmp(word, guards[i].name))
			continue;
		*force |= 1 << i;
		return 0;
	}
	fault_input(f, "\"%s\" is no guard%s%s", word,
		    kind == KINDS ? "" : " here", suggest(word, names, n, near));
	add_expected(kind, f);
	return CODE_INPUT;
}

/**
 * guard_is_put() - does the change put an object?
 * @g: the ruleset
 * @kind: what kind of object
 * @i: which one
 *
 * Return: whether it does.
 */
bool guard_is_put(const struct guarded *g, enum objkind kind, size_t i)
{
	return !g->put[kind] || g->put[kind][i];
}

/**
 * guard_found() - a guard refuses something, unless it is meant
 * @g: the ruleset
 * @which: the guard
 * @kind: what kind of object it is about
 * @i: which one
 * @fmt: what is said of the object
 */
void guard_found(struct guarded *g, enum guard which, enum objkind kind,
		 size_t i, const char *fmt, ...)
{
	/* The name is the first member of each. */
	const char *name = *(char *const *)ruleset_at(g->rs, kind, i);
	struct fault f = {};
	char *text;
	va_list ap;

	if (g->for_good[kind] && guard_forced(g->for_good[kind][i], which))
		return;
	if (guard_forced(g->force, which)) {
		g->passed |= 1 << which;
		return;
	}
	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	fault_input(&f, "%s \"%s\": %s", kind_name(kind), name, text);
	free(text);
	guard_refuse(which, &f);
	g->found(g, which, kind, i, &f);
	fault_clear(&f);
}

/**
 * guards_find() - all that guards find in a ruleset, without asking anybody
 * @g: the ruleset
 */
void guards_find(struct guarded *g)
{
	size_t i;

	for (i = 0; i < GUARDS; i++)
		if (guards[i].find)
			guards[i].find(g);
}

/**
 * guards_ask() - all that guards find beyond that where there is a kernel
 * @g: the ruleset, with @g->had and @g->router
 */
void guards_ask(struct guarded *g)
{
	size_t i;

	for (i = 0; i < GUARDS; i++)
		if (guards[i].ask)
			guards[i].ask(g);
}

static int one_guard(void *arg, const char *word, struct fault *f)
{
	int code = guard_parse_one(word, KINDS, arg, f);

	return code ? fault_prefix(f, code, FORCE ": ") : 0;
}

/**
 * guard_parse() - guards by name, separated by commas
 * @list: the names
 * @force: the guards, added to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int guard_parse(const char *list, unsigned int *force, struct fault *f)
{
	return args_each(list, one_guard, force, f);
}

/**
 * guard_is_word() - is it --force=…, where keywords stand?
 * @word: the word
 *
 * Return: whether it is.
 */
bool guard_is_word(const char *word)
{
	size_t len = strlen(FORCE);

	return !strncmp(word, FORCE, len) &&
	       (!word[len] || word[len] == '=');
}

/**
 * guard_word() - take --force=GUARD[,GUARD]
 * @word: a word that guard_is_word()
 * @force: the guards, added to
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int guard_word(const char *word, unsigned int *force, struct fault *f)
{
	const char *list = strchr(word, '=');

	return guard_parse(list ? list + 1 : "", force, f);
}

/**
 * guard_forced() - was it said that this is meant?
 * @force: all that was said
 * @which: the guard
 *
 * Return: whether it was.
 */
bool guard_forced(unsigned int force, enum guard which)
{
	return force >> which & 1;
}

/**
 * guard_refuse() - say how one gets past a guard
 * @which: the guard
 * @f: what it found
 *
 * Return: the exit code.
 */
int guard_refuse(enum guard which, struct fault *f)
{
	fault_add(f, "if that is meant: " FORCE "=%s", guards[which].name);
	return CODE_INPUT;
}
