# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Rows: a frame, what becomes of it, and by which reasons it was counted, all of
# them; and frames in hex. Sourced behind lib.sh, with BRIDGED=1.

# --- packets in hex; @ is the nonce, 16 bytes -----------------------------------

octets() {
	local hex=${1//@/00112233445566778899aabbccddeeff}

	OCTETS=$((${#hex} / 2))
}

zeros() { printf '%0*d' $(($1 * 2)) 0; }

# ip4 PROTO SRC DST PAYLOAD [OPTIONS [FRAGMENT]]: FRAGMENT is flags and offset.
# The hop limit of both families is HOPS.
HOPS=64
ip4() {
	local ihl len

	octets "${5:-}"
	ihl=$((5 + OCTETS / 4))
	octets "$4"
	len=$((ihl * 4 + OCTETS))
	# shellcheck disable=SC2086
	printf '4%x00%04x0001%s%02x%02x0000%02x%02x%02x%02x%02x%02x%02x%02x%s%s' $ihl $len \
		"${6:-0000}" $HOPS "$1" ${2//./ } ${3//./ } "${5:-}" "$4"
}

# Every address here has a ::.
hex6() {
	local IFS=: head tail word i

	read -ra head <<<"${1%%::*}"
	read -ra tail <<<"${1#*::}"
	for word in "${head[@]}"; do printf '%04x' "0x$word"; done
	for ((i = ${#head[@]} + ${#tail[@]}; i < 8; i++)); do printf 0000; done
	for word in "${tail[@]}"; do printf '%04x' "0x$word"; done
}

# ip6 NEXT-HEADER SRC DST PAYLOAD [LENGTH]
ip6() {
	octets "$4"
	printf '60000000%04x%02x%02x%s%s%s' "${5:-$OCTETS}" "$1" $HOPS "$(hex6 "$2")" \
		"$(hex6 "$3")" "$4"
}

# udp DPORT [PAYLOAD [SPORT]], without a checksum
udp() {
	octets "${2-@}"
	printf '%04x%04x%04x0000%s' "${3:-40000}" "$1" $((8 + OCTETS)) "${2-@}"
}

# fragment NEXT OFFSET-AND-FLAGS: an IPv6 header of 8 bytes
fragment() { printf '%02x00%s00000007' "$1" "$2"; }

# solicit TARGET [TYPE]: a neighbour solicitation, or another of its kind
solicit() { printf '%02x00000000000000%s@' "${2:-135}" "$(hex6 "$1")"; }

# arp SENDER-MAC SENDER TARGET: a request; the nonce is in the padding
arp() {
	# shellcheck disable=SC2086
	printf '0001080006040001%s%02x%02x%02x%02x000000000000%02x%02x%02x%02x@' "${1//:/}" \
		${2//./ } ${3//./ }
}

# settle_links: nothing but what a row sends is ever sent, and no answer of the
# router's is left out
settle_links() {
	local host limit

	for host in nvr inet; do
		ip -b - <<-END || die "neighbours"
			neigh replace ${ADDR4[$host]} lladdr ${MAC[$host]} dev $(dev_of $host) nud permanent
			neigh replace ${ADDR6[$host]} lladdr ${MAC[$host]} dev $(dev_of $host) nud permanent
		END
		ip -n $host -b - <<-END || die "routes"
			route add blackhole default
			route add blackhole ::/0
		END
	done
	for limit in ipv4/icmp_ratelimit ipv6/icmp/ratelimit ipv4/conf/all/send_redirects \
		ipv4/conf/lan0/send_redirects; do
		echo 0 >"/proc/sys/net/$limit"
	done
}

# --- rows ----------------------------------------------------------------------

declare -A LAST=()

is_drop() {
	case ${1%%=*} in
	block | default_drop | malformed | source_route | tunnel | ethertype | lockdown) return 0 ;;
	esac
	return 1
}

# counted [SPEC [BARRIERS]]: by which reasons packets were counted since the last
# call, but for the two barriers of SPEC: on a link l2_control, routed nobody's or,
# where SITE is set, the site's.
counted() {
	local reason verdict packets n barriers=no_camera

	[[ -z ${SITE:-} ]] || barriers=default_pass
	[[ ${1:-} != *link=1* ]] || barriers=l2_control
	COUNTED=
	while read -r reason verdict packets _; do
		[[ $verdict == pass || $verdict == drop ]] || continue
		n=$((packets - ${LAST[$reason]:-0}))
		LAST[$reason]=$packets
		[[ -z ${1:-} || $reason != "$barriers" ]] || n=$((n - ${2:-2}))
		((n == 0)) || COUNTED+=" $reason=$n"
	done < <("$CAMFENCE" stats)
}

# row REASONS TEXT SPEC: REASONS as counted tells them, "block" for "block=1"; a
# packet is not seen where one of them drops.
row() {
	local seen=1 want='' reason

	for reason in $1; do
		[[ $reason == *=* ]] || reason="$reason=1"
		want+=" $reason"
		! is_drop "$reason" || seen=0
	done
	((seen)) || PENDING+=("probe|seen=1 reply=?|$3|$2")
	ask probe "$3"
	counted "$3"
	equal "$2" "${ANSWER% *}$COUNTED" "seen=$seen$want"
}

# queue TEXT SPEC: one of the frames, straight from port to port, of the next "all"
QUEUE=()
queue() { QUEUE+=("$1|$2"); }

# all REASONS TEXT: what was queued, one after the other with barriers behind them
# all, one a path: either every frame is seen or, where a reason drops, none.
BATCHES=0
all() {
	local file=$WORK/batch.$((++BATCHES)) i seen=${#QUEUE[@]} want='' reason six
	local -A paths=() odd=([0]=seen [1]=absent)

	for i in "${!QUEUE[@]}"; do
		echo "${QUEUE[i]#*|} tag=$i"
		[[ ${QUEUE[i]} =~ (from=[^ ]+ at=[^ ]+)\ .*dst=([^ ]+) ]]
		[[ ${BASH_REMATCH[2]} == *:* ]] && six=6 || six=
		paths[${BASH_REMATCH[1]}$six]=1
	done >"$file"
	for reason in $1; do
		[[ $reason == *=* ]] || reason="$reason=${#QUEUE[@]}"
		want+=" $reason"
		! is_drop "$reason" || seen=0
	done
	((seen)) || PENDING+=("batch|ok ${#QUEUE[@]} ${#QUEUE[@]}|$file|$2")
	ask batch "$file"
	counted link=1 ${#paths[@]}
	equal "$2" "$ANSWER$COUNTED" "ok ${#QUEUE[@]} $seen$want"
	while read -r i reason; do
		[[ $reason != "${odd[$((seen > 0))]}" ]] ||
			printf '      %s: %s\n' "$reason" "${QUEUE[i]%%|*}"
	done <"$file.out"
	QUEUE=()
}

# deny TEXT SPEC: a row that is dropped, kept until denied REASON sends all of them
# one behind the other: none is seen, and REASON alone counts them
DENY=()
deny() { DENY+=("$1|$2"); }
denied() {
	local i state text spec

	for i in "${!DENY[@]}"; do
		IFS='|' read -r text spec <<<"${DENY[i]}"
		PENDING+=("probe|seen=1 reply=?|$spec|$text")
		echo "$spec tag=$i"
	done >"$WORK/denied"
	ask batch "$WORK/denied"
	while read -r i state; do
		equal "${DENY[i]%|*}" "$state" absent
	done <"$WORK/denied.out"
	counted
	# The barriers are nobody's.
	COUNTED=$(sed -E 's/ (no_camera|l2_control)=[0-9]+//g' <<<"$COUNTED")
	equal "  all of them" "${COUNTED# }" "$1=${#DENY[@]}"
	DENY=()
}
