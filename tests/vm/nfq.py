#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Holds packets in NFQUEUE 0.

A line on standard input, a line back, once it is done:
	hold N		waits until N packets are held: ok
	release		lets those held go on, in order: ok
"""
import os
import socket
import struct
import sys

NETFILTER, QUEUE = 12, 3 << 8
PACKET, VERDICT, CONFIG = 0, 1, 2
ACCEPT = 1


def attr(kind, data):
    return struct.pack("=HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


def message(kind, flags, attrs):
    body = struct.pack("!BBH", 0, 0, 0) + attrs
    return struct.pack("=IHHII", len(body) + 16, QUEUE | kind, 1 | flags, 0, 0) + body


def packet_id(data):
    """of the packet in a message; its header is the first attribute"""
    length, kind = struct.unpack("=IH", data[:6])
    if kind != QUEUE | PACKET:
        sys.exit(f"netlink: {data[:length].hex()}")
    at = 20
    while struct.unpack("=H", data[at + 2:at + 4])[0] != 1:
        at += (struct.unpack("=H", data[at:at + 2])[0] + 3) & ~3
    return struct.unpack("!I", data[at + 4:at + 8])[0]


def main():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETFILTER)
    sock.bind((0, 0))
    sock.send(message(CONFIG, 4, attr(1, struct.pack("!BBH", 1, 0, 0))))  # bind
    if struct.unpack("=i", sock.recv(65536)[16:20])[0]:
        sys.exit("cannot bind to queue 0")
    sock.send(message(CONFIG, 0, attr(2, struct.pack("!IB", 0, 1))))  # no payload
    held = []
    print("ok", flush=True)
    for line in sys.stdin:
        words = line.split()
        while words[0] == "hold" and len(held) < int(words[1]):
            held.append(packet_id(sock.recv(65536)))
        if words[0] == "release":
            for number in held:
                sock.send(message(VERDICT, 0, attr(2, struct.pack("!II", ACCEPT, number))))
            held.clear()
        print("ok", flush=True)


os.sched_setaffinity(0, {0})
main()
