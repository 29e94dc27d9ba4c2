#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices of every kind, where a packet comes in and where it leaves: VLAN, QinQ,
# macvlan, VRF, tun, PPPoE, WireGuard, GRE. A camera behind one is known by the
# interface and by its address, as sender and as receiver, routed, to the router
# and from it; by its MAC where there is one.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
. tests/vm/links.sh
trap finish EXIT

# Blocked: two of the internet, and two of the router's own
CN4=1.2.4.8 CN6=2001:250::8 OWN4=10.20.254.1 OWN6=fd00:20:fe::1
DK4=198.51.100.8

LAN_HOSTS=(pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)

module_load
topology
ip_batch "addr replace $OWN4/32 dev lo
addr replace $OWN6/128 dev lo"
printf '%s\n' 1.2.4.0/24 2001:250::/32 $OWN4 $OWN6 >"$WORK/cn"
cf set load cn "$WORK/cn"
cf policy set isolate default drop


go() { echo "from=$2 at=inet proto=udp dst=$1"; }
# Somebody listens there: no answer.
to_router() { echo "from=$2 at=router proto=udp dst=$1 dport=9"; }
from_router() {
	local dst=${ADDR4[$2]}

	[[ $1 != *:* ]] || dst=${ADDR6[$2]}
	echo "from=router at=$2 proto=udp src=$1 dst=$dst dport=80"
}

# ways HOST CN OWN [CN OWN]: each way, from blocked addresses and to them, and
# one that is not; the barriers pass
ways() {
	local host=$1 cn own

	for cn in "$2" ${4:-}; do
		late block "  $host -> $cn" "$(go "$cn" "$host")"
		late block "  $cn -> $host" "$(come "$cn" "$host")"
	done
	for own in "$3" ${5:-}; do
		late block "  $host -> the router's $own" "$(to_router "$own" "$host")"
		late block "  the router's $own -> $host" "$(from_router "$own" "$host")"
	done
	late default_pass "  $host -> unlisted" "$(go $DK4 "$host")"
	late default_pass "  unlisted -> $host" "$(come $DK4 "$host")"
}

# known HOST: by the interface, then by its address
known() {
	echo "by the interface ${DEV[$1]}"
	camera iif "${DEV[$1]}" policy geoblock
	SITE=1			# it judges the barriers, too
	ways "$1" $CN4 $OWN4 $CN6 $OWN6
	SITE=
	expect_pass "  the PC -> blocked" "$(go $CN4 pc)"
	twin_of
	echo "by its address"
	camera addr "${ADDR4[$1]}" addr "${ADDR6[$1]}" policy geoblock
	ways "$1" $CN4 $OWN6
	twin_of
}

# by_mac HOST: on a device that has them
by_mac() {
	echo "by its MAC"
	camera mac "${MAC[$1]}" policy geoblock
	warm block "  $1 -> blocked" "$(go $CN4 "$1")"
	warm block "  $1 -> the router" "$(to_router $OWN6 "$1")"
	cold "no_camera block" "  blocked -> $1" "$(come $CN4 "$1")"
	warm block "  blocked -> $1" "$(come $CN4 "$1")"
	cold "no_camera block" "  the router -> $1" "$(from_router $OWN6 "$1")"
	twin_of
}

# far HOST LINES: in its namespace
far() { ip -n "$1" -b - <<<"$2" || die "host $1"; }

# --- Ethernet above Ethernet -------------------------------------------------------

section "VLAN"
wire vlan 31
run ip link add link w-vlan name vl0.5 type vlan id 5
far vlan "link add link eth0 name vl0.5 type vlan id 5"
place vlan 31 vl0.5 vl0.5
known vlan
by_mac vlan
camera iif w-vlan policy geoblock
late no_camera "vlan -> blocked: the device below is not where it came in" "$(go $CN4 vlan)"
late no_camera "blocked -> vlan" "$(come $CN4 vlan)"
cf camera delete gate

