/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * camfence: what the kernel module and its users say to each other.
 *
 * Generic netlink, family CAMFENCE_GENL_NAME. Everything here is append-only:
 * a number, once released, keeps its meaning.
 *
 * Every command needs CAP_NET_ADMIN in the network namespace's user namespace
 * (and, unless the module parameter "userns" is set, that is the initial one).
 * Validation is strict: an attribute that a command does not list below is
 * refused, and so is a malformed one, with an extack that points at it. Set
 * NETLINK_EXT_ACK to read the sentence and NETLINK_CAP_ACK to keep it: without,
 * the kernel echoes the whole request, and the sentence may not fit behind it.
 *
 * A ruleset changes by transactions alone. A transaction belongs to the socket
 * and the thread that began it and ends by commit, by abort, or when the socket
 * is closed. A message that fails changes nothing and leaves it open.
 *
 * CAMFENCE_CMD_INFO_GET
 *	-> nothing
 *	<- CAMFENCE_A_VERSION: NLA_NUL_STRING, of the module
 *	   CAMFENCE_A_GENERATION: NLA_U64, of the ruleset; 0 before any commit
 *	   CAMFENCE_A_IN_FORCE: NLA_FLAG, a ruleset is in force here
 *	   CAMFENCE_A_MEMORY: NLA_U64, bytes the ruleset takes, counters included
 *	   CAMFENCE_A_COUNTS: NLA_NESTED, of the ruleset in force
 *	   CAMFENCE_A_LIMITS: NLA_NESTED, the same keys, the most there may be
 *	   CAMFENCE_A_NETNS: NLA_U32, repeated: inode numbers of the namespaces
 *	       with a ruleset in force (each holds the module); only the asking
 *	       one outside the initial namespace
 *	   CAMFENCE_A_EVENT_STATS: NLA_NESTED, of CAMFENCE_EVENT_STATS_A_SENT,
 *	       _SUPPRESSED, _LOST: what became of this namespace's events
 *	   CAMFENCE_A_UNHOOKED: NLA_NUL_STRING, repeated, 32 at most: devices
 *	       whose egress hook is missing; it is tried again each second
 *	   CAMFENCE_A_SINCE: NLA_U64, when the generation began, seconds since
 *	       1970; 0 before any commit
 *	   CAMFENCE_A_DROPS: NLA_U64, packets dropped in this generation, also
 *	       those that a reset has taken off
 *	   CAMFENCE_A_DROPPED: NLA_U64, when one was dropped last, in whichever
 *	       generation, seconds since 1970; 0: never
 *	   while a commit is to be confirmed:
 *	   CAMFENCE_A_CONFIRM: NLA_U32, seconds left, rounded up
 *	   CAMFENCE_A_BEFORE: NLA_U64, the generation whose ruleset comes back
 *	       otherwise; absent: nothing is in force then
 *
 * CAMFENCE_CMD_TXN_BEGIN
 *	-> CAMFENCE_A_GENERATION: NLA_U64, what the caller thinks is in force;
 *	       absent: whatever is
 *	   CAMFENCE_A_EMPTY: NLA_FLAG, start from nothing, not from what is in
 *	       force
 *	<- CAMFENCE_A_TXN: NLA_U64, random, goes into every later message
 *	   CAMFENCE_A_GENERATION: NLA_U64, what the transaction starts from
 *	ESTALE: another generation is in force. EBUSY: CAMFENCE_MAX_TXNS are open,
 *	or a commit is to be confirmed.
 *
 * CAMFENCE_CMD_SET_PUT
 *	-> CAMFENCE_A_TXN
 *	   CAMFENCE_A_SET: NLA_NESTED
 *	       CAMFENCE_SET_A_NAME
 *	       CAMFENCE_SET_A_COUNT4, CAMFENCE_SET_A_COUNT6: NLA_U32. With them
 *	           the set is begun (and replaces one of that name); absent means
 *	           0 where the other is given. A message without both goes on
 *	           with the set that this transaction has begun.
 *	       CAMFENCE_SET_A_RANGES4: NLA_BINARY, struct camfence_range4[]
 *	       CAMFENCE_SET_A_RANGES6: NLA_BINARY, struct camfence_range6[]
 *	           at most CAMFENCE_CHUNK_BYTES each. First address ascending,
 *	           disjoint, across all messages of the set.
 *	           No IPv6 range may be of NAT64's or v4-mapped addresses.
 *	       CAMFENCE_SET_A_SOURCE, CAMFENCE_SET_A_CHECKSUM: NLA_NUL_STRING,
 *	       CAMFENCE_SET_A_DATE: NLA_U64, seconds since 1970: kept, given
 *	           back, not looked at; where the set is begun only
 *
 * CAMFENCE_CMD_POLICY_PUT
 *	-> CAMFENCE_A_TXN
 *	   CAMFENCE_A_POLICY: NLA_NESTED
 *	       CAMFENCE_POLICY_A_NAME
 *	       CAMFENCE_POLICY_A_DEFAULT: NLA_U8, enum camfence_default
 *	       CAMFENCE_POLICY_A_ACTION: NLA_U8, enum camfence_action
 *	       CAMFENCE_POLICY_A_ALLOW, CAMFENCE_POLICY_A_BLOCK: NLA_NESTED,
 *	           sets in order: CAMFENCE_LIST_A_NAME: repeated
 *	       CAMFENCE_POLICY_A_COMMENT: NLA_NUL_STRING
 *	       CAMFENCE_POLICY_A_NFLOG: NLA_U16, the group of nfnetlink_log that
 *	           has a copy of what it drops, or would, as many as there may be
 *	           events; to be loaded and bound by who wants them
 *
 * CAMFENCE_CMD_CAMERA_PUT
 *	-> CAMFENCE_A_TXN
 *	   CAMFENCE_A_CAMERA: NLA_NESTED
 *	       CAMFENCE_CAMERA_A_NAME
 *	       CAMFENCE_CAMERA_A_POLICY: NLA_NUL_STRING
 *	       CAMFENCE_CAMERA_A_SELECTORS: NLA_NESTED, one or more of, repeated
 *	           CAMFENCE_SELECTOR_A_MAC: 6 bytes
 *	           CAMFENCE_SELECTOR_A_ADDR4: 4 bytes
 *	           CAMFENCE_SELECTOR_A_ADDR6: 16 bytes
 *	           CAMFENCE_SELECTOR_A_PREFIX4: struct camfence_prefix4
 *	           CAMFENCE_SELECTOR_A_PREFIX6: struct camfence_prefix6
 *	           CAMFENCE_SELECTOR_A_OUI: struct camfence_oui
 *	           CAMFENCE_SELECTOR_A_IFACE: NLA_NUL_STRING, need not exist
 *	       CAMFENCE_CAMERA_A_CATCH: NLA_FLAG, it is a catch: selectors are
 *	           OUIs and interfaces only, and count where no camera's does
 *	       CAMFENCE_CAMERA_A_SHARED: NLA_FLAG, another camera with this flag
 *	           may have a selector of this one's; without, EEXIST at commit
 *	       CAMFENCE_CAMERA_A_KEY: NLA_NUL_STRING, of the inventory
 *	       CAMFENCE_CAMERA_A_COMMENT: NLA_NUL_STRING
 *
 * CAMFENCE_CMD_EXEMPTION_PUT
 *	-> CAMFENCE_A_TXN
 *	   CAMFENCE_A_EXEMPTION: NLA_NESTED
 *	       CAMFENCE_EXEMPTION_A_NAME: of a policy's, "service:" may begin
 *	           it (the one name that has a colon)
 *	       CAMFENCE_EXEMPTION_A_CAMERA or CAMFENCE_EXEMPTION_A_POLICY:
 *	           NLA_NUL_STRING, whose it is
 *	       CAMFENCE_EXEMPTION_A_COUNT: NLA_U32, prefixes in all messages of
 *	           the exemption; absent: those of this message. Where more are
 *	           announced than come, messages with NAME and REMOTES alone
 *	           (of prefixes alone) go on with it.
 *	       CAMFENCE_EXEMPTION_A_REMOTES: NLA_NESTED, one or more of, at most
 *	           CAMFENCE_CHUNK_BYTES
 *	           CAMFENCE_REMOTE_A_PREFIX4: struct camfence_prefix4, repeated
 *	           CAMFENCE_REMOTE_A_PREFIX6: struct camfence_prefix6, repeated
 *	           CAMFENCE_REMOTE_A_SET: NLA_NUL_STRING, repeated: what is in it
 *	           CAMFENCE_REMOTE_A_ROUTER: NLA_FLAG, the router's own addresses
 *	       CAMFENCE_EXEMPTION_A_DIRECTION: NLA_U8, enum camfence_direction;
 *	           absent: out
 *	       CAMFENCE_EXEMPTION_A_PROTO: NLA_U8; absent: every protocol
 *	       CAMFENCE_EXEMPTION_A_PORTS, CAMFENCE_EXEMPTION_A_LOCAL_PORTS:
 *	           NLA_BINARY, struct camfence_port_range[], the remote's and the
 *	           camera's; only with tcp, udp, sctp, dccp
 *	       CAMFENCE_EXEMPTION_A_ICMP_TYPES: NLA_BINARY, __u8[]; only with
 *	           icmp and icmpv6
 *	       CAMFENCE_EXEMPTION_A_NOT_BEFORE, CAMFENCE_EXEMPTION_A_UNTIL:
 *	           NLA_U64, seconds since 1970; absent: always, for ever
 *	       CAMFENCE_EXEMPTION_A_BY, CAMFENCE_EXEMPTION_A_REASON,
 *	       CAMFENCE_EXEMPTION_A_COMMENT: NLA_NUL_STRING
 *
 * CAMFENCE_CMD_OPTIONS_PUT
 *	-> CAMFENCE_A_TXN
 *	   CAMFENCE_A_OPTIONS: NLA_NESTED, replaces all options
 *	       CAMFENCE_OPTIONS_A_SITE: NLA_NUL_STRING, the policy of what has no
 *	           camera at either end; its default is pass. Absent: none
 *	       CAMFENCE_OPTIONS_A_NAT64: NLA_NESTED, CAMFENCE_REMOTE_A_PREFIX6
 *	           repeated, lengths 32, 40, 48, 56, 64 or 96
 *
 * A put adds what is not there and replaces what is. What it refers to must be
 * there when it is put: sets before policies before cameras before exemptions
 * and options.
 *
 * CAMFENCE_CMD_SET_DEL, _POLICY_DEL, _CAMERA_DEL, _EXEMPTION_DEL
 *	-> CAMFENCE_A_TXN
 *	   CAMFENCE_A_SET, _POLICY, _CAMERA or _EXEMPTION: NLA_NESTED, NAME only
 *	ENOENT: there is none. That nothing refers to it is checked at commit.
 *
 * CAMFENCE_CMD_TXN_COMMIT
 *	-> CAMFENCE_A_TXN
 *	   CAMFENCE_A_COUNTS: NLA_NESTED, what the caller expects the ruleset to
 *	       have afterwards, each key optional; another count: EINVAL
 *	   CAMFENCE_A_CONFIRM: NLA_U32, seconds, 1 to CAMFENCE_MAX_CONFIRM: the
 *	       commit is to be confirmed within them; absent: it stands at once
 *	<- CAMFENCE_A_GENERATION: NLA_U64, the new one
 *	ESTALE: another commit came first. EBUSY: another is to be confirmed.
 *	What was in force before a commit that is to be confirmed is kept. It comes
 *	back as a new generation (or, where nothing was, nothing is in force) when
 *	the time is up, whatever became of who has committed. A flush takes both.
 *	The time is that in which the machine is awake.
 *
 * CAMFENCE_CMD_TXN_CONFIRM
 *	-> CAMFENCE_A_GENERATION: NLA_U64, of the commit; absent: whatever is to
 *	       be confirmed
 *	The commit stands; the generation is the same.
 *	ENOENT: nothing is to be confirmed. ESTALE: another generation is.
 *
 * CAMFENCE_CMD_TXN_ABORT
 *	-> CAMFENCE_A_TXN
 *
 * CAMFENCE_CMD_RULESET_FLUSH
 *	-> CAMFENCE_A_GENERATION: NLA_U64; absent: whatever is in force
 *	Nothing is in force afterwards, and the generation is one higher.
 *
 * CAMFENCE_CMD_RULESET_GET (dump)
 *	-> nothing
 *	<- first CAMFENCE_A_GENERATION and CAMFENCE_A_COUNTS, then a message an
 *	   object, sets, policies, cameras, exemptions, each by name, and the
 *	   options: the nest that put it, without RANGES. All of one generation.
 *	   An exemption with more remotes than CAMFENCE_CHUNK_BYTES hold comes in
 *	   several messages, in the form in which it is put: read with room for
 *	   128 KiB.
 *
 * CAMFENCE_CMD_SET_RANGE_GET (dump)
 *	-> CAMFENCE_A_SET: NLA_NESTED, NAME only
 *	<- CAMFENCE_A_GENERATION, CAMFENCE_A_SET: RANGES4 or RANGES6 in chunks
 *
 * CAMFENCE_CMD_STATS_GET (dump)
 *	-> CAMFENCE_A_RESET: NLA_FLAG, what is told is taken off the counters, SEEN
 *	       excepted: they go on from zero, and nothing is lost between
 *	<- a message each: CAMFENCE_A_REASON_STATS: NLA_NESTED, of
 *	       CAMFENCE_STATS_A_REASON, _PACKETS, _BYTES
 *	   then CAMFENCE_A_POLICY: _A_NAME, _A_STATS: PACKETS, BYTES (all that
 *	       passed), DROPS, DROP_BYTES
 *	   then CAMFENCE_A_CAMERA: _A_NAME, _A_STATS: DROPS, DROP_BYTES, SEEN,
 *	       SPOOFS (packets that another device may have sent in its name)
 *	   then CAMFENCE_A_EXEMPTION: _A_NAME, _A_STATS: PACKETS, BYTES, SEEN
 *
 * CAMFENCE_CMD_VERDICT_GET
 *	-> CAMFENCE_A_PACKET: NLA_NESTED, in the words of an event:
 *	       CAMFENCE_EVENT_A_SRC4 and _DST4, or _SRC6 and _DST6
 *	       CAMFENCE_EVENT_A_PROTO
 *	       CAMFENCE_EVENT_A_SPORT and _DPORT with tcp, udp, sctp, dccp;
 *	       CAMFENCE_EVENT_A_ICMP_TYPE with icmp and icmpv6
 *	       CAMFENCE_EVENT_A_SMAC, _DMAC, _IN, _OUT: absent: it has none
 *	       CAMFENCE_EVENT_A_HOOK: absent: forward
 *	       CAMFENCE_EVENT_A_CT: NLA_U32, enum camfence_ct; absent: untracked
 *	<- CAMFENCE_A_GENERATION: NLA_U64, of the ruleset that was asked
 *	   CAMFENCE_A_PACKET: NLA_NESTED, of
 *	       CAMFENCE_EVENT_A_REASON
 *	       CAMFENCE_EVENT_A_CAMERA, _POLICY, _SET, _EXEMPTION: as far as it
 *	           has them
 *	       CAMFENCE_EVENT_A_TIME: what exemptions were held against; 0: the
 *	           clock cannot be right, and none that has a date is live
 *	What would become of such a packet: whole, without fragments, options and
 *	inner headers, with the hop limit that its kind asks for. On LOCAL_IN the
 *	destination is the router's own, on LOCAL_OUT the source. Nothing is counted,
 *	nothing told.
 *
 * Group CAMFENCE_GENL_EVENTS: what happens in the namespace of the socket that
 * has joined it. Needs CAP_NET_ADMIN in that namespace's user namespace.
 *
 * CAMFENCE_CMD_EVENT
 *	<- CAMFENCE_A_EVENT: NLA_NESTED, of
 *	       CAMFENCE_EVENT_A_TYPE: NLA_U32, enum camfence_event
 *	       CAMFENCE_EVENT_A_SEQ: NLA_U64, one more than the one before; where
 *	           numbers are left out, so many events were lost
 *	       CAMFENCE_EVENT_A_TIME: NLA_U64, nanoseconds since 1970
 *	   of a packet, as far as it has them:
 *	       CAMFENCE_EVENT_A_REASON: NLA_U32, enum camfence_reason
 *	       CAMFENCE_EVENT_A_HOOK: NLA_U32, enum camfence_hook
 *	       CAMFENCE_EVENT_A_CAMERA, _POLICY, _SET, _EXEMPTION:
 *	           NLA_NUL_STRING, names; of CAMFENCE_EVENT_EXPIRED what decided
 *	           now, and the exemption that is over
 *	       CAMFENCE_EVENT_A_SRC4, _DST4: 4 bytes
 *	       CAMFENCE_EVENT_A_SRC6, _DST6: 16 bytes
 *	       CAMFENCE_EVENT_A_PROTO: NLA_U8
 *	       CAMFENCE_EVENT_A_SPORT, _DPORT: NLA_U16, host byte order
 *	       CAMFENCE_EVENT_A_ICMP_TYPE: NLA_U8
 *	       CAMFENCE_EVENT_A_SMAC, _DMAC: 6 bytes
 *	       CAMFENCE_EVENT_A_IN, _OUT: NLA_NUL_STRING, interfaces
 *	       CAMFENCE_EVENT_A_LENGTH: NLA_U32, bytes from the IP header on
 *	       CAMFENCE_EVENT_A_SUPPRESSED: NLA_U32, how many were not told of
 *	           this camera (or policy) since the event before, for there were
 *	           more than CAMFENCE_EVENTS_PER_SECOND
 *	   of a commit, a flush, a confirmation and its timeout:
 *	       CAMFENCE_EVENT_A_GENERATION: NLA_U64, the new one; the one that was
 *	           confirmed
 *	       CAMFENCE_EVENT_A_PORTID, _PID: NLA_U32, the socket and the process
 *	           that asked for it; a timeout has neither
 *	   of a device without a hook: CAMFENCE_EVENT_A_OUT
 *
 * While nobody listens to the group nothing is told and nothing is counted as
 * an event. While somebody does, sent + suppressed + lost is what there was to
 * tell; lost is also what nobody in this namespace heard, when somebody listens
 * in another. The event of a commit, flush, confirmation or timeout comes behind
 * those of packets that were judged before it.
 */
