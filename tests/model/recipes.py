# SPDX-License-Identifier: GPL-2.0
"""What a packet has to be like for the traps that chance alone seldom finds.

A recipe gives hints to packets.Talk, or None where the ruleset has no stuff for it:
  hook, way, flow_way, kind, family, proto, icmp    as they shall be
  camera, exemption     whose packet it is (None: a stranger's), what it shall match
  remote, remote_in, ipv4_in    the remote, or sets that it, or the IPv4 address
                                within it, shall be from
  form      the remote is a 6to4 or Teredo address, or "nat64": one of our own prefixes
  before    the packet is redirected; "form": from a 6to4 or Teredo address
  others    see where they are used
"""

from forms import in_oui, in_prefix
from model import OPPOSITE
from rulesets import LAN, MACS, OUT

REQUEST_TYPES = {1: (8, 13), 58: (128,)}


def pick(packets, holds):
    """(camera, exemption) such that the exemption holds what is asked."""
    rules, found = packets.rules, []
    for exemption in rules.exemptions:
        if not holds(exemption):
            continue
        if exemption.camera:
            found.append((rules.cameras[exemption.camera], exemption))
            continue
        found += [(c, exemption) for c in packets.cameras if c.policy.name == exemption.policy]
        if rules.site and rules.site.name == exemption.policy:
            found.append((None, exemption))
    return packets.rng.choice(found) if found else None


def with_exemption(packets, holds, **hints):
    picked = pick(packets, holds)
    if picked is None:
        return None
    return {"camera": picked[0], "exemption": picked[1], **hints}


def with_camera(packets, holds, **hints):
    found = [camera for camera in packets.cameras if holds(camera.policy)]
    return {"camera": packets.rng.choice(found), **hints} if found else None


def inet_hook(packets):
    return packets.rng.choice(("forward", "forward", "local_in", "local_out"))


def redirected_service(packets):
    return with_exemption(packets, lambda e: e.router and e.dir != "in", hook="local_in",
                          way="out", flow_way="out", kind="plain", before="any")


def blocking(packets):
    """A camera that passes by default, and the sets it blocks, if there is one."""
    found = [c for c in packets.cameras if c.policy.default == "pass" and c.policy.block]
    if not found:
        return {}
    camera = packets.rng.choice(found)
    return {"camera": camera, "ipv4_in": camera.policy.block}


def redirected(packets):
    return {"hook": "local_in", "way": "out", "flow_way": "out", "kind": "plain",
            "before": "form", "family": 6, **blocking(packets)}


def router_sends(packets):
    return with_exemption(packets, lambda e: e.router and e.dir != "out", hook="local_out",
                          way="in", flow_way="in", kind="plain")


def error_of_allowed(packets):
    hooks = ("forward", "egress" if packets.knows_macs else "forward")
    return with_camera(packets, lambda policy: policy.allow, kind="error", allowed=100,
                       exemption=None, hook=packets.rng.choice(hooks))


def routed_membership(packets):
    return {"kind": "membership", "hook": "forward"}


def routed_discovery(packets):
    return {"kind": "discovery", "hook": "forward", "family": 6}


def to_a_group(packets):
    interfaces = list(packets.rules.by_iif) + list(packets.rules.catch_iif)
    hook = packets.rng.choice(("forward", "local_out", "bridge"))
    return {"kind": "plain", "hook": hook, "exemption": None, "group": True,
            "way": "out" if hook == "forward" or packets.chance(50) else "in",
            "their_interface": packets.rng.choice(interfaces) if interfaces else None}


def proxied(packets):
    return with_exemption(packets, lambda e: e.router and e.dir != "in", hook="local_in",
                          way="out", flow_way="out", kind="plain", proxied=True)


def packed(packets):
    return {"kind": "plain", "proto": packets.rng.choice((4, 41, 41)), "inner": "form",
            **blocking(packets)}


def formed(packets):
    return {"kind": "plain", "family": 6, "form": True, **blocking(packets)}


