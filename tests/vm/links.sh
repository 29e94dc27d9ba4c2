# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2004
#
# More hosts, each behind a device of the router's that is its alone, and packets
# to them whose neighbour is not known yet. Sourced behind lib.sh and rows.sh.
#
# Host NAME, of number N (10 to 99), has 10.20.N.10 and fd00:20:N::10 and the MAC
# 02:ca:00:00:N:10; the router is .1 there, its barrier's is 110.

declare -A DEV=([nvr]=nvr0)	# the router's device towards a host
declare -A HOMES=()		# the namespace of a host that is another's second one

# wire NAME N [MAC]: a host, and a veth from the router's w-NAME to its eth0
wire() {
	MAC[$1]=${3:-02:ca:00:00:$2:10}
	HOSTS+=("$1")
	ip_batch "netns add $1
link add w-$1 type veth peer name eth0 address ${MAC[$1]} netns $1
link set w-$1 addrgenmode none
link set w-$1 up"
	quiet "$1" default
	quiet "$1" eth0
	ip -n "$1" -b - <<-END || die "host $1"
		link set lo up
		link set eth0 addrgenmode none
		link set eth0 up
	END
}

# near NAME N DEV [ADDR4 [ADDR6]]: the router's end of a link, as "ip addr add" has it
near() {
	local dev=$3

	DEV[$1]=$dev
	ip_batch "link set $dev addrgenmode none
link set $dev up
addr add ${4:-10.20.$2.1/24} dev $dev
addr add ${5:-fd00:20:$2::1/64} dev $dev nodad
addr add fe80::1/64 dev $dev nodad
route add ${BADDR4[$1]} dev $dev
route add ${BADDR6[$1]} dev $dev"
	[[ $(<"/sys/class/net/$dev/type") == 1 ]] || return 0
	ip -b - <<-END || die "barrier of $1"
		neigh add ${BADDR4[$1]} lladdr ${BMAC[$1]} dev $dev nud permanent
		neigh add ${BADDR6[$1]} lladdr ${BMAC[$1]} dev $dev nud permanent
	END
}

# place NAME N DEV [FAR-DEV [ADDR4 [ADDR6]]]: addresses at both ends, and a port
place() {
	local name=$1 n=$2 dev=$3 far=${4:-eth0} gw=00:00:00:00:00:00 ns=${HOMES[$1]:-$1}

	ADDR4[$name]=10.20.$n.10 ADDR6[$name]=fd00:20:$n::10
	BADDR4[$name]=10.20.$n.110 BADDR6[$name]=fd00:20:$n::110 BMAC[$name]=02:ba:00:00:$n:10
	near "$name" "$n" "$dev" "${@:5}"
	ip -n "$ns" -b - <<-END || die "host $name"
		link set $far addrgenmode none
		link set $far up
		addr add ${ADDR4[$name]}/24 dev $far
		addr add ${ADDR6[$name]}/64 dev $far nodad
		addr add fe80::$n/64 dev $far nodad
	END
	if [[ $(<"/sys/class/net/$dev/type") == 1 ]]; then
		gw=$(<"/sys/class/net/$dev/address")
	else	# all that is sent there is the host's, barriers too: not to be sent back
		ip netns exec "$ns" sysctl -qw net.ipv4.ip_forward=0
	fi
	ask port "$name $ns $far $gw ${ADDR4[$name]} ${ADDR6[$name]}" \
		"${BMAC[$name]} ${BADDR4[$name]} ${BADDR6[$name]} ${PCAPS:+$PCAPS/$name.pcap}"
}

# of_kind NAME ARGUMENTS...: one more device, where the kernel has its kind
of_kind() {
	shown "ip link add $*"
	ip link add "$@" 2>/dev/null || return 1
	DEVICES+=("$1")
}

# come SRC HOST [K=V...]: from the internet
come() {
	local dst=${ADDR4[$2]}

	[[ $1 != *:* ]] || dst=${ADDR6[$2]}
	echo "from=inet at=$2 proto=udp src=$1 dst=$dst dport=80 ${*:3}"
}

# --- neighbours ------------------------------------------------------------------

# chill HOST: the router knows no neighbour there but barriers
chill() {
	ip neigh flush dev "${DEV[$1]}" nud reachable nud stale nud delay nud probe nud failed \
		nud incomplete >/dev/null 2>&1 || die "ip neigh flush"
}

# is_decided SEEN HOST REASON: a packet that waited for its neighbour came, or
# was counted under REASON
is_decided() {
	if (($1)); then
		ask where probe
		[[ " $ANSWER " == *" $2 "* ]]
	else
		packets_take
		((${PACKETS[$3]:-0} > ${LAST[$3]:-0}))
	fi
}

COUNTED_AT=-1
# outcome SPEC: did the last packet come, and what was counted since, but ND and,
# where UNCOUNTED is set, that reason
outcome() {
	local reason

	ask where probe
	OUTCOME=seen=0
	[[ " $ANSWER " != *" $HOST "* ]] || OUTCOME=seen=1
	counted "$1"
	for reason in l2_control ${UNCOUNTED:-}; do
		[[ ! $COUNTED =~ ^(.*)\ $reason=-?[0-9]+(.*)$ ]] ||
			COUNTED=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
	done
	OUTCOME+=$COUNTED
	COUNTED_AT=$ASKED
}

# judged WHEN REASONS TEXT SPEC: REASONS in the order of "stats"; unless WHEN is
# "warm" it may wait, and come behind the barrier
judged() {
	local want='' seen=1 last reason i

	[[ $4 =~ at=([^ ]+) ]]
	HOST=${BASH_REMATCH[1]}
	[[ $1 != cold ]] || chill "$HOST"
	for reason in $2; do
		[[ $reason == *=* ]] || reason="$reason=1"
		last=${reason%%=*}
		want+=" $reason"
		! is_drop "$reason" || seen=0
	done
	((seen)) || PENDING+=("probe|seen=1 reply=?|$4|$3")
	((COUNTED_AT == ASKED)) || counted	# or nothing was sent since
	ask probe "$4"
	for ((i = 0; i < 200; i++)); do
		[[ $1 != warm ]] || break
		! is_decided $seen "$HOST" "$last" || break
	done
	outcome "$4"
	equal "$3" "$OUTCOME" "seen=$seen$want"
}

# cold, warm REASONS TEXT SPEC: without the receiver's neighbour, and with it.
# What FORWARD or LOCAL_OUT could not tell is theirs and no_camera, too.
cold() { judged cold "$1" "$2, cold" "$3"; }
warm() { judged warm "$1" "$2, warm" "$3"; }
late() { judged late "$@"; }
