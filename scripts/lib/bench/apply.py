"""Question 1: how long installing and removing takes, against tc by hand and against nothing but the messages."""

import os
import time

import by_hand
import figures
import floor
import namespace
import netlink
import program

DEFAULTS = {"ports": [10000], "mirrors": [1000], "rounds": 3}

OURS = "mirrorctl"
FLOOR = "prebuilt messages"
HAND = {
    "tc, port by port": by_hand.port_by_port,
    "tc, shared action": by_hand.shared,
    "tc, qdiscs first": by_hand.qdiscs_first,
}


def measure(report, options, folder):
    mirrorctl = program.Program(options.program)
    classifiers = by_hand.classifiers()
    for size in options.ports:
        mirrors = [(namespace.ports(size), namespace.output())]
        case(report, f"1 mirror over {size} ports", mirrorctl, mirrors, classifiers, options, folder, pattern="vm*")
        namespace.renew()
    for count in options.mirrors:
        mirrors = several(count)
        case(report, f"{count} mirrors of 10 ports", mirrorctl, mirrors, classifiers, options, folder)
        namespace.renew()


def several(count):
    """Mirrors of ten ports each, every one with an output of its own."""
    ports = namespace.ports(10 * count)
    for number in range(1, count + 1):
        namespace.output(f"mon{number}", f"end{number}")
    return [(ports[10 * number:10 * number + 10], f"mon{number + 1}") for number in range(count)]


def case(report, what, mirrorctl, mirrors, classifiers, options, folder, pattern=None):
    profile = program.profile(os.path.join(folder, "profile.yaml"), mirrors, pattern)
    classifier = classifiers[0]
    sides = {OURS: lambda: (mirrorctl("apply", "-f", profile), mirrorctl("clear"))}
    for name, write in HAND.items():
        sides[name] = by_tc(folder, name, write(mirrors, classifier), by_hand.removal(mirrors))
    sides[FLOOR] = by_messages(floor.installation(mirrors, classifier), floor.removal(mirrors))
    applied = {name: [] for name in sides}
    removed = {name: [] for name in sides}
    for number in range(options.rounds):
        order = list(sides) if number % 2 else list(reversed(sides))
        for name in order:
            there, gone = sides[name]()
            applied[name].append(there)
            removed[name].append(gone)
            remove_actions()
    goals = {"tc, port by port": "≤ 0.6", FLOOR: "≤ 1.5"}
    by = f"{what}; by hand with {classifier}"
    report.compare(f"apply, {by}", "s", applied, OURS, goals)
    report.compare(f"clear, {by}", "s", removed, OURS, goals)
    parts(report, what, mirrorctl, profile, folder, {"apply": applied[FLOOR], "clear": removed[FLOOR]})


def by_tc(folder, name, lines, removal):
    """Times `tc -batch` with files that are prepared now."""
    paths = []
    for part, content in (("add", lines), ("del", removal)):
        paths.append(os.path.join(folder, f"{name.replace(' ', '-')}.{part}"))
        with open(paths[-1], "w", encoding="ascii") as file:
            file.write("\n".join(content) + "\n")
    return lambda: [program.timed(["tc", "-batch", path]) for path in paths]


def by_messages(installation, removal):
    connection = netlink.Connection()

    def side():
        times = []
        for datagrams in installation, removal:
            begun = time.monotonic()
            connection.send(datagrams)
            times.append(time.monotonic() - begun)
        return times

    return side


def remove_actions():
    """Not timed: the kernel frees filters, and lets their actions go, in its own time."""
    end = time.monotonic() + 60
    while namespace.run(["tc", "actions", "list", "action", "mirred"]).count("index"):
        if time.monotonic() > end:
            raise RuntimeError("actions are left behind")
        namespace.works(["tc", "actions", "flush", "action", "mirred"])
        time.sleep(0.02)


def parts(report, what, mirrorctl, profile, folder, prebuilt):
    """Where the time of a run goes: one more, under strace."""
    if not namespace.works(["strace", "-V"]):
        return
    rows = []
    for name, arguments in (("apply", ("apply", "-f", profile)), ("clear", ("clear",))):
        taken, sent, received, requests = mirrorctl.traced(folder, *arguments)
        rows.append({"command": name, "seconds": taken, "sending": sent, "reading": received, "rest": taken - sent - received,
                     "datagrams": requests, "ratio": sent / figures.median(prebuilt[name])})
    report.table(f"{what}: where the time goes (in strace: dearer than without)",
                 [("COMMAND", "command"), ("ALL s", "seconds"), ("KERNEL, CHANGES", "sending"), ("KERNEL, ANSWERS", "reading"),
                  ("REST", "rest"), ("DATAGRAMS", "datagrams"), ("CHANGES / PREBUILT", "ratio")], rows)
