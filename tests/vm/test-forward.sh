#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# FORWARD: who is a camera, what each policy does to it, and that every packet
# is counted once, under its reason and its camera.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

# In the block set; in no set; in the block set and in an allow set.
CN4=1.2.4.8 CN6=2001:250::8
DK4=198.51.100.8 DK6=2001:db8:1::8
OK4=1.2.4.99

module_load
topology
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
printf '%s\n' "${ADDR4[nvr]}" "${ADDR6[nvr]}" >"$WORK/nvr"
printf '%s\n' $OK4 >"$WORK/ok"
cf set load cn "$WORK/cn"
cf set load nvr "$WORK/nvr"
cf set load ok "$WORK/ok"

# go DST HOST [PROTO]: out of the LAN; come SRC HOST [PROTO]: into it
go() { echo "from=$2 at=inet proto=${3:-tcp} dst=$1 dport=443"; }
come() {
	local dst=${ADDR4[$2]}

	[[ $1 != *:* ]] || dst=${ADDR6[$2]}
	echo "from=inet at=$2 proto=${3:-udp} src=$1 dst=$dst dport=8000"
}

section "No ruleset but sets: nothing is anybody's business"
expect_pass "the LAN reaches a blocked range" "$(go $CN4 cam-v4)"

section "A camera known by its MAC"
cf camera add hall mac "${MAC[cam-mac]}" policy geoblock
for proto in tcp udp icmp; do
	expect_drop "cam-mac -> blocked, IPv4 $proto" "$(go $CN4 cam-mac $proto)"
	expect_drop "cam-mac -> blocked, IPv6 $proto" "$(go $CN6 cam-mac $proto)"
done
expect_pass "cam-mac -> unlisted, IPv4" "$(go $DK4 cam-mac)"
expect_pass "cam-mac -> unlisted, IPv6" "$(go $DK6 cam-mac)"
expect_drop "its MAC under an address never seen -> blocked" \
	"$(go $CN4 cam-mac) src=10.20.0.77"
expect_pass "another MAC under its address -> blocked: not it" \
	"$(go $CN4 pc) src=${ADDR4[cam-mac]}"
cf camera delete hall
twin "camera deleted"

section "A camera known by its IPv4 address"
cf camera add gate addr "${ADDR4[cam-v4]}" policy geoblock --force=one-family
for proto in tcp udp icmp; do
	expect_drop "cam-v4 -> blocked, $proto" "$(go $CN4 cam-v4 $proto)"
	expect_drop "blocked -> cam-v4, $proto" "$(come $CN4 cam-v4 $proto)"
done
expect_drop "its address from another MAC -> blocked" \
	"$(go $CN4 pc) src=${ADDR4[cam-v4]}"
expect_pass "cam-v4 -> unlisted" "$(go $DK4 cam-v4)"
expect_pass "unlisted -> cam-v4" "$(come $DK4 cam-v4)"
expect_pass "cam-v4 -> blocked over IPv6, of which nothing is registered" "$(go $CN6 cam-v4)"
cf camera delete gate
twin "camera deleted"

section "A camera known by its IPv6 address"
cf camera add yard addr "${ADDR6[cam-v6]}" policy geoblock --force=one-family
for proto in tcp udp icmp; do
	expect_drop "cam-v6 -> blocked, $proto" "$(go $CN6 cam-v6 $proto)"
	expect_drop "blocked -> cam-v6, $proto" "$(come $CN6 cam-v6 $proto)"
done
expect_pass "cam-v6 -> unlisted" "$(go $DK6 cam-v6)"
expect_pass "unlisted -> cam-v6" "$(come $DK6 cam-v6)"
cf camera delete yard
twin "camera deleted"

section "A camera known by MAC and address"
cf camera add dock mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy geoblock
expect_drop "cam-both -> blocked, IPv4" "$(go $CN4 cam-both)"
expect_drop "cam-both -> blocked, IPv6" "$(go $CN6 cam-both)"
expect_drop "its MAC, another address -> blocked" "$(go $CN4 cam-both) src=10.20.0.78"
expect_drop "its address, another MAC -> blocked" "$(go $CN6 pc) src=${ADDR6[cam-both]}"
expect_drop "blocked -> cam-both, IPv4" "$(come $CN4 cam-both)"
expect_drop "blocked -> cam-both, IPv6" "$(come $CN6 cam-both)"
expect_pass "cam-both -> unlisted" "$(go $DK6 cam-both)"
cf camera delete dock
twin "camera deleted"

