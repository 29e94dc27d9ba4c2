#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The netlink family is as docs/netlink/camfence.yaml describes it: netlink.py,
# which knows no number but from there, sends and hears all that is in it.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

LAN_HOSTS=(cam pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)

module_load
topology

# flood SPEC: more than are told of a camera in a second
flood() {
	local i

	for ((i = 0; i < 200; i++)); do echo "$1 tag=$i"; done >"$WORK/flood"
	ask batch "$WORK/flood"
}

serve() {
	local word rest

	while read -r word rest; do
		case $word in
		PASS) ok "$rest" ;;
		FAIL) nok "$rest" ;;
		section) section "$rest" ;;
		packet) ask probe "$rest" && echo ok >&"$TO" ;;
		flood) flood "$rest" && echo ok >&"$TO" ;;
		end) return ;;
		*) die "netlink.py: $word $rest" ;;
		esac
	done
	nok "netlink.py ended early"
}

mkfifo "$WORK/to" "$WORK/from"
python3 tests/vm/netlink.py "${CAMFENCE_YNL:-build/tests/camfence.json}" "${MAC[cam]}" \
	"${ADDR4[cam]}" "${ADDR6[cam]}" "${MAC[pc]}" "${MAC[inet]}" <"$WORK/to" >"$WORK/from" &
exec {TO}>"$WORK/to" {FROM}<"$WORK/from"
serve <&"$FROM"
wait $!
