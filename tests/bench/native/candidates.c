// SPDX-License-Identifier: GPL-2.0
#include "candidates.h"

const struct candidate *const bench_candidates[] = {
	&candidate_core4,
	&candidate_core4_sw,
	&candidate_dir244,
	&candidate_sorted4,
	&candidate_eytzinger4,
	&candidate_dxr4,
	&candidate_poptrie4,
	&candidate_poptrie4_sw,
	&candidate_rank4,
	&candidate_rank4_sw,
	&candidate_shared4,
	&candidate_radix4,
	&candidate_core6,
	&candidate_sorted6,
	&candidate_dxr6,
	&candidate_poptrie6,
	&candidate_poptrie6_sw,
	&candidate_radix6,
#ifdef BENCH_DPDK
	&candidate_fib4,
	&candidate_bulk4,
	&candidate_fib6,
	&candidate_bulk6,
#endif
	NULL
};
