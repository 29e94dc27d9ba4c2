/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of cf_decide() share: a case is named by what it proves, in
 * the words of docs/semantics.md.
 */
#ifndef CF_TESTS_LIBDECIDE_H
#define CF_TESTS_LIBDECIDE_H

#include "libcore.h"

struct decision {
	const char *proves;
	const char *more_rules;
	const char *packet;
	const char *verdict;	/* core_print_verdict() */
};

/* The verdict on a packet at a time; overwritten by the next call. */
const char *decide(const char *rules, const char *more_rules,
		   const char *packet, u64 now);

/*
 * Runs each decision, which happens at the time 1000, as a test by itself,
 * then the other tests.
 *
 * Return: what main() returns.
 */
int decide_all(const char *rules, const struct decision *decisions, size_t n,
	       const struct CMUnitTest *others, size_t n_others);

#endif /* CF_TESTS_LIBDECIDE_H */
