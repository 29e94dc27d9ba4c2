// SPDX-License-Identifier: GPL-2.0
/*
 * What to type for the other verdict. Of a packet that is dropped, the exemption
 * that is proposed is tried on the core, and so is the next, until the packet
 * passes: the receiver's camera may have to agree as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain_parts.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "times.h"

/* Sender and receiver by MAC and by address, some remotes each. */
#define TRIES 8

static const char to_be_filled[] = "until +30d reason \"…\" by NAME";

static void say_command(struct trace *t, char *command)
{
	explain_say(t->x, "change", "%s", command)->command = true;
	free(command);
}

static bool is_taken(const struct ruleset *rs, const struct exemption *more,
		     size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(more[i].name, name))
			return true;
	return ruleset_find(rs, KIND_EXEMPTION, name);
}

/* Of owner, protocol and port, with a number where that is taken. */
static char *new_name(const struct trace *t, const struct exemption *more,
		      size_t n, const char *owner, const char *suffix)
{
	bool fits = strlen(owner) + strlen(suffix) < CAMFENCE_NAME_LEN - 8;
	char *base = mem_printf("%s%s%s", fits ? owner : "", fits ? "-" : "",
				suffix);
	char *name = mem_strdup(base);
	unsigned int i;

	for (i = 2; is_taken(t->x->rs, more, n, name); i++) {
		free(name);
		name = mem_printf("%s-%u", base, i);
	}
	free(base);
	return name;
}

/* Who began the flow: what answers it passes by the exemption that it has. */
static bool camera_began(const struct trace *t, const struct judged *j)
{
	return explain_answers(t) ? !j->sends : j->sends;
}

static enum camfence_direction direction_of(const struct trace *t,
					    const struct judged *j)
{
	if (t->flow.hook == CF_HOOK_BRIDGE && t->flow.proto != 6)
		return CAMFENCE_DIRECTION_BOTH;
	if (t->flow.hook != CF_HOOK_BRIDGE && t->flow.ct == CF_CT_NONE)
		return CAMFENCE_DIRECTION_BOTH;
	return camera_began(t, j) ? CAMFENCE_DIRECTION_OUT :
				    CAMFENCE_DIRECTION_IN;
}

/* The port that a service is at: where the flow was sent to. */
static u16 service_port(const struct trace *t)
{
	return explain_answers(t) ? t->flow.sport : t->flow.dport;
}

static void set_transport(const struct trace *t, const struct judged *j,
			  struct exemption *e)
{
	struct ports *ports = camera_began(t, j) ? &e->ports : &e->local_ports;
	u16 port = service_port(t);

	e->proto = t->flow.proto;
	if (t->flow.flags & CF_FLOW_PORTS && port) {
		ports->v[0] = (struct camfence_port_range){ port, port };
		ports->n = 1;
	} else if (t->flow.flags & CF_FLOW_ICMP) {
		e->icmp_type[0] = t->flow.ct == CF_CT_REPLY ?
				  t->flow.original.icmp_type : t->flow.icmp_type;
		e->n_icmp_types = 1;
	}
}

static struct exemption propose(const struct trace *t, const struct judged *j,
				const struct exemption *more, size_t n)
{
	const char *camera = trace_name(t, CF_KIND_CAMERA, j->camera);
	struct exemption e = {
		.camera = mem_strdup(camera),
		.policy = camera ? NULL :
			  mem_strdup(trace_policy(t, j->policy)->name),
		.dir = direction_of(t, j),
		.until = TIME_FOREVER,
	};
	char buf[4], *suffix;

	*exemption_add_remote(&e) = core_range_of(&j->remote.addr);
	set_transport(t, j, &e);
	suffix = mem_printf("%s%s%.0u", proto_text(e.proto, buf),
			    t->flow.flags & CF_FLOW_PORTS ? "-" : "",
			    t->flow.flags & CF_FLOW_PORTS ? service_port(t) : 0);
	e.name = new_name(t, more, n, camera ? camera : e.policy, suffix);
	free(suffix);
	return e;
}

static char *exemption_command(const struct exemption *e)
{
	char *name = out_quoted(e->name), buf[RANGE_TEXT], proto[4], type[4];
	char *owner = out_quoted(e->camera ? e->camera : e->policy);
	char *dir = e->dir == CAMFENCE_DIRECTION_OUT ? "" :
		    e->dir == CAMFENCE_DIRECTION_IN ? " dir in" : " dir both";
	char *more = mem_strdup(""), *command;

	if (e->ports.n || e->local_ports.n) {
		free(more);
		more = e->ports.n ?
		       mem_printf(" port %u", e->ports.v[0].first) :
		       mem_printf(" local-port %u", e->local_ports.v[0].first);
	} else if (e->n_icmp_types) {
		free(more);
		more = mem_printf(" icmp-type %s",
				  icmp_type_text(e->proto, e->icmp_type[0],
						 type));
	}
	command = mem_printf("camfence exemption add %s %s %s remote %s%s proto %s%s %s",
			     name, e->camera ? "camera" : "policy", owner,
			     range_text(e->remote, buf), dir,
			     proto_text(e->proto, proto), more, to_be_filled);
	free(name);
	free(owner);
	free(more);
	return command;
}

