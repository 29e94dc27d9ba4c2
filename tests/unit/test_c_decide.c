// SPDX-License-Identifier: GPL-2.0
/*
 * docs/semantics.md sentence by sentence: the steps, remotes, dates. Who is
 * meant is in test_c_decide_ends.c, flows and exemptions in _flows, site and
 * actions in _site, what is special in _special; tests/model has the rest.
 */
#include "libdecide.h"

/* Of all cases. The MACs end in the last digit of the address. */
static const char rules[] =
	"set cn 203.0.113.0/24 2001:db8:bad::/48\n"
	"set ru 198.51.100.0/24\n"
	"set lan 192.0.2.0/28 203.0.113.250 2001:db8:a::/64 2002:cb00:7105::/48 2002:cb00:71fa::/48\n"
	"set wide 192.0.2.0/24\n"
	"policy geoblock pass block=cn,ru\n"
	"policy isolate drop allow=wide,lan block=cn\n"
	"policy approve drop\n"
	"policy watch pass audit block=cn\n"
	"policy watch-all drop audit\n"
	"camera geo geoblock 02:00:00:00:00:01 10.0.0.1 2001:db8:c::1\n"
	"camera iso isolate 02:00:00:00:00:02 10.0.0.2 2001:db8:c::2\n"
	"camera app approve 02:00:00:00:00:03 10.0.0.3 2001:db8:c::3\n"
	"camera aud watch 02:00:00:00:00:04 10.0.0.4\n"
	"camera all watch-all 02:00:00:00:00:05 10.0.0.5\n"
	"camera mac-only geoblock 02:00:00:00:00:06\n"
	"exempt cloud camera=app 203.0.113.10 2001:db8:bad::10\n"
	"exempt https camera=app 198.51.100.0/24 proto=6 port=443,8000-8002\n"
	"exempt names policy=approve 192.0.2.53 proto=17 port=53\n";

