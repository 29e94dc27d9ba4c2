/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the table of cameras share: a list of cameras, and what the
 * table has to say of it, found by looking through it from its start.
 */
#ifndef CF_TESTS_LIBCAMERAS_H
#define CF_TESTS_LIBCAMERAS_H

#include "libcore.h"

struct list {
	u32 n;
	u32 n_selectors;	/* room of each */
	struct cf_camera *cameras;
	const struct cf_camera **pointers;
	struct cf_cameras *table;
};

#define OWNERS_MOST 64

struct owners {
	u32 n;
	u32 of[OWNERS_MOST];
};

struct list *list_new(u32 n, u32 n_selectors);
void list_free(struct list *l);
void list_add(struct list *l, u32 camera, struct cf_selector s);

struct cf_addr sel_addr4(u32 addr);
struct cf_addr sel_addr6(u64 hi, u64 lo);
struct cf_selector sel_mac(u64 mac);
struct cf_selector sel_v4(u32 addr);
struct cf_selector sel_v6(u64 hi, u64 lo);
struct cf_selector sel_oui(u64 mac, u8 len);
struct cf_selector sel_iface(const char *name);

/* Who has a selector, catches or cameras, in order. */
struct owners list_naive(const struct list *l, const struct cf_selector *s,
			 bool catch);

/* Builds the table, which list_free() frees. */
void list_build(struct list *l);

/* Building the table fails, for two cameras have the selector. Frees the list. */
void list_expect_conflict(struct list *l, u32 first, u32 second,
			  const struct cf_selector *selector);

/* The table says what the list says, by every question that there is. */
void list_expect(const struct list *l, struct cf_selector s);
void list_expect_addr(const struct list *l, struct cf_addr a);
void list_expect_mac(const struct list *l, u64 number);
void list_expect_kind(const struct list *l, u64 mac, const char *name);
/* ... of all that is in it, and of what is next to it or half alike. */
void list_check_all(const struct list *l);

#endif /* CF_TESTS_LIBCAMERAS_H */
