# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every VM test stands on. Sourced by tests/vm/test-*.sh and the demo.
#
#    cam-mac   cam-v4   cam-v6   cam-both   cam-iso   pc          a namespace each
#       |        |        |         |          |      |           (eth0, own MAC)
#   ----+--------+--------+---- br0 +----------+------+----       namespace "switch"
#                               |
#                             lan0  10.20.0.1/24   fd00:20::1/64
#                   +-----------+-----------+
#                   |        router         |                     this namespace,
#                   |  camfence's FORWARD   |                     the VM's own
#                   +----+-------------+----+
#                      nvr0          wan0  192.0.2.1/24  fd00:192::1/64
#       10.20.9.1/24     |             |
#       fd00:20:9::1/64  |             |
#                       nvr           inet      "the internet": with answers on,
#                    (eth0, .10)   (eth0, .2)   every address there is answers
#
# A host of the LAN has 10.20.0.N and fd00:20::N (addr4, addr6, mac). "router" is
# one end of a probe, too: what it receives is what came through LOCAL_IN, what
# it sends, from any address, goes by LOCAL_OUT.
#
# With BRIDGED=1 the LAN's hosts are at ports of lan0, then a bridge of the
# router's, p-HOST for each, and have no addresses of their own: no kernel but
# the router's answers there, and no neighbour is looked for.
#
# Packets come from one long-lived process, probe/: it sends each with a nonce
# and looks for the nonce at the receiver's interface. No test sleeps: behind a
# packet goes a barrier, on the same path, between addresses and MACs that are
# nobody's (10.20.0.1NN, 02:ba:…); what is not there when the barrier arrives
# does not arrive. Raw probes ("probe") meet hosts that answer nothing, since
# without "answers on" no host has a way back; calls ("call") are made by the
# host's own kernel, and the answer is looked for, too.
#
# Every negative has a positive twin: expect_drop keeps the packet, and twin,
# called once the one thing under test is undone, sends it again and wants it to
# arrive. A test with an untwinned negative fails.

CAMFENCE=${CAMFENCE:-build/camfence}
CAMFENCE_KMOD=${CAMFENCE_KMOD:-build/kmod/bookworm/camfence.ko}
PROBE=${PROBE:-build/tests/probe}
RAWNL=${RAWNL:-build/tests/rawnl}
COUNTERS_PROGRAM=${COUNTERS_PROGRAM:-build/tests/counters}
WORK=${WORK:-$(mktemp -d)}
PASSED=0 FAILED=0 SKIPPED=0
PENDING=()

LAN_HOSTS=(cam-mac cam-v4 cam-v6 cam-both cam-iso pc)
HOSTS=("${LAN_HOSTS[@]}" nvr inet)
DEVICES=()			# more of the router's, which go in topology_down
declare -gA ADDR4 ADDR6 MAC BMAC BADDR4 BADDR6 CNT OLD PACKETS
REASONS=() ASKED=0 PACKETS_AT=-1

# --- telling -----------------------------------------------------------------

section() { printf '\n%s\n' "$*"; }

ok() {
	PASSED=$((PASSED + 1))
	printf 'PASS  %s\n' "$1"
}

nok() {
	FAILED=$((FAILED + 1))
	printf 'FAIL  %s\n' "$1"
	[[ -z ${2:-} ]] || printf '      %s\n' "$2"
}

# skip TEXT: what cannot be tested here, and why; it is counted and shown, and
# a script that only skips says "0 passed"
skip() {
	SKIPPED=$((SKIPPED + 1))
	printf 'SKIP  %s\n' "$1"
}

# check TEXT COMMAND...: its exit status is the test
check() {
	local text=$1
	shift
	if "$@"; then ok "$text"; else nok "$text" "failed: $*"; fi
}

refuses() { ! "$@" 2>/dev/null; }

# equal TEXT HAVE WANT
equal() {
	if [[ $2 == "$3" ]]; then
		ok "$1: $2"
	else
		nok "$1" "have $2, want $3"
	fi
}

