"""What else copies frames: nftables, a program in user space, Open vSwitch's kernel datapath."""

import contextlib
import shutil
import subprocess
import time

import data_path
import frames
import namespace


class Nft:
    """`dup` at nftables' ingress hook."""

    RULES = "table netdev bench { chain copies { type filter hook ingress device vm1 priority 0; dup to mon0; }; }"

    @classmethod
    def available(cls):
        return shutil.which("nft") is not None and namespace.works(["nft", "-c", cls.RULES])

    @classmethod
    def sides(cls, _):
        return {"nft dup": data_path.Side(cls.installed)}

    @classmethod
    @contextlib.contextmanager
    def installed(cls):
        namespace.run(["nft", cls.RULES])
        try:
            yield None
        finally:
            namespace.run(["nft", "delete table netdev bench"])


class Copier:
    """daemonlogger, which reads packets with libpcap and writes them to the output."""

    @staticmethod
    def available():
        return shutil.which("daemonlogger") is not None

    @classmethod
    def sides(cls, _):
        return {"daemonlogger": data_path.Side(cls.installed)}

    @staticmethod
    @contextlib.contextmanager
    def installed():
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(["daemonlogger", "-i", "vm1", "-o", "mon0"], stdout=quiet, stderr=quiet)
        used = [0]

        def extra():
            """Nanoseconds of processor time since the last time, when it has read what waits."""
            time.sleep(0.2)
            with open(f"/proc/{process.pid}/schedstat", encoding="ascii") as file:
                now = int(file.read().split()[0])
            used[0], before = now, used[0]
            return now - before

        try:
            time.sleep(0.5)
            yield extra
        finally:
            process.terminate()
            process.wait(30)


class OpenVSwitch:
    """Open vSwitch's kernel datapath with the flow that its daemon would have put there: forward, and copy."""

    FLOW = "in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)"

    @staticmethod
    def available():
        works = shutil.which("ovs-dpctl") is not None and namespace.works(["ovs-dpctl", "add-dp", "bench"])
        return works and namespace.works(["ovs-dpctl", "del-dp", "bench"])

    @classmethod
    def sides(cls, job):
        outputs = [f"ovm{number}" for number in range(len(job.outputs))]
        numbers = ",".join(str(number) for number in range(3, 3 + len(outputs)))
        copies = numbers if len(outputs) == 1 else f"push_vlan(vid=111,pcp=0),{numbers}"
        without = "Open vSwitch, no mirror"
        return {
            without: data_path.Side(lambda: cls.installed(outputs, "2"), "ov1", None, outputs),
            "Open vSwitch's kernel datapath": data_path.Side(lambda: cls.installed(outputs, f"2,{copies}"), "ov1", without, outputs),
        }

    @classmethod
    @contextlib.contextmanager
    def installed(cls, outputs, actions):
        ports = ["ov1", "ov2", *outputs]
        namespace.ip(*(f"link add {port} type veth peer name far{port}" for port in ports),
                     *(f"link set dev {end}{port} up" for port in ports for end in ("far", "")))
        namespace.run(["ovs-dpctl", "add-dp", "bench"])
        try:
            for number, port in enumerate(ports, 1):
                namespace.run(["ovs-dpctl", "add-if", "bench", f"{port},port_no={number}"])
            flow = cls.FLOW.replace("eth()", f"eth(src={mac(frames.SOURCE)},dst={mac(frames.DESTINATION)})")
            namespace.run(["ovs-dpctl", "add-flow", "bench", flow, actions])
            yield None
        finally:
            namespace.run(["ovs-dpctl", "del-dp", "bench"])
            namespace.ip(*(f"link delete dev {port}" for port in ports))


def mac(address):
    return address.hex(":")
