#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Inbound to a camera known by its MAC: its neighbour's where that is valid, and
# the MAC of the frame where it was not, by the egress hook; on every kind of
# device, and while devices come, move and go. Nobody's packet is lost by it.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
. tests/vm/links.sh
trap finish EXIT

CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8 DK6=2001:db8:1::8
OTHER=02:ee:00:00:00:01			# nobody's MAC

LAN_HOSTS=(pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)

module_load
topology
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
cf set load cn "$WORK/cn"
cf policy set isolate default drop

from_router() { # HOST, which has no way to that address of the router's
	echo "from=router at=$1 proto=udp src=${BADDR4[router]} dst=${ADDR4[$1]} dport=80"
}

# --- one device ------------------------------------------------------------------

section "A camera known by its MAC alone"
camera mac "${MAC[nvr]}" policy geoblock
mark inet
cold "no_camera block" "blocked -> nvr" "$(come $CN4 nvr)"
warm block "blocked -> nvr" "$(come $CN4 nvr)"
cold "no_camera block" "IPv6" "$(come $CN6 nvr)"
warm block "IPv6" "$(come $CN6 nvr)"
since
equal "drops of the camera, one a packet" "${CNT[cameras:gate:drops]}" 4
cold no_camera "unlisted -> nvr: what passes at egress is not counted again" "$(come $DK4 nvr)"
warm default_pass "unlisted -> nvr" "$(come $DK4 nvr)"
cold no_camera "IPv6" "$(come $DK6 nvr)"
twin_of
cold no_camera "blocked -> nvr, nobody's" "$(come $CN4 nvr)"
cold no_camera "IPv6" "$(come $CN6 nvr)"

section "The router's own packets"
camera mac "${MAC[nvr]}" policy isolate
cold "no_camera default_drop" "the router -> nvr" "$(from_router nvr)"
warm default_drop "the router -> nvr" "$(from_router nvr)"
twin_of
cold no_camera "the router -> nvr, nobody's" "$(from_router nvr)"

section "Other selectors, beside a MAC"
cf camera add spare mac 02:ee:00:00:00:99 policy isolate
camera net 10.20.9.0/27 net fd00:20:9::/122 policy geoblock	# not the barriers
cold "no_camera block" "blocked -> a subnet's host" "$(come $CN4 nvr)"
warm block "blocked -> a subnet's host" "$(come $CN4 nvr)"
twin_of
camera iif nvr0 policy geoblock
SITE=1				# it judges the barriers, too
cold "no_camera block" "blocked -> a host behind an interface" "$(come $CN6 nvr)"
warm block "blocked -> a host behind an interface" "$(come $CN6 nvr)"
SITE=
twin_of
camera addr "${ADDR4[nvr]}" addr "${ADDR6[nvr]}" policy geoblock
cold block "blocked -> an address: FORWARD knows it" "$(come $CN4 nvr)"
cold default_pass "unlisted -> an address" "$(come $DK4 nvr)"
cf camera add two mac "${MAC[nvr]}" policy isolate
cold "default_pass default_drop" "unlisted -> an address, and its MAC another camera's" \
	"$(come $DK4 nvr)"
warm default_drop "unlisted -> an address, and its MAC another camera's" "$(come $DK4 nvr)"
cf camera delete two
cf camera delete gate
twin "cameras deleted"
camera net 10.20.9.0/27 policy isolate --force=one-family
cf camera add two mac "${MAC[nvr]}" policy geoblock
cold no_camera "unlisted -> a camera in another's subnet" "$(come $DK4 nvr)"
warm default_pass "unlisted -> a camera in another's subnet" "$(come $DK4 nvr)"
cf camera delete two
cf camera delete spare
cold default_drop "no MAC in the ruleset: FORWARD knows the subnet" "$(come $DK4 nvr)"
twin_of

