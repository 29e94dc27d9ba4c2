#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

@test "all that a catch may have" {
	good catch add unknown oui 00:00:5e policy isolate
	good catch add guests iif eth2 policy isolate
	good catch add unknown oui 00:00:5e oui 00:00:5e:a iif eth2 iif eth3 policy isolate key K comment C --force=shared
	good catch delete unknown
	good catch list
}

@test "a catch has no selectors of what is registered" {
	for pair in "mac 00:00:5e:00:53:01" "addr 192.0.2.1" "net 192.0.2.0/24"; do
		# shellcheck disable=SC2086 # two words
		bad 'known by oui and iif only' catch add unknown $pair policy p
		[[ $output == *"camfence camera add NAME $pair policy P"* ]]
	done
	good catch add unknown oui 00:00:5e policy p
}

@test "what is missing, misspelt, given twice" {
	bad "the name of the catch is missing" catch add
	bad "what the catch knows them by (oui O, iif I)" catch add unknown policy p
	bad '"policy"' catch add unknown oui 00:00:5e
	bad 'is given twice' catch add unknown oui 00:00:5e oui 00-00-5e policy p
	bad 'oui "00:00:5": not an OUI' catch add unknown oui 00:00:5 policy p
	bad 'did you mean "policy"?' catch add unknown oui 00:00:5e polcy p
	bad 'catch "a:b": a name cannot have' catch add a:b oui 00:00:5e policy p
	good catch add unknown oui 00:00:5e policy p
}
