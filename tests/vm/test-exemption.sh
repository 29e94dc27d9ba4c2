#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Exemptions: what they let out, for how long, and what comes back through them.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/gate.sh
trap finish EXIT

gate_up
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
conntrack -F 2>/dev/null	# a flow that NAT has changed would go on
answers off
gate

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
gate
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
gate
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
cf exemption delete all
cf camera delete hall

# --- what a hole is made of ----------------------------------------------------

section "Directions"
for remote in $VENDOR4 $VENDOR6; do
	hole way remote $ALL proto udp port 443
	next
	by exemption expect_pass "out: the camera begins, $remote" "$(from_cam udp "$remote" $PORT 443)"
	by reply expect_pass "  and is answered" "$(to_cam udp "$remote" $PORT 443)"
	next
	by block expect_drop "  the other does not begin" "$(to_cam udp "$remote" $PORT 443)"
	cf exemption delete way
	hole way remote $ALL dir in proto udp port 443
	twin "in"
	next
	by exemption expect_pass "in: the other begins, $remote" "$(to_cam udp "$remote" $PORT 443)"
	by reply expect_pass "  and is answered" "$(from_cam udp "$remote" $PORT 443)"
	next
	by block expect_drop "  the camera does not begin" "$(from_cam udp "$remote" $PORT 443)"
	cf exemption delete way
	hole way remote $ALL dir both proto udp port 443
	twin "both"
	next
	by exemption expect_pass "both: the camera begins, $remote" "$(from_cam udp "$remote" $PORT 443)"
	by exemption expect_pass "  and is answered, by the header" "$(to_cam udp "$remote" $PORT 443)"
	next
	by exemption expect_pass "  the other begins" "$(to_cam udp "$remote" $PORT 443)"
	by block expect_drop "  with another port" "$(to_cam udp "$remote" $PORT 444)"
	by block expect_drop "  to another port" "$(from_cam udp "$remote" $PORT 444)"
	cf exemption delete way
	hole way remote $ALL dir both
	twin "all ports"
	cf exemption delete way
done

section "Protocols, ports, ranges, the camera's ports"
hole ports remote $ALL proto tcp port 440-443,8443 local-port 50000-50010,50020
for pair in "50000 440" "50010 443" "50020 8443"; do
	read -r own port <<<"$pair"
	by exemption expect_pass "tcp $pair" "$(from_cam tcp $VENDOR4 "$own" "$port")"
	by exemption expect_pass "tcp $pair, IPv6" "$(from_cam tcp $VENDOR6 "$own" "$port")"
done
for pair in "49999 440" "50011 440" "50019 440" "50021 440" "50001 439" "50001 444" "50001 8442"; do
	read -r own port <<<"$pair"
	by block expect_drop "tcp $pair" "$(from_cam tcp $VENDOR4 "$own" "$port")"
done
by block expect_drop "tcp 49999 440, IPv6" "$(from_cam tcp $VENDOR6 49999 440)"
by block expect_drop "udp 50001 440" "$(from_cam udp $VENDOR4 50001 440)"
cf exemption delete ports
hole ports remote $ALL
twin "every protocol and port"
gre() { echo "from=cam-both at=inet dst=$VENDOR4 raw=$(raw4 "$1" "${ADDR4[cam-both]}" $VENDOR4 00000800)"; }
by exemption expect_pass "no protocol: GRE as well" "$(gre 47)"
cf exemption delete ports
hole ports remote $ALL proto 47
by exemption expect_pass "protocol 47" "$(gre 47)"
by block expect_drop "protocol 46" "$(gre 46)"
cf exemption delete ports
hole ports remote $ALL proto 46
twin "protocol 46"
cf exemption delete ports
hole ports remote $ALL dir in proto tcp local-port 554
next
by exemption expect_pass "in, to the camera's port 554" "$(to_cam tcp $VENDOR4 554 $PORT)"
by reply expect_pass "  answered" "$(from_cam tcp $VENDOR4 554 $PORT) flags=12"
by block expect_drop "in, to its port 555" "$(to_cam tcp $VENDOR4 555 $PORT)"
by block expect_drop "in, from port 554" "$(to_cam tcp $VENDOR4 $PORT 554)"
cf exemption delete ports
hole ports remote $ALL dir in proto tcp
twin "all ports"
cf exemption delete ports

