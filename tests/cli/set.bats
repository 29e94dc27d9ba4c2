#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

list() { printf '%s\n' "$@" >list.txt; }

@test "a list of each format" {
	list '# office' 192.0.2.0/24 198.51.100.1-198.51.100.9 '2001:db8::/32 ; net'
	good set load nvr list.txt
	good set load nvr list.txt format plain
	good set load nvr list.txt format auto
	list 16777472,16778239,CN 16777216,16777471,AU 2001:250::,2001:250::ffff,HK
	good set load cn list.txt country CN
	good set load cn list.txt country cn,HK format geoip
	good set load cn list.txt list.txt country CN,AU
}

@test "standard input" {
	run -3 "$C" set load nvr - <<<192.0.2.1
	run -1 "$C" set load nvr - <<<192.0.2.300
	[[ ${lines[0]} == 'stdin:1: "192.0.2.300": '* ]]
	run -1 "$C" set load nvr - </dev/null
	[[ $output == *"no address in any file"* ]]
}

# scripts/deps installs it; on a machine of one's own it may be missing.
@test "Debian's list of China" {
	[ -e /usr/share/tor/geoip6 ] || skip "needs tor-geoipdb"
	good set load cn /usr/share/tor/geoip /usr/share/tor/geoip6 country CN,HK,MO
	bad "country QQ: no range of it" set load cn /usr/share/tor/geoip country CN,QQ
	bad "which countries" set load cn /usr/share/tor/geoip
}

@test "a line that is no address: where, what, what was expected" {
	list 192.0.2.1 192.0.2.0/33
	run -1 "$C" set load nvr list.txt
	[[ ${lines[0]} == 'list.txt:2: "192.0.2.0/33": not a prefix length, expected 0 to 32'* ]]
	[ "${lines[1]}" = "nothing was loaded" ]
	list 192.0.2.1 192.0.2.0/32
	good set load nvr list.txt

	list 1,2,CN 3,x,CN
	run -1 "$C" set load cn list.txt country CN
	[[ ${lines[0]} == 'list.txt:2: "3,x,CN": '*expected* ]]
	list 1,2,CN 3,4,CN
	good set load cn list.txt country CN
}

@test "lines of several files, each with its file" {
	echo bad1 >a
	printf '192.0.2.1\nbad2\n' >b
	run -1 "$C" set load nvr a b
	[[ ${lines[0]} == 'a:1: "bad1"'* ]]
	[[ ${lines[1]} == 'b:2: "bad2"'* ]]
	echo 192.0.2.2 >a
	echo 192.0.2.2 >b
	good set load nvr a b
}

@test "ten wrong lines are shown, the rest is counted" {
	seq -f 'wrong %.0f' 25 >list.txt
	run -1 "$C" set load nvr list.txt
	[ "${#lines[@]}" -eq 12 ]
	[[ ${lines[9]} == "list.txt:10: "* ]]
	[[ ${lines[10]} == *"15 more"* ]]
}

@test "order, overlaps, duplicates, host bits, line ends are normal" {
	printf '\xef\xbb\xbf10.1.2.3/8\r\n\r\n10.0.0.0/9\r\n1.1.1.1\r\n1.1.1.1\r\n1.1.1.1' >list.txt
	good set load nvr list.txt
	printf '10.1.2.3/8\r\n10.0.0.0 /9\r\n' >list.txt
	bad 'list.txt:2: "10.0.0.0 /9"' set load nvr list.txt
}

@test "a range the wrong way round" {
	list 192.0.2.9-192.0.2.1
	bad "list.txt:1: \"192.0.2.9-192.0.2.1\": the range ends before it starts" set load nvr list.txt
	list 192.0.2.1-192.0.2.9
	good set load nvr list.txt
}

@test "IPv4 in IPv6 spelling would match nothing" {
	for bad in ::ffff:192.0.2.1 ::ffff:0:0/96 64:ff9b::c000:201 64:ff9b::/100; do
		list "$bad"
		bad "write the IPv4 address" set load nvr list.txt
		bad "write the IPv4 address" set add nvr "$bad"
		bad "write the IPv4 address" set test nvr "$bad"
	done
	list 192.0.2.1 64:ff9b:1::/48 ::/1
	good set load nvr list.txt
}

@test "nothing in it" {
	: >list.txt
	bad "an empty set would protect nothing" set load nvr list.txt
	list '# nothing' ''
	bad "an empty set would protect nothing" set load nvr list.txt
	list '# something' '' 192.0.2.1
	good set load nvr list.txt
}

@test "countries and formats must fit" {
	list 192.0.2.1
	bad "list.txt: is plain text" set load nvr list.txt country CN
	bad 'country "CHN"' set load nvr list.txt country CHN
	bad 'format "geo"' set load nvr list.txt format geo
	bad '"country" has no value behind it' set load nvr list.txt country
	bad '"contry" is no keyword here; did you mean "country"?' set load nvr list.txt country CN contry HK
	list 1,2,CN
	bad "list.txt: is a geoip list" set load nvr list.txt
	bad "country HK: no range" set load nvr list.txt country HK,CN
	good set load nvr list.txt country CN
}

@test "files that are none" {
	bad "missing.txt: No such file" set load nvr missing.txt
	mkdir missing.txt
	bad "missing.txt: is a directory" set load nvr missing.txt
	printf '\x1f\x8b\x08\x00' >list.gz
	bad "make it text: zcat 'list.gz' >FILE" set load nvr list.gz
	printf '\xff\xfe1\x00' >list.txt
	bad "iconv" set load nvr list.txt
	printf '192.0.2.1\n192.0.2.2\0\n' >list.txt
	bad "list.txt:2: " set load nvr list.txt
}

@test "names of sets" {
	list 192.0.2.1
	long=$(printf 'a%.0s' {1..63})
	good set load "$long" list.txt
	bad "longer than 63 bytes" set load "${long}a" list.txt
	good set load "nvr nord" list.txt
	bad "cannot have : or /" set load a:b list.txt
	bad "no comma" set load a,b list.txt
	bad 'not "none"' set load none list.txt
	bad "an empty name" set load "" list.txt
}

@test "add, remove, test take addresses, prefixes, ranges" {
	for command in add remove test; do
		good set "$command" cn 192.0.2.1
		good set "$command" cn 192.0.2.0/24 192.0.2.1-192.0.2.9 2001:db8::/32 2001:db8::1
		bad "an address is missing" set "$command" cn
		bad '"192.0.2": not an address' set "$command" cn 192.0.2.1 192.0.2
		bad "the range ends before it starts" set "$command" cn 192.0.2.9-192.0.2.1
	done
	run -1 "$C" set add cn a 192.0.2.1 b
	[ "${#lines[@]}" -eq 2 ]
	good set delete cn
}

@test "a million lines in a second" {
	awk 'BEGIN { for (i = 0; i < 1000000; i++) print int(i / 65536) + 1 "." int(i / 256) % 256 "." i % 256 ".0/25" }' >list.txt
	start=$(date +%s%N)
	good set load big list.txt
	took=$((($(date +%s%N) - start) / 1000000))
	echo "$took ms"
	# A bound against gross mistakes only: this machine may be busy.
	[ "$took" -lt 3000 ]
}

@test "export" {
	good set export cn
	good -j set export cn
	bad "the name of the set is missing" set export
	bad '"cn.txt" is no keyword here' set export cn cn.txt
}
