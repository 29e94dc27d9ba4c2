// SPDX-License-Identifier: GPL-2.0
/* Lists: of tor-geoipdb, read by the tool's own parser, and a made-up one. */
#include "formats/formats.h"

#include "bench.h"

static const char *const files[] = {
	"/usr/share/tor/geoip", "/usr/share/tor/geoip6",
};

void *bench_alloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p) {
		fputs("bench: out of memory\n", stderr);
		abort();
	}
	return p;
}

/* An array that has room for n: half of it, at most, is in vain. */
void *bench_grown(void *p, size_t *room, size_t n, size_t size)
{
	if (n <= *room)
		return p;
	*room += n;
	p = realloc(p, *room * size);
	if (!p)
		abort();
	return p;
}

/* ---- pieces: where the answer changes ---- */

struct edge {
	struct cf_in6 at;	/* left-aligned */
	u32 set;
};

static int compare_edges(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;

	return cf_in6_cmp(a->at, b->at);
}

static struct cf_in6 align4(u32 addr)
{
	return (struct cf_in6){ .hi = (u64)addr << 32 };
}

/* Each edge is where one set begins or ends. */
static u32 find_edges(const struct list *l, enum cf_family family,
		      struct edge **out)
{
	struct edge *edges;
	u32 n = 0, i, j;

	for (i = 0; i < l->n_sets; i++)
		n += 2 * (family == CF_IPV4 ? l->sets[i]->n4 : l->sets[i]->n6);
	edges = bench_alloc(n, sizeof(*edges));
	n = 0;
	for (i = 0; i < l->n_sets; i++) {
		const struct cf_set *set = l->sets[i];

		for (j = 0; family == CF_IPV4 && j < set->n4; j++) {
			edges[n++] = (struct edge){ align4(set->r4[j].first), i };
			if (set->r4[j].last != U32_MAX)
				edges[n++] = (struct edge){
					align4(set->r4[j].last + 1), i };
		}
		for (j = 0; family == CF_IPV6 && j < set->n6; j++) {
			edges[n++] = (struct edge){ set->r6[j].first, i };
			if (!cf_in6_is_last(set->r6[j].last))
				edges[n++] = (struct edge){
					cf_in6_next(set->r6[j].last), i };
		}
	}
	qsort(edges, n, sizeof(*edges), compare_edges);
	*out = edges;
	return n;
}

/* Few: these lists' sets hardly overlap. */
static u16 class_of(struct pieces *p, u64 mask)
{
	u32 i;

	for (i = 0; i < p->n_classes; i++)
		if (p->masks[i] == mask)
			return i;
	if (p->n_classes == 4096)
		abort();
	p->masks[p->n_classes] = mask;
	return p->n_classes++;
}

static void add_piece(struct pieces *p, struct cf_in6 start, u64 mask)
{
	u16 class = class_of(p, mask);

	if (p->n && p->class[p->n - 1] == class)
		return;
	p->class[p->n] = class;
	if (p->start4)
		p->start4[p->n++] = start.hi >> 32;
	else
		p->start6[p->n++] = start;
}

static void cut(struct pieces *p, const struct list *l, enum cf_family family)
{
	struct cf_in6 at = { 0 };
	struct edge *edges;
	u32 n = find_edges(l, family, &edges), i = 0;
	u64 mask = 0;

	if (!n)
		goto out;
	p->masks = bench_alloc(4096, sizeof(*p->masks));
	class_of(p, 0);
	p->class = bench_alloc(n + 1, sizeof(*p->class));
	if (family == CF_IPV4)
		p->start4 = bench_alloc(n + 1, sizeof(*p->start4));
	else
		p->start6 = bench_alloc(n + 1, sizeof(*p->start6));
	for (;;) {
		for (; i < n && !cf_in6_cmp(edges[i].at, at); i++)
			mask ^= BIT_ULL(edges[i].set);
		add_piece(p, at, mask);
		if (i == n)
			break;
		at = edges[i].at;
	}
out:
	free(edges);
}

