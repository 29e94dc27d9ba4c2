/* SPDX-License-Identifier: GPL-2.0 */
/* What is read of single attributes, checked. Only wire_*.c include this. */
#ifndef CAMFENCE_WIRE_ATTR_H
#define CAMFENCE_WIRE_ATTR_H

#include <libmnl/libmnl.h>

#include "types.h"

void attr_index(const struct nlattr *nest, const struct nlattr **tb, u16 max);

/* All leave the value alone where there is no attribute; -1: no such value. */
int attr_text(const struct nlattr *a, char **text);
int attr_u32(const struct nlattr *a, u32 *v);
int attr_u64(const struct nlattr *a, u64 *v);

#endif