die() {
	printf 'BROKEN %s\n' "$*"
	exit 1
}

# Every command is shown, but where QUIET is set.
shown() { [[ -n ${QUIET:-} ]] || printf '+ %s\n' "$*"; }

# Runs a command, gives up where it fails.
run() {
	shown "$*"
	"$@" || die "exit status $?: $*"
}

# What tests do all the time is not what a router's admin means.
FORCED=shrunk,blocks-nothing,wide,all-ports,unreachable,own-address,flush

cf() {
	shown "camfence $*"
	"$CAMFENCE" ${FORCED:+--force=$FORCED} "$@" || die "exit status $?: camfence $*"
}

# Runs in the exit trap: a script that stops early must not look finished. What the
# trap does before that takes its status away, and so has it kept in ENDED.
finish() {
	local status=${ENDED:-$?}

	[[ -z ${PROBE_PID:-} ]] || probe_stop
	[[ -z ${BUILT:-} ]] || topology_down
	flush_down
	((!${#PENDING[@]})) || nok "negatives without a twin: ${#PENDING[@]}" "${PENDING[0]}"
	((status == 0)) || nok "ended early, exit status $status"
	((PASSED + FAILED + SKIPPED)) || nok "no test was run"
	printf '\n%d passed, %d failed' "$PASSED" "$FAILED"
	((SKIPPED == 0)) || printf ', %d skipped' "$SKIPPED"
	printf '\n'
	((FAILED == 0)) || exit 1
	exit 0
}

# --- module ------------------------------------------------------------------

# What is built in need not be loaded: insmod fails where something is missing.
module_load() {
	shown "insmod $CAMFENCE_KMOD"
	modprobe -a nf_conntrack nf_defrag_ipv4 nf_defrag_ipv6 nf_reject_ipv4 nf_reject_ipv6 \
		2>/dev/null || true
	[[ -d /sys/module/camfence ]] || insmod "$CAMFENCE_KMOD" || die "insmod: $?"
}

# A namespace that is going away holds it a moment longer; then it fails.
module_unload() {
	local i

	shown "rmmod camfence"
	for ((i = 0; i < 200; i++)); do
		[[ -d /sys/module/camfence ]] || return 0
		rmmod camfence 2>/dev/null || true
	done
	die "rmmod camfence"
}

# --- a raw client ------------------------------------------------------------

rawnl_start() {
	mkfifo "$WORK/nl.in" "$WORK/nl.out"	# bash has one coprocess, the probe
	"$RAWNL" <"$WORK/nl.in" >"$WORK/nl.out" &
	exec {NL_IN}>"$WORK/nl.in" {NL_OUT}<"$WORK/nl.out"
}

# nl MESSAGE: one line to rawnl.c, its answer in ANSWER
nl() {
	printf '%s\n' "$1" >&"$NL_IN" || die "rawnl is gone"
	IFS= read -r -t 60 ANSWER <&"$NL_OUT" || die "rawnl does not answer: $1"
	[[ $ANSWER != broken* ]] || die "rawnl: $ANSWER: $1"
}

# nl_ok TEXT MESSAGE
nl_ok() {
	nl "$2"
	if [[ $ANSWER == ok* ]]; then ok "$1"; else nok "$1" "$ANSWER: $2"; fi
}

# --- topology ----------------------------------------------------------------

ip_batch() {
	shown "ip ${1//$'\n'/$'\n'+ ip }"
	ip -b - <<<"$1" || die "ip -b"
}

# Permanent neighbours: a barrier's are nobody's, so nobody would answer for them.
# An interface that is up makes itself an address unless it was told before.
plan() {
	local i=0 host

	for host in "${LAN_HOSTS[@]}"; do
		i=$((i + 1))
		ADDR4[$host]=10.20.0.$((10 + i)) ADDR6[$host]=fd00:20::$((10 + i))
		MAC[$host]=02:ca:00:00:00:$((10 + i))
		BADDR4[$host]=10.20.0.$((110 + i)) BADDR6[$host]=fd00:20::$((110 + i))
		BMAC[$host]=02:ba:00:00:00:$((10 + i))
	done
	ADDR4[router]=10.20.0.1 ADDR6[router]=fd00:20::1 MAC[router]=02:ca:00:00:00:01
	BADDR4[router]=10.20.255.110 BADDR6[router]=fd00:20:ff::110
	ADDR4[nvr]=10.20.9.10 ADDR6[nvr]=fd00:20:9::10 MAC[nvr]=02:ca:00:00:09:10
	BADDR4[nvr]=10.20.9.110 BADDR6[nvr]=fd00:20:9::110 BMAC[nvr]=02:ba:00:00:09:10
	ADDR4[inet]=192.0.2.2 ADDR6[inet]=fd00:192::2 MAC[inet]=02:ca:00:00:02:02
	BADDR4[inet]=192.0.2.110 BADDR6[inet]=fd00:192::110 BMAC[inet]=02:ba:00:00:02:02
}

dev_of() {
	case $1 in
	nvr) echo nvr0 ;;
	inet) echo wan0 ;;
	*) echo lan0 ;;
	esac
}