def nat64(packets):
    if not packets.rules.nat64:
        return None
    return {"kind": "plain", "family": 6, "form": "nat64", **blocking(packets)}


def formed_discovery(packets):
    return with_camera(packets, lambda policy: policy.default == "drop", family=6, form=True,
                       kind="discovery", exemption=None,
                       hook=packets.rng.choice(("bridge", "local_out")))


def formed_error(packets):
    """The flow's 6to4 or Teredo address is exempted, the IPv4 address within is not."""
    def forms_alone(exemption):
        return (exemption.prefixes and not exemption.sets
                and all(f == 6 and length <= 32 for f, _, length in exemption.prefixes))
    return with_exemption(packets, forms_alone, family=6, hook=inet_hook(packets),
                          kind="error", form=True)


def packed_tunnel(packets):
    return {"kind": "plain", "proto": packets.rng.choice((4, 41)), "way": "out",
            "hook": packets.rng.choice(("forward", "local_in", "bridge"))}


def error(packets):
    return with_exemption(packets, lambda e: True, hook=inet_hook(packets), kind="error")


def redirect_of_a_flow(packets):
    return with_exemption(packets, lambda e: True, hook=inet_hook(packets), kind="error",
                          redirects=100, family=4)


def error_of_both(packets):
    return with_exemption(packets, lambda e: e.dir == "both", hook=inet_hook(packets),
                          kind="error")


def error_by_its_header(packets):
    picked = pick(packets, lambda e: e.dir != "both" and e.proto in (None, 1, 58) and not e.icmp)
    if picked is None:
        return None
    camera, exemption = picked
    hints = {"camera": camera, "exemption": exemption, "kind": "error", "from": "remote",
             "way": exemption.dir, "flow_way": OPPOSITE[exemption.dir]}
    if exemption.proto:
        hints["family"] = 4 if exemption.proto == 1 else 6
    return {**hints, "hook": packets.rng.choice(("forward", "local_in", "local_out"))}


def closed_but_allowing(policy):
    return policy.default == "drop" and policy.allow


def error_of_tunnel(packets):
    return with_camera(packets, closed_but_allowing, kind="error", hook="forward", proto=47,
                       flow_way="out", allowed=100, exemption=None)


def answer(packets):
    owners = {(e.camera, e.policy, e.proto) for e in packets.rules.exemptions if e.dir != "both"}
    return with_exemption(packets, lambda e: e.dir == "both"
                          and (e.camera, e.policy, e.proto) in owners, **backwards(packets))


def answer_of_another(packets):
    way = packets.rng.choice(("out", "in"))
    return with_exemption(packets, lambda e: e.dir == OPPOSITE[way], changed=100, kind="plain",
                          hook="forward", way=way)


def untracked(packets):
    way = packets.rng.choice(("out", "in"))
    return with_exemption(packets, lambda e: e.dir == way, kind="plain", way=way,
                          hook=inet_hook(packets), state="untracked")


def port_edge(packets):
    return with_exemption(packets, lambda e: e.ports or e.locals, kind="plain", edge=True)


def other_type(packets):
    proto = packets.rng.choice((1, 58))
    return with_exemption(packets, lambda e: e.proto == proto and e.icmp, kind="plain",
                          family=4 if proto == 1 else 6,
                          icmp=packets.rng.choice(REQUEST_TYPES[proto]))


def ping_back(packets):
    proto = packets.rng.choice((1, 58))
    return with_exemption(packets, lambda e: e.dir == "both" and e.proto == proto
                          and (8 in e.icmp or 128 in e.icmp), **backwards(packets),
                          family=4 if proto == 1 else 6, icmp=8 if proto == 1 else 128)


def both_by_the_flow(packets):
    """The flow is exempted, the packet's own remote is another one."""
    if packets.chance(40):
        return ping_back(packets)
    hints = with_exemption(packets, lambda e: e.dir == "both", **backwards(packets))
    return hints and {**hints, "hook": "forward", "swap": True}


