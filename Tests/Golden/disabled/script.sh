#!/bin/sh
set -e
tc qdisc add dev tap3 clsact
tc chain add dev tap3 ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d637472226f6666222c22656e61626c
tc actions add action gact continue index 1610612741 cookie 6d6374726564223a66616c73652c2262
tc actions add action gact continue index 1610612742 cookie 6d6374727269646765223a2262723022
tc actions add action gact continue index 1610612743 cookie 6d6374722c2273656c6563745f616c6c
tc actions add action gact continue index 1610612744 cookie 6d637472223a747275652c226f757470
tc actions add action gact continue index 1610612745 cookie 6d63747275745f706f7274223a227461
tc actions add action gact continue index 1610612746 cookie 6d6374727033227d5d7d000000000000
tc actions add action gact continue index 1610616832 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610616833 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610616834 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610616835 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610616836 cookie 6d637472226f6e222c22627269646765
tc actions add action gact continue index 1610616837 cookie 6d637472223a22627230222c2273656c
tc actions add action gact continue index 1610616838 cookie 6d6374726563745f7372635f706f7274
tc actions add action gact continue index 1610616839 cookie 6d637472223a2274617033222c226f75
tc actions add action gact continue index 1610616840 cookie 6d637472747075745f706f7274223a22
tc actions add action gact continue index 1610616841 cookie 6d63747265746830227d5d7d00000000
tc actions add action gact continue index 1342177280 cookie 6d63746f000000004c574e368564dcc6
tc actions add action gact continue index 1342181376 cookie 6d63746f00000000765550f74c3943ac
tc actions add action mirred egress mirror dev eth0 continue index 1342181392 cookie 6d63746f02000000765550f74c3943ac
tc filter add dev tap3 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342181392
