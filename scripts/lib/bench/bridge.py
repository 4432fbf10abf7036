"""Question 9: mirrors of a bridge of many ports, against tc by hand for the same frames."""

import os

import apply
import by_hand
import namespace
import program

DEFAULTS = {"ports": [250, 1000], "rounds": 5}

OURS = "mirrorctl"
HAND = "tc, by hand"
BROADCAST = "ff:ff:ff:ff:ff:ff"
# Of `tc actions` by hand: the copies of both hooks, and what is passed over.
COPY, SKIP = 100, 102


def measure(report, options, folder):
    mirrorctl = program.Program(options.program)
    classifier = by_hand.classifiers()[0]
    for count in options.ports:
        ports = bridge(count)
        namespace.output()
        case(report, f"select_all, a bridge of {count} ports", "select_all: true", mirrorctl, everything(ports, classifier), ports,
             "≤ 0.6", options, folder)
        if classifier == "matchall":
            case(report, f"each of {count} ports as a destination", f'select_dst_port: "{ports[0][0]}*"', mirrorctl,
                 destinations(ports), ports, "≤ 0.8", options, folder)
        namespace.renew()
    if classifier != "matchall":
        print("\nDestination ports of a bridge take cls_flower, which this kernel lacks: --on uml")


def bridge(count):
    """Makes a bridge whose ports all forward, and names them in the order that mirrors take them in."""
    namespace.ip("link add br0 type bridge", "link set dev br0 up")
    ports = [f"p{number:04}" for number in range(count)]
    namespace.ip(*(line for port in ports for line in (
        f"link add {port} type veth peer name e{port}", f"link set dev e{port} up", f"link set dev {port} master br0 up")))
    return ports


def everything(ports, classifier):
    """Each frame where it comes in: by a port, or from the host."""
    hooks = [("br0", "egress"), *((port, "ingress") for port in ports)]
    return [f"action add action mirred egress mirror dev mon0 continue index {COPY}"] + [
        line for port, hook in hooks
        for line in (f"qdisc add dev {port} clsact", by_hand.filter_line(port, hook, classifier, f"index {COPY}"))]


def destinations(ports):
    """Each frame where it leaves; a broadcast by the first port, or by the second where it has come in by the first."""
    first, second, *others = ports
    lines = [f"action add action mirred egress mirror dev mon0 continue index {COPY}", f"action add action gact continue index {SKIP}"]
    lines += [f"qdisc add dev {first} clsact", by_hand.filter_line(first, "egress", "matchall", f"index {COPY}"),
              f"qdisc add dev {second} clsact", flower(second, f"indev {first} dst_mac {BROADCAST}", f"mirred index {COPY}")]
    for port in [second, *others]:
        if port != second:
            lines.append(f"qdisc add dev {port} clsact")
        lines += [flower(port, f"dst_mac {BROADCAST}", f"gact index {SKIP}"), flower(port, "", f"mirred index {COPY}")]
    return lines


def flower(port, match, action):
    return f"filter add dev {port} egress pref 1 protocol all flower {match} action {action}"


def case(report, what, selection, mirrorctl, lines, ports, goal, options, folder):
    profile = os.path.join(folder, "profile.yaml")
    with open(profile, "w", encoding="ascii") as file:
        file.write(f"version: 1\nmirrors: [{{name: m0, bridge: br0, {selection}, output_port: mon0}}]\n")
    removal = [f"qdisc del dev {port} clsact" for port in ["br0", *ports] if f"qdisc add dev {port} clsact" in lines]
    by_tc = apply.by_tc(folder, HAND, lines, removal)
    applied, looks = {OURS: [], HAND: []}, {"plan": [], "status": []}
    for number in range(options.rounds):
        for name in (list(applied) if number % 2 else list(reversed(applied))):
            if name == HAND:
                applied[name].append(by_tc()[0])
            else:
                applied[name].append(mirrorctl("apply", "-f", profile))
                looks["plan"].append(mirrorctl("plan", "-f", profile))
                looks["status"].append(mirrorctl("status"))
                mirrorctl("clear")
            apply.remove_actions()
            namespace.works(["tc", "actions", "flush", "action", "gact"])
    report.compare(f"apply, {what}", "s", applied, OURS, {HAND: goal})
    for name, times in looks.items():
        report.compare(f"{name}, {what}", "s", {name: times, "the apply before": applied[OURS]}, name, {"the apply before": "≤ 0.25"})
