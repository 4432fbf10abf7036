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
  /// Nothing at all is flooded to the port, not even what the host sends, for which the kernel does not look at the flags
  /// above (br_flood, net/bridge/br_forward.c). The bridge answers neighbour requests that the port receives.
  public static let proxyARP = BridgePortFlags(rawValue: 16)

  /// What a reserved output port has: nothing is learned from it, nothing is flooded to it; what it receives is dropped before
  /// anybody could answer.
  public static let reserved = proxyARP

  /// What the kernel gives a new port.
  public static let usual: BridgePortFlags = [.learning, .unicastFlood, .multicastFlood, .broadcastFlood]
}
