/// A mirror as both switches can have it.
public struct ScenarioMirror: Hashable, Sendable {
  public enum Scope: Hashable, Sendable {
    case everyPort
    case ports(source: [String], destination: [String])
  }

  /// Whether copies may go back to where their frames came from; Open vSwitch always lets them (S26).
  public enum Reflection: Hashable, Sendable { case none, asOpenVSwitch }

  public enum Output: Hashable, Sendable {
    /// A port of the bridge, which the copies have for themselves.
    case port(String)
    case vlan(UInt16, reflection: Reflection)
  }

  public var name: String
  public var scope: Scope
  /// `select_vlan`; empty: all.
  public var vlans: [UInt16]
  public var output: Output

  public init(_ name: String, _ scope: Scope, vlans: [UInt16] = [], output: Output) {
    self.name = name
    self.scope = scope
    self.vlans = vlans
    self.output = output
  }

  /// The ports whose outgoing frames are selected.
  public var destinations: [String] {
    switch scope {
    case .everyPort: Scenario.portNames
    case .ports(_, let destination): destination
    }
  }

  /// The ports whose incoming frames are selected.
  public var sources: [String] {
    switch scope {
    case .everyPort: Scenario.portNames
    case .ports(let source, _): source
    }
  }

  public var outputVLAN: UInt16? {
    if case .vlan(let id, _) = output { id } else { nil }
  }

  /// Whether frames of a VLAN can be selected; `nil` stands for any VLAN.
  func selects(vlan: UInt16?) -> Bool { vlans.isEmpty || vlan.map(vlans.contains) ?? true }
}
