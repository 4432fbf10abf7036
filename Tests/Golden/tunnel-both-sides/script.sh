#!/bin/sh
set -e
ip link add mcs0-4d1a6 type dummy
ip link set dev mcs0-4d1a6 alias mirrorctl:lab/far addrgenmode none arp off multicast off
ip link set dev mcs0-4d1a6 up
ip link add mct-e78810c0 mtu 65000 type gretap remote 10.95.30.43 local any nokey ttl 64 tos 0x0 nopmtudisc ignore-df
ip link set dev mct-e78810c0 alias mirrorctl:tunnel addrgenmode none arp off multicast off
ip link set dev mct-e78810c0 up
tc qdisc add dev mcs0-4d1a6 clsact
tc chain add dev mcs0-4d1a6 ingress chain 114702150
tc qdisc add dev mct-e78810c0 clsact
tc chain add dev mct-e78810c0 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev uplink clsact
tc chain add dev uplink ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d301626661
tc actions add action gact continue index 1610612737 cookie 6d63747272d601fd9c73847286c3d001
tc actions add action gact continue index 1610612738 cookie 6d63747272901a75706c696e6b8496b1
tc actions add action gact continue index 1610612739 cookie 6d6374726d9b4b9b3b9f24302e39352e
tc actions add action gact continue index 1610612740 cookie 6d63747233302e3433227d811d000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000000ed15336624b945a
tc actions add action gact continue index 1342177281 cookie 6d63746f000000000ed15336624b945a
tc actions add action mirred egress mirror dev mct-e78810c0 continue index 1342177296 cookie 6d63746f020000000ed15336624b945a
tc actions add action mirred egress mirror dev mct-e78810c0 continue index 1342177297 cookie 6d63746f010000000ed15336624b945a
tc actions add action mirred egress redirect dev mct-e78810c0 index 1342177298 cookie 6d63746f010000000ed15336624b945a
tc actions add action mirred egress mirror dev mcs0-4d1a6 continue index 1342177537 cookie 6d63746f000000000ed15336624b945a
tc filter add dev mcs0-4d1a6 egress protocol all pref 1 handle 0x6d637464 bpf da bytecode '27,32 0 0 4294963220,84 0 0 4278190080,21 23 0 218103808,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 13 2048,80 0 0 14,21 0 11 69,80 0 0 23,21 0 9 47,64 0 0 30,21 0 7 174005803,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 5,64 0 0 34,21 0 1 25944,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 2'
tc filter add dev mcs0-4d1a6 egress protocol all pref 2 handle 0x1 matchall action mirred index 1342177298
directory=$(mktemp -d); echo f0VMRgIBAQAAAAAAAAAAAAEA9wABAAAAAAAAAAAAAAAAAAAAAAAAAMgAAAAAAAAAAAAAAEAAAAAAAEAABQAEALQCAAAAAAANYyEIAAAAAAC3AAAAAAAAAJUAAAAAAAAAR1BMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAcAAAAEgABAAAAAAAAAAAAIAAAAAAAAAAAdjEAbGljZW5zZQAuc3ltdGFiAC5zdHJ0YWIAbWFya19kMDAwMDAwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAGAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAQAAAABAAAAAwAAAAAAAAAAAAAAAAAAAGAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAAMAAAAAgAAAAAAAAAAAAAAAAAAAAAAAABoAAAAAAAAADAAAAAAAAAABAAAAAEAAAAIAAAAAAAAABgAAAAAAAAAFAAAAAMAAAAAAAAAAAAAAAAAAAAAAAAAmAAAAAAAAAApAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAA== | base64 -d >"$directory/mark_d000000"
tc filter add dev mct-e78810c0 egress protocol all pref 2 handle 0x6d637464 bpf object-file "$directory/mark_d000000" section v1
rm -r "$directory"
tc filter add dev mct-e78810c0 ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev tap1 egress protocol all pref 513 handle 0x1 bpf bytecode '27,32 0 0 4294963220,84 0 0 4278190080,21 23 0 218103808,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 13 2048,80 0 0 14,21 0 11 69,80 0 0 23,21 0 9 47,64 0 0 30,21 0 7 174005803,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 5,64 0 0 34,21 0 1 25944,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177297
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '27,32 0 0 4294963220,84 0 0 4278190080,21 23 0 218103808,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 13 2048,80 0 0 14,21 0 11 69,80 0 0 23,21 0 9 47,64 0 0 30,21 0 7 174005803,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 5,64 0 0 34,21 0 1 25944,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev uplink egress protocol all pref 512 handle 0x1 flower indev lo action gact index 1342177281
tc filter add dev uplink egress protocol all pref 512 handle 0x2 flower indev tap1 action gact index 1342177281
tc filter add dev uplink egress protocol all pref 512 handle 0x3 flower dst_mac ff:ff:ff:ff:ff:ff action gact index 1342177281
tc filter add dev uplink egress protocol all pref 512 handle 0x4 flower action mirred index 1342177537
