// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/slab.h>

static int __init leak_init(void)
{
	int i;

	/* Several: a stale copy of a pointer somewhere hides one object from kmemleak. */
	for (i = 0; i < 8; i++) {
		if (!kmalloc(200, GFP_KERNEL))
			return -ENOMEM;
	}
	return 0;
}
module_init(leak_init);

MODULE_DESCRIPTION("Forgets what it allocated when loaded");
MODULE_LICENSE("GPL");