def backwards(packets):
    way = packets.rng.choice(("out", "in"))
    return {"kind": "plain", "way": way, "flow_way": OPPOSITE[way], "hook": inet_hook(packets)}


def bridged_answer(packets):
    picked = pick(packets, lambda e: e.dir != "both" and e.proto in (6, 17, None))
    if picked is None:
        return None
    camera, exemption = picked
    hints = {"camera": camera, "exemption": exemption, "hook": "bridge", "kind": "plain",
             "ack": 50,
             "way": "in" if exemption.dir == "out" else "out"}
    if exemption.proto is None:
        hints["proto"] = packets.rng.choice((6, 17))
    return hints


def fragment(packets):
    hook = packets.rng.choice(("bridge", "bridge", "forward", "local_in"))
    return with_exemption(packets, lambda e: (e.ports or e.locals or e.proto in (None, 17))
                          and (e.dir == "both" or hook == "bridge"), hook=hook, kind="later")


def with_dates(packets):
    dated = pick(packets, lambda e: e.start is not None or e.until is not None)
    at_its_edge = pick(packets, lambda e: packets.now in (e.start, e.until)
                       or packets.now == 0 and e.until is not None and e.start is None)
    picked = dated if packets.chance(30) else at_its_edge or dated
    if picked is None:
        return None
    return {"camera": picked[0], "exemption": picked[1], "kind": "plain"}


def overlap(packets):
    """A remote that two exemptions of one owner hold."""
    rng, exemptions = packets.rng, packets.rules.exemptions
    pairs = [(a, b) for a in exemptions for b in exemptions if a is not b
             and (a.camera, a.policy, a.proto) == (b.camera, b.policy, b.proto)]
    for first, second in rng.sample(pairs, min(8, len(pairs))):
        family = rng.choice((4, 6))
        places = [a for a in OUT[family] + LAN[family] if holds(first, a) and holds(second, a)]
        if places and (len({first.longest(a) for a in places}
                           | {second.longest(a) for a in places}) > 1 or packets.chance(20)):
            return with_exemption(packets, lambda e, first=first: e is first, kind="plain",
                                  family=family, remote=rng.choice(places), hook="forward")
    return None


def holds(exemption, address):
    return (any(in_prefix(address, p) for p in exemption.prefixes)
            or any(address in item for item in exemption.sets))


def two_sets(packets):
    """A remote that is in two sets of a camera's policy."""
    rng = packets.rng
    for camera in rng.sample(packets.cameras, len(packets.cameras)):
        family = rng.choice((4, 6))
        for sets in (camera.policy.allow, camera.policy.block):
            places = [a for a in OUT[family] + LAN[family] if sum(a in s for s in sets) > 1]
            if places:
                return {"camera": camera, "exemption": None, "kind": "plain",
                        "hook": rng.choice(("forward", "bridge")), "family": family,
                        "remote": rng.choice(places)}
    return None


def caught(packets):
    """By its OUI and by its interface, and no camera."""
    rules, rng = packets.rules, packets.rng
    macs = [mac for mac in MACS if any(in_oui(mac, oui) for oui in rules.catch_oui)]
    if not macs or not rules.catch_iif:
        return None
    return {"kind": "plain", "exemption": None, "mac": rng.choice(macs), "plain_end": True,
            "interface": rng.choice(list(rules.catch_iif)),
            "hook": rng.choice(("forward", "local_in", "bridge"))}


def strangers_packed(packets):
    return {"camera": None, "kind": "plain", "proto": packets.rng.choice((4, 41)),
            "hook": packets.rng.choice(("forward", "bridge")), "exemption": None}


def many_selectors(packets):
    """An end that as many selectors as can be would name."""
    rules, rng = packets.rules, packets.rng
    ouis = list(rules.by_oui) + list(rules.catch_oui)
    macs = [mac for mac in MACS if any(in_oui(mac, oui) for oui in ouis)] \
        + list(rules.by_mac)
    interfaces = list(rules.by_iif) + list(rules.catch_iif)
    return {"kind": "plain", "exemption": None, "mac": rng.choice(macs) if macs else None,
            "interface": rng.choice(interfaces) if interfaces else None,
            "plain_end": packets.chance(60)}


