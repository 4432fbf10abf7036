# Mirrors with filters, as Open vSwitch has them from 3.4 on, and settings that a profile has nothing for.
ovs-vsctl --db="$OVS_DB" --no-wait -- \
  add-br br0 -- add-port br0 tap1 -- add-port br0 tap2 tag=10 -- add-port br0 tap3 -- \
  set bridge br0 stp_enable=true other_config:forward-bpdu=true other_config:hwaddr=02:00:00:00:00:01 -- \
  set port tap1 protected=true other_config:priority-tags=always -- set port tap2 other_config:priority-tags=always -- \
  --id=@in get port tap1 -- --id=@out get port tap3 -- \
  --id=@a create mirror name=web select-src-port=@in output-port=@out -- \
  --id=@b create mirror name=ping6 select-src-port=@in output-port=@out -- \
  --id=@c create mirror name=masks select-src-port=@in output-port=@out -- \
  --id=@d create mirror name=tag select-src-port=@in output-port=@out -- \
  --id=@e create mirror name=tunnel select-src-port=@in output-port=@out -- \
  --id=@f create mirror name=port select-src-port=@in output-port=@out -- \
  --id=@g create mirror name=refused select-src-port=@in output-port=@out -- \
  --id=@h create mirror name=everything select-src-port=@in output-port=@out -- \
  set bridge br0 mirrors=@a,@b,@c,@d,@e,@f,@g,@h
filter() {
  ovsdb-client transact "$OVS_DB" '["Open_vSwitch", {"op": "update", "table": "Mirror",
    "where": [["name", "==", "'"$1"'"]], "row": {"filter": "'"$2"'"}}]'
}
filter web 'tcp,tp_dst=443'
filter ping6 'icmp6,ipv6_dst=2001:db8::/32,icmpv6_type=128'
filter masks 'dl_dst=01:00:00:00:00:00/01:00:00:00:00:00 udp, nw_src=10.0.0.9/8 udp_dst=0x1000/0xf000'
filter tag 'dl_vlan=1 arp'
filter tunnel 'tun_id=5,tcp'
filter port 'in_port=1'
filter refused 'nw_src=10.0.0.1'
