#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The manual page and help say the same. Where help has a usage line, the page has it word for word; what is a literal
# in a command's help is .Cm in its item of the page, and the other way round. Lists that come from the sources
# (reasons, events, the module's parameters, errors) are held to these.

load help
bats_require_minimum_version 1.5.0

TOP=$BATS_TEST_DIRNAME/../..
MANUAL=$TOP/share/man/camfence.8

setup_file() { collect_help "$BATS_FILE_TMPDIR/help"; }

setup() {
	HELP=$BATS_FILE_TMPDIR/help
	cd "$BATS_TEST_TMPDIR"
	use_page "$MANUAL"
}

# The page, and as it is read: lines unbroken, without bold and italics
use_page() {
	PAGE=$1
	READ=$BATS_TEST_TMPDIR/read
	mandoc -Tutf8 -Owidth=1000 "$PAGE" >"$READ.bold"
	sed 's/.\x08//g' "$READ.bold" >"$READ"
}

# What mandoc finds wrong, but for other packages' manuals that this machine has not.
lint() { mandoc -Tlint "$PAGE" 2>&1 | grep -v -e 'referenced manual not found' -e 'mandoc.db'; }

# The tags of a section, without what is written beside them
tags() { sed -nE "/^$1\$/,/^[A-Z]/s/^ {5}($2)/\1/p" "$READ" | sed 's/  .*//'; }
# A section's source
source_of() { sed -n "/^\.Sh $1\$/,/^\.Sh/p" "$PAGE" | sed '1d;$d'; }

page_usage() { tags COMMANDS '[a-z]'; }

help_objects() { help_of "" | sed -nE 's/^  ([a-z]+)  .*/\1/p'; }
page_objects() { source_of COMMANDS | sed -n 's/^\.Ss //p'; }

page_options() { tags OPTIONS -; }

help_codes() { help_of "" | sed -n '/^exit codes/,/^$/p' | grep -oE '[0-9] ' | tr -d ' '; }
page_codes() { source_of 'EXIT STATUS' | sed -n 's/^\.It \([0-9]*\)$/\1/p'; }

# COMMAND: LITERAL, for the lower-case words of its usage, of what its help defines in a column of its own, and of what
# it quotes. Examples are indented.
help_literals() {
	awk '
		function literals(s,    word, n, i) {
			n = split(s, word, /[^A-Za-z0-9-]+/)
			for (i = 1; i <= n; i++)
				if (word[i] ~ /^[a-z][a-z0-9-]*$/) print command ": " word[i]
		}
		/^==/ { command = ""; next }
		/^camfence / {
			usage = 1
			command = $2 ($3 ~ /^[a-z]+$/ ? " " $3 : "")
			literals(substr($0, length("camfence " command) + 1))
			next
		}
		/^         / && usage { literals($0); next }
		{ usage = 0 }
		/^ / || !command { next }
		match($0, /   *[^ ]/) { literals(substr($0, 1, RSTART)) }
		{ n = split($0, part, "\""); for (i = 2; i <= n; i += 2) literals(part[i]) }' "$HELP" | sort -u
}
page_literals() {
	source_of COMMANDS | awk '
		/^\.It Ic / || (/^\.Ic / && item) {
			command = ""
			for (i = /^\.It/ ? 3 : 2; i <= NF && $i ~ /^[a-z]/; i++)
				command = command (command ? " " : "") $i
		}
		{ item = /^\.It Xo$/ }
		/^\./ {
			literal = 0
			for (i = 1; i <= NF; i++) {
				if ($i ~ /^\.?[A-Z][a-z]$/) literal = $i ~ /Cm/
				else if (literal && $i ~ /^[a-z][a-z0-9-]*$/) print command ": " $i
			}
		}' | sort -u
}

# What help and the page do not have in common
differences() {
	diff <(help_table) <(help_usage | heads)
	diff <(help_objects) <(page_objects)
	diff <(help_usage) <(page_usage)
	diff <(help_options) <(page_options)
	diff <(help_codes) <(page_codes)
	diff <(help_literals) <(page_literals)
	# Commands that are named where other things are explained
	grep -vxF -f <(help_usage | heads) <(sed -nE 's/^\.(It )?Ic ([a-z]+( [a-z]+)?).*/\2/p' "$PAGE")
	return 0
}

# found PLANT: a difference, and the plant was one
found() {
	run differences
	echo "$1: $output"
	[ -n "$output" ]
}

