import CMnl
import Glibc

/// The kernel's answer to a request (`NLMSG_ERROR`) or the end of a dump (`NLMSG_DONE`).
struct Acknowledgement: Hashable {
  /// A positive errno value; 0: done.
  var errno: Int32
  /// `NLMSGERR_ATTR_MSG`, where the kernel has something to say.
  var text: String?
  /// `NLMSGERR_ATTR_OFFS`.
  var attributeOffset: UInt32?

  /// Reads `struct nlmsgerr` and the attributes behind it.
  ///
  /// Without `NLM_F_CAPPED` the kernel sends the refused request back, between the two.
  init(error message: ReceivedMessage) throws(MalformedMessage) {
    let header = try message.payload.header(nlmsgerr.self)
    errno = header.error == .min ? EINVAL : abs(header.error)
    guard message.flags & NLM_F_ACK_TLVS != 0 else { return }
    let echoed = message.flags & NLM_F_CAPPED != 0 ? MemoryLayout<nlmsghdr>.size : Int(header.msg.nlmsg_len)
    let start = MemoryLayout<Int32>.size + ((echoed + 3) & ~3)
    try readAttributes(message.payload.dropFirst(start))
  }

  /// Reads the status that ends a dump; older kernels leave it out.
  init(done message: ReceivedMessage) throws(MalformedMessage) {
    let status = message.payload.load(Int32.self) ?? 0
    errno = status < 0 && status != .min ? -status : 0
    guard message.flags & NLM_F_ACK_TLVS != 0 else { return }
    try readAttributes(message.payload.dropFirst(MemoryLayout<Int32>.size))
  }

  private mutating func readAttributes(_ bytes: ArraySlice<UInt8>) throws(MalformedMessage) {
    let attributes = try Attributes(bytes)
    text = attributes.text(NLMSGERR_ATTR_MSG.rawValue).flatMap { $0.isEmpty ? nil : $0 }
    attributeOffset = attributes.value(NLMSGERR_ATTR_OFFS.rawValue, UInt32.self)
  }
}
