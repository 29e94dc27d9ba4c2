# SPDX-License-Identifier: GPL-2.0
"""Real packets for the model's: how each has to be sent so that a router, or a
bridge, with the devices of rulesets.py lets it come to the hook it is meant for.

walks.py KIND SEED COUNT CASES INDEX writes what tests/vm/walk/walk.c reads; KIND is
router or bridge. walks.py topology KIND prints commands of ip; those that begin with -6 are for `ip -6`.
"""

import copy
import sys
from collections import Counter
from dataclasses import dataclass, field

import frames as wire
from forms import in_prefix, read_prefix, show_address, show_mac, show_packet, show_ruleset
from generate import Run
from messages import show_messages
from model import Case
from packets import GATEWAY, GROUP_MACS, Packets, flow_of, is_group, is_own
from rulesets import INTERFACES, MACS, NOW, OWN, PORTED, PORTS
from traps import Seen, is_in_trap

TUN = "ppp0"
ETHERNETS = [name for name in INTERFACES if name != TUN]
RECEIVERS = MACS + [GATEWAY]
ROUTES = [(dev, mac) for dev in ETHERNETS for mac in RECEIVERS] + [(TUN, None)]
HERE = 63                       # not a route: this router takes it
UNTRACKED = 0x40                # bits of a packet's mark, which it brings itself
REDIRECTED = 0x80
UDP_LITE = 136
BROADCAST4 = (4, 0xffffffff)
LINK_LOCAL = read_prefix("fe80::/10")
# conntrack does not look at these, as if they were untracked.
NEVER_TRACKED = (130, 131, 132, 133, 134, 135, 136, 137, 143)
REQUESTS = {1: (8, 13), 58: (128,)}
ANSWERS = {1: (0, 14), 58: (129,)}
ERRORS = {1: (3, 5, 11, 12), 58: (1, 2, 3, 4)}


class CannotBe(Exception):
    """No router would come to judge such a packet."""


@dataclass
class Walk:
    """A packet on its way, and who judges it: the model's packets, in order."""
    seens: list
    frame: bytes
    comes_by: str
    places: list
    arrives: list = field(default_factory=list)
    counts: dict = field(default_factory=dict)
    words: list = field(default_factory=list)


def route(dev, mac):
    return ROUTES.index((dev, mac))


def need(condition):
    if not condition:
        raise CannotBe


def is_foreign(packet):
    """Nothing that is forwarded or bridged has an address of the router's own."""
    ends = (packet.src, packet.dst) + (packet.flow or ())
    return not any(end and is_own(end) for end in ends)


# --- conntrack's entry -------------------------------------------------------

def entry(addresses, proto, sport, dport, kind):
    """What the program tells conntrack of a flow that began before."""
    source, destination = addresses
    words = [str(proto), show_address(source), show_address(destination)]
    if proto in (wire.ICMP, wire.ICMP6):
        words += [str(kind), str(wire.ECHO_ID)]
    elif proto in PORTED:
        words += [str(sport), str(dport)]
    return "ct=" + ",".join(words)


