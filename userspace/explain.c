// SPDX-License-Identifier: GPL-2.0
/*
 * The core decides, here as in the kernel, and is watched: what it makes of each
 * camera and each remote is what the steps tell. Only what the core has no need
 * to know is found here: which selector it was, which range, which exemption
 * nearly.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain_parts.h"
#include "mem.h"
#include "parse.h"
#include "show_packet.h"
#include "words.h"

/* One thread, one packet at a time. */
static struct trace *watching;

/**
 * explain_say() - add a step
 * @x: what is explained
 * @what: of which kind the step is
 * @fmt: its text
 *
 * Return: the step, until the next one is added.
 */
struct step *explain_say(struct explained *x, const char *what,
			 const char *fmt, ...)
{
	struct step *s;
	va_list ap;

	x->step = mem_grow(x->step, &x->cap, x->n + 1, sizeof(*x->step));
	s = &x->step[x->n++];
	va_start(ap, fmt);
	*s = (struct step){ .what = what, .text = mem_vprintf(fmt, ap) };
	va_end(ap);
	return s;
}

/**
 * trace_name() - the name of one of the core's objects
 * @t: the trace
 * @kind: what kind of object
 * @i: its index, or CF_NOTHING
 *
 * Return: it, as long as the ruleset is there, or NULL.
 */
const char *trace_name(const struct trace *t, enum cf_kind kind, u32 i)
{
	return core_name(&t->core, t->x->rs, kind, i);
}

/**
 * trace_policy() - one of the core's policies
 * @t: the trace
 * @i: its index
 *
 * Return: the policy.
 */
const struct policy *trace_policy(const struct trace *t, u32 i)
{
	return ruleset_find(t->x->rs, KIND_POLICY,
			    t->core.in.policies[i]->name);
}

static void observe(const struct cf_judgement *j)
{
	struct trace *t = watching;

	t->judged = mem_grow(t->judged, &t->cap, t->n + 1, sizeof(*t->judged));
	t->judged[t->n] = (struct judged){
		.sends = j->sends, .camera = j->camera, .policy = j->policy,
		.has_remote = j->remote, .v = *j->verdict,
	};
	if (j->remote)
		t->judged[t->n].remote = *j->remote;
	t->n++;
}

/**
 * trace_decide() - have the core decide, and watch it
 * @t: the trace, whose steps are those of this verdict afterwards
 * @rules: which may have more in it than the trace's
 * @v: the verdict
 */
void trace_decide(struct trace *t, const struct cf_rules *rules,
		  struct cf_verdict *v)
{
	t->n = 0;
	watching = t;
	cf_observer = observe;
	cf_decide(rules, &t->flow, t->x->now, v);
	cf_observer = NULL;
}

/* ---- whose packet it is ---- */

/* What one end of the packet shows of itself. */
struct end {
	const u8 *mac;
	struct cf_addr addr;
	const char *iface;
	const char *what;
};

static struct end end_of(const struct trace *t, bool sends)
{
	const struct event *p = t->x->packet;

	if (sends)
		return (struct end){ p->smac, t->flow.src, p->in, "sender" };
	return (struct end){ p->dmac, t->flow.dst, p->out, "receiver" };
}

static bool selects(const struct trace *t, const struct selector *s,
		    const struct end *end)
{
	struct cf_addr a = cf_remote_written(&t->core.rules->nat64, &end->addr);
	struct cf_addr first = core_addr_of(&s->addr);
	u64 mac = core_mac_of(end->mac);
	struct cf_addr masked;

	switch (s->type) {
	case SELECT_MAC:
		return mac == core_mac_of(s->mac);
	case SELECT_OUI:
		return mac && !((mac ^ core_mac_of(s->mac)) >> (48 - s->len));
	case SELECT_IIF:
		return end->iface && !strcmp(end->iface, s->iif);
	default:
		if (a.family != first.family)
			return false;
		masked = cf_addr_mask(a, range_prefix_len(&s->addr));
		return !cf_addr_cmp(&masked, &first);
	}
}

