#!/bin/sh
set -e
ip link add mct-edc05199 mtu 65000 type gretap remote 10.0.0.9 local any key 5 ttl 64 tos 0x0 nopmtudisc ignore-df
ip link set dev mct-edc05199 alias mirrorctl:tunnel addrgenmode none arp off multicast off
ip link set dev mct-edc05199 up
tc qdisc add dev eth0 clsact
tc chain add dev eth0 ingress chain 114702150
tc qdisc add dev eth1 clsact
tc chain add dev eth1 ingress chain 114702150
tc qdisc add dev mct-edc05199 clsact
tc chain add dev mct-edc05199 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d6374722261222c2273656c6563745f
tc actions add action gact continue index 1610612741 cookie 6d6374727372635f706f7274223a2265
tc actions add action gact continue index 1610612742 cookie 6d637472746830222c226f7574707574
tc actions add action gact continue index 1610612743 cookie 6d6374725f74756e6e656c223a7b2274
tc actions add action gact continue index 1610612744 cookie 6d637472797065223a22677265746170
tc actions add action gact continue index 1610612745 cookie 6d637472222c2272656d6f7465223a22
tc actions add action gact continue index 1610612746 cookie 6d63747231302e302e302e39222c226b
tc actions add action gact continue index 1610612747 cookie 6d6374726579223a357d7d5d7d000000
tc actions add action gact continue index 1610616832 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610616833 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610616834 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610616835 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610616836 cookie 6d6374722262222c2273656c6563745f
tc actions add action gact continue index 1610616837 cookie 6d6374727372635f706f7274223a5b22
tc actions add action gact continue index 1610616838 cookie 6d63747265746830222c226574683122
tc actions add action gact continue index 1610616839 cookie 6d6374725d2c226f75747075745f7475
tc actions add action gact continue index 1610616840 cookie 6d6374726e6e656c223a7b2274797065
tc actions add action gact continue index 1610616841 cookie 6d637472223a22677265746170222c22
tc actions add action gact continue index 1610616842 cookie 6d63747272656d6f7465223a2231302e
tc actions add action gact continue index 1610616843 cookie 6d637472302e302e39222c226b657922
tc actions add action gact continue index 1610616844 cookie 6d6374723a357d7d5d7d000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000393febec8f2e8800
tc actions add action gact continue index 1342181376 cookie 6d63746f00000000393feeec8f2e8d19
tc actions add action mirred egress mirror dev mct-edc05199 continue index 1342177296 cookie 6d63746f02000000393febec8f2e8800
tc actions add action mirred egress mirror dev mct-edc05199 continue index 1342181392 cookie 6d63746f02000000393feeec8f2e8d19
tc filter add dev mct-edc05199 ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev eth0 ingress protocol all pref 512 handle 0x1 bpf bytecode '26,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 15 2048,80 0 0 14,21 0 13 69,80 0 0 23,21 0 11 47,64 0 0 30,21 0 9 167772169,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 7,64 0 0 34,21 0 3 536896856,64 0 0 38,21 0 1 5,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev eth1 ingress protocol all pref 512 handle 0x1 bpf bytecode '26,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 15 2048,80 0 0 14,21 0 13 69,80 0 0 23,21 0 11 47,64 0 0 30,21 0 9 167772169,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 7,64 0 0 34,21 0 3 536896856,64 0 0 38,21 0 1 5,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342181392