section "QinQ"
wire qinq 32
run ip link add link w-qinq name ad0 type vlan proto 802.1ad id 5
run ip link set ad0 up
run ip link add link ad0 name ad0.6 type vlan id 6
far qinq "link add link eth0 name ad0 type vlan proto 802.1ad id 5
link set ad0 up
link add link ad0 name ad0.6 type vlan id 6"
place qinq 32 ad0.6 ad0.6
known qinq
by_mac qinq

section "macvlan"
wire macvlan 33
if of_kind mac0 link w-macvlan type macvlan mode bridge; then
	place macvlan 33 mac0
	known macvlan
	by_mac macvlan
else
	skip "macvlan: not in this kernel"
fi

section "VRF"
wire vrf 34
# sent REASONS TEXT COMMAND...: a ping of the router's from within the VRF
sent() {
	counted
	"${@:3}" >/dev/null || true
	counted
	equal "$2" "$COUNTED" " $1"
}
if of_kind red0 type vrf table 100; then
	echo 1 >/proc/sys/net/ipv4/udp_l3mdev_accept
	ip_batch "link set red0 up
link set w-vrf master red0"
	place vrf 34 w-vrf
	ip_batch "route add 10.20.34.0/24 dev w-vrf
route add fd00:20:34::/64 dev w-vrf
neigh replace ${ADDR4[vrf]} lladdr ${MAC[vrf]} dev w-vrf nud permanent
neigh replace ${ADDR6[vrf]} lladdr ${MAC[vrf]} dev w-vrf nud permanent"
	known vrf
	camera iif red0 policy geoblock
	late no_camera "vrf -> blocked: an iif is the enslaved interface" "$(go $CN4 vrf)"
	late no_camera "blocked -> vrf" "$(come $CN6 vrf)"
	late no_camera "vrf -> the router" "$(to_router $OWN4 vrf)"
	cf camera delete gate
	far vrf "neigh replace 10.20.34.1 lladdr $(</sys/class/net/w-vrf/address) dev eth0 nud permanent
neigh replace fd00:20:34::1 lladdr $(</sys/class/net/w-vrf/address) dev eth0 nud permanent"
	for selector in "iif w-vrf" "addr ${ADDR4[vrf]} addr ${ADDR6[vrf]}" "mac ${MAC[vrf]}"; do
		# shellcheck disable=SC2086 # words
		camera $selector policy isolate
		for dst in "${ADDR4[vrf]}" "${ADDR6[vrf]}"; do
			sent default_drop=1 "the router -> $dst in its VRF, judged once: ${selector%% *}" \
				ping -q -c 1 -W 0.2 -I red0 "$dst"
		done
		cf camera delete gate
	done
	for dst in "${ADDR4[vrf]}" "${ADDR6[vrf]}"; do
		sent no_camera=2 "  twin, camera deleted: $dst, and its answer" \
			ping -q -c 1 -W 5 -I red0 "$dst"
	done
else
	skip "VRF: not in this kernel"
fi

section "Ethernet without ARP"
# asked on, off: neighbours are forgotten with the change, and told again
asked() {
	run ip link set nvr0 arp "$1"
	ip -b - <<-END || die "neighbours"
		neigh replace ${ADDR4[nvr]} lladdr ${MAC[nvr]} dev nvr0 nud permanent
		neigh replace ${ADDR6[nvr]} lladdr ${MAC[nvr]} dev nvr0 nud permanent
		neigh replace ${BADDR4[nvr]} lladdr ${BMAC[nvr]} dev nvr0 nud permanent
		neigh replace ${BADDR6[nvr]} lladdr ${BMAC[nvr]} dev nvr0 nud permanent
	END
}
camera mac "${MAC[nvr]}" policy geoblock
asked off
by block expect_drop "nvr -> blocked" "$(go $CN4 nvr)"
by no_camera expect_pass "blocked -> nvr: there its MAC names nobody" "$(come $CN4 nvr)"
asked on
by block expect_drop "  with ARP: blocked -> nvr" "$(come $CN4 nvr)"
twin_of
asked off
camera addr "${ADDR4[nvr]}" addr "${ADDR6[nvr]}" policy geoblock
by block expect_drop "blocked -> nvr, by its address" "$(come $CN4 nvr)"
twin_of
camera iif nvr0 policy geoblock
by block expect_drop "blocked -> nvr, by the interface" "$(come $CN4 nvr)"
twin_of
asked on

