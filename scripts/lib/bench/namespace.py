"""A network namespace that belongs to this process alone and goes with it, however it ends."""

import ctypes
import os
import subprocess

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000
MS_REC_PRIVATE = 0x4000 | 0x40000
MNT_DETACH = 2

libc = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def enter():
    """Moves this process, and all that it starts from now on, into new namespaces of networks and mounts."""
    checked(libc.unshare(CLONE_NEWNS), "unshare")
    checked(libc.mount(b"none", b"/", None, MS_REC_PRIVATE, None), "mount /")
    renew()


def renew():
    """Goes on in an empty network; the kernel takes down the one before, faster than its devices could be deleted."""
    checked(libc.unshare(CLONE_NEWNET), "unshare")
    libc.umount2(b"/sys", MNT_DETACH)
    checked(libc.mount(b"sysfs", b"/sys", b"sysfs", 0, None), "mount /sys")
    for name in "all", "default":
        path = f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6"
        if os.path.exists(path):
            with open(path, "w", encoding="ascii") as file:
                file.write("1")
    ip("link set dev lo up")


def ip(*lines):
    batch(["ip"], lines)


def tc(*lines):
    batch(["tc"], lines)


def batch(program, lines):
    run([*program, "-batch", "-"], input="".join(f"{line}\n" for line in lines))


def run(command, **options):
    """The standard output; a failure tells what the command said."""
    result = subprocess.run(command, text=True, capture_output=True, check=False, **options)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)}: status {result.returncode}\n{(result.stderr or result.stdout)[-2000:]}")
    return result.stdout


def works(command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def ports(count, prefix="vm"):
    """Makes veth pairs of which both ends are ports; they stay down, as the time that filters take does not depend on it."""
    names = [f"{prefix}{number}" for number in range(1, count + 1 + count % 2)]
    pairs = list(zip(names[::2], names[1::2]))
    ip(*(f"link add {one} type veth peer name {other}" for one, other in pairs))
    return names[:count]


def output(name="mon0", peer="mon1"):
    """An output that is up, and what is sent to it ends at its other end."""
    ip(f"link add {name} type veth peer name {peer}", f"link set dev {peer} up", f"link set dev {name} up")
    return name
