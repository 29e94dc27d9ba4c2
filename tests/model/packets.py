# SPDX-License-Identifier: GPL-2.0
"""Random packets for a ruleset: consistent, and mostly close to what it says."""

from dataclasses import dataclass

from forms import BITS, Packet, in_prefix
from model import MAPPED, TUNNEL_PORTS, TUNNEL_PROTOCOLS, WELL_KNOWN_NAT64
from recipes import RECIPES, REQUEST_TYPES
from rulesets import FAR, GROUPS, ICMP_TYPES, INTERFACES, LAN, MACS, NAT64, OUT, OWN, \
    PORTED, PORTS, PORT_NUMBERS, UNSPECIFIED

GATEWAY = 0x0200000000fe
GROUP_MACS = {4: 0x01005e000001, 6: 0x333300000001}
BROADCAST = 0xffffffffffff
REPLY_TYPES = {1: {0: 8, 14: 13}, 58: {129: 128}}
ERROR_TYPES = {1: (3, 11, 12), 58: (1, 2, 3, 4)}
DISCOVERY = (133, 134, 135, 136, 137)
MEMBERSHIP = (130, 131, 132, 143)
FORMS = (WELL_KNOWN_NAT64, MAPPED)


@dataclass
class End:
    address: tuple
    mac: int
    interface: str


def is_own(address):
    return address in OWN


def is_group(address):
    return (in_prefix(address, (4, 224 << 24, 4)) or address == GROUPS[4][-1]
            or in_prefix(address, (6, 0xff << 120, 8)))


def put_u_octet(number):
    """Make room for the octet that RFC 6052 keeps empty; number has 120 bits."""
    return number >> 56 << 64 | number & (1 << 56) - 1


def write_in(ipv4, prefix):
    """An IPv4 address as RFC 6052 writes it behind the prefix."""
    _, number, length = prefix
    if length == 96:
        return (6, number | ipv4)
    return (6, number | put_u_octet(ipv4 << 88 - length))


