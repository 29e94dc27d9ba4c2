#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Guards: what is refused unless it is meant, each beside what differs in one respect and is not, and with --force.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/gate.sh
. tests/vm/ruleset.sh
trap finish EXIT

FORCED=
gate_up
PC=${ADDR4[pc]}

# guarded GUARD TEXT COMMAND...: refused, with nothing changed, and done where it is forced
guarded() {
	told "$2" "--force=$1" "${@:3}"
	check "  but not by force" "$CAMFENCE" --force="$1" "${@:3}"
}

list() { printf '%s\n' "${@:2}" >"$WORK/$1"; }

section "Sets"
: >"$WORK/blank"
guarded empty "a list without an address" set load blank "$WORK/blank"
list cn 1.2.0.0/17 2001:250::/33
cf set load cn "$WORK/cn"
ok "half of it is as much as half of it"
list cn 1.2.0.0/17 2001:250::/35
guarded shrunk "a quarter, of IPv6" set load cn "$WORK/cn"
list cn 1.2.0.0/17
guarded shrunk "IPv6 forgotten" set load cn "$WORK/cn"
list most 0.0.0.0/1 128.0.0.0/1
guarded coverage "all of it in two halves" set load most "$WORK/most"
list most 0.0.0.0/2
cf --force=shrunk set load most "$WORK/most"
told "one address more than that, added" "--force=coverage" set add most 64.0.0.0/2

section "Own addresses"
list mine 192.0.2.0-192.0.2.9
cf set load mine "$WORK/mine"
guarded own-address "the router's" policy set mine block mine
told "likewise where the set is new to it" "192.0.2.1 in it, the router's own (wan0)" set add mine 192.0.2.9-192.0.2.11
cf policy delete mine
cf set remove mine 192.0.2.1
cf policy set mine block mine
ok "the same without this one"
list cams "${ADDR4[cam-both]}"
cf set load cams "$WORK/cams"
guarded own-address "a camera's" policy set mine block cams
cf policy delete mine
list cams 10.20.99.1
cf --force=shrunk set load cams "$WORK/cams"
cf policy set mine block cams
guarded own-address "a camera that comes later" camera add late addr 10.20.99.1 addr fd00:20::99 policy geoblock
cf camera set late addr 10.20.99.2 addr fd00:20::99
ok "another address"
cf camera delete late
cf policy delete mine

section "The connection that it is typed on"
list admins "$PC"
cf set load admins "$WORK/admins"
cf policy set admins block admins
SSH="$PC 50000 10.20.0.1 22"
KNOCK="from=pc at=router proto=tcp sport=50000 dst=10.20.0.1 dport=22"
# typed COMMAND...: on it; sudo: by what has nothing in its environment, and whose parent has
typed() { SSH_CONNECTION=$SSH "$@"; }
sudo() { SSH_CONNECTION=$SSH bash -c 'env -i "$@"; exit $?' - "$@"; }
refused() { # TEXT SENTENCE HOW COMMAND...
	local said status=0

	said=$("$3" "$CAMFENCE" "${@:4}" 2>&1) || status=$?
	if ((status == 1)) && [[ $said == *"$2"*"--force=connection"* ]]; then ok "$1"; else nok "$1" "status $status: $said"; fi
}
refused "site blocks the admin" 'policy "admins": would drop the SSH connection from '"$PC" typed option set site admins
refused "behind sudo" 'policy "admins": would drop' sudo option set site admins
equal "nothing has changed" "$("$CAMFENCE" -j list ruleset | jq -c .options.site)" null
SSH="$PC 50000 10.99.0.1 22"
check "one that ends elsewhere" typed "$CAMFENCE" option set site admins
SSH="$PC 50000 10.20.0.1 22"
cf option set site none
check "by force" sudo "$CAMFENCE" option set site admins --force=connection
expect_drop "and it is so" "$KNOCK"
cf option set site none
twin "no site"
refused "the admin's host becomes a camera" 'it is of camera office' typed camera add office mac "${MAC[pc]}" policy isolate
refused "behind sudo" 'it is of camera office' sudo camera add office mac "${MAC[pc]}" policy isolate
refused "it is caught" 'it is of camera lan' sudo catch add lan iif lan0 policy isolate
check "a camera that may talk to the router" sudo "$CAMFENCE" camera add office mac "${MAC[pc]}" policy geoblock
cf --force=connection camera set office policy isolate
expect_drop "what was refused is so" "$KNOCK"
cf camera delete office
twin "no camera"

section "Policies and exemptions"
cf policy set open
guarded blocks-nothing "a policy that passes everything" camera set gate policy open
cf camera set gate policy geoblock
hole=(camera gate remote 1.2.3.4 until permanent reason r by t)
guarded all-ports "every port of a public address" exemption add all "${hole[@]}"
guarded unreachable "the same again" exemption add all2 --force=all-ports "${hole[@]}"
cf exemption delete all
cf exemption delete all2
cf exemption add one "${hole[@]}" proto tcp port 443
ok "one port"
list cn 1.2.0.0/17 10.20.9.10
cf set load cn "$WORK/cn"
cf exemption add local camera gate remote 10.20.9.10 until permanent reason r by t
ok "every port of a private address"
guarded unreachable "it is not blocked" exemption add no camera gate remote 9.9.9.9 proto tcp port 443 until permanent reason r by t
guarded wide "more than a /8" exemption replace no camera gate remote 1.0.0.0/8,2.0.0.0/24 proto tcp port 443 \
	until permanent reason r by t
cf exemption replace no camera gate remote 1.0.0.0/8 proto tcp port 443 until permanent reason r by t
ok "a /8"

section "Batches"
list batch "policy set open2" "catch add lan iif lan9 policy open2"
told "by file and line" "$WORK/batch:1: policy" -b "$WORK/batch"
list batch "policy set open2" "catch add lan iif lan9 policy open2 --force=blocks-nothing"
cf -b "$WORK/batch"
ok "one that says that it is meant"

section "A configuration"
cf save "$WORK/saved"
check "what is saved says what is meant" grep -q "force: \[blocks-nothing\]" "$WORK/saved"
guarded flush "to take it out of force" flush
cf apply "$WORK/saved"
ok "applied without force"
sed 's/^sets:/&\n  wan: {ranges: 192.0.2.1}/; s/^policies:/&\n  wan: {block: wan}/' "$WORK/saved" >"$WORK/conf"
check "check asks no kernel" "$CAMFENCE" check "$WORK/conf"
told "apply does" "$WORK/conf:" apply "$WORK/conf"
told "and names it" "--force=own-address" apply "$WORK/conf"
cf apply "$WORK/conf" --force=own-address
equal "what stays is not looked at" "$("$CAMFENCE" apply "$WORK/conf")" "nothing to do"
equal "it is kept with the ruleset" "$(jq -c '.applied[0].forced' /var/lib/camfence/applied.json)" '["own-address"]'
cf flush --force=flush
sed -i 's/wan: {ranges: 192.0.2.1}/wan: {ranges: 192.0.2.1, force: own-address}/' "$WORK/conf"
cf apply "$WORK/conf"
ok "said for good"
