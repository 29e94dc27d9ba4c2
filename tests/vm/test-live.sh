#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Flows that run when a ruleset comes: which of them end, as diff --live and apply
# tell it beforehand, and which then do. Of each kind one that ends stands beside
# one that goes on.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

CONFIG=$WORK/camfence.yaml

# config POLICY_OF_GATE POLICY_OF_HALL
config() {
	cat >"$CONFIG" <<-END
	version: 1
	sets:
	  cn: {ranges: [1.2.4.0/24, "2001:250::/32"]}
	  nvr: {ranges: [10.20.9.10]}
	policies:
	  isolate: {default: drop, allow: [nvr]}
	cameras:
	  hall: {mac: "${MAC[cam-mac]}", policy: $2}
	  gate: {addr: "${ADDR4[cam-v4]}", one-family: true, policy: $1}
	  yard: {addr: "${ADDR6[cam-v6]}", one-family: true, policy: geoblock}
	  dock: {addr: "${ADDR4[cam-both]}", one-family: true, policy: geoblock}
	  vault: {addr: "${ADDR4[cam-iso]}", one-family: true, policy: isolate}
	exemptions:
	  way-out: {camera: dock, remote: 1.2.4.12, proto: udp, port: 443, until: permanent, by: t, reason: t}
	  way-in: {camera: gate, remote: 1.2.4.13, dir: in, proto: udp, local-port: 557, until: permanent, by: t, reason: t}
	END
}

mkfifo "$WORK/talk.in" "$WORK/talk.out"
talk_start() {
	python3 tests/vm/talk.py <"$WORK/talk.in" >"$WORK/talk.out" &
	exec {TALK_IN}>"$WORK/talk.in" {TALK_OUT}<"$WORK/talk.out"
	IFS= read -r -t 60 SAID <&"$TALK_OUT" || die "talk.py does not start"
}
talk() {
	printf '%s\n' "$*" >&"$TALK_IN" || die "talk.py is gone"
	IFS= read -r -t 60 SAID <&"$TALK_OUT" || die "talk.py does not answer: $*"
}

# flow NAME WORDS...: as talk.py's open; its answers come
declare -a FLOWS=()
flow() {
	FLOWS+=("$1")
	talk open "$@"
	[[ $SAID == ok ]] || die "flow $*: $SAID"
}

# only_end TEXT NAME...: beside those that were cut before, exactly these are
declare -A CUT=()
only_end() {
	local name text=$1 cut

	shift
	for name; do CUT[$name]=1; done
	for name in "${FLOWS[@]}"; do
		cut=${CUT[$name]:+ cut}
		talk say "$name"
		case $name$cut in
		mute) equal "$text: $name is heard" "$SAID" unanswered ;;
		"tunnel cut") equal "$text: $name has no answers any more" "$SAID" unanswered ;;
		*" cut") equal "$text: $name is cut" "$SAID" unheard ;;
		*) equal "$text: $name goes on" "$SAID" answered ;;
		esac
	done
}

# named FILE: the flows that end, as diff and apply write them in JSON
named() {
	jq -r '.flows.end[] | "\(.camera) \(.reason) \(.packet.src)>\(.packet.dst)" +
		"\(if .packet.dport then ":\(.packet.dport)" else "" end)\(if .answers then " answers" else "" end)"' "$1" | sort
}

# live STATUS: diff --live, in $WORK/live and, as JSON, $WORK/live.json
live() {
	local status=0

	shown "camfence diff --live"
	"$CAMFENCE" diff "$CONFIG" --live >"$WORK/live" 2>&1 || status=$?
	equal "diff --live: exit status" $status "$1"
	"$CAMFENCE" -j diff "$CONFIG" --live >"$WORK/live.json" 2>/dev/null || true
	cat "$WORK/live"
}
summary() { grep -E '^ends now|not known$' "$WORK/live"; }

module_load
topology
answers on
config geoblock geoblock

section "Where conntrack knows nothing"
live 4
equal "that is said" "$(tail -n 1 "$WORK/live")" "conntrack knows no flow here: running flows are not known"
equal "as JSON: null" "$(jq .flows "$WORK/live.json")" null

section "Flows of all kinds"
run nft "add table inet nat
	add chain inet nat pre { type nat hook prerouting priority -100; }
	add chain inet nat post { type nat hook postrouting priority 100; }
	add rule inet nat post oifname wan0 udp dport 5000 masquerade
	add rule inet nat pre iifname lan0 udp dport 7001 dnat ip to 1.2.4.9:443
	add rule inet nat pre iifname lan0 udp dport 7002 dnat ip to 198.51.100.10:443
	add rule inet nat pre iifname lan0 udp dport 123-124 redirect
	add rule inet nat pre iifname wan0 udp dport 8554 dnat ip to ${ADDR4[cam-v4]}:554
	add rule inet nat pre iifname wan0 udp dport 8556 dnat ip to ${ADDR4[cam-v4]}:556"
