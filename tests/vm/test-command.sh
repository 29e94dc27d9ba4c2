#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The commands that change something, and what each does to packets: set, replace, extend, export, import, many at once.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/gate.sh
. tests/vm/ruleset.sh
trap finish EXIT

gate_up
OUT="from=cam-both at=inet proto=udp dst=$VENDOR4 dport=443"
OUT6="from=cam-both at=inet proto=udp dst=$VENDOR6 dport=443"
generation() { "$CAMFENCE" -j list ruleset | jq .generation; }

section "camera set: what is given changes, the rest stays"
expect_drop "under geoblock" "$OUT"
cf policy set open
cf camera set gate policy open key K7
twin "under a policy that blocks nothing"
listed "the rest stays" "camera gate mac ${MAC[cam-both]} addr ${ADDR4[cam-both]} addr ${ADDR6[cam-both]} policy open key K7"
cf camera set gate policy geoblock mac none addr 10.20.0.99 addr fd00:20::99
expect_pass "known by another address alone: not its own" "$OUT"
listed "an address takes the place of all" "camera gate addr 10.20.0.99 addr fd00:20::99 policy geoblock key K7"
told "nothing is left" "would be known by nothing" camera set gate addr none
told "none beside another" '"addr none" is given beside another' camera set gate addr 10.20.0.9 addr none
told "one family" "--force=one-family" camera set gate addr "${ADDR4[cam-both]}"
cf camera set gate addr "${ADDR4[cam-both]}" --force=one-family
expect_drop "known by its address" "$OUT"
expect_pass "  but not over IPv6" "$OUT6"
cf camera set gate mac "${MAC[cam-both]}" key ""
expect_drop "known by its MAC" "$OUT6"
listed "a key is taken away" "camera gate addr ${ADDR4[cam-both]} mac ${MAC[cam-both]} policy geoblock"
cf camera set gate policy open
twin "under a policy that blocks nothing"
told "a camera that is not there" 'there is no camera "gat"; did you mean "gate"?' camera set gat policy open
told "a policy that is not there" 'there is no policy "opne"; did you mean "open"?' camera set gate policy opne
cf camera add other mac 02:00:5e:00:00:07 policy open
told "another's MAC" "--force=shared" camera set other mac "${MAC[cam-both]}"
cf camera set other mac "${MAC[cam-both]}" --force=shared
cf camera set other policy geoblock
expect_drop "two cameras at one MAC, one of them blocked" "$OUT6"
cf camera delete other
twin "the other one deleted"

section "replace: add where there is none, and instead of what there is"
told "add" 'camera "gate" exists already' camera add gate mac "${MAC[cam-both]}" policy geoblock
cf camera replace gate mac "${MAC[cam-both]}" policy geoblock
mark cam-both
expect_drop "replaced, under geoblock" "$OUT"
listed "nothing is left of the one before" "camera gate mac ${MAC[cam-both]} policy geoblock"
cf camera replace gate mac 02:00:5e:00:00:01 policy geoblock comment new
twin "replaced, known by another MAC"
since
equal "its counters go on" "${CNT[cameras:gate:drops]}" 1
cf catch replace lan iif lan0 policy geoblock
expect_drop "a catch, where there was none" "$OUT"
cf catch replace lan iif lan9 policy geoblock
twin "replaced, of another interface"
cf catch set lan iif lan0
expect_drop "set to this one" "$OUT"
cf catch set lan policy open
twin "under another policy"
told "a catch of a camera's name" 'camera "gate" exists already' catch replace gate iif lan0 policy open
cf catch delete lan
cf camera replace gate mac "${MAC[cam-both]}" policy geoblock
hole way remote $VENDOR4 proto udp port 443
expect_pass "the hole" "$OUT"
told "add" 'exemption "way" exists already' exemption add way camera gate remote $VENDOR4 until permanent reason r by t
cf exemption replace way camera gate remote $VENDOR4 proto udp port 444 until permanent reason r by t
expect_drop "replaced by one for another port" "$OUT"
cf exemption replace way camera gate remote $VENDOR4 proto udp port 443 until permanent reason r by t
twin "and back"
cf exemption delete way
cf policy set halls block cn service ntp
cf camera set gate policy halls
expect_drop "under a policy of our own" "$OUT"
cf policy set halls comment c
expect_drop "set: the block stays" "$OUT"
cf policy replace halls comment d
twin "replaced: nothing is left of it"
listed "nor of its services" "policy halls default pass action drop allow none block none comment d"

