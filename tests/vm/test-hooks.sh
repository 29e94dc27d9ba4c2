#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each hook beside FORWARD: to the router, from the router, bridged, and what a
# device sends to a receiver whose MAC was not known before.
#
# The router's bridge lan0 has the ports cam and pc; nvr, behind nvr0, answers
# ARP, so that its neighbour can be cold.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
trap finish EXIT

CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8

LAN_HOSTS=(cam pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)
BRIDGED=1

module_load
topology
C4=${ADDR4[cam]} C6=${ADDR6[cam]} R4=${ADDR4[router]} R6=${ADDR6[router]}
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
cf set load cn "$WORK/cn"
cf policy set isolate default drop


section "To the router"
camera mac "${MAC[cam]}" policy isolate
by default_drop expect_drop "the camera -> the router, by its MAC" \
	"from=cam at=router proto=udp dst=$R4 dport=53"
by default_drop expect_drop "IPv6" "from=cam at=router proto=tcp dst=$R6 dport=443"
by no_camera expect_pass "the PC -> the router" "from=pc at=router proto=udp dst=$R4 dport=53"
twin_of
camera mac "${MAC[cam]}" policy geoblock
by default_pass expect_pass "under geoblock" "from=cam at=router proto=udp dst=$R4 dport=53"
cf camera delete gate

section "From the router"
camera addr "$C4" addr "$C6" policy isolate
by default_drop expect_drop "the router -> the camera, by its address" \
	"from=router at=cam proto=udp dst=$C4 dport=80"
by default_drop expect_drop "IPv6" "from=router at=cam proto=udp dst=$C6 dport=80"
twin_of
camera mac "${MAC[cam]}" policy isolate
by default_drop expect_drop "by its neighbour's MAC" "from=router at=cam proto=udp dst=$C4 dport=80"
by default_drop expect_drop "IPv6" "from=router at=cam proto=udp dst=$C6 dport=80"
by no_camera expect_pass "the router -> the PC" \
	"from=router at=pc proto=udp dst=${ADDR4[pc]} dport=80"
twin_of

section "Bridged"
go() { echo "from=cam at=pc link=1 proto=udp dst=$*"; }
come() { echo "from=pc at=cam link=1 proto=udp dst=$C4 src=$*"; }
strange() { echo "from=cam at=pc link=1 dst=$DK4 eth=$1 raw=$(ip4 17 "$C4" $DK4 "$(udp 9)")"; }
TAG=81000001
bridged() {
	by block expect_drop "the camera -> blocked" "$(go $CN4)"
	by block expect_drop "IPv6" "$(go $CN6)"
	by block expect_drop "in a VLAN" "$(go $CN4) eth=810000010800"
	by block expect_drop "blocked -> the camera" "$(come $CN4)"
	by ethertype expect_drop "IP under a strange type" "$(strange 88b5)"
	by default_pass expect_pass "behind two tags, and one that the kernel takes off" \
		"$(strange $TAG$TAG${TAG}0800)"
	by malformed expect_drop "behind one more" "$(strange $TAG$TAG$TAG${TAG}0800)"
	by default_pass expect_pass "the camera -> unlisted" "$(go $DK4)"
	by l2_control expect_pass "ARP" \
		"from=cam at=pc link=1 dst=$DK4 eth=0806 raw=$(arp "${MAC[cam]}" "$C4" 10.20.0.1)"
}
camera mac "${MAC[cam]}" policy geoblock
bridged
twin_of
if modprobe br_netfilter 2>/dev/null; then
	section "Bridged, and br_netfilter on: judged once, too"
	camera mac "${MAC[cam]}" policy geoblock
	bridged
	mark cam
	expect_pass "the camera -> unlisted" "$(go $DK4)"
	since
	equal "counted once" "${CNT[reasons:default_pass:packets]}" 1
	twin_of
	echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables
	echo 0 >/proc/sys/net/bridge/bridge-nf-call-ip6tables
else
	skip "bridged, and br_netfilter on: no such module"
