#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the module reads in a packet: options, extension headers, fragments,
# transports that are not whole, inner headers, tunnels. Each packet is one that
# the bare router forwards, or its twin would not arrive.
#
# Malformed options of an outer IPv4 header are dropped by the router itself,
# which looks at no inner one: there the rows about them are. Where there are
# exemptions, or an allow set, there is conntrack, which puts fragments together: their rows stand
# twice, without and with.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/hex.sh
trap finish EXIT

CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8 DK6=2001:db8:1::8	# in no set
OK4=203.0.113.8 OK6=2001:db8:2::8	# allowed, under isolate

module_load
topology
C4=${ADDR4[cam-both]} C6=${ADDR6[cam-both]}
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
printf '%s\n' $OK4 $OK6 >"$WORK/ok"
cf set load cn "$WORK/cn"
cf set load ok "$WORK/ok"
dock() {
	cf camera add dock mac "${MAC[cam-both]}" addr "$C4" addr "$C6" policy "$1"
}
# With it the router itself forwards what names its own way.
for conf in all lan0 wan0; do
	echo 1 >"/proc/sys/net/ipv4/conf/$conf/accept_source_route"
done

# --- packets in hex ------------------------------------------------------------

# tcp [DATA-OFFSET]
tcp() { printf '9c4001bb0000000100000000%x002200000000000@' "${1:-5}"; }

# Where there is no room for the nonce in the payload: an option that nobody knows.
NONCE4=5e12@0000
nonce6() { printf '%02x021e10@01020000' "$1"; }
# An extension header of 8 bytes, padding alone; routing NEXT TYPE SEGMENTS-LEFT
pad6() { printf '%02x00010400000000' "$1"; }
routing() { printf '%02x02%02x%02x00000000%s' "$1" "$2" "$3" "$(hex6 $DK6)"; }

# Out of the camera to, and from a host to the camera; DST and SRC tell the family.
out4() { echo "from=cam-both at=inet dst=$DK4 raw=$1"; }
out6() { echo "from=cam-both at=inet dst=$DK6 raw=$1"; }
in4() { echo "from=inet at=cam-both src=$DK4 dst=$C4 raw=$1"; }
in6() { echo "from=inet at=cam-both src=$DK6 dst=$C6 raw=$1"; }
# to4 DST PROTO PAYLOAD [OPTIONS [FRAGMENT]], to6 DST NEXT-HEADER PAYLOAD [LENGTH]
to4() { out4 "$(ip4 "$2" "$C4" "$1" "${@:3}")"; }
to6() { out6 "$(ip6 "$2" "$C6" "$1" "${@:3}")"; }

# --- rows ----------------------------------------------------------------------

declare -A LAST=()

# counted: by which reasons packets were counted since the last call, barriers
# and strangers left out
counted() {
	local reason n

	packets_take
	COUNTED=
	for reason in "${REASONS[@]}"; do
		n=$((PACKETS[$reason] - ${LAST[$reason]:-0}))
		LAST[$reason]=${PACKETS[$reason]}
		((n == 0)) || [[ $reason == no_camera ]] || COUNTED+=" $reason=$n"
	done
}

is_drop() {
	case $1 in
	block | default_drop | malformed | source_route | tunnel) return 0 ;;
	esac
	return 1
}

# row REASON TEXT SPEC: one packet, what becomes of it, and why
row() {
	local seen=1

	if is_drop "$1"; then
		seen=0
		PENDING+=("probe|seen=1 reply=?|$3|$2")
	fi
	ask probe "$3"
	counted
	equal "$2" "${ANSWER% *}$COUNTED" "seen=$seen $1=1"
}

# pair REASON TEXT SPEC SPEC: two fragments, judged as one packet
BATCHES=0
pair() {
	local seen=2 file=$WORK/batch.$((++BATCHES))

	printf '%s\n' "${@:3}" >"$file"
	if is_drop "$1"; then
		seen=0
		PENDING+=("batch|ok 2 2|$file|$2")
	fi
	ask batch "$file"
	counted
	equal "$2" "$ANSWER$COUNTED" "ok 2 $seen $1=1"
}

undone() {
	cf camera delete dock
	twin "camera deleted"
}

# --- without conntrack -----------------------------------------------------------

