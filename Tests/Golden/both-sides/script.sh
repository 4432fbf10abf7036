#!/bin/sh
set -e
tc qdisc add dev br0 clsact
tc chain add dev br0 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc qdisc add dev tap3 clsact
tc chain add dev tap3 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d63747222686f7374222c2262726964
tc actions add action gact continue index 1610612741 cookie 6d6374726765223a22627230222c2273
tc actions add action gact continue index 1610612742 cookie 6d637472656c6563745f7372635f706f
tc actions add action gact continue index 1610612743 cookie 6d6374727274223a22627230222c2273
tc actions add action gact continue index 1610612744 cookie 6d637472656c6563745f6473745f706f
tc actions add action gact continue index 1610612745 cookie 6d6374727274223a2274617033222c22
tc actions add action gact continue index 1610612746 cookie 6d6374726f75747075745f706f727422
tc actions add action gact continue index 1610612747 cookie 6d6374723a2265746832227d5d7d0000
tc actions add action gact continue index 1610616832 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610616833 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610616834 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610616835 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610616836 cookie 6d63747222736f6d65222c2262726964
tc actions add action gact continue index 1610616837 cookie 6d6374726765223a22627230222c2273
tc actions add action gact continue index 1610616838 cookie 6d637472656c6563745f7372635f706f
tc actions add action gact continue index 1610616839 cookie 6d6374727274223a2274617031222c22
tc actions add action gact continue index 1610616840 cookie 6d63747273656c6563745f6473745f70
tc actions add action gact continue index 1610616841 cookie 6d6374726f7274223a5b227461703122
tc actions add action gact continue index 1610616842 cookie 6d6374722c2274617032225d2c226f75
tc actions add action gact continue index 1610616843 cookie 6d637472747075745f706f7274223a22
tc actions add action gact continue index 1610616844 cookie 6d63747265746831227d5d7d00000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000b07c877ad0235f7b
tc actions add action gact continue index 1342181376 cookie 6d63746f00000000fc318ac87d8b0185
tc actions add action gact continue index 1342181377 cookie 6d63746f00000000fc318ac87d8b0185
tc actions add action mirred egress mirror dev eth2 continue index 1342177297 cookie 6d63746f01000000b07c877ad0235f7b
tc actions add action mirred egress mirror dev eth1 continue index 1342181392 cookie 6d63746f02000000fc318ac87d8b0185
tc actions add action mirred egress mirror dev eth1 continue index 1342181393 cookie 6d63746f01000000fc318ac87d8b0185
tc filter add dev br0 egress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177297
tc filter add dev tap1 egress protocol all pref 513 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181393
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181392
tc filter add dev tap2 egress protocol all pref 512 handle 0x1 flower indev lo action gact index 1342181377
tc filter add dev tap2 egress protocol all pref 512 handle 0x2 flower indev tap1 action gact index 1342181377
tc filter add dev tap2 egress protocol all pref 512 handle 0x3 flower dst_mac ff:ff:ff:ff:ff:ff action gact index 1342181377
tc filter add dev tap2 egress protocol all pref 512 handle 0x4 flower action mirred index 1342181393
tc filter add dev tap3 egress protocol all pref 512 handle 0x1 flower indev tap1 action mirred index 1342177297
tc filter add dev tap3 egress protocol all pref 512 handle 0x2 flower indev tap2 action mirred index 1342177297
