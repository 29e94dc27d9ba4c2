#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

@test "every question needs the module, and says how to get it" {
	good status
	good stats
	good monitor
	good -j monitor
	good list ruleset
	good stats reset
	good confirm
	good confirm 7
	good flush
	for object in set camera catch policy exemption option; do
		good "$object" list
	done
	for object in set camera catch policy exemption; do
		good "$object" show x
		bad "the name of the $object is missing" "$object" show
		bad '"y" is no keyword here' "$object" show x y
	done
}

@test "status as a question" {
	good status --check
	good -j status --check
	bad '"--chekc" stands before the object' status --chekc
	bad '"now" is no keyword here' status --check now
}

@test "a change that is to be kept" {
	[ ! -e /etc/camfence/camfence.yaml ] || skip "there is a configuration here"
	for words in "camera add c mac 00:00:5e:00:53:01 policy p" "camera delete c" "set delete s" "policy set p block cn"; do
		# shellcheck disable=SC2086 # words
		bad "--save: /etc/camfence/camfence.yaml: No such file" $words --save
		# shellcheck disable=SC2086
		bad "--save: /etc/camfence/camfence.yaml: No such file" --save $words
		# shellcheck disable=SC2086
		bad "the configuration is not for the namespace of -n" -n ns $words --save
		# shellcheck disable=SC2086
		good $words
	done
	bad "--save: keeps a change, and this is none" --save camera list
	bad '"--save" stands before the object' camera list --save
	bad '"--save" stands before the object' camera set c --save key K
}

@test "lists can be narrowed" {
	good camera list policy p
	good catch list policy p
	good exemption list camera c live
	good exemption list policy p expired
	good -s exemption list not-yet
	good exemption list expiring
	good exemption list policy p --unused 90d
	bad '"--unused" has no value' exemption list --unused
	bad '--unused "90": expected such as 120d' exemption list --unused 90
	good camera list sort dropped policy p
	good catch list sort seen
	good exemption list sort until live
	bad '"until" is no keyword here' camera list sort until
	bad '"dropped" is no keyword here' exemption list sort dropped
	bad '"sort" has no value' exemption list sort
	bad '"--unused" stands before the object' camera list --unused 90d
	bad "the name of the policy is missing" camera list policy
	bad 'did you mean "expired"?' exemption list expird
	bad '"camera" is no keyword here' camera list camera c
	bad '"policy" is no keyword here' set list policy p
}

@test "monitor can be narrowed" {
	good monitor camera c policy p reason block,default_drop type drop,expired remote 192.0.2.0/24,2001:db8::1
	bad "the name of the camera is missing" monitor camera
	bad 'camera "a/b": a name cannot have' monitor camera a/b
	bad 'did you mean "block"?' monitor reason blok
	bad '"commit" is no keyword here' monitor reason block,commit
	bad 'did you mean "commit"?' monitor type drop,comit
	bad 'remote "192.0.2.0/33": ' monitor remote 192.0.2.0/33
	bad '"reason" has no value behind it' monitor reason
	bad 'did you mean "camera"?' monitor camra c
	bad '"-log" stands before the object' monitor -log
}

@test "monitor --log is an executable of its own" {
	run -3 "$C" monitor camera c
	run ! "$C" monitor --log camera c
	# Here is a journal or none, but no module.
	[[ $output == *"the kernel module is not loaded"* || $output == *"no journal: "* ]]
	bad 'did you mean "block"?' monitor --log reason blok
	bad "--log prints nothing" -j monitor --log
	mkdir libexec
	CAMFENCE_LIBEXEC=libexec bad "is not installed: libexec/camfence-monitor-log" monitor --log
	[[ $output == *"make install brings it"* ]]
	printf '#!/bin/sh\necho "$*"\n' >libexec/camfence-monitor-log
	CAMFENCE_LIBEXEC=libexec bad "is not installed" monitor --log
	chmod +x libexec/camfence-monitor-log
	CAMFENCE_LIBEXEC=libexec run -0 "$C" -n lab monitor type drop --log
	[ "$output" = "-n lab type drop --log" ]
}

# Only root can become nobody; who runs this otherwise is unprivileged already.
@test "an unprivileged user is told of the module, not of rights" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to become somebody else"
	dir=$(mktemp -d) && cp "$C" "$dir" && chmod 755 "$dir" "$dir"/*
	run -3 setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/${C##*/}" status
	rm -r "$dir"
	[[ $output == *"modprobe camfence"* ]]
}

