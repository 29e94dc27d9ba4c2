/* SPDX-License-Identifier: GPL-2.0 */
/* A packet and its verdict, in the words of an event. */
#ifndef CAMFENCE_SHOW_PACKET_H
#define CAMFENCE_SHOW_PACKET_H

#include <netinet/in.h>

#include "engine.h"
#include "out.h"

#define PACKET_WORD 24

const char *reason_word(u32 reason, char buf[PACKET_WORD]);
const char *reason_text(enum camfence_reason reason);
const char *hook_word(u32 hook, char buf[PACKET_WORD]);
const char *addr_text(const struct event *e, const u8 *addr,
		      char buf[INET6_ADDRSTRLEN]);
struct range packet_addr(const struct event *e, const u8 *addr);
char *packet_text(const struct event *e);
char *verdict_text(const struct event *e);
void json_packet(json_t *o, const struct event *e);

#endif
