import MirrorModel
import TrafficControl

extension MirrorCompiler {
  /// The features that the outcome for some profiles may depend on; whether the kernel has others need not be found out.
  ///
  /// A trial takes time and may load a kernel module, so features that take a word in a profile are asked for by that word only.
  public static func features(for profiles: [Profile]) -> Set<Feature> {
    let mirrors = profiles.flatMap(\.mirrors)
    return mirrors.reduce(into: common) { features, mirror in features.formUnion(mirror.features) }
  }

  private static let common: Set<Feature> = [
    .clsact, .matchall, .flower, .u32, .bpf, .mirred, .gact, .vlan, .ethernetHeader, .dummy, .veth,
  ]
}

extension PortMirror {
  fileprivate var features: Set<Feature> {
    var features: Set<Feature> = []
    if sample != nil { features.insert(.gactProbability) }
    if rate != nil { features.insert(.police) }
    if snaplen != nil { features.insert(.ebpf) }
    if hook == .tcx { features.insert(.tcx) }
    if case .tunnel(let tunnel) = output { features.formUnion([tunnel.feature, .ebpf]) }
    return features
  }
}

extension TunnelOutput {
  /// What the kernel must have for its device.
  var feature: Feature {
    let tunnel = Tunnel(Tunnel.Header(encapsulation), remote: remote)
    return switch tunnel.header {
    case .gretap: tunnel.isV4 ? .gretap : .ip6gretap
    case .erspan: tunnel.isV4 ? .erspan : .ip6erspan
    case .vxlan: .vxlan
    case .geneve: .geneve
    }
  }
}