section "exemption extend"
cf camera set gate policy geoblock
now=$(date +%s)
cf exemption add way camera gate remote $VENDOR4 until +1d reason r by t
expect_pass "before its end" "$OUT"
run date -s "@$((now + 2 * 86400))"
expect_drop "a day after its end" "$OUT"
check "it is listed among the expired" has '[.exemptions[].name] == ["way"]' exemption list expired
check "and not among the live" has '.exemptions == []' exemption list live
cf exemption extend way until +1d
twin "extended"
check "it is among the live" has '[.exemptions[].name] == ["way"]' exemption list camera gate live
told "a shorter time" "which is no earlier" exemption extend way until +1h
cf exemption extend way until permanent
told "no end" "has no end" exemption extend way until +30d
told "one that is not there" 'there is no exemption "wya"; did you mean "way"?' exemption extend wya until +1d
run date -s "@$now"

section "set export: what set load reads back"
printf '%s\n' 1.2.4.0-1.2.4.9 1.2.3.255 0.0.0.0/8 255.255.255.254/31 2001:250::3-2001:250::9 ::/64 >"$WORK/odd"
cf set load odd "$WORK/odd"
"$CAMFENCE" set export odd >"$WORK/odd.1"
check "prefixes and comments only" refuses grep -vE '^#|^[0-9a-f.:]+(/[0-9]+)?$' "$WORK/odd.1"
cf set load odd2 - <"$WORK/odd.1"
"$CAMFENCE" set export odd2 | grep -v '^#' >"$WORK/odd.2"
check "the same addresses" cmp -s <(grep -v '^#' "$WORK/odd.1") "$WORK/odd.2"
equal "as ranges, too" "$("$CAMFENCE" -j set export odd2 | jq -c .ranges)" "$("$CAMFENCE" -j set export odd | jq -c .ranges)"
cf set remove odd2 1.2.4.8
check "one address less is another set" refuses cmp -s "$WORK/odd.2" <("$CAMFENCE" set export odd2 | grep -v '^#')
cf exemption delete way
cf policy set odd block odd
cf camera set gate policy odd
expect_drop "the first one, to a packet" "$OUT"
cf policy set odd block odd2
twin "the one without this address"

section "list and show"
cf policy set geoblock service ntp
cf camera add yard mac 02:00:5e:00:00:09 policy geoblock key "K 9"
cf exemption add way camera gate remote $VENDOR4 until +3d reason r by t
cf exemption add ways policy geoblock remote set odd dir in proto tcp local-port 80 until permanent reason r by t
check "cameras of a policy" has '[.cameras[].name] == ["yard"]' camera list policy geoblock
check "none of them" grep -qxF "no cameras of these" <("$CAMFENCE" camera list policy open)
told "of a policy that is not there" 'there is no policy "geoblok"; did you mean "geoblock"?' camera list policy geoblok
check "exemptions of a camera" has '[.exemptions[].name] == ["way"]' exemption list camera gate
check "exemptions of a policy" has '[.exemptions[].name] == ["ways"]' exemption list policy geoblock
check "no counters unless asked for" has '.cameras | map(has("counters")) == [false, false]' camera list
check "counters beside each" jq -e '.cameras[0].counters.drops > 0 and .cameras[1].counters == {drops: 0, "drop-bytes": 0, spoofs: 0, seen: null}' <("$CAMFENCE" -j -s camera list)
check "in tables, too" grep -qE '^yard +geoblock .* 0 +0 +never$' <("$CAMFENCE" -s camera list)
check "of policies" grep -qE '^POLICY .* PASSED +BYTES +DROPPED +BYTES$' <("$CAMFENCE" -s policy list)
says() { check "$1" grep -qE "^$2\$" <("$CAMFENCE" "${@:3}"); }
says "a camera" "policy +odd: default pass, action drop, allow none, block odd2" camera show gate
says "its exemptions" "way +live +camera gate +$VENDOR4 .*" camera show gate
says "what was dropped" "dropped +[1-9][0-9]* packets, [1-9][0-9]* bytes" camera show gate
says "its policy's" "ways +live +policy geoblock +set odd .*" camera show yard
says "one that was never seen" "last seen +never" camera show yard
says "a set's users" "used by +exemption ways \(remote\)" set show odd
says "a policy's cameras" "cameras +yard" policy show geoblock
says "an exemption" "until +permanent" exemption show ways
says "whose it is" "policy +geoblock" exemption show ways
told "one that is not there" 'there is no camera "gat"; did you mean "gate"?' camera show gat

