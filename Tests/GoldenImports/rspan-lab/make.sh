# VLAN 111 carries the copies from br0 to br1, where they go to an analyser.
ovs-vsctl --db="$OVS_DB" --no-wait -- \
  add-br br0 -- add-port br0 tap1 tag=10 -- add-port br0 tap2 tag=20 -- add-port br0 up0 trunks=10,20,111 -- \
  --id=@in get port tap1 -- --id=@m1 create mirror name=m1 select-src-port=@in select-dst-port=@in output-vlan=111 -- \
  set bridge br0 mirrors=@m1 flood_vlans=111
ovs-vsctl --db="$OVS_DB" --no-wait -- \
  add-br br1 -- add-port br1 up1 trunks=10,20,111 -- add-port br1 tap4 -- \
  --id=@out get port tap4 -- --id=@m2 create mirror name=m2 select-all=true select-vlan=111 output-port=@out -- \
  set bridge br1 mirrors=@m2 flood_vlans=111