section "IPv4 options"
dock geoblock
counted
LSRR=830704c000020200 PAST=830708c000020200 SSRR=890704c000020200
row default_pass "none" "$(to4 $DK4 17 "$(udp 443)")"
row default_pass "no operation, end" "$(to4 $DK4 17 "$(udp 443)" 01010100)"
row default_pass "router alert" "$(to4 $DK4 17 "$(udp 443)" 94040000)"
row default_pass "one that nobody knows" "$(to4 $DK4 17 "$(udp 443 "")" $NONCE4)"
row block "router alert, to a blocked address" "$(to4 $CN4 17 "$(udp 443)" 94040000)"
row source_route "loose source route" "$(to4 $DK4 17 "$(udp 443)" $LSRR)"
row source_route "loose source route, at its end" "$(to4 $DK4 17 "$(udp 443)" $PAST)"
row source_route "behind no operation" "$(to4 $DK4 17 "$(udp 443)" 01${LSRR%00})"
row source_route "strict source route, by the router" \
	"$(to4 10.20.0.1 17 "$(udp 443)" $SSRR)"
row default_pass "towards the camera, loose source route" \
	"$(in4 "$(ip4 17 $DK4 "$C4" "$(udp 443)" $PAST)")"
row block "towards the camera, loose source route, from a blocked address" \
	"$(in4 "$(ip4 17 $CN4 "$C4" "$(udp 443)" $PAST)")"
BY=890704$(printf '%02x' 10 20 0 "${C4##*.}")00
row default_pass "towards the camera by way of the router" \
	"$(in4 "$(ip4 17 $DK4 192.0.2.1 "$(udp 443)" "$BY")")"
row block "towards the camera by way of the router, from a blocked address" \
	"$(in4 "$(ip4 17 $CN4 192.0.2.1 "$(udp 443)" "$BY")")"
undone

# The outer header goes to DK4, and so does the inner one.
section "Options of an inner IPv4 header"
dock geoblock
inner() { to4 $DK4 4 "$(ip4 17 "$C4" $DK4 "$(udp 443)" "$1")"; }
row default_pass "no operation, end" "$(inner 01010100)"
row default_pass "what stands behind the end" "$(inner 00830708)"
row source_route "loose source route" "$(inner $LSRR)"
row source_route "strict source route" "$(inner $SSRR)"
row malformed "a length of 0" "$(inner 07000000)"
row malformed "a length of 1" "$(inner 07010000)"
row malformed "a length of 5 in 4 bytes" "$(inner 07050000)"
row malformed "a length of 4 in the last 3 bytes" "$(inner 01070400)"
row default_pass "a length of 4 in 4 bytes" "$(inner 07040400)"
row malformed "no room for a length" "$(inner 01010107)"
undone

section "IPv6 extension headers"
dock geoblock
HBH=0 RT=43 FH=44 NONE=59 DST=60
row default_pass "hop by hop" "$(to6 $DK6 $HBH "$(pad6 17)$(udp 443)")"
row default_pass "hop by hop, router alert" "$(to6 $DK6 $HBH "110005020000""0100$(udp 443)")"
row block "hop by hop, to a blocked address" "$(to6 $CN6 $HBH "$(pad6 17)$(udp 443)")"
row default_pass "destination options" "$(to6 $DK6 $DST "$(pad6 17)$(udp 443)")"
row default_pass "destination options of 24 bytes" \
	"$(to6 $DK6 $DST "$(nonce6 17)$(udp 443 "")")"
row malformed "half a UDP header behind them" "$(to6 $DK6 $DST "$(nonce6 17)9c4001bb")"
for proto in 135 139 140; do
	row malformed "half a UDP header behind extension header $proto" \
		"$(to6 $DK6 $DST "$(nonce6 $proto)$(pad6 17)9c4001bb")"
	row default_pass "a whole one behind $proto" "$(to6 $DK6 $proto "$(pad6 17)$(udp 443)")"
done
row default_pass "no next header" "$(to6 $DK6 $DST "$(nonce6 $NONE)")"
row source_route "routing header, 1 segment left" "$(to6 $DK6 $RT "$(routing 17 0 1)$(udp 443)")"
row source_route "routing header of type 4, 255 left" \
	"$(to6 $DK6 $RT "$(routing 17 4 255)$(udp 443)")"
row source_route "routing header behind destination options" \
	"$(to6 $DK6 $DST "$(pad6 $RT)$(routing 17 2 1)$(udp 443)")"
