/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What carries rulesets into force: today the kernel module. Whoever calls it
 * has structs and gets structs.
 */
#ifndef CAMFENCE_ENGINE_H
#define CAMFENCE_ENGINE_H

#include "fault.h"
#include "ruleset.h"
#include "types.h"

struct engine;

struct event_sums {
	u64 sent, suppressed, lost;
};

/*
 * struct engine_info - what the engine says of itself
 * @memory: bytes that the ruleset takes
 * @netns: inode numbers of network namespaces with a ruleset in force
 * @unhooked: devices that should have an egress hook and have none
 * @events: what became of this namespace's events
 * @pending: what is in force is to be confirmed, within @left seconds
 * @before: the generation that comes back otherwise, 0: nothing will be in force
 * @since: when the generation began, seconds since 1970, 0: there was none yet
 * @drops: packets dropped in it
 * @dropped: when one was dropped last, in whichever, 0: never
 */
struct engine_info {
	char *version;
	u64 generation;
	bool in_force;
	u64 memory;
	struct counts counts;
	struct counts limits;
	u32 *netns;
	size_t n_netns, cap;
	struct names unhooked;
	struct event_sums events;
	bool pending;
	u32 left;
	u64 before;
	u64 since, drops, dropped;
};

/*
 * struct event - what the engine tells of; texts are the callback's to read
 * @type: enum camfence_event, of which a newer engine may have more
 * @seq: one more than that of the event before, or some were lost
 * @time: nanoseconds since 1970
 * @reason, @hook, @length: of a packet, if @is_packet
 * @camera, @policy, @set, @exemption, @in, @out: NULL where there is none
 * @family: 4, 6, or 0 where there are no addresses
 * @proto, @sport, @dport, @icmp_type: -1 where there is none
 * @smac, @dmac: zero where there is none
 * @suppressed: how many were not told of the same camera before this
 * @generation, @pid, @portid: of a change; without @pid, nobody asked for it
 * @ct: enum camfence_ct, of a packet that is asked about; so is @generation of
 *	the answer, and @time what exemptions were held against
 */
struct event {
	u32 type;
	u64 seq, time;
	bool is_packet;
	u32 reason, hook, length;
	const char *camera, *policy, *set, *exemption, *in, *out;
	u8 family;
	u8 src[16], dst[16];
	int proto, sport, dport, icmp_type;
	u8 smac[6], dmac[6];
	u32 suppressed;
	u64 generation;
	u32 portid, pid, ct;
};

/* More than 0: it was enough. */
typedef int (*engine_hear)(const struct event *e, void *data);

/*
 * struct counter - counters of one object, or of a reason
 * @name: of the object, NULL for a reason
 * @reason: its number
 * @seen: seconds since 1970, 0 for never
 * @spoofs: packets that another device may have sent in a camera's name
 */
struct counter {
	char *name;
	u32 reason;
	u64 packets, bytes, drops, drop_bytes, seen, spoofs;
};

/*
 * struct stats - all counters
 * @reason: of the reasons
 * @object: of each kind of object; catches' are among the cameras'
 */
struct stats {
	struct counter *reason;
	struct counter *object[KINDS];
	size_t n_reasons, cap_reasons;
	size_t n[KINDS], cap[KINDS];
};

int engine_open(struct engine **e, const char *netns, struct fault *f);
void engine_close(struct engine *e);

int engine_info(struct engine *e, struct engine_info *info, struct fault *f);
void engine_info_free(struct engine_info *info);
int engine_dump(struct engine *e, struct ruleset *rs, struct fault *f);
int engine_dump_set(struct engine *e, const char *name, u64 generation,
		    struct ranges *r, struct fault *f);
int engine_stats(struct engine *e, bool reset, struct stats *s,
		 struct fault *f);
void engine_stats_free(struct stats *s);
int engine_listen(struct engine *e, engine_hear hear, void *data,
		  struct fault *f);
int engine_verdict(struct engine *e, const struct event *packet,
		   struct event *verdict, struct fault *f);
int engine_flush(struct engine *e, struct fault *f);
int engine_confirm(struct engine *e, u64 generation, struct fault *f);

int engine_begin(struct engine *e, u64 generation, struct fault *f);
int engine_put_set(struct engine *e, const struct set *s,
		   const struct ranges *r, struct fault *f);
int engine_put_policy(struct engine *e, const struct policy *p,
		      struct fault *f);
int engine_put_camera(struct engine *e, enum objkind kind,
		      const struct camera *c, struct fault *f);
int engine_put_exemption(struct engine *e, const struct exemption *x,
			 struct fault *f);
int engine_put_settings(struct engine *e, const struct settings *s,
			struct fault *f);
int engine_delete(struct engine *e, enum objkind kind, const char *name,
		  struct fault *f);
int engine_commit(struct engine *e, const struct counts *c, u32 confirm,
		  u64 *generation, struct fault *f);
void engine_abort(struct engine *e);

#endif
