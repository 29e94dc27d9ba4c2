# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Rows: a frame, what becomes of it, and by which reasons it was counted, all of
# them. Sourced behind lib.sh, with BRIDGED=1.

. tests/vm/hex.sh

# camera FIELDS...: the one that a section is about, until twin_of
camera() { cf camera add gate "$@"; }
twin_of() {
	cf camera delete gate
	twin "camera deleted"
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
	local reason n barriers=no_camera

	[[ -z ${SITE:-} ]] || barriers=default_pass
	[[ ${1:-} != *link=1* ]] || barriers=l2_control
	packets_take
	COUNTED=
	for reason in "${REASONS[@]}"; do
		n=$((${PACKETS[$reason]} - ${LAST[$reason]:-0}))
		LAST[$reason]=${PACKETS[$reason]}
		[[ -z ${1:-} || $reason != "$barriers" ]] || n=$((n - ${2:-2}))
		((n == 0)) || COUNTED+=" $reason=$n"
	done
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
