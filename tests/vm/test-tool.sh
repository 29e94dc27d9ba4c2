#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool against the module, without a packet: what is put comes back as it
# was typed, what is refused changes nothing and says what would help.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/ruleset.sh
trap finish EXIT

module_load
printf '%s\n' 1.2.0.0/16 2001:250::/32 >"$WORK/cn"
printf '%s\n' 10.20.9.10 fd00:20:9::10 >"$WORK/nvr"
M=00:00:5e:00:53:01

section "Sets and policies"
cf set load cn "$WORK/cn"
for set in nvr clock; do cf set load $set "$WORK/nvr"; done
cf policy set isolate default drop action reject allow nvr comment "the halls"
listed "reject" 'policy isolate default drop action reject allow nvr block none comment "the halls"'
told "a set that is not there" 'did you mean "clock"?' policy set isolate service ntp@clok
told "onvif without a set" "name it behind an @: onvif@nvr" policy set isolate service onvif
cf policy set isolate service dhcp,ntp@clock,onvif@nvr
listed "services" 'policy isolate default drop action reject allow nvr block none service dhcp,ntp@clock,onvif@nvr comment "the halls"'
check "what they stand for is not listed" has '.exemptions == []' exemption list
check "but counted" has '.counts.exemptions == 8 and ."service-exemptions" == 8' status
cf policy set isolate action drop comment changed
listed "they stay" 'policy isolate default drop action drop allow nvr block none service dhcp,ntp@clock,onvif@nvr comment changed'
cf policy set isolate service ntp@clock,dhcp@nvr
listed "they are replaced" 'policy isolate default drop action drop allow nvr block none service dhcp@nvr,ntp@clock comment changed'
told "a set in a service" 'policy "isolate" has service ntp@clock' set delete clock
told "a part of a service" "is a part of a service" exemption delete service:ntp:00000000.0
cf policy set isolate service none
cf set delete clock
cf policy set gone service dhcp,dns
cf policy delete gone
check "a policy's services go with it" has '.counts.exemptions == 0' status

section "Cameras: every selector"
cf camera add all mac $M addr 10.20.0.1 addr fd00:20::1 net 10.20.1.0/24 net fd00:21::/64 oui 00:00:5e \
	oui 00:00:5e:a oui 00:00:5e:00:5 iif lan7 policy geoblock key K1 comment "all of them"
listed "as typed" "camera all mac $M addr 10.20.0.1 addr fd00:20::1 net 10.20.1.0/24 net fd00:21::/64 oui 00:00:5e oui 00:00:5e:a oui 00:00:5e:00:5 iif lan7 policy geoblock key K1 comment \"all of them\""
for pair in "mac 00005e005301" "addr 10.20.0.1" "net fd00:21::/64" "oui 00-00-5E-A" "iif lan7"; do
	# shellcheck disable=SC2086 # two words
	told "another's $pair" 'is camera "all" already' camera add two mac 00:00:5e:00:53:02 $pair policy geoblock
done
told "the way out" "if that is meant: --force=shared" camera add two mac $M policy geoblock
cf camera add two mac $M net 10.20.1.0/24 policy geoblock --force=shared
listed "shared" "camera two mac $M net 10.20.1.0/24 policy geoblock --force=shared"
check "by both, and the other kept the rest" has '.cameras | map(select(.name == "all")) |
	.[0].shared and .[0].key == "K1" and (.[0].oui | length) == 3' camera list
told "it is there already" 'camera "two" exists already' camera add two iif lan8 policy geoblock
told "one family" "--force=one-family" camera add four addr 10.20.0.4 policy geoblock
cf camera add four addr 10.20.0.4 policy geoblock --force=one-family
listed "one family, forced" "camera four addr 10.20.0.4 policy geoblock"

section "Catches are no cameras"
cf catch add makers oui 00:00:5e iif lan7 policy isolate
listed "with a camera's selectors" "catch makers oui 00:00:5e iif lan7 policy isolate"
told "a camera of its name" 'catch "makers" exists already' camera add makers iif lan9 policy geoblock
told "a catch of a camera's" 'camera "all" exists already' catch add all iif lan9 policy geoblock
told "deleted as a camera" "it is a catch: camfence catch delete 'makers'" camera delete makers
told "a camera as a catch" "it is a camera" catch delete all
told "another catch's" 'oui 00:00:5e is catch "makers" already' catch add more oui 00:00:5e policy isolate
cf catch add more oui 00:00:5e policy isolate --force=shared
check "lists apart" has '([.cameras[].name] == ["all", "four", "two"]) and ([.catches[].name] == ["makers", "more"])' list ruleset
check "counters apart" has '([.cameras[].name] == ["all", "four", "two"]) and ([.catches[].name] == ["makers", "more"])' stats
told "a policy in use by one" 'catch "makers" is under it' policy delete isolate

