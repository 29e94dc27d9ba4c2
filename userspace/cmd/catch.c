// SPDX-License-Identifier: GPL-2.0
#include "cameras.h"
#include "show.h"

static int run_show(const struct options *o, struct args *a, struct fault *f)
{
	return show_one(o, a, KIND_CATCH, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_CATCH, f);
}

static const struct command commands[] = {
	{ "add", NULL,
	  "NAME [oui O]… [iif I]… policy P [key K] [comment C] [--force=GUARD,…]",
	  "Puts devices that nobody registered under a policy; what is registered is\n"
	  "never touched.\n"
	  "oui O      the first 6, 7 or 9 digits of a maker's MAC addresses\n"
	  "iif I      a network interface; an OUI goes before it\n"
	  "policy P   what decides: geoblock, isolate, approve, audit or one of your own\n"
	  "  camfence catch add unknown oui 00:00:5e policy isolate", &cameras_add },
	{ "replace", NULL,
	  "NAME [oui O]… [iif I]… policy P [key K] [comment C] [--force=GUARD,…]",
	  "As \"add\", but takes the place of the catch of this name, if there is one.",
	  &cameras_replace },
	{ "set", NULL,
	  "NAME [oui O|none]… [iif I|none]… [policy P] [key K] [comment C]\n"
	  "[--force=GUARD,…]",
	  "Changes what is given and keeps the rest, as camera set does.",
	  &cameras_set },
	{ "delete", NULL, "NAME", "No exemption may be for it.", &cameras_delete },
	{ "list", run_list, "[policy P] [sort dropped|seen]",
	  "With sort the most, or the latest, come first.", NULL },
	{ "show", run_show, "NAME",
	  "All that is known of it: its policy, the exemptions for it, its counters.",
	  NULL },
	{}
};

const struct object object_catch = {
	"catch", "a policy for devices that nobody registered", commands,
};
