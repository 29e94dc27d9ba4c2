// SPDX-License-Identifier: GPL-2.0
/* What was measured, by key, and what was to be reached. */
#include <math.h>
#include <stdarg.h>

#include "bench.h"

static struct {
	char key[64];
	double value;
} figures[1024];

static size_t n_figures;

/**
 * figure_set() - keep a figure
 * @value: what was measured; nothing is kept that is no number
 * @key: printf's, the figure's name
 */
void figure_set(double value, const char *key, ...)
{
	va_list args;

	if (!isfinite(value))
		return;
	if (n_figures == ARRAY_SIZE(figures))
		abort();
	va_start(args, key);
	vsnprintf(figures[n_figures].key, sizeof(figures->key), key, args);
	va_end(args);
	figures[n_figures++].value = value;
}

/* NaN where there is none. */
double figure_get(const char *key)
{
	size_t i;

	for (i = 0; i < n_figures; i++)
		if (!strcmp(figures[i].key, key))
			return figures[i].value;
	return NAN;
}

static const struct {
	const char *key;
	bool at_most;
	double bound;
	const char *what;
} goals[] = {
	{ "native.cn.vs_dir24_random", false, 4,
	  "China, random: times faster than DIR24-8" },
	{ "native.cn.vs_dir24_dependent", false, 15,
	  "China, dependent: times faster than DIR24-8" },
	{ "native.cn.vs_dir24_edge", false, 0.5,
	  "China, edges: times faster than DIR24-8" },
	{ "native.cn.bytes", true, 400 * 1024, "China, IPv4: bytes" },
	{ "native.world.vs_dir24_random", false, 1.5,
	  "world, random: times faster than DIR24-8" },
	{ "native.world.vs_dir24_dependent", false, 8,
	  "world, dependent: times faster than DIR24-8" },
	{ "native.world.bytes", true, 2500000, "world, IPv4: bytes" },
	{ "native.world6.bytes", true, 4000000, "world, IPv6: bytes" },
	{ "native.cn6.vs_rte_fib6_dependent", false, 2,
	  "China, IPv6, dependent: times faster than rte_fib6" },
	{ "native.cn6.vs_sorted_dependent", false, 1,
	  "China, IPv6, dependent: times faster than sorted search" },
	{ "native.cn.build_vs_sort", true, 3,
	  "China: building, in times of sorting the list" },
	{ "native.world.build_vs_sort", true, 3,
	  "world: building, in times of sorting the list" },
};

/* Tells which goals were reached. */
void figures_judge(void)
{
	size_t i;

	printf("\nwhat was to be reached\n");
	for (i = 0; i < ARRAY_SIZE(goals); i++) {
		double value = figure_get(goals[i].key);
		bool reached = goals[i].at_most ? value <= goals[i].bound :
			       value >= goals[i].bound;

		printf("%-11s  %-55s %s %10.10g: %.10g\n",
		       reached ? "reached" : "not reached", goals[i].what,
		       goals[i].at_most ? "at most " : "at least",
		       goals[i].bound, round(value * 100) / 100);
	}
}

/**
 * figures_write() - write all figures, as lines of JSON without the braces
 * @file: where to
 *
 * Return: false where it cannot be written.
 */
bool figures_write(const char *file)
{
	FILE *out = fopen(file, "we");
	size_t i;

	if (!out)
		return false;
	for (i = 0; i < n_figures; i++)
		fprintf(out, "%s\"%s\": %.10g", i ? ",\n" : "", figures[i].key,
			figures[i].value);
	fprintf(out, "\n");
	return !fclose(out);
}
