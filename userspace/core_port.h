/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kmod/core/ needs from the world it is compiled in, outside the kernel:
 * the other half of kmod/core/port.h.
 */
#ifndef CF_CORE_PORT_USER_H
#define CF_CORE_PORT_USER_H

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
#define hweight64(v)	__builtin_popcountll(v)
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

/* From the beginning of a cache line, as the kernel's of such sizes are. */
static inline void *cf_alloc(size_t size)
{
	void *p;

	if (cf_alloc_fail_at && !--cf_alloc_fail_at)
		return NULL;
	if (size == SIZE_MAX || posix_memalign(&p, 64, size))
		return NULL;
	return memset(p, 0, size);
}

static inline void cf_free(const void *p)
{
	free((void *)p);
}

/* A test sets it to n to have a fatal signal come before the n-th asking. */
extern unsigned int cf_interrupt_at;

static inline int cf_may_go_on(void)
{
	if (cf_interrupt_at > 1)
		cf_interrupt_at--;
	else if (cf_interrupt_at)
		return -EINTR;
	return 0;
}

/* Of one thread. */
typedef u32 refcount_t;

static inline void refcount_set(refcount_t *r, u32 n)
{
	*r = n;
}

static inline void refcount_inc(refcount_t *r)
{
	++*r;
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	return !--*r;
}

static inline u64 cf_random(void)
{
	u64 v = 0;

	if (getrandom(&v, sizeof(v), 0) != sizeof(v))
		abort();
	return v;
}

struct cf_judgement;

/* Who wants to see each step of a verdict, or NULL. */
extern void (*cf_observer)(const struct cf_judgement *j);

static inline void cf_observe(const struct cf_judgement *j)
{
	if (cf_observer)
		cf_observer(j);
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

#endif /* CF_CORE_PORT_USER_H */
