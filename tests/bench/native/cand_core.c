// SPDX-License-Identifier: GPL-2.0
/* The core, called as the module calls it: across files, not inlined. */
#include "bench.h"

static void *build4(const struct list *l)
{
	struct cf_classifier *c;

	return cf_classify_build(&c, CF_IPV4, l->sets, l->n_sets) ? NULL : c;
}

static void *build6(const struct list *l)
{
	struct cf_classifier *c;

	return cf_classify_build(&c, CF_IPV6, l->sets, l->n_sets) ? NULL : c;
}

static u64 core4(const void *t, u32 addr)
{
	return cf_classify4(t, addr);
}

static u64 core6(const void *t, struct cf_in6 addr)
{
	return cf_classify6(t, addr);
}

static size_t bytes(const void *t)
{
	return cf_classify_bytes(t);
}

static void discard(void *t)
{
	cf_classify_free(t);
}

BENCH_CANDIDATE(4, core, "camfence", build4, core4, bytes, discard);
BENCH_CANDIDATE(6, core, "camfence", build6, core6, bytes, discard);
