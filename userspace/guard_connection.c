// SPDX-License-Identifier: GPL-2.0
/*
 * Would the ruleset drop packets of the connection that it is typed on? The core
 * decides, both ways, as the kernel would. It is shown sets without ranges at
 * first, and then those of the policies that have judged: mostly none has, and
 * no ranges are asked for.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "guards.h"
#include "mem.h"
#include "times.h"
#include "typing.h"

/*
 * struct trial - the connection before the ruleset
 * @way: to the client
 * @ranges: of the sets, those that were asked for
 * @needed: these
 * @more: a policy has judged whose sets were not needed before
 */
struct trial {
	struct guarded *g;
	struct typing t;
	struct way way;
	struct core_rules core;
	struct ranges *ranges;
	bool *needed;
	bool more;
};

/* One thread, one connection. */
static struct trial *watching;

static void need(struct trial *x, const struct names *sets)
{
	size_t i;

	for (i = 0; i < sets->n; i++) {
		size_t set = ruleset_index(x->g->rs, KIND_SET, sets->v[i]);

		x->more |= !x->needed[set];
		x->needed[set] = true;
	}
}

static void observe(const struct cf_judgement *j)
{
	struct trial *x = watching;
	const struct ruleset *rs = x->g->rs;
	const struct policy *p = ruleset_find(rs, KIND_POLICY,
			x->core.in.policies[j->policy]->name);
	size_t i;

	need(x, &p->allow);
	need(x, &p->block);
	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++)
		need(x, &rs->exemption[i].sets);
}

static struct cf_flow flow_of(const struct trial *x, bool in)
{
	const struct typing *t = &x->t;
	struct cf_addr client = core_addr_of(&t->client);
	struct cf_addr server = core_addr_of(&t->server);
	u64 mac = core_mac_of(x->way.mac);
	struct cf_flow f = {
		.hook = in ? CF_HOOK_LOCAL_IN : CF_HOOK_LOCAL_OUT,
		.src = in ? client : server,
		.dst = in ? server : client,
		.smac = in ? mac : 0,
		.dmac = in ? 0 : mac,
		.in = in && *x->way.dev ? x->way.dev : NULL,
		.out = !in && *x->way.dev ? x->way.dev : NULL,
		.proto = IPPROTO_TCP,
		.sport = in ? t->client_port : t->server_port,
		.dport = in ? t->server_port : t->client_port,
		.flags = CF_FLOW_PORTS,
		.ct = in ? CF_CT_ORIGINAL : CF_CT_REPLY,
	};

	cf_flow_complete(&f);
	return f;
}

static bool get_ranges(struct trial *x)
{
	const struct ranges *r;
	size_t i;

	for (i = 0; i < x->g->rs->n[KIND_SET]; i++) {
		if (!x->needed[i])
			continue;
		r = x->g->ranges(x->g, i);
		if (!r)
			return false;
		x->ranges[i] = *r;
	}
	return true;
}

/* Is it dropped, one way or the other? */
static bool decide(struct trial *x, struct cf_verdict *v)
{
	bool dropped = false;
	int in;

	watching = x;
	cf_observer = observe;
	for (in = 1; in >= 0 && !dropped; in--) {
		struct cf_flow f = flow_of(x, in);

		cf_decide(x->core.rules, &f, time_now(), v);
		dropped = cf_reason_is_drop(v->reason);
	}
	cf_observer = NULL;
	return dropped;
}

static void say_dropped(const struct trial *x, const struct cf_verdict *v)
{
	const char *policy = x->core.in.policies[v->policy]->name;
	const char *camera = v->camera == CF_NOTHING ? NULL :
			     x->core.in.cameras[v->camera]->name;
	char buf[RANGE_TEXT];

	guard_found(x->g, GUARD_CONNECTION, KIND_POLICY,
		    ruleset_index(x->g->rs, KIND_POLICY, policy),
		    "would drop the SSH connection from %s that this is typed on%s%s",
		    range_text(&x->t.client, buf),
		    camera ? ": it is of camera " : "", camera ? camera : "");
}

/* What the core will not build the kernel refuses as well, and says why. */
static void try(struct trial *x)
{
	struct cf_verdict v = {};
	struct fault ignored = {};
	bool dropped = false;

	do {
		x->more = false;
		if (!get_ranges(x))
			return;
		core_rules_free(&x->core);
		if (core_rules_build(&x->core, x->g->rs, x->ranges, &ignored))
			break;
		dropped = decide(x, &v);
	} while (x->more);
	if (dropped && !x->more)
		say_dropped(x, &v);
	fault_clear(&ignored);
}

/**
 * guard_connection() - who shuts himself out cannot undo it
 * @g: the ruleset
 */
void guard_connection(struct guarded *g)
{
	size_t n = g->rs->n[KIND_SET];
	struct trial x = { .g = g };
	const struct router *router;

	if (!typing_find(&x.t))
		return;
	router = g->router(g);
	/* In another namespace than sshd's it is not to be seen. */
	if (!router || !router_has(router, &x.t.server))
		return;
	router_way(router, &x.t.client, &x.way);
	x.ranges = mem_zalloc(n * sizeof(*x.ranges));
	x.needed = mem_zalloc(n);
	try(&x);
	core_rules_free(&x.core);
	free(x.ranges);
	free(x.needed);
}