#ifndef _UAPI_CAMFENCE_H
#define _UAPI_CAMFENCE_H

#include <linux/types.h>

#define CAMFENCE_GENL_NAME	"camfence"
#define CAMFENCE_GENL_VERSION	1
#define CAMFENCE_GENL_EVENTS	"events"

/* Names: UTF-8, 1 to 63 bytes, no control characters, ':' or '/'. */
#define CAMFENCE_NAME_LEN	64
/* Every other text: at most 128 bytes. */
#define CAMFENCE_TEXT_LEN	129
#define CAMFENCE_CHUNK_BYTES	(60 * 1024)

#define CAMFENCE_MAX_SETS	63
#define CAMFENCE_MAX_RANGES	(4 * 1024 * 1024)
#define CAMFENCE_MAX_POLICIES	255
#define CAMFENCE_MAX_CAMERAS	65536
#define CAMFENCE_MAX_SELECTORS	64	/* of one camera */
#define CAMFENCE_MAX_ALL_SELECTORS 262144 /* of all cameras together */
#define CAMFENCE_MAX_EXEMPTIONS	65536
#define CAMFENCE_MAX_PREFIXES	262144	/* of all exemptions together */
#define CAMFENCE_MAX_PORTS	64	/* of one exemption, each kind */
#define CAMFENCE_MAX_ICMP_TYPES	16	/* of one exemption */
#define CAMFENCE_MAX_NAT64	16
#define CAMFENCE_IFACE_LEN	16	/* with the zero behind it */
#define CAMFENCE_MAX_TXNS	8	/* of one namespace */
#define CAMFENCE_MAX_CONFIRM	86400	/* seconds */
#define CAMFENCE_EVENTS_PER_SECOND 20	/* of one camera */

