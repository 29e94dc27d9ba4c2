/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of this program know of each other; walk.c tells what it is.
 */
#ifndef CF_TESTS_WALK_H
#define CF_TESTS_WALK_H

#include <linux/types.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

#define MAX_PLACES	8
#define MAX_FRAME	2048

/* A device, or the LOCAL_IN hook behind everybody else in it. */
struct place {
	char name[IFNAMSIZ];
	int fd;
	int ifindex;		/* 0: LOCAL_IN */
	bool bare;		/* no Ethernet header */
};

struct frame {
	__u8 bytes[MAX_FRAME];
	int len;
};

noreturn void die(const char *fmt, ...);

/* place.c */
extern struct place places[MAX_PLACES];
extern int nr_places;
struct place *find_place(const char *name);
void open_place(const char *name);
int receive(struct place *place, struct frame *frame);
void send_barrier(const struct place *place);
bool is_barrier(const struct frame *frame);
void send_to(const struct place *place, const struct frame *frame);
void send_raw(const struct frame *packet, const struct place *out);

/* tables.c: of the kernel's, beside our own */
void flow_clear(void);
void flow_add(const char *text);
void neighbour_forget(const char *text, const struct place *place);
void neighbour_tell(const char *text, const struct place *place);
void forwarding_set(const char *text);

/* module.c */
void module_find(void);
void module_say(const char *line);
void stats_take(void);
const char *stats_since(void);

#endif
