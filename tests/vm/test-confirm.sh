#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A commit that is to be confirmed: what packets meet until then, when it is
# confirmed, and when it is not; who else may change something; and that all it
# needs is there when what was before comes back.
#
# A machine may be slow: what must happen within the time is done again, with
# twice the time, where it was up before (slowly).
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
. tests/vm/links.sh
trap 'ENDED=$?; monitor_stop; reload; finish' EXIT

OLD4=1.2.4.8		# blocked by what is in force first, A
NEW4=9.9.0.8		# blocked by what is committed to be confirmed, B
DK4=198.51.100.8

LAN_HOSTS=(cam-v4 pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)

# The next test meets the module without its parameter.
reload() {
	[[ -z ${LOADED:-} ]] || { "$CAMFENCE" flush --force=flush && module_unload && module_load; }
}

to() { echo "from=cam-v4 at=inet proto=udp dst=$1 dport=443"; }
A=("set-put txn=\$t set{ name=cn count4=1 ranges4=1.2.4.0-1.2.4.255 }")
B=("set-put txn=\$t set{ name=cn count4=1 ranges4=9.9.0.0-9.9.0.255 }")
ALL=("policy-put txn=\$t policy{ name=geoblock default=0 action=0 block{ name=cn } }"
	"camera-put txn=\$t camera{ name=gate policy=geoblock selectors{ addr4=10.20.0.11 } }")

# commit NETNS CONFIRM MESSAGE...: by a process that is gone then; its answer in ANSWER
commit() {
	local in=() confirm=''

	[[ -z $1 ]] || in=(ip netns exec "$1")
	[[ -z $2 ]] || confirm="confirm=$2"
	shown "commit ${1:+in $1 }$confirm"
	ANSWER=$(printf '%s\n' "t:= txn-begin" "${@:3}" "txn-commit txn=\$t $confirm" |
		"${in[@]}" "$RAWNL" | tail -n 1)
	[[ $ANSWER == ok*gen=* ]] || die "commit: $ANSWER"
}

# state FILTER [NETNS]: of status
state() { "$CAMFENCE" ${2:+-n "$2"} -j status | jq -c "$1"; }
gen() { state .generation; }
pending() {
	local confirm

	confirm=$(state .confirm "${1:-}") || die "status"
	[[ $confirm != null ]]
}

# settled NETNS: nothing is to be confirmed there any more; by nothing that is done here
settled() {
	while pending "$1"; do
		read -r -t 0.1 -u "$NEVER" || true
	done
}

# pass SECONDS: so many have passed on the kernel's clock, which is the one under test
pass() {
	commit clock "$1"
	settled clock
}

# slowly FUNCTION ARGUMENTS...: with seconds behind them, until it has had enough
slowly() {
	local s

	for ((s = 2; s <= 128; s *= 2)); do
		! "$@" $s || return 0
		shown "again, the machine is slow"
	done
	die "not even in 128 s: $*"
}

# meanwhile SEEN TEXT SPEC gen|null SECONDS: what a packet meets once MESSAGES are
# committed, and what would come back: the generation that was in force, or nothing
meanwhile() {
	local told gen

	gen=$(gen)
	commit "" "$5" "${MESSAGES[@]}"
	ask probe "$3"
	told=$(state '[.generation, .confirm.before, .confirm == null]')
	if [[ $told == *",true]" ]]; then
		event timeout
		return 1
	fi
	GEN=$gen
	equal "$2" "${ANSWER% *}" "seen=$1"
	equal "  and what would come back is told" "$told" "[$((gen + 1)),${4/gen/$gen},false]"
}

# --- events ----------------------------------------------------------------------

# event TYPE: the next of these that is told, in LINE; others between in OTHERS
event() {
	OTHERS=
	while IFS= read -r -t 300 -u "$MON" LINE || die "no event $1"; do
		[[ $LINE != *"\"event\":\"$1\""* ]] || return 0
		OTHERS+=$LINE
	done
}
of_event() { jq -r "$1" <<<"$LINE"; }

monitor_start() {
	local i

	mkfifo "$WORK/events"
	"$CAMFENCE" -j monitor >"$WORK/events" &
	MON_PID=$!
	exec {MON}<"$WORK/events"
	for ((i = 0; i < 100; i++)); do
		commit "" ""
		! IFS= read -r -t 0.3 -u "$MON" LINE || return 0
	done
	die "the monitor hears nothing"
}
monitor_stop() {
	[[ -n ${MON_PID:-} ]] || return 0
	kill $MON_PID
	wait $MON_PID 2>/dev/null || true
	MON_PID=
}

module_load
topology
mkfifo "$WORK/never"
exec {NEVER}<>"$WORK/never"
run ip netns add clock
commit "" "" "${A[@]}" "${ALL[@]}"
monitor_start