/* The longest of a type. */
static const struct selector *best_of(const struct trace *t,
				      const struct camera *c,
				      enum selector_type type,
				      const struct end *end)
{
	const struct selector *best = NULL;
	size_t i;

	for (i = 0; i < c->n_selectors; i++) {
		const struct selector *s = &c->selector[i];

		if (s->type != type || !selects(t, s, end))
			continue;
		if (!best || (type == SELECT_OUI && s->len > best->len) ||
		    (type == SELECT_NET && range_prefix_len(&s->addr) >
					   range_prefix_len(&best->addr)))
			best = s;
	}
	return best;
}

/*
 * MAC and address both name a camera; where neither does, subnet, OUI or
 * interface alone, in this order, which is that of the enum.
 */
static char *selected_by(const struct trace *t, const struct camera *c,
			 const struct end *end)
{
	const struct selector *by[2] = {};
	char buf[2][RANGE_TEXT];
	enum selector_type type;
	size_t n = 0;

	for (type = 0; type < SELECTORS && n < 2; type++) {
		if (n && type > SELECT_ADDR)
			break;
		by[n] = best_of(t, c, type, end);
		n += !!by[n];
	}
	if (!n)
		return mem_strdup("by no selector");
	if (n == 1)
		return mem_printf("by %s %s", selector_word(by[0]->type),
				  selector_text(by[0], buf[0]));
	return mem_printf("by %s %s and %s %s", selector_word(by[0]->type),
			  selector_text(by[0], buf[0]),
			  selector_word(by[1]->type),
			  selector_text(by[1], buf[1]));
}

static void say_camera(struct trace *t, const struct judged *j)
{
	const char *name = trace_name(t, CF_KIND_CAMERA, j->camera);
	bool catch = t->core.in.cameras[j->camera]->catch;
	struct end end = end_of(t, j->sends);
	const struct camera *c;
	struct step *s;
	char *by;

	c = ruleset_find(t->x->rs, catch ? KIND_CATCH : KIND_CAMERA, name);
	by = selected_by(t, c, &end);
	s = explain_say(t->x, end.what, "%s %s, %s",
			catch ? "catch" : "camera", name, by);
	s->camera = name;
	free(by);
}

/* Is a MAC looked at there, if there is one? */
static bool shows_mac(const struct trace *t, bool sends)
{
	return t->flow.hook != (sends ? CF_HOOK_LOCAL_OUT : CF_HOOK_LOCAL_IN);
}

static void say_nobody(struct trace *t, bool sends)
{
	struct end end = end_of(t, sends);
	struct range r = core_range_of(&end.addr);
	bool own = t->flow.flags & (sends ? CF_FLOW_SRC_OWN : CF_FLOW_DST_OWN);
	char addr[RANGE_TEXT], mac[MAC_TEXT];
	bool has_mac = core_mac_of(end.mac);
	/* Where a camera is known already, the other end is somebody else's. */
	bool unsure = (!t->n || t->judged[0].camera == CF_NOTHING) &&
		      !has_mac && t->core.rules->by_mac && shows_mac(t, sends);

	explain_say(t->x, end.what, "%s%s%s: %s%s", range_text(&r, addr),
		    has_mac ? " at " : "",
		    has_mac ? mac_text(end.mac, mac) : "",
		    own ? "the router" : "no camera's",
		    unsure ? "; with its mac it may be one known by that alone" :
			     "");
}

static bool starts_camera(const struct trace *t, size_t i)
{
	const struct judged *j = &t->judged[i];

	return !i || t->judged[i - 1].sends != j->sends ||
	       t->judged[i - 1].camera != j->camera;
}

