// SPDX-License-Identifier: GPL-2.0
/* From the tool's structs to the core's; nothing is decided here. */
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "mem.h"
#include "parse.h"
#include "show_packet.h"

/**
 * core_addr_of() - an address, or the first one of a prefix
 * @r: the address, as it was parsed
 *
 * Return: it, as the core has it.
 */
struct cf_addr core_addr_of(const struct range *r)
{
	if (r->family == 4)
		return (struct cf_addr){ CF_IPV4, { .v4 = r->v4.first } };
	return (struct cf_addr){
		CF_IPV6, { .v6 = { r->v6.first.hi, r->v6.first.lo } }
	};
}

/**
 * core_range_of() - an address
 * @a: it, as the core has it; not CF_NONE
 *
 * Return: it, as if it had been parsed.
 */
struct range core_range_of(const struct cf_addr *a)
{
	struct u128 v6 = { a->v6.hi, a->v6.lo };

	if (a->family == CF_IPV4)
		return (struct range){ .family = 4, .v4 = { a->v4, a->v4 } };
	return (struct range){ .family = 6, .v6 = { v6, v6 } };
}

/**
 * core_mac_of() - a MAC
 * @mac: its bytes
 *
 * Return: it, as the core has it.
 */
u64 core_mac_of(const u8 mac[6])
{
	u64 v = 0;
	int i;

	for (i = 0; i < 6; i++)
		v = v << 8 | mac[i];
	return v;
}

/**
 * core_addr_in() - an address of a packet's
 * @p: the packet
 * @bytes: the address, of the packet's family
 *
 * Return: it, as the core has it.
 */
struct cf_addr core_addr_in(const struct event *p, const u8 *bytes)
{
	struct range r = packet_addr(p, bytes);

	return core_addr_of(&r);
}

/**
 * core_flow_of() - a packet for cf_decide()
 * @p: the packet; its texts stay
 *
 * As verdict-get does it in the kernel.
 *
 * Return: it, as the core has it.
 */
struct cf_flow core_flow_of(const struct event *p)
{
	struct cf_flow f = {
		.hook = (enum cf_hook)p->hook,
		.src = core_addr_in(p, p->src),
		.dst = core_addr_in(p, p->dst),
		.smac = core_mac_of(p->smac),
		.dmac = core_mac_of(p->dmac),
		.in = p->in,
		.out = p->out,
		.proto = p->proto,
		.ct = (enum cf_ct)p->ct,
	};

	if (p->sport >= 0) {
		f.sport = p->sport;
		f.dport = p->dport;
		f.flags = CF_FLOW_PORTS;
	} else if (p->icmp_type >= 0) {
		f.icmp_type = p->icmp_type;
		f.flags = CF_FLOW_ICMP;
	}
	cf_flow_complete(&f);
	return f;
}

static struct cf_prefix prefix_of(const struct range *r)
{
	return (struct cf_prefix){ core_addr_of(r), range_prefix_len(r) };
}

/* Names are at most as long as the core's: they were parsed, or the kernel's. */
static void copy_name(char to[CAMFENCE_NAME_LEN], const char *name)
{
	if (name)
		snprintf(to, CAMFENCE_NAME_LEN, "%s", name);
}

static void *copy_names(const struct names *a, const struct names *b)
{
	char (*to)[CAMFENCE_NAME_LEN] = mem_zalloc((a->n + b->n + 1) *
						   sizeof(*to));
	size_t i;

	for (i = 0; i < a->n + b->n; i++)
		copy_name(to[i], i < a->n ? a->v[i] : b->v[i - a->n]);
	return to;
}

static void *copy_bytes(const void *from, size_t len)
{
	void *to = mem_zalloc(len + 1);

	if (len)
		memcpy(to, from, len);
	return to;
}

static struct cf_prefix *copy_prefixes(const struct range *r, size_t n)
{
	struct cf_prefix *to = mem_zalloc((n + 1) * sizeof(*to));
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = prefix_of(&r[i]);
	return to;
}

