// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/slab.h>

/* Not in the init section: that is gone, and with it the name, when the leak is told. */
static noinline int leak_forget(void)
{
	return kmalloc(200, GFP_KERNEL) ? 0 : -ENOMEM;
}

static int __init leak_init(void)
{
	int i, err = 0;

	/* Several: a stale copy of a pointer somewhere hides one object from kmemleak. */
	for (i = 0; i < 8 && !err; i++)
		err = leak_forget();
	return err;
}
module_init(leak_init);

MODULE_DESCRIPTION("Forgets what it allocated when loaded");
MODULE_LICENSE("GPL");
