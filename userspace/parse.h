/* SPDX-License-Identifier: GPL-2.0 */
/* What an admin types, one word at a time. Nothing here opens anything. */
#ifndef CAMFENCE_PARSE_H
#define CAMFENCE_PARSE_H

#include "fault.h"
#include "ranges.h"
#include "uapi/camfence.h"
#include "types.h"

#define MAC_TEXT 18
#define PARSE_NFLOG "nflog:"

struct ports;

/* What several of them find wrong. */
extern const char parse_written4[];
extern const char parse_backwards[];

bool parse_addr4(const char *s, size_t len, u32 *addr);
bool parse_addr6(const char *s, size_t len, struct u128 *addr);
const char *parse_range(const char *s, size_t len, struct range *r,
			bool *host_bits);
bool range_is_written4(const struct range *r);

bool parse_number(const char *s, size_t len, u32 max, u32 *value);
const char *parse_mac(const char *s, u8 mac[6]);
const char *mac_text(const u8 mac[6], char buf[MAC_TEXT]);
const char *parse_oui(const char *s, u8 oui[6], unsigned int *len);
const char *oui_text(const u8 oui[6], unsigned int len, char buf[MAC_TEXT]);
const char *parse_camera_addr(const char *s, struct range *r);
const char *parse_prefix(const char *s, struct range *r, bool *host_bits);
const char *parse_camera_net(const char *s, struct range *r, bool *host_bits);
const char *parse_nat64(const char *s, struct range *r, bool *host_bits);
const char *parse_iface(const char *s);
const char *parse_lockdown(const char *s);
const char *parse_log(const char *s, u32 *nflog);

const char *parse_name(const char *s);
const char *parse_text(const char *s);
const char *parse_line(const char *s, size_t len);
size_t utf8_length(const char *s, size_t len);

int parse_proto(const char *s, u8 *proto, struct fault *f);
const char *proto_text(u8 proto, char buf[4]);
bool proto_has_ports(u8 proto);
int parse_ports(const char *keyword, const char *s, struct ports *ports,
		struct fault *f);
int parse_icmp_types(const char *s, int proto, u8 *types, size_t *n,
		     struct fault *f);
const char *icmp_type_text(int proto, u8 type, char buf[4]);

int range_prefix_len(const struct range *r);

#endif