class Inet:
    """A packet for FORWARD, LOCAL_IN or LOCAL_OUT, and for egress after them."""

    def __init__(self, run, packets, packet):
        self.run, self.rng, self.rules = run, run.rng, packets.rules
        self.packets = packets
        self.packet = copy.copy(packet)
        self.packet.flags = set(packet.flags)
        self.mark = 0
        self.words = []
        self.ports = (packet.sport, packet.dport)

    def walk(self):
        packet = self.packet
        need(packet.src and packet.dst and "later" not in packet.flags)
        need({packet.iif, packet.oif} <= {*INTERFACES, None})
        packet.flags -= {"group"}
        packet.flags |= {"group"} if is_group(packet.dst) else set()
        if packet.hook == "egress":
            self.come_to_egress()
        need(packet.hook == "local_in" or not is_own(packet.dst))
        need(packet.hook != "local_in" or "source_route" not in packet.flags)
        need(packet.hook != "forward" or is_foreign(packet)
             and not in_prefix(packet.src, LINK_LOCAL))
        self.place()
        self.track()
        frame = self.frame(self.payload())
        return Walk(self.seens(), frame, packet.iif or "raw", [packet.oif or "input"],
                    words=self.words)

    # --- where it comes from and goes to -----------------------------------------

    def come_to_egress(self):
        """Somebody's packet that FORWARD lets go on before the receiver's MAC is known."""
        packet = self.packet
        packet.hook, packet.dmac_later = "forward", True
        packet.iif = self.rng.choice(ETHERNETS)
        packet.mac = self.rng.choice([mac for mac in RECEIVERS if mac not in self.rules.by_mac]
                                     or RECEIVERS)

    def place(self):
        packet = self.packet
        group = is_group(packet.dst)
        if packet.hook != "local_out":
            packet.mac = None if packet.iif == TUN else packet.mac or self.rng.choice(RECEIVERS)
        if packet.hook == "local_in":
            need(packet.before is None or "dst_own" in packet.flags)
            if not group and "dst_own" not in packet.flags:
                self.mark |= HERE
            return
        need(not group if packet.hook == "forward" else packet.dst != BROADCAST4)
        later = packet.dmac_later and packet.oif != TUN and not group
        self.receiver = None if packet.oif == TUN else packet.dmac or self.rng.choice(RECEIVERS)
        need(self.receiver in RECEIVERS + [None])
        number = route(packet.oif, self.receiver)
        self.mark |= number
        packet.dmac_later = later and self.packets.knows_macs
        packet.dmac = None if packet.dmac_later or group else self.receiver
        if not self.packets.knows_macs:
            packet.dmac = None
        if later:
            gateway = gateways(number)[packet.dst[0] == 6]
            self.words.append(f"cold={gateway},{show_mac(self.receiver)}")

    # --- conntrack ---------------------------------------------------------------------

    def track(self):
        packet = self.packet
        if packet.before is not None:
            need(packet.state == "original")
            self.redirect()
        if packet.state == "untracked":
            if not (packet.proto == wire.ICMP6 and packet.icmp in NEVER_TRACKED):
                self.mark |= UNTRACKED
        elif packet.state == "reply":
            self.answer()
        elif packet.state in ("related", "related_reply"):
            self.tell_of_a_flow()
        else:
            need(self.begins())
        need(packet.state == "untracked" or packet.proto != UDP_LITE)

    def begins(self):
        """Would conntrack take it for the first of a flow?"""
        packet = self.packet
        if packet.proto in REQUESTS:
            return packet.icmp is None or packet.icmp in REQUESTS[packet.proto]
        return not (packet.proto == wire.AH and packet.dst[0] == 6)

    def answer(self):
        """The entry is what the packet's header says, the other way round."""
        packet = self.packet
        need(packet.proto not in (wire.SCTP, wire.DCCP, wire.AH) and packet.src != packet.dst)
        sport, dport = self.flow_ports(packet.flow_sport, packet.flow_dport)
        packet.flow = None
        packet.flow_proto = None
        kind = None
        if packet.proto in ANSWERS:
            need(packet.icmp is None or packet.icmp in ANSWERS[packet.proto])
            kind = 13 if packet.icmp == 14 else 8 if packet.proto == wire.ICMP else 128
            packet.flow_proto, packet.flow_icmp = packet.proto, kind
            packet.flow_sport = packet.flow_dport = None
        elif packet.proto in PORTED:
            packet.flow_proto, packet.flow_icmp = packet.proto, None
            packet.flow_sport, packet.flow_dport = sport, dport
            self.ports = (dport, sport)
            if packet.sport is not None:
                packet.sport, packet.dport = self.ports
        self.own_flow()
        self.words.append(entry((packet.dst, packet.src), packet.proto, sport, dport, kind))

    def flow_ports(self, sport, dport):
        if self.packet.sport is not None:
            return self.packet.dport, self.packet.sport
        return sport or 9, dport or 9

    def own_flow(self):
        flags, (source, destination) = self.packet.flags, flow_of(self.packet)
        flags -= {"flow_src_own", "flow_dst_own"}
        flags |= {"flow_src_own"} if is_own(source) else set()
        flags |= {"flow_dst_own"} if is_own(destination) else set()

    def tell_of_a_flow(self):
        """An ICMP error goes to that end of the flow whose packet it is about."""
        packet = self.packet
        need(packet.icmp in ERRORS[packet.proto])
        source, destination = packet.flow
        need(source != destination)
        reply = packet.state == "related_reply"
        need(packet.dst == (source if reply else destination))
        proto = packet.flow_proto
        need(proto != wire.AH)
        kind = packet.flow_icmp
        self.words.append(entry(packet.flow, proto, packet.flow_sport, packet.flow_dport, kind))
        ends, ports = packet.flow, (packet.flow_sport, packet.flow_dport)
        if not reply:
            ends, ports = ends[::-1], ports[::-1]
            kind = {8: 0, 13: 14, 128: 129}.get(kind)
        self.about = wire.ip(*ends, proto, wire.transport(proto, *ports, kind))
        if "icmp_error" not in packet.flags:
            packet.state, packet.flow, packet.flow_proto = "untracked", None, None

    def redirect(self):
        """On the wire it goes where it was going before the router redirected it."""
        packet = self.packet
        need("source_route" not in packet.flags and packet.proto != wire.ICMP6)
        with_ports = packet.proto in (wire.TCP, wire.UDP)
        need(with_ports or packet.before_port is None)
        need(not is_group(packet.before))
        number = self.run.redirect(packet.dst, packet.dport if with_ports else None)
        self.mark = REDIRECTED | number

    # --- the bytes ---------------------------------------------------------------------

    about = None

    def payload(self):
        """(protocol, bytes) behind the IP header."""
        packet = self.packet
        sport, dport = (9 if port is None else port for port in self.ports)
        if packet.before is not None and packet.before_port is not None:
            dport = packet.before_port
        flags = wire.ACK if packet.state == "reply" or "ack" in packet.flags else wire.SYN
        if packet.inner is not None:
            return packet.proto, wire.inner(packet.inner, "tunnel" in packet.flags,
                                            self.rng.randint(1, 8))
        kind = packet.icmp
        if kind is None and packet.proto in REQUESTS:
            kind = (ANSWERS if packet.state == "reply" else REQUESTS)[packet.proto][0]
        return packet.proto, wire.transport(packet.proto, sport, dport, kind, flags,
                                            self.about or b"")

    def frame(self, behind):
        packet = self.packet
        l3 = packet_of(self.rng, packet, behind, self.mark, self.run.done + 1,
                       packet.before or packet.dst)
        if packet.hook == "local_out" or packet.iif == TUN:
            return l3
        dmac = GROUP_MACS[packet.dst[0]] if is_group(packet.dst) else self.run.macs[packet.iif]
        return wire.ethernet(dmac, packet.mac, wire.ETHERTYPES[packet.dst[0]], l3)

    # --- who judges it -----------------------------------------------------------------

    def seens(self):
        first = self.run.seen(self.packets, self.packet)
        if not self.packet.dmac_later or first.verdict.drops():
            return [first]
        last = copy.copy(self.packet)
        last.hook, last.dmac_later, last.dmac = "egress", False, self.receiver
        last.iif = last.mac = None
        if self.packet.hook == "forward":
            last.flags = last.flags - {"nd"}    # it has made a hop
        return [first, self.run.seen(self.packets, last)]