def strangers(packets):
    return {"camera": None} if packets.rules.site else None


def strangers_in(packets):
    return {"camera": None, "hook": "local_in", "kind": "plain"} if packets.rules.site else None


def strangers_blocked(packets):
    site = packets.rules.site
    if site is None or site.action != "reject" or not site.block:
        return None
    return {"camera": None, "way": "out", "kind": "plain", "remote_in": site.block,
            "hook": packets.rng.choice(("forward", "forward", "local_in"))}


def strangers_out(packets):
    site = packets.rules.site
    if site is None:
        return None
    return {"camera": None, "hook": "local_out", "kind": "plain", "exemption": None,
            "way": packets.rng.choice(("in", "out", "out")), "mine_in": site.block}


def strangers_exempted(packets):
    site = packets.rules.site
    return with_exemption(packets, lambda e: site and e.policy == site.name, camera=None)


def strangers_frame(packets):
    return {"camera": None, "hook": "bridge", "kind": "frame"}


def frame(packets):
    return {"hook": "bridge", "kind": "frame", "way": "in"}


def unreadable(packets):
    return {"hook": "bridge", "kind": "unreadable", "way": "in"}


def special(packets):
    kind = packets.rng.choice(("malformed", "source_route"))
    dirs = ("both",) if kind == "malformed" else ("out", "both")
    hook = packets.rng.choice(("forward", "local_in", "bridge"))
    if hook == "bridge":
        dirs = ("out", "both")
    return with_exemption(packets, lambda e: e.dir in dirs and not e.ports and not e.locals,
                          kind=kind, way="out", flow_way="out", hook=hook)


def exempted_tunnel(packets):
    def closed(exemption):
        owner = packets.rules.cameras.get(exemption.camera)
        policy = owner.policy if owner else packets.rules.policies[exemption.policy]
        return (exemption.dir != "in" and exemption.proto in (None, 47)
                and policy.default == "drop")
    return with_exemption(packets, closed, proto=47, kind="plain", way="out", flow_way="out")


def allowed_tunnel(packets):
    picked = with_camera(packets, closed_but_allowing, kind="plain", way="out", proto=47,
                         hook=packets.rng.choice(("forward", "bridge")), exemption=None)
    return picked and {**picked, "remote_in": picked["camera"].policy.allow}


def discovery(packets):
    blocked = [s for p in packets.rules.policies.values() for s in p.block]
    return {"family": 6, "kind": "discovery", "remote_in": blocked,
            "hook": packets.rng.choice(("bridge", "bridge", "local_in", "local_out"))}


RECIPES = {recipe.__name__: recipe for recipe in (
    redirected_service, redirected, proxied, packed, packed_tunnel, formed, formed_error,
    error, redirect_of_a_flow, router_sends, error_of_allowed, routed_membership,
    to_a_group, nat64, routed_discovery, formed_discovery, untracked, port_edge,
    other_type, error_of_both, answer_of_another, strangers_blocked, error_by_its_header,
    error_of_tunnel, answer, both_by_the_flow, two_sets, caught, strangers_packed,
    bridged_answer, fragment, with_dates, strangers_in, overlap, many_selectors,
    strangers, strangers_out, strangers_exempted, strangers_frame, frame, unreadable,
    special, exempted_tunnel, allowed_tunnel, discovery)}

