"""The jobs of the data path: what is mirrored, our profile for it, and the best that tc does for it by hand."""

import dataclasses

import by_hand
import classic_bpf
import frames
import generator
import namespace

TO_MON0 = "action mirred egress mirror dev mon0"
DOES_LESS = " (does less)"
"""Ends the name of a side that does the job for the frames of the bench only, or at the cost of others."""
VLANS = [10, *range(20, 30), 40, 50]
SNAPLEN = 128
STAGE = "stage"


@dataclasses.dataclass
class Job:
    name: str
    frame: bytes
    profile: str
    hand: dict
    """Lists of lines of tc, or functions that install, by a name for the side."""
    build: list = dataclasses.field(default_factory=list)
    """Lines of ip beyond vm1 and mon0."""
    outputs: tuple = ("mon0",)
    copies: int = 1
    """Copies of a frame on each output."""
    needs: tuple = ()
    """Commands of tc or ip without which this kernel cannot do the job."""
    others: tuple = ()
    """What else is compared, by the name of a class of `rivals`."""


def all_jobs():
    matches = {name: match for name, match in by_hand.MATCHES.items() if name in by_hand.classifiers()}
    plain = "select_src_port: vm1, output_port: mon0"
    whole = {f"tc {name}": [ingress("vm1", match)] for name, match in matches.items()}
    vlan = {"tc bpf": [ingress("vm1", bytecode(classic_bpf.vlans(VLANS)))]}
    if supports("flower"):
        vlan["tc flower"] = [ingress("vm1", f"flower vlan_id {number}", protocol="802.1Q") for number in VLANS]
    pcap = {"tc bpf, by tcpdump -ddd": lambda: namespace.tc(*clsact("vm1"), ingress("vm1", bytecode(compiled("tcp port 443"))))}
    vlans = f"{plain}, select_vlan: [10, 20-29, 40, 50]"
    https = f"{plain}, filter: 'tcp port 443'"
    return [
        Job("match-all", frames.udp(100), plain, whole, others=("Nft", "Copier")),
        Job("VLAN set, in it", frames.udp(100, 25), vlans, vlan),
        Job("VLAN set, not in it", frames.udp(100, 99), vlans, vlan, copies=0),
        Job("filter tcp port 443, hit", frames.tcp(443), https, pcap),
        Job("filter tcp port 443, miss", frames.udp(100), https, pcap, copies=0),
        select_all(matches),
        snaplen(plain, next(iter(matches.values()))),
        remote(),
        tunnel(),
    ]


def select_all(matches):
    ports = [f"vm{number}" for number in range(1, 17)]
    build = [f"link add {port} type veth peer name far{port}" for port in ports[1:]]
    build += [line for port in ports[1:] for line in (f"link set dev far{port} up", f"link set dev {port} up")]
    build += bridge("type bridge", ports)
    match = next(iter(matches.values()))
    hand = [ingress(port, match) for port in ports] + [f"filter add dev br0 egress pref 1 protocol all {match} {TO_MON0}"]
    return Job("select_all on 16 ports", frames.udp(100), "bridge: br0, select_all: true, output_port: mon0", {"tc": hand}, build,
               others=("OpenVSwitch",))


def snaplen(plain, match):
    hand = {
        "eBPF on the output" + DOES_LESS: cut_on_output(match),
        "eBPF on a stage": on_stage(match, cut_and_redirect),
    }
    return Job("snaplen 128 of 1000", frames.udp(1000), f"{plain}, snaplen: {SNAPLEN}", hand, needs=("dummy",))


def remote():
    trunks = [f"t{number}" for number in range(1, 5)]
    build = ["link add vm2 type veth peer name farvm2"]
    build += [f"link add {trunk} type veth peer name far{trunk}" for trunk in trunks]
    build += [line for port in ["vm2", *trunks] for line in (f"link set dev far{port} up", f"link set dev {port} up")]
    build += bridge("type bridge vlan_filtering 1 vlan_default_pvid 10", ["vm1", "vm2", *trunks])
    vlans = [["bridge", "vlan", "add", "dev", trunk, "vid", "111"] for trunk in trunks]
    action = " ".join(f"action mirred egress mirror dev {trunk} pipe" for trunk in trunks)
    on_original = ingress("vm1", "matchall").replace(TO_MON0, f"action vlan push id 111 pipe {action} action vlan pop continue")
    hand = {"tc vlan push" + DOES_LESS: [on_original], "tc on a stage": on_stage("matchall", lambda: tag_and_send(action))}
    return Job("RSPAN to 4 trunks", frames.udp(100), "bridge: br0, select_src_port: vm1, output_vlan: 111", hand, build + vlans,
               tuple(trunks), needs=("matchall", "vlan", "vlan_filtering", "dummy"), others=("OpenVSwitch",))


def tag_and_send(action):
    """Every frame as we send it: not to reserved addresses, not from the VLAN itself, with its own tag changed or one pushed."""
    edits = {protocol: f"modify id 111 protocol {protocol}" for protocol in ("802.1Q", "802.1ad")} | {"all": "push id 111"}
    guard = bytecode(classic_bpf.remote_vlan_guard(111))
    namespace.tc(*clsact(STAGE), f"filter add dev {STAGE} egress pref 1 protocol all {guard} da",
                 *(f"filter add dev {STAGE} egress pref {pref} protocol {protocol} matchall action vlan {edit} pipe {action} "
                   "action gact trap" for pref, (protocol, edit) in enumerate(edits.items(), 2)))


