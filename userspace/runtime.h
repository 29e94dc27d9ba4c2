/* SPDX-License-Identifier: GPL-2.0 */
/* Changes at run time: kept in a file of the tool's own, or gone at reboot. */
#ifndef CAMFENCE_RUNTIME_H
#define CAMFENCE_RUNTIME_H

#include "plan.h"

#define RUNTIME_DIR "/etc/camfence/camfence.d"
#define RUNTIME_FILE RUNTIME_DIR "/90-runtime.yaml"

int runtime_run(struct plan *p, const struct options *o, plan_edit edit,
		void *arg, struct fault *f);
void runtime_note(const struct plan *p, const struct options *o);

#endif