section "By OUI"
wire maker 31 00:12:41:00:31:10
place maker 31 w-maker
camera oui 00:12:41 policy geoblock
cold "no_camera block" "blocked -> a MAC of the maker's" "$(come $CN4 maker)"
warm block "blocked -> a MAC of the maker's" "$(come $CN4 maker)"
cold no_camera "blocked -> another's" "$(come $CN4 nvr)"
twin_of

# --- a neighbour that changes ------------------------------------------------------

queue_start() {
	mkfifo "$WORK/nfq.in" "$WORK/nfq.out"
	python3 tests/vm/nfq.py <"$WORK/nfq.in" >"$WORK/nfq.out" &
	exec {NFQ_IN}>"$WORK/nfq.in" {NFQ_OUT}<"$WORK/nfq.out"
	IFS= read -r -t 60 REPLY <&"$NFQ_OUT" || die "nfq.py does not start"
}
nfq() {
	echo "$*" >&"$NFQ_IN"
	IFS= read -r -t 60 REPLY <&"$NFQ_OUT" || die "nfq.py does not answer: $*"
}
neighbour() {
	ip neigh replace "${ADDR4[nvr]}" lladdr "$1" dev nvr0 nud reachable || die "neighbour"
}
# between SRC FIRST THEN REASONS TEXT: the neighbour's MAC at FORWARD and at egress
between() {
	local spec i seen=1 want='' reason

	spec=$(come "$1" nvr dport=7777)
	HOST=nvr
	neighbour "$2"
	counted
	ask probe "$spec"
	nfq hold 1
	neighbour "$3"
	nfq release
	for reason in $4; do
		want+=" $reason=1"
		! is_drop "$reason" || seen=0
	done
	for ((i = 0; i < 200; i++)); do
		! is_decided $seen nvr "$reason" || break
	done
	outcome "$spec"
	equal "$5" "$OUTCOME" "seen=$seen$want"
}

section "Its neighbour changes between FORWARD and egress"
nft 'add table inet hold
	add chain inet hold post { type filter hook postrouting priority 0; }
	add rule inet hold post udp dport 7777 queue num 0'
queue_start
camera mac "${MAC[nvr]}" policy geoblock
cf camera add two mac $OTHER policy isolate
between $CN4 02:ee:00:00:00:02 "${MAC[nvr]}" "no_camera block" "nobody's, then the camera's"
between $DK4 "${MAC[nvr]}" $OTHER "default_pass default_drop" "a camera's, then another's"
cf camera delete two
between $DK4 "${MAC[nvr]}" $OTHER default_pass "  twin, nobody's then"
cf camera delete gate
between $CN4 02:ee:00:00:00:02 "${MAC[nvr]}" no_camera "  twin, camera deleted"
nft delete table inet hold
exec {NFQ_IN}>&- {NFQ_OUT}<&-
chill nvr

# --- NAT and exemptions ------------------------------------------------------------

hole() { # NAME FIELDS...: of the camera's, for ever
	cf exemption add "$1" camera gate "${@:2}" until permanent reason "tests" by tests
}
section "With SNAT of what comes in"
# nvr has a way to the router, and would answer.
ip netns exec nvr nft 'add table inet mute
	add chain inet mute out { type filter hook output priority 0; }
	add rule inet mute out icmp type destination-unreachable drop
	add rule inet mute out icmpv6 type destination-unreachable drop'
nft 'add table inet nat
	add chain inet nat post { type nat hook postrouting priority 100; }
	add rule inet nat post oifname nvr0 udp dport 80 masquerade to :50000-50999'
camera mac "${MAC[nvr]}" policy geoblock
cold "no_camera block" "blocked -> nvr" "$(come $CN4 nvr sport=41001)"
cold "no_camera block" "IPv6" "$(come $CN6 nvr sport=41001)"
cold no_camera "unlisted -> nvr" "$(come $DK4 nvr sport=41002)"
hole in remote $CN4 dir in proto udp port 41003 local-port 80
cold no_camera "exempted by its own port -> nvr" "$(come $CN4 nvr sport=41003)"
cold "no_camera block" "from another port -> nvr" "$(come $CN4 nvr sport=41004)"
cf exemption delete in
cold "no_camera block" "exempted no more -> nvr" "$(come $CN4 nvr sport=41003)"
twin_of
nft delete table inet nat

