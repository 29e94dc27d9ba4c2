#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lockdown: what a named interface, what is above it, and a bridge it is a port
# of forward from load to the first commit, and after a flush: nothing.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/tap.sh
trap 'ENDED=$?; reload; finish' EXIT

# Whatever happens, the next test meets the module without the parameter.
reload() {
	local status=$?

	[[ -z ${LOADED:-} ]] || { "$CAMFENCE" flush --force=flush && rmmod camfence && insmod "$CAMFENCE_KMOD"; } ||
		nok "the module does not load again"
	return $status
}

# --- the topology, and besides: ----------------------------------------------
#
#    ha        hb        hc        a namespace each (eth0)
#    |         |         |
#    bp-a ---- bp-b ---- bp-c      brx   10.20.8.1/24
#
# and lan0.10, 10.20.10.1/24: frames with that tag, on lan0.

PORTS=(ha hb hc)
declare -A MACX=([ha]=02:cb:00:00:00:0a [hb]=02:cb:00:00:00:0b [hc]=02:cb:00:00:00:0c)
BRX=02:cb:00:00:00:01

brx_up() {
	local host lines="link add brx address $BRX type bridge mcast_snooping 0
link set brx addrgenmode none
link set brx up
addr add 10.20.8.1/24 dev brx
link add link lan0 name lan0.10 type vlan id 10
link set lan0.10 addrgenmode none
link set lan0.10 up
addr add 10.20.10.1/24 dev lan0.10
neigh add 10.20.10.9 lladdr ${MAC[pc]} dev lan0.10 nud permanent"

	for host in "${PORTS[@]}"; do
		lines+="
netns add $host
link add bp-${host#h} type veth peer name eth0 address ${MACX[$host]} netns $host
link set bp-${host#h} master brx addrgenmode none
link set bp-${host#h} up
neigh add 10.20.8.${host#h} lladdr ${MACX[$host]} dev brx nud permanent"
	done
	lines=${lines//10.20.8.a/10.20.8.10}
	lines=${lines//10.20.8.b/10.20.8.11}
	ip_batch "${lines//10.20.8.c/10.20.8.12}"
	for host in "${PORTS[@]}"; do
		ip netns exec "$host" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
		ip -n "$host" -b - <<-END || die "host $host"
			link set eth0 addrgenmode none
			link set eth0 up
		END
	done
}

# Frames go by tap.py, from one host to another; the barrier is the probe's, on
# a path that is never locked.
SENT=0
ethernet() { printf '%s%s%s' "${1//:/}" "${2//:/}" "$3"; }
# via SMAC DMAC SRC DST [TAG]: an IPv4 packet in a frame
via() { ethernet "$2" "$1" "${5:-}0800$(raw4 17 "$3" "$4" "$UDP")"; }
UDP=9c4001bb00180000
# arp SMAC SRC DST: who has DST, to everybody
arp() {
	# shellcheck disable=SC2086
	ethernet ff:ff:ff:ff:ff:ff "$1" \
		"08060001080006040001${1//:/}$(printf '%02x%02x%02x%02x' ${2//./ })000000000000$(printf \
			'%02x%02x%02x%02x' ${3//./ })"
}

# arrives FROM AT FRAME
arrives() {
	local id

	SENT=$((SENT + 1))
	id=$(printf 'ca3f10cd%024x' $SENT)
	tap send "$1" "$3$id"
	ask probe "from=nvr at=inet proto=udp dst=${ADDR4[inet]} dport=9"
	[[ $ANSWER == seen=1* ]] || die "nvr does not reach inet, which is not locked"
	tap seen "$2" "$id"
	[[ $TAPPED == 1 ]]
}

# ways: every packet and frame that lockdown=lan0,bp-a is about, and those it is
# not: TEXT|locked or free|FROM|AT|FRAME
ways() {
	local lan=02:ca:00:00:00:01 wan=02:ca:00:00:00:02 inet=${ADDR4[inet]}

	cat <<-END
		lan0 -> wan0|locked|cam-v4|inet|$(via "${MAC[cam-v4]}" $lan "${ADDR4[cam-v4]}" "$inet")
		wan0 -> lan0|locked|inet|cam-v4|$(via "${MAC[inet]}" $wan "$inet" "${ADDR4[cam-v4]}")
		lan0 -> wan0, IPv6|locked|cam-v6|inet|$(six "${MAC[cam-v6]}" $lan "${ADDR6[cam-v6]}" "${ADDR6[inet]}")
		lan0 -> nvr0|locked|cam-v4|nvr|$(via "${MAC[cam-v4]}" $lan "${ADDR4[cam-v4]}" "${ADDR4[nvr]}")
		nvr0 -> wan0|free|nvr|inet|$(via "${MAC[nvr]}" 02:ca:00:00:00:09 "${ADDR4[nvr]}" "$inet")
		a VLAN of lan0 -> wan0|locked|pc|inet|$(via "${MAC[pc]}" $lan 10.20.10.9 "$inet" 8100000a)
		wan0 -> a VLAN of lan0|locked|inet|pc|$(via "${MAC[inet]}" $wan "$inet" 10.20.10.9)
		bridged, from the port|locked|ha|hb|$(via "${MACX[ha]}" "${MACX[hb]}" 10.20.8.10 10.20.8.11)
		bridged, to the port|locked|hb|ha|$(via "${MACX[hb]}" "${MACX[ha]}" 10.20.8.11 10.20.8.10)
		bridged, ARP from the port|locked|ha|hb|$(arp "${MACX[ha]}" 10.20.8.10 10.20.8.11)
		bridged, ARP to the port|locked|hb|ha|$(arp "${MACX[hb]}" 10.20.8.11 10.20.8.10)
		bridged, of no protocol we know|locked|ha|hb|$(ethernet "${MACX[hb]}" "${MACX[ha]}" 88b5)
		bridged, between other ports|free|hb|hc|$(via "${MACX[hb]}" "${MACX[hc]}" 10.20.8.11 10.20.8.12)
		bridged, ARP between other ports|free|hb|hc|$(arp "${MACX[hb]}" 10.20.8.11 10.20.8.12)
		the port's bridge -> wan0|locked|ha|inet|$(via "${MACX[ha]}" $BRX 10.20.8.10 "$inet")
		another port of the bridge -> wan0|locked|hb|inet|$(via "${MACX[hb]}" $BRX 10.20.8.11 "$inet")
		wan0 -> another port of the bridge|locked|inet|hb|$(via "${MAC[inet]}" $wan "$inet" 10.20.8.11)
	END
}

# six SMAC DMAC SRC DST: both of the plan's addresses have one ::
six() {
	local addr hex=

	for addr in "$3" "$4"; do hex+=$(python3 -c \
		'import ipaddress, sys; print(ipaddress.ip_address(sys.argv[1]).packed.hex())' "$addr"); done
	ethernet "$2" "$1" "86dd6000000000181140$hex$UDP"
}

# try locked|open: every way once, and how many were locked in LOCKED
try() {
	local text kind from at frame

	LOCKED=0
	while IFS='|' read -r text kind from at frame; do
		if [[ $1$kind == lockedlocked ]]; then
			check "$text: locked" refuses arrives "$from" "$at" "$frame"
			LOCKED=$((LOCKED + 1))
		else
			check "$text: open" arrives "$from" "$at" "$frame"
		fi
	done <<<"$WAYS"
}

# pings: the router's own traffic, through what is named
reach() { "${@:2}" ping -q -n -c 1 -W 20 "$1" >/dev/null; }
pings() {
	check "the router reaches the camera" reach "${ADDR4[cam-v4]}"
	check "the router reaches the camera, IPv6" reach "${ADDR6[cam-v6]}"
	check "the camera reaches the router" reach 10.20.0.1 ip netns exec cam-v4
}

# --- tests -------------------------------------------------------------------

module_load
module_unload
section "The parameter"
insert() {
	shown "insmod $CAMFENCE_KMOD $*"
	insmod "$CAMFENCE_KMOD" "$@"
}
# bad TEXT NAMES [SENTENCE]
bad() {
	check "$1 is refused" refuses insert "lockdown=$2"
	[[ -d /sys/module/camfence ]] && die "loaded with lockdown=$2"
	check "  with a sentence" grep -qF "${3:-camfence: lockdown: \"$2\" cannot be the name of an interface}" \
		<(dmesg | tail -n 3)
}
bad "a slash" eth/0
bad "a name of 16 characters" abcdefghijklmnop
bad "an empty name" "lan0,,eth0" 'camfence: lockdown: "" cannot'
bad "no name" "" 'camfence: lockdown: "" cannot'
bad "two dots" "lan0,.." 'camfence: lockdown: ".." cannot'
bad "a space" '"lan 0"' 'camfence: lockdown: "lan 0" cannot'
bad "more than 64" "$(printf 'eth%d,' {1..64})eth65" "can only take 64"
check "two names, one of them nobody's" insert lockdown=lan0,eth99
LOADED=1
equal "they are shown" "$(</sys/module/camfence/parameters/lockdown)" lan0,eth99
equal "to everybody, and not to be changed" "$(stat -c %a /sys/module/camfence/parameters/lockdown)" 444
run rmmod camfence
check "15 characters" insert lockdown=abcdefghijklmno
run rmmod camfence
check "none" insert
LOADED=
section "Without the parameter"
topology
brx_up
tap_start cam-v4 cam-v6 pc nvr inet "${PORTS[@]}"
WAYS=$(ways)
try open
module_unload

section "From load on"
insert lockdown=lan0,bp-a
LOADED=1
try locked
pings
stats_take
# Flooded: ARP from ha goes to hc, too; ARP from hb for hc, and what is for hc,
# which no bridge has heard yet, to ha.
equal "all were counted, once a port" "${CNT[reasons:lockdown:packets]}" $((LOCKED + 3))

section "Another namespace is not locked, whatever its interfaces are called"
port_named() {
	run ip -n switch link set "$1" down
	run ip -n switch link set "$1" name "$2"
	run ip -n switch link set "$2" up
}
port_named p-pc bp-a
check "bridged to a port of that name" arrives cam-v4 pc \
	"$(via "${MAC[cam-v4]}" "${MAC[pc]}" "${ADDR4[cam-v4]}" "${ADDR4[pc]}")"
port_named bp-a p-pc

section "The first commit opens"
printf '%s\n' 203.0.113.0/24 >"$WORK/cn"
cf set load cn "$WORK/cn"
try open
pings

section "A flush locks again"
cf flush
try locked
pings
cf set load cn "$WORK/cn"
try open

section "A name that comes to another interface"
cf flush
try locked
run ip link set bp-a down
run ip link set bp-a name bp-z
run ip link set bp-z up
check "the port has another name now" arrives ha hb "$(via "${MACX[ha]}" "${MACX[hb]}" 10.20.8.10 10.20.8.11)"
run ip link set bp-z down
run ip link set bp-z name bp-a
run ip link set bp-a up
check "and its old one again" refuses arrives ha hb "$(via "${MACX[ha]}" "${MACX[hb]}" 10.20.8.10 10.20.8.11)"

# A bridge's name: it is on all the ways of WAYS that brx is on, and lan0's are free.
bridge_named() {
	local text kind rest

	while IFS='|' read -r text kind rest; do
		case $text in
		bridged* | *bridge*) kind=locked ;;
		*) kind=free ;;
		esac
		printf '%s|%s|%s\n' "$text" $kind "$rest"
	done
}

section "A bridge by its name: what it routes, and what it bridges"
run rmmod camfence
insert lockdown=brx
WAYS=$(ways | bridge_named)
try locked
pings

section "Unloaded, it is gone"
run rmmod camfence
LOADED=
try open

section "The same where there is no module: nft closes what is named"
nft_close() { nft -D "names={ $1 }" -f share/nftables/lockdown.nft; }
run nft_close '"brx", "brx.*"'
try locked
pings
run nft 'delete table inet camfence_lockdown; delete table bridge camfence_lockdown'
try open

section "Flows that a flowtable carries past the hooks"
FLOW=$(via "${MAC[cam-v4]}" 02:ca:00:00:00:01 "${ADDR4[cam-v4]}" "${ADDR4[inet]}")
offloaded() { grep -q 'dport=443.*\[OFFLOAD\]' /proc/net/nf_conntrack; }
# offload: the first frame is tracked, the second offloaded, the third carried;
# gone: waits until it is not any more
offload() {
	local i

	for ((i = 0; i < 50; i++)); do
		arrives cam-v4 inet "$FLOW" || return 1
		! offloaded || return 0
	done
	return 1
}
gone() {
	local i

	for ((i = 0; i < 400; i++)); do
		offloaded || return 0
		sleep 0.05
	done
	return 1
}
run nft "add table inet fast
	add flowtable inet fast ft { hook ingress priority 0; devices = { lan0, wan0 }; }
	add chain inet fast forward { type filter hook forward priority 0; }
	add rule inet fast forward udp dport 443 flow add @ft"
check "before the module is there" offload
insert lockdown=lan0
LOADED=1
check "taken out when it is" gone
check "  and locked" refuses arrives cam-v4 inet "$FLOW"
cf set load cn "$WORK/cn"
check "the first commit opens" offload
cf flush
check "taken out by a flush" gone
check "  and locked" refuses arrives cam-v4 inet "$FLOW"
run nft delete table inet fast
run rmmod camfence
LOADED=
check "unloaded, it is open" arrives cam-v4 inet "$FLOW"
run ip link del brx
for host in "${PORTS[@]}"; do run ip netns del "$host"; done
module_load
