// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>

static int __init oops_init(void)
{
	/* Below the first page nothing is mapped. */
	WRITE_ONCE(*(int *)8, 1);
	return 0;
}
module_init(oops_init);

MODULE_DESCRIPTION("Writes through a null pointer when loaded");
MODULE_LICENSE("GPL");
