# A port's traffic to an analyser, without any VLANs.
ovs-vsctl --db="$OVS_DB" --no-wait -- \
  add-br br0 -- add-port br0 tap1 -- add-port br0 tap2 -- add-port br0 tap3 -- \
  --id=@in get port tap1 -- --id=@out get port tap3 -- \
  --id=@m0 create mirror name=m0 select-dst-port=@in output-port=@out -- \
  set bridge br0 mirrors=@m0
