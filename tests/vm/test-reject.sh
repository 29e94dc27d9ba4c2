#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Reject: what a camera is told, over each way to the router, what it is not
# told, and that the answers are nobody's packets.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/tap.sh
trap finish EXIT

CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8 DK6=2001:db8:1::8	# in no set
ROUTER4=10.20.0.1 ROUTER6=fd00:20::1

module_load
topology
tap_start cam-both inet pc
C4=${ADDR4[cam-both]} C6=${ADDR6[cam-both]}
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
# The kernel tells one host no more than one ICMP error of a kind a second.
run sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
cf set load cn "$WORK/cn"
cf policy set tell action reject block cn
cf policy set closed default drop action reject block none
REASON=block
gate() { cf camera add gate mac "${MAC[cam-both]}" addr "$C4" addr "$C6" policy "$1"; }

# out DST [PROTO [SPORT]]: from the camera, judged by FORWARD; to_router: by LOCAL_IN
out() { echo "from=cam-both at=inet dst=$1 proto=${2:-tcp} sport=${3:-41000} dport=443"; }
to_router() { echo "from=cam-both at=router dst=$1 proto=${2:-tcp} sport=41000 dport=443"; }

# take HOST: what it has been told since, as ANSWERS
take() {
	tap answers "$1"
	ANSWERS=$TAPPED
}

# told TEXT SPEC WANT: dropped as REASON, and that is the answer. untold TEXT
# SPEC: and none
told() {
	take cam-both
	by $REASON expect_drop "$1" "$2"
	take cam-both
	equal "  the answer" "$ANSWERS" "$3"
}
untold() { told "$1" "$2" none; }

# counted_all: under any reason, but the router's own neighbour discovery
counted_all() {
	local key total=0

	for key in "${!CNT[@]}"; do
		[[ $key != reasons:*:packets || $key == reasons:l2_control:* ]] ||
			total=$((total + CNT[$key]))
	done
	echo $total
}

# The 16 bytes behind each header are the nonce.
section "Routed: TCP is reset, the rest is prohibited"
gate tell
told "TCP, IPv4" "$(out $CN4)" "rst/$CN4.443/41000/ack=1017"
told "TCP, IPv6" "$(out $CN6)" "rst/$CN6.443/41000/ack=1017"
told "TCP within a connection" "$(out $CN4) flags=10" "rst/$CN4.443/41000/seq=1001"
told "UDP, IPv4" "$(out $CN4 udp)" "icmp3-13/$ROUTER4/udp-$CN4.443"
told "UDP, IPv6" "$(out $CN6 udp)" "icmp1-1/$ROUTER6/udp-$CN6.443"
cf camera delete gate
twin "camera deleted"
gate tell
told "ping, IPv4" "$(out $CN4 icmp)" "icmp3-13/$ROUTER4/icmp-$CN4"
told "ping, IPv6" "$(out $CN6 icmp)" "icmp1-1/$ROUTER6/icmp-$CN6"
cf policy set tell action drop block cn
for proto in tcp udp icmp; do
	untold "the policy drops: $proto" "$(out $CN4 $proto)"
	untold "the policy drops: $proto, IPv6" "$(out $CN6 $proto)"
done
cf policy set tell action audit block cn
twin "the policy audits"
take cam-both
equal "what passes is not answered" "$ANSWERS" none
cf policy set tell action reject block cn
told "the policy rejects again" "$(out $CN4)" "rst/$CN4.443/41000/ack=1017"
expect_pass "unlisted" "$(out $DK4)"
take cam-both
equal "  no answer" "$ANSWERS" none

cf camera delete gate
twin "camera deleted"

section "By address alone, and by default"
REASON=default_drop
cf camera add gate addr "$C4" addr "$C6" policy closed
told "TCP" "$(out $DK4)" "rst/$DK4.443/41000/ack=1017"
told "UDP, IPv6" "$(out $DK6 udp)" "icmp1-1/$ROUTER6/udp-$DK6.443"
cf camera delete gate
twin "camera deleted"

