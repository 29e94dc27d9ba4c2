#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Transactions: all or nothing, shown by packets. Namespaces: each its own.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

OLD4=1.2.4.8	# blocked by the ruleset in force
NEW4=9.9.0.8	# blocked by the one that is being loaded, where it gets that far

module_load
topology
rawnl_start
printf '1.2.4.0/24\n' >"$WORK/cn"
to() { echo "from=cam-v4 at=inet proto=udp dst=$1 dport=443"; }

base() {
	cf set load cn "$WORK/cn"
	cf camera add gate addr "${ADDR4[cam-v4]}" policy geoblock --force=one-family
}

# What is in force, as the kernel tells it: one sum over the whole dump.
in_force() {
	nl "ruleset-get .dump"
	[[ $ANSWER == ok* ]] || die "ruleset-get: $ANSWER"
	IN_FORCE=$ANSWER
}

old_in_force() {
	in_force
	[[ $IN_FORCE == "$BEFORE" ]] || nok "$1: the ruleset" "$IN_FORCE, want $BEFORE"
	expect_drop "$1: the old set blocks" "$(to $OLD4)"
	expect_pass "$1: the new set does not" "$(to $NEW4)"
}

# The load of a new list, in chunks: 5 × 200 ranges of one address, then the rest.
CHUNKS=7
chunk() {
	local first=$((($1 - 1) * 200))

	case $1 in
	1) nl "set-put txn=\$load set{ name=cn count4=1000 ranges4=@seq:9.9.0.0,200,2 }" ;;
	[2-5]) nl "set-put txn=\$load set{ name=cn ranges4=@seq:9.9.$((first * 2 / 256)).$((first * 2 % 256)),200,2 }" ;;
	6) nl "policy-put txn=\$load policy{ name=geoblock default=0 action=0 block{ name=cn } }" ;;
	7) nl "camera-put txn=\$load camera{ name=late policy=geoblock selectors{ mac=02:ca:00:00:00:77 } }" ;;
	esac
	[[ $ANSWER == ok* ]] || die "chunk $1: $ANSWER"
}

section "The writer dies after chunk k, for every k"
base
in_force
BEFORE=$IN_FORCE
for ((k = 0; k <= CHUNKS; k++)); do
	nl "sock 2"
	nl_ok "begin" "load:= txn-begin"
	for ((i = 1; i <= k; i++)); do chunk "$i"; done
	old_in_force "chunk $k of $CHUNKS put"
	nl "close 2"
	old_in_force "closed after chunk $k"
done

section "Abort, and a commit with wrong counts"
nl "sock 2"
nl_ok "begin" "load:= txn-begin"
for ((i = 1; i <= CHUNKS; i++)); do chunk "$i"; done
nl "txn-commit txn=\$load counts{ cameras=7 }"
check "a commit that expects 7 cameras is refused: $ANSWER" \
	test "${ANSWER#err EINVAL *\"}" != "$ANSWER"
old_in_force "refused"
nl_ok "abort" "txn-abort txn=\$load"
old_in_force "aborted"
nl "txn-commit txn=\$load"
check "an aborted transaction is gone: $ANSWER" test "${ANSWER#err ENOENT *\"}" != "$ANSWER"

section "The same load, to its end"
nl_ok "begin" "load:= txn-begin"
for ((i = 1; i <= CHUNKS; i++)); do chunk "$i"; done
nl_ok "commit" "txn-commit txn=\$load counts{ cameras=2 ranges=1000 }"
twin "the load committed"
expect_drop "the new set blocks" "$(to $NEW4)"
cf flush
twin "flush"

section "Generations, and two writers"
base
nl "info-get"
gen=${ANSWER##*gen=}
nl "txn-begin gen=$((gen - 1))"
check "begin from an old generation: $ANSWER" test "${ANSWER#err ESTALE *\"}" != "$ANSWER"
nl_ok "begin from the one in force" "one:= txn-begin gen=$gen"
nl "sock 3"
nl_ok "another begins" "two:= txn-begin"
nl_ok "and deletes the camera" "camera-del txn=\$two camera{ name=gate }"
nl "sock 2"
nl_ok "the first adds one" \
	"camera-put txn=\$one camera{ name=hall policy=geoblock selectors{ addr4=10.20.0.99 } }"
nl_ok "and commits" "txn-commit txn=\$one"
nl "sock 3"
nl "txn-commit txn=\$two"
check "the second comes too late: $ANSWER" test "${ANSWER#err ESTALE *\"}" != "$ANSWER"
expect_drop "gate is still a camera" "$(to $OLD4)"
nl "two:= txn-begin"
nl_ok "the second tries again" "camera-del txn=\$two camera{ name=gate }"
nl_ok "and commits" "txn-commit txn=\$two"
twin "gate deleted"
nl "info-get"
equal "two commits, two generations" "${ANSWER##*gen=}" $((gen + 2))
cf flush
nl "info-get"
equal "flush, one more" "${ANSWER##*gen=}" $((gen + 3))

section "A namespace has its own ruleset"
run ip netns add other
base
other() {
	printf '+ (other) camfence %s\n' "$*"
	ip netns exec other "$CAMFENCE" "$@"
}
check "nothing in force in another" \
	grep -Eq '"in-force": ?false' <(ip netns exec other "$CAMFENCE" -j status)
other set load cn "$WORK/cn"
other camera add gate addr "${ADDR4[pc]}" policy geoblock --force=one-family
expect_drop "gate is one here" "$(to $OLD4)"
expect_pass "the other's gate is not" "from=pc at=inet proto=udp dst=$OLD4"
other flush --force=flush
expect_drop "flush there, gate is one here" "$(to $OLD4)"
other set load cn "$WORK/cn"
cf flush
twin "flush here"

section "The module goes when nothing is in force"
check "rmmod is refused while a namespace has a ruleset" refuses rmmod camfence
run ip netns del other
module_unload
ok "rmmod, once the namespace with a ruleset is gone"
module_load
base
check "rmmod is refused while in force" refuses rmmod camfence
expect_drop "and all still works" "$(to $OLD4)"
cf flush
twin "flush"
module_unload
ok "rmmod after flush"
expect_pass "without the module everything passes" "$(to $OLD4)"
