#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

# What every exemption needs.
needed=(camera hall-1 remote 203.0.113.7 until +30d reason "firmware update" by office)

@test "all that an exemption may have" {
	good exemption add fw "${needed[@]}"
	good exemption add fw "${needed[@]}" proto tcp port 443,8000-8099 not-before 2020-01-01 comment c
	good exemption add fw policy geoblock remote 203.0.113.0/24,2001:db8::/32 remote 192.0.2.1 until permanent reason r by b
	good exemption delete fw
}

@test "what is needed is asked for" {
	bad "the name of the exemption is missing" exemption add
	bad "whose it is" exemption add fw remote 203.0.113.7 until +30d reason r by b
	bad '"remote" is missing' exemption add fw camera c until +30d reason r by b
	bad '"until" is missing' exemption add fw camera c remote 203.0.113.7 reason r by b
	bad '"reason" is missing' exemption add fw camera c remote 203.0.113.7 until +30d by b
	bad '"by" is missing' exemption add fw camera c remote 203.0.113.7 until +30d reason r
	good exemption add fw camera c remote 203.0.113.7 until +30d reason r by b
}

@test "for a camera or a policy" {
	bad "not for both" exemption add fw "${needed[@]}" policy p
	bad '"camera" is given twice' exemption add fw "${needed[@]}" camera c
	good exemption add fw "${needed[@]}"
}

@test "remotes" {
	for remote in 203.0.113 203.0.113.0/33 203.0.113.1-203.0.113.9 routr ::ffff:192.0.2.1 "" "192.0.2.1," ,192.0.2.1; do
		bad 'remote "' exemption add fw camera c remote "$remote" until +30d reason r by b
	done
	bad "for all of the prefix: 10.0.0.0/8" exemption add fw camera c remote 10.1.2.3/8 until +30d reason r by b
	good exemption add fw camera c remote 10.0.0.0/8 until +30d reason r by b
	good exemption add fw camera c remote 10.1.2.3 until +30d reason r by b
	good exemption add fw camera c remote router until +30d reason r by b
	good exemption add fw camera c remote 10.1.2.3,router remote set nvr,vendor until +30d reason r by b
	bad '"remote set" has no value' exemption add fw camera c remote set
	bad 'remote set "": an empty name' exemption add fw camera c remote set nvr, until +30d reason r by b
	bad 'remote set "a/b"' exemption add fw camera c remote set a/b until +30d reason r by b
}

@test "directions" {
	for dir in out in both; do
		good exemption add fw "${needed[@]}" dir $dir
	done
	bad 'did you mean "both"?' exemption add fw "${needed[@]}" dir bth
	bad '"dir" has no value' exemption add fw "${needed[@]}" dir
	bad '"dir" is given twice' exemption add fw "${needed[@]}" dir in dir out
}

@test "ICMP types, by number or name" {
	good exemption add fw "${needed[@]}" icmp-type echo-request,0 proto icmp
	good exemption add fw "${needed[@]}" proto icmpv6 icmp-type 128,nd-neighbor-solicit
	bad 'icmp-type "echo-requst": not known; did you mean "echo-request"?' exemption add fw "${needed[@]}" proto icmp icmp-type echo-requst
	[[ $output == *"expected such as echo-request, echo-reply or a number up to 255"* ]]
	bad 'icmp-type "nd-redirect": not known' exemption add fw "${needed[@]}" proto icmp icmp-type nd-redirect
	bad 'icmp-type "256"' exemption add fw "${needed[@]}" proto icmp icmp-type 256
	bad 'icmp-type ""' exemption add fw "${needed[@]}" proto icmp icmp-type 8,
	for proto in "" "proto tcp" "proto 50"; do
		# shellcheck disable=SC2086 # two words, or none
		bad "icmp-type: only with proto icmp or icmpv6" exemption add fw "${needed[@]}" icmp-type 8 $proto
	done
	bad '"icmp-type" is given twice' exemption add fw "${needed[@]}" proto icmp icmp-type 8 icmp-type 0
}

