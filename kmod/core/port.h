/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What core/ needs from the world it is compiled in: types, memory, and leave
 * to go on. In the kernel that is the kernel; elsewhere (unit tests, explain
 * --offline, benchmarks) the C library.
 */
#ifndef CF_CORE_PORT_H
#define CF_CORE_PORT_H

#ifdef __KERNEL__

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/random.h>
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

#else /* !__KERNEL__ */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define U32_MAX		UINT32_MAX
#define U64_MAX		UINT64_MAX
#define BIT_ULL(n)	(1ULL << (n))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define scnprintf	snprintf
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define min(a, b) ({		\
	__typeof__(a) _a = (a);	\
	__typeof__(b) _b = (b);	\
	_a < _b ? _a : _b;	\
})

/* A test sets it to n to see the n-th allocation from then on fail. */
extern unsigned int cf_alloc_fail_at;

static inline void *cf_alloc(size_t size)
{
	if (cf_alloc_fail_at && !--cf_alloc_fail_at)
		return NULL;
	return size == SIZE_MAX ? NULL : calloc(1, size);
}

static inline void cf_free(const void *p)
{
	free((void *)p);
}

static inline int cf_may_go_on(void)
{
	return 0;
}

static inline u64 cf_random(void)
{
	u64 v = 0;

	if (getrandom(&v, sizeof(v), 0) != sizeof(v))
		abort();
	return v;
}

static inline void sort(void *base, size_t n, size_t size,
			int (*cmp)(const void *, const void *), void *unused)
{
	(void)unused;
	if (n)
		qsort(base, n, size, cmp);
}

static inline size_t array_size(size_t n, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? SIZE_MAX : bytes;
}

#endif /* __KERNEL__ */

#endif /* CF_CORE_PORT_H */
