#!/bin/sh
set -e
ip link add mcs0-e0c28 type dummy
ip link set dev mcs0-e0c28 alias mirrorctl:lab/m0 addrgenmode none arp off multicast off
ip link set dev mcs0-e0c28 up
tc qdisc add dev mcs0-e0c28 clsact
tc chain add dev mcs0-e0c28 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d40162d701
tc actions add action gact continue index 1610612737 cookie 6d637472fc9c72847186c2d00171901a
tc actions add action gact continue index 1610612738 cookie 6d6374728007328493acf480163384f5
tc actions add action gact continue index 1610612739 cookie 6d637472000000000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action gact continue index 1879048192 cookie 6d6374700f0000000000000000000005
tc actions add action mirred egress mirror dev tap3 continue index 1342177296 cookie 6d63746f02000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev tap3 continue index 1342177297 cookie 6d63746f01000000764e9af74c33a2bc
tc actions add action mirred egress redirect dev tap3 index 1342177298 cookie 6d63746f01000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev mcs0-e0c28 continue index 1342177537 cookie 6d63746f00000000764e9af74c33a2bc
tc filter add dev mcs0-e0c28 egress protocol all pref 1 handle 0x1 matchall action mirred index 1342177298
bridge link set dev tap3 learning off flood off mcast_flood off bcast_flood off
ip link set dev tap3 type bridge_slave proxy_arp on fdb_flush
# attach tcx program dev tap2 egress { indev lo continue; indev tap1 continue; dst_mac ff:ff:ff:ff:ff:ff continue; copy to mcs0-e0c28 }
tc filter add dev tap1 egress protocol all pref 511 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177297
tc filter add dev tap1 ingress protocol all pref 9 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177296
tc filter add dev tap3 ingress protocol all pref 65534 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
