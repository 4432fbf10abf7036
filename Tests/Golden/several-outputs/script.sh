#!/bin/sh
set -e
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc qdisc add dev tap3 clsact
tc chain add dev tap3 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d301627477
tc actions add action gact continue index 1610612737 cookie 6d6374726fd601fd9c7384725b31325d
tc actions add action gact continue index 1610612738 cookie 6d637472d201f2338cf331225d80e000
tc actions add action gact continue index 1342177280 cookie 6d63746f0000000089eb7636a88aaf05
tc actions add action gact continue index 1879048192 cookie 6d6374700f0000000000000000000006
tc actions add action mirred egress mirror dev tap3 continue index 1342177296 cookie 6d63746f0200000089eb7636a88aaf05
tc actions add action mirred egress mirror dev eth1 continue index 1342177300 cookie 6d63746f0200000089eb7636a88aaf05
bridge link set dev tap3 learning off flood off mcast_flood off bcast_flood off
ip link set dev tap3 type bridge_slave proxy_arp on fdb_flush
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177300
tc filter add dev tap1 ingress protocol all pref 513 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
tc filter add dev tap2 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177300
tc filter add dev tap2 ingress protocol all pref 513 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
tc filter add dev tap3 ingress protocol all pref 65535 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
