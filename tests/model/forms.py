# SPDX-License-Identifier: GPL-2.0
"""The written form of rulesets, packets and verdicts: read and print.

An address is (family, number), family 4 or 6; an address that is "none" is None.
A MAC is a number of 48 bits.
"""

import bisect
import functools
import ipaddress
from dataclasses import dataclass, field

FLAGS = ("later", "icmp_error", "malformed", "source_route", "tunnel", "group",
         "src_own", "dst_own", "membership", "nd", "ack", "ethertype",
         "flow_src_own", "flow_dst_own")
STATES = ("untracked", "original", "reply", "related", "related_reply")
BITS = {4: 32, 6: 128}


class FormError(ValueError):
    pass


# --- addresses ---------------------------------------------------------------

def read_address(text):
    if text == "none":
        return None
    address = ipaddress.ip_address(text)
    return (address.version, int(address))


@functools.cache
def show_address(address):
    if address is None:
        return "none"
    family, number = address
    if family == 4:
        return str(ipaddress.IPv4Address(number))
    return str(ipaddress.IPv6Address(number))


def read_pair(text):
    source, destination = text.split(">")
    return read_address(source), read_address(destination)


def show_pair(pair):
    return show_address(pair[0]) + ">" + show_address(pair[1])


def read_prefix(text):
    net = ipaddress.ip_network(text)
    return (net.version, int(net.network_address), net.prefixlen)


def show_prefix(prefix):
    family, number, length = prefix
    return f"{show_address((family, number))}/{length}"


def in_prefix(address, prefix):
    family, number, length = prefix
    if address is None or address[0] != family:
        return False
    shift = BITS[family] - length
    return address[1] >> shift == number >> shift


def read_mac(text):
    return int(text.replace(":", ""), 16)


def show_mac(mac):
    digits = f"{mac:012x}"
    return ":".join(digits[i:i + 2] for i in range(0, 12, 2))


def read_oui(text):
    digits, length = text.split("/")
    length = int(length)
    digits = digits.replace(":", "")
    if len(digits) * 4 != length:
        raise FormError(f"{text}: not an OUI of {length} bits")
    return (int(digits, 16), length)


def show_oui(oui):
    number, length = oui
    digits = f"{number:0{length // 4}X}"
    return ":".join(digits[i:i + 2] for i in range(0, len(digits), 2)) + f"/{length}"


def in_oui(mac, oui):
    number, length = oui
    return mac >> (48 - length) == number


# --- objects of a ruleset ----------------------------------------------------

@dataclass(eq=False)
class AddressSet:
    name: str
    ranges: list
    firsts: dict = field(default_factory=dict)

    def __post_init__(self):
        for family in BITS:
            mine = [(a, b) for f, a, b in self.ranges if f == family]
            self.firsts[family] = ([a for a, _ in mine], [b for _, b in mine])

    def __contains__(self, address):
        if address is None:
            return False
        firsts, lasts = self.firsts[address[0]]
        place = bisect.bisect_right(firsts, address[1]) - 1
        return place >= 0 and address[1] <= lasts[place]


@dataclass(eq=False)
class Policy:
    name: str
    default: str
    action: str = "drop"
    allow: list = field(default_factory=list)
    block: list = field(default_factory=list)


@dataclass(eq=False)
class Camera:
    name: str
    policy: Policy
    shared: bool = False
    macs: list = field(default_factory=list)
    addresses: list = field(default_factory=list)
    prefixes: list = field(default_factory=list)
    ouis: list = field(default_factory=list)
    iifs: list = field(default_factory=list)
    catch: bool = False


@dataclass(eq=False)
class Exemption:
    name: str
    camera: str = None
    policy: str = None
    prefixes: list = field(default_factory=list)
    singles: set = field(default_factory=set)
    sets: list = field(default_factory=list)
    router: bool = False
    dir: str = "out"
    proto: int = None
    ports: list = field(default_factory=list)
    locals: list = field(default_factory=list)
    icmp: list = field(default_factory=list)
    start: int = None
    until: int = None
    known: dict = field(default_factory=dict)

    def longest(self, address):
        """The length of the longest of its prefixes that holds the address, or None."""
        if address not in self.known:
            self.known[address] = max(
                (p[2] for p in self.prefixes if in_prefix(address, p)), default=None)
        return self.known[address]