@test "10,000 prefixes" {
	args=()
	for i in {0..39}; do
		args+=(remote "$(printf "10.$i.%d.0/24," {0..248})10.$i.249.0/24")
	done
	good exemption add fw camera c "${args[@]}" until +30d reason r by b
}

@test "a service's parts are its policy's" {
	bad "is a part of a service of its policy" exemption delete service:dhcp:00000000.0
	[[ $output == *"camfence policy set P service"* ]]
	bad "a name cannot have : or /" exemption delete a:b
	good exemption delete a
}

@test "replace takes what add takes" {
	good exemption replace fw "${needed[@]}"
	bad '"until"' exemption replace fw camera c remote 203.0.113.7 reason r by b
}

@test "extend: a name, and an end to come" {
	for until in +30d 2099-12-31 permanent; do
		good exemption extend fw until $until
	done
	bad "the name of the exemption is missing" exemption extend
	bad '"until" is missing' exemption extend fw
	bad '"until" has no value' exemption extend fw until
	bad 'until "2020-01-01": is over already' exemption extend fw until 2020-01-01
	bad 'time "tomorrow"' exemption extend fw until tomorrow
	bad 'did you mean "until"?' exemption extend fw untl +30d
	bad '"by" is no keyword here' exemption extend fw until +30d by me
	bad "is a part of a service of its policy" exemption extend service:dhcp:00000000.0 until +30d
}

@test "protocols and ports" {
	for proto in tcp udp sctp dccp icmp icmpv6 0 50 255; do
		good exemption add fw "${needed[@]}" proto "$proto"
	done
	bad 'proto "tpc": not known; did you mean "tcp"?' exemption add fw "${needed[@]}" proto tpc
	bad 'proto "256"' exemption add fw "${needed[@]}" proto 256
	for port in 0 65536 90-80 http "80," 80-90-100 ""; do
		bad 'port "' exemption add fw "${needed[@]}" proto tcp port "$port"
	done
	for port in 1 65535 80-90 80,443 80-80; do
		good exemption add fw "${needed[@]}" proto tcp port "$port"
	done
	bad "port: only with proto tcp" exemption add fw "${needed[@]}" port 443
	bad "local-port: only with proto tcp" exemption add fw "${needed[@]}" proto icmp local-port 443
	bad 'local-port "http": expected such as 443' exemption add fw "${needed[@]}" proto tcp local-port http
	good exemption add fw "${needed[@]}" proto tcp local-port 80 local-port 443,8000-8099 port 1024-65535
	bad "port: only with proto tcp" exemption add fw "${needed[@]}" proto icmp port 443
	good exemption add fw "${needed[@]}" port 443 proto udp
}

@test "times" {
	until_is() { "$1" "${@:3}" exemption add fw camera c remote 203.0.113.7 reason r by b until "$2"; }
	for t in 2099-12-31 2099-12-31T08:30Z 2099-12-31T08:30:15Z +30d +2w +12h +45m permanent; do
		until_is good "$t"
	done
	for t in 2099-02-29 2099-13-01 2099-1-1 31.12.2099 2099-12-31T08:30 2099-12-31T25:00Z +30 +0d +d tomorrow ""; do
		until_is bad "$t" "time \"$t\""
	done
	until_is bad 2020-01-01 "is over already"
	# The end of today is to come.
	until_is good "$(date -u +%F)"
	until_is bad "$(date -u -d yesterday +%F)" "is over already"
}

@test "an end before the beginning" {
	bad "over (until) before it begins" exemption add fw "${needed[@]}" not-before +31d
	bad "over (until) before it begins" exemption add fw "${needed[@]}" not-before +30d
	good exemption add fw "${needed[@]}" not-before +29d
	bad 'time "permanent"' exemption add fw "${needed[@]}" not-before permanent
}

@test "misspelt and repeated" {
	bad 'did you mean "until"?' exemption add fw "${needed[@]}" untl +30d
	bad '"until" is given twice' exemption add fw "${needed[@]}" until +30d
	bad '"reason" is given twice' exemption add fw "${needed[@]}" reason r
	bad "reason: empty" exemption add fw camera c remote 203.0.113.7 until +30d reason "" by b
	good exemption add fw "${needed[@]}"
}
