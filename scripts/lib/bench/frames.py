"""The frames that the data path is measured with."""

import struct

DESTINATION = bytes.fromhex("020000000002")
SOURCE = bytes.fromhex("020000000001")


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol, payload):
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0, b"\x0a\0\0\x01", b"\x0a\0\0\x02")
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + payload


def ethernet(payload, vlan=None):
    tag = b"" if vlan is None else struct.pack(">HH", 0x8100, vlan)
    return DESTINATION + SOURCE + tag + b"\x08\0" + payload


def udp(size, vlan=None):
    """`size` counts from the destination address, as `snaplen` does."""
    length = size - 34 - (0 if vlan is None else 4)
    return ethernet(ipv4(17, struct.pack(">HHHH", 4000, 4001, length, 0) + bytes(length - 8)), vlan)


def tcp(port, size=100):
    header = struct.pack(">HHIIBBHHH", 40000, port, 1, 1, 0x50, 0x10, 1024, 0, 0)
    return ethernet(ipv4(6, header + bytes(size - 54)))
