import MirrorModel
import NetworkTypes
import TrafficControl

/// `output_tunnel`: copies leave by a tunnel device that is made for them; equal tunnels are one device.
struct TunnelDevice {
  let workshop: Workshop
  let mirror: PortMirror
  let output: TunnelOutput
  /// The ports that are copied from.
  let sources: [Port]
  /// Large enough for every frame and super-frame, and below the kernel's limit for any header: the underlay fragments.
  static let mtu: UInt32 = 65000

  func assemble() throws(Finding) -> Assembly {
    let tunnel = tunnel
    try workshop.require(output.feature, for: "output_tunnel")
    try workshop.require(.bpf, for: "output_tunnel")
    var assembly = Assembly()
    if let link = output.link, workshop.snapshot.interfaces[link] == nil {
      assembly.reasons.append("\(output.vrf == nil ? "underlay" : "VRF") \(link) does not exist")
      return assembly
    }
    try checkVRF()
    guard tunnel.local != nil || !tunnel.needsLocal else {
      assembly.reasons.append("\(noRoute), and no local address is given")
      if let outage = underlayOutage { assembly.reasons.append(outage) }
      return assembly
    }
    let name = tunnel.deviceName
    assembly.state.insert(
      Device(name: name, kind: .tunnel(tunnel), mtu: tunnel.deviceMTU, alias: Device.aliasPrefix + "tunnel"))
    assembly.state.addStage(HookPoint(name, .ingress), [StageFilter(classifier: .bpf(.drop))])
    let mark = output.mark(workshop.features)
    if let mark {
      assembly.state.addStage(HookPoint(name, .egress), [StageFilter(classifier: .edit(.mark(Marking(mark))))], from: 2)
    }
    let own = TunnelGuard(header: tunnel.header, remote: output.remote, local: tunnel.local, mark: mark)
    let passesHop = tunnel.needsHop || mirror.normalization == .wireFrames
    if !passesHop { assembly.excludedTunnel = own }
    let base = Role.outputs.lowerBound
    let shaping = Shaping(workshop: workshop, mirror: mirror, role: base, passesHop: passesHop)
    var exit = Exit(
      name: "tunnel", shape: shaping.shape, view: SwitchView(workshop: workshop, mirror: mirror, output: nil))
    exit.tail = try shaping.ending(to: name, maximumLength: capacity?.maximumLength)
    if passesHop {
      exit.tail.insert(StageFilter(classifier: .bpf(FrameMatch(excludedTunnel: own).sieve ?? .drop)), at: 0)
      // Super-frames are cut up first, where not all frames fit.
      let offload = capacity?.maximumLength == nil ? mirror.hopOffload : .off
      exit = try Hop(workshop: workshop, number: 0, offload: offload, shape: shaping.shape).lead(
        to: exit, role: base, in: &assembly.state)
    } else if !shaping.isNeeded {
      exit.direct = workshop.directCopies(to: name, role: base)
    }
    assembly.exits = [exit]
    assembly.targets = [Target(destination: .tunnel(name), exit: exit.name)]
    addReport(name, to: &assembly)
    return assembly
  }

  private var tunnel: Tunnel {
    var tunnel = Tunnel(
      Tunnel.Header(output.encapsulation), remote: output.remote, local: output.local, ttl: output.ttl ?? 64,
      tos: output.tos ?? 0, underlay: output.link)
    if tunnel.local == nil, tunnel.needsLocal { tunnel.local = route?.source }
    return tunnel
  }

  private func checkVRF() throws(Finding) {
    guard let vrf = output.vrf, workshop.snapshot.interfaces[vrf]?.kind != "vrf" else { return }
    throw Finding(
      owner: workshop.owner, kind: .refused, message: "\(vrf) is not a VRF: name the interface with 'device'")
  }

  private var route: Route? { workshop.snapshot.routes[output.routeQuestion(workshop.features)] }

  private var underlay: Interface? {
    (route?.interface ?? output.device).flatMap { workshop.snapshot.interfaces[$0] }
  }

  private var noRoute: String {
    let place = output.vrf.map { " in VRF \($0)" } ?? output.device.map { " by \($0)" } ?? ""
    return "there is no route to \(output.remote)\(place)"
  }

  private var underlayOutage: String? {
    guard let underlay else { return nil }
    if !underlay.isUp { return "underlay \(underlay.name) is down" }
    return underlay.hasCarrier ? nil : "underlay \(underlay.name) has no carrier"
  }

