#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# The loads of tests/bench/load/run, inside User Mode Linux: whole processes, as a user types them, each into a network
# namespace of its own.
#
#	bench.py LISTS CAMFENCE FIGURES [ROUNDS]
#
# Time is the wall's, from start to exit. A process's memory is its largest resident set. The kernel's is what
# /proc/meminfo has less, caches aside, for one more load of the same list, each into a namespace of its own.
import itertools
import os
import statistics
import subprocess
import sys
import time

LISTS = {"cn": "China", "100k": "100,000", "1m": "1,000,000"}
COPIES = {"cn": 10, "100k": 6, "1m": 4}
GEOIP = ("/usr/share/tor/geoip", "/usr/share/tor/geoip6", "country", "CN")
UNLISTED = "192.0.2.1"
FAMILIES = {4: ("ip", "ipv4_addr", "inet"), 6: ("ip6", "ipv6_addr", "inet6")}


def is_done(*command):
    return not subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


class Tool:
    """one way to load a list; `load` are the words of the command, in a namespace"""

    def __init__(self, work, lists):
        self.work, self.lists = work, lists

    def within(self, name, *words):
        return ("ip", "netns", "exec", name, *words)

    def run(self, command):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def prefixes(self, name):
        with open(f"{self.lists}/{name}", encoding="ascii") as lines:
            every = [line.rstrip() for line in lines]
        return {4: [line for line in every if ":" not in line], 6: [line for line in every if ":" in line]}

    def path(self, name):
        return f"{self.work}/{self.key}-{name}"

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as out:
            out.write(text)


class Camfence(Tool):
    key, text = "camfence", "camfence set load"

    def prepare(self, name):
        pass

    def load(self, netns, name):
        return (self.binary, "-n", netns, "--force=coverage", "set", "load", "cn", f"{self.lists}/{name}")

    def clear(self, netns):
        self.run((self.binary, "-n", netns, "flush", "--force=flush"))

    def test(self, netns, address):
        return is_done(self.binary, "-n", netns, "set", "test", "cn", address)


class Nft(Tool):
    key, text = "nft", "nft -f"

    def prepare(self, name):
        text = ""
        for family, prefixes in self.prefixes(name).items():
            table, kind, _ = FAMILIES[family]
            if prefixes:
                text += (f"table {table} b {{ set cn {{ type {kind}; flags interval; elements = {{\n" +
                         ",\n".join(prefixes) + "\n}\n}\n}\n")
        self.write(name, text)

    def load(self, netns, name):
        return self.within(netns, "nft", "-f", self.path(name))

    def clear(self, netns):
        self.run(self.within(netns, "nft", "flush", "ruleset"))

    def test(self, netns, address):
        return is_done(*self.within(netns, "nft", "get", "element", "ip", "b", "cn", f"{{ {address} }}"))


class Ipset(Tool):
    key, text = "ipset", "ipset restore"

    def prepare(self, name):
        text = ""
        for family, prefixes in self.prefixes(name).items():
            if prefixes:
                text += f"create cn{family} hash:net family {FAMILIES[family][2]} maxelem {len(prefixes)}\n"
                text += "".join(f"add cn{family} {prefix}\n" for prefix in prefixes)
        self.write(name, text)

    def load(self, netns, name):
        return self.within(netns, "ipset", "restore", "-f", self.path(name))

    def clear(self, netns):
        self.run(self.within(netns, "ipset", "destroy"))

    def test(self, netns, address):
        return is_done(*self.within(netns, "ipset", "test", "cn4", address))


def seconds(command):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def peak(command, work):
    """bytes; what starts it is smaller than whatever it starts"""
    subprocess.run(("time", "-o", f"{work}/peak", "-f", "%M", *command), check=True, stdout=subprocess.DEVNULL)
    with open(f"{work}/peak", encoding="ascii") as answer:
        return int(answer.read()) * 1024


def used():
    """bytes of the kernel's and the processes' own"""
    subprocess.run(("sh", "-c", "sync; echo 3 >/proc/sys/vm/drop_caches"), check=True)
    with open("/proc/meminfo", encoding="ascii") as lines:
        of = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines}
    return of["MemTotal"] - of["MemFree"] - of["Buffers"] - of["Cached"] - of["SReclaimable"]


def kernel_memory(tool, name):
    """bytes that a load adds: the first ones also fill what freed sets have left half empty"""
    spaces = [f"{tool.key}-{i}" for i in range(COPIES[name])]
    have = []
    for space in spaces:
        subprocess.run(tool.load(space, name), check=True, stdout=subprocess.DEVNULL)
        have.append(used())
    for space in spaces:
        tool.clear(space)
    return statistics.median(after - before for before, after in itertools.pairwise(have))


