/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_TESTS_LIBTWIN_H
#define CF_TESTS_LIBTWIN_H

#include "libcore.h"

void twin_decide(const struct cf_objects *in, const struct cf_flow *f, u64 now,
		 struct cf_verdict *v);

#endif /* CF_TESTS_LIBTWIN_H */
