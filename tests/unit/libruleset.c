// SPDX-License-Identifier: GPL-2.0
/* Rulesets from text; libcore.h tells its form. */
#include "libcore.h"

static void read_name(char *out, const char *text)
{
	if (!text || strlen(text) >= CAMFENCE_NAME_LEN)
		core_cannot_read("name", text ? text : "");
	snprintf(out, CAMFENCE_NAME_LEN, "%s", text);
}

static void *grow(void *array, u32 n, size_t size)
{
	array = realloc(array, (n + 1) * size);
	if (!array)
		abort();
	memset((u8 *)array + n * size, 0, size);
	return array;
}

static void read_range(struct cf_set *set, char *word)
{
	struct cf_addr first, last;
	char *dash = strchr(word, '-');

	if (dash) {
		*dash = 0;
		first = core_addr(word);
		last = core_addr(dash + 1);
	} else {
		struct cf_prefix p = core_prefix(word);

		first = p.addr;
		last = p.addr;
		last.v6.hi |= ~cf_mask64(p.len);
		last.v6.lo |= ~cf_mask64(p.len > 64 ? p.len - 64 : 0);
		if (first.family == CF_IPV4)
			last.v4 = first.v4 | ~cf_mask32(p.len);
	}
	if (first.family == CF_IPV4) {
		set->r4 = grow(set->r4, set->n4, sizeof(*set->r4));
		set->r4[set->n4++] = (struct cf_range4){ first.v4, last.v4 };
	} else {
		set->r6 = grow(set->r6, set->n6, sizeof(*set->r6));
		set->r6[set->n6++] = (struct cf_range6){ first.v6, last.v6 };
	}
}

static void check_set(const struct cf_set *set)
{
	u32 i;

	for (i = 0; i < set->n4; i++)
		if (set->r4[i].last < set->r4[i].first ||
		    (i && set->r4[i].first <= set->r4[i - 1].last))
			core_cannot_read("ranges that do not ascend", set->name);
	for (i = 0; i < set->n6; i++)
		if (cf_in6_cmp(set->r6[i].last, set->r6[i].first) < 0 ||
		    (i && cf_in6_cmp(set->r6[i].first,
				     set->r6[i - 1].last) <= 0))
			core_cannot_read("ranges that do not ascend", set->name);
}

static void read_set(struct cf_set *set, char *rest)
{
	char *word = core_next_word(&rest);

	read_name(set->name, word);
	while ((word = core_next_word(&rest)))
		read_range(set, word);
	check_set(set);
}

static u8 read_sets(struct cf_policy *p, u32 n, const char *list)
{
	char buf[512], *at, *rest;
	u8 before = n;

	snprintf(buf, sizeof(buf), "%s", list);
	for (at = strtok_r(buf, ",", &rest); at;
	     at = strtok_r(NULL, ",", &rest)) {
		p->sets = grow(p->sets, n, sizeof(*p->sets));
		read_name(p->sets[n++], at);
	}
	return n - before;
}

static void read_policy(struct cf_policy *p, char *rest)
{
	char *word = core_next_word(&rest);
	const char *value;

	read_name(p->name, word);
	while ((word = core_next_word(&rest))) {
		if (!strcmp(word, "drop"))
			p->dflt = CAMFENCE_DEFAULT_DROP;
		else if (!strcmp(word, "pass"))
			p->dflt = CAMFENCE_DEFAULT_PASS;
		else if (!strcmp(word, "audit"))
			p->action = CAMFENCE_ACTION_AUDIT;
		else if (!strcmp(word, "reject"))
			p->action = CAMFENCE_ACTION_REJECT;
		else if (!p->n_block && core_value_of(word, "allow", &value))
			p->n_allow += read_sets(p, p->n_allow, value);
		else if (core_value_of(word, "block", &value))
			p->n_block += read_sets(p, p->n_allow + p->n_block,
						value);
		else
			core_cannot_read("policy", word);
	}
}

/* AA:BB:CC[:D[D[:E]]]/LEN, as many digits as the length needs. */
static void read_oui(struct cf_selector *s, const char *text)
{
	const char *slash = strchr(text, '/');
	unsigned int digits = 0;

	if (!slash)
		core_cannot_read("OUI", text);
	s->type = CF_SEL_OUI;
	s->len = strtoul(slash + 1, NULL, 10);
	for (; text < slash; text++) {
		char digit[2] = { *text };

		if (*text == ':')
			continue;
		s->mac = s->mac << 4 | strtoul(digit, NULL, 16);
		digits++;
	}
	if (digits * 4 != s->len)
		core_cannot_read("OUI", slash);
	s->mac <<= 48 - s->len;
}

