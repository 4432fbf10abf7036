#!/bin/sh
set -e
ip link add mcs0-2dfc type dummy
ip link set dev mcs0-2dfc alias mirrorctl:lab/m2 addrgenmode none arp off multicast off
ip link set dev mcs0-2dfc up
ip link add mcs0-aef92 type dummy
ip link set dev mcs0-aef92 alias mirrorctl:lab/m2 addrgenmode none arp off multicast off
ip link set dev mcs0-aef92 up
tc qdisc add dev mcs0-2dfc clsact
tc chain add dev mcs0-2dfc ingress chain 114702150
tc qdisc add dev mcs0-aef92 clsact
tc chain add dev mcs0-aef92 ingress chain 114702150
tc qdisc add dev tap4 clsact
tc chain add dev tap4 ingress chain 114702150
tc qdisc add dev trunk clsact
tc chain add dev trunk ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d4016232ac
tc actions add action gact continue index 1610612737 cookie 6d637472fc86a9bcfca9a33131805bb5
tc actions add action gact continue index 1610612738 cookie 6d637472c5aced80a13484ee00000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action gact continue index 1879048192 cookie 6d6374700f0000000000000000000004
tc actions add action mirred egress redirect dev tap4 index 1342177298 cookie 6d63746f01000000764e9cf74c33a622
tc actions add action mirred egress mirror dev mcs0-2dfc continue index 1342177536 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action mirred egress mirror dev mcs0-aef92 continue index 1342177539 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action vlan pop continue index 1342177285 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action vlan push id 1 protocol 802.1Q continue index 1342177536 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action vlan modify id 1 protocol 802.1Q continue index 1342177537 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action vlan push id 1 protocol 802.1Q continue index 1342177538 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action vlan modify id 1 protocol 802.1Q continue index 1342177539 cookie 6d63746f00000000764e9cf74c33a622
tc filter add dev mcs0-2dfc egress protocol all pref 1 handle 0x1 bpf bytecode '17,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 5,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177536
tc filter add dev mcs0-2dfc egress protocol all pref 2 handle 0x1 bpf bytecode '16,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 5,40 0 0 12,21 2 0 33024,21 1 0 34984,5 0 0 7,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177537
tc filter add dev mcs0-2dfc egress protocol all pref 3 handle 0x1 bpf bytecode '17,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 7,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 0,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177285
tc filter add dev mcs0-2dfc egress protocol all pref 4 handle 0x1 matchall action mirred index 1342177298
tc filter add dev mcs0-aef92 egress protocol all pref 1 handle 0x1 bpf bytecode '14,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 2 33024,32 0 0 4294963244,5 0 0 1,5 0 0 4,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177538
tc filter add dev mcs0-aef92 egress protocol all pref 2 handle 0x1 bpf bytecode '12,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 1,5 0 0 6,84 0 0 4095,21 0 1 0,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177539
tc filter add dev mcs0-aef92 egress protocol all pref 3 handle 0x1 bpf bytecode '17,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 7,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 3,5 0 0 0,5 0 0 0,6 0 0 4294967295,6 0 0 0' action vlan index 1342177285
tc filter add dev mcs0-aef92 egress protocol all pref 4 handle 0x1 matchall action mirred index 1342177298
bridge link set dev tap4 learning off flood off mcast_flood off bcast_flood off
ip link set dev tap4 type bridge_slave proxy_arp on fdb_flush
tc filter add dev tap4 ingress protocol all pref 65535 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev trunk egress protocol all pref 513 handle 0x1 bpf bytecode '18,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 2 33024,32 0 0 4294963244,5 0 0 1,5 0 0 10,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177539
tc filter add dev trunk ingress protocol all pref 512 handle 0x1 bpf bytecode '21,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 111,53 1 0 111,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177536
