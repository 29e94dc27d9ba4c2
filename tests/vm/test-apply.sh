#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One configuration: what diff says and apply puts into force, shown by packets;
# what stays is not touched; going back; and that what save writes leads to what
# it was written from.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

CN4=1.2.4.8 FW4=203.0.113.7
CONFIG=$WORK/camfence.yaml
KEPT=/var/lib/camfence

to() { echo "from=$1 at=inet proto=tcp dst=${2:-$CN4} dport=443"; }

# config POLICY_OF_GATE [LINE...]: the configuration, and more at its end
config() {
	cat >"$CONFIG" <<-END
	version: 1
	sets:
	  cn: {source: cn.list}
	  nvr: {ranges: [10.20.9.10, "fd00:20:9::10"]}
	policies:
	  isolate: {default: drop, allow: [nvr], services: [dhcp]}
	cameras:
	  hall: {mac: "${MAC[cam-mac]}", policy: geoblock}
	  gate: {addr: "${ADDR4[cam-v4]}", one-family: true, policy: $1}
	END
	printf '%s\n' "${@:2}" >>"$CONFIG"
}

# says TEXT STATUS OUTPUT COMMAND...: that, word for word, on either stream; how many
# flows end is test-live.sh's
says() {
	local text=$1 want=$2 output=$3 said status=0

	shift 3
	shown "camfence $*"
	said=$("$CAMFENCE" "$@" 2>&1) || status=$?
	said=${said%$'\n'ends now: *}
	if ((status == want)) && [[ $said == "$output" ]]; then
		ok "$text: $(tail -n 1 <<<"$said")"
	else
		nok "$text" "status $status: $said"
	fi
}
listing() { "$CAMFENCE" list ruleset | sed 1d; }
# As JSON, which does not tell in which order selectors of different kinds came
objects() { "$CAMFENCE" -j list ruleset | jq -S 'del(.generation)'; }
generation() { "$CAMFENCE" list ruleset | sed -n '1s/generation //p'; }
drops_of() { "$CAMFENCE" -j stats | jq ".cameras[] | select(.name == \"$1\").drops"; }
# bytes_sent COMMAND...: how much it tells the kernel, in SENT
bytes_sent() {
	strace -qq -e trace=sendto -e signal=none -o "$WORK/strace" "$CAMFENCE" "$@" >"$WORK/said" || die "strace: $*"
	SENT=$(awk '{ sum += $NF } END { print sum + 0 }' "$WORK/strace")
}

module_load
topology
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn.list"

section "From nothing"
config isolate
says "diff, before anything is in force" 4 "+ set cn: 2 ranges, source $WORK/cn.list, date $(date -u -d "@$(stat -c %Y "$WORK/cn.list")" +%Y-%m-%dT%H:%M:%SZ)
+ set nvr: 2 ranges
+ policy geoblock: default pass, action drop, block cn
+ policy isolate: default drop, action drop, allow nvr, services dhcp
+ camera gate: addr ${ADDR4[cam-v4]}, policy isolate
+ camera hall: mac ${MAC[cam-mac]}, policy geoblock" diff "$CONFIG"
expect_pass "diff changes nothing" "$(to cam-mac)"
first=$(($(generation) + 1))
says "apply" 0 "generation $first: 2 sets added, 2 policies added, 2 cameras added" apply "$CONFIG" --message "first light"
expect_drop "hall -> blocked" "$(to cam-mac)"
expect_pass "hall -> unlisted" "$(to cam-mac $FW4)"
expect_drop "gate -> unlisted, for it is alone" "$(to cam-v4 $FW4)"
says "again" 0 "nothing to do" apply "$CONFIG"
says "no difference" 0 "no difference" diff "$CONFIG"
equal "no new generation" "$(generation)" $first

section "One line changes"
drops=$(drops_of hall)
config geoblock
says "diff tells it" 4 "~ camera gate: policy isolate → geoblock" diff "$CONFIG"
check "as JSON, too" jq -e '.changes == [{change: "changed", kind: "camera", name: "gate",
	fields: {policy: {from: ["isolate"], to: ["geoblock"]}}}]' <("$CAMFENCE" -j diff "$CONFIG" || true)
says "apply" 0 "generation $((first + 1)): 1 camera changed" apply "$CONFIG" --message "gate gets its firmware"
expect_drop "gate -> blocked" "$(to cam-v4)"
expect_pass "gate -> unlisted, now" "$(to cam-v4 $FW4)"
equal "hall's counter is what it was" "$(drops_of hall)" "$drops"
equal "gate's, too, and one more" "$(drops_of gate)" 2

