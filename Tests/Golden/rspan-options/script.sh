#!/bin/sh
set -e
ip link add mcs0-2f7b8 type dummy
ip link set dev mcs0-2f7b8 alias mirrorctl:lab/remote addrgenmode none arp off multicast off
ip link set dev mcs0-2f7b8 up
tc qdisc add dev mcs0-2f7b8 clsact
tc chain add dev mcs0-2f7b8 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev trunk0 clsact
tc chain add dev trunk0 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d6374722272656d6f7465222c226272
tc actions add action gact continue index 1610612741 cookie 6d63747269646765223a22627230222c
tc actions add action gact continue index 1610612742 cookie 6d6374722273656c6563745f7372635f
tc actions add action gact continue index 1610612743 cookie 6d637472706f7274223a5b2274617031
tc actions add action gact continue index 1610612744 cookie 6d637472222c227472756e6b30225d2c
tc actions add action gact continue index 1610612745 cookie 6d637472226f75747075745f766c616e
tc actions add action gact continue index 1610612746 cookie 6d637472223a7b226964223a3131312c
tc actions add action gact continue index 1610612747 cookie 6d63747222706f727473223a5b227472
tc actions add action gact continue index 1610612748 cookie 6d637472756e6b30222c227472756e6b
tc actions add action gact continue index 1610612749 cookie 6d6374725b31325d222c227461703122
tc actions add action gact continue index 1610612750 cookie 6d6374725d2c226b6565705f696e6e65
tc actions add action gact continue index 1610612751 cookie 6d63747272223a747275652c22726566
tc actions add action gact continue index 1610612752 cookie 6d6374726c656374223a747275657d7d
tc actions add action gact continue index 1610612753 cookie 6d6374725d7d00000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000000571a69f76757717
tc actions add action gact pipe index 1342177286 cookie 6d63746f010000000571a69f76757717
tc actions add action gact continue index 1342177288 cookie 6d63746f000000000571a69f76757717
tc actions add action mirred egress mirror dev mcs0-2f7b8 continue index 1342177536 cookie 6d63746f000000000571a69f76757717
tc actions add action mirred egress mirror dev trunk0 pipe index 1342178304 cookie 6d63746f030000000571a69f76757717
tc actions add action mirred egress mirror dev trunk1 pipe index 1342178305 cookie 6d63746f030000000571a69f76757717
tc actions add action vlan push id 111 protocol 802.1Q continue index 1342177282 cookie 6d63746f000000000571a69f76757717
tc filter add dev mcs0-2f7b8 egress protocol all pref 1 handle 0x6d637464 bpf da bytecode '52,32 0 0 0,21 0 3 14691072,40 0 0 4,37 1 0 0,53 46 0 0,32 0 0 0,21 0 3 14691072,40 0 0 4,37 1 0 4,53 41 0 4,32 0 0 0,21 0 3 14691072,40 0 0 4,37 1 0 6,53 36 0 6,32 0 0 0,21 0 3 16780288,40 0 0 4,37 1 0 0,53 31 0 0,32 0 0 0,21 0 3 16780492,40 0 0 4,37 1 0 52423,53 26 0 52416,32 0 0 0,21 0 3 16780492,40 0 0 4,37 1 0 52429,53 21 0 52428,32 0 0 0,21 0 3 16780493,40 0 0 4,37 1 0 52685,53 16 0 52685,32 0 0 0,21 0 3 25215488,40 0 0 4,37 1 0 15,53 11 0 0,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,21 0 3 34984,40 0 0 14,84 0 0 4095,21 1 0 111,6 0 0 4294967295,6 0 0 2'
tc filter add dev mcs0-2f7b8 egress protocol all pref 2 handle 0x1 matchall action vlan index 1342177282
tc filter add dev mcs0-2f7b8 egress protocol all pref 3 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342177286 action mirred index 1342178304 action mirred index 1342178305 action gact index 1342177288
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177536
tc filter add dev trunk0 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177536