/*
 * Why a packet passed or was dropped: verdict's cause, counter, metric's label
 * and the man page's table are this one list.
 * X(SYMBOL, name, PASS or DROP, what it means)
 */
#define CAMFENCE_REASONS(X)						\
	X(NO_CAMERA, no_camera, PASS, "no camera at either end")	\
	X(BRIDGED, bridged, PASS, "bridged, judged there")		\
	X(L2_CONTROL, l2_control, PASS, "ARP, spanning tree, neighbour discovery, group membership") \
	X(EXEMPTION, exemption, PASS, "a live exemption matches")	\
	X(REPLY, reply, PASS, "answers a flow that an exemption lets out") \
	X(ICMP_RELATED, icmp_related, PASS, "an ICMP error about a flow that may pass") \
	X(ALLOW, allow, PASS, "the remote is in an allow set")		\
	X(DEFAULT_PASS, default_pass, PASS, "the policy's default is pass") \
	X(AUDIT, audit, PASS, "would be dropped, but the policy only counts") \
	X(BLOCK, block, DROP, "the remote is in a block set")		\
	X(DEFAULT_DROP, default_drop, DROP, "the policy's default is drop") \
	X(MALFORMED, malformed, DROP, "headers that cannot be read")	\
	X(SOURCE_ROUTE, source_route, DROP, "a route chosen by the sender") \
	X(TUNNEL, tunnel, DROP, "a tunnel, without an exemption for it")	\
	X(ETHERTYPE, ethertype, DROP, "neither IP nor known control traffic") \
	X(LOCKDOWN, lockdown, DROP, "no ruleset yet, and the interface is locked")

