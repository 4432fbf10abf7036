"""A generator of frames in the kernel: XDP's test run with live frames (bpf(2), Linux 5.18 and newer).

The frames enter the stack as if the device had received them, in batches of 64, on one processor, and what follows from each of
them (bridge, copies, the other ends of veth pairs) is done before the next batch. So elapsed time per frame is its whole cost.
"""

import ctypes
import os
import struct
import time

import floor
import namespace
import netlink

SYS_BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
BPF_PROG_LOAD, BPF_PROG_TEST_RUN = 5, 10
BPF_PROG_TYPE_SCHED_CLS, BPF_PROG_TYPE_XDP = 3, 6
BPF_F_TEST_XDP_LIVE_FRAMES = 2
XDP_PASS = 2
BATCH = 64
REWRITTEN = 16


def bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes, max(len(attributes), 128))
    return namespace.checked(namespace.libc.syscall(SYS_BPF, command, buffer, len(buffer)), f"bpf({command})")


def load(kind, instructions):
    """A file descriptor of a program of 8-byte instructions."""
    code = ctypes.create_string_buffer(b"".join(instructions))
    licence = ctypes.create_string_buffer(b"GPL")
    log = ctypes.create_string_buffer(1 << 16)
    attributes = struct.pack("=IIQQIIQ", kind, len(instructions), ctypes.addressof(code), ctypes.addressof(licence),
                             1, len(log), ctypes.addressof(log))
    try:
        return bpf(BPF_PROG_LOAD, attributes)
    except OSError as error:
        raise RuntimeError(f"{error}\n{log.value.decode(errors='replace')}") from error


def instruction(code, destination=0, source=0, offset=0, immediate=0):
    return struct.pack("=BBhi", code, source << 4 | destination, offset, immediate)


def rewriting(start):
    """The frames are used again, and the stack moves the addresses of one that had a tag: each gets its beginning anew."""
    halves = struct.unpack("=8h", start)
    return [
        instruction(0x61, 2, 1, 0), instruction(0x61, 3, 1, 4), instruction(0xBF, 4, 2), instruction(0x07, 4, immediate=REWRITTEN),
        instruction(0x2D, 4, 3, len(halves)),
        *(instruction(0x6A, 2, offset=2 * number, immediate=half) for number, half in enumerate(halves)),
        instruction(0xB7, 0, immediate=XDP_PASS), instruction(0x95),
    ]


class Generator:
    """Sends one frame again and again into a device of this namespace."""

    def __init__(self, device, frame):
        self.program = load(BPF_PROG_TYPE_XDP, rewriting(frame[:REWRITTEN]))
        self.frame = ctypes.create_string_buffer(frame, len(frame))
        # struct xdp_md: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex.
        self.context = ctypes.create_string_buffer(struct.pack("=6I", 0, len(frame), 0, index(device), 0, 0), 24)

    def close(self):
        os.close(self.program)

    def run(self, count, clock):
        """Nanoseconds per frame by a clock that counts them."""
        attributes = struct.pack("=IIIIQQIIIIQQIII", self.program, 0, len(self.frame), 0, ctypes.addressof(self.frame), 0,
                                 count, 0, len(self.context), 0, ctypes.addressof(self.context), 0,
                                 BPF_F_TEST_XDP_LIVE_FRAMES, 0, BATCH)
        begun = clock()
        bpf(BPF_PROG_TEST_RUN, attributes)
        return (clock() - begun) / count


def processor_clock():
    """Nanoseconds that this thread and the processor's softirq thread have used; pins this thread to one processor.

    In user-mode Linux the wall clock instead: there is one processor, and its accounts are in ticks.
    """
    processor = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processor})
    account = softirq_account(processor)
    if account is None:
        return time.perf_counter_ns
    return lambda: time.thread_time_ns() + run_time(account)


def softirq_account(processor):
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/comm", encoding="utf-8") as file:
                name = file.read().strip()
        except OSError:
            continue
        path = f"/proc/{number}/schedstat"
        if name == f"ksoftirqd/{processor}" and os.path.exists(path):
            return path if os.path.exists("/sys/devices/system/cpu/cpu1") else None
    return None


def run_time(path):
    with open(path, encoding="ascii") as file:
        return int(file.read().split()[0])


def index(device):
    with open(f"/sys/class/net/{device}/ifindex", encoding="ascii") as file:
        return int(file.read())


def attach(device, program):
    """Puts a program of tc, in direct-action mode, on the device's egress hook, with a clsact of its own."""
    connection = netlink.Connection()
    number = index(device)
    options = netlink.attribute(6, struct.pack("=I", program)) + netlink.attribute(8, struct.pack("=I", 1))
    body = netlink.tcmsg(number, 0, netlink.EGRESS, 1 << 16 | netlink.ETH_P_ALL_NETWORK_ORDER) \
        + netlink.text(netlink.TCA_KIND, "bpf") + netlink.attribute(netlink.TCA_OPTIONS, options)
    filter_ = netlink.message(netlink.RTM_NEWTFILTER, netlink.NLM_F_CREATE | netlink.NLM_F_EXCL, body)
    connection.send(netlink.batches([floor.qdisc(number), filter_]))
    connection.close()
    os.close(program)
