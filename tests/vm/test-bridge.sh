#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bridged frames: who sends and who receives, what is looked for in them, and
# that each is judged and counted once a port, br_netfilter or not.
#
# The router's bridge has four ports: cam, a second camera cam2, and two hosts
# that are nobody's, pc and nas. Frames go between ports at MAC addresses, with
# whatever IP addresses: behind a bridge there may be another router.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
. tests/vm/tap.sh
trap finish EXIT

CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8 DK6=2001:db8:1::8	# in no set
OK4=203.0.113.8				# allowed, under isolate

LAN_HOSTS=(cam cam2 pc nas)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)
BRIDGED=1

module_load
topology
C4=${ADDR4[cam]} C6=${ADDR6[cam]} CAM=${MAC[cam]}
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
printf '%s\n' $OK4 >"$WORK/ok"
printf '%s\n' 1.2.4.64/26 >"$WORK/recorders"
ip link set lan0 type bridge group_fwd_mask 0x4008	# EAPOL and LLDP, too
echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects
echo 0 >/proc/sys/net/ipv4/conf/lan0/send_redirects

load_sets() {
	cf set load cn "$WORK/cn"
	cf set load ok "$WORK/ok"
	cf set load recorders "$WORK/recorders"
	cf policy set isolate default drop allow ok
	counted
}
load_sets

# go DST, come SRC, pass_by DST [KEY=VALUE...]: from the camera to the PC, from
# the PC to the camera, and past it, straight from port to port
go() { echo "from=cam at=pc link=1 proto=udp dst=$*"; }
come() {
	local dst=$C4

	[[ $1 != *:* ]] || dst=$C6
	echo "from=pc at=cam link=1 proto=udp dport=8000 dst=$dst src=$*"
}
pass_by() { echo "from=pc at=nas link=1 proto=udp dst=$*"; }

# camera SELECTOR... policy POLICY: the camera of the rows, until twin_row
both() { camera mac "$CAM" addr "$C4" addr "$C6" policy "$1"; }
twin_row() {
	twin_of
	counted
}

# --- who it is -------------------------------------------------------------------

section "Nobody's camera: bridged frames pass and are counted once"
row no_camera "to a blocked range" "$(go $CN4)"
row no_camera "IPv6" "$(go $CN6)"

# known ROWS...: what holds however the camera is known
known() {
	local proto

	for proto in tcp udp icmp; do
		queue "to, $proto" "$(go $CN4 proto=$proto)"
		queue "from, $proto" "$(come $CN4 proto=$proto)"
		queue "to, IPv6 $proto" "$(go $CN6 proto=$proto)"
		queue "from, IPv6 $proto" "$(come $CN6 proto=$proto)"
	done
	all block "$1, to and from a blocked address"
	queue "to" "$(go $DK4)"
	queue "from" "$(come $DK4)"
	queue "to, IPv6" "$(go $DK6)"
	queue "from, IPv6" "$(come $DK6)"
	all default_pass "$1, to and from another"
	row no_camera "between strangers, to a blocked address" "$(pass_by $CN4)"
}

section "Known by its MAC"
camera mac "$CAM" policy geoblock
known "its MAC"
row block "its MAC under another address -> blocked" "$(go $CN4 src=10.20.0.77)"
row no_camera "another MAC under its address -> blocked: not it" "$(pass_by $CN4 src="$C4")"
twin_row

section "Known by its addresses"
camera addr "$C4" addr "$C6" policy geoblock
known "its address"
row block "its address from another MAC -> blocked" "$(pass_by $CN4 src="$C4")"
row no_camera "its MAC under another address -> blocked" "$(go $CN4 src=10.20.0.77)"
twin_row

section "Known by its subnet"
camera net 10.20.0.10/31 net fd00:20::10/127 policy geoblock
known "its subnet"
twin_row

section "Known by the port it is at"
camera iif p-cam policy geoblock
known "its port"
row block "another MAC and address, at its port" \
	"$(go $CN4 smac=02:ca:00:00:00:77 src=10.20.0.77)"
twin_row
camera iif lan0 policy geoblock
row no_camera "bridged, the bridge is not where it came in" "$(go $CN4)"
cf camera delete gate