static void read_selector(struct cf_selector *s, const char *word)
{
	const char *value;

	if (core_value_of(word, "oui", &value)) {
		read_oui(s, value);
	} else if (core_value_of(word, "iif", &value)) {
		s->type = CF_SEL_IFACE;
		snprintf(s->iface, sizeof(s->iface), "%s", value);
	} else if (strchr(word, '/')) {
		struct cf_prefix p = core_prefix(word);

		s->type = CF_SEL_PREFIX;
		s->len = p.len;
		s->addr = p.addr;
	} else if (core_read_addr(&s->addr, word)) {
		s->type = CF_SEL_ADDR;
	} else {
		s->type = CF_SEL_MAC;
		s->mac = core_mac(word);
	}
}

struct cf_selector core_selector(const char *text)
{
	struct cf_selector s = { 0 };

	read_selector(&s, text);
	return s;
}

static void read_camera(struct cf_camera *c, char *rest)
{
	char *word = core_next_word(&rest);

	read_name(c->name, word);
	read_name(c->policy, core_next_word(&rest));
	while ((word = core_next_word(&rest))) {
		if (!strcmp(word, "shared")) {
			c->shared = true;
			continue;
		}
		c->selectors = grow(c->selectors, c->n_selectors,
				    sizeof(*c->selectors));
		read_selector(&c->selectors[c->n_selectors++], word);
	}
}

static void read_catch(struct cf_camera *c, char *rest)
{
	c->catch = true;
	read_camera(c, rest);
}

static void read_ports(struct camfence_port_range **ports, u8 *n,
		       const char *text)
{
	while (*text) {
		struct camfence_port_range *r;
		char *end;

		*ports = grow(*ports, *n, sizeof(*r));
		r = &(*ports)[(*n)++];
		r->first = strtoul(text, &end, 10);
		r->last = r->first;
		if (*end == '-')
			r->last = strtoul(end + 1, &end, 10);
		if (*end && *end != ',')
			core_cannot_read("ports", text);
		text = *end ? end + 1 : end;
	}
}

static void read_direction(struct cf_exemption *e, const char *text)
{
	if (!strcmp(text, "both"))
		e->direction = CAMFENCE_DIRECTION_BOTH;
	else if (!strcmp(text, "in"))
		e->direction = CAMFENCE_DIRECTION_IN;
	else if (strcmp(text, "out"))
		core_cannot_read("direction", text);
}

static void read_icmp_types(struct cf_exemption *e, const char *text)
{
	while (*text) {
		char *end;

		e->icmp_types = grow(e->icmp_types, e->n_icmp_types, 1);
		e->icmp_types[e->n_icmp_types++] = strtoul(text, &end, 10);
		if (*end && *end != ',')
			core_cannot_read("ICMP types", text);
		text = *end ? end + 1 : end;
	}
}

/* Return: true if it was whose it is, or to whom */
static bool read_ends(struct cf_exemption *e, const char *word)
{
	const char *value;

	if (core_value_of(word, "camera", &value)) {
		read_name(e->camera, value);
	} else if (core_value_of(word, "policy", &value)) {
		read_name(e->policy, value);
	} else if (core_value_of(word, "set", &value)) {
		e->sets = grow(e->sets, e->n_sets, sizeof(*e->sets));
		read_name(e->sets[e->n_sets++], value);
	} else if (!strcmp(word, "router")) {
		e->router = true;
	} else {
		return false;
	}
	return true;
}

static void read_exemption(struct cf_exemption *e, char *rest)
{
	char *word = core_next_word(&rest);
	const char *value;

	read_name(e->name, word);
	e->until = U64_MAX;
	e->proto = CF_PROTO_ANY;
	while ((word = core_next_word(&rest))) {
		if (read_ends(e, word)) {
			continue;
		} else if (core_value_of(word, "dir", &value)) {
			read_direction(e, value);
		} else if (core_value_of(word, "proto", &value)) {
			e->proto = strtoul(value, NULL, 10);
		} else if (core_value_of(word, "port", &value)) {
			read_ports(&e->ports, &e->n_ports, value);
		} else if (core_value_of(word, "local", &value)) {
			read_ports(&e->local_ports, &e->n_local_ports, value);
		} else if (core_value_of(word, "icmp", &value)) {
			read_icmp_types(e, value);
		} else if (core_value_of(word, "from", &value)) {
			e->not_before = strtoull(value, NULL, 10);
		} else if (core_value_of(word, "until", &value)) {
			e->until = strtoull(value, NULL, 10);
		} else {
			e->prefixes = grow(e->prefixes, e->n_prefixes,
					   sizeof(*e->prefixes));
			e->prefixes[e->n_prefixes++] = core_prefix(word);
		}
	}
}

