#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The real list, as Debian ships it: for 1,000 addresses drawn from it and from
# around its edges, Python's ipaddress, "set test" and the packets agree.
set -euo pipefail
. tests/vm/lib.sh
trap finish EXIT

GEOIP=/usr/share/tor/geoip
seed=${SEED:-$(date +%s)}

module_load
topology
cf set load cn $GEOIP ${GEOIP}6 country CN,HK,MO
cf camera add dock mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
	policy geoblock

section "1,000 addresses, seed $seed"
grep -hE ',(CN|HK|MO)$' $GEOIP ${GEOIP}6 >"$WORK/rows"
python3 tests/vm/sample.py "$seed" 1000 <"$WORK/rows" >"$WORK/sample"
equal "drawn" "$(wc -l <"$WORK/sample")" 1000
in=$(grep -c ' in ' "$WORK/sample")
check "of them in the list: $in" test "$in" -ge 300 -a "$in" -le 900

mapfile -t addrs < <(cut -d' ' -f1 "$WORK/sample")
status=0
"$CAMFENCE" set test cn "${addrs[@]}" >"$WORK/told" || status=$?
equal "set test answers no: not all are" $status 4
sed -E 's/^([^ ]+) is in set cn.*/\1 in/; s/^([^ ]+) is not in set cn.*/\1 out/' "$WORK/told" \
	>"$WORK/told.short"
cut -d' ' -f1,2 "$WORK/sample" >"$WORK/true.short"
if diff "$WORK/true.short" "$WORK/told.short" >"$WORK/diff"; then
	ok "set test agrees with ipaddress on 1000 of 1000"
else
	nok "set test and ipaddress differ" "$(head -n 5 "$WORK/diff")"
fi
mapfile -t addrs < <(awk '$2 == "in" { print $1 }' "$WORK/sample")
check "set test answers yes where all are" "$CAMFENCE" set test cn "${addrs[@]}" >/dev/null

section "Packets to 100 of them"
awk '$3 && n[$2 (/:/ ? 6 : 4)]++ < 25 {
	printf "tag=%s/%s from=cam-both at=inet proto=udp dst=%s dport=443\n", $1, $2, $1
}' <(shuf --random-source=<(yes "$seed") "$WORK/sample") >"$WORK/batch"
equal "sent" "$(wc -l <"$WORK/batch")" 100
mark cam-both
ask batch "$WORK/batch"
since
wrong=$(grep -cvE '/in absent$|/out seen$' "$WORK/batch.out" || true)
equal "decided otherwise than ipaddress says" "$wrong" 0
((wrong == 0)) || grep -vE '/in absent$|/out seen$' "$WORK/batch.out" | head -n 5
blocked=$(grep -c 'absent$' "$WORK/batch.out")
equal "did not arrive" "$blocked" 50
equal "and were counted" "${CNT[reasons:block:packets]}" "$blocked"
cf camera delete dock
ask batch "$WORK/batch"
equal "twin, camera deleted: arrived" "$ANSWER" "ok 100 100"
