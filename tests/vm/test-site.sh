#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The site's policy judges whatever has no camera at either end: both ends of
# what is forwarded or bridged, and the router itself. It drops in silence and
# passes by default; with a camera at an end it is not asked.
#
# What the router lets in it answers itself, with an error of its own.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
trap finish EXIT

LAN_HOSTS=(cam pc nas)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)
BRIDGED=1
CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8 DK6=2001:db8:1::8	# in no set

module_load
topology
printf '%s\n' 1.2.0.0/16 2001:250::/32 >"$WORK/cn"
cf set load cn "$WORK/cn"
settle_links

# Of one family at a time: blocked, in no set; the camera, a PC, the router
family() {
	FAMILY=$1
	if ((FAMILY == 4)); then
		CN=$CN4 DK=$DK4 CAM=${ADDR4[cam]} PC=${ADDR4[pc]} WAN=192.0.2.1 LAN=${ADDR4[router]}
	else
		CN=$CN6 DK=$DK6 CAM=${ADDR6[cam]} PC=${ADDR6[pc]} WAN=fd00:192::1 LAN=${ADDR6[router]}
	fi
}
# frame FROM AT SRC DST [K=V...]
PORT=5000
frame() { echo "from=$1 at=$2 proto=udp src=$3 dst=$4 sport=$PORT dport=443 ${*:5}"; }
again() {
	twin "$1"
	counted
}
forget() { conntrack -F 2>/dev/null; }

# strangers REASON: what the site's policy is about; REASON is what CN's get
strangers() {
	local pass=default_pass

	[[ $1 == block ]] || pass=$1
	for f in 4 6; do
		family $f
		row "$1" "IPv$f: a PC to a blocked address" "$(frame pc inet "$PC" $CN)"
		row "$1" "IPv$f: a blocked address to a PC" "$(frame inet pc $CN "$PC")"
		row "$1" "IPv$f: the router to it" "$(frame router inet $WAN $CN)"
		row "$1${2:-}" "IPv$f: it to the router" "$(frame inet router $CN $WAN)"
		row "$1" "IPv$f: bridged, to it" "$(frame pc nas "$PC" $CN link=1)"
		row "$1" "IPv$f: bridged, from it" "$(frame pc nas $CN "$PC" link=1)"
		row "$pass" "IPv$f: a PC to a free address" "$(frame pc inet "$PC" $DK)"
		row "$pass" "IPv$f: a free address to a PC" "$(frame inet pc $DK "$PC")"
		row "$pass" "IPv$f: the router to it" "$(frame router inet $WAN $DK)"
		row "$pass=2" "IPv$f: it to the router, and its answer" "$(frame inet router $DK $WAN)"
		row "$pass=2" "IPv$f: a PC to the router, and its answer" "$(frame pc router "$PC" "$LAN")"
		row "$pass" "IPv$f: bridged" "$(frame pc nas "$PC" $DK link=1)"
	done
}

section "Without a site's policy nothing of strangers is dropped"
counted
strangers no_camera =2

section "With one"
cf option set site geoblock
SITE=1
counted
stats_take
before=${CNT[policies:geoblock:drops]:-0}
strangers block
stats_take
equal "drops of the policy" $((${CNT[policies:geoblock:drops]} - before)) 12
row l2_control "bridged between strangers, ARP" \
	"from=pc at=nas link=1 dst=${ADDR4[nas]} eth=0806 raw=$(arp "${MAC[pc]}" "${ADDR4[pc]}" $CN4)"
HOPS=255
row l2_control "bridged between strangers, neighbour discovery from a blocked address" \
	"from=pc at=nas link=1 dst=${ADDR6[nas]} raw=$(ip6 58 $CN6 "${ADDR6[nas]}" "$(solicit "${ADDR6[nas]}")")"
HOPS=64

section "Its default is pass, and its drops are silent"
check "a policy that drops by default is refused" refuses "$CAMFENCE" option set site isolate
check "so is its default being changed" refuses "$CAMFENCE" policy set geoblock default drop
check "and its being deleted" refuses "$CAMFENCE" policy delete geoblock
cf policy set geoblock action reject
counted
for f in 4 6; do
	family $f
	row block "IPv$f: a PC to a blocked address" "$(frame pc inet "$PC" $CN)"
	equal "  and no word about it" "$ANSWER" "seen=0 reply=0"
	row block "IPv$f: a blocked address to the router" "$(frame inet router $CN $WAN)"
	equal "  and no word about it" "$ANSWER" "seen=0 reply=0"
done
cf policy set geoblock action audit
counted
for f in 4 6; do
	family $f
	row audit "IPv$f: a PC to a blocked address, audit" "$(frame pc inet "$PC" $CN)"
	row audit "IPv$f: a blocked address to a PC, audit" "$(frame inet pc $CN "$PC")"
done
again "action audit"
cf policy set geoblock action drop
counted

section "What has a camera at an end it does not judge"
cf policy set open default pass
cf camera add gate mac "${MAC[cam]}" addr "${ADDR4[cam]}" addr "${ADDR6[cam]}" policy open
counted
stats_take
before=${CNT[policies:geoblock:packets]}
for f in 4 6; do
	family $f
	row default_pass "IPv$f: the camera to a blocked address" "$(frame cam inet "$CAM" $CN)"
	row default_pass "IPv$f: a blocked address to the camera" "$(frame inet cam $CN "$CAM")"
	row default_pass "IPv$f: the router to the camera, under it" "$(frame router cam $CN "$CAM")"
	row default_pass "IPv$f: the router under the camera's, to it" "$(frame router inet "$CAM" $CN)"
	row default_pass "IPv$f: bridged, the camera to it" "$(frame cam pc "$CAM" $CN link=1)"
	row default_pass "IPv$f: bridged, it to the camera" "$(frame pc cam $CN "$CAM" link=1)"
	row default_pass "IPv$f: its MAC, an address never seen" "$(frame cam inet $DK $CN)"
