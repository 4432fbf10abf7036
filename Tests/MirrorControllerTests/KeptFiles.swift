import MirrorController
import TestSupport

/// Files of the service, made up of mirrors that get on with each other in any choice.
enum KeptFiles {
  static let mirrors = [
    Lab.span, Lab.remote, Lab.tunnel,
    "{name: cut, bridge: br0, select_src_port: tap2, output_port: eth1, snaplen: 64}",
    "{name: web, select_src_port: eth0, output_port: eth1, filter: \"\(FakeKernel.expression)\"}",
    "{name: all, bridge: br0, select_all: true, output_port: tap3}",
    "{name: some, select_dst_port: eth0, output_tunnel: {type: vxlan, remote: 10.0.0.1, vni: 5}, sample: 10}",
    "{name: none, enabled: false, bridge: br0, select_all: true, output_port: eth1}",
    "{name: early, select_src_port: eth0, hook: tcx, output_port: eth1}",
    "{name: lost, bridge: br0, select_src_port: [tap1, tap9], output_port: eth9}",
  ]

  /// Up to three files with some of the mirrors.
  static func random(using generator: inout SeededGenerator) throws -> [KeptFile] {
    var shares: [[String]] = [[], [], []]
    for mirror in generator.subset(of: mirrors) { shares[generator.number(below: 3)].append(mirror) }
    return try zip(["a", "b", "c"], shares).filter { !$0.1.isEmpty }.map { name, share in
      var profile = try Lab.profile(name: name)
      for mirror in share { profile.mirrors += try Lab.profile(mirror).mirrors }
      return KeptFile(name: "\(name).yaml", profile: profile)
    }
  }

  /// One file with some of the mirrors.
  static func file(_ name: String, _ mirrors: [String]) throws -> KeptFile {
    var profile = try Lab.profile(name: name)
    for mirror in mirrors { profile.mirrors += try Lab.profile(mirror).mirrors }
    return KeptFile(name: "\(name).yaml", profile: profile)
  }
}
