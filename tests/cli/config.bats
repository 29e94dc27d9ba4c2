#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The configuration, without kernel and privilege. There is one that is right; every mistake is that one, changed in a
# single respect by sed, and held to the whole of what is said about it.

# shellcheck disable=SC2154,SC2016 # output is bats', $ is sed's
bats_require_minimum_version 1.5.0

setup() {
	C=${CAMFENCE:-$BATS_TEST_DIRNAME/../../build/camfence}
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir parts
	printf '192.0.2.0/24\n198.51.100.0/24 # office\n' >cn.txt
	printf '16777216,16777471,HK\n3232235776,3232236031,NO\n16777472,16778239,CN\n' >geo.csv
	printf 'sets: {more: {ranges: 192.0.2.1}}\n' >parts/a.yaml
	cat >cameras.csv <<-CSV
		Navn;MAC-adresse;Forvaltning;addr
		hal 2;00:00:5e:00:53:11, 00-00-5e-00-53-12;Kultur;
		"dør ""1""";00005e005313;"Teknik;
		Miljø";10.20.0.14
		;00:00:5e:00:53:14;;

	CSV
	cat >conf.yaml <<-YAML
		version: 1
		lockdown: [eth1, eth2]
		nat64: 2001:db8:64::/96
		site: geoblock
		include: parts/*.yaml
		sets:
		  cn: {source: cn.txt, max-age: 120d}
		  hk: {source: [geo.csv], format: geoip, country: [HK, NO]}
		  nvr:
		    ranges:
		    - 10.20.9.10/32
		    - "fd00:20:9::"
		policies:
		  isolate: {allow: nvr, services: [dhcp, onvif@nvr]}
		  strict: {default: drop, action: reject, block: [cn, hk], comment: "a b"}
		catch:
		  unknown: {oui: "00:00:5e", iif: [eth3], policy: isolate, key: k}
		inventory:
		- file: cameras.csv
		  columns: {name: Navn, mac: MAC-adresse, owner: Forvaltning}
		  policy: isolate
		cameras:
		  hall-1: {mac: "00:00:5e:00:53:01", policy: approve}
		  gate:
		    addr: [10.20.0.12]
		    policy: audit
		    one-family: true
		  twin-a: {net: 10.21.0.0/24, iif: eth4, policy: strict, shared: true}
		  twin-b: {iif: eth4, policy: strict, shared: true, comment: c}
		exemptions:
		  hall-1-fw:
		    camera: hall-1
		    remote: [203.0.113.7/32, router, {set: nvr}]
		    dir: both
		    proto: tcp
		    port: [443, 8000-8099]
		    local-port: 1024-65535
		    not-before: 2020-01-01
		    until: 2099-12-31
		    by: security-office
		    reason: firmware
		  pings: {policy: isolate, remote: {set: hk}, proto: icmp, icmp-type: [echo-request, 0], until: permanent, by: b, reason: r}
	YAML
	cp conf.yaml good.yaml
	cp cameras.csv good.csv
	right conf.yaml
}

# right FILE [ARGUMENT…]: nothing is wrong with it
right() {
	run -0 --separate-stderr "$C" check "$@"
	[ -n "$output" ]
	[ -z "$stderr" ]
}

# said TEXT: exactly that was said, and nothing on standard output
said() {
	[[ $stderr != "$1" || -n $output ]] || return 0
	printf 'expected:\n%s\ngot:\n%s\n' "$1" "$stderr$output"
	return 1
}

# wrong SED TEXT: with the configuration changed so, exactly that is said
wrong() {
	sed "$1" good.yaml >conf.yaml
	run ! cmp -s conf.yaml good.yaml
	run -1 --separate-stderr "$C" check conf.yaml
	said "$2"
}

# wrong_row SED TEXT: likewise with the inventory
wrong_row() {
	sed "$1" good.csv >cameras.csv
	run ! cmp -s cameras.csv good.csv
	run -1 --separate-stderr "$C" check conf.yaml
	said "$2"
	cp good.csv cameras.csv
}

# wrong_file TEXT: with what is in other.yaml
wrong_file() {
	run -1 --separate-stderr "$C" check other.yaml
	said "$1"
}

@test "what is in it" {
	run -0 "$C" check conf.yaml
	[ "$output" = "conf.yaml: 4 sets with 7 ranges, 5 policies, 7 cameras, 1 catch, 2 exemptions" ]
	run -0 "$C" -j check conf.yaml
	[ "$output" = '{"version":1,"files":["conf.yaml","parts/a.yaml","cameras.csv"],"sets":4,"policies":5,"cameras":7,"catches":1,"exemptions":2,"ranges":7,"over":0,"lockdown":["eth1","eth2"],"options":{"site":"geoblock","nat64":["2001:db8:64::/96"]}}' ]
	run -0 "$C" check - <conf.yaml
	[[ $output == "-: 4 sets"* ]]
}

@test "the default file, and too many" {
	[ ! -e /etc/camfence/camfence.yaml ] || skip "there is one here"
	run -1 "$C" check
	[ "$output" = "/etc/camfence/camfence.yaml: No such file or directory" ]
	run -1 "$C" check conf.yaml good.yaml
	[[ $output == *'"good.yaml" is no keyword here'* ]]
	right conf.yaml
}

@test "JSON is YAML" {
	python3 -c 'import json, sys, yaml; json.dump(yaml.load(sys.stdin, yaml.BaseLoader), sys.stdout)' <conf.yaml >other.yaml
	right other.yaml
	[[ $output == "other.yaml: 4 sets with 7 ranges, 5 policies, 7 cameras, 1 catch, 2 exemptions" ]]
}

@test "all at once, in the order of the file" {
	wrong 's/version: 1/version: 2/; s/HK, NO/HK, NOR/; s/00:53:01/00:53:0g/; s/proto: tcp/proto: tpc/' \
'conf.yaml:1:10: version "2": expected 1, the only one that there is
conf.yaml:8:56: country "NOR": expected such as CN,HK,MO
conf.yaml:23:17: mac "00:00:5e:00:53:0g": not a MAC address, expected such as 00:00:5e:00:53:01, 00005e005301 or 0000.5e00.5301
conf.yaml:35:12: proto "tpc": not known; did you mean "tcp"?
  expected tcp, udp, sctp, dccp, icmp, icmpv6 or a number up to 255'
}

@test "the first lines" {
	wrong '1d' 'conf.yaml:1:1: "version" is missing, expected version: 1'
	wrong 's/^lockdown: .*/lockdown: [eth1, a b]/' 'conf.yaml:2:18: "a b": no interface has blanks, / or : in its name'
	wrong 's,^nat64: .*,nat64: 2001:db8:64::/97,' \
		'conf.yaml:3:8: nat64 "2001:db8:64::/97": expected an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits such as 2001:db8:64::/96'
	wrong 's/^site: .*/site: geoblok/' 'conf.yaml:4:7: site: there is no policy "geoblok"; did you mean "geoblock"?'
	wrong 's/^site: .*/site: isolate/' \
		'conf.yaml:4:7: policy "isolate": default drop is not for a site, which would have no network'
	wrong 's/^site: .*/sight: none/' \
'conf.yaml:4:1: "sight" is no key here
  expected version, include, lockdown, nat64, site, max-validity, sets, policies, catch, inventory, cameras, exemptions'
	wrong '$asets: {}' 'conf.yaml:43:1: "sets" is given twice'
}

