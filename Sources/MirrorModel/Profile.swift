/// A set of mirrors that are applied and removed together.
public struct Profile: Hashable, Sendable {
  /// Unique among the profiles of one network namespace.
  public var name: String
  public var mirrors: [PortMirror]
  public var bridges: [BridgeSettings]
  /// Who sees to it that the profile stays in force; a profile does not say so itself.
  public var keeper: Keeper

  public init(
    name: String, mirrors: [PortMirror] = [], bridges: [BridgeSettings] = [], keeper: Keeper = .command
  ) {
    self.name = name
    self.mirrors = mirrors
    self.bridges = bridges
    self.keeper = keeper
  }

  /// Who decides about a profile.
  public enum Keeper: Hashable, Sendable {
    /// Whoever applied it by command: it stays until a command changes it.
    case command
    /// The service: it goes with its file, which is named without the directory.
    case service(file: String)

    /// The service's file; `nil`: it is not the service that keeps it.
    public var file: String? {
      if case .service(let file) = self { file } else { nil }
    }
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