def packet_of(rng, packet, behind, mark, number, dst):
    """The IP packet, with what is special about it."""
    proto = behind[0]
    payload = wire.summed(packet.src, dst, *behind)
    flags, family = packet.flags, dst[0]
    options = b""
    if "malformed" in flags:
        proto, payload = malformed(rng, packet, behind)
    if "source_route" in flags:
        if family == 4:
            options = wire.loose_route((4, 0x0a090909))
        else:
            payload = wire.routing_header(proto, (6, 0x20010db8 << 96 | 9)) + payload
            proto = wire.ROUTING
    ttl = 255 if "nd" in flags else 1 if "membership" in flags else 64
    if family == 4:
        offset = 1 if "later" in flags else 0
        return wire.ipv4(packet.src, dst, proto, payload, (number & 0xff or 1) << 8 | mark, ttl,
                         options, offset)
    if "later" in flags:
        payload, proto = wire.fragment_header(proto, 1) + payload, wire.FRAGMENT
    return wire.ipv6(packet.src, dst, proto, payload, (number & 0xfff) << 8 | mark, ttl)


def malformed(rng, packet, behind):
    """One of the ways to be so; the packet is left with what can be read of it."""
    proto, payload = behind
    ways = []
    if wire.cut_transport(proto) is not None:
        ways.append(("cut", proto, wire.cut_transport(proto)))
    if proto == wire.TCP:
        ways.append(("offset", proto, wire.tcp(9, 9, offset=4)))
    if proto in (4, 41):
        ways.append(("cut", proto, bytes(10)))
        ways.append(("inner", proto, wire.two_inner(proto)))
    if packet.dst[0] == 6:
        ways.append(("headers", wire.DESTINATION_OPTIONS,
                     wire.options_headers(proto, wire.TOO_MANY_HEADERS) + payload))
    need(ways)
    way, proto, payload = rng.choice(ways)
    if way == "inner":
        packet.inner = (wire.INNER[packet.proto],) * 2
    if way == "headers":
        packet.proto = None
        packet.flags -= {"tunnel"}
    return proto, payload


