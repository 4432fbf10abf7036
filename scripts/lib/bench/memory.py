"""Question 5: what the service takes while nothing happens, and what a storm of events costs it."""

import os
import time

import changes
import namespace
import program
import service

DEFAULTS = {"ports": [10000], "seconds": 60}
COMMANDS = 10000


def measure(report, options, folder):
    for size in options.ports:
        ports = namespace.ports(size)
        with service.mirroring(options.program, folder, ports) as daemon:
            daemon.settle()
            at_start = daemon.memory()
            idle = idling(daemon, options.seconds)
            storm = raging(daemon, ports)
            in_the_end = daemon.memory()
        memory(report, size, {"after the start": at_start, "after the storm": in_the_end})
        report.table(f"the service with nothing to do, {size} ports, for {options.seconds} s",
                     [("WAKE-UPS", "wakeups"), ("PROCESSOR TIME s", "processor"), ("GOAL", "goal")], [idle])
        report.table(f"a storm, {size} ports",
                     [("LINK EVENTS", "events"), ("SENT IN s", "sent"), ("FULL LOOKS", "looks"), ("PROCESSOR TIME s", "processor"),
                      ("AT REST AFTER s", "rest"), ("GOAL", "goal")], [storm])
        program.Program(options.program)("clear")
        namespace.renew()


def memory(report, size, moments):
    rows = [{"moment": moment, "resident": resident, "peak": peak, "private": private, "goal": "≤ 48 resident"}
            for moment, (resident, peak, private) in moments.items()]
    report.table(f"memory of the service, {size} ports",
                 [("WHEN", "moment"), ("RESIDENT MB", "resident"), ("PEAK", "peak"), ("PRIVATE", "private"), ("GOAL", "goal")], rows)


def idling(daemon, seconds):
    switches, ticks = daemon.switches(), daemon.ticks()
    time.sleep(seconds)
    return {"wakeups": daemon.switches() - switches, "processor": (daemon.ticks() - ticks) / os.sysconf("SC_CLK_TCK"),
            "seconds": seconds, "goal": "none (no watchdog, no resync here)"}


def raging(daemon, ports):
    """Ports go up, and down if there are too few of them, until so many links have been set."""
    lines = [f"link set dev {ports[number % len(ports)]} {'down' if number // len(ports) % 2 else 'up'}" for number in range(COMMANDS)]
    looks, ticks = daemon.looks(), daemon.ticks()
    with changes.Changes() as seen:
        begun = time.monotonic()
        namespace.ip(*lines)
        sent = time.monotonic() - begun
        daemon.settle()
        rest = time.monotonic() - begun
    return {"events": sum(1 for kind, _ in seen.seen if kind == "link"), "sent": sent, "looks": daemon.looks() - looks,
            "rest": rest - service.SETTLED, "processor": (daemon.ticks() - ticks) / os.sysconf("SC_CLK_TCK"), "goal": "≤ 2 looks"}