#define __CAMFENCE_REASON(SYM, name, kind, text) CAMFENCE_REASON_##SYM,
enum camfence_reason {
	CAMFENCE_REASONS(__CAMFENCE_REASON)
	__CAMFENCE_REASON_MAX
};

#undef __CAMFENCE_REASON

/* What is told to who listens. X(SYMBOL, name, what it means) */
#define CAMFENCE_EVENTS(X)						\
	X(DROP, drop, "a packet was dropped")				\
	X(AUDIT, audit, "a packet would be dropped, but the policy only counts") \
	X(SPOOF, spoof, "another device may have sent it in a camera's name") \
	X(TUNNEL, tunnel, "a camera's tunnel passes, by the policy's default or an allow set") \
	X(COMMIT, commit, "a ruleset was put in force")			\
	X(FLUSH, flush, "nothing is in force any more")			\
	X(UNHOOKED, unhooked, "what a device sends cannot be looked at; tried again each second") \
	X(CONFIRM, confirm, "a commit was confirmed")			\
	X(TIMEOUT, timeout, "a commit was not confirmed: back to what was in force before it") \
	X(EXPIRED, expired, "a packet was dropped, or would be, that an exemption let pass until its end")

#define __CAMFENCE_EVENT(SYM, name, text) CAMFENCE_EVENT_##SYM,
enum camfence_event {
	CAMFENCE_EVENT_UNSPEC,
	CAMFENCE_EVENTS(__CAMFENCE_EVENT)
	__CAMFENCE_EVENT_MAX
};

