#!/bin/sh
set -e
ip link add mch0 mtu 65535 type veth peer name mch0p mtu 65535
ethtool -K mch0 tx off
ip link set dev mch0 alias mirrorctl:lab/far addrgenmode none arp off multicast off
ip link set dev mch0 up
ip link set dev mch0p alias mirrorctl:lab/far addrgenmode none arp off multicast off
ip link set dev mch0p up
ip link add mct-a4bc7468 type vxlan id 5 local :: ttl 64 tos 0x0 nolearning df unset dstport 61693 noudp6zerocsumtx noudp6zerocsumrx
bridge fdb append 00:00:00:00:00:00 dev mct-a4bc7468 dst 2001:db8::43 port 4789
ip link set dev mct-a4bc7468 alias mirrorctl:tunnel addrgenmode none arp off multicast off
ip link set dev mct-a4bc7468 up
tc qdisc add dev mch0p clsact
tc chain add dev mch0p ingress chain 114702150
tc qdisc add dev mct-a4bc7468 clsact
tc chain add dev mct-a4bc7468 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d301626661
tc actions add action gact continue index 1610612737 cookie 6d63747272d601fd9c73847286c3b149
tc actions add action gact continue index 1610612738 cookie 6d6374729b2797079afe323030313a64
tc actions add action gact continue index 1610612739 cookie 6d63747262383a3a34338018766e6922
tc actions add action gact continue index 1610612740 cookie 6d6374723a357d810100000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000000ed15336624b945a
tc actions add action gact pipe index 1342177298 cookie 6d63746f060000000ed15336624b945a
tc actions add action gact drop index 1342177299 cookie 6d63746f080000000ed15336624b945a
tc actions add action mirred egress redirect dev mct-a4bc7468 index 1342181136 cookie 6d63746f020000000ed15336624b945a
tc actions add action mirred egress mirror dev mch0 continue index 1342181138 cookie 6d63746f000000000ed15336624b945a
tc filter add dev mch0p ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '49,32 0 0 4294963220,84 0 0 4278190080,21 45 0 218103808,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 35 34525,64 0 0 38,21 0 33 536939960,64 0 0 42,21 0 31 0,64 0 0 46,21 0 29 0,64 0 0 50,21 0 27 67,80 0 0 20,21 16 0 17,21 0 24 44,80 0 0 54,21 0 22 17,72 0 0 56,84 0 0 65528,21 1 0 0,5 0 0 20,64 0 0 62,84 0 0 65535,21 0 15 4789,64 0 0 70,21 0 13 134217728,64 0 0 74,84 0 0 4294967040,21 0 10 1280,5 0 0 11,64 0 0 54,84 0 0 65535,21 0 6 4789,64 0 0 62,21 0 4 134217728,64 0 0 66,84 0 0 4294967040,21 0 1 1280,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 2'
tc filter add dev mch0p ingress protocol all pref 2 handle 0x1 bpf bytecode '10,32 0 0 4294963248,21 3 0 0,128 0 0 0,37 5 0 1440,5 0 0 2,128 0 0 0,37 2 0 1444,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342181136
tc filter add dev mch0p ingress protocol all pref 3 handle 0x1 matchall action gact index 1342177298 action gact index 1342177299
directory=$(mktemp -d); echo f0VMRgIBAQAAAAAAAAAAAAEA9wABAAAAAAAAAAAAAAAAAAAAAAAAAMgAAAAAAAAAAAAAAEAAAAAAAEAABQAEALQCAAAAAAANYyEIAAAAAAC3AAAAAAAAAJUAAAAAAAAAR1BMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAcAAAAEgABAAAAAAAAAAAAIAAAAAAAAAAAdjEAbGljZW5zZQAuc3ltdGFiAC5zdHJ0YWIAbWFya19kMDAwMDAwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAGAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAQAAAABAAAAAwAAAAAAAAAAAAAAAAAAAGAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAAMAAAAAgAAAAAAAAAAAAAAAAAAAAAAAABoAAAAAAAAADAAAAAAAAAABAAAAAEAAAAIAAAAAAAAABgAAAAAAAAAFAAAAAMAAAAAAAAAAAAAAAAAAAAAAAAAmAAAAAAAAAApAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAA== | base64 -d >"$directory/mark_d000000"
tc filter add dev mct-a4bc7468 egress protocol all pref 2 handle 0x6d637464 bpf object-file "$directory/mark_d000000" section v1
rm -r "$directory"
tc filter add dev mct-a4bc7468 ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181138