section "What stays is not sent again"
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "%d.%d.%d.0/25\n", 60 + i / 65536, i / 256 % 256, i % 256 }' >"$WORK/big.list"
sed -i 's/^policies:/  big: {source: big.list}\n&/' "$CONFIG"
bytes_sent apply "$CONFIG"
check "20,000 ranges are sent: $SENT bytes" test "$SENT" -gt 160000
config_line() { sed -i "$1" "$CONFIG"; }
config_line 's/policy: geoblock}$/policy: geoblock, comment: c}/'
bytes_sent apply "$CONFIG"
equal "a comment changes" "$(sed -n 's/generation [0-9]*: //p' "$WORK/said")" "2 cameras changed"
check "they are not sent again: $SENT bytes" test "$SENT" -lt 8000
echo 9.9.9.9 >>"$WORK/big.list"
touch -d "@$(stat -c %Y "$WORK/cn.list")" "$WORK/big.list"
bytes_sent apply "$CONFIG"
check "one more, and they are: $SENT bytes" test "$SENT" -gt 160000

section "What is wrong changes nothing"
before=$(listing)
for break in 's/^cameras:/cameras: [/' 's/policy: geoblock/policy: geoblok/' 's/10.20.9.10/10.20.9.310/' 's/"[0-9a-f:]*", policy/"02:ca", policy/'; do
	cp "$CONFIG" "$WORK/broken.yaml"
	sed -i "$break" "$WORK/broken.yaml"
	status=0 said=$("$CAMFENCE" apply "$WORK/broken.yaml" 2>&1) || status=$?
	check "$(head -n 1 <<<"${said#"$WORK/"}")" test "$status" -eq 1 -a "${said%%:*}" = "$WORK/broken.yaml"
	check "  and nothing changed" test "$(listing)" = "$before"
done
expect_pass "gate -> unlisted, still" "$(to cam-v4 $FW4)"

cf flush
twin "all of it gone"

# gate_is ALONE|BLOCKED TEXT: by which policy it is judged
gate_is() {
	if [[ $1 == ALONE ]]; then
		expect_drop "$2: gate is alone" "$(to cam-v4 $FW4)"
	else
		expect_pass "$2: gate is not alone" "$(to cam-v4 $FW4)"
	fi
}

section "Going back"
rm -rf "$KEPT"
says "nothing to go back to" 0 "nothing was applied yet" rollback list
config isolate
SUDO_USER=alice says "one" 0 "generation $(($(generation) + 1)): 2 sets added, 2 policies added, 2 cameras added" \
	apply "$CONFIG" --message "one"
one=$(generation)
gate_is ALONE "one"
config geoblock
says "two" 0 "generation $((one + 1)): 1 camera changed" apply --message "two" "$CONFIG"
gate_is BLOCKED "two"
rm "$CONFIG" "$WORK/cn.list"
says "back to one, whose files are gone" 0 "generation $((one + 2)): 1 camera changed" rollback
gate_is ALONE "back to one"
check "who, why, which" jq -e '[.applied[] | [.n, .generation, .who, .message]] == [
	[0, '$((one + 2))', "root", "rollback to generation '"$one"'"],
	[1, '$((one + 1))', "root", "two"], [2, '"$one"', "alice", "one"]]' <("$CAMFENCE" -j rollback list)
cf rollback list
says "and back to two" 0 "generation $((one + 3)): 1 camera changed" rollback 1 --message again
gate_is BLOCKED "back to two"
says "the latest is in force already" 0 "nothing to do" rollback 0
says "further than there is" 1 "camfence: rollback 4: 4 rulesets are kept, counted from 0
  see: camfence rollback list" rollback 4
cf camera add late mac 02:00:00:00:00:99 policy isolate
late=$(listing)
says "what other commands did goes" 0 "generation $((one + 5)): 1 camera removed" rollback 0
says "and can be gone back to" 0 "generation $((one + 6)): 1 camera added" rollback 1
equal "all of it" "$(listing | cksum)" "$(cksum <<<"$late")"
printf '1.2.4.0/24\n' >"$WORK/cn.list"
for policy in isolate geoblock isolate geoblock isolate; do
	config $policy
	QUIET=1 cf apply "$CONFIG" >/dev/null
done
equal "the last five are kept" "$("$CAMFENCE" -j rollback list | jq '.applied | length') $(find "$KEPT" -name '*.yaml' | wc -l)" "5 5"
equal "for root alone" "$(stat -c %a "$KEPT" "$KEPT"/* | sort | uniq -c | xargs)" "6 600 1 700"
gate_is ALONE "the last of them"

section "Two at the same time"
config geoblock
said=$(flock "$KEPT" "$CAMFENCE" apply "$CONFIG" 2>&1) && status=0 || status=$?
equal "one is told" "$status ${said#camfence: }" "1 somebody else applies a ruleset just now; nothing was changed"
gate_is ALONE "nothing has changed"
says "alone it is done" 0 "generation $(($(generation) + 1)): 1 camera changed" apply "$CONFIG"
gate_is BLOCKED "done"

