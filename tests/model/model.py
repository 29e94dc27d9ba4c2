# SPDX-License-Identifier: GPL-2.0
"""What docs/semantics.md says about one packet, section by section.

Case(ruleset, now, packet).verdict() is the verdict. Nothing here is fast or
clever; each method is one sentence or two of the text.
"""

from functools import cached_property
from typing import NamedTuple

from forms import in_oui, in_prefix

TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
TUNNEL_PROTOCOLS = (47, 50, 51, 97, 115)
TUNNEL_PORTS = (4789, 6081, 8472)
OPPOSITE = {"out": "in", "in": "out"}
DROPS = ("block", "default_drop", "malformed", "source_route", "tunnel", "ethertype")

MAPPED = (6, 0xffff << 32, 96)
WELL_KNOWN_NAT64 = (6, 0x0064ff9b << 96, 96)
SIX_TO_FOUR = (6, 0x2002 << 112, 16)
TEREDO = (6, 0x20010000 << 96, 32)


# --- §3: written forms of addresses ------------------------------------------

def without_u_octet(number):
    """An address without its bits 64 to 71, which RFC 6052 leaves out."""
    return number >> 64 << 56 | number & (1 << 56) - 1


class Remote(NamedTuple):
    address: tuple
    port: int
    kind: str               # main, before, inner, or form: within one of those
    own: bool = False       # an address of the router's own
    parent: str = None      # of a form: the kind that it is in
    written: bool = False   # was a written form of an IPv4 address


class Header(NamedTuple):
    """What exemptions compare besides the remote."""
    proto: int
    local: int
    icmp: int


class Flow(NamedTuple):
    src: tuple
    dst: tuple
    proto: int
    sport: int
    dport: int
    icmp: int
    src_own: bool
    dst_own: bool


class Verdict(NamedTuple):
    reason: str
    camera: str = "-"
    policy: str = "-"
    set: str = "-"
    exemption: str = "-"
    reject: bool = False

    def __str__(self):
        words = [self.reason, self.camera, self.policy, self.set, self.exemption]
        return " ".join(words + (["reject"] if self.reject else []))

    def drops(self):
        return self.reason in DROPS


