# SPDX-License-Identifier: GPL-2.0
"""Hold a generated file to itself: nothing contradictory in a packet, the model's
verdict on what is read the same as the printed one, every reason and trap there.

usage: check_generated.py FILE
"""

import sys
from collections import Counter

from check_verdicts import differences
from forms import BITS, read_file
from model import TUNNEL_PORTS, TUNNEL_PROTOCOLS
from packets import DISCOVERY, ERROR_TYPES, MEMBERSHIP, flow_of, is_group, is_own
from rulesets import PORTED

LEAST = 0.005


def implies(first, second):
    return second or not first


def addresses_fit(p):
    known = [a for a in (p.src, p.dst, p.before) + (p.flow or ()) if a is not None]
    return (len({a[0] for a in known}) <= 1
            and (p.src is None) == (p.dst is None)
            and all(0 <= a[1] < 1 << BITS[a[0]] for a in known)
            and implies(p.src is None, p.hook == "bridge"
                        and p.flags & {"ethertype", "malformed"})
            and not (p.src and is_group(p.src)))


def own_fits(p):
    flow = flow_of(p) if p.state in ("reply", "related", "related_reply") else (None, None)
    return (("src_own" in p.flags) == is_own(p.src)
            and ("dst_own" in p.flags) == is_own(p.dst)
            and ("flow_src_own" in p.flags) == is_own(flow[0])
            and ("flow_dst_own" in p.flags) == is_own(flow[1])
            and implies(p.hook in ("forward", "egress"), "dst_own" not in p.flags)
            and implies(p.hook == "local_in", "src_own" not in p.flags))


def group_fits(p):
    by_mac = p.hook in ("bridge", "egress") and p.dmac >> 40 & 1
    return ("group" in p.flags) == bool(by_mac or p.dst and is_group(p.dst))


def interfaces_fit(p):
    return ((p.iif is None) == (p.hook in ("local_out", "egress"))
            and (p.oif is None) == (p.hook == "local_in"))


def macs_fit(p, rules):
    asked = p.dmac is not None or p.dmac_later
    return (implies(p.hook in ("local_out", "egress"), p.mac is None)
            and implies(p.hook == "bridge", p.mac is not None)
            and implies(p.hook in ("bridge", "egress"), p.dmac is not None)
            and implies(p.hook == "local_in", not asked)
            and implies(p.hook in ("forward", "local_out") and asked,
                        rules.has_mac_selectors() and "group" not in p.flags)
            and implies(p.hook == "egress", rules.has_mac_selectors()))


def transport_fits(p):
    bare = p.flags & {"later", "malformed", "source_route", "ethertype"}
    family = p.dst[0] if p.dst else None
    return ((p.sport is None) == (p.dport is None)
            and implies(p.sport is not None, p.proto in PORTED and not bare)
            and implies(p.proto in PORTED and not bare, p.sport is not None)
            and implies(p.icmp is not None, (p.proto, family) in ((1, 4), (58, 6)) and not bare)
            and implies("ack" in p.flags, p.proto == 6 and p.sport is not None)
            and implies("ethertype" in p.flags, p.hook == "bridge" and p.proto is None))


def inner_fits(p):
    families = {4: 4, 41: 6}
    if p.inner is None:
        return implies(p.proto in families, p.flags & {"later", "malformed"})
    return {a[0] for a in p.inner} == {families.get(p.proto)}


def tunnel_fits(p):
    if p.inner is not None:
        return True
    known = p.proto in TUNNEL_PROTOCOLS or p.proto == 17 and p.dport in TUNNEL_PORTS
    return ("tunnel" in p.flags) == known


def icmp_fits(p):
    errors = p.icmp is not None and p.icmp in ERROR_TYPES.get(p.proto, ())
    discovery = p.proto == 58 and p.icmp in DISCOVERY
    membership = p.proto == 2 or p.proto == 58 and p.icmp in MEMBERSHIP
    return (("icmp_error" in p.flags) == errors
            and implies("nd" in p.flags, discovery)
            and implies("membership" in p.flags, membership and is_group(p.dst))
            and implies(p.state in ("related", "related_reply"),
                        errors or (p.proto, p.icmp) == (1, 5)))


def conntrack_fits(p):
    icmp = p.icmp is not None and p.icmp in ERROR_TYPES.get(p.proto, ())
    return (implies(p.hook == "bridge", p.state == "untracked")
            and implies(p.flags & {"later", "malformed", "nd", "membership"},
                        p.state == "untracked")
            and implies(icmp, p.state not in ("original", "reply"))
            and implies(p.state in ("untracked", "original"),
                        p.flow is None and p.flow_proto is None))


def before_fits(p):
    if p.before is None:
        return p.before_port is None
    return (p.hook == "local_in" and p.state == "original" and "group" not in p.flags
            and (p.before != p.dst or p.before_port not in (None, p.dport))
            and implies(p.before_port is not None, p.dport is not None))


CHECKS = (addresses_fit, own_fits, group_fits, interfaces_fit, transport_fits, inner_fits,
          tunnel_fits, icmp_fits, conntrack_fits, before_fits)


def contradictions(path):
    with open(path, encoding="utf-8") as lines:
        for item in read_file(lines):
            found = [check.__name__ for check in CHECKS if not check(item.packet)]
            if not macs_fit(item.packet, item.ruleset):
                found.append("macs_fit")
            if found:
                yield f"{path}:{item.line}: not so: {' '.join(found)}"


def too_few(path, count):
    """Reasons and traps that the file's histogram says are too seldom in it."""
    with open(path, encoding="utf-8") as lines:
        found = Counter({tuple(words[1:3]): int(words[3]) for words in map(str.split, lines)
                         if words[0] == "#" and words[1:] and words[1] in ("reason", "trap")})
    return [f"{path}: {kind} {name}: {number} of {count}"
            for (kind, name), number in sorted(found.items()) if number < count * LEAST]


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 1
    path = sys.argv[1]
    count, failed = differences(path)
    failed += contradictions(path)
    if count >= 100000:
        failed += too_few(path, count)
    print("\n".join(failed), end="\n" if failed else "")
    print(f"{count} packets, {len(failed)} failed")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
