#!/bin/sh
set -e
ip link add mct-1ecd699a mtu 65000 type erspan remote 10.95.30.43 local 10.0.2.15 dev eth0 key 100 seq erspan_ver 1 erspan 7 ttl 64 tos 0x0 nopmtudisc ignore-df
ip link set dev mct-1ecd699a alias mirrorctl:tunnel addrgenmode none arp off multicast off
ip link set dev mct-1ecd699a up
tc qdisc add dev mct-1ecd699a clsact
tc chain add dev mct-1ecd699a ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d63747222666172222c226272696467
tc actions add action gact continue index 1610612741 cookie 6d63747265223a22627230222c227365
tc actions add action gact continue index 1610612742 cookie 6d6374726c6563745f7372635f706f72
tc actions add action gact continue index 1610612743 cookie 6d63747274223a2274617031222c226f
tc actions add action gact continue index 1610612744 cookie 6d63747275747075745f74756e6e656c
tc actions add action gact continue index 1610612745 cookie 6d637472223a7b2274797065223a2265
tc actions add action gact continue index 1610612746 cookie 6d637472727370616e222c2272656d6f
tc actions add action gact continue index 1610612747 cookie 6d6374727465223a2231302e39352e33
tc actions add action gact continue index 1610612748 cookie 6d637472302e3433222c226c6f63616c
tc actions add action gact continue index 1610612749 cookie 6d637472223a2231302e302e322e3135
tc actions add action gact continue index 1610612750 cookie 6d637472222c22646576696365223a22
tc actions add action gact continue index 1610612751 cookie 6d63747265746830222c227365737369
tc actions add action gact continue index 1610612752 cookie 6d6374726f6e5f6964223a3130302c22
tc actions add action gact continue index 1610612753 cookie 6d637472696e646578223a377d7d5d7d
tc actions add action gact continue index 1610612754 cookie 6d637472000000000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000000ed15336624b945a
tc actions add action mirred egress mirror dev mct-1ecd699a continue index 1342177296 cookie 6d63746f020000000ed15336624b945a
tc filter add dev mct-1ecd699a ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '29,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 18 2048,80 0 0 14,21 0 16 69,80 0 0 23,21 0 14 47,64 0 0 30,21 0 12 174005803,64 0 0 26,21 0 10 167772687,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 8,64 0 0 34,21 0 4 268470462,64 0 0 42,84 0 0 4026532863,21 0 1 268435556,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
