"""What scripts/bench runs; it starts this as root, on the kernel that it chose."""

import argparse
import importlib
import os
import platform
import signal
import sys
import tempfile

import namespace
import report

BENCHES = ("apply", "again", "appear", "line", "memory", "data-path", "commands", "repair", "bridge")


def numbers(text):
    return [int(part) for part in text.split(",") if part]


def parse():
    parser = argparse.ArgumentParser(prog="scripts/bench", usage=argparse.SUPPRESS)
    parser.add_argument("bench", choices=BENCHES)
    parser.add_argument("--program", required=True)
    parser.add_argument("--rows", required=True)
    parser.add_argument("--kernel", choices=("own", "uml"), required=True)
    parser.add_argument("--ports", type=numbers)
    parser.add_argument("--mirrors", type=numbers)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--frames", type=int)
    parser.add_argument("--jobs")
    return parser.parse_args()


def machine(options):
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"kernel": platform.release(), "where": options.kernel, "processor": model, "processors": os.cpu_count()}


def main():
    # So that what was started is ended, too.
    for number in signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, lambda *_: sys.exit(1))
    options = parse()
    bench = importlib.import_module(options.bench.replace("-", "_"))
    for name, value in bench.DEFAULTS.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    about = machine(options)
    print(f"{options.bench}: Linux {about['kernel']}, {about['processors']} x {about['processor']}")
    namespace.enter()
    with tempfile.TemporaryDirectory() as folder:
        bench.measure(report.Report(options.bench, options.rows, about), options, folder)


main()
