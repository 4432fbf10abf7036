"""Question 4: one line of a profile with many mirrors changes; what does the kernel see of it?"""

import os
import re
import socket

import apply
import changes
import figures
import namespace
import program

DEFAULTS = {"mirrors": [1000], "rounds": 3}
COLUMNS = [("CHANGED LINE", "line"), ("ROUNDS", "rounds"), ("MIN s", "min"), ("MEDIAN", "median"), ("MAX", "max"),
           ("OF FIRST APPLY", "ratio"), ("CHANGES: ITS OWN", "own"), ("RECORDS", "records"), ("OTHERS", "others"), ("GOAL", "goal")]
KEYS = {
    "filter": ", filter: 'tcp port 443'",
    "select_vlan": ", select_vlan: [10, 20-29]",
    "enabled": ", enabled: false",
}


def measure(report, options, folder):
    mirrorctl = program.Program(options.program)
    for count in options.mirrors:
        mirrors = apply.several(count)
        plain = program.profile(os.path.join(folder, "plain.yaml"), mirrors)
        first = mirrorctl("apply", "-f", plain)
        rows = []
        for key, addition in KEYS.items():
            times, seen = [], []
            for number in range(options.rounds):
                chosen = (number * 37 + count // 2) % count
                changed = with_key(plain, os.path.join(folder, "changed.yaml"), chosen + 1, addition)
                own = objects(*mirrors[chosen])
                # Who listens makes changes dearer, but these are few.
                with changes.Changes() as watched:
                    times.append(mirrorctl("apply", "-f", changed))
                seen.append(watched.counts(own))
                mirrorctl("apply", "-f", plain)
            rows.append(row(key, times, first, seen))
        report.table(f"one line changes: {count} mirrors of 10 ports", COLUMNS, rows)
        mirrorctl("clear")
        namespace.renew()


def with_key(plain, path, number, addition):
    with open(plain, encoding="ascii") as source, open(path, "w", encoding="ascii") as target:
        for line in source:
            target.write(line.replace("}", addition + "}") if line.startswith(f"- {{name: m{number},") else line)
    return path


def objects(ports, output):
    """Everything on the mirror's ports and output, and all actions of the slot that its filters bind."""
    places = {(kind, socket.if_nametoindex(name)) for name in [*ports, output] for kind in ("qdisc", "filter", "chain", "link")}
    shown = namespace.run(["tc", "-d", "filter", "show", "dev", ports[0], "ingress"])
    slot = int(re.search(r"index (\d+) ref", shown)[1]) & ~0xFFF
    return places | {("action", slot | role) for role in range(0x1000)}


def row(key, times, first, seen):
    records, own, others = (max(column) for column in zip(*seen))
    return {"line": key, "rounds": len(times), "min": min(times), "median": figures.median(times), "max": max(times),
            "values": times, "ratio": figures.spread([value / first for value in times]),
            "records": records, "own": own, "others": others, "goal": "no others"}
