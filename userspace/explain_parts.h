/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of an explanation know of each other. */
#ifndef CAMFENCE_EXPLAIN_PARTS_H
#define CAMFENCE_EXPLAIN_PARTS_H

#include "core.h"
#include "explain.h"

/*
 * struct judged - what one camera, or site, made of one remote
 * @sends: the camera's end
 * @camera, @policy: indices of the core's, CF_NOTHING for site's camera
 * @has_remote: it is of one remote; else of all at once, and @remote is nothing
 * @v: what it came to
 */
struct judged {
	bool sends;
	u32 camera, policy;
	bool has_remote;
	struct cf_remote remote;
	struct cf_verdict v;
};

/*
 * struct trace - a verdict while it is explained
 */
struct trace {
	struct explained *x;
	struct core_rules core;
	struct cf_flow flow;
	struct cf_verdict v;
	struct judged *judged;
	size_t n, cap;
};

struct step *explain_say(struct explained *x, const char *what,
			 const char *fmt, ...)
	__printf(3, 4);
const char *trace_name(const struct trace *t, enum cf_kind kind, u32 i);
const struct policy *trace_policy(const struct trace *t, u32 i);
int trace_begin(struct trace *t, struct explained *x, struct fault *f);
void trace_end(struct trace *t);
void trace_decide(struct trace *t, const struct cf_rules *rules,
		  struct cf_verdict *v);

bool exemption_is_of(const struct trace *t, const struct judged *j,
		     const struct exemption *e);
bool exemption_has_remote(const struct trace *t, const struct judged *j,
			  const struct exemption *e);
char *exemption_misses(const struct trace *t, const struct judged *j,
		       const struct exemption *e);
bool explain_answers(const struct trace *t);
bool explain_knows(const struct judged *j);
void explain_exemptions(struct trace *t, const struct judged *j);
void explain_sets(struct trace *t, const struct judged *j);
void explain_changes(struct trace *t);

#endif
