// SPDX-License-Identifier: GPL-2.0
/* docs/semantics.md, sections 2 and 6: whose packet it is, hook by hook. */
#include "libdecide.h"

static const char rules[] =
	"set cn 203.0.113.0/24 2001:db8:bad::/48\n"
	"policy block pass block=cn\n"
	"policy closed drop\n"
	"policy open pass\n"
	"camera net8 closed 10.0.0.0/8\n"
	"camera net24 block 10.0.1.0/24\n"
	"camera net32 open 10.0.1.9/32\n"
	"camera net6 closed 2001:db8:c::/64\n"
	"camera exact open 10.0.1.8 2001:db8:c::8\n"
	"camera blocked block 10.0.3.3\n"
	"camera mac open 02:00:00:00:00:01\n"
	"camera oui24 closed oui=44:19:B6/24\n"
	"camera oui28 block oui=44:19:B6:1/28\n"
	"camera oui36 open oui=44:19:B6:12:3/36\n"
	"camera lan block iif=br0\n"
	"catch brand closed oui=3C:EF:8C/24\n"
	"catch port block iif=eth3 iif=br0\n"
	"camera sh-a open shared 10.0.2.1\n"
	"camera sh-b block shared 10.0.2.1\n"
	"camera sh-c closed shared 10.0.2.1 02:00:00:00:00:77\n"
	"camera sh-d open shared 02:00:00:00:00:78\n"
	"camera sh-e block shared 02:00:00:00:00:78 10.0.2.5\n";

