# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the parts of the benchmarks that run under scripts/uml have in common; they source it in the project's directory.

# bench_prepare TARGET…: makes these and the module, and sets LISTS for whoever sources this
bench_prepare() {
	local release

	scripts/deps build kernel bench
	# shellcheck disable=SC2034
	LISTS=$(tests/bench/lists)
	make modules-uml "$@"
	release=$(<"$(scripts/kernel uml)/release")
	echo "User Mode Linux $release: one processor, no LOCK prefix, hweight in software, no mitigations, slow system calls"
	sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1
	dpkg-query -W -f '${Package} ${Version}, ' nftables ipset iptables tor-geoipdb | sed 's/, $/\n/'
}

# bench_run NAME FIGURES SCRIPT: runs it in there; it writes /mnt/figures and ends with the closing line
bench_run() {
	local results=build/results/bench-$1 status=0

	rm -rf "$2" "$results"
	scripts/uml --results "$results" --mem 5G --timeout 7200 -- sh -c "$3" || status=$?
	[[ ! -e $results/figures ]] || cp "$results/figures" "$2"
	[[ -e $2 ]] || echo "0 passed, 1 failed"
	return $status
}
