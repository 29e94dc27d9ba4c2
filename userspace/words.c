// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "words.h"

/**
 * words_add() - add a word to a list
 * @w: the list, zeroed in the beginning
 * @word: the word
 */
void words_add(struct words *w, const char *word)
{
	size_t n = strlen(word);

	w->text = mem_grow(w->text, &w->cap, w->len + n + 2, 1);
	if (w->len)
		w->text[w->len++] = ',';
	memcpy(w->text + w->len, word, n + 1);
	w->len += n;
}

/**
 * words_end() - the list
 * @w: the list
 * @none: what stands for one without words
 *
 * Return: the text, to be freed.
 */
char *words_end(struct words *w, const char *none)
{
	return w->text ? w->text : mem_strdup(none);
}

const char *const default_words[DEFAULTS] = {
	[CAMFENCE_DEFAULT_PASS] = "pass", [CAMFENCE_DEFAULT_DROP] = "drop",
};

const char *const action_words[ACTIONS] = {
	[CAMFENCE_ACTION_DROP] = "drop", [CAMFENCE_ACTION_AUDIT] = "audit",
	[CAMFENCE_ACTION_REJECT] = "reject",
};

const char *const direction_words[DIRECTIONS] = {
	[CAMFENCE_DIRECTION_OUT] = "out", [CAMFENCE_DIRECTION_IN] = "in",
	[CAMFENCE_DIRECTION_BOTH] = "both",
};

static const char *word(const char *const *words, size_t n, size_t which)
{
	return which < n ? words[which] : "unknown";
}

/* Names that a line has room for. */
#define MOST_NAMES 20

/**
 * some_add() - add a name to a list that shows a few of them
 * @s: the list, zeroed in the beginning
 * @name: the name
 */
void some_add(struct some *s, const char *name)
{
	if (s->n++ < MOST_NAMES)
		words_add(&s->w, name);
}

/**
 * some_end() - the list
 * @s: the list
 * @none: what stands for one without names
 *
 * Return: the text, to be freed.
 */
char *some_end(struct some *s, const char *none)
{
	char *text;

	if (s->n > MOST_NAMES) {
		text = mem_printf("and %zu more", s->n - MOST_NAMES);
		words_add(&s->w, text);
		free(text);
	}
	return words_end(&s->w, none);
}

/**
 * default_text() - a policy's default as it is typed
 * @d: the default
 *
 * Return: the word.
 */
const char *default_text(enum camfence_default d)
{
	return word(default_words, DEFAULTS, d);
}

/**
 * action_text() - a policy's action as it is typed
 * @a: the action
 *
 * Return: the word.
 */
const char *action_text(enum camfence_action a)
{
	return word(action_words, ACTIONS, a);
}

/**
 * log_text() - where copies of what a policy drops go to, as it is typed
 * @nflog: see struct policy
 * @buf: where to
 *
 * Return: @buf, or NULL where there are none.
 */
const char *log_text(u32 nflog, char buf[LOG_TEXT])
{
	if (!nflog)
		return NULL;
	snprintf(buf, LOG_TEXT, PARSE_NFLOG "%u", nflog - 1);
	return buf;
}

/**
 * direction_text() - an exemption's direction as it is typed
 * @d: the direction
 *
 * Return: the word.
 */
const char *direction_text(enum camfence_direction d)
{
	return word(direction_words, DIRECTIONS, d);
}

/**
 * liveness_text() - whether an exemption holds
 * @l: whether it does, or why not
 *
 * Return: the word.
 */
const char *liveness_text(enum liveness l)
{
	static const char *const texts[] = {
		[LIVE] = "live", [OVER] = "expired", [NOT_YET] = "not-yet",
	};

	return texts[l];
}

#define PASS false
#define DROP true

static const struct {
	const char *name;
	bool drop;
} reasons[] = {
#define ROW(sym, name, verdict, text) { #name, verdict },
	CAMFENCE_REASONS(ROW)
#undef ROW
};

/**
 * reason_name() - a reason's name
 * @reason: the reason; a newer module may have more of them
 *
 * Return: the name, to be freed.
 */
char *reason_name(u32 reason)
{
	if (reason < ARRAY_SIZE(reasons))
		return mem_strdup(reasons[reason].name);
	return mem_printf("reason-%u", reason);
}

/**
 * reason_is_drop() - are packets dropped for this reason?
 * @reason: the reason
 *
 * Return: whether they are known to be.
 */
bool reason_is_drop(u32 reason)
{
	return reason < ARRAY_SIZE(reasons) && reasons[reason].drop;
}

/**
 * reason_verdict() - what becomes of packets for this reason
 * @reason: the reason
 *
 * Return: the word.
 */
const char *reason_verdict(u32 reason)
{
	if (reason >= ARRAY_SIZE(reasons))
		return "unknown";
	return reasons[reason].drop ? "drop" : "pass";
}

/**
 * port_text() - a port or a range of ports as it is typed
 * @p: the range
 * @buf: where to
 *
 * Return: @buf.
 */
const char *port_text(const struct camfence_port_range *p, char buf[PORT_TEXT])
{
	if (p->first == p->last)
		snprintf(buf, PORT_TEXT, "%u", p->first);
	else
		snprintf(buf, PORT_TEXT, "%u-%u", p->first, p->last);
	return buf;
}

/**
 * join_names() - names as they are typed
 * @names: the names
 * @none: what stands for none
 *
 * Return: the list, to be freed.
 */
char *join_names(const struct names *names, const char *none)
{
	struct words w = {};
	size_t i;

	for (i = 0; i < names->n; i++)
		words_add(&w, names->v[i]);
	return words_end(&w, none);
}

/**
 * join_selectors() - a camera's selectors of one type
 * @c: the camera
 * @type: the type
 *
 * Return: the list, to be freed.
 */
char *join_selectors(const struct camera *c, enum selector_type type)
{
	char buf[RANGE_TEXT];
	struct words w = {};
	size_t i;

	for (i = 0; i < c->n_selectors; i++)
		if (c->selector[i].type == type)
			words_add(&w, selector_text(&c->selector[i], buf));
	return words_end(&w, "");
}

/**
 * join_ranges() - addresses and prefixes as they are typed
 * @r: the ranges
 * @n: how many
 *
 * Return: the list, to be freed.
 */
char *join_ranges(const struct range *r, size_t n)
{
	char buf[RANGE_TEXT];
	struct words w = {};
	size_t i;

	for (i = 0; i < n; i++)
		words_add(&w, range_text(&r[i], buf));
	return words_end(&w, "");
}

/**
 * join_ports() - ports as they are typed
 * @ports: the ports
 *
 * Return: the list, to be freed; empty if there is none.
 */
char *join_ports(const struct ports *ports)
{
	struct words w = {};
	char buf[PORT_TEXT];
	size_t i;

	for (i = 0; i < ports->n; i++)
		words_add(&w, port_text(&ports->v[i], buf));
	return words_end(&w, "");
}

/**
 * join_icmp_types() - an exemption's ICMP types as they are typed
 * @e: the exemption
 *
 * Return: the list, to be freed; empty if there is none.
 */
char *join_icmp_types(const struct exemption *e)
{
	struct words w = {};
	char buf[4];
	size_t i;

	for (i = 0; i < e->n_icmp_types; i++)
		words_add(&w, icmp_type_text(e->proto, e->icmp_type[i], buf));
	return words_end(&w, "");
}
