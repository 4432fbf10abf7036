#!/bin/sh
set -e
tc qdisc add dev hybrid clsact
tc chain add dev hybrid ingress chain 114702150
tc actions add action gact continue index 1610612736 cookie 6d6374727b2276657273696f6e223a31
tc actions add action gact continue index 1610612737 cookie 6d6374722c2270726f66696c65223a22
tc actions add action gact continue index 1610612738 cookie 6d6374726c6162222c226d6972726f72
tc actions add action gact continue index 1610612739 cookie 6d63747273223a5b7b226e616d65223a
tc actions add action gact continue index 1610612740 cookie 6d637472226d30222c22627269646765
tc actions add action gact continue index 1610612741 cookie 6d637472223a22627230222c2273656c
tc actions add action gact continue index 1610612742 cookie 6d6374726563745f6473745f706f7274
tc actions add action gact continue index 1610612743 cookie 6d637472223a22687962726964222c22
tc actions add action gact continue index 1610612744 cookie 6d63747273656c6563745f766c616e22
tc actions add action gact continue index 1610612745 cookie 6d6374723a31302c226f75747075745f
tc actions add action gact continue index 1610612746 cookie 6d637472706f7274223a226574683022
tc actions add action gact continue index 1610612747 cookie 6d6374727d5d7d000000000000000000
tc actions add action gact continue index 1342177280 cookie 6d63746f00000000764e9af74c33a2bc
tc actions add action mirred egress mirror dev eth0 continue index 1342177297 cookie 6d63746f01000000764e9af74c33a2bc
tc filter add dev hybrid egress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' action mirred index 1342177297
