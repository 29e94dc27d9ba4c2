#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Everything that docs/netlink/camfence.yaml describes, sent to the module and back.

	netlink.py camfence.json MAC ADDR4 ADDR6 OTHER-MAC REMOTE-MAC

The arguments are the camera's, another host's MAC, and the internet's. It says a
line each: PASS TEXT, FAIL TEXT, section TEXT, and "packet SPEC" or "flood SPEC",
for which the caller has them sent and answers with a line. A name of camfence's
is typed here, a number never.
"""
import ipaddress
import os
import sys
import threading
import time

import ynl

# What cannot occur here, besides what aligns 64 bits.
NEVER = {("camfence", "unhooked"): "a hook fails where memory does, as in test-event.sh"}
# What no put has: a message's own attributes, and what the kernel counts.
NO_PUT = {"camfence", "stats", "event", "event-stats"}
BLOCKED4, BLOCKED6, EXEMPTED = "1.2.4.8", "2001:250::8", "198.51.100.8"
MANY = 3000
FLOOD = 200	# frames, as the caller sends them

# Netlink's own: NL_ATTR_TYPE_* and NL_POLICY_TYPE_ATTR_*.
TYPES = {"flag": 1, "u8": 2, "u16": 3, "u32": 4, "u64": 5, "binary": 10, "string": 12, "nest": 13}
TYPE, MIN_VALUE, MAX_VALUE, MIN_LENGTH, MAX_LENGTH, POLICY_IDX = 1, 4, 5, 6, 7, 8


def say(*words):
    print(*words, flush=True)


def same(text, have, want):
    if have == want:
        say("PASS", text)
    else:
        say("FAIL", f"{text}: have {have}, want {want}")


def wanted(text, condition):
    same(text, bool(condition), True)


def refused(text, name, want, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
        say("FAIL", f"{text}: taken")
    except ynl.Refused as e:
        wanted(f"{text}: {e}", e.errno == name and e.sentence and (not want or want in e.sentence))


def send(what, spec):
    say(what, spec)
    if not sys.stdin.readline():
        sys.exit("the caller is gone")


class Transaction:
    def __init__(self, client, **kwargs):
        self.client = client
        reply, = client.ask("txn-begin", **kwargs)
        self.txn, self.generation = reply["txn"], reply["generation"]

    def __call__(self, name, **message):
        return self.client.ask(name, txn=self.txn, **message)

    def commit(self, **counts):
        reply, = self("txn-commit", **({"counts": counts} if counts else {}))
        return reply["generation"]


class Test:
    def __init__(self, path, mac, addr4, addr6, other, remote):
        self.spec = ynl.Spec(path)
        self.client = ynl.Client(self.spec)
        self.ear = ynl.Client(self.spec, self.client.seen)
        self.mac, self.addr4, self.addr6, self.other, self.remote = mac, addr4, addr6, other, remote
        now = int(time.time())
        prefix = {"addr": "2001:db8::", "len": 64}
        self.many = [prefix | {"addr": str(ipaddress.IPv6Address((0x20010db8 << 96) + (i << 64)))}
                     for i in range(MANY)]
        self.ranges = {
            "cn": {"ranges4": [{"first": "1.2.4.0", "last": "1.2.4.255"},
                               {"first": "9.9.0.0", "last": "9.9.0.0"},
                               {"first": "223.0.0.1", "last": "223.255.255.254"}],
                   "ranges6": [{"first": "2001:250::", "last": "2001:250:ffff::1"},
                               {"first": "2400::", "last": "2400::"}]},
            "nvr": {"ranges4": [{"first": "10.20.9.10", "last": "10.20.9.10"}]},
        }
        # As they are put, but for ranges; in the order in which they are dumped.
        self.objects = [
            ("set", {"name": "cn", "count4": 3, "count6": 2, "source": "list of “China”",
                     "date": now - 86400, "checksum": "sha256:00"}),
            ("set", {"name": "nvr", "count4": 1, "count6": 0}),
            ("policy", {"name": "counts", "default": "pass", "action": "audit", "nflog": 5, "allow": {},
                        "block": {"name": ["nvr", "cn"]}}),
            ("policy", {"name": "geoblock", "default": "pass", "action": "drop",
                        "allow": {"name": ["nvr"]}, "block": {"name": ["cn"]},
                        "comment": "c" * (self.spec.consts["text-len"] - 1)}),
            ("policy", {"name": "isolate", "default": "drop", "action": "reject", "allow": {},
                        "block": {}}),
            ("camera", {"name": "brand", "policy": "counts", "catch": True, "selectors": {
                "oui": [{"oui": "0c1234ab50", "len": 36}, {"oui": "0c12350000", "len": 24}],
                "iface": ["nowhere0", "i" * (self.spec.consts["iface-len"] - 1)]}}),
            ("camera", {"name": "gate", "policy": "geoblock", "key": "A-7", "comment": "the gate",
                        "selectors": {"mac": [mac], "addr4": [addr4], "addr6": [addr6]}}),
            ("camera", {"name": "hall", "policy": "isolate", "shared": True, "selectors": {
                "prefix4": [{"addr": "10.99.0.0", "len": 16}],
                "prefix6": [{"addr": "fd99::", "len": 64}]}}),
            ("camera", {"name": "other", "policy": "geoblock", "selectors": {"mac": [other]}}),
            ("camera", {"name": "rear", "policy": "isolate", "shared": True, "selectors": {
                "prefix4": [{"addr": "10.99.0.0", "len": 16}]}}),
            ("exemption", {"name": "many", "camera": "hall", "count": MANY, "direction": "in",
                           "remotes": {"prefix6": self.many}}),
            ("exemption", {"name": "service:ping", "policy": "isolate", "direction": "both",
                           "proto": 1, "icmp-types": [0, 8], "remotes": {"router": True}}),
            ("exemption", {"name": "vendor", "camera": "gate", "direction": "out", "proto": 17,
                           "ports": [{"first": 53, "last": 53}, {"first": 123, "last": 443}],
                           "local-ports": [{"first": 1, "last": 65535}],
                           "not-before": now - 86400, "until": now + 86400, "by": "Ann",
                           "reason": "updates", "comment": "ticket 7",
                           "remotes": {"prefix4": [{"addr": EXEMPTED, "len": 32}],
                                       "prefix6": [{"addr": "2001:db8:1::", "len": 48}],
                                       "set": ["nvr"]}}),
            ("options", {"site": "geoblock", "nat64": {"prefix6": [
                {"addr": "64:ff9b::", "len": 96}, {"addr": "2001:db8:64::", "len": 48}]}}),
        ]
        self.counts = {"sets": 2, "ranges": 6, "policies": 3, "cameras": 5, "exemptions": 3,
                       "prefixes": MANY + 2}

    def info(self):
        return self.client.ask("info-get")[0]

    def put(self, t):
        """all objects; those that come in several messages in two"""
        for kind, o in self.objects:
            if kind == "set":
                ranges = self.ranges[o["name"]]
                t("set-put", set=o | {"ranges4": ranges["ranges4"][:2]})
                rest = {n: r[2:] if n == "ranges4" else r for n, r in ranges.items()}
                t("set-put", set={"name": o["name"]} | rest)
            elif o.get("name") == "many":
                t("exemption-put", exemption=o | {"remotes": {"prefix6": self.many[:2000]}})
                t("exemption-put", exemption={"name": "many",
                                              "remotes": {"prefix6": self.many[2000:]}})
            else:
                t(f"{kind}-put", **{kind: o})

    def dump(self):
        """the head, and the objects; one that comes in several messages as one"""
        head, *messages = self.client.ask("ruleset-get")
        objects = []
        for message in messages:
            (kind, o), = message.items()
            if objects and "name" in o and objects[-1][1].get("name") == o["name"]:
                objects[-1][1]["remotes"]["prefix6"] += o["remotes"]["prefix6"]
            else:
                objects.append((kind, o))
        return head, objects

    def load(self):
        say("section", "All is put, and read back")
        before, began = self.info(), time.time()
        t = Transaction(self.client)
        same("begin answers with the generation", t.generation, before["generation"])
        self.put(t)
        refused("a commit with another count", "EINVAL", "7 are expected", t.commit, cameras=7)
        generation = t.commit(**self.counts)
        same("commit, one generation more", generation, before["generation"] + 1)
        head, objects = self.dump()
        same("dump: generation and counts", head, {"generation": generation, "counts": self.counts})
        same("dump: the objects, in order", [(k, o.get("name")) for k, o in objects],
             [(k, o.get("name")) for k, o in self.objects])
        for (kind, want), (_, have) in zip(self.objects, objects):
            for attr in want.keys() | have.keys():
                same(f"{kind} {want.get('name', '')}: {attr}", have.get(attr), want.get(attr))
        for name, want in self.ranges.items():
            have = {"ranges4": [], "ranges6": []}
            for message in self.client.ask("set-range-get", set={"name": name}):
                same(f"ranges of {name}: generation", message["generation"], generation)
                for attr, ranges in message["set"].items():
                    have[attr] += ranges
            same(f"ranges of {name}", {n: r for n, r in have.items() if r}, want)
        info = self.info()
        same("info: generation, in force, counts",
             [info.get(n) for n in ("generation", "in-force", "counts")],
             [generation, True, self.counts])
        limits = {n: self.spec.consts[f"max-{n}"] for n in self.counts}
        same("info: limits, as the constants have them", info["limits"], limits)
        wanted(f"info: the generation began then: {before['since']}, {began}, {info['since']}",
               before["since"] <= began and began - 2 < info["since"] <= time.time())
        same("info: nothing was dropped yet", (info["drops"], info["dropped"]),
             (0, before["dropped"]))
        same("info: netns", info["netns"], [os.stat("/proc/self/ns/net").st_ino])
        wanted(f"info: version {info['version']}, memory {info['memory']}",
               info["version"] and info["memory"] > MANY * 16)
        refused("the set of no name", "ENOENT", "no set", self.client.ask, "set-range-get",
                set={"name": "none"})

    def change(self):
        """a commit that changes nothing"""
        t = Transaction(self.client)
        return t.commit()

    def gather(self):
        """the events up to that of a commit, which comes behind all others"""
        generation, heard = self.change(), []
        while True:
            for _, message in self.ear.hear():
                heard.append(message["event"])
                if heard[-1].get("generation") == generation:
                    return heard

    def packet(self, text, spec, want):
        send("packet", spec)
        *events, _ = self.gather()
        same(f"{text}: one event", len(events), 1)
        for attr, value in want.items():
            same(f"{text}: {attr}", events[-1].get(attr) if events else None, value)

    def events(self):
        say("section", "Events")
        self.ear.join(self.spec.groups[0])
        generation = self.change()
        event = next(m["event"] for _, m in self.ear.hear())
        same("a commit's event", {n: event.get(n) for n in ("type", "generation", "portid", "pid")},
             {"type": "commit", "generation": generation, "portid": self.client.portid,
              "pid": os.getpid()})
        wanted("its time is now", abs(event["time"] / 1e9 - time.time()) < 600)
        seq = event["seq"]
        named = {"type": "drop", "reason": "block", "hook": "forward", "camera": "gate",
                 "policy": "geoblock", "set": "cn", "in": "lan0", "out": "wan0",
                 "smac": self.mac, "dmac": self.remote}
        self.packet("IPv4", f"from=cam at=inet proto=udp dst={BLOCKED4}",
                    named | {"src4": self.addr4, "dst4": BLOCKED4, "proto": 17, "sport": 40000,
                             "dport": 443})
        self.packet("IPv6", f"from=cam at=inet proto=udp dst={BLOCKED6}",
                    named | {"src6": self.addr6, "dst6": BLOCKED6})
        self.packet("ICMP", f"from=cam at=inet proto=icmp dst={BLOCKED4}",
                    named | {"proto": 1, "icmp-type": 8})
        self.packet("a spoof", f"from=pc at=inet proto=udp src={self.addr4} dst={EXEMPTED}",
                    {"type": "spoof", "reason": "default-pass", "camera": "gate",
                     "policy": "geoblock", "smac": self.other})
        send("packet", f"from=cam at=inet proto=udp dst={EXEMPTED}")
        same("an exempted packet: nothing is told", self.gather()[:-1], [])
        send("flood", f"from=cam at=inet proto=udp dst={BLOCKED4}")
        events = self.gather()
        for _ in range(1000):
            if any("suppressed" in e for e in events):
                break
            send("packet", f"from=cam at=inet proto=udp dst={BLOCKED4}")
            events += self.gather()
        wanted("a flood's: how many were not told",
               any(e.get("suppressed", 0) > 0 and e.get("length", 0) >= 20 for e in events))
        wanted("numbers ascend", events[-1]["seq"] > seq)
        stats = self.info()["event-stats"]
        wanted(f"info: what became of events: {stats}", stats["sent"] and stats["suppressed"]
               and "lost" in stats)

    def verdict(self, text, packet, want):
        """packet with ends in want's form: what is not in want must not be answered"""
        reply, = self.client.ask("verdict-get", packet=packet)
        same(f"{text}: generation", reply["generation"], self.info()["generation"])
        have = dict(reply["packet"])
        wanted(f"{text}: held against now", abs(have.pop("time") / 1e9 - time.time()) < 600)
        same(text, have, want)

    def verdicts(self):
        say("section", "What would become of a packet")
        before = self.client.ask("stats-get")
        out = {"src4": self.addr4, "dst4": BLOCKED4, "proto": 6, "sport": 40000, "dport": 443}
        gate = {"camera": "gate", "policy": "geoblock"}
        block = gate | {"reason": "block", "set": "cn"}
        self.verdict("IPv4", out, block)
        self.verdict("by its MAC", out | {"src4": "10.20.0.99", "smac": self.mac, "in": "lan0",
                                          "out": "wan0", "hook": "forward"}, block)
        self.verdict("another's MAC", out | {"src4": "10.20.0.99", "smac": self.other},
                     block | {"camera": "other"})
        self.verdict("towards its MAC, ICMP", {"src4": BLOCKED4, "dst4": "10.20.0.99", "proto": 1,
                                               "icmp-type": 8, "dmac": self.mac}, block)
        self.verdict("IPv6", {"src6": self.addr6, "dst6": BLOCKED6, "proto": 58, "icmp-type": 128},
                     block)
        vendor = out | {"dst4": EXEMPTED, "proto": 17, "dport": 123}
        exempted = gate | {"reason": "exemption", "exemption": "vendor"}
        self.verdict("exempted, of a flow", vendor | {"ct": "original"}, exempted)
        self.verdict("not of a flow", vendor, gate | {"reason": "default-pass"})
        self.verdict("a port that is not exempted", vendor | {"dport": 122, "ct": "original"},
                     gate | {"reason": "default-pass"})
        answer = vendor | {"src4": EXEMPTED, "dst4": self.addr4, "sport": 123, "dport": 40000}
        self.verdict("an answer", answer | {"ct": "reply"}, exempted | {"reason": "reply"})
        self.verdict("ports the other way round", answer | {"sport": 40000, "dport": 123,
                                                            "ct": "reply"},
                     gate | {"reason": "default-pass"})
        self.verdict("a catch, by the interface", out | {"src4": "10.9.9.9", "in": "nowhere0"},
                     {"camera": "brand", "policy": "counts", "reason": "audit", "set": "cn"})
        self.verdict("to the router: whose address is nobody's",
                     out | {"src4": "10.9.9.9", "dst4": self.addr4, "hook": "local-in"},
                     {"policy": "geoblock", "reason": "default-pass"})
        same("nothing was counted", self.client.ask("stats-get"), before)
        ask = lambda **packet: self.client.ask("verdict-get", packet=packet)
        refused("without a packet", "EINVAL", "missing", self.client.ask, "verdict-get")
        for text, want, change in (
                ("one address", "source and a destination", {"dst4": None}),
                ("two families", "one family", {"src4": None, "src6": self.addr6,
                                                "dst6": self.addr6}),
                ("no protocol", "protocol", {"proto": None}),
                ("tcp without a port", "both ports", {"sport": None}),
                ("ports of GRE", "both ports", {"proto": 47}),
                ("tcp with an ICMP type", "ICMP type", {"icmp-type": 8}),
                ("IPv4 with ICMPv6's type", "ICMP type", {"proto": 58, "sport": None,
                                                          "dport": None, "icmp-type": 128})):
            packet = {n: v for n, v in (out | change).items() if v is not None}
            refused(text, "EINVAL", want, ask, **packet)

    def stats(self):
        say("section", "Counters")
        stats = {"reason-stats": [], "policy": [], "camera": [], "exemption": []}
        for message in self.client.ask("stats-get"):
            (kind, o), = message.items()
            stats[kind].append(o)
        same("each reason once", [r["reason"] for r in stats["reason-stats"]],
             list(self.spec.enums["reason"].values()))
        blocked = next(r for r in stats["reason-stats"] if r["reason"] == "block")
        wanted(f"reason block: {blocked}", blocked["packets"] > 3 and
               blocked["bytes"] >= 28 * blocked["packets"])
        for kind in "policy", "camera", "exemption":
            same(f"{kind}: each has them", [o["name"] for o in stats[kind]],
                 [o["name"] for k, o in self.objects if k == kind])
        for kind, name, want in (
                ("policy", "geoblock", ("packets", "bytes", "drops", "drop-bytes")),
                ("camera", "gate", ("drops", "drop-bytes", "seen", "spoofs")),
                ("exemption", "vendor", ("packets", "bytes", "seen"))):
            have = next(o["stats"] for o in stats[kind] if o["name"] == name)
            wanted(f"{kind} {name}: {have}", have.keys() == set(want) and all(have.values()))

    def reset(self):
        """while packets come, counters are read and reset: the parts are the whole"""
        say("section", "Counters that are reset")
        client, told, parts = ynl.Client(self.spec, self.client.seen), {}, 0
        wanted_of = {("reason-stats", "block"): ("packets", "bytes"),
                     ("policy", "geoblock"): ("drops", "drop-bytes"),
                     ("camera", "gate"): ("drops", "drop-bytes")}

        def take():
            for message in client.ask("stats-get", reset=True):
                (kind, o), = message.items()
                stats, key = o.get("stats", o), (kind, o.get("reason", o.get("name")))
                for n, attr in enumerate(wanted_of.get(key, ())):
                    told.setdefault(key, [0, 0])[n] += stats[attr]

        def take_on():
            nonlocal parts
            while not done.is_set():
                take()
                parts += 1

        take()
        zeros = {key: [0, 0] for key in wanted_of}
        wanted(f"all is told once: {told}", all(n for both in told.values() for n in both))
        seen = next(m["camera"]["stats"] for m in self.client.ask("stats-get")
                    if m.get("camera", {}).get("name") == "gate")
        wanted(f"and counted from zero, but for when it was seen: {seen}",
               seen["seen"] and not any(n for attr, n in seen.items() if attr != "seen"))
        told.clear()
        take()
        same("a second time there is nothing to tell", told, zeros)
        before, began = self.info(), int(time.time())
        done, thread = threading.Event(), threading.Thread(target=take_on)
        thread.start()
        for _ in range(5):
            send("flood", f"from=cam at=inet proto=udp dst={BLOCKED4}")
        done.set()
        thread.join()
        take()
        packets, size = 5 * FLOOD, told[("camera", "gate")][1] // (5 * FLOOD)
        same(f"told in {parts} parts", told, {key: [packets, packets * size] for key in wanted_of})
        info = self.info()
        same("info: dropped in this generation, whatever was taken off",
             info["drops"] - before["drops"], packets)
        wanted(f"info: the last one at {info['dropped']}", began - 1 <= info["dropped"] <= time.time() + 1)
        self.change()
        same("the next generation: none yet, and when it was the last",
             [self.info()[n] for n in ("drops", "dropped")], [0, info["dropped"]])

    def told(self, kind):
        """the next event of a kind"""
        while True:
            for _, message in self.ear.hear():
                if message["event"]["type"] == kind:
                    return message["event"]

    def confirm(self):
        say("section", "To be confirmed")
        before = self.change()
        Transaction(self.client)("txn-commit", confirm=self.spec.consts["max-confirm"])
        info = self.info()
        same("info: what would come back", info.get("before"), before)
        wanted("info: seconds left", 80000 < info["confirm"] <= self.spec.consts["max-confirm"])
        refused("another begins", "EBUSY", "confirmed first", Transaction, self.client)
        refused("another generation is confirmed", "ESTALE", "generation", self.client.ask,
                "txn-confirm", generation=before)
        self.client.ask("txn-confirm", generation=before + 1)
        event = self.told("confirm")
        same("its event", {n: event.get(n) for n in ("generation", "portid", "pid")},
             {"generation": before + 1, "portid": self.client.portid, "pid": os.getpid()})
        refused("twice", "ENOENT", "nothing is to be confirmed", self.client.ask, "txn-confirm")
        same("info: no more of it", self.info().keys() & {"confirm", "before"}, set())
        t = Transaction(self.client)
        for seconds in 0, self.spec.consts["max-confirm"] + 1:
            refused(f"in {seconds} seconds", "ERANGE", "", t, "txn-commit", confirm=seconds)
        t("txn-commit", confirm=1)
        event = self.told("timeout")
        same("not confirmed: an event, of nobody's",
             {n: event.get(n) for n in ("generation", "portid", "pid")},
             {"generation": before + 3, "portid": None, "pid": None})
        same("and the generation", self.info()["generation"], before + 3)

    def undo(self):
        say("section", "Abort, dels, from nothing, flush")
        was = self.dump()
        t = Transaction(self.client)
        t("camera-del", camera={"name": "rear"})
        t("txn-abort")
        same("abort: the ruleset is as it was", self.dump(), was)
        refused("and the transaction gone", "ENOENT", "no such transaction", t.commit)
        generation = was[0]["generation"]
        refused("begin from another generation", "ESTALE", "generation", Transaction, self.client,
                generation=generation - 1)
        t = Transaction(self.client, generation=generation)
        t("options-put", options={})
        for kind, o in reversed(self.objects[:-1]):
            t(f"{kind}-del", **{kind: {"name": o["name"]}})
            refused(f"{kind} {o['name']} is deleted, and not twice", "ENOENT", o["name"],
                    t, f"{kind}-del", **{kind: {"name": o["name"]}})
        same("commit of what has nothing", t.commit(**{n: 0 for n in self.counts}), generation + 1)
        head, objects = self.dump()
        same("dump: nothing", (head["counts"], [o for o in objects if o != ("options", {})]),
             ({n: 0 for n in self.counts}, []))
        t = Transaction(self.client)
        t("set-put", set={"name": "old", "count4": 0})
        t.commit()
        t = Transaction(self.client, empty=True)
        t("set-put", set={"name": "new", "count6": 0})
        t.commit(sets=1)
        same("from nothing: what was there is not", self.dump()[1],
             [("set", {"name": "new", "count4": 0, "count6": 0})])
        generation = self.info()["generation"]
        refused("flush of another generation", "ESTALE", "generation", self.client.ask,
                "ruleset-flush", generation=generation + 1)
        self.client.ask("ruleset-flush", generation=generation)
        info = self.info()
        same("flush", (info["generation"], "in-force" in info), (generation + 1, False))

    def compare(self, where, name, policies, index, taken):
        """one attribute set as the kernel takes it in one place"""
        for n, checks in policies.get(index, {}).items():
            a = self.spec.sets[name].get(n)
            if a is None:
                say("FAIL", f"{where}: the kernel takes attribute {n}, which is not described")
                continue
            taken.add((name, a["name"]))
            place, kind = f"{where}.{a['name']}", TYPES[a["type"]]
            exact, most = (self.spec.length(a, c) for c in ("exact-len", "max-len"))
            if a["type"] == "u32" and "byte-order" in a:	# bytes, to the kernel
                kind, exact = TYPES["binary"], 4
            want = [kind, exact, most if exact is None else exact]
            have = [checks.get(c) for c in (TYPE, MIN_LENGTH, MAX_LENGTH)]
            if "enum" in a:
                want.append(max(self.spec.enums[a["enum"]]))
                have.append(checks.get(MAX_VALUE))
            if "max" in a.get("checks", {}):
                want += [self.spec.length(a, c) for c in ("min", "max")]
                have += [checks.get(c) for c in (MIN_VALUE, MAX_VALUE)]
            same(f"{place}: type and bounds", have, want)
            if a["type"] == "nest":
                self.compare(place, a["nested-attributes"], policies, checks[POLICY_IDX], taken)

    def strict(self):
        """what the kernel says it takes is what is described"""
        say("section", "What the kernel takes, as it tells itself")
        taken = set()
        described = {n: {"do", "dump", *op["flags"]} & {*op, *op["flags"]}
                     for n, op in self.spec.ops.items() if "event" not in op}
        same("commands, who may, do or dump", self.client.ops, described)
        for number in described:
            op = self.spec.ops[number]
            listed = self.spec.listed(op, "request")
            policies, index = self.client.policy(number)
            names = self.spec.sets[op["attribute-set"]]
            same(f"{op['name']} takes", sorted(names[n]["name"] for n in policies.get(index, {})),
                 sorted(listed))
            self.compare(op["name"], op["attribute-set"], policies, index, taken)
        for name in sorted(self.spec.sets.keys() - NO_PUT):
            for a in self.spec.sets[name].values():
                if a["type"] != "pad" and a["name"] != "stats":
                    wanted(f"{name}.{a['name']} can be put", (name, a["name"]) in taken)

    def coverage(self):
        say("section", "Of what is described, what was sent or received")
        seen, spec = self.client.seen, self.spec
        for op in spec.ops.values():
            for way in "request", "reply", "event":
                for attr in spec.listed(op, way):
                    if (op["attribute-set"], attr) not in NEVER:
                        wanted(f"{op['name']}, {way}: {attr}", (op["name"], way, attr) in seen)
            wanted(f"command {op['name']}", (op["name"],) in seen)
        for name, attrs in spec.sets.items():
            met = [a["name"] for a in attrs.values() if (name, a["name"]) in seen]
            for a in attrs.values():
                if a["type"] == "pad":
                    say("section", f"never: {name}.{a['name']}: 64 bits need no alignment here")
                elif (name, a["name"]) in NEVER:
                    say("section", f"never: {name}.{a['name']}: {NEVER[name, a['name']]}")
                else:
                    wanted(f"attribute {name}.{a['name']}", a["name"] in met)


def main():
    test = Test(*sys.argv[1:])
    test.strict()
    test.load()
    test.events()
    test.verdicts()
    test.stats()
    test.reset()
    test.confirm()
    test.undo()
    test.coverage()
    say("end")


main()
