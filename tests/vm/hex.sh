# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Packets in hex; @ is the nonce, 16 bytes. Sourced.

octets() {
	local hex=${1//@/00112233445566778899aabbccddeeff}

	OCTETS=$((${#hex} / 2))
}

zeros() { printf '%0*d' $(($1 * 2)) 0; }

# ip4 PROTO SRC DST PAYLOAD [OPTIONS [FRAGMENT]]: FRAGMENT is flags and offset.
# The hop limit of both families is HOPS.
HOPS=64
ip4() {
	local ihl len

	octets "${5:-}"
	ihl=$((5 + OCTETS / 4))
	octets "$4"
	len=$((ihl * 4 + OCTETS))
	# shellcheck disable=SC2086
	printf '4%x00%04x0001%s%02x%02x0000%02x%02x%02x%02x%02x%02x%02x%02x%s%s' $ihl $len \
		"${6:-0000}" $HOPS "$1" ${2//./ } ${3//./ } "${5:-}" "$4"
}

# Every address here has a ::.
hex6() {
	local IFS=: head tail word i

	read -ra head <<<"${1%%::*}"
	read -ra tail <<<"${1#*::}"
	for word in "${head[@]}"; do printf '%04x' "0x$word"; done
	for ((i = ${#head[@]} + ${#tail[@]}; i < 8; i++)); do printf 0000; done
	for word in "${tail[@]}"; do printf '%04x' "0x$word"; done
}

# ip6 NEXT-HEADER SRC DST PAYLOAD [LENGTH]
ip6() {
	octets "$4"
	printf '60000000%04x%02x%02x%s%s%s' "${5:-$OCTETS}" "$1" $HOPS "$(hex6 "$2")" \
		"$(hex6 "$3")" "$4"
}

# udp DPORT [PAYLOAD [SPORT]], without a checksum
udp() {
	octets "${2-@}"
	printf '%04x%04x%04x0000%s' "${3:-40000}" "$1" $((8 + OCTETS)) "${2-@}"
}

# fragment NEXT OFFSET-AND-FLAGS: an IPv6 header of 8 bytes
fragment() { printf '%02x00%s00000007' "$1" "$2"; }

# solicit TARGET [TYPE]: a neighbour solicitation, or another of its kind
solicit() { printf '%02x00000000000000%s@' "${2:-135}" "$(hex6 "$1")"; }

# arp SENDER-MAC SENDER TARGET: a request; the nonce is in the padding
arp() {
	# shellcheck disable=SC2086
	printf '0001080006040001%s%02x%02x%02x%02x000000000000%02x%02x%02x%02x@' "${1//:/}" \
		${2//./ } ${3//./ }
}