  private var capacity: TunnelCapacity? {
    underlay.map {
      let mtus = sources.compactMap { workshop.snapshot.interfaces[$0.name]?.mtu }
      return TunnelCapacity(
        tunnel: tunnel, underlay: $0, routeMTU: route?.mtu, sourceMTU: mtus.max() ?? 1500,
        snaplen: mirror.snaplen.map { UInt32(clamping: $0) })
    }
  }

  private func addReport(_ name: String, to assembly: inout Assembly) {
    if route == nil { assembly.reasons.append(noRoute) }
    if let outage = underlayOutage { assembly.reasons.append(outage) }
    if let underlay {
      if !tunnel.needsHop, mirror.normalization == .asIs {
        let queue = FairQueue(topology: workshop.topology).note(for: underlay.name, remedy: "set 'normalize: true', or")
        assembly.noteFairQueue(queue, of: mirror)
      }
    }
    if let shortfall = capacity?.shortfall { assembly.add(notes: [shortfall], of: mirror) }
    if let fragmentation = capacity?.fragmentation { assembly.notes.append(fragmentation) }
    assembly.outputs.append(
      .init(kind: "tunnel", interface: name, isOperational: assembly.reasons.isEmpty))
  }
}

extension Tunnel {
  /// An IPv6 GRE tunnel sends nothing without a local address (ip6_tnl_xmit_ctl, net/ipv6/ip6_tunnel.c).
  fileprivate var needsLocal: Bool {
    switch header {
    case .gretap, .erspan: !isV4
    case .vxlan, .geneve: false
    }
  }

  /// Whether it uses the route that a copy brings along to tell the sender of a smaller MTU: all but GRE over IPv4 do
  /// (skb_tunnel_check_pmtu, net/ipv4/ip_tunnel_core.c; ip6_tnl_xmit, net/ipv6/ip6_tunnel.c).
  fileprivate var needsHop: Bool {
    switch header {
    case .gretap, .erspan: !isV4
    case .vxlan, .geneve: true
    }
  }

  /// ERSPAN cuts frames at the device's MTU; vxlan, geneve and ip6gretap do not look at it.
  fileprivate var deviceMTU: UInt32? {
    switch header {
    case .gretap: isV4 ? TunnelDevice.mtu : nil
    case .erspan: TunnelDevice.mtu
    case .vxlan, .geneve: nil
    }
  }

  /// A name that stands for what the kernel tells tunnels by.
  var deviceName: String {
    let identity = identity
    var words =
      "\(identity.remote?.description ?? "any") \(identity.local?.description ?? "any") "
      + "\(identity.number.map(String.init) ?? "nokey") " + (identity.underlay ?? "")
    if case .gretap = header {} else { words = "\(identity.kind) \(words) \(identity.port ?? 0)" }
    let hash = Fingerprint.of(words)
    return DeviceName.tunnel(UInt32(truncatingIfNeeded: hash ^ hash >> 32))
  }
}

extension Tunnel.Header {
  /// What a profile asks for, with its defaults.
  init(_ encapsulation: TunnelOutput.Encapsulation) {
    switch encapsulation {
    case .gretap(let key): self = .gretap(key: key)
    case .erspan(let erspan): self = .erspan(ERSPANHeader(erspan))
    case .vxlan(let vni, let port):
      let port = port ?? 4789
      self = .vxlan(vni: vni, port: port, listening: Self.listeningPort(for: port))
    case .geneve(let vni, let port): self = .geneve(vni: vni, port: port ?? 6081)
    }
  }

  /// The UDP port that a vxlan device for a destination port receives at: never that port itself, which belongs to those who
  /// receive vxlan here.
  ///
  /// Of the dynamic ports of RFC 6335 one that the kernel gives to no client by itself (`ip_local_port_range`, 32768 to 60999). Two
  /// destination ports have the same only if they differ by a multiple of 4096: else tunnels of one VNI to both are two devices.
  static func listeningPort(for port: UInt16) -> UInt16 { 61000 + port % 4096 }
}

extension ERSPANHeader {
  fileprivate init(_ erspan: ERSPAN) {
    let session = erspan.sessionID ?? 0
    switch erspan.version {
    case 0: self = .typeI
    case 1: self = .typeII(session: session, index: erspan.index ?? 0)
    default:
      self = .typeIII(
        session: session, direction: erspan.direction == .egress ? .egress : .ingress,
        hardwareID: erspan.hardwareID ?? 0)
    }
  }
}
