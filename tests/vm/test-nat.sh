#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# NAT on the router: the remote is the destination after DNAT and the source
# before SNAT, a flow's exemption is that of what FORWARD saw of its first
# packet, and what comes back through the NAT is a reply or an error of it.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/gate.sh
trap finish EXIT

module_load
topology
printf '%s\n' 1.2.0.0/16 2001:250::/32 >"$WORK/cn"
printf '%s\n' "${ADDR4[nvr]}" "${ADDR6[nvr]}" >"$WORK/nvr"
cf set load cn "$WORK/cn"
cf set load nvr "$WORK/nvr"
cf policy set isolate default drop allow nvr

# Of one family at a time: the vendor and another host, both blocked; a router
# on the way, blocked; a host in no set; the camera; the router's own addresses
family() {
	FAMILY=$1
	if ((FAMILY == 4)); then
		VENDOR=1.2.4.8 OTHER=1.2.5.8 HOP=1.2.6.1 FREE=198.51.100.8
		OWN=${ADDR4[cam-both]} WAN=192.0.2.1 LAN=10.20.0.1 ISO=${ADDR4[cam-iso]} NVR=${ADDR4[nvr]}
		UNREACHABLE=3
	else
		VENDOR=2001:250::8 OTHER=2001:250:5::8 HOP=2001:250:6::1 FREE=2001:db8:1::8
		OWN=${ADDR6[cam-both]} WAN=fd00:192::1 LAN=fd00:20::1 ISO=${ADDR6[cam-iso]} NVR=${ADDR6[nvr]}
		UNREACHABLE=1
	fi
}

# From the internet's side:
#	WAN 8554 is the camera's 554
#	WAN 8555 is its 5540, and the camera sees the router's address
# From the camera's side, any address:
#	7001 is the vendor's 443, 7002 the free host's 443, 7003 the recorder's 123
rules=
for f in 4 6; do
	family $f
	[[ $f == 4 ]] && ip="ip" br=("" "") || ip="ip6" br=("[" "]")
	to() { echo "dnat $ip to ${br[0]}$1${br[1]}:$2"; }
	rules+="
	add rule inet nat pre iifname wan0 $ip daddr $WAN udp dport 8554 $(to "$OWN" 554)
	add rule inet nat pre iifname wan0 $ip daddr $WAN udp dport 8555 $(to "$OWN" 5540)
	add rule inet nat pre iifname lan0 meta nfproto ipv$f udp dport 7001 $(to $VENDOR 443)
	add rule inet nat pre iifname lan0 meta nfproto ipv$f udp dport 7002 $(to $FREE 443)
	add rule inet nat pre iifname lan0 meta nfproto ipv$f udp dport 7003 $(to "$NVR" 123)"
done
shown "SNAT to the internet, DNAT to the camera and from it"
nft "add table inet nat
	add chain inet nat pre { type nat hook prerouting priority -100; }
	add chain inet nat post { type nat hook postrouting priority 100; }
	add rule inet nat post oifname wan0 masquerade
	add rule inet nat post oifname lan0 udp dport 5540 masquerade $rules"

# ask_for DST DPORT [SPORT]: out of the camera; come SRC SPORT DST DPORT: to it
ask_for() { echo "from=cam-both at=inet proto=udp dst=$1 dport=$2 sport=${3:-$PORT}"; }
come() { echo "from=inet at=cam-both proto=udp src=$1 sport=$2 dst=$3 dport=$4"; }
# an error about a packet ISRC ISPORT IDST IDPORT, from SRC to DST, or the camera's own to DST
about() { echo "iproto=udp isrc=$1 isport=$2 idst=$3 idport=$4"; }
error_to_cam() { echo "from=inet at=cam-both proto=error src=$1 dst=$2 $(about "${@:3}")"; }
error_of_cam() {
	echo "from=cam-both at=inet proto=error type=$UNREACHABLE dst=$1 $(about "${@:2}")"
}