section "camera import, camera export"
cf exemption delete way
cf camera delete gate
cf camera delete yard
cat >"$WORK/cams.csv" <<END
policy;name;mac;addr;comment
geoblock;gate;${MAC[cam-both]};;"the gate; ""old"""
geoblock;hall;;${ADDR4[cam-v4]} ${ADDR6[cam-v4]};
END
HALL="from=cam-v4 at=inet proto=udp dst=$VENDOR4 dport=443"
before=$(generation)
cf camera import "$WORK/cams.csv"
equal "one transaction" "$(generation)" $((before + 1))
listed "a comment with quotes" "camera gate mac ${MAC[cam-both]} policy geoblock comment \"the gate; \\\"old\\\"\""
expect_drop "imported, by MAC" "$OUT"
expect_drop "imported, by address" "$HALL"
told "again" "$WORK/cams.csv:2: camera \"gate\" exists already" camera import "$WORK/cams.csv"
told "again, the other one, too" "$WORK/cams.csv:3: camera \"hall\" exists already" camera import "$WORK/cams.csv"
"$CAMFENCE" list ruleset | grep ^camera >"$WORK/cams.1"
"$CAMFENCE" camera export >"$WORK/cams.out.csv"
sed 's/geoblock/open/' "$WORK/cams.csv" >"$WORK/open.csv"
cf camera import "$WORK/open.csv" replace
twin "replaced, under a policy that blocks nothing"
cf camera import "$WORK/cams.out.csv" replace
check "what was exported brings it all back" cmp "$WORK/cams.1" <("$CAMFENCE" list ruleset | grep ^camera)
check "and is exported alike" cmp "$WORK/cams.out.csv" <("$CAMFENCE" camera export)
expect_drop "imported again, by MAC" "$OUT"
cf camera import "$WORK/open.csv" replace
twin "under a policy that blocks nothing"
sed '3s/open/opne/' "$WORK/open.csv" >"$WORK/wrong.csv"
told "one of them is wrong" "$WORK/wrong.csv:3: there is no policy \"opne\"; did you mean \"open\"?" \
	camera import "$WORK/wrong.csv" replace
{
	echo name,mac,policy
	for i in {1000..2999}; do printf 'many-%d,00:00:5e:00:%02x:%02x,geoblock\n' "$i" $((i / 256)) $((i % 256)); done
} >"$WORK/many.csv"
cf camera import "$WORK/many.csv"
check "2,000 of them" has '.counts.cameras == 2002' status

section "Many commands, one transaction"
cf flush
cf set load cn "$WORK/cn"
cf policy set open
gate
before=$(generation)
cat >"$WORK/batch" <<END
# Each line needs the one before it.
set load nvr $WORK/nvr
set add nvr $OTHER4
policy set halls default drop allow nvr comment "the 'halls'"
camera set gate policy halls \\
	key K1
exemption add way camera gate remote $VENDOR4 proto udp port 443 until +1d reason "a way" by t
END
echo 10.20.9.10 >"$WORK/nvr"
expect_drop "before, under geoblock" "$OUT"
OTHER="from=cam-both at=inet proto=udp dst=$OTHER4 dport=443"
expect_drop "another one, before" "$OTHER"
cf -b "$WORK/batch"
twin "all five"
equal "one generation" "$(generation)" $((before + 1))
check "the set has what was added to it" "$CAMFENCE" set test nvr $OTHER4
listed "the camera has what was said in two lines" "camera gate mac ${MAC[cam-both]} addr ${ADDR4[cam-both]} addr ${ADDR6[cam-both]} policy halls key K1"
expect_drop "the rest is not allowed" "from=cam-both at=inet proto=udp dst=9.9.9.9 dport=443"
cf -b - <<<"camera set gate policy open"
twin "another policy, from standard input"
sed 's/camera set gate/camera set gaet/; s/^set load nvr/set load nvr2/; s/set add nvr /set add nvr2 /' "$WORK/batch" >"$WORK/wrong"
told "the fourth is wrong" "$WORK/wrong:5: there is no camera \"gaet\"; did you mean \"gate\"?" -b "$WORK/wrong"
check "not one of the others was done" has '[.sets[].name] == ["cn", "nvr"]' set list
printf '%s\n' "camera delete gate" "exemption delete way" >"$WORK/order"
told "in the wrong order" "$WORK/order:1: camera \"gate\": exemption \"way\" is for it" -b "$WORK/order"
tac "$WORK/order" >"$WORK/order2"
cf -b "$WORK/order2"
unlisted "in the right order" "camera gate mac ${MAC[cam-both]} addr ${ADDR4[cam-both]} addr ${ADDR6[cam-both]} policy open key K1"
printf '%s\n' "camera add gate mac ${MAC[cam-both]} policy geoblock" "camera set gate key A" "camera replace gate mac ${MAC[cam-both]} policy geoblock key B" \
	"camera add gone mac 02:00:5e:00:00:08 policy geoblock" "camera delete gone" >"$WORK/again"
