#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Events: what is told, by which names, and to whom; that what is not told is
# counted; and that all comes down while there is something left to tell.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/rows.sh
. tests/vm/events.sh
trap 'ENDED=$?; reload; finish' EXIT

CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8

LAN_HOSTS=(cam pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)

# The next test meets the module without its parameter.
reload() {
	local status=$?

	set +e
	monitor_stop
	[[ -z ${LOADED:-} ]] || { "$CAMFENCE" flush --force=flush && module_unload && module_load; }
	return $status
}

# --- names -------------------------------------------------------------------------

module_load
topology
settle_links
rawnl_start
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
cf set load cn "$WORK/cn"
cf policy set isolate default drop
cf policy set counts default pass action audit block cn
C4=${ADDR4[cam]} C6=${ADDR6[cam]} R4=${ADDR4[router]}
CM=${MAC[cam]} IM=${MAC[inet]}
own() { camera mac "$CM" addr "$C4" addr "$C6" policy "$1"; }

section "Nobody listens: nothing is counted as an event"
own geoblock
sums_take
before=$SENT/$SUPPRESSED/$LOST
expect_drop "the camera -> blocked" "from=cam at=inet proto=udp dst=$CN4"
sums_take
equal "sent, suppressed, lost" "$SENT/$SUPPRESSED/$LOST" "$before"

section "A drop"
monitor_start
expect_drop "the camera -> blocked" "from=cam at=inet proto=udp dst=$CN4"
tells "is told once, with its names" \
	"event=drop reason=block hook=forward camera=gate policy=geoblock set=cn src=$C4 dst=$CN4 proto=udp sport=40000 dport=443 smac=$CM dmac=$IM in=lan0 out=wan0 suppressed=0"
expect_drop "IPv6" "from=cam at=inet proto=tcp dst=$CN6"
tells "IPv6 is" \
	"event=drop reason=block hook=forward camera=gate policy=geoblock set=cn src=$C6 dst=$CN6 proto=tcp sport=40000 dport=443 smac=$CM dmac=$IM in=lan0 out=wan0 suppressed=0"
expect_drop "blocked -> the camera" "from=inet at=cam proto=icmp src=$CN4 dst=$C4"
tells "with an ICMP type" \
	"event=drop reason=block hook=forward camera=gate policy=geoblock set=cn src=$CN4 dst=$C4 proto=icmp icmp-type=echo-request smac=$IM dmac=$CM in=wan0 out=lan0 suppressed=0"
expect_pass "the camera -> unlisted" "from=cam at=inet proto=udp dst=$DK4"
silent "a packet that passes"
expect_drop "a TCP header too short" \
	"from=cam at=inet dst=$DK4 raw=$(raw4 6 "$C4" $DK4 9c4001bb00000000000000004002200000000000)"
tells "malformed, as far as it can be read" \
	"event=drop reason=malformed hook=forward camera=gate policy=geoblock src=$C4 dst=$DK4 proto=tcp smac=$CM dmac=$IM in=lan0 out=wan0 suppressed=0"
twin_of
gather
expect_pass "the camera -> blocked" "from=cam at=inet proto=udp dst=$CN4"
silent "  twin, nobody's packet"

section "To the router and from it"
own isolate
gather
expect_drop "the camera -> the router" "from=cam at=router proto=udp dst=$R4 dport=53"
tells "is told with its hook" \
	"event=drop reason=default_drop hook=local-in camera=gate policy=isolate src=$C4 dst=$R4 proto=udp sport=40000 dport=53 smac=$CM in=lan0 suppressed=0"
expect_drop "the router -> the camera" "from=router at=cam proto=udp dst=$C4 dport=80"
tells "and so" \
	"event=drop reason=default_drop hook=local-out camera=gate policy=isolate src=$R4 dst=$C4 proto=udp sport=40000 dport=80 dmac=$CM out=lan0 suppressed=0"
twin_of

