#!/bin/sh
set -e
ip link add mcs0-603cc type dummy
ip link set dev mcs0-603cc alias mirrorctl:lab/far addrgenmode none arp off multicast off
ip link set dev mcs0-603cc up
ip link add mct-e78810c0 mtu 65000 type gretap remote 10.95.30.43 local any nokey ttl 64 tos 0x0 nopmtudisc ignore-df
ip link set dev mct-e78810c0 alias mirrorctl:tunnel addrgenmode none arp off multicast off
ip link set dev mct-e78810c0 up
tc qdisc add dev mcs0-603cc clsact
tc chain add dev mcs0-603cc ingress chain 114702150
tc qdisc add dev mct-e78810c0 clsact
tc chain add dev mct-e78810c0 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev uplink clsact
tc chain add dev uplink ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d63747222666172222c226272696467
tc actions add action gact continue index 1610612741 cookie 6d63747265223a22627230222c227365
tc actions add action gact continue index 1610612742 cookie 6d6374726c6563745f7372635f706f72
tc actions add action gact continue index 1610612743 cookie 6d63747274223a2274617031222c2273
tc actions add action gact continue index 1610612744 cookie 6d637472656c6563745f6473745f706f
tc actions add action gact continue index 1610612745 cookie 6d6374727274223a5b2274617031222c
tc actions add action gact continue index 1610612746 cookie 6d6374722275706c696e6b225d2c226f
tc actions add action gact continue index 1610612747 cookie 6d63747275747075745f74756e6e656c
tc actions add action gact continue index 1610612748 cookie 6d637472223a7b2274797065223a2267
tc actions add action gact continue index 1610612749 cookie 6d6374727265746170222c2272656d6f
tc actions add action gact continue index 1610612750 cookie 6d6374727465223a2231302e39352e33
tc actions add action gact continue index 1610612751 cookie 6d637472302e3433227d7d5d7d000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000000ed15336624b945a
tc actions add action gact continue index 1342177281 cookie 6d63746f000000000ed15336624b945a
tc actions add action mirred egress mirror dev mct-e78810c0 continue index 1342177296 cookie 6d63746f020000000ed15336624b945a
tc actions add action mirred egress mirror dev mct-e78810c0 continue index 1342177297 cookie 6d63746f010000000ed15336624b945a
tc actions add action mirred egress redirect dev mct-e78810c0 index 1342177298 cookie 6d63746f010000000ed15336624b945a
tc actions add action mirred egress mirror dev mcs0-603cc continue index 1342177537 cookie 6d63746f000000000ed15336624b945a
tc filter add dev mcs0-603cc egress protocol all pref 1 handle 0x6d637464 bpf da bytecode '24,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 13 2048,80 0 0 14,21 0 11 69,80 0 0 23,21 0 9 47,64 0 0 30,21 0 7 174005803,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 5,64 0 0 34,21 0 1 25944,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 2'
tc filter add dev mcs0-603cc egress protocol all pref 2 handle 0x1 matchall action mirred index 1342177298
tc filter add dev mct-e78810c0 ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev tap1 egress protocol all pref 513 handle 0x1 bpf bytecode '24,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 13 2048,80 0 0 14,21 0 11 69,80 0 0 23,21 0 9 47,64 0 0 30,21 0 7 174005803,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 5,64 0 0 34,21 0 1 25944,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177297
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '24,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 13 2048,80 0 0 14,21 0 11 69,80 0 0 23,21 0 9 47,64 0 0 30,21 0 7 174005803,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 5,64 0 0 34,21 0 1 25944,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev uplink egress protocol all pref 512 handle 0x1 flower indev lo action gact index 1342177281
tc filter add dev uplink egress protocol all pref 512 handle 0x2 flower indev tap1 action gact index 1342177281
tc filter add dev uplink egress protocol all pref 512 handle 0x3 flower dst_mac ff:ff:ff:ff:ff:ff action gact index 1342177281
tc filter add dev uplink egress protocol all pref 512 handle 0x4 flower action mirred index 1342177537
