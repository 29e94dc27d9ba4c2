// SPDX-License-Identifier: GPL-2.0
#include "cameras.h"
#include "show.h"

static int run_show(const struct options *o, struct args *a, struct fault *f)
{
	return show_one(o, a, KIND_CAMERA, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_CAMERA, f);
}

static const struct command commands[] = {
	{ "add", NULL,
	  "NAME [mac M]… [addr A]… [net P]… [oui O]… [iif I]… policy P\n"
	  "[key K] [comment C] [--force=GUARD,…]",
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
	  "  camfence camera add hall-1 mac 00:00:5e:00:53:01 policy geoblock",
	  &cameras_add },
	{ "replace", NULL,
	  "NAME [mac M]… [addr A]… [net P]… [oui O]… [iif I]… policy P\n"
	  "[key K] [comment C] [--force=GUARD,…]",
	  "As \"add\", but takes the place of the camera of this name, if there is one. Its\n"
	  "exemptions and counters stay.", &cameras_replace },
	{ "set", NULL,
	  "NAME [mac M|none]… [addr A|none]… [net P|none]… [oui O|none]…\n"
	  "[iif I|none]… [policy P] [key K] [comment C] [--force=GUARD,…]",
	  "Changes what is given and keeps the rest. A selector takes the place of all\n"
	  "that the camera has of its kind; \"none\" takes them away. An empty key or comment\n"
	  "(\"\") takes it away.\n"
	  "  camfence camera set hall-1 policy isolate comment \"2nd floor\"",
	  &cameras_set },
	{ "import", NULL, "FILE [replace] [--force=GUARD,…]",
	  "Adds all cameras of a CSV file, or none. Its first line names the columns: name,\n"
	  "mac, addr, net, oui, iif, policy, key, comment, in any order, separated by commas,\n"
	  "semicolons or tabs; several values stand in one field, with spaces between.\n"
	  "replace    cameras that are there already are replaced, and not refused\n"
	  "FILE \"-\" is standard input.", &cameras_import },
	{ "export", cameras_export, "",
	  "Prints all cameras as import reads them; what had to be forced is to\n"
	  "be forced there, too.", NULL },
	{ "delete", NULL, "NAME", "No exemption may be for it.", &cameras_delete },
	{ "list", run_list, "[policy P] [sort dropped|seen]",
	  "With sort the most, or the latest, come first.", NULL },
	{ "show", run_show, "NAME",
	  "All that is known of it: its policy, the exemptions for it, its counters.",
	  NULL },
	{}
};

const struct object object_camera = {
	"camera", "registered cameras, recorders, intercoms", commands,
};
