#!/bin/sh
set -e
ip link add mcs0-8a3c2 type dummy
ip link set dev mcs0-8a3c2 alias mirrorctl:lab/remote addrgenmode none arp off multicast off
ip link set dev mcs0-8a3c2 up
ip link add mcs0-f146c type dummy
ip link set dev mcs0-f146c alias mirrorctl:lab/remote addrgenmode none arp off multicast off
ip link set dev mcs0-f146c up
tc qdisc add dev mcs0-8a3c2 clsact
tc chain add dev mcs0-8a3c2 ingress chain 114702150
tc qdisc add dev mcs0-f146c clsact
tc chain add dev mcs0-f146c ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev trunk0 clsact
tc chain add dev trunk0 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d3016292b0
tc actions add action gact continue index 1610612737 cookie 6d637472d50201b07686c7810f6e6b30
tc actions add action gact continue index 1610612738 cookie 6d6374728480a99531313180df000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000000571a69f76757717
tc actions add action gact pipe index 1342177286 cookie 6d63746f010000000571a69f76757717
tc actions add action gact trap index 1342177292 cookie 6d63746f000000000571a69f76757717
tc actions add action mirred egress mirror dev mcs0-8a3c2 continue index 1342177536 cookie 6d63746f000000000571a69f76757717
tc actions add action mirred egress mirror dev mcs0-f146c continue index 1342177538 cookie 6d63746f000000000571a69f76757717
tc actions add action mirred egress mirror dev probe pipe index 1342178304 cookie 6d63746f030000000571a69f76757717
tc actions add action mirred egress mirror dev trunk0 pipe index 1342178305 cookie 6d63746f030000000571a69f76757717
tc actions add action mirred egress mirror dev trunk1 pipe index 1342178306 cookie 6d63746f030000000571a69f76757717
tc actions add action vlan push id 111 protocol 802.1Q continue index 1342177282 cookie 6d63746f000000000571a69f76757717
tc actions add action vlan modify id 111 protocol 802.1Q continue index 1342177283 cookie 6d63746f000000000571a69f76757717
tc actions add action vlan modify id 111 protocol 802.1ad continue index 1342177284 cookie 6d63746f000000000571a69f76757717
tc actions add action vlan pop pipe index 1342177291 cookie 6d63746f000000000571a69f76757717
tc filter add dev mcs0-8a3c2 egress protocol all pref 1 handle 0x6d637464 bpf da bytecode '47,32 0 0 0,37 33 0 25215488,53 0 32 14691072,21 5 0 14691072,21 12 0 16780288,21 15 0 16780492,21 20 0 16780493,21 23 0 25215488,5 0 0 26,40 0 0 4,37 1 0 0,53 34 0 0,37 1 0 4,53 32 0 4,37 1 0 6,53 30 0 6,5 0 0 18,40 0 0 4,37 1 0 0,53 26 0 0,5 0 0 14,40 0 0 4,37 1 0 52423,53 22 0 52416,37 1 0 52429,53 20 0 52428,5 0 0 8,40 0 0 4,37 1 0 52685,53 16 0 52685,5 0 0 4,40 0 0 4,37 1 0 15,53 12 0 0,5 0 0 0,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,21 0 3 34984,40 0 0 14,84 0 0 4095,21 1 0 111,6 0 0 4294967295,6 0 0 2'
tc filter add dev mcs0-8a3c2 egress protocol 802.1Q pref 2 handle 0x1 matchall action vlan index 1342177283
tc filter add dev mcs0-8a3c2 egress protocol 802.1ad pref 3 handle 0x1 matchall action vlan index 1342177284
tc filter add dev mcs0-8a3c2 egress protocol all pref 4 handle 0x1 bpf bytecode '16,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 5,40 0 0 12,21 2 0 33024,21 1 0 34984,5 0 0 5,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177282
tc filter add dev mcs0-8a3c2 egress protocol all pref 2000 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342177286 action mirred index 1342178305 action mirred index 1342178306 action vlan index 1342177291 action mirred index 1342178304 action gact index 1342177292
tc filter add dev mcs0-8a3c2 egress protocol all pref 4000 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342177292
tc filter add dev mcs0-f146c egress protocol all pref 1 handle 0x6d637464 bpf da bytecode '47,32 0 0 0,37 33 0 25215488,53 0 32 14691072,21 5 0 14691072,21 12 0 16780288,21 15 0 16780492,21 20 0 16780493,21 23 0 25215488,5 0 0 26,40 0 0 4,37 1 0 0,53 34 0 0,37 1 0 4,53 32 0 4,37 1 0 6,53 30 0 6,5 0 0 18,40 0 0 4,37 1 0 0,53 26 0 0,5 0 0 14,40 0 0 4,37 1 0 52423,53 22 0 52416,37 1 0 52429,53 20 0 52428,5 0 0 8,40 0 0 4,37 1 0 52685,53 16 0 52685,5 0 0 4,40 0 0 4,37 1 0 15,53 12 0 0,5 0 0 0,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,21 0 3 34984,40 0 0 14,84 0 0 4095,21 1 0 111,6 0 0 4294967295,6 0 0 2'
tc filter add dev mcs0-f146c egress protocol 802.1Q pref 2 handle 0x1 matchall action vlan index 1342177283
tc filter add dev mcs0-f146c egress protocol 802.1ad pref 3 handle 0x1 matchall action vlan index 1342177284
tc filter add dev mcs0-f146c egress protocol all pref 4 handle 0x1 bpf bytecode '16,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 5,40 0 0 12,21 2 0 33024,21 1 0 34984,5 0 0 5,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177282
tc filter add dev mcs0-f146c egress protocol all pref 2000 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342177286 action mirred index 1342178306 action vlan index 1342177291 action mirred index 1342178304 action gact index 1342177292
tc filter add dev mcs0-f146c egress protocol all pref 4000 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342177292
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177536
tc filter add dev trunk0 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177538
