#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# What explain says, word for word, of a configuration; and what it takes.

load common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	printf '%s\n' 1.2.3.0/24 '# more' 1.2.4.0/24 2001:250::/32 >cn.txt
	cat >c.yaml <<-END
		version: 1
		sets:
		  cn:  {source: cn.txt}
		  nvr: {ranges: [10.20.9.10, 1.2.4.9]}
		  own: {ranges: [1.2.4.0/23]}
		policies:
		  geoblock: {default: pass, block: [cn]}
		  mixed:    {default: pass, allow: [nvr], block: [own, cn]}
		  isolate:  {default: drop, allow: [nvr], services: [ntp]}
		catch:
		  unknown: {iif: eth9, policy: isolate}
		cameras:
		  hall:  {mac: "02:ca:00:00:00:14", addr: 10.20.0.14, policy: geoblock}
		  gate:  {addr: 10.20.0.12, policy: isolate, one-family: true}
		  dock:  {mac: "02:ca:00:00:00:15", policy: mixed}
		  yard:  {net: 10.20.30.0/24, policy: geoblock, one-family: true}
		  wide:  {net: 10.20.0.0/16, policy: isolate, one-family: true}
		  brand: {oui: "02:ca:01", policy: geoblock}
		exemptions:
		  fw:   {camera: hall, remote: 1.2.4.8, proto: tcp, port: 443, until: permanent, by: ann, reason: firmware}
		  old:  {policy: geoblock, remote: 1.2.4.0/24, proto: tcp, port: [80, 443], until: 2027-01-01, by: ann, reason: was}
		  cam:  {camera: hall, remote: 1.2.4.8, dir: in, proto: tcp, local-port: 554, until: permanent, by: ann, reason: view}
	END
	# One that is over cannot be written any more: the clock is not the test's.
	sed -i 's/until: 2027-01-01/until: permanent, not-before: 2999-01-01/' c.yaml
}

# explained WORDS: by the configuration, in OUTPUT
explained() { run -0 "$C" explain --offline "$BATS_FILE_TMPDIR/c.yaml" "$@"; }

# says LINE...: it is these lines, blanks squeezed, CFG for the directory
says() {
	local line have

	have=$(sed "s|$BATS_FILE_TMPDIR|CFG|g; s/  */ /g; s/^ //" <<<"$output")
	for line; do printf '%s\n' "$line"; done | diff - <(printf '%s\n' "$have")
}

# has LINE: it is one of the lines
has() {
	sed "s|$BATS_FILE_TMPDIR|CFG|g; s/  */ /g; s/^ //" <<<"$output" | grep -qxF -- "$1" || {
		printf 'expected: %s\ngot: %s\n' "$1" "$output"
		return 1
	}
}

@test "a drop, step by step" {
	explained camera hall to 1.2.4.8 tcp 80
	says "drop block camera hall policy geoblock set cn" \
		"packet 10.20.0.14 > 1.2.4.8 tcp 49152 > 80 from 02:ca:00:00:00:14 forward new" \
		"sender camera hall, by mac 02:ca:00:00:00:14 and addr 10.20.0.14" \
		"receiver not looked at, for the sender may not send it" \
		"policy geoblock of hall: allow none, block cn, default pass, action drop" \
		"exemption cam does not match: dir in is for what the remote begins; local-port is 49152, it is for 554" \
		"exemption fw does not match: port is 80, it is for 443" \
		"exemption old does not match: not before 2999-01-01T00:00:00Z" \
		"set cn has 1.2.3.0-1.2.4.255, by CFG/cn.txt:3" \
		"set own has 1.2.4.0/23, by CFG/c.yaml:5:3" \
		"verdict drop, block: geoblock blocks cn" \
		'change camfence exemption add hall-tcp-80 camera hall remote 1.2.4.8 proto tcp port 80 until +30d reason "…" by NAME'
}

