#!/bin/sh
set -e
tc qdisc add dev eth2 clsact
tc chain add dev eth2 ingress chain 114702150
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d30162736f
tc actions add action gact continue index 1610612737 cookie 6d6374728007d501fe9c74847386c4b8
tc actions add action gact continue index 1610612738 cookie 6d63747273841932b8ed8103842e9e65
tc actions add action gact continue index 1610612739 cookie 6d637472800a84fe0000000000000000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c6162d301628952
tc actions add action gact continue index 1610616833 cookie 6d637472d0016584c532b59d3130b4d6
tc actions add action gact continue index 1610616834 cookie 6d637472802686db9e4e800a84e70000
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
