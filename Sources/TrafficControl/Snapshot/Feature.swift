/// Something a kernel can do or not; found by trying it, never by its version.
public enum Feature: String, Hashable, Sendable, CaseIterable, Comparable {
  case clsact, matchall, flower, u32, bpf, mirred, gact, vlan, dummy, veth, gretap, ip6gretap
  case bridgeVLANFiltering = "bridge-vlan-filtering"

  /// The kernel's build option.
  public var kernelOption: String {
    switch self {
    case .clsact: "CONFIG_NET_SCH_INGRESS"
    case .matchall: "CONFIG_NET_CLS_MATCHALL"
    case .flower: "CONFIG_NET_CLS_FLOWER"
    case .u32: "CONFIG_NET_CLS_U32"
    case .bpf: "CONFIG_NET_CLS_BPF"
    case .mirred: "CONFIG_NET_ACT_MIRRED"
    case .gact: "CONFIG_NET_ACT_GACT"
    case .vlan: "CONFIG_NET_ACT_VLAN"
    case .dummy: "CONFIG_DUMMY"
    case .veth: "CONFIG_VETH"
    case .gretap: "CONFIG_NET_IPGRE"
    case .ip6gretap: "CONFIG_IPV6_GRE"
    case .bridgeVLANFiltering: "CONFIG_BRIDGE_VLAN_FILTERING"
    }
  }

  /// What it is for, in the words of tc(8) and ip(8).
  public var summary: String {
    switch self {
    case .clsact: "qdisc clsact"
    case .matchall, .flower, .u32, .bpf: "classifier \(rawValue)"
    case .mirred, .gact, .vlan: "action \(rawValue)"
    case .dummy, .veth, .gretap, .ip6gretap: "device type \(rawValue)"
    case .bridgeVLANFiltering: "VLAN filtering of bridges"
    }
  }

  public static func < (left: Feature, right: Feature) -> Bool { left.rawValue < right.rawValue }
}