@test "a pass, and its reply" {
	explained camera hall to 1.2.4.8 tcp 443
	says "pass exemption camera hall policy geoblock exemption fw" \
		"packet 10.20.0.14 > 1.2.4.8 tcp 49152 > 443 from 02:ca:00:00:00:14 forward new" \
		"sender camera hall, by mac 02:ca:00:00:00:14 and addr 10.20.0.14" \
		"receiver 1.2.4.8: no camera's" \
		"policy geoblock of hall: allow none, block cn, default pass, action drop" \
		"exemption fw matches, permanent" \
		"set cn has 1.2.3.0-1.2.4.255, by CFG/cn.txt:3" \
		"set own has 1.2.4.0/23, by CFG/c.yaml:5:3" \
		"verdict pass, exemption: exemption fw lets it pass" \
		"change camfence exemption delete fw"
	explained camera hall to 1.2.4.8 tcp 443 reply
	has "pass reply camera hall policy geoblock exemption fw"
	has "packet 1.2.4.8 > 10.20.0.14 tcp 443 > 49152 to 02:ca:00:00:00:14 forward reply"
	has "exemption fw matches the flow that this answers, permanent"
	explained camera hall to 1.2.4.8 tcp 443 untracked
	has "exemption fw does not match: dir out needs a flow that conntrack knows, and this is none"
}

@test "the port is where the packet goes to, from whichever end" {
	explained camera hall from 1.2.4.8 tcp 554
	has "pass exemption camera hall policy geoblock exemption cam"
	has "packet 1.2.4.8 > 10.20.0.14 tcp 49152 > 554 to 02:ca:00:00:00:14 forward new"
	explained camera hall from 1.2.4.8 tcp 555 source-port 554
	has "drop block camera hall policy geoblock set cn"
	has "exemption cam does not match: local-port is 555, it is for 554"
}

@test "which selector made it a camera: MAC and address, subnet, OUI, interface" {
	explained from 10.20.0.14 mac 02:ca:00:00:00:99 to 198.51.100.8 udp 53
	has "sender camera hall, by addr 10.20.0.14"
	explained from 10.20.30.7 to 198.51.100.8 udp 53
	has "sender camera yard, by net 10.20.30.0/24"
	explained from 10.20.31.7 mac 02:ca:01:00:00:01 to 198.51.100.8 udp 53
	has "sender camera wide, by net 10.20.0.0/16"
	explained from 10.21.0.1 mac 02:ca:01:00:00:01 iif eth9 to 198.51.100.8 udp 53
	has "sender camera brand, by oui 02:ca:01"
	explained from 10.21.0.1 mac 02:ca:09:00:00:01 iif eth9 to 198.51.100.8 udp 53
	has "sender catch unknown, by iif eth9"
	explained from 10.21.0.1 mac 02:ca:09:00:00:01 to 198.51.100.8 udp 53
	has "sender 10.21.0.1 at 02:ca:09:00:00:01: no camera's"
	has "receiver 198.51.100.8: no camera's; with its mac it may be one known by that alone"
	has "verdict pass: no camera at either end"
}

@test "a name stands for what its camera is known by" {
	explained camera dock to 2001:250::8 icmp
	has "packet :: > 2001:250::8 icmpv6 type echo-request from 02:ca:00:00:00:15 forward new"
	explained camera dock addr 10.20.0.15 to 198.51.100.8 icmp echo-reply
	has "packet 10.20.0.15 > 198.51.100.8 icmp type echo-reply from 02:ca:00:00:00:15 forward untracked"
	explained camera yard to 198.51.100.8 proto 47
	has "packet 10.20.30.1 > 198.51.100.8 47 forward new"
	explained camera unknown to 198.51.100.8 udp 53
	has "packet 0.0.0.0 > 198.51.100.8 udp 49152 > 53 in eth9 forward new"
	explained camera gate to 10.20.0.1 udp 53 at local-in reply
	has "packet 10.20.0.1 > 10.20.0.12 udp 53 > 49152 local-out reply"
	has "sender 10.20.0.1: the router"
}

@test "sets in the policy's order, services by their name, written forms" {
	explained camera dock to 1.2.4.8 tcp 443
	has "drop block camera dock policy mixed set own"
	has "verdict drop, block: mixed blocks own"
	explained camera dock to 1.2.4.9 tcp 443
	has "pass allow camera dock policy mixed set nvr"
	has "change camfence set remove nvr 1.2.4.9"
	explained camera gate to 10.20.0.1 udp 123 at local-in
	has "exemption service ntp matches, permanent"
	explained camera gate to 10.20.0.1 udp 124 at local-in
	has "exemption service ntp does not match: port is 124, it is for 123"
	explained camera hall to 64:ff9b::102:408 udp 53
	has "remote 64:ff9b::102:408 is a way to write 1.2.4.8"
	explained camera hall to 2002:102:408::1 udp 53
	has "remote 2002:102:408::1 is a way to 1.2.4.8"
}

