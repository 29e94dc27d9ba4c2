# SPDX-License-Identifier: GPL-2.0
"""A generic netlink client that knows its family by a YNL description alone.

The numbers here are netlink's and generic netlink's own (linux/netlink.h,
linux/genetlink.h). A message is a dict, attribute's name to value; an attribute
with multi-attr, and an array of structs, is a list. What the description does
not have, or does not list for a command, is an error, whoever has sent it.
"""
import errno
import ipaddress
import json
import socket
import struct
import sys

GENERIC = 16
ERROR, DONE = 2, 3
REQUEST, ACK, DUMP = 1, 4, 0x300
ACK_TLVS = 0x200
NESTED = 0x8000
SOL_NETLINK, ADD_MEMBERSHIP, CAP_ACK, EXT_ACK = 270, 1, 10, 11
SO_RCVBUFFORCE = 33
CTRL, GETFAMILY, GETPOLICY = 16, 3, 10
FAMILY_ID, FAMILY_NAME, OPS, MCAST_GROUPS, POLICY, OP_POLICY, OP = 1, 2, 6, 7, 8, 9, 10
CAPS = {2: "do", 4: "dump", 0x10: "uns-admin-perm"}

FORMATS = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q"}
HINTS = {
    "ipv4": (lambda s: ipaddress.IPv4Address(s).packed, lambda b: str(ipaddress.IPv4Address(b))),
    "ipv6": (lambda s: ipaddress.IPv6Address(s).packed, lambda b: str(ipaddress.IPv6Address(b))),
    "mac": (lambda s: bytes.fromhex(s.replace(":", "")), lambda b: b.hex(":")),
    "hex": (bytes.fromhex, bytes.hex),
}


class Broken(Exception):
    """the description and the messages do not agree"""


class Refused(Exception):
    """the kernel's answer: errno's name and a sentence"""

    def __init__(self, error, sentence):
        super().__init__(f"{errno.errorcode[error]} {sentence!r}")
        self.errno, self.sentence = errno.errorcode[error], sentence


