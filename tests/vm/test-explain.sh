#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# explain says what becomes of a packet, and then the packet is sent: the counters
# have it under the reason that was told, what is dropped does not arrive, and its
# event has the names that were told. What explain says to type for the other
# verdict is typed, and brings it.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
trap 'ENDED=$?; monitor_stop; finish' EXIT

LAN_HOSTS=(cam-mac cam-v4 cam-both cam-net cam-oui pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)
BRIDGED=1
CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8 DK6=2001:db8:1::8	# in no set
OK4=1.2.4.99				# blocked and allowed

module_load
topology
settle_links
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
printf '%s\n' "${ADDR4[nvr]}" "${ADDR6[nvr]}" >"$WORK/nvr"
printf '%s\n' $OK4 >"$WORK/ok"

# --- what is told as it happens ------------------------------------------------

monitor_start() {
	local i line

	mkfifo "$WORK/told"
	"$CAMFENCE" monitor >"$WORK/told" &
	MON_PID=$!
	exec {TOLD}<"$WORK/told"
	for ((i = 0; i < 100; i++)); do
		"$CAMFENCE" option set nat64 none
		! read -r -t 3 line <&"$TOLD" || return 0
	done
	die "the monitor hears nothing: $line"
}
monitor_stop() {
	[[ -n ${MON_PID:-} ]] || return 0
	kill "$MON_PID"
	wait "$MON_PID" 2>/dev/null || true
	MON_PID=
}

# event: the next drop's, without its time
event() {
	local time

	EVENT=
	while read -r -t 60 time EVENT <&"$TOLD"; do
		[[ $EVENT != drop* && $EVENT != expired* ]] || return 0
	done
	nok "no event since $time"
}

# --- an explanation and its packet ---------------------------------------------

# asked WORDS: explain's answer, in TOLD_OF; its first line is VERDICT
asked() {
	# shellcheck disable=SC2086 # words
	TOLD_OF=$("$CAMFENCE" explain $1) || die "explain $1: $?"
	VERDICT=${TOLD_OF%%$'\n'*}
}