cf -b "$WORK/again"
listed "the last one holds" "camera gate mac ${MAC[cam-both]} policy geoblock key B"
check "and what came and went is not there" has '[.cameras[].name] == ["gate"]' camera list
cf -b - <<<"camera import $WORK/cams.csv replace
option set site geoblock"
check "an import among others" has '([.cameras[].name] == ["gate", "hall"]) and .options.site == "geoblock"' list ruleset
told "a camera twice in two lines" "stdin:2: camera \"c\" exists already" -b - <<<"camera add c mac 02:00:5e:00:00:08 policy open
camera add c mac 02:00:5e:00:00:09 policy open"

section "status: in force, or not and why"
# asked TEXT STATUS SENTENCE: status --check
asked() {
	local said status=0

	said=$("$CAMFENCE" status --check) || status=$?
	if ((status == $2)) && [[ $said == *"$3"* ]]; then ok "$1: $said"; else nok "$1" "status $status: $said"; fi
}
cf flush
asked "nothing" 4 "NOT in force: there is no ruleset"
cf set load cn "$WORK/cn"
asked "a set alone" 4 "NOT in force: no camera, no catch and no site"
cf camera add gate mac "${MAC[cam-both]}" policy geoblock
asked "a camera that has not sent anything" 4 "never seen here (behind another router? another MAC address?): gate"
expect_drop "its first packet" "$OUT"
asked "now it has" 0 "in force, generation"
cf camera add ghost mac 02:00:5e:00:00:07 policy geoblock
asked "another one" 4 "never seen here (behind another router? another MAC address?): ghost"
check "in JSON" has '."not-in-force" == [{why: "never-seen", name: "ghost"}] and ."in-force"' status
cf camera delete ghost
cf camera set gate policy audit
twin "under audit, which drops nothing"
asked "and is not in force" 4 "only counted, by a policy with action audit: gate"
cf camera set gate policy geoblock
asked "under geoblock again" 0 "in force, generation"
hole way remote $VENDOR4
cf exemption add soon camera gate remote $VENDOR4 until +13d reason r by t
cf exemption add late camera gate remote $VENDOR4 until +15d reason r by t
check "exemptions that end soon" has '[.ending[].name] == ["soon"]' status
check "as text" grep -q "^exemption soon ends at " <("$CAMFENCE" status)
equal "drops in all" "$("$CAMFENCE" -j status | jq .drops.packets)" \
	"$("$CAMFENCE" -j stats | jq '[.reasons[] | select(.verdict == "drop") | .packets] | add')"
check "cameras of each policy" has '[.policies[] | [.name, .cameras]] == [["audit", 0], ["geoblock", 1]]' status
touch -d "@$(($(date +%s) - 10 * 86400 - 60))" "$WORK/cn"
cf set load cn "$WORK/cn"
check "how old a set is" grep -qE "^cn +2 +10 d +$WORK/cn$" <("$CAMFENCE" status)