@test "mandoc has nothing to say about any page" {
	pages=0
	for manual in "$TOP"/share/man/*; do
		PAGE=$manual
		run lint
		echo "$manual: $output"
		[ -z "$output" ]
		sed '/^\.El$/d' "$manual" >page
		PAGE=page
		run lint
		[ -n "$output" ]
		pages=$((pages + 1))
	done
	[ $pages -ge 3 ]
}

@test "there is something to compare" {
	[ "$(help_usage | wc -l)" -ge 24 ]
	[ "$(help_options | wc -l)" -ge 6 ]
	[ "$(help_codes | wc -l)" -eq 5 ]
	[ "$(help_literals | wc -l)" -ge 60 ]
}

@test "the page and help say the same" {
	run differences
	echo "$output"
	[ -z "$output" ]
}

@test "what only one of them has is found: in the page" {
	for plant in 's/^\.Op Cm country/.Op Cm land/' '/^\.It Cm ntp$/d' 's/^\.It Cm addr Ar A$/&\n.It Cm address/' \
		's/^\.It Fl j , -json/.It Fl j , -jason/' 's/^\.It Fl V , -version/&\n.It Fl x/' '/^\.It Ic set list$/d' \
		's/^\.Ss flush/.Ss flash/' '/^\.It 4$/d' 's/^\.Ic stats$/.Ic state/' 's/^\.It Cm onvif/.It Cm onwif/'; do
		sed "$plant" "$MANUAL" >page
		run ! cmp -s page "$MANUAL"
		use_page page
		found "$plant"
	done
}

@test "what only one of them has is found: in help" {
	for plant in '/^  catch .*/d' 's/: load, add/: load, append/' 's/-p, --pretty/-P, --pretty/' '/^  -n/d' \
		's/\[country CC/[land CC/' 's/^ntp, ntp@SET  /time, ntp@SET  /' '/^approve  /d' 's/"router"/"gateway"/' \
		's/4 a question/5 a question/' 's/^camfence policy list/camfence policy show/' 's/^iif I  /dev I  /'; do
		sed "$plant" "$BATS_FILE_TMPDIR/help" >help
		run ! cmp -s help "$BATS_FILE_TMPDIR/help"
		HELP=help
		found "$plant"
	done
}

# Where there is no module, a command that is right gets as far as saying so.
@test "the examples are right" {
	[ ! -d /sys/module/camfence ] || skip "the module is loaded here"
	camfence() { "${CAMFENCE:-$TOP/build/camfence}" "$@"; }
	source_of EXAMPLES | sed 's/\\e/\\/g' | sed -n '/^# camfence/,/[^\\]$/s/^# //p; /^      [a-z]/p' |
		sed 's,/usr/share/tor/geoip6*,list,g' >examples
	printf '%s\n' 16777216,16777471,{CN,HK,MO} >list
	[ "$(grep -c ^camfence examples)" -ge 8 ]
	while IFS= read -r line; do
		case $line in camfence*) echo; esac
		printf '%s' "${line%\\}"
	done <examples | sed 1d >lines
	echo >>lines
	while read -r line; do
		run -3 eval "$line"
		echo "$line: $output"
		[[ $output == *"modprobe camfence"* ]]
	done <lines
}

@test "guards are those of help" {
	help_guards() { "${CAMFENCE:-$TOP/build/camfence}" help guards | sed -nE 's/^  ([a-z-]+)  +(.*)/\1 \2/p'; }
	page_guards() { source_of GUARDS | awk '/^\.It Cm/ { name = $3; getline; print name, $0 }'; }
	diff <(help_guards) <(page_guards)
	[ "$(page_guards | wc -l)" -ge 13 ]
	sed 's/^\.It Cm wide$/.It Cm broad/' "$MANUAL" >page
	PAGE=page
	run ! diff <(help_guards) <(page_guards)
}

@test "reasons and events are the kernel's" {
	list() { sed -n "/^#define $1(X)/,/^\$/p" "$TOP/kmod/uapi/camfence.h"; }
	diff <(list CAMFENCE_REASONS | sed -nE 's/.*X\([A-Z0-9_]+, ([a-z0-9_]+), ([A-Z]+), "(.*)"\).*/\2 \1 \3/p') \
		<(source_of REASONS | awk '/^These pass/ { v = "PASS" } /^These are/ { v = "DROP" }
			/^\.It Dv/ { name = $3; getline; print v, name, $0 }')
	diff <(list CAMFENCE_EVENTS | sed -nE 's/.*X\([A-Z0-9_]+, ([a-z0-9_]+), "(.*)"\).*/\1 \2/p') \
		<(source_of EVENTS | awk '/^\.It Dv/ { name = $3; getline; print name, $0 }')
	[ "$(source_of REASONS | grep -c '^\.It')" -ge 16 ]
	[ "$(source_of EVENTS | grep -c '^\.It')" -ge 7 ]
}

@test "the module's parameters are the module's" {
	diff <(grep -rhoE '^MODULE_PARM_DESC\([a-z_]+' "$TOP/kmod" | sed 's/.*(//' | sort) \
		<(source_of 'MODULE PARAMETERS' | sed -n 's/^\.It Va //p' | sort)
}

@test "what the page says that the tool says, it says" {
	source_of DIAGNOSTICS | sed -n 's/^\.It //p' >"$BATS_TEST_TMPDIR/said"
	[ -s "$BATS_TEST_TMPDIR/said" ]
	while read -r text; do
		echo "$text"
		grep -rqF "$text" "$TOP/userspace"
	done <"$BATS_TEST_TMPDIR/said"
}
