# SPDX-License-Identifier: GPL-2.0
"""Random rulesets and packets with the model's verdicts, the same for one SEED.

Some of the packets are any, most are made for a trap that is behind its share. A
trap is looked for only while it is: what is printed of it is the least that there is.
"""

import random
import sys
from collections import Counter

from forms import show_packet, show_ruleset
from model import Case, DROPS
from packets import Packets
from recipes import SERVES
from rulesets import NOW, Rules
from traps import Seen, TRAPS, is_in_trap

REASONS = ("no_camera", "l2_control", "exemption", "reply", "icmp_related", "allow",
           "default_pass", "audit") + DROPS
AIMED = 0.75            # the share of packets that are made for a trap that lags


class Run:
    WANTED = 0.006      # the share of packets that each trap shall have
    TRIES = 8           # to make one that is in the trap it is made for
    AIMS = 1            # traps to be tried, one after the other, for one packet

    def __init__(self, seed, count, out):
        self.rng = random.Random(f"camfence {seed}")
        self.left = count
        self.out = out
        self.done = 0
        self.passed = 0
        self.reasons = Counter({reason: 0 for reason in REASONS})
        self.traps = Counter({name: 0 for name in TRAPS})
        self.hooks = Counter()
        self.clock = None

    def run(self):
        while self.left > 0:
            number = min(self.left, self.rng.randint(20, 50))
            self.ruleset(number)
            self.left -= number
        self.histogram()

    def ruleset(self, number):
        rules = self.draw_rules()
        packets = Packets(self.rng, rules)
        self.begin(rules)
        clocks = self.clocks(rules, number)
        share = number // len(clocks)
        for clock in clocks:
            packets.now = clock
            self.vain, self.hit = set(), set()
            self.packets(packets, clock, share if clock != clocks[-1]
                         else number - share * (len(clocks) - 1))
        self.end()

    def draw_rules(self):
        return Rules(self.rng).make()

    def begin(self, rules):
        print(show_ruleset(rules), file=self.out)

    def end(self):
        pass

    def clocks(self, rules, number):
        """The wrong clock, and seconds in which something begins or ends."""
        edges = {NOW} | {t for e in rules.exemptions for t in (e.start, e.until) if t}
        near = sorted(edges | {t - 1 for t in edges})
        found = self.rng.sample(near, min(len(near), self.rng.randint(1, 2), number))
        return found + [0] if self.rng.random() < 0.5 and number > len(found) else found

    def packets(self, packets, clock, number):
        for _ in range(number):
            lacking = self.lacking()
            seen = self.packet(packets, clock, lacking)
            self.take(seen, [name for name in lacking if self.is_in(seen, name)], clock)

    def is_in(self, seen, trap):
        return is_in_trap(seen, trap)

    def lacking(self):
        """A trap that has its share is not looked for until it is behind again."""
        return [name for name in TRAPS if self.traps[name] <= self.done * self.WANTED]

    def aim(self, lacking):
        """The trap that the next packet shall be in, if there is one that it could be in."""
        aims = [name for name in lacking if name not in self.vain]
        if not aims:
            return None
        weights = [(self.done * self.WANTED + 1 - self.traps[name]) ** 2
                   * (6 if name in self.hit else 1) for name in aims]
        return self.rng.choices(aims, weights)[0]

    def packet(self, packets, clock, lacking):
        aims = self.AIMS if self.rng.random() < AIMED else 0
        while aims and (aim := self.aim(lacking)):
            aims -= 1
            seen = self.aimed(packets, clock, aim)
            if seen:
                self.hit.add(aim)
                return seen
            if aim not in self.hit:
                self.vain.add(aim)
        seen = None
        while seen is None:
            seen = self.judged(packets, clock, packets.packet())
        return seen

    def aimed(self, packets, clock, aim):
        for _ in range(self.TRIES):
            packet = packets.packet(SERVES.get(aim))
            if packet is None:
                return None
            seen = self.judged(packets, clock, packet)
            if self.is_in(seen, aim):
                return seen
        return None

    def judged(self, packets, clock, packet):
        case = Case(packets.rules, clock, packet)
        return Seen(case, case.verdict())

    def take(self, seen, traps, clock):
        packet, verdict = seen.packet, seen.verdict
        if clock != self.clock:
            print(f"now {clock}", file=self.out)
            self.clock = clock
        print(f"packet {show_packet(packet)} => {verdict}", file=self.out)
        self.done += 1
        self.passed += not verdict.drops()
        self.reasons[verdict.reason] += 1
        self.hooks[packet.hook] += 1
        self.traps.update(traps)

    def histogram(self):
        print("# histogram", file=self.out)
        print(f"# packets {self.done} passed {self.passed}", file=self.out)
        for title, counter in (("hook", self.hooks), ("reason", self.reasons),
                               ("trap", self.traps)):
            for name in sorted(counter):
                print(f"# {title} {name} {counter[name]}", file=self.out)


def main():
    if len(sys.argv) != 3:
        print("usage: generate.py SEED COUNT", file=sys.stderr)
        return 1
    Run(int(sys.argv[1]), int(sys.argv[2]), sys.stdout).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
