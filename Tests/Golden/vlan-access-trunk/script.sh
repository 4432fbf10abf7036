#!/bin/sh
set -e
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc qdisc add dev trunk clsact
tc chain add dev trunk ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d301628242
tc actions add action gact continue index 1610612737 cookie 6d637472d501fcb07286c38007328407
tc actions add action gact continue index 1610612738 cookie 6d63747272756e6ba08291bb31302c22
tc actions add action gact continue index 1610612739 cookie 6d63747232302d3239841bacfe811431
tc actions add action gact continue index 1610612740 cookie 6d63747284ff00000000000000000000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c6162d3016280a5
tc actions add action gact continue index 1610616833 cookie 6d637472d601fda459807386c4800732
tc actions add action gact continue index 1610616834 cookie 6d637472840772756e6ba08391bc3130
tc actions add action gact continue index 1610616835 cookie 6d6374722c2232302d3239841bacff81
tc actions add action gact continue index 1610616836 cookie 6d637472153285010000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000764170f74c28d102
tc actions add action gact continue index 1342181376 cookie 6d63746f000000004c986e36859caa1b
tc actions add action mirred egress mirror dev eth1 continue index 1342177296 cookie 6d63746f02000000764170f74c28d102
tc actions add action mirred egress mirror dev eth2 continue index 1342181393 cookie 6d63746f010000004c986e36859caa1b
tc filter add dev tap1 egress protocol all pref 513 handle 0x1 bpf bytecode '22,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 2 33024,32 0 0 4294963244,5 0 0 1,5 0 0 12,84 0 0 4095,21 0 1 0,5 0 0 9,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342181393
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '25,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 13,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 9,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev tap2 ingress protocol all pref 512 handle 0x1 bpf bytecode '25,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 15,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 11,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev trunk egress protocol all pref 513 handle 0x1 bpf bytecode '22,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 2 33024,32 0 0 4294963244,5 0 0 1,5 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 11,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342181393
tc filter add dev trunk ingress protocol all pref 512 handle 0x1 bpf bytecode '25,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 15,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 11,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