section "Known by its OUI, 24, 28 and 36 bits"
OUI=02:cb:12:34:56:78
bridge fdb add $OUI dev p-cam master static
for oui in 02:cb:12 02:cb:12:3 02:cb:12:34:5; do
	camera oui $oui policy geoblock
	queue "to" "$(go $CN4 smac=$OUI)"
	queue "from" "$(come $CN4 dmac=$OUI)"
	all block "$oui, to and from a blocked address"
	row default_pass "$oui -> unlisted" "$(go $DK4 smac=$OUI)"
	row no_camera "another OUI -> blocked" "$(go $CN4)"
	twin_row
done

section "Caught, as nothing else knows it"
cf catch add maker oui 02:cb:12 policy isolate
row default_drop "its maker's -> unlisted" "$(go $DK4 smac=$OUI)"
row default_drop "unlisted -> its maker's" "$(come $DK4 dmac=$OUI)"
row no_camera "another maker's" "$(go $DK4)"
cf camera add known mac $OUI policy geoblock
twin "it is registered"
counted
row default_pass "registered, under its own policy" "$(go $DK4 smac=$OUI)"
cf camera delete known
cf catch delete maker
cf catch add port iif p-cam policy isolate
row default_drop "at the caught port -> unlisted" "$(go $DK4)"
row default_drop "unlisted -> the caught port" "$(come $DK4)"
both geoblock
twin "it is registered"
counted
cf camera delete gate
cf catch delete port

section "Both ends are cameras: each policy must pass"
both geoblock
cf camera add second mac "${MAC[cam2]}" policy isolate
pair() { echo "from=cam at=cam2 link=1 proto=udp dst=${1:-$DK4}"; }
stats_take
before=${CNT[cameras:second:drops]}
row default_drop "the receiver's policy" "$(pair)"
stats_take
equal "it is the receiver's drop" $((${CNT[cameras:second:drops]} - before)) 1
row block "the sender's policy" "$(pair $CN4)"
stats_take
equal "it was not the receiver's" $((${CNT[cameras:second:drops]} - before)) 1
cf camera delete second
twin_row

# --- one, many, all ------------------------------------------------------------

# to_all DMAC DST: from the camera, to a MAC that nobody has learnt or a group
to_all() { echo "$(go "$2") dmac=$1"; }
# where NAMES TEXT: the ports that the last frame came to
where() {
	ask where probe
	equal "  $2" "$ANSWER" "at $1"
}
NEW=02:ca:00:00:00:99 GROUP=01:00:5e:01:01:01 ALL=ff:ff:ff:ff:ff:ff

section "Flooded: judged and counted once a port"
both geoblock
row default_pass=3 "from the camera, to an unknown MAC" "$(to_all $NEW $DK4)"
where "cam2 pc nas" "at every other port"
row block=3 "to a blocked address" "$(to_all $NEW $CN4)"
row default_pass=3 "to a group" "$(to_all $GROUP 239.1.1.1)"
row default_pass=3 "to all" "$(to_all $ALL $DK4)"
row no_camera=3 "between strangers, to an unknown MAC" "$(pass_by $CN4 dmac=$NEW)"
row block=3 "to the camera's address at an unknown MAC, from a blocked one" \
	"$(come $CN4 dmac=$NEW)"
row block=3 "to the camera's address at a group's MAC" "$(come $CN4 dmac=$GROUP)"
row block=3 "to the camera's address at all MACs" "$(come $CN4 dmac=$ALL)"
row no_camera=3 "to a group, from a blocked address: who receives it is not known" \
	"$(come $CN4 dmac=$GROUP dst=239.1.1.1)"
twin_row
camera iif p-cam policy geoblock
row "no_camera=2 block=1" "an unknown MAC, at the camera's port" "$(come $CN4 dmac=$NEW)"
where "cam2 nas" "at every port but the camera's"
row no_camera=3 "a group, with the camera's port among them" "$(come $CN4 dmac=$GROUP)"
twin_row
camera net 10.20.0.10/31 --force=one-family policy geoblock
row no_camera=3 "to an address of its subnet at a group's MAC" "$(come $CN4 dmac=$GROUP)"
cf camera delete gate
both isolate
row default_drop=3 "from the camera to a group, under isolate" "$(to_all $GROUP 239.1.1.1)"
twin_row

# --- what is in the frame --------------------------------------------------------