static const struct decision decisions[] = {
	/* ---- section 1 ---- */
	{ "no_camera comes alone", "",
	  "10.9.9.9>203.0.113.1 proto=6 port=5>443 original",
	  "no_camera - - -" },

	/* ---- section 2 ---- */
	{ "the exact MAC's camera counts", "",
	  "10.9.9.9>203.0.113.1 mac=02:00:00:00:00:06 original",
	  "block mac-only cn -" },
	{ "the exact host address's camera counts", "",
	  "10.0.0.1>203.0.113.1 mac=02:99:00:00:00:00 original",
	  "block geo cn -" },
	{ "the exact host address's camera counts, IPv6", "",
	  "2001:db8:c::1>2001:db8:bad::1 original", "block geo cn -" },
	{ "an address next to a camera's is nobody's", "",
	  "10.0.0.8>203.0.113.1 original", "no_camera - - -" },
	{ "both count: the MAC's drops", "",
	  "10.0.0.1>8.8.8.8 mac=02:00:00:00:00:03 original",
	  "default_drop app - -" },
	{ "both count: the address's drops", "",
	  "10.0.0.3>8.8.8.8 mac=02:00:00:00:00:01 original",
	  "default_drop app - -" },
	{ "both count: sender by MAC goes first", "",
	  "10.0.0.2>203.0.113.1 mac=02:00:00:00:00:01 original",
	  "block geo cn -" },
	{ "both count: none drops, the first camera is named", "",
	  "10.0.0.1>192.0.2.1 mac=02:00:00:00:00:02 original",
	  "allow iso wide -" },
	{ "the receiver's exact address counts", "",
	  "203.0.113.1>10.0.0.1 reply", "block geo cn -" },
	{ "a camera on both ends is judged as sender and as receiver",
	  "camera s geoblock 203.0.113.77\n"
	  "exempt x camera=s 203.0.113.77\n",
	  "203.0.113.77>203.0.113.77 original", "block s cn -" },
	{ "sender before receiver", "", "10.0.0.3>10.0.0.2 original",
	  "default_drop app - -" },
	{ "the receiver is judged even if the sender passes",
	  "exempt x camera=app 10.0.0.2\n", "10.0.0.3>10.0.0.2 original",
	  "default_drop iso - -" },
	{ "no MAC is no camera's", "camera z approve 00:00:00:00:00:01\n",
	  "10.9.9.9>8.8.8.8 original", "no_camera - - -" },
	{ "a camera's NAT64 address is its IPv4 address", "",
	  "64:ff9b::a00:1>2001:db8:bad::1 original", "block geo cn -" },
	{ "to a broadcast address the receiver is known by exact address alone",
	  "camera b approve 255.255.255.255\n",
	  "10.9.9.9>255.255.255.255 proto=17 port=1>2 original",
	  "default_drop b - -" },

	/* ---- section 3 ---- */
	{ "the remote is the destination on the way out", "",
	  "10.0.0.1>203.0.113.1 untracked", "block geo cn -" },
	{ "the remote is the source on the way in", "",
	  "203.0.113.1>10.0.0.1 untracked", "block geo cn -" },
	{ "the camera's own side is no remote",
	  "camera c geoblock 203.0.113.9\n", "203.0.113.9>8.8.8.8 original",
	  "default_pass c - -" },
	{ "NAT64: the IPv4 address takes its place", "",
	  "2001:db8:c::1>64:ff9b::cb00:7101 original", "block geo cn -" },
	{ "v4-mapped: the IPv4 address takes its place", "",
	  "2001:db8:c::1>::ffff:203.0.113.1 original", "block geo cn -" },
	{ "NAT64's IPv4 address is matched by exemptions", "",
	  "2001:db8:c::3>64:ff9b::cb00:710a original",
	  "exemption app - cloud" },
	{ "a prefix like NAT64's is none", "",
	  "2001:db8:c::1>64:ff9b:1::cb00:7101 original",
	  "default_pass geo - -" },
	{ "6to4 is a further remote", "",
	  "2001:db8:c::1>2002:cb00:7101::1 original", "block geo cn -" },
	{ "Teredo's client is a further remote", "",
	  "2001:db8:c::1>2001:0:1:2:3:4:34ff:8efe original",
	  "block geo cn -" },
	{ "Teredo's server is none", "",
	  "2001:db8:c::1>2001:0:cb00:7101:: original",
	  "default_pass geo - -" },
	{ "each must pass by itself: 6to4 allowed, what it hides blocked", "",
	  "2001:db8:c::2>2002:cb00:7105:: original", "block iso cn -" },
	{ "each must pass by itself: both allowed", "",
	  "2001:db8:c::2>2002:cb00:71fa:: original", "allow iso lan -" },
	{ "each must pass by itself: an exemption of one opens one",
	  "exempt x camera=app 2002::/16\n",
	  "2001:db8:c::3>2002:cb00:7101:: original", "default_drop app - -" },
	{ "each must pass by itself: exempted both, the first is named",
	  "exempt x camera=app 2002::/16\n",
	  "2001:db8:c::3>2002:cb00:710a:: original", "exemption app - x" },
	{ "further remotes pass with the packet's protocol and ports",
	  "exempt x camera=app 2002::/16 8.8.8.8 proto=6 port=443\n",
	  "2001:db8:c::3>2002:808:808:: proto=6 port=5>443 original",
	  "exemption app - x" },
	{ "further remotes: so does the reply",
	  "exempt x camera=app 2002::/16 8.8.8.8 proto=6 port=443\n",
	  "2002:808:808::>2001:db8:c::3 proto=6 port=443>5 reply",
	  "reply app - x" },
	{ "further remotes: the reply of what one of them forbids is none",
	  "exempt x camera=app 2002::/16 proto=6 port=443\n",
	  "2002:808:808::>2001:db8:c::3 proto=6 port=443>5 reply",
	  "default_drop app - -" },
	{ "the remote's side of an inner header, out", "",
	  "10.0.0.1>8.8.8.8 proto=4 inner=10.0.0.1>203.0.113.1 original",
	  "block geo cn -" },
	{ "the remote's side of an inner header, in", "",
	  "8.8.8.8>10.0.0.1 proto=4 inner=203.0.113.1>8.8.4.4 reply",
	  "block geo cn -" },
	{ "the camera's side of an inner header is no remote", "",
	  "10.0.0.1>8.8.8.8 proto=4 inner=203.0.113.1>8.8.4.4 original",
	  "default_pass geo - -" },
	{ "further remotes are those of each other", "",
	  "10.0.0.1>8.8.8.8 proto=41 inner=::1>2002:cb00:7101:: original",
	  "block geo cn -" },
	{ "inner addresses name no camera", "",
	  "10.9.9.9>8.8.8.8 proto=4 inner=10.0.0.3>203.0.113.1 original",
	  "no_camera - - -" },
	{ "an inner address passes without ports",
	  "exempt x camera=app 8.8.8.8\n"
	  "exempt y camera=app 8.8.4.4 proto=17 port=53\n",
	  "10.0.0.3>8.8.8.8 proto=17 port=5>53 inner=10.0.0.3>8.8.4.4 original",
	  "default_drop app - -" },
	{ "an inner address passes with the packet's protocol",
	  "exempt x camera=app 8.8.8.8 8.8.4.4 proto=4\n",
	  "10.0.0.3>8.8.8.8 proto=4 inner=10.0.0.3>8.8.4.4 original",
	  "exemption app - x" },

	/* ---- section 4: the steps ---- */
	{ "1 before 3: an exemption goes before an allow set",
	  "exempt x camera=iso 192.0.2.1\n", "10.0.0.2>192.0.2.1 original",
	  "exemption iso - x" },
	{ "1 before 4: an exemption goes before a block set", "",
	  "10.0.0.3>203.0.113.10 original", "exemption app - cloud" },
	{ "3 before 4: in an allow and a block set", "",
	  "10.0.0.2>203.0.113.250 original", "allow iso lan -" },
	{ "4 before 5: remote in a block set", "",
	  "10.0.0.2>203.0.113.1 original", "block iso cn -" },
	{ "5: default pass", "", "10.0.0.1>8.8.8.8 original",
	  "default_pass geo - -" },
	{ "5: default drop", "", "10.0.0.2>8.8.8.8 original",
	  "default_drop iso - -" },
	{ "named is the first matching set in the policy's order", "",
	  "10.0.0.2>192.0.2.1 original", "allow iso wide -" },
	{ "named is the first matching set in the policy's order, block",
	  "set an 203.0.113.0/24\npolicy p pass block=ru,cn,an\n"
	  "camera c p 10.0.0.9\n", "10.0.0.9>203.0.113.1 original",
	  "block c cn -" },
	{ "sets are of one policy", "", "10.0.0.4>198.51.100.1 original",
	  "default_pass aud - -" },

	/* ---- section 4: action ---- */
	{ "audit passes what block would drop", "",
	  "10.0.0.4>203.0.113.1 original", "audit aud cn -" },
	{ "audit passes what the default would drop", "",
	  "10.0.0.5>8.8.8.8 original", "audit all - -" },
	{ "audit replaces every drop, whatever the step: malformed", "",
	  "none>none mac=02:00:00:00:00:05 malformed", "audit all - -" },
	{ "audit replaces every drop, whatever the step: source_route", "",
	  "10.0.0.4>8.8.8.8 source_route original", "audit aud - -" },
	{ "audit replaces every drop, whatever the step: tunnel", "",
	  "10.0.0.5>8.8.8.8 proto=47 tunnel original", "audit all - -" },
	{ "audit does not replace a pass", "", "10.0.0.4>8.8.8.8 original",
	  "default_pass aud - -" },
	{ "an audit policy never stops another policy's drop", "",
	  "10.0.0.4>203.0.113.1 mac=02:00:00:00:00:01 original",
	  "block geo cn -" },
	{ "an audit policy never stops another policy's drop, later", "",
	  "10.0.0.1>203.0.113.1 mac=02:00:00:00:00:04 original",
	  "block geo cn -" },
	{ "an audit policy never stops the receiver's drop", "",
	  "10.0.0.5>10.0.0.3 original", "default_drop app - -" },
	{ "if none drops: the first whose reason is audit", "",
	  "10.0.0.5>8.8.8.8 mac=02:00:00:00:00:01 original",
	  "audit all - -" },
	{ "if none drops: the first of two audits", "",
	  "10.0.0.4>203.0.113.1 mac=02:00:00:00:00:05 original",
	  "audit all - -" },
	{ "if none drops: an audit of a further remote", "",
	  "10.0.0.4>8.8.8.8 proto=4 inner=::>203.0.113.1 original",
	  "audit aud cn -" },
	{ "otherwise the first camera's first remote", "",
	  "10.0.0.2>192.0.2.1 proto=4 inner=::>203.0.113.250 original",
	  "allow iso wide -" },

	/* ---- section 4: exemptions ---- */
	{ "an exemption of a policy serves every camera under it",
	  "camera other approve 10.0.0.9\n",
	  "10.0.0.9>192.0.2.53 proto=17 port=5>53 original",
	  "exemption other - names" },
	{ "an exemption of a camera serves no other camera of its policy",
	  "camera other approve 10.0.0.9\n", "10.0.0.9>203.0.113.10 original",
	  "default_drop other - -" },
	{ "an exemption of a policy serves no camera of another", "",
	  "10.0.0.5>192.0.2.53 proto=17 port=5>53 original", "audit all - -" },
	{ "remote prefixes", "", "10.0.0.3>203.0.113.11 original",
	  "default_drop app - -" },
	{ "remote prefixes: one of several, IPv6", "",
	  "2001:db8:c::3>2001:db8:bad::10 original", "exemption app - cloud" },
	{ "no proto: every protocol, tunnels included", "",
	  "10.0.0.3>203.0.113.10 proto=47 tunnel original",
	  "exemption app - cloud" },
	{ "proto", "", "10.0.0.3>198.51.100.1 proto=17 port=5>443 original",
	  "default_drop app - -" },
	{ "port is the remote's: a number", "",
	  "10.0.0.3>198.51.100.1 proto=6 port=5>443 original",
	  "exemption app - https" },
	{ "port is the remote's, not the camera's", "",
	  "10.0.0.3>198.51.100.1 proto=6 port=443>5 original",
	  "default_drop app - -" },
	{ "port: a range's first", "",
	  "10.0.0.3>198.51.100.1 proto=6 port=5>8000 original",
	  "exemption app - https" },
	{ "port: a range's last", "",
	  "10.0.0.3>198.51.100.1 proto=6 port=5>8002 original",
	  "exemption app - https" },
	{ "port: before a range", "",
	  "10.0.0.3>198.51.100.1 proto=6 port=5>7999 original",
	  "default_drop app - -" },
	{ "port: after a range", "",
	  "10.0.0.3>198.51.100.1 proto=6 port=5>8003 original",
	  "default_drop app - -" },
	{ "of several exemptions the longest remote prefix",
	  "exempt a camera=app 203.0.113.0/24\n", "10.0.0.3>203.0.113.10 original",
	  "exemption app - cloud" },
	{ "of several: the policy's, if its prefix is longer",
	  "exempt a camera=app 192.0.2.0/24\n",
	  "10.0.0.3>192.0.2.53 proto=17 port=5>53 original",
	  "exemption app - names" },
	{ "of several: then by name",
	  "exempt b camera=app 192.0.2.0/24\nexempt a policy=approve 192.0.2.0/24\n",
	  "10.0.0.3>192.0.2.1 original", "exemption app - a" },
	{ "of several: then by name, the camera's",
	  "exempt a camera=app 192.0.2.0/24\nexempt b policy=approve 192.0.2.0/24\n",
	  "10.0.0.3>192.0.2.1 original", "exemption app - a" },
	{ "of several: only those that match are several",
	  "exempt a camera=app 0.0.0.0/0\n",
	  "10.0.0.3>198.51.100.1 proto=17 port=5>443 original",
	  "exemption app - a" },

	/* ---- section 4: conntrack ---- */
	{ "out needs a conntrack entry", "",
	  "10.0.0.3>203.0.113.10 untracked", "default_drop app - -" },
	{ "out does not match the way in", "", "203.0.113.10>10.0.0.3 original",
	  "default_drop app - -" },
	{ "a reply passes", "",
	  "198.51.100.1>10.0.0.3 proto=6 port=443>5 reply",
	  "reply app - https" },
	{ "a reply passes if a live exemption matches the flow", "",
	  "198.51.100.1>10.0.0.3 proto=6 port=80>5 reply",
	  "default_drop app - -" },
	{ "a reply's flow is matched, not its header", "",
	  "198.51.100.1>10.0.0.3 proto=6 port=5>443 reply",
	  "default_drop app - -" },
	{ "a packet of a camera in reply direction matches no out", "",
	  "10.0.0.3>203.0.113.10 proto=6 port=80>5 reply",
	  "default_drop app - -" },
	{ "later fragments match exemptions without ports", "",
	  "10.0.0.3>203.0.113.10 proto=6 later original",
	  "exemption app - cloud" },
	{ "later fragments match only exemptions without ports", "",
	  "10.0.0.3>198.51.100.1 proto=6 later original",
	  "default_drop app - -" },
	{ "later fragments are never a reply", "",
	  "203.0.113.10>10.0.0.3 proto=6 later reply",
	  "default_drop app - -" },
	{ "an allow set needs no conntrack entry", "",
	  "10.0.0.2>192.0.2.1 untracked", "allow iso wide -" },

	/* ---- section 4: ICMP errors ---- */
	{ "ICMP error of a flow that passes by exemption, from whomever", "",
	  "8.8.8.8>10.0.0.3 proto=1 icmp_error related_reply=10.0.0.3>198.51.100.1 flow=6>443",
	  "icmp_related app - https" },
	{ "ICMP error of a flow that no exemption lets pass", "",
	  "8.8.8.8>10.0.0.3 proto=1 icmp_error related_reply=10.0.0.3>198.51.100.1 flow=6>80",
	  "default_drop app - -" },
	{ "ICMP error of a flow that passes by allow, from whomever", "",
	  "203.0.113.1>10.0.0.2 proto=1 icmp_error related_reply=10.0.0.2>192.0.2.1 flow=17>80",
	  "icmp_related iso wide -" },
	{ "ICMP error of the camera, about what it received", "",
	  "10.0.0.3>198.51.100.1 proto=1 icmp_error related=10.0.0.3>198.51.100.1 flow=6>443",
	  "icmp_related app - https" },
	{ "ICMP error of the camera, about a flow from an allowed remote", "",
	  "10.0.0.2>192.0.2.1 proto=1 icmp_error related_reply=192.0.2.1>10.0.0.2 flow=6>554",
	  "icmp_related iso wide -" },
	{ "ICMP error: out lets no flow in", "",
	  "8.8.8.8>10.0.0.3 proto=1 icmp_error related=203.0.113.10>10.0.0.3 flow=6>554",
	  "default_drop app - -" },
	{ "ICMP error of a flow that passes by default: by its own remote", "",
	  "203.0.113.1>10.0.0.1 proto=1 icmp_error related_reply=10.0.0.1>8.8.8.8 flow=17>80",
	  "block geo cn -" },
	{ "ICMP error without a flow: by its own remote", "",
	  "8.8.8.8>10.0.0.3 proto=1 icmp_error untracked",
	  "default_drop app - -" },
	{ "ICMP errors are no packets in reply direction: out matches", "",
	  "10.0.0.3>203.0.113.10 proto=1 icmp_error related_reply=203.0.113.10>10.0.0.3 flow=6>554",
	  "exemption app - cloud" },
	{ "what is no ICMP error (a redirect) is not related", "",
	  "8.8.8.8>10.0.0.3 proto=1 related_reply=10.0.0.3>198.51.100.1 flow=6>443",
	  "default_drop app - -" },
	{ "ICMP error of a flow that a further remote forbids: it does not pass",
	  "",
	  "2001:db8:a:1::>2001:db8:c::2 proto=58 icmp_error related_reply=2001:db8:c::2>2002:cb00:7105:: flow=17>80",
	  "default_drop iso - -" },
	{ "ICMP error of a flow to a written form", "",
	  "2001:db8::1>2001:db8:c::3 proto=58 icmp_error related_reply=2001:db8:c::3>64:ff9b::c633:6401 flow=6>443",
	  "icmp_related app - https" },

	/* ---- section 5 ---- */
	{ "malformed: from a camera dropped, before exemptions", "",
	  "10.0.0.3>203.0.113.10 malformed original", "malformed app - -" },
	{ "malformed: from a camera known by MAC, no address readable", "",
	  "none>none mac=02:00:00:00:00:06 malformed",
	  "malformed mac-only - -" },
	{ "malformed: before source_route", "",
	  "10.0.0.1>8.8.8.8 malformed source_route original",
	  "malformed geo - -" },
	{ "source_route: from a camera dropped, before exemptions", "",
	  "10.0.0.3>203.0.113.10 source_route original",
	  "source_route app - -" },
	{ "malformed towards a camera: by what is readable", "",
	  "8.8.8.8>10.0.0.1 malformed", "default_pass geo - -" },
	{ "malformed towards a camera: by what is readable, a block set", "",
	  "203.0.113.1>10.0.0.1 malformed", "block geo cn -" },
	{ "malformed towards a camera: no address, a remote in no set",
	  "", "none>10.0.0.1 malformed", "default_pass geo - -" },
	{ "source_route towards a camera: by what is readable", "",
	  "192.0.2.1>10.0.0.2 source_route", "allow iso wide -" },
	{ "source_route towards a camera: without ports", "",
	  "198.51.100.1>10.0.0.3 proto=6 port=443>5 source_route reply",
	  "default_drop app - -" },
	{ "source_route towards a camera: a reply without ports", "",
	  "203.0.113.10>10.0.0.3 proto=6 port=443>5 source_route reply",
	  "reply app - cloud" },
	{ "malformed between strangers is nobody's", "",
	  "none>none mac=02:99:00:00:00:00 malformed", "no_camera - - -" },
	{ "tunnel: from a camera dropped under default-drop", "",
	  "10.0.0.3>8.8.8.8 proto=47 tunnel original", "tunnel app - -" },
	{ "tunnel: an allow set does not open it", "",
	  "10.0.0.2>192.0.2.1 proto=47 tunnel original", "tunnel iso - -" },
	{ "tunnel: only an exemption opens it",
	  "exempt x camera=iso 192.0.2.1 proto=47\n",
	  "10.0.0.2>192.0.2.1 proto=47 tunnel original", "exemption iso - x" },
	{ "tunnel under default-pass: by its remotes", "",
	  "10.0.0.1>8.8.8.8 proto=47 tunnel original",
	  "default_pass geo - -" },
	{ "tunnel under default-pass: by its remotes, a block set", "",
	  "10.0.0.1>203.0.113.1 proto=47 tunnel original", "block geo cn -" },
	{ "tunnel towards a camera: by its remotes", "",
	  "192.0.2.1>10.0.0.2 proto=47 tunnel reply", "allow iso wide -" },
	{ "tunnel of UDP: a port's exemption opens it",
	  "exempt x camera=app 8.8.8.8 proto=17 port=4789\n",
	  "10.0.0.3>8.8.8.8 proto=17 port=5>4789 tunnel original",
	  "exemption app - x" },
};

