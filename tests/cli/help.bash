# SPDX-License-Identifier: GPL-2.0
#
# What help says, for those that say the same in other words.

# collect_help FILE: all of help in one file, that of OBJECT COMMAND behind the line "== OBJECT COMMAND"
collect_help() {
	local tool=${CAMFENCE:-$BATS_TEST_DIRNAME/../../build/camfence} object command

	{
		echo "=="
		"$tool" help
		for object in $("$tool" help | sed -nE 's/^  ([a-z]+)  .*/\1/p'); do
			echo "== $object"
			"$tool" "$object" help
			for command in $("$tool" "$object" help | sed -nE "s/^camfence $object ([a-z]+).*/\1/p"); do
				echo "== $object $command"
				"$tool" "$object" "$command" help
			done
		done
	} | sed 's/…/.../g' >"$1"
	HELP=$1
}

# help_of " OBJECT COMMAND": its help
help_of() { sed -n "/^==$1\$/,/^==/p" "$HELP"; }

# Each command with its arguments, a line
help_usage() {
	awk '
		function flush() { if (line) print line; line = "" }
		/^==/ { flush(); object = NF == 2; next }
		/^camfence / && object { flush(); sub(/^camfence /, ""); line = $0; next }
		/^         / && line { sub(/^ +/, " "); line = line $0; next }
		{ flush() }
		END { flush() }' "$HELP"
}

# OBJECT COMMAND, or OBJECT where it is a command itself; of usage lines
heads() { sed -E 's/^([a-z]+( [a-z]+)?).*/\1/'; }

# The table that "help" begins with, a line for each command
help_table() {
	help_of "" | sed -nE 's/^  ([a-z]+) .*: ([a-z, ]+)$/\1 \2/p; s/^  ([a-z]+)  [^:]*$/\1/p' | tr -d , |
		awk 'NF == 1 { print } { for (i = 2; i <= NF; i++) print $1, $i }'
}

help_options() { help_of "" | sed -nE 's/^  (-.*)/\1/p' | sed 's/  .*//'; }

# Lower-case words: keywords, where placeholders are in capitals
literals() { tr -c 'A-Za-z0-9-' '\n' | grep -E '^[a-z][a-z0-9-]*$'; }