section "Exemptions, and what answers them"
out() { echo "from=nvr at=inet proto=udp dst=$CN4 sport=$1 dport=$2"; }
camera mac "${MAC[nvr]}" policy geoblock
hole out remote $CN4 proto udp port 443
warm exemption "nvr asks" "$(out 42001 443)"
cold no_camera "the answer" "$(come $CN4 nvr sport=443 dport=42001)"
warm reply "the answer" "$(come $CN4 nvr sport=443 dport=42001)"
cold "no_camera block" "no answer" "$(come $CN4 nvr sport=443 dport=42002)"
cf exemption delete out
cold "no_camera block" "the answer, exempted no more" "$(come $CN4 nvr sport=443 dport=42001)"
hole in remote $CN4 dir in proto udp local-port 80
specs=("$(come $CN4 nvr sport=42003)" "$(out 80 42003)" "$(out 80 42004)")
cold no_camera "nvr is asked" "${specs[0]}"
warm reply "its answer" "${specs[1]}"
warm block "no answer" "${specs[2]}"
cf exemption delete in
twin_of

# --- every kind of device ----------------------------------------------------------

# on HOST: it is judged there
on() {
	camera mac "${MAC[$1]}" policy geoblock
	cold "no_camera block" "blocked -> $1" "$(come $CN4 "$1")"
	warm block "blocked -> $1" "$(come $CN4 "$1")"
	cold "no_camera block" "IPv6" "$(come $CN6 "$1")"
	warm default_pass "unlisted -> $1" "$(come $DK6 "$1")"
	twin_of
	cold no_camera "nobody's -> $1" "$(come $CN4 "$1")"
	cold no_camera "IPv6" "$(come $CN6 "$1")"
}

# What follows comes while egress is hooked.
cf camera add spare mac 02:ee:00:00:00:99 policy isolate

section "A bridge"
wire port 32
wire other 33
of_kind brt0 type bridge mcast_snooping 0
ip_batch "link set w-port master brt0
link set w-other master brt0"
place port 32 brt0
on port

section "A VLAN device"
wire vlan 34
run ip link add link w-vlan name vl0.5 type vlan id 5
ip -n vlan link add link eth0 name eth0.5 type vlan id 5
place vlan 34 vl0.5 eth0.5
on vlan

section "A VRF"
wire vrf 35
if of_kind red0 type vrf table 100; then
	ip_batch "link set red0 up
link set w-vrf master red0"
	place vrf 35 w-vrf
	ip_batch "route add 10.20.35.0/24 dev w-vrf
route add fd00:20:35::/64 dev w-vrf"
	on vrf
else
	skip "a VRF: not in this kernel"
fi

section "A bond"
wire bond 36
if of_kind bnd0 type bond mode active-backup; then
	ip_batch "link set w-bond down
link set w-bond master bnd0
link set bnd0 up"
	place bond 36 bnd0
	on bond
else
	skip "a bond: not in this kernel"
fi

section "A team"
wire team 40
if of_kind tm0 type team; then
	run python3 tests/vm/team.py tm0
	ip_batch "link set w-team down
link set w-team master tm0
link set tm0 up"
	place team 40 tm0
	on team
else
	skip "a team: not in this kernel"
fi

section "A /31 and a /127"
wire pair 37
place pair 37 w-pair eth0 10.20.37.11/31 fd00:20:37::11/127
on pair

section "Point to point"
wire peer 38
place peer 38 w-peer eth0 "10.20.38.1 peer 10.20.38.10/32" "fd00:20:38::1 peer fd00:20:38::10/128"
on peer