section "To the router"
gate closed
told "TCP" "$(to_router $ROUTER4)" "rst/$ROUTER4.443/41000/ack=1017"
told "TCP, IPv6" "$(to_router $ROUTER6)" "rst/$ROUTER6.443/41000/ack=1017"
told "UDP" "$(to_router $ROUTER4 udp)" "icmp3-13/$ROUTER4/udp-$ROUTER4.443"
told "UDP, IPv6" "$(to_router $ROUTER6 udp)" "icmp1-1/$ROUTER6/udp-$ROUTER6.443"
told "ping" "$(to_router $ROUTER4 icmp)" "icmp3-13/$ROUTER4/icmp-$ROUTER4"
for group in 224.0.0.1 10.20.0.255 255.255.255.255 ff02::1; do
	untold "to $group, UDP" "$(to_router $group udp)"
	untold "to $group, TCP" "$(to_router $group tcp)"
done
for router in $ROUTER4 $ROUTER6; do
	for proto in udp tcp; do
		untold "to $router in a broadcast frame, $proto" \
			"$(to_router "$router" $proto) dmac=ff:ff:ff:ff:ff:ff"
	done
done
cf camera delete gate
twin "camera deleted"
take cam-both
expect_pass "and then UDP" "$(to_router $ROUTER4 udp)"
take cam-both
equal "  is answered by the router itself" "$ANSWERS" "icmp3-3/$ROUTER4/udp-$ROUTER4.443"
REASON=block

section "Nobody is told about packets to the camera"
gate tell
for proto in tcp udp; do
	take inet
	expect_drop "blocked -> camera, $proto" \
		"from=inet at=cam-both proto=$proto src=$CN4 dst=$C4 dport=8000"
	expect_drop "blocked -> camera, $proto, IPv6" \
		"from=inet at=cam-both proto=$proto src=$CN6 dst=$C6 dport=8000"
	take inet
	equal "  no answer" "$ANSWERS" none
done
cf camera delete gate
twin "camera deleted"

