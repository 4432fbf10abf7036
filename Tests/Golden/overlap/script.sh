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
tc actions add action gact continue index 1610612740 cookie 6d6374722261222c2262726964676522
tc actions add action gact continue index 1610612741 cookie 6d6374723a22627230222c2273656c65
tc actions add action gact continue index 1610612742 cookie 6d63747263745f7372635f706f727422
tc actions add action gact continue index 1610612743 cookie 6d6374723a5b2274617031222c227461
tc actions add action gact continue index 1610612744 cookie 6d6374727032225d2c2273656c656374
tc actions add action gact continue index 1610612745 cookie 6d6374725f766c616e223a2231302d32
tc actions add action gact continue index 1610612746 cookie 6d63747230222c226f75747075745f70
tc actions add action gact continue index 1610612747 cookie 6d6374726f7274223a2265746831227d
tc actions add action gact continue index 1610612748 cookie 6d6374725d7d00000000000000000000
tc actions add action gact continue index 1610616832 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610616833 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610616834 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610616835 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610616836 cookie 6d6374722262222c2262726964676522
tc actions add action gact continue index 1610616837 cookie 6d6374723a22627230222c2273656c65
tc actions add action gact continue index 1610616838 cookie 6d63747263745f7372635f706f727422
tc actions add action gact continue index 1610616839 cookie 6d6374723a5b2274617032222c227472
tc actions add action gact continue index 1610616840 cookie 6d637472756e6b225d2c2273656c6563
tc actions add action gact continue index 1610616841 cookie 6d637472745f766c616e223a5b223135
tc actions add action gact continue index 1610616842 cookie 6d6374722d3330222c34305d2c226f75
tc actions add action gact continue index 1610616843 cookie 6d637472747075745f706f7274223a22
tc actions add action gact continue index 1610616844 cookie 6d63747265746831227d5d7d00000000
tc actions add action gact continue index 1610620928 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610620929 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610620930 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610620931 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610620932 cookie 6d6374722263222c2262726964676522
tc actions add action gact continue index 1610620933 cookie 6d6374723a22627230222c2273656c65
tc actions add action gact continue index 1610620934 cookie 6d63747263745f7372635f706f727422
tc actions add action gact continue index 1610620935 cookie 6d6374723a2274617032222c226f7574
tc actions add action gact continue index 1610620936 cookie 6d6374727075745f706f7274223a2265
tc actions add action gact continue index 1610620937 cookie 6d637472746832227d5d7d0000000000
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