section "ICMP types"
# ping REMOTE [TYPE], pong REMOTE TYPE: the number that pairs them is the port's
ping() { echo "from=cam-both at=inet proto=icmp dst=$1 sport=$PORT${2:+ type=$2}"; }
pong() { echo "from=inet at=cam-both proto=icmp src=$1 dst=$(own_of "$1") sport=$PORT type=$2"; }
for one in "$VENDOR4 icmp 0 8 13" "$VENDOR6 icmpv6 129 128 139"; do
	read -r remote proto reply request other <<<"$one"
	hole types remote $ALL proto "$proto" icmp-type echo-request
	next
	by block expect_drop "$proto: an echo reply that nobody asked for" "$(pong "$remote" "$reply")"
	by exemption expect_pass "$proto: an echo request" "$(ping "$remote")"
	by reply expect_pass "  its reply" "$(pong "$remote" "$reply")"
	next
	by block expect_drop "  another type" "$(ping "$remote" "$other")"
	by block expect_drop "  an echo request the other way" "$(pong "$remote" "$request")"
	cf exemption delete types
	hole types remote $ALL dir both proto "$proto"
	twin "every type, both ways"
	cf exemption delete types
	hole types remote $ALL dir in proto "$proto" icmp-type "$request"
	next
	by exemption expect_pass "in: an echo request" "$(pong "$remote" "$request")"
	by reply expect_pass "  its reply" "$(ping "$remote" "$reply")"
	next
	by block expect_drop "  one the other way" "$(ping "$remote")"
	cf exemption delete types
	hole types remote $ALL proto "$proto" icmp-type echo-request,"$other"
	twin "out, two types"
	by exemption expect_pass "  the second of them" "$(ping "$remote" "$other")"
	cf exemption delete types
done

section "Time, to the second"
stamp() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
# at_second TEXT SECONDS SEEN SPEC: again, until all of it has been within that second
at_second() {
	local i

	for ((i = 0; i < 20; i++)); do
		date -s "@$2" >/dev/null
		ask probe "$4"
		((EPOCHSECONDS != $2)) || break
	done
	equal "$1" "${ANSWER% *}" "seen=$3"
}
now=$(date +%s)
from=$((now + 1000)) end=$((now + 2000))
hole span remote $ALL proto udp
next
expect_pass "a flow" "$(from_cam udp $VENDOR4 $PORT 443)"
cf exemption delete span
cf exemption add span camera gate remote $ALL proto udp not-before "$(stamp $from)" \
	until "$(stamp $end)" reason "tests" by tests
for spec in "$(from_cam udp $VENDOR4 $PORT 443)" "$(to_cam udp $VENDOR4 $PORT 443)"; do
	at_second "the second before not-before" $((from - 1)) 0 "$spec"
	at_second "not-before" $from 1 "$spec"
	at_second "the second before until" $((end - 1)) 1 "$spec"
	at_second "until" $end 0 "$spec"
done
cf exemption delete span
day=$(((now / 86400 + 3) * 86400))
date -s "@$now" >/dev/null
cf exemption add span camera gate remote $ALL not-before "$(date -u -d "@$day" +%F)" \
	until "$(date -u -d "@$day" +%F)" reason "one day" by tests
spec=$(from_cam udp $VENDOR4 $PORT 443)
at_second "the last second of the day before" $((day - 1)) 0 "$spec"
at_second "the first of a day" $day 1 "$spec"
at_second "its last" $((day + 86399)) 1 "$spec"
at_second "the first of the next" $((day + 86400)) 0 "$spec"
date -s "@$now" >/dev/null
cf exemption delete span

section "Replies are the exemption's that the flow began with"
hole old remote $ALL proto udp port 443
next
expect_pass "question" "$(from_cam udp $VENDOR4 $PORT 443)"
by reply expect_pass "answer" "$(to_cam udp $VENDOR4 $PORT 443)"
hole new remote $ALL proto udp port 444
cf exemption delete old
by block expect_drop "answer, once the exemption is for another port" "$(to_cam udp $VENDOR4 $PORT 443)"
cf exemption delete new
hole new remote $ALL dir in proto udp port 443
by block expect_drop "answer, once it is for the other direction" "$(to_cam udp $VENDOR4 $PORT 443)"
cf exemption delete new
hole new remote $OTHER4/32 proto udp port 443
by block expect_drop "answer, once it is for another remote" "$(to_cam udp $VENDOR4 $PORT 443)"
cf exemption delete new
hole new remote $VENDOR4 proto udp
twin "another exemption matches the flow"
cf exemption delete new

