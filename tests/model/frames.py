# SPDX-License-Identifier: GPL-2.0
"""Packets as bytes. Checksums are right where Linux looks at them on the way: IPv4's, ICMP's.

What is in the model's packet is on the wire; what is not there is one fixed value.
"""

import struct

from forms import BITS
from model import TUNNEL_PORTS

TCP, UDP, ICMP, ICMP6, SCTP, DCCP, GRE, ESP, AH = 6, 17, 1, 58, 132, 33, 47, 50, 51
NO_NEXT, DESTINATION_OPTIONS, FRAGMENT, ROUTING, ANY = 59, 60, 44, 43, 253
SYN, ACK = 0x02, 0x10
ECHO_ID = 77
ETHERTYPES = {4: 0x0800, 6: 0x86dd}
TOO_MANY_HEADERS = 17


def raw(address):
    return address[1].to_bytes(BITS[address[0]] // 8, "big")


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


# --- transports --------------------------------------------------------------

def tcp(sport, dport, flags=SYN, offset=5):
    return struct.pack("!HHIIBBHHH", sport, dport, 1, 1, offset << 4, flags, 1024, 0, 0)


def udp(sport, dport):
    return struct.pack("!HHHH", sport, dport, 16, 0) + bytes(8)


def sctp(sport, dport):
    return struct.pack("!HHII", sport, dport, 0, 0) + struct.pack(
        "!BBHIIHHI", 1, 0, 20, 1, 65535, 1, 1, 1)


def dccp(sport, dport):
    return struct.pack("!HHBBHBBHI", sport, dport, 5, 0, 0, 1, 0, 0, 1) + bytes(4)


def icmp(kind, body=b"", code=0):
    return struct.pack("!BBHHH", kind, code, 0, ECHO_ID, 1) + body


def summed(src, dst, proto, payload):
    """With an ICMP message's checksum, for these ends of it."""
    if proto not in (ICMP, ICMP6) or len(payload) < 8:
        return payload
    pseudo = raw(src) + raw(dst) + struct.pack("!II", len(payload), proto)
    total = checksum((pseudo if proto == ICMP6 else b"") + payload)
    return payload[:2] + struct.pack("!H", total) + payload[4:]


def transport(proto, sport, dport, kind=None, flags=SYN, body=b""):
    """What stands behind the IP header, whole."""
    if proto == TCP:
        return tcp(sport, dport, flags)
    if proto in (UDP, SCTP, DCCP):
        return {UDP: udp, SCTP: sctp, DCCP: dccp}[proto](sport, dport)
    if proto in (ICMP, ICMP6):
        return icmp(kind, body or bytes(24))
    if proto == AH:
        return struct.pack("!BBHII", ANY, 4, 0, 1, 1) + bytes(12 + 16)
    if proto == NO_NEXT:
        return b""
    return bytes(24)


def cut_transport(proto):
    """Less of it than its header's length, or None: its header has none."""
    return {TCP: bytes(12), UDP: bytes(4), ICMP: bytes(4), ICMP6: bytes(4),
            SCTP: bytes(8), DCCP: bytes(8)}.get(proto)


# --- IP ----------------------------------------------------------------------

def ipv4(src, dst, proto, payload, number=1, ttl=64, options=b"", offset=0):
    header = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
                         20 + len(options) + len(payload), number, offset, ttl, proto, 0,
                         raw(src), raw(dst)) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(src, dst, proto, payload, label=1, ttl=64):
    return struct.pack("!IHBB16s16s", 6 << 28 | label, len(payload), proto, ttl,
                       raw(src), raw(dst)) + payload


def ip(src, dst, proto, payload):
    return (ipv4 if src[0] == 4 else ipv6)(src, dst, proto, payload)


def loose_route(stop):
    """An IPv4 option that still has a stop to go to, padded to a word."""
    return struct.pack("!BBB4sB", 131, 7, 4, raw(stop), 0)


def routing_header(proto, stop):
    return struct.pack("!BBBBI16s", proto, 2, 0, 1, 0, raw(stop))


def fragment_header(proto, offset):
    return struct.pack("!BBHI", proto, 0, offset << 3, 1)


def options_headers(proto, count):
    """So many headers that are legal, and that nobody needs."""
    one = bytes([DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0])
    return one * (count - 1) + bytes([proto]) + one[1:]


# --- inner headers -----------------------------------------------------------

def inner(pair, tunnel, port=9):
    """An IP header with its transport; a tunnel in it, or nothing that is one."""
    src, dst = pair
    if tunnel:
        return ip(src, dst, UDP, udp(port, TUNNEL_PORTS[0])) if port % 2 \
            else ip(src, dst, GRE, bytes(24))
    return ip(src, dst, UDP, udp(port, port))


INNER = {4: (4, 0x01020304), 41: (6, 0x20010db8 << 96 | 1)}


def two_inner(proto):
    """An inner header of this protocol, which has one again."""
    end = INNER[proto]
    return ip(end, end, proto, ip(end, end, UDP, udp(9, 9)))


# --- Ethernet ----------------------------------------------------------------

def ethernet(dmac, smac, ethertype, payload):
    return dmac.to_bytes(6, "big") + smac.to_bytes(6, "big") + struct.pack(
        "!H", ethertype) + payload


def tagged(ethertype, payload, tags):
    """The type and payload of a frame in which these VLANs, outermost first, stand."""
    for tag in reversed(tags):
        payload = struct.pack("!HH", tag, ethertype) + payload
        ethertype = 0x8100
    return ethertype, payload


def in_session(family, payload):
    """PPPoE's: the type and payload of a frame."""
    return 0x8864, struct.pack("!BBHHH", 0x11, 0, 1, len(payload) + 2,
                               0x0021 if family == 4 else 0x0057) + payload
