#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Draws addresses from a list and around its edges, and says which are in it.

    sample.py SEED COUNT <ROWS      rows FIRST,LAST,CC as in tor-geoipdb

Prints "ADDR in" or "ADDR out", half IPv4 and half IPv6, "sendable" behind those
that a packet may be sent to. Nothing is merged: an address is in the list if
one of the networks that its rows make, of any length, holds it.
"""
import ipaddress
import random
import sys

SPECIAL = [ipaddress.ip_network(net) for net in (
    "0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.0.2.0/24",
    "224.0.0.0/3", "::/8", "64:ff9b::/96", "2001::/32", "2002::/16", "fc00::/7",
    "fe80::/10", "ff00::/8")]


def rows():
    for line in sys.stdin:
        first, last, _ = line.strip().split(",")
        if first.isdigit():
            first, last = int(first), int(last)
        yield ipaddress.ip_address(first), ipaddress.ip_address(last)


def sendable(addr):
    return not any(addr.version == net.version and addr in net for net in SPECIAL)


def main():
    rng = random.Random(int(sys.argv[1]))
    half = int(sys.argv[2]) // 2
    for version, bits in ((4, 32), (6, 128)):
        ranges = [r for r in ROWS if r[0].version == version]
        nets = {(int(net.network_address), net.prefixlen)
                for first, last in ranges
                for net in ipaddress.summarize_address_range(first, last)}
        lengths = sorted({length for _, length in nets})
        make = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
        drawn = set()
        while len(drawn) < half:
            first, last = (int(a) for a in rng.choice(ranges))
            value = rng.choice((
                first, last, first - 1, last + 1, rng.randint(first, last),
                rng.randrange(1 << bits) if version == 4
                else 0x2 << 124 | rng.randrange(1 << 124)))
            if 0 <= value < 1 << bits:
                drawn.add(value)
        for value in sorted(drawn):
            addr = make(value)
            inside = any((value >> (bits - n) << (bits - n), n) in nets for n in lengths)
            print(addr, "in" if inside else "out", "sendable" if sendable(addr) else "")


ROWS = list(rows())
main()
