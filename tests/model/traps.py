# SPDX-License-Identifier: GPL-2.0
"""Mistakes that a reader of docs/semantics.md could make.

Each is the model with one mistake in it. A packet counts for a trap where the
mistake would be seen: where the verdict with the mistake is another one.
"""

from functools import cached_property

from forms import BITS, in_oui, in_prefix
from model import (Case, DROPS, ICMP, ICMP6, Judge, MAPPED, OPPOSITE, SIX_TO_FOUR, TCP,
                   TEREDO, UDP, Verdict, WELL_KNOWN_NAT64, unique, within)

TRAPS = {}
ERRORS = ("related", "related_reply")


class Seen:
    """What is true of a packet without a mistake: enough to tell which mistakes
    could show at all, so that the others need not be tried."""

    def __init__(self, case, verdict):
        self.case = case
        self.verdict = verdict
        self.rules = case.rules
        self.packet = case.packet
        self.site = self.rules.site is not None and case.packet.hook != "egress"

    @cached_property
    def judges(self):
        return self.case.judges()

    @cached_property
    def remotes(self):
        return {way: self.case.remotes(way) for way in ("out", "in")}

    @cached_property
    def ends(self):
        packet = self.packet
        return [self.end(packet.src, "src_own", packet.mac, packet.iif),
                self.end(packet.dst, "dst_own", packet.dmac, packet.oif)]

    @cached_property
    def actions(self):
        return {judge.policy.action for judge, _ in self.judges}

    @cached_property
    def strangers(self):
        return self.site and not any(judge.is_camera() for judge, _ in self.judges)

    def end(self, address, own, mac, interface):
        """By what an end could be known, right or wrong."""
        plain = self.case.plain(address)
        rules = self.rules
        return {"mac": rules.by_mac.get(mac, []), "own": own in self.packet.flags,
                "address": rules.by_address.get(plain, []),
                "prefixes": rules.subnets_of(plain),
                "ouis": [o for o in rules.by_oui if mac is not None and in_oui(mac, o)],
                "iif": bool(interface) and interface in rules.by_iif,
                "caught": self.case.caught(mac, interface),
                "catch_ouis": [o for o in rules.catch_oui if mac is not None and in_oui(mac, o)],
                "catch_iif": bool(interface) and interface in rules.catch_iif}

    @cached_property
    def near(self):
        """Exemptions of those who judge that hold a remote of the packet's or its flow's."""
        case, found = self.case, []
        remotes = self.remotes["out"] + self.remotes["in"]
        if self.packet.state in ("reply",) + ERRORS:
            remotes = remotes + case.flow_remotes("out") + case.flow_remotes("in")
        exemptions = unique([e for judge, _ in self.judges for e in case.exemptions_of(judge)])
        for exemption in exemptions:
            if exemption.router or any(case.rank(exemption, r) is not None for r in remotes):
                found.append(exemption)
        return found

    def any_end(self, *kinds):
        """Is there an end that all these kinds of selectors name?"""
        return any(all(end[kind] for kind in kinds) for end in self.ends)

    def sets_of_a_remote(self, *lists):
        """The most sets of these lists of a policy's that one remote is in."""
        most = 0
        for judge, way in self.judges:
            sets = [s for name in lists for s in getattr(judge.policy, name)]
            for remote in self.remotes[way]:
                most = max(most, sum(remote.address in s for s in sets))
        return most


def trap(name, when):
    """Where `when` does not hold, the mistake cannot be seen and is not tried."""
    def add(mistake):
        TRAPS[name] = (when, mistake)
        return mistake
    return add


def is_in_trap(seen, name):
    when, mistake = TRAPS[name]
    case = seen.case
    return bool(when(seen, case.packet)) \
        and mistake(case.rules, case.now, case.packet).verdict() != seen.verdict


def always(seen, packet):
    return True


def hooks(*names):
    return lambda seen, packet: packet.hook in names


def flag(name):
    return lambda seen, packet: name in packet.flags


def states(*names):
    return lambda seen, packet: packet.hook != "bridge" and packet.state in names


def ends(*kinds):
    return lambda seen, packet: seen.any_end(*kinds)


def near_in_states(*names):
    return lambda seen, packet: seen.near and packet.hook != "bridge" and packet.state in names


def has_site(seen, packet):
    return seen.site


def of_strangers(seen, packet):
    return seen.strangers


def of_strangers_on(hook):
    return lambda seen, packet: seen.strangers and packet.hook == hook


def has_forms(seen, packet):
    return any(r.written or r.kind == "form" for way in seen.remotes for r in seen.remotes[way])


def in_form(*prefixes):
    def when(seen, packet):
        addresses = (packet.src, packet.dst, packet.before) + (packet.inner or ())
        return any(in_prefix(a, p) for a in addresses for p in prefixes)
    return when


def in_own_nat64(seen, packet):
    return bool(seen.rules.nat64) and in_form(*seen.rules.nat64)(seen, packet)


def in_two_sets(seen, packet):
    return seen.sets_of_a_remote("allow", "block") > 1


def has_action(name):
    return lambda seen, packet: name in seen.actions


def has_near(seen, packet):
    return bool(seen.near)


def near_with(name):
    return lambda seen, packet: any(getattr(e, name) for e in seen.near)


def several_named(seen, packet):
    return seen.verdict.exemption != "-" and len(seen.near) > 1


def drops(seen, packet):
    return seen.verdict.drops()


