# Ports of every VLAN mode; VLANs 1 and 2 are in use, so that frames without a tag get another one.
ovs-vsctl --db="$OVS_DB" --no-wait -- \
  add-br br0 -- set port br0 tag=1 -- add-port br0 access tag=10 -- \
  add-port br0 access0 vlan_mode=access -- add-port br0 every -- add-port br0 trunk trunks=0,2,10,20,21,22 -- \
  add-port br0 tagged trunks=10,20 -- add-port br0 trunk-tag vlan_mode=trunk tag=10 trunks=20 -- \
  add-port br0 natag vlan_mode=native-tagged tag=30 -- add-port br0 natag10 vlan_mode=native-tagged tag=30 trunks=10 -- \
  add-port br0 naunt vlan_mode=native-untagged tag=20 trunks=10,20 -- add-port br0 natag0 vlan_mode=native-tagged -- \
  add-port br0 qinq vlan_mode=dot1q-tunnel tag=40 -- add-port br0 implicit tag=10 trunks=20 -- \
  --id=@in get port access -- --id=@out get port trunk -- \
  --id=@m create mirror name=m0 select-src-port=@in output-port=@out -- set bridge br0 mirrors=@m