def pack(kind, data):
    return struct.pack("=HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


def unpack(data):
    """each attribute's number and bytes"""
    while data:
        length, kind = struct.unpack("=HH", data[:4])
        if not 4 <= length <= len(data):
            raise Broken(f"attribute of {length} bytes in {len(data)}")
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


def number(data):
    return int.from_bytes(data, sys.byteorder)


def numbered(entries, start):
    for entry in entries:
        start = entry.get("value", start)
        yield start, entry
        start += 1


class Spec:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            spec = json.load(f)
        self.name, self.version = spec["name"], spec["version"]
        named = {kind: {d["name"]: d for d in spec["definitions"] if d["type"] == kind}
                 for kind in ("const", "enum", "struct")}
        self.consts = {name: d["value"] for name, d in named["const"].items()}
        self.structs = {name: d["members"] for name, d in named["struct"].items()}
        self.enums = {name: {n: e["name"] for n, e in
                             numbered(d["entries"], d.get("value-start", 0))}
                      for name, d in named["enum"].items()}
        self.sets = {s["name"]: dict(numbered(s["attributes"], 1)) for s in spec["attribute-sets"]}
        self.ops = dict(numbered(spec["operations"]["list"], 1))
        self.groups = [g["name"] for g in spec["mcast-groups"]["list"]]

    def op(self, name):
        return next((n, op) for n, op in self.ops.items() if op["name"] == name)

    def listed(self, op, way):
        """of an operation: "request", "reply" or "event" """
        part = op.get("event") if way == "event" else op.get("do", op.get("dump", {})).get(way)
        return part["attributes"] if part else []

    def length(self, a, which):
        """a check's number, which may be a constant, or one less"""
        word = a.get("checks", {}).get(which)
        if not isinstance(word, str):
            return word
        name, _, less = word.partition(" - ")
        return self.consts[name] - int(less or 0)


class Codec:
    """messages to bytes and back; seen has what has been met"""

    def __init__(self, spec):
        self.spec, self.seen = spec, set()

    def scalar(self, a):
        return (">" if a.get("byte-order") == "big-endian" else "=") + FORMATS[a["type"]]

    def plain(self, a, value):
        """one value that is neither nest nor struct"""
        if a["type"] == "flag":
            return b""
        if a["type"] == "string":
            return value.encode() + b"\0"
        if "display-hint" in a:
            return HINTS[a["display-hint"]][0](value)
        if a["type"] == "binary":
            return bytes(value)
        if "enum" in a:
            value = {name: n for n, name in self.spec.enums[a["enum"]].items()}[value]
        return struct.pack(self.scalar(a), value)

    def value(self, a, data):
        if a["type"] == "flag":
            return True
        if a["type"] == "string":
            if data.count(0) != 1 or data[-1]:
                raise Broken(f"{a['name']}: string {data!r}")
            return data[:-1].decode()
        if "display-hint" in a:
            return HINTS[a["display-hint"]][1](data)
        if a["type"] == "binary":
            return list(data)
        scalar, = struct.unpack(self.scalar(a), data)
        return self.spec.enums[a["enum"]][scalar] if "enum" in a else scalar

    def size(self, m):
        return m["len"] if m["type"] == "binary" else struct.calcsize(self.scalar(m))

    def members(self, name, value):
        """a struct; a member that is not given is zero"""
        return b"".join(self.plain(m, value[m["name"]]) if m["name"] in value
                        else bytes(self.size(m)) for m in self.spec.structs[name])

    def struct(self, name, data):
        value = {}
        for m in self.spec.structs[name]:
            value[m["name"]] = self.value(m, data[:self.size(m)])
            data = data[self.size(m):]
        return {n: v for n, v in value.items() if n != "pad"}, data

    def encode_one(self, a, value):
        if a["type"] == "nest":
            return self.encode(a["nested-attributes"], value)
        if "struct" in a:
            structs = [value] if self.spec.length(a, "exact-len") else value
            return b"".join(self.members(a["struct"], s) for s in structs)
        return self.plain(a, value)

    def decode_one(self, a, data):
        exact, most = (self.spec.length(a, c) for c in ("exact-len", "max-len"))
        if exact not in (None, len(data)):
            raise Broken(f"{a['name']}: {len(data)} bytes, not {exact}")
        if most is not None and len(data) - (a["type"] == "string") > most:
            raise Broken(f"{a['name']}: {len(data)} bytes, more than {most}")
        if a["type"] == "nest":
            return self.decode(a["nested-attributes"], data)
        if "struct" not in a:
            return self.value(a, data)
        structs = []
        while data:
            one, data = self.struct(a["struct"], data)
            structs.append(one)
        return structs[0] if exact else structs

    def encode(self, name, message):
        numbers = {a["name"]: (n, a) for n, a in self.spec.sets[name].items()}
        data = b""
        for attr, value in message.items():
            n, a = numbers[attr]
            self.seen.add((name, attr))
            for one in value if a.get("multi-attr") else [value]:
                data += pack(n | (NESTED if a["type"] == "nest" else 0), self.encode_one(a, one))
        return data

    def decode(self, name, data):
        message = {}
        for n, payload in unpack(data):
            a = self.spec.sets[name].get(n)
            if a is None:
                raise Broken(f"{name}: attribute {n} is not described")
            self.seen.add((name, a["name"]))
            if a["type"] == "pad":
                continue
            value = self.decode_one(a, payload)
            if a.get("multi-attr"):
                message.setdefault(a["name"], []).append(value)
            elif message.setdefault(a["name"], value) is not value:
                raise Broken(f"{name}: {a['name']} is there twice")
        return message


class Client(Codec):
    """one socket; seen also has (command, "request", "reply" or "event", attribute)"""

    def __init__(self, spec, seen=None):
        super().__init__(spec)
        self.seen = self.seen if seen is None else seen
        self.seq = 0
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, GENERIC)
        self.sock.bind((0, 0))
        self.sock.settimeout(120)
        self.portid = self.sock.getsockname()[0]
        for option in (CAP_ACK, EXT_ACK):
            self.sock.setsockopt(SOL_NETLINK, option, 1)
        name = pack(FAMILY_NAME, spec.name.encode() + b"\0")
        family = dict(unpack(self.exchange(CTRL, GETFAMILY, 0, name)[0][1]))
        self.family = number(family[FAMILY_ID])
        ops = [dict(unpack(op)) for _, op in unpack(family.get(OPS, b""))]
        self.ops = {number(op[1]): {word for bit, word in CAPS.items() if number(op[2]) & bit}
                    for op in ops}
        groups = [dict(unpack(g)) for _, g in unpack(family[MCAST_GROUPS])]
        self.groups = {g[1][:-1].decode(): number(g[2]) for g in groups}

    def messages(self):
        """of one datagram: number, flags, sequence, payload"""
        data = self.sock.recv(1 << 20)
        while data:
            length, kind, flags, seq = struct.unpack("=IHHI", data[:12])
            yield kind, flags, seq, data[16:length]
            data = data[(length + 3) & ~3:]

    def refused(self, kind, flags, payload):
        """of an acknowledgement, which has the request's header, or a dump's end"""
        error = -struct.unpack("=i", payload[:4])[0]
        if not error:
            return
        told = {}
        if flags & ACK_TLVS:
            told = dict(unpack(payload[20 if kind == ERROR else 4:]))
        raise Refused(error, told.get(1, b"\0")[:-1].decode())

    def exchange(self, family, cmd, flags, attrs, version=1):
        """the answers: each command and its attributes"""
        self.seq += 1
        body = struct.pack("=BBH", cmd, version, 0) + attrs
        flags |= REQUEST | ACK
        self.sock.send(struct.pack("=IHHII", len(body) + 16, family, flags, self.seq, 0) + body)
        answers = []
        while True:
            for kind, flags, seq, payload in self.messages():
                if seq != self.seq:
                    raise Broken(f"sequence {seq}, not {self.seq}")
                if kind in (ERROR, DONE):
                    self.refused(kind, flags, payload)
                    return answers
                answers.append((payload[0], payload[4:]))

    def note(self, op, way, message):
        """only what is listed for the command is in its messages"""
        for attr in message:
            if attr not in self.spec.listed(op, way):
                raise Broken(f"{op['name']}: {attr} is not listed in its {way}")
            self.seen.add((op["name"], way, attr))
        self.seen.add((op["name"],))

    def ask(self, name, **message):
        """the replies to a command; _ in an attribute's name is -"""
        cmd, op = self.spec.op(name)
        message = {attr.replace("_", "-"): value for attr, value in message.items()}
        self.note(op, "request", message)
        attrs = self.encode(op["attribute-set"], message)
        replies = []
        for answer, data in self.exchange(self.family, cmd, DUMP if "dump" in op else 0, attrs,
                                          self.spec.version):
            if answer != cmd:
                raise Broken(f"{name} is answered by command {answer}")
            replies.append(self.decode(op["attribute-set"], data))
            self.note(op, "reply", replies[-1])
        return replies

    def join(self, group):
        """with room for what nobody reads for a while"""
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
        self.sock.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, self.groups[group])

    def hear(self):
        """the events of the next datagram: the command's name and the message"""
        for kind, _, _, payload in self.messages():
            op = self.spec.ops[payload[0]]
            if kind != self.family or "event" not in op:
                raise Broken(f"message {kind} of command {payload[0]} is no event")
            message = self.decode(op["attribute-set"], payload[4:])
            self.note(op, "event", message)
            yield op["name"], message

    def policy(self, cmd):
        """what the kernel takes with a command: its policies by number, and the first's"""
        policies, first = {}, None
        asked = pack(FAMILY_ID, struct.pack("=H", self.family)) + \
            pack(OP, struct.pack("=I", cmd))
        for _, data in self.exchange(CTRL, GETPOLICY, DUMP, asked):
            for kind, nest in unpack(data):
                if kind == OP_POLICY:
                    (_, indices), = unpack(nest)
                    first = number(next(unpack(indices))[1])
                for index, attrs in unpack(nest) if kind == POLICY else ():
                    for attr, checks in unpack(attrs):
                        policies.setdefault(index, {})[attr] = {
                            n: number(v) for n, v in unpack(checks)}
        return policies, first
