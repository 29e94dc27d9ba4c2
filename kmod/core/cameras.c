// SPDX-License-Identifier: GPL-2.0
/*
 * Whose MAC, whose address is this?
 *
 * One table of all selectors, open addressing with linear probing: a key is a
 * MAC, an address, or what an OUI, a subnet or an interface is written as, and
 * its kind. Only an admin fills it, so a seeded multiply-shift is enough
 * (Dietzfelbinger et al., "A reliable randomized algorithm for the closest-pair
 * problem", 1997): at build, seeds are tried until no key is more than
 * PROBES_MOST slots away from home; after SEEDS_MOST of them the table is
 * doubled. So a lookup, hit or miss, reads at most PROBES_MOST slots. A kind
 * that no selector has is not looked for.
 */
#include "cameras.h"

#define PROBES_MOST	8
#define SEEDS_MOST	16
#define NOBODY		U32_MAX

struct cf_key {
	struct cf_in6 value;
	u32 kind;
};

#define KIND(type, catch, len) ((u32)(type) << 16 | (catch) << 8 | (len))

struct slot {
	struct cf_key key;
	struct cf_owner owner;	/* its camera is NOBODY: free */
};

/* Subnets' lengths in use, the longest first. */
struct lens {
	u32 n;
	u8 of[128];
};

static const u8 oui_lens[] = { 36, 28, 24 };

#define OUI_LENS ARRAY_SIZE(oui_lens)

struct cf_cameras {
	u64 seed[3];
	unsigned int shift;	/* 64 - log2(n_slots) */
	u32 n_slots;		/* 0: no selectors */
	struct slot *slots;	/* PROBES_MOST - 1 more, so that none wraps */
	struct cf_owner *owners;	/* all but the first of a selector */
	u32 n_owners;
	bool macs;		/* what selectors there are */
	bool addrs;
	bool ouis[2][OUI_LENS];	/* cameras', catches' */
	bool ifaces[2];
	struct lens subnets4;
	struct lens subnets6;
};

/* What a build works on. */
struct build {
	struct cf_cameras *c;
	const struct cf_camera *const *cameras;
	u32 n;
	struct cf_conflict *conflict;
};

static struct cf_key key_of_mac(u64 mac)
{
	return (struct cf_key){ { .lo = mac }, KIND(CF_SEL_MAC, 0, 0) };
}

static struct cf_key key_of_addr(const struct cf_addr *a)
{
	struct cf_key k = { a->v6, KIND(CF_SEL_ADDR, 0, a->family) };

	if (a->family == CF_IPV4)
		k.value = (struct cf_in6){ .lo = a->v4 };
	return k;
}

static struct cf_key key_of_subnet(const struct cf_addr *a, u8 len)
{
	struct cf_addr first = cf_addr_mask(*a, len);
	struct cf_key k = key_of_addr(&first);

	k.kind = KIND(CF_SEL_PREFIX, a->family, len);
	return k;
}

static struct cf_key key_of_oui(u64 mac, u8 len, bool catch)
{
	return (struct cf_key){ { .lo = mac >> (48 - len) },
			     KIND(CF_SEL_OUI, catch, len) };
}

static struct cf_key key_of_iface(const char *name, bool catch)
{
	struct cf_key k = { .kind = KIND(CF_SEL_IFACE, catch, 0) };
	unsigned int i;

	for (i = 0; i < 8 && name[i]; i++)
		k.value.hi |= (u64)(u8)name[i] << 8 * i;
	for (; i >= 8 && i < CAMFENCE_IFACE_LEN && name[i]; i++)
		k.value.lo |= (u64)(u8)name[i] << 8 * (i - 8);
	return k;
}

static struct cf_key key_of(const struct cf_selector *s, bool catch)
{
	switch (s->type) {
	case CF_SEL_MAC:
		return key_of_mac(s->mac);
	case CF_SEL_ADDR:
		return key_of_addr(&s->addr);
	case CF_SEL_PREFIX:
		return key_of_subnet(&s->addr, s->len);
	case CF_SEL_OUI:
		return key_of_oui(s->mac, s->len, catch);
	case CF_SEL_IFACE:
		break;
	}
	return key_of_iface(s->iface, catch);
}

static bool is_key(const struct slot *slot, const struct cf_key *key)
{
	return slot->key.kind == key->kind &&
	       !cf_in6_cmp(slot->key.value, key->value);
}

static struct slot *home_of(const struct cf_cameras *c, const struct cf_key *key)
{
	return c->slots + ((key->value.hi * c->seed[0] +
			    key->value.lo * c->seed[1] +
			    key->kind * c->seed[2]) >> c->shift);
}

