#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Exemptions: what they let out, for how long, and what comes back through them.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

VENDOR4=1.2.4.8 VENDOR6=2001:250::8	# exempted, in a blocked range
OTHER4=1.2.5.8				# in the same range, not exempted
ROUTER4=1.2.6.1 ROUTER6=2001:250:6::1	# on the way to it, blocked as well

module_load
topology
printf '%s\n' 1.2.0.0/16 2001:250::/32 >"$WORK/cn"
cf set load cn "$WORK/cn"
cf camera add gate mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy geoblock
for port in 80 443; do
	ask serve "at=inet proto=tcp dport=$port"
	ask serve "at=inet proto=udp dport=$port"
done

# call_to PROTO DST PORT; out, back PROTO REMOTE PORT: frames of one flow made by hand, and its answer
call_to() { echo "from=cam-both at=inet proto=$1 dst=$2 dport=$3"; }
out() { echo "from=cam-both at=inet proto=$1 dst=$2 dport=443 sport=$3"; }
back() {
	local dst=${ADDR4[cam-both]}

	[[ $2 != *:* ]] || dst=${ADDR6[cam-both]}
	echo "from=inet at=cam-both proto=$1 src=$2 dst=$dst sport=443 dport=$3 flags=12"
}

# about SRC DST SPORT: "fragmentation needed" from SRC about out tcp DST SPORT
about() {
	local own=${ADDR4[cam-both]}

	[[ $1 != *:* ]] || own=${ADDR6[cam-both]}
	echo "from=inet at=cam-both proto=error src=$1 dst=$own" \
		"iproto=tcp isrc=$own idst=$2 isport=$3 idport=443"
}

vendor() {
	cf exemption add vendor camera gate remote 1.2.4.0/28,2001:250::/64 proto tcp port 443 \
		"$@" reason "firmware" by security-office
}

section "tcp 443 of one vendor, real connections"
answers on
call_dropped "before there is an exemption, IPv4" "$(call_to tcp $VENDOR4 443)"
call_dropped "before there is an exemption, IPv6" "$(call_to tcp $VENDOR6 443)"
vendor until permanent
twin "exemption added"
mark cam-both
call_answered "vendor tcp 443" "$(call_to tcp $VENDOR4 443)"
since
equal "counted as exemption = frames sent" "${CNT[reasons:exemption:packets]}" "$FRAMES"
check "its replies are counted as replies" test "${CNT[reasons:reply:packets]}" -ge 3
both=$((${CNT[reasons:exemption:packets]} + ${CNT[reasons:reply:packets]}))
equal "the exemption's own: both" "${CNT[exemptions:vendor:packets]}" $both
call_dropped "vendor tcp 80" "$(call_to tcp $VENDOR4 80)"
call_dropped "vendor udp 443" "$(call_to udp $VENDOR4 443)"
call_dropped "vendor, ping" "$(call_to icmp $VENDOR4 0)"
call_dropped "another host tcp 443" "$(call_to tcp $OTHER4 443)"
call_dropped "vendor tcp 80, IPv6" "$(call_to tcp $VENDOR6 80)"
cf exemption add wide camera gate remote 1.2.0.0/16,2001:250::/32 until permanent \
	reason "the twin" by tests
twin "everything exempted"
cf exemption delete wide

section "Through masquerade"
run nft "add table ip nat; add chain ip nat post { type nat hook postrouting priority 100; };
	add rule ip nat post oifname wan0 masquerade"
call_answered "vendor tcp 443 behind NAT" "$(call_to tcp $VENDOR4 443)"
call_dropped "vendor tcp 80 behind NAT" "$(call_to tcp $VENDOR4 80)"
cf exemption delete vendor
call_dropped "vendor tcp 443 behind NAT without the exemption" "$(call_to tcp $VENDOR4 443)"
cf camera delete gate
twin "camera deleted"
run nft delete table ip nat
answers off
cf camera add gate mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy geoblock

section "Replies: of a flow that was let out, while the exemption lives"
vendor until permanent
for remote in $VENDOR4 $VENDOR6; do
	expect_drop "an answer nobody asked for from $remote" "$(back tcp "$remote" 41001)"
	expect_pass "  the question is let out" "$(out tcp "$remote" 41001)"
	twin "the question was asked"