@test "sets" {
	wrong 's/source: cn.txt/source: nc.txt/' 'conf.yaml:7:16: set "cn": nc.txt: No such file or directory'
	wrong 's/source: cn.txt/source: parts/' 'conf.yaml:7:16: set "cn": parts: is a directory, expected a file'
	wrong 's/120d/120/' 'conf.yaml:7:33: max-age "120": expected such as 120d, 2w, 12h, 45m'
	wrong 's/ format: geoip/ format: geo/' \
'conf.yaml:8:35: "geo" is not known here
  expected auto, plain, geoip'
	wrong 's/HK, NO/HK, MO/' 'conf.yaml:8:3: set "hk": country MO: no range of it in any of the files'
	wrong 's/, country: .HK, NO.//' 'conf.yaml:8:16: set "hk": geo.csv: is a geoip list; say which countries: country CN'
	wrong 's/source: .geo.csv./source: []/' 'conf.yaml:8:16: an empty list, expected at least one value'
	wrong 's,10.20.9.10/32,10.20.9.10/33,' 'conf.yaml:11:7: "10.20.9.10/33": not a prefix length, expected 0 to 32 after the /'
	wrong 's,10.20.9.10/32,::ffff:192.0.2.1,' \
		'conf.yaml:11:7: "::ffff:192.0.2.1": an IPv4 address in IPv6 spelling, which would match nothing; write the IPv4 address'
	wrong '10,12d' 'conf.yaml:9:3: set "nvr": expected source (tor-geoipdb or files) or ranges'
	wrong '10s/ranges/source: cn.txt\n    ranges/' 'conf.yaml:9:3: set "nvr": ranges are here; source, format, country want files'
	wrong '10s/ranges/rangs/' \
'conf.yaml:9:3: set "nvr": expected source (tor-geoipdb or files) or ranges
conf.yaml:10:5: "rangs" is no key here; did you mean "ranges"?
  expected source, format, country, max-age, ranges, from, date, checksum, force'
	wrong 's/^  nvr:/  cn:/; s/nvr/cn/g' 'conf.yaml:9:3: set "cn": there is a set of this name already, at conf.yaml:7:3'
	wrong 's/^  nvr:/  more:/; s/nvr/more/g' 'conf.yaml:9:3: set "more": there is a set of this name already, at parts/a.yaml:1:8'
}

