import MirrorCompiler
import TrafficControl

/// The counters of one mirror.
public struct Counters: Hashable, Sendable {
  /// Copies that were delivered, one for each frame however many ports a VLAN output has.
  public var txPackets: UInt64 = 0
  /// Their bytes, the Ethernet header included. Where some copies were dropped, the kernel does not tell whose bytes they
  /// were; their share is then taken off in proportion.
  public var txBytes: UInt64 = 0
  /// Copies that could not be delivered.
  public var dropped: UInt64 = 0

  public init() {}

  /// Bytes of the Ethernet header, which the kernel does not count at an ingress hook.
  private static let headerBytes: UInt64 = 14

  init(slot: UInt16, in snapshot: HostSnapshot) {
    var deliveries: [UInt64] = []
    for (key, statistics) in snapshot.statistics where ActionIndex.slot(of: key.index) == slot {
      guard case .object(let role, _) = snapshot.own.actions[key]?.cookie.content else { continue }
      switch role {
      case .step: continue
      case .delivery: deliveries.append(statistics.overlimits)
      case .counterWithHeader: add(statistics, headerBytes: 0)
      case .counterWithoutHeader: add(statistics, headerBytes: Self.headerBytes)
      }
    }
    guard let everywhere = deliveries.min(), let somewhere = deliveries.max() else { return }
    txBytes = Self.share(txBytes, of: txPackets, without: everywhere)
    txPackets -= min(txPackets, everywhere)
    dropped += somewhere
  }

  private mutating func add(_ statistics: ActionStatistics, headerBytes: UInt64) {
    let lost = min(statistics.overlimits, statistics.packets)
    let bytes = statistics.bytes &+ headerBytes &* statistics.packets
    txPackets &+= statistics.packets - lost
    txBytes &+= Self.share(bytes, of: statistics.packets, without: lost)
    dropped &+= lost
  }

  private static func share(_ bytes: UInt64, of packets: UInt64, without lost: UInt64) -> UInt64 {
    guard packets > 0, lost > 0 else { return bytes }
    guard lost < packets else { return 0 }
    let (high, low) = bytes.multipliedFullWidth(by: packets - lost)
    return packets.dividingFullWidth((high, low)).quotient
  }
}
