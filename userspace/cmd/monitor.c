// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "external.h"
#include "mem.h"
#include "tool.h"

static int print_event(const struct event *e, u64 lost, void *data)
{
	const struct options *o = data;
	char *time, *text;

	if (o->json) {
		out_json(o, event_json(e, lost));
	} else {
		time = e ? event_time(e) : NULL;
		text = event_text(e, lost);
		printf("%s%s%s\n", time ? time : "", time ? " " : "", text);
		free(time);
		free(text);
	}
	return fflush(stdout) || ferror(stdout);
}

/* What is linked with libsystemd takes the same words. */
static int log_events(const struct options *o, const struct args *a,
		      struct fault *f)
{
	const char **words = mem_zalloc((a->n + 2) * sizeof(*words));
	size_t n = 0, i;
	int code;

	if (o->netns) {
		words[n++] = "-n";
		words[n++] = o->netns;
	}
	for (i = 1; i < a->n; i++)
		words[n++] = a->word[i];
	code = external_exec("monitor-log", words, n, f);
	free(words);
	return code;
}

static int run_monitor(const struct options *o, struct args *a, struct fault *f)
{
	struct event_filter w = {};
	struct options mine = *o;
	int code;

	code = events_parse(a, &w, f);
	if (!code && w.log && o->json)
		code = fault_input(f, "-j: --log prints nothing; for JSON: journalctl -o json");
	if (!code && w.log)
		code = log_events(o, a, f);
	else if (!code)
		code = events_listen(o->netns, &w, print_event, &mine, f);
	events_free(&w);
	return code;
}

static const struct command commands[] = {
	{ "monitor", run_monitor,
	  "[camera C] [policy P] [reason R,…] [type T,…] [remote R,…] [--log]",
	  "A line for each packet that is dropped, would be but for an audit policy, may be\n"
	  "another device's in a camera's name, or is a camera's tunnel that passes; for\n"
	  "each commit and flush; and for a device whose packets cannot be looked at. Of one\n"
	  "camera 20 packets a second at most: the next one says how many were suppressed.\n"
	  "With filters those lines alone that are as all of them say, and what was lost.\n"
	  "remote R   an address, prefix or range: either end of the packet is in it\n"
	  "type T     drop, audit, spoof, tunnel, expired (an exemption let it pass until\n"
	  "           its end), commit, confirm, timeout, flush, unhooked\n"
	  "--log      into the systemd journal, with a field for each word:\n"
	  "  journalctl -t camfence CAMFENCE_CAMERA=hall-1 CAMFENCE_EVENT=drop", NULL },
	{}
};

const struct object object_monitor = {
	"monitor", "what happens, as it happens", commands,
};
