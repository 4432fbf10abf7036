import CMnl

/// A netlink message that came from the kernel.
struct ReceivedMessage {
  var type: Int
  var flags: Int32
  var sequence: UInt32
  /// What follows `struct nlmsghdr`.
  var payload: ArraySlice<UInt8>

  /// Splits a datagram; one that does not consist of whole messages is malformed.
  static func split(_ datagram: ArraySlice<UInt8>) throws(MalformedMessage) -> [ReceivedMessage] {
    var messages: [ReceivedMessage] = []
    var rest = datagram
    let headerSize = MemoryLayout<nlmsghdr>.size
    while let header = rest.load(nlmsghdr.self) {
      guard header.nlmsg_len >= headerSize, header.nlmsg_len <= rest.count else {
        throw MalformedMessage("struct nlmsghdr")
      }
      let length = Int(header.nlmsg_len)
      messages.append(
        ReceivedMessage(
          type: Int(header.nlmsg_type), flags: Int32(header.nlmsg_flags), sequence: header.nlmsg_seq,
          payload: rest.prefix(length).dropFirst(headerSize)))
      rest = rest.dropFirst((length + 3) & ~3)
    }
    guard rest.isEmpty else { throw MalformedMessage("struct nlmsghdr") }
    return messages
  }
}