/* ---- prefixes ---- */

static unsigned __int128 wide(struct cf_in6 a)
{
	return (unsigned __int128)a.hi << 64 | a.lo;
}

/* Length of the longest run of host bits that begins here and ends in time. */
static unsigned int host_bits(unsigned __int128 first, unsigned __int128 last)
{
	unsigned int bits = 0;

	while (bits < 128) {
		unsigned __int128 size = (unsigned __int128)1 << bits;

		if (first & size || first + (size - 1 + size) > last)
			break;
		bits++;
	}
	return bits;
}

static struct prefix *split(const struct pieces *p, u32 *n)
{
	struct prefix *out = NULL;
	size_t room = 0;
	u32 i;

	*n = 0;
	for (i = 0; i < p->n; i++) {
		unsigned __int128 at = wide(piece_key(p, i)), last = -1;
		unsigned int bits;

		if (i + 1 < p->n)
			last = wide(piece_key(p, i + 1)) - 1;
		for (; p->class[i]; at += (unsigned __int128)1 << bits) {
			out = bench_grown(out, &room, *n + 1, sizeof(*out));
			bits = host_bits(at, last);
			out[(*n)++] = (struct prefix){
				.addr = { at >> 64, at }, .len = 128 - bits,
				.class = p->class[i],
			};
			if (bits == 128 ||
			    at + (((unsigned __int128)1 << bits) - 1) == last)
				break;
		}
	}
	return out;
}

static struct list *finish(struct list *l)
{
	cut(&l->of4, l, CF_IPV4);
	cut(&l->of6, l, CF_IPV6);
	l->prefixes4 = split(&l->of4, &l->n_prefixes4);
	l->prefixes6 = split(&l->of6, &l->n_prefixes6);
	return l;
}

/* ---- tor-geoipdb ---- */

/* Country codes by the order in which they are met. */
struct dealt {
	char code[1024][2];
	u32 n;
};

static u32 number_of(struct dealt *d, const char *code)
{
	u32 i;

	for (i = 0; i < d->n; i++)
		if (!memcmp(d->code[i], code, 2))
			return i;
	if (d->n == ARRAY_SIZE(d->code))
		abort();
	memcpy(d->code[d->n], code, 2);
	return d->n++;
}

static void want(struct countries *c, const char *code)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (!memcmp(c->code[i], code, 2))
			return;
	memcpy(c->code[c->n++], code, 2);
}

static bool read_geoip(const char *name, bool world, struct load *loads,
		       struct dealt *dealt)
{
	FILE *file = fopen(name, "re");
	size_t room = 0;
	char *line = NULL;
	ssize_t len;

	if (!file) {
		fprintf(stderr, "bench: %s: %s\n", name, strerror(errno));
		return false;
	}
	while ((len = getline(&line, &room, file)) > 0) {
		struct load *to = loads;
		const char *code = line + len - 3, *wrong;

		if (!format_is_data(line, len - 1) || len < 8 ||
		    (!world && memcmp(code, "CN", 2)))
			continue;
		if (world)
			to += number_of(dealt, code) % CAMFENCE_MAX_SETS;
		want(&to->countries, code);
		wrong = format_geoip.line(to, line, len - 1);
		if (wrong) {
			fprintf(stderr, "bench: %s: %s", wrong, line);
			abort();
		}
	}
	free(line);
	fclose(file);
	return true;
}

static struct cf_set *to_set(struct ranges *r)
{
	struct cf_set *set = bench_alloc(1, sizeof(*set));
	size_t i;

