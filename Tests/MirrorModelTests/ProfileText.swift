import MirrorModel
import Netlink

/// Texts of profiles on their way through the parser and the decoder.
enum ProfileText {
  /// What a text means, as the commands read it; problems of the parser count as findings.
  static func decode(_ text: String, file: String = "lab.yaml", defaultName: String = "lab") -> DecodedProfile {
    decode(Array(text.utf8), file: file, defaultName: defaultName)
  }

  static func decode(_ bytes: [UInt8], file: String = "lab.yaml", defaultName: String = "lab") -> DecodedProfile {
    do throws(Diagnostic) {
      return ProfileDecoder.decode(try YAMLParser.parse(bytes, file: file), file: file, defaultName: defaultName)
    } catch {
      return .failure(ProfileError(diagnostics: [error]))
    }
  }

  /// The findings about a text as lines; none if it is a profile.
  static func findings(_ text: String) -> [String] {
    switch decode(text) {
    case .success: []
    case .failure(let error): error.diagnostics.map(\.description)
    }
  }

  /// A profile of one mirror that is written as the given flow mapping, on its second line from column 11.
  static func mirror(_ flow: String) -> String { "version: 1\nmirrors: [\(flow)]\n" }

  /// Uses every key at least once.
  static let full = """
    version: 1
    profile: lab
    mirrors:
      - name: m0
        enabled: true
        bridge: br0
        select_all: false
        select_src_port: [tap1, "vnet*"]
        select_dst_port: tap1
        select_vlan: [10, 20-29]
        filter: "tcp port 443"
        view: switch
        output_port: [tap3, tap4]
        snaplen: 128
        sample: {one_in: 100, random: true}
        rate: {rate: 200mbit, burst: 256kb}
        normalize: false
        offload: off
        hook: tcx
        force: false
      - name: m1
        enabled: false
        output_vlan: {id: 111, ports: [p0, "p[1-3]"], keep_inner: true, reflect: true}
        normalize: true
        offload: require
        hook: clsact
        order: last
        sample: 100
        rate: 1gbit
        force: true
      - name: m2
        bridge: br0
        select_all: true
        output_tunnel:
          type: erspan
          version: 2
          remote: 10.95.30.43
          local: 10.0.2.15
          device: eth0
          session_id: 7
          direction: egress
          hardware_id: 0x3f
          ttl: 32
          dscp: 46
      - {name: m3, output_tunnel: {type: erspan, remote: "2001:db8::1", session_id: 1023, index: 1048575}}
      - {name: m4, output_tunnel: {type: gretap, remote: 10.95.30.43, key: 0x1111, tos: 4}}
      - {name: m5, output_tunnel: {type: vxlan, remote: 10.95.30.43, vni: 16777215, port: 4790}}
      - {name: m6, output_tunnel: {type: geneve, remote: 10.95.30.43, vni: 0}}
    bridges:
      - name: br1
        flood_vlans: [111, 200-202]
    """
}