static const struct decision decisions[] = {
	/* ---- subnets ---- */
	{ "the longest prefix alone", "", "10.0.1.7>203.0.113.1 in=eth1",
	  "block net24 cn -" },
	{ "the longest prefix that the address is in", "",
	  "10.2.0.1>8.8.8.8 in=eth1", "default_drop net8 - -" },
	{ "a prefix of full length is a subnet", "",
	  "10.0.1.9>203.0.113.1 in=eth1", "default_pass net32 - -" },
	{ "a prefix of full length counts only where no exact MAC does", "",
	  "10.0.1.9>8.8.8.8 mac=02:00:00:00:00:01", "default_pass mac - -" },
	{ "a registered camera is not also under its subnet's policy", "",
	  "10.0.1.8>203.0.113.1", "default_pass exact - -" },
	{ "a registered camera is not also under its subnet's policy, IPv6", "",
	  "2001:db8:c::8>2001:db8:bad::1", "default_pass exact - -" },
	{ "the longest prefix alone, IPv6", "", "2001:db8:c::9>2001:db8:a::1",
	  "default_drop net6 - -" },
	{ "subnets only if no exact MAC's camera exists", "",
	  "10.2.0.1>8.8.8.8 mac=02:00:00:00:00:01", "default_pass mac - -" },
	{ "a subnet's camera is named as receiver too", "",
	  "203.0.113.1>10.0.1.7 out=eth1", "block net24 cn -" },
	{ "a written form is in the IPv4 address's subnet", "",
	  "::ffff:10.0.1.7>203.0.113.1", "block net24 cn -" },
	{ "a written form is in no IPv6 subnet", "camera m closed ::/64\n",
	  "::ffff:172.16.0.1>203.0.113.1", "no_camera - - -" },
	{ "a written form, by the ruleset's prefix, is in the IPv4 subnet",
	  "nat64 2001:db8:64::/96\n",
	  "2001:db8:64::10.0.1.7>203.0.113.1", "block net24 cn -" },

	/* ---- OUIs and interfaces ---- */
	{ "subnets before OUIs", "",
	  "10.0.1.7>8.8.8.8 mac=44:19:b6:00:00:01", "default_pass net24 - -" },
	{ "the longest OUI alone: 24", "",
	  "172.16.0.1>8.8.8.8 mac=44:19:b6:00:00:01",
	  "default_drop oui24 - -" },
	{ "the longest OUI alone: 28", "",
	  "172.16.0.1>203.0.113.1 mac=44:19:b6:1f:ff:ff",
	  "block oui28 cn -" },
	{ "the longest OUI alone: 36", "",
	  "172.16.0.1>203.0.113.1 mac=44:19:b6:12:3f:ff",
	  "default_pass oui36 - -" },
	{ "OUIs before interfaces", "",
	  "172.16.0.1>8.8.8.8 in=br0 mac=44:19:b6:00:00:01",
	  "default_drop oui24 - -" },
	{ "an interface names the sender when the packet came in there", "",
	  "172.16.0.1>203.0.113.1 in=br0 out=eth1", "block lan cn -" },
	{ "an interface names the receiver when it goes out there", "",
	  "203.0.113.1>172.16.0.1 in=eth1 out=br0", "block lan cn -" },
	{ "an interface selector is a name: no longer one", "",
	  "172.16.0.1>203.0.113.1 in=br0.10", "no_camera - - -" },
	{ "an interface selector is a name: no shorter one", "",
	  "172.16.0.1>203.0.113.1 in=br", "no_camera - - -" },
	{ "an exact MAC before its OUI and interface",
	  "camera n open 44:19:b6:00:00:01\n",
	  "172.16.0.1>203.0.113.1 in=br0 mac=44:19:b6:00:00:01",
	  "default_pass n - -" },
	{ "an exact address before the MAC's OUI", "",
	  "10.0.1.8>203.0.113.1 mac=44:19:b6:00:00:01",
	  "default_pass exact - -" },

	/* ---- catches ---- */
	{ "an OUI's catch goes before an interface's", "",
	  "172.16.0.1>8.8.8.8 in=eth3 mac=3c:ef:8c:00:00:01",
	  "default_drop brand - -" },
	{ "an interface's catch", "",
	  "172.16.0.1>203.0.113.1 in=eth3 mac=02:00:00:00:00:99",
	  "block port cn -" },
	{ "a catch counts only where no camera matches: an interface's", "",
	  "172.16.0.1>8.8.8.8 in=br0 mac=3c:ef:8c:00:00:01",
	  "default_pass lan - -" },
	{ "a catch counts only where no camera matches: an address's", "",
	  "10.0.1.8>8.8.8.8 in=eth3 mac=3c:ef:8c:00:00:01",
	  "default_pass exact - -" },
	{ "a catch counts only where no camera matches: a subnet's", "",
	  "10.0.1.7>8.8.8.8 in=eth3 mac=3c:ef:8c:00:00:01",
	  "default_pass net24 - -" },
	{ "a catch counts only where no camera matches: the same OUI",
	  "camera x open oui=3C:EF:8C/24\n",
	  "172.16.0.1>8.8.8.8 mac=3c:ef:8c:00:00:01", "default_pass x - -" },
	{ "a camera's OUI goes before a longer one of a catch",
	  "catch longer open oui=44:19:B6:3/28\n",
	  "172.16.0.1>8.8.8.8 mac=44:19:b6:30:00:01",
	  "default_drop oui24 - -" },
	{ "the longest OUI of catches",
	  "catch longer open oui=3C:EF:8C:1/28\n",
	  "172.16.0.1>8.8.8.8 mac=3c:ef:8c:10:00:01",
	  "default_pass longer - -" },
	{ "at that end: the other end's camera does not count", "",
	  "203.0.113.1>172.16.0.1 in=br0 out=eth3 mac=02:00:00:00:00:01",
	  "block port cn -" },
	{ "a catch at both ends", "",
	  "172.16.0.1>172.16.0.2 in=eth3 out=eth3", "default_pass port - -" },

	/* ---- shared ---- */
	{ "every camera that shares counts: the second drops", "",
	  "10.0.2.1>203.0.113.1", "block sh-b cn -" },
	{ "every camera that shares counts: the last drops", "",
	  "10.0.2.1>8.8.8.8", "default_drop sh-c - -" },
	{ "every camera that shares counts: none drops, by name", "",
	  "172.16.0.1>8.8.8.8 mac=02:00:00:00:00:78", "default_pass sh-d - -" },
	{ "every camera that shares counts: as receiver", "",
	  "203.0.113.1>10.0.2.1", "block sh-b cn -" },
	{ "the MAC's camera, who shares the address, goes first", "",
	  "10.0.2.1>203.0.113.1 mac=02:00:00:00:00:77",
	  "default_drop sh-c - -" },
	{ "each who shares has its own exemptions",
	  "exempt x camera=sh-c 8.8.8.8\n", "10.0.2.1>8.8.8.8 original",
	  "default_pass sh-a - -" },
	{ "a shared subnet",
	  "camera a open shared 172.20.0.0/16\n"
	  "camera b closed shared 172.20.0.0/16\n",
	  "172.20.0.1>8.8.8.8", "default_drop b - -" },
	{ "a shared OUI",
	  "camera a open shared oui=00:11:22/24\n"
	  "camera b closed shared oui=00:11:22/24\n",
	  "172.20.0.1>8.8.8.8 mac=00:11:22:00:00:00", "default_drop b - -" },
	{ "a shared interface of catches",
	  "catch a open shared iif=eth7\ncatch b closed shared iif=eth7\n",
	  "172.20.0.1>8.8.8.8 in=eth7", "default_drop b - -" },
	{ "who shares what names nobody here is not asked",
	  "camera f closed shared 172.20.0.1 172.20.0.2\n"
	  "camera g open shared 172.20.0.2\n",
	  "172.20.0.3>8.8.8.8", "no_camera - - -" },

	/* ---- the order ---- */
	{ "sender by MAC before sender by address",
	  "camera z closed 02:00:00:00:00:99\ncamera a closed 172.20.0.1\n",
	  "172.20.0.1>8.8.8.8 mac=02:00:00:00:00:99",
	  "default_drop z - -" },
	{ "sender by address before receiver by MAC",
	  "camera z closed 172.20.0.1\ncamera a closed 02:00:00:00:00:99\n",
	  "172.20.0.1>8.8.8.8 dmac=02:00:00:00:00:99",
	  "default_drop z - -" },
	{ "receiver by MAC before receiver by address",
	  "camera z closed 02:00:00:00:00:99\ncamera a closed 172.20.0.1\n",
	  "8.8.8.8>172.20.0.1 dmac=02:00:00:00:00:99",
	  "default_drop z - -" },
	{ "receiver by address last",
	  "camera z closed 172.20.0.1\ncamera a open 02:00:00:00:00:99\n",
	  "8.8.8.8>172.20.0.1 dmac=02:00:00:00:00:99",
	  "default_drop z - -" },

	/* ---- local hooks ---- */
	{ "LOCAL_IN: the receiver by its address (a transparent proxy)", "",
	  "203.0.113.1>10.0.3.3 hook=local_in in=eth1", "block blocked cn -" },
	{ "LOCAL_IN: the receiver by its subnet", "",
	  "203.0.113.1>10.0.1.7 hook=local_in in=eth1", "block net24 cn -" },
	{ "LOCAL_IN: the receiver by address alone", "",
	  "203.0.113.1>172.16.0.1 hook=local_in in=eth1 out=br0 dmac=44:19:b6:00:00:01",
	  "no_camera - - -" },
	{ "LOCAL_IN: the sender by everything", "",
	  "172.16.0.1>192.168.0.1 hook=local_in in=eth1 mac=44:19:b6:00:00:01 dst_own",
	  "default_drop oui24 - -" },
	{ "LOCAL_IN: the sender by its interface", "",
	  "172.16.0.1>192.168.0.1 hook=local_in in=br0 dst_own",
	  "default_pass lan - -" },
	{ "LOCAL_IN: an address of the router's own names no camera", "",
	  "203.0.113.1>10.0.1.7 hook=local_in in=eth1 dst_own",
	  "no_camera - - -" },
	{ "LOCAL_IN: nor where it is registered", "",
	  "203.0.113.1>10.0.3.3 hook=local_in in=eth1 dst_own",
	  "no_camera - - -" },
	{ "LOCAL_OUT: the sender by its address (a transparent proxy)", "",
	  "10.0.3.3>203.0.113.1 hook=local_out out=eth1",
	  "block blocked cn -" },
	{ "LOCAL_OUT: the sender by its subnet", "",
	  "10.0.1.7>203.0.113.1 hook=local_out out=eth1", "block net24 cn -" },
	{ "LOCAL_OUT: the sender by address alone", "",
	  "172.16.0.1>203.0.113.1 hook=local_out in=br0 out=eth1 mac=44:19:b6:00:00:01",
	  "no_camera - - -" },
	{ "LOCAL_OUT: an address of the router's own names no camera", "",
	  "10.0.3.3>203.0.113.1 hook=local_out out=eth1 src_own",
	  "no_camera - - -" },
	{ "LOCAL_OUT: the receiver by its interface", "",
	  "192.168.0.1>172.16.0.1 hook=local_out out=br0 src_own",
	  "default_pass lan - -" },
	{ "LOCAL_OUT: the receiver by its MAC", "",
	  "192.168.0.1>172.16.0.1 hook=local_out out=br0 src_own dmac=44:19:b6:00:00:01",
	  "default_drop oui24 - -" },

	/* ---- groups ---- */
	{ "to a group no interface names the receiver", "",
	  "203.0.113.1>239.1.1.1 in=eth1 out=br0 group", "no_camera - - -" },
	{ "to a group no subnet names the receiver",
	  "camera m closed 239.0.0.0/8\n",
	  "203.0.113.1>239.1.1.1 in=eth1 group", "no_camera - - -" },
	{ "to a group no MAC names the receiver", "",
	  "203.0.113.1>239.1.1.1 hook=bridge group dmac=02:00:00:00:00:77",
	  "no_camera - - -" },
	{ "to a group the exact address names the receiver",
	  "camera m block 239.1.1.1\n",
	  "203.0.113.1>239.1.1.1 in=eth1 out=br0 group", "block m cn -" },
	{ "to a group of MACs the exact address names the receiver", "",
	  "203.0.113.1>10.0.3.3 hook=bridge group dmac=ff:ff:ff:ff:ff:ff",
	  "block blocked cn -" },
	{ "to a group the sender is named by everything", "",
	  "172.16.0.1>239.1.1.1 in=br0 out=eth9 group", "default_pass lan - -" },

	/* ---- the receiver's MAC ---- */
	{ "FORWARD: a valid neighbour names the receiver", "",
	  "203.0.113.1>172.16.0.1 in=eth1 out=eth9 dmac=44:19:b6:10:00:00",
	  "block oui28 cn -" },
	{ "FORWARD: a valid neighbour's MAC and the address both count", "",
	  "203.0.113.1>10.0.3.3 in=eth1 out=eth9 dmac=02:00:00:00:00:01",
	  "block blocked cn -" },
	{ "FORWARD: before the neighbour is valid the exact address counts", "",
	  "203.0.113.1>10.0.3.3 in=eth1 out=br0 dmac=later",
	  "block blocked cn -" },
	{ "FORWARD: before the neighbour is valid no subnet counts", "",
	  "203.0.113.1>10.0.1.7 in=eth1 out=eth9 dmac=later",
	  "no_camera - - -" },
	{ "FORWARD: before the neighbour is valid no interface counts", "",
	  "203.0.113.1>172.16.0.1 in=eth1 out=br0 dmac=later",
	  "no_camera - - -" },
	{ "FORWARD: where there is no MAC, by address and interface", "",
	  "203.0.113.1>172.16.0.1 in=eth1 out=br0", "block lan cn -" },
	{ "LOCAL_OUT: before the neighbour is valid no subnet counts", "",
	  "203.0.113.1>10.0.1.7 hook=local_out out=eth9 src_own dmac=later",
	  "no_camera - - -" },

	/* ---- egress ---- */
	{ "egress: names the receiver anew: a subnet", "",
	  "203.0.113.1>10.0.1.7 hook=egress out=eth9 dmac=02:00:00:00:00:99",
	  "block net24 cn -" },
	{ "egress: names the receiver anew: an OUI", "",
	  "203.0.113.1>172.16.0.1 hook=egress out=eth9 dmac=44:19:b6:10:00:00",
	  "block oui28 cn -" },
	{ "egress: names the receiver anew: the device", "",
	  "203.0.113.1>172.16.0.1 hook=egress out=br0 dmac=02:00:00:00:00:99",
	  "block lan cn -" },
	{ "egress: names the receiver anew: a catch", "",
	  "203.0.113.1>172.16.0.1 hook=egress out=eth3 dmac=02:00:00:00:00:99",
	  "block port cn -" },
	{ "egress: the exact address's camera has been judged", "",
	  "203.0.113.1>10.0.3.3 hook=egress out=br0 dmac=02:00:00:00:00:99",
	  "no_camera - - -" },
	{ "egress: what it names beside the exact address's camera",
	  "camera h block 02:00:00:00:00:88\n",
	  "203.0.113.1>10.0.3.3 hook=egress out=br0 dmac=02:00:00:00:00:88",
	  "block h cn -" },
	{ "egress: known by MAC and by address, it has been judged",
	  "camera h block 02:00:00:00:00:88 172.20.0.1\n",
	  "203.0.113.1>172.20.0.1 hook=egress out=eth9 dmac=02:00:00:00:00:88",
	  "no_camera - - -" },
	{ "egress: of a shared MAC's cameras one has been judged", "",
	  "203.0.113.1>10.0.2.5 hook=egress out=eth9 dmac=02:00:00:00:00:78",
	  "default_pass sh-d - -" },
	{ "egress: the sender is not looked up", "",
	  "10.0.3.3>203.0.113.1 hook=egress in=br0 out=eth9 mac=02:00:00:00:00:77 dmac=02:00:00:00:00:99",
	  "no_camera - - -" },
	{ "egress: to a group the exact address has been judged",
	  "camera m block 239.1.1.1\n",
	  "203.0.113.1>239.1.1.1 hook=egress out=br0 group dmac=01:00:5e:01:01:01",
	  "no_camera - - -" },

	/* ---- bridge ---- */
	{ "bridged: the receiver's MAC of the frame", "",
	  "203.0.113.1>172.16.0.2 hook=bridge in=swp1 out=swp2 mac=02:00:00:00:00:99 dmac=44:19:b6:10:00:00",
	  "block oui28 cn -" },
	{ "bridged: the sender's MAC of the frame", "",
	  "172.16.0.2>203.0.113.1 hook=bridge in=swp1 out=swp2 mac=44:19:b6:10:00:00 dmac=02:00:00:00:00:99",
	  "block oui28 cn -" },
	{ "bridged: both ends are looked up", "",
	  "10.0.1.8>172.16.0.2 hook=bridge in=swp1 out=swp2 mac=02:00:00:00:00:01 dmac=44:19:b6:00:00:01",
	  "default_drop oui24 - -" },
	{ "bridged: the port's name", "camera p block iif=swp1\n",
	  "172.16.0.2>203.0.113.1 hook=bridge in=swp1 out=swp2",
	  "block p cn -" },
	{ "bridged: no address, by MAC", "",
	  "none>none hook=bridge mac=02:00:00:00:00:77",
	  "default_drop sh-c - -" },
};

