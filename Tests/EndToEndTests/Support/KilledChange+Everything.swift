extension KilledChange {
  /// With everything that mirrors can make and remove.
  static let ofEverything = KilledChange(
    from: profile(
      mirrors: [
        "{name: m0, bridge: br0, select_src_port: [tap1, tap2], snaplen: 100, output_port: tap3}",
        "{name: m1, bridge: br0, select_src_port: tap1, output_vlan: 111}",
        "{name: m2, select_src_port: tap1, output_tunnel: {type: gretap, key: 1, remote: 10.95.30.43}}",
      ], bridges: ["{name: br0, flood_vlans: [111]}"]),
    to: profile(
      mirrors: [
        "{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: tap3, select_vlan: 1, output_port: tap2}",
        "{name: m1, bridge: br0, select_src_port: tap1, filter: \"udp port 53\", output_vlan: {id: 112, keep_inner: true}}",
        "{name: m2, select_src_port: tap1, output_tunnel: {type: gretap, key: 2, remote: 10.95.30.43}}",
        "{name: m4, select_src_port: tap3, normalize: true, sample: 2, output_port: up0}",
        "{name: m5, select_src_port: tap3, output_tunnel: {type: erspan, version: 1, session_id: 5, remote: 10.95.30.43}}",
      ], bridges: ["{name: br0, flood_vlans: [112]}"]), requests: 10)

  /// Where it takes place.
  static func withLab(_ body: (NetworkNamespace) throws -> Void) throws {
    try withTunnelLab(hosts: 3, bridge: "vlan_filtering 1") { lab in
      try lab.sw.bridge("vlan add vid 111-112 dev tap1", "vlan add vid 111 dev tap2", "vlan add vid 112 dev tap3")
      try body(lab.sw)
    }
  }
}
