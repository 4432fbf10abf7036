"""How long a copy path is broken: from the kernel's word that a filter, or a clsact with its filters, is deleted to its word that
the service has put the filter there again."""

import socket
import subprocess
import time

import figures
import namespace
import netlink
import program
import service

DEFAULTS = {"ports": [1, 100, 1000], "rounds": 100, "seconds": 60}
COLUMNS = [("DELETED", "deleted"), ("PORTS", "ports"), ("TRIES", "tries"), ("MIN ms", "min"), ("MEDIAN", "median"), ("P90", "p90"),
           ("P99", "p99"), ("MAX", "max")]
LIMIT = 60
DELETIONS = {
    "filter": (["filter", "del", "dev"], ["ingress"], netlink.RTM_DELTFILTER),
    "clsact": (["qdisc", "del", "dev"], ["clsact"], netlink.RTM_DELQDISC),
}


def measure(report, options, folder):
    rows = []
    for size in options.ports:
        ports = namespace.ports(size)
        with service.mirroring(options.program, folder, ports) as daemon:
            times = tries(daemon, ports, options)
        rows += [row(what, size, values) for what, values in times.items()]
        program.Program(options.program)("clear")
        namespace.renew()
    report.table("repair", COLUMNS, rows)


def tries(daemon, ports, options):
    times = {what: [] for what in DELETIONS}
    end = time.monotonic() + options.seconds
    for number in range(options.rounds):
        if number >= 3 and time.monotonic() > end:
            break
        for what, values in times.items():
            daemon.settle(0.1)
            values.append(one(what, ports[number % len(ports)]))
    return times


def one(what, port):
    """Milliseconds that the filter was not there."""
    before, after, deletion = DELETIONS[what]
    index = socket.if_nametoindex(port)
    watch = netlink.Connection(netlink.RTMGRP_TC)
    deleter = subprocess.Popen(["tc", *before, port, *after])
    deleted = None
    try:
        for moment, kind, body in watch.notifications(LIMIT):
            if kind == deletion and netlink.tc_place(body)[0] == index:
                deleted = deleted or moment
            elif kind == netlink.RTM_NEWTFILTER and deleted and netlink.tc_place(body) == (index, netlink.INGRESS):
                return (moment - deleted) / 1e6
        raise RuntimeError(f"no filter came back on {port} within {LIMIT} s")
    finally:
        deleter.wait()
        watch.close()


def row(what, size, values):
    return {"deleted": what, "ports": size, "tries": len(values), "min": min(values), "median": figures.median(values),
            "p90": figures.quantile(values, 0.9), "p99": figures.quantile(values, 0.99), "max": max(values), "values": values}