@test "two cameras: all that must be typed, until it passes" {
	explained camera dock addr 10.20.0.15 to camera gate tcp 80
	has "drop default_drop camera gate policy isolate"
	has "verdict pass, default_pass: in no set of mixed, whose default counts"
	has 'change camfence exemption add gate-tcp-80 camera gate remote 10.20.0.15 dir in proto tcp local-port 80 until +30d reason "…" by NAME'
	explained camera gate to camera wide addr 10.20.7.7 tcp 80
	[ "$(grep -c '^  change' <<<"$output")" -eq 2 ]
	explained camera dock to camera gate tcp 80
	has "remote 0.0.0.0 stands for an address that nobody knows: say it by addr behind the camera"
	[ "$(grep -c '^  change' <<<"$output")" -eq 0 ]
}

@test "JSON" {
	run -0 "$C" -j explain --offline "$BATS_FILE_TMPDIR/c.yaml" camera dock to 1.2.4.8 tcp 443
	[ "${#lines[@]}" -eq 1 ]
	python3 - "$output" <<-'END'
		import json, sys
		a = json.loads(sys.argv[1])
		want = {"version": 1, "verdict": "drop", "reason": "block", "camera": "dock",
		        "policy": "mixed", "set": "own", "exemption": None, "generation": None}
		assert {k: a[k] for k in want} == want, a
		assert a["packet"]["dport"] == 443 and a["packet"]["conntrack"] == "new", a
		steps = {s["step"]: s for s in a["steps"]}
		assert steps["set"]["set"] == "own" and steps["set"]["range"] == "1.2.4.0/23", a
		assert steps["change"]["command"].startswith("camfence exemption add"), a
	END
}

@test "what is asked of the kernel needs the module" {
	good explain camera hall to 1.2.4.8 tcp 443
	good -j explain from 10.0.0.1 mac 00:00:5e:00:53:01 iif eth1 to 2.2.2.2 oif eth2 icmp
	good explain camera a from camera b udp 554 source-port 7 at bridge reply
}

@test "what is wrong is named" {
	bad "where the packet comes from" explain
	bad 'camera "a": to or from whom?' explain camera a tcp 443
	bad 'camera "a": from or to it?' explain camera a from 1.1.1.1 to 2.2.2.2 tcp 443
	bad "where the packet goes" explain from 1.1.1.1 tcp 443
	bad "the protocol (such as tcp 443, udp 53, icmp) is missing" explain camera a to 2.2.2.2
	bad 'tcp "": expected a port' explain camera a to 2.2.2.2 tcp
	bad 'tcp "0": expected a port' explain camera a to 2.2.2.2 tcp 0
	bad 'udp "http": expected a port' explain camera a to 2.2.2.2 udp http
	bad "source-port: only with" explain camera a to 2.2.2.2 icmp source-port 5
	bad "two protocols are given" explain camera a to 2.2.2.2 tcp 1 udp 2
	bad 'to "2.2.2.0/24": expected one address' explain camera a to 2.2.2.0/24 tcp 1
	bad 'to "2.2.2": not an address' explain camera a to 2.2.2 tcp 1
	bad '"mac" stands behind the end' explain mac 00:00:5e:00:53:01 camera a to 2.2.2.2 tcp 1
	bad '"addr" is for a camera' explain from 1.1.1.1 addr 2.2.2.2 to 3.3.3.3 tcp 1
	bad '"at" is given twice' explain camera a to 2.2.2.2 tcp 1 at bridge at forward
	bad '"brigde" is no keyword here; did you mean "bridge"?' explain camera a to 2.2.2.2 tcp 1 at brigde
	bad "\"camera\" is given twice" explain camera a camera b to 2.2.2.2 tcp 1
	cfg=$BATS_FILE_TMPDIR/c.yaml
	bad 'there is no camera "hal"; did you mean "hall"?' explain --offline "$cfg" camera hal to 2.2.2.2 tcp 1
	bad "one end is IPv4, the other IPv6" explain --offline "$cfg" from 1.1.1.1 to ::2 tcp 1
	bad "icmp-type echo-reply: nothing answers it" explain --offline "$cfg" camera hall to 2.2.2.2 icmp echo-reply reply
	bad 'icmp-type "echo-rqeuest": not known; did you mean "echo-request"?' \
		explain --offline "$cfg" camera hall to 2.2.2.2 icmp echo-rqeuest
	bad "nowhere.yaml" explain --offline nowhere.yaml camera hall to 2.2.2.2 tcp 1
}
