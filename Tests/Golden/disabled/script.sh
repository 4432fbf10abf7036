#!/bin/sh
set -e
tc qdisc add dev tap3 clsact
tc chain add dev tap3 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d301628208
tc actions add action gact continue index 1610612737 cookie 6d637472d002a3df020ea8dc80903384
tc actions add action gact continue index 1610612738 cookie 6d637472dd0000000000000000000000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c6162d30162802a
tc actions add action gact continue index 1610616833 cookie 6d637472d501fc9c72847133b8d288e7
tc actions add action gact continue index 1610616834 cookie 6d63747280d300000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000004c574e368564dcc6
tc actions add action gact continue index 1342181376 cookie 6d63746f00000000765550f74c3943ac
tc actions add action mirred egress mirror dev eth0 continue index 1342181392 cookie 6d63746f02000000765550f74c3943ac
tc filter add dev tap3 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181392