section "Exemptions"
cf exemption add each camera makers remote 203.0.113.7,router,2001:db8::/32 remote set nvr dir both proto udp \
	port 53,100-200 local-port 1024-65535 not-before 2020-01-01 until 2199-12-31 reason "a reason" by tests comment c
listed "as typed, to the end of the day" 'exemption each camera makers remote 203.0.113.7,2001:db8::/32 remote set nvr remote router dir both proto udp port 53,100-200 local-port 1024-65535 not-before 2020-01-01T00:00:00Z until 2200-01-01T00:00:00Z reason "a reason" by tests comment c'
cf exemption add ping policy isolate remote router dir in proto icmpv6 icmp-type 128,nd-redirect,200 until permanent reason r by tests
listed "ICMP types" "exemption ping policy isolate remote router dir in proto icmpv6 icmp-type echo-request,nd-redirect,200 until permanent reason r by tests"
told "of a camera that is not there" 'there is no camera "al"' exemption add no camera al remote router until permanent reason r by tests
told "for a set that is not there" "camfence set load 'nvt'" exemption add no camera all remote set nvt until permanent reason r by tests
cf policy set isolate allow none
told "a set in use by one" 'exemption "each" is for it' set delete nvr
told "a catch in use by one" 'exemption "each" is for it' catch delete makers
told "a policy in use by one" 'is under it' policy delete isolate

section "10,000 prefixes"
many=()
for i in {0..39}; do
	many+=(remote "$(printf "10.$i.%d.0/24," {0..247})2001:db8:$i::/64,10.$i.250.0/24")
done
QUIET=1 cf exemption add many camera all "${many[@]}" until permanent reason r by tests
check "all of them come back" has '.exemptions | map(select(.name == "many")) | .[0].remote |
	length == 10000 and (unique | length) == 10000' exemption list
check "and are counted" has '.counts.prefixes == 10002' status
check "a table shows some" grep -q "10.0.0.0/24,10.0.1.0/24,10.0.2.0/24,and 9997 more " <("$CAMFENCE" exemption list)
cf exemption delete many
check "and none is left" has '.counts.prefixes == 2' status

section "Options"
told "a default that is not pass" "default drop is not for a site" option set site isolate
told "a policy that is not there" 'did you mean "geoblock"?' option set site geoblok
cf option set site geoblock
cf option set nat64 2001:db8:64::/96,2001:db8::/32
listed "the other one is kept" "option site geoblock nat64 2001:db8:64::/96,2001:db8::/32"
told "the site's policy" "default drop is not for a site" policy set geoblock default drop
cf camera delete all
cf camera delete two
cf camera delete four
told "the site's policy" "camfence option set site none" policy delete geoblock
cf option set site none
listed "and again" "option nat64 2001:db8:64::/96,2001:db8::/32"
cf policy delete geoblock
cf option set site audit
listed "a policy that comes with it" "policy audit default pass action audit allow none block cn"
cf option set site none nat64 none
unlisted "none" "option nat64 2001:db8:64::/96,2001:db8::/32"
check "null and empty" has '.options == {site: null, nat64: []}' option list

section "A hole that only looks like a service is shown"
cf policy set isolate service ntp
part=service:ntp:30a5b084.0
rawnl_start
nl_ok "begun" "tt:= txn-begin"
nl_ok "all of the internet as ntp" \
	"exemption-put txn=\$tt exemption{ name=$part policy=isolate remotes{ prefix4=0.0.0.0/0 } comment=ntp }"
nl_ok "committed" "txn-commit txn=\$tt"
check "it is no service" has '.policies | map(select(.name == "isolate")) | .[0].services == []' policy list
listed "but a hole" "exemption $part policy isolate remote 0.0.0.0/0 until permanent comment ntp"
cf policy set isolate service ntp
check "set again, it is one" has '.policies | map(select(.name == "isolate")) | .[0].services == ["ntp"]' policy list
unlisted "and no hole" "exemption $part policy isolate remote 0.0.0.0/0 until permanent comment ntp"

section "Deleted"
cf exemption delete each
cf exemption delete ping
cf catch delete makers
cf catch delete more
cf policy delete isolate
check "all of it" has '.cameras == [] and .catches == [] and .exemptions == []' list ruleset
check "and no part of a service" has '.counts.exemptions == 0 and .counts.cameras == 0' status
