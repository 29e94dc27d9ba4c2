// SPDX-License-Identifier: GPL-2.0
/*
 * Builds every candidate's table for every list, sees that all answer alike, and
 * takes their times.
 *
 *	bench-native [--quick] FIGURES
 *
 * The candidates take turns: in each round each looks a part of the addresses
 * up, after it has looked another part up to warm its table; every other round
 * goes through them backwards. All look up the same addresses in a round, and
 * the sums of their answers must be the same.
 */
#include <arpa/inet.h>
#include <math.h>
#include <time.h>

#include "bench.h"

#define ROUNDS_MOST 15
#define TURNS_MOST 16

enum { RANDOM, DEPENDENT, HOT, EDGE, KINDS };

static const char *const kinds[] = { "random", "dependent", "hot", "edge" };

/* One candidate on one list. */
struct turn {
	const struct candidate *c;
	void *table;
	double ns[KINDS][ROUNDS_MOST];
	double build[ROUNDS_MOST];
	struct spread of[KINDS];
	struct spread build_ms;
	size_t bytes;
};

struct bench {
	const struct list *l;
	const struct pieces *p;
	enum cf_family family;
	char key[32];			/* native.LIST or native.LIST6 */
	struct turn turns[TURNS_MOST];
	size_t n;
	struct vectors *v;
	double sort[ROUNDS_MOST];
	double sort_ms;
	double core_ms;
};

static unsigned int rounds = 9, builds = 7;
static size_t lookups = 1 << 18;
static unsigned int passed, failed;

static bool tell(bool ok, const char *what, const char *where)
{
	if (ok) {
		passed++;
	} else {
		failed++;
		printf("FAIL %s: %s\n", where, what);
	}
	return ok;
}

static const void *at(const struct bench *b, const void *vector, size_t i)
{
	return b->family == CF_IPV4 ? (const void *)((const u32 *)vector + i) :
				      (const struct cf_in6 *)vector + i;
}

/* ---- building ---- */

static int compare4(const void *pa, const void *pb)
{
	const struct cf_range4 *a = pa, *b = pb;

	return a->first < b->first ? -1 : a->first > b->first;
}

static int compare6(const void *pa, const void *pb)
{
	const struct cf_range6 *a = pa, *b = pb;

	return cf_in6_cmp(a->first, b->first);
}

static size_t count_ranges(const struct bench *b)
{
	size_t n = 0;
	u32 i;

	for (i = 0; i < b->l->n_sets; i++)
		n += b->family == CF_IPV4 ? b->l->sets[i]->n4 :
					    b->l->sets[i]->n6;
	return n;
}

/* Milliseconds of sorting the sets' ranges, which are shuffled beforehand. */
static double sort_once(const struct bench *b)
{
	size_t size = b->family == CF_IPV4 ? sizeof(struct cf_range4) :
					     sizeof(struct cf_range6);
	size_t n = count_ranges(b), i, j;
	u8 *all, swap[sizeof(struct cf_range6)];
	double begun;

	all = bench_alloc(n, size);
	for (i = 0, n = 0; i < b->l->n_sets; i++) {
		const struct cf_set *set = b->l->sets[i];
		bool is4 = b->family == CF_IPV4;
		size_t more = is4 ? set->n4 : set->n6;

		memcpy(all + n * size, is4 ? (void *)set->r4 : set->r6,
		       more * size);
		n += more;
	}
	for (i = n - 1; i; i--) {
		j = bench_random() % (i + 1);
		memcpy(swap, all + i * size, size);
		memcpy(all + i * size, all + j * size, size);
		memcpy(all + j * size, swap, size);
	}
	begun = bench_now();
	qsort(all, n, size, b->family == CF_IPV4 ? compare4 : compare6);
	begun = bench_now() - begun;
	free(all);
	return begun * 1e3;
}

static bool build_once(struct bench *b, struct turn *t, unsigned int round)
{
	double begun;

	if (t->table)
		t->c->free(t->table);
	begun = bench_now();
	t->table = t->c->build(b->l);
	t->build[round] = (bench_now() - begun) * 1e3;
	return t->table;
}

static void build_all(struct bench *b)
{
	unsigned int round;
	size_t i, j;

	for (round = 0; round < builds; round++) {
		b->sort[round] = sort_once(b);
		for (i = 0; i < b->n; i++) {
			struct turn *t = &b->turns[round & 1 ? b->n - 1 - i : i];

			if (!t->c->table_of && !build_once(b, t, round))
				t->build[round] = NAN;
		}
	}
	b->sort_ms = bench_spread(b->sort, builds).median;
	for (i = 0; i < b->n; i++) {
		struct turn *t = &b->turns[i];

		t->build_ms = bench_spread(t->build, builds);
		if (t->table)
			t->bytes = t->c->bytes(t->table);
		for (j = 0; t->c->table_of && j < b->n; j++)
			if (b->turns[j].c == t->c->table_of) {
				t->table = b->turns[j].table;
				t->bytes = b->turns[j].bytes;
			}
	}
	b->core_ms = b->turns[0].build_ms.median;
}

