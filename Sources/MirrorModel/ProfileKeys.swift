/// The keys of a profile: one enumeration for each mapping, in the order in which they are written.

enum ProfileKey: String, CaseIterable { case version, profile, mirrors, bridges }

enum MirrorKey: String, CaseIterable {
  case name, enabled, bridge
  case selectAll = "select_all"
  case selectSourcePort = "select_src_port"
  case selectDestinationPort = "select_dst_port"
  case selectVLAN = "select_vlan"
  case filter, view
  case outputPort = "output_port"
  case outputVLAN = "output_vlan"
  case outputTunnel = "output_tunnel"
  case snaplen, sample, rate, normalize, offload, hook, order, force
}

enum VLANOutputKey: String, CaseIterable {
  case id, ports
  case keepInner = "keep_inner"
  case reflect
}

enum TunnelKey: String, CaseIterable {
  case type, remote, local, device, vrf
  case key, version
  case sessionID = "session_id"
  case index, direction
  case hardwareID = "hardware_id"
  case vni, port, ttl, tos, dscp, mark
}

enum SampleKey: String, CaseIterable {
  case oneIn = "one_in"
  case random
}

enum RateKey: String, CaseIterable { case rate, burst }

enum BridgeKey: String, CaseIterable {
  case name
  case floodVLANs = "flood_vlans"
}
