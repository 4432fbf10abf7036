import CMnl
import Glibc
import NetworkTypes
import TrafficControl

/// Finds what a kernel can do by doing it, in an empty network namespace; but what takes a module that is not loaded is left undone,
/// and taken to be there where the module is.
struct FeatureProbe {
  /// A socket of the empty namespace, whose loopback interface is number 1.
  let socket: NetlinkSocket
  let modules: KernelModules
  /// Whether tcx programs can be attached there, which only a thread in the namespace finds out.
  var takesPrograms = false
  private let table = InterfaceTable([("lo", 1)])

  /// Tries features, in the order of `Feature.allCases`; classifiers are tried on a clsact qdisc, so that comes first in any case.
  func features(among features: Set<Feature>) -> Set<Feature> {
    let wanted = features.union([.clsact])
    return Set(Feature.allCases.filter { wanted.contains($0) && (modules.answer(for: $0) ?? has($0)) })
      .intersection(features)
  }

  private func has(_ feature: Feature) -> Bool {
    switch feature {
    case .clsact: return does(QdiscRequest.add(interface: 1))
    case .matchall: return holds(.matchall, 1, handle: 1)
    case .flower: return holds(.flower(FlowerMatch(inputDevice: "lo", destination: .group)), 2, handle: 1)
    case .u32: return holds(.u32MatchAll, 3, handle: 1)
    case .bpf: return holds(.bpf(.drop), 4, handle: 1)
    case .ebpf: return cutsFrames()
    case .mirred: return holds(.mirred(Mirred(.mirror, to: "lo")))
    case .gact: return holds(.gact)
    case .vlan: return holds(.vlan(.push(id: 1, tagProtocol: .dot1Q)))
    case .police: return holds(.police(Police(rate: 1_000_000, burst: 131_072)))
    case .gactProbability: return holds(.sample(Sampling(.counted, oneIn: 2, control: .continue)), 1)
    case .ethernetHeader: return holds(.vlan(.pushEthernet(destination: MACAddress(2), source: MACAddress(4))), 1)
    case .dummy: return does { () throws(NetlinkFailure) in try LinkComposer.dummy("d", mtu: nil) }
    case .veth: return does { () throws(NetlinkFailure) in try LinkComposer.veth("v", peer: "vp", mtu: nil) }
    case .gretap: return makes(Tunnel(.gretap(key: nil), remote: Self.v4))
    case .ip6gretap: return makes(Tunnel(.gretap(key: nil), remote: Self.v6))
    case .erspan: return makes(Tunnel(.erspan(.typeII(session: 1, index: 0)), remote: Self.v4))
    case .ip6erspan: return makes(Tunnel(.erspan(.typeII(session: 1, index: 0)), remote: Self.v6))
    case .vxlan: return makes(Tunnel(.vxlan(vni: 1, port: 4789, listening: 4789), remote: Self.v4))
    case .geneve: return makes(Tunnel(.geneve(vni: 1, port: 6081), remote: Self.v4))
    case .bridgeVLANFiltering: return filtersVLANs()
    case .tcx: return takesPrograms
    }
  }

  private func holds(_ classifier: Classifier, _ preference: UInt16, handle: UInt32) -> Bool {
    let key = FilterKey(HookPoint("lo", .ingress), preference: preference, handle: handle)
    let filter = Filter(key: key, classifier: classifier, actions: [])
    return does { () throws(NetlinkFailure) in try FilterRequest.message(.add, filter, table) }
  }

  private func cutsFrames() -> Bool {
    let key = FilterKey(HookPoint("lo", .ingress), preference: 5, handle: 1)
    let edit = FrameEdit.cut(Truncation(length: 64))
    let filter = Filter(key: key, classifier: .edit(edit), actions: [])
    guard let program = try? LoadedProgram(edit) else { return false }
    return does { () throws(NetlinkFailure) in
      try FilterRequest.message(.add, filter, loaded: program, table)
    }
  }

  /// - Parameter number: tells the actions of one kind apart.
  private func holds(_ operation: Action.Operation, _ number: UInt32 = 0) -> Bool {
    let cookie = Cookie(.object(.step, owner: 0))
    let action = Action(
      index: ActionRecord.firstOwnIndex + number, cookie: cookie, operation: operation, control: .continue)
    return does { () throws(NetlinkFailure) in try ActionRequest.add([action], table) }
  }

  private static let v4 = IPAddress.v4([192, 0, 2, 1])
  private static let v6 = IPAddress.v6([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 1, count: 12))

  private func makes(_ tunnel: Tunnel) -> Bool {
    let device = Device(name: tunnel.linkKind, kind: .tunnel(tunnel), alias: "")
    return does { () throws(NetlinkFailure) in try TunnelRequest.message(.add, tunnel, of: device, table) }
  }

  /// A kernel without the option ignores the attribute in silence, so it is read back.
  private func filtersVLANs() -> Bool {
    var message = MessageBuilder(RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, header: ifinfomsg())
    message.put(IFLA_IFNAME, text: "b")
    message.nest(IFLA_LINKINFO) { information in
      information.put(IFLA_INFO_KIND, text: "bridge")
      information.nest(IFLA_INFO_DATA) { $0.put(IFLA_BR_VLAN_FILTERING, UInt8(1)) }
    }
    guard does(message), let replies = try? socket.request(LinkRequest.find("b")) else { return false }
    return replies.contains { (try? LinkRecord($0.payload))?.awareness == .aware }
  }

  private func does(_ message: MessageBuilder) -> Bool {
    (try? socket.request(message)) != nil
  }

  private func does(_ compose: () throws(NetlinkFailure) -> MessageBuilder) -> Bool {
    guard let message = try? compose() else { return false }
    return does(message)
  }
}

extension TCXHook {
  /// Whether the kernel has tcx programs, found by attaching one that does nothing to the loopback interface of the thread's namespace.
  static var isAvailable: Bool {
    // Returns TCX_NEXT.
    let code = [ExtendedInstruction(0xb7, immediate: -1), ExtendedInstruction(0x95)]
    guard let program = try? LoadedProgram(code, name: "mirrorctl", filterName: "") else { return false }
    return TCXHook(interface: 1, hook: .ingress).takes(program)
  }
}