def port_beside(first, last):
    """Is a port of the packet's or its flow's at this distance from a range's ends?"""
    def when(seen, packet):
        ports = {packet.sport, packet.dport, packet.before_port, packet.flow_sport,
                 packet.flow_dport}
        return any(first is not None and a + first in ports or last is not None
                   and b + last in ports for e in seen.near for a, b in e.ports)
    return when


def begins_or_ends(name):
    return lambda seen, packet: any(getattr(e, name) == seen.case.now for e in seen.near)


def both_of(*conditions):
    return lambda seen, packet: all(condition(seen, packet) for condition in conditions)


def own_end(seen, packet):
    return bool(packet.flags & {"src_own", "dst_own", "flow_src_own", "flow_dst_own"})


def of_proto(*protos):
    return lambda seen, packet: packet.proto in protos


# --- §2 ------------------------------------------------------------------------

@trap("2_address_does_not_count_beside_mac", ends("mac", "address"))
class AddressDoesNotCountBesideMac(Case):
    def exact(self, mac, address):
        return self.by_mac(mac) or self.by_address(address)


@trap("2_mac_does_not_count_beside_address", ends("mac", "address"))
class MacDoesNotCountBesideAddress(Case):
    def exact(self, mac, address):
        return self.by_address(address) or self.by_mac(mac)


@trap("2_subnet_counts_beside_exact", lambda seen, packet: any(
    e["prefixes"] and (e["mac"] or e["address"]) for e in seen.ends))
class SubnetCountsBesideExact(Case):
    def exact(self, mac, address):
        found = super().exact(mac, address)
        return unique(found + self.by_prefix(address)) if found else found


@trap("2_shortest_prefix", lambda seen, packet: any(len(e["prefixes"]) > 1 for e in seen.ends))
class ShortestPrefix(Case):
    def by_prefix(self, address):
        fitting = self.rules.subnets_of(address)
        return self.rules.by_prefix[min(fitting, key=lambda p: p[2])] if fitting else []


@trap("2_every_prefix", lambda seen, packet: any(len(e["prefixes"]) > 1 for e in seen.ends))
class EveryPrefix(Case):
    def by_prefix(self, address):
        found = [c for p in self.rules.subnets_of(address) for c in self.rules.by_prefix[p]]
        return unique(found)


@trap("2_full_length_prefix_is_an_address", lambda seen, packet: any(
    p[2] == BITS[p[0]] for e in seen.ends for p in e["prefixes"]))
class FullLengthPrefixIsAnAddress(Case):
    def by_address(self, address):
        found = super().by_address(address)
        if address is None:
            return found
        return found + self.rules.by_prefix.get((*address, BITS[address[0]]), [])


@trap("2_oui_before_subnet", ends("prefixes", "ouis"))
class OuiBeforeSubnet(Case):
    def by_everything(self, mac, address, interface):
        return (self.exact(mac, address) or self.by_oui(mac, self.rules.by_oui)
                or super().by_everything(mac, address, interface))


@trap("2_shortest_oui", lambda seen, packet: any(
    len(e["ouis"]) > 1 or len(e["catch_ouis"]) > 1 for e in seen.ends))
class ShortestOui(Case):
    def by_oui(self, mac, table):
        fitting = [o for o in table if mac is not None and mac >> 48 - o[1] == o[0]]
        return table[min(fitting, key=lambda o: o[1])] if fitting else []


@trap("2_interface_before_oui", ends("iif", "ouis"))
class InterfaceBeforeOui(Case):
    def by_oui(self, mac, table):
        if table is self.rules.by_oui and self.interface_names_a_camera(mac):
            return []
        return super().by_oui(mac, table)

    def interface_names_a_camera(self, mac):
        packet = self.packet
        return (mac == packet.mac and packet.iif in self.rules.by_iif
                or mac == packet.dmac and packet.oif in self.rules.by_iif)


@trap("2_vlan_is_its_interface", lambda seen, packet: any(
    "." in (name or "") for name in (packet.iif, packet.oif)))
class VlanIsItsInterface(Case):
    def by_interface(self, interface, table):
        return table.get((interface or "").split(".")[0], [])


@trap("2_catch_before_camera", ends("caught"))
class CatchBeforeCamera(Case):
    def by_everything(self, mac, address, interface):
        return (self.exact(mac, address) or self.caught(mac, interface)
                or super().by_everything(mac, address, interface))


@trap("2_catch_beside_camera", ends("caught"))
class CatchBesideCamera(Case):
    def by_everything(self, mac, address, interface):
        return unique(super().by_everything(mac, address, interface)
                      + self.caught(mac, interface))


@trap("2_no_catch", ends("caught"))
class NoCatch(Case):
    def caught(self, mac, interface):
        return []


@trap("2_catch_interface_first", ends("catch_ouis", "catch_iif"))
class CatchInterfaceFirst(Case):
    def caught(self, mac, interface):
        return (self.by_interface(interface, self.rules.catch_iif)
                or self.by_oui(mac, self.rules.catch_oui))


@trap("2_shared_counts_once", lambda seen, packet: len(seen.judges) > 1
      and any(seen.rules.cameras[judge.camera].shared for judge, _ in seen.judges
              if judge.is_camera()))
class SharedCountsOnce(Case):
    def by_mac(self, mac):
        return super().by_mac(mac)[:1]

    def by_address(self, address):
        return super().by_address(address)[:1]

    def by_prefix(self, address):
        return super().by_prefix(address)[:1]

    def by_oui(self, mac, table):
        return super().by_oui(mac, table)[:1]

    def by_interface(self, interface, table):
        return super().by_interface(interface, table)[:1]


