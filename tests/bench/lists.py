#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# The benchmarks' lists, as plain text with a prefix a line.
#
#	tests/bench/lists.py GEOIP GEOIP6 DIRECTORY
#
# cn		country CN of Debian's tor-geoipdb, both families
# world-00...62	all its countries, dealt over 63 sets by the order of their codes
# cn-00...62	cn's prefixes, dealt likewise, one after the other
# 100k, 1m	synthetic IPv4 ranges: one prefix of 23 to 32 bits, drawn evenly, in each of so many /22s, so that none
#		touches another
import ipaddress
import random
import sys

SETS = 63
SYNTHETIC = {"100k": 100_000, "1m": 1_000_000}


def text4(first, bits):
    return f"{first >> 24}.{first >> 16 & 255}.{first >> 8 & 255}.{first & 255}/{bits}\n"


def prefixes4(first, last):
    while first <= last:
        size = min(first & -first or 1 << 32, 1 << (last - first + 1).bit_length() - 1)
        yield text4(first, 33 - size.bit_length())
        first += size


def prefixes6(first, last):
    nets = ipaddress.summarize_address_range(ipaddress.IPv6Address(first), ipaddress.IPv6Address(last))
    return (f"{net}\n" for net in nets)


def rows(geoip, geoip6):
    """of each country its prefixes"""
    countries = {}
    for path in geoip, geoip6:
        with open(path, encoding="ascii") as lines:
            for line in lines:
                if line.startswith("#"):
                    continue
                first, last, code = line.rstrip().split(",")
                cidrs = (prefixes6(first, last) if path == geoip6 else
                         prefixes4(int(first), int(last)))
                countries.setdefault(code, []).extend(cidrs)
    return countries


def is_unicast(first):
    top = first >> 24
    return top not in (0, 10, 127) and top < 224


def synthetic(count):
    drawn = random.Random(count)
    slots = [slot << 10 for slot in range(1 << 22) if is_unicast(slot << 10)]
    for slot in sorted(drawn.sample(slots, count)):
        size = 1 << drawn.randrange(10)
        # The upper half stays empty.
        yield text4(slot + drawn.randrange(512 // size) * size if size < 512 else slot,
                    33 - size.bit_length())


def main(geoip, geoip6, directory):
    def write(name, lines):
        with open(f"{directory}/{name}", "w", encoding="ascii") as out:
            out.writelines(lines)

    countries = rows(geoip, geoip6)
    write("cn", countries["CN"])
    codes = sorted(countries)
    for i in range(SETS):
        write(f"cn-{i:02}", countries["CN"][i::SETS])
        write(f"world-{i:02}", (line for code in codes[i::SETS] for line in countries[code]))
    for name, count in SYNTHETIC.items():
        write(name, synthetic(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
