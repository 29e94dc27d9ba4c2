#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Services: what a camera needs on the LAN, and what stands next to it and does
# not pass. Its policy drops whatever else there is.
#
# The router has no server for any of it, so what it lets in by a question it
# answers itself: UDP by "port unreachable", TCP by a reset.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
trap finish EXIT

LAN_HOSTS=(cam cam2 pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)
BRIDGED=1
DK4=198.51.100.8 DK6=2001:db8:1::8	# on the internet
ALL=ff:ff:ff:ff:ff:ff

module_load
topology
C4=${ADDR4[cam]} C6=${ADDR6[cam]} LL=fe80::${ADDR6[cam]##*:} N4=${ADDR4[nvr]} N6=${ADDR6[nvr]}
printf '%s\n' "$N4" "$N6" "${ADDR4[pc]}" "${ADDR6[pc]}" >"$WORK/nvr"
cf set load nvr "$WORK/nvr"
ip neigh add "$LL" lladdr "${MAC[cam]}" dev lan0 nud permanent
settle_links

cf policy set svc default drop
cf camera add hall mac "${MAC[cam]}" addr "$C4" addr "$C6" policy svc
counted

# go TO SRC SPORT DST DPORT [K=V...]: from the camera; come FROM ...: to it
go() { echo "from=cam at=$1 proto=${PROTO:-udp} src=$2 sport=$3 dst=$4 dport=$5 ${*:6}"; }
come() { echo "from=$1 at=cam proto=${PROTO:-udp} src=$2 sport=$3 dst=$4 dport=$5 ${*:6}"; }
tcp() { PROTO=tcp "$@"; }

# Flows are forgotten, so that a frame is not the answer to another row's.
forget() { conntrack -F 2>/dev/null; }
again() {
	forget
	twin "$1"
	forget
	counted
}
# services S,...: the policy has these, and no others
services() {
	forget
	cf policy set svc service "$1"
	counted
}
# Everything that was dropped is what the policy's default drops.
opened() {
	denied default_drop
	cf policy set svc default pass service none
	again "default pass"
	cf policy set svc default drop
}
# names: the services that are counted, by policy
names() {
	"$CAMFENCE" -j stats | jq -r '[.services[] | "\(.policy):\(.name)"] | sort | join(" ")'
}
# passed POLICY SERVICE: packets
passed() {
	"$CAMFENCE" -j stats | jq -r --arg p "$1" --arg n "$2" \
		'.services[] | select(.policy == $p and .name == $n) | .packets'
}

R4=10.20.0.1 R6=fd00:20::1 W4=192.0.2.1

section "dhcp: none of it without the service"
DHCP=(
	"exemption|a client without an address asks all|$(go router 0.0.0.0 68 255.255.255.255 67)"
	"exemption|a client with one asks all|$(go router "$C4" 68 255.255.255.255 67)"
	"exemption|the router offers it an address|$(come router $R4 67 "$C4" 68)"
	"exemption icmp_related|it renews|$(go router "$C4" 68 $W4 67)"
	"exemption|DHCPv6: it asks all servers|$(go router "$LL" 546 ff02::1:2 547)"
	"exemption|the router answers from its link's address|$(come router fe80::1 547 "$LL" 546)"
	"exemption|the router answers from a global one|$(come router $R6 547 "$C6" 546)"
	"exemption icmp_related|it renews with a global one|$(go router "$C6" 546 fd00:192::1 547)"
)
for one in "${DHCP[@]}"; do
	IFS='|' read -r _ text spec <<<"$one"
	deny "$text" "$spec"
done
denied default_drop
services dhcp
again "dhcp"

section "dhcp: from the router"
for one in "${DHCP[@]}"; do
	IFS='|' read -r reasons text spec <<<"$one"
	row "$reasons" "$text" "$spec"
done
row exemption=3 "to every port of the bridge, and the router" \
	"$(go router 0.0.0.0 68 255.255.255.255 67 dmac=$ALL)"
row no_camera=2 "the router offers to all, and hears it itself" "$(come router $R4 67 255.255.255.255 68)"
row "reply icmp_related" "the router's offer is answered" "$(go router "$C4" 68 $R4 67)"
forget
row "exemption icmp_related" "it renews, at the router's own address" "$(go router "$C4" 68 $R4 67)"
row reply "the router acknowledges" "$(come router $R4 67 "$C4" 68)"
deny "from another port" "$(go router 0.0.0.0 67 255.255.255.255 67)"
deny "to another port" "$(go router 0.0.0.0 68 255.255.255.255 69)"
deny "TCP" "$(tcp go router "$C4" 68 $R4 67)"
deny "the recorder is no server" "$(go nvr "$C4" 68 "$N4" 67)"
deny "nor is the internet" "$(go inet "$C4" 68 $DK4 67)"
deny "the recorder offers" "$(come nvr "$N4" 67 "$C4" 68)"
deny "the router, from another port" "$(come router $R4 68 "$C4" 68)"
deny "the router, to another port" "$(come router $R4 67 "$C4" 69)"
deny "DHCPv6 from another port" "$(go router "$LL" 547 ff02::1:2 547)"
deny "DHCPv6 to another port" "$(go router "$LL" 546 ff02::1:2 546)"
deny "DHCPv6 to another group" "$(go router "$LL" 546 ff02::1 547)"
deny "DHCPv6 to the recorder" "$(go nvr "$C6" 546 "$N6" 547)"
deny "DHCPv6 from the recorder" "$(come nvr "$N6" 547 "$C6" 546)"
opened

section "dhcp@nvr: from the set as well"
services dhcp@nvr
row exemption "to the recorder" "$(go nvr "$C4" 68 "$N4" 67)"
row reply "its answer" "$(come nvr "$N4" 67 "$C4" 68)"
row exemption "to the recorder, DHCPv6" "$(go nvr "$C6" 546 "$N6" 547)"
row reply "its answer" "$(come nvr "$N6" 547 "$C6" 546)"
forget
row exemption "the recorder offers" "$(come nvr "$N4" 67 "$C4" 68)"
row exemption "the recorder offers, DHCPv6" "$(come nvr "$N6" 547 "$C6" 546)"
row "exemption icmp_related" "to the router" "$(go router "$C4" 68 $R4 67)"
row exemption "a server on the bridge" "$(go pc "$C4" 68 "${ADDR4[pc]}" 67 link=1)"
row exemption "offers" "$(come pc "${ADDR4[pc]}" 67 "$C4" 68 link=1)"
deny "another server on the bridge" "$(go pc "$C4" 68 10.20.0.77 67 link=1)"
deny "offers" "$(come pc 10.20.0.77 67 "$C4" 68 link=1)"
deny "the internet" "$(go inet "$C4" 68 $DK4 67)"
opened

# timed SERVICE-PORT: ntp and dns are alike; ROUTER, N and DK are of one family
for family in 4 6; do
	if ((family == 4)); then
		C=$C4 R=$R4 W=$W4 N=$N4 DK=$DK4
	else
		C=$C6 R=$R6 W=fd00:192::1 N=$N6 DK=$DK6
	fi
	for service in "ntp 123" "dns 53"; do
		read -r name port <<<"$service"
		section "IPv$family: $name, of the router"
		services "$name"
		row "exemption icmp_related" "UDP" "$(go router "$C" 5000 $R "$port")"
		row "exemption icmp_related" "at another address of its own" "$(go router "$C" 5000 $W "$port")"
		if [[ $name == dns ]]; then
			row "exemption reply" "TCP" "$(tcp go router "$C" 5000 $R "$port")"
		else
			deny "TCP" "$(tcp go router "$C" 5000 $R "$port")"
		fi
		deny "another port" "$(go router "$C" 5000 $R $((port + 1)))"
		deny "another TCP port" "$(tcp go router "$C" 5000 $R 853)"
		deny "from its port to another" "$(go router "$C" "$port" $R 5000)"
		deny "the recorder's" "$(go nvr "$C" 5000 "$N" "$port")"
		deny "the internet's" "$(go inet "$C" 5000 $DK "$port")"
		deny "the router begins" "$(come router $R "$port" "$C" 5001)"
		opened
		section "IPv$family: $name@nvr, of the set instead"
		services "$name@nvr"
		row exemption "UDP" "$(go nvr "$C" 5000 "$N" "$port")"
		row reply "its answer" "$(come nvr "$N" "$port" "$C" 5000)"
		[[ $name != dns ]] || row exemption "TCP" "$(tcp go nvr "$C" 5000 "$N" "$port")"
		deny "another port" "$(go nvr "$C" 5000 "$N" $((port + 1)))"
		deny "the recorder begins" "$(come nvr "$N" "$port" "$C" 5001)"
		deny "the router's" "$(go router "$C" 5000 $R "$port")"
		deny "the internet's" "$(go inet "$C" 5000 $DK "$port")"
		opened
	done

	section "IPv$family: onvif@nvr"
	services onvif@nvr
	for port in 80 443 554; do
		row exemption "the recorder, TCP $port" "$(tcp come nvr "$N" 5000 "$C" $port)"
		row reply "the camera's answer" "$(tcp go nvr "$C" $port "$N" 5000 flags=12)"
	done
	row exemption "the recorder looks for it" "$(come nvr "$N" 5000 "$C" 3702)"
	row reply "the camera's answer" "$(go nvr "$C" 3702 "$N" 5000)"
	forget
	for port in 1 3702 4788 4790 6080 6082 8471 8473 65535; do
		row exemption "the camera sends to UDP $port" "$(go nvr "$C" 5004 "$N" $port)"
	done
	for port in 4789 6081 8472; do
		row tunnel "a tunnel, UDP $port" "$(go nvr "$C" 5004 "$N" $port)"
	done
	for port in 79 81 444 8000; do
		deny "the recorder, TCP $port" "$(tcp come nvr "$N" 5001 "$C" $port)"
	done
	for port in 80 554 3701 3703; do
		deny "the recorder, UDP $port" "$(come nvr "$N" 5001 "$C" $port)"
	done
	deny "the recorder, TCP 3702" "$(tcp come nvr "$N" 5001 "$C" 3702)"
	deny "the camera begins, TCP" "$(tcp go nvr "$C" 5001 "$N" 554)"
	deny "the internet, TCP 554" "$(tcp come inet $DK 5001 "$C" 554)"
	deny "the router, TCP 80" "$(tcp come router $R 5001 "$C" 80)"
	deny "the camera to the internet, UDP" "$(go inet "$C" 5004 $DK 5004)"
	deny "the camera to the router, UDP" "$(go router "$C" 5004 $R 5004)"
	opened
done
check "onvif without a set is refused" refuses "$CAMFENCE" policy set svc service onvif
check "so is a service that there is not" refuses "$CAMFENCE" policy set svc service ntpd
check "and one towards a set that there is not" refuses "$CAMFENCE" policy set svc service ntp@nowhere

section "Setting services replaces them"
services ntp,dns
equal "services" "$(names)" "svc:dns svc:ntp"
row "exemption icmp_related" "ntp" "$(go router "$C4" 5000 $R4 123)"
row "exemption icmp_related" "dns" "$(go router "$C4" 5000 $R4 53)"
equal "counted by ntp, question and answer" "$(passed svc ntp)" 2
services dns,dhcp
equal "services" "$(names)" "svc:dhcp svc:dns"
row default_drop "ntp" "$(go router "$C4" 5000 $R4 123)"
row "exemption icmp_related" "dns" "$(go router "$C4" 5000 $R4 53)"
equal "dns has counted on" "$(passed svc dns)" 4
forget
cf policy set svc comment "with another comment"
row "exemption icmp_related" "dns, the policy changed but for its services" "$(go router "$C4" 5000 $R4 53)"
services none
equal "services" "$(names)" ""
row default_drop "dns" "$(go router "$C4" 5000 $R4 53)"
services ntp,dns
again "both"

section "Two policies with the same service"
cf policy set other default drop service ntp
cf camera add yard mac "${MAC[cam2]}" addr "${ADDR4[cam2]}" addr "${ADDR6[cam2]}" policy other
yard() { echo "from=cam2 at=router proto=udp dst=$R4 sport=5000 dport=$1"; }
counted
equal "services" "$(names)" "other:ntp svc:dns svc:ntp"
row "exemption icmp_related" "ntp, by the one" "$(go router "$C4" 5000 $R4 123)"
row "exemption icmp_related" "ntp, by the other" "$(yard 123)"
row default_drop "dns, which the other does not have" "$(yard 53)"
equal "counted by the other's alone" "$(passed other ntp)" 2
cf policy set svc service dns
forget
counted
row default_drop "the one without ntp" "$(go router "$C4" 5000 $R4 123)"
row "exemption icmp_related" "the other still has it" "$(yard 123)"
cf policy set svc service ntp,dns
cf policy set other service dns
again "both, the other way round"

section "A policy deleted, and its services"
check "not while a camera is under it" refuses "$CAMFENCE" policy delete other
cf camera delete yard
cf policy delete other
equal "services" "$(names)" "svc:dns svc:ntp"
forget
cf policy set other default drop
cf camera add yard mac "${MAC[cam2]}" addr "${ADDR4[cam2]}" addr "${ADDR6[cam2]}" policy other
counted
row default_drop "one of the same name does not have them" "$(yard 53)"
cf policy set other service dns
again "dns"
