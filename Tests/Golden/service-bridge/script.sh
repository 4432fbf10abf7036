#!/bin/sh
set -e
ip link add mcs1-8a3c2 type dummy
ip link set dev mcs1-8a3c2 alias mirrorctl:lab/m0 addrgenmode none arp off multicast off
ip link set dev mcs1-8a3c2 up
ip link add mcs2-a82f9 type dummy
ip link set dev mcs2-a82f9 alias mirrorctl:lab/m1 addrgenmode none arp off multicast off
ip link set dev mcs2-a82f9 up
tc qdisc add dev mcs1-8a3c2 clsact
tc chain add dev mcs1-8a3c2 ingress chain 114702150
tc qdisc add dev mcs2-a82f9 clsact
tc chain add dev mcs2-a82f9 ingress chain 114702150
tc qdisc add dev probe clsact
tc chain add dev probe ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc qdisc add dev trunk clsact
tc chain add dev trunk ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c616298e4a8628c
tc actions add action gact continue index 1610612737 cookie 6d637472eea9d931313180a900000000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c6162d40162d701
tc actions add action gact continue index 1610616833 cookie 6d637472fcb07286c3800732847aa98f
tc actions add action gact continue index 1610616834 cookie 6d63747231313180d900000000000000
tc actions add action gact continue index 1610620928 cookie 6d63747201d5015f6c6162d40162869a
tc actions add action gact continue index 1610620929 cookie 6d637472d301fc9c7284718428a9aa32
tc actions add action gact continue index 1610620930 cookie 6d6374723030bdccacf4810a3184f500
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action gact drop index 1342177287 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action gact continue index 1342181376 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action gact pipe index 1342181382 cookie 6d63746f01000000764e9af74c33a2bc
tc actions add action gact trap index 1342181388 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action gact continue index 1342185472 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action mirred egress mirror dev probe pipe index 1342178304 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action mirred egress mirror dev trunk pipe index 1342178305 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action mirred egress mirror dev mcs1-8a3c2 continue index 1342181632 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev probe pipe index 1342182400 cookie 6d63746f03000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev trunk pipe index 1342182401 cookie 6d63746f03000000764e9af74c33a2bc
tc actions add action mirred egress redirect dev eth1 index 1342185490 cookie 6d63746f01000000764e9bf74c33a46f
tc actions add action mirred egress mirror dev mcs2-a82f9 continue index 1342185728 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action vlan pop pipe index 1342177285 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action vlan push id 111 protocol 802.1ad pipe index 1342177536 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action vlan modify id 111 protocol 802.1ad pipe index 1342177537 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action vlan push id 111 protocol 802.1ad continue index 1342181378 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action vlan modify id 111 protocol 802.1ad continue index 1342181380 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action vlan pop pipe index 1342181387 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action vlan push id 200 protocol 802.1ad continue index 1342185728 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action vlan modify id 200 protocol 802.1ad continue index 1342185729 cookie 6d63746f00000000764e9bf74c33a46f
tc filter add dev mcs1-8a3c2 egress protocol all pref 1 handle 0x6d637464 bpf da bytecode '48,32 0 0 0,37 33 0 25215488,53 0 32 14691072,21 5 0 14691072,21 12 0 16780288,21 15 0 16780492,21 20 0 16780493,21 23 0 25215488,5 0 0 26,40 0 0 4,37 1 0 0,53 35 0 0,37 1 0 4,53 33 0 4,37 1 0 6,53 31 0 6,5 0 0 18,40 0 0 4,37 1 0 0,53 27 0 0,5 0 0 14,40 0 0 4,37 1 0 52423,53 23 0 52416,37 1 0 52429,53 21 0 52428,5 0 0 8,40 0 0 4,37 1 0 52685,53 17 0 52685,5 0 0 4,40 0 0 4,37 1 0 15,53 13 0 0,5 0 0 0,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 7 34984,32 0 0 4294963244,5 0 0 3,40 0 0 12,21 0 3 34984,40 0 0 14,84 0 0 4095,21 1 0 111,6 0 0 4294967295,6 0 0 2'
tc filter add dev mcs1-8a3c2 egress protocol 802.1ad pref 2 handle 0x1 matchall action vlan index 1342181380
tc filter add dev mcs1-8a3c2 egress protocol all pref 3 handle 0x1 bpf bytecode '17,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 34984,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 34984,5 0 0 5,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342181378
tc filter add dev mcs1-8a3c2 egress protocol all pref 2000 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342181382 action mirred index 1342182401 action vlan index 1342181387 action mirred index 1342182400 action gact index 1342181388
tc filter add dev mcs1-8a3c2 egress protocol all pref 4000 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342181388
tc filter add dev mcs2-a82f9 egress protocol all pref 1 handle 0x1 bpf bytecode '17,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 34984,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 34984,5 0 0 5,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342185728
tc filter add dev mcs2-a82f9 egress protocol all pref 2 handle 0x1 bpf bytecode '16,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 5,40 0 0 12,21 2 0 33024,21 1 0 34984,5 0 0 7,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342185729
tc filter add dev mcs2-a82f9 egress protocol all pref 3 handle 0x1 matchall action mirred index 1342185490
tc filter add dev probe ingress protocol all pref 65533 handle 0x1 bpf bytecode '27,32 0 0 0,21 0 8 25215488,40 0 0 4,37 6 0 15,21 5 0 0,21 4 0 11,21 3 0 12,21 2 0 13,21 1 0 15,5 0 0 16,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 34984,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 34984,5 0 0 7,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177537 action mirred index 1342178305 action gact index 1342177287
tc filter add dev probe ingress protocol all pref 65534 handle 0x1 bpf bytecode '27,32 0 0 0,21 0 8 25215488,40 0 0 4,37 6 0 15,21 5 0 0,21 4 0 11,21 3 0 12,21 2 0 13,21 1 0 15,5 0 0 16,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 34984,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 34984,5 0 0 5,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177536 action mirred index 1342178305 action gact index 1342177287
tc filter add dev probe ingress protocol all pref 65535 handle 0x1 bpf bytecode '31,32 0 0 0,21 0 8 25215488,40 0 0 4,37 6 0 15,21 5 0 0,21 4 0 11,21 3 0 12,21 2 0 13,21 1 0 15,5 0 0 20,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 34984,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 34984,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342178305 action gact index 1342177287
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181632
tc filter add dev tap1 ingress protocol all pref 513 handle 0x1 bpf bytecode '21,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 34984,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 34984,5 0 0 9,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 5,37 3 0 200,53 1 0 200,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342185728
tc filter add dev tap2 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181632
tc filter add dev trunk ingress protocol all pref 65535 handle 0x1 bpf bytecode '31,32 0 0 0,21 0 8 25215488,40 0 0 4,37 6 0 15,21 5 0 0,21 4 0 11,21 3 0 12,21 2 0 13,21 1 0 15,5 0 0 20,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 34984,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 34984,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177285 action mirred index 1342178304 action gact index 1342177287