static void say_end(struct trace *t, bool sends)
{
	bool dropped = cf_reason_is_drop(t->v.reason), any = false;
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (t->judged[i].sends != sends ||
		    t->judged[i].camera == CF_NOTHING || !starts_camera(t, i))
			continue;
		say_camera(t, &t->judged[i]);
		any = true;
	}
	if (any)
		return;
	if (!sends && dropped && t->n && t->judged[0].camera != CF_NOTHING &&
	    !(t->flow.flags & CF_FLOW_DST_OWN))
		explain_say(t->x, "receiver",
			    "not looked at, for the sender may not send it");
	else
		say_nobody(t, sends);
}

/* ---- what was made of it ---- */

static void say_policy(struct trace *t, const struct judged *j)
{
	const struct policy *p = trace_policy(t, j->policy);
	const char *camera = trace_name(t, CF_KIND_CAMERA, j->camera);
	char *allow = join_names(&p->allow, "none");
	char *block = join_names(&p->block, "none");
	struct step *s;

	s = explain_say(t->x, camera ? "policy" : "site",
			"%s%s%s: allow %s, block %s, default %s, action %s",
			p->name, camera ? " of " : "", camera ? camera : "",
			allow, block, default_text(p->default_),
			action_text(p->action));
	s->camera = camera;
	s->policy = p->name;
	free(allow);
	free(block);
}

/**
 * explain_knows() - is a remote's address known?
 * @j: the remote
 *
 * A camera that is known by its MAC alone has none, until one is said.
 *
 * Return: whether it is.
 */
bool explain_knows(const struct judged *j)
{
	return j->remote.addr.family == CF_IPV4 ? j->remote.addr.v4 :
	       j->remote.addr.v6.hi || j->remote.addr.v6.lo;
}

/* An address that is another one's written form, or hides in it. */
static void say_remote(struct trace *t, const struct judged *j)
{
	const struct cf_addr *header = j->sends ? &t->flow.dst : &t->flow.src;
	struct range shown = core_range_of(&j->remote.addr);
	struct range own = core_range_of(header);
	char buf[2][RANGE_TEXT];

	if (!explain_knows(j)) {
		explain_say(t->x, "remote",
			    "%s stands for an address that nobody knows: say it by addr behind the camera",
			    range_text(&own, buf[0]));
		return;
	}
	if (range_equal(&shown, &own))
		return;
	explain_say(t->x, "remote", "%s %s %s", range_text(&own, buf[0]),
		    j->remote.hidden ? "is a way to" : "is a way to write",
		    range_text(&shown, buf[1]));
}

static char *judged_text(const struct trace *t, const struct judged *j)
{
	const char *policy = trace_policy(t, j->policy)->name;
	const char *set = trace_name(t, CF_KIND_SET, j->v.set);
	const char *exemption = trace_name(t, CF_KIND_EXEMPTION,
					   j->v.exemption);

	switch (j->v.reason) {
	case CAMFENCE_REASON_EXEMPTION:
		return mem_printf("exemption %s lets it pass", exemption);
	case CAMFENCE_REASON_REPLY:
		return mem_printf("it answers a flow that exemption %s lets pass",
				  exemption);
	case CAMFENCE_REASON_ALLOW:
		return mem_printf("%s allows %s", policy, set);
	case CAMFENCE_REASON_BLOCK:
		return mem_printf("%s blocks %s", policy, set);
	case CAMFENCE_REASON_DEFAULT_PASS:
	case CAMFENCE_REASON_DEFAULT_DROP:
		return mem_printf("in no set of %s, whose default counts",
				  policy);
	case CAMFENCE_REASON_AUDIT:
		return mem_printf("%s would drop it, but only counts", policy);
	default:
		return mem_strdup(reason_text(j->v.reason));
	}
}

