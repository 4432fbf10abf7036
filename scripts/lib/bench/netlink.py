"""As much of rtnetlink as the benches need: messages of bytes, batches with one acknowledgement, notifications."""

import errno
import os
import select
import socket
import struct
import time

NLMSG_ERROR = 2
NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE = 0x1, 0x4, 0x200, 0x400
RTM_NEWLINK, RTM_DELLINK = 16, 17
RTM_NEWQDISC, RTM_DELQDISC = 36, 37
RTM_NEWTFILTER, RTM_DELTFILTER = 44, 45
RTM_NEWACTION, RTM_DELACTION = 48, 49
RTM_NEWCHAIN, RTM_DELCHAIN = 100, 101
RTMGRP_LINK, RTMGRP_TC = 0x1, 0x8

TCA_KIND, TCA_OPTIONS = 1, 2
CLSACT_PARENT, CLSACT_HANDLE = 0xFFFFFFF1, 0xFFFF0000
INGRESS, EGRESS = 0xFFFFFFF2, 0xFFFFFFF3
ETH_P_ALL_NETWORK_ORDER = 0x0300

SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33
BATCH = 100


def attribute(kind, data=b""):
    size = 4 + len(data)
    return struct.pack("=HH", size, kind) + data + bytes(-size % 4)


def text(kind, value):
    return attribute(kind, value.encode() + b"\0")


def message(kind, flags, body):
    """With neither sequence number nor port: the kernel sends answers to who asked all the same."""
    return struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | flags, 0, 0) + body


def tcmsg(ifindex, handle=0, parent=0, info=0):
    return struct.pack("=BxxxiIII", 0, ifindex, handle, parent, info)


def attributes(data):
    """Pairs of type (without its flags) and value."""
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        if size < 4 or size > len(data):
            return
        yield kind & 0x3FFF, data[4:size]
        data = data[(size + 3) & ~3:]


class Connection:
    """A socket of this namespace."""

    def __init__(self, groups=0, buffer=1 << 22):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, buffer)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, buffer)
        self.socket.bind((0, groups))

    def close(self):
        self.socket.close()

    def send(self, datagrams):
        """Sends what `batches` made; the kernel's refusal is an error."""
        for datagram in datagrams:
            self.socket.send(datagram)
            answered = False
            while not answered:
                for kind, body, _ in parts(self.socket.recv(1 << 16)):
                    if kind == NLMSG_ERROR:
                        (code,) = struct.unpack_from("=i", body)
                        if code:
                            raise OSError(-code, f"the kernel refused a prebuilt message: {os.strerror(-code)}")
                        answered = True

    def waiting(self, seconds):
        return bool(select.select([self.socket], [], [], max(0, seconds))[0])

    def waiting_or(self, other):
        """Whether something waits here; false as soon as only the other descriptor has something."""
        return self.socket in select.select([self.socket, other], [], [])[0]

    def notifications(self, seconds):
        """`(time in ns, type, body)` of all that the kernel tells within so many seconds."""
        end = time.monotonic() + seconds
        while self.waiting(end - time.monotonic()):
            data = self.receive()
            moment = time.monotonic_ns()
            for kind, body, _ in parts(data):
                yield moment, kind, body

    def receive(self):
        try:
            return self.socket.recv(1 << 18)
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                raise RuntimeError("the kernel lost notifications for want of room") from error
            raise


def parts(data):
    """`(type, body, flags)` of each message of a datagram."""
    while len(data) >= 16:
        size, kind, flags = struct.unpack_from("=IHH", data)
        if size < 16 or size > len(data):
            return
        yield kind, data[16:size], flags
        data = data[(size + 3) & ~3:]


def batches(messages, size=BATCH):
    """Datagrams of so many messages, of which only the last asks for an acknowledgement."""
    result = []
    for start in range(0, len(messages), size):
        *most, last = messages[start:start + size]
        flags = struct.unpack_from("=H", last, 6)[0] | NLM_F_ACK
        result.append(b"".join(most) + last[:6] + struct.pack("=H", flags) + last[8:])
    return result


def link_name(body):
    """Of RTM_NEWLINK and RTM_DELLINK."""
    return next((value.rstrip(b"\0").decode() for kind, value in attributes(body[16:]) if kind == 3), "")


def link_index(body):
    """Of RTM_NEWLINK and RTM_DELLINK."""
    return struct.unpack_from("=i", body, 4)[0]


def tc_place(body):
    """`(ifindex, parent)` of messages about qdiscs, chains and filters."""
    _, index, _, parent, _ = struct.unpack_from("=BxxxiIII", body)
    return index, parent
