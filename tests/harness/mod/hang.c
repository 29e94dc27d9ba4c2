// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/preempt.h>

static bool enough;

static int __init hang_init(void)
{
	preempt_disable();
	while (!READ_ONCE(enough))
		cpu_relax();
	preempt_enable();
	return 0;
}
module_init(hang_init);

MODULE_DESCRIPTION("Keeps its processor when loaded");
MODULE_LICENSE("GPL");
