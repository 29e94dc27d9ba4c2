#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What each policy does to a camera's traffic on the LAN. The table stands here,
# is looked at packet by packet, and is the one in docs/coverage.md.
#
# The camera and a PC are at ports of a bridge of the router's, the recorder nvr
# behind another of its interfaces. "isolate" allows the recorder; "site" is the
# geoblock for a LAN whose camera nobody registered.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
trap finish EXIT

CN4=1.2.4.8 DK4=198.51.100.8

LAN_HOSTS=(cam pc nas)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)
BRIDGED=1
POLICIES=(geoblock isolate approve audit site)

module_load
topology
C4=${ADDR4[cam]} C6=${ADDR6[cam]} P4=${ADDR4[pc]} ROUTER=${ADDR4[router]}
for port in 53 67 123; do ask serve "at=router proto=udp dport=$port"; done

# --- the table -------------------------------------------------------------------

TEXT=() SPEC=() TIMES=() CELLS=()

# lan TEXT PASSED DROPPED SPEC GEOBLOCK ISOLATE APPROVE AUDIT SITE: how often it
# is counted where it passes (an answer is, too), and where not; the reasons, or
# A+B for a question and its answer, - for what is not the policy's
lan() {
	TEXT+=("$1") TIMES+=("$2 $3") SPEC+=("$4") CELLS+=("${*:5}")
}

# Straight from port to port, from the camera and to it; K=V... as probe.c has them.
FROM="from=cam at=pc link=1 proto=udp" TO="from=pc at=cam link=1 proto=udp"
from() { echo "$FROM dst=$*"; }
to() { echo "$TO dst=$C4 $*"; }
group() { # FROM-OR-TO GROUP [K=V...]: two ports receive it
	local b c d

	IFS=. read -r _ b c d <<<"$2"
	printf '%s dst=%s dmac=01:00:5e:%02x:%02x:%02x %s\n' "$1" "$2" $((b & 127)) "$c" "$d" "${*:3}"
}
nd() { # FROM-OR-TO DMAC SRC DST TARGET
	HOPS=255
	echo "$1 dst=$4 src=$3 dmac=$2 raw=$(ip6 58 "$3" "$4" "$(solicit "$5")")"
}
ALL=ff:ff:ff:ff:ff:ff
DISCOVER="src=0.0.0.0 dst=255.255.255.255 dmac=$ALL proto=udp sport=68 dport=67"
OFFER="dst=255.255.255.255 dmac=$ALL proto=udp sport=67 dport=68"
igmp() { HOPS=1 && ip4 2 "$1" "$2" "$3@" 94040000; }
mld() { HOPS=1 && ip6 0 fe80::11 ff02::16 3a000502000001008f00000000000000@; }

PASS5=(default_pass default_drop default_drop default_pass default_pass)
L2=(l2_control l2_control l2_control l2_control l2_control)
UNKNOWN=(no_camera no_camera no_camera no_camera default_pass)

rows_link() {
	lan "ARP request of the camera" 2 0 \
		"$(from $DK4) eth=0806 dmac=$ALL raw=$(arp "${MAC[cam]}" "$C4" "$P4")" "${L2[@]}"
	lan "ARP to the camera" 1 0 "$(to) eth=0806 raw=$(arp "${MAC[pc]}" "$P4" "$C4")" "${L2[@]}"
	lan "neighbour solicitation of the camera" 2 0 \
		"$(nd "$FROM" 33:33:ff:00:00:55 "$C6" ff02::1:ff00:55 fd00:20::55)" "${L2[@]}"
	lan "neighbour solicitation to the camera" 2 0 \
		"$(nd "$TO" 33:33:ff:00:00:11 "${ADDR6[pc]}" ff02::1:ff00:11 "$C6")" "${L2[@]}"
	lan "IGMP report of the camera" 2 0 \
		"$(group "$FROM" 239.1.1.1 raw="$(igmp "$C4" 239.1.1.1 16000000ef010101)")" "${L2[@]}"
	lan "IGMP query to the camera" 3 0 \
		"$(group "$TO" 224.0.0.1 raw="$(igmp "$P4" 224.0.0.1 1164000000000000)")" "${L2[@]}"
	lan "MLD report of the camera" 2 0 \
		"$(from ff02::16) src=$C6 dmac=33:33:00:00:00:16 raw=$(mld)" "${L2[@]}"
	lan "mDNS of the camera" 2 2 "$(group "$FROM" 224.0.0.251 sport=5353 dport=5353)" "${PASS5[@]}"
	lan "mDNS of the camera, IPv6" 2 2 \
		"$(from ff02::fb dmac=33:33:00:00:00:fb sport=5353 dport=5353)" "${PASS5[@]}"
	lan "mDNS of others" 2 0 "$(group "$TO" 224.0.0.251 sport=5353 dport=5353)" "${UNKNOWN[@]}"
	lan "SSDP of the camera" 2 2 "$(group "$FROM" 239.255.255.250 dport=1900)" "${PASS5[@]}"
	lan "WS-Discovery, the camera's hello" 2 2 "$(group "$FROM" 239.255.255.250 dport=3702)" \
		"${PASS5[@]}"
	lan "WS-Discovery, a probe of others" 2 0 "$(group "$TO" 239.255.255.250 dport=3702)" \
		"${UNKNOWN[@]}"
	lan "WS-Discovery, the camera's answer" 1 1 "$(from "$P4" sport=3702)" "${PASS5[@]}"
	lan "multicast stream of the camera" 2 2 "$(group "$FROM" 239.1.1.1 dport=5004)" "${PASS5[@]}"
	lan "multicast stream of others" 2 0 "$(group "$TO" 239.1.1.1 dport=5004)" "${UNKNOWN[@]}"
	lan "unicast of the camera to the PC" 1 1 "$(from "$P4" proto=tcp)" "${PASS5[@]}"
	lan "unicast of the PC to the camera" 1 1 "$(to proto=tcp dport=554)" "${PASS5[@]}"
	lan "DHCP, a LAN server's offer, to its address" 1 1 "$(to sport=67 dport=68)" "${PASS5[@]}"
	lan "DHCP, a LAN server's offer, to all" 3 0 "from=pc at=router src=$P4 $OFFER" "${UNKNOWN[@]}"
	lan "through the bridge to China" 1 1 "$(from $CN4)" block default_drop default_drop audit block
	lan "through the bridge from China" 1 1 "$(to src=$CN4)" block default_drop default_drop audit block
}