gate
for f in 4 6; do
	family $f
	next
	section "IPv$f: SNAT, and an exemption out"
	by block expect_drop "to the vendor, before there is one" "$(ask_for $VENDOR 443)"
	hole way remote $VENDOR proto udp port 443
	twin "exempted"
	next
	by exemption expect_pass "to the vendor" "$(ask_for $VENDOR 443)"
	by reply expect_pass "its answer, to the router's address" "$(come $VENDOR 443 "$WAN" $PORT)"
	by block expect_drop "the same to the camera's: no answer" "$(come $VENDOR 443 "$OWN" $PORT)"
	by block expect_drop "to the vendor's port 444" "$(ask_for $VENDOR 444)"
	by icmp_related expect_pass "an error about it, from a blocked router" \
		"$(error_to_cam $HOP "$WAN" "$WAN" $PORT $VENDOR 443)"
	by icmp_related expect_pass "an error of the camera's about the answer" \
		"$(error_of_cam $VENDOR $VENDOR 443 "$OWN" $PORT)"
	by block expect_drop "one about an answer that there was not" \
		"$(error_of_cam $VENDOR $VENDOR 443 "$OWN" 41999)"
	hole both remote $VENDOR dir both
	twin "exempted both ways"
	cf exemption delete both
	cf exemption delete way
	by block expect_drop "the exemption deleted: an answer" "$(come $VENDOR 443 "$WAN" $PORT)"
	by block expect_drop "  an error about it" "$(error_to_cam $HOP "$WAN" "$WAN" $PORT $VENDOR 443)"
	by block expect_drop "  an error of the camera's" "$(error_of_cam $VENDOR $VENDOR 443 "$OWN" $PORT)"
	hole way remote $VENDOR proto udp port 443
	twin "added again"
	cf exemption delete way
	next
	by default_pass expect_pass "to a free host" "$(ask_for $FREE 443)"
	by default_pass expect_pass "  its answer" "$(come $FREE 443 "$WAN" $PORT)"
	by block expect_drop "  an error about it, from a blocked router" \
		"$(error_to_cam $HOP "$WAN" "$WAN" $PORT $FREE 443)"
	hole way remote $FREE
	twin "the free host exempted"
	cf exemption delete way

	section "IPv$f: DNAT to the camera, and an exemption in"
	next
	by block expect_drop "from the vendor" "$(come $VENDOR $PORT "$WAN" 8554)"
	hole way remote $VENDOR dir in proto udp local-port 8554
	by block expect_drop "from the vendor, exempted for the port before DNAT" \
		"$(come $VENDOR $PORT "$WAN" 8554)"
	cf exemption delete way
	hole way remote $VENDOR proto udp
	by block expect_drop "from the vendor, exempted out" "$(come $VENDOR $PORT "$WAN" 8554)"
	cf exemption delete way
	hole way remote $VENDOR dir in proto udp local-port 554
	twin "exempted in, for the port after DNAT"
	next
	by exemption expect_pass "from the vendor" "$(come $VENDOR $PORT "$WAN" 8554)"
	by reply expect_pass "the camera's answer" "$(ask_for $VENDOR $PORT 554)"
	by icmp_related expect_pass "an error about it, from a blocked router" \
		"$(error_to_cam $HOP "$WAN" "$WAN" 8554 $VENDOR $PORT)"
	by icmp_related expect_pass "an error of the camera's" \
		"$(error_of_cam $VENDOR $VENDOR $PORT "$OWN" 554)"
	next
	by block expect_drop "from another host" "$(come $OTHER $PORT "$WAN" 8554)"
	by block expect_drop "the camera begins, from 554" "$(ask_for $VENDOR $PORT 554)"
	by default_pass expect_pass "from a free host" "$(come $FREE $PORT "$WAN" 8554)"
	hole both remote $VENDOR,$OTHER dir both
	twin "both exempted, both ways"
	cf exemption delete both
	cf exemption delete way

	section "IPv$f: DNAT of what the camera sends, and SNAT"
	next
	by block expect_drop "a free host, but it goes to the vendor" "$(ask_for $FREE 7001)"
	hole way remote $FREE
	by block expect_drop "the same, the free host exempted" "$(ask_for $FREE 7001)"
	cf exemption delete way
	hole way remote $VENDOR proto udp port 7001
	by block expect_drop "the same, exempted for the port before DNAT" "$(ask_for $FREE 7001)"
	cf exemption delete way
	hole way remote $VENDOR proto udp port 443
	twin "the vendor exempted"
	next
	by exemption expect_pass "a free host, but it goes to the vendor" "$(ask_for $FREE 7001)"
	by reply expect_pass "the vendor's answer" "$(come $VENDOR 443 "$WAN" $PORT)"
	by icmp_related expect_pass "an error about it, from a blocked router" \
		"$(error_to_cam $HOP "$WAN" "$WAN" $PORT $VENDOR 443)"
	cf exemption delete way
	by block expect_drop "the exemption deleted: an answer" "$(come $VENDOR 443 "$WAN" $PORT)"
	hole way remote $VENDOR
	twin "exempted"
	cf exemption delete way
	next
	by default_pass expect_pass "the vendor, but it goes to a free host" "$(ask_for $VENDOR 7002)"

	section "IPv$f: both, to the camera"
	next
	by block expect_drop "from the vendor" "$(come $VENDOR $PORT "$WAN" 8555)"
	hole way remote "$LAN" dir in
	by block expect_drop "from the vendor, the address after SNAT exempted" \
		"$(come $VENDOR $PORT "$WAN" 8555)"
	cf exemption delete way
	hole way remote $VENDOR dir in proto udp local-port 5540
	twin "the vendor exempted"
	next
	by exemption expect_pass "from the vendor" "$(come $VENDOR $PORT "$WAN" 8555)"
	by block expect_drop "from another host" "$(come $OTHER $PORT "$WAN" 8555)"
	by reply expect_pass "the camera's answer, to the router" "$(ask_for "$LAN" $PORT 5540)"
	by icmp_related expect_pass "an error of the camera's, to the router" \
		"$(error_of_cam "$LAN" "$LAN" $PORT "$OWN" 5540)"
	cf exemption delete way
	by block expect_drop "the exemption deleted: an answer" "$(ask_for "$LAN" $PORT 5540)"
	by block expect_drop "  an error" "$(error_of_cam "$LAN" "$LAN" $PORT "$OWN" 5540)"
	hole way remote $VENDOR,$OTHER dir in
	twin "both exempted"
	cf exemption delete way
