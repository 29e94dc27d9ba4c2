#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The schemas of docs/schema, and what holds answers to them. The answers themselves come from the kernel:
# tests/vm/test-command.sh has them all.

load help
bats_require_minimum_version 1.5.0

TOP=$BATS_TEST_DIRNAME/../..
SCHEMAS=$TOP/docs/schema

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

# loose DIRECTORY: objects that let more through than they say, and references to nothing
loose() {
	python3 - "$1" <<-'END'
	import json, pathlib, sys
	files = {p.name: json.loads(p.read_text()) for p in pathlib.Path(sys.argv[1]).glob('*.json')}
	def look(where, at):
	    if isinstance(at, dict):
	        if at.get('type') == 'object' and not (at.get('additionalProperties') is False and 'required' in at and
	                                               set(at['required']) <= set(at['properties'])):
	            print(where, 'is loose')
	        if '$ref' in at:
	            name, _, ref = at['$ref'].partition('#/$defs/')
	            if ref not in files.get(name or where, {}).get('$defs', {}):
	                print(where, 'refers to', at['$ref'])
	        for one in at.values():
	            look(where, one)
	    for one in at if isinstance(at, list) else []:
	        look(where, one)
	for name, schema in files.items():
	    look(name, schema)
	    if schema.get('$schema') != 'https://json-schema.org/draft/2020-12/schema' or not schema.get('title'):
	        print(name, 'does not say what it is')
	END
}

@test "every object says what must be in it, and that nothing else may" {
	run loose "$SCHEMAS"
	echo "$output"
	[ -z "$output" ]
	for plant in '/additionalProperties/d' 's/"required": \[/&"strange", /' 's,common.json#/$defs/[a-z]*,&x,' '/"title"/d'; do
		rm -rf planted
		cp -r "$SCHEMAS" planted
		sed -i "$plant" planted/set-show.json
		run ! cmp -s planted/set-show.json "$SCHEMAS/set-show.json"
		run loose planted
		echo "$plant: $output"
		[ -n "$output" ]
	done
}

# Which schema a command's answer has
schema_of() {
	case $1 in
	"camera export" | confirm | flush | save) echo none ;;
	rollback) echo rollback-list ;;
	"set load") echo set-load ;;
	*" add" | *" remove" | *" delete" | *" replace" | *" set" | *" extend" | *" import") echo change ;;
	*) echo "${1// /-}" ;;
	esac
}

# missing TABLE: commands without a schema, and schemas without a command
missing() {
	{
		printf '%s\n' batch change common
		while read -r command; do schema_of "$command"; done <"$1"
	} | grep -vx none | sort -u | diff - <(cd "$SCHEMAS" && printf '%s\n' *.json | sed 's/\.json$//' | sort)
}

@test "every command's answer has a schema" {
	collect_help help
	help_table >table
	run missing table
	echo "$output"
	[ -z "$output" ]
	sed 's/^set show$/set shown/' table >other
	run missing other
	[ -n "$output" ]
}

ANSWER='{"version":1,"generation":7,"name":"nvr","ranges":["192.0.2.1"]}'

@test "an answer is as its schema says, or not" {
	schema=$SCHEMAS/set-export.json
	python3 "$TOP/tests/schema.py" "$schema" <<<"$ANSWER"
	for change in 's/"generation":7,//' 's/7/"7"/' 's/7/-7/' 's/7/true/' 's/:1,/:2,/' 's/"name"/"nam"/' \
		's/\[.*\]/"192.0.2.1"/' 's/\["192/[1,"192/' 's/}$/,"more":1}/'; do
		run python3 "$TOP/tests/schema.py" "$schema" <<<"$(sed "$change" <<<"$ANSWER")"
		echo "$change: $output"
		[ "$status" -eq 1 ]
		[ -n "$output" ]
	done
	run ! python3 "$TOP/tests/schema.py" "$schema" </dev/null
}

@test "a schema that would let anything through is found" {
	cp "$SCHEMAS"/*.json .
	python3 "$TOP/tests/schema.py" --mutate set-export.json <<<"$ANSWER"
	sed -i 's/^  "additionalProperties": false/  "additionalProperties": true/' set-export.json
	run -1 python3 "$TOP/tests/schema.py" --mutate set-export.json <<<"$ANSWER"
	[[ $output == *'not refused: '*'"strange": 0'* ]]
	sed -i 's/^  "additionalProperties": true/  "aditionalProperties": false/' set-export.json
	run -1 python3 "$TOP/tests/schema.py" set-export.json <<<"$ANSWER"
	[[ $output == *'"aditionalProperties" is not known here'* ]]
}

@test "check's answer is as its schema says: it needs no kernel" {
	tool=${CAMFENCE:-$TOP/build/camfence}
	printf '%s\n' 'version: 1' 'sets: {nvr: {ranges: [192.0.2.1]}}' 'lockdown: [eth1]' \
		'cameras: {a: {mac: "00:00:5e:00:53:01", policy: isolate}}' >conf
	"$tool" -j check conf >answer
	python3 "$TOP/tests/schema.py" "$SCHEMAS/check.json" answer
	python3 "$TOP/tests/schema.py" --mutate "$SCHEMAS/check.json" answer
}
