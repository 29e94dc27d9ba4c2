/* SPDX-License-Identifier: GPL-2.0 */
/* Interfaces that are closed from boot until a ruleset is in force. */
#ifndef CAMFENCE_LOCKDOWN_H
#define CAMFENCE_LOCKDOWN_H

#include "fault.h"
#include "ruleset.h"

/* share/systemd/lockdown reads it as well. */
#define LOCKDOWN_FILE "/etc/modprobe.d/camfence.conf"
/* As many as the module takes. */
#define LOCKDOWN_MOST 64U

int lockdown_write(const char *path, const struct names *names,
		   struct fault *f);

#endif