section "Of several exemptions: the longest prefix, then by name"
# named NAME TEXT SPEC: it passes, and that exemption counts it
named() {
	local before

	stats_take
	before=${CNT[exemptions:$1:packets]}
	expect_pass "$2" "$3"
	stats_take
	equal "  counted by $1" $((${CNT[exemptions:$1:packets]} - before)) 1
}
hole aa remote $ALL
hole mm remote 1.2.4.0/24,2001:250:0:8000::/49
cf exemption add bb policy geoblock remote 1.2.4.0/24,2001:250::/64 until permanent reason tests by tests
hole zz remote 1.2.4.8,2001:250::8 proto tcp
hole yy remote set cn
cf exemption add xx policy geoblock remote 0.0.0.0/0,::/0 until permanent reason tests by tests
next
named zz "the host's own" "$(from_cam tcp $VENDOR4 $PORT 443)"
named zz "the host's own, IPv6" "$(from_cam tcp $VENDOR6 $PORT 443)"
named bb "another protocol: of two equally long ones" "$(from_cam udp $VENDOR4 $PORT 443)"
named bb "the policy's, IPv6" "$(from_cam udp $VENDOR6 $PORT 443)"
named mm "a length that is no multiple of 8" "$(from_cam udp 2001:250:0:8000::1 $PORT 443)"
named aa "a neighbour" "$(from_cam udp 1.2.5.8 $PORT 443)"
named xx "elsewhere, a prefix of length 0 before a set by name" "$(from_cam udp 198.51.100.8 $PORT 443)"
cf exemption delete bb
named mm "the next by name" "$(from_cam udp $VENDOR4 $PORT 443)"
cf exemption delete mm
cf exemption delete zz
named aa "the next shorter" "$(from_cam tcp $VENDOR4 $PORT 443)"
cf exemption delete aa
named xx "of a set and a prefix of length 0 by name" "$(from_cam tcp $VENDOR4 $PORT 444)"
cf exemption delete xx
named yy "the set" "$(from_cam tcp $VENDOR4 $PORT 445)"
by default_pass expect_pass "what is in no set" "$(from_cam tcp 198.51.100.8 $PORT 445)"
cf exemption delete yy

section "Remotes that are sets"
printf '%s\n' 1.2.4.0/28 2001:250::/64 >"$WORK/vendors"
printf '%s\n' 1.2.7.0/28 >"$WORK/others"
cf set load vendors "$WORK/vendors"
cf set load others "$WORK/others"
hole sets remote set vendors,others proto udp
next
by exemption expect_pass "in the first" "$(from_cam udp $VENDOR4 $PORT 443)"
by exemption expect_pass "in the first, IPv6" "$(from_cam udp $VENDOR6 $PORT 443)"
by exemption expect_pass "in the second" "$(from_cam udp 1.2.7.1 $PORT 443)"
by block expect_drop "in neither" "$(from_cam udp $OTHER4 $PORT 443)"
by block expect_drop "in neither, IPv6" "$(from_cam udp 2001:250:0:1::1 $PORT 443)"
printf '%s\n' $OTHER4 2001:250:0:1::/64 >"$WORK/vendors"
cf set load vendors "$WORK/vendors"
twin "the set says so"
by block expect_drop "no longer in it" "$(from_cam udp $VENDOR4 $PORT 443)"
by block expect_drop "no longer in it: an answer" "$(to_cam udp $VENDOR4 $PORT 443)"
printf '%s\n' $OTHER4 $VENDOR4 >"$WORK/vendors"
cf set load vendors "$WORK/vendors"
twin "in it again"
cf exemption delete sets

section "Remotes that are the router"
cf camera add vault mac "${MAC[cam-iso]}" addr "${ADDR4[cam-iso]}" addr "${ADDR6[cam-iso]}" policy approve
ask serve "at=router proto=udp dport=9999"
# to_router ADDRESS PORT
to_router() { echo "from=cam-iso at=router proto=udp dst=$1 dport=$2 sport=$PORT"; }
for addr in 10.20.0.1 192.0.2.1 10.20.9.1 fd00:20::1 fd00:192::1; do
	by default_drop expect_drop "$addr, without an exemption" "$(to_router $addr 9999)"
done
by default_drop expect_drop "another port" "$(to_router 10.20.0.1 9998)"
by default_drop expect_drop "the recorder" "from=cam-iso at=nvr proto=udp dst=${ADDR4[nvr]} dport=9999 sport=$PORT"
cf exemption add wide camera vault remote 0.0.0.0/0,::/0 until permanent reason "the twin" by tests
twin "everything exempted"
cf exemption delete wide
cf exemption add own camera vault remote router proto udp port 9999 until permanent reason tests by tests
next
for addr in 10.20.0.1 192.0.2.1 10.20.9.1 fd00:20::1 fd00:192::1; do
	by exemption expect_pass "$addr" "$(to_router $addr 9999)"
done
by reply call_answered "and answered" "from=cam-iso at=router proto=udp dst=10.20.0.1 dport=9999"
by default_drop expect_drop "another port" "$(to_router 10.20.0.1 9998)"
by default_drop expect_drop "the recorder" "from=cam-iso at=nvr proto=udp dst=${ADDR4[nvr]} dport=9999 sport=$PORT"
next
by default_drop expect_drop "the router begins" \
	"from=router at=cam-iso proto=udp dst=${ADDR4[cam-iso]} sport=9999 dport=$PORT"
cf exemption delete own
cf exemption add own camera vault remote router,"${ADDR4[nvr]}" dir both until permanent reason tests by tests
twin "both ways, and the recorder"
cf exemption delete own
