// SPDX-License-Identifier: GPL-2.0
/*
 * Whose MAC, whose address is this?
 *
 * One table of all selectors: a key is a MAC, an address, or what an OUI, a
 * subnet or an interface is written as, and its kind. The first bits of its
 * hash name a bucket, whose entries are chained; the same and two more name a
 * bit of the filter in front. With 4 buckets (there are at least 128)
 *
 *	key		hash		bucket	bit
 *	10.0.0.1	0111...		1	7
 *	10.0.0.2	0101...		1	5
 *	02:00:..:01	1000...		2	8
 *
 * 10.0.0.9, whose hash begins with 0100, is in bucket 1, but bit 4 is not set:
 * nobody's. Most packets are of no camera. They read that bit alone, one for
 * each question, of 1 or 2 bytes a selector, and in 1 of 8 cases or fewer a
 * bucket. A kind that no selector has is not asked for.
 *
 * Only an admin fills it, so a seeded multiply-shift is enough (Dietzfelbinger
 * et al., "A reliable randomized algorithm for the closest-pair problem",
 * 1997): at build, seeds are tried until no chain is longer than CHAIN_MOST;
 * after SEEDS_MOST of them the table is doubled.
 */
#include "cameras.h"

#define CHAIN_MOST	8
#define SEEDS_MOST	16
#define BUCKET_BITS	7	/* at least: a filter of a cache line */
#define FILTER_BITS	2	/* more than a bucket's */
#define NOBODY		U32_MAX

struct cf_key {
	struct cf_in6 value;
	u32 kind;
};

#define KIND(type, catch, len) ((u32)(type) << 16 | (catch) << 8 | (len))

/* A selector. Where it is shared, that of the first camera stands for all. */
struct entry {
	struct cf_in6 value;
	u32 kind;
	u32 next;		/* of the bucket's, or NOBODY */
	struct cf_owner owner;
};

/* Whose lengths: subnets' of either family, cameras' OUIs and catches' */
enum lens_of {
	LENS_IPV4,
	LENS_IPV6,
	LENS_OUI,
	LENS_CATCH_OUI,
	LENS
};

/* What a packet of no camera reads comes first: one cache line. */
struct cf_cameras {
	u64 seed[3];
	u64 *filter;
	u32 *buckets;		/* the first entry of each, or NOBODY */
	struct entry *entries;
	u8 shift;		/* 64 - log2(how many buckets) */
	bool macs;		/* what selectors there are */
	bool addrs;
	bool ifaces[2];		/* cameras', catches' */
	u8 n_lens[LENS];
	u8 lens[LENS][128];	/* those in use, the longest first */
	u32 n_entries;
};

/* What a build works on. */
struct build {
	struct cf_cameras *c;
	const struct cf_camera *const *cameras;
	u32 n;
	struct cf_conflict *conflict;
};

static enum lens_of lens_of_addr(const struct cf_addr *a)
{
	return a->family == CF_IPV4 ? LENS_IPV4 : LENS_IPV6;
}

static enum lens_of lens_of_oui(bool catch)
{
	return catch ? LENS_CATCH_OUI : LENS_OUI;
}

static struct cf_key key_of_mac(u64 mac)
{
	return (struct cf_key){ { .lo = mac }, KIND(CF_SEL_MAC, 0, 0) };
}

static struct cf_key key_of_addr(const struct cf_addr *a)
{
	u32 kind = KIND(CF_SEL_ADDR, 0, a->family);

	if (a->family == CF_IPV4)
		return (struct cf_key){ { .lo = a->v4 }, kind };
	return (struct cf_key){ a->v6, kind };
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

static u64 hash_of(const struct cf_cameras *c, const struct cf_key *key)
{
	return key->value.hi * c->seed[0] + key->value.lo * c->seed[1] +
	       key->kind * c->seed[2];
}

/* In the filter: its word, and the bit in there. */
static u64 *word_of(const struct cf_cameras *c, u64 hash, u64 *bit)
{
	u64 i = hash >> (c->shift - FILTER_BITS);

	*bit = BIT_ULL(i % 64);
	return &c->filter[i / 64];
}

/* The entry of a key in a chain, or NULL; counts those before it. */
static struct entry *look(const struct cf_cameras *c, u32 first,
			  const struct cf_key *key, u32 *n)
{
	struct entry *e;
	u32 i;

	for (i = first; i != NOBODY; i = e->next, ++*n) {
		e = &c->entries[i];
		if (e->kind == key->kind && !cf_in6_cmp(e->value, key->value))
			return e;
	}
	return NULL;
}

/* Most keys are nobody's. */
static inline const struct cf_owner *find(const struct cf_cameras *c,
					  struct cf_key key)
{
	u64 hash = hash_of(c, &key), bit;
	const struct entry *e;
	u32 n = 0;

