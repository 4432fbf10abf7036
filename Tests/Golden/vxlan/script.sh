#!/bin/sh
set -e
ip link add mch0 mtu 65535 type veth peer name mch0p mtu 65535
ip link set dev mch0 alias mirrorctl:lab/far addrgenmode none arp off multicast off
ip link set dev mch0 up
ip link set dev mch0p alias mirrorctl:lab/far addrgenmode none arp off multicast off
ip link set dev mch0p up
ip link add mct-33972a44 type vxlan id 70000 local 10.0.2.15 ttl 64 tos 0x20 nolearning df unset dstport 61694 noudpcsum
bridge fdb append 00:00:00:00:00:00 dev mct-33972a44 dst 10.95.30.43 port 4790 via eth0
ip link set dev mct-33972a44 alias mirrorctl:tunnel addrgenmode none arp off multicast off
ip link set dev mct-33972a44 up
tc qdisc add dev mch0p clsact
tc chain add dev mch0p ingress chain 114702150
tc qdisc add dev mct-33972a44 clsact
tc chain add dev mct-33972a44 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d301626661
tc actions add action gact continue index 1610612737 cookie 6d63747272d601fd9c73847286c3b149
tc actions add action gact continue index 1610612738 cookie 6d6374729b2797079efe302e39352e33
tc actions add action gact continue index 1610612739 cookie 6d637472302e3433a31e8016302e8318
tc actions add action gact continue index 1610612740 cookie 6d63747235801464657669866e952f76
tc actions add action gact continue index 1610612741 cookie 6d6374726e69223a3730800180b88875
tc actions add action gact continue index 1610612742 cookie 6d637472343739800c746f80b033327d
tc actions add action gact continue index 1610612743 cookie 6d637472813d00000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000000ed15336624b945a
tc actions add action mirred egress redirect dev mct-33972a44 index 1342181136 cookie 6d63746f020000000ed15336624b945a
tc actions add action mirred egress mirror dev mch0 continue index 1342181138 cookie 6d63746f000000000ed15336624b945a
tc filter add dev mch0p ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '35,32 0 0 4294963220,84 0 0 4278190080,21 31 0 218103808,40 0 0 12,21 3 0 33024,21 2 0 34984,1 0 0 0,5 0 0 1,1 0 0 4,72 0 0 12,21 0 21 2048,80 0 0 14,21 0 19 69,80 0 0 23,21 0 17 17,64 0 0 30,21 0 15 174005803,64 0 0 26,21 0 13 167772687,72 0 0 20,84 0 0 8191,21 1 0 0,5 0 0 11,64 0 0 34,84 0 0 65535,21 0 6 4790,64 0 0 42,21 0 4 134217728,64 0 0 46,84 0 0 4294967040,21 0 1 17920000,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 2'
tc filter add dev mch0p ingress protocol all pref 2 handle 0x1 matchall action mirred index 1342181136
directory=$(mktemp -d); echo f0VMRgIBAQAAAAAAAAAAAAEA9wABAAAAAAAAAAAAAAAAAAAAAAAAAMgAAAAAAAAAAAAAAEAAAAAAAEAABQAEALQCAAAAAAANYyEIAAAAAAC3AAAAAAAAAJUAAAAAAAAAR1BMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAcAAAAEgABAAAAAAAAAAAAIAAAAAAAAAAAdjEAbGljZW5zZQAuc3ltdGFiAC5zdHJ0YWIAbWFya19kMDAwMDAwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAEAAAAGAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAQAAAABAAAAAwAAAAAAAAAAAAAAAAAAAGAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAAMAAAAAgAAAAAAAAAAAAAAAAAAAAAAAABoAAAAAAAAADAAAAAAAAAABAAAAAEAAAAIAAAAAAAAABgAAAAAAAAAFAAAAAMAAAAAAAAAAAAAAAAAAAAAAAAAmAAAAAAAAAApAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAAAAAAAAAAA== | base64 -d >"$directory/mark_d000000"
tc filter add dev mct-33972a44 egress protocol all pref 2 handle 0x6d637464 bpf object-file "$directory/mark_d000000" section v1
rm -r "$directory"
tc filter add dev mct-33972a44 ingress protocol all pref 1 handle 0x6d637464 bpf da bytecode '1,6 0 0 2'
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181138
