// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the classifiers against a look at every range. The input: a byte with
 * the family in bit 0, then records of 8 bytes, each a ladder of ranges:
 *
 *	set  unit  count  width  gap  place  value  value
 *
 * The values are written into the cursor, an address, at a place. Then come
 * count ranges of width units, each gap units behind the last. A unit is a bit
 * of the address. What overlaps an earlier range of its set is left out.
 *
 * make fuzz runs it with libFuzzer; with gcc (REPLAY) it reads files.
 */
#include "core/classify.h"

#define RANGES_MOST 600

struct input {
	enum cf_family family;
	u32 n;
	struct range {
		struct cf_in6 first;
		struct cf_in6 last;
		unsigned int set;
	} ranges[RANGES_MOST];
};

static struct cf_in6 add_units(struct cf_in6 a, unsigned int unit, u64 n)
{
	if (unit >= 64) {
		a.hi += n << (unit - 64);
		return a;
	}
	a.hi += unit ? n >> (64 - unit) : 0;
	a.lo += n << unit;
	a.hi += a.lo < n << unit;
	return a;
}

static void clip(const struct input *in, struct cf_in6 *a)
{
	if (in->family == CF_IPV4)
		*a = (struct cf_in6){ .lo = (u32)a->lo };
}

static void add_range(struct input *in, unsigned int set, struct cf_in6 first,
		      struct cf_in6 last)
{
	u32 i;

	clip(in, &first);
	clip(in, &last);
	if (in->n == RANGES_MOST || cf_in6_cmp(last, first) < 0)
		return;
	for (i = 0; i < in->n; i++)
		if (in->ranges[i].set == set &&
		    cf_in6_cmp(in->ranges[i].first, last) <= 0 &&
		    cf_in6_cmp(first, in->ranges[i].last) <= 0)
			return;
	in->ranges[in->n++] = (struct range){ first, last, set };
}

static void read_input(struct input *in, const u8 *b, size_t size)
{
	struct cf_in6 cursor = { 0 };

	in->family = size && *b & 1 ? CF_IPV6 : CF_IPV4;
	for (b++; size >= 9; b += 8, size -= 8) {
		const unsigned int unit = b[1] % (in->family == CF_IPV4 ? 32 :
									 128);
		const unsigned int place = b[5] % 15 * 8;
		u64 *half = place < 64 ? &cursor.lo : &cursor.hi;
		unsigned int n;

		*half ^= (u64)(b[6] << 8 | b[7]) << place % 64;
		for (n = 0; n < b[2]; n++) {
			struct cf_in6 end = add_units(cursor, unit, 1 + b[3]);
			struct cf_in6 last = end;

			last.hi -= !last.lo--;
			add_range(in, b[0] % CAMFENCE_MAX_SETS, cursor, last);
			cursor = add_units(end, unit, b[4]);
			clip(in, &cursor);
		}
	}
}

static int by_first(const void *a, const void *b)
{
	return cf_in6_cmp(((const struct range *)a)->first,
			  ((const struct range *)b)->first);
}

static void fill_sets(const struct input *in, struct cf_set *sets)
{
	u32 i;

	for (i = 0; i < in->n; i++) {
		const struct range *r = &in->ranges[i];
		struct cf_set *s = &sets[r->set];

		if (!s->r4)
			s->r4 = calloc(in->n, sizeof(*s->r4));
		if (!s->r6)
			s->r6 = calloc(in->n, sizeof(*s->r6));
		if (in->family == CF_IPV4)
			s->r4[s->n4++] = (struct cf_range4){ r->first.lo,
							     r->last.lo };
		else
			s->r6[s->n6++] = (struct cf_range6){ r->first,
							     r->last };
	}
}

static void compare(const struct input *in, const struct cf_classifier *c,
		    struct cf_in6 a)
{
	u64 want = 0, got;
	u32 i;

	clip(in, &a);
	for (i = 0; i < in->n; i++)
		if (cf_in6_cmp(in->ranges[i].first, a) <= 0 &&
		    cf_in6_cmp(a, in->ranges[i].last) <= 0)
			want |= BIT_ULL(in->ranges[i].set);
	got = in->family == CF_IPV4 ? cf_classify4(c, a.lo) :
				      cf_classify6(c, a);
	if (got != want)
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct input in;
	struct cf_set *sets = calloc(CAMFENCE_MAX_SETS, sizeof(*sets));
	const struct cf_set *pointers[CAMFENCE_MAX_SETS];
	struct cf_classifier *c;
	u32 i;

	in.n = 0;
	read_input(&in, data, size);
	qsort(in.ranges, in.n, sizeof(*in.ranges), by_first);
	fill_sets(&in, sets);
	for (i = 0; i < CAMFENCE_MAX_SETS; i++)
		pointers[i] = &sets[i];
	if (cf_classify_build(&c, in.family, pointers, CAMFENCE_MAX_SETS))
		abort();
	for (i = 0; i < in.n; i++) {
		struct cf_in6 first = in.ranges[i].first;
		struct cf_in6 last = in.ranges[i].last;

		compare(&in, c, first);
		compare(&in, c, last);
		compare(&in, c, cf_in6_next(last));
		first.hi -= !first.lo--;
		compare(&in, c, first);
	}
	cf_classify_free(c);
	for (i = 0; i < CAMFENCE_MAX_SETS; i++) {
		free(sets[i].r4);
		free(sets[i].r6);
	}
	free(sets);
	return 0;
}