section "What belongs to no camera, under site"
cf option set site geoblock
gather
expect_drop "the PC -> blocked" "from=pc at=inet proto=udp dst=$CN4"
gather
equal "has a policy and no camera" "${EVENTS[*]}" \
	"event=drop reason=block hook=forward policy=geoblock set=cn src=${ADDR4[pc]} dst=$CN4 proto=udp sport=40000 dport=443 smac=${MAC[pc]} in=lan0 out=wan0 suppressed=0"
cf option set site none
twin "no site"

section "Audit"
own counts
gather
expect_pass "the camera -> blocked" "from=cam at=inet proto=udp dst=$CN4"
tells "passes, and is told" \
	"event=audit reason=audit hook=forward camera=gate policy=counts set=cn src=$C4 dst=$CN4 proto=udp sport=40000 dport=443 smac=$CM dmac=$IM in=lan0 out=wan0 suppressed=0"
expect_pass "the camera -> unlisted" "from=cam at=inet proto=udp dst=$DK4"
silent "what would not be dropped"

section "An exemption that is over"
hole() { cf exemption add hole camera gate remote $CN4 proto udp port 443 until +1h reason tests by tests; }
tried() {
	echo "event=$1 reason=$2 hook=forward camera=gate policy=$3 set=cn exemption=hole src=$C4 dst=$CN4 proto=udp sport=40000 dport=443 smac=$CM dmac=$IM in=lan0 out=wan0 suppressed=0"
}
now=$(date +%s)
hole
gather
expect_pass "what it is for" "from=cam at=inet proto=udp dst=$CN4"
silent "while it lives"
date -s "@$((now + 7200))" >/dev/null
expect_pass "under audit, after its end" "from=cam at=inet proto=udp dst=$CN4"
tells "is told of it" "$(tried expired audit counts)"
cf camera set gate policy geoblock
gather
expect_drop "under geoblock" "from=cam at=inet proto=udp dst=$CN4"
tells "is told of it" "$(tried expired block geoblock)"
expect_drop "another port" "from=cam at=inet proto=udp dst=$CN4 dport=444"
gather
check "is a drop like any other" grep -q '^event=drop .* dport=444 ' <<<"${EVENTS[*]}"
date -s "@$now" >/dev/null
expect_pass "the clock set back" "from=cam at=inet proto=udp dst=$CN4"
silent "  twin, it lives"
cf exemption delete hole
cf camera set gate policy counts

section "Spoof"
cf camera add two mac "${MAC[pc]}" policy geoblock
gather
expect_pass "the PC under the camera's address" "from=pc at=inet proto=udp src=$C4 dst=$DK4"
tells "is told of the camera" \
	"event=spoof reason=default_pass hook=forward camera=gate policy=counts src=$C4 dst=$DK4 proto=udp sport=40000 dport=443 smac=${MAC[pc]} dmac=$IM in=lan0 out=wan0 suppressed=0"
expect_pass "the PC under its own" "from=pc at=inet proto=udp dst=$DK4"
silent "  twin, its own address"
stats_take
equal "as often as it was counted" "${CNT[cameras:gate:spoofs]}" 1
cf camera delete two
cf camera delete gate

section "Tunnels"
vxlan() { echo "from=$1 at=$2 proto=udp src=$3 dst=$4 dport=4789"; }
own geoblock
gather
expect_pass "the camera's VXLAN" "$(vxlan cam inet "$C4" $DK4)"
tells "passes, and is told" \
	"event=tunnel reason=default_pass hook=forward camera=gate policy=geoblock src=$C4 dst=$DK4 proto=udp sport=40000 dport=4789 smac=$CM dmac=$IM in=lan0 out=wan0 suppressed=0"
expect_pass "one to the camera" "$(vxlan inet cam $DK4 "$C4")"
silent "one to the camera"
expect_drop "to the router" "$(vxlan cam router "$C4" "$R4")"
tells "dropped" \
	"event=drop reason=tunnel hook=local-in camera=gate policy=geoblock src=$C4 dst=$R4 proto=udp sport=40000 dport=4789 smac=$CM in=lan0 suppressed=0"
cf exemption add tunnel camera gate remote $DK4 proto udp port 4789 until permanent reason tests by tests
gather
expect_pass "one that is exempted" "$(vxlan cam inet "$C4" $DK4)"
silent "one that is exempted"
cf exemption delete tunnel
twin_of