# Bytes of an IP packet of the probe's, UDP: 44 over IPv4, 64 over IPv6
section "Tags are looked into: VLAN, QinQ, three, PPPoE"
both geoblock
tagged() { # TEXT ETH4 ETH6
	queue "to" "$(go $CN4 eth="$2")"
	queue "to, IPv6" "$(go $CN6 eth="$3")"
	queue "from" "$(come $CN4 eth="$2")"
	queue "from, IPv6" "$(come $CN6 eth="$3")"
	all block "$1, to and from a blocked address"
	queue "to" "$(go $DK4 eth="$2")"
	queue "to, IPv6" "$(go $DK6 eth="$3")"
	all default_pass "$1, to another"
	row no_camera "$1, between strangers" "$(pass_by $CN4 eth="$2")"
}
SESSION4=886411000001002e0021 SESSION6=88641100000100420057
tagged VLAN 810000050800 8100000586dd
tagged "service VLAN" 88a800050800 88a8000586dd
tagged QinQ 88a80005810000060800 88a800058100000686dd
tagged "three tags" 8100000581000006810000070800 81000005810000068100000786dd
tagged "PPPoE session" $SESSION4 $SESSION6
tagged "PPPoE in a VLAN" 81000005$SESSION4 81000005$SESSION6
row malformed "four tags" "$(go $DK4 eth=810000058100000681000007810000080800)"
row ethertype "four tags towards the camera" \
	"$(come $CN4 eth=810000058100000681000007810000080800)"
row no_camera "four tags, between strangers" \
	"$(pass_by $CN4 eth=810000058100000681000007810000080800)"
twin_row

# A bridge of service VLANs puts the tag that was its port's into the frame.
section "Tags that are not in the buffer's own field"
run ip link set lan0 type bridge vlan_protocol 802.1ad vlan_filtering 1
for host in cam pc nas; do
	bridge fdb replace "${MAC[$host]}" dev p-$host master static vlan 1
	bridge fdb replace "${BMAC[$host]}" dev p-$host master static vlan 1
done
both geoblock
counted		# a bridge that changes has its reports sent once more
tagged "VLAN in the frame" 810000050800 8100000586dd
tagged "two in the frame" 81000005810000060800 810000058100000686dd
row malformed "three in the frame" "$(go $DK4 eth=8100000581000006810000070800)"
row block "none" "$(go $CN4)"
cf camera delete gate
twin "camera deleted"
run ip link set lan0 type bridge vlan_filtering 0 vlan_protocol 802.1Q

