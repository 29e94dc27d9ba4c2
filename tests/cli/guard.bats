#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Guards that need no kernel. There is one configuration that none of them refuses; each is met by changing it in one
# respect, is passed by --force and for good, and by no other guard's name.

# shellcheck disable=SC2154 # output is bats'
bats_require_minimum_version 1.5.0

setup() {
	C=${CAMFENCE:-$BATS_TEST_DIRNAME/../../build/camfence}
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >good.yaml <<-YAML
		version: 1
		sets:
		  cn: {ranges: [1.0.0.0/8, "2400::/12"]}
		  nvr: {ranges: [10.20.9.10, "fd00:20:9::10"]}
		policies:
		  geoblock: {}
		  isolate: {allow: nvr}
		  count: {block: cn, action: audit}
		catch:
		  unknown: {iif: eth3, policy: isolate}
		cameras:
		  hall: {mac: "00:00:5e:00:53:01", addr: [10.20.0.11, "fd00:20::11"], policy: geoblock}
		  yard: {net: [10.20.1.0/24, "fd00:20:1::/64"], policy: isolate}
		  gate: {mac: "00:00:5e:00:53:02", policy: count}
		exemptions:
		  fw: {camera: hall, remote: [1.2.4.0/24, 1.3.0.0/16], proto: tcp, port: 443, until: permanent, by: b, reason: r}
		  in: {policy: geoblock, remote: {set: cn}, proto: tcp, local-port: 443, until: permanent, by: b, reason: r, force: wide}
		  rec: {camera: yard, remote: 10.20.8.0/24, until: permanent, by: b, reason: r}
		  ntp: {camera: yard, remote: router, proto: udp, port: 123, until: permanent, by: b, reason: r}
	YAML
	run -0 "$C" check good.yaml
	echo "$output"
}

# met GUARD LINE SENTENCE SED FOR-GOOD: the changed configuration is refused by this guard alone, at this line;
# FOR-GOOD changes it further, so that it says so itself
met() {
	sed "$4" good.yaml >conf.yaml
	run ! cmp -s conf.yaml good.yaml
	run -1 "$C" check conf.yaml
	echo "$output"
	[[ ${lines[0]} == "conf.yaml:$2: $3"* ]]
	[ "${lines[1]}" = "  if that is meant: --force=$1" ]
	[ "${lines[2]}" = "  or for good: force: $1" ]
	[ "${#lines[@]}" -eq 3 ]
	run -0 "$C" check conf.yaml --force="$1"
	run -0 "$C" --force="$1,shared" check conf.yaml
	run -1 "$C" check conf.yaml --force=shared,one-family,flush
	sed "$5" conf.yaml >meant.yaml
	run ! cmp -s conf.yaml meant.yaml
	run -0 "$C" check meant.yaml
}

# passes SED: what is like it is not refused
passes() {
	sed "$1" good.yaml >conf.yaml
	run ! cmp -s conf.yaml good.yaml
	run -0 "$C" check conf.yaml
}

@test "empty" {
	met empty 4:3 'set "nvr": has no address' '4s/\[.*\]/[]/' '4s/}/, force: empty}/'
	passes '4s/\[.*\]/[10.20.9.10]/'
}

@test "coverage" {
	met coverage 4:3 'set "nvr": covers more than half' '4s,\[.*\],[0.0.0.0/1\, 128.0.0.0/1],; /rec:/d' \
		'4s/}/, force: coverage}/'
	met coverage 4:3 'set "nvr": covers more than half' '4s,\[.*\],["2000::/4"\, "3000::/128"],' '4s/}/, force: coverage}/'
	passes '4s,\[.*\],["2000::/4"\, "4000::/2"\, "8000::/1"],'
	# Private addresses do not count.
	passes '4s,\[.*\],[10.0.0.0/8\, 224.0.0.0/3],; /rec:/d'
}

@test "own-address: of cameras" {
	met own-address 3:3 'set "cn": has 10.20.0.11 of camera "hall" in it, and policy "count" blocks it' \
		'3s,1.0.0.0/8,1.0.0.0/8\, 10.20.0.8/29,' '3s/}/, force: [own-address]}/'
	met own-address 3:3 'set "cn": has 10.20.1.0/24 of camera "yard"' '3s,1.0.0.0/8,1.0.0.0/8\, 10.20.1.255,' \
		'3s/}/, force: [own-address]}/'
	passes '3s,1.0.0.0/8,1.0.0.0/8\, 10.20.0.12/30,'
	# Who allows it blocks nothing.
	passes '4s,10.20.9.10,10.20.9.10\, 10.20.0.11,'
}

