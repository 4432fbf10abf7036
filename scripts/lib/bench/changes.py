"""What the kernel says that it changed, while something else runs."""

import os
import struct
import threading

import netlink

KINDS = {
    netlink.RTM_NEWQDISC: "qdisc", netlink.RTM_DELQDISC: "qdisc",
    netlink.RTM_NEWTFILTER: "filter", netlink.RTM_DELTFILTER: "filter",
    netlink.RTM_NEWCHAIN: "chain", netlink.RTM_DELCHAIN: "chain",
    netlink.RTM_NEWACTION: "action", netlink.RTM_DELACTION: "action",
    netlink.RTM_NEWLINK: "link", netlink.RTM_DELLINK: "link",
}
RECORDS = 0x60000000


class Changes:
    """Collects notifications of tc and of links in a thread of its own: `with Changes() as changes: …`, then `changes.seen`."""

    def __enter__(self):
        self.seen = []
        self.connection = netlink.Connection(netlink.RTMGRP_LINK | netlink.RTMGRP_TC, buffer=1 << 27)
        self.stop, self.stopper = os.pipe()
        self.thread = threading.Thread(target=self.collect)
        self.thread.start()
        return self

    def __exit__(self, *_):
        os.write(self.stopper, b".")
        self.thread.join()
        for descriptor in self.stop, self.stopper:
            os.close(descriptor)
        self.connection.close()

    def collect(self):
        """Ends when it is told to and nothing more waits: the kernel queues notifications before it answers a request."""
        while self.connection.waiting_or(self.stop):
            for kind, body, _ in netlink.parts(self.connection.receive()):
                if kind in KINDS:
                    self.seen.append((KINDS[kind], *place(kind, body)))

    def counts(self, own=frozenset()):
        """How many notifications were about records of the profile, about devices and actions in `own`, and about others."""
        records = sum(1 for kind, number in self.seen if kind == "action" and number >= RECORDS)
        mine = sum(1 for place in self.seen if place in own)
        return records, mine, len(self.seen) - records - mine


def place(kind, body):
    """The index of the device or, for actions, of the first action in the message."""
    if KINDS[kind] == "link":
        return struct.unpack_from("=BxHi", body)[2:]
    if KINDS[kind] != "action":
        return netlink.tc_place(body)[:1]
    for _, table in netlink.attributes(body[4:]):
        for _, action in netlink.attributes(table):
            return (action_index(action),)
    return (0,)


def action_index(action):
    """Of one action: in the parameters of its kind, which begin with it, or by itself where it is deleted."""
    for kind, value in netlink.attributes(action):
        if kind == 3:
            return struct.unpack_from("=I", value)[0]
        if kind == 2:
            sizes = [part for _, part in netlink.attributes(value) if len(part) >= 20]
            if sizes:
                return struct.unpack_from("=I", sizes[0])[0]
    return 0
