/// The flags of a bridge port that decide what the bridge sends to it and learns from it (`IFLA_BRPORT_*`).
public struct BridgePortFlags: OptionSet, Hashable, Sendable {
  public var rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static let learning = BridgePortFlags(rawValue: 1)
  public static let unicastFlood = BridgePortFlags(rawValue: 2)
  public static let multicastFlood = BridgePortFlags(rawValue: 4)
  public static let broadcastFlood = BridgePortFlags(rawValue: 8)

  /// What a reserved output port has: nothing is learned from it, nothing is flooded to it.
  public static let reserved: BridgePortFlags = []
}
