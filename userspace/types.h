/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's short words, those of core/port.h and two more. */
#ifndef CAMFENCE_TYPES_H
#define CAMFENCE_TYPES_H

#include "core/port.h"

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

#ifndef __printf
#define CF_FORMAT(a, b) format(printf, a, b)
#define __printf(a, b) __attribute__((CF_FORMAT(a, b)))
#endif

#endif
