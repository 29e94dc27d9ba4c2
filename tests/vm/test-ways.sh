#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ways through a router that are seldom taken: multicast that it forwards, IPsec
# that ends in it, and its own loopback interface.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
trap finish EXIT

CN4=1.2.4.8 DK4=198.51.100.8
GROUP=239.1.2.3

LAN_HOSTS=(cam pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)

module_load
topology
C4=${ADDR4[cam]} CAM=${MAC[cam]}
printf '%s\n' 1.2.4.0/24 >"$WORK/cn"
printf '%s\n' $GROUP >"$WORK/groups"
cf set load cn "$WORK/cn"
cf set load groups "$WORK/groups"
cf policy set isolate default drop
cf policy set mute default pass block groups

section "Multicast that the router forwards: each copy is judged"
# forward_group SOURCE FROM TO...: while FORWARDER runs
forward_group() {
	mkfifo "$WORK/stop" "$WORK/ready"
	python3 tests/vm/mroute.py "$1" $GROUP "${@:2}" <"$WORK/stop" >"$WORK/ready" &
	exec {STOP}>"$WORK/stop" {READY}<"$WORK/ready"
	read -r -t 60 -u "$READY" || die "mroute.py does not start"
	counted
}
forward_end() {
	exec {STOP}>&- {READY}<&-
	wait %%
}
GO="from=cam at=inet proto=udp dst=$GROUP"
where() {
	ask where probe
	equal "  $2" "$ANSWER" "at $1"
}
forward_group "$C4" lan0 wan0 nvr0
row no_camera=2 "nobody's, two copies" "$GO"
where "nvr inet" "at both"
camera mac "$CAM" policy mute
row block=2 "the camera -> a group that its policy blocks" "$GO"
twin_row() {
	twin_of
	counted
}
twin_row
camera addr "$C4" policy geoblock --force=one-family
row default_pass=2 "the camera -> another" "$GO"
where "nvr inet" "at both"
cf camera delete gate
camera iif nvr0 policy isolate
row no_camera=2 "to an interface that is a camera: a group's receiver is not known" "$GO"
cf camera delete gate
forward_end
counted
ask probe "$GO"
equal "  twin: nobody forwards it" "$ANSWER" "seen=0 reply=0"

section "IPsec: the packet within is judged, and its MAC is the peer's"
# The PC is the peer, and 10.66.0.10 is behind it.
FAR=10.66.0.10 KEY=$(printf '%064d' 7)
# secured OPTION DIRECTIONS DIRECTIONS: what comes from there, and what goes there
secured() {
	local keys="enc cbc(aes) 0x${KEY:0:32} auth hmac(sha256) 0x$KEY"
	local pc=${ADDR4[pc]} router=${ADDR4[router]} dir

	# shellcheck disable=SC2086 # words
	ip $1 -b - 2>/dev/null <<-END || return 1
		xfrm state add src $pc dst $router proto esp spi 0x101 mode tunnel $keys
		xfrm state add src $router dst $pc proto esp spi 0x102 mode tunnel $keys
	END
	for dir in $2; do
		# shellcheck disable=SC2086 # words
		ip $1 -b - <<-END || die "xfrm"
			xfrm policy add src $FAR/32 dst 0.0.0.0/0 dir $dir tmpl src $pc dst $router proto esp mode tunnel
		END
	done
	for dir in $3; do
		# shellcheck disable=SC2086 # words
		ip $1 -b - <<-END || die "xfrm"
			xfrm policy add src 0.0.0.0/0 dst $FAR/32 dir $dir tmpl src $router dst $pc proto esp mode tunnel
		END
	done
}
if secured "" "in fwd" out && secured "-n pc" out "in fwd"; then
	answers on
	ip -n inet route add 10.66.0.0/24 via 192.0.2.1 table local
	ip -n pc addr add $FAR/32 dev lo
	run ip route add $FAR via "${ADDR4[pc]}"
	CALL="from=pc at=inet proto=icmp src=$FAR dst"
	counted
	by no_camera call_answered "nobody's" "$CALL=$CN4"
	camera addr $FAR policy geoblock --force=one-family
	by block call_dropped "known by its address -> blocked" "$CALL=$CN4"
	by default_pass call_answered "  -> unlisted" "$CALL=$DK4"
	twin_of
	camera mac "${MAC[pc]}" policy isolate
	by tunnel call_dropped "its peer a camera: no ESP to the router" "$CALL=$DK4"
	cf exemption add esp camera gate remote router proto 50 dir both until permanent \
		reason tests by tests
	twin "ESP exempted"
	mark pc inet
	call_answered "within it, the peer's MAC names nobody" "$CALL=$CN4"
	since
	equal "  by exemption, there and back" "${CNT[reasons:exemption:packets]}" 2
	equal "  by no_camera, there and back, and the barriers" "${CNT[reasons:no_camera:packets]}" \
		$((2 + BARRIERS))
	cf exemption delete esp
	cf camera delete gate
	answers off
else
	skip "IPsec: not in this kernel"
fi

section "The loopback interface is nobody's business"
printf '%s\n' 127.0.0.0/8 10.20.0.0/24 >"$WORK/here"
cf set load here "$WORK/here"
cf policy set closed default pass block here
cf option set site closed
counted
check "the router pings itself" ping -q -c 1 -W 60 127.0.0.1
check "under an address that the LAN knows" ping -q -c 1 -W 60 "${ADDR4[router]}"
counted
equal "which nothing counts" "$COUNTED" ""
check "  twin, the PC: no ping comes through" refuses ping -q -c 1 -W 1 "${ADDR4[pc]}"
counted
equal "  and it is counted" "$COUNTED" " block=1"
cf option set site none
check "  without site it does" ping -q -c 1 -W 60 "${ADDR4[pc]}"