# --- more addresses than one --------------------------------------------------------

section "Privacy addresses"
camera mac "${MAC[nvr]}" policy geoblock
for i in 1 2 3; do
	own=fd00:20:9::$i:5a17:ca3e
	ip -n nvr addr add "$own/64" dev eth0 nodad
	cold "no_camera block" "blocked -> its address $i" "$(come $CN6 nvr) dst=$own"
	warm block "blocked -> its address $i" "$(come $CN6 nvr) dst=$own"
done
twin_of

section "Behind a next hop of the other family"
run ip route add 10.77.0.0/24 via inet6 fd00:20:9::10 dev nvr0
camera mac "${MAC[nvr]}" policy geoblock
cold "no_camera block" "blocked -> behind it" "$(come $CN4 nvr) dst=10.77.0.5"
warm block "blocked -> behind it" "$(come $CN4 nvr) dst=10.77.0.5"
twin_of
cold no_camera "blocked -> behind it, nobody's" "$(come $CN4 nvr) dst=10.77.0.5"

section "Bridged: the frame's MAC"
ask port "other other eth0 02:ca:00:00:00:01 10.20.32.20 fd00:20:32::20" \
	"02:ba:00:00:33:10 10.20.32.120 fd00:20:32::120"
bridge -b - <<-END || die "bridge"
	fdb replace ${MAC[port]} dev w-port master static
	fdb replace 02:ba:00:00:32:10 dev w-port master static
	fdb replace ${MAC[other]} dev w-other master static
	fdb replace 02:ba:00:00:33:10 dev w-other master static
END
camera mac "${MAC[port]}" policy geoblock
spec="from=other at=port link=1 proto=udp src=$CN4 dst=${ADDR4[port]}"
row block "blocked -> port" "$spec"
row default_pass "unlisted -> port" "${spec/$CN4/$DK4}"
row no_camera "blocked -> another MAC" "${spec/$CN4/$CN4} dmac=$OTHER"
twin_of

# --- devices in motion -----------------------------------------------------------------

section "Renamed"
wire moves 39
place moves 39 w-moves
run ip link set w-moves down
run ip link set w-moves name renamed0 up
run ip addr flush dev renamed0
near moves 39 renamed0
on moves

section "To another namespace and back"
run ip link set renamed0 netns pc
run ip -n pc link set renamed0 netns 1
near moves 39 renamed0
on moves

section "Under a ruleset of that namespace"
run ip link set renamed0 netns pc
ip -n pc -b - <<-END
	addr add 10.20.39.1/24 dev renamed0
	link set renamed0 up
END
in_pc() { ip netns exec pc "$@"; }
drops_in_pc() { in_pc "$CAMFENCE" stats | awk '$1 == "default_drop" { n = $3 } END { print n + 0 }'; }
pinged() { in_pc ping -q -c 1 -W "$1" 10.20.39.10 >/dev/null; }
in_pc "$CAMFENCE" policy set isolate default drop >/dev/null
in_pc "$CAMFENCE" camera add gate mac "${MAC[moves]}" policy isolate >/dev/null
check "no ping comes through" refuses pinged 0.5
equal "dropped there, once" "$(drops_in_pc)" 1
in_pc "$CAMFENCE" camera delete gate >/dev/null
check "  twin, camera deleted: it does" pinged 5
in_pc "$CAMFENCE" flush --force=flush >/dev/null
run ip -n pc link set renamed0 netns 1
near moves 39 renamed0

section "Enslaved to a bond, and released"
if of_kind bnd1 type bond mode active-backup; then
	ip addr flush dev renamed0
	ip_batch "link set renamed0 down
link set renamed0 master bnd1
link set bnd1 up"
	near moves 39 bnd1
	on moves
	ip_batch "link set renamed0 nomaster
link del bnd1"
	near moves 39 renamed0
	on moves
else
	skip "enslaved to a bond: not in this kernel"
