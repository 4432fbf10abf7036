import TrafficControl

/// Finds sources that cannot carry frames as they are, or whose frames the host does not see.
struct SourceNotes {
  let topology: Topology
  /// Of so many sources that have something in common the names are told.
  private static let mostNames = 5

  init(_ topology: Topology) { self.topology = topology }

  /// One for each thing that is wrong with sources of a mirror.
  func notes(on unit: MirrorUnit) -> [String] {
    let sources = Set(unit.selected.map(\.port.name)).compactMap { topology.snapshot.interfaces[$0] }
    let byFlaw = Dictionary(
      grouping: sources.compactMap { source in flaw(of: source).map { ($0, source.name) } }, by: \.0)
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
}
