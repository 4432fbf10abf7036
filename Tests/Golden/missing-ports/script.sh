#!/bin/sh
set -e
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc qdisc add dev tap3 clsact
tc chain add dev tap3 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d3016290f7
tc actions add action gact continue index 1610612737 cookie 6d637472a90139df02018ce480d00000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c6162d30162656d
tc actions add action gact continue index 1610616833 cookie 6d637472707479bcffacbc80703284bd
tc actions add action gact continue index 1610616834 cookie 6d637472000000000000000000000000
tc actions add action gact continue index 1610620928 cookie 6d63747201d5015f6c6162d301628ca5
tc actions add action gact continue index 1610620929 cookie 6d637472d602019c76847532bcf280ec
tc actions add action gact continue index 1610620930 cookie 6d6374723980167781985d80df000000
tc actions add action gact continue index 1610625024 cookie 6d63747201d5015f6c6162d30162736f
tc actions add action gact continue index 1610625025 cookie 6d6374727581f473d60202b07786c880
tc actions add action gact continue index 1610625026 cookie 6d63747207399ce6766e65742a848eac
tc actions add action gact continue index 1610625027 cookie 6d637472ef80253384f0000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000005a1813edce4db4f4
tc actions add action gact continue index 1342181376 cookie 6d63746f000000004438c6ba702b142a
tc actions add action gact continue index 1342185472 cookie 6d63746f00000000d260610422c75c08
tc actions add action gact continue index 1342189568 cookie 6d63746f0000000030a7bea62250679d
tc actions add action gact continue index 1879048192 cookie 6d6374700f0000000000000000000006
tc actions add action gact continue index 1879048193 cookie 6d6374700f0000000000000000000007
tc actions add action mirred egress mirror dev tap3 continue index 1342189584 cookie 6d63746f0200000030a7bea62250679d
bridge link set dev tap2 learning off flood off mcast_flood off bcast_flood off
ip link set dev tap2 type bridge_slave proxy_arp on fdb_flush
bridge link set dev tap3 learning off flood off mcast_flood off bcast_flood off
ip link set dev tap3 type bridge_slave proxy_arp on fdb_flush
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342189584
tc filter add dev tap2 ingress protocol all pref 65535 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev tap3 ingress protocol all pref 65535 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
