"""Question 6: what a mirror costs each frame, against tc by hand and against other ways to copy."""

import contextlib
import os
import re

import figures
import generator
import jobs
import namespace
import program
import rivals

DEFAULTS = {"rounds": 9, "frames": 50000, "jobs": ""}
OURS = "mirrorctl"
NOTHING = "no mirror"
COLUMNS = [("SIDE", "side"), ("ROUNDS", "rounds"), ("LEAST ns", "least"), ("MEDIAN", "median"), ("MAX", "max"),
           ("OURS / THIS", "ratio"), ("COPIES A FRAME", "copies"), ("GOAL", "goal")]
RUNS = 3


def measure(report, options, folder):
    mirrorctl = program.Program(options.program)
    clock = generator.processor_clock()
    for job in jobs.all_jobs():
        missing = [feature for feature in job.needs if not jobs.supports(feature)]
        if not re.search(options.jobs, job.name):
            continue
        if missing:
            print(f"\n{job.name}: not on this kernel, which lacks {', '.join(missing)}")
            continue
        build(job)
        rows = Bench(job, mirrorctl, clock, options, folder).rows()
        report.table(f"{job.name}: what a frame costs more than without a mirror", COLUMNS, rows)
        namespace.renew()


def build(job):
    namespace.ip("link add vm1 type veth peer name farvm1", "link set dev farvm1 up", "link set dev vm1 up")
    namespace.output()
    for line in job.build:
        if isinstance(line, str):
            namespace.ip(line)
        else:
            namespace.run(line)


class Bench:
    def __init__(self, job, mirrorctl, clock, options, folder):
        self.job, self.mirrorctl, self.clock, self.options = job, mirrorctl, clock, options
        self.profile = os.path.join(folder, "profile.yaml")
        with open(self.profile, "w", encoding="ascii") as file:
            file.write(f"version: 1\nprofile: bench\nmirrors:\n- {{name: m1, {job.profile}}}\n")
        self.sides = {NOTHING: Side(contextlib.nullcontext, base=None), OURS: Side(self.ours)}
        self.sides |= {name: Side(lambda way=way: by_tc(way)) for name, way in job.hand.items()}
        for rival in (getattr(rivals, name) for name in job.others):
            if rival.available():
                self.sides |= rival.sides(job)
            else:
                print(f"\n{job.name}: without {rival.__name__}, which is not installed or not in this kernel")
        self.costs = {name: [] for name in self.sides}
        self.copies = {name: [] for name in self.sides}

    def rows(self):
        for number in range(self.options.rounds):
            order = list(self.sides) if number % 2 else list(reversed(self.sides))
            for name in order:
                self.visit(name)
        return [self.row(name) for name in self.sides]

    def visit(self, name):
        side = self.sides[name]
        count = self.options.frames
        with side.installed() as extra:
            frames = generator.Generator(side.device, self.job.frame)
            frames.run(1000, self.clock)
            if extra:
                extra()
            before = sent(side.outputs or self.job.outputs)
            cost = min(frames.run(count, self.clock) for _ in range(RUNS))
            elsewhere = extra() if extra else 0
            copies = sent(side.outputs or self.job.outputs) - before
            frames.close()
        self.copies[name].append(copies / (RUNS * count))
        self.costs[name].append(cost + elsewhere / max(1, copies))

    def added(self, name):
        """Of each round: how much dearer a frame is than without the mirror."""
        base = self.costs[self.sides[name].base]
        return [cost - without for cost, without in zip(self.costs[name], base)]

    def least(self, name):
        """The same between the best rounds of both, which other work on the machine has disturbed least."""
        base = self.sides[name].base
        return min(self.costs[name]) - (min(self.costs[base]) if base else 0)

    def row(self, name):
        bare = self.sides[name].base is None
        values = self.costs[name] if bare else self.added(name)
        row = {"side": f"{name}, all in all" if bare else name, "unit": "ns", "rounds": len(values), "least": self.least(name),
               "median": figures.median(values), "max": max(values), "values": values, "job": self.job.name,
               "copies": round(figures.median(self.copies[name]), 3)}
        if not bare and name != OURS:
            ratios = figures.ratios(self.added(OURS), values)
            row |= {"ratios": ratios, "ratio": figures.spread(ratios), "least_ratio": self.least(OURS) / self.least(name),
                    "goal": "1, the best by hand" if name in self.job.hand and not name.endswith(jobs.DOES_LESS) else None}
        return row

    @contextlib.contextmanager
    def ours(self):
        self.mirrorctl("apply", "-f", self.profile)
        try:
            yield None
        finally:
            self.mirrorctl("clear")


class Side:
    """A way to copy, or not to: a context that is entered while frames are counted, and gives a function of what else they cost."""

    def __init__(self, installed, device="vm1", base=NOTHING, outputs=None):
        self.installed, self.device, self.base, self.outputs = installed, device, base, outputs


@contextlib.contextmanager
def by_tc(way):
    if callable(way):
        undo = way()
    else:
        undo = None
        devices = dict.fromkeys(re.findall(r"^filter add dev (\S+)", "\n".join(way), re.M))
        namespace.tc(*jobs.clsact(*devices), *way)
    try:
        yield None
    finally:
        for device in re.findall(r"^qdisc clsact \S+ dev (\S+)", namespace.run(["tc", "qdisc", "show"]), re.M):
            namespace.tc(f"qdisc del dev {device} clsact")
        if undo:
            undo()


def sent(devices):
    total = 0
    for device in devices:
        with open(f"/sys/class/net/{device}/statistics/tx_packets", encoding="ascii") as file:
            total += int(file.read())
    return total
