# SPDX-License-Identifier: GPL-2.0
"""A configuration at random, in JSON, which YAML is a superset of.

    python3 random_config.py SEED

Names and texts are what YAML or a shell might take for something else. What a configuration may leave out is left out
now and then; lists are in any order.
"""
import ipaddress
import json
import random
import sys

R = random.Random(int(sys.argv[1]))
BITS = ["a", "Z", "9", "-", "_", ".", " ", "'", '"', "\\", "${x}", "$(x)", "`x`", "#", " #", "!", "&", "*", "%", "@", "|",
        ">", "<<", "?", "? ", "- ", "{", "}", "[", "]", ",", "~", "=", "\u00e9", "\u20ac", "\U0001f4f7", "\u200b", "\u2028",
        "\u2029", "\ufeff", "\u00a0", "e\u0301", "\u202e"]
WORDS = ["null", "~", "true", "No", "y", "1", "0x1f", "1e3", "1_0", "08", ".inf", "2031-12-31", "<<", "---", "...", "-", "?",
         " ", "site", "list", "=", "12.34.56.78", "!!str", "&a", "*a", "%YAML 1.1", "# none", "'", '"', "\\", "\\n"]
TEXTS = [":", ": ", "/", "http://x/?a=b&c", "a: b", "{a: b}", "\\x41"]


def text(most, more=()):
    if R.random() < 0.3:
        s = R.choice(WORDS + list(more))
    else:
        s = "".join(R.choice(BITS + list(more)) for _ in range(R.randint(1, 40)))
    while len(s.encode()) > most:
        s = s[:-1]
    return s


def names(n, but=""):
    found = set()
    while len(found) < n:
        name = "".join(c for c in text(63) if c not in but)
        if name and name != "none":
            found.add(name)
    found = list(found)
    R.shuffle(found)
    return found


def some(what, least=0):
    return R.sample(what, R.randint(min(least, len(what)), min(len(what), 4)))


def maybe(o, key, make, chance=0.5):
    if R.random() < chance:
        o[key] = make()
    return o


def prefix(least4=8, least6=16):
    if R.random() < 0.5:
        length = R.randint(least4, 32)
        return str(ipaddress.ip_network((R.getrandbits(32) >> (32 - length) << (32 - length), length)))
    length = R.randint(least6, 128)
    bits = 0x2001 << 112 | R.getrandbits(112)
    return str(ipaddress.ip_network((bits >> (128 - length) << (128 - length), length)))


def one_range():
    if R.random() < 0.7:
        return prefix()
    first = R.getrandbits(32)
    last = min(first + R.getrandbits(R.randint(1, 20)), 2**32 - 1)
    return f"{ipaddress.ip_address(first)}-{ipaddress.ip_address(last)}"


def time():
    day = f"{R.randint(1971, 9999):04}-{R.randint(1, 12):02}-{R.randint(1, 28):02}"
    return day if R.random() < 0.5 else day + f"T{R.randint(0, 23):02}:{R.randint(0, 59):02}:{R.randint(0, 59):02}Z"


def mac(digits=12):
    d = f"{R.getrandbits(48) & ~(1 << 40):012x}"[:digits]
    return ":".join(d[i:i + 2] for i in range(0, digits, 2))


def comment():
    return text(128, TEXTS)


def make_set():
    s = {"ranges": [one_range() for _ in range(R.choice([1, 2, 5, 60]))]}
    maybe(s, "from", comment)
    maybe(s, "date", time)
    return maybe(s, "checksum", comment, 0.2)


def make_policy(sets, default=None):
    services = ["dhcp", "ntp", "dns"] + [f"{kind}@{s}" for kind in ("dhcp", "ntp", "dns", "onvif") for s in sets]
    p = {"default": default or R.choice(["pass", "drop"])}
    maybe(p, "action", lambda: R.choice(["drop", "audit", "reject"]))
    maybe(p, "log", lambda: R.choice(["none", f"nflog:{R.randint(0, 65535)}"]))
    maybe(p, "allow", lambda: some(sets, 1)) if sets else p
    maybe(p, "block", lambda: some(sets, 1)) if sets else p
    maybe(p, "services", lambda: some(services, 1))
    return maybe(p, "comment", comment)