rows_router() {
	lan "DHCP, the camera's discover, to all" 3 3 "from=cam at=router $DISCOVER" "${PASS5[@]}"
	lan "DHCP, the camera's renewal, and the router's answer" 2 1 \
		"from=cam at=router dst=$ROUTER proto=udp sport=68 dport=67" "${PASS5[@]}"
	lan "DHCP, the router's offer, to all" 2 0 "from=router at=cam src=$ROUTER $OFFER" \
		"${UNKNOWN[@]}"
	lan "DNS of the router, and its answer" 2 1 \
		"from=cam at=router dst=$ROUTER proto=udp dport=53" "${PASS5[@]}"
	lan "NTP of the router, and its answer" 2 1 \
		"from=cam at=router dst=$ROUTER proto=udp sport=123 dport=123" "${PASS5[@]}"
	lan "ping of the camera to the router, and its answer" 2 1 \
		"from=cam at=router dst=$ROUTER proto=icmp" "${PASS5[@]}"
	lan "ping of the router to the camera" 1 1 "from=router at=cam dst=$C4 proto=icmp" "${PASS5[@]}"
	lan "routed to the recorder" 1 1 "from=cam at=nvr dst=${ADDR4[nvr]} proto=tcp dport=443" \
		default_pass allow default_drop default_pass default_pass
	lan "routed from the recorder" 1 1 "from=nvr at=cam dst=$C4 proto=tcp dport=80" \
		default_pass allow default_drop default_pass default_pass
	lan "routed to another host there" 1 1 "from=cam at=nvr dst=${BADDR4[nvr]} proto=tcp" \
		"${PASS5[@]}"
	lan "routed from another host there" 1 1 \
		"from=nvr at=cam src=${BADDR4[nvr]} dst=$C4 proto=tcp dport=554" "${PASS5[@]}"
	lan "routed to the internet" 1 1 "from=cam at=inet dst=$DK4 proto=tcp" "${PASS5[@]}"
	lan "routed to China" 1 1 "from=cam at=inet dst=$CN4 proto=tcp" block default_drop default_drop \
		audit block
	lan "routed from China" 1 1 "from=inet at=cam src=$CN4 dst=$C4 proto=tcp" block default_drop \
		default_drop audit block
}

# With service dhcp,dns,ntp,onvif@nvr
FREE=(exemption exemption exemption exemption -)
TALK=(exemption+reply exemption+reply exemption+reply exemption+reply -)
STILL=(default_pass default_drop default_drop default_pass -)
rows_service() {
	lan "DHCP, the camera's discover, to all" 3 3 "from=cam at=router $DISCOVER" "${FREE[@]}"
	lan "DHCP, the camera's renewal, and the router's answer" 2 1 \
		"from=cam at=router dst=$ROUTER proto=udp sport=68 dport=67" "${TALK[@]}"
	lan "DHCP, a LAN server's offer, to its address" 1 1 "$(to sport=67 dport=68)" "${STILL[@]}"
	lan "DNS of the router, and its answer" 2 1 \
		"from=cam at=router dst=$ROUTER proto=udp dport=53 sport=40053" "${TALK[@]}"
	lan "NTP of the router, and its answer" 2 1 \
		"from=cam at=router dst=$ROUTER proto=udp sport=40123 dport=123" "${TALK[@]}"
	lan "ping of the camera to the router, and its answer" 2 1 \
		"from=cam at=router dst=$ROUTER proto=icmp sport=50000" "${STILL[@]}"
	lan "ping of the router to the camera" 1 1 \
		"from=router at=cam dst=$C4 proto=icmp sport=50001" "${STILL[@]}"
	lan "the recorder asks for the stream" 1 1 \
		"from=nvr at=cam dst=$C4 proto=tcp sport=40554 dport=554" "${FREE[@]}"
	lan "the camera's answer to it" 1 1 \
		"from=cam at=nvr dst=${ADDR4[nvr]} proto=tcp sport=554 dport=40554 flags=12" \
		reply reply reply reply -
	lan "another host asks for the stream" 1 1 "$(to proto=tcp dport=554)" "${STILL[@]}"
	lan "mDNS of the camera" 2 2 "$(group "$FROM" 224.0.0.251 sport=5353 dport=5353)" "${STILL[@]}"
}

