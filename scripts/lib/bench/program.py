"""The mirrorctl that is measured."""

import os
import subprocess
import time

import namespace

# Bytes that a question to the kernel has at most; changes are sent many at once.
QUESTION = 64
TRACED = "trace=sendto,sendmsg,recvfrom,recvmsg"


class Program:
    def __init__(self, path):
        self.path = path

    def __call__(self, *arguments, expected=(0,)):
        """Seconds that the command took."""
        begun = time.monotonic()
        result = subprocess.run([self.path, *arguments], capture_output=True, text=True, check=False)
        taken = time.monotonic() - begun
        if result.returncode not in expected:
            raise RuntimeError(f"mirrorctl {' '.join(arguments)}: status {result.returncode}\n{result.stderr[-2000:]}")
        return taken

    def traced(self, folder, *arguments):
        """Seconds in all, in the kernel's carrying out changes, in its answering; the datagrams sent. Tracing makes all of it dearer.

        What two threads do at the same time counts twice.
        """
        path = os.path.join(folder, "trace")
        begun = time.monotonic()
        namespace.run(["strace", "-f", "-qq", "--seccomp-bpf", "-T", "-e", TRACED, "-e", "signal=none", "-s", "0", "-o", path,
                       self.path, *arguments])
        taken = time.monotonic() - begun
        with open(path, encoding="utf-8", errors="replace") as file:
            return taken, *spent(file)


def spent(lines):
    """Seconds of sending changes and of all other calls, and the number of datagrams sent, by the lines of strace.

    A call during which another thread's begins has two lines; the second has its outcome.
    """
    sent, received, requests = 0.0, 0.0, 0
    for line in lines:
        if not line.endswith(">\n") or line.endswith("<unfinished ...>\n"):
            continue
        seconds = float(line[line.rindex("<") + 1:-2])
        is_send = "send" in line.split("(")[0]
        requests += is_send
        if is_send and int(line.rsplit(" = ", 1)[1].split()[0]) > QUESTION:
            sent += seconds
        else:
            received += seconds
    return sent, received, requests


def timed(command, **options):
    """Seconds that a command took."""
    begun = time.monotonic()
    namespace.run(command, **options)
    return time.monotonic() - begun


def profile(path, mirrors, pattern=None):
    """Writes a profile of `[(ports, output)]`; with a pattern the first mirror's ports are what it matches."""
    lines = ["version: 1", "profile: bench", "mirrors:"]
    for number, (ports, output) in enumerate(mirrors, 1):
        selected = f'"{pattern}"' if pattern and number == 1 else f"[{', '.join(ports)}]"
        lines.append(f"- {{name: m{number}, select_src_port: {selected}, select_dst_port: {selected}, output_port: {output}}}")
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    return path