@test "lists with lines that are wrong" {
	printf '192.0.2.300\n192.0.2.0/24\n192.0.2\n' >bad.txt
	wrong 's/source: cn.txt/source: bad.txt/' \
'conf.yaml:7:16: set "cn": what is wrong in its list:
  bad.txt:1: "192.0.2.300": not an address, expected such as 192.0.2.1, 192.0.2.0/24, 192.0.2.1-192.0.2.9
  bad.txt:3: "192.0.2": not an address, expected such as 192.0.2.1, 192.0.2.0/24, 192.0.2.1-192.0.2.9'
}

@test "policies" {
	wrong 's/allow: nvr/allow: nrv/' 'conf.yaml:14:3: policy "isolate": there is no set "nrv"; did you mean "nvr"?'
	wrong 's/onvif@nvr/onvif@nrv/' 'conf.yaml:14:3: policy "isolate": there is no set "nrv"; did you mean "nvr"?'
	wrong 's/onvif@nvr/onvif/' \
'conf.yaml:14:42: service "onvif": needs the set of those that may ask the cameras
  name it behind an @: onvif@nvr'
	wrong 's/dhcp, onvif@nvr/dhcp, dhcp/' 'conf.yaml:14:42: service "dhcp": is given twice'
	wrong 's/default: drop/default: drp/' \
'conf.yaml:15:21: "drp" is not known here; did you mean "drop"?
  expected pass, drop'
	wrong 's/action: reject/action: refuse/' \
'conf.yaml:15:35: "refuse" is not known here
  expected drop, audit, reject'
	wrong 's/action: reject/log: nflog/' \
'conf.yaml:15:32: "nflog": expected nflog:GROUP, GROUP from 0 to 65535, or none'
	wrong 's/block: .cn, hk./block: [cn, cn]/' 'conf.yaml:15:55: set "cn" is given twice'
	wrong 's,"a b","",' 'conf.yaml:15:69: "": empty'
	wrong '7s/cn:/china:/; 15s/cn, //' \
'conf.yaml:4:7: policy "geoblock": there is no set "cn"
  write under sets: cn: {source: tor-geoipdb, country: [CN, HK, MO]}
conf.yaml:24:3: policy "audit": there is no set "cn"
  write under sets: cn: {source: tor-geoipdb, country: [CN, HK, MO]}'
}

@test "catches" {
	wrong 's/, policy: isolate, key/, key/' 'conf.yaml:17:3: catch "unknown": "policy" is missing, such as policy: geoblock'
	wrong 's/oui: "00:00:5e", iif: .eth3., //' 'conf.yaml:17:3: catch "unknown": nothing that it is known by, expected oui or iif'
	wrong 's/iif: .eth3./mac: x/' \
'conf.yaml:17:30: "mac" is no key here
  expected oui, iif, brand, policy, key, comment, shared'
	wrong 's/iif: .eth3./brand: hikvision/' \
'conf.yaml:17:37: brand: there is no table of brands yet
  write the first digits of their MAC addresses: oui: [00:00:5e]'
	wrong 's/^  unknown:/  gate:/' 'conf.yaml:17:3: catch "gate": there is a camera of this name already, at conf.yaml:24:3'
}