class Packets:
    def __init__(self, rng, rules):
        self.rng = rng
        self.rules = rules
        self.cameras = list(rules.cameras.values())
        self.bounds = {4: self.find_bounds(4), 6: self.find_bounds(6)}
        self.knows_macs = rules.has_mac_selectors()
        self.now = 0

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def choose(self, weights):
        return self.rng.choices(list(weights), list(weights.values()))[0]

    # --- addresses ---------------------------------------------------------------

    def find_bounds(self, family):
        """The first and last addresses of all ranges, and their neighbours."""
        found = set()
        for item in self.rules.sets.values():
            for f, first, last in item.ranges:
                if f == family:
                    found.update((first - 1, first, last, last + 1))
        for exemption in self.rules.exemptions:
            for f, number, length in exemption.prefixes:
                if f == family and length:
                    last = number + (1 << BITS[f] - length) - 1
                    found.update((number - 1, number, last, last + 1))
        return sorted(a for a in ((family, n) for n in found) if self.usable(a))

    def usable(self, address):
        return (not is_group(address) and not is_own(address)
                and 0 < address[1] < 1 << BITS[address[0]]
                and not any(in_prefix(address, p) for p in FORMS + tuple(NAT64)))

    def remote_address(self, family):
        kind = self.choose({"bound": 40, "out": 35, "far": 13, "lan": 12})
        if kind == "bound" and self.bounds[family]:
            return self.rng.choice(self.bounds[family])
        return self.rng.choice({"far": FAR, "lan": LAN}.get(kind, OUT)[family])

    def written(self, address):
        """The address, or an IPv6 form that has the IPv4 address in it."""
        if address is None or address[0] == 6 or is_own(address) or is_group(address):
            return address
        forms = self.rules.nat64 * 2 + [WELL_KNOWN_NAT64, MAPPED, None, None]
        form = self.rng.choice(forms)
        if form is None:
            return self.in_a_form(address)
        return self.longer_form(write_in(address[1], form), address, form)

    def in_a_form(self, ipv4):
        """6to4 or Teredo."""
        if self.chance(50):
            return (6, 0x2002 << 112 | ipv4[1] << 80 | 1)
        server = self.rng.choice(OUT[4])[1]
        return (6, 0x20010000 << 96 | server << 64 | 0xffff << 32 | ~ipv4[1] & 0xffffffff)

    def longer_form(self, found, address, form):
        """Where a longer prefix fits as well, the address would be another one."""
        if any(p[2] > form[2] and in_prefix(found, p) for p in self.rules.nat64):
            return found if self.chance(50) else write_in(address[1], FORMS[0])
        return found

    def own_address(self, family):
        return self.rng.choice([a for a in OWN if a[0] == family])

    def interface(self, bridge):
        return self.rng.choice(PORTS if bridge else INTERFACES)

    # --- ends --------------------------------------------------------------------

    def stranger(self, family, bridge):
        return End(self.remote_address(family), self.rng.choice(MACS[-3:] + [GATEWAY]),
                   self.interface(bridge))

    def end_of(self, camera, bridge):
        """An end that one selector of the camera's, or two, would name."""
        end = self.stranger(self.rng.choice((4, 6)), bridge)
        end.address = self.rng.choice(LAN[end.address[0]])
        if self.chance(50):
            end.mac = self.rng.choice(MACS)
        for _ in range(self.rng.choice((1, 1, 2))):
            self.meet(end, camera)
        return end

    def sure_end_of(self, camera, family, bridge):
        """An end that names this camera and, as far as chance allows, no other."""
        end = self.stranger(family, bridge)
        end.mac, end.address = GATEWAY, self.rng.choice(FAR[family])
        places = [a for a in camera.addresses if a[0] == family and not is_group(a)]
        places += [a for p in camera.prefixes if p[0] == family
                   for a in LAN[family] if in_prefix(a, p)]
        macs = camera.macs + [self.in_oui(oui) for oui in camera.ouis]
        if places and (not macs or self.chance(70)):
            end.address = self.rng.choice(places)
        elif macs:
            end.mac = self.rng.choice(macs)
        elif camera.iifs:
            end.interface = self.rng.choice(camera.iifs)
        return end

    def meet(self, end, camera):
        kinds = [k for k in ("macs", "addresses", "prefixes", "ouis", "iifs")
                 if getattr(camera, k)]
        kind = self.rng.choice(kinds)
        key = self.rng.choice(getattr(camera, kind))
        if kind == "macs":
            end.mac = key
        elif kind == "addresses":
            end.address = key
        elif kind == "prefixes":
            end.address = self.in_subnet(key, end.address)
        elif kind == "ouis":
            end.mac = self.in_oui(key)
        else:
            end.interface = key

    def in_subnet(self, prefix, address):
        places = [a for a in LAN[prefix[0]] + OUT[prefix[0]] + OWN if in_prefix(a, prefix)]
        return self.rng.choice(places) if places else address

    def in_oui(self, oui):
        fitting = [mac for mac in MACS if mac >> 48 - oui[1] == oui[0]]
        return self.rng.choice(fitting)

    # --- what they say -----------------------------------------------------------

    def near(self, ranges, other, where="anywhere"):
        """A port in the ranges or right beside them."""
        if not ranges:
            return other
        first, last = self.rng.choice(ranges)
        places = {"inside": (first, last), "edge": (first, last, first - 1, last + 1, last + 1),
                  "anywhere": (first, last, first, last, first - 1, last + 1)}
        port = self.rng.choice(places[where])
        return min(65535, max(1, port))

    def free_port(self):
        return self.rng.choice(PORT_NUMBERS) + self.rng.choice((0, 0, 1))

    def transport(self, family):
        icmp = 1 if family == 4 else 58
        return self.choose({6: 38, 17: 26, icmp: 12, 132: 3, 33: 2, 47: 3, 50: 1, 51: 1,
                            97: 1, 115: 1, 4: 4, 41: 5, 89: 2, 2 if family == 4 else 136: 2})

    def exemptions_for(self, camera):
        found = self.rules.of_camera.get(camera.name, []) if camera else []
        policy = camera.policy if camera else self.rules.site
        return found + self.rules.of_policy.get(policy.name, []) if policy else found

    def remote_of(self, exemption, family):
        """An address that the exemption holds, if it has one of this family."""
        places = [a for p in exemption.prefixes if p[0] == family
                  for a in OUT[family] + LAN[family] + FAR[family] if in_prefix(a, p)]
        places += [(f, n) for item in exemption.sets for f, n, _ in item.ranges
                   if f == family and self.usable((f, n))]
        if self.chance(30):
            places += [(family, p[1]) for p in exemption.prefixes if p[0] == family
                       and p in exemption.singles]
        return self.rng.choice(places) if places else None

    # --- one packet ----------------------------------------------------------------

    def packet(self, recipe=None):
        """Any packet, or one of a recipe; None where the ruleset has no stuff for it."""
        hints = RECIPES[recipe](self) if recipe else {}
        if hints is None:
            return None
        talk = Talk(self, hints)
        kind = talk.hints.get("kind") or self.kind(talk.packet)
        getattr(self, kind)(talk)
        if kind not in ("frame", "unreadable"):
            self.link(talk)
            self.flags(talk)
        return talk.packet

    def kind(self, packet):
        weights = {"plain": 64, "error": 11, "malformed": 4, "source_route": 4, "later": 5}
        if packet.dst[0] == 6:
            weights["discovery"] = 8
        if packet.hook == "local_in" or packet.hook == "local_out":
            weights["membership"] = 4
        if packet.hook == "bridge":
            weights.update(frame=7, unreadable=2, membership=3)
        if packet.hook == "forward":
            weights["membership"] = 2
        return self.choose(weights)

    def plain(self, talk):
        talk.say()
        self.track(talk)
        if talk.may_be_redirected():
            talk.redirect()

    def frame(self, talk):
        self.unreadable(talk)
        talk.packet.flags = {"ethertype"} | talk.packet.flags & {"group"}

    def unreadable(self, talk):
        packet = talk.packet
        self.link(talk)
        packet.src = packet.dst = None
        packet.flags = {"malformed"}
        if packet.dmac >> 40 & 1:
            packet.flags.add("group")

    def malformed(self, talk):
        talk.packet.proto = talk.proto
        talk.packet.flags.add("malformed")

    def source_route(self, talk):
        talk.packet.flags.add("source_route")
        talk.packet.proto, talk.packet.icmp = talk.proto, talk.icmp
        self.track(talk)
        talk.maybe_inner()

    def later(self, talk):
        talk.packet.flags.add("later")
        talk.packet.proto = talk.proto

    def discovery(self, talk):
        packet = talk.packet
        packet.proto, packet.icmp = 58, self.rng.choice(DISCOVERY)
        if self.chance(80):
            packet.flags.add("nd")
        if self.chance(25) and packet.hook != "egress":
            packet.dst = GROUPS[6][3]
        elif self.chance(30):
            packet.src = self.rng.choice(FAR[6][1:] + UNSPECIFIED[6])

    def membership(self, talk):
        packet = talk.packet
        family = packet.dst[0]
        packet.dst = self.rng.choice(GROUPS[family][:3])
        packet.proto = 2
        if family == 6:
            packet.proto, packet.icmp = 58, self.rng.choice(MEMBERSHIP)
        if self.chance(85):
            packet.flags.add("membership")

    # --- conntrack -------------------------------------------------------------------

    def track(self, talk):
        packet = talk.packet
        if packet.hook == "bridge":
            return
        packet.state = self.state(talk)
        if packet.state == "reply":
            talk.remember_flow()

    def state(self, talk):
        packet = talk.packet
        if talk.hints.get("state") or talk.slips(12):
            return "untracked"
        icmp = 1 if packet.dst[0] == 4 else 58
        if packet.proto == icmp and packet.icmp is not None:
            if packet.icmp in REPLY_TYPES[icmp]:
                return "reply"
            if packet.icmp == 5 and icmp == 1:
                return "untracked"
            return "original" if packet.icmp in REQUEST_TYPES[icmp] else "untracked"
        return "original" if talk.way == talk.flow_way else "reply"

    def error(self, talk):
        packet = talk.packet
        icmp = 1 if packet.dst[0] == 4 else 58
        packet.proto, packet.icmp = icmp, self.rng.choice(ERROR_TYPES[icmp])
        packet.flags.add("icmp_error")
        if icmp == 1 and self.chance(talk.hints.get("redirects", 12)):
            packet.icmp = 5
            packet.flags.remove("icmp_error")
        if packet.hook == "bridge" or talk.slips(15):
            return
        packet.state = "related" if talk.way == talk.flow_way else "related_reply"
        talk.relate()

    # --- the frame -------------------------------------------------------------------

    def link(self, talk):
        packet = talk.packet
        sender, receiver = talk.ends()
        bridge = packet.hook == "bridge"
        if packet.hook not in ("local_out", "egress"):
            packet.iif = sender.interface
        if packet.hook != "local_in":
            packet.oif = receiver.interface
        if bridge or packet.hook in ("forward", "local_in") and self.chance(80):
            packet.mac = sender.mac
        if bridge or packet.hook == "egress":
            packet.dmac = self.frames_receiver(talk, receiver)
        elif packet.hook != "local_in" and self.knows_macs and not is_group(packet.dst):
            self.neighbour(packet, receiver)

    def frames_receiver(self, talk, receiver):
        packet = talk.packet
        if is_group(packet.dst):
            return GROUP_MACS[packet.dst[0]]
        if self.chance(4) or talk.hints.get("group"):
            return self.rng.choice((BROADCAST, GROUP_MACS[packet.dst[0]]))
        return receiver.mac

    def neighbour(self, packet, receiver):
        kind = self.choose({"known": 55, "later": 27, "none": 18})
        if kind == "known":
            packet.dmac = receiver.mac
        packet.dmac_later = kind == "later"

    # --- flags -----------------------------------------------------------------------

    def flags(self, talk):
        packet = talk.packet
        known = {"src_own": is_own(packet.src), "dst_own": is_own(packet.dst),
                 "group": is_group(packet.dst) or bool((packet.dmac or 0) >> 40 & 1),
                 "tunnel": self.is_tunnel(packet), "ack": self.has_ack(packet, talk)}
        if packet.state in ("reply", "related", "related_reply"):
            source, destination = flow_of(packet)
            known["flow_src_own"] = is_own(source)
            known["flow_dst_own"] = is_own(destination)
        packet.flags |= {flag for flag, holds in known.items() if holds}

    def is_tunnel(self, packet):
        if packet.inner is not None:
            return self.chance(30)
        return (packet.proto in TUNNEL_PROTOCOLS
                or packet.proto == 17 and packet.dport in TUNNEL_PORTS)

    def has_ack(self, packet, talk):
        percent = talk.hints.get("ack", 70)
        return packet.proto == 6 and packet.sport is not None and self.chance(percent)


