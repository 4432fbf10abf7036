"""The service, started on a folder of profiles in this namespace."""

import contextlib
import os
import re
import subprocess
import time

import namespace
import program as mirrorctl

LIMIT = 300
SETTLED = 0.5


class Service:
    """`with Service(program, folder) as service: …`; it ends with the block, however that ends."""

    def __init__(self, program, profiles, *options):
        self.program = program
        self.log = os.path.join(profiles, "..", "service.log")
        self.command = [program, "daemon", "--profiles", profiles, "--resync", "86400", *options]

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command, stderr=log, stdout=log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def number(self):
        return self.process.pid

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def await_line(self, words):
        self.wait_until(lambda: words in self.said(), words)

    def wait_until(self, condition, what):
        end = time.monotonic() + LIMIT
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"waited in vain for: {what}\n{self.said()[-2000:]}")
            time.sleep(0.02)

    def looks(self):
        """How often it has looked at the whole of the kernel since it was started."""
        text = namespace.run([self.program, "metrics"])
        return int(float(re.search(r"^mirrorctl_service_looks_total (\S+)$", text, re.M)[1]))

    def settle(self, seconds=SETTLED):
        """Waits until it has used no processor time for so long."""
        end = time.monotonic() + LIMIT
        before, since = self.ticks(), time.monotonic()
        while time.monotonic() - since < seconds:
            if time.monotonic() > end:
                raise RuntimeError("the service does not come to rest")
            time.sleep(0.05)
            if self.ticks() != before:
                before, since = self.ticks(), time.monotonic()

    def ticks(self):
        with open(f"/proc/{self.number}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def switches(self):
        """How often its threads went to sleep and were woken: voluntary context switches."""
        total = 0
        for task in os.listdir(f"/proc/{self.number}/task"):
            with open(f"/proc/{self.number}/task/{task}/status", encoding="utf-8") as file:
                total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M)[1])
        return total

    def memory(self):
        """`(resident now, its peak, private)` in MB of 2^20 bytes."""
        with open(f"/proc/{self.number}/status", encoding="utf-8") as file:
            status = file.read()
        with open(f"/proc/{self.number}/smaps_rollup", encoding="utf-8") as file:
            rollup = file.read()
        private = sum(map(int, re.findall(r"^Private_\w+:\s+(\d+)", rollup, re.M)))
        resident, peak = (int(re.search(rf"^{key}:\s+(\d+)", status, re.M)[1]) for key in ("VmRSS", "VmHWM"))
        return resident / 1024, peak / 1024, private / 1024


@contextlib.contextmanager
def mirroring(program, folder, ports):
    """A service that mirrors some ports by their pattern, from the moment at which it does."""
    path = profiles(folder)
    mirrorctl.profile(os.path.join(path, "bench.yaml"), [(ports, namespace.output())], "vm*")
    with Service(program, path) as daemon:
        daemon.await_line("mirror m1 is active")
        yield daemon


def profiles(folder):
    path = os.path.join(folder, "profiles")
    os.makedirs(path, exist_ok=True)
    return path