def make_camera(policies):
    c = {"policy": R.choice(policies), "one-family": True}
    maybe(c, "mac", lambda: [mac() for _ in range(R.randint(1, 3))])
    maybe(c, "net", lambda: [f"10.{R.getrandbits(8)}.{R.getrandbits(8)}.0/24"], 0.2)
    maybe(c, "addr", lambda: [f"10.{R.getrandbits(8)}.{R.getrandbits(8)}.{R.randint(1, 254)}",
                              f"fd00::{R.randint(1, 65535):x}"], 0.3)
    maybe(c, "key", comment)
    if len(c) < 3 or not {"mac", "net", "addr"} & c.keys():
        c["mac"] = mac()
    return maybe(c, "comment", comment)


def make_catch(policies, i):
    c = {"policy": R.choice(policies), "iif": R.choice([f"eth{i}", f"{i}$x", f"{i}-\u00e9"])}
    maybe(c, "oui", lambda: [mac(R.choice([6, 7, 9]))])
    return maybe(c, "comment", comment)


def make_exemption(cameras, policies, sets):
    e = {"reason": comment(), "by": comment()}
    if cameras and R.random() < 0.5:
        e["camera"] = R.choice(cameras)
    else:
        e["policy"] = R.choice(policies)
    e["remote"] = [prefix(0, 0) for _ in range(R.choice([1, 2, 30]))]
    e["remote"] = sorted(set(e["remote"]), key=lambda _: R.random())
    if R.random() < 0.3:
        e["remote"].append("router")
    e["remote"] += [{"set": s} for s in some(sets)]
    maybe(e, "dir", lambda: R.choice(["out", "in", "both"]))
    proto = R.choice([None, "tcp", "udp", "icmp", "icmpv6", 47, 132])
    if proto:
        e["proto"] = proto
    if proto in ("tcp", "udp", 132):
        maybe(e, "port", lambda: [R.randint(1, 65535), f"{R.randint(1, 99)}-{R.randint(100, 65535)}"])
        maybe(e, "local-port", lambda: R.randint(1, 65535))
    if proto in ("icmp", "icmpv6"):
        maybe(e, "icmp-type", lambda: R.sample(range(256), 3))
    times = sorted([time(), time()])
    e["until"] = times[1] if times[0][:10] != times[1][:10] and R.random() < 0.7 else "permanent"
    if e["until"] != "permanent":
        maybe(e, "not-before", lambda: times[0])
    return maybe(e, "comment", comment)


def main():
    config = {"version": 1}
    sets = names(R.randint(0, 5), but=":/,")
    policies = names(R.randint(1, 5), but=":/")
    devices = names(R.randint(0, 12), but=":/")
    cameras, catches = devices[:9], devices[9:]
    config["sets"] = {s: make_set() for s in sets}
    config["policies"] = {p: make_policy(sets) for p in policies}
    config["policies"]["passes"] = make_policy(sets, "pass")
    if "site" in config["policies"]:
        config["site"] = "none"
    maybe(config, "site", lambda: "passes")
    maybe(config, "nat64", lambda: ["2001:db8:64::/96", "2001:db8::/32"])
    policies.append("passes")
    config["cameras"] = {c: make_camera(policies) for c in cameras}
    config["catch"] = {c: make_catch(policies, i) for i, c in enumerate(catches)}
    config["exemptions"] = {e: make_exemption(devices, policies, sets) for e in names(R.randint(0, 6), but=":/")}
    for key in ("sets", "cameras", "catch", "exemptions"):
        if not config[key]:
            del config[key]
    out = json.dumps(config, ensure_ascii=False, indent=R.choice([None, 1]))
    # To YAML these are ends of lines or marks, but JSON's surrogates are none of its characters.
    for c in "\u2028\u2029\ufeff":
        out = out.replace(c, f"\\u{ord(c):04x}")
    print(out)


main()
