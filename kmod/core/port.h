/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What core/ needs from the world it is compiled in: types, memory, and leave
 * to go on. In the kernel that is the kernel; elsewhere (unit tests, explain
 * --offline, benchmarks) userspace/core_port.h has the same.
 */
#ifndef CF_CORE_PORT_H
#define CF_CORE_PORT_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

/* kvmalloc() would round 130 KiB up to 256: above this, whole pages suffice. */
#define CF_KVMALLOC_MOST (128 * 1024)

/**
 * cf_alloc() - zeroed memory, charged to the caller's cgroup
 * @size: bytes; an overflow passed in as SIZE_MAX fails
 *
 * May sleep. Freed by cf_free().
 *
 * Return: the memory or NULL.
 */
static inline void *cf_alloc(size_t size)
{
	if (size > CF_KVMALLOC_MOST)
		return __vmalloc(size, GFP_KERNEL_ACCOUNT | __GFP_ZERO |
				 __GFP_NOWARN);
	return kvzalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

static inline void cf_free(const void *p)
{
	kvfree(p);
}

/**
 * cf_may_go_on() - to be asked now and then by what runs long
 *
 * Return: 0, or -EINTR where the task is to die.
 */
static inline int cf_may_go_on(void)
{
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static inline u64 cf_random(void)
{
	return get_random_u64();
}

struct cf_judgement;

/**
 * cf_observe() - each step of a verdict, for who explains one
 * @j: the step
 *
 * Nobody does in the kernel.
 */
static inline void cf_observe(const struct cf_judgement *j)
{
}

#else

#include <core_port.h>

#endif /* __KERNEL__ */

#endif /* CF_CORE_PORT_H */