class Bridged:
    """A frame from one port of a bridge to another, or to all others."""

    def __init__(self, run, packets, packet):
        self.run, self.rng, self.packets = run, run.rng, packets
        self.packet = copy.copy(packet)
        self.packet.flags = set(packet.flags)

    def walk(self):
        packet = self.packet
        need({packet.iif, packet.oif} <= set(PORTS) and not packet.mac >> 40 & 1)
        need(is_foreign(packet))
        others = [port for port in PORTS if port != packet.iif]
        if packet.dmac >> 40 & 1:
            places = others
        else:
            places = [packet.oif if packet.oif != packet.iif else self.rng.choice(others)]
        frame = wire.ethernet(packet.dmac, packet.mac, *self.content())
        seens = []
        for place in places:
            copied = copy.copy(packet)
            copied.oif = place
            seens.append(self.run.seen(self.packets, copied))
        words = [f"fdb={show_mac(packet.dmac)},{places[0]}"] if len(places) == 1 else []
        return Walk(seens, frame, packet.iif, places, words=words)

    def content(self):
        """(EtherType, bytes behind it)"""
        packet = self.packet
        if packet.src is None:
            return self.unreadable()
        family = packet.dst[0]
        l3 = packet_of(self.rng, packet, self.payload(), 0, self.run.done + 1, packet.dst)
        kind = self.rng.choices(("plain", "one", "two", "three", "pppoe"),
                                (70, 8, 6, 6, 10))[0]
        if kind == "pppoe":
            return wire.in_session(family, l3)
        tags = {"plain": [], "one": [10], "two": [10, 20], "three": [10, 20, 30]}[kind]
        return wire.tagged(wire.ETHERTYPES[family], l3, tags)

    def payload(self):
        packet = self.packet
        if packet.inner is not None:
            return packet.proto, wire.inner(packet.inner, "tunnel" in packet.flags,
                                            self.rng.randint(1, 8))
        sport, dport = (9 if port is None else port for port in (packet.sport, packet.dport))
        kind = packet.icmp
        if kind is None and packet.proto in REQUESTS:
            kind = REQUESTS[packet.proto][0]
        flags = wire.ACK if "ack" in packet.flags else wire.SYN
        if "later" in packet.flags:
            return packet.proto, bytes(24)
        return packet.proto, wire.transport(packet.proto, sport, dport, kind, flags)

    def unreadable(self):
        if "malformed" in self.packet.flags:
            return self.rng.choice(((0x0800, bytes([0x65]) + bytes(45)), (0x86dd, bytes(60)),
                                    (0x0800, bytes([0x45, 0, 0, 20]) + bytes(6))))
        return self.rng.choice(((0x88b5, bytes(46)), (0x8847, bytes(46)), (0x8863, bytes(46)),
                                (40, bytes([0xaa, 0xaa, 3, 0, 0, 0, 8, 0]) + bytes(38)),
                                wire.tagged(0x88b5, bytes(46), [10])))