section "What carries no IP that can be read: not from a camera, not to one"
STRANGE=(
	"unknown EtherType|88b5"
	"IP behind a tag that nobody knows|910000050800"
	"MPLS|884700001140"
	"reverse ARP|8035"
	"LLC|0026424203"
	"IP in SNAP|0034aaaa030000000800"
	"PPPoE discovery|8863110900000010"
	"PPPoE, LCP|8864110000010018c021"
	"PPPoE, IP's protocol in one byte|886411000001002d21"
	"EtherType 0 in a VLAN|810000050000"
)
both geoblock
counted
for entry in "${STRANGE[@]}"; do
	eth=${entry#*|} entry=${entry%%|*}
	queue "$entry, from the camera" "$(go $DK4 eth="$eth")"
	queue "$entry, to the camera" "$(come $DK4 eth="$eth")"
done
all ethertype "$(printf '%s, ' "${STRANGE[@]%%|*}")from and to the camera"
for entry in "${STRANGE[@]}"; do
	queue "${entry%%|*}, between strangers" "$(pass_by $DK4 eth="${entry#*|}")"
done
all no_camera "each of them between strangers"
row ethertype=3 "SNAP to the bridges' group" "$(go $DK4 dmac=01:80:c2:00:00:00 eth=0034aaaa030000000800)"
row ethertype=3 "an EtherType to the bridges' group" "$(go $DK4 dmac=01:80:c2:00:00:00 eth=88b5)"
row block=3 "IP to the bridges' group" "$(go $CN4 dmac=01:80:c2:00:00:00)"
twin_row
both audit
row audit "audit only counts it" "$(go $DK4 eth=88b5)"
row audit "and to the camera" "$(come $DK4 eth=884700001140)"
cf camera delete gate

section "What keeps a link going passes, whoever sends it"
group6() { echo "33:33:${1:0:2}:${1:2:2}:${1:4:2}:${1:6:2}"; }
packet() { echo "from=cam at=pc link=1 dst=$DK4 $*"; }
answer() { echo "from=pc at=cam link=1 dst=$C4 src=$DK4 $*"; }
aside() { echo "from=pc at=nas link=1 dst=$DK4 $*"; }
ASK=$(arp "$CAM" "$C4" "${ADDR4[pc]}")
REPORT4=16000000e00000fb
# hbh: hop by hop, with a router alert, before ICMPv6
REPORT6=3a000502000001008f00000000000000
mld() { ip6 0 fe80::11 ff02::16 "$REPORT6@"; }
igmp() { ip4 2 "$C4" "${1:-224.0.0.251}" "$REPORT4@" 94040000; }
link_control() { # FUNCTION SOURCE TEXT
	queue "ARP" "$($1 eth=0806 raw="$ASK")"
	queue "ARP, to all" "$($1 eth=0806 dmac=$ALL raw="$ASK")"
	queue "ARP in a VLAN" "$($1 eth=810000050806 raw="$ASK")"
	queue "EAPOL" "$($1 eth=888e)"
	queue "EAPOL to its group" "$($1 eth=888e dmac=01:80:c2:00:00:03)"
	queue "LLDP" "$($1 eth=88cc dmac=01:80:c2:00:00:0e)"
	queue "spanning tree" "$($1 eth=0026424203 dmac=01:80:c2:00:00:00)"
	HOPS=1
	queue "IGMP" "$($1 dmac=01:00:5e:00:00:fb raw="$(igmp)")"
	queue "MLD" "$($1 dst=$DK6 src="$2" dmac="$(group6 00000016)" raw="$(mld)")"
	HOPS=255
	queue "neighbour solicitation" \
		"$($1 dst=$DK6 src="$2" raw="$(ip6 58 "$2" fd00:20::55 "$(solicit fd00:20::55)")")"
	queue "neighbour solicitation to a group" "$($1 dst=$DK6 src="$2" \
		dmac="$(group6 ff000055)" raw="$(ip6 58 "$2" ff02::1:ff00:55 "$(solicit fd00:20::55)")")"
	HOPS=64
	all l2_control=25 "ARP, EAPOL, LLDP, spanning tree, IGMP, MLD, neighbour discovery, $3"
}
both isolate
link_control packet "$C6" "from the camera"
link_control answer fd00:20::99 "to the camera"
link_control aside fd00:20::99 "between strangers"
HOPS=255
for type in 133 134 136 137; do
	queue "ICMPv6 $type" \
		"$(packet dst=$DK6 raw="$(ip6 58 "$C6" fd00:20::55 "$(solicit fd00:20::55 $type)")")"
done
queue "towards the camera" \
	"$(answer dst="$C6" src=$DK6 raw="$(ip6 58 fd00:20::55 "$C6" "$(solicit "$C6")")")"
all l2_control "neighbour discovery of types 133 to 137, and towards the camera"

section "but not what only looks like it"
nd() { packet dst=$DK6 raw="$(ip6 58 "$C6" "${1:-fd00:20::55}" "${2:-$(solicit fd00:20::55)}")"; }
queue "ICMPv6 132" "$(nd "" "$(solicit fd00:20::55 132)")"
queue "ICMPv6 138" "$(nd "" "$(solicit fd00:20::55 138)")"
queue "a solicitation of code 1" "$(nd "" 8701"$(solicit fd00:20::55 | cut -c 5-)")"
queue "a solicitation that is a fragment" \
	"$(packet dst=$DK6 raw="$(ip6 44 "$C6" fd00:20::55 \
		"$(fragment 58 0000)$(solicit fd00:20::55)")")"
queue "a solicitation, NAT64" "$(nd 64:ff9b::c633:6408)"
queue "a solicitation, 6to4" "$(nd 2002:c633:6408::1)"
HOPS=254
queue "a solicitation, 254 hops" "$(nd)"
HOPS=64
queue "IGMP, 64 hops" "$(packet dmac=01:00:5e:00:00:fb raw="$(igmp)")"
queue "MLD, 64 hops" \
	"$(packet dst=$DK6 dmac="$(group6 00000016)" raw="$(mld)")"
HOPS=1
queue "IGMP to one" "$(packet raw="$(igmp $DK4)")"
queue "UDP to a group, 1 hop" "$(packet dmac=$GROUP raw="$(ip4 17 "$C4" 239.1.1.1 "$(udp 443)")")"
HOPS=64
all default_drop=17 "none of these is"
twin_row
both geoblock
HOPS=255
row block "a solicitation to a blocked address" "$(nd $CN6)"
row block "a solicitation from a blocked address" \
	"$(answer dst="$C6" src=$DK6 raw="$(ip6 58 $CN6 "$C6" "$(solicit "$C6")")")"
row block "a solicitation to a blocked address as NAT64" "$(nd 64:ff9b::102:408)"
row l2_control "a solicitation to another" "$(nd $DK6)"
HOPS=64
twin_row

section "Headers that cannot be read"
UNKNOWN=5e12@0000	# an option, with the nonce in it
whole=$(ip4 17 "$C4" $DK4 "$(udp 443)") whole6=$(ip6 17 "$C6" $DK6 "$(udp 443)")
pad6() { printf '%02x00010400000000' "$1"; }
chain=
for ((i = 0; i < 16; i++)); do chain+=$(pad6 60); done
broken() { queue "$1" "$(packet eth=0800 raw="$2")"; }
broken6() { queue "$1" "$(packet dst=$DK6 eth=86dd raw="$2")"; }
unreadable() {
	broken "16 bytes that are no header" @
	broken "version 5" "5${whole:1}"
	broken "version 6 as IPv4" "6${whole:1}"
	broken "a header of 16 bytes" "44${whole:2}"
	broken "a header of 60 bytes in a packet of 44" "4f${whole:2}"
	broken "a length of 19" "${whole:0:4}0013${whole:8}"
	broken "a length beyond the frame" "${whole:0:4}0100${whole:8}"
	broken "half a UDP header" "$(ip4 17 "$C4" $DK4 9c4001bb $UNKNOWN)"
	broken "a length that cuts the UDP header" "${whole:0:4}001b${whole:8}"
	broken "TCP with a data offset of 4" "$(ip4 6 "$C4" $DK4 \
		"9c4001bb00000001000000004002200000000000@")"
	broken "an option of length 0" "$(ip4 17 "$C4" $DK4 "$(udp 443)" 07000000)"
	broken "a first fragment with half a UDP header" \
		"$(ip4 17 "$C4" $DK4 9c4001bb $UNKNOWN 2000)"
	broken6 "IPv6, 39 bytes of a header" "6000000000001140@$(hex6 $DK6 | cut -c 1-30)"
	broken6 "IPv6, version 4" "4${whole6:1}"
	broken6 "IPv6, a length beyond the frame" "$(ip6 17 "$C6" $DK6 "$(udp 443)" 256)"
	broken6 "IPv6, 17 extension headers" \
		"$(ip6 60 "$C6" $DK6 "$chain$(pad6 17)$(udp 443)")"
	broken6 "IPv6, an extension header beyond the packet" \
		"$(ip6 60 "$C6" $DK6 "11031e10@01020000")"
	broken6 "IPv6, no length: a jumbogram" "$(ip6 0 "$C6" $DK6 "$(pad6 17)$(udp 443)" 0)"
	broken "IPv4 in IPv4 in IPv4" \
		"$(ip4 4 "$C4" $DK4 "$(ip4 4 "$C4" $DK4 "$(ip4 17 "$C4" $DK4 "$(udp 443)")")")"
}
both geoblock
unreadable
all malformed "no frame whose headers cannot be read passes from the camera"
row default_pass "towards the camera, a length beyond the frame" \
	"$(answer eth=0800 raw="$(ip4 17 $DK4 "$C4" "$(udp 443)" | sed 's/^\(....\)..../\10100/')")"
row block "and from a blocked address" \
	"$(answer eth=0800 raw="$(ip4 17 $CN4 "$C4" "$(udp 443)" | sed 's/^\(....\)..../\10100/')")"
row source_route "loose source route" "$(packet raw="$(ip4 17 "$C4" $DK4 "$(udp 443)" 830704c000020200)")"
row default_pass "loose source route, towards the camera" \
	"$(answer raw="$(ip4 17 $DK4 "$C4" "$(udp 443)" 830704c000020200)")"
row block "blocked inside of IP in IP" \
	"$(packet raw="$(ip4 4 "$C4" $DK4 "$(ip4 17 "$C4" $CN4 "$(udp 443)")")")"
row default_pass "GRE, while the default is pass" "$(packet raw="$(ip4 47 "$C4" $DK4 00000800@)")"
twin_row
both audit
unreadable
all audit "audit only counts them"
cf camera delete gate
both isolate
row default_drop "towards the camera, no address at all" "$(answer eth=0800 raw=@)"
row tunnel "GRE, to an allowed address" "$(packet raw="$(ip4 47 "$C4" $OK4 00000800@)")"
row tunnel "VXLAN, to an allowed address" "$(go $OK4 dport=4789)"
row allow "UDP, to an allowed address" "$(go $OK4)"
twin_row

section "Frames longer than their packet, and in pages"
both geoblock
for host in cam pc; do
	ip link set p-$host mtu 9000
	ip -n $host link set eth0 mtu 9000
done
four() { ip4 17 "$C4" "$1" "$(udp 443)"; }
six() { ip6 17 "$C6" "$1" "$(udp 443)"; }
for pad in 2 300 5000; do
	queue "IPv4" "$(packet raw="$(four $CN4)" pad=$pad)"
	queue "IPv6" "$(packet dst=$DK6 raw="$(six $CN6)" pad=$pad)"
	queue "in a VLAN" "$(packet eth=810000050800 raw="$(four $CN4)" pad=$pad)"
	all block "with $pad bytes behind the packet, to a blocked address"
	queue "IPv4" "$(packet raw="$(four $DK4)" pad=$pad)"
	queue "IPv6" "$(packet dst=$DK6 raw="$(six $DK6)" pad=$pad)"
	all default_pass "with $pad bytes behind the packet, to another"
	row malformed "$pad bytes behind half a header" \
		"$(packet eth=0800 raw="$(ip4 17 "$C4" $DK4 9c4001bb $UNKNOWN)" pad=$pad)"
done
row block "a packet of 8 KiB, to a blocked address" \
	"$(packet raw="$(raw4 17 "$C4" $CN4 9c4001bb1f580000 8000)" pad=8000)"
row default_pass "to another" "$(packet raw="$(raw4 17 "$C4" $DK4 9c4001bb1f580000 8000)" pad=8000)"
twin_row

# --- exemptions ------------------------------------------------------------------

exempt() { cf exemption add "$@" until permanent reason "a test" by tests; }

section "An exemption on a bridge: the header as it is, no flow"
both geoblock
exempt vendor camera gate remote 1.2.4.0/28,2001:250::/64 proto tcp port 443
row exemption "out, TCP 443" "$(go $CN4 proto=tcp)"
row exemption "out, TCP 443, IPv6" "$(go $CN6 proto=tcp)"
row block "out, TCP 444" "$(go $CN4 proto=tcp dport=444)"
row block "out, UDP 443" "$(go $CN4)"
row block "out, to another blocked address" "$(go 1.2.4.99 proto=tcp)"
vendors() { come $CN4 proto=tcp sport=443 dport=40000 flags="$1"; }
row reply "back, with SYN and ACK" "$(vendors 12)"
row reply "back, with ACK" "$(vendors 10)"
row reply "back, IPv6" "$(come $CN6 proto=tcp sport=443 dport=40000 flags=12)"
row block "back, SYN alone" "$(vendors 02)"
row block "back, reset without ACK" "$(vendors 04)"
row block "back, with ACK from another port" \
	"$(come $CN4 proto=tcp sport=444 dport=40000 flags=10)"
row block "back, UDP" "$(come $CN4 sport=443 dport=40000)"
twin_exempt() {
	cf exemption delete "$1"
	twin_row
}
twin_exempt vendor

section "in: the remote begins"
both geoblock
exempt nvr camera gate remote set recorders dir in proto tcp local-port 554
REC=1.2.4.70
row exemption "in, TCP to 554" "$(come $REC proto=tcp dport=554 flags=02)"
row reply "its answer" "$(go $REC proto=tcp sport=554 dport=40000 flags=12)"
row block "not with SYN alone" "$(go $REC proto=tcp sport=554 dport=40000 flags=02)"
row block "in, TCP to 555" "$(come $REC proto=tcp dport=555 flags=02)"
row block "in, from outside the set" "$(come $CN4 proto=tcp dport=554 flags=02)"
twin_exempt nvr

section "UDP and ICMP have no answers, but both"
both geoblock
exempt time camera gate remote 1.2.4.0/28 proto udp port 123
row exemption "out, UDP 123" "$(go $CN4 dport=123)"
row block "its answer" "$(come $CN4 sport=123 dport=40000)"
cf exemption delete time
exempt time camera gate remote 1.2.4.0/28 proto udp port 123 dir both
twin "in both directions"
counted
row exemption "out, UDP 123" "$(go $CN4 dport=123)"
row block "an answer of another port" "$(come $CN4 sport=124 dport=40000)"
cf exemption delete time
exempt ping camera gate remote 1.2.4.0/28 proto icmp icmp-type 8
row exemption "out, echo" "$(go $CN4 proto=icmp)"
row block "its answer" "$(come $CN4 proto=icmp type=0)"
cf exemption delete ping
exempt ping camera gate remote 1.2.4.0/28 proto icmp icmp-type 0,8 dir both
row exemption "both, echo" "$(go $CN4 proto=icmp)"
row exemption "both, its answer" "$(come $CN4 proto=icmp type=0)"
row block "both, another type" "$(come $CN4 proto=icmp type=13)"
row block "an ICMP error about a flow that passes" \
	"$(come $CN4 proto=error iproto=icmp isrc="$C4" idst=$CN4)"
twin_exempt ping

section "Later fragments: only where no port is asked for, and never a reply"
both geoblock
later() { packet raw="$(ip4 "${2:-17}" "$C4" "$1" @ "" 0003)"; }
later_back() { answer raw="$(ip4 "${2:-17}" "$1" "$C4" @ "" 0003)"; }
exempt vendor camera gate remote 1.2.4.0/28 proto udp port 443
row exemption "the first, whole" "$(packet raw="$(ip4 17 "$C4" $CN4 "$(udp 443)" "" 2000)")"
row block "a later one" "$(later $CN4)"
row default_pass "a later one to elsewhere" "$(later $DK4)"
cf exemption delete vendor
exempt vendor camera gate remote 1.2.4.0/28 proto tcp
twin_later="a later one, TCP, of an exemption without ports"
row exemption "$twin_later" "$(later $CN4 6)"
row block "and what comes back is no reply" "$(later_back $CN4 6)"
cf exemption delete vendor
exempt vendor camera gate remote 1.2.4.0/28 dir both
row exemption "both, a later one out" "$(later $CN4)"
row exemption "both, a later one back" "$(later_back $CN4 6)"
twin_exempt vendor

# --- what else decides -----------------------------------------------------------

section "site: strangers' packets, both of their ends"
cf policy set site default pass block cn
cf option set site site
aside_from() { pass_by "$DK4" src="$1"; }
row block "to a blocked address" "$(pass_by $CN4)"
row block "from a blocked address" "$(aside_from $CN4)"
row block "in a VLAN" "$(pass_by $CN4 eth=810000050800)"
row block "in a PPPoE session" "$(pass_by $CN4 eth=$SESSION4)"
row block "unreadable, to a blocked address" \
	"$(aside eth=0800 raw="$(ip4 17 "$C4" $CN4 9c4001bb $UNKNOWN)")"
row default_pass "to another" "$(pass_by $DK4)"
row default_pass "unreadable, to another" \
	"$(aside eth=0800 raw="$(ip4 17 "$C4" $DK4 9c4001bb $UNKNOWN)")"
row no_camera "no IP" "$(aside eth=88b5)"
row l2_control "ARP" "$(aside eth=0806 raw="$ASK")"
HOPS=255
row l2_control "neighbour discovery, to a blocked address" \
	"$(aside dst=$DK6 raw="$(ip6 58 fd00:20::99 $CN6 "$(solicit fd00:20::55)")")"
HOPS=64
cf policy set open default pass block none
both open
row default_pass "a camera's packet is not the site's, from it" "$(go $CN4)"
row default_pass "and to it" "$(come $CN4)"
cf camera delete gate
cf option set site none
twin "no site"
counted

section "audit: passes, but stops nobody else's drop"
both audit
row audit "to a blocked address" "$(go $CN4)"
row audit "from a blocked address" "$(come $CN4)"
row default_pass "to another" "$(go $DK4)"
cf camera add second mac "${MAC[cam2]}" policy isolate
row default_drop "to a camera whose policy drops" "$(pair $CN4)"
cf camera delete second
twin_row

section "reject: silent on a bridge"
cf policy set tell action reject block cn
both tell
tap_start cam pc
# told HOST TEXT SPEC ANSWER: dropped, and that is what HOST hears of it
told() {
	tap answers "$1"
	row block "$2" "$3"
	tap answers "$1"
	equal "  the answer" "$TAPPED" "$4"
}
for proto in tcp udp icmp; do
	told cam "bridged, $proto" "$(go $CN4 proto=$proto)" none
	told cam "bridged, IPv6 $proto" "$(go $CN6 proto=$proto)" none
	told pc "bridged, to the camera, $proto" "$(come $CN4 proto=$proto)" none
done
told cam "routed it is told" "from=cam at=inet proto=tcp src=$C4 dst=$CN4" \
	"rst/$CN4.443/40000/ack=1017"
twin_row

section "Spoof suspicion"
cf camera add hall mac "$CAM" addr "$C4" policy geoblock
cf camera add gate mac "${MAC[cam2]}" addr "${ADDR4[cam2]}" policy geoblock
cf camera add yard addr "${ADDR4[nas]}" --force=one-family policy geoblock
# spoofs TEXT HALL GATE YARD SPEC
spoofs() {
	local name
	local -A was=()

	stats_take
	for name in hall gate yard; do was[$name]=${CNT[cameras:$name:spoofs]}; done
	row block "$1" "$5"
	stats_take
	for name in hall gate yard; do was[$name]=$((${CNT[cameras:$name:spoofs]} - ${was[$name]})); done
	equal "  suspected" "hall ${was[hall]}, gate ${was[gate]}, yard ${was[yard]}" \
		"hall $2, gate $3, yard $4"
}
spoofs "each its own" 0 0 0 "$(go $CN4)"
spoofs "its address from another MAC" 1 0 0 "$(pass_by $CN4 src="$C4")"
spoofs "its MAC with another camera's address" 0 1 0 "$(go $CN4 src="${ADDR4[cam2]}")"
spoofs "its MAC with an address of nobody's" 0 0 0 "$(go $CN4 src=10.20.0.77)"
spoofs "an address of which no MAC is known" 0 0 0 "$(pass_by $CN4 src="${ADDR4[nas]}")"
spoofs "towards it" 0 0 0 "$(come $CN4)"
cf camera delete hall
cf camera delete yard
twin_row

# --- br_netfilter ----------------------------------------------------------------

# The router has a way to a blocked range by way of the PC, back over lan0.
run ip route add 1.2.4.128/25 via "${ADDR4[pc]}" dev lan0
# once STATE: one verdict and one count, whatever br_netfilter does
once() {
	queue "IPv4" "$(go $CN4)"
	queue "IPv6" "$(go $CN6)"
	queue "to the camera" "$(come $CN4)"
	queue "in a VLAN" "$(go $CN4 eth=810000050800)"
	queue "in a PPPoE session" "$(go $CN4 eth=$SESSION4)"
	all block "$1: bridged, plain, in a VLAN, in PPPoE"
	queue "IPv4" "$(go $DK4)"
	queue "in a VLAN" "$(go $DK4 eth=810000050800)"
	queue "in a PPPoE session, IPv6" "$(go $DK6 eth=$SESSION6)"
	all default_pass "$1: bridged to another"
	row no_camera "$1: bridged past it" "$(pass_by $CN4)"
	row block=3 "$1: flooded" "$(to_all $NEW $CN4)"
	row l2_control "$1: ARP" "$(packet eth=0806 raw="$ASK")"
	row ethertype "$1: unknown EtherType" "$(go $DK4 eth=88b5)"
	row block "$1: routed to the internet" "from=cam at=inet proto=udp dst=$CN4"
	row default_pass "$1: routed to another there" "from=cam at=inet proto=udp dst=$DK4"
	row block "$1: routed to the camera" "from=inet at=cam proto=udp src=$CN4 dst=$C4"
	row default_pass "$1: routed to the camera from another" \
		"from=inet at=cam proto=udp src=$DK4 dst=$C4"
	row block "$1: routed, in and out by lan0" "from=cam at=pc proto=udp dst=1.2.4.200"
}
call_hooks() {
	run sysctl -qw net.bridge.bridge-nf-call-iptables="$1" net.bridge.bridge-nf-call-ip6tables="$1"
}
both geoblock

[[ ! -d /proc/sys/net/bridge ]] || run modprobe -r br_netfilter
section "br_netfilter is not there, nor conntrack"
cf policy set isolate default drop allow none
once off
section "br_netfilter comes while a ruleset is in force"
run modprobe br_netfilter
run sysctl -qw net.bridge.bridge-nf-filter-vlan-tagged=1 net.bridge.bridge-nf-filter-pppoe-tagged=1
once on
section "It is turned off, and on again"
call_hooks 0
once "turned off"
call_hooks 1
once "turned on"

section "With conntrack, which puts fragments together"
exempt vendor camera gate remote 1.2.4.0/28 proto tcp port 443
counted
row exemption "out" "$(go $CN4 proto=tcp)"
row reply "back" "$(vendors 12)"
row block "back, SYN alone" "$(vendors 02)"
once "with conntrack"
cf exemption delete vendor
twin_row
stats_take
equal "bridged is counted nowhere" "${CNT[reasons:bridged:packets]}" 0
run modprobe -r br_netfilter
