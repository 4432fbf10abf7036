/// Why mirrorctl may refuse a scenario that Open vSwitch carries out; anything else is a fault.
public enum Refusal: String, CaseIterable, Sendable {
  /// S9: what the host receives does not show the port that it came in by.
  case hostReceivesFromBoth = "receives comes from ports whose frames are copied already and from others"
  /// S26: the same for copies that must not go back.
  case hiddenReflection = "would go back to"
  /// S10: two mirrors into one VLAN that differ in where copies may go.
  case unequalRemoteMirrors = "sends frames of the same ports into the same VLAN, but with other ports, reflect"
  /// S31: copies that come back to the sources: two mirrors into VLANs that one selected port carries.
  case cycle = "its copies come back to its sources"

  /// How many of a hundred scenarios may be refused for this reason, from whatever seed: twice as many as usual.
  public var greatestShare: Int {
    switch self {
    case .hostReceivesFromBoth: 25
    case .hiddenReflection, .unequalRemoteMirrors: 10
    case .cycle: 5
    }
  }

  public init?(_ message: String) {
    guard let reason = Self.allCases.first(where: { message.contains($0.rawValue) }) else { return nil }
    self = reason
  }
}
