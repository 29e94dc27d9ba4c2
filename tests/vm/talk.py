#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Flows between hosts that stay open: both ends of each, and whether they still hear each other.

	talk.py

A line on standard input, a line back:
	open NAME PROTO CLIENT SERVER ADDR PORT [at=ADDR,PORT] [from=ADDR,PORT] [mute]
		the client sends, and the server answers unless it is mute: ok, or what
		is wrong. at= is where the server listens, where a NAT is on the way;
		from= is where the client sends from
	say NAME	once more: answered, unanswered, or unheard

CLIENT and SERVER are network namespaces, "router" is this one. Behind each packet
goes one of a flow of its own, from pc to inet and back, on the same processor:
what is not there when that has come does not come.
"""
import ctypes
import os
import select
import socket
import sys

SECONDS = 60
IPV6_FREEBIND = 78
LIBC = ctypes.CDLL(None, use_errno=True)
HOME = os.open("/proc/self/ns/net", os.O_RDONLY)


def socket_in(name, family, kind):
    fd = HOME if name == "router" else os.open("/run/netns/" + name, os.O_RDONLY)
    if LIBC.setns(fd, 0):
        sys.exit(f"setns {name}: {os.strerror(ctypes.get_errno())}")
    s = socket.socket(family, kind)
    s.settimeout(SECONDS)
    LIBC.setns(HOME, 0)
    if fd != HOME:
        os.close(fd)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    return s


class Flow:
    """Two sockets; what one sends is a number and a line's end."""

    def __init__(self, proto, client, server, to, at, source, mute):
        family = socket.AF_INET6 if ":" in at[0] else socket.AF_INET
        kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
        self.mute = mute
        self.said = 0
        self.peer = None
        self.client = socket_in(client, family, kind)
        self.server = socket_in(server, family, kind)
        self.server.bind(at)
        if source:
            self.client.bind(source)
        if proto == "tcp":
            self.server.listen()
        self.client.connect(to)
        if proto == "tcp":
            listener = self.server
            self.server, _ = listener.accept()
            listener.close()
            for s in (self.client, self.server):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client.setblocking(False)
        self.server.setblocking(False)

    def number(self):
        return f"{self.said}\n".encode()

    def ask(self):
        self.said += 1
        try:
            self.client.send(self.number())
        except PermissionError:		# the router hears of what is dropped at LOCAL_OUT
            pass

    def answer(self):
        if self.peer:
            self.server.sendto(self.number(), self.peer)
        else:
            self.server.send(self.number())

    def comes_to(self, end):
        """Has the last number come to this end?"""
        try:
            while True:
                text, peer = end.recvfrom(65536)
                if end is self.server and end.type == socket.SOCK_DGRAM:
                    self.peer = peer
                if not text:
                    return False
                if text.endswith(self.number()):
                    return True
        except (BlockingIOError, ConnectionRefusedError):
            return False

    def wait(self, end):
        if not select.select([end], [], [], SECONDS)[0] or not self.comes_to(end):
            sys.exit("the flow behind the others is cut")


def say(flow, behind):
    flow.ask()
    behind.ask()
    behind.wait(behind.server)
    if not flow.comes_to(flow.server):
        return "unheard"
    if flow.mute:
        return "unanswered"
    flow.answer()
    behind.answer()
    behind.wait(behind.client)
    return "answered" if flow.comes_to(flow.client) else "unanswered"


def pair(text):
    addr, _, port = text.rpartition(",")
    return addr, int(port)


def new(proto, client, server, addr, port, *words):
    options = dict(word.partition("=")[::2] for word in words)
    to = addr, int(port)
    at = pair(options["at"]) if "at" in options else to
    return Flow(proto, client, server, to, at, pair(options["from"]) if "from" in options else None,
                "mute" in options)


def main():
    os.sched_setaffinity(0, {0})
    flows = {}
    behind = new("udp", "pc", "inet", "198.51.100.99", "9")
    print("ok", flush=True)
    for line in sys.stdin:
        verb, name, *words = line.split()
        try:
            if verb == "open":
                flows[name] = new(*words)
                said = say(flows[name], behind)
                said = "ok" if said == ("unanswered" if flows[name].mute else "answered") else said
            else:
                said = say(flows[name], behind)
        except OSError as error:
            said = f"{error}"
        print(said, flush=True)


main()
