/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The native benchmark: lists of address ranges, and candidates that look
 * addresses up in them. All answer with the mask of the sets that hold the
 * address, so that they do the same work and can be held to one another.
 */
#ifndef CF_BENCH_H
#define CF_BENCH_H

#include "core/classify.h"
#include "types.h"

/*
 * struct pieces - the address space, cut where the answer changes
 * @n: how many; the first begins at the lowest address
 * @start4: first addresses, ascending, of IPv4 ...
 * @start6: ... or of IPv6
 * @class: of each piece; class 0 is the empty mask
 * @masks: a class's sets
 */
struct pieces {
	u32 n;
	u32 n_classes;
	u32 *start4;
	struct cf_in6 *start6;
	u16 *class;
	u64 *masks;
};

/* Left-aligned: an IPv4 address is in the upper half of addr.hi. */
struct prefix {
	struct cf_in6 addr;
	u8 len;
	u16 class;
};

/*
 * struct list - one list, as all forms that somebody builds from
 * @name: in keys: cn, world, 1m
 * @sets: what the core builds from
 * @of4: IPv4's pieces
 * @of6: IPv6's; none where n is 0
 * @prefixes4: what is in any set, as prefixes
 */
struct list {
	const char *name;
	const struct cf_set *sets[CAMFENCE_MAX_SETS];
	unsigned int n_sets;
	struct pieces of4;
	struct pieces of6;
	struct prefix *prefixes4;
	struct prefix *prefixes6;
	u32 n_prefixes4;
	u32 n_prefixes6;
};

/*
 * struct candidate - one way to look an address up
 * @key: in the figures' names
 * @name: as it is shown
 * @family: of the addresses: u32 or struct cf_in6, in host order
 * @table_of: NULL, or whose table it looks up in, many addresses at once
 * @build: a table, or NULL
 * @ask: sum of the answers on n addresses; if @dependent, each address is known
 *	only when the last answer is
 * @bytes: what the table takes
 */
struct candidate {
	const char *key;
	const char *name;
	enum cf_family family;
	const struct candidate *table_of;
	void *(*build)(const struct list *l);
	u64 (*ask)(const void *t, const void *addrs, size_t n, bool dependent);
	size_t (*bytes)(const void *t);
	void (*free)(void *t);
};

/* 0, but the compiler cannot know. */
extern u64 bench_never;

/*
 * The loops that are timed; the look-up is inlined into them. In the second
 * loop an address is known when the answer before it is.
 */
static __always_inline u64
bench_ask4(u64 (*lookup)(const void *t, u32 addr), const void *t,
	   const u32 *addrs, size_t n, bool dependent)
{
	u64 sum = 0, last = 0, never = bench_never;
	size_t i;

	if (!dependent) {
		for (i = 0; i < n; i++)
			sum += lookup(t, addrs[i]);
		return sum;
	}
	for (i = 0; i < n; i++) {
		last = lookup(t, addrs[i] ^ (u32)(last & never));
		sum += last;
	}
	return sum;
}

static __always_inline u64
bench_ask6(u64 (*lookup)(const void *t, struct cf_in6 addr), const void *t,
	   const struct cf_in6 *addrs, size_t n, bool dependent)
{
	u64 sum = 0, last = 0, never = bench_never;
	size_t i;

	if (!dependent) {
		for (i = 0; i < n; i++)
			sum += lookup(t, addrs[i]);
		return sum;
	}
	for (i = 0; i < n; i++) {
		struct cf_in6 addr = addrs[i];

		addr.hi ^= last & never;
		last = lookup(t, addr);
		sum += last;
	}
	return sum;
}

/* What counts bits is compiled a second time, without popcnt. */
#ifdef BENCH_SW
#define candidate_core4		candidate_core4_sw
#define candidate_core6		candidate_core6_sw
#define candidate_poptrie4	candidate_poptrie4_sw
#define candidate_poptrie6	candidate_poptrie6_sw
#define candidate_rank4		candidate_rank4_sw
#define BENCH_KEY "_sw"
#define BENCH_NAME ", no popcnt"
#else
#define BENCH_KEY ""
#define BENCH_NAME ""
#endif

/* V is 4 or 6. */
#define BENCH_CANDIDATE(V, KEY, NAME, BUILD, LOOKUP, BYTES, FREE)	\
static u64 LOOKUP##_ask(const void *t, const void *addrs, size_t n,	\
			bool dependent)					\
{									\
	return bench_ask##V(LOOKUP, t, addrs, n, dependent);		\
}									\
									\
const struct candidate candidate_##KEY##V = {				\
	.key = #KEY BENCH_KEY,						\
	.name = NAME BENCH_NAME,					\
	.family = CF_IPV##V,						\
	.build = BUILD,							\
	.ask = LOOKUP##_ask,						\
	.bytes = BYTES,							\
	.free = FREE,							\
}

/* A piece's first address, left-aligned, and the last of a piece's. */
static inline struct cf_in6 piece_key(const struct pieces *p, u32 i)
{
	if (p->start6)
		return p->start6[i];
	return (struct cf_in6){ .hi = (u64)p->start4[i] << 32 };
}

static inline u32 piece_last4(const struct pieces *p, u32 i)
{
	return i + 1 < p->n ? p->start4[i + 1] - 1 : U32_MAX;
}

static inline size_t masks_bytes(const struct pieces *p)
{
	return p->n_classes * sizeof(*p->masks);
}

/*
 * struct vectors - addresses to look up, u32 or struct cf_in6
 * @random: IPv4: of all addresses alike. IPv6: of all pieces alike, then of a
 *	piece's addresses alike, or nearly all would be in no range
 * @hot: of 1,000 of them
 * @edge: a piece's first address, or the one before
 * @mixed: all of these and what is beside, MIXED of them, to compare answers on
 */
struct vectors {
	void *random;
	void *hot;
	void *edge;
	void *mixed;
};

#define VECTOR 0x100000
#define MIXED 1000000
#define BENCH_SEED 20240229ULL

/* candidates.c: the core first, NULL last */
extern const struct candidate *const bench_candidates[];

/* list.c */
struct list *list_geoip(const char *name, bool world);
struct list *list_synthetic(const char *name, u32 n_ranges);
void list_free(struct list *l);

/* vectors.c */
u64 bench_random(void);
struct vectors *vectors_draw(const struct pieces *p);
void vectors_free(struct vectors *v);

/* clock.c */
struct spread {
	double median;
	double least;
	double most;
};

double bench_now(void);
bool bench_pin(unsigned int cpu);
struct spread bench_spread(double *of, size_t n);
double bench_chase_ns(size_t bytes);

/* decide.c, smp.c */
struct cf_rules *bench_rules(const struct list *l);
void bench_rules_free(struct cf_rules *r);
u64 bench_decide(const struct cf_rules *r, const u32 *addrs, size_t n);
bool bench_smp(const struct list *l, unsigned int rounds, double *scaling);

/* figures.c */
void figure_set(double value, const char *key, ...) __printf(2, 3);
double figure_get(const char *key);
void figures_judge(void);
bool figures_write(const char *file);

void *bench_alloc(size_t n, size_t size);
void *bench_grown(void *p, size_t *room, size_t n, size_t size);

#endif /* CF_BENCH_H */
