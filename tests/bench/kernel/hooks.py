#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# What hookwalk.c writes and reads, and the packets that it walks.
import os
import socket
import struct
import subprocess

EGRESS, INBOUND, TIMED, CHASE = 1, 2, 4, 8
ANSWER = struct.Struct("QQ")
LINE = 64
ROUTER = bytes.fromhex("02ca0000ff01")
UPSTREAM = bytes.fromhex("02ca0000fffe")
MACS = {"camera": bytes.fromhex("02ca00000011"), "office": bytes.fromhex("02ca00000055")}
LOCAL = {4: {"camera": "10.20.0.11", "office": "10.21.0.55"},
         6: {"camera": "fd00:20::11", "office": "fd00:21::55"}}
SIZE = {4: 4, 6: 16}


def run(*command, **kwargs):
    subprocess.run(command, check=True, **kwargs)


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def text_of(mac):
    return mac.hex(":")


def router(name):
    """a network namespace: cameras' LAN, office's LAN, the upstream, all neighbours known"""
    run("ip", "netns", "add", name)
    lines = []
    for dev, mac, prefixes in (
            ("lan0", ROUTER, ("10.20.0.1/16", "fd00:20::1/64", "10.21.0.1/16", "fd00:21::1/64")),
            ("wan0", ROUTER, ("203.0.113.2/24", "2001:db8::2/64"))):
        lines += [f"link add {dev} address {text_of(mac)} type dummy", f"link set {dev} arp on up"]
        lines += [f"addr add {prefix} dev {dev}" + (" nodad" if ":" in prefix else "") for prefix in prefixes]
    for hop in "203.0.113.1", "2001:db8::1":
        lines += [f"neigh add {hop} lladdr {text_of(UPSTREAM)} dev wan0",
                  f"route add default via {hop}"]
    for of in LOCAL.values():
        lines += [f"neigh add {address} lladdr {text_of(MACS[who])} dev lan0" for who, address in of.items()]
    run("ip", "-n", name, "-batch", "-", input="\n".join(lines), text=True)
    run("ip", "netns", "exec", name, "sh", "-c",
        "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding")


def sum16(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def frame(family, who, inbound, entry):
    """UDP between the entry's addresses as the router receives it"""
    ends = [entry[:SIZE[family]], entry[SIZE[family]:]]
    mac = MACS[who]
    if inbound:
        ends.reverse()
        mac = UPSTREAM
    udp = struct.pack("!4H", 40000, 443, 8 + 22, 0) + bytes(22)
    if family == 4:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, socket.IPPROTO_UDP, 0)
        sum_ = sum16(head + ends[0] + ends[1])
        head = head[:10] + struct.pack("!H", sum_)
    else:
        head = struct.pack("!IHBB", 6 << 28, len(udp), socket.IPPROTO_UDP, 64)
    return ROUTER + mac + struct.pack("!H", 0x800 if family == 4 else 0x86dd) + head + ends[0] + ends[1] + udp


def entries(family, remotes, *locals_):
    """packets between these, where the local ones begin again when they are at an end"""
    mine = [packed(address) for address in locals_]
    size = SIZE[family]
    return b"".join([mine[i % len(mine)] + remote.to_bytes(size, "big") for i, remote in enumerate(remotes)])


class Walker:
    """/proc/hookwalk"""

    def __init__(self):
        self.fd = os.open("/proc/hookwalk", os.O_RDWR)
        self.namespaces = {}

    def index_of(self, name, dev):
        out = subprocess.run(("ip", "-n", name, "-o", "link", "show", dev), check=True, text=True,
                             stdout=subprocess.PIPE).stdout
        return int(out.split(":")[0])

    def namespace(self, name):
        if name not in self.namespaces:
            self.namespaces[name] = (os.open(f"/run/netns/{name}", os.O_RDONLY),
                                     {dev: self.index_of(name, dev) for dev in ("lan0", "wan0")})
        return self.namespaces[name]

    def ask(self, netns, ifindex, flags, packets, n_entries, received, vector):
        head = struct.pack("iIIIII128s", netns, ifindex, flags, packets, n_entries, len(received), received)
        os.write(self.fd, head + vector)
        size = ANSWER.size + (0 if flags & (TIMED | CHASE) else -(-packets // 8))
        answer = os.pread(self.fd, size, 0)
        if len(answer) != size:
            raise OSError("hookwalk: short answer")
        return (*ANSWER.unpack(answer[:ANSWER.size]), answer[ANSWER.size:])

    def walk(self, name, family, who, flags, packets, vector):
        """(ns, dropped, bitmap of what was dropped) of walks in that namespace"""
        netns, devices = self.namespace(name)
        size = 2 * SIZE[family]
        return self.ask(netns, devices["wan0" if flags & INBOUND else "lan0"], flags, packets,
                        len(vector) // size, frame(family, who, flags & INBOUND, vector[:size]), vector)

    def chase(self, footprint, steps=1 << 20):
        """ns of one load in a cycle through that many bytes"""
        return self.ask(0, 0, CHASE, steps, max(footprint // LINE, 2), b"", b"")[0] / steps