section "Not confirmed: what was before is back"
expect_drop "A drops" "$(to $OLD4)"
expect_pass "A passes" "$(to $NEW4)"
MESSAGES=("${B[@]}")
slowly meanwhile 1 "B passes what A drops" "$(to $OLD4)" gen
event timeout
equal "an event, with the new generation" "$(of_event .generation)" $((GEN + 2))
equal "  and nobody who asked for it" "$(of_event '.pid, .portid' | xargs)" "null null"
equal "  behind those of the commit and the packets" \
	"$(grep -oE '"event":"(confirm|flush|timeout)"' <<<"$OTHERS" || true)" ""
equal "it is what status tells" "$(state '[.generation, .confirm, ."in-force"]')" "[$((GEN + 2)),null,true]"
expect_drop "A drops again" "$(to $OLD4)"
expect_pass "A passes again" "$(to $NEW4)"
equal "its set is the old one" "$("$CAMFENCE" set test cn $OLD4 $NEW4 2>&1 | grep -c "not in" || true)" 1

section "Confirmed: it stays"
confirmed() { # SECONDS
	local pid

	GEN=$(gen)
	commit "" "$1" "${B[@]}"
	"$CAMFENCE" confirm $((GEN + 1)) 2>"$WORK/err" &
	pid=$!
	if ! wait $pid; then
		event timeout
		return 1
	fi
	TIME=$1
	event confirm
	equal "an event: who has confirmed it" "$(of_event '.generation, .pid' | xargs)" "$((GEN + 1)) $pid"
}
slowly confirmed
equal "the generation is the same" "$(state '[.generation, .confirm]')" "[$((GEN + 1)),null]"
pass $((TIME + 1))
equal "and still when the time is up" "$(gen)" $((GEN + 1))
commit "" ""
event commit
equal "  and nothing else was told" "$OTHERS" ""
twin "confirmed"
expect_drop "B drops" "$(to $NEW4)"

section "Others wait"
cf set load nvr <(echo 10.20.9.10)
rawnl_start
nl "sock 3"
nl_ok "a transaction is begun" "early:= txn-begin"
nl_ok "  and has something" "camera-del txn=\$early camera{ name=gate }"
nl "sock 2"
GEN=$(gen)
commit "" 86400 "${A[@]}"
equal "a day is the most" "$(state '.confirm.left > 80000')" true
check "status says how long, and what then" \
	grep -qx "to be confirmed within 8[0-9]\{4\} s (camfence confirm), or generation $GEN comes back" \
	<("$CAMFENCE" status)
# busy TEXT MESSAGE
busy() {
	nl "$2"
	check "$1: $ANSWER" grep -q '^err EBUSY .*a commit is to be confirmed first: confirm it, ' <<<"$ANSWER"
}
busy "another does not begin" "late:= txn-begin"
nl "sock 3"
busy "one that had begun is not committed" "txn-commit txn=\$early"
busy "  nor to be confirmed" "txn-commit txn=\$early confirm=5"
add() { "$CAMFENCE" set add nvr 10.20.9.11 2>"$WORK/err"; }
status=0
add || status=$?
equal "the tool is refused" $status 2
check "  and says what to do" grep -q 'confirmed first: confirm it' "$WORK/err"
nl "txn-confirm gen=$GEN"
check "another generation is not confirmed: $ANSWER" grep -q '^err ESTALE off=.* "' <<<"$ANSWER"
check "rmmod is refused" refuses rmmod camfence
equal "all is as it was" "$(state '[.generation, .confirm.before, ."in-force"]')" "[$((GEN + 1)),$GEN,true]"
nl_ok "this one is" "txn-confirm gen=$((GEN + 1))"
nl "txn-confirm"
check "and not twice: $ANSWER" grep -q '^err ENOENT "nothing is to be confirmed' <<<"$ANSWER"
status=0
"$CAMFENCE" confirm 2>"$WORK/err" || status=$?
equal "  as the tool says: $(<"$WORK/err")" $status 2
nl "txn-commit txn=\$early"
check "what had begun is old: $ANSWER" grep -q '^err ESTALE ' <<<"$ANSWER"
nl_ok "another begins" "late:= txn-begin"
nl_ok "and is committed" "txn-commit txn=\$late"
check "the tool as well" add
nl "late:= txn-begin"
for seconds in 0 86401 4294967295; do
	nl "txn-commit txn=\$late confirm=$seconds"
	check "$seconds seconds: $ANSWER" grep -q '^err ERANGE off=' <<<"$ANSWER"
done
nl "txn-abort txn=\$late"
twin "A confirmed"

