#!/bin/sh
set -e
ip link add mch0 mtu 65535 type veth peer name mch0p mtu 65535
ip link set dev mch0 alias mirrorctl:lab/far addrgenmode none arp off multicast off
ip link set dev mch0 up
ip link set dev mch0p alias mirrorctl:lab/far addrgenmode none arp off multicast off
ip link set dev mch0p up
ip link add mct-8b81075f type ip6gretap remote 2001:db8::43 local 2001:db8::1 dev eth0 key 7 hoplimit 16 tclass 0x20 encaplimit none
ip link set dev mct-8b81075f alias mirrorctl:tunnel addrgenmode none arp off multicast off
ip link set dev mct-8b81075f up
tc qdisc add dev eth0 clsact
tc chain add dev eth0 ingress chain 114702150
tc qdisc add dev mch0p clsact
tc chain add dev mch0p ingress chain 114702150
tc qdisc add dev mct-8b81075f clsact
tc chain add dev mct-8b81075f ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d63747222666172222c2273656c6563
tc actions add action gact continue index 1610612741 cookie 6d637472745f7372635f706f7274223a
tc actions add action gact continue index 1610612742 cookie 6d6374722265746830222c2273656c65
tc actions add action gact continue index 1610612743 cookie 6d63747263745f6473745f706f727422
tc actions add action gact continue index 1610612744 cookie 6d6374723a2265746830222c226f7574
tc actions add action gact continue index 1610612745 cookie 6d6374727075745f74756e6e656c223a
tc actions add action gact continue index 1610612746 cookie 6d6374727b2274797065223a22677265
tc actions add action gact continue index 1610612747 cookie 6d637472746170222c2272656d6f7465
tc actions add action gact continue index 1610612748 cookie 6d637472223a22323030313a6462383a
tc actions add action gact continue index 1610612749 cookie 6d6374723a3433222c226c6f63616c22
tc actions add action gact continue index 1610612750 cookie 6d6374723a22323030313a6462383a3a
tc actions add action gact continue index 1610612751 cookie 6d63747231222c22646576696365223a
tc actions add action gact continue index 1610612752 cookie 6d6374722265746830222c226b657922
tc actions add action gact continue index 1610612753 cookie 6d6374723a372c2274746c223a31362c
tc actions add action gact continue index 1610612754 cookie 6d63747222746f73223a33327d7d5d7d
tc actions add action gact continue index 1610612755 cookie 6d637472000000000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000000ed15336624b945a
tc actions add action mirred egress redirect dev mct-8b81075f index 1342181136 cookie 6d63746f020000000ed15336624b945a
tc actions add action mirred egress mirror dev mch0 continue index 1342181138 cookie 6d63746f000000000ed15336624b945a
tc actions add action mirred egress mirror dev mch0 continue index 1342181139 cookie 6d63746f000000000ed15336624b945a
tc filter add dev mch0p ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '53,32 0 0 4294963248,21 3 0 0,128 0 0 0,37 48 0 1448,5 0 0 2,128 0 0 0,37 45 0 1452,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 35 34525,64 0 0 38,21 0 33 536939960,64 0 0 42,21 0 31 0,64 0 0 46,21 0 29 0,64 0 0 50,21 0 27 67,64 0 0 22,21 0 25 536939960,64 0 0 26,21 0 23 0,64 0 0 30,21 0 21 0,64 0 0 34,21 0 19 1,80 0 0 20,21 12 0 47,21 0 16 44,80 0 0 54,21 0 14 47,72 0 0 56,84 0 0 65528,21 1 0 0,5 0 0 12,64 0 0 62,21 0 8 536896856,64 0 0 66,21 0 6 7,5 0 0 7,64 0 0 54,21 0 3 536896856,64 0 0 58,21 0 1 7,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 2'
tc filter add dev mch0p ingress protocol all pref 2 handle 0x1 matchall action mirred index 1342181136
tc filter add dev mct-8b81075f ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev eth0 egress protocol all pref 513 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181139
tc filter add dev eth0 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181138