fi

# --- a cold neighbour ----------------------------------------------------------

# seen_at HOST: the last probe; it may have waited for its neighbour
seen_at() {
	local i

	for ((i = 0; i < 100; i++)); do
		ask where probe
		[[ " $ANSWER " != *" $1 "* ]] || return 0
	done
	return 1
}

# packets REASON: counted so far, in COUNT
packets() {
	packets_take
	COUNT=${PACKETS[$1]:-0}
}

counts() {
	local i

	for ((i = 0; i < 100; i++)); do
		packets "$1"
		((COUNT <= $2)) || return 0
	done
	return 1
}

# The router knows no neighbour behind nvr0 but barriers.
chill() {
	local addr

	for addr in "${ADDR4[nvr]}" "${ADDR6[nvr]}"; do
		ip neigh del "$addr" dev nvr0 2>/dev/null || true
	done
	ip neigh flush dev nvr0 nud reachable nud stale nud delay nud probe nud failed \
		nud incomplete >/dev/null 2>&1 || die "ip neigh flush"
}

# cold_drop REASON DST SPEC: passes FORWARD as nobody's, is dropped as sent
cold_drop() {
	local before

	chill
	packets "$1"
	before=$COUNT
	mark inet nvr	# the barrier comes back
	ask probe "$3"
	check "  -> $2, cold: dropped at egress, by $1" counts "$1" "$before"
	check "    and did not arrive" refuses seen_at nvr
	since
	equal "    once" "${CNT[reasons:$1:packets]}" 1
	equal "    having passed FORWARD as nobody's" "${CNT[reasons:no_camera:packets]}" \
		$((BARRIERS + 1))
	expect_drop "  -> $2, warm: dropped at FORWARD" "$3"
}

cold_pass() {
	chill
	ask probe "$2"
	check "  -> $1, cold: arrives" seen_at nvr
}

N4=${ADDR4[nvr]} N6=${ADDR6[nvr]}
IN4="from=inet at=nvr proto=udp src=$CN4 dst=$N4 dport=80"
IN6="from=inet at=nvr proto=udp src=$CN6 dst=$N6 dport=80"

section "Routed to a camera known by its MAC alone"
camera mac "${MAC[nvr]}" policy geoblock
cold_drop block "$N4" "$IN4"
cold_drop block "$N6" "$IN6"
mark inet
cold_pass "$N4, from an unlisted address" "${IN4/$CN4/$DK4}"
since
equal "what passes at egress is not counted again" "${CNT[reasons:default_pass:packets]}" 0
twin_of
cold_pass "$N4, nobody's" "$IN4"
cold_pass "$N6, nobody's" "$IN6"

section "A site's drop towards a cold neighbour asks for it"
resolved() {
	local i

	for ((i = 0; i < 100; i++)); do
		[[ $(ip neigh show "$1" dev nvr0 nud reachable) != *lladdr* ]] || return 0
	done
	return 1
}
cf policy set site default pass block cn
cf option set site site
camera mac "${MAC[nvr]}" policy audit
for dst in "$N4 $IN4" "$N6 $IN6"; do
	chill
	by block expect_drop "-> ${dst%% *}, cold: the site's" "${dst#* }"
	check "  its neighbour is known now" resolved "${dst%% *}"
	by audit expect_pass "  and so it is the camera's" "${dst#* }"
done
cf option set site none
twin "no site"
cf camera delete gate