@test "blocks-nothing" {
	met blocks-nothing 6:3 'policy "geoblock": passes everything, and camera "hall" is under it' \
		'6s/{}/{block: []}/; /  fw:/d; /  in:/d' '6s/}/, force: blocks-nothing}/'
	met blocks-nothing 7:3 'policy "isolate": passes everything, and catch "unknown" is under it' \
		'7s/allow: nvr/default: pass/; /yard/d' '7s/}/, force: blocks-nothing}/'
	# Nobody is under it; and one that only counts blocks something.
	passes '7s/$/\n  open: {}/'
}

@test "allowed-but-caught: in a subnet of cameras" {
	met allowed-but-caught 4:3 'set "nvr": policy "isolate" allows 10.20.1.9, which camera "yard" takes for a camera, by net 10.20.1.0/24' \
		'4s/10.20.9.10/10.20.1.9/' '4s/}/, force: allowed-but-caught}/'
	# Registered; all of the subnet allowed; a subnet that is not dropped.
	passes '4s/10.20.9.10/10.20.1.9/; 11s/$/\n  rec: {mac: "00:00:5e:00:53:09", addr: 10.20.1.9, policy: geoblock}/'
	passes '4s,10.20.9.10,10.20.0.0/16,; /rec:/d'
	passes '4s/10.20.9.10/10.20.1.9/; /yard: /s/isolate/geoblock/; /rec:/d; /ntp:/d'
}

@test "wide" {
	met wide 16:3 'exemption "fw": is for more public addresses than a /8' '16s,1.3.0.0/16,2.0.0.0/8,' '16s/}/, force: wide}/'
	met wide 16:3 'exemption "fw": is for more public addresses than a /8' '16s,1.3.0.0/16,"2a00::/18",' '16s/}/, force: wide}/'
	met wide 17:3 'exemption "in": is for more' '17s/, force: wide//' '17s/reason: r/&, force: wide/'
	passes '16s,1.2.4.0/24\, 1.3.0.0/16,1.0.0.0/8\, "2a00::/19",'
	passes '18s,10.20.8.0/24,10.0.0.0/8\, "fc00::/7",; 18s/remote: \(.*\), until/remote: [\1], until/'
}

@test "all-ports" {
	met all-ports 16:3 'exemption "fw": is for public addresses and all ports' '16s/, port: 443//' '16s/}/, force: all-ports}/'
	met all-ports 16:3 'exemption "fw": is for public addresses and every protocol' '16s/, proto: tcp, port: 443//' '16s/}/, force: all-ports}/'
	passes '16s/proto: tcp, port: 443/proto: icmp/'
	passes '16s/ port: 443/ local-port: 443/'
}

@test "unreachable" {
	met unreachable 16:3 'exemption "fw": opens nothing: policy "geoblock" lets these remotes pass anyway' \
		'16s,\[.*\],9.9.9.9,' '16s/}/, force: unreachable}/'
	met unreachable 18:3 'exemption "rec": opens nothing: policy "isolate" lets' '18s,10.20.8.0/24,10.20.9.10,; 18s/, until/, proto: tcp, until/' \
		'18s/}/, force: unreachable}/'
	# Tunnels need it; a part of it is blocked; the router is no remote of sets.
	passes '18s,10.20.8.0/24,10.20.9.10,'
	passes '16s,1.3.0.0/16,9.9.9.9,'
	passes '16s,\[.*\],9.9.9.9,; 16s/proto: tcp, port: 443/proto: 50/'
	passes '16s,\[.*\],9.9.9.9,; 16s/proto: tcp, port: 443/proto: udp, port: 4000-5000/'
	met unreachable 17:3 'exemption "again": opens nothing: exemption "a" lets the same pass, and goes before it' \
		'16s/fw:/a:/; 17s/.*/  again: {camera: hall, remote: [1.2.4.0\/24, 1.3.0.0\/16], proto: tcp, port: 443, until: 2099-12-31, by: c, reason: s}/' \
		'17s/}/, force: unreachable}/'
	# Later, or by another name that is asked first, it is not the same.
	passes '16s/until: permanent/until: 2098-12-31/; 17s/.*/  gain: {camera: hall, remote: [1.2.4.0\/24, 1.3.0.0\/16], proto: tcp, port: 443, until: 2099-12-31, by: c, reason: s}/'
	met unreachable 16:3 'exemption "fw": opens nothing: exemption "a" lets the same' \
		'17s/.*/  a: {policy: geoblock, remote: [1.2.4.0\/24, 1.3.0.0\/16], dir: both, proto: tcp, until: permanent, by: c, reason: s, force: all-ports}/' '16s/}/, force: unreachable}/'
}