# --- what happens ----------------------------------------------------------------

# expected CELL TIMES...: as counted tells it
expected() {
	local reasons reason times=$2 seen=1

	is_drop "$1" && seen=0 && times=$3
	IFS=+ read -ra reasons <<<"$1"
	WANT=
	for reason in "${reasons[@]}"; do WANT+=" $reason=$((times / ${#reasons[@]}))"; done
	SEEN=$seen
}

# Every row with a cell in COLUMN. An answer of the router's comes where the
# question passes.
column() {
	local i cells

	counted
	for i in "${!TEXT[@]}"; do
		read -ra cells <<<"${CELLS[i]}"
		[[ ${cells[$1]} != - ]] || continue
		# shellcheck disable=SC2086
		expected "${cells[$1]}" ${TIMES[i]}
		ask probe "${SPEC[i]}"
		counted "${SPEC[i]}"
		((SEEN)) || PENDING+=("probe|seen=1 reply=?|${SPEC[i]}|${TEXT[i]}")
		equal "${TEXT[i]}" "${ANSWER% *}$COUNTED" "seen=$SEEN$WANT"
	done
}

# table HEAD: the rows as docs/coverage.md has them, drops in bold
table() {
	local i cell cells line

	printf '\n| %s |' "$1"
	printf " \`%s\` |" "${POLICIES[@]}"
	printf '\n|---|---|---|---|---|---|\n'
	for i in "${!TEXT[@]}"; do
		line="| ${TEXT[i]} |"
		read -ra cells <<<"${CELLS[i]}"
		for cell in "${cells[@]}"; do
			! is_drop "$cell" || cell="**$cell**"
			line+=" ${cell/+/, } |"
		done
		printf '%s\n' "$line"
	done
}

clear_table() { TEXT=() SPEC=() TIMES=() CELLS=(); }

prepare() {
	printf '%s\n' 1.2.4.0/24 >"$WORK/cn"
	printf '%s\n' "${ADDR4[nvr]}" >"$WORK/nvr"
	cf set load cn "$WORK/cn"
	cf set load nvr "$WORK/nvr"
	cf policy set isolate default drop allow nvr
	cf policy set site default pass block cn
}

# all_columns [SERVICE]: the camera under each policy, then none and the site's
all_columns() {
	local i policy

	for i in 0 1 2 3; do
		policy=${POLICIES[i]}
		section "$policy${1:+, with service $1}"
		cf camera add gate mac "${MAC[cam]}" addr "$C4" addr "$C6" policy "$policy"
		[[ -z ${1:-} ]] || cf policy set "$policy" service "$1"
		column "$i"
		[[ -z ${1:-} ]] || cf policy set "$policy" service none
		cf camera delete gate
	done
	[[ -z ${1:-} ]] || return 0
	section "site"
	cf option set site site
	SITE=1
	column 4
	SITE=
	cf option set site none
}

SERVICES=dhcp,dns,ntp,onvif@nvr
prepare
rows_link
TABLE=$(table "on the link, bridged")
all_columns
clear_table
rows_router
TABLE+=$'\n'$(table "to, from and through the router")
all_columns
clear_table
rows_service
TABLE+=$'\n'$(table "with \`service $SERVICES\`")
all_columns $SERVICES
section "None of it is dropped where nothing is registered"
twin "camera deleted"

section "docs/coverage.md: the tests that it names, and the table"
# Its tables of ways and devices have them in their last column.
NAMED=$(sed -n '/^| way \|^| device /,/^$/s/.*| \([^|]*\) |$/\1/p' docs/coverage.md)
for name in ${NAMED//,/ }; do
	[[ $name == [a-z]* && $name != test ]] || continue
	[[ -f tests/vm/test-$name.sh ]] || nok "there is no test-$name.sh"
done
TOLD=$(sed -n '/^<!-- tests\/vm\/test-lan.sh -->$/,/^<!-- end -->$/{//!p}' docs/coverage.md)
if [[ $TOLD == "${TABLE#$'\n'}" ]]; then
	ok "it is this one"
else
	nok "it is another"
	diff <(echo "$TOLD") <(echo "${TABLE#$'\n'}") || true
fi
