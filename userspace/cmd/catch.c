// SPDX-License-Identifier: GPL-2.0
#include "cameras.h"
#include "show.h"

static int run_add(const struct options *o, struct args *a, struct fault *f)
{
	return cameras_add(o, a, KIND_CATCH, f);
}

static int run_delete(const struct options *o, struct args *a, struct fault *f)
{
	return cameras_delete(o, a, KIND_CATCH, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_CATCH, f);
}

static const struct command commands[] = {
	{ "add", run_add,
	  "NAME [oui O]… [iif I]… policy P [key K] [comment C] [--force=shared]",
	  "Puts devices that nobody registered under a policy; what is registered is\n"
	  "never touched.\n"
	  "oui O      the first 6, 7 or 9 digits of a maker's MAC addresses\n"
	  "iif I      a network interface; an OUI goes before it\n"
	  "policy P   what decides: geoblock, isolate, approve, audit or one of your own\n"
	  "--force=shared      another catch has one of these; both are judged\n"
	  "  camfence catch add unknown oui 00:00:5e policy isolate" },
	{ "delete", run_delete, "NAME", "No exemption may be for it." },
	{ "list", run_list, "", NULL },
	{}
};

const struct object object_catch = {
	"catch", "a policy for devices that nobody registered", commands,
};