GATE=${ADDR4[cam-v4]} HALL=${ADDR4[cam-mac]} DOCK=${ADDR4[cam-both]} VAULT=${ADDR4[cam-iso]} YARD=${ADDR6[cam-v6]}
talk_start
flow tcp tcp cam-v4 inet 1.2.4.8 443
flow tcp-free tcp cam-v4 inet 198.51.100.8 443
flow tcp6 tcp cam-v6 inet 2001:250::8 443
flow tcp6-free tcp cam-v6 inet 2001:db8::8 443
flow mac udp cam-mac inet 1.2.4.8 443
flow mac-free udp cam-mac inet 198.51.100.8 443
flow snat udp cam-both inet 1.2.4.8 5000
flow snat-free udp cam-both inet 198.51.100.8 5000
flow dnat udp cam-v4 inet 198.51.100.9 7001 at=1.2.4.9,443
flow dnat-free udp cam-v4 inet 1.2.4.10 7002 at=198.51.100.10,443
flow dnat-in udp inet cam-v4 192.0.2.1 8554 "at=$GATE,554" from=1.2.4.11,4000
flow dnat-in-free udp inet cam-v4 192.0.2.1 8556 "at=$GATE,556" from=198.51.100.11,4000
flow redirect udp cam-v4 router 1.2.4.15 123 at=10.20.0.1,123
flow redirect-free udp cam-v4 router 198.51.100.15 124 at=10.20.0.1,124
flow to-router udp cam-iso router 10.20.0.1 5353
flow to-router-free udp cam-v4 router 10.20.0.1 5354
flow from-router udp router cam-iso "$VAULT" 554
flow from-router-free udp router cam-v4 "$GATE" 555
flow recorder udp cam-iso nvr 10.20.9.10 554
flow tunnel udp nvr cam-iso "$VAULT" 6000 from=10.20.9.10,4789
flow exempt-out udp cam-both inet 1.2.4.12 443
flow exempt-in udp inet cam-v4 "$GATE" 557 from=1.2.4.13,4000
flow exempt-wrong udp cam-v4 inet 1.2.4.13 4001 "from=$GATE,557"
flow mute udp cam-v4 inet 1.2.4.14 9000 mute
flow stranger tcp pc inet 1.2.4.8 443

section "Which end"
live 4
sort >"$WORK/want" <<END
gate block $GATE>1.2.4.8:443
yard block $YARD>2001:250::8:443
hall block $HALL>1.2.4.8:443
dock block $DOCK>1.2.4.8:5000
gate block $GATE>1.2.4.9:443
gate block 1.2.4.11>$GATE:554
gate block $GATE>10.20.0.1:123
vault default_drop $VAULT>10.20.0.1:5353
vault default_drop 10.20.0.1>$VAULT:554
vault tunnel 10.20.9.10>$VAULT:6000 answers
gate block $GATE>1.2.4.13:4001
gate block $GATE>1.2.4.14:9000
END
check "as JSON they are exactly those" diff "$WORK/want" <(named "$WORK/live.json")
equal "how many" "$(summary)" "ends now: 12 flows of 5 cameras"
check "one is told" grep -qE "^  hall: udp ${ADDR4[cam-mac]}:[0-9]+ → 1.2.4.8:443 \(block cn\)$" "$WORK/live"
check "of many of one camera, the rest's number" grep -qx "  gate: 3 more" "$WORK/live"
check "diff is as its schema says" python3 tests/schema.py docs/schema/diff.json "$WORK/live.json"
check "  and not what it is not" python3 tests/schema.py --mutate docs/schema/diff.json "$WORK/live.json"
only_end "nothing is in force"

section "They end, and no other"
said=$("$CAMFENCE" apply "$CONFIG")
equal "apply says as much" "$(tail -n 1 <<<"$said")" "ends now: 12 flows of 5 cameras"
only_end "applied" tcp tcp6 mac snat dnat dnat-in redirect to-router from-router tunnel exempt-wrong mute
live 0
equal "what has ended ends no more" "$(summary)" "ends now: none of $(jq .flows.running "$WORK/live.json") flows"

section "From one ruleset to the next"
config isolate geoblock
live 4
sort >"$WORK/want" <<END
gate default_drop $GATE>198.51.100.8:443
gate default_drop $GATE>198.51.100.10:443
gate default_drop 198.51.100.11>$GATE:556
gate default_drop $GATE>10.20.0.1:124
gate default_drop $GATE>10.20.0.1:5354
gate default_drop 10.20.0.1>$GATE:555
END
check "what ran until now, and no more" diff "$WORK/want" <(named "$WORK/live.json")
"$CAMFENCE" -j apply "$CONFIG" >"$WORK/applied"
check "apply says the same" diff "$WORK/want" <(named "$WORK/applied")
check "apply is as its schema says" python3 tests/schema.py docs/schema/apply.json "$WORK/applied"
only_end "gate alone" tcp-free dnat-free dnat-in-free redirect-free to-router-free from-router-free

section "A MAC that is not known"
config isolate isolate
live 4
equal "it is known" "$(named "$WORK/live.json")" "hall default_drop $HALL>198.51.100.8:443"
run ip neigh del "$HALL" dev lan0
live 4
equal "it is not" "$(summary)" \
	"ends now: none of $(jq .flows.running "$WORK/live.json") flows; 2 flows whose MAC is not known are not judged"

section "Nothing of this keeps apply from what it does"
hall=isolate
for fail in "" "echo forward" "kill -9 \$\$" "exit 1"; do
	rm -rf "$WORK/libexec"
	if [[ -n $fail ]]; then
		mkdir "$WORK/libexec"
		printf '#!/bin/sh\n%s\n' "$fail" >"$WORK/libexec/camfence-flows"
		chmod +x "$WORK/libexec/camfence-flows"
	fi
	config isolate $hall
	status=0 said=$(CAMFENCE_LIBEXEC=$WORK/libexec "$CAMFENCE" diff "$CONFIG" --live 2>&1) || status=$?
	equal "${fail:-no executable}: diff --live: $(head -n 1 <<<"$said")" $status 1
	status=0 said=$(CAMFENCE_LIBEXEC=$WORK/libexec "$CAMFENCE" apply "$CONFIG" 2>&1) || status=$?
	equal "  apply: $said" "$status ${said#generation *: }" "0 1 camera changed"
	[[ $hall == geoblock ]] && hall=isolate || hall=geoblock
done
exec {TALK_IN}>&-
run nft delete table inet nat