done
stats_take
equal "counted by the site's policy but for two barriers each: none" \
	$((${CNT[policies:geoblock:packets]} - before)) 20
cf policy set open default drop
counted
for f in 4 6; do
	family $f
	row default_drop "IPv$f: the camera to a free address" "$(frame cam inet "$CAM" $DK)"
	row default_drop "IPv$f: the camera to a PC" "$(frame cam pc "$CAM" "$PC" link=1)"
done
cf camera delete gate
again "camera deleted: the site passes it"

section "What is redirected to the router: where it was going, and who sent it"
shown "redirect"
nft 'add table inet nat; add chain inet nat pre { type nat hook prerouting priority -100; }
	add rule inet nat pre iifname { lan0, wan0 } udp dport 7000 redirect to :5000'
counted
for f in 4 6; do
	family $f
	row block "IPv$f: a PC to a blocked address" "$(frame pc router "$PC" $CN dport=7000)"
	row block "IPv$f: a blocked address to a free one" "$(frame inet router $CN $DK dport=7000)"
	row default_pass=2 "IPv$f: a PC to a free address, and the router's answer" "$(frame pc router "$PC" $DK dport=7000)"
done
cf option set site none
twin "no site"
nft 'delete table inet nat'
cf option set site geoblock
forget
counted

section "Its exemptions: out is to the destination, in from the source"
hole() { cf exemption add "$1" policy geoblock "${@:2}" until permanent reason tests by tests; }
PORT=6000
for f in 4 6; do
	family $f
	for dir in out in; do
		PORT=$((PORT + 10))
		[[ $f == 4 ]] && remote=1.2.4.0/28 || remote=2001:250::/64
		hole way remote "$remote" proto udp dir $dir
		counted
		if [[ $dir == out ]]; then
			go=("$(frame pc inet "$PC" $CN)" "$(frame router inet $WAN $CN)")
			back=("$(frame inet pc $CN "$PC" sport=443 dport=$PORT)"
				"$(frame inet router $CN $WAN sport=443 dport=$PORT)")
			PORT=$((PORT + 1))
			new=("$(frame inet pc $CN "$PC" sport=443 dport=$PORT)"
				"$(frame inet router $CN $WAN sport=443 dport=$PORT)")
		else
			go=("$(frame inet pc $CN "$PC")" "$(frame inet router $CN $WAN)")
			back=("$(frame pc inet "$PC" $CN sport=443 dport=$PORT)"
				"$(frame router inet $WAN $CN sport=443 dport=$PORT)")
			PORT=$((PORT + 1))
			new=("$(frame pc inet "$PC" $CN sport=443 dport=$PORT)"
				"$(frame router inet $WAN $CN sport=443 dport=$PORT)")
		fi
		text="IPv$f, $dir"
		if [[ $dir == out ]]; then
			row exemption "$text: a PC begins" "${go[0]}"
			row exemption "$text: the router begins" "${go[1]}"
			row default_pass "$text: the PC's destination first, then the answer's source" "${back[0]}"
			row "reply icmp_related" "$text: an answer to the router, and its own" "${back[1]}"
		else
			row default_pass "$text: the PC as destination first, then who begins" "${go[0]}"
			row "exemption icmp_related" "$text: the router is asked, and answers" "${go[1]}"
			row reply "$text: a PC's answer" "${back[0]}"
			row reply "$text: an answer of the router's" "${back[1]}"
		fi
		row block "$text: the other way, through the router" "${new[0]}"
		row block "$text: the other way, the router itself" "${new[1]}"
		cf exemption delete way
		hole way remote "$remote" dir both
		again "both ways"
		cf exemption delete way
		counted
		row block "$text: the exemption deleted, an answer" "${back[0]}"
		hole way remote "$remote" dir both
		again "both ways"
		cf exemption delete way
	done
done

section "An exempted answer to a camera known by its MAC alone, whose neighbour is cold"
cf policy set approve default drop
cf camera add hall mac "${MAC[cam]}" policy approve
cf exemption add way camera hall remote 1.2.4.0/28,2001:250::/64 until permanent reason tests by tests
for f in 4 6; do
	family $f
	shown "the camera has $CAM now, and answers who asks for it"
	ip -n cam addr add "$CAM/$((FAMILY == 4 ? 24 : 64))" dev eth0 nodad
	ip neigh del "$CAM" dev lan0
	expect_pass "IPv$f: a question" "$(frame cam inet "$CAM" $CN)"
	answer=$(frame inet cam $CN "$CAM" sport=443 dport=$PORT)
	expect_probe "IPv$f: the first answer, which nobody knows to be the camera's" "seen=0 reply=?" probe "$answer"
	if arrive "$answer"; then ok "  one after it"; else nok "  one after it" "$answer"; fi
done
cf exemption delete way
cf camera delete hall

section "No site any more"
counted
for f in 4 6; do
	family $f
	row block "IPv$f: a PC to a blocked address" "$(frame pc inet "$PC" $CN)"
	row block "IPv$f: the router to it" "$(frame router inet $WAN $CN)"
	row block "IPv$f: it to the router" "$(frame inet router $CN $WAN)"
	row block "IPv$f: bridged, to it" "$(frame pc nas "$PC" $CN link=1)"
done
cf option set site none
again "no site"
SITE=
strangers no_camera =2