fi

section "Deleted, and there again by the same name"
run ip link del w-maker
run ip link add w-maker type veth peer name eth0 address "${MAC[maker]}" netns maker
ip -n maker -b - <<-END
	link set eth0 addrgenmode none
	link set eth0 up
	addr add 10.20.31.10/24 dev eth0
END
near maker 31 w-maker
camera mac "${MAC[maker]}" policy isolate
counted
check "the router's ping does not come through" refuses ping -q -c 1 -W 0.5 10.20.31.10
counted
equal "dropped" "$COUNTED" " no_camera=1 default_drop=1"
cf camera delete gate
check "  twin, camera deleted: it does" ping -q -c 1 -W 5 10.20.31.10
counted
cf camera delete spare

# --- a device that cannot be hooked, and when there are hooks --------------------------

section "A device has room for 1024 hooks"
run ip link add full0 type dummy
DEVICES+=(full0)
chains() { # FIRST LAST
	local i

	for ((i = $1; i <= $2; i++)); do
		echo "add chain netdev full c$i { type filter hook egress device full0 priority $i; }"
	done
}
nft -f - <<<"add table netdev full
$(chains 1 1023)"
camera mac "${MAC[nvr]}" policy isolate
check "1023 and ours: no room for another" refuses nft -f - <<<"$(chains 1024 1024)"
cf camera delete gate
camera addr "${ADDR4[nvr]}" policy isolate --force=one-family
check "no MAC, no hook: there is" nft -f - <<<"$(chains 1024 1024)"
cf camera delete gate
ERROR=$("$CAMFENCE" camera add gate mac "${MAC[nvr]}" policy isolate 2>&1) &&
	nok "a MAC is refused where a device cannot be hooked"
check "a MAC is refused, and the device named" grep -q 'interface "full0" cannot be looked at' <<<"$ERROR"
cold no_camera "nothing of it is in force" "$(come $DK4 nvr)"
nft delete table netdev full
camera mac "${MAC[nvr]}" policy isolate
cold "no_camera default_drop" "  twin, with room" "$(come $DK4 nvr)"
twin_of

# --- nobody's packet is lost -------------------------------------------------------------

section "10,000 packets to cold hosts that are no cameras"
camera mac $OTHER policy isolate
for key in gc_thresh1 gc_thresh2 gc_thresh3; do
	echo 32768 >/proc/sys/net/ipv4/neigh/default/$key
	echo 32768 >/proc/sys/net/ipv6/neigh/default/$key
done
echo 20000 >/proc/sys/net/core/netdev_max_backlog
run ip route add 10.50.0.0/16 dev nvr0
run ip -n nvr route add local 10.50.0.0/16 dev lo
run ip route add fd00:50::/64 dev nvr0
QUIET=1 run ip -n nvr -b - < <(printf "addr add fd00:50::%x/128 dev eth0 nodad\n" {1..400})
to="from=inet at=nvr proto=udp dport=80 src="
for ((i = 0; i < 9600; i++)); do
	echo "$to$CN4 dst=10.50.$((i / 250)).$((i % 250 + 1))"
done >"$WORK/cold4"
printf "${to}$CN6 dst=fd00:50::%x\n" {1..400} >"$WORK/cold6"
cat "$WORK/cold6" "$WORK/cold4" | split -l 50 -a 3 - "$WORK/cold."
mark inet
arrived=0
for file in "$WORK"/cold.*; do
	ask patient "$file"
	arrived=$((arrived + ${ANSWER##* }))
done
since
equal "arrived" $arrived 10000
equal "nobody's, and the barriers" "${CNT[reasons:no_camera:packets]}" $((10000 + BARRIERS))
drops=0
for reason in block default_drop malformed source_route tunnel; do
	drops=$((drops + ${CNT[reasons:$reason:packets]:-0}))
done
equal "dropped" $drops 0
cf flush
topology_down
module_unload
ok "and the module goes"
