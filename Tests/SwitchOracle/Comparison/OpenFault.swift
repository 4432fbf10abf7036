/// Faults of mirrorctl that scenarios have found and that are not mended yet. This list is there to become empty: take a case
/// out, and the suite shows the fault.
public enum OpenFault: String, CaseIterable, Sendable {
  /// S21: what the host itself sends to groups leaves also by reserved ports. Linux's bridge looks at a port's flooding flags for
  /// frames of other ports only.
  case hostFloodsReservedPort
  /// S14: where a port takes the VLAN's tag off a frame with two tags, the inner one passes for the VLAN's.
  case innerTagTakenForVLAN
  /// S14: a tag without VLAN and priority stays on the copy of what the host sends, where the bridge is plain.
  case emptyTagOfHost
  /// S8: filters where frames leave see also what another mirror sends there, and copy it once more.
  case copyOfCopy

  public func explains(_ difference: Difference, in scenario: Scenario) -> Bool {
    let frame = scenario.frames[difference.frame]
    switch self {
    case .hostFloodsReservedPort:
      return frame.ingress == Scenario.bridge && scenario.reservedPorts.contains(difference.port)
        && difference.linux.count == difference.openVSwitch.count + 1
    case .emptyTagOfHost:
      return scenario.kind == .plain && frame.ingress == Scenario.bridge
        && difference.linux.map { $0.withoutEmptyTag(if: frame) } == difference.openVSwitch
    case .copyOfCopy:
      return difference.linux.count > difference.openVSwitch.count && scenario.hasCopiesOfCopies(at: difference.port)
    case .innerTagTakenForVLAN:
      return scenario.kind == .vlanAware && frame.tags.count > 1
        && scenario.mirrors.contains { !$0.destinations.isEmpty }
    }
  }
}
