#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# The walks of tests/bench/kernel/run, inside User Mode Linux: rulesets in a namespace each, their verdicts held to one
# another and to the list itself, then their times.
#
#	bench.py LISTS TOOLS FIGURES [ROUNDS]
import bisect
import hashlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time

import hooks
from hooks import EGRESS, INBOUND, TIMED, run

SETS = 63
CAMERAS = 10_000
PREFIXES = 10_000       # of an exemption
HOT = 1_000
CHECKED = 250_000       # packets of each host and direction
LONG, SHORT = 1 << 20, 1 << 18
FORCE = "--force=one-family"
FORCED = "--force=coverage,own-address,wide,all-ports,unreachable"
DROPPING = set("""drop drop_edge drop_hot drop_in drop_mac drop_in_mac drop_exempt_10k nft_drop nft_edge ipset_drop
drop6 nft_drop6 ipset_drop6 sets63 cameras_10k world 1m 1m_hot""".split())


class List:
    """a list's prefixes of one family, as numbers: first address << 8 | bits"""

    def __init__(self, family, *paths):
        self.family = family
        self.width = hooks.SIZE[family] * 8
        self.prefixes = []
        for path in paths:
            with open(path, encoding="ascii") as lines:
                for line in lines:
                    if (":" in line) == (family == 6):
                        address, bits = line.rstrip().split("/")
                        self.prefixes.append(int.from_bytes(hooks.packed(address), "big") << 8 | int(bits))

    def size(self, prefix):
        return 1 << self.width - (prefix & 255)

    def merge(self):
        """for `in`: what touches is one"""
        self.first, self.last = [], []
        for prefix in sorted(self.prefixes):
            first = prefix >> 8
            if not self.last or first > self.last[-1] + 1:
                self.first.append(first)
                self.last.append(first)
            self.last[-1] = max(self.last[-1], first + self.size(prefix) - 1)

    def __contains__(self, address):
        i = bisect.bisect(self.first, address) - 1
        return i >= 0 and address <= self.last[i]

    def listed(self, drawn, count):
        """evenly drawn prefixes, in each an evenly drawn address"""
        return [(prefix >> 8) + drawn.randrange(self.size(prefix))
                for prefix in drawn.choices(self.prefixes, k=count)]

    def edges(self, drawn, count):
        """the ranges' own first and last addresses"""
        return drawn.choices(self.first + self.last, k=count)

    def unlisted(self, drawn, count):
        """unicast addresses outside, but of 6to4 and Teredo: ours looks at the IPv4 address within"""
        found = []
        while len(found) < count:
            address = (drawn.randrange(1 << 24, 224 << 24) if self.family == 4 else
                       0x2 << 124 | drawn.getrandbits(125))
            if self.family == 6 and (address >> 112 == 0x2002 or address >> 96 == 0x20010000):
                continue
            if address >> 24 not in (10, 127) and address not in self:
                found.append(address)
        return found

    def around(self, drawn, count):
        """a half is listed, a quarter is at an edge or one beside it, the rest is anywhere else"""
        top = (224 << 24 if self.family == 4 else 1 << 126) - 1
        near = [min(max(edge + drawn.choice((-1, 0, 1)), 1 << 24), top) for edge in self.edges(drawn, count // 4)]
        mix = self.listed(drawn, count // 2) + near
        mix += self.unlisted(drawn, count - len(mix))
        drawn.shuffle(mix)
        return mix


# --- rulesets ------------------------------------------------------------------

def lines_of(path, family):
    with open(path, encoding="ascii") as lines:
        return [line.rstrip() for line in lines if (":" in line) == (family == 6)]


class Rulesets:
    """of each candidate a namespace of its name"""

    def __init__(self, lists, tools):
        self.lists = lists
        self.tools = tools

    def path(self, name):
        return os.path.join(self.lists, name)

    def camfence(self, name, *words):
        run(os.path.join(self.tools, "camfence"), "-n", name, FORCED, *words, stdout=subprocess.DEVNULL)

    def memory(self, name):
        out = subprocess.run((os.path.join(self.tools, "camfence"), "-j", "-n", name, "status"), check=True,
                             stdout=subprocess.PIPE).stdout
        return json.loads(out)["memory"]

    def nft(self, name, text):
        run("ip", "netns", "exec", name, "nft", "-f", "-", input=text, text=True)

    def nohook(self, name):
        """nothing at all"""

    def flushed(self, name):
        self.geoblock(name, "cn", "addr", "10.20.0.11")
        self.camfence(name, "flush", "--force=flush")

    def empty(self, name):
        for family in "ip", "ip6":
            self.nft(name, f"table {family} b {{\nchain f {{\ntype filter hook forward priority filter\n}}\n}}\n")

    def nftset(self, name):
        for family, kind, kept, size in ("ip", "ipv4_addr", "10.20.0.0/16", 4), ("ip6", "ipv6_addr", "fd00:20::/64", 6):
            elements = ",".join(lines_of(self.path("cn"), size))
            self.nft(name, f"""table {family} b {{
                set cn {{ type {kind}; flags interval; elements = {{ {elements} }} }}
                chain f {{
                    type filter hook forward priority filter
                    {family} saddr {kept} {family} daddr @cn drop
                    {family} daddr {kept} {family} saddr @cn drop
                }}
            }}""")

    def ipset(self, name):
        for family, tool, kept, size in (("inet", "iptables-legacy", "10.20.0.0/16", 4),
                                         ("inet6", "ip6tables-legacy", "fd00:20::/64", 6)):
            text = f"create cn{size} hash:net family {family}\n"
            text += "".join(f"add cn{size} {line}\n" for line in lines_of(self.path("cn"), size))
            run("ip", "netns", "exec", name, "ipset", "restore", input=text, text=True)
            for ours, theirs in ("-s", "dst"), ("-d", "src"):
                run("ip", "netns", "exec", name, tool, "-A", "FORWARD", ours, kept, "-m", "set", "--match-set",
                    f"cn{size}", theirs, "-j", "DROP")

    def geoblock(self, name, list_name, *selectors):
        self.camfence(name, "set", "load", "cn", self.path(list_name))
        self.camfence(name, "camera", "add", "c", *selectors, "policy", "geoblock", FORCE)

    def addr(self, name):
        self.geoblock(name, "cn", "addr", "10.20.0.11", "addr", "fd00:20::11")

    def mac(self, name):
        self.geoblock(name, "cn", "mac", hooks.text_of(hooks.MACS["camera"]))

    def sets(self, name, kind):
        names = []
        for i in range(SETS):
            names.append(f"s{i:02}")
            self.camfence(name, "set", "load", names[-1], self.path(f"{kind}-{i:02}"))
        self.camfence(name, "policy", "set", "p", "default", "pass", "block", ",".join(names))
        self.camfence(name, "camera", "add", "c", "addr", "10.20.0.11", "policy", "p", FORCE)

    def sets63(self, name):
        self.sets(name, "cn")

    def world(self, name):
        self.sets(name, "world")

    def million(self, name):
        self.geoblock(name, "1m", "addr", "10.20.0.11")

    def many(self, name):
        """10,000 cameras at once: the tool adds them one by one"""
        self.geoblock(name, "cn", "addr", "10.20.0.11")
        text = "t:= txn-begin\n"
        for i, address in enumerate(cameras()):
            text += (f"camera-put txn=$t camera{{ name=c{i} policy=geoblock "
                     f"selectors{{ addr4={address} }} }}\n")
        out = subprocess.run(("ip", "netns", "exec", name, os.path.join(self.tools, "tests/rawnl")),
                             input=text + "txn-commit txn=$t\n", text=True, check=True, stdout=subprocess.PIPE).stdout
        if any(not line.startswith("ok") for line in out.splitlines()):
            raise OSError("10,000 cameras: " + out[-200:])

    def exempt(self, name, *remotes):
        self.addr(name)
        words = [word for remote in remotes or (self.exempted,) for word in ("remote", remote)]
        self.camfence(name, "exemption", "add", "e", "camera", "c", *words, "proto", "udp", "port", "443",
                      "until", "permanent", "reason", "bench", "by", "bench")

    def exempt10k(self, name):
        """of the range for benchmarks, RFC 2544, that nobody lists; as many in a word as the tool takes"""
        hosts = [f"198.18.{i // 128}.{i % 128 * 2}" for i in range(PREFIXES)]
        self.exempt(name, *(",".join(hosts[i:i + 500]) for i in range(0, PREFIXES, 500)))


def cameras():
    return [f"10.20.{1 + i // 256}.{i % 256}" for i in range(CAMERAS)]


class Score:
    """what was right and wrong"""

    def __init__(self):
        self.passed = self.failed = 0

    def count(self, right, text):
        if right:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {text}", flush=True)


# --- verdicts ------------------------------------------------------------------

def check(walker, listed, drawn, candidates, score):
    """of each candidate, the sum over its verdicts, which is to be the list's own"""
    for family in 4, 6:
        sums = dict.fromkeys(candidates, b"")
        want, dropped, total = b"", 0, 0
        for who in "camera", "office":
            for flags in EGRESS, EGRESS | INBOUND:
                remotes = listed[family].around(drawn, CHECKED)
                vector = packets(family, remotes, who)
                bits = bytearray(-(-CHECKED // 8))
                for i, remote in enumerate(remotes):
                    if who == "camera" and remote in listed[family]:
                        bits[i // 8] |= 1 << i % 8
                        dropped += 1
                want += bits
                total += len(remotes)
                for name in candidates:
                    sums[name] += walker.walk(name, family, who, flags, CHECKED, vector)[2]
        sums = {name: hashlib.sha256(bits).hexdigest()[:16] for name, bits in sums.items()}
        wanted = hashlib.sha256(want).hexdigest()[:16]
        print(f"IPv{family}: {total} packets, {dropped} to be dropped: {wanted}")
        for name, have in sums.items():
            score.count(have == wanted, f"IPv{family}, {name}: {have} is not the list's {wanted}")


# --- times ---------------------------------------------------------------------

class Line:
    """one walk that is timed"""

    def __init__(self, key, text, name, family, who, flags, vector, packets=LONG):
        self.key, self.text, self.name, self.family = key, text, name, family
        self.who, self.flags, self.vector, self.packets = who, flags, vector, packets
        self.ns, self.dropped = [], 0

    def time(self, walker):
        ns, self.dropped, _ = walker.walk(self.name, self.family, self.who, self.flags | TIMED, self.packets,
                                          self.vector)
        self.ns.append(ns / self.packets)

    @property
    def median(self):
        return statistics.median(self.ns)


class Bench:
    """lines, and below each vector and way the walk through no hook"""

    def __init__(self, walker):
        self.walker = walker
        self.lines = {}
        self.floor = {}

    def add(self, key, text, name, vector, family=4, who="camera", flags=0, packets=LONG):
        way = family, who, flags, id(vector)
        if way not in self.floor:
            self.floor[way] = Line(None, "", "nohook", family, who, flags, vector)
        self.lines[key] = Line(key, text, name, family, who, flags, vector, packets)

    def floor_of(self, key):
        line = self.lines[key]
        return self.floor[line.family, line.who, line.flags, id(line.vector)].median

    def gross(self, key):
        return self.lines[key].median

    def net(self, key):
        return self.gross(key) - self.floor_of(key)

    def time(self, rounds):
        order = list(self.floor.values()) + list(self.lines.values())
        for i in range(rounds):
            for line in order[::-1] if i % 2 else order:
                line.time(self.walker)

    def show(self, score):
        print(f"{'ns a packet':44} {'median':>8} {'net':>8} {'least':>8} {'most':>8}  dropped")
        for key, line in self.lines.items():
            print(f"{line.text:44} {line.median:8.1f} {self.net(key):8.1f} {min(line.ns):8.1f} {max(line.ns):8.1f}"
                  f"  {line.dropped * 100 // line.packets} %")
            want = line.packets if key in DROPPING else 0
            score.count(line.dropped == want, f"{line.text}: {line.dropped} dropped, not {want}")


def packets(family, remotes, who="camera"):
    return hooks.entries(family, remotes, hooks.LOCAL[family][who])


def lines(bench, listed, drawn, exempted):
    cn = packets(4, listed[4].listed(drawn, SHORT))
    office = packets(4, listed[4].listed(drawn, SHORT), "office")
    other = packets(4, listed[4].unlisted(drawn, SHORT))
    edge = packets(4, listed[4].edges(drawn, SHORT))
    hot = packets(4, listed[4].listed(drawn, HOT))
    cn6 = packets(6, listed[6].listed(drawn, SHORT))
    other6 = packets(6, listed[6].unlisted(drawn, SHORT))
    office6 = packets(6, listed[6].listed(drawn, SHORT), "office")
    add = bench.add
    add("nohook", "no hook", "nohook", cn)
    add("flushed", "camfence, no ruleset", "flushed", cn)
    add("empty_nft", "an empty nft chain", "empty", cn)
    add("noncamera", "camfence, no camera, by addresses", "addr", office, who="office")
    add("noncamera_mac", "camfence, no camera, by MACs, egress too", "mac", office, who="office", flags=EGRESS)
    add("pass", "camfence, camera to unlisted", "addr", other)
    add("drop", "camfence, camera to listed", "addr", cn)
    add("drop_edge", "camfence, camera to ranges' edges", "addr", edge)
    add("drop_hot", "camfence, camera to 1,000 listed", "addr", hot)
    add("drop_in", "camfence, listed to camera", "addr", cn, flags=INBOUND)
    add("drop_mac", "camfence, camera by MAC to listed", "mac", cn, flags=EGRESS)
    add("drop_in_mac", "camfence, listed to camera by MAC", "mac", cn, flags=EGRESS | INBOUND)
    add("pass_mac", "camfence, camera by MAC to unlisted", "mac", other, flags=EGRESS)
    add("exempted", "camfence, exempted", "exempt", packets(4, [exempted]))
    add("drop_exempt_10k", "camfence, to listed, 10,000 others exempted", "exempt10k", cn)
    add("nft_drop", "nft, interval set, camera to listed", "nftset", cn, packets=SHORT)
    add("nft_pass", "nft, interval set, camera to unlisted", "nftset", other, packets=SHORT)
    add("nft_edge", "nft, interval set, camera to edges", "nftset", edge, packets=SHORT)
    add("nft_noncamera", "nft, interval set, no camera", "nftset", office, who="office", packets=SHORT)
    add("ipset_drop", "iptables, ipset, camera to listed", "ipset", cn, packets=SHORT)
    add("ipset_pass", "iptables, ipset, camera to unlisted", "ipset", other, packets=SHORT)
    add("ipset_noncamera", "iptables, ipset, no camera", "ipset", office, who="office", packets=SHORT)
    add("empty_nft6", "IPv6: an empty nft chain", "empty", cn6, family=6)
    add("noncamera6", "IPv6: camfence, no camera", "addr", office6, family=6, who="office")
    add("pass6", "IPv6: camfence, camera to unlisted", "addr", other6, family=6)
    add("drop6", "IPv6: camfence, camera to listed", "addr", cn6, family=6)
    add("nft_drop6", "IPv6: nft, interval set, camera to listed", "nftset", cn6, family=6, packets=SHORT)
    add("ipset_drop6", "IPv6: iptables, ipset, camera to listed", "ipset", cn6, family=6, packets=SHORT)
    add("sets63", "camfence, China in 63 sets", "sets63", cn)
    add("cameras_10k", "camfence, 10,000 cameras, all of them send", "many",
        hooks.entries(4, listed[4].listed(drawn, SHORT), *drawn.sample(cameras(), CAMERAS)))


def large(bench, world, million, drawn):
    bench.add("world", "camfence, the world in 63 sets", "world",
              packets(4, world.listed(drawn, LONG)))
    bench.add("1m", "camfence, 1,000,000 ranges", "million", packets(4, million.listed(drawn, LONG)))
    bench.add("1m_hot", "camfence, 1,000,000 ranges, 1,000 listed", "million",
              packets(4, million.listed(drawn, HOT)))


def judge(figures):
    """the goals: (key, what it is, at most / at least, how much)"""
    goals = (
        ("drop_vs_empty_nft", "drop, of an empty nft chain", "<=", 0.5),
        ("noncamera_vs_empty_nft", "no camera, by addresses, of an empty nft chain", "<=", 0.2),
        ("noncamera_mac_vs_empty_nft", "no camera, by MACs, of an empty nft chain", "<=", 0.5),
        ("vs_nft", "nft's drop, of ours", ">=", 8),
        ("vs_ipset", "ipset's drop, of ours", ">=", 25),
        ("sets_63", "63 sets, of one", "<=", 1.1),
        ("growth_10k_cameras", "10,000 cameras, of one", "<=", 1.5),
        ("growth_10k_exempted", "10,000 exempted prefixes, of none", "<=", 2),
        ("growth_world", "the world, of China, whole packet", "<=", 1.3),
        ("growth_1m_hot", "1,000,000 ranges, hot, of China, whole packet", "<=", 1.1),
        ("growth_1m_added_vs_chase", "1,000,000 ranges: added ns, of a chase", "<=", 2),
    )
    for key, text, sense, goal in goals:
        have = figures[key]
        reached = have <= goal if sense == "<=" else have >= goal
        print(f"{text:48} {have:8.2f} {sense} {goal:<5} {'reached' if reached else 'NOT reached'}")


def summary(bench, walker, rulesets):
    net, gross = bench.net, bench.gross
    chased = walker.chase(rulesets.memory("million"))
    figures = {f"{key}_ns": gross(key) for key in bench.lines}
    figures.update({
        "drop_vs_empty_nft": net("drop") / net("empty_nft"),
        "noncamera_vs_empty_nft": net("noncamera") / net("empty_nft"),
        "noncamera_mac_vs_empty_nft": net("noncamera_mac") / net("empty_nft"),
        "vs_nft": net("nft_drop") / net("drop"),
        "vs_ipset": net("ipset_drop") / net("drop"),
        "vs_nft6": net("nft_drop6") / net("drop6"),
        "vs_ipset6": net("ipset_drop6") / net("drop6"),
        "sets_63": net("sets63") / net("drop"),
        "growth_10k_cameras": net("cameras_10k") / net("drop"),
        "growth_10k_exempted": net("drop_exempt_10k") / net("drop"),
        "growth_world": gross("world") / gross("drop"),
        "growth_1m_hot": gross("1m_hot") / gross("drop_hot"),
        "growth_1m_added_vs_chase": (gross("1m") - gross("drop")) / chased,
        "chase_1m_ns": chased,
    })
    return figures


def main(lists, tools, path, rounds="9"):
    start = time.monotonic()
    drawn = random.Random(14)
    walker = hooks.Walker()
    rulesets = Rulesets(lists, tools)
    names = os.listdir(lists)
    listed = {family: List(family, rulesets.path("cn")) for family in (4, 6)}
    for each in listed.values():
        each.merge()
    world = List(4, *(rulesets.path(name) for name in names if name.startswith("world-")))
    million = List(4, rulesets.path("1m"))
    exempted = listed[4].first[1000]
    rulesets.exempted = socket.inet_ntoa(exempted.to_bytes(4, "big"))
    for name in "nohook flushed empty nftset ipset addr mac exempt exempt10k sets63 world million many".split():
        hooks.router(name)
        getattr(rulesets, name)(name)
    print(f"China: {len(listed[4].first)} IPv4 and {len(listed[6].first)} IPv6 ranges; "
          f"world: {len(world.prefixes)} IPv4 prefixes; {time.monotonic() - start:.0f} s to load", flush=True)
    score = Score()
    check(walker, listed, drawn, ["nftset", "ipset", "addr", "mac"], score)
    bench = Bench(walker)
    lines(bench, listed, drawn, exempted)
    large(bench, world, million, drawn)
    bench.time(int(rounds))
    bench.show(score)
    for size in range(14, 26):
        print(f"pointer chase through {1 << size - 10:6} KiB {walker.chase(1 << size):8.1f} ns a load")
    figures = summary(bench, walker, rulesets)
    judge(figures)
    with open(path, "w", encoding="ascii") as out:
        out.write(", ".join(f'"kernel.{key}": {value:.3f}' for key, value in figures.items()) + "\n")
    print(f"{score.passed} passed, {score.failed} failed")
    return 1 if score.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
