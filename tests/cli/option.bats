#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

@test "options, one or both, and none" {
	good option set site geoblock
	good option set site none
	good option set nat64 2001:db8:64::/96
	good option set nat64 2001:db8:64::/96,2001:db8::/32 site "en politik"
	good option set nat64 none
	good option list
}

@test "what is missing and given twice" {
	bad "the option (site P, nat64 PREFIX) is missing" option set
	bad "the name of the policy is missing" option set site
	bad '"nat64" has no value' option set nat64
	bad '"site" is given twice' option set site a site b
	bad '"nat64" is given twice' option set nat64 none nat64 none
	bad 'nat64 "2001:db8::/96": is given twice' option set nat64 2001:db8::/96,2001:db8::/96
	bad 'did you mean "site"?' option set sit geoblock
	good option set site geoblock nat64 none
}

@test "NAT64 prefixes" {
	for prefix in 2001:db8::/33 2001:db8:: 192.0.2.0/24 ::/0 nat64 ""; do
		bad "nat64 \"$prefix\": expected an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits" option set nat64 "$prefix"
	done
	bad "that is 2001:db8::/64" option set nat64 2001:db8::1/64
	bad "bits 64 to 71" option set nat64 2001:db8::100:0:0:0/96
	bad "v4-mapped" option set nat64 ::ffff:0:0/96
	bad 'nat64 "": ' option set nat64 2001:db8::/64,
	good option set nat64 2001:db8::/64
	args=$(printf '2001:db8:%x::/48,' {1..16})
	good option set nat64 "${args%,}"
	bad "more than 16" option set nat64 "${args}2001:db8:17::/48"
}