@test "cameras" {
	wrong 's/^  hall-1: .mac/  hall-1: {mca/' \
'conf.yaml:23:12: "mca" is no key here; did you mean "mac"?
  expected mac, addr, net, oui, iif, policy, key, comment, shared, one-family'
	wrong 's/mac: "00:00:5e:00:53:01", //' \
		'conf.yaml:23:3: camera "hall-1": nothing that it is known by, expected mac, addr, net, oui or iif'
	wrong 's/, policy: approve//' 'conf.yaml:23:3: camera "hall-1": "policy" is missing, such as policy: geoblock'
	wrong 's/policy: approve/policy: aprove/' 'conf.yaml:23:3: camera "hall-1": there is no policy "aprove"; did you mean "approve"?'
	wrong 's/policy: approve/policy: /' 'conf.yaml:23:46: has no value; an empty one is written ""'
	wrong 's/addr: .10.20.0.12./addr: []/' 'conf.yaml:25:11: an empty list, expected at least one value'
	wrong 's/10.20.0.12/10.20.0.12, 10.20.0.12/' 'conf.yaml:25:24: addr "10.20.0.12": is given twice'
	wrong 's,10.20.0.12,10.20.0.0/24,' \
		'conf.yaml:25:12: addr "10.20.0.0/24": expected the address of one host such as 192.0.2.10 or 2001:db8::10'
	wrong 's,10.21.0.0/24,10.21.0.9/24,' \
'conf.yaml:28:17: net "10.21.0.9/24": bits are set behind its length; the subnet is 10.21.0.0/24
  for one host write its address, without the length: addr 10.21.0.9'
	wrong '27s/true/yes/' \
'conf.yaml:27:17: "yes" is not known here
  expected false, true'
	wrong 's/^  gate:/  hall-1:/' 'conf.yaml:24:3: camera "hall-1": there is a camera of this name already, at conf.yaml:23:3'
	wrong 's,^  gate:,  a/b:,' 'conf.yaml:24:3: "a/b": a name cannot have : or / in it'
}

@test "guards between cameras: said for good, or forced" {
	wrong 27d \
'conf.yaml:24:3: camera "gate": is not known by its IPv6 packets: they would go anywhere
  give its MAC address (mac M) or its IPv6 address as well (addr A)
  if that is meant: --force=one-family
  or for good: one-family: true'
	right conf.yaml --force=one-family
	run -0 "$C" --force=one-family check conf.yaml
	run -1 "$C" check conf.yaml --force=shared
	wrong '29s/shared: true, //' \
'conf.yaml:29:3: camera "twin-b": iif eth4 is camera "twin-a" already
  a packet would have to pass for both of them
  if that is meant: --force=shared
  or for good, at both: shared: true'
	right conf.yaml --force=shared
	run -1 "$C" check conf.yaml --force=one-family
	wrong '28s/, shared: true//' \
'conf.yaml:29:3: camera "twin-b": iif eth4 is camera "twin-a" already
  a packet would have to pass for both of them
  if that is meant: --force=shared
  or for good, at both: shared: true'
	wrong 's/"00:00:5e:00:53:01"/"00:00:5e:00:53:14"/' \
'conf.yaml:23:3: camera "hall-1": mac 00:00:5e:00:53:14 is camera "00-00-5e-00-53-14" already
  a packet would have to pass for both of them
  if that is meant: --force=shared
  or for good, at both: shared: true'
	run -1 "$C" check conf.yaml --force=nothing
	[[ $output == *'"nothing" is no guard'* ]]
}

