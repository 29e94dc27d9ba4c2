// SPDX-License-Identifier: GPL-2.0
/*
 * What a camera needs on the LAN, by the name of the service. The tool writes
 * exemptions in its place, as docs/semantics.md, section 4, has them, and reads
 * them back as the service: "dhcp@nvr" of policy "isolate" is
 *
 *	service:dhcp:HASH.0	out  udp  68 ->  67  to router, nvr, broadcast
 *	service:dhcp:HASH.1	in   udp  67 ->  68  from router, nvr
 *	service:dhcp:HASH.2	out  udp 546 -> 547  ...
 *
 * each with "dhcp@nvr" as its comment. HASH is of policy and comment, so that
 * no two have the same name. What looks so but is not exactly what the table
 * below says is no service: somebody else put it, and it is shown as it is.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "mem.h"
#include "parse.h"
#include "services.h"
#include "suggest.h"
#include "times.h"

#define MOST_PREFIXES 3
#define MOST_PORTS 4

/* Whom a part is towards, besides its prefixes. */
enum whom {
	ROUTER_OR_SET,		/* the set where there is one, else the router */
	ROUTER_AND_SET,
};

/*
 * struct part - one exemption of a service
 * @port: the remote's, ended by one that ends at 0; none is every port
 * @local_port: the camera's, likewise
 */
struct part {
	enum camfence_direction dir;
	u8 proto;
	enum whom whom;
	struct camfence_port_range port[MOST_PORTS + 1];
	struct camfence_port_range local_port[MOST_PORTS + 1];
	const char *prefix[MOST_PREFIXES];
};

#define OUT CAMFENCE_DIRECTION_OUT
#define IN CAMFENCE_DIRECTION_IN

static const struct part dhcp[] = {
	{ OUT, IPPROTO_UDP, ROUTER_AND_SET, { { 67, 67 } }, { { 68, 68 } },
	  { "255.255.255.255" } },
	{ IN, IPPROTO_UDP, ROUTER_AND_SET, { { 67, 67 } }, { { 68, 68 } }, {} },
	{ OUT, IPPROTO_UDP, ROUTER_AND_SET, { { 547, 547 } }, { { 546, 546 } },
	  { "fe80::/10", "ff02::1:2" } },
	{ IN, IPPROTO_UDP, ROUTER_AND_SET, { { 547, 547 } }, { { 546, 546 } },
	  { "fe80::/10" } },
	{}
};

static const struct part dns[] = {
	{ OUT, IPPROTO_UDP, ROUTER_OR_SET, { { 53, 53 } }, {}, {} },
	{ OUT, IPPROTO_TCP, ROUTER_OR_SET, { { 53, 53 } }, {}, {} },
	{}
};

static const struct part ntp[] = {
	{ OUT, IPPROTO_UDP, ROUTER_OR_SET, { { 123, 123 } }, {}, {} },
	{}
};

/* Answers to a probe, RTP: out to all ports but those that are tunnels. */
static const struct part onvif[] = {
	{ IN, IPPROTO_TCP, ROUTER_OR_SET, {},
	  { { 80, 80 }, { 443, 443 }, { 554, 554 } }, {} },
	{ IN, IPPROTO_UDP, ROUTER_OR_SET, {}, { { 3702, 3702 } }, {} },
	{ OUT, IPPROTO_UDP, ROUTER_OR_SET,
	  { { 0, 4788 }, { 4790, 6080 }, { 6082, 8471 }, { 8473, 65535 } },
	  {}, {} },
	{}
};

static const struct kind {
	const char *name;
	const struct part *part;
	bool needs_set;
} kinds[] = {
	{ "dhcp", dhcp, false },
	{ "ntp", ntp, false },
	{ "dns", dns, false },
	{ "onvif", onvif, true },
};

#define N_KINDS ARRAY_SIZE(kinds)

static const struct kind *find_kind(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < N_KINDS; i++)
		if (strlen(kinds[i].name) == len &&
		    !strncmp(kinds[i].name, name, len))
			return &kinds[i];
	return NULL;
}

static int unknown_kind(const char *text, struct fault *f)
{
	const char *names[N_KINDS];
	char near[SUGGEST_TEXT];
	char *kind;
	size_t i;

	for (i = 0; i < N_KINDS; i++)
		names[i] = kinds[i].name;
	kind = mem_strndup(text, strcspn(text, "@"));
	fault_input(f, "service \"%s\": not known%s", text,
		    suggest(kind, names, N_KINDS, near));
	fault_add(f, "expected dhcp, ntp, dns, or towards a set: dhcp@SET, onvif@SET");
	free(kind);
	return CODE_INPUT;
}

/* KIND[@SET], where @SET is the rest: a set's name may have an @ in it. */
static int parse_service(const char *text, const struct kind **kind,
			 const char **set, struct fault *f)
{
	size_t len = strcspn(text, "@");
	const char *wrong;

	*kind = find_kind(text, len);
	*set = text[len] ? text + len + 1 : NULL;
	if (!*kind)
		return unknown_kind(text, f);
	wrong = *set ? parse_name(*set) : NULL;
	if (wrong)
		return fault_input(f, "service \"%s\": %s; expected %s@SET",
				   text, wrong, (*kind)->name);
	if (*set || !(*kind)->needs_set)
		return 0;
	fault_input(f, "service \"%s\": needs the set of those that may ask the cameras",
		    text);
	fault_add(f, "name it behind an @: %s@nvr", text);
	return CODE_INPUT;
}