/* ---- live times ---- */

struct moment {
	const char *dates;
	u64 now;
	bool live;
};

static const struct moment moments[] = {
	{ "from=500 until=600", 499, false },
	{ "from=500 until=600", 500, true },
	{ "from=500 until=600", 599, true },
	{ "from=500 until=600", 600, false },
	{ "from=500 until=600", 601, false },
	{ "from=500 until=501", 500, true },
	{ "from=500 until=500", 500, false },
	{ "from=500", 499, false },
	{ "from=500", 500, true },
	{ "from=500", U64_MAX - 1, true },
	{ "until=600", 1, true },
	{ "until=600", 599, true },
	{ "until=600", 600, false },
	{ "until=5000000000", 4999999999, true },
	{ "until=5000000000", 5000000000, false },
	{ "", 1, true },
	{ "", U64_MAX - 1, true },

	/* Without a clock, what has a date is not live, whatever it is. */
	{ "", 0, true },
	{ "until=600", 0, false },
	{ "from=500", 0, false },
	{ "from=500 until=600", 0, false },
	{ "from=1", 0, false },
	{ "until=1", 0, false },
	{ "until=18446744073709551614", 0, false },
};

/* The packet, its reply and an ICMP error about it live and end together. */
static void live_times(void **state)
{
	static const struct {
		const char *packet;
		const char *live;
		const char *over;
	} packets[] = {
		{ "10.0.0.3>9.9.9.9 proto=6 port=5>80 original",
		  "exemption app - x", "default_drop app - -" },
		{ "9.9.9.9>10.0.0.3 proto=6 port=80>5 reply",
		  "reply app - x", "default_drop app - -" },
		{ "8.8.8.8>10.0.0.3 proto=1 icmp_error related_reply=10.0.0.3>9.9.9.9 flow=6>80",
		  "icmp_related app - x", "default_drop app - -" },
	};
	char exemption[128];
	unsigned int i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(moments); i++)
		for (j = 0; j < ARRAY_SIZE(packets); j++) {
			const struct moment *m = &moments[i];

			snprintf(exemption, sizeof(exemption),
				 "exempt x camera=app 9.9.9.9 %s\n", m->dates);
			assert_string_equal(decide(rules, exemption,
						   packets[j].packet,
						   m->now),
					    m->live ? packets[j].live :
						      packets[j].over);
		}
}