@trap("2_address_first", ends("mac", "address"))
class AddressFirst(Case):
    def exact(self, mac, address):
        return unique(self.by_address(address) + self.by_mac(mac))


@trap("2_receiver_not_judged", lambda seen, packet: len({way for _, way in seen.judges}) > 1)
class ReceiverNotJudged(Case):
    def receivers(self):
        return [] if self.senders() else super().receivers()


@trap("2_receiver_first", lambda seen, packet: len({way for _, way in seen.judges}) > 1)
class ReceiverFirst(Case):
    def judges(self):
        found = super().judges()
        return [j for j in found if j[1] == "in"] + [j for j in found if j[1] == "out"]


@trap("2_group_names_by_everything", flag("group"))
class GroupNamesByEverything(Case):
    def receivers(self):
        address = self.camera_address(self.packet.dst, "dst_own")
        if self.packet.hook == "local_in":
            return self.by_address_alone(address)
        return self.by_everything(self.packet.dmac, address, self.packet.oif)


@trap("2_own_address_names_a_camera", lambda seen, packet: any(
    e["own"] and (e["address"] or e["prefixes"]) for e in seen.ends))
class OwnAddressNamesACamera(Case):
    def camera_address(self, address, own):
        return self.plain(address)


@trap("2_no_sender_on_local_out", hooks("local_out"))
class NoSenderOnLocalOut(Case):
    def senders(self):
        return []


@trap("2_no_receiver_on_local_in", hooks("local_in"))
class NoReceiverOnLocalIn(Case):
    def receivers(self):
        return []


@trap("2_bridge_reads_no_receivers_mac", hooks("bridge"))
class BridgeReadsNoReceiversMac(Case):
    def receivers(self):
        if self.has("group"):
            return super().receivers()
        address = self.camera_address(self.packet.dst, "dst_own")
        return self.by_everything(None, address, self.packet.oif)


# --- §3 ------------------------------------------------------------------------

def has_before(seen, packet):
    return packet.before is not None


@trap("3_before_ignored", has_before)
class BeforeIgnored(Case):
    def remotes(self, way):
        return [r for r in super().remotes(way) if "before" not in (r.kind, r.parent)]


@trap("3_before_alone", has_before)
class BeforeAlone(Case):
    def remotes(self, way):
        found = super().remotes(way)
        return [r for r in found if "main" not in (r.kind, r.parent)] if way == "out" else found


@trap("3_before_with_the_headers_port", has_before)
class BeforeWithTheHeadersPort(Case):
    def before_port(self):
        return self.port("out")


@trap("3_nat64_well_known", in_form(WELL_KNOWN_NAT64))
class NoWellKnownNat64(Case):
    def written_forms(self):
        return [MAPPED] + self.rules.nat64


@trap("3_mapped", in_form(MAPPED))
class NoMapped(Case):
    def written_forms(self):
        return [WELL_KNOWN_NAT64] + self.rules.nat64


@trap("3_nat64_of_our_own", in_own_nat64)
class NoNat64OfOurOwn(Case):
    def written_forms(self):
        return [MAPPED, WELL_KNOWN_NAT64]


@trap("3_nat64_shortest", in_own_nat64)
class ShortestNat64(Case):
    def form_that_counts(self, fitting):
        return min(length for _, _, length in fitting)


@trap("3_nat64_u_octet", in_own_nat64)
class UOctetRead(Case):
    def embedded_ipv4(self, number, length):
        return number >> 96 - length & 0xffffffff


@trap("3_nat64_last_bits", in_own_nat64)
class LastBitsRead(Case):
    def embedded_ipv4(self, number, length):
        return number & 0xffffffff


@trap("3_written_form_names_no_camera", has_forms)
class WrittenFormNamesNoCamera(Case):
    def camera_address(self, address, own):
        return None if self.has(own) else address


@trap("3_written_form_besides", has_forms)
class WrittenFormBesides(Case):
    """The address as it is written is asked, the IPv4 address further on."""
    def remotes(self, way):
        found = super().remotes(way)
        if not found[0].written:
            return found
        address = self.packet.dst if way == "out" else self.packet.src
        return [type(found[0])(address, found[0].port, "main", written=True)] + found


@trap("3_6to4", in_form(SIX_TO_FOUR))
class NoSixToFour(Case):
    def further(self, address):
        return None if in_prefix(address, SIX_TO_FOUR) else super().further(address)


@trap("3_teredo", in_form(TEREDO))
class NoTeredo(Case):
    def further(self, address):
        return None if in_prefix(address, TEREDO) else super().further(address)


@trap("3_teredo_server_read", in_form(TEREDO))
class TeredoServerRead(Case):
    def further(self, address):
        if in_prefix(address, TEREDO):
            return (4, address[1] >> 64 & 0xffffffff)
        return super().further(address)


@trap("3_further_remote_instead", has_forms)
class FurtherRemoteInstead(Case):
    def remotes(self, way):
        found = super().remotes(way)
        parents = {r.parent for r in found if r.kind == "form"}
        return [r for r in found if r.kind not in parents]


def has_inner(seen, packet):
    return packet.inner is not None


@trap("3_inner_ignored", has_inner)
class InnerIgnored(Case):
    def remotes(self, way):
        return [r for r in super().remotes(way) if not self.is_inner(r)]


