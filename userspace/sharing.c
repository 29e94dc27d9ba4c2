// SPDX-License-Identifier: GPL-2.0
/*
 * Which cameras have a selector of another's? An open hash of the numbers of all
 * that ever had one: whoever is found is looked at, so that entries of what was
 * replaced since may stay.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sharing.h"

/*
 * struct sharing - cameras by selector, at most half full
 * @slot: a camera's number and one, 0 for none
 * @slots: a power of two
 * @used: how many of them are not 0
 * @n: how many cameras are in it, the first ones
 */
struct sharing {
	u32 *slot;
	size_t slots;
	size_t used;
	size_t n;
};

/* FNV-1a */
static u32 hash_bytes(u32 h, const void *bytes, size_t n)
{
	const u8 *b = bytes;

	while (n--)
		h = (h ^ *b++) * 16777619U;
	return h;
}

static u32 hash(const struct selector *s)
{
	u32 h = 2166136261U + s->type;

	switch (s->type) {
	case SELECT_MAC:
	case SELECT_OUI:
		return hash_bytes(h, s->mac, sizeof(s->mac));
	case SELECT_IIF:
		return hash_bytes(h, s->iif, strlen(s->iif));
	default:
		h = hash_bytes(h, &s->addr.v4, sizeof(s->addr.v4));
		return hash_bytes(h, &s->addr.v6, sizeof(s->addr.v6));
	}
}

static void enter(struct sharing *x, const struct camera *c, size_t i)
{
	size_t k, h;

	for (k = 0; k < c->n_selectors; k++) {
		for (h = hash(&c->selector[k]); x->slot[h & (x->slots - 1)];)
			h++;
		x->slot[h & (x->slots - 1)] = i + 1;
		x->used++;
	}
}

static size_t count_selectors(const struct camera *v, size_t n)
{
	size_t sum = 0, i;

	for (i = 0; i < n; i++)
		sum += v[i].n_selectors;
	return sum;
}

/* Takes in what was appended since, or all where there is too little room. */
static void enter_new(struct sharing *x, const struct camera *v, size_t n)
{
	size_t more = count_selectors(v + x->n, n - x->n);

	if (!x->slots || 2 * (x->used + more) > x->slots) {
		more = count_selectors(v, n);
		free(x->slot);
		*x = (struct sharing){ .slots = 256 };
		while (x->slots < 4 * more)
			x->slots *= 2;
		x->slot = mem_zalloc(x->slots * sizeof(*x->slot));
	}
	for (; x->n < n; x->n++)
		enter(x, &v[x->n], x->n);
}

static int compare_numbers(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/**
 * sharing_find() - who has a selector of a camera's?
 * @x: the index; NULL at first, to be freed
 * @v: the cameras; the places of those that were here before are what they were
 * @n: how many
 * @c: the camera, which may be one of them
 * @found: their places, ascending, some perhaps twice; to be freed
 *
 * Return: how many were found, all that have one.
 */
size_t sharing_find(struct sharing **x, const struct camera *v, size_t n,
		    const struct camera *c, size_t **found)
{
	size_t cap = 0, have = 0, k, h, i;
	u32 slot;

	if (!*x)
		*x = mem_zalloc(sizeof(**x));
	enter_new(*x, v, n);
	*found = NULL;
	for (k = 0; k < c->n_selectors; k++) {
		h = hash(&c->selector[k]);
		for (; (slot = (*x)->slot[h & ((*x)->slots - 1)]); h++) {
			i = slot - 1;
			if (!camera_has(&v[i], &c->selector[k]))
				continue;
			*found = mem_grow(*found, &cap, have + 1,
					  sizeof(**found));
			(*found)[have++] = i;
		}
	}
	if (have)
		qsort(*found, have, sizeof(**found), compare_numbers);
	return have;
}

/**
 * sharing_put() - another camera stands in the place of one
 * @x: the index, or NULL
 * @v: the cameras
 * @i: the place
 */
void sharing_put(struct sharing *x, const struct camera *v, size_t i)
{
	if (!x || i >= x->n)
		return;
	if (2 * (x->used + v[i].n_selectors) > x->slots)
		sharing_forget(x);
	else
		enter(x, &v[i], i);
}

/**
 * sharing_forget() - cameras are at other places now
 * @x: the index, or NULL
 */
void sharing_forget(struct sharing *x)
{
	if (!x)
		return;
	free(x->slot);
	*x = (struct sharing){};
}