static const struct cf_owner *find(const struct cf_cameras *c, struct cf_key key)
{
	const struct slot *slot = home_of(c, &key);
	const struct slot *end = slot + PROBES_MOST;

	for (; slot < end && slot->owner.camera != NOBODY; slot++)
		if (is_key(slot, &key))
			return &slot->owner;
	return NULL;
}

/* Return: 0, or -EEXIST: a camera has the selector, and does not share it */
static int share(const struct build *b, struct cf_owner *owner, u32 camera)
{
	const struct cf_camera *const *cameras = b->cameras;
	struct cf_cameras *c = b->c;

	while (owner->more != NOBODY)
		owner = &c->owners[owner->more];
	b->conflict->first = owner->camera;
	if (owner->camera == camera || !cameras[owner->camera]->shared ||
	    !cameras[camera]->shared)
		return -EEXIST;
	owner->more = c->n_owners;
	c->owners[c->n_owners++] = (struct cf_owner){ camera, NOBODY };
	return 0;
}

/* Return: 0, -EEXIST, or -EAGAIN: the next seed */
static int insert(const struct build *b, struct cf_key key, u32 camera)
{
	struct slot *slot = home_of(b->c, &key), *end = slot + PROBES_MOST;

	for (; slot < end; slot++) {
		if (slot->owner.camera == NOBODY) {
			slot->key = key;
			slot->owner = (struct cf_owner){ camera, NOBODY };
			return 0;
		}
		if (is_key(slot, &key))
			return share(b, &slot->owner, camera);
	}
	return -EAGAIN;
}

static int fill(const struct build *b)
{
	struct cf_cameras *c = b->c;
	u32 i, j;
	int err;

	for (i = 0; i < 3; i++)
		c->seed[i] = cf_random() | 1;
	for (i = 0; i < c->n_slots + PROBES_MOST - 1; i++)
		c->slots[i].owner.camera = NOBODY;
	c->n_owners = 0;
	for (i = 0; i < b->n; i++) {
		const struct cf_camera *camera = b->cameras[i];

		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
		for (j = 0; j < camera->n_selectors; j++) {
			const struct cf_selector *s = &camera->selectors[j];

			b->conflict->second = i;
			b->conflict->selector = s;
			err = insert(b, key_of(s, camera->catch), i);
			if (err)
				return err;
		}
	}
	return 0;
}

static void note(struct cf_cameras *c, const struct cf_selector *s, bool catch,
		 bool *subnets4, bool *subnets6)
{
	unsigned int i;

	switch (s->type) {
	case CF_SEL_MAC:
		c->macs = true;
		break;
	case CF_SEL_ADDR:
		c->addrs = true;
		break;
	case CF_SEL_PREFIX:
		(s->addr.family == CF_IPV4 ? subnets4 : subnets6)[s->len] = true;
		break;
	case CF_SEL_OUI:
		for (i = 0; i < OUI_LENS; i++)
			c->ouis[catch][i] |= s->len == oui_lens[i];
		break;
	case CF_SEL_IFACE:
		c->ifaces[catch] = true;
		break;
	}
}

static void collect(struct lens *lens, const bool *used)
{
	unsigned int len;

	for (len = 128; len; len--)
		if (used[len])
			lens->of[lens->n++] = len;
}

/* What is there to be found, and how much room does it take? */
static void survey(const struct build *b, u64 *keys, u64 *shared)
{
	bool subnets4[129] = { false }, subnets6[129] = { false };
	u32 i, j;

	for (i = 0; i < b->n; i++) {
		const struct cf_camera *camera = b->cameras[i];

		*keys += camera->n_selectors;
		*shared += camera->shared ? camera->n_selectors : 0;
		for (j = 0; j < camera->n_selectors; j++)
			note(b->c, &camera->selectors[j], camera->catch,
			     subnets4, subnets6);
	}
	collect(&b->c->subnets4, subnets4);
	collect(&b->c->subnets6, subnets6);
}

static int build(const struct build *b)
{
	struct cf_cameras *c = b->c;
	unsigned int bits = 1, seed;
	u64 keys = 0, shared = 0;
	int err = -EAGAIN;

	survey(b, &keys, &shared);
	c->owners = cf_alloc(array_size(shared + 1, sizeof(*c->owners)));
	if (!c->owners)
		return -ENOMEM;
	while ((1ULL << bits) < 2 * keys)
		bits++;
	for (; err == -EAGAIN && bits < 32; bits++) {
		cf_free(c->slots);
		c->n_slots = 1U << bits;
		c->shift = 64 - bits;
		c->slots = cf_alloc(array_size(c->n_slots + PROBES_MOST - 1,
					       sizeof(*c->slots)));
		if (!c->slots)
			return -ENOMEM;
		for (seed = 0; err == -EAGAIN && seed < SEEDS_MOST; seed++)
			err = fill(b);
	}
	return err;
}

