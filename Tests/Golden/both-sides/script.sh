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
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d30162686f
tc actions add action gact continue index 1610612737 cookie 6d6374728220d501fe9c74ac189c7284
tc actions add action gact continue index 1610612738 cookie 6d6374728b33b8ec81023284ed000000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c6162d30162736f
tc actions add action gact continue index 1610616833 cookie 6d6374728007d501fe9c74847386c4d0
tc actions add action gact continue index 1610616834 cookie 6d6374720173901a8007328495acf681
tc actions add action gact continue index 1610616835 cookie 6d6374720c3184f70000000000000000
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