@dataclass(eq=False)
class Ruleset:
    sets: dict = field(default_factory=dict)
    policies: dict = field(default_factory=dict)
    cameras: dict = field(default_factory=dict)
    exemptions: list = field(default_factory=list)
    site: Policy = None
    nat64: list = field(default_factory=list)

    def index(self):
        """What look-ups need; called once all statements are read."""
        self.by_mac, self.by_address, self.by_prefix = {}, {}, {}
        self.by_oui, self.by_iif = {}, {}
        self.catch_oui, self.catch_iif = {}, {}
        self.fitting = {}
        for name in sorted(self.cameras, key=str.encode):
            self.index_camera(self.cameras[name])
        self.of_camera, self.of_policy = {}, {}
        for exemption in sorted(self.exemptions, key=lambda e: e.name.encode()):
            table = self.of_camera if exemption.camera else self.of_policy
            table.setdefault(exemption.camera or exemption.policy, []).append(exemption)
        return self

    def index_camera(self, camera):
        ouis, iifs = self.by_oui, self.by_iif
        if camera.catch:
            ouis, iifs = self.catch_oui, self.catch_iif
        tables = ((self.by_mac, camera.macs), (self.by_address, camera.addresses),
                  (self.by_prefix, camera.prefixes), (ouis, camera.ouis),
                  (iifs, camera.iifs))
        for table, keys in tables:
            for key in keys:
                table.setdefault(key, []).append(camera)

    def subnets_of(self, address):
        """The prefixes of cameras that hold the address."""
        if address not in self.fitting:
            self.fitting[address] = [p for p in self.by_prefix if in_prefix(address, p)]
        return self.fitting[address]

    def has_mac_selectors(self):
        return bool(self.by_mac or self.by_oui or self.catch_oui)


# --- statements --------------------------------------------------------------

def read_range(text):
    if "-" in text:
        first, last = (read_address(part) for part in text.split("-"))
        return (first[0], first[1], last[1])
    if "/" in text:
        family, number, length = read_prefix(text)
        return (family, number, number + (1 << (BITS[family] - length)) - 1)
    family, number = read_address(text)
    return (family, number, number)


def show_range(item):
    family, first, last = item
    if first == last:
        return show_address((family, first))
    return show_address((family, first)) + "-" + show_address((family, last))


def read_numbers(text):
    ranges = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        ranges.append((int(first), int(last or first)))
    return ranges


def show_numbers(ranges):
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def read_set(ruleset, words):
    name = words[0]
    ruleset.sets[name] = AddressSet(name, [read_range(word) for word in words[1:]])


def read_policy(ruleset, words):
    policy = Policy(words[0], words[1])
    for word in words[2:]:
        key, _, value = word.partition("=")
        if key in ("allow", "block"):
            setattr(policy, key, [ruleset.sets[name] for name in value.split(",")])
        elif word in ("audit", "reject"):
            policy.action = word
        else:
            raise FormError(f"policy: {word}")
    ruleset.policies[policy.name] = policy


def read_selector(camera, word):
    key, _, value = word.partition("=")
    if key == "oui":
        camera.ouis.append(read_oui(value))
    elif key == "iif":
        camera.iifs.append(value)
    elif "/" in word:
        camera.prefixes.append(read_prefix(word))
    elif word.count(":") == 5 and len(word) == 17:
        camera.macs.append(read_mac(word))
    else:
        camera.addresses.append(read_address(word))


def read_camera(ruleset, words, catch=False):
    camera = Camera(words[0], ruleset.policies[words[1]], catch=catch)
    for word in words[2:]:
        if word == "shared":
            camera.shared = True
        else:
            read_selector(camera, word)
    ruleset.cameras[camera.name] = camera


def read_catch(ruleset, words):
    read_camera(ruleset, words, catch=True)


def read_remote(ruleset, exemption, word):
    if word == "router":
        exemption.router = True
    elif word.startswith("set="):
        exemption.sets.append(ruleset.sets[word[4:]])
    elif "/" in word:
        exemption.prefixes.append(read_prefix(word))
    else:
        family, number = read_address(word)
        exemption.prefixes.append((family, number, BITS[family]))
        exemption.singles.add(exemption.prefixes[-1])


