/// A set of mirrors that are applied and removed together.
public struct Profile: Hashable, Sendable {
  /// Unique among the profiles of one network namespace.
  public var name: String
  public var mirrors: [PortMirror]
  public var bridges: [BridgeSettings]

  public init(name: String, mirrors: [PortMirror] = [], bridges: [BridgeSettings] = []) {
    self.name = name
    self.mirrors = mirrors
    self.bridges = bridges
  }
}

/// What a profile asks of a bridge (Open vSwitch's Bridge table).
public struct BridgeSettings: Hashable, Sendable {
  public var name: String
  /// VLANs whose frames are flooded and never learned, 1...4094, ascending.
  public var floodVLANs: [UInt16]

  public init(name: String, floodVLANs: [UInt16] = []) {
    self.name = name
    self.floodVLANs = floodVLANs
  }
}
