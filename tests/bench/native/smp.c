// SPDX-License-Identifier: GPL-2.0
/*
 * One thread, then two, each on a processor of its own, decide on the same
 * packets by the same ruleset. Where the way of a packet that passes wrote
 * something shared, two would not do twice as much.
 */
#include <math.h>
#include <pthread.h>

#include "core/rules.h"

#include "bench.h"

#define THREADS 2
#define PACKETS 0x100000

struct thread {
	pthread_t id;
	unsigned int cpu;
	const struct cf_rules *rules;
	const u32 *addrs;
	pthread_barrier_t *start;
	bool pinned;
	u64 dropped;
	double seconds;
};

static void *run(void *arg)
{
	struct thread *t = arg;
	double begun;

	t->pinned = bench_pin(t->cpu);
	bench_decide(t->rules, t->addrs, PACKETS / 8);
	pthread_barrier_wait(t->start);
	begun = bench_now();
	t->dropped = bench_decide(t->rules, t->addrs, PACKETS);
	t->seconds = bench_now() - begun;
	return NULL;
}

/* Packets a second of all n threads; negative where something is wrong. */
static double throughput(struct thread *threads, unsigned int n, u64 *dropped)
{
	pthread_barrier_t start;
	double sum = 0;
	unsigned int i;

	pthread_barrier_init(&start, NULL, n);
	for (i = 0; i < n; i++) {
		threads[i].start = &start;
		if (pthread_create(&threads[i].id, NULL, run, &threads[i]))
			abort();
	}
	for (i = 0; i < n; i++) {
		pthread_join(threads[i].id, NULL);
		if (*dropped == U64_MAX)
			*dropped = threads[i].dropped;
		if (!threads[i].pinned || threads[i].dropped != *dropped)
			sum = -INFINITY;
		sum += PACKETS / threads[i].seconds;
	}
	pthread_barrier_destroy(&start);
	return sum;
}

/**
 * bench_smp() - what a second processor adds to the decisions made in a second
 * @l: a list of one set
 * @rounds: how many
 * @scaling: throughput of two divided by that of one; 2 is all there can be
 *
 * Return: false where there is no second processor, or the verdicts differ.
 */
bool bench_smp(const struct list *l, unsigned int rounds, double *scaling)
{
	struct cf_rules *rules = bench_rules(l);
	struct vectors *v = vectors_draw(&l->of4);
	double one[rounds], ratio[rounds];
	struct thread threads[THREADS];
	u64 dropped = U64_MAX;
	struct spread s, ns;
	unsigned int i;

	if (!rules)
		return false;
	for (i = 0; i < THREADS; i++)
		threads[i] = (struct thread){
			.cpu = i, .rules = rules, .addrs = v->random,
		};
	for (i = 0; i < rounds; i++) {
		double single = throughput(threads, 1, &dropped);
		double both = throughput(threads, THREADS, &dropped);

		if (single < 0 || both < 0)
			return false;
		one[i] = 1e9 / single;
		ratio[i] = both / single;
	}
	s = bench_spread(ratio, rounds);
	ns = bench_spread(one, rounds);
	printf("a decision, random destinations: %.1f ns (%.1f..%.1f), %llu of %d dropped\n",
	       ns.median, ns.least, ns.most, (unsigned long long)dropped,
	       PACKETS);
	printf("two threads on two processors do %.2f times what one does (%.2f..%.2f)\n",
	       s.median, s.least, s.most);
	figure_set(ns.median, "native.decide_ns");
	*scaling = s.median;
	bench_rules_free(rules);
	vectors_free(v);
	return true;
}