# --- a run -------------------------------------------------------------------

class Walks(Run):
    WANTED = 0.017
    TRIES = 30          # most of what is drawn is no router's packet
    AIMS = 8
    RULESETS = 8        # are drawn at most until one serves the trap that lags the most
    FRUITLESS = 40      # so many did not: it is not this kind's

    def __init__(self, kind, seed, count, out, index):
        super().__init__(seed, count, out)
        self.kind, self.index = kind, index
        self.in_vain = Counter()
        self.macs = {dev: 0x02ee00000001 + i for i, dev in enumerate(ETHERNETS)}

    def draw_rules(self):
        aims = [name for name in self.lacking() if self.in_vain[name] < self.FRUITLESS]
        aim = min(aims, key=lambda name: (self.traps[name], name), default=None)
        for _ in range(self.RULESETS):
            rules = self.draw_acceptable()
            if aim is None or self.serves(rules, aim):
                break
        return rules

    def draw_acceptable(self):
        """One that the module takes: no camera has a group's address."""
        while True:
            rules = super().draw_rules()
            if not any(is_group(a) for c in rules.cameras.values() for a in c.addresses):
                return rules

    def serves(self, rules, aim):
        self.redirects = []
        packets = Packets(self.rng, rules)
        packets.now = NOW
        if self.aimed(packets, NOW, aim):
            self.in_vain[aim] = 0
            return True
        self.in_vain[aim] += 1
        return False

    def begin(self, rules):
        self.redirects, self.lines = [], []
        print(f"# {show_ruleset(rules)}".replace("\n", "; "), file=self.index)
        print("ruleset", file=self.out)
        print(show_messages(rules), file=self.out)

    def end(self):
        if self.redirects:
            print("nft flush chain inet walk turn", file=self.out)
        for number, item in enumerate(self.redirects):
            for rule in turns(*item):
                print(f"nft add rule inet walk turn meta mark {REDIRECTED | number} {rule}",
                      file=self.out)
        self.out.writelines(self.lines)

    def redirect(self, address, port):
        item = (address, port)
        if item not in self.redirects:
            need(len(self.redirects) < 0x7f)
            self.redirects.append(item)
        return self.redirects.index(item)

    def seen(self, packets, packet):
        case = Case(packets.rules, packets.now, packet)
        return Seen(case, case.verdict())

    def judged(self, packets, clock, packet):
        bridge = packet.hook == "bridge"
        if bridge != (self.kind == "bridge"):
            return None
        try:
            return (Bridged if bridge else Inet)(self, packets, packet).walk()
        except CannotBe:
            return None

    def is_in(self, walk, trap):
        return walk is not None and any(is_in_trap(seen, trap) for seen in walk.seens)

    def take(self, walk, traps, clock):
        self.done += 1
        for seen in walk.seens:
            self.count(walk, seen)
        bridged = len(walk.places) > 1 or walk.seens[0].packet.hook == "bridge"
        if bridged:
            walk.arrives = [place for place, seen in zip(walk.places, walk.seens)
                            if not seen.verdict.drops()]
        elif not walk.seens[-1].verdict.drops():
            walk.arrives = walk.places
        self.passed += bool(walk.arrives)
        self.traps.update(traps)
        reasons = [seen.verdict.reason for seen in walk.seens]
        self.reasons.update(set(reasons))
        self.hooks.update({seen.packet.hook for seen in walk.seens})
        self.lines.append(self.line(walk, clock) + "\n")
        told = " | ".join(f"{show_packet(seen.packet)} => {seen.verdict}" for seen in walk.seens)
        print(f"{self.done} now={clock} traps={','.join(traps)} {told}", file=self.index)

    def histogram(self):
        self.out = self.index
        super().histogram()

    def count(self, walk, seen):
        verdict = seen.verdict
        if seen.packet.hook == "egress" and not verdict.drops():
            return
        names = ["r:" + verdict.reason]
        names += ["p:" + verdict.policy] if verdict.policy != "-" else []
        names += ["c:" + verdict.camera] if verdict.drops() and verdict.camera != "-" else []
        names += ["e:" + verdict.exemption] if verdict.exemption != "-" else []
        for name in names:
            walk.counts[name] = walk.counts.get(name, 0) + 1

    def line(self, walk, clock):
        wanted = ",".join(f"{name}={walk.counts[name]}" for name in sorted(walk.counts))
        return " ".join([f"case={self.done}", f"now={clock or 1000000}", f"in={walk.comes_by}",
                         "at=" + ",".join(walk.places), "pass=" + (",".join(walk.arrives) or "-"),
                         "want=" + (wanted or "-"), *walk.words, "frame=" + walk.frame.hex()])