	if (!(*word_of(c, hash, &bit) & bit))
		return NULL;
	e = look(c, c->buckets[hash >> c->shift], &key, &n);
	return e ? &e->owner : NULL;
}

/* Return: 0, or -EEXIST: a camera has the selector, and does not share it */
static int share(const struct build *b, struct cf_owner *owner, u32 new)
{
	const struct cf_camera *const *cameras = b->cameras;
	u32 camera = b->c->entries[new].owner.camera;

	while (owner->more != NOBODY)
		owner = &b->c->entries[owner->more].owner;
	b->conflict->first = owner->camera;
	if (owner->camera == camera || !cameras[owner->camera]->shared ||
	    !cameras[camera]->shared)
		return -EEXIST;
	owner->more = new;
	return 0;
}

/* Return: 0, -EEXIST, or -EAGAIN: the next seed */
static int insert(const struct build *b, const struct cf_key *key, u32 camera,
		  u32 new)
{
	struct cf_cameras *c = b->c;
	u64 hash = hash_of(c, key), bit;
	u32 *bucket = &c->buckets[hash >> c->shift], n = 0;
	struct entry *e = look(c, *bucket, key, &n);

	c->entries[new] = (struct entry){
		.value = key->value,
		.kind = key->kind,
		.next = *bucket,
		.owner = { camera, NOBODY },
	};
	if (e)
		return share(b, &e->owner, new);
	if (n == CHAIN_MOST)
		return -EAGAIN;
	*bucket = new;
	*word_of(c, hash, &bit) |= bit;
	return 0;
}

static size_t buckets_bytes(const struct cf_cameras *c)
{
	return sizeof(*c->buckets) << (64 - c->shift);
}

static size_t filter_bytes(const struct cf_cameras *c)
{
	return (1ULL << (64 - c->shift + FILTER_BITS)) / 8;
}

static int fill(const struct build *b)
{
	struct cf_cameras *c = b->c;
	u32 i, j, n = 0;
	int err;

	for (i = 0; i < 3; i++)
		c->seed[i] = cf_random() | 1;
	memset(c->buckets, 0xff, buckets_bytes(c));
	memset(c->filter, 0, filter_bytes(c));
	for (i = 0; i < b->n; i++) {
		const struct cf_camera *camera = b->cameras[i];

		if (!(i % 1024) && cf_may_go_on())
			return -EINTR;
		for (j = 0; j < camera->n_selectors; j++) {
			const struct cf_selector *s = &camera->selectors[j];
			struct cf_key key = key_of(s, camera->catch);

			b->conflict->second = i;
			b->conflict->selector = s;
			err = insert(b, &key, i, n++);
			if (err)
				return err;
		}
	}
	return 0;
}

static void note(struct cf_cameras *c, const struct cf_selector *s, bool catch,
		 bool used[LENS][129])
{
	switch (s->type) {
	case CF_SEL_MAC:
		c->macs = true;
		break;
	case CF_SEL_ADDR:
		c->addrs = true;
		break;
	case CF_SEL_PREFIX:
		used[lens_of_addr(&s->addr)][s->len] = true;
		break;
	case CF_SEL_OUI:
		used[lens_of_oui(catch)][s->len] = true;
		break;
	case CF_SEL_IFACE:
		c->ifaces[catch] = true;
		break;
	}
}

/* What is there to be found? */
static void survey(const struct build *b)
{
	bool used[LENS][129] = { { false } };
	struct cf_cameras *c = b->c;
	unsigned int of, len;
	u32 i, j;

	for (i = 0; i < b->n; i++) {
		const struct cf_camera *camera = b->cameras[i];

		c->n_entries += camera->n_selectors;
		for (j = 0; j < camera->n_selectors; j++)
			note(c, &camera->selectors[j], camera->catch, used);
	}
	for (of = 0; of < LENS; of++)
		for (len = 128; len; len--)
			if (used[of][len])
				c->lens[of][c->n_lens[of]++] = len;
}

static int build(const struct build *b)
{
	struct cf_cameras *c = b->c;
	unsigned int bits = BUCKET_BITS, seed;
	int err = -EAGAIN;

	survey(b);
	c->entries = cf_alloc(array_size(c->n_entries + 1ULL,
					 sizeof(*c->entries)));
	if (!c->entries)
		return -ENOMEM;
	while ((1ULL << bits) < 2ULL * c->n_entries)
		bits++;
	for (; err == -EAGAIN && bits < 32; bits++) {
		c->shift = 64 - bits;
		cf_free(c->buckets);
		cf_free(c->filter);
		c->buckets = cf_alloc(buckets_bytes(c));
		c->filter = cf_alloc(filter_bytes(c));
		if (!c->buckets || !c->filter)
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
	cf_free(c->filter);
	cf_free(c->buckets);
	cf_free(c->entries);
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
	return sizeof(*c) + (size_t)c->n_entries * sizeof(*c->entries) +
	       buckets_bytes(c) + filter_bytes(c);
}

/**
 * cf_cameras_want_mac() - is any camera known by what a MAC shows?
 * @c: the table
 *
 * Return: true if there are MACs or OUIs in it.
 */
bool cf_cameras_want_mac(const struct cf_cameras *c)
{
	return c->macs || c->n_lens[LENS_OUI] || c->n_lens[LENS_CATCH_OUI];
}

/**
 * cf_cameras_are_exact() - is every camera known by a MAC or an address?
 * @c: the table
 *
 * Return: true if there are no subnets, OUIs and interfaces in it.
 */
bool cf_cameras_are_exact(const struct cf_cameras *c)
{
	unsigned int of;

	for (of = 0; of < LENS; of++)
		if (c->n_lens[of])
			return false;
	return !c->ifaces[false] && !c->ifaces[true];
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
	return owner->more == NOBODY ? NULL : &c->entries[owner->more].owner;
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
	enum lens_of of = lens_of_addr(addr);
	const struct cf_owner *owner = NULL;
	unsigned int i;

	if (addr->family == CF_NONE)
		return NULL;
	for (i = 0; !owner && i < c->n_lens[of]; i++)
		owner = find(c, key_of_subnet(addr, c->lens[of][i]));
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
	enum lens_of of = lens_of_oui(catch);
	const struct cf_owner *owner = NULL;
	unsigned int i;

	for (i = 0; mac && !owner && i < c->n_lens[of]; i++)
		owner = find(c, key_of_oui(mac, c->lens[of][i], catch));
	if (!owner && iface && c->ifaces[catch])
		owner = find(c, key_of_iface(iface, catch));
	return owner;
}
