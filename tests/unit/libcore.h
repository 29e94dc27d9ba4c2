/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of kmod/core share: random numbers that can be had again,
 * and rulesets and packets written as text.
 *
 * A ruleset, a statement a line:
 *
 *	set NAME [PREFIX|ADDRESS|FIRST-LAST]...
 *	policy NAME pass|drop [audit|reject] [allow=SET,...] [block=SET,...]
 *	camera NAME POLICY [shared] [MAC|ADDRESS|PREFIX|oui=OUI/LEN|iif=NAME]...
 *	catch NAME POLICY [shared] [oui=OUI/LEN|iif=NAME]...
 *	exempt NAME camera=NAME|policy=NAME
 *		[PREFIX|ADDRESS|set=NAME|router]... [dir=out|in|both] [proto=N]
 *		[port=N|N-N,...] [local=N|N-N,...] [icmp=TYPE,...]
 *		[from=SECONDS] [until=SECONDS]
 *	site POLICY
 *	nat64 PREFIX...
 *
 * A prefix with a length is a subnet, even of one address.
 *
 * A packet, in one line; an address may be "none":
 *
 *	SOURCE>DESTINATION [hook=forward|local_in|local_out|egress|bridge]
 *	[in=IFACE] [out=IFACE] [mac=SENDER'S] [dmac=RECEIVER'S|later]
 *	[inner=SOURCE>DESTINATION] [proto=N] [port=SOURCE>DESTINATION]
 *	[icmp=TYPE] [before=ADDRESS[>PORT]] [FLAG]...
 *	[untracked|original|reply|related|related_reply[=SOURCE>DESTINATION]]
 *	[flow=PROTO[:SOURCE-PORT][>PORT][/ICMP-TYPE]]
 *
 * The flags are those of enum cf_flow_flags, in small letters, and
 * flow_src_own, flow_dst_own. original and reply alone take conntrack's entry
 * from the packet; what follows "=" and flow= says what conntrack knows instead.
 */
#ifndef CF_TESTS_LIBCORE_H
#define CF_TESTS_LIBCORE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/decide.h"
#include "core/remote.h"

void core_seed(const char *test);
u64 core_random(void);
u32 core_below(u32 n);
bool core_one_in(u32 n);

void *core_alloc(size_t n, size_t size);

/* What the texts are read with; core_cannot_read() ends the program. */
_Noreturn void core_cannot_read(const char *what, const char *text);
bool core_value_of(const char *word, const char *key, const char **value);
char *core_next_word(char **rest);
bool core_read_addr(struct cf_addr *a, const char *text);

struct cf_addr core_addr(const char *text);
struct cf_prefix core_prefix(const char *text);
u64 core_mac(const char *text);

struct cf_in6 core_in6_add(struct cf_in6 a, int by);

struct core_ruleset {
	struct cf_objects in;
	struct cf_set **sets;
	struct cf_policy **policies;
	struct cf_camera **cameras;
	struct cf_exemption **exemptions;
	struct cf_options *options;
};

struct cf_selector core_selector(const char *text);
struct core_ruleset *core_parse(const char *text);
void core_free(struct core_ruleset *rs);

struct cf_flow core_flow(const char *text);

const char *core_reason(enum camfence_reason reason);
void core_print_verdict(const struct cf_objects *in,
			const struct cf_verdict *v, char *out, size_t len);

/* Does a prefix cover an address, by what the core searches with? */
static inline bool core_covers(const struct cf_addr *a,
			       const struct cf_addr *prefix, unsigned int len)
{
	struct cf_addr first;

	if (a->family != prefix->family)
		return false;
	first = cf_addr_mask(*a, len);
	return !cf_addr_cmp(&first, prefix);
}

#endif /* CF_TESTS_LIBCORE_H */
