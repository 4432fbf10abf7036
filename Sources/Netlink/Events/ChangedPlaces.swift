import CMnl

/// Where something has changed.
public enum ChangedPlaces: Hashable, Sendable {
  /// At interfaces of these indexes, and nowhere else: their links, qdiscs, chains, filters, VLANs and forwarding entries.
  case interfaces(Set<UInt32>)
  case everywhere

  public mutating func merge(_ other: ChangedPlaces) {
    guard case .interfaces(let indexes) = self, case .interfaces(let others) = other else {
      self = .everywhere
      return
    }
    self = .interfaces(indexes.union(others))
  }

  /// What a notification of rtnetlink(7) is about.
  init(_ message: ReceivedMessage) {
    let index: Int32? =
      switch message.type {
      case Int(RTM_NEWLINK), Int(RTM_DELLINK): message.payload.load(ifinfomsg.self)?.ifi_index
      case Int(RTM_NEWQDISC), Int(RTM_DELQDISC), Int(RTM_NEWTFILTER), Int(RTM_DELTFILTER), Int(RTM_NEWCHAIN),
        Int(RTM_DELCHAIN):
        message.payload.load(tcmsg.self)?.tcm_ifindex
      case Int(RTM_NEWNEIGH), Int(RTM_DELNEIGH): message.payload.load(ndmsg.self)?.ndm_ifindex
      default: nil
      }
    // The magic index of a shared block is negative, and its interfaces are not told.
    if let index, index > 0 { self = .interfaces([UInt32(index)]) } else { self = .everywhere }
  }
}