static void fill_set(struct cf_set *to, const struct set *s,
		     const struct ranges *r)
{
	size_t i;

	copy_name(to->name, s->name);
	to->n4 = r->n4;
	to->n6 = r->n6;
	to->r4 = mem_zalloc((r->n4 + 1) * sizeof(*to->r4));
	to->r6 = mem_zalloc((r->n6 + 1) * sizeof(*to->r6));
	for (i = 0; i < r->n4; i++)
		to->r4[i] = (struct cf_range4){ r->v4[i].first, r->v4[i].last };
	for (i = 0; i < r->n6; i++)
		to->r6[i] = (struct cf_range6){
			{ r->v6[i].first.hi, r->v6[i].first.lo },
			{ r->v6[i].last.hi, r->v6[i].last.lo }
		};
}

static void fill_policy(struct cf_policy *to, const struct policy *p)
{
	copy_name(to->name, p->name);
	to->dflt = p->default_;
	to->action = p->action;
	to->n_allow = p->allow.n;
	to->n_block = p->block.n;
	to->sets = copy_names(&p->allow, &p->block);
}

static struct cf_selector selector_of(const struct selector *s)
{
	static const enum cf_selector_type types[] = {
		[SELECT_MAC] = CF_SEL_MAC, [SELECT_ADDR] = CF_SEL_ADDR,
		[SELECT_NET] = CF_SEL_PREFIX, [SELECT_OUI] = CF_SEL_OUI,
		[SELECT_IIF] = CF_SEL_IFACE,
	};
	struct cf_selector to = { .type = types[s->type], .len = s->len };

	if (s->type == SELECT_MAC || s->type == SELECT_OUI)
		to.mac = core_mac_of(s->mac);
	else if (s->type == SELECT_IIF)
		memcpy(to.iface, s->iif, sizeof(to.iface));
	else
		to.addr = core_addr_of(&s->addr);
	if (s->type == SELECT_NET)
		to.len = range_prefix_len(&s->addr);
	return to;
}

static void fill_camera(struct cf_camera *to, const struct camera *c,
			bool catch)
{
	size_t i;

	copy_name(to->name, c->name);
	copy_name(to->policy, c->policy);
	to->catch = catch;
	to->shared = c->shared;
	to->n_selectors = c->n_selectors;
	to->selectors = mem_zalloc((c->n_selectors + 1) *
				   sizeof(*to->selectors));
	for (i = 0; i < c->n_selectors; i++)
		to->selectors[i] = selector_of(&c->selector[i]);
}

static void fill_exemption(struct cf_exemption *to, const struct exemption *e)
{
	static const struct names none;

	copy_name(to->name, e->name);
	copy_name(to->camera, e->camera);
	copy_name(to->policy, e->policy);
	to->not_before = e->not_before;
	to->until = e->until;
	to->proto = e->proto < 0 ? CF_PROTO_ANY : e->proto;
	to->direction = e->dir;
	to->router = e->router;
	to->n_sets = e->sets.n;
	to->sets = copy_names(&e->sets, &none);
	to->n_ports = e->ports.n;
	to->ports = copy_bytes(e->ports.v, e->ports.n * sizeof(*e->ports.v));
	to->n_local_ports = e->local_ports.n;
	to->local_ports = copy_bytes(e->local_ports.v, e->local_ports.n *
				     sizeof(*e->local_ports.v));
	to->n_icmp_types = e->n_icmp_types;
	to->icmp_types = copy_bytes(e->icmp_type, e->n_icmp_types);
	to->n_prefixes = e->n_remotes;
	to->prefixes = copy_prefixes(e->remote, e->n_remotes);
}

static void fill_options(struct cf_options *to, const struct settings *s)
{
	copy_name(to->name, "options");
	copy_name(to->site, s->site);
	to->n_nat64 = s->n_nat64;
	to->nat64 = copy_prefixes(s->nat64, s->n_nat64);
}