gw_of() {
	case $1 in
	nvr) echo "10.20.9.1 fd00:20:9::1" ;;
	inet) echo "192.0.2.1 fd00:192::1" ;;
	*) echo "10.20.0.1 fd00:20::1" ;;
	esac
}

lan_lines() {
	local host ns="netns switch"

	if [[ -n ${BRIDGED:-} ]]; then
		ns=
		echo "link add lan0 address ${MAC[router]} type bridge mcast_snooping 0"
	else
		echo "netns add switch
link add br0 netns switch type bridge mcast_snooping 0
link add lan0 address ${MAC[router]} type veth peer name up0 netns switch"
	fi
	for host in "${LAN_HOSTS[@]}"; do
		echo "netns add $host
link add eth0 netns $host address ${MAC[$host]} type veth peer name p-$host $ns"
		[[ -n $ns ]] || echo "link set p-$host master lan0 addrgenmode none
link set p-$host up"
	done
}

# Behind it no neighbour is ever asked for, so that nothing counts but what is sent.
bridge_up() {
	local host dev

	for host in "${HOSTS[@]}"; do
		dev=$(dev_of "$host")
		ip -b - <<-END || die "bridge"
			neigh add ${ADDR4[$host]} lladdr ${MAC[$host]} dev $dev nud permanent
			neigh add ${ADDR6[$host]} lladdr ${MAC[$host]} dev $dev nud permanent
		END
	done
	for host in "${LAN_HOSTS[@]}"; do
		quiet "$host" eth0
		ip -n "$host" -b - <<-END || die "host $host"
			link set eth0 addrgenmode none
			link set eth0 up
		END
		bridge -b - <<-END || die "bridge"
			fdb replace ${MAC[$host]} dev p-$host master static
			fdb replace ${BMAC[$host]} dev p-$host master static
		END
	done
}