EXEMPTION_FIELDS = {
    "camera": ("camera", str), "policy": ("policy", str), "dir": ("dir", str),
    "proto": ("proto", int), "port": ("ports", read_numbers),
    "local": ("locals", read_numbers),
    "icmp": ("icmp", lambda text: [int(part) for part in text.split(",")]),
    "from": ("start", int), "until": ("until", int),
}


def read_exempt(ruleset, words):
    exemption = Exemption(words[0])
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if equals and key in EXEMPTION_FIELDS:
            name, convert = EXEMPTION_FIELDS[key]
            setattr(exemption, name, convert(value))
        else:
            read_remote(ruleset, exemption, word)
    if exemption.camera and exemption.camera not in ruleset.cameras:
        raise FormError(f"exempt {exemption.name}: no camera {exemption.camera}")
    if exemption.policy and exemption.policy not in ruleset.policies:
        raise FormError(f"exempt {exemption.name}: no policy {exemption.policy}")
    ruleset.exemptions.append(exemption)


def read_site(ruleset, words):
    ruleset.site = ruleset.policies[words[0]]


def read_nat64(ruleset, words):
    ruleset.nat64 = [read_prefix(word) for word in words]


STATEMENTS = {"set": read_set, "policy": read_policy, "camera": read_camera,
              "catch": read_catch, "exempt": read_exempt, "site": read_site,
              "nat64": read_nat64}


def read_statement(ruleset, line):
    words = line.split()
    STATEMENTS[words[0]](ruleset, words[1:])


def show_ruleset(ruleset):
    lines = ["ruleset"]
    lines += [show_set(item) for item in ruleset.sets.values()]
    lines += [show_policy(item) for item in ruleset.policies.values()]
    lines += [show_camera(item) for item in ruleset.cameras.values()]
    lines += [show_exempt(item) for item in ruleset.exemptions]
    if ruleset.site:
        lines.append(f"site {ruleset.site.name}")
    if ruleset.nat64:
        lines.append("nat64 " + " ".join(map(show_prefix, ruleset.nat64)))
    return "\n".join(lines + ["end"])


def show_set(item):
    return " ".join(["set", item.name] + [show_range(r) for r in item.ranges])


def show_policy(policy):
    words = ["policy", policy.name, policy.default]
    if policy.action != "drop":
        words.append(policy.action)
    for key in ("allow", "block"):
        sets = getattr(policy, key)
        if sets:
            words.append(f"{key}=" + ",".join(item.name for item in sets))
    return " ".join(words)


def show_camera(camera):
    words = ["catch" if camera.catch else "camera", camera.name, camera.policy.name]
    words += ["shared"] if camera.shared else []
    words += [show_mac(mac) for mac in camera.macs]
    words += [show_address(address) for address in camera.addresses]
    words += [show_prefix(prefix) for prefix in camera.prefixes]
    words += ["oui=" + show_oui(oui) for oui in camera.ouis]
    words += ["iif=" + iif for iif in camera.iifs]
    return " ".join(words)


def show_remotes(exemption):
    words = []
    for prefix in exemption.prefixes:
        text = show_prefix(prefix)
        words.append(text.split("/")[0] if prefix in exemption.singles else text)
    words += ["set=" + item.name for item in exemption.sets]
    return words + (["router"] if exemption.router else [])


def show_exempt(exemption):
    words = ["exempt", exemption.name]
    words.append(f"camera={exemption.camera}" if exemption.camera
                 else f"policy={exemption.policy}")
    words += show_remotes(exemption)
    if exemption.dir != "out":
        words.append(f"dir={exemption.dir}")
    for key, value in (("proto", exemption.proto), ("from", exemption.start),
                       ("until", exemption.until)):
        if value is not None:
            words.append(f"{key}={value}")
    for key, ranges in (("port", exemption.ports), ("local", exemption.locals)):
        if ranges:
            words.append(f"{key}=" + show_numbers(ranges))
    if exemption.icmp:
        words.append("icmp=" + ",".join(map(str, exemption.icmp)))
    return " ".join(words)


# --- packets -----------------------------------------------------------------

@dataclass
class Packet:
    src: tuple
    dst: tuple
    hook: str = "forward"
    iif: str = None
    oif: str = None
    mac: int = None
    dmac: int = None
    dmac_later: bool = False
    inner: tuple = None
    proto: int = None
    sport: int = None
    dport: int = None
    icmp: int = None
    before: tuple = None
    before_port: int = None
    flags: set = field(default_factory=set)
    state: str = "untracked"
    flow: tuple = None
    flow_proto: int = None
    flow_sport: int = None
    flow_dport: int = None
    flow_icmp: int = None


