#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tool would never send. Each message must be refused with the right
# error and a sentence that names what it is about, and change nothing: neither
# the ruleset in force nor the transaction. Each has its twin, the same message
# corrected, which is accepted.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

module_load
rawnl_start

sum() {
	nl "ruleset-get .dump"
	[[ $ANSWER == ok* ]] || die "ruleset-get: $ANSWER"
	SUM=$ANSWER
}

# bad ERRNO SENTENCE TEXT MESSAGE: the sentence is a pattern; "-" where the
# kernel refuses before it asks us, and has no sentence
bad() {
	local want="err $1 *\"*${2:-?}*\""

	[[ $2 != - ]] || want="err $1*"
	nl "$4"
	REFUSED=$((REFUSED + 1))
	# shellcheck disable=SC2053
	if [[ $ANSWER != $want ]]; then
		nok "$3" "$ANSWER, want $want: $4"
		return
	fi
	SAID=$ANSWER
	sum
	if [[ $SUM == "$BEFORE" ]]; then
		ok "$3: ${SAID#err }"
	else
		nok "$3" "changed the ruleset: $SUM, was $BEFORE: $4"
	fi
}
REFUSED=0

# good TEXT MESSAGE: the message put right
good() { nl_ok "  twin: $1" "$2"; }

# In force: two sets, a policy, a camera, an exemption.
BASE="set-put txn=\$tt set{ name=cn count4=2 count6=1 ranges4=1.0.1.0-1.0.3.255,1.0.8.0-1.0.15.255 ranges6=2001:250::-2001:250:ffff:: }
set-put txn=\$tt set{ name=spare count4=1 ranges4=8.8.8.8 }
policy-put txn=\$tt policy{ name=geoblock default=0 action=0 block{ name=cn } }
policy-put txn=\$tt policy{ name=isolate default=1 action=0 }
camera-put txn=\$tt camera{ name=gate policy=geoblock selectors{ addr4=10.20.0.12 } }
exemption-put txn=\$tt exemption{ name=vendor camera=gate remotes{ prefix4=1.0.1.0/24 } proto=6 ports=443 }"
nl "tt:= txn-begin empty"
while read -r line; do
	nl "$line"
	[[ $ANSWER == ok* ]] || die "$ANSWER: $line"
done <<<"$BASE"
nl_ok "a ruleset in force" "txn-commit txn=\$tt counts{ sets=2 ranges=4 policies=2 cameras=1 exemptions=1 prefixes=1 }"
sum
BEFORE=$SUM

