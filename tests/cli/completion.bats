#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Completion is asked as bash asks it. A stub in PATH answers as the tool does where the module is loaded.

load help

TOP=$BATS_TEST_DIRNAME/../..

# usage and words: of each command the keywords of its usage line, and all lower-case words of its help, which for
# "replace" refers to that of "add" or "set"
setup_file() {
	local line command from

	collect_help "$BATS_FILE_TMPDIR/help"
	while read -r line; do
		command=$(heads <<<"$line")
		literals <<<"${line#"$command"}" | sed "s/^/$command: /" >>"$BATS_FILE_TMPDIR/usage"
		for from in "$command" "${command/%replace/add}" "${command/%replace/set}"; do
			help_of " $from" | literals | sed "s/^/$command: /" >>"$BATS_FILE_TMPDIR/words"
		done
	done < <(help_usage)
}

setup() {
	HELP=$BATS_FILE_TMPDIR/help
	cd "$BATS_TEST_TMPDIR"
	mkdir bin
	cat >bin/camfence <<-'STUB'
	#!/bin/sh
	echo "$*" >>asked
	case $* in
	"-j set list") printf '%s\n' '{"version":1,"generation":7,"sets":[{"name":"cn","source":"\"name\":\"no\""},{"name":"nvr"},{"name":"nvr süd"}]}' ;;
	"-j policy list") printf '%s\n' '{"version":1,"policies":[{"name":"halls","allow":["nvr"],"comment":"a [b] \"c\""},{"name":"geoblock"}],"templates":["isolate","audit"]}' ;;
	"-j camera list") printf '%s\n' '{"version":1,"cameras":[{"name":"hall-1","policy":"halls"},{"name":"a \"b\" \\"}]}' ;;
	"-n lab -j camera list") printf '%s\n' '{"version":1,"cameras":[{"name":"lab-1"}]}' ;;
	"-j catch list") printf '%s\n' '{"version":1,"catches":[{"name":"hikvision"}]}' ;;
	"-j exemption list") printf '%s\n' '{"version":1,"exemptions":[{"name":"hall-1-fw","reason":"name"}]}' ;;
	*) exit 1 ;;
	esac
	STUB
	chmod +x bin/camfence
	PATH=$PWD/bin:$PATH
	# shellcheck source=share/completion/camfence
	. "$TOP/share/completion/camfence"
}

# What readline is told besides; outside of it the builtin refuses.
compopt() { options+=" $2"; }

# ask LINE: what is offered at its end, sorted, on one line. Cuts words as readline does.
ask() {
	local word

	COMP_WORDBREAKS=$' \t\n"\'@><=;|&(:' COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=()
	while read -r word; do
		COMP_WORDS+=("$word")
	done < <(grep -oE '"[^"]*"?|(\\.|[^ @=:"])+|[@=:]+' <<<"$1")
	[[ $1 != *" " || ${COMP_WORDS[-1]} == '"'* ]] || COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	# What it will replace is without a quote that is open, but with a @.
	word=${COMP_WORDS[-1]#\"}
	[[ $word != [:=]* ]] || word=
	[[ $COMP_CWORD -eq 0 || ${COMP_WORDS[-2]} != @ ]] || word=@$word
	COMPREPLY=() options=
	_camfence "${COMP_WORDS[0]}" "$word" "" 2>stderr
	[ ! -s stderr ] || { cat stderr && return 1; }
	said=$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd' ')
}

# offers LINE WORDS
offers() {
	ask "$1"
	[ "$said" = "$2" ] || { printf '%s\noffered:  %s\nexpected: %s\n' "$1" "$said" "$2" && return 1; }
}