@trap("3_inner_destination_always", has_inner)
class InnerDestinationAlways(Case):
    def remotes(self, way):
        kept = [r for r in super().remotes(way) if not self.is_inner(r)]
        inner = [self.remote(self.packet.inner[1], None, "inner")]
        return kept + inner + self.forms(inner)


@trap("3_inner_both_sides", has_inner)
class InnerBothSides(Case):
    def remotes(self, way):
        other = self.packet.inner[way == "in"]
        return super().remotes(way) + [self.remote(other, None, "inner")]


@trap("3_inner_names_a_camera", has_inner)
class InnerNamesACamera(Case):
    def senders(self):
        return super().senders() or self.by_address(self.plain(self.packet.inner[0]))

    def receivers(self):
        return super().receivers() or self.by_address(self.plain(self.packet.inner[1]))


@trap("3_forms_of_inner_ignored", has_inner)
class FormsOfInnerIgnored(Case):
    def remotes(self, way):
        return [r for r in super().remotes(way) if r.parent != "inner"]


@trap("3_forms_of_before_ignored", has_before)
class FormsOfBeforeIgnored(Case):
    def remotes(self, way):
        return [r for r in super().remotes(way) if r.parent != "before"]


@trap("3_one_remote_passes_for_all", lambda seen, packet: any(
    len(seen.remotes[way]) > 1 for _, way in seen.judges))
class OneRemotePassesForAll(Case):
    def outcomes(self, judge, way):
        return super().outcomes(judge, way)[:1]


# --- §4: exemptions ------------------------------------------------------------

@trap("4_allow_before_exemption", lambda seen, packet: seen.near
      and any(judge.policy.allow for judge, _ in seen.judges))
class AllowBeforeExemption(Case):
    def steps(self, judge, way, remote):
        outcome = super().by_sets(judge, way, remote)
        return outcome if outcome.reason == "allow" else super().steps(judge, way, remote)


@trap("4_exemption_without_conntrack", near_in_states("untracked"))
class ExemptionWithoutConntrack(Case):
    def ways_of_header(self, way):
        return (way, "both")


@trap("4_both_needs_conntrack", near_in_states("untracked"))
class BothNeedsConntrack(Case):
    def ways_of_header(self, way):
        return ()


@trap("4_reply_by_its_own_header", near_in_states("reply"))
class ReplyByItsOwnHeader(Case):
    def ways_of_header(self, way):
        return (way, "both")


@trap("4_both_not_in_reply_direction", near_in_states("reply"))
class BothNotInReplyDirection(Case):
    def ways_of_header(self, way):
        return ()


@trap("4_reply_before_both", near_in_states("reply"))
class ReplyBeforeBoth(Case):
    def steps(self, judge, way, remote):
        name = self.reply(judge, way, remote)
        if name:
            return self.outcome(judge, way, "reply", exemption=name)
        return super().steps(judge, way, remote)


@trap("4_both_by_the_flow", near_in_states("reply"))
class BothByTheFlow(Case):
    def ways_of_reply(self, flow_way):
        return (flow_way, "both")


@trap("4_reply_of_the_other_way", near_in_states("reply"))
class ReplyOfTheOtherWay(Case):
    def ways_of_reply(self, flow_way):
        return (OPPOSITE[flow_way],)


@trap("4_no_reply", near_in_states("reply"))
class NoReply(Case):
    def reply(self, judge, way, remote):
        return None


@trap("4_reply_by_mirrored_header", near_in_states("reply"))
class ReplyByMirroredHeader(Case):
    def find_flow(self):
        packet = self.packet
        saved = packet.flow, packet.flow_proto
        packet.flow = packet.flow_proto = None
        flow = super().find_flow()
        packet.flow, packet.flow_proto = saved
        return flow


@trap("4_in_is_out", has_near)
class InIsOut(Case):
    def ways_of_header(self, way):
        ways = super().ways_of_header(way)
        return ("out", "in", "both") if way in ways else ways


@trap("4_policys_exemptions_ignored", has_near)
class PolicysExemptionsIgnored(Case):
    def exemptions_of(self, judge):
        return self.rules.of_camera.get(judge.camera, [])


@trap("4_cameras_exemptions_ignored", has_near)
class CamerasExemptionsIgnored(Case):
    def exemptions_of(self, judge):
        return self.rules.of_policy.get(judge.policy.name, [])


@trap("4_shortest_prefix_named", several_named)
class ShortestPrefixNamed(Case):
    def order_of_names(self, item):
        return (item[0], item[1].encode())


@trap("4_first_name_named", several_named)
class FirstNameNamed(Case):
    def order_of_names(self, item):
        return (0, item[1].encode())


@trap("4_last_name_named", several_named)
class LastNameNamed(Case):
    def order_of_names(self, item):
        rank, name = item
        return (-rank, [-byte for byte in name.encode()] + [1])


@trap("4_set_ranks_first", both_of(several_named, near_with("sets")))
class SetRanksFirst(Case):
    def rank_of_set(self):
        return 128


def dated(seen, packet):
    return any(e.start is not None or e.until is not None for e in seen.near)


@trap("4_not_before_is_exclusive", begins_or_ends("start"))
class NotBeforeIsExclusive(Case):
    def has_begun(self, start):
        return start is None or start < self.now


@trap("4_until_is_inclusive", begins_or_ends("until"))
class UntilIsInclusive(Case):
    def has_ended(self, until):
        return until is not None and until < self.now


@trap("4_not_before_ignored", dated)
class NotBeforeIgnored(Case):
    def has_begun(self, start):
        return True


