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
bad EINVAL "missing" "a put of nothing" "set-put txn=\$tt"
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
bad ERANGE "" "an unknown action" "$(policy "default=0 action=2")"
bad EINVAL "default" "no default" "$(policy "action=0")"
good "a set that is there" "$(policy "default=0 action=0 block{ name=cn }")"

section "Cameras"
camera() { echo "camera-put txn=\$tt camera{ name=cam policy=geoblock selectors{ $* } }"; }
bad EINVAL '"cam"' "MAC zero" "$(camera mac=00:00:00:00:00:00)"
bad EINVAL '"cam"' "a multicast MAC" "$(camera mac=01:00:5e:00:00:01)"
bad EINVAL '"cam"' "the broadcast MAC" "$(camera mac=ff:ff:ff:ff:ff:ff)"
bad ERANGE "" "a MAC of 5 bytes" "$(camera mac=@zero:5)"
bad EINVAL '"cam"' "address 0.0.0.0" "$(camera addr4=0.0.0.0)"
bad EINVAL '"cam"' "a multicast address" "$(camera addr4=224.0.0.9)"
bad EINVAL '"cam"' "a multicast address, IPv6" "$(camera addr6=ff02::1)"
bad EINVAL '"cam"' "address ::" "$(camera addr6=::)"
bad EINVAL '"cam"' "a v4-mapped address" "$(camera addr6=::ffff:1.2.3.4)"
bad EINVAL '"cam"' "no selector" "$(camera)"
bad EINVAL '"cam"' "no selectors' nest" "camera-put txn=\$tt camera{ name=cam policy=geoblock }"
bad EINVAL '"cam"' "65 selectors" "$(camera "$(printf 'addr4=10.9.0.%d ' {1..65})")"
bad EINVAL "policy" "no policy" "camera-put txn=\$tt camera{ name=cam selectors{ mac=02:ca:00:00:01:09 } }"
bad ENOENT '"nowhere"' "an unknown policy" "camera-put txn=\$tt camera{ name=cam policy=nowhere selectors{ mac=02:ca:00:00:01:09 } }"
good "a selector and a policy" "$(camera mac=02:ca:00:00:01:09)"
good "its own selector twice, put" "$(camera mac=02:ca:00:00:01:09 mac=02:ca:00:00:01:09)"
bad EEXIST '"cam"*02:ca:00:00:01:09' "the same, at commit" "txn-commit txn=\$tt"
good "another camera's address, put" "$(camera addr4=10.20.0.12)"
bad EEXIST '"gate"*10.20.0.12' "the same, at commit" "txn-commit txn=\$tt"
good "one of its own" "$(camera addr4=10.20.0.13)"

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
good "one camera's, tcp 443" "$(exemption "camera=gate proto=6 ports=443 not-before=10 until=20 remotes{ prefix4=1.2.3.0/24 prefix6=2001:250::/64 }")"

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