@test "objects, commands, options" {
	offers "camfence " "apply camera catch check confirm diff exemption explain flush help list monitor option policy rollback save set stats status"
	offers "camfence rollback " "help list"
	offers "camfence apply -" "--confirm --force= --message"
	offers "camfence apply --message why --c" "--confirm"
	offers "camfence apply --confirm " ""
	offers "camfence diff conf --force=o" "one-family own-address"
	offers "camfence ca" "camera catch"
	offers "camfence check --" "--force="
	offers "camfence check conf --force=shared,on" "shared,one-family"
	offers "camfence -j set " "add delete export help list load remove show test"
	offers "camfence list " "help ruleset"
	offers "camfence status " "help"
	offers "camfence status -" "--check"
	offers "camfence stats " "help reset"
	offers "camfence flush " "help"
	offers "camfence help " ""
	offers "camfence nothing " "help"
	offers "camfence -" "--batch --force= --help --json --netns --pretty --save --stats --version -V -b -h -j -n -p -s"
	offers "camfence --force=on" "one-family"
	[ -z "$options" ]
	offers "camfence --f" "--force="
	[ "$options" = " nospace" ]
}

@test "keywords, each as often as it may be given" {
	offers "camfence camera add x " "--force= addr comment iif key mac net oui policy"
	offers "camfence camera add x mac 00:00:5e:00:53:01 policy geoblock " "--force= addr comment iif key mac net oui"
	offers "camfence camera add x policy geoblock --force=shared,one" "shared,one-family"
	offers "camfence camera add x policy geoblock --force=" "all-ports allowed-but-caught blocks-nothing connection coverage empty flush one-family own-address shared shrunk unreachable wide"
	offers "camfence flush --force=f" "flush"
	offers "camfence policy set p --force=c" "connection coverage"
	offers "camfence exemption add x camera hall-1 re" "reason remote"
	offers "camfence exemption add x camera hall-1 p" "port proto"
	offers "camfence exemption add x p" "policy port proto"
	offers "camfence set load cn list country CN " "--force= format"
	offers "camfence explain ca" "camera"
	offers "camfence explain h" "help"
	offers "camfence explain camera hall-1 to 192.0.2.1 tcp 443 re" "reply"
	offers "camfence explain camera hall-1 to 192.0.2.1 icmp reply a" "addr at"
}

@test "values" {
	offers "camfence policy set halls default " "drop pass"
	offers "camfence policy set halls default drop action a" "audit"
	offers "camfence exemption add x dir " "both in out"
	offers "camfence exemption add x remote r" "router"
	offers "camfence exemption add x remote 192.0.2.1 proto icmp" "icmp icmpv6"
	offers "camfence exemption add x until " "permanent"
	offers "camfence set load cn list format " "auto geoip plain"
	offers "camfence camera add x mac " ""
	offers "camfence camera set x mac " "none"
	offers "camfence camera set x dir " "--force= addr comment iif key mac net oui policy"
	offers "camfence explain from " "camera"
	offers "camfence explain camera hall-1 at b" "bridge"
	offers "camfence monitor type drop,com" "drop,commit"
	offers "camfence monitor type drop r" "reason remote"
	offers "camfence monitor camera h" "hall-1 hikvision"
	offers "camfence monitor --log remote 192.0.2.1 -" ""
	offers "camfence monitor remote 192.0.2.1 -" "--log"
}

@test "names of the running ruleset" {
	offers "camfence set test " 'cn help nvr nvr\ süd'
	offers "camfence camera delete " 'a\ \"b\"\ \\ hall-1 help'
	offers "camfence exemption delete ha" "hall-1-fw"
	offers "camfence exemption extend ha" "hall-1-fw"
	offers "camfence exemption show ha" "hall-1-fw"
	offers "camfence camera replace hal" "hall-1"
	offers "camfence camera list policy ha" "halls"
	offers "camfence exemption list camera hi" "hikvision"
	offers "camfence exemption list e" "expired expiring"
	offers "camfence exemption add x camera h" "hall-1 hikvision"
	offers "camfence camera add x policy " "audit geoblock halls isolate"
	offers "camfence option set site " "audit geoblock halls isolate none"
	offers "camfence -n lab camera delete l" "lab-1"
	offers "camfence exemption add x remote set n" 'nvr nvr\ süd'
	offers "camfence explain camera h" "hall-1 hikvision"
	offers "camfence explain from 192.0.2.1 to camera ha" "hall-1"
}

