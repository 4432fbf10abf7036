"""Question 7: commands that people wait for."""

import os
import time

import apply
import namespace
import program

DEFAULTS = {"mirrors": [100], "rounds": 21}
STATUS = "mirrorctl status"


def measure(report, options, folder):
    mirrorctl = program.Program(options.program)
    start(report, options)
    for count in options.mirrors:
        mirrors = apply.several(count)
        profile = program.profile(os.path.join(folder, "profile.yaml"), mirrors)
        mirrorctl("apply", "-f", profile)
        sides = {
            STATUS: [options.program, "status"],
            "mirrorctl status -o json": [options.program, "status", "-o", "json"],
            "mirrorctl metrics": [options.program, "metrics"],
            "tc -s actions list action mirred": ["tc", "-s", "actions", "list", "action", "mirred"],
        }
        report.compare(f"{count} mirrors of 10 ports", "s", alternate(sides, options.rounds), STATUS,
                       {"tc -s actions list action mirred": "≤ 2"})
        mirrorctl("clear")
        namespace.renew()


def start(report, options):
    sides = {"mirrorctl --version": [options.program, "--version"], "mirrorctl --help": [options.program, "--help"],
             "tc -V": ["tc", "-V"], "true": ["true"]}
    report.compare(f"start-up without work, {kind(options.program)}", "s", alternate(sides, options.rounds),
                   "mirrorctl --version", notes={"mirrorctl --version": "goal: under 0.010 s"})


def kind(path):
    libraries = namespace.run(["ldd", path])
    return "dynamically linked" if "libswiftCore" in libraries else "with the Swift library linked in"


def alternate(sides, rounds):
    series = {name: [] for name in sides}
    for number in range(rounds):
        for name in (list(sides) if number % 2 else list(reversed(sides))):
            series[name].append(elapsed(sides[name]))
    return series


def elapsed(command):
    """Seconds from the start of a process to its end, its output thrown away."""
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (1, 2)]
    begun = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
    _, status = os.waitpid(child, 0)
    taken = time.monotonic() - begun
    if status:
        raise RuntimeError(f"{' '.join(command)} failed")
    return taken
