// SPDX-License-Identifier: GPL-2.0
/* Time, the processor that it is taken on, and what its caches allow. */
#define _GNU_SOURCE
#include <sched.h>
#include <time.h>

#include "bench.h"

#define LINE 64
#define CHASE_STEPS 0x40000
#define CHASE_LEAST 14		/* powers of two, in bytes */
#define CHASE_MOST 28

u64 bench_never;

/* Seconds that this thread has run: what others run meanwhile is no matter. */
double bench_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* This thread alone. */
bool bench_pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

static int compare(const void *pa, const void *pb)
{
	const double *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

/* Sorts them. */
struct spread bench_spread(double *of, size_t n)
{
	qsort(of, n, sizeof(*of), compare);
	return (struct spread){
		(of[(n - 1) / 2] + of[n / 2]) / 2, of[0], of[n - 1],
	};
}

struct line {
	u32 next;
	u8 unused[LINE - sizeof(u32)];
};

/* One cycle through all lines: Sattolo's shuffle. */
static struct line *make_cycle(u32 n)
{
	struct line *lines = aligned_alloc(LINE, (size_t)n * LINE);
	u32 i;

	if (!lines)
		abort();
	for (i = 0; i < n; i++)
		lines[i].next = i;
	for (i = n - 1; i; i--) {
		u32 j = bench_random() % i, next = lines[i].next;

		lines[i].next = lines[j].next;
		lines[j].next = next;
	}
	return lines;
}

static u32 follow(const struct line *lines, u32 at, u32 steps)
{
	while (steps--)
		at = lines[at].next;
	return at;
}

static double chase(unsigned int log2)
{
	u32 n = (1U << log2) / LINE, at, i;
	struct line *lines = make_cycle(n);
	double ns[3];

	at = follow(lines, 0, CHASE_STEPS);
	for (i = 0; i < ARRAY_SIZE(ns); i++) {
		double begun = bench_now();

		at = follow(lines, at, CHASE_STEPS);
		ns[i] = (bench_now() - begun) * 1e9 / CHASE_STEPS;
	}
	/* Or the compiler would see that nobody asks. */
	asm volatile("" : : "r" (at));
	free(lines);
	return bench_spread(ns, ARRAY_SIZE(ns)).median;
}

/**
 * bench_chase_ns() - what a load costs whose address the one before has told
 * @bytes: within how many; rounded up to a power of two, of 256 MiB at most
 *
 * Each footprint is measured once.
 *
 * Return: ns.
 */
double bench_chase_ns(size_t bytes)
{
	static double known[CHASE_MOST + 1];
	unsigned int log2 = CHASE_LEAST;

	while (log2 < CHASE_MOST && (size_t)1 << log2 < bytes)
		log2++;
	if (!known[log2])
		known[log2] = chase(log2);
	return known[log2];
}