@test "exemptions" {
	wrong '32d' 'conf.yaml:31:3: exemption "hall-1-fw": whose it is (camera C or policy P) is missing'
	wrong '40,41d' \
'conf.yaml:31:3: exemption "hall-1-fw": "reason" is missing
conf.yaml:31:3: exemption "hall-1-fw": "by" is missing'
	wrong '32s/$/\n    policy: isolate/' 'conf.yaml:31:3: exemption "hall-1-fw": it is for a camera or for a policy, not for both'
	wrong '32s/hall-1/hal-1/' 'conf.yaml:31:3: exemption "hall-1-fw": there is no camera "hal-1"; did you mean "hall-1"?'
	wrong 's/policy: isolate, remote/policy: isolte, remote/' \
		'conf.yaml:42:3: exemption "pings": there is no policy "isolte"; did you mean "isolate"?'
	wrong 's,203.0.113.7/32,203.0.113.7/24,' \
'conf.yaml:33:14: remote "203.0.113.7/24": bits are set behind the prefix length
  for all of the prefix: 203.0.113.0/24; for one address leave the length out'
	wrong 's,router,routr,' \
		'conf.yaml:33:30: remote "routr": expected an address or a prefix such as 192.0.2.1, 192.0.2.0/24, 2001:db8::/32'
	wrong '33s/nvr/nrv/' 'conf.yaml:31:3: exemption "hall-1-fw": there is no set "nrv"; did you mean "nvr"?'
	wrong '33s/set:/sets:/' \
'conf.yaml:33:39: "sets" is no key here; did you mean "set"?
  expected set'
	wrong 's/remote: .203.*/remote: []/' 'conf.yaml:33:13: an empty list, expected at least one value'
	wrong 's/dir: both/dir: bth/' \
'conf.yaml:34:10: "bth" is not known here; did you mean "both"?
  expected out, in, both'
	wrong '36s/443/https/' 'conf.yaml:36:12: port "https": expected such as 443 or 8000-8099'
	wrong '36s/443, 8000-8099//' 'conf.yaml:36:11: an empty list, expected at least one value'
	wrong '35d' 'conf.yaml:31:3: exemption "hall-1-fw": port: only with proto tcp, udp, sctp or dccp'
	wrong 's/until: 2099-12-31/until: +30d/' \
		'conf.yaml:39:12: until "+30d": from when on? expected a day such as 2031-12-31'
	wrong 's/until: 2099-12-31/until: 2099-02-29/' \
'conf.yaml:39:12: time "2099-02-29": expected a day such as 2031-12-31, or +30d
  for one without end: until permanent'
	wrong 's/not-before: 2020/not-before: 2100/' \
		'conf.yaml:31:3: exemption "hall-1-fw": it would be over (until) before it begins (not-before)'
	wrong 's/echo-request/echo-requst/' \
'conf.yaml:42:3: exemption "pings": icmp-type "echo-requst": not known; did you mean "echo-request"?
  expected such as echo-request, echo-reply or a number up to 255'
	wrong 's/reason: firmware/raeson: firmware/' \
'conf.yaml:31:3: exemption "hall-1-fw": "reason" is missing
conf.yaml:41:5: "raeson" is no key here; did you mean "reason"?
  expected camera, policy, remote, dir, proto, port, local-port, icmp-type, not-before, until, reason, by, comment, force'
}

# A router that boots after the end of an exemption needs the rest all the same.
@test "an exemption that is over is no mistake" {
	sed -i 's/until: 2099-12-31/until: 2020-12-31/' conf.yaml
	right conf.yaml
	[[ $output == *" 2 exemptions (1 over)" ]]
	right good.yaml
	[[ $output == *" 2 exemptions" ]]
}

@test "max-validity: no end is later, but for what is permanent" {
	touch -d 2090-01-01T00:00:00Z parts/a.yaml
	sed 's/^site:/max-validity: 30d\n&/; s/until: 2099-12-31/until: 2090-01-31T00:00Z/' good.yaml >conf.yaml
	right conf.yaml
	sed -i 's/until: 2090-01-31T00:00Z/until: 2090-01-31T00:01Z/' conf.yaml
	run -1 --separate-stderr "$C" check conf.yaml
	said 'conf.yaml:32:3: exemption "hall-1-fw": lasts until 2090-01-31T00:01:00Z, longer than max-validity 30d
  expected 2090-01-31T00:00:00Z at the latest, or until: permanent for one without end'
	wrong 's/^site:/max-validity: 30\n&/; s/2099-12-31/permanent/' \
		'conf.yaml:4:15: max-validity "30": expected such as 120d, 2w, 12h, 45m'
	echo 'max-validity: 365d' >>parts/a.yaml
	wrong 's/^site:/max-validity: 30d\n&/; s/2099-12-31/permanent/' \
		'parts/a.yaml:2:15: max-validity is said already, at conf.yaml:4:15'
}