@trap("4_until_ignored", dated)
class UntilIgnored(Case):
    def has_ended(self, until):
        return False


@trap("4_wrong_clock_believed", lambda seen, packet: seen.case.now == 0 and dated(seen, packet))
class WrongClockBelieved(Case):
    def clock_is_right(self):
        return True


@trap("4_wrong_clock_ends_all", lambda seen, packet: seen.case.now == 0 and bool(seen.near))
class WrongClockEndsAll(Case):
    def live(self, exemption):
        return False


@trap("4_icmp_type_ignored", both_of(of_proto(ICMP, ICMP6), near_with("icmp")))
class IcmpTypeIgnored(Case):
    def icmp_fits(self, icmp, types):
        return True


@trap("4_remotes_port_ignored", near_with("ports"))
class RemotesPortIgnored(Case):
    def port_fits(self, port, ranges):
        return not ranges or port is not None


@trap("4_local_port_ignored", near_with("locals"))
class LocalPortIgnored(Case):
    def local_fits(self, port, ranges):
        return not ranges or port is not None


@trap("4_port_range_ends_before", port_beside(None, 0))
class PortRangeEndsBefore(Case):
    def port_fits(self, port, ranges):
        return not ranges or port is not None and within(port, [(a, b - 1) for a, b in ranges])


@trap("4_port_range_one_more", port_beside(None, 1))
class PortRangeOneMore(Case):
    def port_fits(self, port, ranges):
        return not ranges or port is not None and within(port, [(a, b + 1) for a, b in ranges])


@trap("4_port_range_one_earlier", port_beside(-1, None))
class PortRangeOneEarlier(Case):
    def port_fits(self, port, ranges):
        return not ranges or port is not None and within(port, [(a - 1, b) for a, b in ranges])


@trap("4_protocol_ignored", has_near)
class ProtocolIgnored(Case):
    def fits(self, exemption, remote, header):
        local = None if self.is_inner(remote) else header.local
        return (self.port_fits(remote.port, exemption.ports)
                and self.local_fits(local, exemption.locals)
                and self.icmp_fits(header.icmp, exemption.icmp))


@trap("4_ports_of_the_header", lambda seen, packet: packet.sport is not None
      and any(e.ports or e.locals for e in seen.near))
class PortsOfTheHeader(Case):
    """The remote's port is always the destination's."""
    def port(self, way):
        return super().port("out")

    def header(self, way):
        return super().header("out")


@trap("4_fragment_matches_any_port", flag("later"))
class FragmentMatchesAnyPort(Case):
    def port_fits(self, port, ranges):
        return port is None or super().port_fits(port, ranges)

    def local_fits(self, port, ranges):
        return port is None or super().local_fits(port, ranges)


@trap("4_fragment_matches_nothing", flag("later"))
class FragmentMatchesNothing(Case):
    def fits(self, exemption, remote, header):
        return False


# --- §4: ICMP errors -------------------------------------------------------------

@trap("4_error_judged_by_its_source", states(*ERRORS))
class ErrorJudgedByItsSource(Case):
    def icmp_related(self, judge, way):
        return None


@trap("4_error_of_allowed_flow_not", states(*ERRORS))
class ErrorOfAllowedFlowNot(Case):
    def flow_passes(self, judge, flow_way, remote):
        found = super().flow_passes(judge, flow_way, remote)
        return found if found and found[1] == "-" else None


@trap("4_error_of_exempted_flow_not", states(*ERRORS))
class ErrorOfExemptedFlowNot(Case):
    def flow_passes(self, judge, flow_way, remote):
        found = super().flow_passes(judge, flow_way, remote)
        return found if found and found[0] == "-" else None


@trap("4_error_of_passing_flow", states(*ERRORS))
class ErrorOfPassingFlow(Case):
    def flow_passes(self, judge, flow_way, remote):
        passes = self.by_sets(judge, flow_way, remote).reason not in DROPS
        return super().flow_passes(judge, flow_way, remote) or (
            ("-", "-") if passes and not self.flow_is_closed_tunnel(judge, flow_way) else None)


@trap("4_error_of_the_other_way", states(*ERRORS))
class ErrorOfTheOtherWay(Case):
    def flow_way(self, way):
        return OPPOSITE[super().flow_way(way)]


@trap("4_error_without_relation", flag("icmp_error"))
class ErrorWithoutRelation(Case):
    def icmp_related(self, judge, way):
        if self.packet.state == "untracked":
            return ("-", "-")
        return super().icmp_related(judge, way)


@trap("4_redirect_is_an_error", lambda seen, packet: packet.state in ERRORS
      and "icmp_error" not in packet.flags)
class RedirectIsAnError(Case):
    def has(self, name):
        return name == "icmp_error" or super().has(name)


@trap("4_error_in_reply_direction_is_a_reply", states("related_reply"))
class ErrorInReplyDirectionIsAReply(Case):
    def ways_of_header(self, way):
        return ("both",)


@trap("4_error_both_does_not_relate", states(*ERRORS))
class ErrorBothDoesNotRelate(Case):
    def find_exemption(self, judge, ways, remote, header):
        if header == self.flow_header("out") or header == self.flow_header("in"):
            ways = tuple(way for way in ways if way != "both")
        return super().find_exemption(judge, ways, remote, header)


@trap("4_error_forms_of_the_flow_ignored", states(*ERRORS))
class ErrorFormsOfTheFlowIgnored(Case):
    def flow_remotes(self, way):
        return super().flow_remotes(way)[:1]