/* Each object begins with its name. */
static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Room for n objects of a kind, and what finds them by their order. */
static void *begin(struct core_rules *c, enum cf_kind kind, size_t n,
		   size_t size)
{
	const void **of = mem_zalloc((n + 1) * sizeof(*of));
	char *own = mem_zalloc((n + 1) * size);
	size_t i;

	for (i = 0; i < n; i++)
		of[i] = own + i * size;
	c->own[kind] = own;
	c->in.of[kind] = of;
	c->in.n[kind] = n;
	return own;
}

static void end(struct core_rules *c, enum cf_kind kind)
{
	qsort((void *)c->in.of[kind], c->in.n[kind], sizeof(void *), by_name);
}

static void fill_exemptions(struct core_rules *c, const struct exemption *e,
			    size_t n)
{
	struct cf_exemption *to = begin(c, CF_KIND_EXEMPTION, n, sizeof(*to));
	size_t i;

	for (i = 0; i < n; i++)
		fill_exemption(&to[i], &e[i]);
}

static void fill(struct core_rules *c, const struct ruleset *rs,
		 const struct ranges *ranges)
{
	size_t n = rs->n[KIND_CAMERA], i;
	struct cf_policy *policies;
	struct cf_camera *cameras;
	struct cf_set *sets;

	sets = begin(c, CF_KIND_SET, rs->n[KIND_SET], sizeof(*sets));
	for (i = 0; i < rs->n[KIND_SET]; i++)
		fill_set(&sets[i], &rs->set[i], &ranges[i]);
	policies = begin(c, CF_KIND_POLICY, rs->n[KIND_POLICY],
			 sizeof(*policies));
	for (i = 0; i < rs->n[KIND_POLICY]; i++)
		fill_policy(&policies[i], &rs->policy[i]);
	cameras = begin(c, CF_KIND_CAMERA, n + rs->n[KIND_CATCH],
			sizeof(*cameras));
	for (i = 0; i < n; i++)
		fill_camera(&cameras[i], &rs->camera[i], false);
	for (i = 0; i < rs->n[KIND_CATCH]; i++)
		fill_camera(&cameras[n + i], &rs->catch[i], true);
	fill_exemptions(c, rs->exemption, rs->n[KIND_EXEMPTION]);
	fill_options(begin(c, CF_KIND_OPTIONS, 1, sizeof(struct cf_options)),
		     &rs->settings);
	for (i = 0; i < CF_KINDS; i++)
		end(c, i);
}

/**
 * core_rules_build() - make a ruleset ready for cf_decide()
 * @c: where to
 * @rs: the ruleset, which may go afterwards
 * @ranges: of each of its sets, merged
 * @f: what is wrong, as the kernel would say it at a commit
 *
 * Return: 0 or the exit code; core_rules_free() is due in either case.
 */
int core_rules_build(struct core_rules *c, const struct ruleset *rs,
		     const struct ranges *ranges, struct fault *f)
{
	char message[CF_MESSAGE_LEN] = "";
	int err;

	*c = (struct core_rules){};
	fill(c, rs, ranges);
	err = cf_rules_build(&c->rules, &c->in, NULL, message);
	if (!err)
		return 0;
	return fault_input(f, "%s", *message ? message : strerror(-err));
}

/**
 * core_name() - the name of one of the core's objects
 * @c: the ruleset, as the core has it
 * @rs: what it was built from
 * @kind: what kind of object
 * @i: its index, or CF_NOTHING
 *
 * Return: it, as long as @rs is there, or NULL.
 */
const char *core_name(const struct core_rules *c, const struct ruleset *rs,
		      enum cf_kind kind, u32 i)
{
	static const enum objkind kinds[] = {
		[CF_KIND_SET] = KIND_SET, [CF_KIND_POLICY] = KIND_POLICY,
		[CF_KIND_CAMERA] = KIND_CAMERA,
		[CF_KIND_EXEMPTION] = KIND_EXEMPTION,
	};
	const char *name;
	char *const *own;

