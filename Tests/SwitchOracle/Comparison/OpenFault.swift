/// Faults of mirrorctl that scenarios have found and that are not mended yet. This list is there to become empty: take a case
/// out, and the suite shows the fault.
public enum OpenFault: String, CaseIterable, Sendable {
  /// S14: a tag without VLAN and priority stays on the copy of what the host sends, where the bridge is plain.
  case emptyTagOfHost
  /// S8: filters where frames leave see also what another mirror sends there, and copy it once more.
  case copyOfCopy
  /// S1: a frame with two tags in a flooded VLAN (S27) shows its inner tag where a port takes the VLAN's off.
  case innerTagInFloodedVLAN

  public func explains(_ difference: Difference, in scenario: Scenario) -> Bool {
    let frame = scenario.frames[difference.frame]
    switch self {
    case .emptyTagOfHost:
      return scenario.kind == .plain && frame.ingress == Scenario.bridge
        && difference.linux.map { $0.withoutEmptyTag(if: frame) } == difference.openVSwitch
    case .copyOfCopy:
      return difference.linux.count > difference.openVSwitch.count && scenario.hasCopiesOfCopies(at: difference.port)
    case .innerTagInFloodedVLAN:
      return frame.tags.count > 1 && scenario.admittedVLAN(of: frame).map(scenario.floodVLANs.contains) ?? false
    }
  }
}
