/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CF_EVENT_H
#define CF_EVENT_H

#include "core/decide.h"
#include "stats.h"

struct cf_net;
struct cf_ruleset;
struct nf_hook_state;
struct sk_buff;

/* A namespace's part. Only the work item writes the numbers. */
struct cf_event {
	u64 sent;
	u64 failed;		/* out of a ring, and not sent */
	struct cf_limit limit;	/* of what has neither camera nor policy */
};

struct cf_event_sums {
	u64 sent;
	u64 suppressed;
	u64 lost;
};

int cf_event_init(void);
void cf_event_fini(void);
void cf_event_open(bool yes);
void cf_event_drain(void);

bool cf_event_is_heard(const struct cf_net *cn);
void cf_event_packet(struct cf_net *cn, const struct cf_ruleset *rs,
		     enum camfence_event type, const struct cf_flow *f,
		     const struct cf_verdict *v, const struct sk_buff *skb,
		     const struct nf_hook_state *state);
int cf_event_put_verdict(struct sk_buff *msg, const struct cf_ruleset *rs,
			 const struct cf_verdict *v);
void cf_event_change(struct cf_net *cn, enum camfence_event type, u32 portid);
void cf_event_unhooked(struct cf_net *cn, const char *device);
struct cf_event_sums cf_event_sums(const struct cf_net *cn);

#endif /* CF_EVENT_H */
