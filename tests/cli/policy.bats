#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load common

@test "all that a policy may have" {
	good policy set p
	good policy set geoblock
	good policy set p default drop action audit allow nvr,vendor block cn comment "for the halls"
	good policy set p allow none block none
	good policy delete p
}

@test "replace takes what set takes" {
	good policy replace p
	good policy replace p default drop action audit allow nvr block cn service dhcp comment c
	bad '"default" has no value' policy replace p default
}

@test "values" {
	bad '"block" is no keyword here' policy set p default block
	bad 'did you mean "drop"?' policy set p default dorp
	good policy set p default drop
	bad 'did you mean "reject"?' policy set p action rejct
	good policy set p action reject
	good policy set p action audit
	bad '"default" has no value behind it' policy set p default
	bad 'log "nflog:65536": expected nflog:GROUP' policy set p log nflog:65536
	good policy set p log nflog:65535
	bad 'log "5": expected nflog:GROUP' policy set p log 5
	good policy replace p log nflog:0
	bad '"log" is given twice' policy set p log none log nflog:1
	good policy set p log none
}

@test "lists of sets" {
	bad "an empty name" policy set p block cn,
	bad "an empty name" policy set p block ""
	bad 'set "cn" is given twice' policy set p block cn,hk,cn
	bad "cannot have : or /" policy set p allow a/b
	good policy set p block cn,hk
}

@test "what is given twice, missing, misspelt" {
	bad '"block" is given twice' policy set p block cn block hk
	bad '"comment" is given twice' policy set p comment a comment b
	bad "the name of the policy is missing" policy set
	bad 'did you mean "block"?' policy set p blok cn
	good policy set p block cn comment a
}

@test "services" {
	good policy set p service dhcp,ntp,dns
	good policy set p service dhcp@nvr,ntp@time,dns@up,onvif@nvr allow nvr
	good policy set p service none
	bad 'service "dhpc": not known; did you mean "dhcp"?' policy set p service dhpc
	[[ $output == *"expected dhcp, ntp, dns, or towards a set: dhcp@SET, onvif@SET"* ]]
	bad 'service "dhcp": is given twice' policy set p service dhcp,dhcp
	bad 'service "dhcp@": an empty name; expected dhcp@SET' policy set p service dhcp@
	bad 'service "": not known' policy set p service dhcp,
	bad '"service" is given twice' policy set p service dhcp service ntp
	bad '"service" has no value' policy set p service
}

@test "onvif is towards a set, and says how to name one" {
	bad 'service "onvif": needs the set' policy set p service dhcp,onvif
	[[ $output == *"name it behind an @: onvif@nvr"* ]]
	good policy set p service dhcp,onvif@nvr
}
