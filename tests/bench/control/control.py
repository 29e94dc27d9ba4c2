#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# The control plane of tests/bench/control/run, inside User Mode Linux: whole processes, as a user types them.
#
#	control.py CAMFENCE camfence.json FIGURES [ROUNDS]
#
# Time is the wall's, from start to exit, and for "the kernel's part" that of a transaction's three messages. What a process
# touches for the first time costs some 150 us a page here, forty times what it costs on a machine.
import os
import re
import statistics
import subprocess
import sys
import time

sys.path[:0] = ["tests/bench/load", "tests/vm"]
import ynl  # noqa: E402
from bench import peak, seconds  # noqa: E402

RANGES = 1000000


class Inputs:
    """configurations in a directory; size has how many bytes each reads"""

    def __init__(self, work):
        self.work, self.size = work, {}
        self.write("ranges", "".join(
            f"{a >> 24}.{a >> 16 & 255}.{a >> 8 & 255}.{a & 255}/26\n"
            for a in range(1 << 24, (1 << 24) + RANGES * 192, 192)))
        self.write("few", "1.0.1.0/24\n")

    def path(self, name):
        return f"{self.work}/{name}"

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as out:
            out.write(text)
        return len(text)

    def make(self, name, cameras, exemptions, ranges):
        size = os.path.getsize(self.path(ranges))
        size += self.write(f"{name}.csv", "name,mac,policy,key,comment\n" + "".join(
            f"cam-{i:05},02:ca:00:{i >> 16:02x}:{i >> 8 & 255:02x}:{i & 255:02x},geoblock,K-{i},floor {i % 9}\n"
            for i in range(cameras)))
        text = f"version: 1\nsets:\n  cn: {{source: {ranges}}}\ninventory: {{file: {name}.csv}}\n"
        if exemptions:
            text += "exemptions:\n" + "".join(
                f"  ex-{i:05}: {{camera: cam-{i % cameras:05}, remote: [198.18.{i >> 8}.{i & 255}/32], proto: tcp, "
                f"port: 443, until: 2031-12-31, by: ops, reason: firmware {i}}}\n" for i in range(exemptions))
        self.size[name] = size + self.write(f"{name}.yaml", text)


