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
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d3016284e1
tc actions add action gact continue index 1610612737 cookie 6d637472df01fdb0cc80e13184cd0000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000d4e8163642444738
tc actions add action mirred egress mirror dev eth1 continue index 1342177296 cookie 6d63746f02000000d4e8163642444738
tc actions add action mirred egress mirror dev eth1 continue index 1342177297 cookie 6d63746f01000000d4e8163642444738
tc filter add dev br0 egress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177297
tc filter add dev eth0 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
tc filter add dev tap2 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
