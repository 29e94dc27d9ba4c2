#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every allocation on the way of every message fails once: the first, the
# second, and so on until there are no more. Whatever was answered, what was in
# force still is, or all of what was asked for is; the message works when it is
# said again. That nothing is leaked or locked is for the kernel to say (kmemleak,
# KASAN, lockdep), which the VM looks at in the end.
#
# An answer needs memory as well: ENOBUFS may mean that it was lost and the
# message obeyed. Copies from the sender fail, too (EFAULT).
#
# All in a namespace of its own: where conntrack's hooks could not be had, Linux
# 6.1 itself forgets to give defragmentation back, and the next test wants
# fragments as they come.
set -euo pipefail
[[ ${1:-} == --inside ]] || exec unshare -n bash "$0" --inside
. tests/vm/lib.sh
trap finish EXIT

FAULTS=/sys/kernel/debug
FLOOR=250	# so many must have been injected in the end
INJECTED=0
OLD4=1.2.4.8

if [[ ! -e /proc/self/fail-nth || ! -d $FAULTS/failslab || ! -d $FAULTS/fail_page_alloc ]]; then
	skip "not on this kernel: it has no fault injection"
	exit 0
fi
for kind in failslab fail_page_alloc; do
	echo N >$FAULTS/$kind/ignore-gfp-wait
	echo 0 >$FAULTS/$kind/verbose
done
echo N >$FAULTS/fail_page_alloc/ignore-gfp-highmem
echo 0 >$FAULTS/fail_page_alloc/min-order

module_load
topology
rawnl_start

# said MESSAGE...: what must succeed
said() {
	local message

	for message; do
		nl "$message"
		[[ $ANSWER == ok* ]] || die "$ANSWER: $message"
	done
}

# --- what is put in force, and on top of it ------------------------------------

RANGES=$((3 * 7680))	# 180 KiB: more than kmalloc() is asked for
SET=("set-put txn=\$tt set{ name=big count4=$RANGES ranges4=@seq:9.0.0.0,7680,2 source=list date=1 checksum=abc }"
	"set-put txn=\$tt set{ name=big ranges4=@seq:9.0.60.0,7680,2 }"
	"set-put txn=\$tt set{ name=big ranges4=@seq:9.0.120.0,7680,2 }")
SET6="set-put txn=\$tt set{ name=six count6=2 ranges6=2001:250::-2001:250:ffff::,2001:251:: }"
POLICY="policy-put txn=\$tt policy{ name=strict default=1 action=0 block{ name=big } comment=text }"
CAMERA="camera-put txn=\$tt camera{ name=hall policy=strict key=k comment=text selectors{ mac=02:ca:00:00:00:77 addr4=10.20.0.77 addr6=fd00:20::77 prefix4=10.20.77.0/24 prefix6=fd00:20:77::/64 } }"
CATCH="camera-put txn=\$tt camera{ name=brand policy=strict catch shared selectors{ oui=44:19:b6/24 oui=44:19:b6:12:30/36 iface=eth77 } }"
EXEMPTION="exemption-put txn=\$tt exemption{ name=vendor camera=gate remotes{ prefix4=1.2.5.0/24 prefix6=2001:250::/64 } proto=6 ports=443,8000-8010 until=4000000000 by=office reason=firmware comment=text }"
SERVICE="exemption-put txn=\$tt exemption{ name=service:ntp policy=geoblock direction=0 remotes{ set=spare router } proto=17 ports=123 local-ports=123,1024-65535 }"
PING="exemption-put txn=\$tt exemption{ name=ping camera=gate direction=2 remotes{ prefix4=198.51.100.0/24 } proto=1 icmp-types=0,8 }"
PREFIXES=6000	# more than kmalloc() is asked for, and than a message holds
LONG=("exemption-put txn=\$tt exemption{ name=long camera=gate count=$PREFIXES remotes{ prefix4*3000=9.0.0.0/32 } }"
	"exemption-put txn=\$tt exemption{ name=long remotes{ prefix4*3000=9.1.0.0/32 } }")
OPTIONS="options-put txn=\$tt options{ site=geoblock nat64{ prefix6=2001:db8::/32 prefix6=2001:db8:64::/96 } }"
BASE=("set-put txn=\$tt set{ name=cn count4=1 ranges4=1.2.4.0-1.2.5.255 }"
	"set-put txn=\$tt set{ name=spare count4=1 ranges4=8.8.8.8 }"
	"policy-put txn=\$tt policy{ name=geoblock default=0 action=0 block{ name=cn } }"
	"camera-put txn=\$tt camera{ name=gate policy=geoblock selectors{ addr4=${ADDR4[cam-v4]} } }")
ALL=("${SET[@]}" "$SET6" "$POLICY" "$CAMERA" "$CATCH" "$EXEMPTION" "$SERVICE" "$PING" "${LONG[@]}"
	"$OPTIONS")

old_drops() {
	if [[ $BEFORE == nothing ]]; then
		expect_pass "$1: nothing is in force still" "from=cam-v4 at=inet proto=udp dst=$OLD4"
		return
	fi
	expect_drop "$1: what was in force still drops" "from=cam-v4 at=inet proto=udp dst=$OLD4"
}

