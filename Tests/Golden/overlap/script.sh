#!/bin/sh
set -e
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc qdisc add dev trunk clsact
tc chain add dev trunk ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d63747201d5015f6c6162d3016261d6
tc actions add action gact continue index 1610612737 cookie 6d63747201fbb07186c2800732a0798d
tc actions add action gact continue index 1610612738 cookie 6d6374728e2231302d32bcf081063184
tc actions add action gact continue index 1610612739 cookie 6d637472f10000000000000000000000
tc actions add action gact continue index 1610616832 cookie 6d63747201d5015f6c6162d301628417
tc actions add action gact continue index 1610616833 cookie 6d637472d301fbb0713286f472756e6b
tc actions add action gact continue index 1610616834 cookie 6d637472a07a95b331352d33803a3430
tc actions add action gact continue index 1610616835 cookie 6d637472801bacf6810c3184f7000000
tc actions add action gact continue index 1610620928 cookie 6d63747201d5015f6c6162d3016263d6
tc actions add action gact continue index 1610620929 cookie 6d63747201fb9c71847032b8d180e632
tc actions add action gact continue index 1610620930 cookie 6d63747284d200000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000393febec8f2e8800
tc actions add action gact continue index 1342181376 cookie 6d63746f00000000393feeec8f2e8d19
tc actions add action gact continue index 1342185472 cookie 6d63746f00000000393fedec8f2e8b66
tc actions add action mirred egress mirror dev eth1 continue index 1342177296 cookie 6d63746f02000000393febec8f2e8800
tc actions add action mirred egress mirror dev eth1 continue index 1342181392 cookie 6d63746f02000000393feeec8f2e8d19
tc actions add action mirred egress mirror dev eth2 continue index 1342185488 cookie 6d63746f02000000393fedec8f2e8b66
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '21,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 9,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 5,37 3 0 20,53 1 0 10,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev tap2 ingress protocol all pref 512 handle 0x1 bpf bytecode '21,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 11,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 7,37 3 0 20,53 1 0 10,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev tap2 ingress protocol all pref 513 handle 0x1 bpf bytecode '25,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 13,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 9,37 3 0 30,53 1 0 21,5 0 0 8,5 0 0 5,37 3 0 40,53 1 0 40,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342181392
tc filter add dev tap2 ingress protocol all pref 514 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342185488
tc filter add dev trunk ingress protocol all pref 512 handle 0x1 bpf bytecode '25,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 15,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 11,37 3 0 30,53 1 0 15,5 0 0 8,5 0 0 5,37 3 0 40,53 1 0 40,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342181392
