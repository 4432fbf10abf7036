/// Something a kernel can do or not; found by trying it, never by its version.
public enum Feature: String, Hashable, Sendable, CaseIterable, Comparable {
  case clsact, matchall, flower, u32, bpf, ebpf, mirred, gact, vlan, police, dummy, veth, gretap, ip6gretap, erspan,
    ip6erspan, vxlan, geneve, tcx
  /// gact with a verdict for one of so many frames.
  case gactProbability = "gact-random"
  /// An Ethernet header for frames that have none.
  case ethernetHeader = "vlan-push-eth"
  case bridgeVLANFiltering = "bridge-vlan-filtering"

  /// The kernel's build option.
  public var kernelOption: String {
    switch self {
    case .clsact: "CONFIG_NET_SCH_INGRESS"
    case .matchall: "CONFIG_NET_CLS_MATCHALL"
    case .flower: "CONFIG_NET_CLS_FLOWER"
    case .u32: "CONFIG_NET_CLS_U32"
    case .bpf: "CONFIG_NET_CLS_BPF"
    case .ebpf: "CONFIG_BPF_SYSCALL"
    case .mirred: "CONFIG_NET_ACT_MIRRED"
    case .gact: "CONFIG_NET_ACT_GACT"
    case .vlan: "CONFIG_NET_ACT_VLAN"
    case .police: "CONFIG_NET_ACT_POLICE"
    case .gactProbability: "CONFIG_GACT_PROB"
    case .ethernetHeader: "CONFIG_NET_ACT_VLAN of Linux 5.11"
    case .dummy: "CONFIG_DUMMY"
    case .veth: "CONFIG_VETH"
    case .gretap, .erspan: "CONFIG_NET_IPGRE"
    case .ip6gretap, .ip6erspan: "CONFIG_IPV6_GRE"
    case .vxlan: "CONFIG_VXLAN"
    case .geneve: "CONFIG_GENEVE"
    case .bridgeVLANFiltering: "CONFIG_BRIDGE_VLAN_FILTERING"
    case .tcx: "CONFIG_NET_XGRESS and CONFIG_BPF_SYSCALL of Linux 6.6"
    }
  }

  /// What it is for, in the words of tc(8) and ip(8).
  public var summary: String {
    switch self {
    case .clsact: "qdisc clsact"
    case .matchall, .flower, .u32, .bpf: "classifier \(rawValue)"
    case .ebpf: "classifier bpf with eBPF"
    case .mirred, .gact, .vlan, .police: "action \(rawValue)"
    case .gactProbability: "action gact random"
    case .ethernetHeader: "action vlan push_eth"
    case .dummy, .veth, .gretap, .ip6gretap, .erspan, .ip6erspan, .vxlan, .geneve: "device type \(rawValue)"
    case .bridgeVLANFiltering: "VLAN filtering of bridges"
    case .tcx: "tcx programs"
    }
  }

  public static func < (left: Feature, right: Feature) -> Bool { left.rawValue < right.rawValue }
}