SERVES = {
    "2_catch_before_camera": "many_selectors",
    "2_catch_beside_camera": "many_selectors",
    "2_catch_interface_first": "caught",
    "2_every_prefix": "many_selectors",
    "2_group_names_by_everything": "to_a_group",
    "2_interface_before_oui": "many_selectors",
    "2_oui_before_subnet": "many_selectors",
    "2_shortest_oui": "many_selectors",
    "2_shortest_prefix": "many_selectors",
    "3_6to4": "formed",
    "3_before_alone": "redirected",
    "3_before_ignored": "redirected",
    "3_before_with_the_headers_port": "redirected_service",
    "3_forms_of_before_ignored": "redirected",
    "3_forms_of_inner_ignored": "packed",
    "3_inner_both_sides": "packed",
    "3_inner_destination_always": "packed",
    "3_inner_ignored": "packed",
    "3_inner_names_a_camera": "strangers_packed",
    "3_nat64_last_bits": "nat64",
    "3_nat64_of_our_own": "nat64",
    "3_nat64_shortest": "nat64",
    "3_nat64_u_octet": "nat64",
    "3_teredo": "formed",
    "3_teredo_server_read": "formed",
    "4_both_by_the_flow": "both_by_the_flow",
    "4_both_not_in_reply_direction": "answer",
    "4_bridge_asks_conntrack": "bridged_answer",
    "4_bridge_no_reply": "bridged_answer",
    "4_bridge_reply_of_udp": "bridged_answer",
    "4_bridge_reply_without_ack": "bridged_answer",
    "4_error_both_does_not_relate": "error_of_both",
    "4_error_forms_of_the_flow_ignored": "formed_error",
    "4_error_in_reply_direction_is_a_reply": "error_by_its_header",
    "4_error_of_a_closed_tunnel": "error_of_tunnel",
    "4_error_of_allowed_flow_not": "error_of_allowed",
    "4_error_of_exempted_flow_not": "error",
    "4_exemption_without_conntrack": "untracked",
    "4_first_name_named": "overlap",
    "4_fragment_matches_any_port": "fragment",
    "4_fragment_matches_nothing": "fragment",
    "4_icmp_type_ignored": "other_type",
    "4_last_name_named": "overlap",
    "4_local_port_ignored": "port_edge",
    "4_not_before_ignored": "with_dates",
    "4_not_before_is_exclusive": "with_dates",
    "4_port_range_one_earlier": "port_edge",
    "4_port_range_one_more": "port_edge",
    "4_redirect_is_an_error": "redirect_of_a_flow",
    "4_reply_before_both": "answer",
    "4_reply_by_mirrored_header": "answer_of_another",
    "4_router_covers_no_before": "redirected_service",
    "4_router_covers_tproxy": "proxied",
    "4_router_covers_without_ports": "redirected_service",
    "4_router_only_as_destination": "router_sends",
    "4_set_named_by_its_own_order": "two_sets",
    "4_set_ranks_first": "overlap",
    "4_shortest_prefix_named": "overlap",
    "4_site_asks_source_on_local_out": "strangers_out",
    "4_site_asks_the_router": "strangers_in",
    "4_site_destination_not_asked": "strangers",
    "4_site_has_no_exemptions": "strangers_exempted",
    "4_site_judges_every_frame": "strangers_frame",
    "4_site_not_on_local_in": "strangers_in",
    "4_site_not_on_local_out": "strangers_out",
    "4_site_rejects": "strangers_blocked",
    "4_site_source_first": "strangers",
    "4_until_ignored": "with_dates",
    "4_until_is_inclusive": "with_dates",
    "4_wrong_clock_believed": "with_dates",
    "4_wrong_clock_ends_all": "with_dates",
    "5_discovery_in_a_form": "formed_discovery",
    "5_discovery_in_any_block_set": "discovery",
    "5_discovery_of_strangers_judged": "discovery",
    "5_discovery_on_forward": "routed_discovery",
    "5_discovery_to_a_blocked_remote": "discovery",
    "5_ethertype_between_strangers_dropped": "strangers_frame",
    "5_ethertype_to_a_camera_passes": "frame",
    "5_inner_header_is_a_tunnel": "packed_tunnel",
    "5_malformed_after_exemptions": "special",
    "5_membership_on_forward": "routed_membership",
    "5_no_address_is_every_remote": "unreadable",
    "5_tunnel_behind_inner_passes": "packed_tunnel",
    "5_tunnel_not_opened_by_exemption": "exempted_tunnel",
    "5_tunnel_opened_by_allow": "allowed_tunnel",
}
