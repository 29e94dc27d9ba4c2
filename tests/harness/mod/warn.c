// SPDX-License-Identifier: GPL-2.0
#include <linux/bug.h>
#include <linux/module.h>

static int __init warn_init(void)
{
	WARN(1, "a warning on purpose\n");
	return 0;
}
module_init(warn_init);

MODULE_DESCRIPTION("Warns when loaded");
MODULE_LICENSE("GPL");