section "Who has committed is killed"
killed() { # SECONDS
	GEN=$(gen)
	"$RAWNL" <"$NEVER_IN" >"$WORK/raw.out" &
	RAW=$!
	exec {IN}>"$NEVER_IN"
	printf '%s\n' "t:= txn-begin" "${B[@]}" "txn-commit txn=\$t confirm=$1" >&"$IN"
	until (($(grep -c '' "$WORK/raw.out") == 3)); do
		read -r -t 0.1 -u "$NEVER" || true
	done
	kill -9 $RAW
	exec {IN}>&-
	wait $RAW 2>/dev/null || true
	check "it had committed" grep -q "^ok gen=$((GEN + 1))$" "$WORK/raw.out"
}
NEVER_IN=$WORK/raw.in
mkfifo "$NEVER_IN"
killed 2
event timeout
equal "what was before is back" "$(state '[.generation, .confirm]')" "[$((GEN + 2)),null]"
expect_drop "A drops" "$(to $OLD4)"

section "Flush takes both"
flushed() { # SECONDS
	GEN=$(gen)
	commit "" "$1" "${B[@]}"
	cf flush
	TIME=$1
	(($(gen) == GEN + 2)) && return
	event timeout
	return 1
}
slowly flushed
equal "at once" "$(state '[.confirm, ."in-force"]')" "[null,false]"
pass $((TIME + 1))
equal "nothing comes back" "$(state '[.generation, ."in-force"]')" "[$((GEN + 2)),false]"
twin "flushed"

section "The first commit of a namespace"
MESSAGES=("${A[@]}" "${ALL[@]}")
slowly meanwhile 0 "it drops" "$(to $OLD4)" null
event timeout
equal "nothing is in force" "$(state '[.generation, .confirm, ."in-force"]')" "[$((GEN + 2)),null,false]"
expect_pass "all passes" "$(to $OLD4)"

section "What A needs and B does not: egress hooks"
wire new 31
cf set load cn <(echo 1.2.4.0/24)
camera mac "${MAC[nvr]}" policy geoblock
cf camera add fresh mac "${MAC[new]}" policy geoblock
unneeded() { # SECONDS
	commit "" "$1" "camera-del txn=\$t camera{ name=gate }" \
		"camera-del txn=\$t camera{ name=fresh }"
	ip_batch "link set w-new netns clock"
	ip -n clock link set w-new netns 1
	pending && return
	event timeout
	return 1
}
slowly unneeded
event timeout
place new 31 w-new
counted
cold "no_camera block" "A is back: blocked -> nvr" "$(come $OLD4 nvr)"
cold "no_camera block" "behind a device that came meanwhile" "$(come $OLD4 new)"
cf camera delete fresh
twin_of

section "What A needs and B does not: connection tracking"
cf policy set isolate default drop
camera addr "${ADDR4[cam-v4]}" policy isolate --force=one-family
cf exemption add vendor camera gate remote $DK4 proto udp port 443 until +30d \
	reason "firmware" by security-office
back() { echo "from=inet at=cam-v4 proto=udp src=$DK4 dst=${ADDR4[cam-v4]} sport=443 dport=$1"; }
tracked() { # SECONDS
	commit "" "$1" "exemption-del txn=\$t exemption{ name=vendor }" \
		"camera-del txn=\$t camera{ name=gate }"
	ask probe "$(to $DK4) sport=40001"
	pending && return
	event timeout
	return 1
}
slowly tracked
event timeout
by reply expect_pass "A is back: the answer to what B let out" "$(back 40001)"
by default_drop expect_drop "  and no other" "$(back 40002)"
cf exemption delete vendor
twin_of
monitor_stop

section "Namespaces that go, before and when the time is up"
for i in {1..8}; do
	run ip netns add "gone$i"
	commit "gone$i" 2 "${A[@]}" "${ALL[@]}"
done
settled gone1
for i in {1..8}; do run ip netns del "gone$i"; done
run ip netns add gone
commit gone 86400 "${A[@]}" "${ALL[@]}"
run ip netns del gone
run ip netns del clock
cf flush
module_unload
ok "rmmod, with nothing left in force"

section "Lockdown comes back"
shown "insmod $CAMFENCE_KMOD lockdown=lan0"
insmod "$CAMFENCE_KMOD" lockdown=lan0 || die "insmod"
LOADED=1
ip -n cam-v4 route replace default via 10.20.0.1
ip -n inet route replace 10.20.0.0/24 via 192.0.2.1
# reaches: the internet, from the camera
reaches() { ip netns exec cam-v4 ping -q -n -c 1 -W 2 "${ADDR4[inet]}" >/dev/null; }
locked() {
	packets_take
	local before=${PACKETS[lockdown]:-0}
	check "$1" refuses reaches
	packets_take
	check "  by lockdown" test "${PACKETS[lockdown]:-0}" -gt "$before"
}
locked "nothing is forwarded at load"
opened() { # SECONDS
	local status=0

	commit "" "$1" "${B[@]}" "${ALL[@]}"
	reaches || status=$?
	if pending; then
		equal "the first commit opens" $status 0
		return
	fi
	settled ""
	return 1
}
slowly opened
settled ""
locked "nothing is forwarded when it is not confirmed"
commit "" 86400 "${B[@]}" "${ALL[@]}"
cf confirm
check "confirmed, it is open" reaches
