# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What is in force, as the tool tells it. Sourced behind lib.sh.

# listed TEXT LINE: "list ruleset" has it
listed() { check "$1" grep -qxF "$2" <("$CAMFENCE" list ruleset); }
unlisted() { check "$1" refuses grep -qxF "$2" <("$CAMFENCE" list ruleset); }

# told TEXT SENTENCE COMMAND...: refused as wrong input, with it, and nothing has changed
told() {
	local text=$1 sentence=$2 said status=0 before

	shift 2
	before=$("$CAMFENCE" list ruleset)
	said=$("$CAMFENCE" "$@" 2>&1) || status=$?
	if ((status == 1)) && [[ $said == *"$sentence"* ]] && [[ $before == "$("$CAMFENCE" list ruleset)" ]]; then
		ok "$text: $sentence"
	else
		nok "$text" "status $status: $said"
	fi
}

# has FILTER COMMAND...: jq finds its JSON so
has() { "$CAMFENCE" -j "${@:2}" | jq -e "$1" >"$WORK/has"; }
