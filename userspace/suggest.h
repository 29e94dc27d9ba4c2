/* SPDX-License-Identifier: GPL-2.0 */
/* "Did you mean …?" */
#ifndef CAMFENCE_SUGGEST_H
#define CAMFENCE_SUGGEST_H

#include "types.h"

#define SUGGEST_TEXT 96

const char *suggest(const char *word, const char *const *known, size_t n,
		    char buf[SUGGEST_TEXT]);

#endif
