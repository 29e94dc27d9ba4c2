# SPDX-License-Identifier: GPL-2.0
"""What packets in a VM have shown: tally.py FIGURES FLOOR INDEX:RESULTS...

INDEX is of walks.py, RESULTS of tests/vm/walk/walk.c. Prints each packet that failed
with its ruleset, how many were counted of each reason and trap, and which are below
FLOOR. One that no real packet can be stands in NEVER, and why.
"""

import sys
from collections import Counter

from generate import REASONS
from model import DROPS
from traps import TRAPS

FAILURES_SHOWN = 10
A_HOP = "a hop limit of 1 ends at the router"
ITS_FLOW = "at FORWARD a reply's header is its flow's, NAT or not"
NEVER = {
    "5_membership_on_forward": A_HOP,
    "4_reply_by_mirrored_header": ITS_FLOW,
    "4_both_by_the_flow": ITS_FLOW,
    "4_redirect_is_an_error": "no redirect is shown to the core as related",
}


class Tally:
    def __init__(self):
        self.counted, self.failed, self.idle, self.passed = 0, 0, 0, 0
        self.seen = Counter()
        self.broken = []

    def read(self, index, results):
        rulesets, packets = {}, {}
        with open(index) as lines:
            ruleset = ""
            for line in lines:
                if line.startswith("# ruleset"):
                    ruleset = line[2:].strip()
                elif not line.startswith("#"):
                    number, _, rest = line.strip().partition(" ")
                    packets[number], rulesets[number] = rest, ruleset
        before, line = self.counted + self.idle, "nothing"
        with open(results) as lines:
            for line in lines:
                self.result(line.strip(), packets, rulesets)
        told = self.counted + self.idle - before
        if told != len(packets) or line.split()[-1] != "idle":
            self.broken.append(f"{results}: {told} of {len(packets)} packets; the end: {line}")

    def result(self, line, packets, rulesets):
        words = line.split()
        if words[0] == "idle":
            self.idle += 1
        elif words[0] in ("ok", "FAIL"):
            self.counted += 1
            self.tell(packets[words[1]])
        if words[0] == "FAIL":
            self.failed += 1
            if self.failed <= FAILURES_SHOWN:
                print(f"{line}: {packets[words[1]]} ruleset {rulesets[words[1]]}")

    def tell(self, packet):
        """now=N traps=NAME,... PACKET => VERDICT [| PACKET => VERDICT]..."""
        traps = packet.split()[1].removeprefix("traps=")
        names = {name for name in traps.split(",") if name}
        names |= {part.split(" => ")[1].split()[0] for part in packet.split(" | ")}
        self.seen.update(names)
        self.passed += not names & set(DROPS)

    def lacking(self, floor):
        return [name for name in [*REASONS, *TRAPS]
                if self.seen[name] < floor and name not in NEVER]


def main():
    tally, floor = Tally(), int(sys.argv[2])
    for pair in sys.argv[3:]:
        tally.read(*pair.split(":"))
    for name in [*REASONS, *TRAPS]:
        print(f"# {name} {tally.seen[name]} {NEVER.get(name, '')}".rstrip())
    lacking = tally.lacking(floor)
    for name in lacking:
        print(f"FAIL {name}: {tally.seen[name]} packets, {floor} are the least")
    for text in tally.broken:
        print(f"FAIL {text}")
    with open(sys.argv[1], "w") as figures:
        figures.write(f'"model.packets": {tally.counted}\n')
    share = round(100 * tally.passed / max(tally.counted, 1))
    print(f"{share} % pass")
    if floor and not 30 <= share <= 70:
        tally.broken.append("share")
        print("FAIL not between 30 and 70 % pass")
    failed = tally.failed + len(lacking) + len(tally.broken)
    print(f"{tally.idle} packets come through no router and were not counted")
    print(f"{tally.counted - tally.failed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