def turns(address, port):
    """nft's rules that send a packet there."""
    to = show_address(address)
    if port is None:
        return [f"dnat ip{'6' if address[0] == 6 else ''} to {to}"]
    if address[0] == 6:
        return [f"meta l4proto {proto} dnat ip6 to [{to}]:{port}" for proto in ("tcp", "udp")]
    return [f"meta l4proto {proto} dnat ip to {to}:{port}" for proto in ("tcp", "udp")]


# --- topology ----------------------------------------------------------------

def router():
    lines = ["link set lo up"]
    lines += [f"addr add {show_address(address)} dev lo" for address in OWN]
    for i, dev in enumerate(INTERFACES):
        mode = "tun" if dev == TUN else "tap"
        lines.append(f"tuntap add dev {dev} mode {mode}")
        if dev != TUN:
            lines.append(f"link set {dev} address {show_mac(0x02ee00000001 + i)}")
        lines += [f"link set {dev} addrgenmode none", f"link set {dev} up txqueuelen 1000",
                  f"addr add fe80::1/64 dev {dev} nodad"]
    for number, (dev, mac) in enumerate(ROUTES):
        via4, via6 = "", ""
        if mac is not None:
            via4, via6 = (f"via {gateway} " for gateway in gateways(number))
            for gateway in gateways(number):
                lines.append(f"neigh add {gateway} lladdr {show_mac(mac)} dev {dev} nud permanent")
        onlink = "onlink " if mac is not None else ""
        lines += rules(number)
        lines += [f"route add default {via4}dev {dev} {onlink}table {100 + number}",
                  f"-6 route add default {via6}dev {dev} table {100 + number}"]
    lines += rules(HERE)
    lines += [f"route add local default dev lo table {100 + HERE}",
              f"-6 route add local default dev lo table {100 + HERE}"]
    return lines


def rules(number):
    return [f"{family}rule add fwmark {number}/0x3f lookup {100 + number} pref {1000 + number}"
            for family in ("", "-6 ")]


def gateways(number):
    return f"169.254.0.{number + 1}", f"fe80::1:{number + 1:x}"


def bridge():
    lines = ["link set lo up", "link add walk type bridge mcast_snooping 0",
             "link set walk addrgenmode none", "link set walk up"]
    lines += [f"addr add {show_address(address)} dev lo" for address in OWN]
    for dev in PORTS:
        lines += [f"tuntap add dev {dev} mode tap", f"link set {dev} addrgenmode none",
                  f"link set {dev} master walk", f"link set {dev} type bridge_slave learning off",
                  f"link set {dev} up"]
    return lines


def main():
    if sys.argv[1:2] == ["topology"]:
        print("\n".join({"router": router, "bridge": bridge}[sys.argv[2]]()))
        return 0
    if len(sys.argv) != 6:
        print(__doc__, file=sys.stderr)
        return 1
    kind, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(sys.argv[4], "w") as cases, open(sys.argv[5], "w") as index:
        Walks(kind, seed, count, cases, index).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
