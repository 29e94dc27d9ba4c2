// SPDX-License-Identifier: GPL-2.0
/*
 * The exemptions that could have let a packet pass, and what keeps each from it:
 * the same questions as the core's, but for each that says no, so that an admin
 * reads all that is wrong at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain_parts.h"
#include "mem.h"
#include "parse.h"
#include "services.h"
#include "times.h"
#include "words.h"

/* More of them are counted, not told. */
#define NEAR_MOST 8

/* What keeps an exemption from matching, while it is gathered. */
struct misses {
	char *text;
};

static void miss(struct misses *m, char *why)
{
	char *longer = m->text ? mem_printf("%s; %s", m->text, why) :
				 mem_strdup(why);

	free(m->text);
	free(why);
	m->text = longer;
}

/**
 * exemption_is_of() - is it one of a camera's, or its policy's?
 * @t: the trace
 * @j: the camera
 * @e: the exemption
 *
 * Return: whether it is.
 */
bool exemption_is_of(const struct trace *t, const struct judged *j,
		     const struct exemption *e)
{
	const char *camera = trace_name(t, CF_KIND_CAMERA, j->camera);

	if (e->camera)
		return camera && !strcmp(e->camera, camera);
	return !strcmp(e->policy, trace_policy(t, j->policy)->name);
}

static bool holds(const struct range *prefix, const struct cf_addr *a)
{
	struct cf_addr first = core_addr_of(prefix), masked;

	if (a->family != first.family)
		return false;
	masked = cf_addr_mask(*a, range_prefix_len(prefix));
	return !cf_addr_cmp(&masked, &first);
}

static bool is_router(const struct trace *t, const struct judged *j)
{
	return !j->remote.hidden &&
	       t->flow.flags & (j->sends ? CF_FLOW_DST_OWN : CF_FLOW_SRC_OWN);
}

static bool set_has(const struct trace *t, const char *name,
		    const struct cf_addr *a)
{
	struct range one = core_range_of(a), in;
	size_t i;

	for (i = 0; i < t->x->rs->n[KIND_SET]; i++)
		if (!strcmp(t->x->rs->set[i].name, name))
			return ranges_find(&t->x->ranges[i], &one, &in);
	return false;
}

/**
 * exemption_has_remote() - is a remote one of an exemption's?
 * @t: the trace
 * @j: the remote
 * @e: the exemption
 *
 * Return: whether it is.
 */
bool exemption_has_remote(const struct trace *t, const struct judged *j,
			  const struct exemption *e)
{
	const struct cf_addr *a = &j->remote.addr;
	size_t i;

	if (e->router && is_router(t, j))
		return true;
	for (i = 0; i < e->n_remotes; i++)
		if (holds(&e->remote[i], a))
			return true;
	for (i = 0; i < e->sets.n; i++)
		if (set_has(t, e->sets.v[i], a))
			return true;
	return false;
}

static void check_time(const struct trace *t, const struct exemption *e,
		       struct misses *m)
{
	enum liveness l = exemption_liveness(e, t->x->now);
	bool dated = e->not_before || e->until != TIME_FOREVER;
	char buf[TIME_TEXT];

	if (!t->x->now && dated)
		miss(m, mem_strdup("the clock cannot be right, and it has a date"));
	else if (t->x->now && l == OVER)
		miss(m, mem_printf("expired %s", time_text(e->until, buf)));
	else if (t->x->now && l == NOT_YET)
		miss(m, mem_printf("not before %s",
				   time_text(e->not_before, buf)));
}

/**
 * explain_answers() - is the packet an answer?
 * @t: the trace
 *
 * Such is held against the flow that it answers, the other way round.
 *
 * Return: whether it is.
 */
bool explain_answers(const struct trace *t)
{
	return t->flow.ct == CF_CT_REPLY || t->flow.flags & CF_FLOW_TCP_ACK;
}

static void check_direction(const struct trace *t, const struct judged *j,
			    const struct exemption *e, struct misses *m)
{
	enum camfence_direction here = j->sends ? CAMFENCE_DIRECTION_OUT :
						  CAMFENCE_DIRECTION_IN;
	enum camfence_direction there = j->sends ? CAMFENCE_DIRECTION_IN :
						   CAMFENCE_DIRECTION_OUT;
	bool bridge = t->flow.hook == CF_HOOK_BRIDGE;

	if (e->dir == CAMFENCE_DIRECTION_BOTH || (explain_answers(t) && e->dir == there))
		return;
	if (e->dir == here && (bridge || t->flow.ct == CF_CT_ORIGINAL))
		return;
	if (t->flow.ct == CF_CT_NONE && !bridge)
		miss(m, mem_printf("dir %s needs a flow that conntrack knows, and this is none",
				   direction_text(e->dir)));
	else
		miss(m, mem_printf("dir %s is for what the %s begins",
				   direction_text(e->dir),
				   e->dir == CAMFENCE_DIRECTION_OUT ?
				   "camera" : "remote"));
}