class Case:
    def __init__(self, ruleset, now, packet):
        self.rules = ruleset
        self.now = now
        self.packet = packet
        self.inet = packet.hook != "bridge"

    @cached_property
    def flow(self):
        return self.find_flow()

    def has(self, flag):
        return flag in self.packet.flags

    # --- §2: whose packet it is ----------------------------------------------

    def by_mac(self, mac):
        return self.rules.by_mac.get(mac, [])

    def by_address(self, address):
        return self.rules.by_address.get(address, [])

    def exact(self, mac, address):
        return unique(self.by_mac(mac) + self.by_address(address))

    def by_prefix(self, address):
        fitting = self.rules.subnets_of(address)
        return self.rules.by_prefix[longest(fitting)] if fitting else []

    def by_oui(self, mac, table):
        fitting = [oui for oui in table if mac is not None and in_oui(mac, oui)]
        return table[longest(fitting)] if fitting else []

    def by_interface(self, interface, table):
        return table.get(interface, [])

    def by_address_alone(self, address):
        return self.by_address(address) or self.by_prefix(address)

    def by_everything(self, mac, address, interface):
        return (self.exact(mac, address)
                or self.by_prefix(address)
                or self.by_oui(mac, self.rules.by_oui)
                or self.by_interface(interface, self.rules.by_iif)
                or self.caught(mac, interface))

    def caught(self, mac, interface):
        return (self.by_oui(mac, self.rules.catch_oui)
                or self.by_interface(interface, self.rules.catch_iif))

    def camera_address(self, address, own):
        """The address of an end as far as it may name a camera."""
        return None if self.has(own) else self.plain(address)

    def senders(self):
        packet = self.packet
        address = self.camera_address(packet.src, "src_own")
        if packet.hook == "egress":
            return []
        if packet.hook == "local_out":
            return self.by_address_alone(address)
        return self.by_everything(packet.mac, address, packet.iif)

    def receivers(self):
        packet = self.packet
        address = self.camera_address(packet.dst, "dst_own")
        if self.has("group"):
            return self.by_address(address)
        if packet.dmac_later:
            return self.by_what_is_known_now(address, packet.oif)
        if packet.hook == "local_in":
            return self.by_address_alone(address)
        return self.by_everything(packet.dmac, address, packet.oif)

    def by_what_is_known_now(self, address, interface):
        """The neighbour is not valid: egress will name the receiver."""
        return self.by_address(address)

    def receivers_on_egress(self):
        judged_before = self.by_address(self.camera_address(self.packet.dst, "dst_own"))
        return [camera for camera in self.receivers() if camera not in judged_before]

    # --- §3: written forms of addresses ----------------------------------------

    def plain(self, address):
        """The IPv4 address in the place of its written form; others as they are."""
        if address is None or address[0] == 4:
            return address
        fitting = [p for p in self.written_forms() if in_prefix(address, p)]
        if not fitting:
            return address
        return (4, self.embedded_ipv4(address[1], self.form_that_counts(fitting)))

    def written_forms(self):
        return [MAPPED, WELL_KNOWN_NAT64] + self.rules.nat64

    def form_that_counts(self, fitting):
        return max(length for _, _, length in fitting)

    def embedded_ipv4(self, number, length):
        """The IPv4 address that RFC 6052 writes behind a prefix of this length."""
        if length == 96:
            return number & 0xffffffff
        return without_u_octet(number) >> (88 - length) & 0xffffffff

    def further(self, address):
        """The IPv4 address within a 6to4 address or of a Teredo client, or None."""
        if in_prefix(address, SIX_TO_FOUR):
            return (4, address[1] >> 80 & 0xffffffff)
        if in_prefix(address, TEREDO):
            return (4, ~address[1] & 0xffffffff)
        return None

    # --- §3: what the remote is ----------------------------------------------

    def remotes(self, way):
        packet = self.packet
        out = way == "out"
        address = packet.dst if out else packet.src
        own = self.has("dst_own" if out else "src_own")
        found = [self.remote(address, self.port(way), "main", own=own)]
        if out and packet.before is not None:
            found.append(self.remote(packet.before, self.before_port(), "before"))
        found += self.forms(found)
        if packet.inner is not None:
            inner = [self.remote(packet.inner[out], None, "inner")]
            found += inner + self.forms(inner)
        return found

    def remote(self, address, port, kind, **more):
        short = self.plain(address)
        return Remote(short, port, kind, written=short != address, **more)

    def forms(self, remotes):
        found = [(remote, self.further(remote.address)) for remote in remotes]
        return [Remote(address, remote.port, "form", parent=remote.kind)
                for remote, address in found if address is not None]

    def without_ports(self):
        return bool(self.packet.flags & {"later", "malformed", "source_route"})

    def port(self, way):
        if self.without_ports():
            return None
        return self.packet.dport if way == "out" else self.packet.sport

    def before_port(self):
        if self.packet.before_port is not None and not self.without_ports():
            return self.packet.before_port
        return self.port("out")

    # --- conntrack's flow, as FORWARD saw its original direction ---------------

    def find_flow(self):
        packet = self.packet
        mirrored = packet.state in ("reply", "related_reply")
        src, dst, sport, dport = packet.src, packet.dst, packet.sport, packet.dport
        own = [self.has("src_own"), self.has("dst_own")]
        if mirrored:
            src, dst, sport, dport = dst, src, dport, sport
            own.reverse()
        if packet.flow is not None:
            src, dst = packet.flow
            own = [self.has("flow_src_own"), self.has("flow_dst_own")]
        proto, icmp = packet.proto, packet.icmp
        if packet.flow_proto is not None:
            proto, icmp = packet.flow_proto, packet.flow_icmp
            sport, dport = packet.flow_sport, packet.flow_dport
        return Flow(src, dst, proto, sport, dport, icmp, *own)

    def flow_way(self, way):
        """Is the flow one from the camera (out) or to it (in)?"""
        mirrored = self.packet.state in ("reply", "related_reply")
        return OPPOSITE[way] if mirrored else way

    def flow_remotes(self, way):
        flow, out = self.flow, way == "out"
        address, port = (flow.dst, flow.dport) if out else (flow.src, flow.sport)
        own = flow.dst_own if out else flow.src_own
        port = None if self.without_ports() else port
        main = [self.remote(address, port, "main", own=own)]
        return main + self.forms(main)

    def flow_header(self, way):
        flow = self.flow
        if self.without_ports():
            return Header(flow.proto, None, flow.icmp)
        return Header(flow.proto, flow.sport if way == "out" else flow.dport, flow.icmp)

    # --- §4: exemptions ------------------------------------------------------

    def live(self, exemption):
        dated = exemption.start is not None or exemption.until is not None
        if dated and not self.clock_is_right():
            return False
        return self.has_begun(exemption.start) and not self.has_ended(exemption.until)

    def clock_is_right(self):
        return self.now != 0

    def has_begun(self, start):
        return start is None or start <= self.now

    def has_ended(self, until):
        return until is not None and until <= self.now

    def rank(self, exemption, remote):
        """The longest of its prefixes that the remote is in; None if it is in none."""
        longest_prefix = exemption.longest(remote.address)
        lengths = [] if longest_prefix is None else [longest_prefix]
        if any(remote.address in item for item in exemption.sets):
            lengths.append(self.rank_of_set())
        if exemption.router and self.is_router(remote, exemption):
            lengths.append(0)
        return max(lengths, default=None)

    def rank_of_set(self):
        return 0

    def is_router(self, remote, exemption):
        if remote.kind == "before":
            return (self.packet.hook == "local_in" and self.has("dst_own")
                    and bool(exemption.ports))
        return remote.own

    def fits(self, exemption, remote, header):
        local = None if self.is_inner(remote) else header.local
        return (exemption.proto in (None, header.proto)
                and self.port_fits(remote.port, exemption.ports)
                and self.local_fits(local, exemption.locals)
                and self.icmp_fits(header.icmp, exemption.icmp))

    def port_fits(self, port, ranges):
        return not ranges or port is not None and within(port, ranges)

    def local_fits(self, port, ranges):
        return not ranges or port is not None and within(port, ranges)

    def icmp_fits(self, icmp, types):
        return not types or icmp in types

    def is_inner(self, remote):
        return "inner" in (remote.kind, remote.parent)

    def find_exemption(self, judge, ways, remote, header):
        """The name of the one to be named of those that match, or None."""
        ranked = [(self.rank(exemption, remote), exemption.name)
                  for exemption in self.exemptions_of(judge)
                  if exemption.dir in ways and self.live(exemption)
                  and self.fits(exemption, remote, header)]
        matching = [item for item in ranked if item[0] is not None]
        return min(matching, key=self.order_of_names)[1] if matching else None

    def exemptions_of(self, judge):
        return (self.rules.of_camera.get(judge.camera, [])
                + self.rules.of_policy.get(judge.policy.name, []))

    def order_of_names(self, item):
        rank, name = item
        return (-rank, name.encode())

    def header(self, way):
        packet = self.packet
        if self.without_ports():
            return Header(packet.proto, None, packet.icmp)
        local = packet.sport if way == "out" else packet.dport
        return Header(packet.proto, local, packet.icmp)

    def ways_of_header(self, way):
        """Which directions are matched by the packet's own header."""
        if not self.inet or self.packet.state in ("original", "related", "related_reply"):
            return (way, "both")
        return ("both",)

    def exempt(self, judge, way, remote):
        return self.find_exemption(judge, self.ways_of_header(way), remote,
                                   self.header(way))

    def reply(self, judge, way, remote):
        if self.has("later"):
            return None
        if not self.inet:
            return self.bridge_reply(judge, way, remote)
        if self.packet.state != "reply":
            return None
        flow_way = self.flow_way(way)
        remote = self.flow_remote_of(remote, flow_way)
        if remote is None:
            return None
        return self.find_exemption(judge, self.ways_of_reply(flow_way), remote,
                                   self.flow_header(flow_way))

    def ways_of_reply(self, flow_way):
        return (flow_way,)

    def flow_remote_of(self, remote, flow_way):
        if self.is_inner(remote):
            return remote
        same = [r for r in self.flow_remotes(flow_way) if r.kind == remote.kind]
        return same[0] if same else None

    def bridge_reply(self, judge, way, remote):
        if self.packet.proto != TCP or not self.has("ack"):
            return None
        return self.find_exemption(judge, (OPPOSITE[way],), remote, self.header(way))

    def icmp_related(self, judge, way):
        """(exemption, set) by which the flow of an ICMP error passes, or None."""
        if not self.inet or not self.has("icmp_error"):
            return None
        if self.packet.state not in ("related", "related_reply"):
            return None
        flow_way = self.flow_way(way)
        passes = [self.flow_passes(judge, flow_way, remote)
                  for remote in self.flow_remotes(flow_way)]
        return passes[0] if all(passes) else None

    def flow_passes(self, judge, flow_way, remote):
        exemption = self.find_exemption(judge, (flow_way, "both"), remote,
                                        self.flow_header(flow_way))
        if exemption:
            return (exemption, "-")
        if self.flow_is_closed_tunnel(judge, flow_way):
            return None
        name = first_set(judge.policy.allow, remote.address)
        return ("-", name) if name else None

    def flow_is_closed_tunnel(self, judge, flow_way):
        flow = self.flow
        tunnel = (flow.proto in TUNNEL_PROTOCOLS
                  or flow.proto == UDP and flow.dport in TUNNEL_PORTS)
        return (tunnel and flow_way == "out" and judge.is_camera()
                and (judge.policy.default == "drop" or flow.dst_own))

    # --- §5: special packets -------------------------------------------------

    def step_zero(self, judge, way):
        if judge.is_camera() and way == "out":
            for reason in ("malformed", "source_route"):
                if self.has(reason):
                    return reason
        if self.has("ethertype"):
            return "ethertype"
        if self.is_membership():
            return "l2_control"
        if self.is_discovery() and self.may_discover(judge, way):
            return "l2_control"
        return None

    def is_membership(self):
        return (self.has("membership")
                and self.packet.hook in ("bridge", "local_in", "local_out"))

    def is_discovery(self):
        return (self.has("nd")
                and self.packet.hook in ("bridge", "local_in", "local_out", "egress"))

    def may_discover(self, judge, way):
        remotes = self.remotes(way)
        return not (any(self.is_form(r) for r in remotes)
                    or any(first_set(judge.policy.block, r.address) for r in remotes))

    def is_form(self, remote):
        """One of §3's forms: written otherwise, within another, or inner."""
        return remote.written or remote.kind != "main"

    def stops_tunnel(self, judge, way):
        return (self.has("tunnel") and judge.is_camera() and way == "out"
                and (self.packet.hook == "local_in" or judge.policy.default == "drop"))

    # --- §4: the verdict -----------------------------------------------------

    def verdict(self):
        outcomes = []
        for judge, way in self.judges():
            outcomes += self.outcomes(judge, way)
        return self.choose(outcomes) if outcomes else self.verdict_of_nobody()

    def choose(self, outcomes):
        drops = [outcome for outcome in outcomes if outcome.drops()]
        audits = [outcome for outcome in outcomes if outcome.reason == "audit"]
        return (drops or audits or outcomes)[0]

    def verdict_of_nobody(self):
        if self.is_membership() or self.is_discovery():
            return Verdict("l2_control")
        return Verdict("no_camera")

    def judges(self):
        if self.packet.hook == "egress":
            return [(Judge(c.policy, c.name), "in") for c in self.receivers_on_egress()]
        cameras = ([(Judge(c.policy, c.name), "out") for c in self.senders()]
                   + [(Judge(c.policy, c.name), "in") for c in self.receivers()])
        return cameras or self.site()

    def site(self):
        if self.rules.site is None or self.has("ethertype"):
            return []
        if self.is_membership() or self.is_discovery():
            return []
        judge = Judge(self.rules.site, None)
        if self.packet.hook == "local_out":
            return [(judge, "out")]
        return [(judge, "out"), (judge, "in")]

    def remotes_to_judge(self, judge, way):
        found = self.remotes(way)
        if judge.is_camera() or self.packet.hook != "local_in" or way == "in":
            return found
        return [r for r in found if not self.is_own_destination(r)]

    def is_own_destination(self, remote):
        if not self.has("dst_own"):
            return False
        if "main" in (remote.kind, remote.parent):
            return True
        same = self.plain(self.packet.before) == self.plain(self.packet.dst)
        return "before" in (remote.kind, remote.parent) and same

    def outcomes(self, judge, way):
        reason = self.step_zero(judge, way)
        if reason == "l2_control":
            return [Verdict("l2_control")]
        if reason:
            return [self.outcome(judge, way, reason)]
        return [self.steps(judge, way, r) for r in self.remotes_to_judge(judge, way)]

    def steps(self, judge, way, remote):
        name = self.exempt(judge, way, remote)
        if name:
            return self.outcome(judge, way, "exemption", exemption=name)
        name = self.reply(judge, way, remote)
        if name:
            return self.outcome(judge, way, "reply", exemption=name)
        related = self.icmp_related(judge, way)
        if related:
            return self.outcome(judge, way, "icmp_related", exemption=related[0],
                                set=related[1])
        if self.stops_tunnel(judge, way):
            return self.outcome(judge, way, "tunnel")
        return self.by_sets(judge, way, remote)

    def by_sets(self, judge, way, remote):
        for reason, sets in self.lists(judge.policy):
            name = first_set(sets, remote.address)
            if name:
                return self.outcome(judge, way, reason, set=name)
        return self.outcome(judge, way, "default_" + self.default(judge))

    def lists(self, policy):
        return (("allow", policy.allow), ("block", policy.block))

    def default(self, judge):
        return judge.policy.default if judge.is_camera() else "pass"

    def outcome(self, judge, way, reason, **names):
        reject = self.answers(judge, way, reason)
        if reason in DROPS and judge.policy.action == "audit":
            reason = "audit"
        return Verdict(reason, judge.camera or "-", judge.policy.name, reject=reject,
                       **names)

    def answers(self, judge, way, reason):
        return (judge.policy.action == "reject" and judge.is_camera() and way == "out"
                and reason in ("block", "default_drop")
                and self.packet.hook in ("forward", "local_in"))