/* ---- do all answer alike? ---- */

static const char *text_of(const struct bench *b, size_t i, char *buf)
{
	const struct cf_in6 *a = at(b, b->v->mixed, i);
	u8 bytes[16];
	u32 k;

	if (b->family == CF_IPV4) {
		u32 addr = htonl(*(const u32 *)at(b, b->v->mixed, i));

		return inet_ntop(AF_INET, &addr, buf, INET6_ADDRSTRLEN);
	}
	for (k = 0; k < 8; k++) {
		bytes[k] = a->hi >> (56 - 8 * k);
		bytes[8 + k] = a->lo >> (56 - 8 * k);
	}
	return inet_ntop(AF_INET6, bytes, buf, INET6_ADDRSTRLEN);
}

static bool agrees(const struct bench *b, const struct turn *t, u64 *answers,
		   bool first)
{
	char buf[INET6_ADDRSTRLEN], said[160];
	size_t i;

	for (i = 0; i < MIXED; i++) {
		u64 answer = t->c->ask(t->table, at(b, b->v->mixed, i), 1,
				       false);

		if (first)
			answers[i] = answer;
		if (answer == answers[i])
			continue;
		snprintf(said, sizeof(said), "%s answers %#llx for %s, %s %#llx",
			 t->c->name, (unsigned long long)answer,
			 text_of(b, i, buf), b->turns[0].c->name,
			 (unsigned long long)answers[i]);
		return tell(false, said, b->key);
	}
	return tell(true, t->c->name, b->key);
}

static bool agree(struct bench *b)
{
	u64 *answers = bench_alloc(MIXED, sizeof(*answers));
	u64 checksum = 0;
	size_t i, in = 0;
	bool same = true;

	for (i = 0; i < b->n; i++) {
		if (!b->turns[i].table)
			same = tell(false, b->turns[i].c->name, "was not built");
		else
			same &= agrees(b, &b->turns[i], answers, !i);
	}
	for (i = 0; i < MIXED; i++) {
		checksum = (checksum ^ answers[i]) * 0x100000001b3ULL;
		in += !!answers[i];
	}
	if (same)
		printf("all answer alike on %d addresses, %zu of them in a set, checksum %016llx\n",
		       MIXED, in, (unsigned long long)checksum);
	free(answers);
	return same;
}

/* ---- times ---- */

/* What takes many addresses at once cannot wait for an answer. */
static bool is_asked(const struct candidate *c, unsigned int kind)
{
	return kind == RANDOM || kind == HOT || !c->table_of;
}

static double ask(const struct bench *b, struct turn *t, unsigned int kind,
		  unsigned int round, u64 *sum)
{
	const void *vector[] = { b->v->random, b->v->random, b->v->hot,
				 b->v->edge };
	const void *warm = at(b, vector[kind], (round + 1) * lookups % VECTOR);
	const void *addrs = at(b, vector[kind], round * lookups % VECTOR);
	bool dependent = kind == DEPENDENT || kind == EDGE;
	double begun;

	t->c->ask(t->table, warm, lookups, dependent);
	begun = bench_now();
	*sum = t->c->ask(t->table, addrs, lookups, dependent);
	return (bench_now() - begun) * 1e9 / lookups;
}

static void take_times(struct bench *b)
{
	unsigned int kind, round;
	bool same = true;
	u64 sums[2];
	size_t i;

	for (kind = 0; kind < KINDS; kind++) {
		for (round = 0; round < rounds; round++) {
			for (i = 0; i < b->n; i++) {
				struct turn *t = &b->turns[round & 1 ?
							   b->n - 1 - i : i];

				t->ns[kind][round] = ask(b, t, kind, round,
							 &sums[!!i]);
				same &= !i || sums[1] == sums[0];
			}
		}
		for (i = 0; i < b->n; i++)
			b->turns[i].of[kind] = bench_spread(b->turns[i].ns[kind],
							    rounds);
	}
	tell(same, "sums of answers differ", b->key);
}

/* ---- what came out ---- */

static void show_turn(const struct bench *b, const struct turn *t)
{
	unsigned int kind;

	printf("%-32s", t->c->name);
	for (kind = 0; kind < KINDS; kind++) {
		struct spread s = t->of[kind];
		char range[32];

		if (!is_asked(t->c, kind)) {
			printf("  %16s", "-");
			continue;
		}
		snprintf(range, sizeof(range), "%.1f..%.1f", s.least, s.most);
		printf("  %6.1f %-12s", s.median, range);
		figure_set(s.median, "%s.%s.%s_ns", b->key, t->c->key,
			   kinds[kind]);
	}
	if (t->c->table_of) {
		printf("\n");
		return;
	}
	printf(" %10zu %9.2f %7.1f\n", t->bytes, t->build_ms.median,
	       bench_chase_ns(t->bytes));
	figure_set(t->bytes, "%s.%s.bytes", b->key, t->c->key);
	figure_set(t->build_ms.median, "%s.%s.build_ms", b->key, t->c->key);
}

