#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The family as docs/netlink/camfence.yaml describes it is the uapi header's.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	bats_require_minimum_version 1.5.0
	YAML=$BATS_TEST_TMPDIR/camfence.yaml
}

same() { python3 tests/cli/netlink.py "$@"; }

# differs WHAT TEXT SED: with the YAML edited so, it is told
differs() {
	sed -E "$3" docs/netlink/camfence.yaml >"$YAML"
	run -1 same "$1" "$YAML"
	[[ $output == *"$2"* ]] || {
		echo "expected: $2"
		echo "got: $output"
		return 1
	}
}

@test "commands, attributes and enums: the same names and numbers, both ways" {
	same numbers
	differs numbers "CAMFENCE_SET_A_DATE is not described" '/name: date$/,/doc:/d'
	differs numbers "CAMFENCE_SET_A_CHECKSUM is 9 in the header, 8 in the YAML" '/name: date$/,/doc:/d'
	differs numbers "CAMFENCE_CAMERA_A_OWNER is not in the header" 's/name: key$/name: owner/'
	differs numbers "CAMFENCE_CMD_TXN_ABORT is 4 in the header, 7 in the YAML" \
		's/^( *)- name: txn-abort/&\n\1  value: 7/'
	differs numbers "CAMFENCE_EVENT_DROP is 1 in the header, 0 in the YAML" '/value-start/d'
}

@test "constants: the same values, both ways" {
	same consts
	differs consts "CAMFENCE_MAX_SETS is 63 in the header, 64 in the YAML" 's/value: 63/value: 64/'
	differs consts "CAMFENCE_MAX_NAT64 is not described" 's/name: max-nat64/name: most-nat64/'
}

@test "reasons and events mean the same" {
	same texts
	differs texts "CAMFENCE_REASON_REPLY is 'answers a flow" 's/doc: answers a flow.*/doc: an answer/'
}

@test "structs: the same members in the same order" {
	same structs
	differs structs "oui is ['u8 oui[5]', 'u8 len'] in the header" 's/len: 5$/len: 6/'
}

@test "what the description refers to is there, and everything has a text" {
	same references
	differs references "camfence.limits: a nest is of attributes" 's/nested-attributes: counts/&s/'
	differs references "txn-begin: no attribute void" 's/- empty$/- void/'
	differs references "exemption.direction: no enum way" 's/enum: direction/enum: way/'
	differs references "remote.prefix6: not as long as struct prefix6" 's/exact-len: 20/exact-len: 19/'
	differs references "event seq: no doc" '/name: seq$/,/lost/{/doc|One more|events were/d}'
}

@test "camfence-netlink(7) says what the description says" {
	page=$BATS_TEST_TMPDIR/page
	cp share/man/camfence-netlink.7 "$page"
	scripts/netlink-page "$page"
	cmp share/man/camfence-netlink.7 "$page"
	sed '/^\.It Cm count4/d' share/man/camfence-netlink.7 >"$page"
	scripts/netlink-page "$page"
	cmp share/man/camfence-netlink.7 "$page"
	sed 's/name: txn-abort/name: txn-end/' docs/netlink/camfence.yaml >"$YAML"
	scripts/netlink-page "$page" "$YAML"
	grep -q 'Ic txn-end Pq 4' "$page"
}