static void say_judged(struct trace *t, const struct judged *j)
{
	char buf[PACKET_WORD], *text = judged_text(t, j);
	struct step *s;

	s = explain_say(t->x, "verdict", "%s, %s: %s",
			cf_reason_is_drop(j->v.reason) ? "drop" : "pass",
			reason_word(j->v.reason, buf), text);
	s->camera = trace_name(t, CF_KIND_CAMERA, j->camera);
	s->policy = trace_policy(t, j->policy)->name;
	s->set = trace_name(t, CF_KIND_SET, j->v.set);
	s->exemption = trace_name(t, CF_KIND_EXEMPTION, j->v.exemption);
	free(text);
}

static void say_all(struct trace *t)
{
	size_t i;

	say_end(t, true);
	say_end(t, false);
	for (i = 0; i < t->n; i++) {
		const struct judged *j = &t->judged[i];

		if (starts_camera(t, i))
			say_policy(t, j);
		if (j->has_remote) {
			say_remote(t, j);
			explain_exemptions(t, j);
			explain_sets(t, j);
		}
		say_judged(t, j);
	}
	if (!t->n)
		explain_say(t->x, "verdict", "pass: %s",
			    reason_text(t->v.reason));
}

/**
 * trace_begin() - have a packet's verdict, and what led there
 * @t: where to
 * @x: the packet and the ruleset, which stay
 * @f: what is wrong with the ruleset
 *
 * Return: 0 or the exit code; trace_end() is due in either case.
 */
int trace_begin(struct trace *t, struct explained *x, struct fault *f)
{
	int code;

	*t = (struct trace){ .x = x, .flow = core_flow_of(x->packet) };
	code = core_rules_build(&t->core, x->rs, x->ranges, f);
	if (!code)
		trace_decide(t, t->core.rules, &t->v);
	return code;
}

/**
 * trace_end() - free a trace
 * @t: the trace
 */
void trace_end(struct trace *t)
{
	free(t->judged);
	core_rules_free(&t->core);
}

/**
 * explain() - why a packet passes or is dropped
 * @x: the packet and the ruleset; verdict and steps are filled
 * @f: what is wrong with the ruleset
 *
 * Return: 0 or the exit code; explain_free() is due in either case.
 */
int explain(struct explained *x, struct fault *f)
{
	struct trace t;
	int code = trace_begin(&t, x, f);

	if (!code) {
		core_verdict_of(&t.core, x->rs, &t.v, &x->verdict);
		say_all(&t);
		explain_changes(&t);
	}
	trace_end(&t);
	return code;
}

/**
 * explain_lockdown() - what the core does not know: nothing is in force yet
 * @x: what was explained
 */
void explain_lockdown(struct explained *x)
{
	const struct ruleset *rs = x->rs;

	explain_free(x);
	x->verdict = (struct event){
		.is_packet = true,
		.reason = CAMFENCE_REASON_LOCKDOWN,
		.generation = rs->generation,
	};
	explain_say(x, "verdict", "drop: %s",
		    reason_text(CAMFENCE_REASON_LOCKDOWN));
	explain_say(x, "change", "camfence apply")->command = true;
}

/**
 * explain_free() - free the steps
 * @x: what was explained
 */
void explain_free(struct explained *x)
{
	while (x->n) {
		struct step *s = &x->step[--x->n];

		free(s->text);
		free(s->range);
		free(s->place);
	}
	free(x->step);
	x->step = NULL;
	x->cap = 0;
}

/**
 * verdict_is_drop() - is the packet dropped?
 * @verdict: of the kernel's or our own; of a reason that is not known, no
 *
 * Return: whether it is.
 */
bool verdict_is_drop(const struct event *verdict)
{
	return verdict->reason < __CAMFENCE_REASON_MAX &&
	       cf_reason_is_drop(verdict->reason);
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/**
 * verdict_equal() - are two verdicts the same?
 * @a: one
 * @b: other
 *
 * Return: whether they are, in all that they name.
 */
bool verdict_equal(const struct event *a, const struct event *b)
{
	return a->reason == b->reason && same(a->camera, b->camera) &&
	       same(a->policy, b->policy) && same(a->set, b->set) &&
	       same(a->exemption, b->exemption);
}
