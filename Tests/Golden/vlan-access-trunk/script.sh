#!/bin/sh
set -e
tc qdisc add dev tap1 clsact
tc chain add dev tap1 ingress chain 114702150
tc qdisc add dev tap2 clsact
tc chain add dev tap2 ingress chain 114702150
tc qdisc add dev trunk clsact
tc chain add dev trunk ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d63747222696e222c22627269646765
tc actions add action gact continue index 1610612741 cookie 6d637472223a22627230222c2273656c
tc actions add action gact continue index 1610612742 cookie 6d6374726563745f7372635f706f7274
tc actions add action gact continue index 1610612743 cookie 6d637472223a5b2274617031222c2274
tc actions add action gact continue index 1610612744 cookie 6d637472617032222c227472756e6b22
tc actions add action gact continue index 1610612745 cookie 6d6374725d2c2273656c6563745f766c
tc actions add action gact continue index 1610612746 cookie 6d637472616e223a5b31302c2232302d
tc actions add action gact continue index 1610612747 cookie 6d6374723239225d2c226f7574707574
tc actions add action gact continue index 1610612748 cookie 6d6374725f706f7274223a2265746831
tc actions add action gact continue index 1610612749 cookie 6d637472227d5d7d0000000000000000
tc actions add action gact continue index 1610616832 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610616833 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610616834 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610616835 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610616836 cookie 6d637472226f7574222c226272696467
tc actions add action gact continue index 1610616837 cookie 6d63747265223a22627230222c227365
tc actions add action gact continue index 1610616838 cookie 6d6374726c6563745f6473745f706f72
tc actions add action gact continue index 1610616839 cookie 6d63747274223a5b2274617031222c22
tc actions add action gact continue index 1610616840 cookie 6d63747274617032222c227472756e6b
tc actions add action gact continue index 1610616841 cookie 6d637472225d2c2273656c6563745f76
tc actions add action gact continue index 1610616842 cookie 6d6374726c616e223a5b31302c223230
tc actions add action gact continue index 1610616843 cookie 6d6374722d3239225d2c226f75747075
tc actions add action gact continue index 1610616844 cookie 6d637472745f706f7274223a22657468
tc actions add action gact continue index 1610616845 cookie 6d63747232227d5d7d00000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000764170f74c28d102
tc actions add action gact continue index 1342181376 cookie 6d63746f000000004c986e36859caa1b
tc actions add action mirred egress mirror dev eth1 continue index 1342177296 cookie 6d63746f02000000764170f74c28d102
tc actions add action mirred egress mirror dev eth2 continue index 1342181393 cookie 6d63746f010000004c986e36859caa1b
tc filter add dev tap1 egress protocol all pref 513 handle 0x1 bpf bytecode '22,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 2 33024,32 0 0 4294963244,5 0 0 1,5 0 0 12,84 0 0 4095,21 0 1 0,5 0 0 9,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342181393
tc filter add dev tap1 ingress protocol all pref 512 handle 0x1 bpf bytecode '25,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 13,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 9,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev tap2 ingress protocol all pref 512 handle 0x1 bpf bytecode '25,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 15,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 11,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
tc filter add dev trunk egress protocol all pref 513 handle 0x1 bpf bytecode '22,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 2 33024,32 0 0 4294963244,5 0 0 1,5 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 11,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342181393
tc filter add dev trunk ingress protocol all pref 512 handle 0x1 bpf bytecode '25,32 0 0 4294963248,21 4 0 0,32 0 0 4294963260,21 0 4 33024,32 0 0 4294963244,5 0 0 4,40 0 0 12,21 1 0 33024,5 0 0 15,40 0 0 14,84 0 0 4095,21 0 1 0,5 0 0 11,37 3 0 10,53 1 0 10,5 0 0 8,5 0 0 5,37 3 0 29,53 1 0 20,5 0 0 4,5 0 0 1,5 0 0 2,5 0 0 0,6 0 0 4294967295,6 0 0 0' action mirred index 1342177296
