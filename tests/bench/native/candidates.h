/* SPDX-License-Identifier: GPL-2.0 */
/* One or two of each file cand_*.c; those with _sw count bits by software. */
#ifndef CF_BENCH_CANDIDATES_H
#define CF_BENCH_CANDIDATES_H

#include "bench.h"

extern const struct candidate candidate_core4;
extern const struct candidate candidate_core4_sw;
extern const struct candidate candidate_dir244;
extern const struct candidate candidate_sorted4;
extern const struct candidate candidate_eytzinger4;
extern const struct candidate candidate_dxr4;
extern const struct candidate candidate_poptrie4;
extern const struct candidate candidate_poptrie4_sw;
extern const struct candidate candidate_rank4;
extern const struct candidate candidate_rank4_sw;
extern const struct candidate candidate_shared4;
extern const struct candidate candidate_radix4;

extern const struct candidate candidate_core6;
extern const struct candidate candidate_sorted6;
extern const struct candidate candidate_dxr6;
extern const struct candidate candidate_poptrie6;
extern const struct candidate candidate_poptrie6_sw;
extern const struct candidate candidate_radix6;

extern const struct candidate candidate_fib4;
extern const struct candidate candidate_bulk4;
extern const struct candidate candidate_fib6;
extern const struct candidate candidate_bulk6;

#endif /* CF_BENCH_CANDIDATES_H */
