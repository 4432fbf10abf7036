#!/bin/sh
set -e
ip link add mcs0-e0c28 type dummy
ip link set dev mcs0-e0c28 alias mirrorctl:lab/m0 addrgenmode none arp off multicast off
ip link set dev mcs0-e0c28 up
ip link add mcs1-538da type dummy
ip link set dev mcs1-538da alias mirrorctl:lab/m1 addrgenmode none arp off multicast off
ip link set dev mcs1-538da up
tc qdisc add dev mcs0-e0c28 clsact
tc chain add dev mcs0-e0c28 ingress chain 114702150
tc qdisc add dev mcs1-538da clsact
tc chain add dev mcs1-538da ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap3 clsact
tc chain add dev tap3 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d40162d701
tc actions add action gact continue index 1610612737 cookie 6d637472fc9c72847186c2d00171901a
tc actions add action gact continue index 1610612738 cookie 6d6374728007328493acf4801633801d
tc actions add action gact continue index 1610612739 cookie 6d637472686f6f6b89d0788503000000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c6162d40162869a
tc actions add action gact continue index 1610616833 cookie 6d637472b86394c3b862b0198d903130
tc actions add action gact continue index 1610616834 cookie 6d637472b4ed80268458686f6f6b89c9
tc actions add action gact continue index 1610616835 cookie 6d6374727884fb000000000000000000
tc actions add action gact continue index 1610620928 cookie 6d63747201d5015f6c6162d4016232d1
tc actions add action gact continue index 1610620929 cookie 6d6374720163846286b3acc380d83184
tc actions add action gact continue index 1610620930 cookie 6d637472c40000000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action gact continue index 1342181376 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action gact continue index 1342185472 cookie 6d63746f00000000764e9cf74c33a622
tc actions add action gact continue index 1879048192 cookie 6d6374700f0000000000000000000007
tc actions add action mirred egress redirect dev tap3 index 1342177298 cookie 6d63746f01000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev mcs0-e0c28 continue index 1342177536 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev mcs0-e0c28 continue index 1342177537 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action mirred egress redirect dev eth1 index 1342181394 cookie 6d63746f01000000764e9bf74c33a46f
tc actions add action mirred egress mirror dev mcs1-538da continue index 1342181632 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action mirred egress mirror dev mcs1-538da continue index 1342181633 cookie 6d63746f00000000764e9bf74c33a46f
tc actions add action mirred egress mirror dev eth1 continue index 1342185488 cookie 6d63746f02000000764e9cf74c33a622
tc filter add dev mcs0-e0c28 egress protocol all pref 1 handle 0x1 matchall action mirred index 1342177298
tc filter add dev mcs1-538da egress protocol all pref 1 handle 0x1 matchall action mirred index 1342181394
bridge link set dev tap3 learning off flood off mcast_flood off bcast_flood off
ip link set dev tap3 type bridge_slave proxy_arp on fdb_flush
# attach tcx program dev eth0 egress { bytecode '20,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 5,40 0 0 12,21 2 0 33024,21 1 0 34984,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 10,53 1 0 10,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' copy to mcs1-538da }
# attach tcx program dev eth0 ingress { bytecode '20,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 5,40 0 0 12,21 2 0 33024,21 1 0 34984,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 10,53 1 0 10,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' copy to mcs1-538da }
# attach tcx program dev tap1 egress { copy to mcs0-e0c28 }
# attach tcx program dev tap1 ingress { copy to mcs0-e0c28 }
# attach tcx program dev tap2 egress { indev lo continue; indev tap1 continue; dst_mac ff:ff:ff:ff:ff:ff continue; copy to mcs0-e0c28 }
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342185488
tc filter add dev tap3 ingress protocol all pref 65535 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