section "The office PC is nobody's camera"
cf camera add hall mac "${MAC[cam-mac]}" policy geoblock
cf camera add gate addr "${ADDR4[cam-v4]}" policy geoblock --force=one-family
cf camera add yard addr "${ADDR6[cam-v6]}" policy geoblock --force=one-family
for dst in $CN4 $CN6; do
	expect_pass "pc -> blocked $dst" "$(go "$dst" pc)"
	expect_pass "blocked $dst -> pc" "$(come "$dst" pc)"
done

section "Every drop is counted once: reasons, cameras, bytes"
mark "${HOSTS[@]}"
for host in cam-mac cam-v4; do
	for proto in tcp udp icmp; do
		expect_drop "$host -> blocked, $proto" "$(go $CN4 $host $proto)"
	done
done
expect_drop "blocked -> cam-v6" "$(come $CN6 cam-v6)"
since
equal "drops by block = frames sent" "${CNT[reasons:block:packets]}" "$FRAMES"
equal "their bytes" "${CNT[reasons:block:bytes]}" "$BYTES"
equal "drops of hall" "${CNT[cameras:hall:drops]}" 3
equal "drops of gate" "${CNT[cameras:gate:drops]}" 3
equal "drops of yard, as receiver" "${CNT[cameras:yard:drops]}" 1
equal "drops of the policy" "${CNT[policies:geoblock:drops]}" "$FRAMES"
sum=0
for name in hall gate yard; do sum=$((sum + ${CNT[cameras:$name:drop-bytes]})); done
equal "bytes of the cameras" $sum "$BYTES"
mark "${HOSTS[@]}"
expect_pass "pc -> blocked" "$(go $CN4 pc)"
expect_pass "hall -> unlisted" "$(go $DK4 cam-mac)"
expect_pass "unlisted -> gate" "$(come $DK4 cam-v4)"
since
equal "no camera: the PC and the barriers" "${CNT[reasons:no_camera:packets]}" "$((BARRIERS + 1))"
equal "passed by default" "${CNT[reasons:default_pass:packets]}" 2
equal "nothing dropped" "${CNT[reasons:block:packets]}" 0
cf flush
twin "flush"

section "isolate: its recorder only"
cf set load cn "$WORK/cn"
cf set load nvr "$WORK/nvr"
cf set load ok "$WORK/ok"
cf policy set isolate default drop allow nvr
cf camera add vault addr "${ADDR4[cam-iso]}" addr "${ADDR6[cam-iso]}" policy isolate
expect_pass "cam-iso -> recorder, IPv4" "from=cam-iso at=nvr proto=tcp dst=${ADDR4[nvr]} dport=554"
expect_pass "cam-iso -> recorder, IPv6" "from=cam-iso at=nvr proto=udp dst=${ADDR6[nvr]} dport=554"
expect_pass "recorder -> cam-iso, IPv4" "from=nvr at=cam-iso proto=tcp dst=${ADDR4[cam-iso]} dport=554"
mark cam-iso inet
expect_drop "cam-iso -> unlisted, IPv4" "$(go $DK4 cam-iso)"
expect_drop "cam-iso -> unlisted, IPv6" "$(go $DK6 cam-iso)"
expect_drop "cam-iso -> blocked" "$(go $CN4 cam-iso)"
expect_drop "unlisted -> cam-iso, IPv4" "$(come $DK4 cam-iso)"
expect_drop "unlisted -> cam-iso, IPv6" "$(come $DK6 cam-iso)"
expect_drop "cam-iso -> the recorder's neighbour" \
	"from=cam-iso at=nvr proto=tcp dst=${BADDR4[nvr]} dport=554"
since
equal "drops by default = frames sent" "${CNT[reasons:default_drop:packets]}" "$FRAMES"
equal "drops of vault" "${CNT[cameras:vault:drops]}" "$FRAMES"
cf camera delete vault
twin "camera deleted"

