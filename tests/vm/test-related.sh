#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What conntrack relates to an exempted flow: path MTU errors over real links, and
# connections that a helper expects, which are no part of it; and what conntrack
# has no entry for.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/gate.sh
. tests/vm/rows.sh
trap finish EXIT

gate_up
cf camera add vault mac "${MAC[cam-iso]}" addr "${ADDR4[cam-iso]}" addr "${ADDR6[cam-iso]}" policy approve

# A network behind the internet's host, over a link that takes 1,300 bytes.
far_up() {
	shown "a network behind the internet, MTU 1300"
	ADDR4[far]=$VENDOR4 ADDR6[far]=$VENDOR6 MAC[far]=02:ca:00:00:04:02
	ip netns add far
	ip -n inet -b - <<-END || die "far"
		link add far0 address 02:ca:00:00:04:01 type veth peer name eth0 address ${MAC[far]} netns far
		link set far0 mtu 1300 addrgenmode none
		link set far0 up
		addr add 1.2.4.1/28 dev far0
		addr add 2001:250::1/64 dev far0 nodad
		addr add $ROUTER4/32 dev eth0
		addr add $ROUTER6/128 dev eth0 nodad
		neigh add $VENDOR4 lladdr ${MAC[far]} dev far0 nud permanent
		neigh add $VENDOR6 lladdr ${MAC[far]} dev far0 nud permanent
		neigh add 1.2.4.14 lladdr 02:ba:00:00:04:02 dev far0 nud permanent
		neigh add 2001:250::14 lladdr 02:ba:00:00:04:02 dev far0 nud permanent
		route add 198.51.100.0/24 via $VENDOR4 dev far0
		route add 2001:db8:1::/48 via $VENDOR6 dev far0
		route add 10.20.0.0/16 via 192.0.2.1 src $ROUTER4
		route add fd00:20::/32 via fd00:192::1 src $ROUTER6
	END
	ip netns exec inet bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	ip -n far link set eth0 addrgenmode none
	ip -n far link set eth0 up
	ask port "far far eth0 02:ca:00:00:04:01 $VENDOR4 $VENDOR6" \
		"02:ba:00:00:04:02 1.2.4.14 2001:250::14"
	arrive "from=pc at=far proto=udp dst=$VENDOR4" || die "far is not reached"
	arrive "from=pc at=far proto=udp dst=$VENDOR6" || die "far is not reached"
}
far_down() {
	ip netns del far
	ip -n inet -b - <<-END || die "far"
		route del 10.20.0.0/16 via 192.0.2.1
		route del fd00:20::/32 via fd00:192::1
		addr del $ROUTER4/32 dev eth0
		addr del $ROUTER6/128 dev eth0
	END
}
# udp_of HOST DST BYTES: UDP without a checksum that long, and with "do not fragment"
udp_of() {
	local src=${ADDR4[$1]} head len=$3

	if [[ $2 == *:* ]]; then
		head=$(printf '60000000%04x1140' $((len - 40)))$(hex6 "${ADDR6[$1]}")$(hex6 "$2")
		len=$((len - 40))
	else
		# shellcheck disable=SC2086
		head=$(printf '4500%04x0001400040110000%02x%02x%02x%02x%02x%02x%02x%02x' "$len" \
			${src//./ } ${2//./ })
		len=$((len - 20))
	fi
	echo "from=$1 at=far dst=$2 pad=$((len - 24)) raw=$head$(printf '%04x01bb%04x0000@' $PORT $len)"
}
# told TEXT SPEC: the sender learns that it is too big; not_told
told() { expect_probe "$1" "seen=0 reply=1" probe "$2"; }
not_told() {
	expect_probe "$1" "seen=0 reply=0" probe "$2"
	PENDING+=("probe|seen=0 reply=1|$2|$1")
}

section "Path MTU: what is too big for a link behind the router, from a blocked router there"
far_up
hole keep remote 203.0.113.1	# so that conntrack stays
for pair in "$VENDOR4 198.51.100.8" "$VENDOR6 2001:db8:1::8"; do
	read -r remote free <<<"$pair"
	next
	hole way remote "$remote" proto udp port 443
	by exemption expect_pass "$remote: a small one" "$(udp_of cam-both "$remote" 200)"
	by icmp_related told "  too big, and told so" "$(udp_of cam-both "$remote" 1400)"
	cf exemption delete way
	by default_pass expect_pass "$free, not exempted: a small one passes by default" \
		"$(udp_of cam-both "$free" 200)"
	by block not_told "  too big, and not told" "$(udp_of cam-both "$free" 1400)"
	hole way remote "$free" proto udp port 443
	twin "exempted"
	cf exemption delete way
done

section "Path MTU: what is too big for the router's own link"
run ip link set wan0 mtu 1300
for pair in "$VENDOR4 198.51.100.8" "$VENDOR6 2001:db8:1::8"; do
	read -r remote free <<<"$pair"
	next
	cf exemption add way camera vault remote "$remote" until permanent reason tests by tests
	by exemption expect_pass "$remote: a small one" "$(udp_of cam-iso "$remote" 200)"
	by icmp_related told "  too big, and told so" "$(udp_of cam-iso "$remote" 1400)"
	by default_drop expect_drop "$free, not exempted: a small one" "$(udp_of cam-iso "$free" 200)"
	by default_drop not_told "  too big, and not told" "$(udp_of cam-iso "$free" 1400)"
	cf exemption add free camera vault remote "$free" until permanent reason tests by tests
	twin "exempted"
	cf exemption delete free
	cf exemption delete way
done
run ip link set wan0 mtu 1500
far_down
cf exemption delete keep

section "Expected connections are judged by themselves: FTP"
hex() {
	local i

	for ((i = 0; i < ${#1}; i++)); do
		if [[ ${1:i:1} == @ ]]; then printf @; else printf '%02x' "'${1:i:1}"; fi
	done
	echo -n "${2:-}"
}
CRLF=0d0a
# segment SRC DST SPORT DPORT SEQ DATA: of an open TCP connection
segment() { raw4 6 "$1" "$2" "$(printf '%04x%04x%08x00000001501820000000''0000%s' "$3" "$4" "$5" "$6")"; }
OWN4=${ADDR4[cam-both]}
say() { echo "from=cam-both at=inet dst=$VENDOR4 raw=$(segment "$OWN4" $VENDOR4 41100 21 "$1" "$2")"; }
hear() { echo "from=inet at=cam-both src=$VENDOR4 dst=$OWN4 raw=$(segment $VENDOR4 "$OWN4" 21 41100 "$1" "$2")"; }
expected() {
	nft list table ip assist | sed -n 's/.*ct status expected.* packets \([0-9]*\) .*/\1/p'
}
run nft 'add table ip assist; add ct helper ip assist ftp { type "ftp" protocol tcp; };
	add ct helper ip assist sip { type "sip" protocol udp; };
	add chain ip assist pre { type filter hook prerouting priority -150; };
	add rule ip assist pre tcp dport 21 ct helper set "ftp";
	add rule ip assist pre udp dport 5060 ct helper set "sip";
	add rule ip assist pre ct status expected counter'
echo 0 >/proc/sys/net/netfilter/nf_conntrack_checksum
echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal
hole ftp remote $VENDOR4 proto tcp port 20,21
expect_pass "control connection" "$(from_cam tcp $VENDOR4 41100 21)"
expect_pass "  accepted" "$(to_cam tcp $VENDOR4 41100 21) flags=12"
expect_pass "  acknowledged" "$(from_cam tcp $VENDOR4 41100 21) flags=10"
by reply expect_pass "  the server greets" "$(hear 2000 "$(hex "220 @" $CRLF)")"
by reply expect_pass "  and names a port of its own" \
	"$(hear 2022 "$(hex "227 Entering Passive Mode (1,2,4,8,160,40). @" $CRLF)")"
by block expect_drop "passive: the camera's connection to it" "$(from_cam tcp $VENDOR4 41101 41000)"
equal "  which conntrack expected" "$(expected)" 1
by exemption expect_pass "  the camera greets" "$(say 3000 "$(hex "USER @" $CRLF)")"
by exemption expect_pass "  and names a port of its own" \
	"$(say 3023 "$(hex "PORT 10,20,0,${OWN4##*.},160,50" $CRLF)$(hex "NOOP @" $CRLF)")"
by block expect_drop "active: the server's connection to it" "$(to_cam tcp $VENDOR4 41010 20)"
equal "  which conntrack expected" "$(expected)" 2
hole data remote $VENDOR4 dir both proto tcp
twin "exempted by themselves"
cf exemption delete data
cf exemption delete ftp

section "Expected connections are judged by themselves: SIP"
SDP=$(hex "v=0" $CRLF)$(hex "o=- 1 1 IN IP4 $OWN4" $CRLF)$(hex "s=@" $CRLF)
SDP+=$(hex "c=IN IP4 $OWN4" $CRLF)$(hex "t=0 0" $CRLF)$(hex "m=audio 20000 RTP/AVP 0" $CRLF)
INVITE=$(hex "INVITE sip:x$VENDOR4 SIP/2.0" $CRLF)$(hex "CSeq: 1 INVITE" $CRLF)
INVITE+=$(hex "Content-Type: application/sdp" $CRLF)
INVITE+=$(hex "Content-Length: $((${#SDP} / 2 + 16))" $CRLF)$CRLF$SDP
hole sip remote $VENDOR4 proto udp port 5060
by exemption expect_pass "the camera invites" "from=cam-both at=inet dst=$VENDOR4 raw=$(
	raw4 17 "$OWN4" $VENDOR4 "$(printf '13c413c4%04x0000%s' $((${#INVITE} / 2 + 24)) "$INVITE")")"
by block expect_drop "the other's RTP" "$(to_cam udp $VENDOR4 20000 30000)"
equal "  which conntrack expected" "$(expected)" 3
hole data remote $VENDOR4 dir in proto udp
twin "exempted by itself"
cf exemption delete data
cf exemption delete sip
run nft delete table ip assist
echo 1 >/proc/sys/net/netfilter/nf_conntrack_checksum
echo 0 >/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal

section "What conntrack has no entry for matches no direction"
run nft 'add table inet raw; add chain inet raw pre { type filter hook prerouting priority -300; };
	add rule inet raw pre meta l4proto udp notrack'
hole way remote $ALL
for remote in $VENDOR4 $VENDOR6; do
	next
	by block expect_drop "$remote: untracked, out" "$(from_cam udp "$remote" $PORT 443)"
	by block expect_drop "$remote: invalid, SYN and FIN" "$(from_cam tcp "$remote" $PORT 443) flags=3"
	by block expect_drop "$remote: invalid, no flags" "$(from_cam tcp "$remote" $PORT 443) flags=0"
	[[ $remote == *:* ]] && type=129 || type=0
	by block expect_drop "$remote: invalid, an answer to no ping" \
		"from=cam-both at=inet proto=icmp dst=$remote type=$type"
	cf exemption delete way
	hole way remote $ALL dir in
	by block expect_drop "$remote: untracked, in" "$(to_cam udp "$remote" $PORT 443)"
	by block expect_drop "$remote: invalid, in" "$(to_cam tcp "$remote" $PORT 443) flags=3"
	cf exemption delete way
	hole way remote $ALL dir both
	twin "both"
	by exemption expect_pass "$remote: untracked" "$(to_cam udp "$remote" $PORT 443)"
	cf exemption delete way
	hole way remote $ALL
done
by block expect_drop "untracked" "$(from_cam udp $VENDOR4 $PORT 443)"
run nft delete table inet raw
twin "tracked"
cf exemption delete way
