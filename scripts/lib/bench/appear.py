"""Question 3: how long a port that appears is not mirrored, and how much the service asks the kernel for it."""

import os
import re
import signal
import subprocess
import time

import figures
import namespace
import netlink
import program
import service

DEFAULTS = {"ports": [100, 1000, 10000], "mirrors": [1, 100], "rounds": 100, "seconds": 60}
COLUMNS = [("PORTS", "ports"), ("MIRRORS", "mirrors"), ("TRIES", "tries"), ("MIN ms", "min"), ("MEDIAN", "median"), ("P90", "p90"),
           ("P99", "p99"), ("MAX", "max"), ("DATAGRAMS SENT", "requests"), ("READ", "answers"), ("GOAL", "goal")]
LIMIT = 120


def measure(report, options, folder):
    rows = []
    for size in options.ports:
        for count in options.mirrors:
            # Half of the ports at least are of the mirror that the new one belongs to.
            if size >= 2 * count:
                rows.append(case(options, folder, size, count))
    report.table("one port appears: from the kernel's word of the port to its word of the port's egress filter", COLUMNS, rows)


def case(options, folder, size, count):
    profiles = service.profiles(folder)
    mirrors = mirrored(size, count)
    program.profile(os.path.join(profiles, "bench.yaml"), mirrors, "vm*")
    with service.Service(options.program, profiles) as daemon:
        daemon.await_line("mirror m1 is active")
        daemon.settle()
        times = tries(daemon, options)
        requests, answers = counted(daemon, folder)
    program.Program(options.program)("clear")
    namespace.renew()
    return {"ports": size, "mirrors": count, "tries": len(times), "min": min(times), "median": figures.median(times),
            "p90": figures.quantile(times, 0.9), "p99": figures.quantile(times, 0.99), "max": max(times), "values": times,
            "requests": requests, "answers": answers, "goal": "median ≤ 5, p99 ≤ 20"}


def mirrored(size, count):
    """The first mirror has half of the ports or all, the others share the rest."""
    if count == 1:
        return [(namespace.ports(size), namespace.output())]
    mirrors = [(namespace.ports(size // 2), namespace.output())]
    each = max(1, size // 2 // (count - 1))
    others = namespace.ports(each * (count - 1), "tap")
    for number in range(count - 1):
        output = namespace.output(f"mon{number + 2}", f"end{number + 2}")
        mirrors.append((others[each * number:each * number + each], output))
    return mirrors


def tries(daemon, options):
    """As many as asked for, or as many as there is time for, but three."""
    times = []
    end = time.monotonic() + options.seconds
    while len(times) < 3 or (len(times) < options.rounds and time.monotonic() < end):
        daemon.settle(0.1)
        times.append(one(f"vmx{len(times)}"))
    return times


def one(name):
    """Milliseconds for a port of that name, which is gone again in the end."""
    watch = netlink.Connection(netlink.RTMGRP_LINK | netlink.RTMGRP_TC)
    maker = subprocess.Popen(["ip", "link", "add", name, "type", "veth", "peer", "name", "far0"])
    appeared = index = None
    try:
        for moment, kind, body in watch.notifications(LIMIT):
            if kind == netlink.RTM_NEWLINK and appeared is None and netlink.link_name(body) == name:
                appeared, index = moment, netlink.link_index(body)
            elif kind == netlink.RTM_NEWTFILTER and appeared and netlink.tc_place(body) == (index, netlink.EGRESS):
                return (moment - appeared) / 1e6
        raise RuntimeError(f"{name} was not mirrored within {LIMIT} s")
    finally:
        maker.wait()
        watch.close()
        namespace.ip(f"link delete dev {name}")


def counted(daemon, folder):
    """What the service sends to the kernel and reads from it for one port, under strace: a run that is not timed."""
    if not namespace.works(["strace", "-V"]):
        return None, None
    daemon.settle()
    path = os.path.join(folder, "trace")
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-e", program.TRACED, "-e", "signal=none", "-s", "0", "-o", path,
                               "-p", str(daemon.number)], stderr=subprocess.DEVNULL)
    try:
        daemon.wait_until(lambda: traced(daemon.number), "strace")
        one_kept = "vmcount"
        namespace.ip(f"link add {one_kept} type veth peer name far0")
        daemon.wait_until(lambda: "filter" in namespace.run(["tc", "filter", "show", "dev", one_kept, "egress"]), one_kept)
        daemon.settle()
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait()
        namespace.ip("link delete dev vmcount")
    with open(path, encoding="utf-8", errors="replace") as file:
        # The second line of a call that another thread's came between is no call of its own.
        begun = [line for line in file if " resumed>" not in line]
    calls = [line for line in begun if "AF_NETLINK" in line or re.search(r"\b(send|recv)\w+\(", line)]
    return sum(" send" in line for line in calls), sum(" recv" in line for line in calls)


def traced(number):
    with open(f"/proc/{number}/status", encoding="utf-8") as file:
        return re.search(r"^TracerPid:\s+[1-9]", file.read(), re.M) is not None