done
expect_drop "a question from the vendor's port 443" \
	"$(back tcp $VENDOR4 41003) flags=2"
cf exemption delete vendor
cf camera delete gate
twin "camera deleted"
cf camera add gate mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy geoblock
vendor until permanent
expect_pass "question" "$(out tcp $VENDOR4 41004)"
expect_pass "answer" "$(back tcp $VENDOR4 41004)"
cf exemption delete vendor
expect_drop "another answer, exemption deleted" "$(back tcp $VENDOR4 41004)"
vendor until permanent
twin "exemption added again"

section "ICMP errors about a flow that was let out, from a blocked router"
for pair in "$ROUTER4 $VENDOR4" "$ROUTER6 $VENDOR6"; do
	read -r router remote <<<"$pair"
	expect_drop "$router: too big, about no flow" "$(about "$router" "$remote" 41005)"
	expect_pass "  the flow" "$(out tcp "$remote" 41005)"
	mark inet
	twin "the flow exists"
	since
	equal "counted as icmp_related" "${CNT[reasons:icmp_related:packets]}" 1
done

# Conntrack relates these as well; they are no errors, and are judged by who sends them.
section "Other ICMP that quotes a flow that was let out, from a blocked router"
expect_pass "  the flow" "$(out tcp $VENDOR4 41006)"
expect_drop "$ROUTER4: source quench" "$(about $ROUTER4 $VENDOR4 41006) type=4"
expect_drop "$ROUTER4: redirect" "$(about $ROUTER4 $VENDOR4 41006) type=5"
expect_pass "  the flow" "$(out tcp $VENDOR6 41006)"
expect_drop "$ROUTER6: of no known type" "$(about $ROUTER6 $VENDOR6 41006) type=100"
cf exemption delete vendor
cf camera delete gate
twin "camera deleted"
cf camera add gate mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy geoblock
vendor until permanent

section "Time: until, not-before, permanent"
cf exemption delete vendor
now=$(date +%s)
vendor until "$(date -u -d "@$((now + 86400))" +%Y-%m-%dT%H:%M:%SZ)"
expect_pass "a day before its end" "$(out tcp $VENDOR4 41010)"
expect_pass "its answer" "$(back tcp $VENDOR4 41010)"
run date -s "@$((now + 2 * 86400))"
expect_drop "a day after its end, a new flow" "$(out tcp $VENDOR4 41011)"
expect_drop "a day after its end, the old flow" "$(out tcp $VENDOR4 41010)"
expect_drop "a day after its end, an answer" "$(back tcp $VENDOR4 41010)"
run date -s "@$now"
twin "the clock set back"
cf exemption delete vendor
vendor not-before "$(date -u -d "@$((now + 86400))" +%Y-%m-%dT%H:%M:%SZ)" until permanent
expect_drop "before its not-before" "$(out tcp $VENDOR4 41012)"
run date -s "@$((now + 2 * 86400))"
twin "two days later"
run date -s "@$now"
cf exemption delete vendor
vendor until permanent
run date -s "@$((now + 3650 * 86400))"
expect_pass "permanent, in ten years" "$(out tcp $VENDOR4 41013)"
run date -s "@$now"
cf exemption delete vendor
vendor until +30d
run date -s "@86400"
expect_drop "dated, on a router that booted in 1970" "$(out tcp $VENDOR4 41014)"
run date -s "@$now"
twin "the clock set right"

section "A policy's exemption serves every camera under it"
cf exemption delete vendor
cf camera add hall mac "${MAC[cam-mac]}" policy geoblock
expect_drop "hall -> vendor" "from=cam-mac at=inet proto=tcp dst=$VENDOR4 sport=41020"
expect_drop "gate -> vendor" "$(out tcp $VENDOR4 41021)"
cf exemption add all policy geoblock remote 1.2.4.0/28 proto tcp port 440-443,8443 until +1d \
	reason "firmware" by security-office
twin "exemption of the policy"