class Judge:
    """Who judges: a camera with its policy, or site, which is no camera."""

    def __init__(self, policy, camera):
        self.policy = policy
        self.camera = camera

    def is_camera(self):
        return self.camera is not None


def longest(keys):
    """Of prefixes or OUIs the one whose last part, the length, is the greatest."""
    return max(keys, key=lambda key: key[-1])


def unique(items):
    found = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def within(number, ranges):
    return any(a <= number <= b for a, b in ranges)


def first_set(sets, address):
    for item in sets:
        if address in item:
            return item.name
    return None


# --- §4: services, as the tool expands them -----------------------------------

def service(name, policy, set_name=None):
    """The exempt statements that "NAME" or "NAME@SET" of a policy stands for."""
    place = f"set={set_name}" if set_name else "router"
    lines = {"dhcp": dhcp, "ntp": ntp, "dns": dns, "onvif": onvif}[name](place)
    return [f"exempt service:{name}:{number} policy={policy} {line}"
            for number, line in enumerate(lines, 1)]


def dhcp(place):
    both = "router" if place == "router" else f"router {place}"
    return [f"{both} 255.255.255.255 dir=out proto=17 port=67 local=68",
            f"{both} dir=in proto=17 port=67 local=68",
            f"{both} fe80::/10 ff02::1:2 dir=out proto=17 port=547 local=546",
            f"{both} fe80::/10 dir=in proto=17 port=547 local=546"]


def ntp(place):
    return [f"{place} dir=out proto=17 port=123"]


def dns(place):
    return [f"{place} dir=out proto=17 port=53", f"{place} dir=out proto=6 port=53"]


def onvif(place):
    if place == "router":
        raise ValueError("onvif only towards a set")
    free = "0-4788,4790-6080,6082-8471,8473-65535"
    return [f"{place} dir=in proto=6 local=80,443,554",
            f"{place} dir=in proto=17 local=3702",
            f"{place} dir=out proto=17 port={free}"]
