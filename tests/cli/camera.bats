#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

M="00:00:5e:00:53:01"

@test "all that a camera may have" {
	good camera add hall-1 mac $M policy geoblock
	good camera add hall-1 addr 192.0.2.1 addr 2001:db8::1 policy geoblock
	good camera add hall-1 net 192.0.2.0/24 oui 00:00:5e iif eth1 mac $M addr 198.51.100.1 policy geoblock
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
	good camera add c addr 192.0.2.0 addr fe80::1 policy p
}

@test "subnets: host bits are an error that names what may have been meant" {
	bad "bits are set behind its length; the subnet is 192.0.2.0/24" camera add c net 192.0.2.9/24 mac $M policy p
	[[ $output == *"without the length: addr 192.0.2.9"* ]]
	good camera add c net 192.0.2.0/24 mac $M policy p
	bad "the subnet is 2001:db8::/64" camera add c net 2001:db8::9/64 mac $M policy p
	good camera add c net 2001:db8::/64 mac $M policy p
	for net in 192.0.2.9 192.0.2.9/32 2001:db8::/128; do
		bad "written as addr" camera add c net $net mac $M policy p
	done
	bad "all addresses there are" camera add c net 0.0.0.0/0 mac $M policy p
	for net in 224.0.0.0/4 ff02::/16 127.0.0.0/8 192.0.2.0/33 192.0.2.0-192.0.2.9 lan ""; do
		bad "net \"$net\": " camera add c net "$net" mac $M policy p
	done
}

@test "OUIs: the digits tell how many bits" {
	for oui in 00:00:5e 00-00-5E 0000.5e 00005e 00:00:5e:a 00005ea 00:00:5e:00:5 0000.5e00.5; do
		good camera add c oui $oui policy p
	done
	bad "a whole MAC address; write mac" camera add c oui $M policy p
	for oui in 00:00:5 00:00:5e:00 00:00:5e/24 00:00-5e 01:00:5e hikvision ""; do
		bad "oui \"$oui\": " camera add c oui "$oui" policy p
	done
}

@test "interfaces, which need not exist" {
	for iif in eth1 br-lan eth1.10 0123456789abcde; do
		good camera add c iif $iif policy p
	done
	for iif in 0123456789abcdef a/b "a b" a:b . lo ""; do
		bad "iif \"$iif\": " camera add c iif "$iif" policy p
	done
}

@test "addresses of one family only: refused unless it is meant" {
	bad 'camera "c": is not known by its IPv6 packets' camera add c addr 192.0.2.1 net 198.51.100.0/24 policy p
	[[ $output == *"give its MAC address (mac M) or its IPv6 address"* ]]
	[[ $output == *"if that is meant: --force=one-family"* ]]
	good camera add c addr 192.0.2.1 net 198.51.100.0/24 policy p --force=one-family
	good --force=one-family camera add c addr 192.0.2.1 policy p
	good --force one-family camera add c addr 192.0.2.1 policy p
	good camera add c --force=shared,one-family addr 192.0.2.1 policy p
	bad "one-family" camera add c addr 192.0.2.1 policy p --force=shared
	bad 'is not known by its IPv4 packets' camera add c addr 2001:db8::1 policy p
	good camera add c addr 2001:db8::1 net 192.0.2.0/24 policy p
	good camera add c addr 2001:db8::1 mac $M policy p
	good camera add c addr 2001:db8::1 oui 00:00:5e policy p
	good camera add c addr 2001:db8::1 iif eth1 policy p
}

@test "guards" {
	bad '"one-famly" is no guard; did you mean "one-family"?' camera add c addr 192.0.2.1 policy p --force=one-famly
	bad "expected empty, shrunk, coverage, " camera add c addr 192.0.2.1 policy p --force
	bad '"" is no guard' camera add c addr 192.0.2.1 policy p --force=
	bad '"everything" is no guard' --force=everything camera add c mac $M policy p
	bad "option --force needs a value" --force
	good --force=shared camera add c mac $M policy p
	# As a value it is a text like any other.
	good camera add c mac $M policy p comment --force=shared
}

