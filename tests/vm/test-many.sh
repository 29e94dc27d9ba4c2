#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ten thousand prefixes of one exemption, ten thousand exemptions of one camera.
set -euo pipefail
. tests/vm/lib.sh
. tests/vm/gate.sh
trap finish EXIT

gate_up
cf camera add vault mac "${MAC[cam-iso]}" addr "${ADDR4[cam-iso]}" addr "${ADDR6[cam-iso]}" policy approve

section "Ten thousand prefixes"
mapfile -t MANY < <(awk 'BEGIN {
	for (i = 0; i < 10000; i++) {
		if (i % 500 == 0)
			printf "%sremote\n", (i ? "\n" : "")
		printf "%s", (i % 500 ? "," : "")
		if (i < 5000)
			printf "5.%d.%d.0/25", i / 256, i % 256
		else
			printf "2a00:%x::/48", i
	}
	print "" }')
out_of() { echo "from=cam-iso at=inet proto=udp dst=$1 sport=$PORT"; }
next
QUIET=1 cf exemption add many camera vault "${MANY[@]}" until permanent reason tests by tests
for dst in 5.0.0.0 5.0.255.127 5.9.13.1 5.19.135.127 2a00:1388::1 2a00:1f00:0:ffff::1 2a00:270f::1; do
	by exemption expect_pass "$dst" "$(out_of $dst)"
done
for dst in 4.255.255.255 5.0.0.128 5.19.136.0 2a00:1387::1 2a00:1388:1::1 2a00:2710::1; do
	by default_drop expect_drop "$dst" "$(out_of $dst)"
done
cf exemption delete many
by default_drop expect_drop "none left" "$(out_of 5.0.0.0)"
cf exemption add wide camera vault remote 4.0.0.0/7,2a00::/16 until permanent reason "the twin" by tests
twin "everything exempted"
cf exemption delete wide

section "Ten thousand exemptions"
cf camera delete vault
{
	echo "tt:= txn-begin"
	echo "camera-put txn=\$tt camera{ name=vault policy=approve selectors{ addr4=${ADDR4[cam-iso]} addr6=${ADDR6[cam-iso]} } }"
	for ((i = 0; i < 10000; i++)); do
		echo "exemption-put txn=\$tt exemption{ name=many-$i camera=vault remotes{ prefix4=5.$((i / 256)).$((i % 256)).0/25 } }"
	done
	echo "txn-commit txn=\$tt"
} >"$WORK/many"
"$RAWNL" <"$WORK/many" >"$WORK/many.out"
equal "put, and committed: errors" "$(grep -cv '^ok' "$WORK/many.out" || true)" 0
for dst in 5.0.0.1 5.19.136.1 5.39.15.127; do
	expect_pass "$dst" "$(out_of $dst)"
done
for dst in 5.0.0.128 5.39.16.0 4.255.255.255; do
	expect_drop "$dst" "$(out_of $dst)"
done
equal "counted by the exemptions" "$("$CAMFENCE" -j stats |
	jq -r '[.exemptions[] | select(.packets > 0) | "\(.name)=\(.packets)"] | sort | join(" ")')" \
	"many-0=1 many-5000=1 many-9999=1"
cf flush
twin "flush"