section "What is not answered; each beside the same packet put right"
gate tell
TCP=9c4001bb000003e80000000050022000@@@@0000	# the header's sum is @@@@
# ip4 PROTO FRAGMENT PAYLOAD: the nonce comes behind
ip4() {
	# shellcheck disable=SC2086
	printf '4500%04x0001%s40%02x0000%02x%02x%02x%02x%02x%02x%02x%02x%s' \
		$((20 + ${#3} / 2 + 16)) "$2" "$1" ${C4//./ } ${CN4//./ } "$3"
}
raw() { echo "from=cam-both at=inet dst=$CN4 raw=$1"; }
UDP=9c4001bb00180000	# without a sum
told "UDP, whole" "$(raw "$(ip4 17 0000 $UDP)")" "icmp3-13/$ROUTER4/udp-$CN4.443"
untold "UDP, first fragment" "$(raw "$(ip4 17 2000 $UDP)")"
untold "UDP, later fragment" "$(raw "$(ip4 17 0003 $UDP)")"
told "TCP, SYN" "$(out $CN4)" "rst/$CN4.443/41000/ack=1017"
untold "TCP, RST" "$(out $CN4) flags=4"
untold "TCP, RST, IPv6" "$(out $CN6) flags=4"
told "ICMP, echo" "$(out $CN4 icmp)" "icmp3-13/$ROUTER4/icmp-$CN4"
for remote in $CN4 $CN6; do
	own=$C4
	[[ $remote != *:* ]] || own=$C6
	untold "ICMP error, to $remote" \
		"$(out "$remote" error) iproto=udp isrc=$remote idst=$own isport=443 idport=41000"
done
cf camera delete gate
twin "camera deleted"
gate tell
REASON=malformed
untold "TCP header not whole" "$(raw "$(ip4 6 0000 9c40)")"
untold "an inner header inside of an inner header" \
	"$(raw "$(ip4 4 0000 "$(ip4 4 0000 "$(ip4 17 0000 $UDP)")")")"
REASON=block
untold "TCP with a wrong sum" "$(raw "$(ip4 6 0000 "${TCP/@@@@/dead}")")"
cf camera delete gate
twin "camera deleted"

section "The answers are nobody's packets"
cf camera add gate addr "$C4" addr "$C6" policy closed
take cam-both
mark cam-both inet
for proto in tcp udp icmp; do
	expect_drop "rejected: $proto" "$(out $DK4 $proto)"
	expect_drop "rejected: $proto, IPv6" "$(out $DK6 $proto)"
done
ask probe "$(out $ROUTER4)"
ask probe "$(out $ROUTER6)"
since
take cam-both
equal "answers" "$(wc -w <<<"$ANSWERS")" 8
equal "drops by default = frames sent" "${CNT[reasons:default_drop:packets]}" "$FRAMES"
equal "all that was counted = frames sent and barriers" "$(counted_all)" $((FRAMES + BARRIERS))
cf camera delete gate
twin "camera deleted"

section "With connection tracking, and behind NAT"
run nft "add table ip nat; add chain ip nat post { type nat hook postrouting priority 100; };
	add rule ip nat post oifname wan0 masquerade"
gate tell
cf exemption add vendor camera gate remote 1.2.4.99/32 until permanent reason firmware by tests
told "TCP" "$(out $CN4 tcp 41100)" "rst/$CN4.443/41100/ack=1017"
told "UDP" "$(out $CN4 udp 41101)" "icmp3-13/$ROUTER4/udp-$CN4.443"
told "TCP, IPv6" "$(out $CN6 tcp 41102)" "rst/$CN6.443/41102/ack=1017"
expect_pass "exempted" "$(out 1.2.4.99)"
cf exemption delete vendor
cf camera delete gate
twin "camera deleted"
run nft delete table ip nat

section "A flood of connections is not answered by as many resets, and is its sender's alone"
gate tell
cf camera add other mac "${MAC[pc]}" addr "${ADDR4[pc]}" policy tell --force=one-family
spec=$(out $CN4 tcp PORT)
for ((i = 0; i < 3000; i++)); do
	echo "${spec/PORT/$((20000 + i))} tag=$i"
done >"$WORK/flood"
take cam-both
start=$EPOCHREALTIME
ask batch "$WORK/flood"
took=$((${EPOCHREALTIME/./} - ${start/./}))
equal "SYNs sent, and through" "$ANSWER" "ok 3000 0"
take cam-both
resets=$(wc -w <<<"$ANSWERS")
take pc
ask probe "from=pc at=inet dst=$CN4 proto=tcp sport=41000 dport=443"
take pc
equal "another camera is told at once" "$ANSWERS" "rst/$CN4.443/41000/ack=1017"
most=$((100 * (took / 1000000 + 2)))
check "$resets resets in $((took / 1000)) ms, at least 100 and at most $most" \
	test "$resets" -ge 100 -a "$resets" -le $most
ANSWERS=none
for ((i = 0; i < 3000; i++)); do
	[[ $ANSWERS == none ]] || break
	ask probe "$(out $CN4)"
	take cam-both
done
equal "and when it is over, each again" "$ANSWERS" "rst/$CN4.443/41000/ack=1017"
cf camera delete other
cf camera delete gate

section "From a port of the router's bridge: what is routed, with br_netfilter, too"
tap_stop
probe_stop
topology_down
BRIDGED=1
topology
tap_start cam-both pc
cf set load cn "$WORK/cn"
cf policy set tell action reject block cn
bridged() { echo "$(out "$1" "${2:-tcp}") at=pc link=1"; }
over_bridge() {
	gate tell
	told "$1: TCP" "$(out $CN4)" "rst/$CN4.443/41000/ack=1017"
	told "$1: TCP, IPv6" "$(out $CN6)" "rst/$CN6.443/41000/ack=1017"
	told "$1: UDP" "$(out $CN4 udp)" "icmp3-13/$ROUTER4/udp-$CN4.443"
	told "$1: UDP, IPv6" "$(out $CN6 udp)" "icmp1-1/$ROUTER6/udp-$CN6.443"
	untold "$1: bridged, TCP" "$(bridged $CN4)"
	untold "$1: bridged, UDP, IPv6" "$(bridged $CN6 udp)"
	cf camera delete gate
	twin "camera deleted"
}
over_bridge "a bridge"
run modprobe br_netfilter
over_bridge "with br_netfilter"
run nft "add table inet look; add chain inet look out { type filter hook output priority 0; };
	add rule inet look out tcp flags rst counter"
gate tell
mark cam-both inet
told "TCP once more" "$(out $CN4)" "rst/$CN4.443/41000/ack=1017"
since
equal "  all that was counted = frames sent and barriers" "$(counted_all)" $((FRAMES + BARRIERS))
check "  it went by way of LOCAL_OUT, not straight to the port" \
	grep -q "counter packets 1 " <(nft list table inet look)
run nft delete table inet look
cf camera delete gate
twin "camera deleted"
topology_down
run modprobe -r br_netfilter
run sysctl -qw net.ipv4.icmp_ratelimit=1000 net.ipv6.icmp.ratelimit=1000