#undef __CAMFENCE_EVENT

/* Where a packet was met. */
enum camfence_hook {
	CAMFENCE_HOOK_FORWARD,
	CAMFENCE_HOOK_LOCAL_IN,
	CAMFENCE_HOOK_LOCAL_OUT,
	CAMFENCE_HOOK_EGRESS,
	CAMFENCE_HOOK_BRIDGE,
};

/* What conntrack has to say of a packet. */
enum camfence_ct {
	CAMFENCE_CT_UNTRACKED,
	CAMFENCE_CT_ORIGINAL,	/* it begins a flow, or goes on with it */
	CAMFENCE_CT_REPLY,	/* it answers one */
};

enum camfence_cmd {
	CAMFENCE_CMD_UNSPEC,
	CAMFENCE_CMD_INFO_GET,
	CAMFENCE_CMD_TXN_BEGIN,
	CAMFENCE_CMD_TXN_COMMIT,
	CAMFENCE_CMD_TXN_ABORT,
	CAMFENCE_CMD_SET_PUT,
	CAMFENCE_CMD_SET_DEL,
	CAMFENCE_CMD_POLICY_PUT,
	CAMFENCE_CMD_POLICY_DEL,
	CAMFENCE_CMD_CAMERA_PUT,
	CAMFENCE_CMD_CAMERA_DEL,
	CAMFENCE_CMD_EXEMPTION_PUT,
	CAMFENCE_CMD_EXEMPTION_DEL,
	CAMFENCE_CMD_RULESET_FLUSH,
	CAMFENCE_CMD_RULESET_GET,
	CAMFENCE_CMD_SET_RANGE_GET,
	CAMFENCE_CMD_STATS_GET,
	CAMFENCE_CMD_OPTIONS_PUT,
	CAMFENCE_CMD_EVENT,
	CAMFENCE_CMD_TXN_CONFIRM,
	CAMFENCE_CMD_VERDICT_GET,
	__CAMFENCE_CMD_MAX
};