/**
 * parse_one_service() - one service
 * @text: the text
 * @services: where it is added
 * @sets: where the set that it needs is added, or NULL
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_one_service(const char *text, struct names *services,
		      struct names *sets, struct fault *f)
{
	const struct kind *kind;
	const char *set;
	int code;

	code = parse_service(text, &kind, &set, f);
	if (code)
		return code;
	if (names_have(services, text))
		return fault_input(f, "service \"%s\": is given twice", text);
	names_add(services, text, strlen(text));
	if (set && sets && !names_have(sets, set))
		names_add(sets, set, strlen(set));
	return 0;
}

/* Services, and the sets that they are towards. */
struct service_list {
	struct names *services;
	struct names *sets;
};

static int add_service(void *arg, const char *text, struct fault *f)
{
	struct service_list *l = arg;

	return parse_one_service(text, l->services, l->sets, f);
}

/**
 * parse_services() - services separated by commas, or "none"
 * @list: the text
 * @services: where they are added
 * @sets: where the sets that they need are added
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_services(const char *list, struct names *services, struct names *sets,
		   struct fault *f)
{
	struct service_list l = { services, sets };

	return strcmp(list, "none") ? args_each(list, add_service, &l, f) : 0;
}

/* FNV-1a, over both with the zero that ends each. */
static u32 hash(const char *policy, const char *text)
{
	const char *const part[] = { policy, text };
	u32 h = 2166136261U;
	size_t i, k;

	for (i = 0; i < 2; i++)
		for (k = 0; k <= strlen(part[i]); k++)
			h = (h ^ (u8)part[i][k]) * 16777619U;
	return h;
}

static struct exemption *add_part(struct service *s)
{
	s->part = mem_grow(s->part, &s->cap, s->n + 1, sizeof(*s->part));
	s->part[s->n] = (struct exemption){ .until = TIME_FOREVER };
	return &s->part[s->n++];
}

static void fill_ports(struct ports *ports,
		       const struct camfence_port_range *from)
{
	for (; from->last; from++)
		ports->v[ports->n++] = *from;
}

static void fill_part(struct exemption *e, const struct part *part,
		      const char *set)
{
	bool host_bits;
	size_t i;

	e->dir = part->dir;
	e->proto = part->proto;
	e->router = !set || part->whom == ROUTER_AND_SET;
	if (set)
		names_add(&e->sets, set, strlen(set));
	fill_ports(&e->ports, part->port);
	fill_ports(&e->local_ports, part->local_port);
	for (i = 0; i < MOST_PREFIXES && part->prefix[i]; i++)
		parse_prefix(part->prefix[i], exemption_add_remote(e),
			     &host_bits);
	exemption_sort_remotes(e);
}

/**
 * service_expand() - the exemptions that a service stands for
 * @s: where to, zeroed
 * @policy: whose service it is
 * @text: the service: KIND[@SET]
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int service_expand(struct service *s, const char *policy, const char *text,
		   struct fault *f)
{
	const struct kind *kind;
	const char *set;
	size_t i;
	int code;

	code = parse_service(text, &kind, &set, f);
	if (code)
		return code;
	for (i = 0; kind->part[i].proto; i++) {
		struct exemption *e = add_part(s);

		fill_part(e, &kind->part[i], set);
		e->name = mem_printf(SERVICE_PREFIX "%s:%08x.%zu", kind->name,
				     hash(policy, text), i);
		e->policy = mem_strdup(policy);
		e->comment = mem_strdup(text);
		e->is_service = true;
	}
	return 0;
}

/**
 * service_free() - free the exemptions
 * @s: the service, empty afterwards
 */
void service_free(struct service *s)
{
	while (s->n)
		exemption_free(&s->part[--s->n]);
	free(s->part);
	*s = (struct service){};
}

/**
 * is_service_name() - is it the name of a part of a service?
 * @name: of an exemption
 *
 * Return: whether it is.
 */
bool is_service_name(const char *name)
{
	return !strncmp(name, SERVICE_PREFIX, strlen(SERVICE_PREFIX));
}

static bool is_part(struct exemption *e, const struct exemption *part)
{
	if (!e || !e->policy || strcmp(e->policy, part->policy) ||
	    !e->comment || strcmp(e->comment, part->comment))
		return false;
	exemption_sort_remotes(e);
	return exemption_same_hole(e, part);
}

/* All parts of it, each what it should be, in the ruleset: mark them. */
static bool mark_parts(struct ruleset *rs, const struct service *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!is_part(ruleset_find(rs, KIND_EXEMPTION, s->part[i].name),
			     &s->part[i]))
			return false;
	for (i = 0; i < s->n; i++) {
		struct exemption *e = ruleset_find(rs, KIND_EXEMPTION,
						   s->part[i].name);

		e->is_service = true;
	}
	return true;
}

static void find_service(struct ruleset *rs, const struct exemption *e)
{
	struct policy *p = ruleset_find(rs, KIND_POLICY, e->policy);
	struct fault ignored = {};
	struct service s = {};

	if (p && !service_expand(&s, p->name, e->comment, &ignored) &&
	    mark_parts(rs, &s))
		names_add(&p->services, e->comment, strlen(e->comment));
	service_free(&s);
	fault_clear(&ignored);
}

/**
 * services_find() - read exemptions back as the services they stand for
 * @rs: the ruleset; its policies get their services, the exemptions a mark
 */
void services_find(struct ruleset *rs)
{
	size_t i;

	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &rs->exemption[i];

		if (!e->is_service && e->policy && e->comment &&
		    is_service_name(e->name))
			find_service(rs, e);
	}
}
