#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

M="00:00:5e:00:53:01"

lines() { printf '%s\n' "$@" >batch; }

@test "a batch is read, from a file or standard input" {
	lines "camera add a mac $M policy p" "# a comment" "" "  policy set p  # another" "exemption delete e"
	good -b batch
	good -j --batch batch
	run -3 "$C" -b - <batch
	bad "with -b all commands are in the file" -b batch camera list
	bad "no command is in it" -b /dev/null
	bad "none: " -b none
	bad "is a directory" -b /
	bad "option -b needs a value" -b
}

@test "quotes are the shell's" {
	lines 'camera add "hal nord" mac 00:00:5e:00:53:01 policy p comment '"'it is \"here\"'" 'camera set a key ""' \
		'camera set b\ c comment "\"x\" \\ #"' 'camera add d\' '  mac 00:00:5e:00:53:02 policy p'
	good -b batch
	lines 'camera set a comment "x' 'camera delete a'
	bad 'batch:1: a quote begins that does not end' -b batch
	lines "camera set a comment 'x"
	bad 'batch:1: a quote begins that does not end' -b batch
	lines 'camera set a comment x y'
	bad 'batch:1: "y" is no keyword here' -b batch
	lines 'camera set a comment "x y"'
	good -b batch
}

@test "all that is wrong is told, by file and line" {
	lines "camera add a mac zz policy p" "camera delete a" "camra delete b" 'exemption extend \' 'e until yesterday' "option set"
	run -1 "$C" -b batch
	[[ ${lines[0]} == 'batch:1: mac "zz": not a MAC address'* ]]
	[[ ${lines[1]} == 'batch:3: "camra" is no keyword here; did you mean "camera"?' ]]
	[[ $output == *$'\nbatch:4: time "yesterday"'* ]]
	[[ $output == *$'\nbatch:6: the option'*"is missing"* ]]
	[[ $output != *batch:2* ]]
	run -1 "$C" -b - <batch
	[[ ${lines[0]} == 'stdin:1: mac "zz"'* ]]
	lines "set load nvr list" "camera delete a"
	echo 192.0.2.300 >list
	bad 'batch:1: list:1: "192.0.2.300"' -b batch
	echo 192.0.2.30 >list
	good -b batch
}

@test "what changes nothing is refused" {
	for command in "camera list" "set show cn" "list ruleset" "set export cn" "set test cn 192.0.2.1" "camera export"; do
		lines "policy set p" "$command"
		bad "batch:2: \"${command%% cn*}\" is no change" -b batch
	done
	for command in status stats monitor flush help "camera help"; do
		lines "policy set p" "$command"
		bad "batch:2: \"${command% help}\" is no change" -b batch
	done
	lines "policy set p"
	good -b batch
}

@test "standard input is the batch's, or a list's" {
	lines "set load nvr -"
	run -3 "$C" -b batch <<<192.0.2.1
	run -1 "$C" -b - <batch
	[[ ${lines[0]} == *'stdin:1: "-": standard input has the batch already'* ]]
}

@test "a NUL byte" {
	printf 'policy set p\0q\n' >batch
	bad "batch:1: has a NUL byte" -b batch
	printf 'policy set pq\n' >batch
	good -b batch
	# A last line needs no end.
	printf 'policy set p' >batch
	good -b batch
}