# says VERDICT WORDS SPEC: what explain is to say, and the packet of which it is
says() {
	local reason

	asked "$2"
	equal "explain $2" "$VERDICT" "$1"
	reason=$(cut -d' ' -f2 <<<"$VERDICT")
	row "$reason" "  and so it is" "$3"
	[[ $VERDICT == drop* ]] || return 0
	event
	[[ ${EVENT/#expired/drop} == "$VERDICT "* ]] || nok "  and its event" "$EVENT"
}

# told TEXT PATTERN: the last explanation has such a line
told() {
	if grep -qE -- "$2" <<<"$TOLD_OF"; then ok "  $1"; else nok "  $1" "$TOLD_OF"; fi
}

# other VERDICT WORDS SPEC: what is to be typed for the other one, typed
other() {
	local command

	asked "$2"
	command=$(sed -n 's/^  change  *//p' <<<"$TOLD_OF")
	while IFS= read -r line; do
		shown "$line"
		eval "${line/#camfence /\"\$CAMFENCE\" }" || die "$line"
	done <<<"$command"
	says "$1" "$2" "$3"
}

frame() { echo "from=$1 at=$2 proto=$3 src=$4 dst=$5 dport=443 ${*:6}"; }

section "Nothing is in force"
asked "from 10.20.0.13 to $CN4 tcp 443"
equal "everything passes" "$VERDICT" "pass no_camera"

section "Cameras by all that they are known by"
cf set load cn "$WORK/cn"
cf set load nvr "$WORK/nvr"
cf set load ok "$WORK/ok"
cf policy set geoblock allow none block cn
cf policy set mixed default pass allow ok block cn
cf policy set isolate allow nvr
cf camera add hall mac "${MAC[cam-mac]}" policy geoblock
cf camera add gate addr "${ADDR4[cam-v4]}" policy isolate --force=one-family
cf camera add dock mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy mixed
cf camera add yard net 10.20.30.0/24 policy geoblock --force=one-family
cf camera add brand oui 00:12:41 policy geoblock
monitor_start
counted

M=${MAC[cam-mac]} A4=${ADDR4[cam-mac]} G4=${ADDR4[cam-v4]} B4=${ADDR4[cam-both]}
says "drop block camera hall policy geoblock set cn" "camera hall to $CN4 tcp 443" \
	"$(frame cam-mac inet tcp "$A4" $CN4)"
told "by its MAC" "^  sender +camera hall, by mac $M$"
told "which range, which line" "^  set +cn has 1.2.4.0/24, by $WORK/cn:1$"
says "drop block camera hall policy geoblock set cn" "camera hall to $CN6 udp 443" \
	"$(frame cam-mac inet udp "${ADDR6[cam-mac]}" $CN6)"
told "the IPv6 line" "^  set +cn has 2001:250::/32, by $WORK/cn:2$"
says "drop block camera hall policy geoblock set cn" "camera hall from $CN4 udp 443" \
	"$(frame inet cam-mac udp $CN4 "$A4")"
says "pass default_pass camera hall policy geoblock" "camera hall to $DK4 udp 443" \
	"$(frame cam-mac inet udp "$A4" $DK4)"
says "pass default_pass camera hall policy geoblock" "camera hall to $DK6 icmp" \
	"$(frame cam-mac inet icmp "${ADDR6[cam-mac]}" $DK6)"
says "drop block camera hall policy geoblock set cn" "camera hall to $CN4 icmp" \
	"$(frame cam-mac inet icmp "$A4" $CN4)"
says "drop block camera hall policy geoblock set cn" "camera hall to 64:ff9b::102:408 udp 443" \
	"$(frame cam-mac inet udp "${ADDR6[cam-mac]}" 64:ff9b::102:408)"
told "what is written so" "64:ff9b::102:408 is a way to write 1.2.4.8$"
says "drop default_drop camera gate policy isolate" "camera gate to $DK4 udp 443" \
	"$(frame cam-v4 inet udp "$G4" $DK4)"
says "pass allow camera gate policy isolate set nvr" "camera gate to ${ADDR4[nvr]} udp 443" \
	"$(frame cam-v4 nvr udp "$G4" "${ADDR4[nvr]}")"
says "pass allow camera dock policy mixed set ok" "camera dock to $OK4 udp 443" \
	"$(frame cam-both inet udp "$B4" $OK4)"
told "in both sets" "^  set +cn has"
says "drop block camera dock policy mixed set cn" "camera dock to $CN4 udp 443" \
	"$(frame cam-both inet udp "$B4" $CN4)"
told "by MAC and address" "by mac ${MAC[cam-both]} and addr $B4$"
says "drop block camera dock policy mixed set cn" "from $B4 mac ${MAC[pc]} to $CN4 udp 443" \
	"$(frame pc inet udp "$B4" $CN4)"
told "by its address alone" "camera dock, by addr $B4$"
says "drop block camera yard policy geoblock set cn" "camera yard to $CN4 udp 443" \
	"$(frame cam-net inet udp 10.20.30.1 $CN4)"
told "by its subnet" "camera yard, by net 10.20.30.0/24$"
says "drop block camera brand policy geoblock set cn" "camera brand to $CN4 udp 443" \
	"$(frame cam-oui inet udp 0.0.0.0 $CN4 smac=00:12:41:00:00:01 src="${ADDR4[cam-oui]}")"
told "by its OUI" "camera brand, by oui 00:12:41$"
cf catch add unknown iif nvr0 policy geoblock
SITE=1		# the barriers are the catch's
says "drop block camera unknown policy geoblock set cn" \
	"from ${ADDR4[nvr]} mac ${MAC[nvr]} iif nvr0 to $CN4 udp 443" \
	"$(frame nvr inet udp "${ADDR4[nvr]}" $CN4)"
told "by its interface" "catch unknown, by iif nvr0$"
cf catch delete unknown
SITE=
says "drop default_drop camera gate policy isolate" "camera hall addr $A4 to camera gate udp 443 at bridge" \
	"$(frame cam-mac cam-v4 udp "$A4" "$G4" link=1)"
says "pass no_camera" "from ${ADDR4[pc]} mac ${MAC[pc]} to $CN4 udp 443" \
	"$(frame pc inet udp "${ADDR4[pc]}" $CN4)"

section "What is said to be typed, is typed"
asked "camera hall to $CN4 udp 443"
says "drop block camera hall policy geoblock set cn" "camera hall to $CN4 udp 443" \
	"$(frame cam-mac inet udp "$A4" $CN4 sport=5001)"
other "pass exemption camera hall policy geoblock exemption hall-udp-443" \
	"camera hall to $CN4 udp 443" "$(frame cam-mac inet udp "$A4" $CN4 sport=5001)"
told "which, and until when" "^  exemption +hall-udp-443 matches, until "
says "pass reply camera hall policy geoblock exemption hall-udp-443" \
	"camera hall to $CN4 udp 443 source-port 5001 reply" \
	"from=inet at=cam-mac proto=udp src=$CN4 dst=$A4 sport=443 dport=5001"
says "drop block camera hall policy geoblock set cn" "camera hall to $CN4 udp 444" \
	"from=cam-mac at=inet proto=udp src=$A4 dst=$CN4 dport=444"
told "why not that one" "hall-udp-443 does not match: port is 444, it is for 443$"
says "drop block camera hall policy geoblock set cn" "camera hall from $CN4 udp 444 source-port 443" \
	"from=inet at=cam-mac proto=udp src=$CN4 dst=$A4 sport=443 dport=444"
told "nor the other way" "dir out is for what the camera begins$"
other "pass exemption camera hall policy geoblock exemption hall-udp-444" \
	"camera hall from $CN4 udp 444" \
	"from=inet at=cam-mac proto=udp src=$CN4 dst=$A4 sport=5002 dport=444"
says "drop block camera hall policy geoblock set cn" "camera hall to $CN4 tcp 443" \
	"$(frame cam-mac inet tcp "$A4" $CN4)"
told "another protocol" "hall-udp-443 does not match: it is for proto udp$"
other "drop block camera hall policy geoblock set cn" "camera hall to $DK4 udp 443" \
	"$(frame cam-mac inet udp "$A4" $DK4)"
told "it is in the set now" "^  set +cn has $DK4"
other "pass default_pass camera hall policy geoblock" \
	"camera hall addr $A4 to camera gate udp 443 at bridge" \
	"$(frame cam-mac cam-v4 udp "$A4" "$G4" link=1)"

section "An exemption that is over"
now=$(date +%s)
run date -s "@$((now + 40 * 86400))"
says "drop block camera hall policy geoblock set cn" "camera hall to $CN4 udp 443" \
	"$(frame cam-mac inet udp "$A4" $CN4 sport=5003)"
told "since when" "hall-udp-443 does not match: expired "
told "how to go on" "camfence exemption extend hall-udp-443 until \+30d$"
run date -s @86400
says "drop block camera hall policy geoblock set cn" "camera hall to $CN4 udp 443" \
	"$(frame cam-mac inet udp "$A4" $CN4 sport=5003)"
told "a clock that cannot be right" "hall-udp-443 does not match: the clock cannot be right"
run date -s "@$now"
says "pass exemption camera hall policy geoblock exemption hall-udp-443" \
	"camera hall to $CN4 udp 443" "$(frame cam-mac inet udp "$A4" $CN4 sport=5003)"

section "Tunnels, the router, the site, a policy that only counts"
gre=$(raw4 47 "$G4" "${ADDR4[nvr]}" 00000800)
says "drop tunnel camera gate policy isolate" "camera gate to ${ADDR4[nvr]} proto 47" \
	"from=cam-v4 at=nvr dst=${ADDR4[nvr]} raw=$gre"
other "pass exemption camera gate policy isolate exemption gate-47" \
	"camera gate to ${ADDR4[nvr]} proto 47" "from=cam-v4 at=nvr dst=${ADDR4[nvr]} raw=$gre"
says "drop default_drop camera gate policy isolate" "camera gate to ${ADDR4[router]} udp 443" \
	"$(frame cam-v4 router udp "$G4" "${ADDR4[router]}")"
told "where it is met" "local-in new$"
told "whose it is" "receiver +${ADDR4[router]}: the router$"
asked "camera hall to camera gate udp 444 at bridge"
told "what has no address" "^  remote +0.0.0.0 stands for an address that nobody knows"
check "  and nothing to type" test "$(grep -c '^  change' <<<"$TOLD_OF")" = 0
cf policy set geoblock action audit
says "pass audit camera yard policy geoblock set cn" "camera yard to $CN4 udp 443" \
	"$(frame cam-net inet udp 10.20.30.1 $CN4)"
other "drop block camera yard policy geoblock set cn" "camera yard to $CN4 udp 443" \
	"$(frame cam-net inet udp 10.20.30.1 $CN4)"
cf option set site geoblock
SITE=1
says "drop block policy geoblock set cn" "from ${ADDR4[pc]} mac ${MAC[pc]} to $CN4 udp 443" \
	"$(frame pc inet udp "${ADDR4[pc]}" $CN4)"
told "who judges" "^  site +geoblock: "
says "pass default_pass policy geoblock" "from ${ADDR4[pc]} mac ${MAC[pc]} to ${ADDR4[inet]} udp 443" \
	"$(frame pc inet udp "${ADDR4[pc]}" "${ADDR4[inet]}")"
SITE=

section "Nobody counts what is asked"
counted
asked "camera yard to $CN4 udp 443"
counted
equal "counted" "${COUNTED:-nothing}" nothing

run "$CAMFENCE" flush --force=flush
twin "nothing in force"

section "Lockdown"
module_unload
run insmod "$CAMFENCE_KMOD" lockdown=lan0
asked "from $G4 iif lan0 to $DK4 udp 443"
equal "locked" "$VERDICT" "drop lockdown"
asked "from $G4 iif wan0 to $DK4 udp 443"
equal "another interface" "$VERDICT" "pass no_camera"
# Its barrier is locked as well.
printf 'probe %s\n' "$(frame cam-v4 inet udp "$G4" $DK4)" >&"${PROBE_CO[1]}"
read -r -t 120 ANSWER <&"${PROBE_CO[0]}" || die "probe does not answer"
equal "  and so it is: not even the barrier comes" "${ANSWER%% *}" error
packets_take
check "  by lockdown" test "${PACKETS[lockdown]}" -ge 2
monitor_stop
module_unload
module_load
cf set load cn "$WORK/cn"
expect_pass "twin, a ruleset is in force" "$(frame cam-v4 inet udp "$G4" $DK4)"