class Bench:
    def __init__(self, binary, spec, rounds):
        self.binary, self.rounds = binary, rounds
        self.client = ynl.Client(ynl.Spec(spec))
        self.inputs = Inputs(os.environ["TMPDIR"])
        self.figures, self.passed, self.failed = {}, 0, 0

    def check(self, right, text):
        if right:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {text}")

    def counts(self):
        return self.client.ask("info-get")[0]["counts"]

    def measure(self, key, text, command, undo=None, scale=1, unit="s"):
        times = []
        for i in range(self.rounds):
            times.append(seconds(command(i)) * scale)
            if undo and i + 1 < self.rounds:
                subprocess.run(undo, check=True, stdout=subprocess.DEVNULL)
        self.figures[key] = statistics.median(times)
        print(f"{text:52} {self.figures[key]:9.3f} {unit:2} ({min(times):.3f} to {max(times):.3f})")

    def memory(self, name, command):
        have, most = peak(command, self.inputs.work), 3 * self.inputs.size[name] + (32 << 20)
        self.figures[f"memory_{name}"] = have / most
        print(f"{name + ': memory, of what it may have':52} {have / most:9.3f}    ({have >> 10} of {most >> 10} KiB)")

    def apply(self, name, cameras, exemptions, ranges):
        path = self.inputs.path(f"{name}.yaml")
        what = f"{cameras:,} cameras, {exemptions:,} exemptions, {ranges:,} ranges"
        self.measure(f"check_{name}_s", f"check {what}", lambda _: (self.binary, "check", path))
        self.measure(f"apply_{name}_s", f"apply {what}", lambda _: (self.binary, "apply", path), (self.binary, "flush"))
        have = self.counts()
        self.check((have["cameras"], have["exemptions"], have["ranges"]) == (cameras, exemptions, ranges), f"{name}: {have}")
        subprocess.run((self.binary, "flush"), check=True)
        self.memory(name, (self.binary, "apply", path))

    def commit(self, i):
        """a camera's new comment, as the kernel sees it; its answer is waited for"""
        begin, = self.client.ask("txn-begin")
        self.client.ask("camera-put", txn=begin["txn"], camera={
            "name": "cam-00077", "policy": "geoblock", "comment": f"kernel {i}",
            "selectors": {"mac": ["02:ca:00:00:00:4d"]}})
        self.client.ask("txn-commit", txn=begin["txn"])

    def change(self):
        times = []
        for i in range(20 * self.rounds):
            start = time.monotonic()
            self.commit(i)
            times.append((time.monotonic() - start) * 1e3)
        self.figures["change_kernel_ms"] = statistics.median(times)
        print(f"{'one camera changed in it, the kernel' + chr(39) + 's part':52} {self.figures['change_kernel_ms']:9.3f} ms "
              f"({min(times):.3f} to {max(times):.3f})")
        self.measure("change_ms", "one camera changed in it, the whole command", lambda i: (
            self.binary, "camera", "set", "cam-00077", "comment", f"tool {i}"), scale=1e3, unit="ms")
        shown = subprocess.run((self.binary, "camera", "show", "cam-00077"), check=True, capture_output=True, text=True).stdout
        self.check(re.search(f"tool {self.rounds - 1}", shown), "camera set")

    def imports(self):
        for n in (2500, 10000):
            self.inputs.make("import", n, 0, "few")
            flush = (self.binary, "flush")
            load = (self.binary, "set", "load", "cn", self.inputs.path("few"))
            times = []
            for _ in range(self.rounds):
                subprocess.run(flush, check=True)
                subprocess.run(load, check=True, stdout=subprocess.DEVNULL)
                times.append(seconds((self.binary, "camera", "import", self.inputs.path("import.csv"))))
            self.check(self.counts()["cameras"] == n, f"{n} cameras imported")
            self.figures[f"import_{n}_s"] = statistics.median(times)
            print(f"{f'camera import of {n:,}':52} {statistics.median(times):9.3f} s")
        subprocess.run(flush, check=True)

    def judge(self):
        have = self.figures
        have.update({"apply_s": have["apply_large_s"], "check_s": have["check_large_s"],
                     "import_growth": have["import_10000_s"] / have["import_2500_s"]})
        for key, text, goal in (("apply_s", "apply, s", 2), ("change_ms", "one camera changed, ms", 5),
                                ("change_kernel_ms", "of which the kernel's part, ms", 5), ("check_s", "check, s", 1),
                                ("apply_most_s", "65,536 cameras, s", 5), ("memory_large", "memory", 1),
                                ("memory_most", "memory, 65,536 cameras", 1),
                                ("import_growth", "import of 4 times as many, times", 5)):
            print(f"{text:40} {have[key]:10.3f} <= {goal:<4} {'reached' if have[key] <= goal else 'NOT reached'}")


def main(binary, spec, path, rounds="5"):
    bench = Bench(binary, spec, int(rounds))
    os.mkdir("/var/lib/camfence")
    bench.inputs.make("large", 10000, 10000, "ranges")
    bench.inputs.make("most", 65536, 0, "few")
    bench.imports()
    bench.apply("most", 65536, 0, 1)
    subprocess.run((binary, "flush"), check=True)
    bench.apply("large", 10000, 10000, RANGES)
    bench.change()
    bench.judge()
    with open(path, "w", encoding="ascii") as out:
        out.write(", ".join(f'"control.{key}": {value:.4g}' for key, value in bench.figures.items()) + "\n")
    print(f"{bench.passed} passed, {bench.failed} failed")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
