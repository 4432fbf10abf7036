# A mirror into each type of tunnel, and into some that a profile cannot say.
mirror() {
  local name=$1 type=$2
  shift 2
  local -a options=()
  for option in "$@"; do options+=("options:$option"); done
  ovs-vsctl --db="$OVS_DB" --no-wait -- add-port br0 "$name" -- set interface "$name" "type=$type" "${options[@]}" -- \
    --id=@in get port tap1 -- --id=@out get port "$name" -- \
    --id=@m create mirror "name=$name" select-src-port=@in output-port=@out -- add bridge br0 mirrors @m
}
ovs-vsctl --db="$OVS_DB" --no-wait -- add-br br0 -- add-port br0 tap1
mirror gre0 gre remote_ip=10.95.30.43 key=0x1111 local_ip=10.0.2.15 df_default=false ttl=32 tos=0x20
mirror gre1 gre remote_ip=10.95.30.44 in_key=1 out_key=2 seq=true csum=false ttl=inherit tos=inherit
mirror gre6 ip6gre 'remote_ip="2001:db8::43"' packet_type=legacy_l3
mirror erspan1 erspan remote_ip=10.95.30.43 key=7 erspan_ver=1 erspan_idx=1f
mirror erspan2 erspan remote_ip=10.95.30.43 key=2000 erspan_ver=2 erspan_dir=1 erspan_hwid=0x1f
mirror erspan6 ip6erspan 'remote_ip="2001:db8::43"' key=flow erspan_ver=flow
mirror vxlan0 vxlan remote_ip=10.95.30.43 key=5000 dst_port=8472 exts=gbp
mirror vxlan1 vxlan remote_ip=10.95.30.44 'local_ip="2001:db8::1"'
mirror geneve0 geneve remote_ip=10.95.30.43 key=6000 csum=true psk=secret
mirror flow gre remote_ip=flow key=flow
mirror group vxlan remote_ip=224.0.0.1 key=1
mirror stt0 stt remote_ip=10.95.30.43