@test "lists, and names that bash cuts or quotes" {
	offers "camfence policy set halls block " 'cn none nvr nvr\ süd'
	offers "camfence policy set halls block cn," 'cn,nvr cn,nvr\ süd'
	offers "camfence policy set halls service dhcp,n" 'dhcp,ntp dhcp,ntp@cn dhcp,ntp@nvr dhcp,ntp@nvr\ süd'
	offers "camfence policy set halls service onvif@c" "@cn"
	offers "camfence policy set halls service ntp,dns@" '@cn @nvr @nvr\ süd'
	offers 'camfence set delete nvr\ s' 'nvr\ süd'
	offers 'camfence set delete "nvr s' 'nvr süd'
}

@test "files" {
	touch list.txt lost.txt
	offers "camfence set load cn l" "list.txt lost.txt"
	[ "$options" = " filenames" ]
	offers "camfence set load cn list.txt lo" "lost.txt"
	offers "camfence camera import l" "list.txt lost.txt"
	offers "camfence -j -b l" "list.txt lost.txt"
	offers "camfence camera import list.txt " "--force= replace"
	offers "camfence check l" "list.txt lost.txt"
	[ "$options" = " filenames" ]
	offers "camfence check he" "help"
	offers "camfence explain --offline lo" "lost.txt"
}

@test "the ruleset is asked for nothing but names" {
	offers "camfence set delete c" "cn"
	offers "camfence policy set halls default p" "pass"
	[ "$(cat asked)" = "-j set list" ]
}

@test "without a ruleset there are no names, and no errors" {
	tools=(bin "${CAMFENCE:-$TOP/build/camfence}")
	[ -d /sys/module/camfence ] || cp "${tools[1]}" bin/camfence
	for _ in there missing; do
		offers "camfence set delete c" ""
		offers "camfence camera add x policy " ""
		offers "camfence policy set halls block " "none"
		offers "camfence camera " "add delete export help import list replace set show"
		rm -f bin/camfence
	done
}

# COMMAND: WORD, all that completion may offer behind it
known() {
	local command keyword word

	for command in "${!_camfence_keywords[@]}"; do
		for keyword in ${_camfence_keywords[$command]}; do
			keyword=${keyword%\*}
			word="$keyword ${_camfence_values[$command $keyword]-${_camfence_values[$keyword]-}}"
			[ "$keyword" != remote ] || word+=" ${_camfence_values[remote set]}"
			for word in $word; do
				[[ $word != [a-z]* ]] || echo "$command: $word"
			done
		done
	done | LC_ALL=C sort -u
}

# OBJECT COMMAND, all that completion knows
commands() {
	local object command

	for object in "${!_camfence_commands[@]}"; do
		[ -n "${_camfence_commands[$object]}" ] || echo "$object"
		for command in ${_camfence_commands[$object]}; do
			echo "$object $command"
		done
	done
}

# What completion and help do not have in common
differences() {
	known >known
	diff <(commands | sort) <(help_table | sort)
	grep -vxF -f known "$BATS_FILE_TMPDIR/usage"
	grep -vxF -f "$BATS_FILE_TMPDIR/words" known
	return 0
}

# differs_with ARRAY KEY VALUE: as differences, with another value there
differs_with() {
	local -n array=_camfence_$1

	array[$2]=$3
	differences
}

@test "what is offered is what help says" {
	run differences
	echo "$output"
	[ -z "$output" ]
	[ "$(wc -l <known)" -ge 50 ]
	[ "$(tr -s ' \t\n' ' ' <<<"$_camfence_guards")" = "$("${CAMFENCE:-$TOP/build/camfence}" help guards | sed -nE 's/^  ([a-z-]+)  .*/\1/p' | tr '\n' ' ')" ]
	ask "camfence -"
	[ "$said" = "$(help_options | grep -oE -- '-[a-zA-Z-]+=?' | LC_ALL=C sort | paste -sd' ')" ]
}

@test "what only one of them has is found" {
	for plant in "commands|list|ruleset rules" "commands|list|" "commands|watch|" \
		"keywords|option set|site" "keywords|flush|now" "values|dir|out in" "values|dir|out in both sideways" \
		"keywords|camera import|"; do
		IFS="|" read -r array key value <<<"$plant"
		run differs_with "$array" "$key" "$value"
		echo "$plant: $output"
		[ -n "$output" ]
		# No more than was planted
		[ "${#lines[@]}" -le 5 ]
	done
}
