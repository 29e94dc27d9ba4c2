# SPDX-License-Identifier: GPL-2.0
"""A ruleset as the messages that put it, in the form of tests/vm/rawnl."""

from forms import show_address, show_mac, show_numbers, show_prefix

ACTIONS = {"drop": 0, "audit": 1, "reject": 2}
DIRECTIONS = {"out": 0, "in": 1, "both": 2}


def show_messages(rules):
    lines = ["begun:= txn-begin empty"]
    lines += [put("set", set_words(item)) for item in rules.sets.values()]
    lines += [put("policy", policy_words(item)) for item in rules.policies.values()]
    lines += [put("camera", camera_words(item)) for item in rules.cameras.values()]
    lines += [put("exemption", exemption_words(item)) for item in rules.exemptions]
    options = [f"site={rules.site.name}"] if rules.site else []
    if rules.nat64:
        options += nest("nat64", [f"prefix6={show_prefix(p)}" for p in rules.nat64])
    if options:
        lines.append(put("options", options))
    return "\n".join(f"nl {line}" for line in lines + ["txn-commit txn=$begun"])


def put(kind, words):
    return " ".join([f"{kind}-put", "txn=$begun"] + nest(kind, words))


def nest(name, words):
    return [name + "{"] + words + ["}"]


def set_words(item):
    words = [f"name={item.name}"]
    for family in (4, 6):
        ranges = [(a, b) for f, a, b in item.ranges if f == family]
        if ranges:
            words.append(f"count{family}={len(ranges)}")
            words.append(f"ranges{family}=" + ",".join(
                "-".join(show_address((family, end)) for end in pair) for pair in ranges))
    return words


def whole_bytes(oui):
    number, length = oui
    return (number << 40 - length).to_bytes(5, "big").hex(":") + f"/{length}"


def policy_words(policy):
    words = [f"name={policy.name}", f"default={int(policy.default == 'drop')}",
             f"action={ACTIONS[policy.action]}"]
    for key in ("allow", "block"):
        sets = getattr(policy, key)
        if sets:
            words += nest(key, [f"name={item.name}" for item in sets])
    return words


def camera_words(camera):
    words = [f"name={camera.name}", f"policy={camera.policy.name}"]
    words += ["catch"] if camera.catch else []
    words += ["shared"] if camera.shared else []
    selectors = [f"mac={show_mac(mac)}" for mac in camera.macs]
    selectors += [f"addr{a[0]}={show_address(a)}" for a in camera.addresses]
    selectors += [f"prefix{p[0]}={show_prefix(p)}" for p in camera.prefixes]
    selectors += [f"oui={whole_bytes(oui)}" for oui in camera.ouis]
    selectors += [f"iface={name}" for name in camera.iifs]
    return words + nest("selectors", selectors)


def exemption_words(exemption):
    words = [f"name={exemption.name}", f"camera={exemption.camera}" if exemption.camera
             else f"policy={exemption.policy}"]
    remotes = [f"prefix{p[0]}={show_prefix(p)}" for p in exemption.prefixes]
    remotes += [f"set={item.name}" for item in exemption.sets]
    remotes += ["router"] if exemption.router else []
    words += nest("remotes", remotes) + [f"direction={DIRECTIONS[exemption.dir]}"]
    for key, value in (("proto", exemption.proto), ("not-before", exemption.start),
                       ("until", exemption.until)):
        if value is not None:
            words.append(f"{key}={value}")
    for key, ranges in (("ports", exemption.ports), ("local-ports", exemption.locals)):
        if ranges:
            words.append(f"{key}={show_numbers(ranges)}")
    if exemption.icmp:
        words.append("icmp-types=" + ",".join(map(str, exemption.icmp)))
    return words