def read_ports(packet, value):
    packet.sport, packet.dport = (int(part) for part in value.split(">"))


def read_dmac(packet, value):
    if value == "later":
        packet.dmac_later = True
    else:
        packet.dmac = read_mac(value)


def read_before(packet, value):
    address, _, port = value.partition(">")
    packet.before = read_address(address)
    packet.before_port = int(port) if port else None


def read_flow(packet, value):
    value, _, icmp = value.partition("/")
    value, _, dport = value.partition(">")
    proto, _, sport = value.partition(":")
    packet.flow_proto = int(proto)
    packet.flow_sport = int(sport) if sport else None
    packet.flow_dport = int(dport) if dport else None
    packet.flow_icmp = int(icmp) if icmp else None


def setter(name, convert):
    def read(packet, value):
        setattr(packet, name, convert(value))
    return read


PACKET_FIELDS = {
    "hook": setter("hook", str), "in": setter("iif", str), "out": setter("oif", str),
    "mac": setter("mac", read_mac), "dmac": read_dmac,
    "inner": setter("inner", read_pair), "proto": setter("proto", int),
    "port": read_ports, "icmp": setter("icmp", int), "before": read_before,
    "flow": read_flow,
}


def read_packet(words):
    packet = Packet(*read_pair(words[0]))
    for word in words[1:]:
        key, _, value = word.partition("=")
        if key in STATES:
            packet.state = key
            packet.flow = read_pair(value) if value else None
        elif key in PACKET_FIELDS:
            PACKET_FIELDS[key](packet, value)
        elif word in FLAGS:
            packet.flags.add(word)
        else:
            raise FormError(f"packet: {word}")
    return packet


def show_flow(packet):
    text = f"flow={packet.flow_proto}"
    if packet.flow_sport is not None:
        text += f":{packet.flow_sport}"
    if packet.flow_dport is not None:
        text += f">{packet.flow_dport}"
    if packet.flow_icmp is not None:
        text += f"/{packet.flow_icmp}"
    return text


def show_packet(packet):
    words = [show_pair((packet.src, packet.dst))]
    if packet.hook != "forward":
        words.append("hook=" + packet.hook)
    for key, value, show in (("in", packet.iif, str), ("out", packet.oif, str),
                             ("mac", packet.mac, show_mac),
                             ("dmac", packet.dmac, show_mac),
                             ("dmac", "later" if packet.dmac_later else None, str),
                             ("inner", packet.inner, show_pair),
                             ("proto", packet.proto, str)):
        if value is not None:
            words.append(f"{key}={show(value)}")
    if packet.sport is not None:
        words.append(f"port={packet.sport}>{packet.dport}")
    if packet.icmp is not None:
        words.append(f"icmp={packet.icmp}")
    if packet.before is not None:
        port = "" if packet.before_port is None else f">{packet.before_port}"
        words.append("before=" + show_address(packet.before) + port)
    words += [flag for flag in FLAGS if flag in packet.flags]
    if packet.state != "untracked":
        flow = "" if packet.flow is None else "=" + show_pair(packet.flow)
        words.append(packet.state + flow)
    if packet.flow_proto is not None:
        words.append(show_flow(packet))
    return " ".join(words)


# --- files -------------------------------------------------------------------

@dataclass
class Item:
    """One packet of a file, with what is in force and what is expected."""
    line: int
    ruleset: Ruleset
    now: int
    packet: Packet
    expected: str


def read_file(lines):
    ruleset, open_ruleset, now = None, False, 0
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#") or words[0] == "packet-level:":
            continue
        if words[0] == "ruleset":
            ruleset, open_ruleset = Ruleset(), True
        elif words[0] == "end":
            ruleset.index()
            open_ruleset = False
        elif open_ruleset:
            read_statement(ruleset, line)
        elif words[0] == "now":
            now = int(words[1])
        elif words[0] == "packet":
            left, _, expected = line.partition("=>")
            yield Item(number, ruleset, now, read_packet(left.split()[1:]),
                       " ".join(expected.split()))
        else:
            raise FormError(f"line {number}: {line}")