/* ---- what else a verdict tells ---- */

struct sent {
	const char *packet;
	const char *first;	/* cameras by MAC, or what names alone */
	const char *second;	/* cameras by exact address */
};

static const struct sent sent[] = {
	{ "172.16.0.1>10.0.1.8", "", "" },
	{ "10.0.1.8>8.8.8.8", "", "exact" },
	{ "10.0.1.8>8.8.8.8 mac=02:00:00:00:00:01", "mac", "exact" },
	{ "172.16.0.1>8.8.8.8 mac=02:00:00:00:00:01", "mac", "" },
	{ "10.0.1.7>8.8.8.8", "net24", "" },
	{ "172.16.0.1>8.8.8.8 mac=44:19:b6:00:00:01", "oui24", "" },
	{ "172.16.0.1>8.8.8.8 in=br0", "lan", "" },
	{ "172.16.0.1>8.8.8.8 in=eth3", "port", "" },
	{ "10.0.2.1>8.8.8.8", "", "sh-a sh-b sh-c" },
	{ "10.0.2.5>8.8.8.8 mac=02:00:00:00:00:78", "sh-d sh-e", "sh-e" },
	/* Both, even if the first is dropped. */
	{ "10.0.1.8>8.8.8.8 mac=02:00:00:00:00:77", "sh-c", "exact" },
	{ "none>none mac=02:00:00:00:00:01 malformed", "mac", "" },
	{ "10.0.3.3>8.8.8.8 hook=local_out src_own", "", "" },
	{ "10.0.3.3>8.8.8.8 hook=egress dmac=02:00:00:00:00:01", "", "" },
};

