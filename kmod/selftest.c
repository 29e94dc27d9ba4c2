// SPDX-License-Identifier: GPL-2.0
/*
 * The classifiers as this kernel's compiler and processor make them, against a
 * look at every range. Built in and run at load by KFLAGS=CF_SELFTEST=1; the
 * unit tests ask more, but not on every machine that a kernel runs on.
 */
#include <linux/printk.h>
#include "core/classify.h"
#include "selftest.h"

#define SETS	3
#define RANGES	400	/* of each set and family */

struct selftest {
	struct cf_set sets[SETS];
	const struct cf_set *pointers[SETS];
	struct cf_range4 r4[SETS][RANGES];
	struct cf_range6 r6[SETS][RANGES];
	struct cf_classifier *c4;
	struct cf_classifier *c6;
	u64 random;
};

/* splitmix64, Steele et al. 2014: the same numbers everywhere. */
static u64 next_random(struct selftest *t)
{
	u64 z = t->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* Half of the ranges are around a /16's end; the others crowd in one. */
static void fill(struct selftest *t, unsigned int set)
{
	u32 i;

	for (i = 0; i < RANGES; i++) {
		u64 noise = next_random(t) & 0xff;
		u64 at = i < RANGES / 2 ? ((u64)i + 1) << 16 :
					  0x02000000 + ((u64)i << 8);
		struct cf_range4 *r4 = &t->r4[set][i];
		struct cf_range6 *r6 = &t->r6[set][i];

		r4->first = at - (noise & 0xf);
		r4->last = at + (noise >> 4);
		r6->first.hi = (u64)r4->first << 32;
		r6->first.lo = noise % 3 ? 0 : noise;
		r6->last.hi = (u64)r4->last << 32;
		r6->last.lo = noise % 5 ? U64_MAX : noise + 1;
	}
	t->sets[set] = (struct cf_set){
		.n4 = RANGES,
		.n6 = RANGES,
		.r4 = t->r4[set],
		.r6 = t->r6[set],
	};
	t->pointers[set] = &t->sets[set];
}

static int compare(const struct selftest *t, u32 a4, struct cf_in6 a6)
{
	u64 want4 = 0, want6 = 0;
	u32 set, i;

	for (set = 0; set < SETS; set++)
		for (i = 0; i < RANGES; i++) {
			const struct cf_range4 *r4 = &t->r4[set][i];
			const struct cf_range6 *r6 = &t->r6[set][i];

			if (r4->first <= a4 && a4 <= r4->last)
				want4 |= BIT_ULL(set);
			if (cf_in6_cmp(r6->first, a6) <= 0 &&
			    cf_in6_cmp(a6, r6->last) <= 0)
				want6 |= BIT_ULL(set);
		}
	if (cf_classify4(t->c4, a4) == want4 &&
	    cf_classify6(t->c6, a6) == want6)
		return 0;
	pr_err("camfence: selftest: wrong for %08x or %016llx%016llx\n", a4,
	       (unsigned long long)a6.hi, (unsigned long long)a6.lo);
	return -EINVAL;
}

static int compare_all(const struct selftest *t)
{
	u32 set, i;
	int err = 0;

	for (set = 0; set < SETS; set++)
		for (i = 0; i < RANGES && !err; i++) {
			const struct cf_range4 *r4 = &t->r4[set][i];
			const struct cf_range6 *r6 = &t->r6[set][i];
			struct cf_in6 before = r6->first;

			before.hi -= !before.lo--;
			err = cf_may_go_on() ?:
			      compare(t, r4->first, r6->first) ?:
			      compare(t, r4->last, r6->last) ?:
			      compare(t, r4->first - 1, before) ?:
			      compare(t, r4->last + 1, cf_in6_next(r6->last));
		}
	return err;
}

/**
 * cf_selftest() - test the classifiers in place
 *
 * May sleep.
 *
 * Return: 0, -EINVAL (an answer was wrong; the log has it), -ENOMEM or -EINTR.
 */
int cf_selftest(void)
{
	struct selftest *t = cf_alloc(sizeof(*t));
	unsigned int set;
	int err;

	if (!t)
		return -ENOMEM;
	for (set = 0; set < SETS; set++)
		fill(t, set);
	err = cf_classify_build(&t->c4, CF_IPV4, t->pointers, SETS);
	if (!err)
		err = cf_classify_build(&t->c6, CF_IPV6, t->pointers, SETS);
	if (!err)
		err = compare_all(t);
	if (!err)
		pr_info("camfence: selftest passed\n");
	cf_classify_free(t->c4);
	cf_classify_free(t->c6);
	cf_free(t);
	return err;
}