@test "inventories: what names them" {
	wrong 's/file: cameras.csv/file: camera.csv/' 'camera.csv: No such file or directory'
	wrong 's/- file: cameras.csv/- policy: isolate/; 21d' 'conf.yaml:19:3: inventory: "file" is missing'
	wrong 's/MAC-adresse/MAC-adrese/' \
		'conf.yaml:20:30: there is no column "MAC-adrese" in cameras.csv; did you mean "MAC-adresse"?'
	wrong 's/owner: For/ownr: For/' \
'conf.yaml:20:43: "ownr" is no key here; did you mean "owner"?
  expected mac, addr, net, oui, iif, name, policy, key, comment, owner'
	wrong '21s/isolate/isolat/' \
'cameras.csv:2: camera "hal 2": there is no policy "isolat"; did you mean "isolate"?
cameras.csv:3: camera "dør "1"": there is no policy "isolat"; did you mean "isolate"?
cameras.csv:5: camera "00-00-5e-00-53-14": there is no policy "isolat"; did you mean "isolate"?'
}

@test "inventories: rows" {
	wrong_row 's/00005e005313/00005e00531/' \
		'cameras.csv:3: mac "00005e00531": not a MAC address, expected such as 00:00:5e:00:53:01, 00005e005301 or 0000.5e00.5301'
	wrong_row 's/^;00/x;00/; s/00:00:5e:00:53:14//' \
		'cameras.csv:5: camera "x": nothing that it is known by, expected mac, addr, net, oui or iif'
	wrong_row 's/^;00:00:5e:00:53:14;;/;;x;/' 'cameras.csv:5: no name, nor anything that the camera is known by'
	wrong_row 's/^;00/hal 2;00/' 'cameras.csv:5: camera "hal 2": there is a camera of this name already, at cameras.csv:2'
	wrong_row '5s/;$//' 'cameras.csv:5: 3 fields, expected 4 as in the first line'
	wrong_row '5s/$/;x/' 'cameras.csv:5: 5 fields, expected 4 as in the first line'
	wrong_row '2s/Kultur/Kul"tur/' 'cameras.csv:2: a quote inside a field, expected two: ""'
	wrong_row '4s/"//' 'cameras.csv:3: a quote begins here that does not end'
	wrong_row '2s/hal 2/hal\/2/' 'cameras.csv:2: name "hal/2": a name cannot have : or / in it'
	wrong_row '2s/Kultur/\xe6/' 'cameras.csv:2: not UTF-8; make it so: iconv -f LATIN1 -t UTF-8'
	wrong_row '2s/Kultur/\x00/' 'cameras.csv:2: has a NUL byte'
	wrong_row '1,$d' 'cameras.csv: is empty, expected a line with the columns'"'"' headers'
	right conf.yaml
}

@test "inventories: commas, tabs, a mark at the beginning, roles by their own names" {
	for mark in ',' '\t'; do
		printf '\xef\xbb\xbfname,mac,policy\na,00:00:5e:00:53:21,\nb,00:00:5e:00:53:22,approve\n' |
			sed "s/,/$mark/g; s/$/\r/" >plain.csv
		printf 'version: 1\npolicies: {p: {default: drop}}\ninventory: {file: plain.csv, policy: p}\n' >other.yaml
		right other.yaml
		[ "$output" = "other.yaml: 0 sets with 0 ranges, 2 policies, 2 cameras, 0 catches, 0 exemptions" ]
	done
}