row default_pass "routing header, none left" "$(to6 $DK6 $RT "$(routing 17 0 0)$(udp 443)")"
row default_pass "towards the camera, 1 segment left" \
	"$(in6 "$(ip6 $RT $DK6 "$C6" "$(routing 17 0 1)$(udp 443)")")"
row block "towards the camera, 1 segment left, from a blocked address" \
	"$(in6 "$(ip6 $RT $CN6 "$C6" "$(routing 17 0 1)$(udp 443)")")"
chain=
for ((i = 1; i < 16; i++)); do chain+=$(pad6 $DST); done
row default_pass "16 of them" "$(to6 $DK6 $DST "$chain$(pad6 17)$(udp 443)")"
row malformed "17 of them" "$(to6 $DK6 $DST "$chain$(pad6 $DST)$(pad6 17)$(udp 443)")"
row default_pass "one that ends with the packet" "$(to6 $DK6 $DST "${NONE/#59/3b}021e10@01020000")"
row malformed "one that is longer than the packet" "$(to6 $DK6 $DST "11031e10@01020000")"
row malformed "4 bytes of one" "$(to6 $DK6 $DST "$(nonce6 $DST)11000104")"
row malformed "hop by hop and no length: a jumbogram" \
	"$(to6 $DK6 $HBH "$(pad6 17)$(udp 443)" 0)"
undone

section "Fragments, as they come"
dock geoblock
for to in "$DK4 $DK6 default_pass" "$CN4 $CN6 block"; do
	read -r d4 d6 reason <<<"$to"
	row "$reason" "IPv4, the first, to $d4" "$(to4 "$d4" 17 "$(udp 443)" "" 2000)"
	row "$reason" "IPv4, a later one, to $d4" "$(to4 "$d4" 17 @ "" 0003)"
	row "$reason" "IPv4, a later one, shorter than a TCP header, to $d4" \
		"$(to4 "$d4" 6 @ "" 2003)"
	row "$reason" "IPv6, the first, to $d6" \
		"$(to6 "$d6" $FH "$(fragment 17 0001)$(udp 443)")"
	row "$reason" "IPv6, first and last, to $d6" \
		"$(to6 "$d6" $FH "$(fragment 17 0000)$(udp 443)")"
	row "$reason" "IPv6, a later one, to $d6" "$(to6 "$d6" $FH "$(fragment 17 0018)@")"
	row "$reason" "IPv6, a later one, shorter than a TCP header, to $d6" \
		"$(to6 "$d6" $FH "$(fragment 6 0019)@")"
	row "$reason" "IPv6, a later one, of an extension header, to $d6" \
		"$(to6 "$d6" $FH "$(fragment $DST 0018)@")"
done
row malformed "IPv4, a first one with 16 bytes of TCP" "$(to4 $DK4 6 @ "" 2000)"
row malformed "IPv6, a first one with 16 bytes of TCP" "$(to6 $DK6 $FH "$(fragment 6 0001)@")"
row malformed "IPv6, a first one that ends in an extension header" \
	"$(to6 $DK6 $FH "$(fragment $DST 0001)11031e10@01020000")"
row default_pass "towards the camera, a first one with 16 bytes of TCP" \
	"$(in4 "$(ip4 6 $DK4 "$C4" @ "" 2000)")"
undone

section "Transport headers"
dock geoblock
# TCP's data offset is in the 13th byte.
for pair in "6 20 TCP" "17 8 UDP" "132 12 SCTP" "33 12 DCCP"; do
	read -r proto len name <<<"$pair"
	whole=9c4001bb0000000000000000500000000000000000000000
	whole=${whole:0:len * 2}
	row default_pass "IPv4, $len bytes of $name" "$(to4 $DK4 "$proto" "$whole" $NONCE4)"
	row malformed "IPv4, $((len - 1)) bytes of $name" "$(to4 $DK4 "$proto" "${whole%??}" $NONCE4)"
	row default_pass "IPv6, $len bytes of $name" "$(to6 $DK6 $DST "$(nonce6 "$proto")$whole")"
	row malformed "IPv6, $((len - 1)) bytes of $name" \
		"$(to6 $DK6 $DST "$(nonce6 "$proto")${whole%??}")"
done
row default_pass "8 bytes of ICMP" "$(to4 $DK4 1 "$(zeros 8)" $NONCE4)"
row malformed "7 bytes of ICMP" "$(to4 $DK4 1 "$(zeros 7)" $NONCE4)"
row default_pass "8 bytes of ICMPv6" "$(to6 $DK6 $DST "$(nonce6 58)$(zeros 8)")"
row malformed "7 bytes of ICMPv6" "$(to6 $DK6 $DST "$(nonce6 58)$(zeros 7)")"
row malformed "IPv4, TCP with data offset 4" "$(to4 $DK4 6 "$(tcp 4)")"
row malformed "IPv6, TCP with data offset 4" "$(to6 $DK6 6 "$(tcp 4)")"
row default_pass "IPv4, TCP with data offset 5" "$(to4 $DK4 6 "$(tcp 5)")"
row default_pass "IPv4, none that we know" "$(to4 $DK4 253 00 $NONCE4)"
row default_pass "IPv4, nothing" "$(to4 $DK4 253 "" $NONCE4)"
row default_pass "towards the camera, 19 bytes of TCP" \
	"$(in4 "$(ip4 6 $DK4 "$C4" "$(zeros 19)" $NONCE4)")"
row block "towards the camera, 19 bytes of TCP from a blocked address" \
	"$(in4 "$(ip4 6 $CN4 "$C4" "$(zeros 19)" $NONCE4)")"
undone

section "Inner headers"
dock geoblock
for to in "$DK4 $DK6 default_pass" "$CN4 $CN6 block"; do
	read -r d4 d6 reason <<<"$to"
	four=$(ip4 17 "$C4" "$d4" "$(udp 443)") six=$(ip6 17 "$C6" "$d6" "$(udp 443)")
	row "$reason" "IPv4 in IPv4, to $d4" "$(to4 $DK4 4 "$four")"
	row "$reason" "IPv6 in IPv4, to $d6" "$(to4 $DK4 41 "$six")"
	row "$reason" "IPv4 in IPv6, to $d4" "$(to6 $DK6 4 "$four")"
	row "$reason" "IPv6 in IPv6, to $d6" "$(to6 $DK6 41 "$six")"
	row "$reason" "behind destination options, to $d4" "$(to6 $DK6 $DST "$(pad6 4)$four")"
	row "$reason" "towards the camera, IPv4 in IPv4 from $d4" \
		"$(in4 "$(ip4 4 $DK4 "$C4" "$(ip4 17 "$d4" "$C4" "$(udp 443)")")")"
	row "$reason" "towards the camera, IPv6 in IPv6 from $d6" \
		"$(in6 "$(ip6 41 $DK6 "$C6" "$(ip6 17 "$d6" "$C6" "$(udp 443)")")")"
	row "$reason" "a later fragment within, to $d4" \
		"$(to4 $DK4 4 "$(ip4 6 "$C4" "$d4" @ "" 0003)")"
done
row default_pass "the camera's side within is no remote" \
	"$(to4 $DK4 4 "$(ip4 17 $CN4 $DK4 "$(udp 443)")")"
row default_pass "a later fragment of IPv4 in IPv4 shows none" "$(to4 $DK4 4 @ "" 0003)"
four=$(ip4 17 "$C4" $DK4 "$(udp 443)")
row malformed "IPv4 in IPv4 in IPv4" "$(to4 $DK4 4 "$(ip4 4 "$C4" $DK4 "$four")")"
row malformed "IPv4 in IPv6 in IPv4" "$(to4 $DK4 41 "$(ip6 4 "$C6" $DK6 "$four")")"
row malformed "IPv4 in IPv6 in IPv6" "$(to6 $DK6 41 "$(ip6 4 "$C6" $DK6 "$four")")"
row source_route "a routing header within" \
	"$(to4 $DK4 41 "$(ip6 $RT "$C6" $DK6 "$(routing 17 0 1)$(udp 443)")")"
bare=$(ip4 17 "$C4" $DK4 "$(udp 443 "")")
row default_pass "a whole header within" "$(to4 $DK4 4 "$bare" $NONCE4)"
row malformed "19 bytes of a header within" "$(to4 $DK4 4 "${bare:0:38}" $NONCE4)"
row malformed "39 bytes of an IPv6 header within" \
	"$(to4 $DK4 41 "$(ip6 17 "$C6" $DK6 "" | cut -c 1-78)" $NONCE4)"
row malformed "half a UDP header within" "$(to4 $DK4 4 "$(ip4 17 "$C4" $DK4 9c4001bb)" $NONCE4)"
row malformed "version 6 within as IPv4" "$(to4 $DK4 4 "6${four:1}")"
row malformed "version 4 within as IPv6" "$(to4 $DK4 41 "4$(ip6 17 "$C6" $DK6 "$(udp 443)" | cut -c 2-)")"
row malformed "a header of 16 bytes within" "$(to4 $DK4 4 "44${four:2}")"
row malformed "a length of 19 within" "$(to4 $DK4 4 "${four:0:4}0013${four:8}")"
row malformed "a length beyond the packet within" "$(to4 $DK4 4 "${four:0:4}0100${four:8}")"
row malformed "a length within that cuts the UDP header" \
	"$(to4 $DK4 4 "${four:0:4}001b${four:8}")"
row malformed "an IPv6 length beyond the packet within" \
	"$(to4 $DK4 41 "$(ip6 17 "$C6" $DK6 "$(udp 443)" 256)")"
undone

section "Fragments of tunnels, as they come"
dock approve
row tunnel "a later fragment of GRE" "$(to4 $OK4 47 @ "" 0003)"
row tunnel "IPv6, a later fragment of ESP" "$(to6 $OK6 $FH "$(fragment 50 0018)@")"
row default_drop "a later fragment of UDP" "$(to4 $OK4 17 @ "" 0003)"
undone

# --- with conntrack, once a policy has an allow set ------------------------------

section "Tunnels are not what an allow set is for"
cf policy set isolate default drop allow ok
dock isolate
row allow "UDP, allowed" "$(to4 $OK4 17 "$(udp 443)")"
row allow "UDP from a tunnel's port" "$(to4 $OK4 17 "$(udp 443 @ 4789)")"
row default_drop "UDP, not allowed" "$(to4 $DK4 17 "$(udp 443)")"
row allow "IPv4 in IPv4, both allowed" "$(to4 $OK4 4 "$(ip4 17 "$C4" $OK4 "$(udp 443)")")"
row default_drop "IPv4 in IPv4, the inner not" "$(to4 $OK4 4 "$(ip4 17 "$C4" $DK4 "$(udp 443)")")"
# tunnels REASON DST4 DST6
tunnels() {
	local one proto name port

	for one in "47 GRE" "50 ESP" "51 AH" "115 L2TP" "97 EtherIP"; do
		read -r proto name <<<"$one"
		row "$1" "$name over IPv4 to $2" "$(to4 "$2" "$proto" "$(zeros 8)@")"
		row "$1" "$name over IPv6 to $3" "$(to6 "$3" "$proto" "$(zeros 8)@")"
	done
	for port in 4789 8472 6081; do
		row "$1" "UDP $port over IPv4 to $2" "$(to4 "$2" 17 "$(udp $port)")"
		row "$1" "UDP $port over IPv6 to $3" "$(to6 "$3" 17 "$(udp $port)")"
	done
	row "$1" "GRE in IPv4 in IPv4 to $2" "$(to4 "$2" 4 "$(ip4 47 "$C4" "$2" "$(zeros 8)@")")"
	row "$1" "UDP 4789 in IPv4 in IPv4 to $2" \
		"$(to4 "$2" 4 "$(ip4 17 "$C4" "$2" "$(udp 4789)")")"
	row "$1" "GRE behind destination options to $3" \
		"$(to6 "$3" $DST "$(pad6 47)$(zeros 8)@")"
}
tunnels tunnel $OK4 $OK6
tunnels tunnel $DK4 $DK6
undone

section "but of an exemption"
dock isolate
cf exemption add vpn camera dock remote $OK4,$OK6 until permanent reason "the twin" by tests
tunnels exemption $OK4 $OK6
tunnels tunnel $DK4 $DK6
undone_exemption() {
	cf exemption delete "$1"
	undone
}
undone_exemption vpn

section "and towards the camera its remotes are what counts"
dock isolate
row allow "towards the camera, GRE" "$(in4 "$(ip4 47 $OK4 "$C4" "$(zeros 8)@")")"
row default_drop "towards the camera, GRE from elsewhere" \
	"$(in4 "$(ip4 47 $DK4 "$C4" "$(zeros 8)@")")"
undone

cf policy set isolate default drop allow none	# and conntrack is off again

section "and under a policy whose default is pass only remotes count"
dock geoblock
tunnels default_pass $DK4 $DK6
tunnels block $CN4 $CN6
undone

section "Fragments, put together by conntrack"
dock geoblock
cf exemption add vendor camera dock remote 1.2.4.0/28,2001:250::/64 proto udp port 443 \
	until permanent reason "firmware" by tests
FIRST6=1232	# what is short and not the last is dropped there, so it is padded
# two4 DPORT, two6 DPORT: a packet in two, UDP
two4() {
	TWO=("$(to4 $CN4 17 "$(printf '9c40%04x00280000@' "$1")" "" 2000)"
		"$(to4 $CN4 17 @ "" 0003)")
}
two6() {
	local len=$((8 + 16 + FIRST6 + 16))

	TWO=("$(to6 $CN6 $FH "$(fragment 17 0001)$(printf '9c40%04x%04x0000@' "$1" $len)" \
		$((8 + 8 + 16 + FIRST6))) pad=$FIRST6"
		"$(to6 $CN6 $FH "$(fragment 17 "$(printf %04x $((8 + 16 + FIRST6)))")@")")
}
row exemption "IPv4, whole, port 443" "$(to4 $CN4 17 "$(udp 443)")"
row block "IPv4, whole, port 444" "$(to4 $CN4 17 "$(udp 444)")"
row exemption "IPv6, whole, port 443" "$(to6 $CN6 17 "$(udp 443)")"
row block "IPv6, whole, port 444" "$(to6 $CN6 17 "$(udp 444)")"
row exemption "IPv6, behind destination options, port 443" \
	"$(to6 $CN6 $DST "$(pad6 17)$(udp 443)")"
for family in 4 6; do
	two$family 443
	pair exemption "IPv$family, in two, port 443" "${TWO[@]}"
	two$family 444
	pair block "IPv$family, in two, port 444" "${TWO[@]}"
done
header=$(tcp 5)
pair block "IPv4, a TCP header in two is a whole one" \
	"$(to4 $CN4 6 "${header:0:32}" $NONCE4 2000)" "$(to4 $CN4 6 "${header:32}$(zeros 40)" "" 0002)"
row block "port 443 within IPv4 in IPv4 opens nothing" \
	"$(to4 $DK4 4 "$(ip4 17 "$C4" $CN4 "$(udp 443)")")"

section "What goes before exemptions, and what takes a packet its ports"
row source_route "loose source route to the vendor" "$(to4 $CN4 17 "$(udp 443)" $PAST)"
row source_route "routing header to the vendor" "$(to6 $CN6 $RT "$(routing 17 0 1)$(udp 443)")"
row malformed "17 extension headers to the vendor" \
	"$(to6 $CN6 $DST "$chain$(pad6 $DST)$(pad6 17)$(udp 443)")"
answer4() { in4 "$(ip4 17 $CN4 "$C4" "$(printf '01bb9c4000180000@')" "${1:-}")"; }
answer6() { in6 "$(ip6 "$1" $CN6 "$C6" "$2$(printf '01bb9c4000180000@')")"; }
row reply "the vendor's answer" "$(answer4)"
row block "the same, source routed" "$(answer4 $PAST)"
row reply "the vendor's answer, IPv6" "$(answer6 17 "")"
row block "the same, 1 segment left" "$(answer6 $RT "$(routing 17 0 1)")"
row block "the same, behind 17 extension headers" "$(answer6 $DST "$chain$(pad6 $DST)$(pad6 17)")"
cf exemption add all camera dock remote 1.2.4.0/28,2001:250::/64 until permanent \
	reason "no ports" by tests
counted
row reply "source routed, with an exemption that has no ports" "$(answer4 $PAST)"
row reply "1 segment left, with an exemption that has no ports" \
	"$(answer6 $RT "$(routing 17 0 1)")"
cf exemption delete all
undone_exemption vendor

section "Conntrack goes with the exemption"
dock geoblock
row default_pass "a later fragment comes by itself" "$(to4 $DK4 17 @ "" 0003)"
for conf in all lan0 wan0; do
	echo 0 >"/proc/sys/net/ipv4/conf/$conf/accept_source_route"
done
