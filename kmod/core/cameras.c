// SPDX-License-Identifier: GPL-2.0
/*
 * Whose MAC, whose address is this?
 *
 * Two tables, one by MAC and one by address, open addressing with linear
 * probing. Only an admin fills them, so a seeded multiply-shift is enough
 * (Dietzfelbinger et al., "A reliable randomized algorithm for the
 * closest-pair problem", 1997): at build, seeds are tried until no key is more
 * than PROBES_MOST slots away from home; after SEEDS_MOST of them the table is
 * doubled. So a lookup, hit or miss, reads at most PROBES_MOST slots.
 */
#include "cameras.h"

#define PROBES_MOST	8
#define SEEDS_MOST	16

struct slot {
	struct cf_in6 key;
	u32 camera;		/* CF_NO_CAMERA: free */
};

struct table {
	u64 seed_hi;
	u64 seed_lo;
	u32 n_slots;
	u32 n_keys;
	unsigned int shift;	/* 64 - log2(n_slots) */
	struct slot *slots;	/* PROBES_MOST - 1 more, so that none wraps */
};

struct cf_cameras {
	struct table macs;
	struct table addrs;
};

/*
 * One space for both families: an IPv4 address as its v4-mapped form, which
 * no IPv6 selector can be.
 */
static struct cf_in6 key_of_addr(const struct cf_addr *a)
{
	if (a->family == CF_IPV6)
		return a->v6;
	return (struct cf_in6){ .lo = 0xffff00000000ULL | a->v4 };
}

static struct cf_in6 key_of_mac(u64 mac)
{
	return (struct cf_in6){ .lo = mac };
}

static bool is_in_table(const struct cf_selector *s, enum cf_selector_type type)
{
	return s->type == type;
}

static struct cf_in6 key_of(const struct cf_selector *s)
{
	return s->type == CF_SEL_MAC ? key_of_mac(s->mac) :
				       key_of_addr(&s->addr);
}

static u32 home_of(const struct table *t, struct cf_in6 key)
{
	return (key.hi * t->seed_hi + key.lo * t->seed_lo) >> t->shift;
}

static u32 find(const struct table *t, struct cf_in6 key)
{
	const struct slot *slot, *end;

	if (!t->n_keys)
		return CF_NO_CAMERA;
	slot = t->slots + home_of(t, key);
	for (end = slot + PROBES_MOST; slot < end; slot++) {
		if (slot->camera == CF_NO_CAMERA)
			break;
		if (!cf_in6_cmp(slot->key, key))
			return slot->camera;
	}
	return CF_NO_CAMERA;
}

/* Return: 0, -EEXIST with the other camera in *other, or -EAGAIN: next seed */
static int insert(struct table *t, struct cf_in6 key, u32 camera, u32 *other)
{
	struct slot *slot = t->slots + home_of(t, key);
	struct slot *end = slot + PROBES_MOST;

	for (; slot < end; slot++) {
		if (slot->camera == CF_NO_CAMERA) {
			slot->key = key;
			slot->camera = camera;
			return 0;
		}
		if (!cf_in6_cmp(slot->key, key)) {
			*other = slot->camera;
			return -EEXIST;
		}
	}
	return -EAGAIN;
}

static int fill(struct table *t, enum cf_selector_type type,
		const struct cf_camera *const *cameras, u32 n,
		struct cf_conflict *conflict)
{
	u32 i, j;

	t->seed_hi = cf_random() | 1;
	t->seed_lo = cf_random() | 1;
	for (i = 0; i < t->n_slots + PROBES_MOST - 1; i++)
		t->slots[i].camera = CF_NO_CAMERA;
	for (i = 0; i < n; i++) {
		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
		for (j = 0; j < cameras[i]->n_selectors; j++) {
			const struct cf_selector *s = &cameras[i]->selectors[j];
			int err;

			if (!is_in_table(s, type))
				continue;
			err = insert(t, key_of(s), i, &conflict->first);
			conflict->second = i;
			conflict->selector = s;
			if (err)
				return err;
		}
	}
	return 0;
}

static u64 count(enum cf_selector_type type,
		 const struct cf_camera *const *cameras, u32 n)
{
	u64 keys = 0;
	u32 i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < cameras[i]->n_selectors; j++)
			keys += is_in_table(&cameras[i]->selectors[j], type);
	return keys;
}

static int build(struct table *t, enum cf_selector_type type,
		 const struct cf_camera *const *cameras, u32 n,
		 struct cf_conflict *conflict)
{
	unsigned int bits = 1, seed;
	int err = -EAGAIN;

	t->n_keys = count(type, cameras, n);
	if (!t->n_keys)
		return 0;
	while ((1ULL << bits) < 2ULL * t->n_keys)
		bits++;
	for (; err == -EAGAIN && bits < 32; bits++) {
		cf_free(t->slots);
		t->n_slots = 1U << bits;
		t->shift = 64 - bits;
		t->slots = cf_alloc(array_size(t->n_slots + PROBES_MOST - 1,
					       sizeof(*t->slots)));
		if (!t->slots)
			return -ENOMEM;
		for (seed = 0; err == -EAGAIN && seed < SEEDS_MOST; seed++)
			err = fill(t, type, cameras, n, conflict);
	}
	return err;
}

/**
 * cf_cameras_build() - build the tables of all cameras
 * @out: the tables, freed by cf_cameras_free()
 * @cameras: a camera is named by its index in here ever after
 * @n: how many
 * @conflict: on -EEXIST, who shares which selector (first == second: the
 *	camera has it twice)
 *
 * May sleep. Keeps no reference to the cameras.
 *
 * Return: 0, -ENOMEM, -EINTR (fatal signal) or -EEXIST.
 */
int cf_cameras_build(struct cf_cameras **out,
		     const struct cf_camera *const *cameras, u32 n,
		     struct cf_conflict *conflict)
{
	struct cf_cameras *c = cf_alloc(sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	err = build(&c->macs, CF_SEL_MAC, cameras, n, conflict);
	if (!err)
		err = build(&c->addrs, CF_SEL_ADDR, cameras, n, conflict);
	if (err) {
		cf_cameras_free(c);
		return err;
	}
	*out = c;
	return 0;
}

/**
 * cf_cameras_free() - free the tables, or NULL
 * @c: no reader may be left
 */
void cf_cameras_free(struct cf_cameras *c)
{
	if (!c)
		return;
	cf_free(c->macs.slots);
	cf_free(c->addrs.slots);
	cf_free(c);
}

/**
 * cf_cameras_bytes() - what the tables take
 * @c: the tables
 *
 * Return: bytes.
 */
size_t cf_cameras_bytes(const struct cf_cameras *c)
{
	return sizeof(*c) + sizeof(struct slot) *
	       ((size_t)c->macs.n_slots + c->addrs.n_slots);
}

/**
 * cf_cameras_by_mac() - the camera of a MAC
 * @c: the tables
 * @mac: as a number, the first byte on the wire the highest
 *
 * Any context; the caller holds @c, in the kernel by RCU.
 *
 * Return: its index or CF_NO_CAMERA.
 */
u32 cf_cameras_by_mac(const struct cf_cameras *c, u64 mac)
{
	return find(&c->macs, key_of_mac(mac));
}

/**
 * cf_cameras_by_addr() - the camera of an address
 * @c: the tables
 * @addr: of either family
 *
 * Context and return as cf_cameras_by_mac().
 */
u32 cf_cameras_by_addr(const struct cf_cameras *c, const struct cf_addr *addr)
{
	return find(&c->addrs, key_of_addr(addr));
}
