# Mirrors with the oddities that Open vSwitch accepts: names, VLANs, outputs, ports of all types.
ovs-vsctl --db="$OVS_DB" --no-wait -- \
  add-br br0 -- add-port br0 tap1 -- add-port br0 tap2 tag=10 -- add-port br0 tap3 -- \
  add-port br0 span0 -- set interface span0 type=internal -- \
  add-bond br0 bond0 eth1 eth2 bond_mode=balance-tcp lacp=active -- \
  add-port br0 patch0 -- set interface patch0 type=patch options:peer=patch1 -- \
  add-port br0 dpdk0 -- set interface dpdk0 type=dpdk -- \
  add-port br0 'ta*p' -- \
  add-port br0 vx0 -- set interface vx0 type=vxlan options:remote_ip=10.0.0.9 options:key=9 -- \
  add-br br1 -- add-port br1 other -- set bridge br1 datapath_type=netdev fail_mode=secure -- \
  --id=@tap1 get port tap1 -- --id=@tap2 get port tap2 -- --id=@tap3 get port tap3 -- --id=@span0 get port span0 -- \
  --id=@bond0 get port bond0 -- --id=@patch0 get port patch0 -- --id=@dpdk0 get port dpdk0 -- \
  --id=@star get port 'ta*p' -- --id=@vx0 get port vx0 -- --id=@br0 get port br0 -- --id=@other get port other -- \
  --id=@a create mirror name=all-kinds output-port=@span0 snaplen=128 select-dst-port=@tap1,@span0,@br0 \
    select-src-port=@tap1,@bond0,@patch0,@dpdk0,@star,@vx0,@other -- \
  --id=@b create mirror name='"a name/with odd characters and far too long"' select-all=true output-port=@tap3 -- \
  --id=@c create mirror name='""' select-src-port=@tap1 select-vlan=0,10,20,21,22,4095 output-port=@tap3 output-vlan=5 -- \
  --id=@d create mirror name=reserved-only select-src-port=@tap1 select-vlan=4095 output-port=@tap3 -- \
  --id=@e create mirror name=no-output select-all=true -- \
  --id=@f create mirror name=nothing-selected output-port=@tap3 -- \
  --id=@g create mirror name=to-the-host select-src-port=@tap1 output-port=@br0 -- \
  --id=@h create mirror name=to-another-bridge select-src-port=@tap1 output-port=@other -- \
  --id=@i create mirror name=vlan-4095 select-all=true output-vlan=4095 -- \
  --id=@j create mirror name=to-bond select-src-port=@tap1 output-port=@bond0 -- \
  set bridge br0 mirrors=@a,@b,@c,@d,@e,@f,@g,@h,@i,@j flood_vlans=0,7,4095 -- \
  --id=@k create mirror name=to-bond select-all=true output-port=@other -- \
  set bridge br1 mirrors=@k
