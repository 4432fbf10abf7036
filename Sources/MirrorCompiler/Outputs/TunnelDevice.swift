import MirrorModel
import NetworkTypes
import TrafficControl

/// `output_tunnel`: copies leave by a tunnel device that is made for them; equal tunnels are one device.
struct TunnelDevice {
  let workshop: Workshop
  let mirror: PortMirror
  let output: TunnelOutput
  /// Large enough for every frame and super-frame, and below the kernel's limit for any header: the underlay fragments.
  static let mtu: UInt32 = 65000

  func assemble() throws(Finding) -> Assembly {
    guard case .gretap(let key) = output.encapsulation else {
      throw Finding(owner: workshop.owner, kind: .unsupportedYet, message: "this tunnel type is not supported yet")
    }
    let isV4 = if case .v4 = output.remote { true } else { false }
    try workshop.require(isV4 ? .gretap : .ip6gretap, for: "output_tunnel")
    try workshop.require(.bpf, for: "output_tunnel")
    var assembly = Assembly()
    if let device = output.device, workshop.snapshot.interfaces[device] == nil {
      assembly.reasons.append("underlay \(device) does not exist")
      return assembly
    }
    // An IPv6 tunnel sends nothing without a local address (ip6_tnl_xmit_ctl, net/ipv6/ip6_tunnel.c).
    let local = output.local ?? (isV4 ? nil : workshop.snapshot.routes[output.remote]?.source)
    guard isV4 || local != nil else {
      assembly.reasons.append("there is no route to \(output.remote), and no local address is given")
      return assembly
    }
    let tunnel = GRETunnel(
      remote: output.remote, local: local, key: key, ttl: output.ttl ?? 64, tos: output.tos ?? 0,
      underlay: output.device)
    let name = deviceName(tunnel)
    assembly.state.insert(
      Device(name: name, kind: .gretap(tunnel), mtu: isV4 ? Self.mtu : nil, alias: Device.aliasPrefix + "tunnel"))
    assembly.state.addStage(HookPoint(name, .ingress), [StageFilter(classifier: .bpf(.drop))])
    let own = TunnelGuard(remote: output.remote, local: local, key: key)
    let entry = isV4 ? name : try addHop(to: name, passing: own, assembly: &assembly)
    if isV4 { assembly.excludedTunnel = own }
    assembly.exits = [exit(by: entry, isTunnel: isV4)]
    assembly.targets = [Target(destination: .tunnel(name), exit: "tunnel")]
    addReport(name, isV4: isV4, to: &assembly)
    return assembly
  }

  private func exit(by entry: String, isTunnel: Bool) -> Exit {
    var exit = Exit(name: "tunnel", view: SwitchView(workshop: workshop, mirror: mirror, output: nil))
    let base = Role.outputs.lowerBound
    for (hook, offset) in [(Hook.ingress, UInt32(0)), (.egress, 1)] {
      let counts: Cookie.Role =
        !isTunnel ? .step : hook == .ingress ? .counterWithoutHeader : .counterWithHeader
      exit.direct[hook] = workshop.action(
        base + offset, .mirred(Mirred(.mirror, to: entry)), .continue, counts: counts)
    }
    let delivery = workshop.action(
      base + 3, .mirred(Mirred(.redirect, to: entry)), .stolen, counts: isTunnel ? .counterWithHeader : .step)
    exit.tail = [StageFilter(classifier: .matchall, actions: [delivery])]
    return exit
  }

  /// `mct-` and eight digits that stand for what the kernel tells tunnels by.
  private func deviceName(_ tunnel: GRETunnel) -> String {
    let identity =
      "\(tunnel.remote) \(tunnel.local?.description ?? "any") \(tunnel.key.map(String.init) ?? "nokey") "
      + (tunnel.underlay ?? "")
    let hash = Fingerprint.of(identity)
    let digits = String(UInt32(truncatingIfNeeded: hash ^ hash >> 32), radix: 16)
    return "mct-" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  private func addHop(
    to tunnel: String, passing own: TunnelGuard, assembly: inout Assembly
  ) throws(Finding) -> String {
    try workshop.require(.veth, for: "output_tunnel")
    let name = workshop.deviceName("h")
    let peer = name + "p"
    assembly.state.insert(Device(name: name, kind: .veth(peer: peer), mtu: 65535, alias: workshop.alias))
    let deliver = workshop.action(
      Role.outputs.lowerBound + 2, .mirred(Mirred(.redirect, to: tunnel)), .stolen, counts: .counterWithoutHeader)
    let originals = FrameMatch(excludedTunnel: own).program ?? .matchAll
    assembly.state.addStage(
      HookPoint(peer, .ingress),
      [StageFilter(classifier: .bpf(originals), actions: [deliver]), StageFilter(classifier: .bpf(.drop))])
    return name
  }

  private func addReport(_ name: String, isV4: Bool, to assembly: inout Assembly) {
    let route = workshop.snapshot.routes[output.remote]
    if route == nil { assembly.reasons.append("there is no route to \(output.remote)") }
    let underlay = (output.device ?? route?.interface).flatMap { workshop.snapshot.interfaces[$0] }
    if let underlay, !underlay.isUp { assembly.reasons.append("underlay \(underlay.name) is down") }
    if !isV4, let underlay {
      assembly.warnings.append(
        "mirror \(mirror.name): an IPv6 tunnel does not fragment; \(underlay.name) (MTU \(underlay.mtu)) carries copies of "
          + "frames up to \(Int(underlay.mtu) - Self.ipv6Overhead(output)) bytes of payload; a frame of 1500 needs an MTU of "
          + "\(1500 + Self.ipv6Overhead(output))")
    }
    assembly.outputs.append(
      .init(kind: "tunnel", interface: name, isOperational: assembly.reasons.isEmpty))
  }

  /// IPv6 header, GRE header with or without key, inner Ethernet header.
  private static func ipv6Overhead(_ output: TunnelOutput) -> Int {
    if case .gretap(.some) = output.encapsulation { 40 + 8 + 14 } else { 40 + 4 + 14 }
  }
}