@trap("4_error_of_a_closed_tunnel", states(*ERRORS))
class ErrorOfAClosedTunnel(Case):
    def flow_is_closed_tunnel(self, judge, flow_way):
        return False


# --- §4: bridge ------------------------------------------------------------------

@trap("4_bridge_no_reply", both_of(hooks("bridge"), flag("ack"), has_near))
class BridgeNoReply(Case):
    def bridge_reply(self, judge, way, remote):
        return None


@trap("4_bridge_reply_without_ack", both_of(hooks("bridge"), of_proto(TCP), has_near))
class BridgeReplyWithoutAck(Case):
    def has(self, name):
        return name == "ack" or super().has(name)


@trap("4_bridge_reply_of_udp", both_of(hooks("bridge"), of_proto(UDP), has_near))
class BridgeReplyOfUdp(Case):
    def bridge_reply(self, judge, way, remote):
        if self.packet.proto != UDP:
            return super().bridge_reply(judge, way, remote)
        return self.find_exemption(judge, (OPPOSITE[way],), remote, self.header(way))


@trap("4_bridge_asks_conntrack", hooks("bridge"))
class BridgeAsksConntrack(Case):
    def ways_of_header(self, way):
        return ("both",)


# --- §4: services' router --------------------------------------------------------

@trap("4_router_covers_no_before", has_before)
class RouterCoversNoBefore(Case):
    def is_router(self, remote, exemption):
        return remote.own


@trap("4_router_covers_without_ports", has_before)
class RouterCoversWithoutPorts(Case):
    def is_router(self, remote, exemption):
        if remote.kind == "before":
            return self.packet.hook == "local_in" and self.has("dst_own")
        return super().is_router(remote, exemption)


@trap("4_router_covers_tproxy", hooks("local_in"))
class RouterCoversTproxy(Case):
    def is_router(self, remote, exemption):
        return remote.own or remote.kind in ("before", "main") and self.packet.hook == "local_in"


@trap("4_router_only_as_destination", both_of(own_end, near_with("router")))
class RouterOnlyAsDestination(Case):
    def is_router(self, remote, exemption):
        return super().is_router(remote, exemption) and (remote.kind == "before" or self.has("dst_own"))


@trap("4_router_never", both_of(own_end, near_with("router")))
class RouterNever(Case):
    def is_router(self, remote, exemption):
        return False


# --- §4: sets, actions, site -----------------------------------------------------

@trap("4_block_before_allow", in_two_sets)
class BlockBeforeAllow(Case):
    def lists(self, policy):
        return (("block", policy.block), ("allow", policy.allow))


@trap("4_set_named_by_its_own_order", in_two_sets)
class SetNamedByItsOwnOrder(Case):
    def lists(self, policy):
        order = list(self.rules.sets)
        return [(reason, sorted(sets, key=lambda item: order.index(item.name)))
                for reason, sets in super().lists(policy)]


@trap("4_set_named_last", in_two_sets)
class SetNamedLast(Case):
    def lists(self, policy):
        return [(reason, sets[::-1]) for reason, sets in super().lists(policy)]


@trap("4_audit_ends_it", both_of(has_action("audit"), drops))
class AuditEndsIt(Case):
    def choose(self, outcomes):
        first = [o for o in outcomes if o.drops() or o.reason == "audit"]
        return (first or outcomes)[0]


@trap("4_audit_not_named_first", has_action("audit"))
class AuditNotNamedFirst(Case):
    def choose(self, outcomes):
        return ([o for o in outcomes if o.drops()] or outcomes)[0]


@trap("4_audit_only_of_sets_and_default", has_action("audit"))
class AuditOnlyOfSetsAndDefault(Case):
    def outcome(self, judge, way, reason, **names):
        if reason in ("malformed", "source_route", "ethertype", "tunnel"):
            return Verdict(reason, judge.camera or "-", judge.policy.name)
        return super().outcome(judge, way, reason, **names)


@trap("4_audit_drops", has_action("audit"))
class AuditDrops(Case):
    def outcome(self, judge, way, reason, **names):
        return Verdict(reason, judge.camera or "-", judge.policy.name,
                       reject=self.answers(judge, way, reason), **names)


@trap("4_reject_to_whoever_sent", both_of(has_action("reject"), drops))
class RejectToWhoeverSent(Case):
    def answers(self, judge, way, reason):
        return super().answers(judge, "out", reason)


@trap("4_reject_on_every_hook", both_of(has_action("reject"), drops))
class RejectOnEveryHook(Case):
    def answers(self, judge, way, reason):
        return (judge.policy.action == "reject" and judge.is_camera() and way == "out"
                and reason in ("block", "default_drop"))


@trap("4_reject_not_on_local_in", both_of(hooks("local_in"), has_action("reject"), drops))
class RejectNotOnLocalIn(Case):
    def answers(self, judge, way, reason):
        return False


@trap("4_reject_of_special_packets", both_of(has_action("reject"), drops))
class RejectOfSpecialPackets(Case):
    def answers(self, judge, way, reason):
        return super().answers(judge, way, "block" if reason in DROPS else reason)


@trap("4_site_rejects", of_strangers)
class SiteRejects(Case):
    def answers(self, judge, way, reason):
        return super().answers(Judge(judge.policy, judge.camera or "site"), way, reason)


@trap("4_site_source_not_asked", of_strangers)
class SiteSourceNotAsked(Case):
    def site(self):
        return super().site()[:1]


@trap("4_site_destination_not_asked", of_strangers)
class SiteDestinationNotAsked(Case):
    def site(self):
        return super().site()[-1:]


