import TrafficControl

/// Finds sources that cannot carry frames as they are, or whose frames do not all pass their hooks.
struct SourceNotes {
  let topology: Topology
  /// Of so many sources that have something in common the names are told.
  private static let mostNames = 5

  init(_ topology: Topology) { self.topology = topology }

  /// One for each thing that is wrong with sources of a mirror.
  func notes(on unit: MirrorUnit) -> [String] {
    let sources = Set(unit.selected.map(\.port.name)).compactMap { topology.snapshot.interfaces[$0] }
    let receiving = Set(unit.selected.map { $0.port.point($0.side) }.filter { $0.hook == .ingress }.map(\.device))
    let flaws = sources.flatMap { source in
      let way = receiving.contains(source.name) ? wayPast(hookOf: source) : nil
      return [flaw(of: source), way].compactMap(\.self).map { ($0, source.name) }
    }
    let byFlaw = Dictionary(grouping: flaws, by: \.0)
    return byFlaw.sorted { $0.key < $1.key }.map { flaw, sources in
      let names = sources.map(\.1).sorted()
      let rest = names.count > Self.mostNames ? " and \(names.count - Self.mostNames) more" : ""
      return "source \(names.prefix(Self.mostNames).joined(separator: ", "))\(rest): \(flaw)"
    }
  }

  private func flaw(of source: Interface) -> String? {
    if !source.isUp { return "it is down" }
    if ["bond", "team"].contains(source.kind), topology.members(of: source.name).isEmpty { return "it has no members" }
    if source.kind == "vrf" { return "a VRF, whose packets do not pass its hooks: select its interfaces" }
    if !source.hasCarrier { return "it has no carrier" }
    if source.isSwitchPort, source.filterOffload == .off {
      return "a port of a switch in hardware: the host sees no frame that the hardware forwards by itself"
    }
    return nil
  }

  /// Where received frames can go without a pass of the ingress hook.
  private func wayPast(hookOf source: Interface) -> String? {
    if let program = source.xdpProgram { return "its XDP program (id \(program)) may keep frames from the mirror" }
    return source.kind == "netkit" ? "a netkit device, whose programs may send frames past its hooks" : nil
  }
}
