"""The floor: the least messages that mirror all frames of a port, built beforehand, in the order that costs the kernel least."""

import socket
import struct

import netlink

TCA_BPF_ACT, TCA_BPF_OPS_LEN, TCA_BPF_OPS = 1, 4, 5
TCA_ACT_KIND, TCA_ACT_OPTIONS, TCA_MIRRED_PARMS = 1, 2, 2
TCA_EGRESS_MIRROR = 2
TC_ACT_UNSPEC = -1
# Above all that the kernel gives to actions without an index of their own.
FIRST_ACTION = 1_000_000


def indexes(names):
    return [socket.if_nametoindex(name) for name in names]


def qdisc(ifindex):
    body = netlink.tcmsg(ifindex, netlink.CLSACT_HANDLE, netlink.CLSACT_PARENT) + netlink.text(netlink.TCA_KIND, "clsact")
    return netlink.message(netlink.RTM_NEWQDISC, netlink.NLM_F_CREATE | netlink.NLM_F_EXCL, body)


def qdisc_removal(ifindex):
    body = netlink.tcmsg(ifindex, netlink.CLSACT_HANDLE, netlink.CLSACT_PARENT)
    return netlink.message(netlink.RTM_DELQDISC, 0, body)


def mirred(number, target=None):
    """The action of that index; with a target it is complete, without one it names the action that is there."""
    parameters = struct.pack("=IIiiiiI", number, 0, TC_ACT_UNSPEC, 0, 0, TCA_EGRESS_MIRROR if target else 0, target or 0)
    return netlink.attribute(1, netlink.text(TCA_ACT_KIND, "mirred")
                             + netlink.attribute(TCA_ACT_OPTIONS, netlink.attribute(TCA_MIRRED_PARMS, parameters)))


def action(number, target):
    body = struct.pack("=Bxxx", 0) + netlink.attribute(1, mirred(number, target))
    return netlink.message(netlink.RTM_NEWACTION, netlink.NLM_F_CREATE | netlink.NLM_F_EXCL, body)


def action_removal(number):
    body = struct.pack("=Bxxx", 0) + netlink.attribute(1, netlink.attribute(1, netlink.text(TCA_ACT_KIND, "mirred")
                                                       + netlink.attribute(3, struct.pack("=I", number))))
    return netlink.message(netlink.RTM_DELACTION, 0, body)


def match_all_program():
    """`ret #-1`: the one instruction of classic BPF that every kernel with cls_bpf takes."""
    return netlink.attribute(TCA_BPF_OPS_LEN, struct.pack("=H", 1)) \
        + netlink.attribute(TCA_BPF_OPS, struct.pack("=HBBI", 0x06, 0, 0, 0xFFFFFFFF))


def matcher(classifier):
    if classifier == "matchall":
        return "matchall", b"", 2
    if classifier == "u32":
        # A selector that is terminal and has one key, of mask 0: offset and value do not matter.
        selector = struct.pack("=BBBBHHhhI", 1, 0, 1, 0, 0, 0, 0, 0, 0) + struct.pack("=IIii", 0, 0, 0, 0)
        return "u32", netlink.attribute(5, selector), 7
    return "bpf", match_all_program(), TCA_BPF_ACT


def filter_(ifindex, hook, number, classifier):
    kind, options, action_type = matcher(classifier)
    options += netlink.attribute(action_type, mirred(number))
    body = netlink.tcmsg(ifindex, 0, hook, 1 << 16 | netlink.ETH_P_ALL_NETWORK_ORDER) \
        + netlink.text(netlink.TCA_KIND, kind) + netlink.attribute(netlink.TCA_OPTIONS, options)
    return netlink.message(netlink.RTM_NEWTFILTER, netlink.NLM_F_CREATE | netlink.NLM_F_EXCL, body)


def installation(mirrors, classifier):
    """Datagrams for `[(ports, output)]`, by name."""
    numbered = [(FIRST_ACTION + number, indexes(ports), indexes([output])[0]) for number, (ports, output) in enumerate(mirrors)]
    messages = [action(number, target) for number, _, target in numbered]
    messages += [qdisc(port) for _, ports, _ in numbered for port in ports]
    messages += [filter_(port, hook, number, classifier)
                 for number, ports, _ in numbered for port in ports for hook in (netlink.INGRESS, netlink.EGRESS)]
    return netlink.batches(messages)


def removal(mirrors):
    return netlink.batches([qdisc_removal(port) for ports, _ in reversed(mirrors) for port in reversed(indexes(ports))])

