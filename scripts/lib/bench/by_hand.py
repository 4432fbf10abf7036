"""Files for `tc -batch` that mirror ports as people write it."""

import floor
import namespace

MATCHES = {
    "matchall": "matchall",
    "u32": "u32 match u32 0 0",
    "bpf": "bpf bytecode '1,6 0 0 4294967295'",
}


def classifiers():
    """The ones of this kernel that can match every frame."""
    namespace.ip("link add try0 type veth peer name try1")
    namespace.tc("qdisc add dev try0 clsact")
    found = [name for name, match in MATCHES.items()
             if namespace.works(["bash", "-c", f"tc filter add dev try0 ingress pref 1 {match} action mirred egress mirror dev try1 "
                                               "&& tc filter del dev try0 ingress"])]
    namespace.ip("link delete dev try0")
    if not found:
        raise RuntimeError("this kernel has no classifier that matches all frames")
    return found


def port_by_port(mirrors, classifier):
    """A clsact and two filters a port, each with an action of its own, one port after the other."""
    lines = []
    for ports, output in mirrors:
        for port in ports:
            lines.append(f"qdisc add dev {port} clsact")
            lines += [filter_line(port, hook, classifier, f"egress mirror dev {output} continue") for hook in ("ingress", "egress")]
    return lines


def shared(mirrors, classifier):
    """The same order, with one action a mirror that all its filters share."""
    lines = []
    for number, (ports, output) in enumerate(mirrors, floor.FIRST_ACTION):
        lines.append(f"action add action mirred egress mirror dev {output} continue index {number}")
        for port in ports:
            lines.append(f"qdisc add dev {port} clsact")
            lines += [filter_line(port, hook, classifier, f"index {number}") for hook in ("ingress", "egress")]
    return lines


def qdiscs_first(mirrors, classifier):
    """What one writes who knows that a hook's first filter waits for the qdisc before it."""
    lines = shared(mirrors, classifier)
    return sorted(lines, key=lambda line: ("qdisc", "action", "filter").index(line.split()[0]))


def removal(mirrors):
    return [f"qdisc del dev {port} clsact" for ports, _ in mirrors for port in ports]


def filter_line(port, hook, classifier, action):
    return f"filter add dev {port} {hook} pref 1 protocol all {MATCHES[classifier]} action mirred {action}"
