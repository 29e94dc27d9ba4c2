/* SPDX-License-Identifier: GPL-2.0 */
/* Values of objects as they are typed. */
#ifndef CAMFENCE_WORDS_H
#define CAMFENCE_WORDS_H

#include "ruleset.h"

#define PORT_TEXT 12
#define LOG_TEXT 20

/*
 * struct words - a list with commas, while it is being written
 * @text: the list, NULL while there is nothing
 */
struct words {
	char *text;
	size_t len, cap;
};

/*
 * struct some - a list of which the first few names are shown
 * @n: how many there are
 */
struct some {
	struct words w;
	size_t n;
};

void some_add(struct some *s, const char *name);
char *some_end(struct some *s, const char *none);
void words_add(struct words *w, const char *word);
char *words_end(struct words *w, const char *none);

/* What is typed for them, by number. */
#define DEFAULTS 2
#define ACTIONS 3
#define DIRECTIONS 3
extern const char *const default_words[DEFAULTS];
extern const char *const action_words[ACTIONS];
extern const char *const direction_words[DIRECTIONS];

const char *default_text(enum camfence_default d);
const char *action_text(enum camfence_action a);
const char *log_text(u32 nflog, char buf[LOG_TEXT]);
const char *direction_text(enum camfence_direction d);
const char *liveness_text(enum liveness l);
char *reason_name(u32 reason);
const char *reason_verdict(u32 reason);
bool reason_is_drop(u32 reason);
const char *port_text(const struct camfence_port_range *p, char buf[PORT_TEXT]);

char *join_names(const struct names *names, const char *none);
char *join_selectors(const struct camera *c, enum selector_type type);
char *join_ranges(const struct range *r, size_t n);
char *join_ports(const struct ports *ports);
char *join_icmp_types(const struct exemption *e);

#endif
