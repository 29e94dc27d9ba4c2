#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# camfence.yaml(5) has the keys of the schema, section by section, and no others. The tool tells them: a key that it
# does not know is answered with those that it does.

# shellcheck disable=SC2154 # output is bats'
bats_require_minimum_version 1.5.0

setup() {
	TOP=$BATS_TEST_DIRNAME/../..
	C=${CAMFENCE:-$TOP/build/camfence}
	MANUAL=$TOP/share/man/camfence.yaml.5
	PAGE=$MANUAL
	cd "$BATS_TEST_TMPDIR" || return 1
}

# tell SECTION YAML: its keys; YAML has the key "?" in it
tell() {
	echo "$2" >ask.yaml
	"$C" check ask.yaml 2>&1 | sed -n 's/^  expected //p' | sed 's/, /\n/g' | sed "s/^/$1: /"
}

tool_keys() {
	tell FILE '{"?": 1}'
	tell SETS '{sets: {x: {"?": 1}}}'
	tell POLICIES '{policies: {x: {"?": 1}}}'
	tell CATCH '{catch: {x: {"?": 1}}}'
	tell INVENTORY '{inventory: {"?": 1}}'
	tell COLUMNS '{inventory: {columns: {"?": 1}}}'
	tell CAMERAS '{cameras: {x: {"?": 1}}}'
	tell EXEMPTIONS '{exemptions: {x: {"?": 1}}}'
}
page_keys() { awk '/^\.Ss/ { section = $2 } /^\.It Cm/ { print section ": " $3 }' "$PAGE"; }

# The words that a key may have, and those in its item of the page
tool_words() {
	tell default '{policies: {x: {default: "?"}}}'
	tell action '{policies: {x: {action: "?"}}}'
	tell format '{sets: {x: {format: "?"}}}'
	tell dir '{exemptions: {x: {dir: "?"}}}'
}
page_words() {
	awk '/^\.It Cm/ { key = $3; next } /^\.[SEB][hls]/ { key = "" }
		/^\.Cm/ && key ~ /^(default|action|format|dir)$/ { print key ": " $2 }' "$PAGE"
}

differences() {
	diff <(tool_keys | sort) <(page_keys | sort)
	diff <(tool_words | sort) <(page_words | sort)
}

@test "there is something to compare" {
	[ "$(tool_keys | wc -l)" -ge 60 ]
	[ "$(tool_words | wc -l)" -ge 11 ]
}

@test "the page has the keys of the schema, and no others" {
	run differences
	echo "$output"
	[ -z "$output" ]
}

@test "what only one of them has is found" {
	for plant in '/^\.It Cm max-age$/d' 's/^\.It Cm nat64$/.It Cm nat46/' 's/^\.It Cm one-family$/&\n.It Cm two-families/' \
		's/^\.Cm reject$/.Cm refuse/' '/^\.Ss COLUMNS/d'; do
		sed "$plant" "$MANUAL" >page
		run ! cmp -s page "$MANUAL"
		PAGE=page
		run differences
		echo "$plant: $output"
		[ -n "$output" ]
	done
}

@test "the example is right" {
	sed -n '/^\.Bd -literal/,/^\.Ed/p' "$MANUAL" | sed '1d;$d' >example.yaml
	printf 'Navn,MAC-adresse,Forvaltning\nhall-2,00:00:5e:00:53:02,Kultur\n' >cameras.csv
	run -0 "$C" check example.yaml
	[[ $output == "example.yaml: 2 sets with "*" ranges, 4 policies, 2 cameras, 1 catch, 1 exemption" ]]
	sed -i 's/tor-geoipdb/tor-geoip/' example.yaml
	run -1 "$C" check example.yaml
}
