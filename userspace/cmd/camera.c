// SPDX-License-Identifier: GPL-2.0
#include "cameras.h"
#include "show.h"

static int run_add(const struct options *o, struct args *a, struct fault *f)
{
	return cameras_add(o, a, KIND_CAMERA, f);
}

static int run_delete(const struct options *o, struct args *a, struct fault *f)
{
	return cameras_delete(o, a, KIND_CAMERA, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_CAMERA, f);
}

static const struct command commands[] = {
	{ "add", run_add,
	  "NAME [mac M]… [addr A]… [net P]… [oui O]… [iif I]… policy P\n"
	  "[key K] [comment C] [--force=shared,one-family]",
	  "What it is known by, any number and mix of:\n"
	  "mac M      its MAC address, in any usual spelling\n"
	  "addr A     its IPv4 or IPv6 address\n"
	  "net P      a subnet, such as 192.0.2.0/24: every host there, but those that\n"
	  "           are registered by MAC or address\n"
	  "oui O      the first 6, 7 or 9 digits of its MAC address: every device of\n"
	  "           that maker which nothing of the above names\n"
	  "iif I      a network interface: every device behind it, likewise\n"
	  "And then:\n"
	  "policy P   what decides: geoblock, isolate, approve, audit or one of your own\n"
	  "key K      what it is called in your inventory\n"
	  "Refused unless it is meant:\n"
	  "--force=shared      another camera has one of these; both are judged\n"
	  "--force=one-family  nothing but IPv4 addresses or nothing but IPv6 addresses:\n"
	  "                    over the other it would talk to anybody\n"
	  "  camfence camera add hall-1 mac 00:00:5e:00:53:01 policy geoblock" },
	{ "delete", run_delete, "NAME", "No exemption may be for it." },
	{ "list", run_list, "", NULL },
	{}
};

const struct object object_camera = {
	"camera", "registered cameras, recorders, intercoms", commands,
};
