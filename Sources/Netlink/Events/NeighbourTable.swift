import CMnl

/// Whether what is told of neighbours is news: the kernel tells each time that it has asked one whether it is still there.
///
/// For us only the link-layer address counts, or that there is none. What was told once and is told again is no news.
struct NeighbourTable {
  /// Neighbours that are remembered; when there are more, all are forgotten, and are news again.
  static let limit = 4096

  /// Family, interface and address → the link-layer address; empty: it has none.
  private var known: [[UInt8]: [UInt8]] = [:]

  /// Takes in `RTM_NEWNEIGH` or `RTM_DELNEIGH`.
  ///
  /// - Returns: whether it tells anything that was not known.
  mutating func note(_ message: ReceivedMessage) throws(MalformedMessage) -> Bool {
    let header = try message.payload.header(ndmsg.self)
    let attributes = try Attributes(message.payload.dropping(ndmsg.self))
    // A state of its own tells "resolved, on a link without addresses" from "unresolved".
    let isResolved = message.type == Int(RTM_NEWNEIGH) && Int32(header.ndm_state) & Self.resolved != 0
    let value = isResolved ? [1] + (attributes[NDA_LLADDR].map(Array.init) ?? []) : []
    let interface = unsafe withUnsafeBytes(of: header.ndm_ifindex) { unsafe Array($0) }
    let proxy = header.ndm_flags & UInt8(NTF_PROXY)
    let key = [header.ndm_family, proxy] + interface + (attributes[NDA_DST].map(Array.init) ?? [])
    guard known[key] != value else { return false }
    if known.count >= Self.limit { known = [:] }
    known[key] = value
    return true
  }

  private static let resolved =
    NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_NOARP | NUD_PERMANENT
}
