/// Why mirrorctl may refuse a scenario that Open vSwitch carries out; anything else is a fault.
public enum Refusal: String, CaseIterable, Sendable {
  /// S9: a filter would have to look at both the VLAN and the ingress port.
  case vlanAndIngressPort = "would need a filter for both the VLAN and the port that a frame came in by"
  /// S9: some frames of an ingress port are copied where they enter, others not.
  case partlyCopiedWhereTheyEnter = "are copied as they enter; to tell which is not supported yet"
  /// S9: what the host receives does not show the port that it came in by.
  case hostReceivesFromBoth = "cannot be told apart there; that is not supported yet"
  /// S26: the same for copies that must not go back.
  case hiddenReflection = "would go back to"
  /// S10: two mirrors into one VLAN that differ in where copies may go.
  case unequalRemoteMirrors = "sends frames of the same ports into the same VLAN, but with other ports, reflect"
  /// S31: copies that come back to the sources.
  case cycle = "its copies come back to its sources"

  public init?(_ message: String) {
    guard let reason = Self.allCases.first(where: { message.contains($0.rawValue) }) else { return nil }
    self = reason
  }
}
