#!/bin/sh
set -e
tc qdisc add dev eth2 clsact
tc chain add dev eth2 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d63747222736f6d65222c2262726964
tc actions add action gact continue index 1610612741 cookie 6d6374726765223a22627230222c2273
tc actions add action gact continue index 1610612742 cookie 6d637472656c6563745f7372635f706f
tc actions add action gact continue index 1610612743 cookie 6d6374727274223a2274617031222c22
tc actions add action gact continue index 1610612744 cookie 6d63747273656c6563745f6473745f70
tc actions add action gact continue index 1610612745 cookie 6d6374726f7274223a2274617032222c
tc actions add action gact continue index 1610612746 cookie 6d637472226f75747075745f706f7274
tc actions add action gact continue index 1610612747 cookie 6d637472223a2265746831222c226f66
tc actions add action gact continue index 1610612748 cookie 6d637472666c6f6164223a226f666622
tc actions add action gact continue index 1610612749 cookie 6d6374727d5d7d000000000000000000
tc actions add action gact continue index 1610616832 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610616833 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610616834 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610616835 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610616836 cookie 6d63747222766c616e222c2273656c65
tc actions add action gact continue index 1610616837 cookie 6d63747263745f7372635f706f727422
tc actions add action gact continue index 1610616838 cookie 6d6374723a2265746832222c2273656c
tc actions add action gact continue index 1610616839 cookie 6d6374726563745f766c616e223a3130
tc actions add action gact continue index 1610616840 cookie 6d6374722c226f75747075745f706f72
tc actions add action gact continue index 1610616841 cookie 6d63747274223a2265746831222c226f
tc actions add action gact continue index 1610616842 cookie 6d63747266666c6f6164223a226f6666
tc actions add action gact continue index 1610616843 cookie 6d637472227d5d7d0000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000fc318ac87d8b0185
tc actions add action gact continue index 1342177281 cookie 6d63746f00000000fc318ac87d8b0185 skip_hw
tc actions add action gact continue index 1342181376 cookie 6d63746f0000000024cd66f2318a41e0
tc actions add action mirred egress mirror dev eth1 continue index 1342177296 cookie 6d63746f02000000fc318ac87d8b0185 skip_hw
tc actions add action mirred egress mirror dev eth1 continue index 1342177297 cookie 6d63746f01000000fc318ac87d8b0185 skip_hw
tc actions add action mirred egress mirror dev eth1 continue index 1342181392 cookie 6d63746f0200000024cd66f2318a41e0
tc filter add dev eth2 ingress protocol all pref 512 handle 0x1 bpf bytecode '20,32 0 0 4294963248,21 2 0 0,32 0 0 4294963244,5 0 0 5,40 0 0 12,21 2 0 33024,21 1 0 34984,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 10,53 1 0 10,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' skip_hw action mirred index 1342181392
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 matchall skip_hw action mirred index 1342177296
tc filter add dev tap2 egress protocol all pref 512 handle 0x1 flower indev lo skip_hw action gact index 1342177281
tc filter add dev tap2 egress protocol all pref 512 handle 0x2 flower indev tap1 skip_hw action gact index 1342177281
tc filter add dev tap2 egress protocol all pref 512 handle 0x3 flower skip_hw action mirred index 1342177297
