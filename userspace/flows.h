/* SPDX-License-Identifier: GPL-2.0 */
/* Flows that run, and which of them end when another ruleset is in force. */
#ifndef CAMFENCE_FLOWS_H
#define CAMFENCE_FLOWS_H

#include <stdio.h>

#include "engine.h"
#include "out.h"
#include "ruleset.h"

/*
 * struct ending - a flow that ends
 * @packet: what begins it, as the hooks see it; interfaces are struct flows'
 * @answers: it is its answers that are dropped
 * @verdict: what drops it; the names are the new ruleset's
 */
struct ending {
	struct event packet;
	bool answers;
	struct event verdict;
};

/*
 * struct flows - what becomes of the flows that run
 * @unknown: why nothing is known of them, or NULL
 * @running: how many there are
 * @no_mac: of these, how many are not judged, for want of an end's MAC
 * @end: those that end, by camera: the one with the most of them first
 * @cameras: how many have some of these
 * @iface: names of interfaces
 */
struct flows {
	const char *unknown;
	size_t running, no_mac;
	struct ending *end;
	size_t n, cap;
	size_t cameras;
	struct names iface;
};

/*
 * struct flows_rules - a ruleset that flows are held to
 * @ranges: of each of its sets, merged
 */
struct flows_rules {
	const struct ruleset *rs;
	const struct ranges *ranges;
};

int flows_read(struct flows *fl, FILE *from, const struct flows_rules *now,
	       const struct flows_rules *want, struct fault *f);
int flows_look(struct flows *fl, const struct flows_rules *now,
	       const struct flows_rules *want, struct fault *f);
void flows_free(struct flows *fl);

char *flows_summary(const struct flows *fl);
void flows_print(const struct flows *fl);
json_t *flows_json(const struct flows *fl);

#endif
