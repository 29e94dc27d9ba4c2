// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/slab.h>

static int __init uaf_init(void)
{
	int *p = kmalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	kfree(p);
	/* The compiler knows kfree() and would drop or report a plain read. */
	OPTIMIZER_HIDE_VAR(p);
	pr_info("uaf: read %d\n", READ_ONCE(*p));
	return 0;
}
module_init(uaf_init);

MODULE_DESCRIPTION("Reads freed memory when loaded");
MODULE_LICENSE("GPL");
