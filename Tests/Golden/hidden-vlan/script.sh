#!/bin/sh
set -e
tc qdisc add dev hybrid clsact
tc chain add dev hybrid ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d40162d701
tc actions add action gact continue index 1610612737 cookie 6d637472fc9c582268798423b5ac3130
tc actions add action gact continue index 1610612738 cookie 6d637472b4e588fa80e6000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev eth0 continue index 1342177297 cookie 6d63746f01000000764e9af74c33a2bc
tc filter add dev hybrid egress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177297