def tunnel():
    build = ["link add u0 type veth peer name u1", "link set dev u1 up", "link set dev u0 up mtu 1600", "addr add 10.9.0.1/24 dev u0",
             "neigh add 10.9.0.2 lladdr 02:00:00:00:00:99 dev u0 nud permanent"]

    def install():
        namespace.ip("link add g0 type gretap local 10.9.0.1 remote 10.9.0.2 key 7 nopmtudisc ignore-df",
                     "link set dev g0 mtu 1500 addrgenmode none arp off multicast off", "link set dev g0 up")
        namespace.tc(*clsact("vm1"), ingress("vm1", "matchall").replace("mon0", "g0"))
        return lambda: namespace.ip("link delete dev g0")

    tunnel_of_ours = "{type: gretap, remote: 10.9.0.2, local: 10.9.0.1, key: 7}"
    return Job("gretap", frames.udp(100), f"select_src_port: vm1, output_tunnel: {tunnel_of_ours}", {"tc and ip": install}, build,
               ("u0",), needs=("matchall", "gretap"))


def bridge(kind, ports):
    """The frames' destination is known to be at vm2, so that each is forwarded to one port."""
    destination = ":".join(f"{byte:02x}" for byte in frames.DESTINATION)
    return [f"link add br0 {kind}", "link set dev br0 up", *(f"link set dev {port} master br0" for port in ports),
            ["bridge", "fdb", "add", destination, "dev", "vm2", "master", "static"]]


def clsact(*devices):
    return [f"qdisc add dev {device} clsact" for device in devices]


def ingress(device, match, protocol="all"):
    return f"filter add dev {device} ingress pref 1 protocol {protocol} {match} {TO_MON0}"


def bytecode(program):
    return f"bpf bytecode '{program}'"


def compiled(expression):
    lines = namespace.run(["tcpdump", "-ddd", "-i", "vm1", expression]).strip().split("\n")
    return ",".join(lines).replace("6 0 0 262144", "6 0 0 4294967295")


def on_stage(match, install):
    """Copies go to a dummy device first, whose egress hook is left to `install`."""

    def build_stage():
        namespace.ip(f"link add {STAGE} type dummy", f"link set dev {STAGE} addrgenmode none arp off multicast off",
                     f"link set dev {STAGE} up")
        install()
        namespace.tc(*clsact("vm1"), ingress("vm1", match).replace("mon0", STAGE))
        return lambda: namespace.ip(f"link delete dev {STAGE}")

    return build_stage


def cut_and_redirect():
    """Counts a tag as ours does, but does not try again where the kernel lets a frame be cut at greater lengths only."""
    generator.attach(STAGE, generator.load(generator.BPF_PROG_TYPE_SCHED_CLS, [
        generator.instruction(0xBF, 6, 1), generator.instruction(0xB7, 7, immediate=SNAPLEN), generator.instruction(0x61, 2, 6, 20),
        generator.instruction(0x15, 2, offset=1), generator.instruction(0xB7, 7, immediate=SNAPLEN - 4),
        generator.instruction(0x61, 2, 6), generator.instruction(0xBD, 2, 7, 4), generator.instruction(0xBF, 1, 6),
        generator.instruction(0xBF, 2, 7), generator.instruction(0xB7, 3), generator.instruction(0x85, immediate=38),
        generator.instruction(0xB7, 1, immediate=generator.index("mon0")), generator.instruction(0xB7, 2),
        generator.instruction(0x85, immediate=23), generator.instruction(0x95)]))


def cut_on_output(match):
    """A program of nine instructions at the output's own egress hook: what one does who may have the output alone."""

    def install():
        code = [generator.instruction(0xBF, 6, 1), generator.instruction(0x61, 2, 6, 0),
                generator.instruction(0xB5, 2, 0, 4, SNAPLEN), generator.instruction(0xBF, 1, 6),
                generator.instruction(0xB7, 2, immediate=SNAPLEN), generator.instruction(0xB7, 3),
                generator.instruction(0x85, immediate=38), generator.instruction(0xB7, 0), generator.instruction(0x95)]
        generator.attach("mon0", generator.load(generator.BPF_PROG_TYPE_SCHED_CLS, code))
        namespace.tc(*clsact("vm1"), ingress("vm1", match))

    return install


def supports(feature):
    """Found by trying, on a veth pair that exists only for that."""
    attempts = {
        "flower": "tc filter add dev try0 ingress pref 1 protocol all flower action ok",
        "matchall": "tc filter add dev try0 ingress pref 2 protocol all matchall action ok",
        "vlan": "tc actions add action vlan pop index 4711 && tc actions del action vlan index 4711",
        "dummy": "ip link add try2 type dummy && ip link delete dev try2",
        "gretap": "ip link add try2 type gretap remote 192.0.2.1 && ip link delete dev try2",
        "vlan_filtering": "ip link add try2 type bridge vlan_filtering 1 && ip link delete dev try2",
    }
    namespace.ip("link add try0 type veth peer name try1")
    try:
        return namespace.works(["bash", "-c", f"tc qdisc add dev try0 clsact && {attempts[feature]}"])
    finally:
        namespace.ip("link delete dev try0")