	if (i == CF_NOTHING)
		return NULL;
	name = c->in.of[kind][i];
	own = ruleset_find(rs, kinds[kind], name);
	if (!own && kind == CF_KIND_CAMERA)
		own = ruleset_find(rs, KIND_CATCH, name);
	/* The name is the first member of each. */
	return own ? *own : NULL;
}

/**
 * core_verdict_of() - a verdict with its names
 * @c: the ruleset, as the core has it
 * @rs: what it was built from; the names are its
 * @v: what cf_decide() said
 * @to: where to
 */
void core_verdict_of(const struct core_rules *c, const struct ruleset *rs,
		     const struct cf_verdict *v, struct event *to)
{
	*to = (struct event){
		.is_packet = true,
		.reason = v->reason,
		.camera = core_name(c, rs, CF_KIND_CAMERA, v->camera),
		.policy = core_name(c, rs, CF_KIND_POLICY, v->policy),
		.set = core_name(c, rs, CF_KIND_SET, v->set),
		.exemption = core_name(c, rs, CF_KIND_EXEMPTION, v->exemption),
		.generation = rs->generation,
	};
}

static void free_exemption(const struct cf_exemption *e)
{
	free(e->sets);
	free(e->ports);
	free(e->local_ports);
	free(e->icmp_types);
	free(e->prefixes);
}

static void free_objects(struct core_rules *c)
{
	u32 i;

	for (i = 0; i < c->in.n_sets; i++) {
		free(c->in.sets[i]->r4);
		free(c->in.sets[i]->r6);
	}
	for (i = 0; i < c->in.n_policies; i++)
		free(c->in.policies[i]->sets);
	for (i = 0; i < c->in.n_cameras; i++)
		free(c->in.cameras[i]->selectors);
	for (i = 0; i < c->in.n_exemptions; i++)
		free_exemption(c->in.exemptions[i]);
	for (i = 0; i < c->in.n_options; i++)
		free(c->in.options[i]->nat64);
}

/**
 * core_rules_free() - free it
 * @c: the ruleset; nothing is in it afterwards
 */
void core_rules_free(struct core_rules *c)
{
	enum cf_kind kind;

	if (c->rules)
		cf_rules_free(c->rules);
	free_objects(c);
	for (kind = 0; kind < CF_KINDS; kind++) {
		free((void *)c->in.of[kind]);
		free(c->own[kind]);
	}
	*c = (struct core_rules){};
}

/**
 * core_rules_with() - a ruleset that has some exemptions more
 * @with: where to
 * @c: the ruleset, which @with borrows from
 * @more: the exemptions, of names that are not there
 * @n: how many
 *
 * Return: whether there can be such; core_rules_without() is due in either case.
 */
bool core_rules_with(struct core_rules *with, const struct core_rules *c,
		     const struct exemption *more, size_t n)
{
	size_t had = c->in.n_exemptions, i;
	char message[CF_MESSAGE_LEN];
	const void **of;

	*with = (struct core_rules){ .in = c->in };
	fill_exemptions(with, more, n);
	of = mem_zalloc((had + n) * sizeof(*of));
	memcpy(of, c->in.exemptions, had * sizeof(*of));
	for (i = 0; i < n; i++)
		of[had + i] = with->in.exemptions[i];
	free((void *)with->in.exemptions);
	with->in.of[CF_KIND_EXEMPTION] = of;
	with->in.n_exemptions = had + n;
	end(with, CF_KIND_EXEMPTION);
	return !cf_rules_build(&with->rules, &with->in, c->rules, message);
}

/**
 * core_rules_without() - done with it
 * @with: what core_rules_with() has made
 * @n: as given to it
 */
void core_rules_without(struct core_rules *with, size_t n)
{
	struct cf_exemption *own = with->own[CF_KIND_EXEMPTION];

	if (with->rules)
		cf_rules_free(with->rules);
	while (n)
		free_exemption(&own[--n]);
	free(own);
	free((void *)with->in.exemptions);
	*with = (struct core_rules){};
}
