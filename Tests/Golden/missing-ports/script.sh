#!/bin/sh
set -e
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc qdisc add dev tap3 clsact
tc chain add dev tap3 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d63747222627269646765222c226272
tc actions add action gact continue index 1610612741 cookie 6d63747269646765223a22627239222c
tc actions add action gact continue index 1610612742 cookie 6d6374722273656c6563745f616c6c22
tc actions add action gact continue index 1610612743 cookie 6d6374723a747275652c226f75747075
tc actions add action gact continue index 1610612744 cookie 6d637472745f706f7274223a22657468
tc actions add action gact continue index 1610612745 cookie 6d63747230227d5d7d00000000000000
tc actions add action gact continue index 1610616832 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610616833 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610616834 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610616835 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610616836 cookie 6d63747222656d707479222c22627269
tc actions add action gact continue index 1610616837 cookie 6d637472646765223a22627230222c22
tc actions add action gact continue index 1610616838 cookie 6d6374726f75747075745f706f727422
tc actions add action gact continue index 1610616839 cookie 6d6374723a2274617032227d5d7d0000
tc actions add action gact continue index 1610620928 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610620929 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610620930 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610620931 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610620932 cookie 6d637472226f7574707574222c226272
tc actions add action gact continue index 1610620933 cookie 6d63747269646765223a22627230222c
tc actions add action gact continue index 1610620934 cookie 6d6374722273656c6563745f7372635f
tc actions add action gact continue index 1610620935 cookie 6d637472706f7274223a227461703222
tc actions add action gact continue index 1610620936 cookie 6d6374722c226f75747075745f706f72
tc actions add action gact continue index 1610620937 cookie 6d63747274223a5b2265746839222c22
tc actions add action gact continue index 1610620938 cookie 6d63747277616e225d7d5d7d00000000
tc actions add action gact continue index 1610625024 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610625025 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610625026 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610625027 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610625028 cookie 6d63747222736f7572636573222c2262
tc actions add action gact continue index 1610625029 cookie 6d6374727269646765223a2262723022
tc actions add action gact continue index 1610625030 cookie 6d6374722c2273656c6563745f737263
tc actions add action gact continue index 1610625031 cookie 6d6374725f706f7274223a5b22746170
tc actions add action gact continue index 1610625032 cookie 6d63747231222c2274617039222c2265
tc actions add action gact continue index 1610625033 cookie 6d637472746830222c22766e65742a22
tc actions add action gact continue index 1610625034 cookie 6d6374725d2c226f75747075745f706f
tc actions add action gact continue index 1610625035 cookie 6d6374727274223a2274617033227d5d
tc actions add action gact continue index 1610625036 cookie 6d6374727d0000000000000000000000
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
