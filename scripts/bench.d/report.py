#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What the benchmarks measured, as a page and a picture.

    report.py RESULTS PAGES PART...

RESULTS has bench.json and bench-PART.log; performance.md and performance.svg go into PAGES.
"""

import json
import os
import platform
import re
import subprocess
import sys
from xml.sax.saxutils import escape

ABOUT = {
    "native": """\
Which sets hold an address? Every candidate answers with the mask of all of them. camfence is `kmod/core/` as it is in
the module, called across files as there; the others are inlined into the loop that measures, but for DPDK's, which are
called. In a module on x86, popcnt is patched in at run time, so the first line of camfence's is the one that counts.

* random: IPv4 addresses drawn from all alike; IPv6 addresses from all pieces alike, then from a piece's addresses alike.
* dependent: the same addresses, each known only when the last answer is there. A packet waits for its answer, too.
* hot: 1,000 of them, over and over.
* edge: addresses beside the lists' boundaries, dependent; the longest way through every tree.
* chase: a load whose address the load before has told, within as many bytes as the table takes: the physical limit of
  a table of that size, one load a look-up.

Building is from sorted pieces or prefixes, which are not counted; camfence's merges the sets first, and is counted whole.
rte_fib allocates its groups beforehand, which its bytes show. No candidate, DPDK's neither, has huge pages, for a module
has none either. Time is the thread's own on the processor; beside each median are the least and the most of the rounds.
""",
}

NOISE = """\
Times are medians. The processor is pinned, the candidates take turns, and every other round goes backwards. What others
do to the caches meanwhile cannot be kept out, least of all on a virtual machine: two runs differ by up to 1.5 times where
a table is larger than the caches, and smaller differences mean nothing there. Ratios are of one run.
"""

NAMES = {
    "core": "camfence", "dir24": "DIR24-8", "sorted": "sorted search", "eytzinger": "Eytzinger", "dxr": "DXR",
    "poptrie": "poptrie", "rank": "bitmap + rank", "shared": "shared arrays", "radix": "radix tree",
    "fib": "rte_fib", "bulk": "rte_fib, bulk",
}
LISTS = {
    "cn": "China, IPv4", "world": "world, IPv4", "1m": "1,000,000 made up, IPv4", "cn6": "China, IPv6",
    "world6": "world, IPv6",
}


def first_of(command):
    try:
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return out.splitlines()[0] if out else "unknown"


def lscpu():
    try:
        out = subprocess.run(["lscpu"], capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout
    except (OSError, subprocess.CalledProcessError):
        return {}
    return dict(re.split(r":\s+", line, maxsplit=1) for line in out.splitlines() if ": " in line)


def distribution():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown"


def machine():
    cpu = lscpu()
    caches = ", ".join(f"{name} {cpu[name + ' cache']}" for name in ("L1d", "L2", "L3") if name + " cache" in cpu)
    return [
        ("processor", f"{cpu.get('Model name', platform.machine())}, {os.cpu_count()} of them"
         + (", virtual" if "Hypervisor vendor" in cpu else "")),
        ("caches", caches),
        ("system", f"{distribution()}, Linux {re.match('[0-9.]*[0-9]', platform.release())[0]}"),
        ("compiler", first_of(["gcc", "--version"])),
    ]


def page(results, parts, run):
    lines = ["# What it costs", "", "Written by `make bench`; do not edit.", "", NOISE, "![](performance.svg)", ""]
    lines += ["| | |", "|---|---|"]
    facts = machine() + [("command", "`make bench`"), ("commit", run["commit"]), ("begun", run["started"]),
                         ("result", f"{run['passed']} passed, {run['failed']} failed")]
    lines += [f"| {name} | {what} |" for name, what in facts]
    for part in parts:
        lines += ["", f"## {part}", ""]
        if part in ABOUT:
            lines += [ABOUT[part]]
        with open(f"{results}/bench-{part}.log", encoding="utf-8") as log:
            lines += ["```", log.read().strip(), "```"]
    return "\n".join(lines) + "\n"


def panels(figures):
    """(title, [(label, [(series, ns)])]), those that have figures."""
    for name, title in LISTS.items():
        rows = []
        for key, label in NAMES.items():
            bars = [(kind, figures[f"native.{name}.{key}.{kind}_ns"]) for kind in ("random", "dependent", "edge")
                    if f"native.{name}.{key}.{kind}_ns" in figures]
            if bars:
                rows.append((label, bars))
        if rows:
            yield f"{title}: ns a look-up", rows
    kernel = [(key[len("kernel."):-len("_ns")].replace("_", " "), [("random", value)])
              for key, value in figures.items() if re.fullmatch(r"kernel\.\w+_ns", key)]
    if kernel:
        yield "in the kernel: ns a packet", kernel


COLOURS = {"random": "#4a90d9", "dependent": "#d95f4a", "edge": "#8c8c8c"}
LEFT, WIDE, BAR, TEXT = 150, 560, 9, 12


def picture(figures):
    out, y = [], 20
    for series, (name, colour) in enumerate(COLOURS.items()):
        out.append(f'<rect x="{LEFT + 100 * series}" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
                   f'<text x="{LEFT + 100 * series + 14}" y="{y}">{name}</text>')
    for title, rows in panels(figures):
        y += 36
        out.append(f'<text x="{LEFT}" y="{y}" font-weight="bold">{escape(title)}</text>')
        y += 8
        most = max(value for _, bars in rows for _, value in bars)
        for label, bars in rows:
            out.append(f'<text x="{LEFT - 6}" y="{y + BAR}" text-anchor="end">{escape(label)}</text>')
            for kind, value in bars:
                width = max(1.0, value / most * WIDE)
                out.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 1}" fill="{COLOURS[kind]}"/>'
                           f'<text x="{LEFT + width + 4:.1f}" y="{y + BAR - 1}" font-size="9">{value:.1f}</text>')
                y += BAR
            y += 5
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDE + 60}" height="{y + 10}" '
            f'font-family="sans-serif" font-size="{TEXT}">\n<rect width="100%" height="100%" fill="white"/>\n'
            + "\n".join(out) + "\n</svg>\n")


def main():
    results, pages, *parts = sys.argv[1:]
    with open(f"{results}/bench.json", encoding="utf-8") as source:
        run = json.load(source)
    with open(f"{pages}/performance.md", "w", encoding="utf-8") as out:
        out.write(page(results, parts, run))
    with open(f"{pages}/performance.svg", "w", encoding="utf-8") as out:
        out.write(picture(run["figures"]))


main()
