# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the router's monitor hears. Sourced behind lib.sh; needs rawnl_start.
#
# A commit's event comes behind those of all packets judged before: it is the
# barrier that tells "nothing was told".

# What is waited at, for it is never written to
mkfifo "$WORK/never"
exec {NEVER}<>"$WORK/never"

# as K=V, without what differs each time
plain() {
	sed -E 's/"(version|seq|time|length|portid)":("[^"]*"|[0-9]+),?//g
		s/"([a-z-]+)":/\1=/g; s/[{}"]//g; s/,/ /g; s/ $//'
}

# heard MS: the next line of the router's monitor, in LINE. It comes by a file: from
# a pipe bash reads a byte at a time. What it waits at is never written to.
heard() {
	local end=$((${EPOCHREALTIME/./} + 1000 * $1)) part

	until IFS= read -r part <&"$MON"; do
		PART+=$part
		((${EPOCHREALTIME/./} < end)) || return 1
		read -r -t 0.02 -u "$NEVER" || true
	done
	LINE=$PART$part PART=
}

# beat: a commit that changes nothing, its generation in GEN
beat() {
	nl "beat:= txn-begin"
	nl "policy-put txn=\$beat policy{ name=beat default=0 action=0 }"
	nl "txn-commit txn=\$beat"
	[[ $ANSWER == ok*gen=* ]] || die "beat: $ANSWER"
	GEN=${ANSWER##*gen=}
}

# monitor_start: what is told from here on is heard
monitor_start() {
	local beats=0

	PART=
	: >"$WORK/events"
	exec {MON}<"$WORK/events"
	"$CAMFENCE" -j monitor >>"$WORK/events" &
	MON_PID=$!
	until beat && heard 300; do
		((++beats < 100)) || die "the monitor hears nothing"
		kill -0 "$MON_PID" 2>/dev/null || die "no monitor"
	done
	gather
}
monitor_stop() {
	[[ -n ${MON_PID:-} ]] || return 0
	kill -CONT "$MON_PID"
	kill "$MON_PID"
	wait "$MON_PID" 2>/dev/null || true
	MON_PID=
	[[ -z ${MON:-} ]] || exec {MON}<&-
	MON=
}

# gather: all that was told since the last time, in EVENTS, but for commits, of
# which COMMITS tells
gather() {
	local raw=$WORK/heard

	COMMITS=$WORK/commits
	: >"$raw"
	: >"$COMMITS"
	beat
	while :; do
		if ! heard 10000; then
			kill -0 "$MON_PID" 2>/dev/null || die "the monitor is gone"
			beat	# it was lost
			continue
		fi
		case $LINE in
		*'"event":"commit"'*"\"generation\":$GEN,"*) break ;;
		*'"event":"commit"'* | *'"event":"flush"'*) printf '%s\n' "$LINE" >>"$COMMITS" ;;
		*) printf '%s\n' "$LINE" >>"$raw" ;;
		esac
	done
	mapfile -t EVENTS < <(plain <"$raw")
}

# tells TEXT EVENT...: these were told, and nothing else
tells() {
	local text=$1 have want

	shift
	gather
	have=$(printf '%s|' "${EVENTS[@]}")
	want=$(printf '%s|' "$@")
	if [[ $have == "$want" ]]; then
		ok "$text"
	else
		nok "$text" "have $have
      want $want"
	fi
}
silent() {
	gather
	equal "$1: nothing is told" "${#EVENTS[@]}${EVENTS[0]:+ ${EVENTS[0]}}" 0
}

# total KEY: the sum of its values in what was gathered last
total() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$WORK/heard" | awk '{ n += $1 } END { print n + 0 }'; }

# sums_take: SENT, SUPPRESSED, LOST of the router's
# shellcheck disable=SC2034 # for the caller
sums_take() {
	read -r SENT SUPPRESSED LOST < <("$CAMFENCE" -j status |
		jq -r '.events | "\(.sent) \(.suppressed) \(.lost)"')
}
