# SPDX-License-Identifier: GPL-2.0
"""Random rulesets over a small universe, so that things collide often."""

from forms import AddressSet, BITS, Camera, Exemption, Policy, Ruleset, in_prefix, \
    read_address, read_mac, read_oui, read_prefix, read_statement
from model import service

NOW = 1800000000
PORTED = (6, 17, 132, 33)


def addresses(*texts):
    return [read_address(text) for text in texts]


def count(first, number):
    family, start = read_address(first)
    return [(family, start + i) for i in range(number)]


OWN = addresses("10.0.1.1", "192.0.2.1", "fd00:1::1", "fe80::1")
LAN = {4: count("10.0.1.2", 8), 6: count("fd00:1::2", 8)}
OUT = {4: count("198.51.100.0", 16), 6: count("2001:db8:c::", 16)}
FAR = {4: addresses("192.0.2.10", "192.0.2.200"), 6: addresses("2001:db8:f::1", "fe80::9")}
GROUPS = {4: addresses("224.0.0.1", "224.0.0.22", "239.1.2.3", "255.255.255.255"),
          6: addresses("ff02::1", "ff02::1:2", "ff02::16", "ff02::1:ff00:3", "ff05::c")}
UNSPECIFIED = {4: addresses("0.0.0.0"), 6: addresses("::")}

MACS = [read_mac(text) for text in (
    "44:19:b6:12:34:01", "44:19:b6:12:34:02", "44:19:b6:10:00:01", "44:19:b6:20:00:01",
    "3c:ef:8c:2a:a0:01", "3c:ef:8c:2a:b0:01", "3c:ef:8c:30:00:01",
    "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03", "02:00:00:00:00:04")]
OUIS = [read_oui(text) for text in (
    "44:19:B6/24", "44:19:B6:1/28", "44:19:B6:12:3/36",
    "3C:EF:8C/24", "3C:EF:8C:2/28", "3C:EF:8C:2A:A/36")]
INTERFACES = ["br0", "br0.10", "eth1", "eth1.10", "ppp0"]
PORTS = ["swp1", "swp2", "eth1", "eth1.10"]

SUBNETS = [read_prefix(text) for text in (
    "10.0.0.0/16", "10.0.1.0/28", "10.0.1.0/29", "10.0.1.4/30", "10.0.1.8/30",
    "10.0.1.4/31", "10.0.1.5/32", "10.0.1.8/32", "198.51.100.0/29", "198.51.100.8/32",
    "fd00::/16", "fd00:1::/124", "fd00:1::/125", "fd00:1::4/126", "fd00:1::8/126",
    "fd00:1::4/127", "fd00:1::5/128", "fd00:1::8/128", "2001:db8:c::/125", "fe80::/10")]
REMOTES = [read_prefix(text) for text in (
    "0.0.0.0/0", "198.51.100.0/24", "198.51.100.0/28", "198.51.100.4/30", "198.51.100.8/29",
    "198.51.100.8/32", "10.0.1.0/28", "10.0.1.0/29", "192.0.2.0/24", "255.255.255.255/32",
    "::/0", "2001:db8:c::/64", "2001:db8:c::/124", "2001:db8:c::4/126", "2001:db8:c::8/125",
    "2001:db8:c::8/128", "fd00:1::/124", "fd00:1::/125", "2002::/16", "2002:c633:6400::/44",
    "2002:c633:6408::/48", "2001::/32", "fe80::/10", "ff02::/16")]
ALL = [(4, 0, 0), (6, 0, 0)]
OUT_NETS = [read_prefix("198.51.100.0/28"), read_prefix("2001:db8:c::/124")]
STAPLES = ["ping", "pair", "ranks", "form", "date", "router", "tcp", "udp", "tunnel"]
NAT64 = [read_prefix(text) for text in (
    "2a00:64::/32", "2a00:64:c600::/40", "2a00:64:c633::/48", "2a00:64:c633:6400::/56",
    "2a00:64:c633:6405::/64", "2a00:64:c633:6405::/96", "2a00:64:0:0:5::/96")]
SET_BLOCKS = [(f, a[0][1], a[-1][1]) for a in
              list(OUT.values()) * 3 + list(LAN.values()) + [GROUPS[4][:1], GROUPS[6][:3]]
              for f in [a[0][0]]]
