/// Frames that the two kinds of switch treat differently with or without mirrors, so that nothing is to be learned from them.
public enum FrameRestriction: CaseIterable, Sendable {
  /// Open vSwitch refuses frames on an access port that carry its VLAN's tag; Linux takes them.
  case accessPortWithOwnTag
  /// To Linux's 802.1Q bridge a service tag is payload; to Open vSwitch it is as good as any.
  case serviceTagOnVLANAwareBridge
  /// The host's own frames to control addresses: Linux sends them, Open vSwitch does so only where it forwards such frames.
  case controlFrameOfHost
  /// A frame to an address that nobody has: Open vSwitch gives it to the host as to any port, Linux does not.
  case unknownAddressWhereHostListens
  /// A frame of the host to itself does not leave the host.
  case hostToItself

  public func excludes(_ frame: ScenarioFrame, in scenario: Scenario) -> Bool {
    switch self {
    case .accessPortWithOwnTag:
      if case .access(let own) = scenario.mode(of: frame.ingress) { frame.wireVLAN == own } else { false }
    case .serviceTagOnVLANAwareBridge:
      scenario.kind == .vlanAware && frame.tags.first?.kind == .service
    case .controlFrameOfHost:
      if case .control = frame.destination {
        frame.ingress == Scenario.bridge && scenario.controlFrames == .kept
      } else {
        false
      }
    case .unknownAddressWhereHostListens:
      frame.destination.isUnknownUnicast && frame.ingress != Scenario.bridge
        && scenario.admittedVLAN(of: frame).map(scenario.mode(of: Scenario.bridge).carries) ?? false
    case .hostToItself:
      if case .station(Scenario.bridge, _) = frame.destination { frame.ingress == Scenario.bridge } else { false }
    }
  }
}