static void expect_cameras(const struct core_ruleset *rs,
			   const struct cf_rules *r,
			   const struct cf_owner *o, const char *names)
{
	char got[256] = "";

	for (; o; o = cf_cameras_next(r->table, o)) {
		size_t len = strlen(got);

		snprintf(got + len, sizeof(got) - len, "%s%s", len ? " " : "",
			 rs->cameras[o->camera]->name);
	}
	assert_string_equal(got, names);
}

static void senders(void **state)
{
	struct core_ruleset *rs = core_parse(rules);
	char message[CF_MESSAGE_LEN];
	struct cf_rules *r;
	unsigned int i;

	(void)state;
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), 0);
	for (i = 0; i < ARRAY_SIZE(sent); i++) {
		struct cf_flow f = core_flow(sent[i].packet);
		struct cf_verdict v;

		cf_decide(r, &f, 1000, &v);
		expect_cameras(rs, r, v.senders[0], sent[i].first);
		expect_cameras(rs, r, v.senders[1], sent[i].second);
	}
	cf_rules_free(r);
	core_free(rs);
}

struct suspicion {
	const char *packet;
	const char *spoofed;
	bool if_on_link;
};

static const char suspects[] =
	"set cn 203.0.113.0/24\n"
	"policy p pass block=cn\n"
	"camera a p 02:00:00:00:00:01 10.0.0.1 2001:db8::1\n"
	"camera b p 02:00:00:00:00:02 10.0.0.2\n"
	"camera c p 10.0.0.3\n"
	"camera d p 02:00:00:00:00:04\n"
	"camera e1 p shared 10.0.0.5\n"
	"camera e2 p shared 10.0.0.5 02:00:00:00:00:05\n"
	"camera e3 p shared 10.0.0.5 02:00:00:00:00:06\n"
	"camera f p 10.1.0.0/16 oui=44:19:B6/24 iif=br0\n";