@test "addresses that YAML takes for something else" {
	wrong '12s/"//g' \
'conf.yaml:12:7: YAML takes fd00:20:9:: for something else
  quote it: "fd00:20:9::"'
	for list in '[fd00:20:9::]' '[fd00:20:9::, 10.0.0.1]'; do
		wrong "8s/.*/  x: {ranges: $list}/" \
'conf.yaml:8:26: YAML takes fd00:20:9:: for something else
  quote it: "fd00:20:9::"'
	done
	wrong '8s/.*/  x: {ranges: [::1]}/' \
'conf.yaml:8:16: YAML takes ::1 for something else
  quote it: "::1"'
	# Quotes are there already, and something else is wrong.
	wrong '8s/.*/  x: {ranges: ["fd00:20:9::", x: y]}/; 15s/, hk//; 42d' 'conf.yaml:8:31: expected one value, not a mapping'
	wrong '8s/.*/  x: {ranges: ["fd00:20:9::"/; 9,12d' \
		"conf.yaml:9:1: not YAML: did not find expected ',' or ']', while parsing a flow sequence from line 8 on"
}

@test "what is no YAML, and what is too much of it" {
	wrong '7s/}/]/' "conf.yaml:7:37: not YAML: did not find expected ',' or '}', while parsing a flow mapping from line 7 on"
	wrong '7s/  cn/\tcn/' 'conf.yaml:7:1: a tab, expected blanks: YAML is indented by them alone'
	wrong '4s/geoblock/@geoblock/' 'conf.yaml:4:7: not YAML: quote a value that begins so'
	wrong '$asite: "geoblock' \
		'conf.yaml:44:1: not YAML: found unexpected end of stream, while scanning a quoted scalar from line 43 on'
	wrong '4s/geoblock/!!str x/; 4s/x/geoblock/; 4s/str/int/' 'conf.yaml:4:7: has a tag (!); leave it out, all values are text'
	wrong '$a---\nversion: 1' 'conf.yaml:43:1: a second document begins here, expected one in a file'
	wrong '4s/geoblock/*nothing/' 'conf.yaml:4:7: an alias of an anchor that is not there'
	wrong '4s/geoblock/\xff/' 'conf.yaml:4:7: not YAML: invalid leading UTF-8 octet'
	wrong '4s/geoblock/\x00/' 'conf.yaml:4:7: not YAML: control characters are not allowed'
	wrong '4s/geoblock/"a\\0b"/' 'conf.yaml:4:7: has control characters, expected one line of text'
	wrong '4s/geoblock/"a\\nfalse.yaml:1:1: b"/' 'conf.yaml:4:7: has control characters, expected one line of text'
	wrong "4s/geoblock/$(printf '[%.0s' {1..5000})/" 'conf.yaml:4:38: nested deeper than any configuration is'
	wrong '4s/geoblock/\&a [*a]/' 'conf.yaml:4:11: an alias inside of what it stands for'
}

@test "files that are none" {
	: >other.yaml
	wrong_file 'other.yaml: is empty, expected a configuration; it begins with version: 1'
	echo '# version: 1' >other.yaml
	wrong_file 'other.yaml: is empty, expected a configuration; it begins with version: 1'
	printf '\x1f\x8b\x08' >other.yaml
	wrong_file $'other.yaml: is compressed, expected text\n  make it text: zcat \'other.yaml\' >FILE'
	rm other.yaml
	wrong_file 'other.yaml: No such file or directory'
	mkdir other.yaml
	wrong_file 'other.yaml: is a directory, expected a file'
	rmdir other.yaml
	ln -s /dev/zero other.yaml
	wrong_file 'other.yaml: larger than 64 MiB, expected what somebody wrote'
	rm other.yaml
	echo 'version: 1' >other.yaml
	right other.yaml
}

@test "scalars are text, and what looks like a shell's is taken as it is" {
	cat >other.yaml <<-'YAML'
		version: 1
		sets: {no: {ranges: 192.0.2.0/24}, 010: {ranges: 192.0.2.1}, 1e3: {ranges: 192.0.2.2}}
		policies: {yes: {block: [no, 010, 1e3]}, "${HOME} \"$(reboot)\" 'x'": {default: drop, comment: "`x` ; rm -rf ~ \\"}}
		cameras: {null: {iif: off, policy: yes}, ~: {iif: on, policy: "${HOME} \"$(reboot)\" 'x'"}}
	YAML
	right other.yaml
	[ "$output" = "other.yaml: 3 sets with 3 ranges, 2 policies, 2 cameras, 0 catches, 0 exemptions" ]
	sed -i 's/policy: yes/policy: true/' other.yaml
	wrong_file 'other.yaml:4:11: camera "null": there is no policy "true"'
}

