#!/bin/sh
set -e
tc qdisc add dev br0 clsact
tc chain add dev br0 ingress chain 114702150
tc qdisc add dev eth0 clsact
tc chain add dev eth0 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d63747222616c6c222c226272696467
tc actions add action gact continue index 1610612741 cookie 6d63747265223a22627230222c227365
tc actions add action gact continue index 1610612742 cookie 6d6374726c6563745f616c6c223a7472
tc actions add action gact continue index 1610612743 cookie 6d63747275652c226f75747075745f70
tc actions add action gact continue index 1610612744 cookie 6d6374726f7274223a2265746831227d
tc actions add action gact continue index 1610612745 cookie 6d6374725d7d00000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000d4e8163642444738
tc actions add action mirred egress mirror dev eth1 continue index 1342177296 cookie 6d63746f02000000d4e8163642444738
tc actions add action mirred egress mirror dev eth1 continue index 1342177297 cookie 6d63746f01000000d4e8163642444738
tc filter add dev br0 egress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177297
tc filter add dev eth0 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
tc filter add dev tap2 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