static const struct suspicion suspicions[] = {
	{ "10.0.0.1>8.8.8.8 mac=02:00:00:00:00:01", "-", false },
	{ "10.0.0.1>8.8.8.8", "-", false },
	/* another camera's address */
	{ "10.0.0.2>8.8.8.8 mac=02:00:00:00:00:01", "b", false },
	{ "10.0.0.3>8.8.8.8 mac=02:00:00:00:00:01", "c", false },
	{ "10.0.0.2>203.0.113.1 mac=02:00:00:00:00:01", "b", false },
	{ "10.0.0.2>10.0.0.1 mac=02:00:00:00:00:04 hook=bridge", "b", false },
	{ "2001:db8::1>2001:db8::9 mac=02:00:00:00:00:02", "a", false },
	{ "::ffff:10.0.0.2>8.8.8.8 mac=02:00:00:00:00:01", "b", false },
	/* its address from another MAC */
	{ "10.0.0.1>8.8.8.8 mac=02:00:00:00:00:99", "a", true },
	{ "10.0.0.1>203.0.113.1 mac=02:00:00:00:00:99", "a", true },
	{ "10.0.0.1>8.8.8.8 mac=02:00:00:00:00:99 hook=local_in", "a", true },
	{ "10.0.0.1>8.8.8.8 mac=02:00:00:00:00:99 hook=bridge", "a", false },
	{ "10.0.0.1>8.8.8.8 mac=44:19:b6:00:00:01 in=br0", "a", true },
	/* which MAC is its, nobody knows */
	{ "10.0.0.3>8.8.8.8 mac=02:00:00:00:00:99", "-", false },
	/* an address that nobody registered */
	{ "10.9.9.9>8.8.8.8 mac=02:00:00:00:00:01", "-", false },
	{ "10.1.0.1>8.8.8.8 mac=02:00:00:00:00:01", "-", false },
	{ "10.1.0.1>8.8.8.8 mac=02:00:00:00:00:99", "-", false },
	{ "none>none mac=02:00:00:00:00:01 hook=bridge malformed", "-", false },
	/* where the address is shared, one of them suffices */
	{ "10.0.0.5>8.8.8.8 mac=02:00:00:00:00:06", "-", false },
	{ "10.0.0.5>8.8.8.8 mac=02:00:00:00:00:05", "-", false },
	{ "10.0.0.5>8.8.8.8 mac=02:00:00:00:00:01", "e1", false },
	{ "10.0.0.5>8.8.8.8 mac=02:00:00:00:00:99", "e2", true },
	/* the receiver's name is not what it answers for */
	{ "8.8.8.8>10.0.0.1 mac=02:00:00:00:00:99 dmac=02:00:00:00:00:02", "-",
	  false },
	{ "10.0.0.1>8.8.8.8 hook=egress mac=02:00:00:00:00:99", "-", false },
};

static void spoofs(void **state)
{
	struct core_ruleset *rs = core_parse(suspects);
	char message[CF_MESSAGE_LEN];
	struct cf_rules *r;
	unsigned int i;

	(void)state;
	assert_int_equal(cf_rules_build(&r, &rs->in, NULL, message), 0);
	for (i = 0; i < ARRAY_SIZE(suspicions); i++) {
		const struct suspicion *s = &suspicions[i];
		struct cf_flow f = core_flow(s->packet);
		struct cf_verdict v;
		const char *name = "-";

		cf_decide(r, &f, 1000, &v);
		if (v.spoofed != CF_NOTHING)
			name = rs->cameras[v.spoofed]->name;
		if (strcmp(name, s->spoofed))
			fail_msg("%s: suspected is %s", s->packet, name);
		if (v.spoof_if_on_link != s->if_on_link)
			fail_msg("%s: if on-link is %d", s->packet,
				 v.spoof_if_on_link);
	}
	cf_rules_free(r);
	core_free(rs);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(senders),
		cmocka_unit_test(spoofs),
	};

	return decide_all(rules, decisions, ARRAY_SIZE(decisions), others,
			  ARRAY_SIZE(others));
}
