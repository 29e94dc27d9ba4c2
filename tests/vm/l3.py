#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A link without Ethernet headers between this namespace and another one.

	l3.py tun NETNS NAME		a device NAME in each; what one sends, the
					other receives, by way of this process
	l3.py pppoe NETNS DEV MAC FAR-DEV FAR-MAC
					ppp0 in each, over a PPPoE session of fixed
					number between Ethernet devices DEV here and
					FAR-DEV there

Prints "ok", and the link lasts until standard input ends.
"""
import ctypes
import fcntl
import os
import select
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
PPPIOCGCHAN, PPPIOCATTCHAN, PPPIOCNEWUNIT, PPPIOCCONNECT = (
    0x80047437, 0x40047438, 0xC004743E, 0x4004743A)
AF_PPPOX, SOCK_STREAM, SESSION, PPP_MAJOR = 24, 1, 7, 108
LIBC = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result < 0:
        sys.exit(f"{what}: {os.strerror(ctypes.get_errno())}")
    return result


def enter(path):
    fd = os.open(path, os.O_RDONLY)
    checked(LIBC.setns(fd, 0), f"setns {path}")
    os.close(fd)


def tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def integer(fd, request, value):
    """an ioctl with a pointer to an int: the int afterwards"""
    return struct.unpack("i", fcntl.ioctl(fd, request, struct.pack("i", value)))[0]


def ppp_device():
    if not os.path.exists("/dev/ppp"):
        os.mknod("/dev/ppp", 0o020600, os.makedev(PPP_MAJOR, 0))
    return os.open("/dev/ppp", os.O_RDWR)


def pppoe(dev, far_mac):
    """a channel of its own unit; returns what must stay open"""
    sock = checked(LIBC.socket(AF_PPPOX, SOCK_STREAM, 0), "PPPoE socket")
    addr = struct.pack("=HI", AF_PPPOX, 0) + struct.pack("!H", SESSION)
    addr += bytes.fromhex(far_mac.replace(":", "")) + struct.pack("16s", dev.encode())
    checked(LIBC.connect(sock, addr, len(addr)), "PPPoE session")
    channel, unit = ppp_device(), ppp_device()
    integer(channel, PPPIOCATTCHAN, integer(sock, PPPIOCGCHAN, 0))
    integer(channel, PPPIOCCONNECT, integer(unit, PPPIOCNEWUNIT, -1))
    return sock, channel, unit


def main():
    kind, netns, args = sys.argv[1], sys.argv[2], sys.argv[3:]
    home = "/proc/self/ns/net"
    back = os.open(home, os.O_RDONLY)
    pipes = {}
    if kind == "tun":
        near = tun(args[0])
        enter("/run/netns/" + netns)
        far = tun(args[0])
        pipes = {near: far, far: near}
    else:
        dev, mac, far_dev, far_mac = args
        near = pppoe(dev, far_mac)
        enter("/run/netns/" + netns)
        far = pppoe(far_dev, mac)
    checked(LIBC.setns(back, 0), "setns")
    print("ok", flush=True)
    while True:
        ready = select.select([0, *pipes], [], [])[0]
        if 0 in ready and not os.read(0, 4096):
            return
        for fd in ready:
            if not fd:
                continue
            packet = os.read(fd, 65536)
            try:
                os.write(pipes[fd], packet)
            except OSError:  # the other end is down
                pass


os.sched_setaffinity(0, {0})
main()