@test "aliases are what they stand for" {
	cat >other.yaml <<-'YAML'
		version: 1
		policies: {p: {default: drop}}
		cameras:
		  a: &a {iif: eth1, policy: p, shared: true}
		  b: *a
		exemptions:
		  x: {camera: a, remote: &r [192.0.2.1, "2001:db8::"], proto: tcp, port: 443, until: permanent, by: b, reason: r}
		  y: {camera: b, remote: *r, proto: tcp, port: 443, until: permanent, by: b, reason: r}
	YAML
	right other.yaml
	[[ $output == *" 2 cameras, 0 catches, 2 exemptions" ]]
	sed -i 's/, shared: true//' other.yaml
	run -1 --separate-stderr "$C" check other.yaml
	[[ ${stderr%%$'\n'*} == 'other.yaml:5:3: camera "b": iif eth1 is camera "a" already' ]]
}

# 10,000 times 1,025 prefixes in 140 KiB of text
@test "few words that stand for very much" {
	{
		printf 'version: 1\npolicies: {p: {default: drop}}\ncameras: {c: {iif: eth1, policy: p}}\nexemptions:\n'
		printf '  x0: &x {camera: c, remote: ['
		printf '10.0.%s.1, ' {0..255}
		printf '10.1.%s.1, ' {0..255}
		printf '10.2.%s.1, ' {0..255}
		printf '10.3.%s.1, ' {0..255}
		printf '192.0.2.1], until: permanent, by: b, reason: r}\n'
		printf '  x%s: *x\n' {1..9999}
	} >other.yaml
	# 255 times 1025 are 261,375.
	wrong_file 'other.yaml:260:3: more than 262144 prefixes, which is all that there can be'
	head -n 259 other.yaml >fewer.yaml
	right fewer.yaml --force=unreachable
}

@test "include" {
	printf 'lockdown: eth9\nversion: 2\n' >parts/b.yaml
	run -1 --separate-stderr "$C" check conf.yaml
	said 'parts/b.yaml:2:10: version "2": expected 1, the only one that there is'
	printf 'lockdown: eth9\n' >parts/b.yaml
	right conf.yaml
	printf 'include: ../conf.yaml\n' >parts/b.yaml
	run -1 --separate-stderr "$C" check conf.yaml
	said 'parts/b.yaml:1:10: include: parts/../conf.yaml is read already'
	printf 'include: c.yml\n' >parts/b.yaml
	run -1 --separate-stderr "$C" check conf.yaml
	said 'parts/b.yaml:1:10: include: parts/c.yml: No such file or directory'
	printf 'sets: {other: {source: list.txt}}\n' >parts/c.yml
	run -1 --separate-stderr "$C" check conf.yaml
	said 'parts/c.yml:1:24: set "other": parts/list.txt: No such file or directory'
	echo 192.0.2.9 >parts/list.txt
	right conf.yaml
	# From wherever
	cd / && right "$BATS_TEST_TMPDIR/conf.yaml"
}

@test "the site: by its name, by a key, and none" {
	site_is() { run -0 "$C" -j check other.yaml && [[ $output == *"\"site\":$1,"* ]]; }
	printf 'version: 1\npolicies: {site: {}, p: {}}\n' >other.yaml
	site_is '"site"'
	echo 'site: p' >>other.yaml
	site_is '"p"'
	sed -i 's/site: p$/site: none/' other.yaml
	site_is null
	printf 'version: 1\npolicies: {site: {default: drop}}\n' >other.yaml
	wrong_file 'other.yaml:2:12: policy "site": default drop is not for a site, which would have no network'
}

@test "no more than the kernel takes" {
	{ printf 'version: 1\nsets:\n' && printf '  s%s: {ranges: 192.0.2.1}\n' {1..63}; } >other.yaml
	right other.yaml
	echo '  s64: {ranges: 192.0.2.1}' >>other.yaml
	echo '  s65: {ranges: 192.0.2.1}' >>other.yaml
	wrong_file 'other.yaml:66:3: more than 63 sets, which is all that there can be'
}
