#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Flowtables: what is no longer allowed does not go on beside us, after a commit,
# at an exemption's end, and from a queue; what is allowed comes back, and no
# other namespace notices.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

VENDOR4=1.2.4.8 VENDOR6=2001:250::8	# blocked later, or exempted
OK4=198.51.100.8			# always allowed

# flow SPORT DST: a frame of the camera's; its first is tracked, its second is
# offloaded, and from the third on none comes to us
flow() { echo "from=cam-both at=inet proto=udp dst=$2 sport=$1 dport=443"; }

# offloaded SPORT [NETNS]
offloaded() {
	local in=()

	[[ -z ${2:-} ]] || in=(ip netns exec "$2")
	grep -q "sport=$1 dport=443.*\[OFFLOAD\]" < <("${in[@]}" cat /proc/net/nf_conntrack)
}

uptime_ms() {
	read -r UPTIME _ </proc/uptime
	UPTIME=$((10#${UPTIME/./} * 10))
}

# until_true SECONDS COMMAND...: waits, at most so long. A look takes its time
# here: at STILL, YET ms after the beginning, it was not so yet. The clock on the
# wall is set in here, and not asked.
until_true() {
	local begun

	uptime_ms
	begun=$UPTIME STILL=$UPTIME YET=0
	while ! "${@:2}"; do
		STILL=$UPTIME YET=$((UPTIME - begun))
		((YET < $1 * 1000)) || return 1
		sleep 0.05
		uptime_ms
	done
}
gone() { ! offloaded "$@"; }

# past_us SPORT DST: does a frame of it pass without our hooks?
past_us() {
	local seen

	ask probe "$(flow "$1" "$2")"
	offloaded "$1" || return 1
	mark cam-both
	ask probe "$(flow "$1" "$2")"
	seen=$ANSWER
	since
	[[ $seen == seen=1* ]] && [[ ${CNT[reasons:default_pass:packets]} == 0 ]]
}

# offload SPORT DST
offload() { check "flow $1 to $2 is offloaded, and goes past our hooks" until_true 20 past_us "$@"; }

# What passes the slow path is offloaded again, if need be between two cleanings.
comes_back() {
	ask probe "$(flow "$1" "$2")"
	offloaded "$1"
}

# stays SPORT DST: behind a commit's second cleaning, a second after the first;
# the next comes after a minute
stays() {
	until_true 20 comes_back "$@" && until_true 3 gone "$1"
	until_true 20 comes_back "$@"
}

# fast DEVICES [COMMAND...]: a flowtable for these, where the command runs what follows
fast() {
	local devices=$1

	shift
	run "$@" nft "add table inet fast
		add flowtable inet fast ft { hook ingress priority 0; devices = { $devices }; }
		add chain inet fast forward { type filter hook forward priority 0; }
		add rule inet fast forward udp dport 443 flow add @ft"
	run "$@" sysctl -qw net.netfilter.nf_flowtable_udp_timeout=3600
}

module_load
topology
printf '%s\n' 1.2.0.0/16 2001:250::/32 >"$WORK/cn"
printf '%s\n' 1.3.0.0/16 >"$WORK/other"
gate() { cf camera add gate mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy "$1"; }

section "Without nf_flow_table nothing is loaded for it"
cf set load cn "$WORK/other"
gate geoblock
modprobe -qr nft_flow_offload nf_flow_table_inet nf_flow_table || true
cf exemption add dated camera gate remote 1.3.0.1/32 until +1d reason "a date" by tests
if [[ $(modinfo -n nf_flow_table 2>/dev/null) == *builtin* ]]; then
	skip "nf_flow_table is built in"
else
	check "nf_flow_table is not loaded" test ! -e /sys/module/nf_flow_table
fi
cf exemption delete dated

section "A neighbour, with a flowtable of its own"
lines="netns add nb
netns add nb-a
netns add nb-b
link add nb0 netns nb type veth peer name eth0 netns nb-a
link add nb1 netns nb type veth peer name eth0 netns nb-b"
ip_batch "$lines"
ip -n nb -b - <<-END
	addr add 10.99.1.1/24 dev nb0
	addr add 10.99.2.1/24 dev nb1
	link set nb0 up
	link set nb1 up
END
for host in 1:a 2:b; do
	ip -n "nb-${host#*:}" -b - <<-END
		addr add 10.99.${host%:*}.2/24 dev eth0
		link set eth0 up
		route add default via 10.99.${host%:*}.1
	END
done
ip netns exec nb sysctl -qw net.ipv4.ip_forward=1
fast "nb0, nb1" ip netns exec nb
# Nobody listens: every other write tells so instead of sending.
neighbour() {
	ip netns exec nb-a bash -c 'exec 9<>/dev/udp/10.99.2.2/443
		for i in 1 2 3 4; do echo ask >&9; done' 2>/dev/null || true
	NB=$(ip netns exec nb cat /proc/net/nf_conntrack | sed -n 's/.*sport=\([0-9]*\) dport=443.*\[OFFLOAD\].*/\1/p')
	[[ -n $NB ]]
}
check "a flow of the neighbour's is offloaded" until_true 20 neighbour
NB=${NB%%$'\n'*}

section "A commit that blocks a flow that is offloaded"
fast "lan0, wan0"
offload 42001 $VENDOR4
offload 42002 $VENDOR6
offload 42003 $OK4
cf set load cn "$WORK/cn"
check "the flow is taken out of the flowtable" until_true 20 gone 42001
check "  still there after $YET ms, at most a second" test "$YET" -le 1000
check "the IPv6 flow as well" until_true 20 gone 42002
expect_drop "a frame of it" "$(flow 42001 $VENDOR4)"
expect_drop "a frame of the IPv6 one" "$(flow 42002 $VENDOR6)"
check "it does not come back" gone 42001
check "what is allowed does" until_true 20 comes_back 42003 $OK4
check "the neighbour's flow is where it was" offloaded "$NB" nb
cf set load cn "$WORK/other"
twin "nothing is blocked any more"
check "what was blocked comes back" until_true 20 comes_back 42001 $VENDOR4

section "A commit in the neighbour's namespace is another matter"
check "the camera's flow is offloaded" until_true 20 comes_back 42003 $OK4
run ip netns exec nb "$CAMFENCE" set load cn "$WORK/cn"
check "the neighbour's flow is taken out" until_true 20 gone "$NB" nb
run ip netns exec nb "$CAMFENCE" flush --force=flush

section "An exemption's end"
cf set load cn "$WORK/cn"
expect_drop "before there is one" "$(flow 42010 $VENDOR4)"
vendor() { cf exemption add vendor camera gate remote 1.2.4.0/28 proto udp port 443 "$@" \
	reason firmware by tests; }
LEFT=12
[[ ! -e /proc/lockdep_stats ]] || LEFT=60	# there it takes as long to see it offloaded
uptime_ms
ends=$(($(date +%s) + LEFT)) ends_up=$((UPTIME + LEFT * 1000))
vendor until "$(date -u -d "@$ends" +%Y-%m-%dT%H:%M:%SZ)"
twin "exempted"
check "its flow is offloaded" stays 42010 $VENDOR4
check "it is taken out" until_true $((LEFT + 18)) gone 42010
check "  not before the exemption's end" test "$(date +%s)" -ge $ends
check "  still there $((STILL - ends_up)) ms after it, at most a second" test $((STILL - ends_up)) -le 1000
expect_drop "a frame of it" "$(flow 42010 $VENDOR4)"
cf exemption delete vendor
vendor until permanent
twin "exempted again"

section "The clock jumps over an exemption's end"
cf exemption delete vendor
now=$(date +%s)
vendor until "$(date -u -d "@$((now + 86400))" +%Y-%m-%dT%H:%M:%SZ)"
check "a flow is offloaded" stays 42011 $VENDOR4
check "  and not taken out of itself" offloaded 42011
run date -s "@$((now + 2 * 86400))"
check "it is taken out" until_true 90 gone 42011
check "  still there after $((YET / 1000)) s, at most 60" test "$YET" -le 60000
expect_drop "a frame of it" "$(flow 42011 $VENDOR4)"
run date -s "@$now"
twin "the clock set back"

section "A packet that waits in a queue while its flow is blocked"
cf exemption delete vendor
cf set load cn "$WORK/other"
run nft "add chain inet fast early { type filter hook forward priority -5; }
	add rule inet fast early udp sport 42020 queue num 0
	insert rule inet fast forward udp sport 42020 counter"
mkfifo "$WORK/nfq.in" "$WORK/nfq.out"
python3 tests/vm/nfq.py <"$WORK/nfq.in" >"$WORK/nfq.out" &
exec {NFQ_IN}>"$WORK/nfq.in" {NFQ_OUT}<"$WORK/nfq.out"
nfq() {
	[[ -z $1 ]] || printf '%s\n' "$1" >&"$NFQ_IN"
	IFS= read -r -t 60 ANSWER <&"$NFQ_OUT" || die "nfq.py does not answer: $1"
}
nfq ""
for i in 1 2; do
	ask probe "$(flow 42020 $VENDOR4)"
	nfq "hold 1"
	((i == 2)) || nfq release
done
check "a flow that is offloaded, to see the first cleaning by" stays 42021 $OK4
cf set load cn "$WORK/cn"
check "the first cleaning" until_true 20 gone 42021
nfq release
second() { grep -q "counter packets 2 " < <(nft list chain inet fast forward); }
check "then the packet comes to \"flow add\"" until_true 20 second
check "and its flow is taken out all the same" until_true 90 gone 42020
run nft flush chain inet fast early
expect_drop "a frame of it" "$(flow 42020 $VENDOR4)"
cf set load cn "$WORK/other"
twin "nothing is blocked any more"
run nft delete table inet fast

section "A namespace and the module go while an exemption has an end"
for command in "set load cn $WORK/cn" "camera add gate addr 10.99.1.2 addr fd00:99::2 policy geoblock" \
	"exemption add vendor camera gate remote 1.2.4.8/32 until +1d reason x by tests"; do
	# shellcheck disable=SC2086
	run ip netns exec nb "$CAMFENCE" --force="$FORCED" $command
done
vendor until +1d
run ip netns del nb
run ip netns del nb-a
run ip netns del nb-b
cf flush
module_unload
module_load
check "loaded again" test -d /sys/module/camfence
