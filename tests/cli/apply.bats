#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# diff, apply, rollback and save as far as they get without a kernel module.

load common

setup_config() {
	cat >conf.yaml <<-'END'
	version: 1
	policies: {isolate: {default: drop}}
	cameras: {hall: {mac: "00:00:5e:00:53:01", policy: isolate}}
	END
	sed 's/policy: isolate/policy: isolat/' conf.yaml >wrong.yaml
}

# modprobe STATUS: what is found in PATH exits so, and is remembered
modprobe() {
	mkdir -p bin
	printf '#!/bin/sh\necho "$*" >>asked\nexit %s\n' "$1" >bin/modprobe
	chmod +x bin/modprobe
	PATH=$PWD/bin:$PATH
}

@test "diff" {
	setup_config
	good diff conf.yaml
	bad 'did you mean "isolate"?' diff wrong.yaml
	bad '"again" is no keyword here' diff conf.yaml again
	bad '"--message" stands before the object' diff conf.yaml --message why
	bad "No such file" diff missing.yaml
	good diff conf.yaml --force=shared
	bad '"shard" is no guard' diff conf.yaml --force=shard
}

@test "apply loads the module" {
	setup_config
	modprobe 1
	run -3 "$C" apply conf.yaml --message why
	[[ $output == *"modprobe camfence has failed"*"make install"* ]]
	[ "$(cat asked)" = camfence ]
	modprobe 0
	run -3 "$C" apply conf.yaml --confirm 60
	[ "${lines[0]}" = "camfence: the kernel module is not loaded" ]
	[ "$(wc -l <asked)" -eq 2 ]
	# Others do not, and a configuration that is wrong does not.
	good diff conf.yaml
	bad "nothing was changed" apply wrong.yaml
	[ "$(wc -l <asked)" -eq 2 ]
}

@test "what is wrong is told by its place, and with what it is about" {
	setup_config
	bad 'wrong.yaml:3:11: camera "hall": there is no policy "isolat"' apply wrong.yaml
}

@test "words of apply and rollback" {
	setup_config
	modprobe 1
	for command in "apply conf.yaml" "rollback 2"; do
		# shellcheck disable=SC2086 # words
		{
			bad '"--message" is given twice' $command --message a --message b
			bad '"--message" has no value behind it' $command --message
			bad "has control characters" $command --message $'a\nb'
			bad '"--confirm" is given twice' $command --confirm 1 --confirm 2
			bad '"--confirm" has no value behind it' $command --confirm
			for wrong in 0 -1 86401 1m ""; do
				bad "expected seconds, from 1 to 86400" $command --confirm "$wrong"
			done
			bad '"--confrim" stands before the object' $command --confrim 1
			bad '"more" is no keyword here' $command more
			run -3 "$C" $command --message a --confirm 86400
			run -3 "$C" $command --confirm 1
		}
	done
	for wrong in 5 1x lost ""; do
		bad "expected a number from 0 to 4, or list" rollback "$wrong"
	done
	run -3 "$C" rollback 4
	run -3 "$C" rollback
}

@test "another network namespace has neither" {
	setup_config
	modprobe 1
	bad "name the file" -n lab apply
	bad "is of this network namespace" -n lab rollback
	bad "is of this network namespace" -n lab rollback list
	run -3 "$C" -n lab apply conf.yaml
}

@test "save" {
	echo old >there
	good save
	good save -
	good save there
	bad '"more" is no keyword here' save there more
	[ "$(cat there)" = old ]
	[ "$(ls)" = there ]
}
