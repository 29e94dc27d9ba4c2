#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Forwards an IPv4 group from one device to others, until its input ends.

    mroute.py SOURCE GROUP FROM TO...
"""
import socket
import struct
import sys

MRT_INIT, MRT_ADD_VIF, MRT_ADD_MFC = 200, 202, 204		# linux/mroute.h
VIFF_USE_IFINDEX = 8


def main():
    source, group, *devices = sys.argv[1:]
    router = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
    router.setsockopt(socket.IPPROTO_IP, MRT_INIT, 1)
    for number, device in enumerate(devices):
        router.setsockopt(socket.IPPROTO_IP, MRT_ADD_VIF, struct.pack(
            "=HBBIi4x", number, VIFF_USE_IFINDEX, 1, 0, socket.if_nametoindex(device)))
    hops = bytes([0] + [1] * (len(devices) - 1)).ljust(32, b"\xff")
    router.setsockopt(socket.IPPROTO_IP, MRT_ADD_MFC, struct.pack(
        "=4s4sH32s2xIIIi", socket.inet_aton(source), socket.inet_aton(group), 0, hops, 0, 0, 0, 0))
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