/* The longest prefix is asked for among those that are live. */
static void what_is_over_hides_nothing(void **state)
{
	static const char both[] =
		"exempt x camera=app 9.9.9.9 until=600\n"
		"exempt y camera=app 9.9.9.0/24 from=600\n";
	static const char packet[] = "10.0.0.3>9.9.9.9 original";

	(void)state;
	assert_string_equal(decide(rules, both, packet, 599), "exemption app - x");
	assert_string_equal(decide(rules, both, packet, 600), "exemption app - y");
	assert_string_equal(decide(rules, both, packet, 0), "default_drop app - -");
}

/* The list says of each reason whether it drops, and the core does so. */
static void reasons_drop_as_listed(void **state)
{
	static const struct {
		enum camfence_reason reason;
		bool drops;
	} rows[] = {
#define DROP true
#define PASS false
#define ROW(sym, name, verdict, text) { CAMFENCE_REASON_##sym, verdict },
		CAMFENCE_REASONS(ROW)
#undef ROW
#undef PASS
#undef DROP
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(cf_reason_is_drop(rows[i].reason),
				 rows[i].drops);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(live_times),
		cmocka_unit_test(what_is_over_hides_nothing),
		cmocka_unit_test(reasons_drop_as_listed),
	};

	return decide_all(rules, decisions, ARRAY_SIZE(decisions), others,
			  ARRAY_SIZE(others));
}