/* Return: does the packet still not pass, with these exemptions more? */
static bool still_dropped(struct trace *t, const struct exemption *more,
			  size_t n)
{
	struct cf_verdict v = cf_verdict_none();
	struct core_rules with;

	if (core_rules_with(&with, &t->core, more, n))
		trace_decide(t, with.rules, &v);
	core_rules_without(&with, n);
	return cf_reason_is_drop(v.reason);
}

/* An exemption that would match but for its dates. */
static const struct exemption *find_expired(const struct trace *t,
					    const struct judged *j)
{
	const struct ruleset *rs = t->x->rs;
	size_t i;

	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &rs->exemption[i];
		struct exemption live = *e;
		char *why;

		if (!t->x->now || exemption_liveness(e, t->x->now) != OVER ||
		    !exemption_is_of(t, j, e) || !exemption_has_remote(t, j, e))
			continue;
		live.until = TIME_FOREVER;
		why = exemption_misses(t, j, &live);
		free(why);
		if (!why)
			return e;
	}
	return NULL;
}

static void say_exempt(struct trace *t)
{
	struct exemption more[TRIES];
	size_t n = 0;

	do {
		struct judged j = t->judged[t->n - 1];
		const struct exemption *expired = find_expired(t, &j);
		char *name;

		if (!j.has_remote || !explain_knows(&j))
			break;
		if (expired) {
			name = out_quoted(expired->name);
			say_command(t, mem_printf("camfence exemption extend %s until +30d",
						  name));
			free(name);
		}
		more[n] = propose(t, &j, more, n);
		if (!expired)
			say_command(t, exemption_command(&more[n]));
		n++;
	} while (n < TRIES && still_dropped(t, more, n));
	while (n)
		exemption_free(&more[--n]);
}

static void say_unlist(struct trace *t, const struct judged *j)
{
	char *set = out_quoted(trace_name(t, CF_KIND_SET, j->v.set));
	struct range one = core_range_of(&j->remote.addr);
	char buf[RANGE_TEXT];

	say_command(t, mem_printf("camfence set remove %s %s", set,
				  range_text(&one, buf)));
	free(set);
}

static void say_list(struct trace *t, const struct judged *j)
{
	const struct policy *p = trace_policy(t, j->policy);
	struct range one = core_range_of(&j->remote.addr);
	char buf[RANGE_TEXT], *name;

	if (p->block.n) {
		name = out_quoted(p->block.v[0]);
		say_command(t, mem_printf("camfence set add %s %s", name,
					  range_text(&one, buf)));
	} else {
		name = out_quoted(p->name);
		say_command(t, mem_printf("camfence policy set %s block SET",
					  name));
	}
	free(name);
}

static void say_no_more(struct trace *t, const struct judged *j)
{
	const char *name = trace_name(t, CF_KIND_EXEMPTION, j->v.exemption);
	const struct exemption *e = ruleset_find(t->x->rs, KIND_EXEMPTION,
						 name);
	char *safe = out_quoted(e->is_service ? e->policy : name);

	say_command(t, e->is_service ?
		    mem_printf("camfence policy set %s service …", safe) :
		    mem_printf("camfence exemption delete %s", safe));
	free(safe);
}

static void say_register(struct trace *t)
{
	u64 mac = core_mac_of(t->x->packet->smac);
	struct range src = core_range_of(&t->flow.src);
	char text[MAC_TEXT], buf[RANGE_TEXT];

	if (t->flow.flags & CF_FLOW_SRC_OWN || t->flow.src.family == CF_NONE)
		return;
	say_command(t, mem_printf("camfence camera add NAME %s%s%saddr %s policy geoblock",
				  mac ? "mac " : "",
				  mac ? mac_text(t->x->packet->smac, text) : "",
				  mac ? " " : "", range_text(&src, buf)));
}

static void say_passed(struct trace *t)
{
	const struct judged *j = &t->judged[0];
	char *policy;

	if (!t->n) {
		if (t->v.reason == CAMFENCE_REASON_NO_CAMERA)
			say_register(t);
		return;
	}
	switch (j->v.reason) {
	case CAMFENCE_REASON_EXEMPTION:
	case CAMFENCE_REASON_REPLY:
		say_no_more(t, j);
		break;
	case CAMFENCE_REASON_ALLOW:
		say_unlist(t, j);
		break;
	case CAMFENCE_REASON_DEFAULT_PASS:
		say_list(t, j);
		break;
	case CAMFENCE_REASON_AUDIT:
		policy = out_quoted(trace_policy(t, j->policy)->name);
		say_command(t, mem_printf("camfence policy set %s action drop",
					  policy));
		free(policy);
		break;
	default:
		break;
	}
}

/**
 * explain_changes() - what to type for the other verdict
 * @t: the trace; its steps are others afterwards
 */
void explain_changes(struct trace *t)
{
	if (cf_reason_is_drop(t->v.reason))
		say_exempt(t);
	else
		say_passed(t);
}
