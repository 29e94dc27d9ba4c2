// SPDX-License-Identifier: GPL-2.0
/* The core's own variables, outside the kernel: core_port.h tells them. */
#include "core_port.h"

unsigned int cf_alloc_fail_at;
unsigned int cf_interrupt_at;
void (*cf_observer)(const struct cf_judgement *j);