def flow_of(packet):
    if packet.flow is not None:
        return packet.flow
    if packet.state in ("reply", "related_reply"):
        return packet.dst, packet.src
    return packet.src, packet.dst


class Talk:
    """A camera's end (or a stranger's), a remote's end, and what they say.

    `way` is the packet's direction as the first end sees it, `flow_way` that of
    the flow's first packet.
    """

    def __init__(self, packets, hints):
        self.all = packets
        self.rng = packets.rng
        self.hints = hints
        self.packet = Packet(None, None)
        self.hook = hints.get("hook") or packets.choose(
            {"forward": 36, "local_in": 18, "local_out": 11,
             "egress": 13 if packets.knows_macs else 0, "bridge": 22})
        self.packet.hook = self.hook
        self.camera = self.find_camera()
        self.way = hints.get("way") or self.find_way()
        self.exemption = hints["exemption"] if "exemption" in hints else self.find_exemption()
        self.find_ends()
        self.find_transport()
        self.flow_way = hints.get("flow_way") or self.find_flow_way()

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def slips(self, percent):
        """Does it miss what the exemption says? Not where a recipe wants it to hold."""
        return "exemption" not in self.hints and self.chance(percent)

    def find_camera(self):
        if "camera" in self.hints:
            return self.hints["camera"]
        cameras = self.all.cameras
        return self.rng.choice(cameras) if cameras and self.chance(84) else None

    def find_way(self):
        out = {"egress": 0, "local_in": 85, "local_out": 20}.get(self.hook, 50)
        return "out" if self.chance(out) else "in"

    def find_exemption(self):
        found = self.all.exemptions_for(self.camera)
        return self.rng.choice(found) if found and self.chance(62) else None

    def find_flow_way(self):
        direct = self.exemption.dir if self.exemption else "both"
        if direct == "both" or self.slips(20):
            return self.rng.choice(("out", "in"))
        return direct

    # --- the two ends -------------------------------------------------------------

    def find_ends(self):
        bridge = self.hook == "bridge"
        family = self.rng.choice((4, 6))
        self.mine = self.my_end(family, bridge)
        self.theirs = self.all.stranger(family, bridge)
        self.mine.mac = self.hints.get("mac") or self.mine.mac
        self.mine.interface = self.hints.get("interface") or self.mine.interface
        self.theirs.interface = self.hints.get("their_interface") or self.theirs.interface
        if self.hints.get("plain_end"):
            self.mine.address = self.rng.choice(FAR[family])
        if self.hints.get("mine_in"):
            self.mine.address = self.one_of(self.hints["mine_in"], family) or self.mine.address
        family = self.hints.get("family") or self.holds_only()
        if family and family != self.mine.address[0]:
            self.mine.address = self.rng.choice(LAN[family])
        if self.mine.address[0] == 4 and self.slips(7):
            self.mine.address = self.all.written(self.mine.address)
        self.family = self.mine.address[0]
        if self.all.cameras and self.slips(15):
            self.theirs = self.other_camera(bridge)
        self.theirs.address = self.their_address()
        self.replace_impossible()
        self.place()

    def my_end(self, family, bridge):
        if self.camera is None:
            return self.all.stranger(family, bridge)
        if self.hints.get("exemption") is None:
            return self.all.end_of(self.camera, bridge)
        families = [a[0] for a in self.camera.addresses + self.camera.prefixes] or [family]
        family = self.hints.get("family") or self.holds_only() or self.rng.choice(families)
        return self.all.sure_end_of(self.camera, family, bridge)

    def holds_only(self):
        """The one family of which the recipe's exemption has remotes."""
        exemption = self.hints.get("exemption")
        if exemption is None or exemption.router or exemption.sets:
            return None
        families = {prefix[0] for prefix in exemption.prefixes}
        return families.pop() if len(families) == 1 and self.chance(70) else None

    def other_camera(self, bridge):
        for _ in range(4):
            end = self.all.end_of(self.rng.choice(self.all.cameras), bridge)
            if end.address[0] == self.family:
                return end
        return self.all.stranger(self.family, bridge)

    def their_address(self):
        if self.is_routers():
            return self.all.own_address(self.family)
        to_group = self.hints.get("group") and self.hook != "bridge"
        if self.way == "out" and (to_group or self.slips(6)):
            return self.rng.choice(GROUPS[self.family])
        if self.theirs.address[0] == self.family and self.camera and self.slips(8):
            return self.theirs.address
        return self.remote(self.family)

    def remote(self, family):
        """Written as an IPv6 address where it is an IPv4 one and must not be."""
        wanted = 4 if family == 6 and self.chance(100 if "form" in self.hints else 38) else family
        address = None
        if self.hints.get("form") and family == 6 and wanted == 4:
            return self.formed(self.hinted(4) or self.all.remote_address(4))
        if "remote" in self.hints and self.hints["remote"][0] == family:
            return self.hints["remote"]
        if self.hints.get("remote_in"):
            address = self.hinted(wanted)
        elif self.exemption:
            address = self.all.remote_of(self.exemption, wanted)
        if address is None or self.slips(15):
            address = self.all.remote_address(wanted)
        if family == 4 or address[0] == 6:
            return address
        if is_own(address) or is_group(address):
            address = self.all.remote_address(4)
        return self.all.written(address)

    def formed(self, ipv4):
        prefixes = self.all.rules.nat64
        if self.hints["form"] == "nat64" and prefixes:
            return write_in(ipv4[1], self.rng.choice(prefixes))
        return self.all.in_a_form(ipv4)

    def hinted(self, family):
        sets = self.hints.get("ipv4_in" if family == 4 and "ipv4_in" in self.hints
                              else "remote_in", [])
        return self.one_of(sets, family)

    def one_of(self, sets, family):
        places = [(f, n) for item in sets for f, a, b in item.ranges if f == family
                  for n in (a, b) if self.all.usable((f, n))]
        return self.rng.choice(places) if places else None

    def is_routers(self):
        if self.hook == "local_in":
            if self.hints.get("proxied"):
                return False
            return self.way == "out" and (self.hints.get("before") or self.chance(84))
        if self.hook == "local_out":
            return self.way == "in" and self.chance(88)
        return self.hook in ("bridge", "egress") and self.chance(4)

    def replace_impossible(self):
        """Who cannot send or receive here becomes somebody else."""
        sender, receiver = self.ends()
        if is_group(sender.address):
            sender.address = self.rng.choice(LAN[self.family])
        if self.hook in ("forward", "egress") and is_own(receiver.address):
            receiver.address = self.rng.choice(LAN[self.family])
        if self.hook == "local_in" and is_own(sender.address):
            sender.address = self.rng.choice(LAN[self.family])
        if self.hook == "forward" and is_own(sender.address) and self.chance(75):
            sender.address = self.rng.choice(LAN[self.family])

    def ends(self):
        return (self.mine, self.theirs) if self.way == "out" else (self.theirs, self.mine)

    def place(self):
        sender, receiver = self.ends()
        self.packet.src, self.packet.dst = sender.address, receiver.address

    # --- the transport ------------------------------------------------------------

    def find_transport(self):
        exemption = self.exemption
        self.proto = self.all.transport(self.family)
        if exemption and exemption.proto is not None and not self.slips(12):
            self.proto = exemption.proto
        self.proto = self.hints.get("proto", self.proto)
        if self.proto in (1, 58):
            self.proto = 1 if self.family == 4 else 58
        if self.proto == 2 and self.family == 6:
            self.proto = 89
        self.my_port = self.my_port_near(exemption)
        self.their_port = self.all.free_port()
        if exemption and not self.slips(10):
            self.their_port = self.all.near(exemption.ports, self.their_port, self.where())
        if self.proto == 17 and self.slips(12):
            self.their_port = self.rng.choice(TUNNEL_PORTS) + self.rng.choice((0, 0, 1))
        self.icmp = self.icmp_type(exemption)

    def my_port_near(self, exemption):
        port = self.all.free_port()
        return self.all.near(exemption.locals, port, self.where()) if exemption else port

    def where(self):
        if "edge" in self.hints:
            return "edge"
        return "inside" if "exemption" in self.hints else "anywhere"

    def icmp_type(self, exemption):
        if self.proto not in (1, 58):
            return None
        if "icmp" in self.hints:
            return self.hints["icmp"]
        echo = 8 if self.proto == 1 else 128
        if exemption and exemption.icmp and exemption.proto == self.proto and self.chance(70):
            wanted = self.rng.choice(exemption.icmp)
        else:
            wanted = self.rng.choice((echo, echo, self.rng.choice(ICMP_TYPES[self.proto])))
        errors = ERROR_TYPES[self.proto] + DISCOVERY
        return echo if wanted in errors else wanted

    def ports(self):
        mine, theirs = self.my_port, self.their_port
        return (mine, theirs) if self.way == "out" else (theirs, mine)

    def say(self):
        packet = self.packet
        packet.proto = self.proto
        if self.proto in PORTED:
            packet.sport, packet.dport = self.ports()
        if self.icmp is not None:
            packet.icmp = self.icmp
            if self.way != self.flow_way and not self.slips(20):
                answers = {8: 0, 13: 14, 128: 129}
                packet.icmp = answers.get(self.icmp, self.icmp)
        self.maybe_inner()

    def maybe_inner(self):
        if self.packet.proto not in (4, 41):
            return
        family = 4 if self.packet.proto == 4 else 6
        lan = self.inner_end(family)
        remote = self.remote(family)
        if family == 6 and self.hints.get("inner") == "form":
            remote = self.all.in_a_form(self.hinted(4) or self.all.remote_address(4))
        self.packet.inner = (lan, remote) if self.way == "out" else (remote, lan)

    def inner_end(self, family):
        """The first end's side of an inner header: anybody's address."""
        if self.hints.get("inner") and self.chance(40):
            return self.hinted(family) or self.all.remote_address(family)
        known = [a for camera in self.all.cameras for a in camera.addresses if a[0] == family]
        return self.rng.choice(known if known and self.chance(60) else LAN[family])

    # --- conntrack's entry ----------------------------------------------------------

    def remember_flow(self):
        """The entry of a packet in reply direction, told where it is not plain."""
        packet = self.packet
        addresses = (packet.dst, packet.src)
        ports = (packet.dport, packet.sport)
        if self.hints.get("swap"):
            self.swap_remote()
        if self.chance(self.hints.get("changed", 10)):
            addresses = self.changed(addresses)
        if self.chance(8) and ports[0] is not None:
            ports = tuple(self.rng.choice((port, self.all.free_port())) for port in ports)
        if addresses != (packet.dst, packet.src) or self.chance(50):
            packet.flow = addresses
        if ports != (packet.dport, packet.sport) or packet.icmp is not None or self.chance(50):
            self.tell_flow(packet.proto, ports)

    def swap_remote(self):
        other = self.all.remote_address(self.family)
        if self.way == "out":
            self.packet.dst = other
        else:
            self.packet.src = other

    def changed(self, addresses):
        """Another remote; only where both are plain, so that no form is lost."""
        place = 0 if self.way == "out" else 1
        if is_own(addresses[place]):
            return addresses
        other = self.all.remote_address(self.family)
        return (other, addresses[1]) if place == 0 else (addresses[0], other)

    def tell_flow(self, proto, ports):
        packet = self.packet
        packet.flow_proto = proto
        sport, dport = ports
        if "source_route" in packet.flags and proto in PORTED:
            sport, dport = self.flow_ports()
        packet.flow_sport, packet.flow_dport = sport, dport
        if proto in (1, 58):
            packet.flow_icmp = self.flow_type(proto)

    def flow_type(self, proto):
        if self.packet.icmp in REPLY_TYPES[proto]:
            return REPLY_TYPES[proto][self.packet.icmp]
        return 8 if proto == 1 else 128

    def flow_ports(self):
        mine, theirs = self.my_port, self.their_port
        return (mine, theirs) if self.flow_way == "out" else (theirs, mine)

    def relate(self):
        """The flow of an ICMP error, and an error from whomever."""
        packet, mine, remote = self.packet, self.mine.address, self.theirs.address
        allowed = self.allowed_remote()
        percent = self.hints.get("allowed", 40 if self.slips(100) else 0)
        if allowed is not None and not is_own(remote) and self.chance(percent):
            remote = allowed
            if self.way == "out":
                packet.dst = remote
        packet.flow = (mine, remote) if self.flow_way == "out" else (remote, mine)
        self.tell_error_flow()
        if "from" in self.hints:
            return
        if self.way == "in" and not is_own(packet.src) and self.chance(60):
            packet.src = self.all.remote_address(self.family)

    def allowed_remote(self):
        policy = self.camera.policy if self.camera else self.all.rules.site
        places = [(f, n) for item in (policy.allow if policy else []) for f, n, _ in item.ranges
                  if f == self.family and self.all.usable((f, n))]
        return self.rng.choice(places) if places else None

    def tell_error_flow(self):
        packet = self.packet
        packet.flow_proto = self.proto
        if self.proto in PORTED:
            packet.flow_sport, packet.flow_dport = self.flow_ports()
        if self.proto in (1, 58):
            packet.flow_icmp = 8 if self.proto == 1 else 128

    # --- a packet that the router takes itself ---------------------------------------

    def may_be_redirected(self):
        packet = self.packet
        if self.hook != "local_in" or packet.state != "original" or is_group(packet.dst):
            return False
        return self.hints.get("before") or self.chance(50 if is_own(packet.dst) else 12)

    def redirect(self):
        packet = self.packet
        packet.before = self.before_address()
        port = packet.dport
        percent = 70 if self.hints.get("before") else 45
        if port is not None and (packet.before == packet.dst or self.chance(percent)):
            near = self.all.near(self.exemption.ports if self.exemption else [], port)
            port = self.rng.choice([p for p in (near, port % 65535 + 1, 53, 123) if p != packet.dport])
        if port != packet.dport:
            packet.before_port = port
        if packet.before == packet.dst and packet.before_port is None:
            packet.before = None

    def before_address(self):
        if self.chance(10):
            return self.packet.dst
        address = self.remote(self.packet.dst[0])
        if self.hints.get("before") == "form" and self.packet.dst[0] == 6:
            address = self.all.in_a_form(self.hinted(4) or self.all.remote_address(4))
        return self.packet.dst if is_own(address) or is_group(address) else address
