#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

M="00:00:5e:00:53:01"

@test "all that a camera may have" {
	good camera add hall-1 mac $M policy geoblock
	good camera add hall-1 addr 192.0.2.1 policy geoblock
	good camera add hall-1 policy p addr 2001:db8::1 mac $M addr 192.0.2.1 mac 00:00:5e:00:53:02 key K1 comment "Hall, 1st floor"
	good camera add "hal nord" mac $M policy "en politik"
	good camera add køkken mac $M policy geoblock
	good camera delete hall-1
}

@test "MAC addresses in any usual spelling" {
	for mac in 00:00:5E:00:53:01 00-00-5e-00-53-01 0000.5e00.5301 00005e005301; do
		good camera add c mac "$mac" policy p
	done
	for mac in 00:00:5e:00:53 00:00:5e:00:53:0g 00:00:5e-00-53-01 0000:5e00:5301 x ""; do
		bad "mac \"$mac\": not a MAC address" camera add c mac "$mac" policy p
	done
}

@test "MAC addresses that no device has" {
	bad "no device's MAC address" camera add c mac 00:00:00:00:00:00 policy p
	bad "multicast" camera add c mac 01:00:5e:00:00:01 policy p
	bad "broadcast" camera add c mac ff:ff:ff:ff:ff:ff policy p
	good camera add c mac 02:00:5e:00:00:01 policy p
}

@test "addresses that no camera has" {
	for addr in 0.0.0.0 255.255.255.255 224.0.0.1 127.0.0.1 :: ::1 ff02::1 192.0.2.0/24 192.0.2 hall; do
		bad "addr \"$addr\": " camera add c addr "$addr" policy p
	done
	bad "write the IPv4 address" camera add c addr ::ffff:192.0.2.1 policy p
	good camera add c addr 192.0.2.0 policy p
	good camera add c addr fe80::1 policy p
}

@test "what is missing, what is given twice" {
	bad "the name of the camera is missing" camera add
	bad "what the camera is known by" camera add c policy p
	bad '"policy"' camera add c mac $M
	bad '"mac" has no value' camera add c policy p mac
	bad '"policy" is given twice' camera add c policy p policy q mac $M
	bad '"key" is given twice' camera add c policy p mac $M key 1 key 2
	bad "is given twice" camera add c policy p mac $M mac 00005e005301
	good camera add c policy p mac $M mac 00005e005302
}

@test "words that are none" {
	bad 'did you mean "policy"?' camera add c mac $M polcy p
	bad '"mca" is no keyword here; did you mean "mac"?' camera add c mca $M policy p
	good camera add c mac $M policy p
	bad '"delte" is no keyword here; did you mean "delete"?' camera delte c
	good camera delete c
}

@test "texts" {
	text=$(printf 'a%.0s' {1..128})
	good camera add c mac $M policy p comment "$text" key "$text"
	bad "comment: longer than 128 bytes" camera add c mac $M policy p comment "${text}a"
	bad "key: empty" camera add c mac $M policy p key ""
	bad "comment: has control characters" camera add c mac $M policy p comment $'a\nb'
	bad "comment: not UTF-8" camera add c mac $M policy p comment $'a\xff'
	bad "a name cannot have : or /" camera add a/b mac $M policy p
	bad "a name cannot have : or /" camera add c mac $M policy a:b
}

@test "no more than 64 selectors" {
	args=()
	for i in {1..64}; do
		args+=(addr "192.0.2.$i")
	done
	good camera add c "${args[@]}" policy p
	bad "more than 64" camera add c "${args[@]}" addr 192.0.2.65 policy p
}