class Bench:
    def __init__(self, tools, work, lists, rounds):
        self.tools, self.work, self.lists, self.rounds = tools, work, lists, rounds
        self.figures, self.passed, self.failed = {}, 0, 0

    def check(self, right, text):
        if right:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {text}")

    def holds(self, tool, name):
        with open(f"{self.lists}/{name}", encoding="ascii") as lines:
            listed = next(lines).split("/")[0]
        self.check(tool.test("load", listed), f"{tool.text} {name}: {listed} is not in it")
        self.check(not tool.test("load", UNLISTED), f"{tool.text} {name}: {UNLISTED} is in it")

    def load(self, name):
        inside = {tool: kernel_memory(tool, name) for tool in self.tools}
        took = {tool: [] for tool in self.tools}
        for i in range(self.rounds):
            for tool in self.tools[::-1] if i % 2 else self.tools:
                took[tool].append(seconds(tool.load("load", name)))
                if not i:
                    self.holds(tool, name)
                tool.clear("load")
        for tool, times in took.items():
            most = peak(tool.load("load", name), self.work)
            tool.clear("load")
            median = statistics.median(times)
            print(f"{LISTS[name]:10} {tool.text:18} {median * 1e3:9.1f} ms ({min(times) * 1e3:.1f} to "
                  f"{max(times) * 1e3:.1f})  process {most / 1024:8.0f} KiB  kernel {inside[tool] / 1024:8.0f} KiB")
            self.figures[f"{name}.{tool.key}_s"] = median
            self.figures[f"{name}.{tool.key}_peak_bytes"] = most
            self.figures[f"{name}.{tool.key}_kernel_bytes"] = inside[tool]
        for tool in self.tools[1:]:
            self.figures[f"{name}.vs_{tool.key}"] = (self.figures[f"{name}.{tool.key}_s"] /
                                                     self.figures[f"{name}.camfence_s"])

    def repeat(self, text, key, command, undo):
        times = []
        for _ in range(self.rounds):
            times.append(seconds(command) * 1e3)
            subprocess.run(undo, check=True, stdout=subprocess.DEVNULL)
        self.figures[key] = statistics.median(times)
        print(f"{text:29} {self.figures[key]:9.1f} ms ({min(times):.1f} to {max(times):.1f})")

    def alone(self, binary):
        """what the others have nothing like"""
        cf = (binary, "-n", "load")
        self.repeat("tor-geoipdb's files, CN", "geoip_ms", (*cf, "set", "load", "cn", *GEOIP), (*cf, "flush", "--force=flush"))
        subprocess.run((*cf, "--force=coverage", "set", "load", "cn", f"{self.lists}/1m"), check=True, stdout=subprocess.DEVNULL)
        self.repeat("a camera into 1,000,000 ranges", "one_camera_ms",
                    (*cf, "camera", "add", "c", "addr", "10.20.0.11", "policy", "geoblock", "--force=one-family"),
                    (*cf, "camera", "delete", "c"))
        self.repeat("camfence version, for scale", "process_ms", (binary, "-V"), ("true",))

    def judge(self):
        have = self.figures
        have.update({"vs_nft": have["cn.vs_nft"], "vs_ipset": have["cn.vs_ipset"], "1m_s": have["1m.camfence_s"],
                     "cn_kernel_bytes": have["cn.camfence_kernel_bytes"]})
        for key, text, sense, goal in (
                ("vs_nft", "nft -f, of ours, China", ">=", 10),
                ("vs_ipset", "ipset restore, of ours, China", ">=", 10),
                ("100k.vs_nft", "nft -f, of ours, 100,000", ">=", 10),
                ("100k.vs_ipset", "ipset restore, of ours, 100,000", ">=", 10),
                ("1m.vs_nft", "nft -f, of ours, 1,000,000", ">=", 10),
                ("1m.vs_ipset", "ipset restore, of ours, 1,000,000", ">=", 10),
                ("1m_s", "1,000,000 ranges in force, s", "<=", 1),
                ("cn_kernel_bytes", "China in the kernel, bytes", "<=", 1 << 20),
                ("one_camera_ms", "a camera into 1,000,000 ranges, ms", "<=", 5)):
            reached = have[key] <= goal if sense == "<=" else have[key] >= goal
            print(f"{text:40} {have[key]:10.2f} {sense} {goal:<8} {'reached' if reached else 'NOT reached'}")


def main(lists, binary, path, rounds="7"):
    work = os.environ["TMPDIR"]
    tools = [kind(work, lists) for kind in (Camfence, Nft, Ipset)]
    tools[0].binary = binary
    spaces = ["load"] + [f"{tool.key}-{i}" for tool in tools for i in range(max(COPIES.values()))]
    for space in spaces:
        subprocess.run(("ip", "netns", "add", space), check=True)
    bench = Bench(tools, work, lists, int(rounds))
    for name in LISTS:
        for tool in tools:
            tool.prepare(name)
        bench.load(name)
    bench.alone(binary)
    bench.judge()
    with open(path, "w", encoding="ascii") as out:
        out.write(", ".join(f'"load.{key}": {value:.4g}' if value < 1e4 else f'"load.{key}": {value:.0f}'
                            for key, value in bench.figures.items()) + "\n")
    print(f"{bench.passed} passed, {bench.failed} failed")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