# All that is in force, as one sum.
in_force() {
	nl "sock 1"
	said "ruleset-get .dump"
	SUM=nothing
	[[ $ANSWER != *messages=* ]] || SUM=${ANSWER#*messages=}
	said info-get
	GEN=${ANSWER##*gen=}
}

base() {
	nl "sock 1"
	said ruleset-flush "tt:= txn-begin empty" "${BASE[@]}" "txn-commit txn=\$tt"
	in_force
	BEFORE=$SUM BEFORE_GEN=$GEN
}

# Each time on a socket of its own: with it goes the transaction, known or not.
prepare() {
	nl "sock 2"
	((!$#)) || said "$@"
}
leave() { nl "close 2"; }

# --- the loop --------------------------------------------------------------------

as_before() { [[ $SUM/$GEN == "$BEFORE/$BEFORE_GEN" ]]; }

# It was obeyed: it said so, or its answer was lost.
as_asked() {
	[[ $heard == ok* || $LOST ]] && [[ $SUM/$GEN == "$AFTER/$((BEFORE_GEN + 1))" ]]
}

# again BEFORE-IT...: the message without a fault; in the same transaction, but
# where it may have been obeyed there
again() {
	((refused != 1)) || old_drops "$text"
	if [[ $LOST ]]; then
		leave
		prepare "$@"
	else
		nl "sock 2"
	fi
	nl "$message"
	repeated=$((repeated + 1))
	[[ $ANSWER == ok* ]] || wrong+="fault $n, said again: $ANSWER; "
}

# faults TEXT MESSAGE [BEFORE-IT...]: MESSAGE with its first fault, its second, …
# until there is none. AFTER is the sum of what it leads to, RESTORE undoes it.
RESTORE=: AFTER=''
faults() {
	local text=$1 message=$2 n refused=0 repeated=0 wrong='' heard
	shift 2

	for ((n = 1; n < 2000; n++)); do
		prepare "$@"
		nl "$message .fail=$n"
		LOST='' heard=$ANSWER
		[[ $heard == *fault=used ]] || break
		INJECTED=$((INJECTED + 1))
		case $heard in
		ok*) ;;
		"err ENOBUFS"* | "err EFAULT no answer"*) LOST=1 refused=$((refused + 1)) ;;
		"err ENOMEM"* | "err EFAULT not sent"*) refused=$((refused + 1)) ;;
		*) wrong+="fault $n: $heard; " ;;
		esac
		in_force
		if as_before; then
			[[ $heard == ok* ]] || again "$@"
		elif ! as_asked; then
			wrong+="fault $n, $heard: $SUM gen=$GEN, was $BEFORE gen=$BEFORE_GEN; "
		fi
		leave
		$RESTORE
	done
	[[ $heard == ok*fault=unused ]] || wrong+="without a fault: $heard; "
	leave
	$RESTORE
	if [[ $wrong ]]; then
		nok "$text" "$wrong"
	else
		ok "$text: $((n - 1)) faults, $refused of them refused, $repeated times said again"
	fi
}

section "Staging"
base
faults "begin" "txn-begin"
BEGIN="tt:= txn-begin"
faults "a set begun, of $RANGES ranges" "${SET[0]}" "$BEGIN"
faults "a set gone on with" "${SET[1]}" "$BEGIN" "${SET[0]}"
faults "a set of IPv6 ranges" "$SET6" "$BEGIN"
faults "a policy" "$POLICY" "$BEGIN" "${SET[@]}"
faults "a camera" "$CAMERA" "$BEGIN" "${SET[@]}" "$POLICY"
faults "a catch" "$CATCH" "$BEGIN" "${SET[@]}" "$POLICY"
faults "an exemption" "$EXEMPTION" "$BEGIN"
faults "an exemption for a set and the router" "$SERVICE" "$BEGIN"
faults "an exemption of ICMP types" "$PING" "$BEGIN"
faults "an exemption begun, of $PREFIXES prefixes" "${LONG[0]}" "$BEGIN"
faults "an exemption gone on with" "${LONG[1]}" "$BEGIN" "${LONG[0]}"
faults "options" "$OPTIONS" "$BEGIN"
faults "a set deleted" "set-del txn=\$tt set{ name=spare }" "$BEGIN"
faults "a camera deleted" "camera-del txn=\$tt camera{ name=gate }" "$BEGIN"
faults "abort" "txn-abort txn=\$tt" "$BEGIN" "${ALL[@]}"

section "What is only read"
faults "info" "info-get"
faults "the ruleset" "ruleset-get .dump"
faults "a set's ranges" "set-range-get .dump set{ name=cn }"
faults "statistics" "stats-get .dump"

section "Commit, on top of what is in force"
prepare "$BEGIN" "${ALL[@]}" "txn-commit txn=\$tt"
leave
in_force
BEFORE=$SUM BEFORE_GEN=$GEN
faults "all of it read, an exemption in chunks" "ruleset-get .dump"
AFTER=$SUM RESTORE=base
base
faults "commit" "txn-commit txn=\$tt" "$BEGIN" "${ALL[@]}"

section "The first commit: hooks and conntrack are had"
nothing() {
	nl "sock 1"
	said ruleset-flush
	in_force
	BEFORE=$SUM BEFORE_GEN=$GEN
}
RESTORE=nothing
nothing
faults "the first commit" "txn-commit txn=\$tt" "$BEGIN" "${BASE[@]}" "${ALL[@]}"

section "Flush"
AFTER=$BEFORE RESTORE=base
base
faults "flush" "ruleset-flush"

section "Afterwards"
base
old_drops "the same as at first"
cf flush
twin "flush"
tracked() { grep -q "sport=$1 " /proc/net/nf_conntrack; }
flow() { expect_pass "a flow $2" "from=cam-v4 at=inet proto=udp dst=198.51.100.8 sport=$1"; }
flow 45001 "after that"
check "conntrack is off again" refuses tracked 45001
base
nl "sock 2"
said "$BEGIN" "$EXEMPTION" "txn-commit txn=\$tt"
flow 45002 "under a ruleset with an exemption"
check "twin: conntrack is on" tracked 45002
cf flush
flow 45003 "after flush"
check "and off" refuses tracked 45003
check "so many faults at least as there must be: $INJECTED of $FLOOR" test $INJECTED -ge $FLOOR
module_unload
ok "rmmod"
