# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# tap.py beside the probe: frames as they are, and the answers that a host gets.
# Sourced behind lib.sh.

# tap_start HOST...
tap_start() {
	mkfifo "$WORK/tap.in" "$WORK/tap.out"
	python3 tests/vm/tap.py "$@" <"$WORK/tap.in" >"$WORK/tap.out" &
	TAP_PID=$!
	exec {TAP_IN}>"$WORK/tap.in" {TAP_OUT}<"$WORK/tap.out"
	IFS= read -r -t 60 TAPPED <&"$TAP_OUT" || die "tap.py does not start"
}

tap_stop() {
	exec {TAP_IN}>&- {TAP_OUT}<&-
	wait "$TAP_PID" || true
	rm "$WORK/tap.in" "$WORK/tap.out"
}

# tap LINE: to tap.py, its answer in TAPPED
# shellcheck disable=SC2034
tap() {
	printf '%s\n' "$*" >&"$TAP_IN" || die "tap.py is gone"
	IFS= read -r -t 60 TAPPED <&"$TAP_OUT" || die "tap.py does not answer: $*"
}
