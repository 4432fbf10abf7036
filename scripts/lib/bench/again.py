"""Question 2: what it takes to find that there is nothing to do."""

import os

import changes
import figures
import namespace
import program

DEFAULTS = {"ports": [10000], "rounds": 3}
COLUMNS = [("COMMAND", "command"), ("ROUNDS", "rounds"), ("MIN s", "min"), ("MEDIAN", "median"), ("MAX", "max"),
           ("OF THE FIRST", "ratio"), ("KERNEL'S CHANGES", "changes"), ("GOAL", "goal")]


def measure(report, options, folder):
    mirrorctl = program.Program(options.program)
    for size in options.ports:
        ports = namespace.ports(size)
        profile = program.profile(os.path.join(folder, "profile.yaml"), [(ports, namespace.output())], "vm*")
        commands = {"apply, the first": ("apply", "-f", profile), "apply, again": ("apply", "-f", profile),
                    "plan": ("plan", "-f", profile)}
        times = {name: [] for name in commands}
        changed = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, arguments in commands.items():
                times[name].append(mirrorctl(*arguments))
                # Who listens makes changes dearer: they are counted in a run that is not timed.
                if name != "apply, the first":
                    with changes.Changes() as seen:
                        mirrorctl(*arguments)
                    changed[name].append(len(seen.seen))
            mirrorctl("clear")
        report.table(f"nothing to do: 1 mirror over {size} ports", COLUMNS,
                     [row(name, values, times["apply, the first"], changed[name]) for name, values in times.items()])
        namespace.renew()


def row(name, values, first, changed):
    result = {"command": name, "rounds": len(values), "min": min(values), "median": figures.median(values), "max": max(values),
              "values": values}
    if values is not first:
        ratios = figures.ratios(values, first)
        result |= {"ratios": ratios, "ratio": figures.spread(ratios), "changes": max(changed), "goal": "≤ 0.25, no change"}
    return result