enum camfence_attr {
	CAMFENCE_A_UNSPEC,
	CAMFENCE_A_PAD,
	CAMFENCE_A_TXN,
	CAMFENCE_A_GENERATION,
	CAMFENCE_A_EMPTY,
	CAMFENCE_A_COUNTS,
	CAMFENCE_A_SET,
	CAMFENCE_A_POLICY,
	CAMFENCE_A_CAMERA,
	CAMFENCE_A_EXEMPTION,
	CAMFENCE_A_VERSION,
	CAMFENCE_A_IN_FORCE,
	CAMFENCE_A_MEMORY,
	CAMFENCE_A_LIMITS,
	CAMFENCE_A_NETNS,
	CAMFENCE_A_REASON_STATS,
	CAMFENCE_A_OPTIONS,
	CAMFENCE_A_EVENT,
	CAMFENCE_A_EVENT_STATS,
	CAMFENCE_A_UNHOOKED,
	CAMFENCE_A_CONFIRM,
	CAMFENCE_A_BEFORE,
	CAMFENCE_A_RESET,
	CAMFENCE_A_PACKET,
	CAMFENCE_A_SINCE,
	CAMFENCE_A_DROPS,
	CAMFENCE_A_DROPPED,
	__CAMFENCE_A_MAX
};

#define CAMFENCE_A_MAX (__CAMFENCE_A_MAX - 1)

/* All NLA_U32. */
enum camfence_counts_attr {
	CAMFENCE_COUNTS_A_UNSPEC,
	CAMFENCE_COUNTS_A_SETS,
	CAMFENCE_COUNTS_A_RANGES,
	CAMFENCE_COUNTS_A_POLICIES,
	CAMFENCE_COUNTS_A_CAMERAS,
	CAMFENCE_COUNTS_A_EXEMPTIONS,
	CAMFENCE_COUNTS_A_PREFIXES,
	__CAMFENCE_COUNTS_A_MAX
};

#define CAMFENCE_COUNTS_A_MAX (__CAMFENCE_COUNTS_A_MAX - 1)

enum camfence_set_attr {
	CAMFENCE_SET_A_UNSPEC,
	CAMFENCE_SET_A_PAD,
	CAMFENCE_SET_A_NAME,
	CAMFENCE_SET_A_COUNT4,
	CAMFENCE_SET_A_COUNT6,
	CAMFENCE_SET_A_RANGES4,
	CAMFENCE_SET_A_RANGES6,
	CAMFENCE_SET_A_SOURCE,
	CAMFENCE_SET_A_DATE,
	CAMFENCE_SET_A_CHECKSUM,
	__CAMFENCE_SET_A_MAX
};

#define CAMFENCE_SET_A_MAX (__CAMFENCE_SET_A_MAX - 1)