static struct cf_options *options(struct core_ruleset *rs)
{
	if (!rs->in.n_options++)
		rs->options = core_alloc(1, sizeof(*rs->options));
	rs->in.n_options = 1;
	return rs->options;
}

static void read_nat64(struct cf_options *o, char *rest)
{
	char *word;

	while ((word = core_next_word(&rest))) {
		o->nat64 = grow(o->nat64, o->n_nat64, sizeof(*o->nat64));
		o->nat64[o->n_nat64++] = core_prefix(word);
	}
}

static void *add(void *array_of_pointers, u32 *n, size_t size)
{
	void ***array = array_of_pointers;

	*array = grow(*array, *n, sizeof(**array));
	(*array)[*n] = core_alloc(1, size);
	return (*array)[(*n)++];
}

static void read_statement(struct core_ruleset *rs, char *line)
{
	char *rest, *word = strtok_r(line, " \t", &rest);

	if (!word)
		return;
	if (!strcmp(word, "set"))
		read_set(add(&rs->sets, &rs->in.n_sets,
			     sizeof(**rs->sets)), rest);
	else if (!strcmp(word, "policy"))
		read_policy(add(&rs->policies, &rs->in.n_policies,
				sizeof(**rs->policies)), rest);
	else if (!strcmp(word, "camera"))
		read_camera(add(&rs->cameras, &rs->in.n_cameras,
				sizeof(**rs->cameras)), rest);
	else if (!strcmp(word, "catch"))
		read_catch(add(&rs->cameras, &rs->in.n_cameras,
			       sizeof(**rs->cameras)), rest);
	else if (!strcmp(word, "site"))
		read_name(options(rs)->site, core_next_word(&rest));
	else if (!strcmp(word, "nat64"))
		read_nat64(options(rs), rest);
	else if (!strcmp(word, "exempt"))
		read_exemption(add(&rs->exemptions, &rs->in.n_exemptions,
				   sizeof(**rs->exemptions)), rest);
	else
		core_cannot_read("statement", word);
}

/* Every object begins with its name. */
static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_by_name(void *objects, u32 n)
{
	if (n)
		qsort(objects, n, sizeof(void *), by_name);
}

struct core_ruleset *core_parse(const char *text)
{
	struct core_ruleset *rs = core_alloc(1, sizeof(*rs));
	char *copy = strdup(text), *line, *rest;

	if (!copy)
		abort();
	for (line = strtok_r(copy, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		read_statement(rs, line);
	free(copy);
	sort_by_name(rs->sets, rs->in.n_sets);
	sort_by_name(rs->policies, rs->in.n_policies);
	sort_by_name(rs->cameras, rs->in.n_cameras);
	sort_by_name(rs->exemptions, rs->in.n_exemptions);
	rs->in.sets = (const struct cf_set *const *)rs->sets;
	rs->in.policies = (const struct cf_policy *const *)rs->policies;
	rs->in.cameras = (const struct cf_camera *const *)rs->cameras;
	rs->in.exemptions = (const struct cf_exemption *const *)rs->exemptions;
	rs->in.options = (const struct cf_options *const *)&rs->options;
	return rs;
}

void core_free(struct core_ruleset *rs)
{
	u32 i;

	for (i = 0; i < rs->in.n_sets; i++) {
		free(rs->sets[i]->r4);
		free(rs->sets[i]->r6);
		free(rs->sets[i]);
	}
	for (i = 0; i < rs->in.n_policies; i++) {
		free(rs->policies[i]->sets);
		free(rs->policies[i]);
	}
	for (i = 0; i < rs->in.n_cameras; i++) {
		free(rs->cameras[i]->selectors);
		free(rs->cameras[i]);
	}
	for (i = 0; i < rs->in.n_exemptions; i++) {
		free(rs->exemptions[i]->ports);
		free(rs->exemptions[i]->local_ports);
		free(rs->exemptions[i]->icmp_types);
		free(rs->exemptions[i]->sets);
		free(rs->exemptions[i]->prefixes);
		free(rs->exemptions[i]);
	}
	if (rs->options)
		free(rs->options->nat64);
	free(rs->options);
	free(rs->sets);
	free(rs->policies);
	free(rs->cameras);
	free(rs->exemptions);
	free(rs);
}