static bool has_port(const struct ports *ports, u16 port)
{
	size_t i;

	for (i = 0; i < ports->n; i++)
		if (port >= ports->v[i].first && port <= ports->v[i].last)
			return true;
	return !ports->n;
}

static void check_port(const char *keyword, const struct ports *ports, u16 port,
		       struct misses *m)
{
	char *list;

	if (has_port(ports, port))
		return;
	list = join_ports(ports);
	miss(m, mem_printf("%s is %u, it is for %s", keyword, port, list));
	free(list);
}

static void check_ports(const struct trace *t, const struct judged *j,
			const struct exemption *e, struct misses *m)
{
	u16 remote = j->sends ? t->flow.dport : t->flow.sport;
	u16 local = j->sends ? t->flow.sport : t->flow.dport;

	if (!(t->flow.flags & CF_FLOW_PORTS))
		return;
	check_port("port", &e->ports, remote, m);
	check_port("local-port", &e->local_ports, local, m);
}

static void check_icmp(const struct trace *t, const struct exemption *e,
		       struct misses *m)
{
	u8 type = t->flow.icmp_type;
	char *list, buf[4];

	if (t->flow.ct == CF_CT_REPLY && e->dir != CAMFENCE_DIRECTION_BOTH)
		type = t->flow.original.icmp_type;
	if (!e->n_icmp_types || memchr(e->icmp_type, type, e->n_icmp_types))
		return;
	list = join_icmp_types(e);
	miss(m, mem_printf("icmp-type is %s, it is for %s",
			   icmp_type_text(t->flow.proto, type, buf), list));
	free(list);
}

/**
 * exemption_misses() - why an exemption does not match
 * @t: the trace
 * @j: camera and remote, which are the exemption's
 * @e: the exemption
 *
 * Return: the text, to be freed; NULL where it matches.
 */
char *exemption_misses(const struct trace *t, const struct judged *j,
		       const struct exemption *e)
{
	struct misses m = {};
	char buf[4];

	check_time(t, e, &m);
	check_direction(t, j, e, &m);
	if (e->proto >= 0 && e->proto != t->flow.proto) {
		miss(&m, mem_printf("it is for proto %s",
				    proto_text(e->proto, buf)));
		return m.text;
	}
	check_ports(t, j, e, &m);
	check_icmp(t, e, &m);
	return m.text;
}

/* A service's parts are told by its name. */
static char *called(const struct exemption *e)
{
	return e->is_service ? mem_printf("service %s", e->comment) :
			       mem_strdup(e->name);
}

static void say_match(struct trace *t, const struct exemption *e, bool reply)
{
	char until[TIME_TEXT], *name = called(e);
	struct step *s;

	s = explain_say(t->x, "exemption", "%s matches%s, %s%s", name,
			reply ? " the flow that this answers" : "",
			e->until == TIME_FOREVER ? "permanent" : "until ",
			e->until == TIME_FOREVER ? "" :
						   time_text(e->until, until));
	s->exemption = e->name;
	free(name);
}

static void say_miss(struct trace *t, const struct judged *j,
		     const struct exemption *e)
{
	char *why = exemption_misses(t, j, e), *name = called(e);
	struct step *s;

	s = explain_say(t->x, "exemption", "%s does not match: %s", name,
			why ? why : "another goes before it");
	s->exemption = e->name;
	free(name);
	free(why);
}

static void say_near(struct trace *t, const struct judged *j)
{
	const struct ruleset *rs = t->x->rs;
	size_t others = 0, more = 0, near = 0, i;
	char *count = NULL;

	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &rs->exemption[i];

		if (!exemption_is_of(t, j, e))
			continue;
		if (!exemption_has_remote(t, j, e))
			others++;
		else if (near++ < NEAR_MOST)
			say_miss(t, j, e);
		else
			more++;
	}
	if (more)
		explain_say(t->x, "exemption", "%zu more do not match", more);
	if (near)
		return;
	if (others)
		count = mem_printf("; %zu for other remotes", others);
	explain_say(t->x, "exemption", "none for this remote%s",
		    count ? count : "");
	free(count);
}

/**
 * explain_exemptions() - which exemption matched, or why the near ones did not
 * @t: the trace
 * @j: camera and remote
 */
void explain_exemptions(struct trace *t, const struct judged *j)
{
	const char *name = trace_name(t, CF_KIND_EXEMPTION, j->v.exemption);

	if (name)
		say_match(t, ruleset_find(t->x->rs, KIND_EXEMPTION, name),
			  j->v.reason == CAMFENCE_REASON_REPLY);
	else
		say_near(t, j);
}