# --- changes -------------------------------------------------------------------------

section "Commits and flushes"
gather
"$CAMFENCE" policy set spare default drop >/dev/null &
pid=$!
wait $pid
read -r generation < <("$CAMFENCE" -j status | jq .generation)
gather
equal "a commit is told, with who asked" "$(plain <"$COMMITS")" \
	"event=commit generation=$generation pid=$pid"
cf policy delete spare
gather
nl_ok "begin" "tt:= txn-begin"
nl "txn-commit txn=\$tt counts{ cameras=7 }"
gather
equal "a commit that is refused is not" "$(plain <"$COMMITS")" ""
cf flush
nl_ok "read" info-get
generation=${ANSWER##*gen=}
gather
equal "a flush is" "$(plain <"$COMMITS" | sed 's/ pid=.*//')" "event=flush generation=$generation"
cf set load cn "$WORK/cn"
own geoblock

section "The lines of a terminal"
"$CAMFENCE" monitor >"$WORK/lines" &
lines_pid=$!
until [[ -s $WORK/lines ]]; do beat; done
expect_drop "the camera -> blocked" "from=cam at=inet proto=udp dst=$CN4"
until beat && grep -q "generation $GEN " "$WORK/lines"; do :; done
kill $lines_pid
wait $lines_pid 2>/dev/null || true
grep drop "$WORK/lines" >"$WORK/drop"
check "one is a drop's: $(<"$WORK/drop")" grep -Eqx \
	"20[0-9-]+T[0-9:]+\.[0-9]{6}Z drop block camera gate policy geoblock set cn $C4 > $CN4 udp 40000 > 443 from $CM to $IM in lan0 out wan0 forward length [0-9]+" \
	"$WORK/drop"
twin_of

# --- some of it, and elsewhere ---------------------------------------------------------

section "Filters"
own geoblock
cf camera add two mac "${MAC[pc]}" policy geoblock
cf policy set also block cn
"$CAMFENCE" -j monitor camera gate policy geoblock reason block type drop,expired remote 1.2.4.0/24 >"$WORK/some" &
some_pid=$!
udp() { ask probe "from=${2:-cam} at=inet proto=udp dst=${3:-$CN4} dport=$1"; }
for ((n = 0; n < 500; n++)); do
	[[ ! -s $WORK/some ]] || break
	udp 7000
done
# others: what differs in one thing each, told to who hears all
others() {
	udp 7001 pc
	udp 7002 cam $CN6
	ask probe "from=cam at=inet dst=$CN4 raw=$(raw4 6 "$C4" $CN4 9c4001bb00000000000000004002200000000000)"
	"$CAMFENCE" policy set geoblock action audit >/dev/null
	udp 7003
	"$CAMFENCE" policy set geoblock action drop >/dev/null
	"$CAMFENCE" camera set gate policy also >/dev/null
	udp 7004
	"$CAMFENCE" camera set gate policy geoblock >/dev/null
	gather
	[[ ${EVENTS[*]} == *dport=7001*dport=7002*malformed*dport=7003*dport=7004* ]]
}
# Of one camera there may have been more in that second than are told.
for ((n = 0; n < 50; n++)); do ! others || break; done
check "another camera, remote, reason, type and policy are told to who hears all" test $n -lt 50
for ((n = 0; n < 500; n++)); do
	! grep -q '"dport":7005,' "$WORK/some" || break
	udp 7005
done
equal "who asks for one of each hears what is as all of them say" \
	"$(sed 's/.*"dport":\([0-9]*\).*/\1/' "$WORK/some" | sort -u | xargs)" "7000 7005"
kill $some_pid
wait $some_pid 2>/dev/null || true
status=0
said=$("$CAMFENCE" monitor camera gaet 2>&1) || status=$?
equal "a camera that is not there" "$status: $said" '1: camfence: there is no camera "gaet"; did you mean "gate"?'

section "Into the journal"
status=0
said=$("$CAMFENCE" monitor --log 2>&1) || status=$?
check "where there is none: $status: $said" grep -q "^2: camfence: no journal: " <<<"$status: $said"
[[ -s /etc/machine-id ]] || systemd-machine-id-setup 2>/dev/null
/lib/systemd/systemd-journald 2>"$WORK/journald" &
journald_pid=$!
until [[ -S /run/systemd/journal/socket && -S /run/systemd/journal/io.systemd.journal ]]; do
	kill -0 $journald_pid 2>/dev/null || die "no journald: $(<"$WORK/journald")"
	read -r -t 0.02 -u "$NEVER" || true
done
"$CAMFENCE" monitor --log camera gate type drop &
log_pid=$!
for ((n = 0; n < 100; n++)); do
	[[ ! -s $WORK/entry ]] || break
	kill -0 $log_pid 2>/dev/null || die "no monitor --log"
	udp 7001 pc
	udp 7006
	journalctl --sync
	journalctl -q -n 1 -o json -t camfence CAMFENCE_DPORT=7006 >"$WORK/entry"
done
keys='.CAMFENCE_EVENT, .CAMFENCE_REASON, .CAMFENCE_CAMERA, .CAMFENCE_POLICY, .CAMFENCE_SET, .CAMFENCE_SRC, .CAMFENCE_DST, .CAMFENCE_SMAC, .CAMFENCE_HOOK, .PRIORITY'
equal "an entry has a field for each word" "$(jq -r "[$keys] | join(\" \")" "$WORK/entry")" \
	"drop block gate geoblock cn $C4 $CN4 $CM forward 6"
check "and the line: $(jq -r .MESSAGE "$WORK/entry")" grep -Eqx \
	"drop block camera gate policy geoblock set cn $C4 > $CN4 udp 40000 > 7006 from $CM to $IM in lan0 out wan0 forward length [0-9]+( suppressed [0-9]+)?" \
	<(jq -r .MESSAGE "$WORK/entry")
equal "another camera's is not there" "$(journalctl -q -o cat -t camfence CAMFENCE_DPORT=7001)" ""
kill $log_pid $journald_pid
wait $log_pid $journald_pid 2>/dev/null || true
cf camera delete gate
cf camera delete two
cf policy delete also

# --- who hears ---------------------------------------------------------------------

section "Who may listen"
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$CAMFENCE" monitor; }
status=0
said=$(nobody 2>&1) || status=$?
equal "an unprivileged user is refused" "$status: $said" "2: camfence: needs root (CAP_NET_ADMIN)"
check "  twin, root listens" kill -0 "$MON_PID"

section "Each namespace hears its own"
in_pc() { ip netns exec pc "$@"; }
in_pc "$CAMFENCE" policy set isolate default drop >/dev/null
in_pc "$CAMFENCE" camera add router mac "${MAC[router]}" policy isolate >/dev/null
mkfifo "$WORK/pc"
in_pc "$CAMFENCE" -j monitor >"$WORK/pc" &
pc_pid=$!
exec {PC}<"$WORK/pc"
n=0
until IFS= read -r -t 0.3 line <&"$PC"; do
	((n < 100)) || die "the PC's monitor hears nothing"
	in_pc "$CAMFENCE" policy set isolate comment $((n += 1)) >/dev/null
done
gather
expect_pass "a packet that the PC drops comes there" "from=inet at=pc proto=udp src=$DK4 dst=${ADDR4[pc]}"
silent "here"
until [[ $line == *'"event":"drop"'* ]]; do
	IFS= read -r -t 60 line <&"$PC" || die "the PC's monitor"
done
check "  twin, the PC hears it: $(plain <<<"$line")" \
	grep -q '"hook":"local-in","camera":"router","policy":"isolate"' <<<"$line"
kill $pc_pid
wait $pc_pid 2>/dev/null || true
exec {PC}<&-
in_pc "$CAMFENCE" flush --force=flush >/dev/null

# --- a device without a hook ---------------------------------------------------------

MASTERS=/sys/class/net/bonding_masters

SLAB=/sys/kernel/debug/failslab

# bond BYTES: a device, and what is asked for on its way after so many bytes is not given
bond() {
	echo "$1" >$SLAB/space
	(
		exec {masters}>$MASTERS
		echo 1 >/proc/self/make-it-fail
		echo +late0 >&"$masters"
	) 2>/dev/null || true
}
unbond() { [[ ! -e /sys/class/net/late0 ]] || echo -late0 >$MASTERS; }
# unhooked: status in SAID, and the device that it names in NAMED. At once, for it is
# tried again each second.
unhooked() {
	SAID=$("$CAMFENCE" status)
	NAMED=
	[[ ! $SAID =~ NOT\ looked\ at:\ what\ is\ sent\ by\ ([a-z0-9]+)\  ]] || NAMED=${BASH_REMATCH[1]}
}

# With enough it comes and has a hook, with less it comes without, and with little it
# does not come.
fail_late() {
	local most=$((1 << 24)) least=0

	echo N >$SLAB/ignore-gfp-wait
	echo Y >$SLAB/task-filter
	echo 100 >$SLAB/probability
	echo -1 >$SLAB/times
	echo 0 >$SLAB/verbose
	bond $most
	most=$((most - $(<$SLAB/space)))
	unbond
	while ((most - least > 8)); do
		BYTES=$(((most + least) / 2)) NAMED=
		bond $BYTES
		[[ -e /sys/class/net/late0 ]] || { least=$BYTES && continue; }
		unhooked
		[[ -z $NAMED ]] || return 0
		unbond
		most=$BYTES
	done
}

section "A device that comes later and cannot be hooked"
modprobe bonding 2>/dev/null || true
if [[ -e /proc/self/make-it-fail && -d $SLAB && -e $MASTERS ]]; then
	own geoblock
	gather
	fail_late
	equal "no memory after $BYTES bytes: status names it" "$NAMED" late0
	said=$SAID
	while [[ -n $NAMED ]]; do unhooked; done
	ok "  twin, tried again: it has a hook"
	gather
	equal "it was told" "${EVENTS[0]}" "event=unhooked out=late0"
	gather
	silent "from then on"
	check "and status said so: $(grep NOT <<<"$said")" grep -qF \
		"NOT looked at: what is sent by late0 (no egress hook; tried again each second)" <<<"$said"
	unbond
	cf camera delete gate
else
	skip "a device that cannot be hooked: this kernel has no fault injection"
fi

# --- how much ------------------------------------------------------------------------

# A kernel with lockdep and KASAN is ten times slower.
ROUNDS=20
[[ ! -e /proc/lockdep_stats ]] || ROUNDS=4

# flood SPEC...: ROUNDS times each, in one batch
flood() {
	local i spec

	for ((i = 0; i < ROUNDS; i++)); do
		for spec; do echo "$spec tag=$i"; done
	done >"$WORK/flood"
	ask batch "$WORK/flood"
}
# account TEXT: sent + suppressed + lost since sums_mark is what was dropped, and
# commits; what was heard is what was sent
sums_mark() {
	gather
	sums_take
	WAS=("$SENT" "$SUPPRESSED" "$LOST")
	GEN_WAS=$GEN
	packets_take
	DROPS_WAS=${PACKETS[block]:-0}
}
account() {
	gather
	sums_take
	packets_take
	SENT=$((SENT - WAS[0])) SUPPRESSED=$((SUPPRESSED - WAS[1])) LOST=$((LOST - WAS[2]))
	DROPS=$((${PACKETS[block]:-0} - DROPS_WAS))
	HEARD=$(grep -c '"event":"drop"' "$WORK/heard") || true
	equal "$1: sent $SENT + suppressed $SUPPRESSED + lost $LOST = dropped $DROPS and commits" \
		$((SENT + SUPPRESSED + LOST)) $((DROPS + GEN - GEN_WAS))
	equal "  heard $HEARD drops and the commits, which is what was sent" \
		$((HEARD + 1 + $(wc -l <"$COMMITS"))) "$SENT"
	equal "  by its gaps the listener knows what was lost" "$(total events)" "$LOST"
}

section "A flood of one camera's"
own geoblock
specs=()
for i in {1..100}; do specs+=("from=cam at=inet proto=udp dst=$CN4 dport=$i"); done
sums_mark
flood "${specs[@]}"
account "$((100 * ROUNDS)) packets of one camera"
equal "dropped" "$DROPS" $((100 * ROUNDS))
check "some are told, most are suppressed: $HEARD, $SUPPRESSED" \
	test $((HEARD >= 20 && HEARD < DROPS / 2 && SUPPRESSED > DROPS / 2)) -eq 1
told=$(total suppressed)
EVENTS=()
until ((${#EVENTS[@]})); do
	ask probe "from=cam at=inet proto=udp dst=$CN4"
	gather
done
told=$((told + $(total suppressed)))
sums_take
equal "and events say how many" $told $((SUPPRESSED - WAS[1]))
cf camera delete gate

section "A flood of 120 cameras'"
nl "sock 5"
nl_ok "begin" "many:= txn-begin"
specs=()
for i in {130..249}; do
	nl "camera-put txn=\$many camera{ name=hall-$i policy=geoblock selectors{ addr4=10.20.0.$i } }"
	[[ $ANSWER == ok* ]] || die "$ANSWER"
	specs+=("from=cam at=inet proto=udp src=10.20.0.$i dst=$CN4")
done
nl_ok "120 cameras" "txn-commit txn=\$many"
# The more the sender has of the processor, the less have those who empty the ring.
many=$ROUNDS ROUNDS=4 LOST=0
run renice -n -20 -p "$PROBE_PID"
for ((n = 0; n < 50 && !LOST; n++)); do
	sums_mark
	flood "${specs[@]}"
	account "480 packets of 120 cameras"
	equal "dropped" "$DROPS" 480
done
check "a ring was full: $LOST lost" test "$LOST" -gt 0
run renice -n 0 -p "$PROBE_PID"
ROUNDS=$many

section "A listener that does not read"
if ((ROUNDS < 20)); then
	skip "too few packets to fill a socket on this kernel"
else
	kill -STOP "$MON_PID"
	LOST=0 SENT=0
	sums_take
	WAS=("$SENT" "$SUPPRESSED" "$LOST")
	packets_take
	DROPS_WAS=${PACKETS[block]:-0} GEN_WAS=$GEN
	for i in 1 2; do flood "${specs[@]}"; done
	kill -CONT "$MON_PID"
	account "$((240 * ROUNDS)) packets"
	equal "dropped" "$DROPS" $((240 * ROUNDS))
	check "its socket was full: $SENT sent, $LOST lost" test $((SENT < 2500 && LOST > 0)) -eq 1
fi
cf flush
monitor_stop
check "every event is as its schema says" python3 tests/schema.py docs/schema/monitor.json "$WORK/events"
check "  and none that was changed" python3 tests/schema.py --mutate docs/schema/monitor.json <(head -n 9 "$WORK/events")

# --- copies ----------------------------------------------------------------------------

section "Copies to nfnetlink_log"
cf set load cn "$WORK/cn"
own geoblock
cf camera add two mac "${MAC[pc]}" policy geoblock
cf policy set geoblock log nflog:5
to() { echo "from=$1 at=inet proto=udp dst=$CN4 dport=$2"; }
expect_drop "the module is not there: a drop" "$(to cam 7000)"
run modprobe nfnetlink_log
# copied PORT: what was copied up to a packet to that port, in COPIES
copied() {
	COPIES=()
	while IFS= read -r -t 60 line <&"$DUMP"; do
		COPIES+=("${line##*"> $CN4."}")
		[[ ${COPIES[-1]} != "$1":* ]] || return 0
	done
	die "no copy of the packet to port $1"
}
mkfifo "$WORK/copies" "$WORK/tcpdump"
tcpdump -l -nn -i nflog:5 >"$WORK/copies" 2>"$WORK/tcpdump" &
dump_pid=$!
exec {DUMP}<"$WORK/copies" {SAYS}<"$WORK/tcpdump"
until IFS= read -r -t 60 line <&"$SAYS" && [[ $line == listening* ]]; do
	kill -0 $dump_pid 2>/dev/null || die "tcpdump: $line"
done
cf policy set geoblock log none
expect_drop "log none" "$(to cam 7001)"
cf policy set geoblock log nflog:5
expect_drop "log nflog:5, and nobody listens to events" "$(to cam 7002)"
copied 7002
equal "the latter alone is copied" "${#COPIES[@]} ${COPIES[0]%%:*}" "1 7002"
expect_pass "the camera -> unlisted" "from=cam at=inet proto=udp dst=$DK4"
cf policy set geoblock action audit
expect_pass "what audit would drop" "$(to cam 7003)"
copied 7003
equal "is copied, what passes by itself is not" "${#COPIES[@]} ${COPIES[0]%%:*}" "1 7003"
cf policy set geoblock action drop
specs=()
for i in {1..100}; do specs+=("$(to cam "$i")"); done
ROUNDS=$((ROUNDS / 4)) flood "${specs[@]}"
expect_drop "after a flood of it, another camera's" "$(to pc 7004)"
copied 7004
check "of $((25 * ROUNDS)) packets $((${#COPIES[@]} - 1)) were copied" \
	test $((${#COPIES[@]} > 1 && ${#COPIES[@]} < 25 * ROUNDS)) -eq 1
kill $dump_pid
wait $dump_pid 2>/dev/null || true
exec {DUMP}<&- {SAYS}<&-
run modprobe -r nfnetlink_log
cf camera delete two
twin_of
cf flush

# --- coming down -----------------------------------------------------------------------

section "A namespace goes while its events wait"
monitor_start
run ip netns add other
ip_batch "link add oth0 type veth peer name eth0 netns other
link set oth0 up"
ip -n other -b - <<-END || die "other"
	link set lo up
	link set eth0 up
	addr add 10.20.66.2/24 dev eth0
	neigh add 10.20.66.1 lladdr 02:ee:00:00:00:01 dev eth0 nud permanent
END
DEVICES+=(oth0)
ip netns exec other "$CAMFENCE" policy set isolate default drop >/dev/null
ip netns exec other "$CAMFENCE" camera add far addr 10.20.66.1 policy isolate --force=one-family >/dev/null
cat >"$WORK/other" <<-'END'
	for i in {1..200}; do echo x >/dev/udp/10.20.66.1/9; done 2>/dev/null
	"$1" stats | awk '$1 == "default_drop" { print $3 }'
	for i in {1..200}; do echo x >/dev/udp/10.20.66.1/9; done 2>/dev/null
	exit 0
END
dropped=$(ip netns exec other bash "$WORK/other" "$CAMFENCE")
run ip netns del other
equal "dropped there" "$dropped" 200
silent "here"
monitor_stop
cf flush
module_unload
ok "rmmod, once the namespace is gone"

section "rmmod while events wait"
# no barrier comes through lockdown
ip -n pc route add "${ADDR4[inet]}" via "$R4"
from_pc() {
	ip netns exec pc bash -c "for i in {1..$1}; do echo x >/dev/udp/${ADDR4[inet]}/9; done" 2>/dev/null || true
}
run insmod "$CAMFENCE_KMOD" lockdown=wan0
LOADED=1
"$CAMFENCE" -j monitor >"$WORK/locked" &
MON_PID=$!
until [[ -s $WORK/locked ]]; do from_pc 1; done
check "what lockdown drops is told: $(head -n 1 "$WORK/locked" | plain)" grep -q \
	"\"event\":\"drop\".*\"reason\":\"lockdown\",\"hook\":\"forward\",\"src\":\"${ADDR4[pc]}\",\"dst\":\"${ADDR4[inet]}\".*\"in\":\"lan0\",\"out\":\"wan0\"" \
	"$WORK/locked"
from_pc 300
run rmmod camfence
ok "rmmod"
LOADED=
kill $MON_PID
wait $MON_PID 2>/dev/null || true
MON_PID=
expect_pass "without the module it passes" "from=pc at=inet proto=udp dst=${ADDR4[inet]}"
module_load