SET_BLOCKS += [(6, 0x2002c6336400 << 80, 0x2002c6336410 << 80),
               (6, 0x20010000 << 96, (0x20010001 << 96) - 1),
               (4, OWN[0][1], OWN[0][1]), (6, OWN[2][1], OWN[2][1])]
PORT_NUMBERS = [22, 53, 67, 68, 80, 123, 443, 546, 547, 554, 3702, 4789, 8472, 40000]
ICMP_TYPES = {1: [0, 3, 5, 8, 11, 13], 58: [1, 2, 3, 128, 129, 135, 136]}
SET_NAMES = ["cn", "nvr", "ru", "office"]
POLICY_NAMES = ["geoblock", "isolate", "approve", "watch", "site"]
CAMERA_NAMES = ["cam", "cam1", "cam10", "cam2", "Door", "gate-3", "yard"]
EXEMPTION_NAMES = ["e", "e1", "e10", "e2", "E3", "fw", "fw-2", "ping", "ntp", "view", "z"]


class Rules:
    """One random ruleset. `rng` is the only source of chance."""

    def __init__(self, rng):
        self.rng = rng
        self.used = {}
        self.rules = Ruleset()

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def make(self):
        # A plain one lets the short way tell a stranger's packet; a bare one a camera's.
        self.plain = self.chance(15)
        self.bare = self.plain and self.chance(50)
        self.sets()
        self.policies()
        self.cameras()
        if not self.plain:
            self.catches()
        if not self.bare:
            self.exemptions()
            self.services()
        if not self.plain and self.chance(70):
            self.site()
        if self.chance(40):
            found = self.rng.sample(NAT64, self.rng.randint(1, 4))
            self.rules.nat64 = sorted(found, key=lambda p: (p[1], p[2]))
        return self.rules.index()

    # --- sets ------------------------------------------------------------------

    def sets(self):
        names = self.rng.sample(SET_NAMES, self.rng.randint(1, len(SET_NAMES)))
        for name in names:
            ranges = [self.range() for _ in range(self.rng.randint(1, 5))]
            self.rules.sets[name] = AddressSet(name, merged(ranges))

    def range(self):
        family, first, last = self.rng.choice(SET_BLOCKS)
        span = last - first
        if span > 255:
            step = 1 << 80 if span < 1 << 90 else span + 1
            if step > span:
                return (family, first, last)
            start = first + self.rng.randrange(16) * step
            return (family, start, start + step * self.rng.randint(1, 8) - 1)
        start = self.rng.randint(0, span)
        return (family, first + start, first + min(span, start + self.rng.randint(0, 7)))

    # --- policies --------------------------------------------------------------

    def policies(self):
        names = self.rng.sample(POLICY_NAMES, self.rng.randint(2, len(POLICY_NAMES)))
        for name in names:
            weights = [80, 10, 10] if self.bare else [50, 20, 30]
            action = self.rng.choices(["drop", "audit", "reject"], weights)[0]
            default = self.rng.choices(["pass", "drop"], [60, 40])[0]
            policy = Policy(name, default, action)
            policy.allow = self.some_sets(45)
            policy.block = self.some_sets(75)
            self.rules.policies[name] = policy

    def some_sets(self, percent):
        sets = list(self.rules.sets.values())
        if not self.chance(percent):
            return []
        return self.rng.sample(sets, self.rng.randint(1, min(3, len(sets))))

    def policy(self):
        return self.rng.choice(list(self.rules.policies.values()))

    def site(self):
        policies = [policy for policy in self.rules.policies.values()
                    if policy.default == "pass"]
        if not policies:
            return
        told = [policy for policy in policies if policy.action == "reject" and policy.block]
        self.rules.site = self.rng.choice(told if told and self.chance(60) else policies)

    # --- cameras and catches -----------------------------------------------------

    def cameras(self):
        for name in self.rng.sample(CAMERA_NAMES, self.rng.randint(2, len(CAMERA_NAMES))):
            camera = Camera(name, self.policy())
            for _ in range(self.rng.choices([1, 2, 3, 4], [40, 30, 20, 10])[0]):
                self.selector(camera)
            if self.chance(25):
                self.share(camera)
            if selectors(camera):
                self.rules.cameras[name] = camera

    def selector(self, camera):
        kinds = {"macs": 28, "addresses": 32, "prefixes": 20, "ouis": 12, "iifs": 8}
        exact = list(kinds)[:2]
        kind = self.rng.choices(*zip(*((k, n) for k, n in kinds.items()
                                       if k in exact or not self.plain)))[0]
        key = self.key(kind)
        if (kind, key) not in self.used:
            self.used[kind, key] = camera
            getattr(camera, kind).append(key)

    def key(self, kind):
        if kind == "addresses":
            return self.camera_address()
        keys = {"macs": MACS, "prefixes": SUBNETS, "ouis": OUIS,
                "iifs": INTERFACES + PORTS[:1]}
        return self.rng.choice(keys[kind])

    def camera_address(self):
        family = self.rng.choice((4, 6))
        if self.chance(4):
            return self.rng.choice(OWN)
        if self.chance(3):
            return self.rng.choice(GROUPS[family])
        return self.rng.choice(LAN[family] if self.chance(88) else OUT[family])

    def share(self, camera):
        """It takes a selector of another camera's as well; both are shared then."""
        others = [key for key, owner in self.used.items()
                  if owner is not camera and owner.name in self.rules.cameras]
        if not others:
            return
        kind, key = self.rng.choice(others)
        getattr(camera, kind).append(key)
        camera.shared = self.used[kind, key].shared = True

    def catches(self):
        for name in ("brand", "port")[:self.rng.choices([0, 1, 2], [40, 25, 35])[0]]:
            catch = Camera(name, self.policy(), catch=True)
            for kind in self.rng.choices(["ouis", "iifs"], k=self.rng.randint(1, 3)):
                key = self.key(kind)
                if (kind, key) not in self.used:
                    self.used[kind, key] = catch
                    getattr(catch, kind).append(key)
            if selectors(catch):
                self.rules.cameras[name] = catch

    # --- exemptions --------------------------------------------------------------

    def exemptions(self):
        number = self.rng.randint(2, 7)
        for name in self.rng.sample(EXEMPTION_NAMES, number):
            found = self.rules.exemptions
            if found and self.chance(35):
                found.append(self.sibling(name, self.rng.choice(found)))
            else:
                found.append(self.exemption(name))
        for kind in self.rng.sample(STAPLES, self.rng.randint(1, 4)):
            self.staple(kind)

    def exemption(self, name):
        exemption = Exemption(name)
        if self.rules.cameras and self.chance(55):
            exemption.camera = self.rng.choice(list(self.rules.cameras))
        else:
            exemption.policy = self.policy().name
        self.remotes(exemption)
        exemption.dir = self.rng.choices(["out", "in", "both"], [45, 30, 25])[0]
        self.protocol(exemption)
        if self.chance(35):
            self.dates(exemption)
        return exemption

    def staple(self, kind):
        """Exemptions that chance alone makes too seldom."""
        first = self.exemption("staple-" + kind)
        first.prefixes = list(self.rng.choice((ALL, ALL, OUT_NETS)))
        first.singles, first.sets = set(), []
        first.router = kind == "router"
        first.start = first.until = None
        first.dir = self.rng.choice(("out", "in"))
        first.proto, first.ports, first.locals, first.icmp = None, [], [], []
        getattr(self, "staple_" + kind)(first)
        self.rules.exemptions.append(first)

    def staple_ping(self, first):
        first.dir, first.proto = "both", self.rng.choice((1, 58))
        first.icmp = [8 if first.proto == 1 else 128]

    def staple_pair(self, first):
        """One for both ways and one for one way, with the same remotes."""
        self.rules.exemptions.append(self.sibling("staple-pair-2", first))
        first.dir = "both"

    def staple_ranks(self, first):
        """A set and a prefix hold the same remotes; either name may come first."""
        second = self.sibling("staple-rank", first)
        second.sets, second.dir = self.sets_with(first) or second.sets, first.dir
        second.prefixes, second.singles = [], set()
        if second.sets:
            self.rules.exemptions.append(second)
        if self.chance(50):
            first.name = "staple-a"

    def staple_form(self, first):
        first.prefixes = [self.rng.choice(((6, 0, 0), (6, 0x2002 << 112, 16),
                                           (6, 0x20010000 << 96, 32)))]

    def staple_date(self, first):
        self.dates(first)
        if self.chance(65):
            first.start, first.until = None, NOW + self.rng.choice((0, 1))

    def staple_router(self, first):
        first.prefixes = []
        first.proto, first.ports = 17, [(123, 123)]

    def staple_tcp(self, first):
        first.proto, first.ports = 6, [(443, 444)]

    def staple_udp(self, first):
        first.proto, first.locals = 17, [(554, 556)]

    def staple_tunnel(self, first):
        first.proto = 47

    def sibling(self, name, other):
        """One that matches much of what the other does."""
        exemption = Exemption(name, other.camera, other.policy, dir=other.dir,
                              proto=other.proto, ports=other.ports, locals=other.locals,
                              icmp=other.icmp)
        if self.chance(45):
            exemption.dir = self.rng.choice(("out", "in", "both"))
        kind = self.rng.choice(("same", "all", "set"))
        for prefix in other.prefixes if kind == "same" else ALL if kind == "all" else []:
            self.prefix(exemption, prefix, prefix in other.singles)
        if kind == "set":
            exemption.sets = self.sets_with(other)
        if not exemption.prefixes and not exemption.sets:
            self.remotes(exemption)
        return exemption

    def sets_with(self, other):
        found = [item for item in self.rules.sets.values()
                 if any(in_prefix((f, first), prefix) for f, first, _ in item.ranges
                        for prefix in other.prefixes)]
        return self.rng.sample(found, 1) if found else []

    def remotes(self, exemption):
        for _ in range(self.rng.randint(1, 3)):
            kind = self.rng.choices(["prefix", "address", "set", "router"], [45, 25, 17, 13])[0]
            if kind == "prefix":
                self.prefix(exemption, self.rng.choice(REMOTES), False)
            elif kind == "address":
                family = self.rng.choice((4, 6))
                place = self.rng.choice(OUT[family] + LAN[family][:4])
                self.prefix(exemption, (*place, BITS[family]), True)
            elif kind == "router":
                exemption.router = True
            else:
                item = self.rng.choice(list(self.rules.sets.values()))
                if item not in exemption.sets:
                    exemption.sets.append(item)

    def prefix(self, exemption, prefix, single):
        if prefix in exemption.prefixes:
            return
        exemption.prefixes.append(prefix)
        if single:
            exemption.singles.add(prefix)

    def protocol(self, exemption):
        pings = 16 if exemption.dir == "both" else 7
        proto = self.rng.choices([None, 6, 17, 1, 58, 47, 132, 4, 41],
                                 [24, 25, 22, pings, pings, 4, 3, 3, 3])[0]
        exemption.proto = proto
        if proto in PORTED:
            exemption.ports = self.numbers(60)
            exemption.locals = self.numbers(25)
        elif proto in ICMP_TYPES and self.chance(65):
            types = ICMP_TYPES[proto]
            echo = [8 if proto == 1 else 128]
            other = self.rng.sample(types, 1)
            exemption.icmp = sorted(set(self.rng.choice((echo, other, echo + other))))

    def numbers(self, percent):
        if not self.chance(percent):
            return []
        found = []
        for first in sorted(self.rng.sample(PORT_NUMBERS, self.rng.randint(1, 3))):
            last = first + self.rng.choice((0, 0, 0, 1, 2, 10))
            if not found or first > found[-1][1] + 1:
                found.append((first, last))
        return found

    def dates(self, exemption):
        start = NOW + self.rng.choice((-1000, -1, 0, 0, 1, 1))
        until = NOW + self.rng.choice((-1, 0, 0, 1, 1, 2, 1000))
        kind = self.rng.randrange(3)
        if kind != 1:
            exemption.start = start
        if kind != 0:
            exemption.until = until
        if kind == 2 and until <= start:
            exemption.until = start + self.rng.choice((1, 2, 1000))

    def services(self):
        if not self.chance(45):
            return
        for name in self.rng.sample(["dhcp", "ntp", "dns", "onvif"], self.rng.randint(1, 2)):
            towards = None
            if name == "onvif" or self.chance(35):
                towards = self.rng.choice(list(self.rules.sets))
            for line in service(name, self.policy().name, towards):
                read_statement(self.rules, line)


def selectors(camera):
    return (camera.macs + camera.addresses + camera.prefixes + camera.ouis + camera.iifs)


def merged(ranges):
    """Ascending, disjoint, and none that touches the next."""
    found = []
    for family, first, last in sorted(ranges):
        if found and found[-1][0] == family and first <= found[-1][2] + 1:
            found[-1] = (family, found[-1][1], max(last, found[-1][2]))
        else:
            found.append((family, first, last))
    return found