section "To be confirmed"
config isolate
g=$(($(generation) + 1))
says "for an hour only" 0 "generation $g: 1 camera changed
what was before comes back in 3600 s without camfence confirm $g" apply "$CONFIG" --confirm 3600
gate_is ALONE "meanwhile"
config geoblock
check "nobody else changes anything" refuses "$CAMFENCE" apply "$CONFIG"
cf confirm $g
says "confirmed, others may" 0 "generation $((g + 1)): 1 camera changed" apply "$CONFIG"

section "Another network namespace"
kept=$(cksum "$KEPT"/*)
says "the file has to be named" 1 "camfence: -n: name the file, for /etc/camfence/camfence.yaml is not for there" -n nvr apply
says "no going back there" 1 "camfence: -n: what is kept is of this network namespace" -n nvr rollback
cf -n nvr apply "$CONFIG"
equal "nothing is kept of it" "$(cksum "$KEPT"/*)" "$kept"
cf -n nvr flush
cf flush
twin "all of it gone"

section "What save writes leads to what it was written from"
cf apply "$CONFIG"
# shellcheck disable=SC2016 # literally
cf exemption add 'h "1" ${x}' camera hall remote 203.0.113.7,router,::/0 remote set nvr proto tcp port 443,8000-8099 \
	not-before 2020-01-01 until 9999-12-31 reason "it's: {so}, # really" by '*me' comment "-"
cf camera add '? null' mac 02:00:00:00:00:01 oui 00:00:5e:00:5 iif '&e"' policy approve --force=shared key "~" comment "!!x"
cf catch add '<<' iif '%1' policy audit
cf option set site geoblock nat64 2001:db8:64::/96
cf save "$WORK/saved.yaml"
says "nothing to do" 0 "nothing to do" apply "$WORK/saved.yaml"
equal "for its owner alone" "$(stat -c %a "$WORK/saved.yaml")" 600
before=$(listing)
cf flush
cf apply "$WORK/saved.yaml"
equal "from nothing, too" "$(listing | cksum)" "$(cksum <<<"$before")"
check "to standard output the same" cmp "$WORK/saved.yaml" <("$CAMFENCE" save)
sed -i 's/02:00:00:00:00:01/02:00:00:00:00:02/' "$WORK/saved.yaml"
says "a digit changed in it, and it is told" 4 '~ camera "? null": mac 02:00:00:00:00:01 → 02:00:00:00:00:02' diff "$WORK/saved.yaml"
check "no file takes a device's place" refuses "$CAMFENCE" save /dev/null
check "which is there still" test -c /dev/null

section "Rulesets at random"
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
echo "seeds from $seed on"
# What comes of chance is what guards are there for; what is saved says that it is meant.
ANYTHING=$("$CAMFENCE" help guards | sed -nE "s/^  ([a-z-]+)  .*/\1/p" | paste -sd,)
for ((i = seed; i < seed + 6; i++)); do
	python3 tests/vm/random_config.py $i >"$WORK/r.json"
	if "$CAMFENCE" --force="$ANYTHING" apply "$WORK/r.json" >"$WORK/said" && "$CAMFENCE" save "$WORK/s1" &&
		"$CAMFENCE" diff "$WORK/s1" >"$WORK/said" && [[ $("$CAMFENCE" apply "$WORK/s1") == "nothing to do" ]] &&
		objects >"$WORK/l1" && "$CAMFENCE" flush --force=flush && "$CAMFENCE" apply "$WORK/s1" >"$WORK/said" &&
		"$CAMFENCE" save "$WORK/s2" && objects >"$WORK/l2" && cmp "$WORK/s1" "$WORK/s2" && cmp "$WORK/l1" "$WORK/l2"; then
		ok "seed $i: $(jq '[.[] | arrays | length] | add' "$WORK/l1") objects"
	else
		nok "seed $i" "$(tail -n 3 "$WORK/said")"
	fi
done

section "The module is loaded where it is missing"
cf flush
module_unload
config geoblock
said=$("$CAMFENCE" apply "$CONFIG" 2>&1) && status=0 || status=$?
check "not where there is none: $(tail -n 1 <<<"$said")" test "$status" -eq 3
status=0
"$CAMFENCE" diff "$CONFIG" >/dev/null 2>&1 || status=$?
equal "diff leaves it where it is" "$status $([[ -d /sys/module/camfence ]] && echo loaded)" "3 "
# Of its own: depmod reads every module there is, which takes a quarter of a minute.
MODULES=lib/modules/$(uname -r)
install -D "$CAMFENCE_KMOD" "$WORK/$MODULES/camfence.ko"
depmod -b "$WORK" 2>/dev/null
run mount --bind "$WORK/$MODULES" "/$MODULES"
says "apply" 0 "generation 1: 2 sets added, 2 policies added, 2 cameras added" apply "$CONFIG"
expect_drop "hall -> blocked" "$(to cam-mac)"
cf flush
twin "all of it gone"
run umount "/$MODULES"