@test "what is missing, what is given twice" {
	bad "the name of the camera is missing" camera add
	bad "what the camera is known by" camera add c policy p
	bad '"policy"' camera add c mac $M
	bad '"mac" has no value' camera add c policy p mac
	bad '"policy" is given twice' camera add c policy p policy q mac $M
	bad '"key" is given twice' camera add c policy p mac $M key 1 key 2
	bad "is given twice" camera add c policy p mac $M mac 00005e005301
	bad 'oui "00005e": is given twice' camera add c policy p oui 00:00:5e oui 00005e
	bad 'net "192.0.2.0/24": is given twice' camera add c policy p net 192.0.2.0/24 net 192.0.2.0/24
	bad 'iif "eth1": is given twice' camera add c policy p iif eth1 iif eth1
	good camera add c policy p oui 00:00:5e oui 00:00:5e:0
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

@test "replace takes what add takes" {
	good camera replace c mac $M policy p
	good catch replace c oui 00:00:5e policy p
	bad '"policy"' camera replace c mac $M
	bad "what the camera is known by" camera replace c policy p
	bad "--force=one-family" camera replace c addr 192.0.2.1 policy p
	bad "known by oui and iif only" catch replace c mac $M policy p
	good camera replace c addr 192.0.2.1 policy p --force=one-family
}

@test "set takes what shall change" {
	good camera set c policy p
	good camera set c mac $M mac 00005e005302 key K comment "2nd floor"
	good camera set c mac none addr 192.0.2.1 key "" comment ""
	good catch set c oui none iif eth1
	bad "what shall change is missing" camera set c
	bad "what shall change is missing" camera set c --force=shared
	bad "the name of the camera is missing" camera set
	bad '"mac none" is given beside another' camera set c mac none mac $M
	bad '"mac none" is given beside another' camera set c mac $M mac none
	bad 'mac "none": not a MAC address' camera add c mac none policy p
	bad "key: empty" camera add c mac $M policy p key ""
	bad '"policy" is given twice' camera set c policy p policy q
	bad "known by oui and iif only" catch set c mac $M
	# Whether it is known by too little then, only what is there can tell.
	good camera set c addr 192.0.2.1
}

@test "no more than 64 selectors" {
	args=()
	for i in {1..64}; do
		args+=(addr "192.0.2.$i")
	done
	good camera add c "${args[@]}" policy p --force=one-family
	bad "more than 64" camera add c "${args[@]}" addr 192.0.2.65 policy p
}

table() { printf '%s\n' "$@" >cameras.csv; }

@test "import: columns are keywords, in any order" {
	table name,mac,policy "a,$M,p"
	good camera import cameras.csv
	good camera import cameras.csv replace
	good camera import cameras.csv --force=shared
	run -3 "$C" camera import - <cameras.csv
	table 'comment;policy;addr;name;key' '"x; ""y""";p;192.0.2.1 2001:db8::1;a;K' ";p;2001:db8::2,192.0.2.2;b;"
	good camera import cameras.csv
	table $'\xef\xbb\xbfname,mac,policy\r' "a,$M,p"$'\r'
	good camera import cameras.csv
}

@test "import: all that is wrong, by file and line" {
	table name,mac,policy a,zz,p "b,$M,p" "c,$M," "b,00005e005302,p" "d,$M" '"' "e/f,$M,p"
	run -1 "$C" camera import cameras.csv
	[[ ${lines[0]} == 'cameras.csv:2: mac "zz": not a MAC address'* ]]
	[[ ${lines[1]} == 'cameras.csv:4: "policy"'*"is missing" ]]
	[[ $output == *$'\ncameras.csv:5: camera "b": is on line 3 already\n'* ]]
	[[ $output == *$'\ncameras.csv:6: 2 fields, expected 3 as in the first line\n'* ]]
	[[ $output == *$'\ncameras.csv:7: a quote begins here that does not end'* ]]
	table name,mac,policy "a,$M,p"
	good camera import cameras.csv
}

@test "import: headers" {
	table name,mca,policy "a,$M,p"
	bad 'cameras.csv:1: "mca" is no column here; did you mean "mac"?' camera import cameras.csv
	table name,mac,mac,policy "a,$M,$M,p"
	bad 'cameras.csv:1: column "mac" is there twice' camera import cameras.csv
	table mac,policy "$M,p"
	bad 'cameras.csv:1: there is no column "name"' camera import cameras.csv
	table name,mac,policy
	bad "cameras.csv: no camera is in it" camera import cameras.csv
	bad "none.csv" camera import none.csv
	bad "the file" camera import
	bad 'did you mean "replace"?' camera import cameras.csv replcae
	table name,addr,policy a,192.0.2.1,p
	bad "--force=one-family" camera import cameras.csv
	good camera import cameras.csv --force=one-family
}

@test "export" {
	good camera export
	bad "camfence -j camera list" -j camera export
	bad '"cameras.csv" is no keyword here' camera export cameras.csv
}