section "No transaction, or not this one"
bad ENOENT "no such transaction" "put without begin" "set-del txn=4711 set{ name=spare }"
bad ENOENT "no such transaction" "commit without begin" "txn-commit txn=4711"
bad EINVAL "no transaction" "put that names none" "set-del set{ name=spare }"
bad EINVAL "no transaction" "commit that names none" "txn-commit"
nl "info-get"
gen=${ANSWER##*gen=}
bad ESTALE "generation" "begin from an old generation" "txn-begin gen=$((gen - 1))"
bad ESTALE "generation" "flush of an old generation" "ruleset-flush gen=$((gen - 1))"
good "begin from the one in force" "tt:= txn-begin gen=$gen"
nl "sock 2"
bad ENOENT "no such transaction" "another socket's transaction" "camera-del txn=\$tt camera{ name=gate }"
bad ENOENT "no such transaction" "another socket's transaction, aborted" "txn-abort txn=\$tt"
nl "sock 1"
for i in 2 3 4 5 6 7 8; do nl_ok "transaction $i" "t$i:= txn-begin"; done
bad EBUSY "8 transactions" "the ninth transaction" "txn-begin"
good "one aborted" "txn-abort txn=\$t8"
good "the ninth" "t8:= txn-begin"
nl "sock 2"
bad EBUSY "8 transactions" "the ninth, from another socket" "txn-begin"
nl "sock 1"
for i in 2 3 4 5 6 7 8; do nl "txn-abort txn=\$t$i"; done
bad ENOENT "no such transaction" "an aborted transaction" "txn-commit txn=\$t2"

section "Messages that are none"
DEL="set-del txn=\$tt set{ name=nope }"	# refused for its name where it gets that far
bad EOPNOTSUPP - "unknown command" "77 txn=\$tt"
bad EINVAL "reserved bits" "unknown message flag" "info-get .flags=0x2000"
bad EINVAL "" "unknown attribute" "txn-abort txn=\$tt #99=@u32:1"
bad EINVAL "" "unknown attribute in a nest" "set-put txn=\$tt set{ name=xx count4=0 #99=@u32:1 }"
bad EINVAL "" "an attribute of other commands" "txn-abort txn=\$tt empty"
bad EINVAL "" "an attribute that only we send" "txn-begin version=1"
bad EINVAL "" "statistics in a put" "policy-put txn=\$tt policy{ name=xx default=0 action=0 stats{ } }"
bad EINVAL "" "an id of 4 bytes" "txn-abort txn=@u32:1"
bad EINVAL "" "an id of 9 bytes" "txn-abort txn=@zero:9"
bad ERANGE "" "a flag with a value" "txn-begin empty=@u32:1"
bad EINVAL "" "a nest without the nested flag" "set-put txn=\$tt set=@zero:8"
bad EINVAL "" "a message cut off" "$DEL .cut=4"
bad EINVAL "" "a message with more behind" "$DEL .more=4"
bad EINVAL "" "an attribute longer than its message" "set-del txn=\$tt set~+100{ name=spare }"
bad EINVAL "" "an attribute longer than its nest" "set-del txn=\$tt set{ name~+100=spare }"
bad EINVAL "" "an attribute shorter than a header" "set-del txn=\$tt set{ name~-8=spare }"
bad EINVAL "" "a policy's default of 4 bytes" "policy-put txn=\$tt policy{ name=xx default=@u32:0 action=0 }"
bad EINVAL "has no set" "a put of nothing" "set-put txn=\$tt"
bad EINVAL "has no options" "options put, and none given" "options-put txn=\$tt"
good "a message" "set-del txn=\$tt set{ name=spare }"
good "a put" "set-put txn=\$tt set{ name=spare count4=1 ranges4=8.8.8.8 }"

section "Names"
camera() { echo "camera-put txn=\$tt camera{ name=$1 policy=geoblock selectors{ mac=02:ca:00:00:01:$2 } }"; }
bad EINVAL "" "64 bytes" "$(camera @rep:64 01)"
good "63 bytes" "$(camera @rep:63 01)"
bad EINVAL "camera" "none" "camera-put txn=\$tt camera{ policy=geoblock selectors{ mac=02:ca:00:00:01:02 } }"
bad EINVAL "camera" "empty" "$(camera "" 02)"
bad EINVAL "camera" "a control character" "$(camera hall%071 02)"
bad EINVAL "camera" "DEL" "$(camera hall%7f 02)"
bad EINVAL "camera" "a C1 control character" "$(camera hall%c2%85 02)"
bad EINVAL "camera" "a slash" "$(camera hall/1 02)"
bad EINVAL "camera" "a colon" "$(camera hall:1 02)"
bad EINVAL "camera" "no UTF-8" "$(camera hall%ff 02)"
bad EINVAL "camera" "UTF-8 cut off" "$(camera hall%c3 02)"
bad EINVAL "camera" "an overlong slash" "$(camera hall%c0%af 02)"
bad EINVAL "camera" "a surrogate" "$(camera hall%ed%a0%80 02)"
bad EINVAL "" "no end" "$(camera @hex:hall 02)"
good "UTF-8" "$(camera indk%c3%b8rsel 02)"
for what in "set-put txn=\$tt set{ name=%s count4=0 }" \
	"policy-put txn=\$tt policy{ name=%s default=0 action=0 }" \
	"exemption-put txn=\$tt exemption{ name=%s camera=gate remotes{ prefix4=9.9.9.9 } }"; do
	# shellcheck disable=SC2059
	bad EINVAL "name" "${what%%-*}: a slash" "$(printf "${what/\%s/aa%%2fbb}")"
	good "${what%%-*}: a name" "${what/\%s/name}"
done
service() { echo "exemption-put txn=\$tt exemption{ name=$1 $2=$3 remotes{ prefix4=9.9.9.9 } }"; }
bad EINVAL '"service:dhcp"' "a service's, of a camera's exemption" "$(service service:dhcp camera gate)"
bad EINVAL "exemption" "a service's without a service" "$(service service: policy geoblock)"
bad EINVAL "exemption" "a service's with a slash" "$(service service:dhcp/1 policy geoblock)"
bad EINVAL "exemption" "a colon, but no service" "$(service dhcp:service: policy geoblock)"
bad EINVAL "camera" "a service's, of a camera" "$(camera service:dhcp 02)"
good "a service's, of a policy's exemption" "$(service service:dhcp policy geoblock)"
good "with more colons" "$(service service:dhcp:nvr:67 policy geoblock)"
good "and deleted" "exemption-del txn=\$tt exemption{ name=service:dhcp:nvr:67 }"
bad EINVAL "" "a comment of 129 bytes" "camera-put txn=\$tt camera{ name=cc policy=geoblock comment=@rep:129 selectors{ mac=02:ca:00:00:01:03 } }"
good "of 128" "camera-put txn=\$tt camera{ name=cc policy=geoblock comment=@rep:128 selectors{ mac=02:ca:00:00:01:03 } }"

section "Sets"
put() { echo "set-put txn=\$tt set{ name=new $* }"; }
bad ENOENT '"new"' "ranges of a set not begun" "$(put ranges4=1.0.0.0)"
bad EINVAL '"new"' "one range more than announced" "$(put count4=1 ranges4=1.0.0.0,2.0.0.0)"
good "as many" "$(put count4=2 ranges4=1.0.0.0,2.0.0.0)"
bad EINVAL '"new"' "and one more, in the next message" "$(put ranges4=3.0.0.0)"
bad EINVAL '"new"' "unsorted" "$(put count4=2 ranges4=2.0.0.0,1.0.0.0)"
bad EINVAL '"new"' "overlapping" "$(put count4=2 ranges4=1.0.0.0-1.0.0.9,1.0.0.9-1.0.0.12)"
bad EINVAL '"new"' "the same twice" "$(put count4=2 ranges4=1.0.0.0,1.0.0.0)"
bad EINVAL '"new"' "ends before it begins" "$(put count4=1 ranges4=1.0.0.9-1.0.0.0)"
bad EINVAL '"new"' "unsorted, IPv6" "$(put count6=2 ranges6=2001:2::,2001:1::)"
bad EINVAL '"new"' "overlapping, IPv6" "$(put count6=2 ranges6=2001:1::-2001:2::,2001:2::)"
bad EINVAL '"new"' "ends before it begins, IPv6" "$(put count6=1 ranges6=2001:2::-2001:1::)"
bad EINVAL '"new"' "half a range" "$(put count4=1 ranges4=@zero:4)"
bad EINVAL '"new"' "an IPv4 range among IPv6 ones" "$(put count6=1 ranges6=1.0.0.0-1.0.0.9)"
bad E2BIG '"new"' "4 Mi + 1 ranges announced" "$(put count4=4194305)"
bad E2BIG '"new"' "as many in two families" "$(put count4=4194304 count6=1)"
good "begun again, two announced" "$(put count4=2 ranges4=1.0.0.0-1.0.0.9)"
bad EINVAL '"new"' "unsorted across messages" "$(put ranges4=0.0.0.9)"
bad EINVAL '"new"' "overlapping across messages" "$(put ranges4=1.0.0.9)"
bad EINVAL '"new"' "a source in the middle" "$(put ranges4=2.0.0.0 source=x)"
bad EINVAL '"new"' "commit, one short of announced" "txn-commit txn=\$tt"
good "the last one" "$(put ranges4=2.0.0.0)"
bad ERANGE "" "a chunk above 60 KiB" "$(put count4=7681 ranges4=@seq:1.0.0.0,7681,2)"
good "a chunk of 60 KiB" "$(put count4=7680 ranges4=@seq:1.0.0.0,7680,2)"
for i in {1..59}; do
	nl "set-put txn=\$tt set{ name=s$i count4=0 }"
	[[ $ANSWER == ok* ]] || die "set s$i: $ANSWER"
done
bad E2BIG '"s60"' "the 64th set" "set-put txn=\$tt set{ name=s60 count4=0 }"
good "one deleted" "set-del txn=\$tt set{ name=s1 }"
good "the 63rd" "set-put txn=\$tt set{ name=s60 count4=0 }"

section "Policies"
policy() { echo "policy-put txn=\$tt policy{ name=pol $* }"; }
bad ENOENT '"nowhere"' "an unknown set" "$(policy "default=0 action=0 block{ name=nowhere }")"
bad ENOENT '"nowhere"' "an unknown set to allow" "$(policy "default=0 action=0 allow{ name=nowhere }")"
bad EINVAL '"cn"' "a set twice" "$(policy "default=0 action=0 block{ name=cn name=cn }")"
bad ERANGE "" "a third default" "$(policy "default=2 action=0")"
bad ERANGE "" "a fourth action" "$(policy "default=0 action=3")"
good "the third, reject" "$(policy "default=0 action=2")"
bad EINVAL "default" "no default" "$(policy "action=0")"
good "a set that is there" "$(policy "default=0 action=0 block{ name=cn }")"

section "Cameras"
camera() { echo "camera-put txn=\$tt camera{ name=cam policy=geoblock selectors{ $* } }"; }
bad EINVAL '"cam"' "MAC zero" "$(camera mac=00:00:00:00:00:00)"
bad EINVAL '"cam"' "a multicast MAC" "$(camera mac=01:00:5e:00:00:01)"
bad EINVAL '"cam"' "the broadcast MAC" "$(camera mac=ff:ff:ff:ff:ff:ff)"
bad ERANGE "" "a MAC of 5 bytes" "$(camera mac=@zero:5)"
bad EINVAL '"cam"' "a v4-mapped address" "$(camera addr6=::ffff:1.2.3.4)"
bad EINVAL '"cam"' "no selector" "$(camera)"
bad EINVAL '"cam"' "no selectors' nest" "camera-put txn=\$tt camera{ name=cam policy=geoblock }"
bad EINVAL '"cam"' "65 selectors" "$(camera "$(printf 'addr4=10.9.0.%d ' {1..65})")"
bad EINVAL "policy" "no policy" "camera-put txn=\$tt camera{ name=cam selectors{ mac=02:ca:00:00:01:09 } }"
bad ENOENT '"nowhere"' "an unknown policy" "camera-put txn=\$tt camera{ name=cam policy=nowhere selectors{ mac=02:ca:00:00:01:09 } }"
good "a selector and a policy" "$(camera mac=02:ca:00:00:01:09)"
for prefix in "prefix4=0.0.0.0/0 everybody's" "prefix4=10.20.1.0/33 length 33" "prefix4=10.20.1.1/24 host bits" \
	"prefix4=@hex:%0a%14%01%00%18%01%00%00 padding that is not zero" "prefix6=::/0 everybody's" \
	"prefix6=fd00:20:1::/129 length 129" "prefix6=fd00:20:1::1/64 host bits" "prefix6=::ffff:1.2.3.0/120 v4-mapped" "prefix6=64:ff9b::1.2.3.0/120 NAT64"; do
	bad EINVAL '"cam"' "subnet ${prefix%% *}, ${prefix#* }" "$(camera "${prefix%% *}")"
done
bad ERANGE "" "a subnet of 7 bytes" "$(camera prefix4=@zero:7)"
for prefix in prefix4=10.20.1.0/24 prefix4=128.0.0.0/1 prefix4=10.20.1.1/32 prefix6=fd00:20:1::/64 prefix6=8000::/1; do
	good "subnet $prefix" "$(camera $prefix)"
done
for oui in "44:19:b6/25 length 25" "44:19:b6/0 length 0" "44:19:b6:00:00/40 length 40" "44:19:b6:01/24 a bit behind it" \
	"44:19:b6:18/28 a bit behind it" "44:19:b6:12:38/36 a bit behind it"; do
	bad EINVAL '"cam"' "OUI ${oui%% *}, ${oui#* }" "$(camera "oui=${oui%% *}")"
done
bad ERANGE "" "an OUI of 5 bytes" "$(camera oui=@zero:5)"
for oui in 44:19:b6/24 44:19:b6:10/28 44:19:b6:12:30/36; do
	good "OUI $oui" "$(camera oui=$oui)"
done
for iface in "" . .. eth%2f0 eth%3a0 eth%200; do
	bad EINVAL '"cam"' "interface \"$iface\"" "$(camera "iface=$iface")"
done
bad EINVAL "" "an interface's name of 16 bytes" "$(camera iface=@rep:16)"
good "of 15, of no interface that there is" "$(camera iface=@rep:15)"
catch() { echo "camera-put txn=\$tt camera{ name=cam policy=geoblock catch selectors{ $* } }"; }
for selector in mac=02:ca:00:00:01:09 addr4=10.20.0.12 addr6=fd00:20::12 prefix4=10.20.1.0/24 prefix6=fd00:20:1::/64; do
	bad EINVAL '"cam"*catch' "a catch of ${selector%%=*}" "$(catch "oui=44:19:b6/24 $selector")"
done
good "of OUIs and interfaces" "$(catch oui=44:19:b6/24 iface=eth1)"
bad ERANGE "" "a catch with a value" "camera-put txn=\$tt camera{ name=cam policy=geoblock catch=@u32:1 selectors{ iface=eth1 } }"
bad ERANGE "" "shared with a value" "camera-put txn=\$tt camera{ name=cam policy=geoblock shared=@u32:1 selectors{ iface=eth1 } }"
good "its own selector twice, put" "$(camera mac=02:ca:00:00:01:09 mac=02:ca:00:00:01:09)"
bad EEXIST '"cam"*02:ca:00:00:01:09' "the same, at commit" "txn-commit txn=\$tt"
good "another camera's address, put" "$(camera addr4=10.20.0.12)"
bad EEXIST '"gate"*10.20.0.12' "the same, at commit" "txn-commit txn=\$tt"
good "one of its own" "$(camera addr4=10.20.0.13)"
good "its subnet twice, put" "$(camera prefix4=10.20.1.0/24 prefix4=10.20.1.0/24)"
bad EEXIST '"cam"*10.20.1.0/24' "the same, at commit" "txn-commit txn=\$tt"
shared() { echo "camera-put txn=\$tt camera{ name=cam policy=geoblock shared selectors{ $* } }"; }
good "another camera's address, shared by one only, put" "$(shared addr4=10.20.0.12)"
bad EEXIST '"gate"*10.20.0.12' "the same, at commit" "txn-commit txn=\$tt"
good "a subnet of its own" "$(camera prefix4=10.20.1.0/24)"

section "Exemptions"
exemption() { echo "exemption-put txn=\$tt exemption{ name=ex $* }"; }
bad EINVAL '"ex"' "prefix length 33" "$(exemption "camera=gate remotes{ prefix4=0.0.0.0/33 }")"
bad EINVAL '"ex"' "prefix length 129" "$(exemption "camera=gate remotes{ prefix6=::/129 }")"
bad EINVAL '"ex"' "host bits" "$(exemption "camera=gate remotes{ prefix4=1.2.3.0/24 prefix4=1.2.3.4/24 }")"
bad EINVAL '"ex"' "host bits, IPv6" "$(exemption "camera=gate remotes{ prefix6=2001:250::1/64 }")"
bad EINVAL '"ex"' "padding that is not zero" "$(exemption "camera=gate remotes{ prefix4=@hex:%01%02%03%00%18%00%01%00 }")"
bad ERANGE "" "a prefix of 7 bytes" "$(exemption "camera=gate remotes{ prefix4=@zero:7 }")"
bad EINVAL '"ex"' "a v4-mapped prefix" "$(exemption "camera=gate remotes{ prefix6=::ffff:1.2.3.0/120 }")"
bad EINVAL '"ex"' "no remote" "$(exemption "camera=gate remotes{ }")"
bad ENOENT '"nobody"' "an unknown camera" "$(exemption "camera=nobody remotes{ prefix4=1.2.3.0/24 }")"
bad ENOENT '"nobody"' "an unknown policy" "$(exemption "policy=nobody remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "a camera and a policy" "$(exemption "camera=gate policy=geoblock remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "neither" "$(exemption "remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "ports of no protocol" "$(exemption "camera=gate ports=443 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "ports of icmp" "$(exemption "camera=gate proto=1 ports=443 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "ports 9-1" "$(exemption "camera=gate proto=6 ports=9-1 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "half a port" "$(exemption "camera=gate proto=6 ports=@zero:2 remotes{ prefix4=1.2.3.0/24 }")"
bad ERANGE "" "65 port ranges" "$(exemption "camera=gate proto=6 ports=@zero:260 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "ends before it begins" "$(exemption "camera=gate not-before=20 until=10 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "local ports of icmp" "$(exemption "camera=gate proto=1 local-ports=443 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "local ports 9-1" "$(exemption "camera=gate proto=6 local-ports=9-1 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "half a local port" "$(exemption "camera=gate proto=6 local-ports=@zero:2 remotes{ prefix4=1.2.3.0/24 }")"
bad ERANGE "" "65 ranges of local ports" "$(exemption "camera=gate proto=6 local-ports=@zero:260 remotes{ prefix4=1.2.3.0/24 }")"
good "local ports of udp" "$(exemption "camera=gate proto=17 local-ports=68,5000-5009 remotes{ prefix4=1.2.3.0/24 }")"
bad ERANGE "" "a fourth direction" "$(exemption "camera=gate direction=3 remotes{ prefix4=1.2.3.0/24 }")"
good "the third, both" "$(exemption "camera=gate direction=2 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "ICMP types of no protocol" "$(exemption "camera=gate icmp-types=8 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "ICMP types of tcp" "$(exemption "camera=gate proto=6 icmp-types=8 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"ex"' "no ICMP type" "$(exemption "camera=gate proto=1 icmp-types=@zero:0 remotes{ prefix4=1.2.3.0/24 }")"
bad ERANGE "" "17 ICMP types" "$(exemption "camera=gate proto=1 icmp-types=@zero:17 remotes{ prefix4=1.2.3.0/24 }")"
good "ICMP types of icmp" "$(exemption "camera=gate proto=1 icmp-types=0,8 remotes{ prefix4=1.2.3.0/24 }")"
good "16 of icmpv6" "$(exemption "camera=gate proto=58 icmp-types=@zero:16 remotes{ prefix6=2001:250::/64 }")"
bad ENOENT '"nowhere"' "an unknown set" "$(exemption "camera=gate remotes{ set=cn set=nowhere }")"
bad EINVAL '"cn"' "a set twice" "$(exemption "camera=gate remotes{ set=cn set=cn }")"
bad E2BIG '"ex"' "64 sets" "$(exemption "camera=gate remotes{ $(printf 'set=s%d ' {1..64}) }")"
bad ERANGE "" "the router with a value" "$(exemption "camera=gate remotes{ router=@u32:1 }")"
good "sets, the router and a prefix" "$(exemption "camera=gate remotes{ set=cn router set=spare prefix4=1.2.3.0/24 }")"
good "the router alone" "$(exemption "camera=gate remotes{ router }")"
good "one camera's, tcp 443" "$(exemption "camera=gate proto=6 ports=443 not-before=10 until=20 remotes{ prefix4=1.2.3.0/24 prefix6=2001:250::/64 }")"

section "Exemptions in several messages"
long() { echo "exemption-put txn=\$tt exemption{ name=long $* }"; }
bad EINVAL '"long"' "gone on with, but not begun" "$(long "remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"long"' "one prefix more than announced" "$(long "camera=gate count=1 remotes{ prefix4=1.2.3.0/24 prefix4=1.2.4.0/24 }")"
bad EINVAL '"long"' "none announced" "$(long "camera=gate count=0 remotes{ prefix4=1.2.3.0/24 }")"
bad EINVAL '"long"' "none announced, and none there" "$(long "camera=gate count=0")"
bad E2BIG '"long"' "262,145 prefixes announced" "$(long "camera=gate count=262145 remotes{ prefix4=1.2.3.0/24 }")"
bad E2BIG '"long"' "with the others', as many" "$(long "camera=gate count=262144 remotes{ prefix4=1.2.3.0/24 }")"
bad E2BIG '"long"' "remotes of more than 60 KiB" "$(long "camera=gate count=2561 remotes{ prefix6*2561=2001:250::/128 }")"
good "of 60 KiB" "$(long "camera=gate count=2560 remotes{ prefix6*2560=2001:250::/128 }")"
good "begun again, four announced" "$(long "camera=gate count=4 remotes{ set=cn prefix4=1.2.3.0/24 }")"
bad EINVAL '"long"' "a protocol in the middle" "$(long "proto=6 remotes{ prefix4=1.2.4.0/24 }")"
bad EINVAL '"long"' "a count in the middle" "$(long "count=4 remotes{ prefix4=1.2.4.0/24 }")"
bad EINVAL '"long"' "a set in the middle" "$(long "remotes{ prefix4=1.2.4.0/24 set=spare }")"
bad EINVAL '"long"' "the router in the middle" "$(long "remotes{ prefix4=1.2.4.0/24 router }")"
bad EINVAL '"long"' "nothing in the middle" "$(long "remotes{ }")"
bad EINVAL '"long"' "host bits in the middle" "$(long "remotes{ prefix4=1.2.4.0/24 prefix4=1.2.5.1/24 }")"
bad EINVAL '"long"' "more than are still to come" "$(long "remotes{ prefix4*4=1.2.4.0/32 }")"
good "two of the three" "$(long "remotes{ prefix4=1.2.4.0/24 prefix6=2001:250::/64 }")"
bad EINVAL '"long" lacks 1 ' "commit, one short of announced" "txn-commit txn=\$tt"
good "the last one" "$(long "remotes{ prefix4=1.2.5.0/24 }")"
bad EINVAL '"long"' "and one more" "$(long "remotes{ prefix4=1.2.6.0/24 }")"

section "Options"
options() { echo "options-put txn=\$tt options{ $* }"; }
bad ENOENT '"nowhere"' "a site of an unknown policy" "$(options site=nowhere)"
bad EINVAL '"isolate"' "a site of a policy whose default is drop" "$(options site=isolate)"
good "of one whose default is pass" "$(options site=geoblock)"
for prefix in "2001:db8::/33 length 33" "2001:db8::/128 length 128" "2001:db8::/0 length 0" "2001:db8:1::/32 host bits" \
	"2001:db8:0:0:100::/96 bits 64 to 71"; do
	bad EINVAL "options" "NAT64 ${prefix%% *}, ${prefix#* }" "$(options "nat64{ prefix6=${prefix%% *} }")"
done
bad E2BIG "options" "17 NAT64 prefixes" "$(options "nat64{ prefix6*17=2001:db8::/96 }")"
bad EINVAL "" "an IPv4 prefix among them" "$(options "nat64{ #1=@zero:8 }")"
good "the well-known prefix" "$(options "nat64{ prefix6=64:ff9b::/96 }")"
good "a site, and every length" "$(options "site=geoblock nat64{ $(printf 'prefix6=2001:db8::/%d ' 32 40 48 56 64) prefix6=2001:db8:0:0:1::/96 }")"
good "none" "$(options)"

section "What is in use, and what is not there"
for kind in set policy camera exemption; do
	bad ENOENT '"nope"' "an unknown $kind deleted" "$kind-del txn=\$tt $kind{ name=nope }"
done
nl "txn-abort txn=\$tt"
nl "sock 3"
for row in "set cn geoblock" "policy geoblock gate" "camera gate vendor"; do
	read -r kind name user <<<"$row"
	nl "uu:= txn-begin"
	good "$kind $name deleted, staged" "$kind-del txn=\$uu $kind{ name=$name }"
	bad EBUSY "\"$name\"*\"$user\"" "but $user uses it" "txn-commit txn=\$uu"
	nl "txn-abort txn=\$uu"
done

section "What only the commit sees"
# commit TEXT MESSAGE...: what goes into a transaction, and that all of it is taken
commit() {
	local text=$1 message
	shift

	nl "uu:= txn-begin"
	for message; do good "$text" "$message"; done
	good "$text, committed" "txn-commit txn=\$uu"
	sum
	BEFORE=$SUM
}
# refused ERRNO SENTENCE TEXT MESSAGE...: each is taken, their commit is not
refused() {
	local errno=$1 sentence=$2 text=$3 message
	shift 3

	nl "uu:= txn-begin"
	for message; do good "$text, staged" "$message"; done
	bad "$errno" "$sentence" "$text" "txn-commit txn=\$uu"
	nl "txn-abort txn=\$uu"
}
shared() { echo "camera-put txn=\$uu camera{ name=$1 policy=geoblock ${2:-} selectors{ prefix4=10.20.1.0/24 } }"; }
site() { echo "policy-put txn=\$uu policy{ name=guests default=$1 action=0 block{ name=cn } }"; }
OPTIONS="options-put txn=\$uu options{ site=guests nat64{ prefix6=2001:db8::/32 } }"
NONE="options-put txn=\$uu options{ }"
refused EEXIST '"aa"*"bb"*10.20.1.0/24' "a subnet of two cameras, shared by one" "$(shared aa shared)" "$(shared bb)"
commit "shared by both" "$(shared aa shared)" "$(shared bb shared)"
refused EINVAL '"guests"' "a site whose default becomes drop" "$(site 0)" "$OPTIONS" "$(site 1)"
commit "one whose default stays pass" "$(site 0)" "$OPTIONS"
refused EINVAL '"guests"' "the default of the site in force" "$(site 1)"
refused EBUSY '"guests"*site' "the site's policy deleted" "policy-del txn=\$uu policy{ name=guests }"
commit "with the site" "$NONE" "policy-del txn=\$uu policy{ name=guests }" \
	"camera-del txn=\$uu camera{ name=aa }" "camera-del txn=\$uu camera{ name=bb }"
WIDE="exemption-put txn=\$uu exemption{ name=wide camera=gate remotes{ set=spare } }"
refused EBUSY '"spare"*"wide"' "an exemption's set deleted" "$WIDE" "set-del txn=\$uu set{ name=spare }"
commit "left alone" "$WIDE"
commit "deleted with the exemption" "exemption-del txn=\$uu exemption{ name=wide }" "set-del txn=\$uu set{ name=spare }"

section "A long exemption in force"
# How many messages tell what is in force.
dumped() {
	DUMPED=${BEFORE#*messages=}
	DUMPED=${DUMPED%% *}
}
whole() { echo "exemption-put txn=\$uu exemption{ name=long camera=gate count=6000 direction=1 remotes{ set=cn router $* } }"; }
go_on() { echo "exemption-put txn=\$uu exemption{ name=long remotes{ $* } }"; }
dumped
without=$DUMPED
commit "in three chunks" "$(whole "prefix6*2500=2001:250::/128")" \
	"$(go_on "prefix6*2500=2001:250::9c4/128")" "$(go_on "prefix4*1000=1.0.0.0/32")"
# 60 KiB less a set and the router are 2,559 prefixes of 24 bytes, then 60 KiB are
# 2,441 and 238 of 12, then 762 are left.
dumped
equal "messages it comes in" $((DUMPED - without)) 3
first=${BEFORE#*messages=}
commit "in other chunks" "$(whole "prefix6*1=2001:250::/128")" "$(go_on "prefix6*2000=2001:250::1/128")" \
	"$(go_on "prefix6*2000=2001:250::7d1/128")" \
	"$(go_on "prefix6*999=2001:250::fa1/128 prefix4*1000=1.0.0.0/32")"
equal "the same comes back" "${BEFORE#*messages=}" "$first"
commit "deleted, and the set put again" "exemption-del txn=\$uu exemption{ name=long }" \
	"set-put txn=\$uu set{ name=spare count4=1 ranges4=8.8.8.8 }"

section "All of it deleted"
nl "uu:= txn-begin"
bad EINVAL "cameras" "a commit that expects two cameras" "txn-commit txn=\$uu counts{ cameras=2 }"
good "deleted with all that uses them" "exemption-del txn=\$uu exemption{ name=vendor }"
good "the camera" "camera-del txn=\$uu camera{ name=gate }"
good "the policy" "policy-del txn=\$uu policy{ name=geoblock }"
good "the set" "set-del txn=\$uu set{ name=cn }"
good "and committed" "txn-commit txn=\$uu counts{ sets=1 policies=1 cameras=0 exemptions=0 }"

section "Who may not"
sum
BEFORE=$SUM
# as SENTENCE TEXT COMMAND...: what rawnl says under it
as() {
	local text=$2 want="err EPERM$1"
	shift 2
	for message in "${MESSAGES[@]}"; do
		ANSWER=$("$@" "$RAWNL" <<<"$message")
		REFUSED=$((REFUSED + 1))
		# shellcheck disable=SC2053
		if [[ $ANSWER == $want ]]; then ok "$text, $message: $ANSWER"
		else nok "$text, $message" "$ANSWER, want $want"; fi
	done
}
MESSAGES=(info-get txn-begin ruleset-flush "ruleset-get .dump" "stats-get .dump")
as "*" "nobody" setpriv --reuid=65534 --regid=65534 --clear-groups
as "*" "root of a user namespace" unshare -U -r
# Linux 6.1 takes no sentence from the start of a dump.
as "*" "root of a user and a network namespace" unshare -U -r -n
MESSAGES=(info-get txn-begin ruleset-flush)
as "*\"*userns=1*\"*" "root of a user and a network namespace" unshare -U -r -n
sum
equal "nothing changed" "$SUM" "$BEFORE"
for message in info-get txn-begin "ruleset-get .dump" "stats-get .dump" ruleset-flush; do
	good "root, $message" "$message"
done
equal "nothing in force" "$("$CAMFENCE" -j status | tr -d ' \n' | grep -o '"in-force":[a-z]*')" \
	'"in-force":false'

section "No module"
module_unload
status=0
said=$("$CAMFENCE" status 2>&1) || status=$?
equal "exit status" $status 3
check "the remedy: $said" grep -q modprobe <<<"$said"
module_load
check "twin: loaded again" "$CAMFENCE" status
