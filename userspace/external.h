/* SPDX-License-Identifier: GPL-2.0 */
/* Executables of their own, for what needs more libraries than the tool has. */
#ifndef CAMFENCE_EXTERNAL_H
#define CAMFENCE_EXTERNAL_H

#include "fault.h"

int external_find(const char *name, char **path, struct fault *f);
int external_exec(const char *name, const char *const *words, size_t n,
		  struct fault *f);

#endif