# --- no Ethernet header ---------------------------------------------------------------

# l3 NUMBER ARGUMENTS...: l3.py, until the test ends
l3() {
	local in out

	shown "l3.py ${*:2}"
	mkfifo "$WORK/l3.in.$1" "$WORK/l3.out.$1"
	python3 tests/vm/l3.py "${@:2}" <"$WORK/l3.in.$1" >"$WORK/l3.out.$1" &
	exec {in}>"$WORK/l3.in.$1" {out}<"$WORK/l3.out.$1"
	L3S+=("$in" "$out")
	IFS= read -r -t 60 REPLY <&"$out" || die "l3.py ${*:2}"
}
L3S=()

section "tun"
if modprobe tun 2>/dev/null || [[ -e /dev/net/tun ]]; then
	l3 1 tun nvr tun0
	HOMES[tun]=nvr
	place tun 35 tun0 tun0
	known tun
else
	skip "tun: not in this kernel"
fi

section "PPPoE"
wire dsl 36
place dsl 36 w-dsl
if modprobe pppoe 2>/dev/null; then
	l3 2 pppoe dsl w-dsl "$(</sys/class/net/w-dsl/address)" eth0 "${MAC[dsl]}"
	HOMES[ppp]=dsl
	place ppp 37 ppp0 ppp0
	known ppp
	camera mac "${MAC[dsl]}" policy isolate
	late default_drop "its MAC counts where there is Ethernet: dsl -> unlisted" "$(go $DK4 dsl)"
	cold "no_camera default_drop" "unlisted -> dsl" "$(come $DK4 dsl)"
	late no_camera "and not in PPP: ppp -> unlisted" "$(go $DK4 ppp)"
	late no_camera "unlisted -> ppp" "$(come $DK4 ppp)"
	late no_camera "the router -> ppp" "$(from_router $OWN4 ppp)"
	twin_of
else
	skip "PPPoE: not in this kernel"
fi

# What carries it is nobody's.
UNCOUNTED=no_camera

section "GRE"
if of_kind gre1 type gre local 10.20.9.1 remote 10.20.9.10; then
	far nvr "link add gre1 type gre local 10.20.9.10 remote 10.20.9.1"
	HOMES[gre]=nvr
	place gre 38 gre1 gre1
	known gre
else
	skip "GRE: not in this kernel"
fi

section "WireGuard"
if of_kind wg0 type wireguard; then
	run ip -n nvr link add wg0 type wireguard
	for end in near far; do
		wg genkey >"$WORK/$end.key"
		wg pubkey <"$WORK/$end.key" >"$WORK/$end.pub"
	done
	run wg set wg0 listen-port 51820 private-key "$WORK/near.key" peer "$(<"$WORK/far.pub")" \
		allowed-ips 0.0.0.0/0,::/0 endpoint 10.20.9.10:51820
	run ip netns exec nvr wg set wg0 listen-port 51820 private-key "$WORK/far.key" \
		peer "$(<"$WORK/near.pub")" allowed-ips 0.0.0.0/0,::/0 endpoint 10.20.9.1:51820
	HOMES[wg]=nvr
	place wg 39 wg0 wg0
	known wg
else
	skip "WireGuard: not in this kernel"
fi

cf flush
for fd in "${L3S[@]}"; do exec {fd}>&-; done
topology_down
module_unload
ok "and the module goes"