topology() {
	local host lines dev hosts=("${HOSTS[@]}")

	plan
	BUILT=1
	lines=$(lan_lines)
	lines+="
netns add nvr
netns add inet
link add nvr0 address 02:ca:00:00:00:09 type veth peer name eth0 address ${MAC[nvr]} netns nvr
link add wan0 address 02:ca:00:00:00:02 type veth peer name eth0 address ${MAC[inet]} netns inet"
	for dev in lan0:10.20.0.1/24:fd00:20::1/64 nvr0:10.20.9.1/24:fd00:20:9::1/64 \
		wan0:192.0.2.1/24:fd00:192::1/64; do
		lines+="
link set ${dev%%:*} addrgenmode none
link set ${dev%%:*} up
addr add $(cut -d: -f2 <<<"$dev") dev ${dev%%:*}
addr add fe80::1/64 dev ${dev%%:*} nodad
addr add ${dev#*:*:} dev ${dev%%:*} nodad"
	done
	lines+="
addr replace ${BADDR4[router]}/32 dev lo
addr replace ${BADDR6[router]}/128 dev lo
route add default via ${ADDR4[inet]}
route add default via ${ADDR6[inet]}"
	for host in "${HOSTS[@]}"; do
		dev=$(dev_of "$host")
		lines+="
neigh add ${BADDR4[$host]} lladdr ${BMAC[$host]} dev $dev nud permanent
neigh add ${BADDR6[$host]} lladdr ${BMAC[$host]} dev $dev nud permanent"
	done
	shown "forwarding, both families"
	echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
	# Packets that nobody asked for would be counted as well. What the router
	# listens to it has reported in milliseconds, and what neighbours are known is
	# not verified after five seconds; devices and namespaces to come inherit it.
	# The neighbours' defaults are the machine's, seen in its first namespace alone.
	echo 1 >/proc/sys/net/ipv6/conf/default/mldv2_unsolicited_report_interval
	[[ ! -d /proc/sys/net/ipv6/neigh/default ]] ||
		echo 3600 >/proc/sys/net/ipv6/neigh/default/delay_first_probe_time
	ip_batch "$lines"
	if [[ -n ${BRIDGED:-} ]]; then
		bridge_up
		hosts=(nvr inet)
	else
		switch_up
	fi
	for host in "${hosts[@]}"; do host_up "$host"; done
	[[ -n ${COUNTERS_IN:-} ]] || counters_start
	probe_start
	control
}

# Nothing is in force for the next test; without the module nothing was.
flush_down() {
	[[ ! -d /sys/module/camfence ]] || "$CAMFENCE" flush --force=flush >/dev/null || nok "flush"
}

# Leaves nothing to the next test; the module stays. What a test has deleted
# already is not there, and conntrack need not be; what stays is met by the next
# topology, which fails.
topology_down() {
	local lines

	lines=$(printf 'netns del %s\n' switch "${HOSTS[@]}" && printf 'link del %s\n' "${DEVICES[@]}")
	flush_down
	ip -force -b - <<<"link del lan0
link del nvr0
link del wan0
$lines" 2>/dev/null || true
	conntrack -F >/dev/null 2>&1 || true
}

switch_up() {
	local port lines="link set br0 addrgenmode none
link set br0 up"

	for port in up0 "${LAN_HOSTS[@]/#/p-}"; do
		lines+="
link set $port master br0 addrgenmode none
link set $port up"
	done
	ip -n switch -b - <<<"$lines" || die "switch"
}

# quiet NAMESPACE DEV: it asks for no routers, and what groups it joins it has
# reported in milliseconds; a namespace does not inherit that
quiet() {
	ip netns exec "$1" sysctl -qw "net.ipv6.conf.$2.router_solicitations=0" \
		"net.ipv6.conf.$2.mldv2_unsolicited_report_interval=1"
}

host_up() {
	quiet "$1" eth0
	ip -n "$1" -b - <<-END || die "host $1"
		link set lo up
		link set eth0 addrgenmode none
		link set eth0 up
		addr add ${ADDR4[$1]}/24 dev eth0
		addr add ${ADDR6[$1]}/64 dev eth0 nodad
		addr add fe80::${ADDR6[$1]##*:}/64 dev eth0 nodad
	END
}

# With answers, hosts have a way back and the internet has every address: its
# local table ends in a default route, and what lies behind the router is more
# specific there.
answers() {
	local host verb=add

	shown "answers $1"
	[[ $1 == on ]] || verb=del
	for host in "${LAN_HOSTS[@]}" nvr; do
		# shellcheck disable=SC2046
		set -- $(gw_of "$host")
		ip -n "$host" -b - <<-END || die "answers"
			route $verb default via $1
			route $verb default via $2
		END
	done
	ip -n inet -b - <<-END || die "answers"
		route $verb 10.20.0.0/16 via 192.0.2.1 table local
		route $verb 192.0.2.0/24 dev eth0 table local
		route $verb fd00:20::/32 via fd00:192::1 table local
		route $verb fd00:192::/64 dev eth0 table local
		route $verb local default dev lo table local
		route $verb local ::/0 dev lo table local
	END
}

# Every neighbour resolved and every path open, before anything is decided.
control() {
	local host

	for host in "${LAN_HOSTS[@]}" nvr; do
		expect_way "$host" inet "${ADDR4[inet]}" "${ADDR4[$host]}"
		expect_way "$host" inet "${ADDR6[inet]}" "${ADDR6[$host]}"
	done
	[[ -n ${QUIET:-} ]] || ok "control: every host reaches the internet and is reached, both families"
}

expect_way() {
	arrive "from=$1 at=$2 proto=udp dst=$3 dport=9" || die "control: $1 does not reach $2"
	arrive "from=$2 at=$1 proto=udp src=$3 dst=$4 sport=9" ||
		die "control: $2 does not reach $1"
}

# A cold neighbour holds a packet back and lets the barrier overtake it.
arrive() {
	local i

	for ((i = 0; i < 50; i++)); do
		ask probe "$1"
		[[ $ANSWER != seen=1* ]] || return 0
	done
	return 1
}

# --- probes ------------------------------------------------------------------

probe_start() {
	local host pcap

	coproc PROBE_CO { exec "$PROBE"; }
	PROBE_PID=$PROBE_CO_PID
	for host in "${HOSTS[@]}"; do
		case $host in
		inet) gw=02:ca:00:00:00:02 ;;
		nvr) gw=02:ca:00:00:00:09 ;;
		*) gw=02:ca:00:00:00:01 ;;
		esac
		pcap=${PCAPS:+$PCAPS/$host.pcap}
		ask port "$host $host eth0 $gw ${ADDR4[$host]} ${ADDR6[$host]}" \
			"${BMAC[$host]} ${BADDR4[$host]} ${BADDR6[$host]} $pcap"
	done
	ask self "router lan0 ${ADDR4[router]} ${ADDR6[router]}" \
		"${BADDR4[router]} ${BADDR6[router]}"
}