/**
 * cf_cameras_build() - build the table of all cameras
 * @out: the table, freed by cf_cameras_free()
 * @cameras: a camera is named by its index in here ever after
 * @n: how many
 * @conflict: on -EEXIST, who has which selector without sharing it (first ==
 *	second: the camera has it twice)
 *
 * May sleep. Keeps no reference to the cameras.
 *
 * Return: 0, -ENOMEM, -EINTR (fatal signal) or -EEXIST.
 */
int cf_cameras_build(struct cf_cameras **out,
		     const struct cf_camera *const *cameras, u32 n,
		     struct cf_conflict *conflict)
{
	struct build b = { cf_alloc(sizeof(*b.c)), cameras, n, conflict };
	int err;

	if (!b.c)
		return -ENOMEM;
	err = build(&b);
	if (err) {
		cf_cameras_free(b.c);
		return err;
	}
	*out = b.c;
	return 0;
}

/**
 * cf_cameras_free() - free the table, or NULL
 * @c: no reader may be left
 */
void cf_cameras_free(struct cf_cameras *c)
{
	if (!c)
		return;
	cf_free(c->slots);
	cf_free(c->owners);
	cf_free(c);
}

/**
 * cf_cameras_bytes() - what the table takes
 * @c: the table
 *
 * Return: bytes.
 */
size_t cf_cameras_bytes(const struct cf_cameras *c)
{
	return sizeof(*c) + (size_t)c->n_owners * sizeof(*c->owners) +
	       ((size_t)c->n_slots + PROBES_MOST - 1) * sizeof(*c->slots);
}

/**
 * cf_cameras_want_mac() - is any camera known by what a MAC shows?
 * @c: the table
 *
 * Return: true if there are MACs or OUIs in it.
 */
bool cf_cameras_want_mac(const struct cf_cameras *c)
{
	unsigned int i;

	for (i = 0; i < OUI_LENS; i++)
		if (c->ouis[false][i] || c->ouis[true][i])
			return true;
	return c->macs;
}

/**
 * cf_cameras_next() - who else has the selector?
 * @c: the table
 * @owner: one who has
 *
 * Any context; the caller holds @c, in the kernel by RCU.
 *
 * Return: the next by name, or NULL.
 */
const struct cf_owner *cf_cameras_next(const struct cf_cameras *c,
				       const struct cf_owner *owner)
{
	return owner->more == NOBODY ? NULL : &c->owners[owner->more];
}

/**
 * cf_cameras_by_mac() - the camera of a MAC
 * @c: the table
 * @mac: as a number, the first byte on the wire the highest
 *
 * Context as cf_cameras_next().
 *
 * Return: the first that has it, or NULL.
 */
const struct cf_owner *cf_cameras_by_mac(const struct cf_cameras *c, u64 mac)
{
	return c->macs ? find(c, key_of_mac(mac)) : NULL;
}

/**
 * cf_cameras_by_addr() - the camera of an address
 * @c: the table
 * @addr: of either family
 *
 * Context and return as cf_cameras_by_mac().
 */
const struct cf_owner *cf_cameras_by_addr(const struct cf_cameras *c,
					  const struct cf_addr *addr)
{
	return c->addrs ? find(c, key_of_addr(addr)) : NULL;
}

/**
 * cf_cameras_by_subnet() - the camera of the longest prefix
 * @c: the table
 * @addr: of any family
 *
 * Context and return as cf_cameras_by_mac().
 */
const struct cf_owner *cf_cameras_by_subnet(const struct cf_cameras *c,
					    const struct cf_addr *addr)
{
	const struct lens *lens = addr->family == CF_IPV4 ? &c->subnets4 :
							    &c->subnets6;
	const struct cf_owner *owner = NULL;
	u32 i;

	if (addr->family == CF_NONE)
		return NULL;
	for (i = 0; !owner && i < lens->n; i++)
		owner = find(c, key_of_subnet(addr, lens->of[i]));
	return owner;
}

/**
 * cf_cameras_by_kind() - the camera, or catch, of the longest OUI, else of
 * an interface
 * @c: the table
 * @mac: as for cf_cameras_by_mac(), 0 if it is not known
 * @iface: the interface's name, NULL if it is not known
 * @catch: of catches
 *
 * Context and return as cf_cameras_by_mac().
 */
const struct cf_owner *cf_cameras_by_kind(const struct cf_cameras *c, u64 mac,
					  const char *iface, bool catch)
{
	const struct cf_owner *owner = NULL;
	unsigned int i;

	for (i = 0; mac && !owner && i < OUI_LENS; i++)
		if (c->ouis[catch][i])
			owner = find(c, key_of_oui(mac, oui_lens[i], catch));
	if (!owner && iface && c->ifaces[catch])
		owner = find(c, key_of_iface(iface, catch));
	return owner;
}