@trap("4_site_source_first", of_strangers)
class SiteSourceFirst(Case):
    def site(self):
        return super().site()[::-1]


@trap("4_site_asks_the_router", of_strangers_on("local_in"))
class SiteAsksTheRouter(Case):
    def is_own_destination(self, remote):
        return False


@trap("4_site_not_on_local_in", of_strangers_on("local_in"))
class SiteNotOnLocalIn(Case):
    def site(self):
        return []


@trap("4_site_not_on_local_out", of_strangers_on("local_out"))
class SiteNotOnLocalOut(Case):
    def site(self):
        return []


@trap("4_site_asks_source_on_local_out", of_strangers_on("local_out"))
class SiteAsksSourceOnLocalOut(Case):
    def site(self):
        found = super().site()
        return found + [(judge, "in") for judge, _ in found]


@trap("4_site_judges_cameras", has_site)
class SiteJudgesCameras(Case):
    def judges(self):
        found = super().judges()
        if self.packet.hook == "egress" or not any(j.is_camera() for j, _ in found):
            return found
        return found + self.site()


@trap("4_site_judges_every_frame", both_of(has_site, flag("ethertype")))
class SiteJudgesEveryFrame(Case):
    def site(self):
        if self.has("ethertype"):
            return [(Judge(self.rules.site, None), "out")]
        return super().site()


@trap("4_site_has_no_exemptions", of_strangers)
class SiteHasNoExemptions(Case):
    def exemptions_of(self, judge):
        return super().exemptions_of(judge) if judge.is_camera() else []


# --- §5 ------------------------------------------------------------------------

def special(seen, packet):
    return bool(packet.flags & {"malformed", "source_route"})


@trap("5_malformed_after_exemptions", special)
class MalformedAfterExemptions(Case):
    def outcomes(self, judge, way):
        rest = [self.steps(judge, way, r) for r in self.remotes_to_judge(judge, way)]
        exempted = [o for o in rest if o.reason == "exemption"]
        return exempted[:1] or super().outcomes(judge, way)


@trap("5_malformed_to_a_camera_dropped", special)
class MalformedToACameraDropped(Case):
    def step_zero(self, judge, way):
        return super().step_zero(judge, "out")


@trap("5_malformed_dropped_by_site", lambda seen, packet: special(seen, packet)
      and seen.strangers)
class MalformedDroppedBySite(Case):
    def step_zero(self, judge, way):
        as_camera = Judge(judge.policy, judge.camera or "site")
        return super().step_zero(judge if judge.is_camera() else as_camera, way)


@trap("5_no_address_is_every_remote", lambda seen, packet: packet.src is None
      and "malformed" in packet.flags)
class NoAddressIsEveryRemote(Case):
    def by_sets(self, judge, way, remote):
        sets = judge.policy.allow + judge.policy.block
        if remote.address is None and sets:
            reason = "allow" if judge.policy.allow else "block"
            return self.outcome(judge, way, reason, set=sets[0].name)
        return super().by_sets(judge, way, remote)


@trap("5_source_route_passes", flag("source_route"))
class SourceRoutePasses(Case):
    def step_zero(self, judge, way):
        reason = super().step_zero(judge, way)
        return None if reason == "source_route" else reason


@trap("5_malformed_passes", flag("malformed"))
class MalformedPasses(Case):
    def step_zero(self, judge, way):
        reason = super().step_zero(judge, way)
        return None if reason == "malformed" else reason


def tunnels(seen, packet):
    return "tunnel" in packet.flags


@trap("5_tunnel_passes", tunnels)
class TunnelPasses(Case):
    def stops_tunnel(self, judge, way):
        return False


@trap("5_tunnel_on_local_in_under_default_drop_only", tunnels)
class TunnelOnLocalInUnderDefaultDropOnly(Case):
    def stops_tunnel(self, judge, way):
        return super().stops_tunnel(judge, way) and judge.policy.default == "drop"


@trap("5_tunnel_under_default_pass", tunnels)
class TunnelUnderDefaultPass(Case):
    def stops_tunnel(self, judge, way):
        return judge.is_camera() and way == "out"


@trap("5_tunnel_opened_by_allow", tunnels)
class TunnelOpenedByAllow(Case):
    def stops_tunnel(self, judge, way):
        return (super().stops_tunnel(judge, way)
                and self.by_sets(judge, way, self.remotes(way)[0]).reason != "allow")


@trap("5_tunnel_not_opened_by_exemption", tunnels)
class TunnelNotOpenedByExemption(Case):
    def steps(self, judge, way, remote):
        if self.stops_tunnel(judge, way):
            return self.outcome(judge, way, "tunnel")
        return super().steps(judge, way, remote)


@trap("5_tunnel_to_a_camera_dropped", tunnels)
class TunnelToACameraDropped(Case):
    def stops_tunnel(self, judge, way):
        return super().stops_tunnel(judge, "out")


@trap("5_tunnel_behind_inner_passes", lambda seen, packet: tunnels(seen, packet)
      and packet.inner is not None)
class TunnelBehindInnerPasses(TunnelPasses):
    pass


@trap("5_inner_header_is_a_tunnel", has_inner)
class InnerHeaderIsATunnel(Case):
    def has(self, name):
        return name == "tunnel" or super().has(name)


@trap("5_membership_judged", flag("membership"))
class MembershipJudged(Case):
    def is_membership(self):
        return False


