#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Proxies on the router are no way out: what is redirected to one is judged by
# where it was going as well, and what one sends under a camera's address is the
# camera's. But the router's own service may answer in another's place.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

CN4=1.2.4.8 CN6=2001:250::8		# blocked
DK4=198.51.100.8 DK6=2001:db8:1::8	# in no set

module_load
topology
printf '%s\n' 1.2.4.0/24 2001:250::/32 >"$WORK/cn"
printf '%s\n' "${ADDR4[nvr]}" "${ADDR6[nvr]}" >"$WORK/nvr"
printf '%s\n' 10.20.0.1 fe80::1 fd00:20::1 >"$WORK/box"
for set in cn nvr box; do cf set load $set "$WORK/$set"; done
cf policy set isolate default drop allow nvr
for port in "tcp 3128" "udp 123" "udp 1123" "udp 53" "udp 5353"; do
	ask serve "at=router proto=${port% *} dport=${port#* }"
done
for proto in tcp udp; do ask serve "at=inet proto=$proto dport=80"; done
answers on

PORT=42000
next() { PORT=$((PORT + 1)); }

# camera NAME HOST POLICY
camera() {
	cf camera add "$1" mac "${MAC[$2]}" addr "${ADDR4[$2]}" addr "${ADDR6[$2]}" policy "$3"
}
# hole NAME CAMERA FIELDS...: for ever
hole() {
	local name=$1 camera=$2

	shift 2
	cf exemption add "$name" camera "$camera" "$@" until permanent reason "tests" by tests
}
# web HOST DST: it wants a page; syn HOST DST: the first frame alone
web() { echo "from=$1 at=${AT:-router} proto=tcp dst=$2 dport=80"; }
syn() { echo "from=$1 at=router proto=tcp dst=$2 dport=80 sport=$PORT"; }
# udp HOST DST PORT
udp() { echo "from=$1 at=router proto=udp dst=$2 dport=$3 sport=$PORT"; }

