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
  /// Copies that were made, delivered or not. Unlike the numbers above, which come of several counters that are read one after
  /// the other, this and its bytes never go back while the mirror's actions stay.
  public var copiedPackets: UInt64 = 0
  /// Their bytes, the Ethernet header included.
  public var copiedBytes: UInt64 = 0

  public init() {}

  /// Bytes of the Ethernet header, which the kernel does not count at an ingress hook.
  private static let headerBytes: UInt64 = 14

  /// - Parameter actions: the mirror's.
  init(_ actions: [Action], in snapshot: HostSnapshot) {
    var deliveries: [UInt64] = []
    var cut = CutCopies()
    for action in actions {
      guard case .object(let role, _) = action.cookie.content, let statistics = snapshot.statistics[action.key] else {
        continue
      }
      switch role {
      case .step, .stepWithSecondRecord: continue
      case .delivery: deliveries.append(statistics.overlimits)
      case .counterWithHeader: add(statistics, headerBytes: 0)
      case .counterWithoutHeader: add(statistics, headerBytes: Self.headerBytes)
      case .packetCounter: cut.add(delivered: statistics)
      case .loss: cut.add(lost: statistics.packets)
      case .byteCounterWithHeader: cut.bytes &+= statistics.bytes
      case .byteCounterWithoutHeader: cut.bytes &+= statistics.bytes &+ Self.headerBytes &* statistics.packets
      }
    }
    add(ActionStatistics(packets: cut.packets, bytes: cut.bytes, overlimits: cut.lost), headerBytes: 0)
    guard let everywhere = deliveries.min(), let somewhere = deliveries.max() else { return }
    txBytes = Self.share(txBytes, of: txPackets, without: everywhere)
    txPackets -= min(txPackets, everywhere)
    dropped += somewhere
  }

  /// Copies that are counted in two places: in full before they are cut, and where they leave or are lost.
  private struct CutCopies {
    var packets: UInt64 = 0
    var bytes: UInt64 = 0
    var lost: UInt64 = 0

    mutating func add(delivered statistics: ActionStatistics) {
      packets &+= statistics.packets
      lost &+= statistics.overlimits
    }

    mutating func add(lost count: UInt64) {
      packets &+= count
      lost &+= count
    }
  }

  private mutating func add(_ statistics: ActionStatistics, headerBytes: UInt64) {
    let lost = min(statistics.overlimits, statistics.packets)
    let bytes = statistics.bytes &+ headerBytes &* statistics.packets
    copiedPackets &+= statistics.packets
    copiedBytes &+= bytes
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
