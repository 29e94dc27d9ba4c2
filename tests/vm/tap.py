#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Sends frames as they are from hosts, and tells what came to these.

	tap.py NETNS...

A line on standard input, a line back:
	send NETNS HEX	sends a frame from its eth0: ok
	seen NETNS HEX	have these bytes come to its eth0 since the last answers? 0 or 1
	answers NETNS	the TCP resets and ICMP errors that came since the last
			time, in order, or none; not those about a barrier
			(UDP to port 9):
			rst/FROM.PORT/TO-PORT/SEQ or ACK (seq=N, ack=N)
			icmpTYPE-CODE/FROM/about PROTOCOL-TO.PORT

On one CPU with the probe, and with as little between: what was sent before a
barrier of the probe's is decided when the barrier has arrived.
"""
import ctypes
import os
import socket
import struct
import sys

ETH_P_ALL, OUTGOING = 3, 4
ERRORS = {1: (3, 4, 5, 11, 12), 58: (1, 2, 3, 4)}
NAMES = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}


class Host:
    def __init__(self, name):
        fd = os.open("/run/netns/" + name, os.O_RDONLY)
        if ctypes.CDLL(None, use_errno=True).setns(fd, 0):
            sys.exit(f"setns {name}: {os.strerror(ctypes.get_errno())}")
        os.close(fd)
        self.tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.tap.bind(("eth0", ETH_P_ALL))
        self.tap.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)  # SO_RCVBUFFORCE
        self.tap.setblocking(False)
        self.frames = []

    def drain(self):
        while True:
            try:
                frame, addr = self.tap.recvfrom(65536)
            except BlockingIOError:
                return
            if addr[2] != OUTGOING:
                self.frames.append(frame)


def header(ip):
    """(protocol, source, destination, what follows), or None"""
    if len(ip) >= 20 and ip[0] >> 4 == 4:
        return (ip[9], socket.inet_ntop(socket.AF_INET, ip[12:16]),
                socket.inet_ntop(socket.AF_INET, ip[16:20]), ip[(ip[0] & 15) * 4:])
    if len(ip) >= 40 and ip[0] >> 4 == 6:
        return (ip[6], socket.inet_ntop(socket.AF_INET6, ip[8:24]),
                socket.inet_ntop(socket.AF_INET6, ip[24:40]), ip[40:])
    return None


def answer(frame):
    """its name, or None where the frame is no answer"""
    ip = header(frame[14:])
    if not ip:
        return None
    proto, source, _, rest = ip
    if proto == 6 and len(rest) >= 20 and rest[13] & 4:
        sport, dport, seq, ack = struct.unpack("!HHII", rest[:12])
        number = f"ack={ack}" if rest[13] & 16 else f"seq={seq}"
        return f"rst/{source}.{sport}/{dport}/{number}"
    if rest and rest[0] in ERRORS.get(proto, ()):
        about = header(rest[8:])
        if not about:
            return f"icmp{rest[0]}-{rest[1]}/{source}/?"
        name = NAMES.get(about[0], about[0])
        port = f".{struct.unpack('!H', about[3][2:4])[0]}" if about[0] in (6, 17) else ""
        if name == "udp" and port == ".9":
            return None
        return f"icmp{rest[0]}-{rest[1]}/{source}/{name}-{about[2]}{port}"
    return None


def obey(hosts, verb, name, hexes=""):
    host = hosts[name]
    if verb == "send":
        host.tap.send(bytes.fromhex(hexes))
        return "ok"
    host.drain()
    if verb == "seen":
        return str(int(any(bytes.fromhex(hexes) in f for f in host.frames)))
    names = [a for a in map(answer, host.frames) if a]
    host.frames.clear()
    return " ".join(names) or "none"


def main():
    os.sched_setaffinity(0, {0})
    hosts = {name: Host(name) for name in sys.argv[1:]}
    print("ok", flush=True)
    for line in sys.stdin:
        print(obey(hosts, *line.split()), flush=True)


main()