static const struct turn *turn_of(const struct bench *b, const char *key)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (!strcmp(b->turns[i].c->key, key))
			return &b->turns[i];
	return NULL;
}

static void compare_with(const struct bench *b, const char *key,
			 const char *as)
{
	const struct turn *other = turn_of(b, key);
	unsigned int kind;

	for (kind = 0; other && kind < KINDS; kind++)
		figure_set(other->of[kind].median /
			   b->turns[0].of[kind].median,
			   "%s.vs_%s_%s", b->key, as, kinds[kind]);
}

static void show(const struct bench *b)
{
	const struct turn *core = &b->turns[0];
	unsigned int kind;
	size_t i;

	printf("%-32s", "ns, least..most");
	for (kind = 0; kind < KINDS; kind++)
		printf("  %6s %-12s", kinds[kind], "");
	printf(" %10s %9s %7s\n", "bytes", "build ms", "chase");
	for (i = 0; i < b->n; i++)
		show_turn(b, &b->turns[i]);
	printf("sorting the list takes %.2f ms\n", b->sort_ms);
	for (kind = 0; kind < KINDS; kind++)
		figure_set(core->of[kind].median, "%s.%s_ns", b->key,
			   kinds[kind]);
	figure_set(core->bytes, "%s.bytes", b->key);
	figure_set(core->build_ms.median, "%s.build_ms", b->key);
	figure_set(bench_chase_ns(core->bytes), "%s.chase_ns", b->key);
	compare_with(b, "dir24", "dir24");
	compare_with(b, "fib", b->family == CF_IPV4 ? "rte_fib" : "rte_fib6");
	compare_with(b, "sorted", "sorted");
}

static void bench_one(struct bench *b, const struct list *l,
		      enum cf_family family)
{
	const struct candidate *const *c;
	size_t i;

	*b = (struct bench){ .l = l, .family = family };
	b->p = family == CF_IPV4 ? &l->of4 : &l->of6;
	snprintf(b->key, sizeof(b->key), "native.%s%s", l->name,
		 family == CF_IPV4 ? "" : "6");
	for (c = bench_candidates; *c; c++)
		if ((*c)->family == family)
			b->turns[b->n++].c = *c;
	b->v = vectors_draw(b->p);
	printf("\n%s, %s: %zu ranges, %u prefixes, %u pieces, %u classes, %u sets\n",
	       l->name, family == CF_IPV4 ? "IPv4" : "IPv6", count_ranges(b),
	       family == CF_IPV4 ? l->n_prefixes4 : l->n_prefixes6,
	       b->p->n, b->p->n_classes, l->n_sets);
	build_all(b);
	if (agree(b)) {
		take_times(b);
		show(b);
	}
	for (i = 0; i < b->n; i++)
		if (b->turns[i].table && !b->turns[i].c->table_of)
			b->turns[i].c->free(b->turns[i].table);
	vectors_free(b->v);
}

static void bench_list(struct list *l, bool smp)
{
	static struct bench of4, of6;
	double scaling;

	bench_one(&of4, l, CF_IPV4);
	of6 = (struct bench){ 0 };
	if (l->of6.n)
		bench_one(&of6, l, CF_IPV6);
	figure_set((of4.core_ms + of6.core_ms) / (of4.sort_ms + of6.sort_ms),
		   "native.%s.build_vs_sort", l->name);
	if (smp) {
		printf("\n");
		if (tell(bench_smp(l, rounds, &scaling), "two threads",
			 l->name))
			figure_set(scaling, "native.smp_scaling");
	}
	list_free(l);
}

int main(int argc, char **argv)
{
	bool quick = argc > 1 && !strcmp(argv[1], "--quick");
	u32 synthetic = quick ? 100000 : 1000000;
	struct list *cn, *world;
	time_t begun = time(NULL);

	if (argc != 2 + quick) {
		fputs("usage: bench-native [--quick] FIGURES\n", stderr);
		return 1;
	}
	setlinebuf(stdout);
	printf("seed %llu\n", BENCH_SEED);
	if (quick) {
		rounds = 3;
		builds = 1;
		lookups = 1 << 16;
	}
	tell(bench_pin(0), "cannot be pinned", "processor 0");
#ifndef BENCH_DPDK
	tell(false, "libdpdk-dev is not installed: no comparison", "rte_fib");
#endif
	cn = list_geoip("cn", false);
	world = list_geoip("world", true);
	if (tell(cn && world, "no lists of tor-geoipdb", "lists")) {
		bench_list(cn, true);
		bench_list(world, false);
		bench_list(list_synthetic("1m", synthetic), false);
	}
	figures_judge();
	figure_set(time(NULL) - begun, "native.seconds");
	tell(figures_write(argv[argc - 1]), "cannot be written",
	     argv[argc - 1]);
	printf("%u passed, %u failed\n", passed, failed);
	return !!failed;
}