enum camfence_list_attr {
	CAMFENCE_LIST_A_UNSPEC,
	CAMFENCE_LIST_A_NAME,
	__CAMFENCE_LIST_A_MAX
};

#define CAMFENCE_LIST_A_MAX (__CAMFENCE_LIST_A_MAX - 1)

enum camfence_policy_attr {
	CAMFENCE_POLICY_A_UNSPEC,
	CAMFENCE_POLICY_A_NAME,
	CAMFENCE_POLICY_A_DEFAULT,
	CAMFENCE_POLICY_A_ACTION,
	CAMFENCE_POLICY_A_ALLOW,
	CAMFENCE_POLICY_A_BLOCK,
	CAMFENCE_POLICY_A_COMMENT,
	CAMFENCE_POLICY_A_STATS,
	CAMFENCE_POLICY_A_NFLOG,
	__CAMFENCE_POLICY_A_MAX
};

#define CAMFENCE_POLICY_A_MAX (__CAMFENCE_POLICY_A_MAX - 1)

enum camfence_default {
	CAMFENCE_DEFAULT_PASS,
	CAMFENCE_DEFAULT_DROP,
};

enum camfence_action {
	CAMFENCE_ACTION_DROP,
	CAMFENCE_ACTION_AUDIT,	/* counts what it would drop, and passes it */
	CAMFENCE_ACTION_REJECT,	/* answers the camera where it drops */
};

enum camfence_camera_attr {
	CAMFENCE_CAMERA_A_UNSPEC,
	CAMFENCE_CAMERA_A_NAME,
	CAMFENCE_CAMERA_A_POLICY,
	CAMFENCE_CAMERA_A_SELECTORS,
	CAMFENCE_CAMERA_A_KEY,
	CAMFENCE_CAMERA_A_COMMENT,
	CAMFENCE_CAMERA_A_STATS,
	CAMFENCE_CAMERA_A_CATCH,
	CAMFENCE_CAMERA_A_SHARED,
	__CAMFENCE_CAMERA_A_MAX
};

#define CAMFENCE_CAMERA_A_MAX (__CAMFENCE_CAMERA_A_MAX - 1)

enum camfence_selector_attr {
	CAMFENCE_SELECTOR_A_UNSPEC,
	CAMFENCE_SELECTOR_A_MAC,
	CAMFENCE_SELECTOR_A_ADDR4,
	CAMFENCE_SELECTOR_A_ADDR6,
	CAMFENCE_SELECTOR_A_PREFIX4,
	CAMFENCE_SELECTOR_A_PREFIX6,
	CAMFENCE_SELECTOR_A_OUI,
	CAMFENCE_SELECTOR_A_IFACE,
	__CAMFENCE_SELECTOR_A_MAX
};

#define CAMFENCE_SELECTOR_A_MAX (__CAMFENCE_SELECTOR_A_MAX - 1)

enum camfence_exemption_attr {
	CAMFENCE_EXEMPTION_A_UNSPEC,
	CAMFENCE_EXEMPTION_A_PAD,
	CAMFENCE_EXEMPTION_A_NAME,
	CAMFENCE_EXEMPTION_A_CAMERA,
	CAMFENCE_EXEMPTION_A_POLICY,
	CAMFENCE_EXEMPTION_A_REMOTES,
	CAMFENCE_EXEMPTION_A_PROTO,
	CAMFENCE_EXEMPTION_A_PORTS,
	CAMFENCE_EXEMPTION_A_NOT_BEFORE,
	CAMFENCE_EXEMPTION_A_UNTIL,
	CAMFENCE_EXEMPTION_A_BY,
	CAMFENCE_EXEMPTION_A_REASON,
	CAMFENCE_EXEMPTION_A_COMMENT,
	CAMFENCE_EXEMPTION_A_STATS,
	CAMFENCE_EXEMPTION_A_COUNT,
	CAMFENCE_EXEMPTION_A_DIRECTION,
	CAMFENCE_EXEMPTION_A_LOCAL_PORTS,
	CAMFENCE_EXEMPTION_A_ICMP_TYPES,
	__CAMFENCE_EXEMPTION_A_MAX
};

#define CAMFENCE_EXEMPTION_A_MAX (__CAMFENCE_EXEMPTION_A_MAX - 1)

/* Who begins: the camera, the remote, or (each packet by itself) either. */
enum camfence_direction {
	CAMFENCE_DIRECTION_OUT,
	CAMFENCE_DIRECTION_IN,
	CAMFENCE_DIRECTION_BOTH,
};

enum camfence_remote_attr {
	CAMFENCE_REMOTE_A_UNSPEC,
	CAMFENCE_REMOTE_A_PREFIX4,
	CAMFENCE_REMOTE_A_PREFIX6,
	CAMFENCE_REMOTE_A_SET,
	CAMFENCE_REMOTE_A_ROUTER,
	__CAMFENCE_REMOTE_A_MAX
};

