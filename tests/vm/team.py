#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Makes a team device, without a port yet, send by turns; teamd is not needed.

	team.py DEVICE
"""
import errno
import os
import socket
import struct
import sys

REQUEST, ACK, CONTROLLER, GET_FAMILY, OPTIONS_SET, STRING = 1, 4, 16, 3, 1, 5


def attr(kind, data):
    return struct.pack("=HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


def ask(sock, family, command, attrs):
    body = struct.pack("=BBH", command, 1, 0) + attrs
    sock.send(struct.pack("=IHHII", len(body) + 16, family, REQUEST | ACK, 0, 0) + body)
    answer = sock.recv(65536)
    if struct.unpack("=H", answer[4:6])[0] != 2:
        sock.recv(65536)  # the ACK behind it
        return answer
    error = -struct.unpack("=i", answer[16:20])[0]
    if error not in (0, errno.ESRCH):  # nobody listens to the event: it is done
        sys.exit(f"team: {os.strerror(error)}")
    return answer


def family_of(answer):
    at = 20
    while struct.unpack("=H", answer[at + 2:at + 4])[0] != 1:
        at += (struct.unpack("=H", answer[at:at + 2])[0] + 3) & ~3
    return struct.unpack("=H", answer[at + 4:at + 6])[0]


with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16) as generic:
    generic.bind((0, 0))
    team = family_of(ask(generic, CONTROLLER, GET_FAMILY, attr(2, b"team\0")))
    mode = attr(1, b"mode\0") + attr(3, bytes([STRING])) + attr(4, b"roundrobin\0")
    ask(generic, team, OPTIONS_SET,
        attr(1, struct.pack("=I", socket.if_nametoindex(sys.argv[1]))) + attr(2, attr(1, mode)))