# Waits for it, so that its pcaps are whole.
probe_stop() {
	local pid=$PROBE_PID fd=${PROBE_CO[1]}

	PROBE_PID=
	exec {fd}>&-
	wait "$pid" 2>/dev/null || true
}

# ask COMMAND ARGUMENTS...: one line to the probe, its answer in ANSWER
ask() {
	ASKED=$((ASKED + 1))
	printf '%s\n' "$*" >&"${PROBE_CO[1]}" || die "probe is gone"
	IFS= read -r -t 120 ANSWER <&"${PROBE_CO[0]}" || die "probe does not answer: $*"
	[[ $ANSWER != error* ]] || die "probe: $ANSWER: $*"
}

# raw4 PROTO SRC DST HEX [MORE]: an IPv4 packet in hex up to where the nonce (or
# the MORE bytes of an inner packet) goes
raw4() {
	local len=$((20 + ${#4} / 2 + 16 + ${5:-0})) sum=0 i hex

	# shellcheck disable=SC2046,SC2086
	hex=$(printf '4500%04x000100004%c%02x0000%02x%02x%02x%02x%02x%02x%02x%02x' \
		$len 0 "$1" ${2//./ } ${3//./ })
	for ((i = 0; i < 40; i += 4)); do sum=$((sum + 0x${hex:i:4})); done
	sum=$(((sum & 0xffff) + (sum >> 16)))
	printf '%s%04x%s%s' "${hex:0:20}" $((~sum & 0xffff)) "${hex:24}" "$4"
}

# expect_pass TEXT SPEC, expect_drop TEXT SPEC: a frame made by hand
expect_pass() { expect_probe "$1" "seen=1 reply=?" probe "$2"; }
expect_drop() {
	expect_probe "$1" "seen=0 reply=?" probe "$2"
	PENDING+=("probe|seen=1 reply=?|$2|$1")
}

# call_answered, call_dropped, call_unanswered TEXT SPEC: by the host's kernel
call_answered() { expect_probe "$1" "seen=1 reply=1" call "$2"; }
call_dropped() {
	expect_probe "$1" "seen=0 reply=0" call "$2"
	PENDING+=("call|seen=1 reply=1|$2|$1")
}
call_unanswered() {
	expect_probe "$1" "seen=1 reply=0" call "$2"
	PENDING+=("call|seen=1 reply=1|$2|$1")
}

expect_probe() {
	ask "$3" "$4"
	# shellcheck disable=SC2053
	if [[ $ANSWER == $2 ]]; then ok "$1"; else nok "$1" "$ANSWER, want $2: $4"; fi
}

# Before any other that is waited for: it would hold that one's input open.
counters_start() {
	mkfifo "$WORK/counters.in" "$WORK/counters.out"
	"$COUNTERS_PROGRAM" <"$WORK/counters.in" >"$WORK/counters.out" &
	exec {COUNTERS_IN}>"$WORK/counters.in" {COUNTERS_OUT}<"$WORK/counters.out"
}

# counters reasons|all: what counters.c answers, in COUNTERS, a word each
counters() {
	local line

	printf '%s\n' "$1" >&"$COUNTERS_IN" || die "counters is gone"
	IFS= read -r -t 120 line <&"$COUNTERS_OUT" || die "counters does not answer"
	[[ $line != error* ]] || die "counters: $line"
	IFS=$'\t' read -ra COUNTERS <<<"$line"
}

# packets_take: how many have been counted under each reason, in PACKETS, and the
# reasons as they come, in REASONS
packets_take() {
	local word

	REASONS=()
	counters reasons
	for word in "${COUNTERS[@]}"; do
		REASONS+=("${word%=*}")
		PACKETS[${word%=*}]=${word##*=}
	done
	PACKETS_AT=$ASKED
}

# by REASON COMMAND...: one of the above, and that REASON is what was counted
by() {
	local before

	((PACKETS_AT == ASKED)) || packets_take
	before=${PACKETS[$1]:-0}
	"${@:2}"
	packets_take
	((${PACKETS[$1]:-0} > before)) || nok "  by $1" "not counted: ${*:3}"
}

# twin WHAT-WAS-UNDONE: every negative since the last one, sent again; the same
# packet only once.
twin() {
	local entry kind want spec text pending=("${PENDING[@]}")
	local -A again=()

	PENDING=()
	((${#pending[@]})) || die "twin without a negative"
	for entry in "${pending[@]}"; do
		IFS='|' read -r kind want spec text <<<"$entry"
		[[ -z ${again[$kind $spec]:-} ]] || continue
		again[$kind $spec]=1
		expect_probe "  twin, $1: $text" "$want" "$kind" "$spec"
	done
}

# --- counters ----------------------------------------------------------------

# stats_take: all counters, as CNT[reasons:block:packets] and so on
stats_take() {
	local word

	CNT=()
	counters all
	for word in "${COUNTERS[@]}"; do CNT[${word%=*}]=${word##*=}; done
}

# frames HOST...: what these have sent towards the router by now
frames() {
	local host n b m

	FRAMES=0 BYTES=0 BARRIERS=0
	for host; do
		ask count "$host"
		read -r n b m <<<"$ANSWER"
		FRAMES=$((FRAMES + n)) BYTES=$((BYTES + b)) BARRIERS=$((BARRIERS + m))
	done
}

# mark HOST...: counters and frames from here on are what since tells of
mark() {
	local key

	MARKED=("$@")
	stats_take
	OLD=()
	for key in "${!CNT[@]}"; do OLD[$key]=${CNT[$key]}; done
	frames "$@"
	OLD_FRAMES=$FRAMES OLD_BYTES=$BYTES OLD_BARRIERS=$BARRIERS
}

since() {
	local key

	stats_take
	for key in "${!CNT[@]}"; do CNT[$key]=$((CNT[$key] - ${OLD[$key]:-0})); done
	frames "${MARKED[@]}"
	FRAMES=$((FRAMES - OLD_FRAMES)) BYTES=$((BYTES - OLD_BYTES))
	BARRIERS=$((BARRIERS - OLD_BARRIERS))
}
