/* SPDX-License-Identifier: GPL-2.0 */
/* Why a packet passes or is dropped, step by step. Nothing here prints. */
#ifndef CAMFENCE_EXPLAIN_H
#define CAMFENCE_EXPLAIN_H

#include "engine.h"
#include "fault.h"
#include "place.h"
#include "ruleset.h"

/*
 * struct step - one step to a verdict
 * @what: of which kind it is, one word
 * @text: what was found
 * @camera, @policy, @set, @exemption: that it is about, or NULL; the ruleset's
 * @range: of the set, or NULL
 * @place: what put it there, FILE:LINE, or NULL
 * @command: what @text is to be typed
 */
struct step {
	const char *what;
	char *text;
	const char *camera, *policy, *set, *exemption;
	char *range, *place;
	bool command;
};

/*
 * struct explained - a packet that is explained
 * @rs: the ruleset
 * @ranges: of each of its sets, merged
 * @place: where each of its sets is written down, or NULL
 * @packet: the packet
 * @now: what exemptions are held against, seconds since 1970; 0: the clock
 *	cannot be right
 * @verdict: what becomes of it; its names are the ruleset's
 * @step: how
 */
struct explained {
	const struct ruleset *rs;
	const struct ranges *ranges;
	const struct place *place;
	const struct event *packet;
	u64 now;
	struct event verdict;
	struct step *step;
	size_t n, cap;
};

int explain(struct explained *x, struct fault *f);
void explain_lockdown(struct explained *x);
void explain_free(struct explained *x);
bool verdict_is_drop(const struct event *verdict);
bool verdict_equal(const struct event *a, const struct event *b);

#endif