section "Kept, or gone at reboot"
ETC=/etc/camfence OWN=/etc/camfence/camfence.d/90-runtime.yaml
YARD=(yard mac 02:00:5e:00:00:09 policy geoblock)
tells() {
	local said

	said=$("$CAMFENCE" "${@:3}" 2>&1) || die "exit status $?: $*: $said"
	if [[ $said == *"$2"* ]]; then ok "$1: $2"; else nok "$1" "$said"; fi
}
config() {
	mkdir -p $ETC
	cat >$ETC/camfence.yaml
	echo "cameras: {gate: {mac: \"${MAC[cam-both]}\", policy: geoblock}}" >>$ETC/camfence.yaml
}
rm -rf /var/lib/camfence
cf camera add lone mac 02:00:5e:00:00:08 policy geoblock
cf camera add alone mac 02:00:5e:00:00:10 policy geoblock
check "cameras, where the most was dropped first" has '[.cameras[] | [.name, .counters.drops > 0]] == [["gate", true], ["alone", false], ["lone", false]]' camera list sort dropped
check "by name" has '[.cameras[].name] == ["alone", "gate", "lone"]' camera list
cf camera delete lone
cf camera delete alone
tells "no configuration" "" camera add "${YARD[@]}"
check "so nothing is kept" has '.applied == null and .unsaved == {configuration: "none", changes: []}' status
cf camera delete yard
config <<<"version: 1
sets: {cn: {source: $WORK/cn, max-age: 5d}}"
cf apply --message "the first"
tells "status: who, and why" ": the first" status
check "no guard was forced" has '.applied.forced == []' status
check "and a set that is too old" has '.sets[0] | ."max-age" == 432000 and ."too-old"' status
by_schema() { check "as its schema: ${*:2}" python3 tests/schema.py "docs/schema/$1.json" <("$CAMFENCE" -j "${@:2}"); }
check "all is as applied" has '.applied."in-force" and .unsaved == null' status
expect_drop "a packet" "$OUT"
check "is counted as one since the commit" has '.drops | ."since-commit" == 1 and .packets > 1 and .last' status
by_schema status status
told "the file is not included" "add the line: include: camfence.d/*.yaml" camera add "${YARD[@]}" --save
sed -i '/^cameras/s/}}$/}, hall: {addr: 10.20.0.77, policy: geoblock}}/' $ETC/camfence.yaml
cf apply --force=one-family
tells "one was" "guards that were forced: one-family" status
config <<<"version: 1
include: camfence.d/*.yaml
max-validity: 365d
sets: {cn: {source: $WORK/cn}}"
cf apply
check "a set that may be of any age" has '.sets[0] | ."max-age" == null and (."too-old" | not)' status
tells "without --save" "gone at reboot" camera add "${YARD[@]}"
check "it is not in the configuration" has '[.unsaved.changes[] | [.change, .name]] == [["removed", "yard"]] and (.applied."in-force" | not)' status
by_schema status status
cf camera delete yard
equal "with --save, nothing is said" "$("$CAMFENCE" camera add "${YARD[@]}" --save 2>&1)" ""
check "it is in the configuration" has '.unsaved == {configuration: "read", changes: []}' status
equal "a file of its owner's" "$(stat -c %a $OWN)" 600
cf camera set yard key K1 --save
printf '%s\n' 10.20.9.10 10.20.9.11 >"$WORK/nvr"
cf --save -b - <<<"set load nvr $WORK/nvr
policy set halls default drop allow nvr service dhcp,ntp
exemption add idle camera yard remote $OTHER4 until +300d reason r by t
exemption add way camera gate remote $VENDOR4 until permanent reason r by t"
twin "with a hole that is kept"
told "longer than max-validity" "longer than max-validity 365d" exemption add long camera gate remote $OTHER4 until +400d reason r by t --save
told "what a hand has written" "$ETC/camfence.yaml:5:11: camera \"gate\" stands here" camera set gate key K2 --save
cf policy set passing
told "what it needs is not kept" 'there is no policy "passing"' camera add lone mac 02:00:5e:00:00:10 policy passing --save
told "options" "write site and nat64 into" option set nat64 2001:db8:64::/96 --save
kept=$("$CAMFENCE" list ruleset | sed '1d; /^policy passing /d')
cf flush
cf apply
equal "all that was kept comes back" "$("$CAMFENCE" list ruleset | sed 1d)" "$kept"
told "somebody needs it" "is for it" camera delete yard --save
cf exemption delete idle --save
cf camera delete yard --save
check "gone, and nothing but it" has '.unsaved.changes == []' status
check "  the file as well" refuses grep -q yard $OWN
echo "cameras: {" >$ETC/camfence.d/10-broken.yaml
told "a configuration that is wrong" "10-broken.yaml:" camera add "${YARD[@]}" --save
by_schema status status
check "in status" has '.unsaved.configuration == "wrong"' status
rm $ETC/camfence.d/10-broken.yaml

section "exemption list --unused"
cf exemption add idle camera gate remote $OTHER4 until +300d reason r by t --save
check "both are new" has '.exemptions == []' exemption list --unused 1h
now=$(date +%s)
run date -s "@$((now + 2 * 86400))"
expect_pass "one is used" "$OUT"
check "by their use" has '[.exemptions[].name] == ["way", "idle"]' exemption list sort passed
check "the other is not" has '[.exemptions[].name] == ["idle"] and .exemptions[0].used == null' exemption list --unused 1d
cf flush
cf apply
run date -s "@$((now + 4 * 86400))"
check "the use of both is known behind a flush" has '[.exemptions[] | [.name, .used != null, .counters.seen]] == [["idle", false, null], ["way", true, null]]' exemption list --unused 1d
by_schema exemption-list exemption list --unused 1d
check "of one it is too short ago" has '[.exemptions[].name] == ["idle"]' exemption list --unused 3d
check "as text" grep -qE "^way +live +camera gate +20.*T.*Z +20.*T.*Z +permanent " <("$CAMFENCE" exemption list --unused 1d)
check "from when on" grep -q "^use is known since 20" <("$CAMFENCE" exemption list --unused 90d)
check "by their end" has '[.exemptions[].name] == ["idle", "way"]' exemption list sort until
check "none is over soon" has '.exemptions == []' exemption list expiring
cf exemption replace idle camera gate remote $OTHER4 until +13d reason r by t --save
check "one is" has '[.exemptions[].name] == ["idle"]' exemption list expiring
run date -s "@$now"
rm -r $ETC /var/lib/camfence

section "JSON: every answer by its schema, and none that was changed"
ANSWERS=0
valid() {
	local file=$WORK/answer.$ANSWERS

	"$CAMFENCE" -j "${@:2}" >"$file" || [[ $2 == @(set|diff) ]] || die "exit status $?: $*"
	echo "$1 $file ${*:2}" >>"$WORK/answers"
	ANSWERS=$((ANSWERS + 1))
}
cf policy set geoblock service ntp comment "for the halls"
cf option set nat64 2001:db8:64::/96
cf catch replace lan iif lan9 policy geoblock key K
cf exemption add full policy geoblock remote 192.0.2.7,router remote set cn dir both proto udp port 1-2 local-port 3 \
	not-before 2020-01-01 until 2199-12-31 reason r by t comment c
cf exemption add ping camera lan remote router proto icmp icmp-type echo-request until permanent reason r by t
valid change camera set gate comment "its comment"
valid batch -b /dev/stdin <<<"policy set open"
valid set-load set load more "$WORK/cn"
valid change set add more 9.9.9.9
for kind in set policy camera catch exemption option; do valid $kind-list $kind list; done
for kind in policy camera catch exemption; do valid $kind-list -s $kind list; done
valid set-show set show cn
valid set-export set export cn
valid set-test set test cn 1.2.4.8 9.9.9.9
valid policy-show policy show geoblock
valid camera-show camera show gate
valid catch-show catch show lan
valid exemption-show exemption show full
valid exemption-show exemption show ping
valid list-ruleset list ruleset
valid list-ruleset -s list ruleset
valid status status
valid stats stats
valid explain explain camera gate to 1.2.4.8 tcp 443
valid explain explain from 203.0.113.7 to 10.20.0.99 icmp reply
"$CAMFENCE" save "$WORK/conf"
valid diff diff "$WORK/conf"
cf camera set gate policy audit
cf exemption delete ping
cf set delete more
cf option set nat64 none
cf policy set geoblock service none
valid diff diff "$WORK/conf"
valid apply apply "$WORK/conf" --message "as it was"
valid apply apply "$WORK/conf"
valid rollback-list rollback list
valid explain explain --offline "$WORK/conf" camera gate to 1.2.4.8 tcp 443
cf flush
valid status status
valid list-ruleset list ruleset
held=0
while read -r verdict text; do
	held=$((held + 1))
	if [[ $verdict == PASS ]]; then ok "$text"; else nok "${text%% *}" "$text"; fi
done < <(python3 tests/schema.py --each docs/schema <"$WORK/answers")
equal "each answer, and each that was changed" $held $((2 * ANSWERS))
