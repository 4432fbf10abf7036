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
    let headerSize = MemoryLayout<nlmsghdr>.size
    var start = 0
    while let header = datagram.load(nlmsghdr.self, at: start) {
      let length = Int(header.nlmsg_len)
      guard length >= headerSize, length <= datagram.count - start else { throw MalformedMessage("struct nlmsghdr") }
      let first = datagram.startIndex + start
      messages.append(
        ReceivedMessage(
          type: Int(header.nlmsg_type), flags: Int32(header.nlmsg_flags), sequence: header.nlmsg_seq,
          payload: datagram[first + headerSize..<first + length]))
      start += (length + 3) & ~3
    }
    guard start >= datagram.count else { throw MalformedMessage("struct nlmsghdr") }
    return messages
  }
}