section "Another device under a camera's address"
camera mac "${MAC[cam]}" addr "$C4" addr "$C6" policy geoblock
# spoofed SPEC: counted so, in MORE
spoofed() {
	local before

	stats_take
	before=${CNT[cameras:gate:spoofs]}
	ask probe "$1"
	stats_take
	MORE=$((${CNT[cameras:gate:spoofs]} - before))
}
# Its route is looked at once a second.
spoofed_soon() {
	local i

	for ((i = 0; i < 50; i++)); do
		spoofed "$1"
		((!MORE)) || return 0
	done
	return 1
}
spoofed "from=cam at=inet proto=udp dst=$DK4"
equal "routed, its own MAC" "$MORE" 0
check "routed, another's" spoofed_soon "from=pc at=inet proto=udp dst=$DK4 src=$C4"
spoofed "from=pc at=cam link=1 proto=udp dst=$C6 src=$C6"
equal "bridged, another's, IPv6" "$MORE" 1
cf camera delete gate
camera mac "${MAC[cam]}" addr 10.99.0.1 policy geoblock --force=one-family
run ip route add 10.99.0.1 via "${ADDR4[pc]}"
spoofed "from=pc at=inet proto=udp dst=$DK4 src=10.99.0.1"
equal "from behind a router, whose MAC it is" "$MORE" 0
run ip route replace 10.99.0.1 dev lan0
check "  twin, on link" spoofed_soon "from=pc at=inet proto=udp dst=$DK4 src=10.99.0.1"
cf camera delete gate

section "Sent by a flowtable, past FORWARD, and behind SNAT"
FLOW="$IN4 sport=41000"
offloaded() { grep -q "src=$CN4 .*sport=41000.*\[OFFLOAD\]" /proc/net/nf_conntrack; }
# While its neighbour is cold, FORWARD lets it pass to where flows are added.
offload() {
	local i

	for ((i = 0; i < 20; i++)); do
		chill
		ask probe "$FLOW"
		! offloaded || return 0
	done
	return 1
}
if nft -f - 2>/dev/null; then
	camera mac "${MAC[nvr]}" policy geoblock
	check "blocked -> the camera, offloaded" offload
	check "its neighbour is known" resolved "$N4"
	mark inet nvr
	expect_drop "blocked -> the camera" "$FLOW"
	since
	equal "dropped once" "${CNT[reasons:block:packets]}" 1
	equal "not passed at FORWARD" "${CNT[reasons:no_camera:packets]}" "$BARRIERS"
	check "and no longer offloaded" refuses offloaded
	twin_of
	check "  offloaded" offload
	expect_pass "  nobody's" "$FLOW"
	nft 'delete table inet fast'
else
	skip "flowtables: not in this kernel"
fi <<-END
	table inet fast {
		flowtable ft {
			hook ingress priority 0
			devices = { wan0, nvr0 }
		}
		chain forward {
			type filter hook forward priority 0
			udp dport 80 flow add @ft
		}
		chain post {
			type nat hook postrouting priority 100
			oifname "nvr0" masquerade
		}
	}
END

section "By the router, through a device that came later"
camera mac "${MAC[nvr]}" policy isolate
ip_batch "link add link nvr0 name nvr0.7 type vlan id 7
addr add 10.20.7.1/24 dev nvr0.7
link set nvr0.7 up
link set nvr0.7 down
link set nvr0.7 name late0
link set late0 up"
ip -n nvr -b - <<-END
	link add link eth0 name late0 type vlan id 7
	addr add 10.20.7.10/24 dev late0
	link set late0 up
END
packets default_drop
before=$COUNT
pinged() { ping -q -c 1 -W "$1" 10.20.7.10 >/dev/null; }
check "no ping comes through" refuses pinged 1
check "dropped at its egress" counts default_drop "$before"
cf camera delete gate
check "  twin, camera deleted: it does" pinged 5

section "Devices come, move and go while egress is hooked"
camera mac "${MAC[nvr]}" policy isolate
ip_batch "link add dum0 type dummy
link set dum0 netns nvr"
run ip -n nvr link set dum0 netns 1
run ip link set dum0 netns pc
ip_batch "link add dum0 type bond
link add dum1 type dummy
link set dum1 master dum0
link del dum0
link del dum1
link del late0"
run ip netns add gone
run ip link add dum0 netns gone type dummy
ip netns exec gone "$CAMFENCE" camera add gate mac "${MAC[nvr]}" policy approve >/dev/null
run ip netns del gone
cf camera delete gate
cf flush
topology_down
module_unload
ok "and the module goes"