	ranges_merge(r);
	set->n4 = r->n4;
	set->n6 = r->n6;
	set->r4 = bench_alloc(r->n4, sizeof(*set->r4));
	set->r6 = bench_alloc(r->n6, sizeof(*set->r6));
	for (i = 0; i < r->n4; i++)
		set->r4[i] = (struct cf_range4){ r->v4[i].first, r->v4[i].last };
	for (i = 0; i < r->n6; i++)
		set->r6[i] = (struct cf_range6){
			{ r->v6[i].first.hi, r->v6[i].first.lo },
			{ r->v6[i].last.hi, r->v6[i].last.lo },
		};
	ranges_free(r);
	return set;
}

/**
 * list_geoip() - a list of tor-geoipdb
 * @name: of the list
 * @world: all countries, dealt over 63 sets; else China alone
 *
 * Return: the list, or NULL where the files are not here.
 */
struct list *list_geoip(const char *name, bool world)
{
	struct load *loads = bench_alloc(CAMFENCE_MAX_SETS, sizeof(*loads));
	struct list *l = bench_alloc(1, sizeof(*l));
	struct dealt *dealt = bench_alloc(1, sizeof(*dealt));
	bool there = true;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		there &= read_geoip(files[i], world, loads, dealt);
	if (there) {
		l->name = name;
		l->n_sets = world ? CAMFENCE_MAX_SETS : 1;
		for (i = 0; i < l->n_sets; i++)
			l->sets[i] = to_set(&loads[i].ranges);
		finish(l);
	}
	free(loads);
	free(dealt);
	if (there)
		return l;
	free(l);
	return NULL;
}

/* ---- the made-up one ---- */

/* Lengths as in the Internet's routing tables: three of five are /24. */
static unsigned int draw_length(void)
{
	u32 of100 = bench_random() % 100;

	if (of100 < 60)
		return 24;
	if (of100 < 98)
		return 16 + bench_random() % 8;
	return 25 + bench_random() % 8;
}

/* /24s that are taken, or beside one that is: so no two ranges become one. */
static bool is_free(const u8 *taken, u32 first, u32 last)
{
	u32 i;

	for (i = first - 1; i <= last + 1; i++)
		if (taken[i])
			return false;
	return true;
}

static int compare_first(const void *pa, const void *pb)
{
	const struct cf_range4 *a = pa, *b = pb;

	return a->first < b->first ? -1 : a->first > b->first;
}

/**
 * list_synthetic() - IPv4 prefixes drawn at random, no two of which touch
 * @name: of the list
 * @n_ranges: how many, in one set
 *
 * Return: the list.
 */
struct list *list_synthetic(const char *name, u32 n_ranges)
{
	struct list *l = bench_alloc(1, sizeof(*l));
	struct cf_set *set = bench_alloc(1, sizeof(*set));
	u8 *taken = bench_alloc(1 << 24, sizeof(*taken));

	set->r4 = bench_alloc(n_ranges, sizeof(*set->r4));
	while (set->n4 < n_ranges) {
		unsigned int len = draw_length();
		u32 first = bench_random() & cf_mask32(len);
		u32 last = first | ~cf_mask32(len);

		if (first >> 24 == 0 || first >> 24 >= 224 ||
		    !is_free(taken, first >> 8, last >> 8))
			continue;
		memset(&taken[first >> 8], 1, (last >> 8) - (first >> 8) + 1);
		set->r4[set->n4++] = (struct cf_range4){ first, last };
	}
	qsort(set->r4, set->n4, sizeof(*set->r4), compare_first);
	free(taken);
	l->name = name;
	l->n_sets = 1;
	l->sets[0] = set;
	return finish(l);
}

static void free_pieces(struct pieces *p)
{
	free(p->start4);
	free(p->start6);
	free(p->class);
	free(p->masks);
}

/**
 * list_free() - free a list
 * @l: the list
 */
void list_free(struct list *l)
{
	u32 i;

	for (i = 0; i < l->n_sets; i++) {
		free(l->sets[i]->r4);
		free(l->sets[i]->r6);
		free((void *)l->sets[i]);
	}
	free_pieces(&l->of4);
	free_pieces(&l->of6);
	free(l->prefixes4);
	free(l->prefixes6);
	free(l);
}
