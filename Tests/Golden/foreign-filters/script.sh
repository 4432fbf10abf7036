#!/bin/sh
set -e
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d637472226d30222c22627269646765
tc actions add action gact continue index 1610612741 cookie 6d637472223a22627230222c2273656c
tc actions add action gact continue index 1610612742 cookie 6d6374726563745f7372635f706f7274
tc actions add action gact continue index 1610612743 cookie 6d637472223a2274617031222c227365
tc actions add action gact continue index 1610612744 cookie 6d6374726c6563745f6473745f706f72
tc actions add action gact continue index 1610612745 cookie 6d63747274223a5b2274617031222c22
tc actions add action gact continue index 1610612746 cookie 6d63747274617032225d2c226f757470
tc actions add action gact continue index 1610612747 cookie 6d63747275745f706f7274223a227461
tc actions add action gact continue index 1610612748 cookie 6d6374727033227d5d7d000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action gact continue index 1879048192 cookie 6d6374700f0000000000000000000005
tc actions add action mirred egress mirror dev tap3 continue index 1342177296 cookie 6d63746f02000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev tap3 continue index 1342177297 cookie 6d63746f01000000764e9af74c33a2bc
bridge link set dev tap3 learning off flood off mcast_flood off bcast_flood off
ip link set dev tap3 type bridge_slave proxy_arp on fdb_flush
tc filter add dev tap1 egress protocol all pref 514 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177297
tc filter add dev tap1 ingress protocol all pref 513 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
tc filter add dev tap3 ingress protocol all pref 65534 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