section "approve: nobody, not even the recorder"
cf camera add vault addr "${ADDR4[cam-iso]}" addr "${ADDR6[cam-iso]}" policy approve
expect_drop "cam-iso -> recorder" "from=cam-iso at=nvr proto=tcp dst=${ADDR4[nvr]} dport=554"
expect_drop "recorder -> cam-iso" "from=nvr at=cam-iso proto=tcp dst=${ADDR4[cam-iso]} dport=554"
expect_drop "cam-iso -> unlisted" "$(go $DK4 cam-iso)"
cf camera delete vault
twin "camera deleted"

section "audit: counts, and passes"
cf camera add vault addr "${ADDR4[cam-iso]}" addr "${ADDR6[cam-iso]}" policy audit
mark cam-iso inet
expect_pass "cam-iso -> blocked" "$(go $CN4 cam-iso)"
expect_pass "blocked -> cam-iso" "$(come $CN6 cam-iso)"
since
equal "audited" "${CNT[reasons:audit:packets]}" "$FRAMES"
equal "dropped" "${CNT[reasons:block:packets]}" 0
expect_pass "cam-iso -> unlisted" "$(go $DK4 cam-iso)"
since
equal "not audited" "${CNT[reasons:audit:packets]}" 2
cf policy set audit default pass action drop block cn
expect_drop "cam-iso -> blocked, once the policy drops" "$(go $CN4 cam-iso)"
cf policy set audit default pass action audit block cn
twin "the policy audits again"
cf camera delete vault

section "allow goes before block"
cf policy set mixed default drop allow ok block cn
cf camera add vault addr "${ADDR4[cam-iso]}" policy mixed --force=one-family
mark cam-iso
expect_pass "cam-iso -> in both sets" "$(go $OK4 cam-iso)"
since
equal "by allow" "${CNT[reasons:allow:packets]}" 1
expect_drop "cam-iso -> blocked" "$(go $CN4 cam-iso)"
cf policy set mixed default pass block none
twin "the set is no longer blocked, the default is pass"
cf camera delete vault

section "What a remote hides counts as well"
cf camera add dock mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy geoblock
# ipip TO: IP in IP to an unlisted address, TO inside; the nonce is inner payload
ipip() {
	local inner

	inner=$(raw4 17 "${ADDR4[cam-both]}" "$1" 9c4001bb00180000)
	echo "from=cam-both at=inet dst=$DK4 raw=$(raw4 4 "${ADDR4[cam-both]}" $DK4 "$inner")"
}
for pair in "64:ff9b::102:408 NAT64" "2002:102:408::1 6to4" "2001::fefd:fbf7 Teredo"; do
	expect_drop "blocked, written as ${pair#* }" "$(go "${pair% *}" cam-both)"
done
expect_drop "blocked, inside of IP in IP" "$(ipip $CN4)"
cf camera delete dock
twin "camera deleted"
cf camera add dock mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy geoblock
for pair in "64:ff9b::c633:6408 NAT64" "2002:c633:6408::1 6to4" "2001::39cc:9bf7 Teredo"; do
	expect_pass "unlisted, written as ${pair#* }" "$(go "${pair% *}" cam-both)"
done
expect_pass "unlisted, inside of IP in IP" "$(ipip $DK4)"
cf camera delete dock

section "A tunnel to the recorder is not what its allow set is for"
cf camera add vault addr "${ADDR4[cam-iso]}" policy isolate --force=one-family
gre=$(raw4 47 "${ADDR4[cam-iso]}" "${ADDR4[nvr]}" 00000800)
mark cam-iso
expect_drop "GRE, cam-iso -> recorder" "from=cam-iso at=nvr dst=${ADDR4[nvr]} raw=$gre"
since
equal "as tunnel" "${CNT[reasons:tunnel:packets]}" 1
cf camera delete vault
twin "camera deleted"

section "Both ends are cameras: each policy must pass"
cf camera add vault addr "${ADDR4[cam-iso]}" policy isolate --force=one-family
cf camera add recorder addr "${ADDR4[nvr]}" policy approve --force=one-family
mark "${HOSTS[@]}"
expect_drop "cam-iso -> recorder: the receiver's policy" \
	"from=cam-iso at=nvr proto=tcp dst=${ADDR4[nvr]} dport=554"
since
equal "drops of the receiver" "${CNT[cameras:recorder:drops]}" 1
equal "drops of the sender" "${CNT[cameras:vault:drops]}" 0
cf camera delete recorder
twin "the recorder is no camera"