done

section "Real connections to the camera, through DNAT"
ask serve "at=cam-both proto=tcp dport=80"
answers on
shown "WAN 8080 is the camera's 80"
nft "add rule inet nat pre iifname wan0 ip daddr 192.0.2.1 tcp dport 8080 dnat ip to ${ADDR4[cam-both]}:80
	add rule inet nat pre iifname wan0 ip6 daddr fd00:192::1 tcp dport 8080 dnat ip6 to [${ADDR6[cam-both]}]:80"
for f in 4 6; do
	family $f
	by block call_dropped "IPv$f: from the vendor" \
		"from=inet at=cam-both proto=tcp src=$VENDOR dst=$WAN dport=8080"
done
hole way remote 1.2.4.8,2001:250::8 dir in proto tcp local-port 80
twin "exempted in"
for f in 4 6; do
	family $f
	by reply call_answered "IPv$f: from the vendor" \
		"from=inet at=cam-both proto=tcp src=$VENDOR dst=$WAN dport=8080"
	by block call_dropped "IPv$f: from another host" \
		"from=inet at=cam-both proto=tcp src=$OTHER dst=$WAN dport=8080"
done
cf exemption delete way
hole way remote 1.2.0.0/16,2001:250::/32 dir in
twin "all exempted in"
cf exemption delete way
answers off

section "Under a default of drop, the set is asked about the destination after DNAT"
cf camera add vault mac "${MAC[cam-iso]}" addr "${ADDR4[cam-iso]}" addr "${ADDR6[cam-iso]}" policy isolate
for f in 4 6; do
	family $f
	iso() { echo "from=cam-iso at=$1 proto=udp dst=$2 dport=$3 sport=$PORT"; }
	next
	by allow expect_pass "IPv$f: a free host, but it goes to the recorder" "$(iso nvr $FREE 7003)"
	by default_drop expect_drop "IPv$f: the recorder, but it goes to a free host" "$(iso inet "$NVR" 7002)"
	by default_drop expect_drop "IPv$f: a free host" "$(iso inet $FREE 443)"
done
cf camera delete vault
twin "camera deleted"

section "Zones"
# zones RULE...: of conntrack, in raw
zones() {
	shown "zones: $*"
	nft "add table inet raw; delete table inet raw; add table inet raw
		add chain inet raw pre { type filter hook prerouting priority -300; }
		$(printf 'add rule inet raw pre %s\n' "$@")"
}
cf camera add vault mac "${MAC[cam-iso]}" addr "${ADDR4[cam-iso]}" addr "${ADDR6[cam-iso]}" policy approve
cf exemption add way camera gate remote 1.2.4.8,2001:250::8 proto udp port 443 until permanent \
	reason tests by tests
cf exemption add record camera vault remote "${ADDR4[nvr]}","${ADDR6[nvr]}" proto udp port 554 \
	until permanent reason tests by tests
# record_of, recorded: the camera's question to the recorder, its answer, without NAT
record_of() { echo "from=cam-iso at=nvr proto=udp dst=$NVR dport=554 sport=$PORT"; }
recorded() { echo "from=nvr at=cam-iso proto=udp dst=$ISO sport=554 dport=$PORT"; }
zones "iifname { lan0, wan0, nvr0 } ct zone set 7"
for f in 4 6; do
	family $f
	next
	by exemption expect_pass "IPv$f: one zone, a question to the vendor" "$(ask_for $VENDOR 443)"
	by reply expect_pass "  its answer, through SNAT" "$(come $VENDOR 443 "$WAN" $PORT)"
	by icmp_related expect_pass "  an error about it" \
		"$(error_to_cam $HOP "$WAN" "$WAN" $PORT $VENDOR 443)"
	by exemption expect_pass "IPv$f: one zone, a question to the recorder" "$(record_of)"
	by reply expect_pass "  its answer" "$(recorded)"
done
zones "iifname lan0 ct original zone set 7"
for f in 4 6; do
	family $f
	next
	by exemption expect_pass "IPv$f: a zone of one direction, a question" "$(record_of)"
	by reply expect_pass "  its answer" "$(recorded)"
done
zones "iifname lan0 ct zone set 7" "iifname nvr0 ct zone set 8"
for f in 4 6; do
	family $f
	next
	by exemption expect_pass "IPv$f: two zones, a question" "$(record_of)"
	by default_drop expect_drop "  its answer is in another zone" "$(recorded)"
done
cf exemption delete record
cf exemption add record camera vault remote "${ADDR4[nvr]}","${ADDR6[nvr]}" dir both \
	until permanent reason tests by tests
twin "exempted both ways"
shown "no zones, no NAT"
nft "delete table inet raw; delete table inet nat"
