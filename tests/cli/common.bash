# SPDX-License-Identifier: GPL-2.0
#
# The tool where the kernel has no module: what is right gets as far as exit
# code 3, what is wrong gets 1 and never that far. So every test of a mistake
# has its twin, the same command put right.

# shellcheck disable=SC2154 # lines and output are bats'
bats_require_minimum_version 1.5.0

setup() {
	# With the module, these commands would change this machine's ruleset.
	[ ! -d /sys/module/camfence ] || skip "the module is loaded here"
	C=${CAMFENCE:-$BATS_TEST_DIRNAME/../../build/camfence}
	cd "$BATS_TEST_TMPDIR" || return 1
}

# good ARGUMENT…: nothing is wrong but that there is no module
good() {
	run -3 "$C" "$@"
	[ "${lines[0]}" = "camfence: the kernel module is not loaded" ]
	[ "${lines[1]}" = "  load it: modprobe camfence" ]
	[ "${#lines[@]}" -eq 2 ]
}

# bad TEXT ARGUMENT…: refused, and the message has TEXT in it
bad() {
	local text=$1

	shift
	run -1 "$C" "$@"
	[[ $output == *"$text"* ]] || {
		echo "expected: $text"
		echo "got: $output"
		return 1
	}
	# Nobody was bothered with the module.
	[[ $output != *modprobe* ]]
}