@test "options stand before the object" {
	good -j status
	good -p -j status
	good -jp status
	good --json --pretty status
	bad '"-j" stands before the object: camfence -j' status -j
	bad '"-j" stands before the object: camfence -j' set list -j
	bad "unknown option -x" -x status
	bad "unknown option --jsn" --jsn status
	bad "option -n needs a value" -n
}

@test "a network namespace that is not there" {
	bad 'no network namespace "nowhere"' -n nowhere status
	bad 'no network namespace "/nowhere/ns"' -n /nowhere/ns status
	good -n /proc/self/ns/net status
	bad 'network namespace "/dev/null"' -n /dev/null status
}

@test "help is everywhere, on standard output, and no error" {
	run -0 "$C" help
	[[ $output == *"usage: camfence"* ]]
	run -0 "$C" -h
	run -0 "$C" --help
	for object in set camera catch policy exemption option list status stats monitor explain check confirm flush; do
		run -0 "$C" help
		[[ $output == *"  $object "* ]]
		for ask in help -h --help; do
			run -0 --separate-stderr "$C" "$object" "$ask"
			[[ $output == *"camfence $object"* ]]
			[ -z "$stderr" ]
		done
	done
	run -0 "$C" set load help
	[[ $output == *"country CC"* ]]
	run -0 "$C" exemption add --help
	[[ $output == *"until T|+30d|permanent"* ]]
	run -0 "$C" camera add help
	[[ $output == *"--force=GUARD"* ]]
	run -0 "$C" policy set help
	[[ $output == *"onvif@SET"* ]]
	run -0 "$C" catch add help
	[[ $output == *"never touched"* ]]
	run -0 "$C" option set help
	[[ $output == *"64:ff9b::/96"* ]]
}

@test "errors are on standard error" {
	run -1 --separate-stderr "$C" stauts
	[ -z "$output" ]
	[[ $stderr == *"camfence: "* ]]
	run -3 --separate-stderr "$C" -j status
	[ -z "$output" ]
}

@test "the version" {
	run -0 "$C" -V
	[[ $output == "camfence "?* ]]
	run -0 "$C" --version
}

@test "misspelt words get a suggestion" {
	bad '"stauts" is no keyword here; did you mean "status"?' stauts
	good status
	bad 'did you mean "load"?' set laod cn
	bad 'did you mean "ruleset"?' list rulset
	good list ruleset
	bad '"banana" is no keyword here' banana
	[[ $output != *"did you mean"* ]]
	bad "see: camfence help" banana
	bad "see: camfence set help" set laod
}

@test "what is missing is named" {
	bad "the object is missing"
	bad "the command is missing" set
	bad "the command is missing" list
	bad "the name of the set is missing" set load
	bad "the file" set load cn
	bad "the name of the camera is missing" camera delete
	good camera delete hall-1
}

@test "nothing may follow" {
	bad '"now" is no keyword here' status now
	bad '"x" is no keyword here' flush x
	bad '"x" is no keyword here' stats x
	bad '"x" is no keyword here' stats reset x
	bad '"x" is no keyword here' confirm 7 x
	bad '"x" is no keyword here' monitor x
	bad '"x" is no keyword here' list ruleset x
	bad '"hall-2" is no keyword here' camera delete hall-1 hall-2
	bad '"x" is no keyword here' set list x
}

@test "a generation is a number" {
	good confirm 1
	good confirm 4294967295
	for no in x 0 -1 01 4294967296 7.0 ""; do
		bad "\"$no\" is no generation" confirm "$no"
	done
}

@test "keywords are shortened at a terminal only" {
	bad '"stat" is no keyword here' stat
	bad '"cam" is no keyword here' cam list
	# script(1) gives the tool a terminal, and hands on its exit code.
	run -3 script -qec "'$C' cam li" /dev/null
	[[ $output == *"is not loaded"* ]]
	run -1 script -qec "'$C' sta" /dev/null
	[[ $output == *'"sta" is short for more than one keyword'* ]]
}

@test "a full disk is an error" {
	run -1 bash -c "'$C' help >/dev/full"
	[[ $output == *"cannot write the answer"* ]]
	run -0 bash -c "'$C' help >/dev/null"
}

@test "words that play with the terminal are shown harmless" {
	run -1 "$C" $'\e[31mstatus'
	[[ $output != *$'\e'* ]]
	[[ $output == *'\x1b[31mstatus'* ]]
	run -1 "$C" camera add c addr $'\e[31m' policy p
	[[ $output != *$'\e'* ]]
	[[ $output == *'addr "\x1b[31m": '* ]]
	run -1 "$C" camera add $'a\nb' mac 00:00:5e:00:53:01 policy p
	[[ $output == *"control characters"* ]]
}