# rules RULE...: of NAT, instead of those before
rules() {
	shown "nat: $*"
	nft "add table inet nat; delete table inet nat; add table inet nat
		add chain inet nat pre { type nat hook prerouting priority -100; }
		$([[ $# == 0 ]] || printf 'add rule inet nat pre iifname lan0 %s\n' "$@")"
}

# --- a web proxy ---------------------------------------------------------------

# What holds for every way to bring a page's first packet to the proxy.
no_way_out() {
	for dst in $CN4 $CN6 $DK4 $DK6; do
		call_answered "$1: a stranger gets $dst" "$(web pc "$dst")"
	done
	camera gate cam-both geoblock
	for dst in $CN4 $CN6; do
		by block call_dropped "$1: geoblock, $dst" "$(web cam-both "$dst")"
	done
	for dst in $DK4 $DK6; do
		by default_pass call_answered "$1: geoblock, $dst" "$(web cam-both "$dst")"
	done
	camera vault cam-iso isolate
	camera yard cam-v4 approve
	next
	for dst in $CN4 $CN6 $DK4 $DK6; do
		by default_drop expect_drop "$1: isolate, $dst" "$(syn cam-iso "$dst")"
		by default_drop expect_drop "$1: approve, $dst" "$(syn cam-v4 "$dst")"
	done
	for dst in "${ADDR4[nvr]}" "${ADDR6[nvr]}"; do
		by default_drop expect_drop "$1: approve, the recorder $dst" "$(syn cam-v4 "$dst")"
	done
	camera hall cam-mac audit
	for dst in $CN4 $CN6; do
		by audit expect_pass "$1: audit, $dst" "$(syn cam-mac "$dst")"
	done
	strangers gate vault yard hall
}

# strangers CAMERA...: no cameras any more
strangers() {
	local name

	for name; do cf camera delete "$name"; done
	twin "cameras deleted"
}

# Both destinations count: that of the camera, and the router's.
both_count() {
	camera vault cam-iso isolate
	camera yard cam-v4 approve
	next
	for dst in "${ADDR4[nvr]}" "${ADDR6[nvr]}"; do
		by default_drop expect_drop "$1: isolate, the recorder $dst, but it goes to the router" \
			"$(syn cam-iso "$dst")"
	done
	cf policy set isolate allow nvr,box
	twin "the router allowed as well"
	next
	for dst in $DK4 $DK6; do
		by default_drop expect_drop "$1: isolate with the router allowed, $dst" "$(syn cam-iso "$dst")"
	done
	hole site yard remote $DK4,$DK6 proto tcp port 80
	for dst in $DK4 $DK6; do
		by default_drop expect_drop "$1: approve, $dst exempted, but it goes to the router" \
			"$(syn cam-v4 "$dst")"
	done
	hole proxy yard remote router proto tcp port 3128
	for dst in $DK4 $DK6; do
		by exemption call_answered "$1: approve, $dst exempted, and the router" "$(web cam-v4 "$dst")"
		by reply call_answered "  and its answers are replies" "$(web cam-v4 "$dst")"
	done
	cf exemption delete site
	next
	for dst in $DK4 $DK6; do
		by default_drop expect_drop "$1: approve, the router exempted alone, $dst" "$(syn cam-v4 "$dst")"
	done
	cf exemption delete proxy
	strangers vault yard
	cf policy set isolate allow nvr
}

section "REDIRECT of TCP 80"
rules "tcp dport 80 redirect to :3128"
no_way_out REDIRECT
both_count REDIRECT

section "DNAT of TCP 80 to the router"
rules "meta nfproto ipv4 tcp dport 80 dnat ip to 10.20.0.1:3128" \
	"meta nfproto ipv6 tcp dport 80 dnat ip6 to [fd00:20::1]:3128"
no_way_out DNAT
both_count DNAT
rules

section "TPROXY of TCP 80, and of NTP"
for f in -4 -6; do
	run ip $f rule add fwmark 1 lookup 100
	run ip $f route add local default dev lo table 100
done
shown "tproxy"
nft 'add table inet mangle; add chain inet mangle pre { type filter hook prerouting priority -150; }
	add rule inet mangle pre iifname lan0 tcp dport 80 tproxy to :3128 meta mark set 1
	add rule inet mangle pre iifname lan0 udp dport 123 tproxy to :123 meta mark set 1'
no_way_out TPROXY
camera vault cam-iso isolate
next
for dst in "${ADDR4[nvr]}" "${ADDR6[nvr]}"; do
	by allow expect_pass "TPROXY: isolate, the recorder $dst" "$(syn cam-iso "$dst")"
done
cf policy set isolate service ntp
hole router vault remote router
for dst in $CN4 $CN6 $DK4 $DK6; do
	by default_drop expect_drop "TPROXY: its destination is not the router's, $dst tcp 80" "$(syn cam-iso "$dst")"
	by default_drop expect_drop "TPROXY: its destination is not the router's, $dst udp 123" \
		"$(udp cam-iso "$dst" 123)"
done
cf exemption delete router
cf policy set isolate service none
strangers vault
nft 'delete table inet mangle'
for f in -4 -6; do
	run ip $f rule del fwmark 1 lookup 100
	run ip $f route del local default dev lo table 100
done

# --- the router's own service in another's place --------------------------------

section "A hard-wired NTP server, redirected to the router's"
cf policy set timed default drop service ntp
cf policy set outer default drop service ntp@nvr
cf policy set bare default drop
cf exemption add bare policy bare remote router proto udp until permanent reason tests by tests
cf policy set geoblock service ntp
camera gate cam-both timed
camera vault cam-iso isolate
camera hall cam-mac outer
camera yard cam-v4 bare
camera dock cam-v6 geoblock
rules "udp dport { 123, 124 } redirect to :123" "udp dport 125 redirect to :1123"
next
for dst in $CN4 $CN6; do
	by exemption call_answered "a policy with ntp, $dst" "$(udp cam-both "$dst" 123)"
	by reply call_answered "  its answer is a reply" "$(udp cam-both "$dst" 123)"
	by exemption call_answered "geoblock with ntp, $dst" "$(udp cam-v6 "$dst" 123)"
	by block expect_drop "geoblock with ntp, $dst port 124" "$(udp cam-v6 "$dst" 124)"
	by default_drop expect_drop "a policy without it, $dst" "$(udp cam-iso "$dst" 123)"
	by default_drop expect_drop "one with ntp@nvr, $dst" "$(udp cam-mac "$dst" 123)"
	by default_drop expect_drop "one with the router exempted without a port, $dst" "$(udp cam-v4 "$dst" 123)"
	by default_drop expect_drop "another port, redirected to it, $dst" "$(udp cam-both "$dst" 124)"
	by default_drop expect_drop "another port, redirected to another, $dst" "$(udp cam-both "$dst" 125)"
done
for dst in "${ADDR4[nvr]}" "${ADDR6[nvr]}"; do
	by default_drop expect_drop "ntp@nvr, the recorder $dst, but it goes to the router" "$(udp cam-mac "$dst" 123)"
done
for dst in 10.20.0.1 fd00:20::1; do
	by exemption expect_pass "the router itself, exempted without a port, $dst" "$(udp cam-v4 "$dst" 123)"
done
strangers gate vault hall yard dock
camera gate cam-both timed
rules
next
for dst in $CN4 $CN6; do
	by default_drop expect_drop "not redirected, $dst" \
		"from=cam-both at=inet proto=udp dst=$dst dport=123 sport=$PORT"
done
rules "udp dport 123 redirect to :1123"
for dst in $CN4 $CN6; do
	by default_drop expect_drop "redirected to another port, $dst" "$(udp cam-both "$dst" 123)"
done
cf policy set timed default pass
rules
twin_at_inet() {
	local i

	for i in "${!PENDING[@]}"; do PENDING[i]=${PENDING[i]/at=router/at=inet}; done
	twin "$1"
}
twin_at_inet "default pass, not redirected"
cf policy set timed default drop

section "Redirected DNS"
cf policy set timed service dns
rules "meta l4proto { tcp, udp } th dport 53 redirect to :53"
next
for dst in $CN4 $CN6; do
	by exemption call_answered "to the router's port 53, $dst" "$(udp cam-both "$dst" 53)"
	by exemption expect_pass "to the router's port 53, $dst, TCP" \
		"from=cam-both at=router proto=tcp dst=$dst dport=53 sport=$PORT"
done
rules "udp dport 53 redirect to :5353"
next
for dst in $CN4 $CN6; do
	by default_drop expect_drop "to another port of it, $dst" "$(udp cam-both "$dst" 53)"
done
for dst in 10.20.0.1 fd00:20::1; do
	by default_drop expect_drop "of the router itself, to another port of it, $dst" "$(udp cam-both $dst 53)"
done
cf exemption add more camera gate remote router proto udp port 53,5353 until permanent reason "the twin" by tests
twin "that port exempted as well"
cf exemption delete more
rules
cf camera delete gate

# --- what the router sends -----------------------------------------------------

section "A proxy that sends under the camera's address is the camera"
camera gate cam-both geoblock
camera vault cam-iso isolate
cf camera add hall mac "${MAC[cam-mac]}" policy approve
# as HOST AT DST: from the router, under the host's address
as() {
	local src=${ADDR4[$1]}

	[[ $3 != *:* ]] || src=${ADDR6[$1]}
	echo "from=router at=$2 proto=udp src=$src dst=$3 sport=$PORT dport=80"
}
next
for dst in $CN4 $CN6; do
	by block expect_drop "geoblock, $dst" "$(as cam-both inet "$dst")"
	by default_drop expect_drop "isolate, $dst" "$(as cam-iso inet "$dst")"
	expect_pass "known by its MAC alone: not it, $dst" "$(as cam-mac inet "$dst")"
	expect_pass "the router itself, $dst" "from=router at=inet proto=udp src=$(
		[[ $dst == *:* ]] && echo fd00:192::1 || echo 192.0.2.1) dst=$dst sport=$PORT dport=80"
done
for dst in $DK4 $DK6; do
	by default_pass expect_pass "geoblock, $dst" "$(as cam-both inet "$dst")"
	by default_drop expect_drop "isolate, $dst" "$(as cam-iso inet "$dst")"
done
for dst in "${ADDR4[nvr]}" "${ADDR6[nvr]}"; do
	by allow expect_pass "isolate, the recorder $dst" "$(as cam-iso nvr "$dst")"
done
for host in cam-both cam-iso; do
	for src in $CN4 $CN6 $DK4 $DK6; do
		reason=default_drop
		[[ $host == cam-iso ]] || reason=block
		dst=${ADDR4[$host]}
		[[ $src != *:* ]] || dst=${ADDR6[$host]}
		spec="from=router at=$host proto=udp src=$src dst=$dst sport=80 dport=$PORT"
		if [[ $host == cam-both && ($src == "$DK4" || $src == "$DK6") ]]; then
			by default_pass expect_pass "to $host, under $src" "$spec"
		else
			by $reason expect_drop "to $host, under $src" "$spec"
		fi
	done
done
strangers gate vault hall
answers off