@trap("5_membership_on_forward", flag("membership"))
class MembershipOnForward(Case):
    def is_membership(self):
        return True


@trap("5_discovery_judged", flag("nd"))
class DiscoveryJudged(Case):
    def is_discovery(self):
        return False


@trap("5_discovery_on_forward", flag("nd"))
class DiscoveryOnForward(Case):
    def is_discovery(self):
        return True


@trap("5_discovery_to_a_blocked_remote", flag("nd"))
class DiscoveryToABlockedRemote(Case):
    def may_discover(self, judge, way):
        return True


@trap("5_discovery_in_any_block_set", flag("nd"))
class DiscoveryInAnyBlockSet(Case):
    def may_discover(self, judge, way):
        blocked = [s for p in self.rules.policies.values() for s in p.block]
        return super().may_discover(judge, way) and not any(
            r.address in s for r in self.remotes(way) for s in blocked)


@trap("5_discovery_in_a_form", flag("nd"))
class DiscoveryInAForm(Case):
    def is_form(self, remote):
        return False


@trap("5_discovery_of_strangers_judged", flag("nd"))
class DiscoveryOfStrangersJudged(Case):
    def is_discovery(self):
        known = self.receivers_on_egress() if self.packet.hook == "egress" \
            else self.senders() + self.receivers()
        return bool(known) and super().is_discovery()


@trap("5_ethertype_under_default_drop_only", flag("ethertype"))
class EthertypeUnderDefaultDropOnly(Case):
    def step_zero(self, judge, way):
        return super().step_zero(judge, way) if judge.policy.default == "drop" else None


@trap("5_ethertype_to_a_camera_passes", flag("ethertype"))
class EthertypeToACameraPasses(Case):
    def step_zero(self, judge, way):
        return super().step_zero(judge, way) if way == "out" else None


@trap("5_ethertype_between_strangers_dropped", flag("ethertype"))
class EthertypeBetweenStrangersDropped(Case):
    def verdict_of_nobody(self):
        return Verdict("ethertype")


# --- §6 ------------------------------------------------------------------------

@trap("6_cold_neighbour_names_by_everything", lambda seen, packet: packet.dmac_later)
class ColdNeighbourNamesByEverything(Case):
    def by_what_is_known_now(self, address, interface):
        return self.by_everything(None, address, interface)


@trap("6_cold_neighbour_names_by_subnet", lambda seen, packet: packet.dmac_later)
class ColdNeighbourNamesBySubnet(Case):
    def by_what_is_known_now(self, address, interface):
        return self.by_address_alone(address)


@trap("6_cold_neighbour_names_nobody", lambda seen, packet: packet.dmac_later)
class ColdNeighbourNamesNobody(Case):
    def by_what_is_known_now(self, address, interface):
        return []


def routed(seen, packet):
    return packet.hook in ("forward", "local_out") and not packet.dmac_later


@trap("6_neighbour_not_asked", lambda seen, packet: routed(seen, packet)
      and packet.dmac is not None)
class NeighbourNotAsked(Case):
    def receivers(self):
        if self.has("group"):
            return super().receivers()
        return self.by_address(self.camera_address(self.packet.dst, "dst_own"))


@trap("6_neighbour_gives_the_mac_alone", lambda seen, packet: routed(seen, packet)
      and packet.dmac is not None)
class NeighbourGivesTheMacAlone(Case):
    def receivers(self):
        if self.has("group"):
            return super().receivers()
        address = self.camera_address(self.packet.dst, "dst_own")
        return self.exact(self.packet.dmac, address)


@trap("6_without_mac_by_exact_address_alone", lambda seen, packet: routed(seen, packet)
      and packet.dmac is None)
class WithoutMacByExactAddressAlone(Case):
    def receivers(self):
        return self.by_address(self.camera_address(self.packet.dst, "dst_own"))


@trap("6_egress_judges_twice", hooks("egress"))
class EgressJudgesTwice(Case):
    def receivers_on_egress(self):
        return self.receivers()


@trap("6_egress_by_mac_alone", hooks("egress"))
class EgressByMacAlone(Case):
    def receivers_on_egress(self):
        if self.has("group"):
            return []
        return unique([c for c in self.by_mac(self.packet.dmac)
                       if c in super(EgressByMacAlone, self).receivers_on_egress()])


@trap("6_egress_exact_address_ignored", hooks("egress"))
class EgressExactAddressIgnored(Case):
    """The exact address's camera does not keep its subnet's from counting."""
    def receivers_on_egress(self):
        if self.has("group"):
            return []
        judged = self.by_address(self.camera_address(self.packet.dst, "dst_own"))
        if self.by_mac(self.packet.dmac) or not judged:
            return super().receivers_on_egress()
        address = self.camera_address(self.packet.dst, "dst_own")
        return (self.by_prefix(address)
                or self.by_oui(self.packet.dmac, self.rules.by_oui)
                or self.by_interface(self.packet.oif, self.rules.by_iif)
                or self.caught(self.packet.dmac, self.packet.oif))


@trap("6_egress_asks_site", lambda seen, packet: packet.hook == "egress"
      and seen.rules.site is not None)
class EgressAsksSite(Case):
    def judges(self):
        return super().judges() or self.site()


@trap("6_egress_judges_the_sender", hooks("egress"))
class EgressJudgesTheSender(Case):
    def judges(self):
        address = self.camera_address(self.packet.src, "src_own")
        senders = self.by_address_alone(address)
        return [(Judge(c.policy, c.name), "out") for c in senders] + super().judges()