#define CAMFENCE_REMOTE_A_MAX (__CAMFENCE_REMOTE_A_MAX - 1)

enum camfence_options_attr {
	CAMFENCE_OPTIONS_A_UNSPEC,
	CAMFENCE_OPTIONS_A_SITE,
	CAMFENCE_OPTIONS_A_NAT64,
	__CAMFENCE_OPTIONS_A_MAX
};

#define CAMFENCE_OPTIONS_A_MAX (__CAMFENCE_OPTIONS_A_MAX - 1)

/* NLA_U64, but REASON: NLA_U32, enum camfence_reason. SEEN: seconds since 1970 */
enum camfence_stats_attr {
	CAMFENCE_STATS_A_UNSPEC,
	CAMFENCE_STATS_A_PAD,
	CAMFENCE_STATS_A_REASON,
	CAMFENCE_STATS_A_PACKETS,
	CAMFENCE_STATS_A_BYTES,
	CAMFENCE_STATS_A_DROPS,
	CAMFENCE_STATS_A_DROP_BYTES,
	CAMFENCE_STATS_A_SEEN,
	CAMFENCE_STATS_A_SPOOFS,
	__CAMFENCE_STATS_A_MAX
};

#define CAMFENCE_STATS_A_MAX (__CAMFENCE_STATS_A_MAX - 1)

enum camfence_event_attr {
	CAMFENCE_EVENT_A_UNSPEC,
	CAMFENCE_EVENT_A_PAD,
	CAMFENCE_EVENT_A_TYPE,
	CAMFENCE_EVENT_A_SEQ,
	CAMFENCE_EVENT_A_TIME,
	CAMFENCE_EVENT_A_REASON,
	CAMFENCE_EVENT_A_HOOK,
	CAMFENCE_EVENT_A_CAMERA,
	CAMFENCE_EVENT_A_POLICY,
	CAMFENCE_EVENT_A_SET,
	CAMFENCE_EVENT_A_EXEMPTION,
	CAMFENCE_EVENT_A_SRC4,
	CAMFENCE_EVENT_A_DST4,
	CAMFENCE_EVENT_A_SRC6,
	CAMFENCE_EVENT_A_DST6,
	CAMFENCE_EVENT_A_PROTO,
	CAMFENCE_EVENT_A_SPORT,
	CAMFENCE_EVENT_A_DPORT,
	CAMFENCE_EVENT_A_ICMP_TYPE,
	CAMFENCE_EVENT_A_SMAC,
	CAMFENCE_EVENT_A_DMAC,
	CAMFENCE_EVENT_A_IN,
	CAMFENCE_EVENT_A_OUT,
	CAMFENCE_EVENT_A_LENGTH,
	CAMFENCE_EVENT_A_SUPPRESSED,
	CAMFENCE_EVENT_A_GENERATION,
	CAMFENCE_EVENT_A_PORTID,
	CAMFENCE_EVENT_A_PID,
	CAMFENCE_EVENT_A_CT,
	__CAMFENCE_EVENT_A_MAX
};

#define CAMFENCE_EVENT_A_MAX (__CAMFENCE_EVENT_A_MAX - 1)

/* All NLA_U64. */
enum camfence_event_stats_attr {
	CAMFENCE_EVENT_STATS_A_UNSPEC,
	CAMFENCE_EVENT_STATS_A_PAD,
	CAMFENCE_EVENT_STATS_A_SENT,
	CAMFENCE_EVENT_STATS_A_SUPPRESSED,
	CAMFENCE_EVENT_STATS_A_LOST,
	__CAMFENCE_EVENT_STATS_A_MAX
};

#define CAMFENCE_EVENT_STATS_A_MAX (__CAMFENCE_EVENT_STATS_A_MAX - 1)

/* Both ends belong to the range; network byte order. */
struct camfence_range4 {
	__be32 first;
	__be32 last;
};

struct camfence_range6 {
	__u8 first[16];
	__u8 last[16];
};

/* Host bits must be zero. */
struct camfence_prefix4 {
	__be32 addr;
	__u8 len;
	__u8 pad[3];	/* zero */
};

struct camfence_prefix6 {
	__u8 addr[16];
	__u8 len;
	__u8 pad[3];	/* zero */
};

/* The first len bits of a MAC, 24, 28 or 36; the bits behind them are zero. */
struct camfence_oui {
	__u8 oui[5];
	__u8 len;
};

/* Both ends belong to the range; host byte order. */
struct camfence_port_range {
	__u16 first;
	__u16 last;
};

#endif /* _UAPI_CAMFENCE_H */
