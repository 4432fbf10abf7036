#!/bin/sh
set -e
ip link add mcs2-8a3c2 type dummy
ip link set dev mcs2-8a3c2 alias mirrorctl:lab/m1 addrgenmode none arp off multicast off
ip link set dev mcs2-8a3c2 up
tc qdisc add dev mcs2-8a3c2 clsact
tc chain add dev mcs2-8a3c2 ingress chain 114702150
tc qdisc add dev br1 clsact
tc chain add dev br1 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap3 clsact
tc chain add dev tap3 ingress chain 114702150
tc qdisc add dev tap4 clsact
tc chain add dev tap4 ingress chain 114702150
tc qdisc add dev trunk0 clsact
tc chain add dev trunk0 ingress chain 114702150
tc qdisc add dev trunk1 clsact
tc chain add dev trunk1 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c616298e4a8628c
tc actions add action gact continue index 1610612737 cookie 6d637472eea9d931313180a900000000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c616298e4a86262
tc actions add action gact continue index 1610616833 cookie 6d63747272869ba9d931313180a90000
tc actions add action gact continue index 1610620928 cookie 6d63747201d5015f6c6162d40162869a
tc actions add action gact continue index 1610620929 cookie 6d637472d301fc9c7284718428a98631
tc actions add action gact continue index 1610620930 cookie 6d637472313180d00000000000000000
tc actions add action gact continue index 1610625024 cookie 6d63747201d5015f6c6162d4016232ac
tc actions add action gact continue index 1610625025 cookie 6d637472fc86a9bcfca9a33131805bac
tc actions add action gact continue index 1610625026 cookie 6d637472dd80913484de000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action gact drop index 1342177287 cookie 6d63746f00000000135bf2785ad3daca
tc actions add action gact continue index 1342181376 cookie 6d63746f00000000135bf3785ad3dc7d
tc actions add action gact drop index 1342181383 cookie 6d63746f00000000135bf3785ad3dc7d
tc actions add action gact continue index 1342185472 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action gact pipe index 1342185478 cookie 6d63746f01000000764e9bf74c33a46f
tc actions add action gact trap index 1342185484 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action gact continue index 1342189568 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action gact continue index 1879048192 cookie 6d6374700f0000000000000000000008
tc actions add action mirred egress mirror dev mcs2-8a3c2 continue index 1342185728 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action mirred egress mirror dev trunk0 pipe index 1342186496 cookie 6d63746f03000000764e9bf74c33a46f
tc actions add action mirred egress mirror dev tap4 continue index 1342189584 cookie 6d63746f02000000764e9cf74c33a622
tc actions add action mirred egress mirror dev tap4 continue index 1342189585 cookie 6d63746f01000000764e9cf74c33a622
tc actions add action vlan push id 111 protocol 802.1Q continue index 1342185474 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action vlan modify id 111 protocol 802.1Q continue index 1342185475 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action vlan modify id 111 protocol 802.1ad continue index 1342185476 cookie 6d63746f00000000764e9bf74c33a46f
tc filter add dev mcs2-8a3c2 egress protocol all pref 1 handle 0x6d637464 bpf da bytecode '47,32 0 0 0,37 33 0 25215488,53 0 32 14691072,21 5 0 14691072,21 12 0 16780288,21 15 0 16780492,21 20 0 16780493,21 23 0 25215488,5 0 0 26,40 0 0 4,37 1 0 0,53 34 0 0,37 1 0 4,53 32 0 4,37 1 0 6,53 30 0 6,5 0 0 18,40 0 0 4,37 1 0 0,53 26 0 0,5 0 0 14,40 0 0 4,37 1 0 52423,53 22 0 52416,37 1 0 52429,53 20 0 52428,5 0 0 8,40 0 0 4,37 1 0 52685,53 16 0 52685,5 0 0 4,40 0 0 4,37 1 0 15,53 12 0 0,5 0 0 0,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,21 0 3 34984,40 0 0 14,84 0 0 4095,21 1 0 111,6 0 0 4294967295,6 0 0 2'
tc filter add dev mcs2-8a3c2 egress protocol 802.1Q pref 2 handle 0x1 matchall action vlan index 1342185475
tc filter add dev mcs2-8a3c2 egress protocol 802.1ad pref 3 handle 0x1 matchall action vlan index 1342185476
tc filter add dev mcs2-8a3c2 egress protocol all pref 4 handle 0x1 bpf bytecode '16,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 5,40 0 0 12,21 2 0 33024,21 1 0 34984,5 0 0 5,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342185474
tc filter add dev mcs2-8a3c2 egress protocol all pref 2000 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342185478 action mirred index 1342186496 action gact index 1342185484
tc filter add dev mcs2-8a3c2 egress protocol all pref 4000 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action gact index 1342185484
bridge link set dev tap4 learning off flood off mcast_flood off bcast_flood off
ip link set dev tap4 type bridge_slave proxy_arp on fdb_flush
tc filter add dev br1 egress protocol all pref 512 handle 0x1 bpf bytecode '21,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342189585
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342185728
tc filter add dev tap3 ingress protocol all pref 512 handle 0x1 bpf bytecode '21,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342189584
tc filter add dev tap4 ingress protocol all pref 65535 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev trunk0 ingress protocol all pref 65535 handle 0x1 bpf bytecode '26,32 0 0 0,21 0 3 25215488,40 0 0 4,37 1 0 15,5 0 0 20,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action gact index 1342177287
tc filter add dev trunk1 ingress protocol all pref 512 handle 0x1 bpf bytecode '21,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342189584
tc filter add dev trunk1 ingress protocol all pref 65535 handle 0x1 bpf bytecode '26,32 0 0 0,21 0 3 25215488,40 0 0 4,37 1 0 15,5 0 0 20,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action gact index 1342181383
